#include "fixture.h"

#include <stdlib.h>
#include <string.h>

#define SESSION_OK                                                                     \
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"                            \
    "Set-Cookie: AuthSession=abc; Version=1; Path=/; HttpOnly\r\n"                     \
    "Content-Length: 11\r\n\r\n{\"ok\":true}"
#define UNAUTHORIZED                                                                   \
    REFUSED("401 No", "{\"error\":\"unauthorized\",\"reason\":\"Name or password.\"}")

static const struct net_options basic = {
        .auth = NET_BASIC, .user = "aline", .secret = "s3cr&t"};
static const struct net_options cookie = {
        .auth = NET_COOKIE, .user = "al\"ine", .secret = "s3cr\\t\n\xC3\xA9"};

static void net__run__signs_in_by_basic(void **state)
{
    static const struct httpd_step steps[] = {{.send = OK_EMPTY}};
    struct fixture f;

    (void)state;
    fixture_start(&f, steps, COUNT(steps), basic);
    assert_int_equal(fixture_get(&f, "/a"), 0);
    fixture_sent(&f, 0, "\r\nAuthorization: Basic YWxpbmU6czNjciZ0\r\n");
    fixture_finish(&f);
}

static void net__run__signs_in_by_token(void **state)
{
    static const struct httpd_step steps[] = {{.send = OK_EMPTY}};
    struct fixture f;

    (void)state;
    fixture_start(&f, steps, COUNT(steps),
            (struct net_options){.auth = NET_BEARER, .secret = "a.b.c"});
    assert_int_equal(fixture_get(&f, "/a"), 0);
    fixture_sent(&f, 0, "\r\nAuthorization: Bearer a.b.c\r\n");
    fixture_finish(&f);
}

static void net__run__gets_a_cookie_first_and_keeps_it(void **state)
{
    static const struct httpd_step steps[] = {
            {.expect = "POST /_session ", .send = SESSION_OK},
            {.expect = "GET /a ", .send = OK_EMPTY},
            {.expect = "GET /b ", .send = OK_EMPTY},
    };
    struct fixture f;

    (void)state;
    fixture_start(&f, steps, COUNT(steps), cookie);
    assert_int_equal(fixture_get(&f, "/a"), 0);
    assert_string_equal(f.a.body.s, "{}");
    assert_int_equal(fixture_get(&f, "/b"), 0);
    fixture_sent(&f, 0,
            "\r\n\r\n{\"name\":\"al\\\"ine\",\"password\":"
            "\"s3cr\\\\t\\u000a\xC3\xA9\"}");
    fixture_sent(&f, 1, "\r\nCookie: AuthSession=abc\r\n");
    fixture_sent_not(&f, 1, "Authorization");
    fixture_sent(&f, 2, "\r\nCookie: AuthSession=abc\r\n");
    fixture_finish(&f);
}

static void net__run__renews_a_cookie_once(void **state)
{
    static const struct httpd_step steps[] = {
            {.expect = "POST /_session ", .send = SESSION_OK},
            {.expect = "POST /a ", .send = OK_EMPTY},
            {.expect = "POST /a ", .send = UNAUTHORIZED},
            {.expect = "POST /_session ", .send = SESSION_OK},
            {.expect = "POST /a ", .send = OK_EMPTY},
            {.expect = "POST /a ", .send = UNAUTHORIZED},
            {.expect = "POST /_session ", .send = SESSION_OK},
            {.expect = "POST /a ", .send = UNAUTHORIZED},
    };
    struct fixture f;

    (void)state;
    fixture_start(&f, steps, COUNT(steps), cookie);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(fixture_post(&f, "/a", VIEW_LIT("{\"n\":1}")), 0);
        assert_int_equal(f.a.status, 200);
    }
    fixture_sent_not(&f, 3, "Cookie:"); /* the old one is of no use */
    fixture_sent(&f, 4, "\r\n\r\n{\"n\":1}");
    assert_int_equal(fixture_post(&f, "/a", VIEW_LIT("{\"n\":1}")), 0);
    assert_int_equal(f.a.status, 401);
    fixture_finish(&f);
}

static void net__run__gives_the_refusal_of_the_sign_in(void **state)
{
    static const struct httpd_step steps[] = {
            {.expect = "POST /_session ", .send = UNAUTHORIZED},
            {.expect = "POST /_session ", .send = SESSION_OK},
            {.expect = "GET /a ", .send = OK_EMPTY},
    };
    struct fixture f;

    (void)state;
    fixture_start(&f, steps, COUNT(steps), cookie);
    assert_int_equal(fixture_get(&f, "/a"), 0);
    assert_int_equal(f.a.status, 401);
    assert_true(net_refused(&f.a, &f.err) < 0);
    fixture_said(&f, "check name and password (Name or password.)");
    assert_int_equal(fixture_get(&f, "/a"), 0); /* asked anew the next time */
    assert_int_equal(f.a.status, 200);
    fixture_finish(&f);
}

static void net__run__uses_basic_where_there_are_no_sessions(void **state)
{
    static const struct httpd_step steps[] = {
            {.expect = "POST /_session ", .send = REFUSED("404 No", "{}")},
            {.expect = "GET /a ", .send = OK_EMPTY},
            {.expect = "GET /b ", .send = OK_EMPTY},
    };
    struct fixture f;

    (void)state;
    fixture_start(&f, steps, COUNT(steps), cookie);
    assert_int_equal(fixture_get(&f, "/a"), 0);
    assert_int_equal(fixture_get(&f, "/b"), 0);
    fixture_sent(&f, 1, "\r\nAuthorization: Basic ");
    fixture_sent(&f, 2, "\r\nAuthorization: Basic ");
    fixture_finish(&f);
}

static void net__run__never_follows_with_the_password(void **state)
{
    static const struct httpd_step steps[] = {
            {.send = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n"
                     "Location: http://portal.example/login?from=here\r\n\r\n"},
            {.send = "HTTP/1.1 301 Moved\r\nContent-Length: 0\r\n"
                     "Location: /couch/a\r\n\r\n"},
            {.send = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n"
                     "Location: //portal.example/\r\n\r\n"},
            {.send = "HTTP/1.1 200 OK\r\nContent-Type: Text/HTML; charset=utf-8\r\n"
                     "Content-Length: 6\r\n\r\n<html>"},
            {.send = "HTTP/1.1 502 No\r\nContent-Type: text/html\r\n"
                     "Content-Length: 6\r\n\r\n<html>"},
    };
    static const struct {
        bool not_couch;
        const char *words;
    } want[] = {
            {true, "leads to another place, http://portal.example/login:"},
            {false, "has moved: change its address to http://127.0.0.1:"},
            {true, "leads to another place, http://portal.example/:"},
            {true, "a web page answers instead of the server (HTTP 200)"},
            {false, "not available for the moment"},
    };
    struct fixture f;

    (void)state;
    fixture_start(&f, steps, COUNT(steps), basic);
    for (size_t i = 0; i < COUNT(want); i++) {
        assert_int_equal(fixture_get(&f, "/a"), 0);
        assert_int_equal(f.a.not_couch, want[i].not_couch);
        assert_true(net_refused(&f.a, &f.err) < 0);
        fixture_said(&f, want[i].words);
    }
    fixture_finish(&f);
}

/* What is said can be set as the address: whole, without what was asked for there. */
static void net__moved__is_said_as_an_address(void **state)
{
    static const struct httpd_step steps[] = {
            {.send = "HTTP/1.1 301 Moved\r\nContent-Length: 0\r\n"
                     "Location: https://127.0.0.1:6984/commons/_local/odus\r\n\r\n"},
            {.send = "HTTP/1.1 308 Moved\r\nContent-Length: 0\r\n"
                     "Location: /couch/commons/_local/odus?x=1\r\n\r\n"},
    };
    struct fixture f;

    (void)state;
    fixture_start(&f, steps, COUNT(steps), basic);
    assert_int_equal(fixture_get(&f, "/commons/_local/odus"), 0);
    assert_string_equal(f.a.location, "https://127.0.0.1:6984");
    assert_int_equal(fixture_get(&f, "/commons/_local/odus?x=1"), 0);
    assert_true(strncmp(f.a.location, "http://127.0.0.1:", 17) == 0);
    assert_non_null(strstr(f.a.location, "/couch"));
    assert_null(strstr(f.a.location, "/commons"));
    fixture_finish(&f);
}

static void expect_usage(struct net_options opt, const char *words)
{
    struct fixture f = {0};

    assert_int_equal(net_new(&opt, &f.net, &f.err), ERR_USAGE);
    assert_null(f.net);
    fixture_said(&f, words);
}

static void net__new__refuses_a_password_in_clear(void **state)
{
    static const char *const here[] = {"http://127.0.0.1:5984", "http://localhost/x",
            "http://[::1]:5984", "https://example.org"};
    struct net_options opt = basic;
    struct net *net;

    (void)state;
    opt.url = "http://example.org";
    expect_usage(opt, "in clear");
    opt.url = "http://localhost.example.org";
    expect_usage(opt, "in clear");
    opt.url = "http://127.example.org";
    expect_usage(opt, "in clear");
    opt.url = "http://example.org";
    opt.insecure = true;
    assert_int_equal(net_new(&opt, &net, NULL), 0);
    net_free(net);
    opt.insecure = false;
    for (size_t i = 0; i < COUNT(here); i++) {
        opt.url = here[i];
        assert_int_equal(net_new(&opt, &net, NULL), 0);
        net_free(net);
    }
}

static void net__new__refuses_what_is_no_address_or_account(void **state)
{
    struct net_options opt = {.url = "ftp://example.org"};
    struct fixture f = {0};

    (void)state;
    expect_usage(opt, "not one like https://");
    opt.url = NULL;
    expect_usage(opt, "not one like https://");
    opt.url = "https://aline:s3cret@example.org";
    expect_usage(opt, "use https://example.org");
    opt = (struct net_options){.url = "https://example.org", .auth = NET_COOKIE};
    expect_usage(opt, "name or password");
    opt = basic;
    opt.url = "https://example.org";
    opt.user = "a:b";
    expect_usage(opt, "colon");
    opt = (struct net_options){.url = "https://example.org", .ca_file = "/nowhere/ca"};
    assert_true(net_new(&opt, &f.net, &f.err) < 0);
    fixture_said(&f, "/nowhere/ca");
    opt.ca_file = "/dev/null";
    assert_true(net_new(&opt, &f.net, &f.err) < 0);
    opt.ca_file = "/etc/passwd";
    assert_int_equal(net_new(&opt, &f.net, &f.err), ERR_INVALID);
    fixture_said(&f, "holds no certificate: /etc/passwd");
}

static void expect_no_secret(const struct err *e)
{
    struct buf words;

    buf_init(&words, 0);
    err_text(e, NULL, &words);
    assert_true(words.len > 0);
    assert_null(strstr(words.s, "s3cr"));
    buf_release(&words);
}

static void net__errors__never_hold_the_secret(void **state)
{
    static const struct httpd_step steps[] = {
            {.send = OK_HEAD "Content-Length: 9\r\n\r\n{}", .close = true},
            {.send = UNAUTHORIZED},
    };
    struct net_options opt = basic;
    struct fixture f;

    (void)state;
    fixture_start(&f, steps, COUNT(steps), basic);
    assert_int_equal(fixture_get(&f, "/a"), ERR_IO);
    expect_no_secret(&f.err);
    assert_int_equal(fixture_get(&f, "/a"), 0);
    assert_true(net_refused(&f.a, &f.err) < 0);
    expect_no_secret(&f.err);
    fixture_finish(&f);
    f = (struct fixture){0};
    opt.url = "http://aline:s3cret@example.org";
    assert_int_equal(net_new(&opt, &f.net, &f.err), ERR_USAGE);
    expect_no_secret(&f.err);
    opt.url = "aline:s3cret@example.org";
    assert_int_equal(net_new(&opt, &f.net, &f.err), ERR_USAGE);
    expect_no_secret(&f.err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(net__run__signs_in_by_basic),
            cmocka_unit_test(net__run__signs_in_by_token),
            cmocka_unit_test(net__run__gets_a_cookie_first_and_keeps_it),
            cmocka_unit_test(net__run__renews_a_cookie_once),
            cmocka_unit_test(net__run__gives_the_refusal_of_the_sign_in),
            cmocka_unit_test(net__run__uses_basic_where_there_are_no_sessions),
            cmocka_unit_test(net__run__never_follows_with_the_password),
            cmocka_unit_test(net__moved__is_said_as_an_address),
            cmocka_unit_test(net__new__refuses_a_password_in_clear),
            cmocka_unit_test(net__new__refuses_what_is_no_address_or_account),
            cmocka_unit_test(net__errors__never_hold_the_secret),
    };

    return cmocka_run_group_tests_name("signin", tests, NULL, NULL);
}
