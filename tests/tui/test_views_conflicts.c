/* Two people change one record: both values side by side, one is taken. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "faults.h"
#include "odus/base/mem.h"

#define PLATEAU "0199f3a0-061f-7c19-abc5-0f8504406949"

static void run(const struct views *v, const char *words)
{
    int status;
    char *out = faults_run(v, words, &status);

    if (status != 0)
        fail_msg("odus %s: status %d: %s", words, status, out);
    free(out);
}

/* Who completes from now on; the program on the screen has read its name already. */
static void become(const struct views *v, const char *name)
{
    char *path = xasprintf("%s/odus/config", v->dir);
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    fprintf(f, "nom=%s\norganisation=Mairie\n", name);
    fclose(f);
    free(path);
}

/* Maud has a record of the samples open; Bruno runs CHANGES on it and completes it; she
 * types KEYS. */
static struct tt *meet_over(void **state, const char *changes, const char *keys)
{
    struct views *v = *state;
    struct tt *t;

    views_start(v, false);
    run(v, "sample add");
    t = views_start(v, false);
    tt_keys(t, "/bord plateau{Enter}");
    tt_expect(t, "Event · Bord plateau");
    become(v, "Bruno");
    run(v, changes);
    run(v, "complete " PLATEAU " --yes");
    tt_keys(t, keys);
    return t;
}

/* Both change the title; Maud completes. */
static struct tt *meet(void **state)
{
    return meet_over(
            state, "set " PLATEAU " titre='Neige de Bruno'", "{^U}Neige de Maud{F10}");
}

static void conflict__completing__shows_both_values_and_whose(void **state)
{
    struct tt *t = meet(state);
    int row;

    tt_expect(t, "conflicts");
    views_expect_row(t, "to decide", "Neige de Maud");
    views_expect_row(t, "to decide", "Neige de Bruno");
    assert_true(tt_find(t, "theirs (Bruno", &row, NULL));
    views_expect_row(t, "theirs (Bruno", "11:00");
    views_expect_row(t, "theirs (Bruno", "mine: Neige de Maud");
    tt_keys(t, "{F10}");
    tt_expect(t, "these have to be decided first");
    tt_keys(t, "{Esc}");
    tt_expect(t, "1 conflict with what others changed");
    views_expect_row(t, "Title", "Neige de Maud");
}

static void conflict__mine_kept__is_completed(void **state)
{
    struct tt *t = meet(state);

    tt_keys(t, "{Left}");
    views_expect_row(t, "Neige de Bruno", "mine kept");
    tt_expect(t, "all decided: F10 completes");
    tt_keys(t, "{F10}");
    tt_expect(t, "complete: Neige de Maud");
    tt_refuse(t, "Neige de Bruno");
}

static void expect_status(const struct views *v, const char *status)
{
    struct json *body = faults_json(v, "show " PLATEAU " --json", 0);

    assert_string_equal(json_get_text(body, "statut_fiche"), status);
    json_free(body);
}

static void conflict__proposing__is_proposed_in_the_end(void **state)
{
    struct tt *t = meet_over(
            state, "set " PLATEAU " titre='Neige de Bruno'", "{^U}Neige de Maud{F11}");

    tt_expect(t, "to decide");
    tt_keys(t, "{F11}");
    tt_expect(t, "these have to be decided first");
    tt_keys(t, "{Left}");
    tt_expect(t, "all decided: F11 proposes");
    tt_keys(t, "{F11}");
    tt_expect(t, "proposed for review: Neige de Maud");
    expect_status(*state, "a_relire");
}

static void conflicts__several__are_decided_by_one_key_and_one_undo(void **state)
{
    struct tt *t = meet_over(state,
            "set " PLATEAU " titre='Neige de Bruno' accroche.fr='De Bruno'",
            "{^U}Neige de Maud{Tab}{Tab}{Tab}{Tab}{Tab}{^U}De Maud{F10}");

    views_expect_row(t, "Neige de Bruno", "to decide");
    views_expect_row(t, "De Maud", "to decide");
    tt_keys(t, "T");
    tt_refuse(t, "to decide");
    views_expect_row(t, "Title  ", "theirs taken");
    tt_keys(t, "{^Z}");
    views_expect_row(t, "Title  ", "to decide");
    views_expect_row(t, "De Maud", "to decide");
    tt_keys(t, "{Right}M");
    views_expect_row(t, "Title  ", "theirs taken");
    views_expect_row(t, "De Maud", "mine kept");
    tt_keys(t, "{F10}");
    tt_expect(t, "complete: Neige de Bruno");
}

static void conflict__theirs_taken__undo_makes_it_wait_again(void **state)
{
    struct tt *t = meet(state);

    tt_keys(t, "{Right}");
    views_expect_row(t, "Neige de Maud", "theirs taken");
    tt_keys(t, "{^Z}");
    views_expect_row(t, "to decide", "Neige de Bruno");
    tt_expect(t, "undone");
    tt_keys(t, "{Right}{Esc}");
    views_expect_row(t, "Title", "Neige de Bruno");
    tt_refuse(t, "1 conflict");
}

static void conflict__enter__goes_to_the_field_and_a_third_value_decides(void **state)
{
    struct tt *t = meet(state);

    tt_keys(t, "{Enter}");
    views_expect_row(t, "▸Title", "Neige de Maud");
    tt_keys(t, "{^U}Neige à deux{Tab}");
    tt_refuse(t, "1 conflict");
    tt_keys(t, "{^O}what others changed{Enter}");
    views_expect_row(t, "Neige de Bruno", "another value");
    tt_keys(t, "{F10}");
    tt_expect(t, "complete: Neige à deux");
}

static void conflict__narrow__one_above_the_other(void **state)
{
    struct views *v = *state;
    struct tt *t;
    int mine, theirs;

    v->cols = 40;
    t = meet(state);
    views_expect_row(t, "Title", "to decide");
    assert_true(tt_find(t, "mine: Neige de Maud", &mine, NULL));
    assert_true(tt_find(t, "theirs (Bruno", &theirs, NULL));
    assert_true(mine < theirs);
    tt_expect(t, "Neige de Bruno");
    tt_keys(t, "{Right}");
    views_expect_row(t, "Title", "theirs taken");
}

static void conflict__crash__waits_in_the_draft(void **state)
{
    struct views *v = *state;
    struct tt *t = meet(state);

    views_kill(v);
    t = views_start(v, false);
    tt_keys(t, "{Enter}{Enter}");
    tt_expect(t, "1 conflict with what others changed");
    tt_keys(t, "{F10}");
    views_expect_row(t, "to decide", "Neige de Bruno");
}

static void conflicts__none__is_said(void **state)
{
    struct views *v = *state;
    struct tt *t = views_start(v, false);

    views_new(v, 2);
    tt_keys(t, "{^O}what others changed{Enter}");
    tt_expect(t, "no conflicts");
}

#define T(f) cmocka_unit_test_setup_teardown(f, views_setup, views_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
            T(conflict__completing__shows_both_values_and_whose),
            T(conflict__mine_kept__is_completed),
            T(conflict__proposing__is_proposed_in_the_end),
            T(conflicts__several__are_decided_by_one_key_and_one_undo),
            T(conflict__theirs_taken__undo_makes_it_wait_again),
            T(conflict__enter__goes_to_the_field_and_a_third_value_decides),
            T(conflict__narrow__one_above_the_other),
            T(conflict__crash__waits_in_the_draft),
            T(conflicts__none__is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
