#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "odus/base/url.h"

static void expect_url(const char *url, const char *want)
{
    char *got = url_normal(url);

    if (!want)
        assert_null(got);
    else
        assert_string_equal(got, want);
    free(got);
}

static void url__normal__has_one_spelling(void **state)
{
    char long_url[3000];

    (void)state;
    expect_url("https://example.org", "https://example.org");
    expect_url(" HTTPS://Example.ORG:443/ ", "https://example.org");
    expect_url("http://example.org:80//", "http://example.org");
    expect_url("http://example.org:443", "http://example.org:443");
    expect_url("https://me:pw@d@example.org:08443/Couch/?q#f",
            "https://example.org:8443/Couch");
    expect_url("https://example.org?x", "https://example.org");
    expect_url("https://[::1]:5984/", "https://[::1]:5984");
    expect_url("https://médiathèque.fr", "https://médiathèque.fr");
    expect_url("https://", NULL);
    expect_url("https://me@", NULL);
    expect_url("https://:80", NULL);
    expect_url("https://a:0", NULL);
    expect_url("https://a:65536", NULL);
    expect_url("https://a:99999999999999999999", NULL);
    expect_url("https://a b", NULL);
    expect_url("https://a\x1b[0m", NULL);
    expect_url("https://a/b c", NULL);
    expect_url("https://a/\r\nX: y", NULL);
    expect_url("https://[::1", NULL);
    expect_url("https://[é]", NULL);
    expect_url("file:///etc/passwd", NULL);
    expect_url("example.org", NULL);
    expect_url("", NULL);
    memset(long_url, 'a', sizeof(long_url));
    memcpy(long_url, "https://a/", 10);
    long_url[sizeof(long_url) - 1] = '\0';
    expect_url(long_url, NULL);
}

static void url__encode__leaves_unreserved_alone(void **state)
{
    struct buf out;

    (void)state;
    buf_init(&out, 0);
    url_encode((struct view){"aZ9-._~ /?#%+\xC3\xA9\0x", 17}, &out);
    assert_string_equal(out.s, "aZ9-._~%20%2F%3F%23%25%2B%C3%A9%00x");
    buf_release(&out);
}

static void expect_meant(const char *text, const char *want)
{
    char *got = url_meant(text);

    if (!want)
        assert_null(got);
    else
        assert_string_equal(got, want);
    free(got);
}

static void url__meant__adds_the_scheme(void **state)
{
    (void)state;
    expect_meant("agenda.example.org", "https://agenda.example.org");
    expect_meant("  Agenda.Example.org/couch/ ", "https://agenda.example.org/couch");
    expect_meant("agenda.example.org:5984", "https://agenda.example.org:5984");
    expect_meant("serveur:5984", "https://serveur:5984");
    expect_meant("192.168.1.20", "https://192.168.1.20");
    expect_meant("127.example.org", "https://127.example.org");
    expect_meant("127.0.0.1:5984", "http://127.0.0.1:5984");
    expect_meant("127.0.0.1:443", "http://127.0.0.1:443");
    expect_meant("localhost", "http://localhost");
    expect_meant("LOCALHOST:5984/a", "http://localhost:5984/a");
    expect_meant("[::1]:5984", "http://[::1]:5984");
    expect_meant("[2001:db8::1]", "https://[2001:db8::1]");
}

static void url__meant__leaves_a_scheme_alone(void **state)
{
    (void)state;
    expect_meant("http://serveur/", "http://serveur");
    expect_meant("https://127.0.0.1:5984", "https://127.0.0.1:5984");
    expect_meant("HTTP://Agenda.example.org:80", "http://agenda.example.org");
}

static void url__meant__refuses_what_is_no_address(void **state)
{
    static const char *const texts[] = {"", " ", "oui", "agenda", "mon agenda.example",
            "agenda.example.org bis", "ftp://example.org", "file:///etc/passwd",
            "http:/example", "https:", "://example.org", "a.example:99999",
            "a.example:0", "::1", "::1:5984", "[::1", "[]", ":5984", "example.org:port",
            "me@example.org", "https://me:secret@example.org", "mailto:me@example.org",
            "example.org?x=1", "https://example.org/#a", "a.example/\x1b[0m",
            "a.example/b c", "\n"};
    char *text = calloc(1, 5001);

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++)
        expect_meant(texts[i], NULL);
    assert_non_null(text);
    memset(text, 'a', 5000);
    memcpy(text, "a.b/", 4);
    expect_meant(text, NULL);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(url__normal__has_one_spelling),
            cmocka_unit_test(url__encode__leaves_unreserved_alone),
            cmocka_unit_test(url__meant__adds_the_scheme),
            cmocka_unit_test(url__meant__leaves_a_scheme_alone),
            cmocka_unit_test(url__meant__refuses_what_is_no_address),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
