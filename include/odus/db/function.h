#ifndef ODUS_DB_FUNCTION_H
#define ODUS_DB_FUNCTION_H

#include "odus/db/db.h"

/** A call of one of our SQL functions: its arguments, and where its result goes. */
struct db_call;

int db_arg_count(const struct db_call *call) ATTR_NONNULL_ALL;
bool db_arg_null(const struct db_call *call, int i) ATTR_NONNULL_ALL;
int64_t db_arg_int(const struct db_call *call, int i) ATTR_NONNULL_ALL;
/**
 * As text, lasting until the function returns; SQL NULL gives {NULL, 0}. May hold any
 * bytes: UTF-8 is not checked.
 */
struct view db_arg_text(const struct db_call *call, int i) ATTR_NONNULL_ALL;

/** Without any of these the result is NULL. The text is copied. */
void db_result_int(struct db_call *call, int64_t n) ATTR_NONNULL_ALL;
void db_result_real(struct db_call *call, double n) ATTR_NONNULL_ALL;
/** A view without a pointer gives NULL. */
void db_result_text(struct db_call *call, struct view text) ATTR_NONNULL_ALL;
/** A terminated TEXT (NULL gives NULL) without a copy: it must stay as it is until the
 * statement has ended, as those of a vtable do. */
void db_result_static(struct db_call *call, const char *text) ATTR_NONNULL(1);
/** The statement fails with this text, in English, as the error's detail. */
void db_result_error(struct db_call *call, const char *text) ATTR_NONNULL_ALL;

enum db_function_flags {
    DB_DETERMINISTIC = 1, /* same arguments, same result, within one statement */
    DB_INNOCUOUS = 2,     /* may be used by the schema too (indexes, views) */
};

typedef void db_function_fn(struct db_call *call, void *ctx);

/**
 * Registers NAME with NARGS arguments (-1: any number); a second registration with the
 * same number replaces the first. CTX is borrowed until the database is closed.
 */
int db_function(struct db *db, const char *name, int nargs, unsigned flags,
        db_function_fn *fn, void *ctx, struct err *e) ATTR_CHECK ATTR_NONNULL(1, 2, 5);

#endif
