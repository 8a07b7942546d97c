/* What a peer does not take, and what goes in its stead. */
#include "replica_priv.h"

#include <string.h>

#include "odus/base/clock.h"

enum { WHY_MAX = 199 };

static int note(
        struct db *db, int64_t peer, const char *uid, const char *why, struct err *e)
{
    char text[WHY_MAX + 1];

    if (!why)
        return db_run(db, e,
                "delete from refusal where peer = ?2"
                " and record = (select id from entry where uid = ?1)",
                bind_text(uid), bind_int(peer));
    store_copy_text(text, sizeof(text), view_of(why));
    return db_run(db, e,
            "insert or replace into refusal(record, peer, why)"
            " select r.id, ?2, ?3 from entry e join record r on r.id = e.id"
            " where e.uid = ?1",
            bind_text(uid), bind_int(peer), bind_text(text));
}

int replica_refusal(struct store *store, int64_t peer, const char *uid, const char *why,
        struct err *err)
{
    int rc = store_begin_data(store, DB_SYNC_NORMAL, err);

    return rc ? rc
              : store_end(store, store->data, note(store->data, peer, uid, why, err),
                        err);
}

/* --- merges ----------------------------------------------------------------------- */

/* P is a parent of V: the one it was written over, or a leaf that was closed for it. */
#define IS_PARENT                                                                      \
    " (p.rev = v.parent or p.rev in (select t.parent from rev t"                       \
    "  where t.record = v.record and t.deleted = 1 and t.body ->> '$.fusion' = "       \
    "v.rev))"

/*
 * The row of REV of UID where it is a merge that came about here by itself: it closed a
 * leaf, and bears the date and the name of one of those it comes from (a person who
 * decides signs anew). 0: it is none.
 */
static int find_merge(
        struct db *db, const char *uid, const char *rev, int64_t *ret, struct err *e)
{
    int rc = db_int(db, e, ret,
            "select v.id from entry e join rev v on v.record = e.id"
            " where e.uid = ?1 and v.rev = ?2 and v.peer is null"
            " and exists (select 1 from rev t where t.record = v.record"
            "  and t.deleted = 1 and t.body ->> '$.fusion' = v.rev)"
            " and exists (select 1 from rev p where p.record = v.record"
            "  and p.author is v.author"
            "  and p.body ->> '$.modifie_le' is v.body ->> '$.modifie_le'"
            "  and" IS_PARENT ")",
            bind_text(uid), bind_text(rev));

    if (rc != ERR_NOT_FOUND)
        return rc;
    *ret = 0;
    return 0;
}

/*
 * What AUTHOR signed among what came into the merge in row MERGE waits for PEER, leaf
 * or not, where that has not said to have it. Nothing above is looked at: what that is
 * a child of, the peer gets with it, or has.
 */
static int queue_own(
        struct db *db, int64_t peer, int64_t merge, const char *author, struct err *e)
{
    return db_run(db, e,
            "with recursive up(id, own) as ("
            " select ?2, 0"
            " union select p.id, p.author is ?3 and p.deleted = 0 and p.body is not "
            "null"
            "  from up join rev v on v.id = up.id"
            "  join rev p on p.record = v.record and" IS_PARENT "  where up.own = 0"
            "  and not exists (select 1 from receipt r"
            "   where r.rev = p.id and r.peer = ?1)"
            "  and (p.author is ?3 or p.peer is not ?1))"
            "insert or ignore into unsent(peer, rev) select ?1, id from up where own = "
            "1",
            bind_int(peer), bind_int(merge), bind_text(author));
}

/* Nobody is to blame for what somebody else has signed. */
static int find_others(struct db *db, const struct replica_doc *doc, const char *author,
        int64_t *ret, struct err *e)
{
    return db_int(db, e, ret,
            "select exists (select 1 from entry e join rev v on v.record = e.id"
            " where e.uid = ?1 and v.rev = ?2 and v.deleted = 0 and v.author <> ?3)",
            bind_text(doc->uid), bind_text(doc->revs[0]), bind_text(author));
}

static int refuse(struct db *db, int64_t peer, const struct replica_doc *doc,
        const char *author, const char *why, bool *ret_left, struct err *e)
{
    int64_t merge = 0, others = 0;
    int rc = find_merge(db, doc->uid, doc->revs[0], &merge, e);

    if (rc == 0 && merge)
        rc = queue_own(db, peer, merge, author, e);
    else if (rc == 0)
        rc = find_others(db, doc, author, &others, e);
    if (rc == 0)
        rc = note(db, peer, doc->uid, merge || others ? "" : why, e);
    if (rc == 0)
        *ret_left = merge || others;
    return rc;
}

int replica_refused(struct store *store, int64_t peer, const struct replica_doc *doc,
        const char *author, const char *why, bool *ret_left, struct err *err)
{
    int rc = store_begin_data(store, DB_SYNC_NORMAL, err);

    if (rc)
        return rc;
    rc = refuse(store->data, peer, doc, author, why, ret_left, err);
    return store_end(store, store->data, rc, err);
}

/* --- what it has after all -------------------------------------------------------- */

int replica_seen(struct store *store, int64_t peer, const char *uid, const char *rev,
        struct err *err)
{
    char at[REV_MAX];
    struct replica_doc doc = {.revs = &at, .nrevs = 1};
    int64_t row = 0;
    int rc = db_int(store->data, err, &row,
            "select u.rev from entry e join rev v on v.record = e.id and v.rev = ?2"
            " join unsent u on u.rev = v.id and u.peer = ?3 where e.uid = ?1",
            bind_text(uid), bind_text(rev), bind_int(peer));

    if (rc)
        return rc == ERR_NOT_FOUND ? 0 : rc;
    store_copy_text(doc.uid, sizeof(doc.uid), view_of(uid));
    store_copy_text(at, sizeof(at), view_of(rev));
    return replica_acknowledge(store, peer, &doc, 1, clock_now_ms(), err);
}
