#include "fixture.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"

#include "../../src/net/gzip.h"
#include "../../src/net/link.h"
#include "../../src/net/why.h"

/* Links that break, servers that misbehave, time that is over. */

/* A clock that runs away at each look, so that a minute of silence takes no time. */
static int64_t racing_ms(void)
{
    static int64_t now;

    return now += 60 * 1000;
}

static int tear_down(void **state)
{
    (void)state;
    link_clock = clock_mono_ms;
    return 0;
}

static void net__run__says_where_it_was_cut(void **state)
{
    static const char answer[] = OK_HEAD "Content-Length: 10\r\n\r\n0123456789";
    static const size_t cuts[] = {1, 12, 17, 40, sizeof(OK_HEAD) + 20,
            sizeof(answer) - 11, sizeof(answer) - 10, sizeof(answer) - 2};

    (void)state;
    for (size_t i = 0; i < COUNT(cuts); i++) {
        const struct httpd_step steps[] = {
                {.send = answer, .cut = cuts[i]},
                {.send = OK_EMPTY},
        };
        struct fixture f;

        fixture_start(&f, steps, COUNT(steps), (struct net_options){0});
        assert_int_equal(fixture_get(&f, "/a"), ERR_IO);
        assert_true(net_down(f.net));
        fixture_said(&f,
                cuts[i] < sizeof("HTTP/1.1 200 OK\r\n") - 1 ? "hung up" : "broke off");
        assert_int_equal(fixture_get(&f, "/a"), 0);
        assert_false(net_down(f.net));
        fixture_finish(&f);
    }
}

static void net__run__sees_a_cut_between_chunks(void **state)
{
    static const struct httpd_step steps[] = {
            {.send = OK_HEAD "Transfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n",
                    .close = true}};
    struct fixture f;

    (void)state;
    fixture_start(&f, steps, COUNT(steps), (struct net_options){0});
    assert_int_equal(fixture_get(&f, "/a"), ERR_IO);
    assert_true(net_down(f.net));
    fixture_finish(&f);
}

static void net__run__takes_a_new_connection_for_one_that_went_away(void **state)
{
    static const struct httpd_step steps[] = {
            {.send = OK_EMPTY, .close = true},
            {.expect = "POST /b", .send = OK_EMPTY},
            {.expect = "POST /c", .send = OK_EMPTY, .cut = 1},
            {.expect = "POST /c", .send = OK_EMPTY},
    };
    struct fixture f;

    (void)state;
    fixture_start(&f, steps, COUNT(steps), (struct net_options){0});
    assert_int_equal(fixture_get(&f, "/a"), 0);
    assert_int_equal(fixture_post(&f, "/b", VIEW_LIT("{}")), 0);
    assert_int_equal(fixture_post(&f, "/c", VIEW_LIT("{}")), 0);
    assert_int_equal(httpd_connections(f.server), 3);
    assert_int_equal(net_totals(f.net).connections, 3);
    fixture_finish(&f);
}

static void net__run__stops_a_bomb(void **state)
{
    struct buf zeros, packed, answer;
    struct httpd_step step = {0};
    struct net_request rq = {.method = "GET", .path = "/a", .max = 100000};
    struct fixture f;

    (void)state;
    buf_init(&zeros, 0);
    buf_init(&packed, 0);
    buf_init(&answer, 0);
    for (int i = 0; i < 4096; i++)
        buf_add(&zeros, (char[1024]){0}, 1024);
    gzip_pack(buf_view(&zeros), &packed);
    assert_true(packed.len < 10000);
    buf_addf(&answer, OK_HEAD "Content-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n",
            packed.len);
    buf_addv(&answer, buf_view(&packed));
    step = (struct httpd_step){.send = answer.s, .n = answer.len};
    fixture_start(&f, &step, 1, (struct net_options){0});
    assert_int_equal(fixture_run(&f, &rq), ERR_LIMIT);
    fixture_said(&f, "larger than allowed");
    assert_false(net_down(f.net));
    fixture_finish(&f);
    buf_release(&zeros);
    buf_release(&packed);
    buf_release(&answer);
}

static void net__run__takes_an_answer_of_just_the_size_allowed(void **state)
{
    static const struct httpd_step steps[] = {
            {.send = OK_HEAD "Content-Length: 4\r\n\r\n1234"},
            {.send = OK_HEAD "Content-Length: 5\r\n\r\n12345"},
    };
    struct net_request rq = {.method = "GET", .path = "/a", .max = 4};
    struct fixture f;

    (void)state;
    fixture_start(&f, steps, COUNT(steps), (struct net_options){0});
    assert_int_equal(fixture_run(&f, &rq), 0);
    assert_int_equal(fixture_run(&f, &rq), ERR_LIMIT);
    fixture_finish(&f);
}

static void expect_limit_of_head(const char *begin, const char *again, size_t times)
{
    struct httpd_step step = {0};
    struct buf answer;
    struct fixture f;

    buf_init(&answer, 0);
    buf_adds(&answer, begin);
    for (size_t i = 0; i < times; i++)
        buf_adds(&answer, again);
    step = (struct httpd_step){.send = answer.s, .n = answer.len};
    fixture_start(&f, &step, 1, (struct net_options){0});
    assert_int_equal(fixture_get(&f, "/a"), ERR_LIMIT);
    fixture_finish(&f);
    buf_release(&answer);
}

static void net__run__stops_heads_without_end(void **state)
{
    (void)state;
    expect_limit_of_head("HTTP/1.1 200 OK\r\n", "X-Filler: 0123456789\r\n", 5000);
    expect_limit_of_head("HTTP/1.1 200 OK\r\nX-Long: ", "0123456789", 20000);
    expect_limit_of_head("", "HTTP/1.1 100 Continue\r\n\r\n", 5000);
}

static void net__run__refuses_what_is_not_http(void **state)
{
    static const struct httpd_step steps[] = {
            {.send = "SSH-2.0-OpenSSH_9.2\r\n", .close = true},
            {.send = OK_HEAD
                    "Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain"},
    };
    struct fixture f;

    (void)state;
    fixture_start(&f, steps, COUNT(steps), (struct net_options){0});
    for (size_t i = 0; i < COUNT(steps); i++) {
        assert_int_equal(fixture_get(&f, "/a"), ERR_IO);
        fixture_said(&f, "cannot be read");
        assert_false(net_down(f.net));
    }
    fixture_finish(&f);
}

static void net__run__gives_up_what_is_too_slow(void **state)
{
    static const struct httpd_step steps[] = {
            {.send = OK_EMPTY},
            {.send = NULL},
            {.send = NULL},
    };
    struct net_request poll = {
            .method = "GET", .path = "/changes", .wait_seconds = 300};
    struct fixture f;

    (void)state;
    fixture_start(&f, steps, COUNT(steps), (struct net_options){0});
    assert_int_equal(fixture_get(&f, "/a"), 0);
    link_clock = racing_ms;
    assert_int_equal(fixture_get(&f, "/a"), ERR_IO);
    fixture_said(&f, "too slow");
    assert_true(net_down(f.net));
    assert_int_equal(fixture_run(&f, &poll), ERR_IO);
    fixture_said(&f, "too slow");
    fixture_finish(&f);
}

static void net__run__waits_for_a_long_poll_that_shows_life(void **state)
{
    static const struct httpd_step steps[] = {
            {.send = OK_HEAD "Content-Length: 12\r\n\r\n\n\n\n\n\n\n\n\n\n\n{}",
                    .piece = 1,
                    .pause_ms = 1},
    };
    struct net_request poll = {
            .method = "GET", .path = "/changes", .wait_seconds = 1000000};
    struct fixture f;

    (void)state;
    link_clock = racing_ms;
    fixture_start(&f, steps, COUNT(steps), (struct net_options){0});
    assert_int_equal(fixture_run(&f, &poll), 0);
    assert_int_equal(f.a.body.len, 12);
    fixture_finish(&f);
}

static int64_t hand_set_ms;

static int64_t hand_set(void)
{
    return hand_set_ms;
}

static void net__turn__does_not_blame_the_server_for_our_absence(void **state)
{
    static const struct httpd_step steps[] = {
            {.send = OK_EMPTY, .piece = 1, .pause_ms = 1}};
    const struct net_request rq = {.method = "GET", .path = "/a"};
    struct fixture f;

    (void)state;
    link_clock = hand_set;
    fixture_start(&f, steps, COUNT(steps), (struct net_options){0});
    assert_int_equal(net_start(f.net, &rq, &f.err), 0);
    while (net_totals(f.net).down == 0)
        net_turn(f.net);
    for (int i = 0; i < 5; i++) {
        hand_set_ms += 3600 * 1000;
        net_turn(f.net);
    }
    assert_int_equal(net_wait(f.net, &f.a, &f.err), 0);
    assert_string_equal(f.a.body.s, "{}");
    fixture_finish(&f);
}

static bool go_on_until_asked(void *ctx, const struct net *net)
{
    (void)net;
    return httpd_requests(*(struct httpd **)ctx) == 0;
}

static void net__run__is_cancelled_at_any_moment(void **state)
{
    static const struct httpd_step steps[] = {{.send = NULL}};
    struct httpd *server = NULL;
    struct fixture f;

    (void)state;
    fixture_start(&f, steps, COUNT(steps),
            (struct net_options){.go_on = go_on_until_asked, .ctx = &server});
    server = f.server;
    assert_int_equal(fixture_get(&f, "/a"), ERR_BUSY);
    fixture_said(&f, "cancelled");
    assert_false(net_down(f.net));
    assert_true(net_totals(f.net).up > 0);
    fixture_finish(&f);
}

static void net__run__says_that_nobody_listens(void **state)
{
    struct httpd *gone = httpd_start(NULL, 0);
    struct fixture f = {0};

    (void)state;
    assert_int_equal(
            net_new(&(struct net_options){.url = httpd_url(gone)}, &f.net, &f.err), 0);
    assert_int_equal(httpd_stop(gone), 0);
    assert_int_equal(fixture_get(&f, "/a"), ERR_IO);
    assert_true(net_down(f.net));
    fixture_said(&f, "no connection to 127.0.0.1");
    fixture_said(&f, strerror(ECONNREFUSED));
    net_free(f.net);
}

static void net__run__goes_through_the_proxy_of_the_surroundings(void **state)
{
    static const struct httpd_step steps[] = {
            {.expect = "GET http://example.invalid/a ",
                    .send = "HTTP/1.1 407 Who\r\nContent-Type: text/html\r\n"
                            "Content-Length: 0\r\n\r\n"},
            {.expect = "CONNECT example.invalid:443 ",
                    .send = "HTTP/1.1 407 Who\r\nContent-Length: 0\r\n\r\n"},
    };
    struct fixture f = {.server = httpd_start(steps, COUNT(steps))};
    struct net_options opt = {.url = "http://example.invalid"};

    (void)state;
    setenv("http_proxy", httpd_url(f.server), 1);
    setenv("https_proxy", httpd_url(f.server), 1);
    assert_int_equal(net_new(&opt, &f.net, &f.err), 0);
    assert_int_equal(fixture_get(&f, "/a"), 0);
    assert_false(f.a.not_couch);
    assert_int_equal(net_refused(&f.a, &f.err), ERR_IO);
    fixture_said(&f, "proxy wants a sign-in");
    net_free(f.net);
    opt.url = "https://example.invalid";
    assert_int_equal(net_new(&opt, &f.net, &f.err), 0);
    assert_int_equal(fixture_get(&f, "/a"), ERR_IO);
    fixture_said(&f, "proxy wants a sign-in");
    unsetenv("http_proxy");
    unsetenv("https_proxy");
    fixture_finish(&f);
}

static void why__no_answer__has_words_for_every_end(void **state)
{
    static const struct {
        enum link_end end;
        const char *words;
        bool passing;
    } ends[] = {
            {LINK_NAME, "server example.org is not found", true},
            {LINK_PROXY_NAME, "proxy is not found", true},
            {LINK_CONNECT, "no connection to example.org", true},
            {LINK_SILENT, "does not answer", true},
            {LINK_CUT, "broke off", true},
            {LINK_NOTHING, "begin the address with", true},
            {LINK_SLOW, "too slow", true},
            {LINK_TLS_DATE, "check the clock", false},
            {LINK_TLS_CA, "(autorite)", false},
            {LINK_TLS_NAME, "not that of example.org", false},
            {LINK_TLS_OTHER, "no secure connection", false},
            {LINK_CA_FILE, "holds no certificate", false},
            {LINK_PROXY, "proxy wants a sign-in", false},
            {LINK_PROXY_SHUT, "proxy lets nobody through to example.org", false},
            {LINK_HEAD, "larger than allowed", false},
            {LINK_GARBLED, "cannot be read", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(ends); i++) {
        struct link_result r = {.end = ends[i].end, .detail = "words"};
        struct fixture f = {0};

        assert_true(why_no_answer(&r, VIEW_LIT("example.org"), &f.err) < 0);
        fixture_said(&f, ends[i].words);
        assert_int_equal(why_passing(&r), ends[i].passing);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(net__run__says_where_it_was_cut),
            cmocka_unit_test(net__run__sees_a_cut_between_chunks),
            cmocka_unit_test(net__run__takes_a_new_connection_for_one_that_went_away),
            cmocka_unit_test(net__run__stops_a_bomb),
            cmocka_unit_test(net__run__takes_an_answer_of_just_the_size_allowed),
            cmocka_unit_test(net__run__stops_heads_without_end),
            cmocka_unit_test(net__run__refuses_what_is_not_http),
            cmocka_unit_test_teardown(net__run__gives_up_what_is_too_slow, tear_down),
            cmocka_unit_test_teardown(
                    net__run__waits_for_a_long_poll_that_shows_life, tear_down),
            cmocka_unit_test_teardown(
                    net__turn__does_not_blame_the_server_for_our_absence, tear_down),
            cmocka_unit_test(net__run__is_cancelled_at_any_moment),
            cmocka_unit_test(net__run__says_that_nobody_listens),
            cmocka_unit_test(net__run__goes_through_the_proxy_of_the_surroundings),
            cmocka_unit_test(why__no_answer__has_words_for_every_end),
    };

    return cmocka_run_group_tests_name("broken", tests, NULL, NULL);
}
