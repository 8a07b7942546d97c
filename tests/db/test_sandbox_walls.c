#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "odus/db/stmt.h"
#include "sandbox_help.h"

/* Each line of the sandbox of the form language has tests that try to break it. */

/* --- line 1: one closed connection */

static void sandbox__has_no_way__to_other_files_and_schemas(void **state)
{
    (void)state;
    refused("attach 'x.db' as y");
    refused("1) from evenement attach 'x.db' as y");
    refused("pragma user_version");
    refused("(select * from pragma_table_info('evenement'))");
    refused("(select count(*) from pragma_database_list)");
    refused("(select count(*) from pragma_database_list as evenement)");
    refused("(select count(*) from json_each('[1,2]'))");
    refused("(select value from json_each('[1,2]') as evenement)");
    refused("(select sql from sqlite_master)");
    refused("(select sql from sqlite_schema)");
    refused("(select count(*) from sqlite_temp_master)");
    refused("(select count(*) from main.sqlite_master)");
    refused("(select count(*) from dbstat)");
    refused("(select count(*) from sqlite_stmt)");
    refused("(select count(*) from fts5vocab)");
    refused("load_extension('x.so')");
    refused("readfile('/etc/passwd')");
    refused("writefile('x', 'y')");
    refused("edit('x')");
    refused("fts3_tokenizer('simple')");
    refused("fts3_tokenizer('simple', x'00')");
    refused("fts5(1)");
    refused("sqlite_version()");
    refused("sqlite_compileoption_get(1)");
    refused("last_insert_rowid()");
    refused("changes()");
}

static void sandbox__takes__double_quotes_as_names_only(void **state)
{
    (void)state;
    refused("titre = \"oui\"");
    assert_string_equal(sandbox_unknown(&err, NULL), "oui");
    assert_int_equal(number("\"prix\" = 12"), 1);
    assert_int_equal(number("[prix] = 12 and `prix` = 12"), 1);
}

/* --- line 2: one expression */

static void sandbox__refuses__more_than_one_expression(void **state)
{
    (void)state;
    refused("1; delete from x");
    refused("1 -- ) from evenement where (0");
    refused("1 /* ");
    refused("1 /* */");
    refused("1) union select (2");
    refused("1) from evenement union select (2");
    refused("1), (2");
    refused("1, 2");
    refused("select 1, 2");
    refused("(select 1, 2)");
    refused("values (1), (2); drop table t");
    refused("'a' 'b'");
    refused("?1");
    refused(":x is null");
    refused("@x is null");
    refused("$x is null");
    refused("delete from seances");
    refused("(delete from seances returning 1)");
    refused("explain select 1");
    refused("[prix");
    refused("`prix");
    refused("\"prix");
    assert_int_equal(number("'a;--/*(' = 'a;--/*('"), 1);
    assert_int_equal(number("'l''été)' = 'l''été)'"), 1);
    assert_int_equal(compile_view(VIEW_LIT("1\0)"), &recursive), ERR_INVALID);
}

/* --- line 3: what may be read and called */

static void sandbox__denies__recursion(void **state)
{
    (void)state;
    refused("(with recursive c(x) as (select 1 union all select x + 1 from c)"
            " select max(x) from c)");
    assert_int_equal(number("(with c(x) as (select prix) select x from c)"), 12);
}

static void sandbox__denies__functions_that_eat(void **state)
{
    (void)state;
    refused("printf('%.*c', 100000000, 'x')");
    refused("format('%.*c', 100000000, 'x')");
    refused("randomblob(1000000000)");
    refused("zeroblob(1000000000)");
    refused("hex(titre)");
    refused("quote(titre)");
    refused("json_array(1)");
    refused("titre -> 'x'");
    refused("titre match 'x'");
    refused("titre regexp 'x'");
}

/* --- line 4: limits */

static void sandbox__stops__joins_without_end(void **state)
{
    struct sandbox_value v;

    (void)state;
    stopped("(select count(*) from seances a, seances b, seances c, seances d)");
    assert_string_equal(err.id, "the rule is too slow");
    stopped("(select sum(length(lower(x))) from seances a, seances b, seances c,"
            " (select group_concat(jour, 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx') x"
            " from seances))");
    /* The budget is each evaluation's own. */
    for (int i = 0; i < 20; i++)
        assert_int_equal(value("(select count(*) from seances a, seances b"
                               " where a.jour = b.jour and a._pos < 100)",
                                 &v),
                0);
}

static void sandbox__stops__texts_without_end(void **state)
{
    struct sandbox_value v;

    (void)state;
    stopped("(select group_concat(titre, 'xxxxxxxxxx') from seances a, seances b,"
            " evenement)");
    stopped("(with a as (select group_concat(titre) t from seances, evenement),"
            " b as (select t||t||t||t||t||t||t||t||t||t t from a),"
            " c as (select t||t||t||t||t||t||t||t||t||t t from b)"
            " select length(t||t||t||t||t||t||t||t||t||t) from c)");
    stopped("(with a as (select group_concat(titre) t from seances, evenement)"
            " select length(replace(replace(t, ',', t), 'É', t)) from a)");
    assert_int_equal(value("x'00'", &v), ERR_INVALID);
    assert_int_equal(value("cast(titre as blob)", &v), ERR_INVALID);
}

static void sandbox__stops__sorts_that_fill_the_memory(void **state)
{
    (void)state;
    stopped("(with a as (select group_concat(titre, "
            "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx')"
            " t from seances, evenement)"
            " select count(distinct t || x._pos || '-' || y._pos)"
            " from a, seances x, seances y)");
    assert_string_equal(err.id, "the rule needs too much memory");
}

static void sandbox__stops__costly_text_functions(void **state)
{
    const char *big =
            "(with a as (select group_concat(titre, "
            "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')"
            " t from seances, evenement) select %s from a, seances)";
    static const char *const calls[] = {"sum(t like '%a%a%a%a%a%a%a%a%a%a%b')",
            "sum(t glob '*a*a*a*a*a*a*a*a*a*a*b')", "sum(length(trim(t, t)))",
            "sum(length(ltrim(t, t || 'x')))"};
    struct buf text;

    (void)state;
    buf_init(&text, 0);
    for (size_t i = 0; i < COUNT(calls); i++) {
        const char *mark = strstr(big, "%s");

        buf_clear(&text);
        buf_add(&text, big, (size_t)(mark - big));
        buf_adds(&text, calls[i]);
        buf_adds(&text, mark + 2);
        stopped(text.s);
    }
    buf_release(&text);
}

static size_t no_rows(void *ctx)
{
    (void)ctx;
    return 0;
}

static void sandbox__limits__what_an_expression_may_be(void **state)
{
    struct sandbox_value v;
    struct buf text;

    (void)state;
    buf_init(&text, 0);
    for (int i = 0; i < 60; i++)
        buf_addc(&text, '(');
    buf_addc(&text, '1');
    for (int i = 0; i < 60; i++)
        buf_addc(&text, ')');
    refused(text.s);
    assert_int_equal(err.code, ERR_LIMIT);
    buf_clear(&text);
    buf_addc(&text, '1');
    for (int i = 0; i < 60; i++)
        buf_adds(&text, "+1");
    refused(text.s);
    assert_int_equal(err.code, ERR_LIMIT);
    buf_clear(&text);
    for (int i = 0; i < 20; i++)
        buf_adds(&text, "select 1 union ");
    buf_adds(&text, "select 1");
    refused(text.s);
    buf_clear(&text);
    buf_adds(&text, "titre like '");
    for (int i = 0; i < 300; i++)
        buf_addc(&text, '%');
    buf_addc(&text, '\'');
    assert_int_equal(value(text.s, &v), ERR_INVALID);
    buf_clear(&text);
    buf_adds(&text, "titre = '");
    for (int i = 0; i < SANDBOX_EXPR_MAX; i++)
        buf_addc(&text, 'x');
    buf_addc(&text, '\'');
    refused(text.s);
    assert_int_equal(err.code, ERR_LIMIT);
    buf_release(&text);
}

/* The columns of a table are none of its business. */
static void sandbox__takes__wide_tables(void **state)
{
    struct db_vtable wide = {.name = "wide", .key_col = -1, .pos_col = -1};
    struct sandbox *own = sandbox_new();
    struct sandbox_expr *x = NULL;
    struct buf columns;

    (void)state;
    wide.rows = no_rows;
    buf_init(&columns, 0);
    for (int i = 0; i < 2000; i++)
        buf_addf(&columns, "%s\"a_rather_long_name_%d\" text", i ? ", " : "", i);
    wide.columns = columns.s;
    assert_int_equal(sandbox_table(own, &wide, &err), 0);
    buf_release(&columns);
    assert_int_equal(sandbox_seal(own, &err), 0);
    assert_int_equal(sandbox_compile(own, VIEW_LIT("a_rather_long_name_1999"),
                             "select ", " from wide", &x, &err),
            0);
    sandbox_free(own);
}

/* --- line 5: neither time nor chance */

static void sandbox__knows__neither_time_nor_chance(void **state)
{
    struct sandbox_value v;

    (void)state;
    refused("datetime('now')");
    refused("strftime('%s', 'now')");
    refused("julianday()");
    refused("unixepoch()");
    refused("time('now')");
    refused("current_date");
    refused("current_time");
    refused("current_timestamp > '2026'");
    refused("random()");
    /* date(x) is registered here: no other form of it comes with it. */
    assert_int_equal(number("date('now') = '2026-07-14'"), 1);
    assert_int_equal(value("date()", &v), ERR_INVALID);
    assert_int_equal(value("date('now', '+1 day')", &v), ERR_INVALID);
}

/* --- our text functions are SQLite's */

/* TEMPLATE with its first %d replaced by A, the others by B; %% is %. */
static void fill(const char *template, int a, int b, struct buf *out)
{
    int n = 0;

    buf_clear(out);
    for (const char *p = template; *p; p++) {
        if (p[0] == '%' && p[1] == 'd')
            buf_addf(out, "%d", n++ ? b : a);
        else
            buf_addc(out, *p);
        p += p[0] == '%';
    }
}

static void agree(struct db *db, const char *call)
{
    struct sandbox_value v = {0};
    char *theirs = NULL;
    struct buf text;

    buf_init(&text, 0);
    buf_addf(&text, "select cast((%s) as text)", call);
    assert_int_equal(db_text(db, &err, &theirs, text.s, BIND_NONE), 0);
    if (value(text.s + strlen("select "), &v) || !view_is(v.text, theirs))
        fail_msg("%s: %s, SQLite says %s", call, v.text.p, theirs);
    free(theirs);
    buf_release(&text);
}

static void guards__agree__with_the_functions_they_replace(void **state)
{
    static const char *const calls[] = {"substr('héllo', %d, %d)",
            "substr('é', %d, %d)", "substr('', %d, %d)", "substr('abc', %d) || %d",
            "length('é' || %d || %d)", "instr('aéaé%d', 'é%d')",
            "instr('x%d', '') + %d", "replace('a%da%d', 'a', 'éé')",
            "replace('abc', '', %d) || %d", "trim('éé-%d--%dé', '-é')",
            "ltrim('001%d', '0') || %d", "rtrim('%d100%d ') || '|'",
            "'a%db' like 'A\\%%%d_' escape '\\'", "'%d%%' like '%%%d\\%%' escape '\\'",
            "'a%d' glob '[a-b]*%d'", "upper('é%da') || lower('É%dA')",
            "'héllo%d' like 'H_LL%%' || %d"};
    struct db_options opt = {.create = true};
    struct db *db = NULL;
    struct buf call;

    (void)state;
    assert_int_equal(db_open(":memory:", &opt, &db, &err), 0);
    buf_init(&call, 0);
    for (size_t i = 0; i < COUNT(calls); i++)
        for (int n = 0; n < 121; n++) {
            fill(calls[i], n / 11 - 5, n % 11 - 5, &call);
            agree(db, call.s);
        }
    buf_release(&call);
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(sandbox__has_no_way__to_other_files_and_schemas),
            cmocka_unit_test(sandbox__takes__double_quotes_as_names_only),
            cmocka_unit_test(sandbox__refuses__more_than_one_expression),
            cmocka_unit_test(sandbox__denies__recursion),
            cmocka_unit_test(sandbox__denies__functions_that_eat),
            cmocka_unit_test(sandbox__stops__joins_without_end),
            cmocka_unit_test(sandbox__stops__texts_without_end),
            cmocka_unit_test(sandbox__stops__sorts_that_fill_the_memory),
            cmocka_unit_test(sandbox__stops__costly_text_functions),
            cmocka_unit_test(sandbox__limits__what_an_expression_may_be),
            cmocka_unit_test(sandbox__takes__wide_tables),
            cmocka_unit_test(sandbox__knows__neither_time_nor_chance),
            cmocka_unit_test(guards__agree__with_the_functions_they_replace),
    };

    return cmocka_run_group_tests(tests, sandbox_set_up, sandbox_tear_down);
}
