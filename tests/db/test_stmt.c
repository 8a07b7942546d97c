#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/db/function.h"
#include "odus/db/stmt.h"

static struct err err;
static struct db *db;

static int open_db(void **state)
{
    struct db_options opt = {.create = true};

    (void)state;
    if (db_open(":memory:", &opt, &db, &err))
        return -1;
    return db_exec(db, &err, "create table t (a, b integer unique, c text not null)");
}

static int close_db(void **state)
{
    (void)state;
    db_close(db);
    return 0;
}

static void db_query__gives_back__what_was_bound(void **state)
{
    struct stmt *st = db_query(db, "select ?1, ?2, ?3, ?4, ?5", bind_text("é"),
            bind_int(INT64_MIN), bind_null(), bind_text(NULL),
            bind_view((struct view){"xyz", 0}));

    (void)state;
    assert_int_equal(stmt_step(st, &err), 1);
    assert_true(view_is(stmt_text(st, 0), "é"));
    assert_true(stmt_int(st, 1) == INT64_MIN);
    assert_true(stmt_is_null(st, 2));
    assert_null(stmt_text(st, 3).p);
    assert_null(stmt_dup(st, 3));
    assert_non_null(stmt_text(st, 4).p);
    assert_int_equal(stmt_text(st, 4).n, 0);
    assert_int_equal(stmt_step(st, &err), 0);
}

static void db_prepare__returns_the_same_statement__unless_in_use(void **state)
{
    const char *sql = "select 1 union all select 2";
    char copy[64];
    struct stmt *first = db_prepare(db, sql), *second;

    (void)state;
    snprintf(copy, sizeof(copy), "%s", sql);
    assert_int_equal(stmt_step(first, &err), 1);
    second = db_prepare(db, copy);
    assert_ptr_not_equal(first, second);
    assert_int_equal(stmt_step(second, &err), 1);
    assert_int_equal(stmt_step(first, &err), 1);
    assert_int_equal(stmt_int(first, 0), 2);
    stmt_reset(first);
    assert_ptr_equal(db_prepare(db, copy), first);
    assert_int_equal(stmt_step(first, &err), 1);
    assert_int_equal(stmt_int(first, 0), 1);
    stmt_reset(first);
    stmt_reset(second);
}

static void db_prepare__forgets_bindings__between_uses(void **state)
{
    struct stmt *st = db_query(db, "select ?1", bind_int(7));

    (void)state;
    stmt_reset(st);
    st = db_prepare(db, "select ?1");
    assert_int_equal(stmt_step(st, &err), 1);
    assert_true(stmt_is_null(st, 0));
    stmt_reset(st);
}

static void db_prepare__survives__a_thousand_texts(void **state)
{
    struct stmt *held = db_prepare(db, "select 'held'");
    char sql[32];
    int64_t n;

    (void)state;
    assert_int_equal(stmt_step(held, &err), 1);
    for (int i = 0; i < 1000; i++) {
        snprintf(sql, sizeof(sql), "select %d", i);
        assert_int_equal(db_int(db, &err, &n, sql, BIND_NONE), 0);
        assert_int_equal(n, i);
    }
    assert_true(view_is(stmt_text(held, 0), "held"));
    stmt_reset(held);
}

static void stmt_step__reports__wrong_sql_and_recovers(void **state)
{
    struct stmt *st = db_query(db, "select x from later", bind_int(3));

    (void)state;
    assert_int_equal(stmt_step(st, &err), ERR_DAMAGED);
    assert_non_null(strstr(err.args[1], "no such table"));
    assert_int_equal(db_exec(db, &err, "create table later (x)"), 0);
    st = db_prepare(db, "select x from later");
    assert_int_equal(stmt_step(st, NULL), 0);
}

static void db_run__names__the_constraint(void **state)
{
    const char *sql = "insert into t values (?1, ?2, ?3)";

    (void)state;
    assert_int_equal(
            db_run(db, &err, sql, bind_null(), bind_int(1), bind_text("x")), 0);
    assert_int_equal(db_changes(db), 1);
    assert_int_equal(db_last_rowid(db), 1);
    assert_int_equal(db_run(db, &err, sql, bind_null(), bind_int(1), bind_text("y")),
            ERR_CONFLICT);
    assert_non_null(strstr(err.args[1], "t.b"));
    assert_int_equal(
            db_run(db, NULL, sql, bind_null(), bind_int(2), bind_null()), ERR_CONFLICT);
}

static void db_int__distinguishes__no_row(void **state)
{
    int64_t n = 42;
    char *text = NULL;

    (void)state;
    assert_int_equal(db_int(db, &err, &n, "select b from t where b = ?1", bind_int(9)),
            ERR_NOT_FOUND);
    assert_int_equal(n, 42);
    assert_int_equal(db_text(db, &err, &text, "select ?1 || '!'", bind_text("a")), 0);
    assert_string_equal(text, "a!");
    free(text);
    assert_int_equal(db_text(db, &err, &text, "select null", BIND_NONE), 0);
    assert_null(text);
}

static void fn_join(struct db_call *call, void *ctx)
{
    struct buf out;

    buf_init(&out, 0);
    for (int i = 0; i < db_arg_count(call); i++) {
        if (db_arg_null(call, i)) {
            db_result_error(call, "a hole");
            buf_release(&out);
            return;
        }
        buf_adds(&out, i ? ctx : "");
        buf_addv(&out, db_arg_text(call, i));
    }
    db_result_text(call, buf_view(&out));
    buf_release(&out);
}

static void db_function__is_called__with_its_context(void **state)
{
    char *text = NULL, dash[] = "-";

    (void)state;
    assert_int_equal(
            db_function(db, "join_", -1, DB_DETERMINISTIC, fn_join, dash, &err), 0);
    assert_int_equal(
            db_text(db, &err, &text, "select join_('a', 2, 'c')", BIND_NONE), 0);
    assert_string_equal(text, "a-2-c");
    free(text);
    assert_int_equal(db_text(db, &err, &text, "select join_('a', null)", BIND_NONE),
            ERR_INVALID);
    assert_string_equal(err.args[1], "a hole");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_db, close_db)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(db_query__gives_back__what_was_bound),
            TEST(db_prepare__returns_the_same_statement__unless_in_use),
            TEST(db_prepare__forgets_bindings__between_uses),
            TEST(db_prepare__survives__a_thousand_texts),
            TEST(stmt_step__reports__wrong_sql_and_recovers),
            TEST(db_run__names__the_constraint),
            TEST(db_int__distinguishes__no_row),
            TEST(db_function__is_called__with_its_context),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
