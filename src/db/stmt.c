#include "odus/db/stmt.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "priv.h"

enum { STMT_MAX = 256, STMT_SAME_MAX = 16 };

struct stmt {
    struct stmt *next; /* in its bucket */
    struct db *db;
    char *sql;
    uint32_t hash;
    sqlite3_stmt *handle; /* NULL when the SQL is wrong: see failure */
    struct err *failure;
    bool busy; /* lent to a caller */
};

/* FNV-1a of the length and the end, which tell statements apart: to go through the
 * whole text cost more than binding the values. */
static uint32_t hash_text(const char *text)
{
    enum { END = 12 };
    size_t n = strlen(text);
    uint32_t hash = 2166136261u ^ (uint32_t)n;

    for (size_t i = n > END ? n - END : 0; i < n; i++)
        hash = (hash ^ (unsigned char)text[i]) * 16777619u;
    return hash;
}

static void stmt_free(struct stmt *st)
{
    sqlite3_finalize(st->handle);
    free(st->failure);
    free(st->sql);
    free(st);
}

void stmt_forget(struct db *db, bool all)
{
    for (size_t i = 0; i < STMT_BUCKETS; i++) {
        struct stmt **link = &db->stmts[i];

        while (*link) {
            struct stmt *st = *link;

            if (st->busy && !all) {
                link = &st->next;
                continue;
            }
            *link = st->next;
            stmt_free(st);
            db->nstmts--;
        }
    }
}

/* An idle statement with this text; panics where one SQL is lent out without end. */
static struct stmt *find_idle(struct db *db, const char *sql, uint32_t hash)
{
    int same = 0;

    for (struct stmt *st = db->stmts[hash % STMT_BUCKETS]; st; st = st->next) {
        if (st->hash != hash || strcmp(st->sql, sql) != 0)
            continue;
        if (!st->busy)
            return st;
        if (++same == STMT_SAME_MAX)
            mem_panic(xasprintf("statements never reset: %s", sql));
    }
    return NULL;
}

static struct stmt *add(struct db *db, const char *sql, uint32_t hash)
{
    struct stmt *st = xcalloc(1, sizeof(*st));

    if (db->nstmts >= STMT_MAX)
        stmt_forget(db, false);
    st->db = db;
    st->sql = xstrdup(sql);
    st->hash = hash;
    st->next = db->stmts[hash % STMT_BUCKETS];
    db->stmts[hash % STMT_BUCKETS] = st;
    db->nstmts++;
    return st;
}

/* SQL that does not fit the tables: the file is not what this program made. */
static void compile(struct stmt *st)
{
    int rc = sqlite3_prepare_v3(
            st->db->handle, st->sql, -1, SQLITE_PREPARE_PERSISTENT, &st->handle, NULL);

    if (rc == SQLITE_OK && st->handle)
        return;
    if (!st->failure)
        st->failure = xcalloc(1, sizeof(*st->failure));
    if ((rc & 0xff) == SQLITE_ERROR || rc == SQLITE_OK)
        err_set(st->failure, ERR_DAMAGED,
                N_("%1$s is not as this program made it (%2$s); restore it from a "
                   "backup"),
                st->db->path, sqlite3_errmsg(st->db->handle));
    else
        db_fail(st->db, rc, st->failure);
}

struct stmt *db_prepare(struct db *db, const char *sql)
{
    uint32_t hash = hash_text(sql);
    struct stmt *st = find_idle(db, sql, hash);

    if (!st)
        st = add(db, sql, hash);
    if (!st->handle)
        compile(st);
    st->busy = true;
    return st;
}

/* KEEP: the bytes outlive the run, so that they need no copy. */
static void bind_one(struct stmt *st, int i, const struct bind *v, bool keep)
{
    sqlite3_destructor_type life = keep ? SQLITE_STATIC : SQLITE_TRANSIENT;

    switch (v->type) {
    case BIND_END:
    case BIND_NULL: sqlite3_bind_null(st->handle, i); break;
    case BIND_INT: sqlite3_bind_int64(st->handle, i, v->i); break;
    case BIND_TEXT:
        sqlite3_bind_text64(st->handle, i, v->bytes.p, v->bytes.n, life, SQLITE_UTF8);
        break;
    }
}

static struct stmt *query(
        struct db *db, const char *sql, const struct bind *values, bool keep)
{
    struct stmt *st = db_prepare(db, sql);

    for (int i = 0; st->handle && values[i].type != BIND_END; i++)
        bind_one(st, i + 1, &values[i], keep);
    return st;
}

struct stmt *db_query_(struct db *db, const char *sql, const struct bind *values)
{
    return query(db, sql, values, false);
}

int db_run_(struct db *db, struct err *e, const char *sql, const struct bind *values)
{
    struct stmt *st = query(db, sql, values, true);
    int rc;

    while ((rc = stmt_step(st, e)) > 0)
        ;
    return rc;
}

int db_int_(struct db *db, struct err *e, int64_t *ret, const char *sql,
        const struct bind *values)
{
    struct stmt *st = query(db, sql, values, true);
    int rc = stmt_step(st, e);

    if (rc <= 0)
        return rc ? rc : ERR_NOT_FOUND;
    *ret = stmt_int(st, 0);
    stmt_reset(st);
    return 0;
}

int db_text_(struct db *db, struct err *e, char **ret, const char *sql,
        const struct bind *values)
{
    struct stmt *st = query(db, sql, values, true);
    int rc = stmt_step(st, e);

    if (rc <= 0)
        return rc ? rc : ERR_NOT_FOUND;
    *ret = stmt_dup(st, 0);
    stmt_reset(st);
    return 0;
}

int stmt_step(struct stmt *st, struct err *e)
{
    int rc;

    if (!st->handle) {
        if (e)
            *e = *st->failure;
        st->busy = false;
        return st->failure->code;
    }
    rc = sqlite3_step(st->handle);
    if (rc == SQLITE_ROW)
        return 1;
    rc = rc == SQLITE_DONE ? 0 : db_fail(st->db, rc, e);
    stmt_reset(st);
    return rc;
}

void stmt_reset(struct stmt *st)
{
    if (st->handle) {
        sqlite3_reset(st->handle);
        sqlite3_clear_bindings(st->handle);
    }
    st->busy = false;
}

bool stmt_is_null(struct stmt *st, int col)
{
    return sqlite3_column_type(st->handle, col) == SQLITE_NULL;
}

int64_t stmt_int(struct stmt *st, int col)
{
    return sqlite3_column_int64(st->handle, col);
}

struct view stmt_text(struct stmt *st, int col)
{
    const char *p = (const char *)sqlite3_column_text(st->handle, col);

    return (struct view){p, p ? (size_t)sqlite3_column_bytes(st->handle, col) : 0};
}

char *stmt_dup(struct stmt *st, int col)
{
    struct view v = stmt_text(st, col);

    return v.p ? view_dup(v) : NULL;
}
