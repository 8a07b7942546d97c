/* What a peer has said to have taken, and has not shown yet (P15). */
#include "replica_priv.h"

#include <stdlib.h>
#include <string.h>

int replica_unproved(struct store *store, int64_t peer, const char *container,
        size_t limit, struct replica_doc **ret, size_t *ret_n, struct err *err)
{
    /* `cross` keeps the order: there are few receipts, and many records */
    struct stmt *st = db_query(store->data,
            "select e.uid, v.rev, v.deleted from receipt t"
            " cross join rev v on v.id = t.rev"
            " join entry e on e.id = v.record join record r on r.id = e.id"
            " where t.peer = ?1 and t.at_ms = 0 and r.container = ?3"
            " order by t.rev limit ?2",
            bind_int(peer), bind_int((int64_t)limit), bind_text(container));
    struct replica_doc *docs = NULL;
    size_t n = 0, cap = 0;
    int rc;

    while ((rc = stmt_step(st, err)) > 0) {
        struct replica_doc *doc;

        docs = mem_grow(docs, n, &cap, sizeof(*docs));
        doc = &docs[n++];
        *doc = (struct replica_doc){.deleted = stmt_int(st, 2) != 0, .nrevs = 1};
        doc->revs = xcalloc(1, sizeof(*doc->revs));
        store_copy_text(doc->uid, sizeof(doc->uid), stmt_text(st, 0));
        store_copy_text(doc->revs[0], sizeof(doc->revs[0]), stmt_text(st, 1));
    }
    if (rc < 0) {
        replica_docs_free(docs, n);
        return rc;
    }
    *ret = docs;
    *ret_n = n;
    return 0;
}

/* A revision that is a leaf no longer is told with its child. */
static int wait_again(
        struct db *db, int64_t peer, const struct replica_doc *doc, struct err *e)
{
    int64_t row = 0;
    int rc = db_int(db, e, &row,
            "select v.id from entry e join rev v on v.record = e.id"
            " where e.uid = ?1 and v.rev = ?2",
            bind_text(doc->uid), bind_text(doc->revs[0]));

    if (rc)
        return rc == ERR_NOT_FOUND ? 0 : rc;
    rc = db_run(db, e, "delete from receipt where rev = ?1 and peer = ?2",
            bind_int(row), bind_int(peer));
    if (rc == 0)
        rc = db_run(db, e,
                "insert or ignore into unsent(peer, rev)"
                " select ?2, id from rev where id = ?1 and leaf = 1",
                bind_int(row), bind_int(peer));
    return rc;
}

int replica_lost(struct store *store, int64_t peer, const struct replica_doc *doc,
        struct err *err)
{
    int rc = store_begin_data(store, DB_SYNC_NORMAL, err);

    if (rc || doc->nrevs == 0)
        return rc ? rc : store_end(store, store->data, 0, err);
    return store_end(store, store->data, wait_again(store->data, peer, doc, err), err);
}

/* --- never sent, and left behind -------------------------------------------------- */

int replica_set_aside(struct store *store, size_t limit, struct replica_id **ret,
        size_t *ret_n, struct err *err)
{
    /* a merge is made alike by others, who need not have it from here */
    struct stmt *st = db_query(store->data,
            "select e.uid, v.rev from rev v join entry e on e.id = v.record"
            " where v.peer is null and v.leaf = 0 and v.deleted = 0"
            " and v.body is not null and exists (select 1 from rev c"
            "  where c.record = v.record and c.parent = v.rev and c.peer > 0)"
            " and not exists (select 1 from receipt t where t.rev = v.id)"
            " and not exists (select 1 from rev t where t.record = v.record"
            "  and t.deleted = 1 and t.body ->> '$.fusion' = v.rev)"
            " order by v.id desc limit ?1",
            bind_int(limit > INT32_MAX ? INT32_MAX : (int64_t)limit));
    struct replica_id *all = NULL;
    size_t n = 0, cap = 0;
    int rc;

    while ((rc = stmt_step(st, err)) > 0) {
        all = mem_grow(all, n, &cap, sizeof(*all));
        store_copy_text(all[n].uid, sizeof(all[n].uid), stmt_text(st, 0));
        store_copy_text(all[n].rev, sizeof(all[n].rev), stmt_text(st, 1));
        n++;
    }
    if (rc < 0) {
        free(all);
        return rc;
    }
    *ret = all;
    *ret_n = n;
    return 0;
}
