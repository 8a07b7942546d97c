#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>

#include "harness/tt.h"
#include "odus/base/mem.h"
#include "odus/tui/loop.h"

#define ACUTE "\xCC\x81"

static const char *const demo[] = {TT_DEMO, NULL};

enum { TITLE_ROW = 2, MEMO_ROW = 4, LIST_ROW = 8, FIELD = 10, FIELD_COLS = 20 };

static int start(void **state)
{
    *state = tt_spawn(demo, NULL, 24, 80);
    return 0;
}

static int stop(void **state)
{
    tt_free(*state);
    return 0;
}

static void assert_cursor(struct tt *t, int row, int col)
{
    int have_row, have_col;
    if (!tt_cursor(t, &have_row, &have_col))
        tt_fail(t, "the cursor is hidden");
    if (have_row != row || have_col != col)
        tt_fail(t, "cursor at %d,%d instead of %d,%d", have_row, have_col, row, col);
}

static void assert_row(struct tt *t, int row, const char *text)
{
    if (strcmp(tt_row(t, row), text) != 0)
        tt_fail(t, "row %d is \"%s\" instead of \"%s\"", row, tt_row(t, row), text);
}

static void assert_exit(struct tt *t, int code)
{
    int status = tt_wait_exit(t);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != code)
        tt_fail(t, "wait status 0x%x instead of exit %d", (unsigned)status, code);
}

/* Text */

static void screen__typing__accents_and_wide_characters_keep_the_column(void **state)
{
    struct tt *t = *state;
    tt_keys(t, "é");
    assert_cursor(t, TITLE_ROW, FIELD + 1);
    tt_keys(t, "te" ACUTE);
    assert_row(t, TITLE_ROW, "Titre     été");
    assert_cursor(t, TITLE_ROW, FIELD + 3);
    tt_keys(t, "漢字œ");
    assert_row(t, TITLE_ROW, "Titre     été漢字œ");
    assert_cursor(t, TITLE_ROW, FIELD + 8);
    tt_keys(t, "{Left}{Left}{Backspace}");
    assert_row(t, TITLE_ROW, "Titre     été字œ");
    assert_cursor(t, TITLE_ROW, FIELD + 3);
}

static void screen__typing__broken_utf8_does_not_swallow_what_follows(void **state)
{
    struct tt *t = *state;
    tt_bytes(t, "a\xe9z\xc3", 4);
    tt_keys(t, "{Left}b");
    assert_row(t, TITLE_ROW, "Titre     a\xEF\xBF\xBDzb\xEF\xBF\xBD");
}

static void screen__long_line__scrolls_by_cluster_with_marks(void **state)
{
    struct tt *t = *state;
    tt_keys(t, "abcdefghijklmnopqrstuvwxyz");
    assert_row(t, TITLE_ROW, "Titre     <ijklmnopqrstuvwxyz");
    assert_cursor(t, TITLE_ROW, FIELD + FIELD_COLS - 1);
    tt_keys(t, "{Home}");
    assert_row(t, TITLE_ROW, "Titre     abcdefghijklmnopqrs>");
    assert_cursor(t, TITLE_ROW, FIELD);
    tt_keys(t, "{End}{^U}漢字漢字漢字漢字漢字漢字");
    assert_row(t, TITLE_ROW, "Titre     <字漢字漢字漢字漢字");
    tt_refuse(t, "^@");
}

static void screen__limit__counter_and_message(void **state)
{
    struct tt *t = *state;
    tt_keys(t, "{Paste:01234567890123456789012345678901234567890123456789012}");
    tt_refuse(t, "/60");
    tt_keys(t, "345");
    tt_expect(t, " 56/60");
    tt_keys(t, "6789ab");
    tt_expect(t, " 60/60");
    tt_expect(t, "coupé à la limite");
}

static void screen__memo__wraps_and_follows_the_cursor(void **state)
{
    struct tt *t = *state;
    tt_keys(t, "{Tab}onze douze treize quatorze{Enter}quinze");
    assert_row(t, MEMO_ROW, "Mémo      onze douze treize");
    assert_row(t, MEMO_ROW + 1, "          quatorze");
    assert_row(t, MEMO_ROW + 2, "          quinze");
    tt_keys(t, "{Enter}{Enter}seize{^Home}");
    assert_row(t, MEMO_ROW, "Mémo      onze douze treize");
    assert_cursor(t, MEMO_ROW, FIELD);
    tt_keys(t, "{Down}{End}");
    assert_cursor(t, MEMO_ROW + 1, FIELD + 8);
}

/* Paste */

static void screen__paste__is_one_undo_step_without_controls(void **state)
{
    struct tt *t = *state;
    tt_keys(t, "x{Paste:a\x01\xE2\x80\xAE\x1B[31mé\rz}");
    assert_row(t, TITLE_ROW, "Titre     xa[31mé z");
    tt_keys(t, "{^Z}");
    assert_row(t, TITLE_ROW, "Titre     x");
    tt_keys(t, "{^Y}");
    assert_row(t, TITLE_ROW, "Titre     xa[31mé z");
}

static void screen__paste__keeps_lines_in_a_memo(void **state)
{
    struct tt *t = *state;
    tt_keys(t, "{Tab}{Paste:un\rdeux\r\ntrois}");
    assert_row(t, MEMO_ROW + 1, "          deux");
    assert_row(t, MEMO_ROW + 2, "          trois");
}

static void screen__paste__beyond_the_limit_is_cut_and_said(void **state)
{
    struct tt *t = *state;
    size_t n = EVENT_PASTE_MAX + 1000;
    char *text = xmalloc(n);
    memset(text, 'x', n);
    tt_send(t, "\033[200~");
    tt_bytes(t, text, n);
    tt_keys(t, "\033[201~");
    free(text);
    tt_expect(t, "collé 1048576 octets (cut), coupé");
}

static void screen__paste__without_an_end_comes_through(void **state)
{
    struct tt *t = *state;
    tt_keys(t, "\033[200~abc");
    assert_row(t, TITLE_ROW, "Titre     abc");
    tt_keys(t, "\033[201~d");
    assert_row(t, TITLE_ROW, "Titre     abcd");
}

/* Keys */

static void screen__random_bytes__are_survived(void **state)
{
    static const char alphabet[] =
            "\033\033\033[[[O<MmABZ~;;01235\xC3\xA9\xE6\x80\xFF\x01\r\tq";
    struct tt *t = *state;
    unsigned seed = 99;
    for (int i = 0; i < 200; i++) {
        char bytes[100];
        for (size_t b = 0; b < sizeof bytes; b++) {
            seed = seed * 1103515245u + 12345u;
            bytes[b] = alphabet[(seed >> 16) % (sizeof alphabet - 1)];
        }
        tt_bytes(t, bytes, sizeof bytes);
        tt_keys(t, "{Esc}");
    }
    tt_expect(t, "touche Esc");
}

static void screen__keys__arrive_under_their_names(void **state)
{
    static const char *const names[] = {"F1", "F12", "S-Tab", "Insert", "PgUp", "PgDn",
            "^Up", "^Down", "Esc", "^C", "^S", "^Q", "^D"};
    struct tt *t = *state;
    for (size_t i = 0; i < COUNT(names); i++) {
        char keys[32], said[32];
        snprintf(keys, sizeof keys, "{%s}", names[i]);
        snprintf(said, sizeof said, "touche %s", names[i]);
        tt_keys(t, keys);
        tt_expect(t, said);
    }
}

static void screen__keypad__types_digits_and_signs(void **state)
{
    struct tt *t = *state;
    tt_keys(t, "\033Oq\033Or\033On\033Oy");
    assert_row(t, TITLE_ROW, "Titre     12.9");
}

/* List */

static void screen__list__moves_over_headings_and_pages(void **state)
{
    struct tt *t = *state;
    tt_keys(t, "{Tab}{Tab}");
    assert_cursor(t, LIST_ROW + 1, 0);
    assert_true(tt_style(t, LIST_ROW + 1, 0).reverse);
    tt_keys(t, "{Down}{Down}{Down}{Down}{Down}{Down}{Down}{Down}{Down}");
    assert_true(tt_style(t, LIST_ROW + 11, 0).reverse);
    assert_row(t, LIST_ROW + 11, "rangée 11");
    tt_keys(t, "{End}");
    tt_expect(t, "rangée 99999");
    tt_keys(t, "{Home}");
    assert_row(t, LIST_ROW + 1, "rangée 1");
    tt_expect(t, "── groupe 0 ──");
    tt_keys(t, "{PgDn}{PgDn}");
    tt_expect(t, "rangée 27");
}

/* Mouse */

static void screen__mouse__puts_the_cursor_and_selects(void **state)
{
    struct tt *t = *state;
    tt_keys(t, "été 漢字{Tab}");
    tt_click(t, TITLE_ROW, FIELD + 5);
    assert_cursor(t, TITLE_ROW, FIELD + 4);
    tt_click(t, LIST_ROW + 3, 5);
    assert_cursor(t, LIST_ROW + 3, 0);
    tt_wheel(t, LIST_ROW + 3, 5, true);
    assert_cursor(t, LIST_ROW + 6, 0);
    tt_click(t, 23, 79);
    assert_cursor(t, LIST_ROW + 6, 0);
}

/* Styles */

static void screen__colours__never_stand_alone(void **state)
{
    struct tt *t = *state;
    struct tt_style error = tt_style(t, 1, 0);
    assert_int_equal(error.fg, 1);
    assert_true(error.bold);
    assert_true(tt_style(t, TITLE_ROW, FIELD).underline);
}

static void screen__no_color__is_obeyed(void **state)
{
    static const char *const env[] = {"NO_COLOR=1", NULL};
    struct tt *t = *state = tt_spawn(demo, env, 24, 80);
    assert_false(tt_any_colour(t));
    assert_true(tt_style(t, 1, 0).bold);
    assert_true(tt_style(t, 1, 12).bold);
}

static void screen__monochrome_terminal__is_served(void **state)
{
    static const char *const env[] = {"TERM=xterm-mono", NULL};
    struct tt *t = *state = tt_spawn(demo, env, 24, 80);
    assert_false(tt_any_colour(t));
    tt_keys(t, "é");
    assert_row(t, TITLE_ROW, "Titre     é");
}

static void screen__title__cannot_be_broken_out_of(void **state)
{
    struct tt *t = *state;
    tt_keys(t, "{F3}");
    assert_string_equal(tt_title(t), "Titre]0;volé é");
    assert_int_equal(tt_bells(t), 0);
}

/* Size */

static void screen__resize__never_shows_a_torn_frame(void **state)
{
    struct tt *t = *state;
    unsigned seed = 7;
    tt_keys(t, "texte gardé");
    for (int i = 0; i < 60; i++) {
        char size[32];
        seed = seed * 1103515245u + 12345u;
        int rows = 12 + (int)(seed >> 16) % 40, cols = 30 + (int)(seed >> 20) % 150;
        tt_resize(t, rows, cols);
        snprintf(size, sizeof size, "%dx%d", rows, cols);
        if (!strstr(tt_row(t, rows - 1), size))
            tt_fail(t, "last row does not end in %s", size);
        assert_row(t, TITLE_ROW, "Titre     texte gardé");
        assert_cursor(t, TITLE_ROW, FIELD + 11);
    }
}

static void screen__tiny_terminal__does_not_crash(void **state)
{
    struct tt *t = *state;
    static const int sizes[][2] = {{1, 1}, {1, 80}, {24, 1}, {2, 3}, {5, 12}, {24, 80}};
    tt_keys(t, "漢字漢字{Tab}mémo{Tab}");
    for (size_t i = 0; i < COUNT(sizes); i++) {
        tt_resize(t, sizes[i][0], sizes[i][1]);
        tt_keys(t, "{Tab}");
    }
    tt_expect(t, "漢字漢字");
}

/* Loop */

static void loop__popup__covers_and_goes(void **state)
{
    struct tt *t = *state;
    tt_keys(t, "a{F2}b");
    tt_expect(t, "fenêtre");
    assert_row(t, TITLE_ROW, "Titre     a");
    tt_keys(t, "{Esc}c");
    tt_refuse(t, "fenêtre");
    assert_row(t, TITLE_ROW, "Titre     ac");
}

static void loop__background_job__is_waited_for(void **state)
{
    struct tt *t = *state;
    tt_keys(t, "{F5}");
    tt_expect(t, "tâche finie");
}

static void assert_terminal_given_back(struct tt *t)
{
    int row, col;
    assert_false(tt_alternate(t));
    assert_true(tt_cursor(t, &row, &col));
    assert_true(tt_local_modes(t) & ICANON);
    assert_true(tt_local_modes(t) & ECHO);
}

static void loop__quit__gives_the_terminal_back(void **state)
{
    struct tt *t = *state;
    assert_true(tt_alternate(t));
    assert_false(tt_local_modes(t) & ICANON);
    tt_send(t, "{F10}");
    assert_exit(t, 0);
    assert_terminal_given_back(t);
}

static void loop__sigterm__saves_and_gives_the_terminal_back(void **state)
{
    struct tt *t = *state;
    tt_signal(t, SIGTERM);
    assert_exit(t, 10 + LOOP_SIGNAL);
    assert_terminal_given_back(t);
}

static void loop__sighup__saves_and_leaves(void **state)
{
    struct tt *t = *state;
    tt_signal(t, SIGHUP);
    assert_exit(t, 10 + LOOP_GONE);
}

static void loop__terminal_gone__saves_and_leaves_at_once(void **state)
{
    struct tt *t = *state;
    tt_keys(t, "abc");
    tt_hang_up(t);
    assert_exit(t, 10 + LOOP_GONE);
    assert_in_range(tt_cpu_ms(t), 0, 1000);
}

static void loop__terminal_gone__is_seen_without_sighup(void **state)
{
    static const char *const deaf[] = {
            "/bin/sh", "-c", "trap '' HUP; exec " TT_DEMO, NULL};
    struct tt *t = *state = tt_spawn(deaf, NULL, 24, 80);
    tt_hang_up(t);
    assert_exit(t, 10 + LOOP_GONE);
    assert_in_range(tt_cpu_ms(t), 0, 1000);
}

static void loop__sigtstp__lends_the_terminal_to_the_shell(void **state)
{
    struct tt *t = *state;
    tt_keys(t, "avant");
    tt_signal(t, SIGTSTP);
    tt_wait_stop(t);
    assert_terminal_given_back(t);
    tt_signal(t, SIGCONT);
    tt_keys(t, " après");
    assert_true(tt_alternate(t));
    assert_row(t, TITLE_ROW, "Titre     avant après");
}

static void loop__panic__gives_the_terminal_back_first(void **state)
{
    struct tt *t = *state;
    tt_send(t, "{F4}");
    int status = tt_wait_exit(t);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
    assert_terminal_given_back(t);
    tt_expect(t, "asked to");
}

static void screen__crash__gives_the_terminal_back_first(void **state)
{
    struct tt *t = *state;
    tt_send(t, "{F6}");
    assert_true(WIFSIGNALED(tt_wait_exit(t)));
    assert_terminal_given_back(t);
}

static void screen__no_terminal__is_an_error(void **state)
{
    static const char *const piped[] = {"/bin/sh", "-c", TT_DEMO " </dev/null", NULL};
    static const char *const dumb[] = {"TERM=dumb", NULL};
    struct tt *t = *state = tt_spawn_plain(piped, NULL, 24, 80);
    assert_exit(t, 3);
    tt_expect(t, "not a terminal");
    tt_free(t);
    t = *state = tt_spawn_plain(demo, dumb, 24, 80);
    assert_exit(t, 3);
    tt_expect(t, "cannot show screens");
}

#define ON_DEMO(test) cmocka_unit_test_setup_teardown(test, start, stop)
#define ALONE(test) cmocka_unit_test_teardown(test, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
            ON_DEMO(screen__typing__accents_and_wide_characters_keep_the_column),
            ON_DEMO(screen__typing__broken_utf8_does_not_swallow_what_follows),
            ON_DEMO(screen__long_line__scrolls_by_cluster_with_marks),
            ON_DEMO(screen__limit__counter_and_message),
            ON_DEMO(screen__memo__wraps_and_follows_the_cursor),
            ON_DEMO(screen__paste__is_one_undo_step_without_controls),
            ON_DEMO(screen__paste__keeps_lines_in_a_memo),
            ON_DEMO(screen__paste__beyond_the_limit_is_cut_and_said),
            ON_DEMO(screen__paste__without_an_end_comes_through),
            ON_DEMO(screen__random_bytes__are_survived),
            ON_DEMO(screen__keys__arrive_under_their_names),
            ON_DEMO(screen__keypad__types_digits_and_signs),
            ON_DEMO(screen__list__moves_over_headings_and_pages),
            ON_DEMO(screen__mouse__puts_the_cursor_and_selects),
            ON_DEMO(screen__colours__never_stand_alone),
            ALONE(screen__no_color__is_obeyed),
            ALONE(screen__monochrome_terminal__is_served),
            ON_DEMO(screen__title__cannot_be_broken_out_of),
            ON_DEMO(screen__resize__never_shows_a_torn_frame),
            ON_DEMO(screen__tiny_terminal__does_not_crash),
            ON_DEMO(loop__popup__covers_and_goes),
            ON_DEMO(loop__background_job__is_waited_for),
            ON_DEMO(loop__quit__gives_the_terminal_back),
            ON_DEMO(loop__sigterm__saves_and_gives_the_terminal_back),
            ON_DEMO(loop__sighup__saves_and_leaves),
            ON_DEMO(loop__terminal_gone__saves_and_leaves_at_once),
            ALONE(loop__terminal_gone__is_seen_without_sighup),
            ON_DEMO(loop__sigtstp__lends_the_terminal_to_the_shell),
            ON_DEMO(loop__panic__gives_the_terminal_back_first),
            ON_DEMO(screen__crash__gives_the_terminal_back_first),
            ALONE(screen__no_terminal__is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
