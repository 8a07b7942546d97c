/* Forms of several parts (RFC 7578), and a head of the caller's. */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"

static void form__parts__arrive_whole(void **state)
{
    static const struct httpd_step steps[] = {
            {.expect = "PUT /ecriture/ ", .send = OK_EMPTY}};
    const char bytes[] = "\x89PNG\r\n\0--x\r\n";
    const struct net_part parts[] = {{.name = "mode", .bytes = VIEW_LIT("CREATION")},
            {.name = "root", .bytes = VIEW_LIT("{\"a\":\"é\"}")}, {.name = "empty"},
            {.name = "multimedia.illustration-1",
                    .bytes = {bytes, sizeof(bytes) - 1},
                    .type = "image/png",
                    .file = "a.png"}};
    struct fixture f;
    const char *request;
    size_t n;

    (void)state;
    fixture_start(&f, steps, COUNT(steps), (struct net_options){.url = ""});
    assert_int_equal(fixture_run(&f, &(struct net_request){.method = "PUT",
                                             .path = "/ecriture/",
                                             .parts = parts,
                                             .nparts = COUNT(parts)}),
            0);
    fixture_sent(&f, 0, "Content-Type: multipart/form-data; boundary=");
    fixture_sent(&f, 0, "name=\"mode\"\r\n\r\nCREATION\r\n--");
    fixture_sent(&f, 0, "name=\"root\"\r\n\r\n{\"a\":\"é\"}\r\n--");
    fixture_sent(&f, 0, "name=\"empty\"\r\n\r\n\r\n--");
    fixture_sent(&f, 0, "name=\"multimedia.illustration-1\"; filename=\"a.png\"");
    fixture_sent(&f, 0, "Content-Type: image/png");
    fixture_sent_not(&f, 0, "Content-Type: application/json");
    fixture_sent_not(&f, 0, "Content-Encoding");
    request = httpd_request(f.server, 0, &n);
    assert_non_null(memmem(request, n, bytes, sizeof(bytes) - 1));
    fixture_finish(&f);
}

static void form__then_a_body__is_no_form(void **state)
{
    static const struct httpd_step steps[] = {{.expect = "PUT /a ", .send = OK_EMPTY},
            {.expect = "POST /b ", .send = OK_EMPTY},
            {.expect = "GET /c ", .send = OK_EMPTY}};
    const struct net_part part = {.name = "data", .bytes = VIEW_LIT("1")};
    struct fixture f;

    (void)state;
    fixture_start(&f, steps, COUNT(steps), (struct net_options){.url = ""});
    assert_int_equal(fixture_run(&f, &(struct net_request){.method = "PUT",
                                             .path = "/a",
                                             .parts = &part,
                                             .nparts = 1}),
            0);
    assert_int_equal(fixture_post(&f, "/b", VIEW_LIT("{}")), 0);
    assert_int_equal(fixture_get(&f, "/c"), 0);
    fixture_sent(&f, 1, "Content-Type: application/json");
    fixture_sent(&f, 1, "Content-Length: 2\r\n");
    fixture_sent_not(&f, 1, "multipart");
    fixture_sent_not(&f, 2, "Content-Type");
    fixture_finish(&f);
}

static void head__of_the_caller__is_sent_once(void **state)
{
    static const struct httpd_step steps[] = {{.expect = "GET /a ", .send = OK_EMPTY},
            {.expect = "GET /b ", .send = OK_EMPTY}};
    char *head = xstrdup("access-token: abc");
    struct fixture f;

    (void)state;
    fixture_start(&f, steps, COUNT(steps), (struct net_options){.url = ""});
    assert_int_equal(
            fixture_run(&f,
                    &(struct net_request){.method = "GET", .path = "/a", .head = head}),
            0);
    assert_string_equal(head, "access-token: abc"); /* the caller's is not touched */
    free(head);
    assert_int_equal(fixture_get(&f, "/b"), 0);
    fixture_sent(&f, 0, "\r\naccess-token: abc\r\n");
    fixture_sent_not(&f, 1, "access-token");
    fixture_finish(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(form__parts__arrive_whole),
            cmocka_unit_test(form__then_a_body__is_no_form),
            cmocka_unit_test(head__of_the_caller__is_sent_once),
    };

    return cmocka_run_group_tests_name("form", tests, NULL, NULL);
}
