#ifndef ODUS_DB_VTABLE_H
#define ODUS_DB_VTABLE_H

#include "odus/db/function.h"

#define DB_NO_ROW ((size_t)-1)

/**
 * A read-only SQL table over C values: SQL asks for cells when it needs them, nothing
 * is copied beforehand. The rows and their values must not change while a statement
 * that reads them is running. Rows count from 0; SQL's rowid is the row plus one.
 */
struct db_vtable {
    const char *name;
    /** As in "create table t(COLUMNS)": "prix integer, titre text". A typed column
     * makes prix > '9' compare numbers. At most 2000 columns. */
    const char *columns;
    /** Also asked while a statement is compiled, to plan it. */
    size_t (*rows)(void *ctx);
    /** Whether there is a row of this number; NULL: those below rows(). Rows beyond may
     * exist too, for `find` and positions, where scans do not come. */
    bool (*exists)(void *ctx, size_t row);
    /** Gives the value with one of db_result_*; none gives NULL. */
    void (*cell)(void *ctx, size_t row, int col, struct db_call *result);
    /** Finds the NTH row (from 0) whose column KEY_COL is KEY, or DB_NO_ROW; may be
     * NULL. Makes "where key = …" direct. May return rows too many, never too few. */
    size_t (*find)(void *ctx, struct view key, size_t nth);
    int key_col; /* looked at only when there is a find */
    /** Column that holds the row number plus one, so that "where _pos = …" is direct
     * like "where rowid = …"; -1 without. */
    int pos_col;
    void *ctx; /* borrowed until the database is closed */
};

/**
 * Makes the table known under its name, without a schema entry. The texts of T are
 * copied. Columns that cannot be understood show with the first statement that names
 * the table.
 */
int db_vtable(struct db *db, const struct db_vtable *t, struct err *e) ATTR_CHECK
        ATTR_NONNULL(1, 2);

#endif
