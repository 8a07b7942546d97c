/* Revisions as they travel, and what their trees say. */
#include "replica_priv.h"

#include <stdlib.h>
#include <string.h>

void replica_doc_release(struct replica_doc *d)
{
    if (!d)
        return;
    free(d->revs);
    free(d->body);
    json_free(d->json);
    *d = (struct replica_doc){.revs = NULL};
}

void replica_docs_free(struct replica_doc *docs, size_t n)
{
    for (size_t i = 0; i < n; i++)
        replica_doc_release(&docs[i]);
    free(docs);
}

static int no_record(const char *uid, struct err *e)
{
    return err_set(e, ERR_NOT_FOUND, N_("there is no record %1$s"), uid);
}

/* --- ancestry --------------------------------------------------------------------- */

/* The parent of revision REV of RECORD into REV; "" when that is all that is known. */
static int step_up(struct db *db, int64_t record, char rev[REV_MAX], struct err *e)
{
    struct stmt *st =
            db_query(db, "select parent from rev where record = ?1 and rev = ?2",
                    bind_int(record), bind_text(rev));
    long long gen = tree_generation(rev);
    int rc = stmt_step(st, e);

    if (rc < 0)
        return rc;
    rev[0] = '\0';
    if (rc == 0)
        return 0;
    store_copy_text(rev, REV_MAX, stmt_text(st, 0));
    stmt_reset(st);
    if (tree_generation(rev) >= gen) /* or a damaged file could go on for ever */
        rev[0] = '\0';
    return 0;
}

static int read_ancestry(struct db *db, int64_t record, const char *parent,
        struct replica_doc *d, struct err *e)
{
    size_t cap = d->nrevs;
    char rev[REV_MAX];
    int rc = 0;

    store_copy_text(rev, sizeof(rev), view_of(parent));
    while (rc == 0 && *rev && d->nrevs < REPLICA_REVS_MAX) {
        d->revs = mem_grow(d->revs, d->nrevs, &cap, sizeof(*d->revs));
        memcpy(d->revs[d->nrevs++], rev, REV_MAX);
        rc = step_up(db, record, rev, e);
    }
    return rc;
}

int replica_read_doc(struct db *db, int64_t row, struct replica_doc *d, struct err *e)
{
    struct stmt *st = db_query(db,
            "select e.uid, v.record, v.rev, v.parent, v.deleted, v.body from rev v"
            " join entry e on e.id = v.record where v.id = ?1",
            bind_int(row));
    struct replica_doc new = {.nrevs = 1};
    char parent[REV_MAX];
    int64_t record;
    int rc = stmt_step(st, e);

    if (rc <= 0)
        return rc ? rc : ERR_NOT_FOUND;
    new.revs = xcalloc(1, sizeof(*new.revs));
    store_copy_text(new.uid, sizeof(new.uid), stmt_text(st, 0));
    record = stmt_int(st, 1);
    store_copy_text(new.revs[0], REV_MAX, stmt_text(st, 2));
    store_copy_text(parent, sizeof(parent), stmt_text(st, 3));
    new.deleted = stmt_int(st, 4) != 0;
    new.body = stmt_dup(st, 5);
    stmt_reset(st);
    rc = read_ancestry(db, record, parent, &new, e);
    if (rc)
        replica_doc_release(&new);
    else
        *d = new;
    return rc;
}

int replica_get(struct store *store, const char *uid, const char *rev,
        struct replica_doc *ret, bool *ret_leaf, struct err *err)
{
    struct stmt *st = db_query(store->data,
            "select v.id, v.leaf from entry e join record r on r.id = e.id"
            " join rev v on v.record = r.id and v.rev = coalesce(?2, r.rev)"
            " where e.uid = ?1 and v.body is not null",
            bind_text(uid), bind_text(rev));
    int64_t row;
    bool leaf;
    int rc = stmt_step(st, err);

    if (rc < 0)
        return rc;
    if (rc == 0 && !rev)
        return no_record(uid, err);
    if (rc == 0)
        return err_set(err, ERR_NOT_FOUND,
                N_("revision %1$s of record %2$s is not kept here"), rev, uid);
    row = stmt_int(st, 0);
    leaf = stmt_int(st, 1) != 0;
    stmt_reset(st);
    rc = replica_read_doc(store->data, row, ret, err);
    if (rc == 0 && ret_leaf)
        *ret_leaf = leaf;
    return rc;
}

int replica_keep_body(struct store *store, const char *uid, const char *rev,
        struct view body, struct err *err)
{
    struct json *json = NULL;
    int rc = json_parse(body, REPLICA_BODY_MAX, &json, err);

    if (rc == 0)
        rc = store_begin_data(store, DB_SYNC_NORMAL, err);
    if (rc == 0) {
        rc = db_run(store->data, err,
                "update rev set body = ?3, bytes = ?4, author = ?5"
                " where rev = ?2 and body is null"
                " and record = (select id from entry where uid = ?1)",
                bind_text(uid), bind_text(rev), bind_view(body),
                bind_int((int64_t)body.n),
                bind_text(json_get_text(json, "modifie_par")));
        rc = store_end(store, store->data, rc, err);
    }
    json_free(json);
    return rc;
}

/* --- leaves ----------------------------------------------------------------------- */

int replica_leaves(struct store *store, const char *uid, struct replica_leaf **ret,
        size_t *ret_n, struct err *err)
{
    struct replica_leaf *all = NULL;
    size_t n = 0, cap = 0;
    struct stmt *st = db_query(store->data,
            "select v.rev, v.deleted, v.author, v.at_ms"
            " from entry e join rev v on v.record = e.id and v.leaf = 1"
            " where e.uid = ?1 order by v.deleted, v.gen desc, v.rev desc",
            bind_text(uid));
    int rc;

    while ((rc = stmt_step(st, err)) > 0) {
        struct replica_leaf *l;

        all = mem_grow(all, n, &cap, sizeof(*all));
        l = &all[n++];
        store_copy_text(l->rev, sizeof(l->rev), stmt_text(st, 0));
        l->deleted = stmt_int(st, 1) != 0;
        store_copy_text(l->author, sizeof(l->author), stmt_text(st, 2));
        l->at_ms = stmt_int(st, 3);
    }
    if (rc == 0 && n == 0)
        rc = no_record(uid, err);
    if (rc) {
        free(all);
        return rc;
    }
    *ret = all;
    *ret_n = n;
    return 0;
}

int replica_conflicts(struct store *store, const char *after, size_t limit, char ***ret,
        size_t *ret_n, struct err *err)
{
    struct stmt *st = db_query(store->data,
            "select e.uid from record r cross join entry e on e.id = r.id"
            " where r.leaves > 1 and e.uid > ?1 order by e.uid limit ?2",
            bind_text(after), bind_int(limit > INT32_MAX ? INT32_MAX : (int64_t)limit));

    return store_read_uids(st, ret, ret_n, err);
}

int replica_missing(struct store *store, const char *uid, const char *const *revs,
        size_t n, bool *missing, struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        int64_t row = 0;
        int rc = db_int(store->data, err, &row,
                "select v.id from entry e join rev v on v.record = e.id"
                " where e.uid = ?1 and v.rev = ?2 and (v.leaf = 0 or"
                " v.body is not null)",
                bind_text(uid), bind_text(revs[i]));

        if (rc && rc != ERR_NOT_FOUND)
            return rc;
        missing[i] = rc == ERR_NOT_FOUND;
    }
    return 0;
}
