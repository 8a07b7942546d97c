#ifndef ODUS_STORE_LINEAGE_H
#define ODUS_STORE_LINEAGE_H

#include "odus/store/replica.h"

/**
 * Who descends from whom among the revisions of a record. A tombstone that closed a
 * leaf says what it was merged into (`fusion`): that one descends from the leaf, too.
 * Without this, what somebody takes back after a merge would look as if never touched.
 */
struct lineage;

enum { LINEAGE_BASES_MAX = 4 };

/** The lineage of UID as it is now, owned. ERR_NOT_FOUND: no such record. */
int lineage_read(struct store *store, const char *uid, struct lineage **ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** Accepts NULL. */
void lineage_free(struct lineage *l);

/**
 * The nearest common ancestors of A and B: those from which no other common one
 * descends, the highest generation first. Returns their number, of which BASES has the
 * first LINEAGE_BASES_MAX; 0: they have none here.
 */
size_t lineage_bases(struct lineage *l, const char *a, const char *b,
        char bases[LINEAGE_BASES_MAX][REV_MAX]) ATTR_NONNULL_ALL;

#endif
