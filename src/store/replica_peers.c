#include "replica_priv.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

int replica_check_name(const char *name, struct err *e)
{
    size_t n = strlen(name);

    if (n == 0 || n >= REPLICA_NAME_MAX)
        return err_set(e, ERR_INVALID, N_("%1$s is not the name of a container"), name);
    return 0;
}

int replica_main_peer(struct store *store, int64_t *ret, struct err *e)
{
    int rc = db_int(store->data, e, ret,
            "select id from peer where main = 1 order by id limit 1", BIND_NONE);

    if (rc != ERR_NOT_FOUND)
        return rc;
    *ret = 0;
    return 0;
}

/* --- one peer --------------------------------------------------------------------- */

/* All leaves wait, those of CONTAINER (NULL: everywhere). */
static int queue_all(struct db *db, int64_t peer, const char *container, struct err *e)
{
    return db_run(db, e,
            "insert or ignore into unsent(peer, rev)"
            " select ?1, v.id from record r join rev v on v.record = r.id and v.leaf = "
            "1"
            " where ?2 is null or r.container = ?2",
            bind_int(peer), bind_text(container));
}

static int make_peer(struct db *db, const char *url, int64_t *ret, struct err *e)
{
    int rc = db_run(db, e,
            "insert into peer(url, main, last_ms)"
            " values(?1, not exists (select 1 from peer where main = 1), 0)",
            bind_text(url));

    if (rc)
        return rc;
    *ret = db_last_rowid(db);
    return queue_all(db, *ret, NULL, e);
}

int replica_peer(struct store *store, const char *url, int64_t *ret_peer, bool *ret_new,
        struct err *err)
{
    static const char find[] = "select id from peer where url = ?1";
    struct db *db = store->data;
    int64_t id = 0;
    int rc = db_int(db, err, &id, find, bind_text(url));
    bool is_new = rc == ERR_NOT_FOUND;

    if (is_new) {
        rc = store_begin_data(store, DB_SYNC_FULL, err);
        if (rc)
            return rc;
        rc = db_int(db, err, &id, find, bind_text(url)); /* now that nobody else can */
        is_new = rc == ERR_NOT_FOUND;
        if (is_new)
            rc = make_peer(db, url, &id, err);
        rc = store_end(store, db, rc, err);
    }
    if (rc)
        return rc;
    *ret_peer = id;
    if (ret_new)
        *ret_new = is_new;
    return 0;
}

/* SQL of one row, with PEER as ?1 and N as ?2; ERR_NOT_FOUND where it changes none. */
static int change_peer(
        struct store *store, const char *sql, int64_t peer, int64_t n, struct err *e)
{
    int rc = store_begin_data(store, DB_SYNC_NORMAL, e);

    if (rc)
        return rc;
    rc = db_run(store->data, e, sql, bind_int(peer), bind_int(n));
    if (rc == 0 && db_changes(store->data) == 0)
        rc = err_set(e, ERR_NOT_FOUND, N_("there is no such peer"));
    return store_end(store, store->data, rc, e);
}

int replica_primary(struct store *store, int64_t peer, struct err *err)
{
    return change_peer(store,
            "update peer set main = (id = ?1)"
            " where exists (select 1 from peer where id = ?1)",
            peer, 0, err);
}

int replica_session(struct store *store, int64_t peer, int64_t at_ms, struct err *err)
{
    return change_peer(
            store, "update peer set last_ms = ?2 where id = ?1", peer, at_ms, err);
}

/* --- what it takes ---------------------------------------------------------------- */

static char *taken_key(int64_t peer)
{
    return xasprintf("takes:%" PRId64, peer);
}

char *replica_taken(struct store *store, int64_t peer)
{
    char *key = taken_key(peer), *taken = store_meta_get(store, key);

    free(key);
    return taken;
}

int replica_takes(struct store *store, int64_t peer,
        char (*containers)[REPLICA_NAME_MAX], size_t n, struct err *err)
{
    char *key = taken_key(peer), *known = store_meta_get(store, key);
    struct buf text;
    int rc = 0;

    buf_init(&text, 0);
    buf_addc(&text, ',');
    for (size_t i = 0; i < n; i++)
        buf_addf(&text, "%s,", containers[i]);
    if (!known || strcmp(known, text.s) != 0)
        rc = store_meta_set(store, key, text.s, err);
    buf_release(&text);
    free(known);
    free(key);
    return rc;
}

/* --- all of them ------------------------------------------------------------------ */

void replica_peers_free(struct replica_peer_info *peers, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(peers[i].url);
    free(peers);
}

static int count_waiting(
        struct store *store, struct replica_peer_info *peers, size_t n, struct err *e)
{
    for (size_t i = 0; i < n; i++) {
        int rc = replica_count_waiting(store, peers[i].id, -1, &peers[i].waiting, e);

        if (rc)
            return rc;
    }
    return 0;
}

int replica_peers(struct store *store, struct replica_peer_info **ret, size_t *ret_n,
        struct err *err)
{
    struct replica_peer_info *all = NULL;
    size_t n = 0, cap = 0;
    struct stmt *st = db_query(store->data,
            "select id, url, main, last_ms from peer order by id", BIND_NONE);
    int rc;

    while ((rc = stmt_step(st, err)) > 0) {
        all = mem_grow(all, n, &cap, sizeof(*all));
        all[n++] = (struct replica_peer_info){
                .id = stmt_int(st, 0),
                .url = stmt_dup(st, 1),
                .primary = stmt_int(st, 2) != 0,
                .last_ms = stmt_int(st, 3),
        };
    }
    if (rc == 0)
        rc = count_waiting(store, all, n, err);
    if (rc) {
        replica_peers_free(all, n);
        return rc;
    }
    *ret = all;
    *ret_n = n;
    return 0;
}

/* --- checkpoints ------------------------------------------------------------------ */

int replica_checkpoint(struct store *store, int64_t peer, const char *container,
        char **ret_since, char **ret_epoch, struct err *err)
{
    struct stmt *st = db_query(store->data,
            "select since, epoch from checkpoint where peer = ?1 and container = ?2",
            bind_int(peer), bind_text(container));
    int rc = stmt_step(st, err);

    if (rc < 0)
        return rc;
    *ret_since = rc ? stmt_dup(st, 0) : xstrdup("");
    *ret_epoch = rc ? stmt_dup(st, 1) : xstrdup("");
    if (rc)
        stmt_reset(st);
    return 0;
}

int replica_restart(struct store *store, int64_t peer, const char *container,
        const char *epoch, struct err *err)
{
    int rc = replica_check_name(container, err);

    if (rc == 0)
        rc = store_begin_data(store, DB_SYNC_FULL, err);
    if (rc)
        return rc;
    rc = db_run(store->data, err,
            "insert into checkpoint(peer, container, since, epoch)"
            " values(?1, ?2, '', ?3)"
            " on conflict(peer, container) do update set since = '', epoch = ?3",
            bind_int(peer), bind_text(container), bind_text(epoch));
    if (rc == 0)
        rc = db_run(store->data, err,
                "delete from file_at where peer = ?1 and container = ?2",
                bind_int(peer), bind_text(container));
    if (rc == 0)
        rc = queue_all(store->data, peer, container, err);
    return store_end(store, store->data, rc, err);
}
