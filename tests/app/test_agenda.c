#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "../../src/app/app_priv.h"
#include "desk.h"
#include "odus/app/agenda.h"
#include "odus/app/entry.h"
#include "odus/app/records.h"
#include "odus/base/buf.h"
#include "odus/base/hash.h"
#include "odus/store/record.h"

enum { SCREEN = 20 };

static struct agenda *agenda_of(const char *type, const char *query)
{
    struct agenda *a = agenda_new(desk);
    struct err err = {0};

    desk_ok(agenda_query(a, type, query, &err), &err);
    return a;
}

static int number(struct agenda *a)
{
    bool more;
    int n;

    agenda_count(a, &n, &more);
    return n;
}

/* --- a long agenda, straight into the store --- */

static void put_event(int i, int32_t day)
{
    char uid[UUID_TEXT], title[40], rev[REV_MAX];
    struct occurrence o = {.day = day, .start = 1230, .end = -1, .count = 1};
    struct summary s = {.uid = uid,
            .type = (char[]){"evenement"},
            .status = (char[]){"publie"},
            .title = title,
            .days = &o,
            .ndays = 1,
            .links = (char *[]){NULL}};
    struct json *body = json_new_object();
    struct err err = {0};

    snprintf(title, sizeof(title), "Soirée %d", i);
    uuid_v5("5a1d3c0e-6f0b-4c0e-9d5e-7b1f2a40c6d1", view_of(title), uid);
    json_set_take(body, "_id", json_text(view_of(uid)));
    desk_ok(record_put(desk->store, NULL, body, &s, NULL, rev, &err), &err);
    json_free(body);
}

/* N events, three a day, the middle one today. */
static void put_events(int n)
{
    struct err err = {0};

    desk_ok(record_bulk_begin(desk->store, &err), &err);
    for (int i = 0; i < n; i++)
        put_event(i, desk_today() + i / 3 - n / 6);
    desk_ok(record_bulk_end(desk->store, true, &err), &err);
}

static int shown_number(const struct agenda_row *row)
{
    long long n = -1;

    if (!view_int(view_of(row->title + strlen("Soirée ")), &n))
        fail_msg("%s", row->title);
    return (int)n;
}

/* What is laid out is one stretch of the list with its headings, the selection in it.
 */
static void check_layout(struct agenda *a, size_t rows)
{
    size_t n;
    const struct agenda_row *out = agenda_rows(a, rows, &n);
    const struct agenda_row *last = NULL;
    int selected = 0;

    assert_true(n <= rows);
    for (size_t i = 0; i < n; i++) {
        if (out[i].heading) {
            assert_true(i + 1 < n && out[i + 1].day == out[i].day);
            continue;
        }
        assert_true(i > 0 && (out[i - 1].heading || out[i - 1].day == out[i].day));
        selected += out[i].selected;
        last = &out[i];
    }
    assert_int_equal(selected, 1);
    assert_non_null(last);
}

static void agenda__open__begins_today(void **state)
{
    struct agenda *a;
    size_t n;
    const struct agenda_row *rows;

    (void)state;
    put_events(300);
    a = agenda_new(desk);
    assert_int_equal(agenda_selected(a)->day, desk_today());
    rows = agenda_rows(a, SCREEN, &n);
    assert_int_equal(n, SCREEN);
    assert_true(rows[0].heading);
    assert_int_equal(rows[0].day, desk_today());
    assert_true(rows[1].selected);
    assert_int_equal(number(a), 300);
    agenda_free(a);
}

static void agenda__move__passes_every_record_once(void **state)
{
    struct agenda *a;

    (void)state;
    put_events(1200);
    a = agenda_new(desk);
    agenda_home(a);
    for (int i = 0; i < 1200; i++) {
        assert_int_equal(shown_number(agenda_selected(a)), i);
        if (i % 7 == 0)
            check_layout(a, SCREEN);
        agenda_move(a, 1);
    }
    assert_int_equal(shown_number(agenda_selected(a)), 1199);
    for (int i = 1199; i >= 0; i--) {
        assert_int_equal(shown_number(agenda_selected(a)), i);
        if (i % 5 == 0)
            check_layout(a, 9);
        agenda_move(a, -1);
    }
    agenda_free(a);
}

static void agenda__move__by_pages(void **state)
{
    struct agenda *a;

    (void)state;
    put_events(1500);
    a = agenda_new(desk);
    agenda_home(a);
    agenda_move(a, 700);
    assert_int_equal(shown_number(agenda_selected(a)), 700);
    check_layout(a, SCREEN);
    agenda_move(a, -650);
    assert_int_equal(shown_number(agenda_selected(a)), 50);
    agenda_end(a);
    assert_int_equal(shown_number(agenda_selected(a)), 1499);
    check_layout(a, SCREEN);
    agenda_move(a, 5);
    assert_int_equal(shown_number(agenda_selected(a)), 1499);
    agenda_free(a);
}

static void agenda__count__stops_at_a_thousand(void **state)
{
    struct agenda *a;
    bool more;
    int n;

    (void)state;
    put_events(1010);
    a = agenda_new(desk);
    agenda_count(a, &n, &more);
    assert_int_equal(n, 1000);
    assert_true(more);
    agenda_free(a);
}

static void agenda__rows__fill_the_screen_at_the_end(void **state)
{
    struct agenda *a;
    size_t n;

    (void)state;
    put_events(90);
    a = agenda_new(desk);
    agenda_end(a);
    agenda_rows(a, SCREEN, &n);
    assert_true(n >= SCREEN - 1);
    agenda_free(a);
}

static void agenda__empty__has_no_selection(void **state)
{
    struct agenda *a = agenda_new(desk);
    size_t n;

    (void)state;
    assert_null(agenda_selected(a));
    agenda_rows(a, SCREEN, &n);
    assert_int_equal(n, 0);
    agenda_move(a, 3);
    agenda_end(a);
    assert_false(agenda_refresh(a));
    agenda_free(a);
}

/* --- without a date --- */

static void leave_draft(int i, char uid[UUID_TEXT])
{
    struct entry *en;
    struct err err = {0};
    struct rec_at at = {0};
    char title[40];

    snprintf(title, sizeof(title), "Ébauche %d", i);
    desk_ok(entry_new(desk, "evenement", &en, &err), &err);
    desk_ok(rec_at_parse(entry_rec(en), VIEW_LIT("titre"), &at, &err), &err);
    desk_ok(entry_type(en, at, view_of(title), &err), &err);
    snprintf(uid, UUID_TEXT, "%s", entry_uid(en));
    entry_close(en);
}

static void agenda__undated__stand_above_today(void **state)
{
    struct agenda *a;
    char uid[UUID_TEXT];
    const struct agenda_row *rows;
    size_t n;

    (void)state;
    put_events(300);
    leave_draft(1, uid);
    leave_draft(2, uid);
    a = agenda_new(desk);
    rows = agenda_rows(a, SCREEN, &n);
    assert_true(n >= SCREEN - 1);
    assert_true(rows[0].heading);
    assert_int_equal(rows[0].day, 0);
    assert_int_equal(rows[0].count, 2);
    assert_string_equal(rows[1].title, "Ébauche 1");
    assert_string_equal(rows[2].title, "Ébauche 2");
    assert_int_equal(rows[2].state, AGENDA_DRAFT);
    assert_true(rows[3].heading && rows[3].day == desk_today());
    assert_true(rows[4].selected);
    agenda_move(a, -1);
    assert_string_equal(agenda_selected(a)->title, "Ébauche 2");
    agenda_move(a, -2);
    assert_int_equal(agenda_selected(a)->day, desk_today() - 1);
    agenda_move(a, 3);
    assert_int_equal(agenda_selected(a)->day, desk_today());
    assert_int_equal(number(a), 302);
    agenda_free(a);
}

static void agenda__undated__that_are_many_leave_room(void **state)
{
    struct agenda *a;
    char uid[UUID_TEXT];
    const struct agenda_row *rows;
    size_t n;

    (void)state;
    for (int i = 0; i < 30; i++)
        leave_draft(i, uid);
    put_events(60);
    a = agenda_new(desk);
    rows = agenda_rows(a, SCREEN, &n);
    assert_int_equal(rows[0].count, 30);
    assert_string_equal(rows[1].title, "Ébauche 25");
    assert_int_equal(rows[AGENDA_UNDATED + 1].day, desk_today());
    assert_true(rows[AGENDA_UNDATED + 2].selected);
    agenda_home(a);
    for (int i = 0; i < 90; i++, agenda_move(a, 1))
        check_layout(a, SCREEN);
    agenda_goto(a, 0);
    assert_string_equal(agenda_selected(a)->title, "Ébauche 0");
    agenda_free(a);
}

static void agenda__undated__are_found_and_selected(void **state)
{
    struct agenda *a;
    char first[UUID_TEXT], second[UUID_TEXT];
    struct err err = {0};

    (void)state;
    put_events(60);
    leave_draft(1, first);
    leave_draft(2, second);
    a = agenda_of(NULL, "ébauche");
    assert_int_equal(number(a), 2);
    desk_ok(agenda_query(a, NULL, "", &err), &err);
    agenda_select(a, first, 0);
    assert_string_equal(agenda_selected(a)->uid, first);
    desk_ok(app_draft_discard(desk, first, &err), &err);
    assert_true(agenda_refresh(a));
    assert_string_equal(agenda_selected(a)->uid, second);
    desk_ok(app_draft_discard(desk, second, &err), &err);
    assert_true(agenda_refresh(a));
    assert_int_equal(agenda_selected(a)->day, desk_today());
    desk_ok(agenda_query(a, NULL, "ébauche", &err), &err);
    assert_null(agenda_selected(a));
    agenda_free(a);
}

static void agenda__undated__alone_are_the_list(void **state)
{
    struct agenda *a;
    char uid[UUID_TEXT];
    size_t n;

    (void)state;
    leave_draft(1, uid);
    a = agenda_new(desk);
    assert_string_equal(agenda_selected(a)->uid, uid);
    assert_true(agenda_count_known(a));
    assert_int_equal(number(a), 1);
    agenda_rows(a, SCREEN, &n);
    assert_int_equal(n, 2);
    agenda_free(a);
}

/* --- counting --- */

static void agenda__count__is_known_where_the_rows_tell(void **state)
{
    struct agenda *a;
    size_t n;

    (void)state;
    put_events(300);
    a = agenda_new(desk);
    agenda_rows(a, SCREEN, &n);
    assert_false(agenda_count_known(a));
    assert_int_equal(number(a), 300);
    assert_true(agenda_count_known(a));
    agenda_free(a);
    a = agenda_of(NULL, "soirée 17");
    assert_true(agenda_count_known(a));
    assert_int_equal(number(a), 11);
    agenda_free(a);
}

/* --- the sample season --- */

static void agenda__query__finds_words_and_places(void **state)
{
    struct agenda *a = agenda_of(NULL, "dormillouse");
    int words = number(a);

    (void)state;
    assert_true(words > 0);
    agenda_free(a);
    a = agenda_of(NULL, "dormillouse lieu:\"théâtre du briançonnais\"");
    assert_true(number(a) > 0 && number(a) <= words);
    assert_string_equal(agenda_selected(a)->place, "Théâtre du Briançonnais");
    agenda_free(a);
    a = agenda_of(NULL, "genre:bal");
    assert_true(number(a) > 0);
    agenda_free(a);
    a = agenda_of(NULL, "avant:2020");
    assert_int_equal(number(a), 0);
    agenda_free(a);
}

static void agenda__query__mistake_keeps_the_list(void **state)
{
    struct agenda *a = agenda_of("lieu", "");
    struct err err = {0};
    int n = number(a);

    (void)state;
    assert_int_equal(agenda_query(a, NULL, "état:étrange", &err), ERR_INVALID);
    assert_non_null(err.id);
    assert_int_equal(number(a), n);
    assert_string_equal(agenda_selected(a)->type, "lieu");
    agenda_free(a);
}

static void agenda__types__without_date_are_listed_by_name(void **state)
{
    struct agenda *a = agenda_of("lieu", "");
    size_t n;
    const struct agenda_row *rows = agenda_rows(a, SCREEN, &n);

    (void)state;
    assert_int_equal(n, 16);
    for (size_t i = 0; i < n; i++) {
        assert_false(rows[i].heading);
        assert_string_equal(rows[i].type, "lieu");
        assert_true(rows[i].sample);
        assert_int_equal(rows[i].state, AGENDA_COMPLETE);
    }
    agenda_free(a);
}

static void agenda__refresh__keeps_the_selection(void **state)
{
    struct agenda *a = agenda_new(desk);
    struct agenda_row before;
    struct err err = {0};
    size_t n;
    int total = number(a);
    int steps = 0;
    char next[37];

    (void)state;
    agenda_move(a, 4);
    agenda_rows(a, SCREEN, &n);
    before = *agenda_selected(a);
    do { /* a series bears the same uid on several days */
        agenda_move(a, 1);
        steps++;
        memcpy(next, agenda_selected(a)->uid, sizeof(next));
    } while (strcmp(next, before.uid) == 0);
    agenda_move(a, -steps);
    assert_false(agenda_refresh(a));
    desk_ok(app_delete(desk, next, NULL, &err), &err);
    assert_true(agenda_refresh(a));
    assert_string_equal(agenda_selected(a)->uid, before.uid);
    assert_int_equal(agenda_selected(a)->day, before.day);
    assert_true(number(a) < total);
    desk_ok(app_delete(desk, before.uid, NULL, &err), &err);
    assert_true(agenda_refresh(a));
    assert_string_not_equal(agenda_selected(a)->uid, before.uid);
    agenda_free(a);
}

static void agenda__select__comes_back_to_a_record(void **state)
{
    struct agenda *a = agenda_new(desk);
    char uid[37];
    int32_t day;

    (void)state;
    agenda_end(a);
    memcpy(uid, agenda_selected(a)->uid, sizeof(uid));
    day = agenda_selected(a)->day;
    agenda_home(a);
    assert_int_not_equal(agenda_selected(a)->day, day);
    agenda_select(a, uid, day);
    assert_string_equal(agenda_selected(a)->uid, uid);
    assert_int_equal(agenda_selected(a)->day, day);
    agenda_free(a);
}

static void agenda__drafts__stand_in_and_are_counted(void **state)
{
    struct agenda *a = agenda_of("lieu", "briançonnais");
    struct app_draft *drafts;
    struct entry *en;
    struct err err = {0};
    struct rec_at at = {0};
    size_t n;

    (void)state;
    assert_int_equal(app_totals(desk).drafts, 0);
    desk_ok(entry_open(desk, DESK_THEATRE, &en, &err), &err);
    desk_ok(rec_at_parse(entry_rec(en), VIEW_LIT("nom"), &at, &err), &err);
    desk_ok(entry_type(en, at, VIEW_LIT("Théâtre neuf du Briançonnais"), &err), &err);
    entry_close(en);
    assert_true(agenda_refresh(a));
    assert_int_equal(agenda_selected(a)->state, AGENDA_DRAFT);
    assert_string_equal(agenda_selected(a)->title, "Théâtre neuf du Briançonnais");
    assert_int_equal(app_totals(desk).drafts, 1);
    desk_ok(app_drafts(desk, false, &drafts, &n, &err), &err);
    assert_int_equal(n, 1);
    assert_string_equal(drafts[0].at, "Nom");
    assert_false(drafts[0].orphan);
    app_drafts_release(drafts, n);
    desk_ok(app_draft_discard(desk, DESK_THEATRE, &err), &err);
    assert_int_equal(app_totals(desk).drafts, 0);
    agenda_free(a);
}

int main(void)
{
#define BARE(fn) cmocka_unit_test_setup_teardown(fn, desk_open, desk_close)
#define SEASON(fn) cmocka_unit_test_setup_teardown(fn, desk_open_samples, desk_close)
    static const struct CMUnitTest tests[] = {
            BARE(agenda__open__begins_today),
            BARE(agenda__move__passes_every_record_once),
            BARE(agenda__move__by_pages),
            BARE(agenda__count__stops_at_a_thousand),
            BARE(agenda__rows__fill_the_screen_at_the_end),
            BARE(agenda__empty__has_no_selection),
            BARE(agenda__undated__stand_above_today),
            BARE(agenda__undated__that_are_many_leave_room),
            BARE(agenda__undated__are_found_and_selected),
            BARE(agenda__undated__alone_are_the_list),
            BARE(agenda__count__is_known_where_the_rows_tell),
            SEASON(agenda__query__finds_words_and_places),
            SEASON(agenda__query__mistake_keeps_the_list),
            SEASON(agenda__types__without_date_are_listed_by_name),
            SEASON(agenda__refresh__keeps_the_selection),
            SEASON(agenda__select__comes_back_to_a_record),
            SEASON(agenda__drafts__stand_in_and_are_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
