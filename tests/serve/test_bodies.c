/* How much of a request's body is taken, and from whom. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dial.h"
#include "odus/serve/accounts.h"
#include "odus/store/store.h"
#include "room.h"

static void add_account(void)
{
    struct json *roles = json_new_array();

    json_push_take(roles, json_text(VIEW_LIT("organisateur")));
    assert_int_equal(
            accounts_add(store_dir(room_store), "anne", "motdepasse", roles, NULL), 0);
    json_free(roles);
}

/* The head of a request that announces N bytes (-1: chunks), by Anne or by nobody. */
static const char *head(const char *path, int n, bool known)
{
    static char text[700];
    char length[60];

    snprintf(length, sizeof(length),
            n < 0 ? "Transfer-Encoding: chunked" : "Content-Length: %d", n);
    snprintf(text, sizeof(text),
            "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            "%s%s%s%s\r\n\r\n",
            path, known ? "Authorization: " : "",
            known ? room_basic("anne", "motdepasse") : "", known ? "\r\n" : "", length);
    return text;
}

static void body__of_a_stranger__is_refused_before_it_comes(void **state)
{
    (void)state;
    add_account();
    assert_true(exchange(head("/commons/_bulk_docs", 65537, false), " 401 "));
    assert_true(exchange(head("/_session", 65537, false), " 401 "));
    assert_true(exchange(head("/commons/_bulk_docs", 8000001, false), " 401 "));
}

static void body__of_a_stranger_who_signs_in__may_come(void **state)
{
    static const char body[] = "{\"name\":\"anne\",\"password\":\"motdepasse\"}";
    char text[900];

    (void)state;
    add_account();
    snprintf(text, sizeof(text), "%s%s", head("/_session", (int)strlen(body), false),
            body);
    assert_true(exchange(text, " 200 "));
    snprintf(text, sizeof(text), "%s%zx\r\n%s\r\n0\r\n\r\n",
            head("/_session", -1, false), strlen(body), body);
    assert_true(exchange(text, " 200 "));
}

/* Sends chunks of 16 KB to FD; true: the connection was cut before N of them. */
static bool is_cut(int fd, int n, struct buf *in)
{
    static char chunk[16 * 1024 + 16];
    size_t at = (size_t)snprintf(chunk, 16, "4000\r\n");

    memset(chunk + at, ' ', 16 * 1024);
    memcpy(chunk + at + 16 * 1024, "\r\n", 2);
    for (int i = 0; i < n; i++)
        send_all(fd, (struct view){chunk, at + 16 * 1024 + 2}, in);
    send_all(fd, VIEW_LIT("2\r\n{}\r\n0\r\n\r\n"), in);
    return !wait_for(fd, in, "HTTP/1.1 ");
}

static void body__that_does_not_tell_its_size__is_cut_where_nobody_knows_whose(
        void **state)
{
    (void)state;
    add_account();
    for (int known = 0; known < 2; known++) {
        struct buf in;
        int fd = dial();

        buf_init(&in, 0);
        send_all(fd, view_of(head("/commons/_revs_diff", -1, known)), &in);
        assert_int_equal(is_cut(fd, 8, &in), !known);
        close(fd);
        buf_release(&in);
    }
}

static char spaces[100 * 1000];

/* Half a body of N bytes stands on the connection that is returned. */
static int half_a_body(int n, struct buf *in)
{
    int fd = dial();

    memset(spaces, ' ', sizeof(spaces));
    send_all(fd, view_of(head("/commons/_revs_diff", n, true)), in);
    send_all(fd, (struct view){spaces, (size_t)n / 2}, in);
    return fd;
}

static void bodies__of_all_connections__have_a_limit(void **state)
{
    struct http_options opt = {.host = "127.0.0.1",
            .serve = room_serve,
            .store = room_store,
            .bodies_max = 200 * 1000};
    int fds[2];
    struct buf in;

    (void)state;
    add_account();
    http_close(http);
    assert_int_equal(http_open(&opt, &http, NULL), 0);
    buf_init(&in, 0);
    assert_true(exchange(head("/commons/_revs_diff", 210 * 1000, true), " 503 "));
    for (int i = 0; i < 2; i++)
        fds[i] = half_a_body(90 * 1000, &in);
    assert_true(exchange(head("/commons/_revs_diff", 120 * 1000, true), " 503 "));
    for (int i = 0; i < 2; i++)
        close(fds[i]);
    assert_true(exchange("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "Welcome"));
    fds[0] = half_a_body(150 * 1000, &in); /* there is room again */
    send_all(fds[0], (struct view){spaces, 75 * 1000}, &in);
    assert_true(wait_for(fds[0], &in, " 400 "));
    close(fds[0]);
    buf_release(&in);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, http_make, http_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(body__of_a_stranger__is_refused_before_it_comes),
            TEST(body__of_a_stranger_who_signs_in__may_come),
            TEST(body__that_does_not_tell_its_size__is_cut_where_nobody_knows_whose),
            TEST(bodies__of_all_connections__have_a_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
