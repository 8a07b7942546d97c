#ifndef ODUS_DELIVER_STATE_PRIV_H
#define ODUS_DELIVER_STATE_PRIV_H

#include "odus/db/db.h"
#include "state.h"

/** What state.c (records) and state_files.c share. */
struct state {
    struct db *db;
    bool open;          /* inside a transaction */
    struct stmt *known; /* items not yet compared; NULL: none left */
    bool blank;         /* nothing was known: heads go straight into `item` */
};

int state_begin(struct state *s, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/** The number that SQL gives, 0 on failure. */
int64_t state_number(struct state *s, const char *sql) ATTR_NONNULL_ALL;

#endif
