#ifndef ODUS_APP_VERIFY_H
#define ODUS_APP_VERIFY_H

#include "odus/app/app.h"
#include "odus/base/json.h"

/**
 * Verifying a record: somebody else keys the fields marked `verify=yes` (dates, prices,
 * place) again from the source, without seeing what stands there, and the two are
 * compared. Of errors in keying most are found so. Nothing is changed until a
 * difference is taken.
 */
struct verify;

/**
 * The record UID, its draft before its revision, with the form version it was written
 * with. ERR_NOT_FOUND; ERR_BUSY when another process has its draft open; ERR_INVALID
 * when its form has no such field or none is asked.
 */
int verify_new(struct app *app, const char *uid, struct verify **ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** What was taken stays in the draft. Accepts NULL. */
void verify_free(struct verify *v);

/** Fields to key, blank ones too, in the order of the form, rows one by one. */
size_t verify_count(const struct verify *v) ATTR_NONNULL_ALL;

struct verify_field {
    const char *path;  /* rows by number from 1 */
    const char *label; /* in the session's language */
    const char *table; /* label of the repeat; NULL outside rows */
    int row;           /* from 1; 0 outside rows */
    bool typed, equal; /* typed: compared at least once */
};

/** Field I, below verify_count. Borrowed, as long as V. */
struct verify_field verify_field(const struct verify *v, size_t i) ATTR_NONNULL_ALL;

/**
 * TYPED read as in the form (normalised, links and choices by label), in the light of
 * what was typed for the fields before, and compared with what stands there; empty for
 * a blank. May be typed again: the last one counts. 1 equal, 0 different; <0 when it
 * cannot be read, nothing is compared then and ERR says why, not what stands there.
 */
int verify_type(struct verify *v, size_t i, struct view typed,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/** Fields compared and found different, and fields not typed. */
size_t verify_different(const struct verify *v) ATTR_NONNULL_ALL;
size_t verify_missing(const struct verify *v) ATTR_NONNULL_ALL;

/**
 * Sets the field I to what was typed the second time, in a draft of the record. Nothing
 * happens where it is equal or was not typed. 0, or why the draft could not be written.
 */
int verify_take(struct verify *v, size_t i, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/**
 * Who keyed what: JSON with uid, title, form, at, first and second (operator and what
 * of each was taken, where it is known), fields, equal, different, missing, differences
 * (path, label, first, second, in words). Owned. docs/cli.md.
 */
struct json *verify_report(
        struct verify *v) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

#endif
