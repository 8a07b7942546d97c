#ifndef ODUS_STORE_REPLICA_H
#define ODUS_STORE_REPLICA_H

#include "odus/store/forms.h"
#include "odus/store/record.h"

/**
 * A store as a replica (docs/design.md §7, §8): revisions that come from elsewhere with
 * their ancestry, what each peer has not acknowledged, checkpoints, and the changes of
 * this store in the order they came for those who pull from it. The outbox of a peer is
 * the leaves (tombstones too) it has not acknowledged: every new leaf, whether made
 * here or pulled from another peer, waits for every other peer.
 */

/* --- revisions ------------------------------------------------------------------- */

enum {
    REPLICA_SLICE = 200,     /* most documents of one replica_apply */
    REPLICA_REVS_MAX = 1000, /* longest ancestry kept, as CouchDB's _revs_limit */
    REPLICA_NAME_MAX = 64,   /* bytes of a container's name with its terminator */
};

/** One revision as it travels. */
struct replica_doc {
    char uid[37];
    bool deleted;
    char (*revs)[REV_MAX]; /* the revision, then its ancestors, newest first */
    size_t nrevs;          /* at least 1; generations go down by one */
    char *body;            /* canonical JSON; of a tombstone too ("{…}") */
    struct json *json;     /* the same parsed; may be NULL */
};

/** Accepts NULL; leaves D empty. */
void replica_doc_release(struct replica_doc *d);
void replica_docs_free(struct replica_doc *docs, size_t n);

/** What became of the documents of a slice, in their order. */
enum replica_outcome {
    REPLICA_ADDED,  /* a new leaf */
    REPLICA_KNOWN,  /* this revision was here */
    REPLICA_REFUSED /* stands in `why`; the other ones are stored */
};

struct replica_slice {
    int64_t peer; /* it comes from, and acknowledges; 0: from a file or a client */
    const char *container; /* it stands in */
    struct replica_doc *docs;
    size_t n;          /* at most REPLICA_SLICE */
    const char *since; /* checkpoint to store with it; NULL: none (a page's earlier
                          slices) */
};

/**
 * Stores a slice in one transaction: leaves, ancestry (revisions without body are
 * filled up), winners, lists and search, acknowledgements of SLICE->peer, the
 * checkpoint. Applying the same again changes nothing but the checkpoint. OUTCOMES (may
 * be NULL) has SLICE->n places, WHY (may be NULL) as many: the reason of a refusal;
 * empty for all others but a form or list that is stored and cannot be used
 * (publish.h). Records of types no form here knows are kept and passed on, and show
 * nowhere.
 */
int replica_apply(struct store *store, struct forms *forms,
        const struct replica_slice *slice, enum replica_outcome *outcomes,
        struct err *why, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/**
 * Revision REV (NULL: the winner) of UID with its ancestry and body. ERR_NOT_FOUND:
 * not here, or its body is not. *RET_LEAF (may be NULL): it is a leaf.
 */
int replica_get(struct store *store, const char *uid, const char *rev,
        struct replica_doc *ret, bool *ret_leaf, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2, 4);

/** A leaf; the winner comes first, the others in the order of winning. */
struct replica_leaf {
    char rev[REV_MAX];
    bool deleted;
    char author[64];
    int64_t at_ms;
};
/** Owned array, free(). ERR_NOT_FOUND when there is no such record. */
int replica_leaves(struct store *store, const char *uid, struct replica_leaf **ret,
        size_t *ret_n, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3, 4);

/** Keeps BODY for a revision that is here without (an ancestor asked for). */
int replica_keep_body(struct store *store, const char *uid, const char *rev,
        struct view body, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** uids with more than one living leaf that come after AFTER ("": from the start), at
 * most LIMIT. Owned: record_uids_free. */
int replica_conflicts(struct store *store, const char *after, size_t limit, char ***ret,
        size_t *ret_n, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 4, 5);

/** Which of the N revisions REVS of UID are not here: MISSING[i]. */
int replica_missing(struct store *store, const char *uid, const char *const *revs,
        size_t n, bool *missing, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3, 5);

/* --- peers ----------------------------------------------------------------------- */

/**
 * The peer of URL (normalised by the caller, without user and password), made where it
 * is new: then all leaves wait for it. *RET_NEW (may be NULL).
 */
int replica_peer(struct store *store, const char *url, int64_t *ret_peer, bool *ret_new,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

struct replica_peer_info {
    int64_t id;   /* for the calls below */
    char *url;    /* as replica_peer was given it */
    bool primary; /* whose acknowledgement makes a record "sent": the first, or the one
                     made so */
    int64_t last_ms; /* last session that came to its end; 0 never */
    int64_t waiting; /* leaves that wait for it, may go, and that it takes */
};
/** Owned: replica_peers_free. */
int replica_peers(struct store *store, struct replica_peer_info **ret, size_t *ret_n,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);
void replica_peers_free(struct replica_peer_info *peers, size_t n);

/** Makes PEER the one that counts. ERR_NOT_FOUND: no such peer, and the one that did
 * still does. */
int replica_primary(struct store *store, int64_t peer, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1);

/**
 * PEER takes records of these containers only, as a session has found that came to its
 * end; until then it is thought to take all. What stands in another container does not
 * wait for it (REPLICA_STAYS), and goes as soon as a session offers it.
 */
int replica_takes(struct store *store, int64_t peer,
        char (*containers)[REPLICA_NAME_MAX], size_t n, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1);

/** A session with PEER came to its end at AT_MS (clock_now_ms). ERR_NOT_FOUND: no such
 * peer. */
int replica_session(struct store *store, int64_t peer, int64_t at_ms, struct err *err)
        ATTR_NONNULL(1);

/** Checkpoint and server epoch of CONTAINER at PEER; "" none yet. Owned. */
int replica_checkpoint(struct store *store, int64_t peer, const char *container,
        char **ret_since, char **ret_epoch, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 3, 4, 5);

/**
 * The server of CONTAINER is another one than it was (or new): EPOCH is its own from
 * now on, the checkpoint is gone, all leaves of that container wait again.
 */
int replica_restart(struct store *store, int64_t peer, const char *container,
        const char *epoch, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3, 4);

/* --- the outbox ------------------------------------------------------------------ */

/**
 * Container of a record made here, from its `visibilite`: commons, pro, or org (the
 * organisation's own, also where nobody has said; the caller asks replica_outbox for
 * "org" and knows under which name it stands at a peer). A pulled record stays in the
 * one it came from while its visibility says the same kind. Of conflicting leaves the
 * least visible decides, so that no private one leaves with a public one.
 *
 * The next leaves that wait for PEER in CONTAINER: the session's own (AUTHOR) first,
 * then in the order they came; at most LIMIT and about BYTES of bodies, always one when
 * there is one. Held records are left out; exercises too, and where the store is for
 * training everything else. AFTER: 0, then what the last call gave in *RET_AFTER, so
 * that a leaf that was refused does not come again in the same session.
 * Owned: replica_docs_free.
 */
struct replica_out {
    int64_t peer;
    const char *container;
    const char *author;
    size_t limit, bytes;
    bool referred; /* of others' only what was left to a référent; else all but that */
};
int replica_outbox(struct store *store, const struct replica_out *out, int64_t after[2],
        struct replica_doc **ret, size_t *ret_n, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2, 3, 4, 5);

/** Leaves that wait for PEER in CONTAINER (NULL: all that it takes) and may go to it,
 * and the bytes of their bodies. Looks at each: replica_counts is quicker. */
int replica_waiting(struct store *store, int64_t peer, const char *container,
        int64_t *ret_n, int64_t *ret_bytes, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 4, 5);

/** Leaves that would go to PEER if it took their container. */
int replica_staying(struct store *store, int64_t peer, int64_t *ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3);

/**
 * PEER has taken these revisions (the first of each document): they wait no more. AT_MS
 * 0: it has only said so, and they count as sent once it has shown to have them, which
 * a second call with the time says (P15). One transaction.
 */
int replica_acknowledge(struct store *store, int64_t peer,
        const struct replica_doc *docs, size_t n, int64_t at_ms,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3);

/** Revisions of CONTAINER that PEER has said to have taken and not shown (at_ms 0), at
 * most LIMIT: uid and revs[0] only. Owned: replica_docs_free. */
int replica_unproved(struct store *store, int64_t peer, const char *container,
        size_t limit, struct replica_doc **ret, size_t *ret_n,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3, 5, 6);

/** PEER does not have it after all: it waits again. */
int replica_lost(struct store *store, int64_t peer, const struct replica_doc *doc,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3);

/** Held: never sent until released (P17, P18). */
int replica_hold(struct store *store, const char *uid, bool held,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);

/** Whether it is; what is not here is not. */
int replica_is_held(struct store *store, const char *uid, bool *ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** PEER refused what waits of UID: WHY (English, from the server; NULL: no more) is
 * shown with it. */
int replica_refusal(struct store *store, int64_t peer, const char *uid, const char *why,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3);

/**
 * PEER does not take DOC from AUTHOR's account, as WHY says. Where DOC is somebody
 * else's, or a merge that came about here by itself, *RET_LEFT: it stays here, waits
 * for a référent or its author, and nothing is shown as refused. What AUTHOR signed of
 * such a merge waits for PEER in its stead, unless that has said to have it.
 */
int replica_refused(struct store *store, int64_t peer, const struct replica_doc *doc,
        const char *author, const char *why, bool *ret_left, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 3, 4, 5, 6);

/** PEER has shown REV of UID: where it waits for PEER it was sent. */
int replica_seen(struct store *store, int64_t peer, const char *uid, const char *rev,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3, 4);

/* --- what people see ------------------------------------------------------------- */

/** design §2. Drafts are not looked at here. */
enum replica_state {
    REPLICA_NONE,     /* no revision */
    REPLICA_COMPLETE, /* a revision; held, an exercise, or no peer set */
    REPLICA_WAITING,
    REPLICA_STAYS, /* would wait, but the primary peer does not take its container */
    REPLICA_SENT,
};
struct replica_standing {
    enum replica_state state;
    bool held;
    int leaves; /* > 1: conflict */
    char container[REPLICA_NAME_MAX];
    int64_t sent_ms;   /* when the primary peer acknowledged, 0 unknown */
    char rev[REV_MAX]; /* the winner */
    char refused[200]; /* why the peer does not take it; "" */
    bool referent;     /* left to a référent (replica_refused) */
};
int replica_standing(struct store *store, const char *uid, struct replica_standing *ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** For the status line; quick at any size of the store. */
enum { REPLICA_COUNT_MAX = 100000 /* of those that wait no more are counted */ };
struct replica_counts {
    int64_t waiting, staying;         /* leaves, for the primary peer */
    int64_t held, conflicts, refused; /* records… */
    int64_t referent;                 /* …that wait for a référent */
    int64_t last_ms;                  /* last session with the primary peer; 0 never */
    bool peer;                        /* a primary peer is set */
};
int replica_counts(struct store *store, struct replica_counts *ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);

/** Records that wait or are held, newest first, for the view of the queue; at most
 * LIMIT. Owned: replica_entries_free. */
struct replica_entry {
    char uid[37];
    char *title, *type; /* owned by the entry, as by the array */
    struct replica_standing standing;
};
int replica_queue(struct store *store, size_t limit, struct replica_entry **ret,
        size_t *ret_n, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3, 4);
void replica_entries_free(struct replica_entry *entries, size_t n);

/** What others changed: revisions that came from peers after SINCE_MS, one per record
 * (its winner), not by AUTHOR; ORGANISATION's records first, then the latest. At most
 * LIMIT. Owned: replica_news_free. */
struct replica_news {
    char uid[37];
    char *title, *type, *author;
    int64_t at_ms;
    bool is_new, removed, own; /* first seen; deleted; of ORGANISATION */
};
int replica_news(struct store *store, int64_t since_ms, const char *author,
        const char *organisation, size_t limit, struct replica_news **ret,
        size_t *ret_n, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3, 4, 6, 7);
void replica_news_free(struct replica_news *news, size_t n);

/* --- for those who pull from this store (odus serve, bundles) --------------------- */

/** Of a revision, so that few bodies need to be read to see who may have it. */
struct replica_notes {
    bool kept;   /* its body is here */
    bool held;   /* its record never travels */
    bool marked; /* it may bear the mark of an exercise */
    bool for_all; /* by its visibility, or its container's where it has none: public… */
    bool for_trade; /* …or at least for professionals */
    bool here;      /* its record stands in the container that was asked about */
};
/** ERR_NOT_FOUND: REV of UID is not known. */
int replica_note(struct store *store, const char *container, const char *uid,
        const char *rev, struct replica_notes *ret, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2, 3, 4, 5);

struct replica_change {
    int64_t seq; /* grows with every change of the store's leaves */
    char uid[37];
    bool deleted;                /* the winner */
    struct replica_leaf *leaves; /* winner first, tombstones too */
    size_t nleaves;
    int64_t row; /* for replica_winner */
    struct replica_notes winner;
};
/**
 * One row for each record of CONTAINER that changed after SINCE, at its latest change,
 * in that order, at most LIMIT. *RET_LAST: seq of the last, or the store's own when
 * there is none. Owned: replica_changes_free.
 */
int replica_changes(struct store *store, const char *container, int64_t since,
        size_t limit, struct replica_change **ret, size_t *ret_n, int64_t *ret_last,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 5, 6, 7);
void replica_changes_free(struct replica_change *changes, size_t n);

/** The winner of C, without its ancestors. ERR_NOT_FOUND: it is gone. */
int replica_winner(struct store *store, const struct replica_change *c,
        struct replica_doc *ret, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** Living records of CONTAINER in the order of their uids, BACK: from the last one on.
 * They begin at FROM and end at TO (NULL: no bound), with these where FROM_IN and TO_IN
 * say so. */
struct replica_range {
    const char *from, *to;
    bool from_in, to_in, back;
};
struct replica_id {
    char uid[37];
    char rev[REV_MAX]; /* the winner */
};
/** At most LIMIT after the first SKIP; owned, free(). By an index: what comes before
 * FROM costs nothing. */
int replica_ids(struct store *store, const char *container,
        const struct replica_range *range, size_t limit, int64_t skip,
        struct replica_id **ret, size_t *ret_n, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2, 3, 6, 7);
/** How many there are in RANGE. */
int replica_ids_count(struct store *store, const char *container,
        const struct replica_range *range, int64_t *ret, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2, 3, 4);

/**
 * Revisions made here that no peer has said to have, and on top of which a peer gave
 * another: somebody has them by a bundle or from `odus serve`, or it is not true, and
 * what they changed may be lost to the others. Their bodies are kept. The latest first,
 * at most LIMIT; owned, free(). Looks at each revision.
 */
int replica_set_aside(struct store *store, size_t limit, struct replica_id **ret,
        size_t *ret_n, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3, 4);

/** Seq of the latest change; then how many records CONTAINER has whose winner lives,
 * and whose winner is a tombstone. */
int64_t replica_seq(struct store *store) ATTR_NONNULL_ALL;
int replica_count(struct store *store, const char *container, int64_t *ret_docs,
        int64_t *ret_deleted, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3, 4);

/**
 * `_local` documents of CONTAINER: never replicated. GET: owned text, ERR_NOT_FOUND.
 * PUT counts its revision "0-N" up; BODY NULL removes.
 */
int replica_local_get(struct store *store, const char *container, const char *id,
        char **ret_body, int64_t *ret_n, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2, 3, 4, 5);
int replica_local_put(struct store *store, const char *container, const char *id,
        const char *body, int64_t *ret_n, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2, 3, 5);

#endif
