#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "desk.h"
#include "odus/app/agenda.h"
#include "odus/app/entry.h"
#include "odus/base/mem.h"

static struct entry *en;
static char uid[37];
static struct err err;

static int begin(void **state)
{
    int rc = desk_open(state);

    memset(&err, 0, sizeof err);
    if (rc == 0)
        desk_ok(entry_new(desk, "evenement", &en, &err), &err);
    if (rc == 0)
        memcpy(uid, entry_uid(en), sizeof uid);
    return rc;
}

static int end(void **state)
{
    entry_close(en);
    en = NULL;
    return desk_close(state);
}

static void reopen(void)
{
    entry_close(en);
    en = NULL;
    desk_ok(entry_open(desk, uid, &en, &err), &err);
}

static struct rec_at at(const char *path)
{
    struct rec_at ret = {0};

    desk_ok(rec_at_parse(entry_rec(en), view_of(path), &ret, &err), &err);
    return ret;
}

/* As the screen does: journalled key by key, read when one moves on. */
static int type(struct rec_at where, const char *text)
{
    struct err own = {0};

    entry_typing(en, where, view_of(text));
    return entry_type(en, where, view_of(text), &own);
}

static size_t npending(void)
{
    size_t n;

    entry_pending(en, &n);
    return n;
}

static const char *pending_at(struct rec_at where)
{
    size_t n;
    const struct entry_pending *all = entry_pending(en, &n);

    for (size_t i = 0; i < n; i++)
        if (all[i].at.field == where.field && all[i].at.row == where.row)
            return all[i].typed;
    return "";
}

static int errors_called(const char *rule)
{
    size_t n;
    const struct issue *all = entry_issues(en, &n);
    int found = 0;

    for (size_t i = 0; i < n; i++)
        found += strcmp(all[i].rule, rule) == 0 && all[i].severity == FORM_ERROR;
    return found;
}

static void typing__unreadable_in_several_fields__all_come_back(void **state)
{
    (void)state;
    assert_true(type(at("age_min"), "dix") < 0);
    assert_true(type(at("age_max"), "vingt") < 0);
    assert_int_equal(type(at("titre"), "Bal"), 0);
    reopen();
    assert_int_equal(npending(), 2);
    assert_string_equal(pending_at(at("age_min")), "dix");
    assert_string_equal(pending_at(at("age_max")), "vingt");
    assert_string_equal(rec_value(entry_rec(en), "titre"), "Bal");
}

static void typing__unreadable__is_an_error_and_blocks(void **state)
{
    int before = entry_state(en).counts.errors;

    (void)state;
    assert_true(type(at("age_min"), "dix") < 0);
    assert_int_equal(entry_state(en).counts.errors, before + 1);
    assert_int_equal(errors_called("unread"), 1);
    assert_non_null(entry_issue_at(en, at("age_min")));
    assert_int_equal(entry_complete(en, 0, NULL, &err), 1);
    assert_int_equal(entry_complete(en, ENTRY_REVIEW, NULL, &err), 1);
    reopen();
    assert_int_equal(errors_called("unread"), 1);
}

/* What is blank because it could not be read is one problem, not two. */
static void typing__unreadable_where_asked__is_told_once(void **state)
{
    struct rec_at start;
    int row, before, missing;

    (void)state;
    desk_ok(entry_row_add(en, form_table_find(entry_form(en), VIEW_LIT("seances")),
                    &row, &err),
            &err);
    start = at("seances.1.debut");
    before = entry_state(en).counts.errors;
    missing = errors_called("required");
    assert_true(entry_issue_at(en, start) != NULL);
    assert_true(type(start, "un soir") < 0);
    assert_string_equal(entry_issue_at(en, start)->rule, "unread");
    assert_int_equal(errors_called("required"), missing - 1);
    assert_int_equal(entry_state(en).counts.errors, before);
}

/* The same of a repeat in which rows have to be. */
static void typing__unreadable_where_rows_are_asked__is_told_once(void **state)
{
    int table = form_table_find(entry_form(en), VIEW_LIT("seances"));
    struct rec_at add = {.row = 0};
    int before = entry_state(en).counts.errors;

    (void)state;
    while (entry_form(en)->fields[add.field].table != table)
        add.field++;
    assert_true(entry_issue_at(en, add) != NULL);
    entry_typing(en, add, VIEW_LIT("un soir"));
    reopen(); /* as after a crash */
    assert_string_equal(entry_issue_at(en, add)->rule, "unread");
    assert_int_equal(entry_state(en).counts.errors, before);
}

/* The only record there is. */
static int listed_errors(void)
{
    struct agenda *a = agenda_new(desk);
    int errors;

    desk_ok(agenda_query(a, "*", "", &err), &err);
    agenda_home(a);
    assert_string_equal(agenda_selected(a)->uid, uid);
    errors = agenda_selected(a)->errors;
    agenda_free(a);
    return errors;
}

static void typing__unreadable__is_counted_in_lists(void **state)
{
    int before;

    (void)state;
    assert_int_equal(type(at("titre"), "Bal"), 0);
    before = listed_errors();
    assert_int_equal(before, entry_state(en).counts.errors);
    assert_true(type(at("age_min"), "dix") < 0);
    entry_idle(en);
    assert_int_equal(listed_errors(), before + 1);
    entry_forget(en, at("age_min"));
    entry_idle(en);
    assert_int_equal(listed_errors(), before);
    assert_true(type(at("age_min"), "dix") < 0);
    entry_close(en);
    en = NULL;
    assert_int_equal(listed_errors(), before + 1);
    desk_ok(entry_open(desk, uid, &en, &err), &err);
    assert_int_equal(type(at("age_min"), "10"), 0);
    assert_int_equal(listed_errors(), before);
}

static void undo__closed_and_opened_again__goes_on(void **state)
{
    struct rec_at where;

    (void)state;
    assert_int_equal(type(at("titre"), "Bal"), 0);
    assert_int_equal(type(at("titre"), "Bal folk"), 0);
    assert_true(type(at("age_min"), "dix") < 0);
    reopen();
    assert_int_equal(npending(), 1);
    assert_true(entry_undo(en, &where));
    assert_string_equal(rec_value(entry_rec(en), "titre"), "Bal");
    reopen();
    assert_true(entry_redo(en, &where));
    assert_string_equal(rec_value(entry_rec(en), "titre"), "Bal folk");
    assert_string_equal(pending_at(at("age_min")), "dix");
}

static void undo__many_drafts__the_last_ones_are_remembered(void **state)
{
    char uids[6][37];
    struct rec_at where;

    (void)state;
    for (int i = 0; i < 6; i++) {
        entry_close(en);
        desk_ok(entry_new(desk, "evenement", &en, &err), &err);
        memcpy(uids[i], entry_uid(en), 37);
        assert_int_equal(type(at("titre"), "Bal"), 0);
    }
    for (int i = 0; i < 6; i += 5) {
        entry_close(en);
        desk_ok(entry_open(desk, uids[i], &en, &err), &err);
        assert_int_equal(entry_undo(en, &where), i == 5);
    }
}

static void typing__value_given__takes_its_place(void **state)
{
    (void)state;
    assert_true(type(at("age_min"), "dix") < 0);
    assert_true(type(at("age_max"), "vingt") < 0);
    assert_int_equal(type(at("age_min"), "10"), 0);
    assert_int_equal(npending(), 1);
    entry_forget(en, at("age_max"));
    assert_int_equal(npending(), 0);
    reopen();
    assert_int_equal(npending(), 0);
    assert_string_equal(rec_value(entry_rec(en), "age_min"), "10");
}

static void typing__blanked_again__nothing_is_left(void **state)
{
    (void)state;
    assert_true(type(at("age_min"), "dix") < 0);
    assert_int_equal(type(at("age_min"), ""), 0);
    entry_close(en);
    en = NULL;
    assert_int_equal(entry_open(desk, uid, &en, &err), ERR_NOT_FOUND);
}

static void typing__in_a_row__follows_the_row(void **state)
{
    int table =
            entry_form(en)
                    ->fields[form_field_find(entry_form(en), VIEW_LIT("seances.debut"))]
                    .table;
    struct rec_at undone;
    int row;

    (void)state;
    desk_ok(entry_timing_add(en, table, VIEW_LIT("5/12 20h; 6/12 20h"), &err), &err);
    assert_true(type(at("seances.2.jauge_mise_en_vente"), "beaucoup") < 0);
    desk_ok(entry_timing_add(en, table, VIEW_LIT("4/12 20h"), &err), &err);
    assert_string_equal(pending_at(at("seances.3.jauge_mise_en_vente")), "beaucoup");
    desk_ok(entry_row_remove(en, table, 2, &err), &err);
    assert_int_equal(npending(), 0);
    assert_true(entry_undo(en, &undone));
    assert_int_equal(npending(), 1);
    reopen();
    assert_string_equal(pending_at(at("seances.3.jauge_mise_en_vente")), "beaucoup");
    desk_ok(entry_row_add(en, table, &row, &err), &err);
    assert_int_equal(npending(), 1);
}

static void typing__timings__wait_where_rows_are_added(void **state)
{
    int field = form_field_find(entry_form(en), VIEW_LIT("seances.debut"));
    int table = entry_form(en)->fields[field].table;
    struct rec_at add = {0};
    size_t n;

    (void)state;
    for (size_t i = 0; i < entry_form(en)->nfields && !add.field; i++)
        if (entry_form(en)->fields[i].table == table)
            add.field = (int)i;
    entry_typing(en, add, VIEW_LIT("ve 20h; 31/2"));
    assert_true(entry_timing_add(en, table, VIEW_LIT("ve 20h; 31/2"), &err) < 0);
    reopen();
    assert_int_equal(npending(), 1);
    assert_int_equal(entry_pending(en, &n)[0].at.row, 0);
    desk_ok(entry_timing_add(en, table, VIEW_LIT("ve 20h"), &err), &err);
    assert_int_equal(npending(), 0);
    reopen();
    assert_int_equal(npending(), 0);
    assert_int_equal(rec_rows(entry_rec(en), table), 1);
}

static void typing__crash_in_the_middle__resumes_there(void **state)
{
    struct rec_at where = {0};
    struct buf typed;

    (void)state;
    assert_true(type(at("age_min"), "dix") < 0);
    entry_typing(en, at("titre"), VIEW_LIT("Ba"));
    reopen();
    buf_init(&typed, 0);
    assert_true(entry_resume(en, &where, &typed));
    assert_int_equal(where.field, at("titre").field);
    assert_string_equal(typed.s, "Ba");
    assert_int_equal(npending(), 1);
    buf_release(&typed);
}

/* What lists show of the drafts. */
static const char *listed_title(void)
{
    static char title[100];
    struct app_draft *all = NULL;
    size_t n = 0;

    *title = '\0';
    desk_ok(app_drafts(desk, false, &all, &n, &err), &err);
    if (n)
        snprintf(title, sizeof title, "%s", all[0].title);
    app_drafts_release(all, n);
    return title;
}

static void journal__many_dates__lists_hear_of_it_when_idle(void **state)
{
    int field = form_field_find(entry_form(en), VIEW_LIT("seances.debut"));
    int table = entry_form(en)->fields[field].table;

    (void)state;
    assert_int_equal(type(at("titre"), "Un"), 0);
    assert_string_equal(listed_title(), "Un");
    assert_false(entry_idle(en));
    desk_ok(entry_timing_add(en, table, VIEW_LIT("tlj 1/12-31/12 20h"), &err), &err);
    assert_int_equal(type(at("titre"), "Deux"), 0);
    assert_string_equal(listed_title(), "Un");
    assert_true(entry_idle(en));
    assert_false(entry_idle(en));
    assert_string_equal(listed_title(), "Deux");
    assert_int_equal(type(at("titre"), "Trois"), 0);
    reopen();
    assert_string_equal(listed_title(), "Trois");
    assert_string_equal(rec_value(entry_rec(en), "titre"), "Trois");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(typing__unreadable_in_several_fields__all_come_back),
            TEST(typing__unreadable__is_an_error_and_blocks),
            TEST(typing__unreadable_where_asked__is_told_once),
            TEST(typing__unreadable_where_rows_are_asked__is_told_once),
            TEST(typing__unreadable__is_counted_in_lists),
            TEST(undo__closed_and_opened_again__goes_on),
            TEST(undo__many_drafts__the_last_ones_are_remembered),
            TEST(typing__value_given__takes_its_place),
            TEST(typing__blanked_again__nothing_is_left),
            TEST(typing__in_a_row__follows_the_row),
            TEST(typing__timings__wait_where_rows_are_added),
            TEST(typing__crash_in_the_middle__resumes_there),
            TEST(journal__many_dates__lists_hear_of_it_when_idle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
