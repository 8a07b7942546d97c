#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "views.h"

enum { EVENT = 1 };

static struct tt *begin(void **state, int type)
{
    struct views *v = *state;

    views_start(v, false);
    views_new(v, type);
    return v->t;
}

static void typing__decomposed_accents__keep_the_cursor(void **state)
{
    struct tt *t = begin(state, EVENT);
    int row, col, after;

    tt_keys(t, "é");
    assert_true(tt_cursor(t, &row, &col));
    tt_keys(t, "te\xCC\x81");
    assert_true(tt_cursor(t, &row, &after));
    assert_int_equal(after, col + 2);
    views_expect_row(t, "Title", "été");
    tt_keys(t, "{Backspace}x{Tab}");
    views_expect_row(t, "Title", "étx");
}

static void typing__near_the_limit__is_counted(void **state)
{
    struct tt *t = begin(state, EVENT);
    char text[400] = "{Tab}{Tab}{Tab}{Tab}{Tab}{Paste:";
    size_t n = strlen(text);

    memset(text + n, 'a', 195);
    memcpy(text + n + 195, "}", 2);
    tt_keys(t, text);
    tt_expect(t, "195/200");
    tt_keys(t, "bbbbbbbbbb");
    tt_expect(t, "205/200");
    tt_keys(t, "{Tab}");
    tt_expect(t, "too long");
}

static void typing__long_line__wraps_and_enter_goes_on(void **state)
{
    struct tt *t = begin(state, EVENT);
    int row, below, col;

    tt_keys(t, "{Tab}{Tab}{Tab}{Tab}{Tab}");
    assert_true(tt_find(t, "▸Short description", &row, NULL));
    tt_keys(t, "{Paste:Sept histoires de loups, de neige et de longs hivers, dites "
               "au coin du feu par deux conteuses}");
    tt_expect(t, "Sept histoires de loups");
    tt_expect(t, "par deux conteuses");
    assert_true(tt_cursor(t, &below, &col));
    assert_true(below > row);
    tt_keys(t, "{Up}!{Enter}");
    tt_refuse(t, "▸Short description");
    tt_expect(t, "par deux conteuses");
}

/** A paste of N bytes of words. */
static void paste(struct tt *t, size_t n)
{
    char *keys = xmalloc(n + 16);

    memcpy(keys, "{Paste:", 7);
    for (size_t i = 0; i < n; i++)
        keys[7 + i] = i % 8 == 7 ? ' ' : (char)('a' + i % 8);
    memcpy(keys + 7 + n, "}", 2);
    tt_keys(t, keys);
    free(keys);
}

static void paste__a_megabyte__is_cut_and_said_and_kept(void **state)
{
    struct views *v = *state;
    struct tt *t = begin(state, EVENT);

    tt_keys(t, "{Tab}{Tab}{Tab}{Tab}{Tab}");
    paste(t, 1000000);
    tt_expect(t, "too long: its end is missing");
    tt_expect(t, "4000/200");
    tt_keys(t, "{Tab}");
    tt_expect(t, "▸Description");
    paste(t, 1000000);
    tt_keys(t, "fin{Tab}");
    tt_refuse(t, "▸Description");
    views_kill(v);
    t = views_start(v, false);
    tt_keys(t, "{Enter}{Enter}");
    tt_expect(t, "Event · untitled");
}

static void keys__bar__names_what_helps_here(void **state)
{
    struct tt *t = begin(state, EVENT);

    tt_expect(t, "^Z undo");
    tt_keys(t, "{Tab}");
    tt_expect(t, "F4 choices");
    tt_keys(t, "{Tab}");
    tt_expect(t, "F2 create");
    tt_keys(t, "{PgDn}{PgDn}");
    tt_expect(t, "F3 new row");
    tt_resize(t, 12, 40);
    tt_expect(t, "F3 new row");
}

static void resize__over_any_popup__keeps_it(void **state)
{
    static const int sizes[][2] = {{12, 40}, {60, 200}, {13, 41}, {24, 80}};
    static const struct {
        const char *keys, *seen, *leave;
    } popups[] = {
            {"{Tab}conc", "Kind of event ─", "{Esc}"},
            {"{PgDn}{PgDn}ve 20h{Enter}{Up}{F6}", "1 cancelled", "{Esc}"},
            {"{F7}", "Who changed what", "{Esc}"},
            {"{F8}", "to be filled in", "{Esc}"},
            {"{F9}", "review", "{Esc}"},
            {"{F1}", "Write as you speak", "{Esc}{PgDn}"},
            {"{^O}canc", "canc", "{Esc}"},
    };
    struct tt *t = begin(state, EVENT);

    for (size_t i = 0; i < sizeof popups / sizeof *popups; i++) {
        tt_keys(t, popups[i].keys);
        for (size_t j = 0; j < sizeof sizes / sizeof *sizes; j++) {
            tt_resize(t, sizes[j][0], sizes[j][1]);
            tt_expect(t, popups[i].seen);
        }
        tt_keys(t, popups[i].leave);
        tt_refuse(t, popups[i].seen);
    }
}

static void mouse__wheel__scrolls_until_the_next_key(void **state)
{
    enum { DOWN = 1, UP = 0 };
    struct tt *t = begin(state, EVENT);

    tt_resize(t, 12, 60);
    tt_expect(t, "▸Title");
    tt_wheel(t, 6, 10, DOWN);
    tt_wheel(t, 6, 10, DOWN);
    tt_refuse(t, "▸Title");
    tt_wheel(t, 6, 10, UP);
    tt_wheel(t, 6, 10, UP);
    tt_expect(t, "▸Title");
    tt_wheel(t, 6, 10, DOWN);
    tt_wheel(t, 6, 10, DOWN);
    tt_keys(t, "x");
    tt_expect(t, "▸Title");
}

static void mouse__outside_a_menu__closes_it(void **state)
{
    struct tt *t = begin(state, EVENT);
    int row, col;

    tt_keys(t, "{PgDn}{PgDn}ve 20h{Enter}{Up}{F6}");
    assert_true(tt_find(t, "2 postponed", &row, &col));
    tt_click(t, 20, 2);
    tt_refuse(t, "2 postponed");
    tt_keys(t, "{F6}");
    tt_click(t, row, col);
    tt_expect(t, "noted");
    views_expect_row(t, "▸  1  Fri 27 Nov 2026 20:00", "Postponed");
}

static void mouse__tab__opens_its_section(void **state)
{
    struct tt *t = begin(state, EVENT);
    int row, col;

    tt_keys(t, "Contes");
    assert_true(tt_find(t, "Prices", &row, &col));
    tt_click(t, row, col + 1);
    tt_refuse(t, "▸Title");
    views_expect_row(t, "▸Kind of price", "");
    tt_keys(t, "{PgUp}{PgUp}{PgUp}");
    views_expect_row(t, "▸Title", "Contes");
}

#define VIEWS_TEST(name)                                                               \
    cmocka_unit_test_setup_teardown(name, views_setup, views_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
            VIEWS_TEST(typing__decomposed_accents__keep_the_cursor),
            VIEWS_TEST(typing__near_the_limit__is_counted),
            VIEWS_TEST(typing__long_line__wraps_and_enter_goes_on),
            VIEWS_TEST(paste__a_megabyte__is_cut_and_said_and_kept),
            VIEWS_TEST(keys__bar__names_what_helps_here),
            VIEWS_TEST(resize__over_any_popup__keeps_it),
            VIEWS_TEST(mouse__wheel__scrolls_until_the_next_key),
            VIEWS_TEST(mouse__outside_a_menu__closes_it),
            VIEWS_TEST(mouse__tab__opens_its_section),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
