/* TLS: a private authority, and what must not pass for a server. A failure is said in
 * words with what to do, exit 4; neither password nor record leaves this machine. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange.h"
#include "odus/base/file.h"
#include "odus/base/json.h"
#include "odus/base/mem.h"
#include "program.h"
#include "tls.h"

#define PASSWORD "mot-de-passe-7"
/* "anne:mot-de-passe-7" as Basic sends it, RFC 7617 */
#define BASIC "YW5uZTptb3QtZGUtcGFzc2UtNw=="

/* --- the two machines ------------------------------------------------------------- */

/* A server on which anne may write, with the certificate of NAME; NULL: plain http. */
static struct served serve(const char *name)
{
    char *pair = name ? tls_pair(name) : NULL;
    struct served s;

    machine("server");
    assert_int_equal(RUN_INPUT(PASSWORD "\n", "server", "user", "add", "anne", "--role",
                             "organisateur", "--password-stdin"),
            0);
    s = pair ? SERVE("server", "--listen", "127.0.0.1:0", "--tls", pair)
             : SERVE("server", "--listen", "127.0.0.1:0");
    free(pair);
    return s;
}

static int port_of(const struct served *s)
{
    const char *colon = strrchr(s->url, ':') + 1;
    long long port = 0;

    assert_true(view_int((struct view){colon, strcspn(colon, "/")}, &port));
    return (int)port;
}

/* Machine a is anne's, knows AUTHORITY (NULL: none of its own) and has a venue. */
static void anne_trusts(const char *authority)
{
    char *dir = program_path("a.config/odus"), *path = file_join(dir, "config");
    char *text = authority ? xasprintf("nom=anne\nautorite=%s\n", authority)
                           : xstrdup("nom=anne\n");

    assert_int_equal(file_mkdirs(dir, 0700, NULL), 0);
    assert_int_equal(file_write_atomic(path, view_of(text), 0600, NULL), 0);
    free(text);
    free(path);
    free(dir);
    machine("a");
    (void)machine_venue("Salle A");
}

static int sync_with(const char *url)
{
    return RUN_INPUT(
            PASSWORD "\n", "sync", url, "--account", "anne", "--password-stdin");
}

/* Nothing was sent, no password is kept for such a server, the address neither. */
static void expect_nothing_left(const struct tap *t)
{
    char *config = machine_config("a", "config");
    char *secrets = machine_config("a", "secrets");

    refuse_text(config, "serveur=");
    assert_string_equal(secrets, "");
    free(config);
    free(secrets);
    assert_int_equal(RUN("list", "lieu"), 0);
    refuse_text(out, "sent");
    machine("server");
    assert_int_equal(RUN("list", "lieu"), 0);
    refuse_text(out, "Salle A");
    tap_refuse(t, PASSWORD);
    tap_refuse(t, BASIC);
}

/* Anne's synchronisation with https://127.0.0.1 at the server with the certificate of
 * NAME, where she has AUTHORITY (owned), fails: PROBLEM, and what to do, ADVICE. */
static void expect_refused(
        const char *name, char *authority, const char *problem, const char *advice)
{
    struct served s = serve(name);
    struct tap t = tap_start(port_of(&s));
    char *url = xasprintf("https://127.0.0.1:%d", t.port);

    anne_trusts(authority);
    assert_int_equal(sync_with(url), 4);
    expect_text(err, problem);
    expect_text(err, advice);
    assert_true(tap_bytes(&t) > 0);
    expect_nothing_left(&t);
    free(url);
    free(authority);
    tap_end(&t);
    assert_int_equal(serve_end(&s, SIGINT), 0);
}

/* --- tests ------------------------------------------------------------------------ */

static void tls__private_authority__named_in_the_settings(void **state)
{
    char *authority, *url;
    struct served s;
    struct tap t;

    (void)state;
    if (!tls_make())
        skip();
    s = serve("here");
    expect_text(s.url, "https://127.0.0.1:");
    t = tap_start(port_of(&s));
    url = xasprintf("https://localhost:%d", t.port);
    authority = tls_authority();
    anne_trusts(authority);
    assert_int_equal(sync_with(url), 0);
    expect_text(out, "1 sent");
    assert_int_equal(RUN("sync"), 0); /* the password is kept */
    tap_refuse(&t, PASSWORD);
    tap_refuse(&t, BASIC);
    tap_refuse(&t, "Salle A");
    tap_refuse(&t, "HTTP/1.1");
    free(authority);
    free(url);
    tap_end(&t);
    assert_int_equal(serve_end(&s, SIGINT), 0);
    machine("server");
    assert_int_equal(RUN("list", "lieu"), 0);
    expect_text(out, "Salle A");
}

static void tls__unknown_authority__is_refused(void **state)
{
    (void)state;
    if (!tls_make())
        skip();
    expect_refused("here", NULL, "authority unknown here", "(autorite)");
}

static void tls__other_name__is_refused(void **state)
{
    (void)state;
    if (!tls_make())
        skip();
    expect_refused(
            "away", tls_authority(), "not that of 127.0.0.1", "check the address");
}

static void tls__expired__is_refused(void **state)
{
    (void)state;
    if (!tls_make())
        skip();
    expect_refused("old", tls_authority(), "has expired", "check the clock");
}

static void tls__server_without__is_refused(void **state)
{
    (void)state;
    if (!tls_make())
        skip();
    expect_refused(NULL, tls_authority(), "no secure connection to 127.0.0.1",
            "check the address and its port");
}

/* The reverse: http to a port that speaks TLS. */
static void tls__address_without__is_told(void **state)
{
    struct served s;
    char *url;

    (void)state;
    if (!tls_make())
        skip();
    s = serve("here");
    url = xasprintf("http://127.0.0.1:%d", port_of(&s));
    anne_trusts(NULL);
    assert_int_equal(RUN("sync", url), 4);
    expect_text(err, "127.0.0.1 hung up without an answer");
    expect_text(err, "if it wants https");
    free(url);
    assert_int_equal(serve_end(&s, SIGINT), 0);
}

/* Another machine that asks for a password over http does not get it. */
static void tls__address_without__gets_no_password(void **state)
{
    struct stub stub = stub_start("HTTP/1.1 401 Who\r\nContent-Length: 0\r\n"
                                  "Connection: close\r\n\r\n");
    struct tap t = tap_start(stub.port);
    char *proxy = xasprintf("http_proxy=http://127.0.0.1:%d", t.port);

    (void)state;
    anne_trusts(NULL);
    program_env(proxy);
    assert_int_equal(sync_with("http://agenda.example.org"), 4);
    expect_text(err, "begins with https");
    assert_true(tap_bytes(&t) > 0);
    expect_nothing_left(&t);
    tap_refuse(&t, "Authorization");
    tap_end(&t);
    stub_end(&stub);
    free(proxy);
}

/* From https to http, where the password would be in clear. */
static void tls__redirect_to_plain__is_not_followed(void **state)
{
    struct tls_stub stub;
    struct tap t;
    char *answer, *authority;

    (void)state;
    if (!tls_make())
        skip();
    t = tap_start(0);
    answer = xasprintf("HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:%d/\r\n"
                       "Content-Length: 0\r\nConnection: close\r\n\r\n",
            t.port);
    stub = tls_stub_start("here", "commons/_local/odus", answer);
    authority = tls_authority();
    anne_trusts(authority);
    assert_int_equal(sync_with(stub.url), 4);
    expect_text(err, "leads from https to http://127.0.0.1:");
    expect_text(err, "tell whoever runs the server");
    assert_int_equal(tap_bytes(&t), 0);
    expect_nothing_left(&t);
    tls_stub_end(&stub);
    tap_end(&t);
    free(answer);
    free(authority);
}

int main(void)
{
#define EXCHANGE(f) cmocka_unit_test_setup_teardown(f, exchange_setup, program_teardown)
    const struct CMUnitTest tests[] = {
            EXCHANGE(tls__private_authority__named_in_the_settings),
            EXCHANGE(tls__unknown_authority__is_refused),
            EXCHANGE(tls__other_name__is_refused),
            EXCHANGE(tls__expired__is_refused),
            EXCHANGE(tls__server_without__is_refused),
            EXCHANGE(tls__address_without__is_told),
            EXCHANGE(tls__address_without__gets_no_password),
            EXCHANGE(tls__redirect_to_plain__is_not_followed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
