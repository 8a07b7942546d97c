#ifndef ODUS_DB_DB_H
#define ODUS_DB_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "odus/base/attr.h"
#include "odus/base/err.h"

/**
 * One SQLite database: opening, schema versions, transactions, backups.
 * Statements are in stmt.h. Nothing here knows a schema.
 *
 * Error codes of the whole layer, with the file's name in the message:
 *   ERR_IO       full disk, read-only file, device error, cannot be opened
 *   ERR_BUSY     another process holds the lock longer than the busy timeout (3 s)
 *   ERR_DAMAGED  not a database, corrupt, or without the tables we expect
 *   ERR_CONFLICT a constraint (unique, not null, check, foreign key) refused the change
 *   ERR_INVALID  a value that a function or an FTS query refused while running
 *   ERR_LIMIT    a value that is too large
 * Exhausted memory panics, like everywhere.
 */
struct db;

/** One step of the schema. Versions ascend from 1; user_version keeps the last. */
struct db_migration {
    int version;
    const char *sql;                         /* statements; NULL when there are none */
    int (*fn)(struct db *db, struct err *e); /* runs after them; may be NULL */
};

enum db_sync {
    DB_SYNC_NORMAL, /* a power cut may lose the last commits, never consistency */
    DB_SYNC_FULL,   /* a commit is on the disk when it returns */
    DB_SYNC_OFF,    /* throw-away databases of tests */
};

struct db_options {
    bool create;    /* make the file when there is none */
    bool read_only; /* never write, even where allowed */
    enum db_sync sync;
    int autocheckpoint; /* pages of log after which a commit checkpoints; 0: never */
    int32_t application_id; /* refused when the file has another; 0: not looked at */
    const struct db_migration *migrations;
    size_t nmigrations;
    /** Registers functions and tokenizers the migrations need; may be NULL. */
    int (*setup)(struct db *db, struct err *e);
};

/**
 * Opens PATH (":memory:" for a private one; OPT NULL: read-write, no create, no
 * migrations) and brings it to the newest version, each migration in a transaction of
 * its own. Besides the layer's codes: ERR_NOT_FOUND without the file, ERR_NEWER when a
 * newer program wrote it (nothing is touched then). A read-only open works in folders
 * that cannot be written, and runs no migration: an older version is ERR_BUSY.
 * The caller owns *RET.
 */
int db_open(const char *path, const struct db_options *opt, struct db **ret,
        struct err *e) ATTR_CHECK ATTR_NONNULL(1, 3);

/**
 * Frees the statements and closes; NULL is fine. A transaction still open is a
 * programming error: panics with the place where it was begun.
 */
void db_close(struct db *db);

/** The schema version in the file. */
int db_version(struct db *db) ATTR_NONNULL_ALL;

/**
 * Runs statements without parameters, separated by semicolons; nothing is cached.
 * For schema changes and the like; otherwise use db_run of stmt.h.
 */
int db_exec(struct db *db, struct err *e, const char *sql) ATTR_CHECK
        ATTR_NONNULL(1, 3);

/**
 * Begins a transaction, or enters the one that is open: they nest, and only the
 * outermost commits. db_begin takes the write lock at once; db_begin_read only fixes
 * what is seen (a db_begin inside it is a programming error).
 */
#define db_begin(db, e) db_begin_at((db), (e), true, __FILE__, __LINE__)
#define db_begin_read(db, e) db_begin_at((db), (e), false, __FILE__, __LINE__)
int db_begin_at(struct db *db, struct err *e, bool write, const char *file,
        int line) ATTR_CHECK ATTR_NONNULL(1, 4);

/**
 * Leaves the transaction; the outermost one commits. When something inside was rolled
 * back or the commit fails, everything is rolled back and an error returned: after
 * db_commit the level is left, whatever it returns.
 */
int db_commit(struct db *db, struct err *e) ATTR_CHECK ATTR_NONNULL(1);

/** Leaves the transaction and dooms the outer ones: their commit will fail. */
void db_rollback(struct db *db) ATTR_NONNULL_ALL;

/** Whether a transaction is open. */
bool db_in_transaction(const struct db *db) ATTR_PURE ATTR_NONNULL_ALL;

/** How safe the commits from now on are; not inside a transaction. */
int db_synchronous(struct db *db, enum db_sync sync, struct err *e) ATTR_NONNULL(1);

/**
 * Copies what it can of the log into the file without waiting for anyone.
 * *RET_LEFT (may be NULL): pages that remain.
 */
int db_checkpoint(struct db *db, int *ret_left, struct err *e) ATTR_NONNULL(1);

/**
 * A consistent copy in one new file, while others read and write. ERR_CONFLICT when
 * DEST exists; a copy that fails leaves no file.
 */
int db_backup(struct db *db, const char *dest, struct err *e) ATTR_CHECK
        ATTR_NONNULL(1, 2);

/** Looks for damage; LINE (may be NULL) gets each finding (at most 100). 0 or
 * ERR_DAMAGED. Reads the whole file. */
int db_integrity(struct db *db, void (*line)(void *ctx, const char *text), void *ctx,
        struct err *e) ATTR_CHECK ATTR_NONNULL(1);

/** Rows changed by the last insert, update or delete. */
int64_t db_changes(struct db *db) ATTR_NONNULL_ALL;

int64_t db_last_rowid(struct db *db) ATTR_NONNULL_ALL;

/**
 * A number that differs when another connection has committed since the last call
 * (PRAGMA data_version); 0 when it cannot be read.
 */
int64_t db_data_version(struct db *db) ATTR_NONNULL_ALL;

#endif
