#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"

#include "../../src/net/link.h"

/* What stands between us and the server: proxies, portals, a peer that sleeps. */

#define PASSWORD "mot-de-passe-7"
#define BASIC "YW5uZTptb3QtZGUtcGFzc2UtNw==" /* anne:mot-de-passe-7 */

static const struct net_options signed_in = {
        .auth = NET_BASIC, .user = "anne", .secret = PASSWORD};

static int64_t racing_ms(void)
{
    static int64_t now;

    return now += 20 * 1000;
}

static int tear_down(void **state)
{
    static const char *const names[] = {"http_proxy", "https_proxy", "HTTPS_PROXY",
            "no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY"};

    (void)state;
    link_clock = clock_mono_ms;
    for (size_t i = 0; i < COUNT(names); i++)
        unsetenv(names[i]);
    return 0;
}

static int set_up(void **state)
{
    return tear_down(state);
}

/* A net to URL while VARIABLE names the server of F as a proxy. */
static void start_behind(struct fixture *f, const char *variable, const char *url,
        const struct httpd_step *steps, size_t n)
{
    struct net_options opt = signed_in;

    *f = (struct fixture){.server = httpd_start(steps, n)};
    setenv(variable, httpd_url(f->server), 1);
    opt.url = url;
    assert_int_equal(net_new(&opt, &f->net, &f->err), 0);
}

static void refuse_secret(const struct fixture *f)
{
    for (size_t i = 0; i < httpd_requests(f->server); i++) {
        fixture_sent_not(f, i, PASSWORD);
        fixture_sent_not(f, i, BASIC);
        fixture_sent_not(f, i, "\r\nAuthorization:");
    }
}

/* --- proxies ---------------------------------------------------------------------- */

/* It learns the host's name, and neither password nor what is asked. */
static void proxy__tunnel__is_told_the_host_alone(void **state)
{
    static const struct httpd_step steps[] = {
            {.expect = "CONNECT agenda.example:443 HTTP/1.1\r\n",
                    .send = "HTTP/1.1 407 Who\r\nContent-Length: 0\r\n"
                            "Proxy-Authenticate: Basic realm=\"x\"\r\n\r\n"},
            {.expect = "CONNECT agenda.example:443 HTTP/1.1\r\n",
                    .send = "HTTP/1.1 403 Not this\r\nContent-Type: text/html\r\n"
                            "Content-Length: 6\r\nConnection: close\r\n\r\n<html>"},
            {.expect = "CONNECT agenda.example:443 HTTP/1.1\r\n",
                    .send = "HTTP/1.1 302 Sign in\r\nContent-Length: 0\r\n"
                            "Location: http://portal.example/\r\n"
                            "Connection: close\r\n\r\n"},
            {.expect = "CONNECT agenda.example:443 HTTP/1.1\r\n",
                    .send = "HTTP/1.1 503 Not now\r\nContent-Length: 0\r\n"
                            "Connection: close\r\n\r\n"},
    };
    static const char *const words[] = {"proxy wants a sign-in",
            "lets nobody through to agenda.example (HTTP 403)",
            "lets nobody through to agenda.example (HTTP 302)",
            "lets nobody through to agenda.example (HTTP 503)"};
    struct fixture f;

    (void)state;
    start_behind(&f, "https_proxy", "https://agenda.example", steps, COUNT(steps));
    for (size_t i = 0; i < COUNT(steps); i++) {
        assert_int_equal(fixture_get(&f, "/commons/secret-path"), ERR_IO);
        fixture_said(&f, words[i]);
        fixture_sent_not(&f, i, "secret-path");
        assert_int_equal(net_down(f.net), i == 3);
    }
    refuse_secret(&f);
    fixture_finish(&f);
}

/* Name and password of the proxy's address go to it, those of the server do not. */
static void proxy__with_a_sign_in__gets_its_own(void **state)
{
    static const struct httpd_step steps[] = {
            {.expect = "CONNECT agenda.example:443 HTTP/1.1\r\n",
                    .send = "HTTP/1.1 407 Who\r\nContent-Length: 0\r\n\r\n"},
    };
    struct fixture f;
    char proxy[80];

    (void)state;
    f = (struct fixture){.server = httpd_start(steps, COUNT(steps))};
    snprintf(proxy, sizeof(proxy), "http://moi:x@%s",
            httpd_url(f.server) + strlen("http://"));
    setenv("https_proxy", proxy, 1);
    assert_int_equal(net_new(&(struct net_options){.url = "https://agenda.example",
                                     .auth = NET_BASIC,
                                     .user = "anne",
                                     .secret = PASSWORD},
                             &f.net, &f.err),
            0);
    assert_int_equal(fixture_get(&f, "/a"), ERR_IO);
    fixture_sent(&f, 0, "\r\nProxy-Authorization: Basic bW9pOng=\r\n"); /* moi:x */
    refuse_secret(&f);
    fixture_finish(&f);
}

static void proxy__except_for__goes_straight(void **state)
{
    static const char *const lists[] = {"*", "agenda.invalid", ".invalid", "invalid"};

    (void)state;
    for (size_t i = 0; i < COUNT(lists); i++) {
        struct fixture f;

        setenv("no_proxy", lists[i], 1);
        start_behind(&f, "https_proxy", "https://agenda.invalid", NULL, 0);
        assert_int_equal(fixture_get(&f, "/a"), ERR_IO);
        fixture_said(&f, "the server agenda.invalid is not found");
        assert_int_equal(httpd_connections(f.server), 0);
        fixture_finish(&f);
    }
}

static void proxy__this_machine__is_not_for_it(void **state)
{
    static const struct httpd_step steps[] = {{.expect = "GET /a ", .send = OK_EMPTY}};
    struct fixture proxy = {.server = httpd_start(NULL, 0)}, f;

    (void)state;
    fixture_start(&f, steps, COUNT(steps), signed_in);
    net_free(f.net);
    setenv("http_proxy", httpd_url(proxy.server), 1);
    setenv("all_proxy", httpd_url(proxy.server), 1);
    assert_int_equal(
            net_new(&(struct net_options){.url = httpd_url(f.server)}, &f.net, &f.err),
            0);
    assert_int_equal(fixture_get(&f, "/a"), 0);
    assert_int_equal(httpd_connections(proxy.server), 0);
    fixture_finish(&f);
    assert_int_equal(httpd_stop(proxy.server), 0);
}

static void proxy__unknown__is_named(void **state)
{
    struct fixture f = {0};

    (void)state;
    setenv("https_proxy", "http://proxy.invalid:3128", 1);
    assert_int_equal(net_new(&(struct net_options){.url = "https://agenda.example"},
                             &f.net, &f.err),
            0);
    assert_int_equal(fixture_get(&f, "/a"), ERR_IO);
    fixture_said(&f, "the proxy is not found");
    assert_true(net_down(f.net));
    net_free(f.net);
}

/* --- a peer that sleeps ----------------------------------------------------------- */

/* A suspended machine sends nothing, not even that the connection is gone: it is given
 * up by the low speed, and the next exchange takes a new connection. */
static void sleep__of_the_server__is_given_up_and_taken_up_again(void **state)
{
    static const struct httpd_step before[] = {{.expect = "GET /a ", .send = OK_EMPTY}},
                                   after[] = {{.expect = "GET /b ", .send = OK_EMPTY},
                                           {.expect = "GET /c ", .send = OK_EMPTY}};
    struct net_options opt = {.low_seconds = 60, .low_speed = 10};
    struct fixture f;

    (void)state;
    fixture_start(&f, before, COUNT(before), opt);
    assert_int_equal(fixture_get(&f, "/a"), 0);
    httpd_freeze(f.server);
    link_clock = racing_ms;
    assert_int_equal(fixture_get(&f, "/b"), ERR_IO);
    fixture_said(&f, "too slow");
    assert_true(net_down(f.net));
    link_clock = clock_mono_ms;
    assert_int_equal(httpd_again(f.server, after, COUNT(after)), 0);
    assert_int_equal(fixture_get(&f, "/b"), 0);
    assert_int_equal(fixture_get(&f, "/c"), 0);
    assert_int_equal(httpd_connections(f.server), 1);
    fixture_finish(&f);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
            T(proxy__tunnel__is_told_the_host_alone),
            T(proxy__with_a_sign_in__gets_its_own),
            T(proxy__except_for__goes_straight),
            T(proxy__this_machine__is_not_for_it),
            T(proxy__unknown__is_named),
            T(sleep__of_the_server__is_given_up_and_taken_up_again),
    };

    return cmocka_run_group_tests_name("link", tests, NULL, NULL);
}
