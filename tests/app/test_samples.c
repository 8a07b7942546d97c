#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "desk.h"
#include "odus/app/agenda.h"
#include "odus/app/entry.h"
#include "odus/app/records.h"

static int add(void)
{
    struct err err = {0};
    int n = app_samples_add(desk, &err);

    desk_ok(n, &err);
    return n;
}

static int remove_all(void)
{
    struct err err = {0};
    int n = app_samples_remove(desk, &err);

    desk_ok(n, &err);
    return n;
}

static int count_type(const char *type)
{
    struct agenda *a = agenda_new(desk);
    struct err err = {0};
    bool more;
    int n;

    desk_ok(agenda_query(a, type, "", &err), &err);
    agenda_count(a, &n, &more);
    agenda_free(a);
    assert_false(more);
    return n;
}

static void samples__add__gives_a_season(void **state)
{
    struct json *body = NULL;

    (void)state;
    assert_true(add() > 90);
    assert_true(count_type(NULL) > 40);
    assert_int_equal(count_type("lieu"), 16);
    assert_int_equal(app_json(desk, DESK_THEATRE, &body, NULL), 0);
    assert_true(json_get_bool(body, "exercice", false));
    assert_non_null(json_get_text(body, "formulaire"));
    json_free(body);
}

static void samples__add__dates_are_days_from_today(void **state)
{
    struct json *body = NULL;
    const char *end;

    (void)state;
    add();
    assert_int_equal(app_json(desk, DESK_CIMES, &body, NULL), 0);
    end = json_get_text(
            json_at(json_get(body, "licences"), 0), "valide_du"); /* "@-400" */
    assert_string_equal(end, "2025-10-17");
    json_free(body);
}

static void samples__add__twice_adds_nothing(void **state)
{
    int places;

    (void)state;
    assert_true(add() > 0);
    places = count_type("lieu");
    assert_int_equal(add(), 0);
    assert_int_equal(count_type("lieu"), places);
}

static void samples__remove__takes_all_away_edited_ones_too(void **state)
{
    struct err err = {0};
    int n;

    (void)state;
    n = add();
    desk_ok(app_delete(desk, DESK_THEATRE, NULL, &err), &err); /* a second revision */
    assert_int_equal(remove_all(), n);
    assert_int_equal(count_type("*"), 0);
    assert_int_equal(
            app_json(desk, DESK_THEATRE, &(struct json *){NULL}, NULL), ERR_NOT_FOUND);
    assert_int_equal(remove_all(), 0);
    assert_int_equal(add(), n);
}

static void check_errors(const struct agenda_row *row)
{
    struct entry *en;
    struct err err = {0};
    size_t n;

    desk_ok(entry_open(desk, row->uid, &en, &err), &err);
    if (entry_state(en).counts.errors)
        fail_msg("%s: %s: %s", row->title, entry_issues(en, &n)[0].rule,
                entry_issues(en, &n)[0].message);
    entry_close(en);
}

static void samples__records__have_no_errors(void **state)
{
    struct agenda *a;
    struct err err = {0};
    char last[37] = "";

    (void)state;
    add();
    a = agenda_new(desk);
    desk_ok(agenda_query(a, "*", "", &err), &err);
    for (agenda_home(a); strcmp(agenda_selected(a)->uid, last) != 0;
            agenda_move(a, 1)) {
        memcpy(last, agenda_selected(a)->uid, sizeof(last));
        check_errors(agenda_selected(a));
    }
    agenda_free(a);
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, desk_open, desk_close)
    static const struct CMUnitTest tests[] = {
            TEST(samples__add__gives_a_season),
            TEST(samples__add__dates_are_days_from_today),
            TEST(samples__add__twice_adds_nothing),
            TEST(samples__remove__takes_all_away_edited_ones_too),
            TEST(samples__records__have_no_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
