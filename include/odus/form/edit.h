#ifndef ODUS_FORM_EDIT_H
#define ODUS_FORM_EDIT_H

#include "odus/form/engine.h"
#include "odus/form/input.h"

/**
 * Changes of a record, all undoable: values, rows, set-aside values. Every change goes through
 * here, so that the engine and the observer (the journal) always follow.
 */
struct editing;

/** Called after each change, undo and redo. AT: where the cursor belongs. */
typedef void (*editing_fn)(void *ctx, struct rec_at at);

/** REC and ENGINE are borrowed; attaches REC to ENGINE. */
struct editing *editing_new(struct rec *rec, struct engine *engine, editing_fn changed,
        void *ctx) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL(1, 2);
void editing_free(struct editing *ed);

/** Sets canonical TEXT (empty: blank). No undo entry when nothing changes. */
void editing_set(struct editing *ed, struct rec_at at, struct view text) ATTR_NONNULL_ALL;

/**
 * What a person typed: read (input_read), normalised, set. On ERR_INVALID nothing
 * changed. Choices by label are resolved for lists held in the form.
 */
int editing_type(struct editing *ed, struct rec_at at, struct view typed,
        const struct input_context *ctx, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 4);

/**
 * Adds a row with defaults and returns its place (rows with a sort column move
 * when that column is set). ID NULL: a fresh UUIDv7. ERR_LIMIT at the repeat's max.
 */
int editing_row_add(struct editing *ed, int table, const char *id, int *ret_row,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 4);

/** ERR_INVALID where the form forbids it. */
int editing_row_remove(struct editing *ed, int table, int row, struct err *err) ATTR_NONNULL(1);

/** Changes between begin and end are one undo step. May nest. */
void editing_begin(struct editing *ed) ATTR_NONNULL_ALL;
void editing_end(struct editing *ed) ATTR_NONNULL_ALL;

/** Returns false when there is nothing to undo or redo. RET_AT: where it happened. */
bool editing_undo(struct editing *ed, struct rec_at *ret_at) ATTR_NONNULL(1);
bool editing_redo(struct editing *ed, struct rec_at *ret_at) ATTR_NONNULL(1);

/** Fills defaults and carried values (CARRY: body of the last completed record, or NULL). */
void editing_defaults(struct editing *ed, const struct json *carry) ATTR_NONNULL(1);

/** Accepts the warning RULE at AT with a reason (may be empty), by WHO: a row of `derogations`. */
void editing_accept(struct editing *ed, struct rec_at at, const char *rule, struct view reason,
        const char *who) ATTR_NONNULL_ALL;

#endif
