/* Which files records name, which are here, and which a peer has. */
#include "odus/store/files.h"

#include <stdlib.h>
#include <string.h>

#include "replica_priv.h"

/*
 * Rows of `link` whose dst is "fichier:HASH"; ";" comes after ":". The winner's links:
 * files of a losing leaf travel when a person has decided for it.
 */
#define NAMED                                                                          \
    " from link k join entry e on e.id = k.src join record r on r.id = e.id"           \
    " left join file f on f.hash = substr(k.dst, 9)"                                   \
    " where k.dst >= 'fichier:' and k.dst < 'fichier;'"
#define COLUMNS "select substr(k.dst, 9), e.uid, r.container, coalesce(f.bytes, -1)"

struct items {
    struct files_item *all;
    size_t n, cap;
};

static void add_item(struct items *list, struct stmt *st)
{
    struct files_item *item;

    if (!files_is_hash(stmt_text(st, 0)))
        return;
    list->all = mem_grow(list->all, list->n, &list->cap, sizeof(*list->all));
    item = &list->all[list->n++];
    *item = (struct files_item){.bytes = stmt_int(st, 3), .waits = stmt_int(st, 4)};
    store_copy_text(item->hash, sizeof(item->hash), stmt_text(st, 0));
    store_copy_text(item->uid, sizeof(item->uid), stmt_text(st, 1));
    store_copy_text(item->container, sizeof(item->container), stmt_text(st, 2));
}

static int read_items(struct stmt *st, struct items *list, struct err *e)
{
    int rc;

    while ((rc = stmt_step(st, e)) > 0)
        add_item(list, st);
    return rc;
}

static int give(struct items *list, int rc, struct files_item **ret, size_t *ret_n)
{
    if (rc) {
        free(list->all);
        return rc;
    }
    *ret = list->all;
    *ret_n = list->n;
    return 0;
}

static int64_t limit_of(size_t limit)
{
    return limit > INT32_MAX ? INT32_MAX : (int64_t)limit;
}

int files_due(struct store *store, int64_t peer, size_t limit, struct files_item **ret,
        size_t *ret_n, struct err *err)
{
    struct items list = {.all = NULL};
    struct stmt *st = db_query(store->data,
            COLUMNS ", 1" NAMED
                    " and f.hash is not null and r.held = 0 and e.sample = ?2"
                    " and not exists (select 1 from file_at a where a.peer = ?1"
                    "  and a.container = r.container and a.hash = f.hash)"
                    " and not exists (select 1 from rev v join unsent u"
                    "  on u.peer = ?1 and u.rev = v.id"
                    "  where v.record = r.id and v.leaf = 1)"
                    " and not exists (select 1 from rev v join receipt t"
                    "  on t.rev = v.id and t.peer = ?1 and t.at_ms = 0"
                    "  where v.record = r.id and v.rev = r.rev)"
                    " group by k.dst, r.container order by f.bytes, k.dst limit ?3",
            bind_int(peer), bind_int(replica_training(store)),
            bind_int(limit_of(limit)));

    return give(&list, read_items(st, &list, err), ret, ret_n);
}

int files_missing(struct store *store, const char *uid, size_t limit,
        struct files_item **ret, size_t *ret_n, struct err *err)
{
    struct items list = {.all = NULL};
    struct stmt *st = db_query(store->data,
            COLUMNS ", 0" NAMED " and f.hash is null and (?1 is null or e.uid = ?1)"
                    " group by k.dst, r.container order by r.seq desc, k.dst limit ?2",
            bind_text(uid), bind_int(limit_of(limit)));

    return give(&list, read_items(st, &list, err), ret, ret_n);
}

int files_here(struct store *store, const char *container, struct files_item **ret,
        size_t *ret_n, struct err *err)
{
    struct items list = {.all = NULL};
    struct stmt *st = db_query(store->data,
            COLUMNS ", 0" NAMED " and f.hash is not null and r.container = ?1"
                    " and r.held = 0 and e.sample = ?2"
                    " group by k.dst order by f.bytes, k.dst",
            bind_text(container), bind_int(replica_training(store)));

    return give(&list, read_items(st, &list, err), ret, ret_n);
}

/* --- for people ------------------------------------------------------------------- */

static int by_hash(const void *a, const void *b)
{
    const struct files_item *x = a, *y = b;
    int order = strcmp(x->hash, y->hash);

    return order ? order : y->waits - x->waits;
}

/* Drafts are in the other database; what is here stands in this one. */
static int add_drafts(
        struct store *store, const char *uid, struct items *list, struct err *e)
{
    size_t from = list->n;
    struct stmt *st = db_query(store->drafts,
            "select substr(k.dst, 9), e.uid, '', -1, 0"
            " from link k join entry e on e.id = k.src"
            " where k.dst >= 'fichier:' and k.dst < 'fichier;'"
            " and (?1 is null or e.uid = ?1)",
            bind_text(uid));
    int rc = read_items(st, list, e);

    for (size_t i = from; rc == 0 && i < list->n; i++) {
        rc = db_int(store->data, e, &list->all[i].bytes,
                "select bytes from file where hash = ?1", bind_text(list->all[i].hash));
        rc = rc == ERR_NOT_FOUND ? 0 : rc;
    }
    return rc;
}

/* One of each hash: what waits somewhere waits. */
static void unite(struct items *list)
{
    size_t kept = 0;

    if (list->n)
        qsort(list->all, list->n, sizeof(*list->all), by_hash);
    for (size_t i = 0; i < list->n; i++)
        if (kept == 0 || strcmp(list->all[kept - 1].hash, list->all[i].hash) != 0)
            list->all[kept++] = list->all[i];
    list->n = kept;
}

int files_list(struct store *store, const char *uid, struct files_item **ret,
        size_t *ret_n, struct err *err)
{
    struct items list = {.all = NULL};
    struct stmt *st;
    int64_t peer = 0;
    int rc = replica_main_peer(store, &peer, err);

    if (rc)
        return rc;
    st = db_query(store->data,
            COLUMNS ", ?2 > 0 and f.hash is not null and r.held = 0 and e.sample = ?3"
                    " and not exists (select 1 from file_at a where a.peer = ?2"
                    "  and a.container = r.container and a.hash = f.hash)" NAMED
                    " and (?1 is null or e.uid = ?1)",
            bind_text(uid), bind_int(peer), bind_int(replica_training(store)));
    rc = read_items(st, &list, err);
    if (rc == 0)
        rc = add_drafts(store, uid, &list, err);
    unite(&list);
    return give(&list, rc, ret, ret_n);
}

/* --- what is known of peers ------------------------------------------------------- */

int files_confirm(struct store *store, int64_t peer, const char *container,
        const char *hash, struct err *err)
{
    int rc = store_begin_data(store, DB_SYNC_NORMAL, err);

    if (rc)
        return rc;
    rc = db_run(store->data, err,
            "insert or ignore into file_at(peer, container, hash) values(?1, ?2, ?3)",
            bind_int(peer), bind_text(container), bind_text(hash));
    return store_end(store, store->data, rc, err);
}

int files_named_by(struct store *store, const char *hash, size_t limit, char ***ret,
        size_t *ret_n, struct err *err)
{
    struct stmt *st = db_query(store->data,
            "select e.uid from link k join entry e on e.id = k.src"
            " where k.dst = 'fichier:' || ?1 order by e.id limit ?2",
            bind_text(hash), bind_int(limit_of(limit)));

    return store_read_uids(st, ret, ret_n, err);
}
