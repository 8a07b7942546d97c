#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "sandbox_help.h"

struct err err;
struct sandbox *sb;
struct sandbox_expr *recursive;

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
        db_result_static(result, "Été");
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
    db_result_static(call, "2026-07-14");
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

int sandbox_set_up(void **state)
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

int sandbox_tear_down(void **state)
{
    (void)state;
    sandbox_free(sb);
    return 0;
}

int compile_view(struct view text, struct sandbox_expr **ret)
{
    err_clear(&err);
    return sandbox_compile(sb, text, "select (", ") from evenement", ret, &err);
}

int compile(const char *text, struct sandbox_expr **ret)
{
    return compile_view(view_of(text), ret);
}

int value(const char *text, struct sandbox_value *ret)
{
    struct sandbox_expr *x = NULL;
    int rc = compile(text, &x);

    return rc ? rc : sandbox_eval(x, NULL, ret, &err);
}

int64_t number(const char *text)
{
    struct sandbox_value v = {0};

    if (value(text, &v))
        fail_msg("%s: %s %s", text, err.id, err.args[0]);
    assert_int_not_equal(v.type, SANDBOX_NULL);
    return v.i;
}

void refused(const char *text)
{
    struct sandbox_expr *x = NULL;

    if (compile(text, &x) == 0)
        fail_msg("accepted: %s", text);
    assert_true(err.code == ERR_INVALID || err.code == ERR_LIMIT);
    assert_null(x);
}

void stopped(const char *text)
{
    struct sandbox_value v;
    int rc = value(text, &v);

    if (rc != ERR_LIMIT)
        fail_msg("%s: %d %s", text, rc, err.id ? err.id : "");
}
