#ifndef ODUS_TESTS_STORE_BOX_REPLICA_H
#define ODUS_TESTS_STORE_BOX_REPLICA_H

#include "odus/store/replica.h"

/* Documents as they come from peers, for the forms of box_forms.h. */

/**
 * The revision and its ancestors as "2-b 1-a", after "!" a tombstone. The body has
 * `_id` and what MORE says, JSON members with ' for ". Owned: replica_doc_release.
 */
struct replica_doc box_doc(const char *uid, const char *revs, const char *more);

/** Applies one such document from PEER to commons; its outcome. */
enum replica_outcome box_pull(struct store *store, struct forms *forms, int64_t peer,
        const char *uid, const char *revs, const char *more);

/** The same to CONTAINER. */
enum replica_outcome box_pull_to(struct store *store, struct forms *forms, int64_t peer,
        const char *container, const char *uid, const char *revs, const char *more);

/** The peer of URL, made. */
int64_t box_peer(struct store *store, const char *url);

/** Leaves of UID, the winner first, tombstones with "!": "3-d 2-c !3-t". Borrowed. */
const char *box_leaves(struct store *store, const char *uid);

/** Revisions that wait for PEER in CONTAINER as the outbox gives them to AUTHOR, in
 * calls of LIMIT: "1-a 1-b". Borrowed. */
const char *box_outbox(struct store *store, int64_t peer, const char *container,
        const char *author, size_t limit);

#endif
