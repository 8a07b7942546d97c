/* Agendas of others from the palette. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/file.h"
#include "views.h"

#define CALENDAR                                                                       \
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a@x\r\nDTSTART;TZID="       \
    "Europe/Paris:20261205T203000\r\nSUMMARY:Trio du soir\r\nEND:VEVENT\r\n"           \
    "END:VCALENDAR\r\n"

/* Asks for the file NAME with TEXT. */
static struct tt *import_text(struct views *v, const char *name, const char *text)
{
    struct tt *t = views_start(v, false);
    char path[300], keys[400];

    snprintf(path, sizeof(path), "%s/%s", v->dir, name);
    assert_int_equal(file_write_atomic(path, view_of(text), 0600, NULL), 0);
    tt_keys(t, ":import{Enter}");
    tt_expect(t, "File to import");
    snprintf(keys, sizeof(keys), "%s{Enter}", path);
    tt_keys(t, keys);
    return t;
}

static void import__agenda__is_shown_and_taken(void **state)
{
    struct tt *t = import_text(*state, "a.ics", CALENDAR);

    tt_expect(t, "1 new, 0 there already");
    tt_expect(t, "2026-12-05 Trio du soir");
    tt_keys(t, "{Enter}");
    tt_expect(t, "They are drafts now");
    tt_keys(t, "{Esc}");
    tt_expect(t, "Trio du soir");
    tt_expect(t, "1 draft");
}

static void import__left_with_escape__makes_nothing(void **state)
{
    struct tt *t = import_text(*state, "a.ics", CALENDAR);

    tt_expect(t, "Enter: make drafts");
    tt_keys(t, "{Esc}");
    tt_refuse(t, "Trio du soir");
}

static void import__no_agenda__says_why(void **state)
{
    struct tt *t = import_text(*state, "a.txt", "Bonjour\n");

    tt_expect(t, "no agenda that can be read");
    tt_keys(t, "{Enter}{Esc}");
    tt_refuse(t, "no agenda that can be read");
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, views_setup, views_teardown)
    const struct CMUnitTest tests[] = {
            T(import__agenda__is_shown_and_taken),
            T(import__left_with_escape__makes_nothing),
            T(import__no_agenda__says_why),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
