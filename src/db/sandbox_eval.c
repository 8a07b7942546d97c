#include "sandbox_priv.h"

#include "odus/base/mem.h"

int sandbox_true(const struct sandbox_value *v)
{
    if (v->type == SANDBOX_NULL)
        return -1;
    return v->type == SANDBOX_INT ? v->i != 0 : v->real != 0;
}

/* The texts are copied: SQLite's own end with the reset. */
static int take_value(struct sandbox_expr *x, struct sandbox_value *ret, struct err *e)
{
    struct sandbox_value v = {0};

    switch (sqlite3_column_type(x->handle, 0)) {
    case SQLITE_NULL: break;
    case SQLITE_INTEGER: v.type = SANDBOX_INT; break;
    case SQLITE_FLOAT: v.type = SANDBOX_REAL; break;
    case SQLITE_TEXT:
        v.type = SANDBOX_TEXT;
        buf_clear(&x->text);
        buf_adds(&x->text, (const char *)sqlite3_column_text(x->handle, 0));
        v.text = buf_view(&x->text);
        break;
    default:
        return err_set(
                e, ERR_INVALID, N_("the expression gives bytes and not a value"));
    }
    v.i = sqlite3_column_int64(x->handle, 0);
    v.real = sqlite3_column_double(x->handle, 0);
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

/* The value of the first row; NULL without one. */
static int step(struct sandbox_expr *x, struct sandbox_value *ret, struct err *e)
{
    int rc = sqlite3_step(x->handle);

    if (rc == SQLITE_ROW)
        return take_value(x, ret, e);
    *ret = (struct sandbox_value){0};
    return rc == SQLITE_DONE ? 0 : fail(x->sb, rc, e);
}

static void stop(struct sandbox_expr *x)
{
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
    struct sandbox_value value;
    int rc = start(x, row, e);

    if (rc)
        return rc;
    rc = step(x, &value, e);
    stop(x);
    if (rc == 0)
        *ret = value;
    return rc;
}
