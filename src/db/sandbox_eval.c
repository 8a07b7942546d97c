#include "sandbox_priv.h"

#include "odus/base/mem.h"

int sandbox_columns(const struct sandbox_expr *x)
{
    return sqlite3_column_count(x->handle);
}

int sandbox_true(const struct sandbox_value *v)
{
    if (v->type == SANDBOX_NULL)
        return -1;
    return v->type == SANDBOX_INT ? v->i != 0 : v->real != 0;
}

/* The texts are copied: SQLite's own end with the reset. */
static int take_value(
        struct sandbox_expr *x, int col, struct sandbox_value *ret, struct err *e)
{
    struct sandbox_value v = {0};
    struct buf *text = &x->texts[col];

    switch (sqlite3_column_type(x->handle, col)) {
    case SQLITE_NULL: break;
    case SQLITE_INTEGER: v.type = SANDBOX_INT; break;
    case SQLITE_FLOAT: v.type = SANDBOX_REAL; break;
    case SQLITE_TEXT:
        v.type = SANDBOX_TEXT;
        buf_clear(text);
        buf_adds(text, (const char *)sqlite3_column_text(x->handle, col));
        v.text = buf_view(text);
        break;
    default:
        return err_set(
                e, ERR_INVALID, N_("the expression gives bytes and not a value"));
    }
    v.i = sqlite3_column_int64(x->handle, col);
    v.real = sqlite3_column_double(x->handle, col);
    *ret = v;
    return 0;
}

static int fail(struct sandbox *sb, int rc, struct err *e)
{
    switch (rc & 0xff) {
    case SQLITE_NOMEM: mem_panic("odus: out of memory");
    case SQLITE_INTERRUPT:
        return err_set(e, ERR_LIMIT,
                sb->too_large ? N_("the rule needs too much memory")
                              : N_("the rule is too slow"));
    case SQLITE_TOOBIG:
        return err_set(e, ERR_LIMIT, N_("the rule makes a text that is too long"));
    default:
        return err_set(e, ERR_INVALID, N_("the rule cannot be computed: %1$s"),
                sqlite3_errmsg(sb->db->handle));
    }
}

/* One row of values: 1, 0 without one, or an error. */
static int step(struct sandbox_expr *x, struct sandbox_value *values, struct err *e)
{
    int rc = sqlite3_step(x->handle);

    if (rc == SQLITE_DONE)
        return 0;
    if (rc != SQLITE_ROW)
        return fail(x->sb, rc, e);
    for (int i = 0; i < sandbox_columns(x); i++)
        if ((rc = take_value(x, i, &values[i], e)))
            return rc;
    return 1;
}

void sandbox_stop(struct sandbox_expr *x)
{
    if (!x->running)
        return;
    sqlite3_reset(x->handle);
    x->running = false;
    x->sb->running--;
}

static int start(struct sandbox_expr *x, const int64_t *row, struct err *e)
{
    struct sandbox *sb = x->sb;

    if (x->running)
        return err_set(e, ERR_INVALID, N_("the rule needs its own result"));
    /* An evaluation inside another, through a function, shares its budget. */
    if (sb->running++ == 0) {
        sb->db->work.used = 0;
        sb->memory_start = sqlite3_memory_used();
        sb->too_large = false;
    }
    x->running = true;
    if (sqlite3_bind_parameter_count(x->handle)) {
        if (row)
            sqlite3_bind_int64(x->handle, 1, *row);
        else
            sqlite3_bind_null(x->handle, 1);
    }
    return 0;
}

int sandbox_eval(struct sandbox_expr *x, const int64_t *row, struct sandbox_value *ret,
        struct err *e)
{
    struct sandbox_value values[SANDBOX_COLUMNS];
    int rc;

    values[0] = (struct sandbox_value){0};
    rc = start(x, row, e);

    if (rc)
        return rc;
    rc = step(x, values, e);
    sandbox_stop(x);
    if (rc < 0)
        return rc;
    *ret = values[0];
    return 0;
}

int sandbox_first(struct sandbox_expr *x, const int64_t *row,
        struct sandbox_value *values, struct err *e)
{
    int rc = start(x, row, e);

    return rc ? rc : sandbox_next(x, values, e);
}

int sandbox_next(struct sandbox_expr *x, struct sandbox_value *values, struct err *e)
{
    int rc;

    if (!x->running)
        return 0;
    rc = step(x, values, e);
    if (rc <= 0)
        sandbox_stop(x);
    return rc;
}
