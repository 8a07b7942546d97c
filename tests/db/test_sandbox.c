#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "sandbox_help.h"

static void eval__gives__typed_values(void **state)
{
    struct sandbox_value v;

    (void)state;
    assert_int_equal(value("prix between 1 and 200", &v), 0);
    assert_int_equal(v.type, SANDBOX_INT);
    assert_int_equal(sandbox_true(&v), 1);
    assert_int_equal(value("prix / 8.0", &v), 0);
    assert_int_equal(v.type, SANDBOX_REAL);
    assert_true(v.real == 1.5);
    assert_int_equal(value("titre || '!'", &v), 0);
    assert_int_equal(v.type, SANDBOX_TEXT);
    assert_true(view_is(v.text, "Été!"));
    assert_int_equal(value("vide = 'x'", &v), 0);
    assert_int_equal(sandbox_true(&v), -1);
    assert_int_equal(value("'chat'", &v), 0);
    assert_int_equal(sandbox_true(&v), 0);
    assert_int_equal(value("'0.5 euro'", &v), 0);
    assert_int_equal(sandbox_true(&v), 1);
    assert_int_equal(number("prix > '9'"), 1);
    assert_int_equal(number("today() = '2026-07-14'"), 1);
}

static void eval__binds__the_row(void **state)
{
    struct sandbox_expr *x = NULL;
    struct sandbox_value v;
    int64_t row = 9;

    (void)state;
    assert_int_equal(
            sandbox_compile(sb, view_of("jour + evenement.prix"), "select (select (",
                    ") from seances where _pos = ?1)"
                    " from evenement",
                    &x, &err),
            0);
    assert_int_equal(sandbox_eval(x, &row, &v, &err), 0);
    assert_int_equal(v.i, 13);
    row = 1000;
    assert_int_equal(sandbox_eval(x, &row, &v, &err), 0);
    assert_int_equal(v.type, SANDBOX_NULL);
    assert_int_equal(sandbox_eval(x, NULL, &v, &err), 0);
    assert_int_equal(v.type, SANDBOX_NULL);
    sandbox_expr_free(x);
}

/* A text lives until the next value; where nothing is found there is NULL. */
static void eval__again__is_the_value_of_that_row(void **state)
{
    struct sandbox_expr *x = NULL;
    struct sandbox_value v;

    (void)state;
    assert_int_equal(sandbox_compile(sb, view_of("'jour ' || jour"), "select (",
                             ") from seances where _pos = ?1", &x, &err),
            0);
    for (int64_t row = 1; row <= 2; row++) {
        assert_int_equal(sandbox_eval(x, &row, &v, &err), 0);
        assert_int_equal(v.type, SANDBOX_TEXT);
        assert_true(view_is(v.text, row == 1 ? "jour 0" : "jour 1"));
    }
    assert_int_equal(sandbox_eval(x, NULL, &v, &err), 0);
    assert_int_equal(v.type, SANDBOX_NULL);
    sandbox_expr_free(x);
}

static void compile__two_values__are_too_many(void **state)
{
    struct sandbox_expr *x = NULL;

    (void)state;
    assert_int_equal(
            sandbox_compile(sb, view_of("1, 2"), "select ", "", &x, &err), ERR_INVALID);
    assert_string_equal(err.id, "only one value is expected");
}

static void reads__are__the_dependencies(void **state)
{
    struct sandbox_expr *x = NULL;
    const struct sandbox_read *reads;
    const char *const *calls;

    (void)state;
    assert_int_equal(compile("Upper(TITRE) = titre and exists (select 1 from SEANCES)"
                             " and (select max(jour) from seances) < PRIX + prix",
                             &x),
            0);
    assert_int_equal(sandbox_reads(x, &reads), 4);
    assert_string_equal(reads[0].table, "evenement");
    assert_string_equal(reads[0].column, "titre");
    for (size_t i = 0; i < 4; i++)
        assert_true(strcmp(reads[i].table, "seances") != 0 || !reads[i].column[0] ||
                    strcmp(reads[i].column, "jour") == 0);
    assert_int_equal(sandbox_calls(x, &calls), 2);
    assert_string_equal(calls[0], "upper");
    assert_string_equal(calls[1], "max");
}

static void compile__points_at__the_mistake(void **state)
{
    static const struct {
        const char *text;
        int column;
        const char *unknown;
    } cases[] = {
            {"pirx between 1 and 200", 1, "pirx"},
            {"titre = 'été' and pirx > 1", 19, "pirx"},
            {"prix = 1 and opper(titre)", 14, "opper"},
            {"prix in (select x from nulle)", 0, "nulle"},
            {"prix > > 2", 8, NULL},
            {"prix >", 7, NULL},
            {"'é' ; 2", 5, NULL},
            {"(prix", 1, NULL},
            {"prix)", 5, NULL},
            {"titre = 'ouvert", 9, NULL},
            {"", 0, NULL},
    };
    struct sandbox_expr *x = NULL;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *unknown;

        assert_int_equal(compile(cases[i].text, &x), ERR_INVALID);
        if (cases[i].column && err.column != cases[i].column)
            fail_msg("%s: column %d (%s)", cases[i].text, err.column, err.id);
        unknown = sandbox_unknown(&err, NULL);
        if (cases[i].unknown)
            assert_string_equal(unknown, cases[i].unknown);
        else
            assert_null(unknown);
    }
}

static void unknown__tells__what_kind_of_name(void **state)
{
    enum sandbox_name kind = SANDBOX_COLUMN;

    (void)state;
    refused("opper(titre)");
    assert_non_null(sandbox_unknown(&err, &kind));
    assert_int_equal(kind, SANDBOX_FUNCTION);
    refused("randomblob(9)");
    assert_string_equal(sandbox_unknown(&err, &kind), "randomblob");
    assert_int_equal(kind, SANDBOX_FUNCTION);
    refused("(select name from sqlite_schema)");
    assert_non_null(sandbox_unknown(&err, &kind));
    assert_int_equal(kind, SANDBOX_TABLE);
}

static void eval__reports__a_function_that_refuses(void **state)
{
    struct sandbox_value v;

    (void)state;
    assert_int_equal(value("fails()", &v), ERR_INVALID);
    assert_string_equal(err.args[0], "not today");
    assert_int_equal(number("1"), 1);
}

static void eval__refuses__to_need_its_own_result(void **state)
{
    struct sandbox_value v;

    (void)state;
    assert_int_equal(compile("recurse()", &recursive), 0);
    assert_int_equal(sandbox_eval(recursive, NULL, &v, &err), ERR_INVALID);
    assert_string_equal(err.args[0], "cycle");
    assert_int_equal(compile("prix", &recursive), 0);
    assert_int_equal(number("recurse()"), 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(eval__gives__typed_values),
            cmocka_unit_test(eval__binds__the_row),
            cmocka_unit_test(eval__again__is_the_value_of_that_row),
            cmocka_unit_test(compile__two_values__are_too_many),
            cmocka_unit_test(reads__are__the_dependencies),
            cmocka_unit_test(compile__points_at__the_mistake),
            cmocka_unit_test(unknown__tells__what_kind_of_name),
            cmocka_unit_test(eval__reports__a_function_that_refuses),
            cmocka_unit_test(eval__refuses__to_need_its_own_result),
    };

    return cmocka_run_group_tests(tests, sandbox_set_up, sandbox_tear_down);
}
