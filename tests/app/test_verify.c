#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "desk.h"
#include "odus/app/agenda.h"
#include "odus/app/entry.h"
#include "odus/app/records.h"
#include "odus/app/verify.h"
#include "odus/base/mem.h"

#define HIVER "0199f3a0-0601-771a-a6db-9084446a27bd"

static struct verify *v;

static int open_verify(void **state)
{
    struct err err = {0};
    int rc = desk_open_samples(state);

    if (rc == 0)
        desk_ok(verify_new(desk, HIVER, &v, &err), &err);
    return rc;
}

static int close_verify(void **state)
{
    verify_free(v);
    v = NULL;
    return desk_close(state);
}

static size_t find(const char *path)
{
    for (size_t i = 0; i < verify_count(v); i++)
        if (strcmp(verify_field(v, i).path, path) == 0)
            return i;
    fail_msg("%s is not verified", path);
    return 0;
}

static int type(const char *path, const char *text)
{
    struct err err = {0};
    int rc = verify_type(v, find(path), view_of(text), &err);

    desk_ok(rc, &err);
    return rc;
}

/* What stands at PATH, as one would type it. Owned. */
static char *typed_as(struct entry *en, const char *path)
{
    struct rec_at at = {0};
    struct err err = {0};
    struct buf text;

    buf_init(&text, 0);
    desk_ok(rec_at_parse(entry_rec(en), view_of(path), &at, &err), &err);
    entry_text(en, at, &text);
    return buf_take(&text);
}

/* Types every field as it stands. */
static void type_all(void)
{
    struct entry *en;
    struct err err = {0};

    desk_ok(entry_open(desk, HIVER, &en, &err), &err);
    for (size_t i = 0; i < verify_count(v); i++) {
        const char *path = verify_field(v, i).path;
        char *text = typed_as(en, path);

        if (type(path, text) != 1)
            fail_msg("%s: %s is not the same", path, text);
        free(text);
    }
    entry_close(en);
}

static void verify__fields__dates_and_place_row_by_row(void **state)
{
    size_t start = find("seances.1.debut"), next = find("seances.2.debut");

    (void)state;
    assert_true(find("lieu") < start && start < find("seances.1.fin"));
    assert_true(find("seances.1.fin") < next);
    assert_int_equal(verify_field(v, next).row, 2);
    assert_string_equal(verify_field(v, next).table, "Séances");
    assert_null(verify_field(v, find("lieu")).table);
    for (size_t i = 0; i < verify_count(v); i++)
        assert_string_not_equal(verify_field(v, i).path, "titre");
}

static void verify__prices__are_among_them(void **state)
{
    (void)state;
    assert_true(find("tarifs.1.prix_min_cts") < find("tarifs.2.prix_min_cts"));
}

static void verify__all_typed_alike__is_equal(void **state)
{
    (void)state;
    assert_int_equal(verify_missing(v), verify_count(v));
    type_all();
    assert_int_equal(verify_missing(v), 0);
    assert_int_equal(verify_different(v), 0);
}

static void verify__other_ways_of_writing__are_equal(void **state)
{
    (void)state;
    assert_int_equal(type("lieu", "théâtre du briançonnais"), 1);
    assert_int_equal(type("tarifs.1.prix_min_cts", "16"), 1);
    assert_int_equal(type("tarifs.1.prix_min_cts", "16,00 €"), 1);
}

static void verify__difference__is_found_and_can_be_mended(void **state)
{
    (void)state;
    assert_int_equal(type("tarifs.1.prix_min_cts", "61"), 0);
    assert_int_equal(verify_different(v), 1);
    assert_true(verify_field(v, find("tarifs.1.prix_min_cts")).typed);
    assert_int_equal(type("tarifs.1.prix_min_cts", "16"), 1);
    assert_int_equal(verify_different(v), 0);
}

static void verify__blank__differs_from_a_value(void **state)
{
    (void)state;
    assert_int_equal(type("tarifs.1.prix_min_cts", ""), 0);
}

static void verify__bare_hour__does_not_borrow_the_date_that_stands(void **state)
{
    (void)state;
    assert_int_equal(type("seances.1.debut", "14h15"), 0);
}

static void verify__unreadable__compares_nothing_and_tells_nothing(void **state)
{
    struct err err = {0};
    struct buf text;
    size_t i = find("tarifs.1.prix_min_cts");

    (void)state;
    assert_true(verify_type(v, i, VIEW_LIT("douze"), &err) < 0);
    assert_false(verify_field(v, i).typed);
    buf_init(&text, 0);
    err_text(&err, NULL, &text);
    assert_null(strstr(text.s, "16"));
    buf_release(&text);
}

static void verify__nothing_taken__leaves_no_draft(void **state)
{
    (void)state;
    type("tarifs.1.prix_min_cts", "61");
    verify_free(v);
    v = NULL;
    assert_int_equal(app_totals(desk).drafts, 0);
}

static void verify__taken__is_in_a_draft(void **state)
{
    struct err err = {0};
    struct entry *en;
    char *text;

    (void)state;
    type("tarifs.1.prix_min_cts", "17");
    type("seances.1.debut", "24/12/2026 14h15"); /* the row moves in the order */
    for (size_t i = 0; i < verify_count(v); i++)
        desk_ok(verify_take(v, i, &err), &err);
    verify_free(v);
    v = NULL;
    desk_ok(entry_open(desk, HIVER, &en, &err), &err);
    assert_true(entry_state(en).draft);
    text = typed_as(en, "tarifs.1.prix_min_cts");
    assert_non_null(strstr(text, "17"));
    free(text);
    text = typed_as(en, "seances.3.debut");
    assert_non_null(strstr(text, "24"));
    free(text);
    entry_close(en);
}

static void verify__report__names_both_operators(void **state)
{
    struct json *report, *d;
    struct err err = {0};

    (void)state;
    type_all();
    type("tarifs.1.prix_min_cts", "17");
    desk_ok(verify_take(v, find("tarifs.1.prix_min_cts"), &err), &err);
    report = verify_report(v);
    assert_string_equal(
            json_get_text(json_get(report, "first"), "operator"), "échantillon");
    assert_string_equal(
            json_get_text(json_get(report, "second"), "operator"), "Anne Essai");
    assert_int_equal(json_get_int(json_get(report, "first"), "corrected", 0), 1);
    assert_int_equal(json_get_int(report, "different", 0), 1);
    assert_int_equal(
            json_get_int(report, "equal", 0), json_get_int(report, "fields", 0) - 1);
    d = json_at(json_get(report, "differences"), 0);
    assert_string_equal(json_get_text(d, "path"), "tarifs.1.prix_min_cts");
    assert_non_null(strstr(json_get_text(d, "first"), "16"));
    assert_non_null(strstr(json_get_text(d, "second"), "17"));
    json_free(report);
}

static void verify__record_without_such_fields__is_refused(void **state)
{
    struct verify *none;
    struct err err = {0};

    (void)state;
    assert_int_equal(verify_new(desk, DESK_THEATRE, &none, &err), ERR_INVALID);
    assert_int_equal(verify_new(desk, "nobody", &none, &err), ERR_NOT_FOUND);
}

#define T(f) cmocka_unit_test_setup_teardown(f, open_verify, close_verify)

int main(void)
{
    const struct CMUnitTest tests[] = {
            T(verify__fields__dates_and_place_row_by_row),
            T(verify__prices__are_among_them),
            T(verify__all_typed_alike__is_equal),
            T(verify__other_ways_of_writing__are_equal),
            T(verify__difference__is_found_and_can_be_mended),
            T(verify__blank__differs_from_a_value),
            T(verify__bare_hour__does_not_borrow_the_date_that_stands),
            T(verify__unreadable__compares_nothing_and_tells_nothing),
            T(verify__nothing_taken__leaves_no_draft),
            T(verify__taken__is_in_a_draft),
            T(verify__report__names_both_operators),
            T(verify__record_without_such_fields__is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
