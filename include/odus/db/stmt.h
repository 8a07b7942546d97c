#ifndef ODUS_DB_STMT_H
#define ODUS_DB_STMT_H

#include "odus/db/db.h"

/**
 * Prepared statements. Each db keeps those it has prepared, found again by their text,
 * so callers write the SQL where they use it and never free anything:
 *
 *     struct stmt *st = db_query(db, "select titre from fiche where uid = ?1",
 *             bind_view(uid));
 *     int rc;
 *     while ((rc = stmt_step(st, e)) > 0)
 *         show(stmt_text(st, 0));
 *     return rc;
 *
 * A statement is the caller's until stmt_step has returned 0 or an error, or until
 * stmt_reset; ask db_query again for each use. The same SQL asked for while in use
 * gives a second statement.
 */
struct stmt;

/** A value for a parameter; the functions below make them. */
struct bind {
    enum bind_type {
        BIND_END,
        BIND_NULL,
        BIND_INT,
        BIND_TEXT,
    } type;
    int64_t i;
    struct view bytes;
};

/** In place of the values where a statement has no parameters. */
#define BIND_NONE ((struct bind){.type = BIND_END})

/** NULL gives SQL NULL. */
static inline struct bind bind_text(const char *text)
{
    return (struct bind){.type = text ? BIND_TEXT : BIND_NULL, .bytes = view_of(text)};
}

/** A view without a pointer gives SQL NULL; an empty one with a pointer gives ''. */
static inline struct bind bind_view(struct view v)
{
    return (struct bind){.type = v.p ? BIND_TEXT : BIND_NULL, .bytes = v};
}

static inline struct bind bind_int(int64_t i)
{
    return (struct bind){.type = BIND_INT, .i = i};
}

static inline struct bind bind_null(void)
{
    return (struct bind){.type = BIND_NULL};
}

/**
 * The statement SQL (one, copied), reset, with no parameter bound. Never NULL: wrong
 * SQL is reported by stmt_step.
 */
struct stmt *db_prepare(
        struct db *db, const char *sql) ATTR_CHECK ATTR_RETNONNULL ATTR_NONNULL_ALL;

/** db_prepare with ?1, ?2… bound: db_query(db, sql, bind_int(3), …) or BIND_NONE. */
#define db_query(db, sql, ...)                                                         \
    db_query_((db), (sql), (const struct bind[]){__VA_ARGS__, BIND_NONE})
struct stmt *db_query_(struct db *db, const char *sql,
        const struct bind *values) ATTR_CHECK ATTR_RETNONNULL ATTR_NONNULL_ALL;

/** Runs SQL to its end and ignores its rows: db_run(db, e, sql, bind_text(x), …). */
#define db_run(db, e, sql, ...)                                                        \
    db_run_((db), (e), (sql), (const struct bind[]){__VA_ARGS__, BIND_NONE})
int db_run_(struct db *db, struct err *e, const char *sql,
        const struct bind *values) ATTR_CHECK ATTR_NONNULL(1, 3, 4);

/**
 * The first column of the first row as an integer: db_int(db, e, &n, sql, …).
 * ERR_NOT_FOUND (no details set) without a row; a NULL counts as 0.
 */
#define db_int(db, e, ret, sql, ...)                                                   \
    db_int_((db), (e), (ret), (sql), (const struct bind[]){__VA_ARGS__, BIND_NONE})
int db_int_(struct db *db, struct err *e, int64_t *ret, const char *sql,
        const struct bind *values) ATTR_CHECK ATTR_NONNULL(1, 3, 4, 5);

/**
 * The first column of the first row as owned text; *RET is NULL where it is SQL NULL.
 * ERR_NOT_FOUND (no details set) without a row.
 */
#define db_text(db, e, ret, sql, ...)                                                  \
    db_text_((db), (e), (ret), (sql), (const struct bind[]){__VA_ARGS__, BIND_NONE})
int db_text_(struct db *db, struct err *e, char **ret, const char *sql,
        const struct bind *values) ATTR_CHECK ATTR_NONNULL(1, 3, 4, 5);

/** 1: there is a row. 0: done. Negative: an error. It is reset after 0 and errors. */
int stmt_step(struct stmt *st, struct err *e) ATTR_CHECK ATTR_NONNULL(1);

/** Needed only by who stops before the end. */
void stmt_reset(struct stmt *st) ATTR_NONNULL_ALL;

/** Columns count from 0. Views last until the next step or reset. */
bool stmt_is_null(struct stmt *st, int col) ATTR_NONNULL_ALL;
int64_t stmt_int(struct stmt *st, int col) ATTR_NONNULL_ALL;
/** SQL NULL gives {NULL, 0}; the bytes are terminated. */
struct view stmt_text(struct stmt *st, int col) ATTR_NONNULL_ALL;
/** Owned copy; NULL where it is SQL NULL. */
char *stmt_dup(struct stmt *st, int col) ATTR_CHECK ATTR_NONNULL_ALL;

#endif
