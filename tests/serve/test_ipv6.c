/* Addresses of both families: where to listen, what is told, who counts as this
 * machine. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "desk.h"
#include "odus/base/err.h"

#include "../../src/serve/address.h"

/* --- spelling ------------------------------------------------------------------ */

static void address__parse__takes_both_families(void **state)
{
    static const struct {
        const char *listen, *host;
        int port;
    } good[] = {
            {"5984", "127.0.0.1", 5984},
            {"localhost:0", "127.0.0.1", 0},
            {"0.0.0.0:5984", "0.0.0.0", 5984},
            {"[::]:5984", "::", 5984},
            {"[::1]:0", "::1", 0},
            {"[0:0:0:0::1]:65535", "::1", 65535},
            {"[FD00::2]:80", "fd00::2", 80},
            {"[::ffff:127.0.0.1]:80", "127.0.0.1", 80},
    };
    static const char *const bad[] = {"", "nowhere", "nowhere:80", "::1:5984",
            "::", "[::1]", "[::1]:", "[::1]:65536", "[::1]:-1", "[::1:80", "::1]:80",
            "[]:80", "[127.0.0.1]:80", "[fe80::1%lo]:80", "127.0.0.1", "1.2.3:80"};

    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        char *host = NULL;
        int port = -1;

        assert_int_equal(address_parse(good[i].listen, &host, &port, NULL), 0);
        assert_string_equal(host, good[i].host);
        assert_int_equal(port, good[i].port);
        free(host);
    }
    for (size_t i = 0; i < COUNT(bad); i++) {
        char *host = NULL;
        int port = -1;

        if (address_parse(bad[i], &host, &port, NULL) != ERR_USAGE)
            fail_msg("taken: %s", bad[i]);
        assert_null(host);
    }
}

static void address__loopback__is_that_of_either_family(void **state)
{
    (void)state;
    assert_true(address_is_loopback("127.0.0.1"));
    assert_true(address_is_loopback("127.1.2.3"));
    assert_true(address_is_loopback("::1"));
    assert_false(address_is_loopback("::"));
    assert_false(address_is_loopback("0.0.0.0"));
    assert_false(address_is_loopback("192.0.2.127"));
    assert_false(address_is_loopback("fe80::1"));
}

static void address__text__unwraps_what_is_mapped(void **state)
{
    struct sockaddr_storage at;
    char text[INET6_ADDRSTRLEN];

    (void)state;
    assert_true(address_socket("::ffff:127.0.0.9", 1, &at));
    assert_int_equal(at.ss_family, AF_INET6);
    address_text((const struct sockaddr *)&at, text, sizeof(text));
    assert_string_equal(text, "127.0.0.9");
    assert_true(address_socket("2001:DB8:0:0::1", 1, &at));
    address_text((const struct sockaddr *)&at, text, sizeof(text));
    assert_string_equal(text, "2001:db8::1");
    assert_false(address_socket("example.org", 1, &at));
    address_text((const struct sockaddr *)&at, text, sizeof(text));
    assert_string_equal(text, "?");
    address_text(NULL, text, sizeof(text));
    assert_string_equal(text, "?");
}

static void address__urls__have_brackets_and_no_single_link(void **state)
{
    struct json *urls = address_urls("::1", 5984, false);
    size_t n;

    (void)state;
    assert_string_equal(json_as_text(json_at(urls, 0)), "http://[::1]:5984/");
    json_free(urls);
    urls = address_urls("::", 5984, true);
    n = json_len(urls);
    assert_string_equal(json_as_text(json_at(urls, n - 1)), "https://127.0.0.1:5984/");
    for (size_t i = 0; i < n; i++) {
        const char *url = json_as_text(json_at(urls, i));

        assert_null(strstr(url, "[fe8"));
        assert_null(strchr(url, '%'));
        assert_int_equal(strchr(url, '[') != NULL, strstr(url, "]:5984/") != NULL);
    }
    json_free(urls);
}

/* --- a server ------------------------------------------------------------------ */

static bool has_ipv6(void)
{
    struct sockaddr_in6 at = {
            .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = socket(AF_INET6, SOCK_STREAM, 0);
    bool good = fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0;

    if (fd >= 0)
        close(fd);
    return good;
}

/* Its port. */
static int port_of(struct desk *d, const char *beginning)
{
    struct json *event = desk_next(d);
    const char *url = json_get_text(event, "url");
    long long port = 0;

    assert_non_null(url);
    if (beginning)
        assert_memory_equal(url, beginning, strlen(beginning));
    assert_true(view_int(
            (struct view){strrchr(url, ':') + 1, strlen(strrchr(url, ':')) - 2},
            &port));
    json_free(event);
    return (int)port;
}

/* Status of GET /commons at HOST, which the request calls SAID_HOST, with MORE heads.
 */
static int ask(const char *host, int port, const char *said_host, const char *more)
{
    struct sockaddr_storage at;
    char request[400], answer[400] = "";
    int fd;
    ssize_t n;

    assert_true(address_socket(host, port, &at));
    fd = socket(at.ss_family, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&at,
                             at.ss_family == AF_INET ? sizeof(struct sockaddr_in)
                                                     : sizeof(struct sockaddr_in6)),
            0);
    n = snprintf(request, sizeof(request),
            "GET /commons HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%s\r\n",
            said_host, more);
    assert_int_equal(send(fd, request, (size_t)n, MSG_NOSIGNAL), n);
    assert_true(recv(fd, answer, sizeof(answer) - 1, MSG_WAITALL) > 12);
    close(fd);
    return (answer[9] - '0') * 100 + (answer[10] - '0') * 10 + answer[11] - '0';
}

static void serve__ipv6_loopback__is_open_like_that_of_ipv4(void **state)
{
    struct desk *d;
    int port;

    (void)state;
    if (!has_ipv6())
        skip();
    d = desk_start("'job':'serve','listen':'[::1]:0'");
    port = port_of(d, "http://[::1]:");
    assert_int_equal(ask("::1", port, "[::1]:5984", ""), 200);
    assert_int_equal(ask("::1", port, "localhost", ""), 200);
    assert_int_equal(ask("::1", port, "rebound.example.org", ""), 403);
    assert_int_equal(ask("::1", port, "[::1]", "Origin: http://[::1]\r\n"), 200);
    assert_int_equal(ask("::1", port, "[::1]", "Origin: http://[::2]\r\n"), 403);
    desk_say(d, NULL);
    assert_int_equal(desk_end(d), 0);
}

/* Base64 of "anne:motdepasse". */
#define ANNE "Authorization: Basic YW5uZTptb3RkZXBhc3Nl\r\n"

/* A password goes in clear within this machine only: 127.0.0.1 reaches the one socket
 * as ::ffff:127.0.0.1. */
static void serve__any_address__is_reached_by_both_families(void **state)
{
    struct desk *d;
    int port;

    (void)state;
    if (!has_ipv6())
        skip();
    d = desk_start("'job':'user_add','name':'anne','password':'motdepasse',"
                   "'roles':['lecteur']");
    assert_int_equal(desk_end(d), 0);
    d = desk_start("'job':'serve','listen':'[::]:0'");
    port = port_of(d, NULL);
    assert_int_equal(ask("::1", port, "x", ""), 401);
    assert_int_equal(ask("127.0.0.1", port, "x", ""), 401);
    assert_int_equal(ask("::1", port, "x", ANNE), 200);
    assert_int_equal(ask("127.0.0.1", port, "x", ANNE), 200);
    assert_int_equal(ask("::ffff:127.0.0.1", port, "x", ANNE), 200);
    desk_say(d, NULL);
    assert_int_equal(desk_end(d), 0);
}

static void serve__any_address__wants_accounts_or_a_code(void **state)
{
    struct desk *d = desk_start("'job':'serve','listen':'[::]:0'");
    struct json *event = desk_next(d);

    (void)state;
    assert_string_equal(json_get_text(event, "ev"), "error");
    assert_int_equal(json_get_int(event, "code", 0), ERR_USAGE);
    json_free(event);
    assert_int_equal(desk_end(d), 2);
}

/* Whoever has one address of a network of 64 bits has them all. */
static void door__ipv6__counts_a_network_as_one(void **state)
{
    char more[200];
    struct desk *d;
    int port;

    (void)state;
    d = desk_start("'job':'user_add','name':'anne','password':'motdepasse',"
                   "'roles':['lecteur']");
    assert_int_equal(desk_end(d), 0);
    d = desk_start("'job':'serve','listen':'127.0.0.1:0'");
    port = port_of(d, NULL);
    for (int i = 1; i <= 5; i++) {
        snprintf(more, sizeof(more),
                "Authorization: Basic YW5uZTp4\r\nX-Forwarded-For: 2001:db8::%d\r\n",
                i);
        assert_int_equal(ask("127.0.0.1", port, "x", more), 401);
    }
    assert_int_equal(
            ask("127.0.0.1", port, "x", ANNE "X-Forwarded-For: 2001:db8:0:0:9::9\r\n"),
            403);
    assert_int_equal(
            ask("127.0.0.1", port, "x", ANNE "X-Forwarded-For: 2001:db8:0:1::1\r\n"),
            200);
    desk_say(d, NULL);
    assert_int_equal(desk_end(d), 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, desk_make, desk_remove)
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(address__parse__takes_both_families),
            cmocka_unit_test(address__loopback__is_that_of_either_family),
            cmocka_unit_test(address__text__unwraps_what_is_mapped),
            cmocka_unit_test(address__urls__have_brackets_and_no_single_link),
            T(serve__ipv6_loopback__is_open_like_that_of_ipv4),
            T(serve__any_address__is_reached_by_both_families),
            T(serve__any_address__wants_accounts_or_a_code),
            T(door__ipv6__counts_a_network_as_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
