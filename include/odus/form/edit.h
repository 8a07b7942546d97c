#ifndef ODUS_FORM_EDIT_H
#define ODUS_FORM_EDIT_H

#include "odus/form/engine.h"
#include "odus/form/input.h"

/**
 * Changes of a record, all undoable: values, rows, set-aside values. Every change goes
 * through here, so that the engine and the observer (the journal) always follow.
 * Repeats with a sort column stay in the order of rec_key_cmp: a row moves when that
 * column is set, so hold rows by id, not by place.
 */
struct editing;

/**
 * Called after each change, undo and redo, once for a group of changes. AT: where the
 * cursor belongs.
 */
typedef void (*editing_fn)(void *ctx, struct rec_at at);

/** REC and ENGINE are borrowed; attaches REC to ENGINE. CHANGED may be NULL. */
struct editing *editing_new(struct rec *rec, struct engine *engine, editing_fn changed,
        void *ctx) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL(1, 2);

/** Accepts NULL. REC stays attached. */
void editing_free(struct editing *ed);

/**
 * Sets canonical TEXT (empty: blank). No undo entry when nothing changes. Returns the
 * place of the row afterwards.
 */
int editing_set(
        struct editing *ed, struct rec_at at, struct view text) ATTR_NONNULL_ALL;

/**
 * What a person typed: read (input_read), normalised, set. Choices by label are
 * resolved for lists held in the form. 0; on ERR_INVALID, ERR_NOT_FOUND and ERR_LIMIT
 * nothing changed. Calculated and read-only fields are refused.
 */
int editing_type(struct editing *ed, struct rec_at at, struct view typed,
        const struct input_context *ctx, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 4);

/**
 * Adds a row with defaults at the end and gives its place. ID NULL: a fresh UUIDv7.
 * 0; ERR_LIMIT at the repeat's max; ERR_CONFLICT when a row with ID is there already
 * (RET_ROW is its place then); ERR_INVALID for an empty or too long ID.
 */
int editing_row_add(struct editing *ed, int table, const char *id, int *ret_row,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 4);

/** 0; ERR_INVALID where the form forbids it; ERR_NOT_FOUND without such a row. */
int editing_row_remove(struct editing *ed, int table, int row, struct err *err)
        ATTR_NONNULL(1);

/** Changes between begin and end are one undo step. They nest. */
void editing_begin(struct editing *ed) ATTR_NONNULL_ALL;
void editing_end(struct editing *ed) ATTR_NONNULL_ALL;

/**
 * False when there is nothing to undo or redo, or a group is open. RET_AT (may be
 * NULL): where it happened.
 */
bool editing_undo(struct editing *ed, struct rec_at *ret_at) ATTR_NONNULL(1);
bool editing_redo(struct editing *ed, struct rec_at *ret_at) ATTR_NONNULL(1);

/**
 * Fills blank fields with carried values (CARRY: body of the last completed record, or
 * NULL) and defaults. The record begins there: nothing before it can be undone.
 */
void editing_defaults(struct editing *ed, const struct json *carry) ATTR_NONNULL(1);

/**
 * Accepts the warning RULE at AT with a reason (may be empty), by WHO: a row of
 * `derogations` (columns regle, champ, motif, par, le), one per rule and place. No
 * effect where the form has no such repeat or it is full.
 */
void editing_accept(struct editing *ed, struct rec_at at, const char *rule,
        struct view reason, const char *who) ATTR_NONNULL(1, 3, 5);

#endif
