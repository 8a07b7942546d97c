/* For those who pull from this store. */
#include "replica_priv.h"

#include <stdlib.h>
#include <string.h>

enum {
    LOCAL_NAME_MAX = 255,
    LOCAL_BODY_MAX = 1024 * 1024,
    LOCAL_MOST = 500, /* of a container */
};

int64_t replica_seq(struct store *store)
{
    int64_t seq = 0;

    if (db_int(store->data, NULL, &seq, "select last from sequence", BIND_NONE))
        return 0;
    return seq;
}

void replica_changes_free(struct replica_change *changes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(changes[i].leaves);
    free(changes);
}

/* --- changes ---------------------------------------------------------------------- */

struct changes {
    struct replica_change *all;
    size_t n, cap;
    size_t room; /* for leaves of the last */
};

/* Leaf by leaf, those of a record in any order: nothing is sorted for that. */
#define LEAVES                                                                         \
    "select r.seq, e.uid, r.deleted, v.rev, v.deleted, v.author, v.id, v.reach,"       \
    " v.body, r.held, 1, v.at_ms from record r cross join entry e on e.id = r.id"      \
    " cross join rev v indexed by rev_leaf on v.record = r.id and v.leaf = 1"          \
    " where r.container = ?1 and r.seq > ?2 order by r.seq"

static void add_change(struct changes *c, struct stmt *st)
{
    struct replica_change *change;

    c->all = mem_grow(c->all, c->n, &c->cap, sizeof(*c->all));
    change = &c->all[c->n++];
    *change = (struct replica_change){
            .seq = stmt_int(st, 0),
            .deleted = stmt_int(st, 2) != 0,
    };
    store_copy_text(change->uid, sizeof(change->uid), stmt_text(st, 1));
    c->room = 0;
}

/* Columns COL on: reach, body, held, whether it stands there. */
static struct replica_notes read_notes(struct stmt *st, int col)
{
    int64_t reach = stmt_int(st, col);
    const char *body = stmt_text(st, col + 1).p;

    return (struct replica_notes){
            .kept = body != NULL,
            .marked = body && strstr(body, "\"" FIELD_SAMPLE "\""),
            .for_all = reach == REACH_PUBLIC,
            .for_trade = reach == REACH_PUBLIC || reach == REACH_PROFESSIONAL,
            .held = stmt_int(st, col + 2) != 0,
            .here = stmt_int(st, col + 3) != 0,
    };
}

/* The living win, then the higher generation, then the greater text (docs/sync.md). */
static bool wins(const struct replica_leaf *a, const struct replica_leaf *b)
{
    long long gap = tree_generation(a->rev) - tree_generation(b->rev);

    if (a->deleted != b->deleted)
        return b->deleted;
    return gap ? gap > 0 : strcmp(a->rev, b->rev) > 0;
}

static void add_leaf(struct changes *c, struct stmt *st)
{
    struct replica_change *change = &c->all[c->n - 1];
    struct replica_leaf leaf = {
            .deleted = stmt_int(st, 4) != 0, .at_ms = stmt_int(st, 11)};
    size_t at = change->nleaves;

    store_copy_text(leaf.rev, sizeof(leaf.rev), stmt_text(st, 3));
    store_copy_text(leaf.author, sizeof(leaf.author), stmt_text(st, 5));
    change->leaves =
            mem_grow(change->leaves, change->nleaves++, &c->room, sizeof(leaf));
    for (; at > 0 && wins(&leaf, &change->leaves[at - 1]); at--)
        change->leaves[at] = change->leaves[at - 1];
    change->leaves[at] = leaf;
    if (at == 0) {
        change->row = stmt_int(st, 6);
        change->winner = read_notes(st, 7);
    }
}

static int read_changes(struct store *store, const char *container, int64_t since,
        size_t limit, struct changes *c, struct err *e)
{
    struct stmt *st =
            db_query(store->data, LEAVES, bind_text(container), bind_int(since));
    int rc;

    while ((rc = stmt_step(st, e)) > 0) {
        bool same = c->n && c->all[c->n - 1].seq == stmt_int(st, 0);

        if (!same && c->n >= limit) {
            stmt_reset(st);
            return 0;
        }
        if (!same)
            add_change(c, st);
        add_leaf(c, st);
    }
    return rc;
}

int replica_changes(struct store *store, const char *container, int64_t since,
        size_t limit, struct replica_change **ret, size_t *ret_n, int64_t *ret_last,
        struct err *err)
{
    struct changes c = {.all = NULL};
    int64_t last = 0;
    int rc = db_begin_read(store->data, err);

    if (rc)
        return rc;
    last = replica_seq(store);
    rc = read_changes(store, container, since, limit, &c, err);
    rc = store_end_read(store->data, rc, err);
    if (rc) {
        replica_changes_free(c.all, c.n);
        return rc;
    }
    *ret_last = c.n ? c.all[c.n - 1].seq : last;
    *ret = c.all;
    *ret_n = c.n;
    return 0;
}

int replica_note(struct store *store, const char *container, const char *uid,
        const char *rev, struct replica_notes *ret, struct err *err)
{
    struct stmt *st = db_query(store->data,
            "select v.reach, v.body, r.held, r.container = ?3"
            " from entry e join record r on r.id = e.id"
            " join rev v on v.record = r.id and v.rev = ?2 where e.uid = ?1",
            bind_text(uid), bind_text(rev), bind_text(container));
    int rc = stmt_step(st, err);

    if (rc <= 0)
        return rc ? rc : ERR_NOT_FOUND;
    *ret = read_notes(st, 0);
    stmt_reset(st);
    return 0;
}

int replica_winner(struct store *store, const struct replica_change *c,
        struct replica_doc *ret, struct err *err)
{
    struct replica_doc doc = {.deleted = c->deleted, .nrevs = 1};
    int rc = db_text(store->data, err, &doc.body, "select body from rev where id = ?1",
            bind_int(c->row));

    if (rc)
        return rc;
    memcpy(doc.uid, c->uid, sizeof(doc.uid));
    doc.revs = xcalloc(1, sizeof(*doc.revs));
    memcpy(doc.revs[0], c->leaves[0].rev, REV_MAX);
    *ret = doc;
    return 0;
}

int replica_count(struct store *store, const char *container, int64_t *ret_docs,
        int64_t *ret_deleted, struct err *err)
{
    struct stmt *st = db_query(store->data,
            "select count(*), coalesce(sum(deleted), 0) from record"
            " where container = ?1",
            bind_text(container));
    int rc = stmt_step(st, err);

    if (rc <= 0)
        return rc;
    *ret_deleted = stmt_int(st, 1);
    *ret_docs = stmt_int(st, 0) - *ret_deleted;
    stmt_reset(st);
    return 0;
}

/* --- by id ------------------------------------------------------------------------ */

/* ?1 to ?5: the container, the lower and the upper bound, whether they are in; `cross`:
 * by the index over uids, whatever a container has. */
#define IN_RANGE                                                                       \
    " from entry e cross join record r on r.id = e.id"                                 \
    " where e.uid >= ?2 and (?4 or e.uid <> ?2) and (?3 is null or e.uid <= ?3)"       \
    " and (?5 or e.uid <> ?3) and r.container = ?1 and r.deleted = 0"
#define BOUNDS(container, range)                                                       \
    bind_text(container), bind_text(low_of(range)),                                    \
            bind_text((range)->back ? (range)->from : (range)->to),                    \
            bind_int((range)->back ? (range)->to_in : (range)->from_in),               \
            bind_int(!((range)->back ? (range)->from : (range)->to) ||                 \
                     ((range)->back ? (range)->from_in : (range)->to_in))

static const char *low_of(const struct replica_range *range)
{
    const char *low = range->back ? range->to : range->from;

    return low ? low : "";
}

int replica_ids(struct store *store, const char *container,
        const struct replica_range *range, size_t limit, int64_t skip,
        struct replica_id **ret, size_t *ret_n, struct err *err)
{
    static const char forth[] =
            "select e.uid, r.rev" IN_RANGE " order by e.uid limit ?6 offset ?7";
    static const char back[] =
            "select e.uid, r.rev" IN_RANGE " order by e.uid desc limit ?6 offset ?7";
    struct replica_id *all = NULL;
    size_t n = 0, cap = 0;
    struct stmt *st = db_query(store->data, range->back ? back : forth,
            BOUNDS(container, range),
            bind_int(limit > INT32_MAX ? INT32_MAX : (int64_t)limit), bind_int(skip));
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

int replica_ids_count(struct store *store, const char *container,
        const struct replica_range *range, int64_t *ret, struct err *err)
{
    return db_int(store->data, err, ret, "select count(*)" IN_RANGE,
            BOUNDS(container, range));
}

/* --- local documents -------------------------------------------------------------- */

int replica_local_get(struct store *store, const char *container, const char *id,
        char **ret_body, int64_t *ret_n, struct err *err)
{
    struct stmt *st = db_query(store->data,
            "select body, n from local_doc where container = ?1 and name = ?2",
            bind_text(container), bind_text(id));
    int rc = stmt_step(st, err);

    if (rc < 0)
        return rc;
    if (rc == 0)
        return err_set(err, ERR_NOT_FOUND, N_("there is no document %1$s"), id);
    *ret_body = stmt_dup(st, 0);
    *ret_n = stmt_int(st, 1);
    stmt_reset(st);
    return 0;
}

static int check_local(
        const char *container, const char *id, const char *body, struct err *e)
{
    if (!*id || strlen(id) > LOCAL_NAME_MAX)
        return err_set(e, ERR_INVALID, N_("the document has no usable name"));
    if (body && strlen(body) > LOCAL_BODY_MAX)
        return err_set(e, ERR_LIMIT, N_("the document %1$s is too large"), id);
    return replica_check_name(container, e);
}

/* Checkpoints of replicators that come no more: who comes again without one compares
 * anew. The epoch (docs/sync.md) is none of these. */
static int forget_local(struct db *db, const char *container, struct err *e)
{
    return db_run(db, e,
            "delete from local_doc where rowid in (select rowid from local_doc"
            " where container = ?1 and name <> 'odus'"
            " order by rowid desc limit -1 offset ?2)",
            bind_text(container), bind_int(LOCAL_MOST));
}

static int put_local(struct db *db, const char *container, const char *id,
        const char *body, int64_t *ret_n, struct err *e)
{
    int64_t n = 0;
    int rc = db_int(db, e, &n,
            "select n from local_doc where container = ?1 and name = ?2",
            bind_text(container), bind_text(id));

    if (rc && rc != ERR_NOT_FOUND)
        return rc;
    *ret_n = n + 1;
    if (!body)
        return db_run(db, e, "delete from local_doc where container = ?1 and name = ?2",
                bind_text(container), bind_text(id));
    rc = db_run(db, e,
            "insert or replace into local_doc(container, name, n, body)"
            " values(?1, ?2, ?3, ?4)",
            bind_text(container), bind_text(id), bind_int(n + 1), bind_text(body));
    return rc ? rc : forget_local(db, container, e);
}

int replica_local_put(struct store *store, const char *container, const char *id,
        const char *body, int64_t *ret_n, struct err *err)
{
    int64_t n = 0;
    int rc = check_local(container, id, body, err);

    if (rc == 0)
        rc = store_begin_data(store, DB_SYNC_NORMAL, err);
    if (rc)
        return rc;
    rc = store_end(store, store->data,
            put_local(store->data, container, id, body, &n, err), err);
    if (rc == 0)
        *ret_n = n;
    return rc;
}
