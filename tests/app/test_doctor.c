#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "../../src/app/app_priv.h"
#include "desk.h"
#include "odus/app/records.h"
#include "odus/store/record.h"

static struct json *ask(void)
{
    struct json *j = NULL;
    struct err err = {0};

    desk_ok(app_doctor(desk, &j, &err), &err);
    return j;
}

static int64_t state_count(const struct json *j, const char *key)
{
    return json_get_int(json_get(j, "states"), key, -1);
}

static void doctor__empty_store__is_well(void **state)
{
    struct json *j = ask();
    const struct json *store = json_get(j, "store");

    (void)state;
    assert_true(json_get_bool(j, "ok", false));
    assert_int_equal(state_count(j, "brouillon"), 0);
    assert_int_equal(state_count(j, "complet"), 0);
    assert_int_equal(json_get_int(j, "outbox", -1), 0);
    assert_string_equal(json_get_text(store, "path"), app_store_dir(desk));
    assert_true(json_get_int(json_get(store, "data.db"), "schema", 0) >= 1);
    assert_true(json_get_int(json_get(store, "drafts.db"), "bytes", 0) > 0);
    assert_true(json_get_int(store, "free_bytes", 0) > 0);
    json_free(j);
}

static void doctor__season__is_counted(void **state)
{
    struct err err = {0};
    int n = app_samples_add(desk, &err);
    struct json *j;

    (void)state;
    desk_ok(n, &err);
    j = ask();
    assert_true(json_get_bool(j, "ok", false));
    assert_int_equal(state_count(j, "complet"), n);
    assert_int_equal(json_get_int(json_get(j, "types"), "lieu", 0), 16);
    assert_int_equal(json_len(json_get(j, "missing")), 0);
    json_free(j);
}

static void doctor__drafts__are_counted(void **state)
{
    struct import_report r;
    struct err err = {0};
    struct json *j;

    (void)state;
    desk_ok(app_import_csv(
                    desk, desk_file("l.csv", "titre\nBal\n"), "", false, &r, &err),
            &err);
    import_report_release(&r);
    j = ask();
    assert_int_equal(state_count(j, "brouillon"), 1);
    assert_int_equal(json_len(json_get(j, "unknown_forms")), 0);
    assert_int_equal(json_len(json_get(j, "orphans")), 0);
    json_free(j);
}

/* The theatre goes, what names it stays. */
static void doctor__missing_links__are_named(void **state)
{
    struct err err = {0};
    const struct json *item;
    struct json *j;

    (void)state;
    desk_ok(app_samples_add(desk, &err), &err);
    desk_ok(record_purge(desk->store, DESK_THEATRE, &err), &err);
    j = ask();
    assert_false(json_get_bool(j, "ok", true));
    item = json_at(json_get(j, "missing"), 0);
    assert_string_equal(json_get_text(item, "target"), DESK_THEATRE);
    assert_non_null(json_get_text(item, "uid"));
    assert_non_null(strstr(json_get_text(item, "field"), "lieu"));
    json_free(j);
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, desk_open, desk_close)
    static const struct CMUnitTest tests[] = {
            TEST(doctor__empty_store__is_well),
            TEST(doctor__season__is_counted),
            TEST(doctor__drafts__are_counted),
            TEST(doctor__missing_links__are_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
