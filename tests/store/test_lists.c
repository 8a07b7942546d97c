#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "box.h"
#include "odus/store/lists.h"

static struct store *store;
static struct err err;

static const char csv[] = "code,label,label[en],code_postal,synonymes\n"
                          "05023,Briançon,,05100,Sainte-Catherine\n"
                          "05006,L'Argentière-la-Bessée,,05120,\n"
                          "05101,Vallouise-Pelvoux,,05290 05340,Vallouise Pelvoux\n"
                          "05161,La Salle-les-Alpes,The Hall,05240,\n"
                          "05027,Cervières,,05100,Le-Laus\n";

static int load(const char *text, bool force)
{
    return lists_load(store, "communes", view_of(text), force, &err);
}

static int open_box(void **state)
{
    if (box_make(state))
        return -1;
    store = box_open();
    memset(&err, 0, sizeof(err));
    return load(csv, false);
}

static int close_box(void **state)
{
    store_close(store);
    return box_remove(state);
}

static bool not_alps(void *ctx, const char *code)
{
    (void)ctx;
    return strcmp(code, "05161") != 0;
}

static bool only_alps(void *ctx, const char *code)
{
    return !not_alps(ctx, code);
}

/* Codes in the order given: "05023 05006". */
static const char *found_by(
        const char *words, bool (*allow)(void *ctx, const char *code), size_t limit)
{
    static struct buf out;
    struct choice choices[16];
    int n = lists_choices(store, "communes", words, allow, NULL, choices, limit, &err);

    buf_release(&out);
    buf_init(&out, 0);
    assert_true(n >= 0);
    for (int i = 0; i < n; i++)
        buf_addf(&out, "%s%s", i ? " " : "", choices[i].id);
    choices_release(choices, (size_t)n);
    return out.s;
}

static const char *choices(const char *words)
{
    return found_by(words, NULL, 16);
}

static const char *cell(const char *code, const char *column)
{
    static struct buf out;

    buf_release(&out);
    buf_init(&out, 0);
    if (!lists_cell(store, "communes", code, column, &out))
        buf_adds(&out, "-");
    return out.s;
}

static const char *label(const char *code, const char *lang)
{
    static struct buf out;

    buf_release(&out);
    buf_init(&out, 0);
    if (!lists_label(store, "communes", code, lang, &out))
        buf_adds(&out, "-");
    return out.s;
}

static void lists_label__falls_back__to_the_label_without_language(void **state)
{
    (void)state;
    assert_string_equal(label("05161", "en"), "The Hall");
    assert_string_equal(label("05161", "fr"), cell("05161", "label"));
    assert_string_equal(label("05101", "en"), "Vallouise-Pelvoux");
    assert_string_equal(label("99999", "en"), "-");
}

static void lists_load__keeps__cells_and_order(void **state)
{
    struct buf out;

    (void)state;
    assert_int_equal(lists_count(store, "communes"), 5);
    assert_string_equal(cell("05101", "label"), "Vallouise-Pelvoux");
    assert_string_equal(cell("05101", "code_postal"), "05290 05340");
    assert_string_equal(cell("05161", "label[en]"), "The Hall");
    assert_string_equal(cell("05023", "label[en]"), "-");
    assert_string_equal(cell("05023", "nothing"), "-");
    assert_string_equal(cell("99999", "label"), "-");
    buf_init(&out, 0);
    assert_true(lists_code(store, "communes", 0, &out));
    assert_string_equal(out.s, "05023");
    buf_clear(&out);
    assert_true(lists_code(store, "communes", 4, &out));
    assert_string_equal(out.s, "05027");
    assert_false(lists_code(store, "communes", 5, &out));
    assert_false(lists_code(store, "rien", 0, &out));
    buf_release(&out);
}

static void lists_load__changes__only_what_is_new(void **state)
{
    int64_t generation = store_generation(store);

    (void)state;
    assert_int_equal(load(csv, false), 0);
    assert_int_equal(store_generation(store), generation);
    assert_int_equal(load("code,label\n1,Gap\n", false), 0);
    assert_int_equal(lists_count(store, "communes"), 1);
    assert_string_equal(choices("brian"), "");
    assert_string_equal(choices("gap"), "1");
}

static void lists_load__says__which_cell_is_wrong(void **state)
{
    (void)state;
    assert_int_equal(load("code,nom\n1,Gap\n", false), ERR_INVALID);
    assert_int_equal(err.line, 1);
    assert_int_equal(load("code,label\n1,Gap\n2,\n", false), ERR_INVALID);
    assert_int_equal(err.line, 3);
    assert_int_equal(err.column, 2);
    assert_int_equal(load("code,label\n1,Gap\n1,Digne\n", false), ERR_INVALID);
    assert_string_equal(err.args[0], "1");
    assert_int_equal(load("", false), ERR_INVALID);
    assert_int_equal(lists_count(store, "communes"), 5);
}

static bool next_row(void *ctx, struct list_row *ret)
{
    int *n = ctx;

    if (++*n > 2)
        return false;
    *ret = (struct list_row){.code = *n == 1 ? "a" : "b", .label = "Ville"};
    return true;
}

static void lists_load__spares__what_people_imported(void **state)
{
    size_t rows = 0;
    int n = 0;

    (void)state;
    assert_int_equal(lists_replace(store, "communes", next_row, &n, &rows, &err), 0);
    assert_int_equal(rows, 2);
    assert_int_equal(load(csv, false), 0);
    assert_int_equal(lists_count(store, "communes"), 2);
    assert_int_equal(load(csv, true), 0);
    assert_int_equal(lists_count(store, "communes"), 5);
    assert_int_equal(load("code,label\n1,Un\n", false), 0);
    assert_int_equal(lists_count(store, "communes"), 5);
}

static bool blank_row(void *ctx, struct list_row *ret)
{
    (void)ctx;
    *ret = (struct list_row){.code = "a"};
    return true;
}

static void lists_replace__refuses__blank_entries(void **state)
{
    (void)state;
    assert_int_equal(
            lists_replace(store, "communes", blank_row, NULL, NULL, &err), ERR_INVALID);
    assert_int_equal(lists_count(store, "communes"), 5);
}

static void lists_choices__folds__what_is_typed(void **state)
{
    (void)state;
    assert_string_equal(choices("BRIANCON"), "05023");
    assert_string_equal(choices("l argent"), "05006");
    assert_string_equal(choices("l’argentiere"), "05006");
    assert_string_equal(choices("bessée arg"), "05006");
    assert_string_equal(choices("pelv"), "05101");
    assert_string_equal(choices("sainte c"), "05023");
    assert_string_equal(choices("hall"), "05161");
    assert_string_equal(choices("05023"), "05023");
    assert_string_equal(choices("zzz"), "");
    assert_string_equal(choices("\"*) OR (a"), "");
}

static void lists_choices__puts__beginnings_first(void **state)
{
    (void)state;
    assert_string_equal(choices("la"), "05161 05027 05006");
    assert_string_equal(choices(""), "05023 05027 05006 05161 05101");
    assert_string_equal(choices("05100"), "05023 05027");
    assert_string_equal(found_by("", NULL, 2), "05023 05027");
    assert_string_equal(found_by("", NULL, 0), "");
}

static void lists_choices__asks__the_filter(void **state)
{
    (void)state;
    assert_string_equal(found_by("la", not_alps, 16), "05027 05006");
    assert_string_equal(found_by("", only_alps, 1), "05161");
}

static void lists_choices__tells__namesakes_apart(void **state)
{
    struct choice ret[4];

    (void)state;
    assert_int_equal(
            lists_choices(store, "communes", "brian", NULL, NULL, ret, 4, &err), 1);
    assert_string_equal(ret[0].label, "Briançon");
    assert_string_equal(ret[0].detail, "05100");
    choices_release(ret, 1);
    assert_int_equal(
            lists_choices(store, "communes", "sainte", NULL, NULL, ret, 4, &err), 1);
    assert_string_equal(ret[0].detail, "Sainte-Catherine");
    choices_release(ret, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_box, close_box)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(lists_label__falls_back__to_the_label_without_language),
            TEST(lists_load__keeps__cells_and_order),
            TEST(lists_load__changes__only_what_is_new),
            TEST(lists_load__says__which_cell_is_wrong),
            TEST(lists_load__spares__what_people_imported),
            TEST(lists_replace__refuses__blank_entries),
            TEST(lists_choices__folds__what_is_typed),
            TEST(lists_choices__puts__beginnings_first),
            TEST(lists_choices__asks__the_filter),
            TEST(lists_choices__tells__namesakes_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
