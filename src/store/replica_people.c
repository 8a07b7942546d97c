/* What people see of the exchange. */
#include "replica_priv.h"

#include <stdlib.h>
#include <string.h>

/* --- one record ------------------------------------------------------------------- */

/* ?1: the peer that counts, ?2: what it takes. What was sent is the winner. */
#define TAKEN REPLICA_TAKES(2)
#define STANDING                                                                       \
    "select r.rev, r.held, r.leaves, e.sample," REPLICA_WAITS ","                      \
    " coalesce((select t.at_ms from receipt t where t.rev = v.id and t.peer = ?1),"    \
    "  case when v.peer = ?1 then v.at_ms else 0 end),"                                \
    " (select f.why from refusal f where f.record = r.id and f.peer = ?1),"            \
    " e.uid, e.title, e.type, r.container," TAKEN                                      \
    " from record r join entry e on e.id = r.id"                                       \
    " left join rev v on v.record = r.id and v.rev = r.rev"

/* The row under ST, of STANDING. PEER 0: none is set. */
static void read_standing(
        struct stmt *st, int64_t peer, bool training, struct replica_standing *ret)
{
    bool sample = stmt_int(st, 3) != 0, waits = stmt_int(st, 4) != 0;

    *ret = (struct replica_standing){
            .held = stmt_int(st, 1) != 0,
            .leaves = (int)stmt_int(st, 2),
            .sent_ms = stmt_int(st, 5),
    };
    store_copy_text(ret->rev, sizeof(ret->rev), stmt_text(st, 0));
    store_copy_text(ret->refused, sizeof(ret->refused), stmt_text(st, 6));
    store_copy_text(ret->container, sizeof(ret->container), stmt_text(st, 10));
    if (peer == 0 || ret->held || sample != training)
        ret->state = REPLICA_COMPLETE;
    else
        ret->state = !waits                  ? REPLICA_SENT
                     : stmt_int(st, 11) != 0 ? REPLICA_WAITING
                                             : REPLICA_STAYS;
    ret->referent =
            ret->state == REPLICA_WAITING && !stmt_is_null(st, 6) && !ret->refused[0];
}

int replica_standing(struct store *store, const char *uid, struct replica_standing *ret,
        struct err *err)
{
    bool training = replica_training(store);
    int64_t peer = 0;
    struct stmt *st;
    char *taken;
    int rc = replica_main_peer(store, &peer, err);

    if (rc)
        return rc;
    taken = replica_taken(store, peer);
    st = db_query(store->data, STANDING " where e.uid = ?3", bind_int(peer),
            bind_text(taken), bind_text(uid));
    rc = stmt_step(st, err);
    free(taken);
    if (rc < 0)
        return rc;
    *ret = (struct replica_standing){.state = REPLICA_NONE};
    if (rc == 0)
        return 0;
    read_standing(st, peer, training, ret);
    stmt_reset(st);
    return 0;
}

int replica_is_held(struct store *store, const char *uid, bool *ret, struct err *err)
{
    int64_t held = 0;
    int rc = db_int(store->data, err, &held,
            "select r.held from entry e join record r on r.id = e.id where e.uid = ?1",
            bind_text(uid));

    if (rc && rc != ERR_NOT_FOUND)
        return rc;
    *ret = held != 0;
    return 0;
}

/* --- all of them ------------------------------------------------------------------ */

static int count(struct store *store, struct replica_counts *c, struct err *e)
{
    struct stmt *st = db_query(store->data,
            "select (select count(*) from record where held = 1),"
            " (select count(*) from record where leaves > 1),"
            " (select count(*) from refusal f join peer p on p.id = f.peer"
            "  where p.main = 1 and f.why <> ''),"
            " (select count(*) from refusal f join peer p on p.id = f.peer"
            "  where p.main = 1 and f.why = '' and exists (select 1 from rev l"
            "   join unsent u on u.peer = p.id and u.rev = l.id"
            "   where l.record = f.record and l.leaf = 1)),"
            " (select coalesce(max(last_ms), 0) from peer where main = 1)",
            BIND_NONE);
    int64_t peer = 0;
    int rc = stmt_step(st, e);

    if (rc <= 0)
        return rc;
    c->held = stmt_int(st, 0);
    c->conflicts = stmt_int(st, 1);
    c->refused = stmt_int(st, 2);
    c->referent = stmt_int(st, 3);
    c->last_ms = stmt_int(st, 4);
    stmt_reset(st);
    rc = replica_main_peer(store, &peer, e);
    c->peer = peer != 0;
    if (rc == 0 && peer)
        rc = replica_count_waiting(store, peer, REPLICA_COUNT_MAX, &c->waiting, e);
    if (rc == 0 && peer)
        rc = replica_staying(store, peer, &c->staying, e);
    return rc;
}

int replica_counts(struct store *store, struct replica_counts *ret, struct err *err)
{
    struct replica_counts c = {0};
    int rc = db_begin_read(store->data, err);

    if (rc == 0)
        rc = store_end_read(store->data, count(store, &c, err), err);
    if (rc == 0)
        *ret = c;
    return rc;
}

/* --- the queue -------------------------------------------------------------------- */

void replica_entries_free(struct replica_entry *entries, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(entries[i].title);
        free(entries[i].type);
    }
    free(entries);
}

struct entries {
    struct replica_entry *all;
    size_t n, cap;
};

static void add_entry(
        struct entries *list, struct stmt *st, int64_t peer, bool training)
{
    struct replica_entry *entry;

    list->all = mem_grow(list->all, list->n, &list->cap, sizeof(*list->all));
    entry = &list->all[list->n++];
    *entry = (struct replica_entry){.title = stmt_dup(st, 8), .type = stmt_dup(st, 9)};
    store_copy_text(entry->uid, sizeof(entry->uid), stmt_text(st, 7));
    read_standing(st, peer, training, &entry->standing);
}

/* By the latest change of a record; both branches give few ids, by an index. */
static int read_queue(
        struct store *store, size_t limit, struct entries *list, struct err *e)
{
    bool training = replica_training(store);
    int64_t peer = 0, n = limit > INT32_MAX ? INT32_MAX : (int64_t)limit;
    struct stmt *st;
    char *taken;
    int rc = replica_main_peer(store, &peer, e);

    if (rc)
        return rc;
    taken = replica_taken(store, peer);
    st = db_query(store->data,
            STANDING " where r.id in ("
                     "select id from record where held = 1"
                     " union select * from (select w.record from unsent u"
                     "  join rev w on w.id = u.rev join entry x on x.id = w.record"
                     "  where u.peer = ?1 and x.sample = ?4"
                     "  order by u.rev desc limit ?3)"
                     " union select * from (select k.src from link k"
                     "  join record r on r.id = k.src"
                     "  join entry x on x.id = r.id and x.sample = ?4"
                     "  where ?1 > 0 and" REPLICA_FILE_WAITS " limit ?3))"
                     " order by r.seq desc limit ?3",
            bind_int(peer), bind_text(taken), bind_int(n), bind_int(training));
    while ((rc = stmt_step(st, e)) > 0)
        add_entry(list, st, peer, training);
    free(taken);
    return rc;
}

int replica_queue(struct store *store, size_t limit, struct replica_entry **ret,
        size_t *ret_n, struct err *err)
{
    struct entries list = {.all = NULL};
    int rc = db_begin_read(store->data, err);

    if (rc)
        return rc;
    rc = store_end_read(store->data, read_queue(store, limit, &list, err), err);
    if (rc) {
        replica_entries_free(list.all, list.n);
        return rc;
    }
    *ret = list.all;
    *ret_n = list.n;
    return 0;
}
