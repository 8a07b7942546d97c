#include "priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "odus/base/hash.h"

/* --- revision ids ---------------------------------------------------------------- */

/* N of "N-hash"; 0 for a root's parent and for text that is no revision. */
static long long generation_of(const char *rev)
{
    const char *dash = rev ? strchr(rev, '-') : NULL;
    long long n;

    if (!dash || !view_int((struct view){rev, (size_t)(dash - rev)}, &n) || n < 0)
        return 0;
    return n;
}

void record_rev(
        const char *parent, bool deleted, struct view body, char ret_rev[REV_MAX])
{
    char hash[HASH_128_TEXT];
    const struct view parts[] = {
            view_of(parent ? parent : ""),
            deleted ? VIEW_LIT("1") : VIEW_LIT("0"),
            body,
    };
    long long n = generation_of(parent);
    /* What no honest replica reaches; keeps the text within REV_MAX. */
    int gen = n < 999999999 ? (int)n + 1 : 999999999;

    hash_blake2b128(parts, COUNT(parts), hash);
    snprintf(ret_rev, REV_MAX, "%d-%s", gen, hash);
}

/* --- putting --------------------------------------------------------------------- */

struct put {
    struct store *store;
    const struct summary *summary;
    const char *base; /* "" for a new record */
    struct view body;
    const char *author;
    const char *token; /* of the draft; NULL */
    int64_t id;        /* of the entry; 0 while there is none */
    char rev[REV_MAX];
};

/* 1: this very revision is here already; 0: it is the next one; ERR_CONFLICT. */
static int compare(struct put *p, struct err *e)
{
    struct db *db = p->store->data;
    char *winner = NULL;
    int64_t known = 0;
    int rc = index_find(db, p->summary->uid, &p->id, e);

    if (rc == 0)
        rc = db_int(db, e, &known, "select id from rev where record = ?1 and rev = ?2",
                bind_int(p->id), bind_text(p->rev));
    if (rc == 0)
        return 1;
    if (rc == ERR_NOT_FOUND)
        rc = db_text(db, e, &winner, "select rev from record where id = ?1",
                bind_int(p->id));
    if (rc && rc != ERR_NOT_FOUND)
        return rc;
    rc = 0;
    if (strcmp(winner ? winner : "", p->base) != 0)
        rc = err_set(e, ERR_CONFLICT,
                N_("the record %1$s has changed meanwhile; merge the two versions"),
                p->summary->uid);
    free(winner);
    return rc;
}

static int insert_rev(struct put *p, struct err *e)
{
    struct db *db = p->store->data;
    int rc = db_run(db, e,
            "insert into record(id, rev, deleted, leaves) values(?1, ?2, 0, 0)"
            " on conflict(id) do nothing",
            bind_int(p->id), bind_text(p->rev));

    if (rc == 0)
        rc = db_run(db, e,
                "insert into rev(record, rev, gen, parent, deleted, leaf, body, at_ms,"
                " author) values(?1, ?2, ?3, ?4, 0, 1, ?5, ?6, ?7)",
                bind_int(p->id), bind_text(p->rev), bind_int(generation_of(p->rev)),
                bind_text(p->base), bind_view(p->body), bind_int(clock_now_ms()),
                bind_text(p->author));
    if (rc == 0)
        rc = db_run(db, e, "update rev set leaf = 0 where record = ?1 and rev = ?2",
                bind_int(p->id), bind_text(p->base));
    return rc;
}

/*
 * The winner every CouchDB would choose. Revisions compare as text within one
 * generation, where the number before the hash is the same.
 */
static int choose_winner(struct db *db, int64_t id, struct err *e)
{
    return db_run(db, e,
            "update record set (rev, deleted) = (select rev, deleted from rev"
            "  where record = ?1 and leaf = 1"
            "  order by deleted, gen desc, rev desc limit 1),"
            " leaves = (select count(*) from rev"
            "  where record = ?1 and leaf = 1 and deleted = 0)"
            " where id = ?1",
            bind_int(id));
}

static int remember_draft(struct put *p, struct err *e)
{
    if (!p->token)
        return 0;
    return db_run(p->store->data, e,
            "insert or replace into completed(token, uid, rev) values(?1, ?2, ?3)",
            bind_text(p->token), bind_text(p->summary->uid), bind_text(p->rev));
}

static int put_rows(struct put *p, bool known, struct err *e)
{
    struct db *db = p->store->data;
    int rc = 0;

    if (!known) {
        rc = index_write(db, p->summary, &p->id, e);
        if (rc == 0)
            rc = insert_rev(p, e);
        if (rc == 0)
            rc = choose_winner(db, p->id, e);
    }
    return rc ? rc : remember_draft(p, e);
}

static int put_in_transaction(struct put *p, struct err *e)
{
    struct db *db = p->store->data;
    int rc = store_begin_data(p->store, DB_SYNC_FULL, e);
    int known;

    if (rc)
        return rc;
    known = compare(p, e);
    if (known < 0) {
        /* Nothing was written: a bulk around this one may go on. */
        rc = db_commit(db, e);
        return rc ? rc : known;
    }
    return store_end(p->store, db, put_rows(p, known, e), e);
}

static int check_put(const struct json *body, const struct summary *s, struct err *e)
{
    const char *id = json_get_text(body, "_id");

    if (json_kind(body) != JSON_KIND_OBJECT)
        return err_set(e, ERR_INVALID, N_("the record's body is not a JSON object"));
    if (id && s->uid && strcmp(id, s->uid) != 0)
        return err_set(
                e, ERR_INVALID, N_("the record's body bears another identifier"));
    return index_check(s, e);
}

int record_put(struct store *store, const char *base, const struct json *body,
        const struct summary *summary, const char *draft, char ret_rev[REV_MAX],
        struct err *err)
{
    struct put p = {
            .store = store,
            .summary = summary,
            .base = base ? base : "",
            .author = json_get_text(body, "modifie_par"),
    };
    char *token = NULL;
    struct buf text;
    int rc = check_put(body, summary, err);

    if (rc == 0 && draft)
        rc = draft_token(store, draft, &token, err);
    if (rc)
        return rc;
    buf_init(&text, 0);
    json_canonical(body, &text);
    p.body = buf_view(&text);
    p.token = token;
    record_rev(p.base, false, p.body, p.rev);
    if (text.full)
        rc = err_set(err, ERR_LIMIT, N_("the record %1$s is too large"), summary->uid);
    else
        rc = put_in_transaction(&p, err);
    if (rc == 0)
        memcpy(ret_rev, p.rev, REV_MAX);
    buf_release(&text);
    free(token);
    return rc;
}

int record_bulk_begin(struct store *store, struct err *err)
{
    return store_begin_data(store, DB_SYNC_FULL, err);
}

int record_bulk_end(struct store *store, bool commit, struct err *err)
{
    int rc;

    if (!commit) {
        db_rollback(store->data);
        return 0;
    }
    rc = store_end(store, store->data, 0, err);
    if (rc == 0 && !db_in_transaction(store->data))
        db_checkpoint(store->data, NULL, NULL);
    return rc;
}

int record_index(struct store *store, const struct summary *summary, struct err *err)
{
    int64_t id;
    int rc = store_begin_data(store, DB_SYNC_NORMAL, err);

    if (rc)
        return rc;
    rc = db_int(store->data, err, &id,
            "select r.id from record r join entry e on e.id = r.id where e.uid = ?1",
            bind_text(summary->uid));
    if (rc == ERR_NOT_FOUND)
        rc = err_set(err, rc, N_("there is no record %1$s"), summary->uid);
    if (rc == 0)
        rc = index_write(store->data, summary, NULL, err);
    return store_end(store, store->data, rc, err);
}

int record_purge(struct store *store, const char *uid, struct err *err)
{
    int rc = store_begin_data(store, DB_SYNC_FULL, err);

    if (rc)
        return rc;
    return store_end(store, store->data, index_remove(store->data, uid, err), err);
}
