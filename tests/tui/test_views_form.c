#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faults.h"
#include "odus/base/mem.h"

enum { EVENT = 1, VENUE, WORK, PERSON, SHOW, ORGANISATION, TYPES = ORGANISATION };

static struct tt *begin(void **state, int type)
{
    struct views *v = *state;

    views_start(v, false);
    views_new(v, type);
    return v->t;
}

/* Wrong text: told, kept, never a prison */

static void date__wrong__moving_is_free_and_the_text_stays(void **state)
{
    struct tt *t = begin(state, EVENT);

    tt_keys(t, "Contes{PgDn}{PgDn}{F3}31/2{Tab}");
    tt_expect(t, "31/2");
    tt_expect(t, "is not a date");
    tt_keys(t, "{PgDn}{PgDn}{F8}");
    views_expect_row(t, "✗ Start", "31/2");
    tt_keys(t, "{Home}{Enter}");
    views_expect_row(t, "▸    Start", "31/2");
    tt_keys(t, "{^U}5/12 20h{Tab}");
    views_expect_row(t, "Start", "Sat 5 Dec 2026 20:00");
    tt_keys(t, "{F8}");
    tt_refuse(t, "31/2");
}

static void wrong__in_several_fields__survives_leaving_and_a_crash(void **state)
{
    struct views *v = *state;
    struct tt *t = begin(state, EVENT);

    tt_keys(t, "Contes{PgDn}{PgDn}{F3}31/2{Tab}{Tab}{Tab}longtemps{Esc}"
               "{Down}ve 20h; 32/1{Esc}");
    tt_expect(t, "Search:");
    tt_keys(t, "/contes{Enter}{F8}");
    for (int crash = 0; crash < 2; crash++) {
        tt_expect(t, "31/2");
        tt_expect(t, "longtemps");
        tt_expect(t, "32/1");
        if (crash)
            break;
        views_kill(v);
        t = views_start(v, false);
        tt_keys(t, "{Enter}{Enter}{F8}");
    }
    tt_keys(t, "{Home}{Enter}");
    tt_expect(t, "Event · Contes");
    tt_keys(t, "{^Z}{F8}");
    tt_expect(t, "problems");
}

static int checked_errors(const struct views *v, bool *ret_unread)
{
    struct json *all = faults_json(v, "check --json", 1);
    int errors = 0;

    *ret_unread = false;
    for (size_t i = 0; i < json_len(all); i++) {
        const struct json *one = json_at(all, i);

        errors += strcmp(json_get_text(one, "severity"), "error") == 0;
        *ret_unread |= strcmp(json_get_text(one, "rule"), "unread") == 0;
    }
    json_free(all);
    return errors;
}

/* P26 */
static void unread__text__is_counted_by_the_agenda_and_by_check(void **state)
{
    struct views *v = *state;
    struct tt *t = begin(state, EVENT);
    bool unread;
    char *count;
    int errors;

    tt_keys(t, "Contes{Tab}{Tab}{Tab}{Tab}{Tab}{Tab}{Tab}longue{Tab}{Esc}/contes");
    errors = checked_errors(v, &unread);
    assert_true(unread);
    count = xasprintf("✗%d", errors);
    views_expect_row(t, "Contes", count);
    free(count);
    tt_keys(t, "{Enter}{Tab}{Tab}{Tab}{Tab}{Tab}{Tab}{Tab}"
               "{^U}{Tab}{S-Tab}encore");
    views_kill(v); /* not left */
    assert_int_equal(checked_errors(v, &unread), errors);
    assert_true(unread);
}

static void date__wrong__completing_shows_it_first(void **state)
{
    struct tt *t = begin(state, EVENT);

    tt_keys(t, "Contes{PgDn}{PgDn}{F3}31/2{F10}");
    tt_expect(t, "these problems come first");
    views_expect_row(t, "31/2", "is not a date");
}

static void date__typing__interpretation_is_echoed(void **state)
{
    struct tt *t = begin(state, EVENT);

    tt_keys(t, "{PgDn}{PgDn}{F3}12/12 20h30");
    tt_expect(t, "= Sat 12 Dec 2026 20:30");
}

static void row__adding_from_a_later_column__begins_at_the_first(void **state)
{
    struct tt *t = begin(state, EVENT);

    tt_keys(t, "{PgDn}{PgDn}{F3}12/12 20h30{Tab}{F3}");
    views_expect_row(t, "▸    Start", "");
    tt_keys(t, "13/12 15h{Tab}");
    views_expect_row(t, "Start", "Sun 13 Dec 2026 15:00");
}

static void timings__typing__echo_then_rows(void **state)
{
    struct tt *t = begin(state, EVENT);

    tt_keys(t, "{PgDn}{PgDn}ve 20h30 >22h; sa-di 15h");
    tt_expect(t, "= 3 performances:");
    tt_keys(t, "{Enter}");
    tt_expect(t, "Performances (3)");
    tt_expect(t, "Fri 27 Nov 2026 20:30 → 22:00");
    tt_keys(t, "{^Z}");
    tt_expect(t, "Performances (0)");
}

static void seance__two_keys__cancel_it(void **state)
{
    struct tt *t = begin(state, EVENT);

    tt_keys(t, "{PgDn}{PgDn}ve 20h; sa 15h{Enter}{Up}");
    tt_expect(t, "F6 performance");
    tt_keys(t, "{F6}1");
    tt_expect(t, "noted");
    views_expect_row(t, "▸  2  Sat 28 Nov 2026 15:00", "Cancelled");
    tt_keys(t, "{Enter}{Down}");
    views_expect_row(t, " Status", "Cancelled");
    tt_keys(t, "{F6}4");
    views_expect_row(t, " Status", "Confirmed");
}

/* Undo */

static void undo__typing__first_inside_the_field(void **state)
{
    struct tt *t = begin(state, EVENT);

    tt_keys(t, "Contes{Tab}{Up} d'hiver{^Z}");
    views_expect_row(t, "Title", "Contes");
    tt_refuse(t, "hiver");
    tt_keys(t, "{^Z}");
    tt_refuse(t, "Contes");
    tt_keys(t, "{^Y}");
    views_expect_row(t, "Title", "Contes");
}

static void row__deleted__is_named_and_comes_back(void **state)
{
    struct tt *t = begin(state, EVENT);

    tt_keys(t, "{PgDn}{PgDn}ve 20h; sa 15h{Enter}{Up}{Up}{^D}");
    tt_expect(t, "row deleted: Fri 27 Nov 2026 20:00");
    tt_expect(t, "^Z brings it back");
    tt_expect(t, "Performances (1)");
    tt_keys(t, "{^Z}");
    tt_expect(t, "Performances (2)");
    tt_expect(t, "Fri 27 Nov 2026 20:00");
}

static void hidden__value__is_counted_and_comes_back(void **state)
{
    struct tt *t = begin(state, EVENT);

    tt_keys(t, "Contes{PgDn}en li{Enter}");
    views_expect_row(t, "The public comes", "Online");
    tt_keys(t, "https://example.org/direct{Up}{Left}");
    tt_refuse(t, "example.org");
    tt_expect(t, "1 value set aside");
    tt_keys(t, "{Right}");
    tt_expect(t, "example.org/direct");
    tt_refuse(t, "set aside");
}

/* Esc leads one step back */

static void esc__steps__popup_field_row_agenda(void **state)
{
    struct tt *t = begin(state, EVENT);

    tt_keys(t, "Contes{PgDn}{PgDn}ve 20h{Enter}{Up}{Enter}{Tab}{Tab}{F4}");
    tt_expect(t, "Status ─");
    tt_keys(t, "{Esc}");
    tt_refuse(t, "Status ─");
    tt_expect(t, "▸    Status");
    tt_keys(t, "{Esc}");
    tt_refuse(t, "Status");
    tt_expect(t, "▸  1  Fri 27 Nov");
    tt_keys(t, "{Esc}");
    tt_expect(t, "Search:");
    tt_expect(t, "Contes");
}

static void label__required_on_a_condition__keeps_its_mark(void **state)
{
    struct tt *t = begin(state, EVENT);

    tt_keys(t, "{PgDn}en li{Enter}");
    views_expect_row(t, "▸Access link", "*");
    tt_keys(t, "https://example.org/direct{Tab}{PgUp}");
    views_expect_row(t, "example.org", "*");
    tt_keys(t, "{PgDn}");
    views_expect_row(t, "+ add:", "○▸");
    tt_refuse(t, "at least 1 rows");
}

/* Choices and links */

static void choice__letters__find_it_without_accents(void **state)
{
    struct tt *t = begin(state, EVENT);

    tt_keys(t, "Contes{Tab}residence{Enter}");
    tt_expect(t, "▸Shows");
    tt_keys(t, "{Up}{Backspace}");
    views_expect_row(t, "Kind of event", "·");
    tt_keys(t, "conc{Enter}");
    views_expect_row(t, "Kind of event", "Concert");
}

static void link__created_here__returns_linked(void **state)
{
    struct tt *t = begin(state, EVENT);

    tt_keys(t, "Contes{Tab}{Tab}{Tab}Les Décâblés");
    tt_expect(t, "create “Les Décâblés” here");
    tt_keys(t, "{Enter}");
    tt_expect(t, "Organisation · Les Décâblés");
    tt_keys(t, "{Esc}");
    tt_expect(t, "Event · Contes");
    views_expect_row(t, "▸Organiser", "Les Décâblés");
    tt_keys(t, "{Tab}{Up}{Delete}dec{Enter}");
    views_expect_row(t, "Organiser", "Les Décâblés");
}

/* P27, P38: a list one typed into without finding anything holds nobody, loses nothing.
 */
static void picker__tab__moves_on_and_keeps_what_names_nothing(void **state)
{
    struct tt *t = begin(state, EVENT);

    tt_keys(t, "Contes{Tab}{Tab}{Tab}nobody of that name{Tab}");
    views_expect_row(t, "Organiser", "nobody of that name");
    tt_expect(t, "▸Genre");
    tt_refuse(t, "Organisation · nobody");
    tt_keys(t, "{Esc}b{Enter}1{F8}");
    tt_expect(t, "nobody of that name");
}

/* The list goes away, and nothing is chosen for anybody. */
static void picker__f10__completes_and_keeps_what_is_typed(void **state)
{
    struct tt *t = begin(state, EVENT);

    tt_keys(t, "Contes{Tab}{Tab}{Tab}nobody of that name{F10}");
    tt_refuse(t, "create “nobody of that name” here");
    tt_expect(t, "not yet: these problems come first");
    tt_keys(t, "{Esc}");
    views_expect_row(t, "Organiser", "nobody of that name");
    tt_keys(t, "{Tab}{F4}{F10}");
    tt_refuse(t, "Enter: take");
    tt_expect(t, "not yet: these problems come first");
}

static void picker__f10__keeps_what_was_chosen_before(void **state)
{
    struct tt *t = begin(state, SHOW);

    tt_keys(t, "Contes{PgDn}{PgDn}{PgDn}{F4}fam{Enter}zzz{F10}");
    tt_expect(t, "Audiences: Families, zzz — \"zzz\" is not one of the choices");
    tt_keys(t, "{Esc}{F4}");
    tt_expect(t, "✓ Families");
    tt_keys(t, "{F10}{Esc}");
    views_expect_row(t, "Audiences", "Families, zzz");
}

static void link__drafts__are_offered_for_completion(void **state)
{
    struct tt *t = begin(state, EVENT);

    tt_keys(t, "Contes{Tab}{Tab}{Tab}Asso{F2}{Esc}{F10}");
    tt_expect(t, "complete the linked drafts too");
    tt_keys(t, "{Esc}");
    tt_refuse(t, "complete the linked drafts too");
    tt_keys(t, "{F10}1");
    tt_expect(t, "problems");
}

/* Completion */

static void person__complete__is_kept_and_said(void **state)
{
    struct tt *t = begin(state, PERSON);

    tt_keys(t, "Ada Lovelace{F10}");
    views_expect_row(t, "Visibility", "R-RGPD");
    tt_keys(t, "{^F}");
    tt_expect(t, "no problems");
    tt_keys(t, "{F10}");
    tt_expect(t, "complete: Ada Lovelace");
    tt_keys(t, "/ada");
    views_expect_row(t, "Ada Lovelace", "✓ complete");
    tt_keys(t, "{Enter}");
    tt_expect(t, "✓ complete");
    tt_keys(t, "{Esc}{F7}");
    tt_expect(t, "first version");
}

static void history__earlier_version__is_gone_back_to(void **state)
{
    struct tt *t = begin(state, PERSON);

    tt_keys(t, "Ada Lovelace{F10}{^F}{F10}/ada{Enter}{^U}Ada King{F10}{F7}");
    views_expect_row(t, "▸●", "Maud");
    tt_keys(t, "{Enter}{Down}");
    tt_expect(t, "Enter goes back to this version");
    tt_keys(t, "{Enter}1");
    tt_refuse(t, "gone back");
    tt_keys(t, "{Enter}2");
    tt_expect(t, "gone back");
    tt_keys(t, "{Esc}");
    tt_expect(t, "Ada Lovelace");
    tt_keys(t, "{Enter}{F7}{Down}{Enter}2{Esc}");
    tt_expect(t, "Person · Ada King");
    views_expect_row(t, "▸", "Ada King");
    tt_keys(t, "{Esc}{Esc}{Esc}b");
    tt_expect(t, "no drafts");
}

static void warning__accepted__with_a_reason(void **state)
{
    struct tt *t = begin(state, EVENT);

    tt_keys(t, "LES CONTES DE LA NUIT{PgDn}{PgDn}ve 20h{Enter}{^N}");
    for (int i = 0; i < 20 && !tt_find(t, "^A accepts", NULL, NULL); i++)
        tt_keys(t, "{^N}");
    tt_keys(t, "{^A}");
    tt_expect(t, "Why is it right all the same?");
    tt_keys(t, "Voulu{Enter}");
    tt_expect(t, "accepted");
}

static void problem__why__shows_the_rule(void **state)
{
    struct tt *t = begin(state, EVENT);

    tt_keys(t, "{PgDn}{Tab}{^W}");
    tt_expect(t, "R-MODE");
    tt_keys(t, "{Esc}{F1}");
    tt_refuse(t, "Tab next");
    tt_keys(t, "{Esc}{F9}");
    tt_expect(t, "review");
    tt_keys(t, "{Down}{Enter}");
    tt_expect(t, "Tab next");
}

/* By Tab, Enter and Esc only (P36) */

/** The label of the focused line, owned; "" where there is none. */
static char *focused(struct tt *t)
{
    int row;

    return xstrdup(tt_find(t, "▸", &row, NULL) ? tt_row(t, row) : "");
}

static void form__every_type__is_walked_by_tab(void **state)
{
    struct views *v = *state;
    struct tt *t = views_start(v, false);

    for (int type = 1; type <= TYPES; type++) {
        char keys[200] = "n", *first, *now;
        int steps = 0;

        for (int i = 1; i < type; i++)
            memcpy(keys + strlen(keys), "{Tab}", 6);
        memcpy(keys + strlen(keys), "{Enter}", 8);
        tt_keys(t, keys);
        first = focused(t);
        assert_true(*first);
        do {
            tt_keys(t, "{Tab}");
            now = focused(t);
            if (!*now)
                tt_fail(t, "no focus after %d steps", steps);
            free(now);
            now = focused(t);
            steps++;
            if (steps > 400)
                tt_fail(t, "never round again");
            if (strcmp(now, first) == 0)
                break;
            free(now);
        } while (true);
        free(now);
        free(first);
        if (steps < 5)
            tt_fail(t, "only %d steps", steps);
        tt_keys(t, "{Esc}");
        tt_expect(t, "Search:");
    }
}

static void form__every_type__enter_and_esc_never_lock_in(void **state)
{
    struct views *v = *state;
    struct tt *t = views_start(v, false);

    for (int type = 1; type <= TYPES; type++) {
        views_new(v, type);
        for (int i = 0; i < 60; i++)
            tt_keys(t, i % 3 == 2 ? "{Tab}" : "{Enter}");
        for (int i = 0; i < 16 && !tt_find(t, "Search:", NULL, NULL); i++)
            tt_keys(t, "{Esc}");
        tt_expect(t, "Search:");
    }
}

/** Keys in an order nobody would think of, the same each time. */
static void storm__random_keys__nothing_breaks(void **state)
{
    static const char *const keys[] = {"{Tab}", "{S-Tab}", "{Enter}", "{Esc}", "{Up}",
            "{Down}", "{PgUp}", "{PgDn}", "{F1}", "{F2}", "{F3}", "{F4}", "{F5}",
            "{F6}", "{F7}", "{F8}", "{F9}", "{F10}", "{F11}", "{^Z}", "{^Y}", "{^D}",
            "{^N}", "{^P}", "{^A}", "{^F}", "{^W}", "{^O}", " ", "a", "é", "1",
            "12/5 20h", "n", "d", "/", "{Left}", "{Right}", "{Home}", "{End}",
            "{Delete}", "{Backspace}", "{Paste:un texte}", ":", "sa 20h; di 15h"};
    struct views *v = *state;
    struct tt *t = views_start(v, false);
    uint32_t seed = 20261121;

    views_new(v, EVENT);
    for (int i = 0; i < 1500; i++) {
        seed = seed * 1664525 + 1013904223; /* Numerical Recipes' generator */
        tt_keys(t, keys[(seed >> 16) % (sizeof keys / sizeof *keys)]);
        if (i % 100 == 99)
            tt_resize(t, 12 + (int)(seed >> 8) % 30, 40 + (int)(seed >> 12) % 90);
    }
    for (int i = 0; i < 16 && !tt_find(t, "Search:", NULL, NULL); i++)
        tt_keys(t, "{Esc}");
    tt_expect(t, "Search:");
}

#define VIEWS_TEST(name)                                                               \
    cmocka_unit_test_setup_teardown(name, views_setup, views_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
            VIEWS_TEST(date__wrong__moving_is_free_and_the_text_stays),
            VIEWS_TEST(wrong__in_several_fields__survives_leaving_and_a_crash),
            VIEWS_TEST(unread__text__is_counted_by_the_agenda_and_by_check),
            VIEWS_TEST(date__wrong__completing_shows_it_first),
            VIEWS_TEST(date__typing__interpretation_is_echoed),
            VIEWS_TEST(row__adding_from_a_later_column__begins_at_the_first),
            VIEWS_TEST(timings__typing__echo_then_rows),
            VIEWS_TEST(seance__two_keys__cancel_it),
            VIEWS_TEST(undo__typing__first_inside_the_field),
            VIEWS_TEST(row__deleted__is_named_and_comes_back),
            VIEWS_TEST(hidden__value__is_counted_and_comes_back),
            VIEWS_TEST(esc__steps__popup_field_row_agenda),
            VIEWS_TEST(label__required_on_a_condition__keeps_its_mark),
            VIEWS_TEST(choice__letters__find_it_without_accents),
            VIEWS_TEST(link__created_here__returns_linked),
            VIEWS_TEST(picker__tab__moves_on_and_keeps_what_names_nothing),
            VIEWS_TEST(picker__f10__completes_and_keeps_what_is_typed),
            VIEWS_TEST(picker__f10__keeps_what_was_chosen_before),
            VIEWS_TEST(link__drafts__are_offered_for_completion),
            VIEWS_TEST(person__complete__is_kept_and_said),
            VIEWS_TEST(history__earlier_version__is_gone_back_to),
            VIEWS_TEST(warning__accepted__with_a_reason),
            VIEWS_TEST(problem__why__shows_the_rule),
            VIEWS_TEST(form__every_type__is_walked_by_tab),
            VIEWS_TEST(form__every_type__enter_and_esc_never_lock_in),
            VIEWS_TEST(storm__random_keys__nothing_breaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
