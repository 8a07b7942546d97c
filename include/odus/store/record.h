#ifndef ODUS_STORE_RECORD_H
#define ODUS_STORE_RECORD_H

#include <stdint.h>

#include "odus/store/store.h"
#include "odus/store/summary.h"

/**
 * Revisions as the CouchDB replication protocol has them: `N-hash`, hash = BLAKE2b-128
 * of parent revision, deleted flag and canonical body, 32 lower-case hex digits, so
 * that the same change made twice is the same revision. A record is a tree of
 * revisions; the winner is the one every server would choose: not deleted first, then
 * the higher N, then the higher hash.
 */
enum { REV_MAX = 48 }; /* bytes of "N-hash" with its terminator */

struct record {
    char uid[37];
    char *type; /* form name */
    char rev[REV_MAX];
    bool deleted;  /* the protocol's tombstone; statut_fiche `supprime` is not one */
    char *body;    /* canonical JSON */
    int64_t at_ms; /* when this revision came into this store, Unix ms */
    char *author;  /* modifie_par */
    int leaves;    /* > 1: conflicting revisions stand beside it */
};

/** Accepts NULL; leaves R empty. */
void record_release(struct record *r);

/** The winning revision, a tombstone too. ERR_NOT_FOUND when there is none. */
int record_get(struct store *store, const char *uid, struct record *ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** Body of one revision, ERR_NOT_FOUND when it is not kept here. */
int record_get_rev(struct store *store, const char *uid, const char *rev,
        struct record *ret, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3, 4);

/** The revision id of BODY as a child of PARENT (NULL or "": a root). */
void record_rev(const char *parent, bool deleted, struct view body,
        char ret_rev[REV_MAX]) ATTR_NONNULL(4);

/**
 * Stores a new revision, child of BASE (NULL for a new record), with its summary, in
 * one transaction with synchronous=FULL. DRAFT (NULL: none) is the uid of the draft
 * that this completes: its state is remembered with the revision, so that start-up
 * drops it when it was not removed. The author is `modifie_par` of the body.
 * ERR_CONFLICT when the winner is no longer BASE (then merge first). Storing the same
 * revision again changes nothing and succeeds.
 */
int record_put(struct store *store, const char *base, const struct json *body,
        const struct summary *summary, const char *draft, char ret_rev[REV_MAX],
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3, 4, 6);

/**
 * As record_put, and in the same transaction each of CLOSES (NULL-terminated; NULL:
 * none) that is a living leaf of the record is closed by a tombstone in favour of the
 * new revision, see record_tombstone; also when that revision is here already. The
 * other ones are passed over.
 */
int record_put_closing(struct store *store, const char *base, const char *const *closes,
        const struct json *body, const struct summary *summary, const char *draft,
        char ret_rev[REV_MAX], struct err *err) ATTR_CHECK ATTR_NONNULL(1, 4, 5, 7);

/**
 * The tombstone that closes the leaf LOSER of UID in favour of MERGED, the same on
 * every replica: OUT (initialised; replaced) gets its body, `_id`, `fusion` (MERGED)
 * and, for the rules of servers, `type` and `modifie_par` of BODY, the loser's (NULL:
 * not kept here); RET_REV its revision.
 */
void record_tombstone(const char *uid, const char *loser, const struct json *body,
        const char *merged, struct buf *out, char ret_rev[REV_MAX])
        ATTR_NONNULL(1, 2, 4, 5, 6);

/**
 * Many new records in one transaction (import, samples): call put between begin and
 * end. A put that is refused (ERR_CONFLICT, ERR_INVALID) leaves the others alone; after
 * any other failure the end fails too and nothing is kept.
 */
int record_bulk_begin(struct store *store, struct err *err) ATTR_CHECK ATTR_NONNULL(1);
int record_bulk_end(struct store *store, bool commit, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1);

/**
 * Writes what lists and searches show of an existing record anew, without a revision:
 * the name of its place or organiser has changed. ERR_NOT_FOUND.
 */
int record_index(struct store *store, const struct summary *summary, struct err *err)
        ATTR_NONNULL(1, 2);

/**
 * Removes a record for good, with its revisions and index rows (samples, exercises
 * only). Its draft stays. One that is not there is fine.
 */
int record_purge(struct store *store, const char *uid, struct err *err)
        ATTR_NONNULL(1, 2);

struct history_entry {
    char rev[REV_MAX];
    char parent[REV_MAX]; /* "" for a root */
    bool deleted, kept;   /* kept: its body is here */
    int64_t at_ms;
    char author[64];
};

/**
 * Revisions of UID, the highest generation first, then the latest; owned array, freed
 * with free(). ERR_NOT_FOUND when there are none.
 */
int record_history(struct store *store, const char *uid, struct history_entry **ret,
        size_t *ret_n, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3, 4);

/**
 * uids of records that link to UID (reference fields), at most LIMIT, the oldest here
 * first. Owned: record_uids_free.
 */
int record_referrers(struct store *store, const char *uid, size_t limit, char ***ret,
        size_t *ret_n, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 4, 5);

/** All drafts that link to UID; as above. */
int draft_referrers(struct store *store, const char *uid, char ***ret, size_t *ret_n,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3, 4);

/** As record_index for a draft, whoever has it open. ERR_NOT_FOUND. */
int draft_index(struct store *store, const struct summary *summary,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);

/**
 * Records whose name (title, town, genre) has changed and is shown with those that link
 * to them: their summaries are due. Kept with the store until they are written anew.
 * DUE false takes UID off; NEXT gives any one, ERR_NOT_FOUND without details when there
 * is none.
 */
int record_due(struct store *store, const char *uid, bool due,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);
int record_due_next(struct store *store, char ret_uid[37], struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);

/** Accepts NULL. */
void record_uids_free(char **uids, size_t n);

/**
 * uid that starts with PREFIX (8 characters or more, in either case), among records
 * and drafts. ERR_NOT_FOUND, or ERR_INVALID when it is too short or begins several.
 */
int record_find(struct store *store, const char *prefix, char ret_uid[37],
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/**
 * Calls FN with the uid of every record of TYPE (NULL: all) that is no tombstone, until
 * it returns false. FN may change the store.
 */
int record_each(struct store *store, const char *type,
        bool (*fn)(void *ctx, const char *uid), void *ctx, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 3);

/** What stands of a record now; borrowed. */
struct record_head {
    const char *uid, *rev, *type;
    const char *status; /* statut_fiche, "" unknown */
    bool deleted;       /* the protocol's tombstone */
};
/**
 * Calls FN with every record, tombstones too, in the order of their uids, until it
 * returns other than 0, which is the result then. Bodies are not read. FN may read the
 * store.
 */
int record_heads(struct store *store,
        int (*fn)(void *ctx, const struct record_head *head, struct err *err),
        void *ctx, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);

#endif
