#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <string.h>

#include "fuzz/fuzz_edit.c"

#define ACUTE "\xCC\x81"
#define FAMILY "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7"

static struct edit *line(const char *text)
{
    struct edit *e = edit_new(0, false);
    edit_set(e, view_of(text));
    return e;
}

static struct edit *memo(const char *text)
{
    struct edit *e = edit_new(0, true);
    edit_set(e, view_of(text));
    return e;
}

static void assert_text(const struct edit *e, const char *text)
{
    char *have = view_dup(edit_text(e));
    assert_string_equal(have, text);
    free(have);
}

static void assert_place(struct edit *e, size_t row, int col)
{
    size_t have_row;
    int have_col;
    edit_place(e, &have_row, &have_col);
    assert_int_equal(have_row, row);
    assert_int_equal(have_col, col);
}

static void keys(struct edit *e, const char *text)
{
    for (; *text; text++)
        edit_type(e, (struct view){text, 1});
}

static void edit__type__decomposed_accent_composes_with_letter_before(void **state)
{
    (void)state;
    struct edit *e = line("");
    edit_type(e, VIEW_LIT("e"));
    edit_type(e, VIEW_LIT(ACUTE));
    edit_type(e, VIEW_LIT("té"));
    assert_text(e, "été");
    assert_int_equal(edit_cursor(e), strlen("été"));
    edit_free(e);
}

static void edit__backspace__takes_a_joined_emoji_whole(void **state)
{
    (void)state;
    struct edit *e = line("a" FAMILY "b");
    edit_do(e, EDIT_LEFT);
    edit_do(e, EDIT_LEFT);
    assert_int_equal(edit_cursor(e), 1);
    edit_do(e, EDIT_RIGHT);
    edit_do(e, EDIT_BACKSPACE);
    assert_text(e, "ab");
    edit_free(e);
}

static void edit__insert__drops_control_characters(void **state)
{
    (void)state;
    struct edit *e = line("");
    edit_paste(e, VIEW_LIT("a\x01\x1B[31mb\xE2\x80\xAE"
                           "c\nd"));
    assert_text(e, "a[31mbc d");
    assert_int_equal(edit_type(e, VIEW_LIT("\x01")), EDIT_NONE);
    edit_free(e);
}

static void edit__insert__cut_at_the_limit_says_so(void **state)
{
    (void)state;
    struct edit *e = edit_new(5, false);
    assert_int_equal(edit_paste(e, VIEW_LIT("héros")), EDIT_CHANGED);
    assert_int_equal(edit_type(e, VIEW_LIT("x")), EDIT_CUT);
    assert_text(e, "héros");
    edit_do(e, EDIT_BACKSPACE);
    edit_do(e, EDIT_TOP);
    assert_int_equal(edit_paste(e, VIEW_LIT("abc")), EDIT_CUT);
    assert_text(e, "ahéro");
    assert_int_equal(edit_set(e, VIEW_LIT("abcdefgh")), EDIT_CUT);
    assert_int_equal(edit_count(e), 5);
    edit_free(e);
}

static void edit__insert__cut_leaves_no_half_cluster(void **state)
{
    (void)state;
    struct edit *e = edit_new(3, false);
    assert_int_equal(edit_paste(e, VIEW_LIT("a" FAMILY)), EDIT_CUT);
    assert_text(e, "a");
    edit_free(e);
}

static void edit__words__stop_at_punctuation_and_spaces(void **state)
{
    (void)state;
    struct edit *e = line("l'été « œuvre » fin");
    edit_do(e, EDIT_WORD_LEFT);
    edit_do(e, EDIT_WORD_LEFT);
    assert_int_equal(edit_cursor(e), strlen("l'été « "));
    edit_do(e, EDIT_WORD_LEFT);
    assert_int_equal(edit_cursor(e), 2);
    edit_do(e, EDIT_WORD_RIGHT);
    assert_int_equal(edit_cursor(e), strlen("l'été"));
    edit_do(e, EDIT_KILL_WORD);
    assert_text(e, "l' « œuvre » fin");
    edit_do(e, EDIT_KILL_END);
    assert_text(e, "l'");
    edit_do(e, EDIT_KILL_START);
    assert_text(e, "");
    edit_free(e);
}

static void edit__undo__goes_by_runs_not_by_letters(void **state)
{
    (void)state;
    struct edit *e = line("");
    keys(e, "bonjour");
    edit_paste(e, VIEW_LIT(" le"));
    edit_paste(e, VIEW_LIT(" monde"));
    for (int i = 0; i < 3; i++)
        edit_do(e, EDIT_BACKSPACE);
    assert_text(e, "bonjour le mo");
    edit_do(e, EDIT_UNDO);
    assert_text(e, "bonjour le monde");
    edit_do(e, EDIT_UNDO);
    assert_text(e, "bonjour le");
    edit_do(e, EDIT_UNDO);
    assert_text(e, "bonjour");
    edit_do(e, EDIT_UNDO);
    assert_text(e, "");
    assert_int_equal(edit_do(e, EDIT_UNDO), EDIT_NONE);
    while (edit_do(e, EDIT_REDO) != EDIT_NONE)
        ;
    assert_text(e, "bonjour le mo");
    edit_free(e);
}

static void edit__undo__moving_the_cursor_ends_a_run(void **state)
{
    (void)state;
    struct edit *e = line("");
    keys(e, "ac");
    edit_do(e, EDIT_LEFT);
    keys(e, "b");
    edit_do(e, EDIT_UNDO);
    assert_text(e, "ac");
    assert_int_equal(edit_cursor(e), 1);
    edit_do(e, EDIT_REDO);
    assert_text(e, "abc");
    keys(e, "x");
    assert_int_equal(edit_do(e, EDIT_REDO), EDIT_NONE);
    edit_free(e);
}

static void edit__undo__composed_accent_is_part_of_the_run(void **state)
{
    (void)state;
    struct edit *e = line("");
    keys(e, "caf");
    edit_type(e, VIEW_LIT("e"));
    edit_type(e, VIEW_LIT(ACUTE));
    keys(e, "s");
    assert_text(e, "cafés");
    edit_do(e, EDIT_UNDO);
    assert_text(e, "");
    edit_do(e, EDIT_REDO);
    assert_text(e, "cafés");
    edit_free(e);
}

static void edit__undo__forgets_the_oldest_steps(void **state)
{
    (void)state;
    struct edit *e = line("");
    for (int i = 0; i < EDIT_UNDO_STEPS + 10; i++)
        edit_paste(e, VIEW_LIT("x"));
    while (edit_do(e, EDIT_UNDO) != EDIT_NONE)
        ;
    assert_text(e, "xxxxxxxxxx");
    edit_free(e);
}

static void edit__delete__joins_clusters_and_cursor_stays_on_a_boundary(void **state)
{
    (void)state;
    struct edit *e = memo("e\n" ACUTE "x");
    edit_do(e, EDIT_TOP);
    edit_do(e, EDIT_RIGHT);
    edit_do(e, EDIT_DELETE);
    assert_text(e, "éx");
    size_t at = edit_cursor(e);
    assert_true(at == 0 || at == 2);
    edit_do(e, EDIT_UNDO);
    assert_text(e, "e\n" ACUTE "x");
    edit_free(e);
}

static void edit_layout__soft_wrap__changes_no_text(void **state)
{
    (void)state;
    struct edit *e = memo("onze douze treize quatorze\nquinze");
    assert_int_equal(edit_layout(e, 16), 3);
    assert_int_equal(edit_row(e, 0).end, strlen("onze douze "));
    assert_true(edit_row(e, 0).soft);
    assert_false(edit_row(e, 1).soft);
    assert_int_equal(edit_row(e, 1).end, strlen("onze douze treize quatorze"));
    assert_text(e, "onze douze treize quatorze\nquinze");
    assert_int_equal(edit_layout(e, 80), 2);
    edit_free(e);
}

static void edit_wrap__one_line__has_rows_but_no_newlines(void **state)
{
    (void)state;
    struct edit *e = line("Contes d'hiver au coin du feu");
    assert_int_equal(edit_layout(e, 16), 1);
    edit_wrap(e);
    assert_int_equal(edit_layout(e, 16), 2);
    assert_int_equal(edit_do(e, EDIT_UP), EDIT_MOVED);
    assert_int_equal(edit_do(e, EDIT_UP), EDIT_NONE);
    assert_int_equal(edit_do(e, EDIT_NEWLINE), EDIT_NONE);
    edit_paste(e, VIEW_LIT("\n"));
    assert_null(memchr(edit_text(e).p, '\n', edit_text(e).n));
    edit_free(e);
}

static void edit_layout__long_word__breaks_at_the_edge(void **state)
{
    (void)state;
    struct edit *e = memo("anticonstitutionnellement");
    assert_int_equal(edit_layout(e, 11), 3);
    assert_int_equal(edit_row(e, 1).start, 10);
    edit_set(e, view_of("漢字漢字"));
    assert_int_equal(edit_layout(e, 6), 2);
    assert_int_equal(edit_row(e, 0).end, strlen("漢字"));
    edit_free(e);
}

static void edit_layout__cursor__has_a_cell_at_the_end_of_a_full_row(void **state)
{
    (void)state;
    struct edit *e = memo("abcd");
    assert_int_equal(edit_layout(e, 5), 1);
    assert_place(e, 0, 4);
    keys(e, "    ");
    assert_int_equal(edit_layout(e, 5), 1);
    assert_place(e, 0, 4);
    keys(e, "e");
    assert_place(e, 1, 1);
    edit_free(e);
}

static void edit__up_down__hold_the_column(void **state)
{
    (void)state;
    struct edit *e = memo("abcdef\nab\n漢字漢字\nabcdef");
    edit_layout(e, 40);
    edit_do(e, EDIT_TOP);
    for (int i = 0; i < 5; i++)
        edit_do(e, EDIT_RIGHT);
    edit_do(e, EDIT_DOWN);
    assert_place(e, 1, 2);
    edit_do(e, EDIT_DOWN);
    assert_place(e, 2, 4);
    edit_do(e, EDIT_DOWN);
    assert_place(e, 3, 5);
    assert_int_equal(edit_do(e, EDIT_DOWN), EDIT_NONE);
    edit_do(e, EDIT_UP);
    assert_place(e, 2, 4);
    edit_free(e);
}

static void edit__home_end__go_by_row(void **state)
{
    (void)state;
    struct edit *e = memo("onze douze treize quatorze");
    edit_layout(e, 13);
    edit_do(e, EDIT_TOP);
    edit_do(e, EDIT_END);
    assert_place(e, 0, 10);
    edit_do(e, EDIT_DOWN);
    edit_do(e, EDIT_HOME);
    assert_place(e, 1, 0);
    edit_free(e);
}

static void edit_newline__only_in_a_memo(void **state)
{
    (void)state;
    struct edit *e = line("a"), *m = memo("a");
    assert_int_equal(edit_do(e, EDIT_NEWLINE), EDIT_NONE);
    assert_int_equal(edit_do(m, EDIT_NEWLINE), EDIT_CHANGED);
    assert_text(m, "a\n");
    edit_do(m, EDIT_TOP);
    edit_do(m, EDIT_KILL_END);
    edit_do(m, EDIT_KILL_END);
    assert_text(m, "");
    edit_free(e);
    edit_free(m);
}

static uint32_t random_next(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

/** 200,000 random commands in all: the invariants are in fuzz_edit.c. */
static void edit__random_commands__keep_every_invariant(void **state)
{
    (void)state;
    uint32_t seed = 20260704;
    uint8_t bytes[2 + 2 * 800];
    for (int run = 0; run < 250; run++) {
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (uint8_t)(random_next(&seed) >> 11);
        LLVMFuzzerTestOneInput(bytes, sizeof bytes);
    }
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(edit__type__decomposed_accent_composes_with_letter_before),
            cmocka_unit_test(edit__backspace__takes_a_joined_emoji_whole),
            cmocka_unit_test(edit__insert__drops_control_characters),
            cmocka_unit_test(edit__insert__cut_at_the_limit_says_so),
            cmocka_unit_test(edit__insert__cut_leaves_no_half_cluster),
            cmocka_unit_test(edit__words__stop_at_punctuation_and_spaces),
            cmocka_unit_test(edit__undo__goes_by_runs_not_by_letters),
            cmocka_unit_test(edit__undo__moving_the_cursor_ends_a_run),
            cmocka_unit_test(edit__undo__composed_accent_is_part_of_the_run),
            cmocka_unit_test(edit__undo__forgets_the_oldest_steps),
            cmocka_unit_test(
                    edit__delete__joins_clusters_and_cursor_stays_on_a_boundary),
            cmocka_unit_test(edit_layout__soft_wrap__changes_no_text),
            cmocka_unit_test(edit_wrap__one_line__has_rows_but_no_newlines),
            cmocka_unit_test(edit_layout__long_word__breaks_at_the_edge),
            cmocka_unit_test(edit_layout__cursor__has_a_cell_at_the_end_of_a_full_row),
            cmocka_unit_test(edit__up_down__hold_the_column),
            cmocka_unit_test(edit__home_end__go_by_row),
            cmocka_unit_test(edit_newline__only_in_a_memo),
            cmocka_unit_test(edit__random_commands__keep_every_invariant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
