/* What waits for a peer, and what it says of it. */
#include "replica_priv.h"

#include <stdlib.h>
#include <string.h>

bool replica_training(struct store *store)
{
    char *mark = store_meta_get(store, "training");
    bool training = mark != NULL;

    free(mark);
    return training;
}

/* Leaves that wait, with what decides whether they may go. */
#define WAITING                                                                        \
    " from unsent u join rev v on v.id = u.rev join record r on r.id = v.record"       \
    " join entry e on e.id = r.id"
#define MAY_GO " and r.held = 0 and e.sample = ?2"

/*
 * The end of a leaf goes once the peer has shown to have what took it in, or a
 * descendant of that: a server that refuses it, or only says to have stored it, must
 * not lose the leaf.
 */
#define NOT_BEFORE_ITS_HEIR                                                            \
    " and not (v.deleted = 1 and exists ("                                             \
    "  with recursive heir(rev) as ("                                                  \
    "   select v.body ->> '$.fusion' union select c.rev from heir h"                   \
    "   join rev c on c.record = v.record and c.parent = h.rev)"                       \
    "  select 1 from heir h join rev x on x.record = v.record and x.rev = h.rev"       \
    "  where exists (select 1 from unsent w where w.rev = x.id and w.peer = ?1)"       \
    "  or exists (select 1 from receipt t where t.rev = x.id and t.peer = ?1"          \
    "   and t.at_ms = 0)))"

/* --- sending ---------------------------------------------------------------------- */

struct batch {
    struct replica_doc *docs;
    size_t n, cap, bytes;
};

static bool is_full(const struct batch *b, const struct replica_out *out)
{
    return b->n >= out->limit || (b->n > 0 && b->bytes >= out->bytes);
}

static int add_row(struct db *db, struct batch *b, int64_t row, struct err *e)
{
    int rc;

    b->docs = mem_grow(b->docs, b->n, &b->cap, sizeof(*b->docs));
    rc = replica_read_doc(db, row, &b->docs[b->n], e);
    if (rc == 0)
        b->bytes += strlen(b->docs[b->n++].body);
    return rc;
}

/* OWN: the session's own, else those of others; *AFTER is the last row looked at. */
static int fill(struct store *store, const struct replica_out *out, bool own,
        struct batch *b, int64_t *after, struct err *e)
{
    struct stmt *st = db_query(store->data,
            "select v.id, v.bytes" WAITING " where u.peer = ?1 and u.rev > ?3" MAY_GO
            " and r.container = ?4 and (v.author is ?5) = ?6 and v.body is not "
            "null and (?6 or (exists (select 1 from refusal f where f.record = r.id"
            "  and f.peer = ?1 and f.why = '')) = ?7)" NOT_BEFORE_ITS_HEIR
            " order by u.rev",
            bind_int(out->peer), bind_int(replica_training(store)), bind_int(*after),
            bind_text(out->container), bind_text(out->author), bind_int(own),
            bind_int(out->referred));
    int rc;

    while ((rc = stmt_step(st, e)) > 0) {
        int64_t row = stmt_int(st, 0);

        if (is_full(b, out) ||
                (b->n > 0 && b->bytes + (size_t)stmt_int(st, 1) > out->bytes)) {
            b->bytes = SIZE_MAX; /* what comes next is for the next call */
            stmt_reset(st);
            return 0;
        }
        rc = add_row(store->data, b, row, e);
        if (rc) {
            stmt_reset(st);
            return rc;
        }
        *after = row;
    }
    if (rc == 0)
        *after = INT64_MAX;
    return rc;
}

int replica_outbox(struct store *store, const struct replica_out *out, int64_t after[2],
        struct replica_doc **ret, size_t *ret_n, struct err *err)
{
    struct batch b = {.docs = NULL};
    int64_t next[2] = {after[0], after[1]};
    int rc = db_begin_read(store->data, err);

    if (rc)
        return rc;
    if (out->limit > 0 && !out->referred)
        rc = fill(store, out, true, &b, &next[0], err);
    if (rc == 0 && !is_full(&b, out))
        rc = fill(store, out, false, &b, &next[1], err);
    rc = store_end_read(store->data, rc, err);
    if (rc) {
        replica_docs_free(b.docs, b.n);
        return rc;
    }
    memcpy(after, next, sizeof(next));
    *ret = b.docs;
    *ret_n = b.n;
    return 0;
}

int replica_waiting(struct store *store, int64_t peer, const char *container,
        int64_t *ret_n, int64_t *ret_bytes, struct err *err)
{
    char *taken = container ? NULL : replica_taken(store, peer);
    struct stmt *st = db_query(store->data,
            "select count(*), sum(v.bytes)" WAITING " where u.peer = ?1" MAY_GO
            " and (?3 is null or r.container = ?3) and" REPLICA_TAKES(4),
            bind_int(peer), bind_int(replica_training(store)), bind_text(container),
            bind_text(taken));
    int rc = stmt_step(st, err);

    free(taken);
    if (rc <= 0)
        return rc;
    *ret_n = stmt_int(st, 0);
    *ret_bytes = stmt_int(st, 1);
    stmt_reset(st);
    return 0;
}

/* Containers are few: the index leaps from one to the next. */
int replica_staying(struct store *store, int64_t peer, int64_t *ret, struct err *err)
{
    char *taken = replica_taken(store, peer);
    int rc = 0;

    *ret = 0;
    if (taken)
        rc = db_int(store->data, err, ret,
                "with recursive c(name) as (select min(container) from record"
                " union all select (select min(container) from record"
                "  where container > c.name) from c where c.name is not null)"
                "select count(*) from c"
                " cross join record r indexed by record_container"
                " on r.container = c.name"
                " cross join entry e on e.id = r.id"
                " cross join rev v indexed by rev_leaf"
                " on v.record = r.id and v.leaf = 1"
                " cross join unsent u on u.peer = ?1 and u.rev = v.id"
                " where instr(?3, ',' || c.name || ',') = 0" MAY_GO,
                bind_int(peer), bind_int(replica_training(store)), bind_text(taken));
    free(taken);
    return rc;
}

/*
 * The same number without looking at each record: those that may not go are few and
 * found by their indexes; in a store for training so are those that may.
 */
int replica_count_waiting(
        struct store *store, int64_t peer, int64_t limit, int64_t *ret, struct err *e)
{
    static const char samples[] =
            "select count(*) from entry e indexed by entry_sample"
            " join record r on r.id = e.id"
            " join rev v indexed by rev_leaf on v.record = r.id and v.leaf = 1"
            " join unsent u on u.peer = ?1 and u.rev = v.id"
            " where e.sample = 1 and r.held = 0";
    static const char held[] =
            "select count(*) from record r indexed by record_held"
            " join rev v indexed by rev_leaf on v.record = r.id and v.leaf = 1"
            " join unsent u on u.peer = ?1 and u.rev = v.id"
            " where r.held = 1";
    int64_t all = 0, not_one = 0, not_other = 0, staying = 0;
    int rc = replica_staying(store, peer, &staying, e);

    if (rc == 0 && replica_training(store)) {
        rc = db_int(store->data, e, &all, samples, bind_int(peer));
    } else if (rc == 0) {
        rc = db_int(store->data, e, &all,
                "select count(*) from (select 1 from unsent where peer = ?1 limit ?2)",
                bind_int(peer), bind_int(limit));
        if (rc == 0)
            rc = db_int(store->data, e, &not_one, samples, bind_int(peer));
        if (rc == 0)
            rc = db_int(store->data, e, &not_other, held, bind_int(peer));
    }
    all -= not_one + not_other + staying;
    if (rc == 0)
        *ret = all > 0 ? all : 0; /* of more than LIMIT others may be subtracted */
    return rc;
}

/* --- what the peer says ----------------------------------------------------------- */

/* REFUSALS: there may be one of its record. */
static int receive(struct db *db, int64_t peer, int64_t row, int64_t at_ms,
        bool refusals, struct err *e)
{
    int rc = db_run(db, e, "delete from unsent where peer = ?1 and rev = ?2",
            bind_int(peer), bind_int(row));

    if (rc)
        return rc;
    if (db_changes(db) == 0) /* it has shown what it had said to have taken */
        return db_run(db, e,
                "update receipt set at_ms = ?3 where rev = ?1 and peer = ?2"
                " and at_ms = 0",
                bind_int(row), bind_int(peer), bind_int(at_ms));
    rc = db_run(db, e,
            "insert or replace into receipt(rev, peer, at_ms) values(?1, ?2, ?3)",
            bind_int(row), bind_int(peer), bind_int(at_ms));
    if (rc == 0 && refusals)
        rc = db_run(db, e,
                "delete from refusal where peer = ?2"
                " and record = (select record from rev where id = ?1 and leaf = 1)",
                bind_int(row), bind_int(peer));
    return rc;
}

int replica_receive(
        struct db *db, int64_t peer, int64_t row, int64_t at_ms, struct err *e)
{
    return receive(db, peer, row, at_ms, true, e);
}

static int acknowledge(struct db *db, int64_t peer, const struct replica_doc *doc,
        int64_t at_ms, bool refusals, struct err *e)
{
    int64_t row = 0;
    int rc;

    if (doc->nrevs == 0)
        return 0;
    rc = db_int(db, e, &row,
            "select v.id from entry e join rev v on v.record = e.id"
            " where e.uid = ?1 and v.rev = ?2",
            bind_text(doc->uid), bind_text(doc->revs[0]));
    if (rc)
        return rc == ERR_NOT_FOUND ? 0 : rc;
    return receive(db, peer, row, at_ms, refusals, e);
}

int replica_acknowledge(struct store *store, int64_t peer,
        const struct replica_doc *docs, size_t n, int64_t at_ms, struct err *err)
{
    int64_t refusals = 0; /* mostly there is none at all */
    int rc = store_begin_data(store, DB_SYNC_NORMAL, err);

    if (rc)
        return rc;
    rc = db_int(store->data, err, &refusals, "select exists (select 1 from refusal)",
            BIND_NONE);
    for (size_t i = 0; rc == 0 && i < n; i++)
        rc = acknowledge(store->data, peer, &docs[i], at_ms, refusals, err);
    return store_end(store, store->data, rc, err);
}

static int hold(struct db *db, const char *uid, bool held, struct err *e)
{
    int rc = db_run(db, e,
            "update record set held = ?2 where id ="
            " (select id from entry where uid = ?1)",
            bind_text(uid), bind_int(held));

    if (rc == 0 && db_changes(db) == 0)
        return err_set(e, ERR_NOT_FOUND, N_("there is no record %1$s"), uid);
    if (rc || held)
        return rc;
    /* those who pull from here have passed its place */
    rc = db_run(db, e, "update sequence set last = last + 1 where id = 1", BIND_NONE);
    return rc ? rc
              : db_run(db, e,
                        "update record set seq = (select last from sequence)"
                        " where id = (select id from entry where uid = ?1)",
                        bind_text(uid));
}

int replica_hold(struct store *store, const char *uid, bool held, struct err *err)
{
    int rc = store_begin_data(store, DB_SYNC_NORMAL, err);

    return rc ? rc
              : store_end(store, store->data, hold(store->data, uid, held, err), err);
}
