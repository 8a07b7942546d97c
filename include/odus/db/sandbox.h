#ifndef ODUS_DB_SANDBOX_H
#define ODUS_DB_SANDBOX_H

#include "odus/db/vtable.h"

/**
 * Where expressions written by others are compiled and run: a private connection that
 * can read the tables and call the functions it was given, and do nothing else.
 *
 *     sandbox_new, sandbox_table…, sandbox_function…, sandbox_seal,
 *     then sandbox_compile and sandbox_eval as often as needed.
 *
 * Allowed of SQLite's own functions: those in sandbox_builtins(). Time and chance are
 * not among them (date, strftime, random…, also under 'now'): who wants a clock
 * registers a function that reads the injected one. Work is counted, not timed, so
 * that a slow machine gives the same results.
 */
struct sandbox;
struct sandbox_expr;

struct sandbox *sandbox_new(void) ATTR_CHECK ATTR_RETNONNULL;

/** Frees its expressions too; NULL is fine. */
void sandbox_free(struct sandbox *sb);

/** As db_vtable; before sandbox_seal. */
int sandbox_table(struct sandbox *sb, const struct db_vtable *t,
        struct err *e) ATTR_CHECK ATTR_NONNULL(1, 2);

/**
 * As db_function; before sandbox_seal. Every registered function must be safe to call
 * with any argument; the length of the arguments counts as work.
 */
int sandbox_function(struct sandbox *sb, const char *name, int nargs, unsigned flags,
        db_function_fn *fn, void *ctx, struct err *e) ATTR_CHECK ATTR_NONNULL(1, 2, 5);

/** From now on only expressions over what was registered. */
int sandbox_seal(struct sandbox *sb, struct err *e) ATTR_CHECK ATTR_NONNULL(1);

/** Names of the SQLite functions that are allowed, NULL at the end. */
const char *const *sandbox_builtins(void) ATTR_RETNONNULL;

enum { SANDBOX_EXPR_MAX = 4096 /* bytes */, SANDBOX_TEXT_MAX = 100000 /* bytes */ };

/**
 * Compiles PREFIX + EXPR + SUFFIX, for example "select (" and ") from evenement":
 * one statement that gives one column. PREFIX and SUFFIX are trusted and may use ?1,
 * EXPR may not use parameters, semicolons, comments or unbalanced brackets. Errors are
 * ERR_INVALID (ERR_LIMIT: too long or too deep) with e->column in code points of EXPR
 * from 1 where known. The sandbox owns *RET; sandbox_expr_free may free it earlier.
 */
int sandbox_compile(struct sandbox *sb, struct view expr, const char *prefix,
        const char *suffix, struct sandbox_expr **ret, struct err *e) ATTR_CHECK
        ATTR_NONNULL(1, 3, 4, 5);

void sandbox_expr_free(struct sandbox_expr *x);

enum sandbox_name { SANDBOX_COLUMN, SANDBOX_TABLE, SANDBOX_FUNCTION };

/**
 * The name that E, an error of sandbox_compile, says is unknown or not allowed, for
 * "did you mean"; NULL when it is about something else. RET_KIND may be NULL.
 */
const char *sandbox_unknown(const struct err *e, enum sandbox_name *ret_kind)
        ATTR_NONNULL(1);

/** A table and column an expression reads. The column is "" where only the table's
 * rows matter: count(*), exists (…). The names are spelt as they were registered. */
struct sandbox_read {
    const char *table, *column;
};

/** Each pair once, in the order of discovery, those of PREFIX and SUFFIX included. */
size_t sandbox_reads(
        const struct sandbox_expr *x, const struct sandbox_read **ret) ATTR_NONNULL_ALL;

/** Names of the functions used, lower case, each once. */
size_t sandbox_calls(
        const struct sandbox_expr *x, const char *const **ret) ATTR_NONNULL_ALL;

enum sandbox_type { SANDBOX_NULL, SANDBOX_INT, SANDBOX_REAL, SANDBOX_TEXT };

struct sandbox_value {
    enum sandbox_type type;
    int64_t i;        /* also set for reals: cut towards zero */
    double real;      /* also set for integers */
    struct view text; /* any bytes without NUL; terminated */
};

/**
 * Runs X with ?1 = *ROW (NULL: SQL NULL). No row gives NULL; further rows are ignored.
 * The text lasts until the next use of X. ERR_LIMIT: too much work or memory ("the
 * rule is too slow"); ERR_INVALID: a function refused its arguments, the result is
 * bytes, or X needs its own result.
 */
int sandbox_eval(struct sandbox_expr *x, const int64_t *row, struct sandbox_value *ret,
        struct err *e) ATTR_CHECK ATTR_NONNULL(1, 3);

/** SQL's truth: -1 for NULL, else 0 or 1; text counts by the number it begins with. */
int sandbox_true(const struct sandbox_value *v) ATTR_NONNULL_ALL;

#endif
