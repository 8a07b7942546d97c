#ifndef ODUS_SRC_DB_SANDBOX_PRIV_H
#define ODUS_SRC_DB_SANDBOX_PRIV_H

#include "odus/db/sandbox.h"
#include "priv.h"

enum {
    SANDBOX_WORK_MAX = 2000000,            /* opcodes, and bytes given to functions */
    SANDBOX_PROGRESS = 500,                /* opcodes between two looks at the budget */
    SANDBOX_MEMORY_MAX = 32 * 1024 * 1024, /* bytes one evaluation may take */
    SANDBOX_LIKE_MAX = 200,                /* bytes of a LIKE pattern */
    SANDBOX_SQL_MAX = 1000000,             /* bytes of a statement */
};

/** Texts, each once, in order. */
struct names {
    char **items;
    size_t n, cap;
};

/** The one spelt NAME, letters' case aside, or NULL. */
const char *names_find(const struct names *names, const char *name) ATTR_NONNULL_ALL;
/** Adds it where it is missing, in this very spelling; returns ours. */
const char *names_add(struct names *names, const char *name) ATTR_NONNULL_ALL;
void names_release(struct names *names) ATTR_NONNULL_ALL;

struct sandbox {
    struct db *db;
    struct names tables, functions; /* registered */
    bool sealed;
    struct sandbox_expr *exprs; /* all of them, newest first */
    struct sandbox_expr *compiling;
    char refused[ERR_ARG_MAX]; /* by the authorizer while compiling; "" */
    enum sandbox_name refused_kind;
    int running; /* evaluations inside one another */
    sqlite3_int64 memory_start;
    bool too_large; /* stopped for its memory */
};

struct sandbox_expr {
    struct sandbox *sb;
    struct sandbox_expr *prev, *next;
    sqlite3_stmt *handle;
    struct sandbox_read *reads;
    size_t nreads, reads_cap;
    struct names columns; /* of reads */
    struct names calls;
    struct buf text; /* of the last value */
    bool running;
};

/** Whether SQLite's own function NAME may be called. */
bool sandbox_builtin(const char *name) ATTR_NONNULL_ALL;

/** Replaces built-ins whose cost is not visible to the opcode count, and shuts out
 * those that must never be reached under a registered name. */
int guard_functions(struct db *db, struct err *e) ATTR_CHECK ATTR_NONNULL(1);

/**
 * Refuses what must not reach SQLite: NUL, semicolons, comments, parameters, brackets
 * and quotes that do not close. Sets e->column in code points of TEXT.
 */
int sandbox_scan(struct view text, struct err *e) ATTR_CHECK;

/** Code point of byte OFFSET of TEXT, from 1. */
int sandbox_column(struct view text, size_t offset) ATTR_PURE;

/** The failure of sqlite3_prepare for EXPR after PREFIX_LEN bytes as an error. */
int sandbox_explain(struct sandbox *sb, int rc, struct view expr, size_t prefix_len,
        struct err *e) ATTR_NONNULL(1);

#endif
