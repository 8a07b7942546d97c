#ifndef ODUS_STORE_IMPORTED_H
#define ODUS_STORE_IMPORTED_H

#include "odus/store/store.h"

/**
 * What imports made of records when they took them last: the common ancestor of what
 * people and the source have changed since. Kept with the store, not with the record:
 * it travels nowhere.
 */
struct imported {
    char uid[37];
    char *body; /* canonical JSON of the fields that the source gave */
};

/** That of record UID; owned, NULL when there is none. */
char *imported_get(struct store *store, const char *uid) ATTR_CHECK ATTR_NONNULL_ALL;

/** Keeps N of them, in one transaction. */
int imported_put(struct store *store, const struct imported *all, size_t n,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);

#endif
