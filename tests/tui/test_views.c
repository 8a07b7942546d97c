#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "views.h"

static void start__first_time__asks_once_and_keeps_the_name(void **state)
{
    struct views *v = *state;
    struct tt *t = views_start(v, true);
    char *config;

    tt_expect(t, "Welcome to OduS");
    tt_keys(t, "Maud{Enter}Les Décâblés{Enter}");
    tt_refuse(t, "Welcome");
    tt_expect(t, "Les Décâblés");
    config = views_config(v);
    assert_non_null(strstr(config, "nom=Maud"));
    free(config);
}

static void start__first_time__offers_samples_once(void **state)
{
    struct views *v = *state;
    struct tt *t = views_start(v, true);

    tt_keys(t, "Maud{Enter}{Enter}");
    tt_expect(t, "2 a sample season");
    tt_keys(t, "2");
    tt_expect(t, "samples are there");
    tt_keys(t, "{Down}");
    tt_expect(t, "✓ sample");
    tt_keys(t, ":organ{Enter}{Enter}{Enter}");
    tt_refuse(t, "a sample season");
}

static void start__welcome_skipped__is_not_shown_again(void **state)
{
    struct views *v = *state;
    struct tt *t = views_start(v, true);
    char *config;

    tt_keys(t, "{Esc}");
    tt_refuse(t, "Welcome");
    tt_send(t, "q");
    tt_wait_exit(t);
    config = views_config(v);
    assert_non_null(strstr(config, "nom="));
    free(config);
}

static void agenda__quit__ends_at_once_without_a_question(void **state)
{
    struct views *v = *state;
    struct tt *t = views_start(v, false);
    int status;

    views_new(v, 1);
    tt_keys(t, "Bal folk{Esc}");
    tt_send(t, "q");
    status = tt_wait_exit(t);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    t = views_start(v, false);
    tt_keys(t, "/bal");
    tt_expect(t, "Bal folk");
}

static void agenda__new_event__is_found_by_three_letters(void **state)
{
    struct views *v = *state;
    struct tt *t = views_start(v, false);

    views_new(v, 1);
    tt_keys(t, "Trio à cordes{Tab}{PgDn}{PgDn}sa 5/12 20h30 >22h{Enter}{Esc}");
    tt_expect(t, "Saturday 5 December 2026");
    views_expect_row(t, "Trio à cordes", "20:30");
    views_expect_row(t, "Trio à cordes", "✎ draft");
    views_expect_row(t, "Trio à cordes", "▸");
    tt_keys(t, "/zzz");
    tt_expect(t, "Nothing is found");
    tt_keys(t, "{^U}COR");
    views_expect_row(t, "Trio à cordes", "20:30");
    tt_keys(t, "{Enter}");
    tt_expect(t, "Event · Trio à cordes");
}

static void agenda__esc__clears_the_search_then_leaves_it(void **state)
{
    struct views *v = *state;
    struct tt *t = views_start(v, false);

    views_new(v, 1);
    tt_keys(t, "Un{PgDn}{PgDn}+1 20h{Enter}{Esc}/qqq");
    tt_expect(t, "Nothing is found");
    tt_keys(t, "{Esc}");
    tt_refuse(t, "Nothing is found");
    tt_keys(t, "d");
    tt_expect(t, "Event · Un");
}

static void agenda__draft_without_date__stands_above_today(void **state)
{
    struct views *v = *state;
    struct tt *t = views_start(v, false);
    int undated, today;

    views_new(v, 1);
    tt_keys(t, "Aujourd'hui{PgDn}{PgDn}+0 20h{Enter}{Esc}");
    tt_expect(t, "today");
    views_new(v, 1);
    tt_keys(t, "Un jour{Esc}");
    views_expect_row(t, "Un jour", "✎ draft");
    views_expect_row(t, "Un jour", "▸");
    tt_send(t, "q");
    tt_wait_exit(t);
    t = views_start(v, false);
    assert_true(tt_find(t, "no date yet", &undated, NULL));
    assert_true(tt_find(t, "· today", &today, NULL));
    assert_int_equal(today, undated + 2);
    views_expect_row(t, "Aujourd'hui", "▸");
    tt_keys(t, "/un jo");
    tt_refuse(t, "Aujourd'hui");
    tt_keys(t, "{Enter}{PgDn}{PgDn}+1 20h{Enter}{Esc}{Esc}");
    tt_refuse(t, "no date yet");
    views_expect_row(t, "Un jour", "20:00");
}

static void agenda__count__comes_when_nobody_types(void **state)
{
    struct views *v = *state;
    struct tt *t = views_start(v, false);

    views_new(v, 1);
    tt_keys(t, "Un{PgDn}{PgDn}tous les jours du 22/11 au 31/12 20h{Enter}{Esc}");
    views_expect_row(t, "Search:", " 40");
    tt_keys(t, "/qqq");
    views_expect_row(t, "Search:", " 0");
}

static void agenda__duplicate__begins_without_dates(void **state)
{
    struct views *v = *state;
    struct tt *t = views_start(v, false);

    views_new(v, 1);
    tt_keys(t, "Un{PgDn}{PgDn}+1 20h{Enter}{Esc}d{PgDn}{PgDn}");
    tt_expect(t, "Performances (0)");
}

static void agenda__seance_menu__marks_the_day_cancelled(void **state)
{
    struct views *v = *state;
    struct tt *t = views_start(v, false);

    views_new(v, 1);
    tt_keys(t, "Un{PgDn}{PgDn}+1 20h{Enter}{Esc}{F6}");
    tt_expect(t, "1 cancelled");
    tt_keys(t, "1");
    tt_expect(t, "noted in the draft");
    tt_keys(t, "{Enter}{Up}{Enter}");
    views_expect_row(t, "Status", "Cancelled");
}

static void palette__words__find_and_run_a_command(void **state)
{
    struct views *v = *state;
    struct tt *t = views_start(v, false);

    tt_keys(t, ":organ");
    tt_expect(t, "your name and organisation");
    tt_keys(t, "{Enter}");
    tt_expect(t, "Welcome to OduS");
    tt_keys(t, "{Esc}{^O}zzzz{Enter}{Esc}");
    tt_refuse(t, "Commands ─");
}

static void help__agenda__lists_every_key(void **state)
{
    struct views *v = *state;
    struct tt *t = views_start(v, false);

    tt_keys(t, "{F1}");
    tt_expect(t, "new record like this one");
    tt_keys(t, "{Esc}");
    tt_expect(t, "Agenda");
}

/* What a crash leaves */

static void crash__text_being_typed__comes_back_at_its_place(void **state)
{
    struct views *v = *state;
    struct tt *t = views_start(v, false);

    views_new(v, 1);
    tt_keys(t, "Contes d'hiver{Tab}{Tab}{Tab}{Tab}{Tab}Des loups et de la nei");
    views_kill(v);
    t = views_start(v, false);
    tt_expect(t, "Left open when the program ended");
    tt_expect(t, "Contes d'hiver");
    tt_keys(t, "{Enter}");
    tt_expect(t, "resume where it was left");
    tt_keys(t, "{Enter}");
    views_expect_row(t, "▸Short description", "Des loups et de la nei");
    tt_keys(t, "ge{Tab}{Up}");
    views_expect_row(t, "Short description", "Des loups et de la neige");
}

static void crash__set_aside__is_kept_and_not_asked_again(void **state)
{
    struct views *v = *state;
    struct tt *t = views_start(v, false);

    views_new(v, 1);
    tt_keys(t, "Perdu{Tab}");
    views_kill(v);
    t = views_start(v, false);
    tt_expect(t, "Left open");
    tt_keys(t, "{Enter}2");
    tt_refuse(t, "Left open");
    tt_send(t, "q");
    tt_wait_exit(t);
    t = views_start(v, false);
    tt_refuse(t, "Left open");
    tt_keys(t, "b");
    tt_expect(t, "Perdu");
}

static void crash__discard__only_when_told(void **state)
{
    struct views *v = *state;
    struct tt *t = views_start(v, false);

    views_new(v, 1);
    tt_keys(t, "Perdu{Tab}");
    views_kill(v);
    t = views_start(v, false);
    tt_keys(t, "{Esc}");
    views_kill(v);
    t = views_start(v, false);
    tt_expect(t, "Perdu");
    tt_keys(t, "{Enter}3b");
    tt_expect(t, "no drafts");
}

static void form__opened_and_left__leaves_no_draft(void **state)
{
    struct views *v = *state;
    struct tt *t = views_start(v, false);

    views_new(v, 1);
    tt_keys(t, "{Tab}{Tab}{Esc}b");
    tt_expect(t, "no drafts");
}

/* The terminal */

static const int sizes[][2] = {
        {12, 40}, {24, 80}, {13, 45}, {60, 200}, {12, 60}, {30, 111}, {24, 59}};

static void resize__anywhere__keeps_focus_and_keys(void **state)
{
    struct views *v = *state;
    struct tt *t = views_start(v, false);
    int row, col;

    views_new(v, 1);
    tt_keys(t, "Contes");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        tt_resize(t, sizes[i][0], sizes[i][1]);
        tt_expect(t, "▸Title");
        tt_expect(t, "Contes");
        tt_expect(t, "Tab next");
        if (!tt_cursor(t, &row, &col))
            tt_fail(t, "no cursor at %dx%d", sizes[i][0], sizes[i][1]);
    }
    tt_keys(t, "{Tab} ");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        tt_resize(t, sizes[i][0], sizes[i][1]);
        tt_expect(t, "Kind of event ─");
    }
    tt_keys(t, "{Esc}{F8}");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        tt_resize(t, sizes[i][0], sizes[i][1]);
        tt_expect(t, "to be filled in");
    }
    tt_keys(t, "{Esc}{PgDn}{PgDn}+1 20h{Enter}{Esc}");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        tt_resize(t, sizes[i][0], sizes[i][1]);
        tt_expect(t, "Contes");
    }
}

static void wide__agenda__shows_the_record_beside_it(void **state)
{
    struct views *v = *state;
    struct tt *t;

    v->cols = 140;
    t = views_start(v, false);
    views_new(v, 1);
    tt_keys(t, "Contes{PgDn}{PgDn}+1 20h{Enter}{Esc}");
    tt_expect(t, "│");
    views_expect_row(t, "│ ", "Event");
}

static void colour__no_color__nothing_is_coloured(void **state)
{
    struct views *v = *state;
    struct tt *t;

    v->env = "NO_COLOR=1";
    t = views_start(v, false);
    views_new(v, 1);
    tt_keys(t, "Contes{PgDn}{PgDn}31/2{Tab}");
    if (tt_any_colour(t))
        tt_fail(t, "a cell has a colour");
    tt_keys(t, "{F8}");
    if (tt_any_colour(t))
        tt_fail(t, "a cell has a colour");
}

static void mouse__row_and_field__are_taken_by_a_press(void **state)
{
    struct views *v = *state;
    struct tt *t = views_start(v, false);
    int row;

    views_new(v, 1);
    tt_keys(t, "Un{PgDn}{PgDn}+1 20h{Enter}{Esc}");
    assert_true(tt_find(t, "20:00", &row, NULL));
    tt_click(t, row, 12);
    tt_expect(t, "Event · Un");
    tt_keys(t, "{PgUp}{PgUp}");
    assert_true(tt_find(t, "Short description", &row, NULL));
    tt_click(t, row, 40);
    tt_expect(t, "▸Short description");
    tt_wheel(t, 6, 10, true);
    tt_expect(t, "Event · Un");
}

static void training__store__shows_on_every_screen(void **state)
{
    struct views *v = *state;
    struct tt *t;

    v->option = "--training";
    t = views_start(v, false);
    tt_expect(t, "TRAINING");
    views_new(v, 1);
    tt_expect(t, "TRAINING");
    tt_keys(t, "x{F8}");
    tt_expect(t, "TRAINING");
    tt_keys(t, "{Esc}{F9}");
    tt_expect(t, "TRAINING");
    tt_keys(t, "{Esc}{F1}");
    tt_expect(t, "TRAINING");
}

#define VIEWS_TEST(name)                                                               \
    cmocka_unit_test_setup_teardown(name, views_setup, views_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
            VIEWS_TEST(start__first_time__asks_once_and_keeps_the_name),
            VIEWS_TEST(start__first_time__offers_samples_once),
            VIEWS_TEST(start__welcome_skipped__is_not_shown_again),
            VIEWS_TEST(agenda__quit__ends_at_once_without_a_question),
            VIEWS_TEST(agenda__new_event__is_found_by_three_letters),
            VIEWS_TEST(agenda__esc__clears_the_search_then_leaves_it),
            VIEWS_TEST(agenda__draft_without_date__stands_above_today),
            VIEWS_TEST(agenda__count__comes_when_nobody_types),
            VIEWS_TEST(agenda__duplicate__begins_without_dates),
            VIEWS_TEST(agenda__seance_menu__marks_the_day_cancelled),
            VIEWS_TEST(palette__words__find_and_run_a_command),
            VIEWS_TEST(help__agenda__lists_every_key),
            VIEWS_TEST(crash__text_being_typed__comes_back_at_its_place),
            VIEWS_TEST(crash__set_aside__is_kept_and_not_asked_again),
            VIEWS_TEST(crash__discard__only_when_told),
            VIEWS_TEST(form__opened_and_left__leaves_no_draft),
            VIEWS_TEST(resize__anywhere__keeps_focus_and_keys),
            VIEWS_TEST(wide__agenda__shows_the_record_beside_it),
            VIEWS_TEST(colour__no_color__nothing_is_coloured),
            VIEWS_TEST(mouse__row_and_field__are_taken_by_a_press),
            VIEWS_TEST(training__store__shows_on_every_screen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
