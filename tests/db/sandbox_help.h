#ifndef ODUS_TESTS_DB_SANDBOX_HELP_H
#define ODUS_TESTS_DB_SANDBOX_HELP_H

#include "odus/db/sandbox.h"

/**
 * A sandbox with the tables evenement (one row: titre 'Été', prix 12, vide NULL) and
 * seances (300 rows: _pos, jour = row mod 7) and the functions today(), date(x),
 * fails() and recurse(), which gives the value of `recursive`.
 */
extern struct err err;
extern struct sandbox *sb;
extern struct sandbox_expr *recursive;

int sandbox_set_up(void **state);
int sandbox_tear_down(void **state);

/** TEXT as a value of evenement. */
int compile(const char *text, struct sandbox_expr **ret);
int compile_view(struct view text, struct sandbox_expr **ret);

/** Compiles and runs TEXT; the code of what failed. */
int value(const char *text, struct sandbox_value *ret);

/** The number TEXT gives; fails the test when there is none. */
int64_t number(const char *text);

/** Asserts that TEXT does not compile. */
void refused(const char *text);

/** Asserts that TEXT compiles but is stopped by a limit. */
void stopped(const char *text);

#endif
