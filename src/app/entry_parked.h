#ifndef ODUS_APP_ENTRY_PARKED_H
#define ODUS_APP_ENTRY_PARKED_H

#include "entry_priv.h"

/**
 * Drafts that were closed, with what can be undone in them, while the program runs.
 * Only the last few: each keeps an engine.
 */
struct parked;

/** Takes EN, whose draft is on the disk as EN has it and belongs to nobody. */
void parked_put(struct app *app, struct entry *take_en) ATTR_NONNULL_ALL;

/**
 * The entry of draft D, as it was put there; NULL when it was not, or when the draft
 * has changed since. Owned by the caller.
 */
struct entry *parked_take(
        struct app *app, const struct draft *d) ATTR_CHECK ATTR_NONNULL_ALL;

/** Accepts NULL. */
void parked_free(struct parked *p);

#endif
