#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "desk.h"
#include "odus/app/sync.h"

/* What the configuration keeps of a server, and what it does not. */

static struct err err;

static const char *server(void)
{
    return app_sync_settings(desk).server;
}

static void config__server__is_kept_as_it_is_meant(void **state)
{
    (void)state;
    desk_ok(app_set_server(desk, "Agenda.Example.org/", NULL, &err), &err);
    assert_string_equal(server(), "https://agenda.example.org");
    desk_ok(app_set_server(desk, "[::1]:5984", "anne", &err), &err);
    assert_string_equal(server(), "http://[::1]:5984");
    assert_string_equal(app_sync_settings(desk).account, "anne");
    assert_true(app_is_server(desk, "http://[::1]:5984/"));
    assert_true(app_is_server(desk, "[::1]:5984"));
    assert_false(app_is_server(desk, "https://[::1]:5984"));
    assert_false(app_is_server(desk, "nothing"));
}

static void config__server__is_not_kept_when_it_is_none(void **state)
{
    static const char *const texts[] = {
            "oui", "ftp://a.example", "https://me:pw@a.example", "a.example?x"};

    (void)state;
    desk_ok(app_set_server(desk, "a.example", "anne", &err), &err);
    for (size_t i = 0; i < COUNT(texts); i++) {
        assert_int_equal(app_set_server(desk, texts[i], "luc", &err), ERR_USAGE);
        assert_string_equal(server(), "https://a.example");
        assert_string_equal(app_sync_settings(desk).account, "anne");
    }
}

/* A password in an address is not said again. */
static void config__server__is_refused_with_what_to_write(void **state)
{
    char *url = NULL;
    struct buf text;

    (void)state;
    buf_init(&text, 0);
    assert_int_equal(
            app_server_address("https://me:secret@A.example/b", &url, &err), ERR_USAGE);
    err_text(&err, NULL, &text);
    assert_non_null(strstr(text.s, "https://a.example/b"));
    assert_null(strstr(text.s, "secret"));
    buf_clear(&text);
    assert_int_equal(app_server_address("me:secret@a.example", &url, &err), ERR_USAGE);
    err_text(&err, NULL, &text);
    assert_non_null(strstr(text.s, "https://server.example"));
    assert_null(strstr(text.s, "secret"));
    buf_release(&text);
    assert_null(url);
}

static void config__job__has_the_address_that_is_meant(void **state)
{
    struct json *job = NULL;

    (void)state;
    desk_ok(app_server_job(desk, "sync", "127.0.0.1:5984", &job, &err), &err);
    assert_string_equal(json_get_text(job, "url"), "http://127.0.0.1:5984");
    json_free(job);
    desk_ok(app_server_job(desk, "sync", NULL, &job, &err), &err);
    assert_null(json_get(job, "url"));
    json_free(job);
    desk_ok(app_set_server(desk, "a.example", NULL, &err), &err);
    desk_ok(app_server_job(desk, "sync", NULL, &job, &err), &err);
    assert_string_equal(json_get_text(job, "url"), "https://a.example");
    json_free(job);
    assert_int_equal(app_server_job(desk, "sync", "oui", &job, &err), ERR_USAGE);
}

static int64_t metered_of(const char *lines)
{
    struct json *job = NULL;
    int64_t bytes;

    desk_configure(lines);
    desk_ok(app_server_job(desk, "sync", NULL, &job, &err), &err);
    bytes = json_get_int(job, "metered", -1);
    json_free(job);
    return bytes;
}

static void config__metered__is_read_with_decimals(void **state)
{
    (void)state;
    assert_int_equal(metered_of(""), 0);
    assert_int_equal(metered_of("forfait_mo=\n"), 0);
    assert_int_equal(metered_of("forfait_mo=0\n"), 0);
    assert_int_equal(metered_of("forfait_mo=20\n"), 20 * 1000 * 1000);
    assert_int_equal(metered_of("forfait_mo=0.5\n"), 500 * 1000);
    assert_int_equal(metered_of("forfait_mo= 1,25 \n"), 1250 * 1000);
    assert_int_equal(metered_of("forfait_mo=0,000001\n"), 1);
    assert_int_equal(metered_of("forfait_mo=1000000\n"), INT64_C(1000000000000));
}

static void config__metered__is_refused_when_it_is_no_number(void **state)
{
    static const char *const values[] = {"-1", "20 Mo", "beaucoup", "1.", ",5", "1,2,3",
            "1e3", "0,0000001", "1000001", "99999999999999999999"};

    (void)state;
    for (size_t i = 0; i < COUNT(values); i++) {
        char lines[80];
        struct json *job = NULL;
        struct buf text;

        snprintf(lines, sizeof(lines), "forfait_mo=%s\n", values[i]);
        desk_configure(lines);
        assert_int_equal(app_server_job(desk, "sync", NULL, &job, &err), ERR_USAGE);
        assert_null(job);
        buf_init(&text, 0);
        err_text(&err, NULL, &text);
        assert_non_null(strstr(text.s, values[i]));
        assert_non_null(strstr(text.s, "forfait_mo"));
        assert_non_null(strstr(text.s, "/config"));
        buf_release(&text);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_open, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(config__server__is_kept_as_it_is_meant),
            TEST(config__server__is_not_kept_when_it_is_none),
            TEST(config__server__is_refused_with_what_to_write),
            TEST(config__job__has_the_address_that_is_meant),
            TEST(config__metered__is_read_with_decimals),
            TEST(config__metered__is_refused_when_it_is_no_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
