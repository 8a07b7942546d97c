/* What lists show of drafts, when a record they name has changed. */
#include <stdlib.h>

#include "priv.h"

int draft_referrers(struct store *store, const char *uid, char ***ret, size_t *ret_n,
        struct err *err)
{
    struct stmt *st = db_query(store->drafts,
            "select e.uid from link l join entry e on e.id = l.src where l.dst = ?1"
            " order by l.src",
            bind_text(uid));

    return store_read_uids(st, ret, ret_n, err);
}

int draft_index(struct store *store, const struct summary *summary, struct err *err)
{
    int64_t id;
    int rc = store_begin_drafts(store, DB_SYNC_NORMAL, err);

    if (rc)
        return rc;
    rc = db_int(store->drafts, err, &id,
            "select d.id from draft d join entry e on e.id = d.id where e.uid = ?1",
            bind_text(summary->uid));
    if (rc == ERR_NOT_FOUND)
        rc = err_set(err, rc, N_("there is no draft of %1$s"), summary->uid);
    if (rc == 0)
        rc = index_write(store->drafts, summary, NULL, err);
    return store_end(store, store->drafts, rc, err);
}
