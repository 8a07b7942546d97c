#include "sandbox_priv.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"

void sandbox_expr_free(struct sandbox_expr *x)
{
    if (!x)
        return;
    if (x->prev)
        x->prev->next = x->next;
    else if (x->sb->exprs == x)
        x->sb->exprs = x->next;
    if (x->next)
        x->next->prev = x->prev;
    sqlite3_finalize(x->handle);
    buf_release(&x->text);
    names_release(&x->columns);
    names_release(&x->calls);
    free(x->reads);
    free(x);
}

static struct sandbox_expr *expr_new(struct sandbox *sb)
{
    struct sandbox_expr *x = xcalloc(1, sizeof(*x));

    buf_init(&x->text, 2 * SANDBOX_TEXT_MAX);
    x->sb = sb;
    x->next = sb->exprs;
    if (x->next)
        x->next->prev = x;
    return sb->exprs = x;
}

static bool is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

/* What a statement must be, besides understood. */
static int check_shape(struct sandbox_expr *x, const char *tail, struct err *e)
{
    if (!x->handle || !is_blank(tail) || !sqlite3_stmt_readonly(x->handle) ||
            sqlite3_stmt_isexplain(x->handle))
        return err_set(e, ERR_INVALID, N_("only one expression is expected"));
    if (sqlite3_column_count(x->handle) != 1)
        return err_set(e, ERR_INVALID, N_("only one value is expected"));
    return 0;
}

static int prepare(struct sandbox_expr *x, const struct buf *sql, struct view expr,
        size_t prefix_len, struct err *e)
{
    struct sandbox *sb = x->sb;
    const char *tail = "";
    int rc;

    sb->refused[0] = '\0';
    sb->compiling = x;
    if (!sb->running)
        sb->db->work.used = 0;
    rc = sqlite3_prepare_v3(sb->db->handle, sql->s, (int)sql->len + 1,
            SQLITE_PREPARE_PERSISTENT, &x->handle, &tail);
    sb->compiling = NULL;
    if (rc != SQLITE_OK)
        return sandbox_explain(sb, rc, expr, prefix_len, e);
    return check_shape(x, tail, e);
}

int sandbox_compile(struct sandbox *sb, struct view expr, const char *prefix,
        const char *suffix, struct sandbox_expr **ret, struct err *e)
{
    struct sandbox_expr *x;
    struct buf sql;
    int rc;

    if (!sb->sealed)
        mem_panic("sandbox_compile before sandbox_seal");
    if (expr.n > SANDBOX_EXPR_MAX)
        return err_set(e, ERR_LIMIT, N_("the expression is too long"));
    if (view_trim(expr).n == 0)
        return err_set(e, ERR_INVALID, N_("the expression is empty"));
    if ((rc = sandbox_scan(expr, e)))
        return rc;
    buf_init(&sql, 0);
    buf_adds(&sql, prefix);
    buf_addv(&sql, expr);
    buf_adds(&sql, suffix);
    x = expr_new(sb);
    rc = prepare(x, &sql, expr, strlen(prefix), e);
    buf_release(&sql);
    if (rc)
        sandbox_expr_free(x);
    else
        *ret = x;
    return rc;
}

size_t sandbox_reads(const struct sandbox_expr *x, const struct sandbox_read **ret)
{
    *ret = x->reads;
    return x->nreads;
}

size_t sandbox_calls(const struct sandbox_expr *x, const char *const **ret)
{
    *ret = (const char *const *)x->calls.items;
    return x->calls.n;
}
