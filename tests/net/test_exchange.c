#include "fixture.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "odus/base/mem.h"

#include "../../src/net/gzip.h"

/* A JSON text of about N bytes that packs well. */
static struct buf long_text(size_t n)
{
    struct buf b;

    buf_init(&b, 0);
    buf_addc(&b, '[');
    for (int i = 0; b.len < n; i++)
        buf_addf(&b, "{\"titre\":\"Contes d'hiver %d\"},", i);
    buf_adds(&b, "0]");
    return b;
}

/* The body of a raw request, unpacked with the library itself; owned. */
static char *unpacked(const char *request, size_t n)
{
    const char *body = strstr(request, "\r\n\r\n") + 4;
    char *out = xcalloc(1, 1 << 20);
    z_stream z = {.next_in = (Bytef *)body, .avail_in = (uInt)(request + n - body)};

    z.next_out = (Bytef *)out;
    z.avail_out = (1 << 20) - 1;
    assert_int_equal(inflateInit2(&z, MAX_WBITS + 16), Z_OK);
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    assert_int_equal(z.avail_in, 0);
    inflateEnd(&z);
    return out;
}

/* An answer whose body is TEXT in gzip. */
static struct buf packed_answer(struct view text)
{
    struct buf body, all;

    buf_init(&body, 0);
    buf_init(&all, 0);
    gzip_pack(text, &body);
    buf_addf(&all, OK_HEAD "Content-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n",
            body.len);
    buf_addv(&all, buf_view(&body));
    buf_release(&body);
    return all;
}

static void net__run__gets_answers_over_one_connection(void **state)
{
    static const struct httpd_step steps[] = {
            {.expect = "GET /a HTTP/1.1\r\n",
                    .send = OK_HEAD "ETag: \"1-x\"\r\nContent-Length: 2\r\n\r\n{}"},
            {.expect = "GET /b",
                    .send = OK_HEAD "Transfer-Encoding: chunked\r\n\r\n"
                                    "1\r\n[\r\n1\r\n]\r\n0\r\n\r\n"},
            {.expect = "HEAD /c", .send = OK_HEAD "Content-Length: 99\r\n\r\n"},
            {.expect = "DELETE /d", .send = OK_EMPTY},
            {.expect = "GET /e", .send = OK_EMPTY},
    };
    struct fixture f;

    (void)state;
    fixture_start(&f, steps, COUNT(steps), (struct net_options){0});
    assert_int_equal(fixture_get(&f, "/a"), 0);
    assert_int_equal(f.a.status, 200);
    assert_string_equal(f.a.body.s, "{}");
    assert_string_equal(f.a.type, "application/json");
    assert_string_equal(f.a.etag, "\"1-x\"");
    assert_int_equal(f.a.retry_seconds, -1);
    assert_int_equal(fixture_get(&f, "/b"), 0);
    assert_string_equal(f.a.body.s, "[]");
    assert_string_equal(f.a.etag, "");
    assert_int_equal(
            fixture_run(&f, &(struct net_request){.method = "HEAD", .path = "/c"}), 0);
    assert_int_equal(f.a.body.len, 0);
    assert_int_equal(
            fixture_run(&f, &(struct net_request){.method = "DELETE", .path = "/d"}),
            0);
    assert_int_equal(fixture_get(&f, "/e"), 0);
    assert_int_equal(httpd_connections(f.server), 1);
    assert_int_equal(net_totals(f.net).connections, 1);
    assert_int_equal(net_totals(f.net).requests, 5);
    fixture_finish(&f);
}

static void net__run__sends_the_heads_that_are_wanted(void **state)
{
    static const struct httpd_step steps[] = {
            {.expect = "POST /x?a=1 ", .send = OK_EMPTY},
            {.expect = "PUT /y ", .send = OK_EMPTY},
    };
    struct fixture f;

    (void)state;
    fixture_start(&f, steps, COUNT(steps), (struct net_options){0});
    assert_int_equal(fixture_post(&f, "/x?a=1", VIEW_LIT("{\"a\":1}")), 0);
    fixture_sent(&f, 0, "\r\nAccept-Encoding: gzip\r\n");
    fixture_sent(&f, 0, "\r\nContent-Type: application/json\r\n");
    fixture_sent(&f, 0, "\r\n\r\n{\"a\":1}");
    fixture_sent_not(&f, 0, "Expect");
    fixture_sent_not(&f, 0, "Content-Encoding");
    fixture_sent_not(&f, 0, "Authorization");
    assert_int_equal(fixture_run(&f, &(struct net_request){.method = "PUT",
                                             .path = "/y",
                                             .type = "image/png",
                                             .body = VIEW_LIT("PNG")}),
            0);
    fixture_sent(&f, 1, "\r\nContent-Type: image/png\r\n");
    fixture_finish(&f);
}

static void net__run__packs_both_ways_and_counts_raw_bytes(void **state)
{
    struct buf text = long_text(50000);
    struct buf answer = packed_answer(buf_view(&text));
    const struct httpd_step steps[] = {
            {.expect = "POST /z ", .send = answer.s, .n = answer.len},
    };
    struct fixture f;
    const char *sent;
    size_t n;
    char *got;

    (void)state;
    fixture_start(&f, steps, COUNT(steps), (struct net_options){0});
    assert_int_equal(fixture_post(&f, "/z", buf_view(&text)), 0);
    fixture_sent(&f, 0, "\r\nContent-Encoding: gzip\r\n");
    sent = httpd_request(f.server, 0, &n);
    got = unpacked(sent, n);
    assert_string_equal(got, text.s);
    assert_string_equal(f.a.body.s, text.s);
    assert_true(n < text.len / 4);
    assert_int_equal(f.a.up, n);
    assert_int_equal(f.a.down, answer.len);
    assert_int_equal(net_totals(f.net).up, n);
    assert_int_equal(net_totals(f.net).down, answer.len);
    fixture_finish(&f);
    free(got);
    buf_release(&answer);
    buf_release(&text);
}

static void net__run__falls_back_to_plain_and_remembers(void **state)
{
    static const struct httpd_step steps[] = {
            {.expect = "POST /z ", .send = REFUSED("415 No", "{}")},
            {.expect = "POST /z ", .send = OK_EMPTY},
            {.expect = "POST /z ", .send = OK_EMPTY},
    };
    struct buf text = long_text(2000);
    struct fixture f;

    (void)state;
    fixture_start(&f, steps, COUNT(steps), (struct net_options){0});
    for (int i = 0; i < 2; i++) {
        assert_int_equal(fixture_post(&f, "/z", buf_view(&text)), 0);
        assert_int_equal(f.a.status, 200);
        assert_string_equal(f.a.body.s, "{}");
    }
    fixture_sent(&f, 0, "Content-Encoding: gzip");
    fixture_sent_not(&f, 1, "Content-Encoding");
    fixture_sent(&f, 1, text.s);
    fixture_sent_not(&f, 2, "Content-Encoding");
    fixture_finish(&f);
    buf_release(&text);
}

static void net__run__keeps_gzip_when_plain_is_refused_as_well(void **state)
{
    static const struct httpd_step steps[] = {
            {.send = REFUSED("400 No", "{\"reason\":\"bad\"}")},
            {.send = REFUSED("400 No", "{\"reason\":\"bad\"}")},
            {.send = OK_EMPTY},
    };
    struct buf text = long_text(2000);
    struct fixture f;

    (void)state;
    fixture_start(&f, steps, COUNT(steps), (struct net_options){0});
    assert_int_equal(fixture_post(&f, "/z", buf_view(&text)), 0);
    assert_int_equal(f.a.status, 400);
    assert_string_equal(f.a.body.s, "{\"reason\":\"bad\"}");
    assert_int_equal(fixture_post(&f, "/z", buf_view(&text)), 0);
    fixture_sent(&f, 2, "Content-Encoding: gzip");
    fixture_finish(&f);
    buf_release(&text);
}

static void net__run__never_packs_where_told(void **state)
{
    static const struct httpd_step steps[] = {{.send = OK_EMPTY}};
    struct buf text = long_text(2000);
    struct fixture f;

    (void)state;
    fixture_start(&f, steps, COUNT(steps), (struct net_options){.plain = true});
    assert_int_equal(fixture_post(&f, "/z", buf_view(&text)), 0);
    fixture_sent(&f, 0, text.s);
    fixture_finish(&f);
    buf_release(&text);
}

static int append(void *ctx, struct view bytes, struct err *err)
{
    (void)err;
    buf_addv(ctx, bytes);
    return 0;
}

static void net__run__takes_up_from_a_byte_whatever_the_server_does(void **state)
{
    static const struct httpd_step steps[] = {
            {.expect = "GET /p",
                    .send = "HTTP/1.1 206 Part\r\nContent-Range: bytes 4-9/10\r\n"
                            "Content-Length: 6\r\n\r\n456789"},
            {.expect = "GET /p",
                    .send = OK_HEAD "Content-Length: 10\r\n\r\n0123456789",
                    .piece = 3,
                    .pause_ms = 1},
            {.expect = "GET /p",
                    .send = "HTTP/1.1 206 Part\r\nContent-Range: bytes 5-9/10\r\n"
                            "Content-Length: 5\r\n\r\n56789"},
    };
    struct net_request rq = {.method = "GET", .path = "/p", .range_from = 4};
    struct buf got;
    struct fixture f;

    (void)state;
    buf_init(&got, 0);
    fixture_start(&f, steps, COUNT(steps), (struct net_options){0});
    assert_int_equal(fixture_run(&f, &rq), 0);
    assert_string_equal(f.a.body.s, "456789");
    fixture_sent(&f, 0, "\r\nRange: bytes=4-\r\n");
    fixture_sent_not(&f, 0, "Accept-Encoding: gzip");
    rq.sink = append;
    rq.sink_ctx = &got;
    assert_int_equal(fixture_run(&f, &rq), 0);
    assert_string_equal(got.s, "456789");
    assert_int_equal(f.a.body.len, 0);
    assert_int_equal(fixture_run(&f, &rq), ERR_INVALID);
    fixture_said(&f, "another part");
    fixture_finish(&f);
    buf_release(&got);
}

static int refuse(void *ctx, struct view bytes, struct err *err)
{
    (void)ctx, (void)bytes;
    return err_set(err, ERR_DAMAGED, "the disk is full");
}

static void net__run__ends_when_the_sink_says_so(void **state)
{
    static const struct httpd_step steps[] = {
            {.send = REFUSED("404 No", "{\"reason\":\"missing\"}")},
            {.send = OK_EMPTY},
    };
    struct net_request rq = {.method = "GET", .path = "/p", .sink = refuse};
    struct fixture f;

    (void)state;
    fixture_start(&f, steps, COUNT(steps), (struct net_options){0});
    assert_int_equal(fixture_run(&f, &rq), 0); /* a refusal is not for the sink */
    assert_string_equal(f.a.body.s, "{\"reason\":\"missing\"}");
    assert_int_equal(fixture_run(&f, &rq), ERR_DAMAGED);
    fixture_said(&f, "the disk is full");
    assert_false(net_down(f.net));
    fixture_finish(&f);
}

static void net__start__lets_work_go_on_beside_it(void **state)
{
    static const struct httpd_step steps[] = {
            {.send = OK_EMPTY, .piece = 10, .pause_ms = 1},
            {.send = OK_EMPTY},
    };
    const struct net_request rq = {.method = "GET", .path = "/a"};
    struct fixture f;

    (void)state;
    fixture_start(&f, steps, COUNT(steps), (struct net_options){0});
    assert_int_equal(net_start(f.net, &rq, &f.err), 0);
    assert_int_equal(net_start(f.net, &rq, &f.err), ERR_BUSY);
    while (net_totals(f.net).down < (int64_t)strlen(OK_EMPTY))
        net_turn(f.net);
    net_turn(f.net);
    assert_int_equal(net_wait(f.net, &f.a, &f.err), 0);
    assert_string_equal(f.a.body.s, "{}");
    net_turn(f.net);
    assert_int_equal(net_wait(f.net, &f.a, &f.err), ERR_USAGE);
    assert_int_equal(fixture_get(&f, "/b"), 0);
    fixture_finish(&f);
}

static void net__free__ends_what_is_under_way(void **state)
{
    static const struct httpd_step steps[] = {{.send = NULL}};
    const struct net_request rq = {.method = "GET", .path = "/a"};
    struct fixture f;

    (void)state;
    fixture_start(&f, steps, COUNT(steps), (struct net_options){0});
    assert_int_equal(net_start(f.net, &rq, &f.err), 0);
    while (httpd_requests(f.server) < 1)
        net_turn(f.net);
    fixture_finish(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(net__run__gets_answers_over_one_connection),
            cmocka_unit_test(net__run__sends_the_heads_that_are_wanted),
            cmocka_unit_test(net__run__packs_both_ways_and_counts_raw_bytes),
            cmocka_unit_test(net__run__falls_back_to_plain_and_remembers),
            cmocka_unit_test(net__run__keeps_gzip_when_plain_is_refused_as_well),
            cmocka_unit_test(net__run__never_packs_where_told),
            cmocka_unit_test(net__run__takes_up_from_a_byte_whatever_the_server_does),
            cmocka_unit_test(net__run__ends_when_the_sink_says_so),
            cmocka_unit_test(net__start__lets_work_go_on_beside_it),
            cmocka_unit_test(net__free__ends_what_is_under_way),
    };

    return cmocka_run_group_tests_name("exchange", tests, NULL, NULL);
}
