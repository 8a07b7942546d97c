#include "priv.h"

#include <stdlib.h>

#include "odus/base/mem.h"

enum { WORK_BYTES = 16 /* read or written, for one unit of work */ };

struct function {
    struct db *db;
    db_function_fn *fn;
    void *ctx;
};

int db_arg_count(const struct db_call *call)
{
    return call->nargs;
}

bool db_arg_null(const struct db_call *call, int i)
{
    return sqlite3_value_type(call->args[i]) == SQLITE_NULL;
}

int64_t db_arg_int(const struct db_call *call, int i)
{
    return sqlite3_value_int64(call->args[i]);
}

struct view db_arg_text(const struct db_call *call, int i)
{
    const char *p = (const char *)sqlite3_value_text(call->args[i]);

    return (struct view){p, p ? (size_t)sqlite3_value_bytes(call->args[i]) : 0};
}

void db_result_int(struct db_call *call, int64_t n)
{
    sqlite3_result_int64(call->context, n);
}

void db_result_real(struct db_call *call, double n)
{
    sqlite3_result_double(call->context, n);
}

void db_result_text(struct db_call *call, struct view text)
{
    db_work(call->db, (int64_t)(text.n / WORK_BYTES));
    if (text.p)
        sqlite3_result_text64(
                call->context, text.p, text.n, SQLITE_TRANSIENT, SQLITE_UTF8);
    else
        sqlite3_result_null(call->context);
}

/* Only of a text without a length SQLite knows that it is terminated; others it copies
 * for each function that asks for them. */
void db_result_static(struct db_call *call, const char *text)
{
    db_work(call->db, (int64_t)(view_of(text).n / WORK_BYTES));
    sqlite3_result_text(call->context, text, -1, SQLITE_STATIC);
}

void db_result_error(struct db_call *call, const char *text)
{
    sqlite3_result_error(call->context, text, -1);
}

/* Text and blobs only: asking a number for its bytes would turn it into text. */
static int64_t work_of(int n, sqlite3_value **args)
{
    int64_t work = 1;

    for (int i = 0; i < n; i++) {
        int type = sqlite3_value_type(args[i]);

        if (type == SQLITE_TEXT || type == SQLITE_BLOB)
            work += sqlite3_value_bytes(args[i]) / WORK_BYTES;
    }
    return work;
}

static void call_function(sqlite3_context *context, int n, sqlite3_value **args)
{
    struct function *f = sqlite3_user_data(context);
    struct db_call call = {f->db, context, n, args};

    if (db_work(f->db, work_of(n, args)))
        f->fn(&call, f->ctx);
    else
        sqlite3_result_error_code(context, SQLITE_INTERRUPT);
}

int db_function(struct db *db, const char *name, int nargs, unsigned flags,
        db_function_fn *fn, void *ctx, struct err *e)
{
    struct function *f = xmalloc(sizeof(*f));
    int how = SQLITE_UTF8;
    int rc;

    *f = (struct function){db, fn, ctx};
    how |= flags & DB_DETERMINISTIC ? SQLITE_DETERMINISTIC : 0;
    how |= flags & DB_INNOCUOUS ? SQLITE_INNOCUOUS : 0;
    /* SQLite frees F also when this fails. */
    rc = sqlite3_create_function_v2(
            db->handle, name, nargs, how, f, call_function, NULL, NULL, free);
    return rc == SQLITE_OK ? 0 : db_fail(db, rc, e);
}
