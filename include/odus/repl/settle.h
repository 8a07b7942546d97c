#ifndef ODUS_REPL_SETTLE_H
#define ODUS_REPL_SETTLE_H

#include "odus/store/replica.h"

/**
 * Bringing the leaves of a record together again: merges what can be merged without a
 * person, and leaves the rest side by side. Deterministic: replicas that hold the same
 * leaves and the same ancestor write the same revision (docs/design.md §6, §8).
 */
struct settle_result {
    int merged;            /* leaves that are closed now */
    int left;              /* living leaves that still stand beside the winner */
    char need[2][REV_MAX]; /* [0] not "": the body of this ancestor is wanted, of [1]
                              too where it is not ""; fetch and keep it
                              (replica_keep_body), then call again */
    char *fields;          /* what came from the merged leaves: labels of fields, comma
                              separated, for the list people see; NULL */
};
/** Accepts one that is all zero, and leaves that. */
void settle_result_release(struct settle_result *r);

/**
 * Merges the leaves of UID two by two, the winner with the next: where merge_bodies
 * finds no conflict, the merged body becomes a child of the winner and the other leaf
 * is closed by a tombstone, in one transaction. What a tombstone names as merged counts
 * as an ancestor of the merged revision; where two leaves have several nearest
 * ancestors, each must give the same body. NO_ANCESTOR: nobody has the ancestor's body;
 * every differing field is a conflict then. Leaves whose form, or the version of it
 * that they name, is not known here stay as they are: with another one each replica
 * could make another revision of them. For the same reason those that name no version
 * are merged without any form, member by member. Nothing to do is fine.
 */
int settle(struct store *store, struct forms *forms, const char *uid, bool no_ancestor,
        struct settle_result *ret, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3, 5);

#endif
