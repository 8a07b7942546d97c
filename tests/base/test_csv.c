#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "odus/base/csv.h"

static struct csv *opened(const char *text)
{
    struct csv *c = NULL;
    struct err e = {0};

    assert_int_equal(csv_open(view_of(text), &c, &e), 0);
    return c;
}

static void next(struct csv *c)
{
    struct err e = {0};

    assert_int_equal(csv_next(c, &e), 1);
}

static void end(struct csv *c)
{
    struct err e = {0};

    assert_int_equal(csv_next(c, &e), 0);
    assert_int_equal(csv_count(c), 0);
    csv_free(c);
}

#define assert_cell(c, i, want) assert_true(view_is(csv_cell(c, i), want))

/* The first error that reading all of TEXT gives. */
static struct err first_error(const char *text, int code)
{
    struct csv *c = NULL;
    struct err e = {0};
    int r = csv_open(view_of(text), &c, &e);

    if (r == 0)
        while ((r = csv_next(c, &e)) > 0)
            ;
    assert_int_equal(r, code);
    assert_int_equal(e.code, code);
    if (c)
        assert_int_equal(csv_next(c, NULL), 0); /* an error ends the reading */
    csv_free(c);
    return e;
}

static void csv__next__reads_rows_of_any_line_end(void **state)
{
    struct csv *c = opened("\r\n titre ,ville\nBal,Névache\r\n\nContes\rTrio,,\n");

    (void)state;
    assert_int_equal(csv_columns(c), 2);
    assert_true(view_is(csv_name(c, 0), "titre"));
    assert_int_equal(csv_find(c, "ville"), 1);
    assert_int_equal(csv_find(c, "pays"), -1);
    next(c);
    assert_cell(c, 0, "Bal");
    assert_cell(c, 1, "Névache");
    assert_int_equal(csv_line(c), 3);
    next(c);
    assert_int_equal(csv_count(c), 1);
    assert_cell(c, 0, "Contes");
    assert_cell(c, 1, "");
    assert_int_equal(csv_line(c), 5);
    next(c);
    assert_int_equal(csv_count(c), 3);
    assert_int_equal(csv_line(c), 6);
    end(c);
}

static void csv__next__reads_quoted_fields_over_several_lines(void **state)
{
    struct csv *c = opened(
            "a;b;c\n\"x;\"\"y\"\"\";\"l1\r\nl2\nl3\";5\" nails\n\"\";\"\"\"\";z");

    (void)state;
    next(c);
    assert_cell(c, 0, "x;\"y\"");
    assert_cell(c, 1, "l1\r\nl2\nl3");
    assert_cell(c, 2, "5\" nails");
    assert_int_equal(csv_line(c), 2);
    next(c);
    assert_int_equal(csv_count(c), 3);
    assert_cell(c, 0, "");
    assert_cell(c, 1, "\"");
    assert_cell(c, 2, "z");
    assert_int_equal(csv_line(c), 5);
    end(c);
}

static void csv__open__finds_the_separator_in_the_header(void **state)
{
    struct csv *c = opened("\"a,b,c,d\";e;f\n1;2,5;3\n");

    (void)state;
    assert_int_equal(csv_columns(c), 3);
    next(c);
    assert_cell(c, 1, "2,5");
    end(c);
    c = opened("a\tb,c\td\n");
    assert_int_equal(csv_columns(c), 3);
    end(c);
    c = opened("\n\nonly;two\n1;2\n");
    assert_int_equal(csv_columns(c), 2);
    next(c);
    end(c);
}

static void csv__open__settles_the_encoding(void **state)
{
    struct csv *c = opened("\xEF\xBB\xBF\"a\",b\né,œ\n");

    (void)state;
    assert_true(view_is(csv_name(c, 0), "a"));
    next(c);
    assert_cell(c, 1, "œ");
    end(c);
    c = opened("prix,\xE9t\xE9\n5 \x80,\x9Cuvre\n");
    assert_true(view_is(csv_name(c, 1), "été"));
    next(c);
    assert_cell(c, 0, "5 €");
    assert_cell(c, 1, "œuvre");
    end(c);
    first_error("\xFF\xFE"
                "a",
            ERR_INVALID);
    first_error("", ERR_INVALID);
    first_error("\n\r\n", ERR_INVALID);
}

static void csv__next__says_where_quotes_go_wrong(void **state)
{
    struct err e = first_error("a,ville\n1,2\nx,\"open\nmore\n", ERR_INVALID);

    (void)state;
    assert_int_equal(e.line, 3);
    assert_int_equal(e.column, 2);
    assert_string_equal(e.args[0], "ville");
    e = first_error("a\n1,2,\"l\n\"x\n", ERR_INVALID);
    assert_int_equal(e.line, 3);
    assert_int_equal(e.column, 3);
    assert_string_equal(e.args[0], "3");
    e = first_error("a,\"b", ERR_INVALID);
    assert_int_equal(e.line, 1);
    assert_int_equal(e.column, 2);
}

static void csv__next__limits_fields(void **state)
{
    size_t n = CSV_FIELD_MAX + 1;
    char *text = test_malloc(n + 3);

    (void)state;
    memset(text, ',', CSV_FIELDS_MAX);
    text[CSV_FIELDS_MAX] = '\0';
    first_error(text, ERR_LIMIT);
    text[CSV_FIELDS_MAX - 1] = '\0';
    end(opened(text));
    memset(text, 'x', n);
    text[n] = '\0';
    first_error(text, ERR_LIMIT);
    text[0] = '"';
    memcpy(text + n, "x\"", 3);
    first_error(text, ERR_LIMIT);
    test_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(csv__next__reads_rows_of_any_line_end),
            cmocka_unit_test(csv__next__reads_quoted_fields_over_several_lines),
            cmocka_unit_test(csv__open__finds_the_separator_in_the_header),
            cmocka_unit_test(csv__open__settles_the_encoding),
            cmocka_unit_test(csv__next__says_where_quotes_go_wrong),
            cmocka_unit_test(csv__next__limits_fields),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
