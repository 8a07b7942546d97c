#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "box.h"
#include "odus/base/buf.h"

/* The rows that lists and searches read; day 20792 is 2026-12-05. */

enum { DAY = 20792, DAY_BITS = 20, SLOTS = 512 };

static struct store *store;
static struct err err;

static int open_box(void **state)
{
    if (box_make(state))
        return -1;
    store = box_open();
    memset(&err, 0, sizeof(err));
    return 0;
}

static int close_box(void **state)
{
    store_close(store);
    return box_remove(state);
}

static int put(const struct summary *s)
{
    struct draft d = box_draft(s->uid, "{}");

    return draft_put(store, &d, s, false, &err);
}

static void put_at(int n, const char *title, int32_t day, int start)
{
    struct summary s = box_summary(box_uid(n), title, DAY);

    s.days[0].day = day;
    s.days[0].start = (int16_t)start;
    assert_int_equal(put(&s), 0);
}

static int64_t id_of(int32_t day, int start, int k)
{
    return ((int64_t)day << DAY_BITS) + (start + 1) * SLOTS + k;
}

static void assert_matches(const char *words, const char *fmt, ...)
{
    char want[200];
    va_list args;

    va_start(args, fmt);
    vsnprintf(want, sizeof(want), fmt, args);
    va_end(args);
    assert_string_equal(box_matches("drafts.db", words), want);
}

static void index__write__orders_by_day_and_hour(void **state)
{
    (void)state;
    put_at(1, "bal soir", DAY, 20 * 60);
    put_at(2, "bal matin", DAY, 10 * 60);
    put_at(3, "bal veille", DAY - 1, 23 * 60);
    put_at(4, "bal sans heure", DAY, -1);
    assert_matches("bal", "%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64,
            id_of(DAY - 1, 23 * 60, 0), id_of(DAY, -1, 0), id_of(DAY, 600, 0),
            id_of(DAY, 1200, 0));
}

static void index__write__knows_days_before_1970(void **state)
{
    struct summary s = box_summary(box_uid(1), "bal", DAY);

    (void)state;
    s.days[0].day = -1;
    s.days[0].start = 0;
    assert_int_equal(put(&s), 0);
    assert_matches("bal", "%d", -(1 << DAY_BITS) + SLOTS);
    s.days[0].day = INT32_MIN;
    assert_int_equal(put(&s), 0);
    s.days[0].day = INT32_MAX;
    assert_int_equal(put(&s), 0);
    s.days[0].start = INT16_MAX;
    assert_int_equal(put(&s), 0);
    assert_int_equal(
            box_int("drafts.db", "select id >> 20 from occurrence"), INT32_MAX);
}

static void index__write__keeps_places_while_the_hour_stays(void **state)
{
    (void)state;
    put_at(1, "bal un", DAY, 600);
    put_at(2, "bal deux", DAY, 600);
    put_at(1, "bal trois", DAY, 600);
    assert_matches("trois", "%" PRId64, id_of(DAY, 600, 0));
    assert_matches("un", "");
    put_at(1, "bal trois", DAY, 601);
    assert_matches("trois", "%" PRId64, id_of(DAY, 601, 0));
    put_at(3, "bal quatre", DAY, 600);
    assert_matches("quatre", "%" PRId64, id_of(DAY, 600, 2));
}

static void index__write__does_nothing_for_the_same_content(void **state)
{
    struct summary s = box_summary(box_uid(1), "bal", DAY);

    (void)state;
    assert_int_equal(put(&s), 0);
    assert_int_equal(box_int("drafts.db", "select errors from entry"), 0);
    s.errors = 3;
    s.warnings = 1;
    assert_int_equal(put(&s), 0);
    assert_int_equal(
            box_int("drafts.db", "select 10 * errors + warnings from entry"), 31);
    assert_int_equal(box_int("drafts.db", "select count(*) from occurrence"), 1);
}

static void index__write__lets_a_full_minute_run_over(void **state)
{
    (void)state;
    for (int i = 0; i < SLOTS + 2; i++)
        put_at(i, "bal", DAY, 600);
    put_at(9000, "autre", DAY, 601);
    assert_int_equal(box_int("drafts.db", "select max(id) - min(id) from occurrence"),
            SLOTS + 2);

    /* and fills the gaps of the full minute */
    assert_int_equal(draft_remove(store, box_uid(100), &err), 0);
    put_at(9001, "neuf", DAY, 600);
    assert_matches("neuf", "%" PRId64, id_of(DAY, 600, 100));
    assert_int_equal(store_check(store, NULL, NULL, &err), 0);
}

static void index__write__has_a_row_for_each_day_and_one_for_none(void **state)
{
    struct occurrence days[3] = {{.day = DAY, .start = 600, .end = 700, .count = 2},
            {.day = DAY + 1, .start = -1, .end = -1, .count = 1, .cancelled = true},
            {.day = DAY + 7, .start = 600, .end = 1500, .count = 1}};
    struct summary s = box_summary(box_uid(1), "bal", DAY);

    (void)state;
    s.days = days;
    s.ndays = 3;
    s.genre = (char *)"danse";
    assert_int_equal(put(&s), 0);
    assert_matches("bal", "%" PRId64 ",%" PRId64 ",%" PRId64, id_of(DAY, 600, 0),
            id_of(DAY + 1, -1, 0), id_of(DAY + 7, 600, 0));
    assert_int_equal(box_int("drafts.db", "select sum(count) from occurrence"
                                          " where genre = 'danse'"),
            4);
    s.ndays = 0;
    assert_int_equal(put(&s), 0);
    assert_matches("bal", "0");
}

static void index__write__moves_single_days_of_a_series(void **state)
{
    struct occurrence days[3] = {{.day = DAY, .start = 600, .end = -1, .count = 1},
            {.day = DAY + 1, .start = 600, .end = -1, .count = 1},
            {.day = DAY + 2, .start = 600, .end = -1, .count = 1}};
    struct summary s = box_summary(box_uid(1), "bal", DAY);

    (void)state;
    s.days = days;
    s.ndays = 3;
    assert_int_equal(put(&s), 0);
    days[0].count = 5;
    days[1].day = DAY + 9;
    assert_int_equal(put(&s), 0);
    assert_matches("bal", "%" PRId64 ",%" PRId64 ",%" PRId64, id_of(DAY, 600, 0),
            id_of(DAY + 2, 600, 0), id_of(DAY + 9, 600, 0));
    assert_int_equal(box_int("drafts.db", "select sum(count) from occurrence"), 7);
    s.ndays = 1;
    assert_int_equal(put(&s), 0);
    assert_matches("bal", "%" PRId64, id_of(DAY, 600, 0));
    assert_int_equal(box_int("drafts.db", "select count(*) from occurrence"), 1);
    s.title = (char *)"valse";
    s.ndays = 3;
    assert_int_equal(put(&s), 0);
    assert_matches("bal", "");
    assert_int_equal(store_check(store, NULL, NULL, &err), 0);
}

static void index__write__finds_words_in_all_columns_until_they_change(void **state)
{
    struct summary s = box_summary(box_uid(1), "L’Œuvre au noir", DAY);

    (void)state;
    s.text = (char *)"lecture";
    s.place_name = (char *)"Théâtre";
    s.town = (char *)"Briançon";
    s.organiser_name = (char *)"Les Décâblés";
    s.memo = (char *)"rappeler";
    assert_int_equal(put(&s), 0);
    assert_string_not_equal(
            box_matches("drafts.db", "oeuv* lec* theatre brianc* decables"), "");
    assert_string_not_equal(box_matches("drafts.db", "town:briancon"), "");
    assert_matches("organiser:briancon", "");
    assert_int_equal(box_int("drafts.db", "select count(*) from memo_fts('rapp*')"), 1);
    s.town = NULL;
    s.memo = NULL;
    assert_int_equal(put(&s), 0);
    assert_matches("briancon", "");
    assert_int_equal(box_int("drafts.db", "select count(*) from memo_fts('rapp*')"), 0);
    assert_int_equal(store_check(store, NULL, NULL, &err), 0);
}

static void index__write__sorts_the_undated_by_folded_title(void **state)
{
    (void)state;
    box_put_draft(store, box_uid(1), "Éden");
    box_put_draft(store, box_uid(2), "Salle");
    put_at(3, "Eden", DAY, 600);
    assert_int_equal(
            box_int("drafts.db", "select count(*) from entry where type = 'lieu'"
                                 " and sort >= 'eden' and sort < 'edeo'"),
            1);
    assert_int_equal(box_int("drafts.db", "select sort is null from entry"
                                          " where type = 'evenement'"),
            1);
}

static void index__idle__merges_until_nothing_is_left(void **state)
{
    int steps = 0;

    (void)state;
    for (int i = 0; i < 40; i++)
        put_at(i, "bal", DAY + i, 600);
    while (store_idle(store) && steps < 1000)
        steps++;
    assert_true(steps < 1000);
    assert_false(store_idle(store));
    put_at(41, "bal", DAY, 600);
    while (store_idle(store))
        ;
    assert_int_equal(store_check(store, NULL, NULL, &err), 0);
    assert_int_equal(
            box_int("drafts.db", "select count(*) from occurrence_fts('bal')"), 41);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_box, close_box)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(index__write__orders_by_day_and_hour),
            TEST(index__write__knows_days_before_1970),
            TEST(index__write__keeps_places_while_the_hour_stays),
            TEST(index__write__does_nothing_for_the_same_content),
            TEST(index__write__lets_a_full_minute_run_over),
            TEST(index__write__has_a_row_for_each_day_and_one_for_none),
            TEST(index__write__moves_single_days_of_a_series),
            TEST(index__write__finds_words_in_all_columns_until_they_change),
            TEST(index__write__sorts_the_undated_by_folded_title),
            TEST(index__idle__merges_until_nothing_is_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
