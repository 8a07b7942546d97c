/* Deliveries from the palette. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odus/base/file.h"
#include "views.h"

static void open_deliveries(struct tt *t)
{
    tt_keys(t, ":deliver");
    tt_expect(t, "▸ records into the formats of others");
    tt_keys(t, "{Enter}");
    tt_expect(t, "another folder…");
}

static void deliver__another_folder__is_asked_for_and_filled(void **state)
{
    struct views *v = *state;
    struct tt *t = views_start(v, false);
    char keys[300], path[300];

    open_deliveries(t);
    snprintf(keys, sizeof(keys), "{Enter}%s/out{Enter}files{Enter}", v->dir);
    tt_keys(t, keys);
    tt_expect(t, "0 records in 0 files");
    snprintf(path, sizeof(path), "%s/out/manifest.json", v->dir);
    assert_int_equal(access(path, R_OK), 0);
    tt_keys(t, "{Esc}");
    tt_refuse(t, "another folder");
}

static void deliver__wrong_format__is_said(void **state)
{
    struct views *v = *state;
    struct tt *t = views_start(v, false);
    char keys[300];

    open_deliveries(t);
    snprintf(keys, sizeof(keys), "{Enter}%s/out{Enter}telex{Enter}", v->dir);
    tt_keys(t, keys);
    tt_expect(t, "no format \"telex\"");
}

static void deliver__with_a_name__stands_in_the_list(void **state)
{
    struct views *v = *state;
    struct tt *t = views_start(v, false);
    char path[300], text[400];

    snprintf(path, sizeof(path), "%s/odus", v->dir);
    snprintf(text, sizeof(text), "[office]\nformats=files\ndossier=%s/o\n", v->dir);
    assert_int_equal(file_mkdirs(path, 0700, NULL), 0);
    snprintf(path, sizeof(path), "%s/odus/livraisons", v->dir);
    assert_int_equal(file_write_atomic(path, view_of(text), 0600, NULL), 0);
    open_deliveries(t);
    tt_expect(t, "▸ office → ");
    tt_keys(t, "{Down}");
    tt_expect(t, "▸ another folder…");
    tt_keys(t, "{Up}");
    tt_keys(t, "{Enter}");
    tt_expect(t, "0 records in 0 files");
}

/* --- before delivering ------------------------------------------------------------ */

/* A store for exercises with the samples, their first event selected. */
static struct tt *samples(void **state)
{
    struct views *v = *state;
    struct tt *t;

    v->option = "--training";
    t = views_start(v, true);
    tt_keys(t, "Maud{Enter}{Enter}2");
    tt_expect(t, "samples are there");
    tt_keys(t, "{Home}");
    return t;
}

static void readiness__of_a_record__leads_to_the_field(void **state)
{
    struct tt *t = samples(state);

    tt_keys(t, "{F12}");
    tt_expect(t, "before delivering");
    tt_expect(t, "▸ left out        passculture           Usual venue › Identifiers");
    tt_expect(
            t, "missing         apidae                Usual venue › Address › Commune");
    tt_expect(t, "left out        atom, rss             settings");
    tt_expect(t, "whole           jsonld, ics, html, text, csv");
    tt_expect(t, "The pass Culture does not know the venue: its number is missing.");
    tt_keys(t, "{Enter}");
    tt_expect(t, "▸Usual venue");
    tt_keys(t, "{Esc}");
    tt_expect(t, "before delivering");
    tt_keys(t, "{Down}{Enter}");
    tt_expect(t, "there is no field to go to");
}

static void readiness__from_the_form__comes_back_to_it(void **state)
{
    struct tt *t = samples(state);

    tt_keys(t, "{Enter}{F12}");
    tt_expect(t, "before delivering");
    tt_keys(t, "{Enter}");
    tt_expect(t, "▸Usual venue");
    tt_keys(t, "{Esc}");
    tt_expect(t, "Search:");
}

static void readiness__of_a_draft__says_why_it_stays(void **state)
{
    struct views *v = *state;
    struct tt *t = views_start(v, false);

    views_new(v, 1);
    tt_keys(t, "Contes{Tab}{F12}");
    tt_expect(t, "record Contes may not leave: it is a draft");
}

static void readiness__of_a_delivery__tells_settings_once(void **state)
{
    struct tt *t = samples(state);
    char *screen;

    open_deliveries(t);
    tt_keys(t, "{F12}");
    tt_expect(t, "── all records ──");
    tt_expect(t, "── Un hiver à Dormillouse, Thu 3 Dec 2026 ──");
    screen = tt_screen(t);
    assert_null(strstr(strstr(screen, "  settings") + 1, "  settings"));
    free(screen);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, views_setup, views_teardown)
    const struct CMUnitTest tests[] = {
            T(deliver__another_folder__is_asked_for_and_filled),
            T(deliver__wrong_format__is_said),
            T(deliver__with_a_name__stands_in_the_list),
            T(readiness__of_a_record__leads_to_the_field),
            T(readiness__from_the_form__comes_back_to_it),
            T(readiness__of_a_draft__says_why_it_stays),
            T(readiness__of_a_delivery__tells_settings_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
