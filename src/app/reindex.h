#ifndef ODUS_APP_REINDEX_H
#define ODUS_APP_REINDEX_H

#include "app_priv.h"

/**
 * Lists and searches show of an event the name and town of its venue and its organiser.
 * When such a record gets others, what links to it is written anew in the index: a few
 * at a time, each in a transaction of its own, so that neither typing nor other writers
 * wait. What is left is remembered in the store: a process that ends loses none of it.
 */
enum {
    REINDEX_ROWS = 100, /* of the index, and */
    REINDEX_MS = 10,    /* after which a slice ends */
    REINDEX_NOW = 20,   /* referrers that are done at once, while the user waits */
};

/**
 * UID has another revision: does its referrers, or puts them off where they are many.
 * 0, or <0: some will show what was.
 */
int reindex_add(struct app *app, const char *uid, struct err *err) ATTR_NONNULL(1, 2);

/** One slice of what is due; true while more is. Drafts come first. */
bool reindex_step(struct app *app) ATTR_NONNULL_ALL;

/** Accepts NULL. */
void reindex_free(struct reindex *r);

#endif
