#include "priv.h"

#include "odus/base/mem.h"

int db_peek(struct db *db, const char *sql, int64_t *ret)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(db->handle, sql, -1, &st, NULL);

    if (rc == SQLITE_OK) {
        rc = sqlite3_step(st);
        if (rc == SQLITE_ROW) {
            *ret = sqlite3_column_int64(st, 0);
            rc = SQLITE_OK;
        }
    }
    sqlite3_finalize(st);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int db_version(struct db *db)
{
    int64_t version = 0;

    if (db_peek(db, "pragma user_version", &version) != SQLITE_OK)
        return 0;
    return (int)version;
}

int64_t db_data_version(struct db *db)
{
    int64_t version = 0;

    if (db_peek(db, "pragma data_version", &version) != SQLITE_OK)
        return 0;
    return version;
}

int db_exec(struct db *db, struct err *e, const char *sql)
{
    int rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);

    return rc == SQLITE_OK ? 0 : db_fail(db, rc, e);
}

bool db_in_transaction(const struct db *db)
{
    return db->depth > 0;
}

int db_begin_at(struct db *db, struct err *e, bool write, const char *file, int line)
{
    bool take = write && sqlite3_db_readonly(db->handle, "main") != 1;
    int rc;

    if (db->depth) {
        if (take && !db->writing)
            mem_panic("db_begin inside db_begin_read");
        db->depth++;
        return 0;
    }
    rc = db_exec(db, e, take ? "begin immediate" : "begin");
    if (rc)
        return rc;
    db->depth = 1;
    db->writing = take;
    db->doomed = false;
    db->begun_file = file;
    db->begun_line = line;
    return 0;
}

/* SQLite rolls back by itself after some failures, a full disk for one. */
static void roll_back(struct db *db)
{
    if (!sqlite3_get_autocommit(db->handle))
        sqlite3_exec(db->handle, "rollback", NULL, NULL, NULL);
}

int db_commit(struct db *db, struct err *e)
{
    int rc;

    if (!db->depth)
        mem_panic("db_commit without db_begin");
    db->depth--;
    if (sqlite3_get_autocommit(db->handle))
        db->doomed = true;
    if (db->doomed) {
        if (!db->depth)
            roll_back(db);
        return err_set(e, ERR_IO,
                N_("%1$s: the change was not saved because a part of it failed"),
                db->path);
    }
    if (db->depth)
        return 0;
    rc = db_exec(db, e, "commit");
    if (rc)
        roll_back(db);
    return rc;
}

void db_rollback(struct db *db)
{
    if (!db->depth)
        mem_panic("db_rollback without db_begin");
    db->doomed = true;
    if (--db->depth == 0)
        roll_back(db);
}

int db_synchronous(struct db *db, enum db_sync sync, struct err *e)
{
    static const char *const words[] = {
            [DB_SYNC_NORMAL] = "pragma synchronous=normal",
            [DB_SYNC_FULL] = "pragma synchronous=full",
            [DB_SYNC_OFF] = "pragma synchronous=off",
    };

    if (db->depth)
        mem_panic("db_synchronous inside a transaction");
    return db_exec(db, e, words[sync]);
}

int64_t db_changes(struct db *db)
{
    return sqlite3_changes64(db->handle);
}

int64_t db_last_rowid(struct db *db)
{
    return sqlite3_last_insert_rowid(db->handle);
}
