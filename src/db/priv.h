#ifndef ODUS_SRC_DB_PRIV_H
#define ODUS_SRC_DB_PRIV_H

#include <sqlite3.h>

#include "odus/db/db.h"
#include "odus/db/function.h"

/**
 * Work done since it was last set to zero, in units of about one SQLite opcode.
 * Over MAX (0: no limit) our functions fail and the sandbox stops.
 */
struct db_work {
    int64_t used, max;
};

enum { STMT_BUCKETS = 64 };

struct db {
    sqlite3 *handle;
    char *path;
    struct stmt *stmts[STMT_BUCKETS];
    size_t nstmts;
    int depth;    /* of nested transactions */
    bool writing; /* the outermost one took the write lock */
    bool doomed;  /* something inside was rolled back */
    const char *begun_file;
    int begun_line;
    bool ready;         /* opened without a failure */
    bool leave_log;     /* do not touch the file on close */
    bool declaring;     /* a table of ours; no expression asks for leave then */
    int64_t busy_since; /* clock_mono_ms, of the lock that is waited for */
    struct db_work work;
};

struct db_call {
    struct db *db;
    sqlite3_context *context;
    int nargs;
    sqlite3_value **args;
};

/** Turns the failure RC of DB's last operation into an error; returns its code. */
int db_fail(struct db *db, int rc, struct err *e) ATTR_NONNULL(1);

/** The same for another handle and the PATH to name. H may be NULL. */
int db_fail_at(sqlite3 *h, const char *path, int rc, struct err *e) ATTR_NONNULL(2);

/** Counts WORK; false when it is over the limit. */
static inline bool db_work(struct db *db, int64_t work)
{
    db->work.used += work;
    return !db->work.max || db->work.used <= db->work.max;
}

/** Finalizes the statements nobody uses, or every one of them. */
void stmt_forget(struct db *db, bool all) ATTR_NONNULL_ALL;

/** One integer of a PRAGMA or query, without the cache. Returns SQLite's code. */
int db_peek(struct db *db, const char *sql, int64_t *ret) ATTR_NONNULL_ALL;

#endif
