#ifndef ODUS_FORM_EDIT_PRIV_H
#define ODUS_FORM_EDIT_PRIV_H

#include "odus/form/edit.h"

/**
 * Shared by edit.c (the log), edit_fill.c (what fills a record) and edit_echo.c (what
 * follows a change).
 */

struct rec *edit_rec(struct editing *ed) ATTR_RETNONNULL ATTR_NONNULL_ALL;
struct engine *edit_engine(struct editing *ed) ATTR_RETNONNULL ATTR_NONNULL_ALL;

/** Empties the log: the record begins here. */
void edit_forget(struct editing *ed) ATTR_NONNULL_ALL;

/** Defaults of a new row at *ROW, which follows it where it moves. */
void edit_row_defaults(struct editing *ed, int table, int *row) ATTR_NONNULL_ALL;

/** Whether the engine has not heard of all changes yet; tells it. */
bool edit_is_stale(const struct editing *ed) ATTR_PURE ATTR_NONNULL_ALL;
void edit_catch_up(struct editing *ed) ATTR_NONNULL_ALL;

/**
 * What is left to do for `default … on change of`: values whose followers have to be
 * set. The rest is there only where the form has such fields.
 */
struct edit_echo;
struct edit_echo *edit_echo_new(
        const struct form *form) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;
void edit_echo_free(struct edit_echo *echo);
struct edit_echo *edit_echo(struct editing *ed) ATTR_RETNONNULL ATTR_NONNULL_ALL;

/** True while values are set that follow others. */
bool edit_echo_runs(const struct edit_echo *echo) ATTR_PURE ATTR_NONNULL_ALL;

/** While MUTE nothing follows: a record or row is being made. */
void edit_echo_mute(struct editing *ed, bool mute) ATTR_NONNULL_ALL;

/**
 * The value at AT changed. What follows it is set at once; in a long group, when the
 * engine has seen all of it.
 */
void edit_echo_note(struct editing *ed, struct rec_at at) ATTR_NONNULL_ALL;

/** Sets what follows the noted changes, inside the open step. */
void edit_echo_run(struct editing *ed) ATTR_NONNULL_ALL;

#endif
