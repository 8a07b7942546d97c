#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "odus/db/sandbox.h"
#include "odus/db/stmt.h"

static struct err err;
static struct sandbox *sb;
static struct sandbox_expr *recursive;

static size_t one(void *ctx)
{
    (void)ctx;
    return 1;
}

static size_t many(void *ctx)
{
    (void)ctx;
    return 300;
}

static void fiche(void *ctx, size_t row, int col, struct db_call *result)
{
    (void)ctx, (void)row;
    if (col == 0)
        db_result_static(result, VIEW_LIT("Été"));
    else if (col == 1)
        db_result_int(result, 12);
}

static void seance(void *ctx, size_t row, int col, struct db_call *result)
{
    (void)ctx;
    if (col == 0)
        db_result_int(result, (int64_t)row + 1);
    else
        db_result_int(result, (int64_t)row % 7);
}

static void fn_today(struct db_call *call, void *ctx)
{
    (void)ctx;
    db_result_static(call, VIEW_LIT("2026-07-14"));
}

static void fn_fails(struct db_call *call, void *ctx)
{
    (void)ctx;
    db_result_error(call, "not today");
}

static void fn_recurse(struct db_call *call, void *ctx)
{
    struct sandbox_value v;

    (void)ctx;
    if (sandbox_eval(recursive, NULL, &v, NULL) == 0)
        db_result_int(call, v.i);
    else
        db_result_error(call, "cycle");
}

static int set_up(void **state)
{
    const struct db_vtable tables[] = {
            {.name = "evenement",
                    .columns = "titre text, prix integer, vide text",
                    .rows = one,
                    .cell = fiche,
                    .pos_col = -1},
            {.name = "seances",
                    .columns = "_pos integer, jour integer",
                    .rows = many,
                    .cell = seance,
                    .pos_col = 0},
    };

    (void)state;
    sb = sandbox_new();
    return sandbox_table(sb, &tables[0], &err) || sandbox_table(sb, &tables[1], &err) ||
            sandbox_function(sb, "today", 0, DB_DETERMINISTIC, fn_today, NULL, &err) ||
            sandbox_function(sb, "date", 1, DB_DETERMINISTIC, fn_today, NULL, &err) ||
            sandbox_function(sb, "fails", 0, 0, fn_fails, NULL, &err) ||
            sandbox_function(sb, "recurse", 0, 0, fn_recurse, NULL, &err) ||
            sandbox_seal(sb, &err);
}

static int tear_down(void **state)
{
    (void)state;
    sandbox_free(sb);
    return 0;
}

static int compile_view(struct view text, struct sandbox_expr **ret)
{
    err_clear(&err);
    return sandbox_compile(sb, text, "select (", ") from evenement", ret, &err);
}

static int compile(const char *text, struct sandbox_expr **ret)
{
    return compile_view(view_of(text), ret);
}

/* The value of TEXT; anything else than success is in the code. */
static int value(const char *text, struct sandbox_value *ret)
{
    struct sandbox_expr *x = NULL;
    int rc = compile(text, &x);

    return rc ? rc : sandbox_eval(x, NULL, ret, &err);
}

static int64_t number(const char *text)
{
    struct sandbox_value v = {0};

    if (value(text, &v))
        fail_msg("%s: %s %s", text, err.id, err.args[0]);
    assert_int_not_equal(v.type, SANDBOX_NULL);
    return v.i;
}

static void refused(const char *text)
{
    struct sandbox_expr *x = NULL;

    if (compile(text, &x) == 0)
        fail_msg("accepted: %s", text);
    assert_true(err.code == ERR_INVALID || err.code == ERR_LIMIT);
    assert_null(x);
}

/* Compiles, but must not come to an end. */
static void stopped(const char *text)
{
    struct sandbox_value v;
    int rc = value(text, &v);

    if (rc != ERR_LIMIT)
        fail_msg("%s: %d %s", text, rc, err.id ? err.id : "");
}

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
    assert_int_equal(sandbox_compile(sb, view_of("jour + evenement.prix"),
                             "select (select (", ") from seances where _pos = ?1)"
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

static void list__walks__its_rows(void **state)
{
    struct sandbox_expr *x = NULL;
    struct sandbox_value v[SANDBOX_COLUMNS];
    int n = 0, rc;

    (void)state;
    assert_int_equal(sandbox_compile_list(sb, view_of("jour = 3"),
                             "select _pos, jour from seances where (", ") order by 1", &x,
                             &err),
            0);
    assert_int_equal(sandbox_columns(x), 2);
    for (rc = sandbox_first(x, NULL, v, &err); rc > 0; rc = sandbox_next(x, v, &err)) {
        assert_int_equal(v[0].i, 4 + 7 * n++);
        assert_int_equal(v[1].i, 3);
    }
    assert_int_equal(rc, 0);
    assert_int_equal(n, 43);
    assert_int_equal(sandbox_first(x, NULL, v, &err), 1);
    sandbox_stop(x);
    assert_int_equal(sandbox_next(x, v, &err), 0);
    assert_int_equal(sandbox_first(x, NULL, v, &err), 1);
    sandbox_expr_free(x);
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

/* --- form language §3, line 1: one closed connection */

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
    assert_int_equal(strcmp(err.id, "the rule is too slow"), 0);
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
    stopped("(with a as (select group_concat(titre, 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx')"
            " t from seances, evenement)"
            " select count(distinct t || x._pos || '-' || y._pos)"
            " from a, seances x, seances y)");
}

static void sandbox__stops__costly_text_functions(void **state)
{
    const char *big = "(with a as (select group_concat(titre, "
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

static void guards__agree__with_the_functions_they_replace(void **state)
{
    static const char *const texts[] = {"substr('%', 0, 2)", "'héllo' like 'H_LLO'"};
    static const char *const calls[] = {"substr('héllo', %d, %d)", "substr('é', %d, %d)",
            "substr('', %d, %d)", "substr('abc', %d) || %d", "length('é' || %d || %d)",
            "instr('aéaé%d', 'é%d')", "instr('x%d', '') + %d",
            "replace('a%da%d', 'a', 'éé')", "replace('abc', '', %d) || %d",
            "trim('éé-%d--%dé', '-é')", "ltrim('001%d', '0') || %d",
            "rtrim('%d100%d ') || '|'", "'a%db' like 'A\\%%%d_' escape '\\'",
            "'%d%%' like '%%%d\\%%' escape '\\'", "'a%d' glob '[a-b]*%d'",
            "upper('é%da') || lower('É%dA')", "%d like null is null and %d"};
    struct db_options opt = {.create = true};
    struct db *db = NULL;
    struct buf sql, ours;

    (void)state, (void)texts;
    assert_int_equal(db_open(":memory:", &opt, &db, &err), 0);
    buf_init(&sql, 0);
    buf_init(&ours, 0);
    for (size_t i = 0; i < COUNT(calls) * 121; i++) {
        int a = (int)(i / 11 % 11) - 5, b = (int)(i % 11) - 5;
        struct sandbox_value v = {0};
        char *theirs = NULL;
        const char *p = calls[i / 121];

        buf_clear(&ours);
        for (int n = 0; *p; p++)
            if (p[0] == '%' && p[1] == 'd')
                buf_addf(&ours, "%d", n++ ? b : a), p++;
            else if (p[0] == '%' && p[1] == '%')
                buf_addc(&ours, *++p);
            else
                buf_addc(&ours, *p);
        buf_clear(&sql);
        buf_addf(&sql, "select cast((%s) as text)", ours.s);
        assert_int_equal(db_text(db, &err, &theirs, sql.s, BIND_NONE), 0);
        buf_cut(&sql, 0);
        buf_addf(&sql, "cast((%s) as text)", ours.s);
        if (value(sql.s, &v) || !theirs || !view_is(v.text, theirs))
            fail_msg("%s: %s, SQLite says %s", ours.s, v.text.p, theirs);
        free(theirs);
        sandbox_expr_free(NULL);
    }
    buf_release(&sql);
    buf_release(&ours);
    db_close(db);
}

/* --- functions */

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
            cmocka_unit_test(list__walks__its_rows),
            cmocka_unit_test(reads__are__the_dependencies),
            cmocka_unit_test(compile__points_at__the_mistake),
            cmocka_unit_test(unknown__tells__what_kind_of_name),
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
            cmocka_unit_test(sandbox__knows__neither_time_nor_chance),
            cmocka_unit_test(guards__agree__with_the_functions_they_replace),
            cmocka_unit_test(eval__reports__a_function_that_refuses),
            cmocka_unit_test(eval__refuses__to_need_its_own_result),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
