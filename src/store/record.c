#include "tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "forms_priv.h"
#include "odus/base/hash.h"

/* --- revision ids ---------------------------------------------------------------- */

void record_rev(
        const char *parent, bool deleted, struct view body, char ret_rev[REV_MAX])
{
    char hash[HASH_128_TEXT];
    const struct view parts[] = {
            view_of(parent ? parent : ""),
            deleted ? VIEW_LIT("1") : VIEW_LIT("0"),
            body,
    };
    long long n = tree_generation(parent);
    /* What no honest replica reaches; keeps the text within REV_MAX. */
    int gen = n < 999999999 ? (int)n + 1 : 999999999;

    hash_blake2b128(parts, COUNT(parts), hash);
    snprintf(ret_rev, REV_MAX, "%d-%s", gen, hash);
}

/* --- tombstones ------------------------------------------------------------------ */

void record_tombstone(const char *uid, const char *loser, const struct json *body,
        const char *merged, struct buf *out, char ret_rev[REV_MAX])
{
    static const char *const kept[] = {"type", "modifie_par"};
    struct json *tomb = json_new_object();

    json_set_text(tomb, "_id", uid);
    json_set_text(tomb, "fusion", merged);
    for (size_t i = 0; i < COUNT(kept); i++)
        if (json_get_text(body, kept[i]))
            json_set_take(
                    tomb, kept[i], json_text(json_as_view(json_get(body, kept[i]))));
    buf_clear(out);
    json_canonical(tomb, out);
    json_free(tomb);
    record_rev(loser, true, buf_view(out), ret_rev);
}

/* --- putting --------------------------------------------------------------------- */

struct put {
    struct store *store;
    const struct summary *summary;
    const char *base;          /* "" for a new record */
    const char *const *closes; /* NULL: none */
    struct view body;
    const char *author;
    enum reach reach;
    bool says_reach;   /* the body does */
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

static int find_row(struct put *p, const char *rev, int64_t *ret, struct err *e)
{
    return db_int(p->store->data, e, ret,
            "select id from rev where record = ?1 and rev = ?2", bind_int(p->id),
            bind_text(rev));
}

/* A record that never said who may read it stays with those who read the one before:
 * else nobody but this machine would see what is changed in it. */
static int keep_reach(struct put *p, struct err *e)
{
    int64_t reach = 0;
    int rc = db_int(p->store->data, e, &reach,
            "select reach from rev where record = ?1 and rev = ?2"
            " and body ->> '$.visibilite' is null",
            bind_int(p->id), bind_text(p->base));

    if (rc == 0)
        p->reach = (enum reach)reach;
    return rc == ERR_NOT_FOUND ? 0 : rc;
}

static int put_rev(struct put *p, struct err *e)
{
    struct db *db = p->store->data;
    struct tree_leaf leaf = {
            .rev = p->rev,
            .parent = p->base,
            .body = p->body,
            .author = p->author,
            .peer = TREE_HERE,
    };
    int64_t parent = 0;
    int rc = index_write(db, p->summary, &p->id, e);

    if (rc == 0 && !p->says_reach)
        rc = keep_reach(p, e);
    leaf.reach = p->reach;
    if (rc == 0)
        rc = tree_record(db, p->id, "org", e);
    if (rc == 0 && *p->base) {
        rc = find_row(p, p->base, &parent, e);
        if (rc == 0)
            rc = tree_has_child(db, parent, e);
    }
    if (rc == 0)
        rc = tree_add(db, p->id, &leaf, e);
    /* it may be to the liking of those who refused the one before */
    if (rc == 0)
        rc = db_run(db, e, "delete from refusal where record = ?1", bind_int(p->id));
    return rc;
}

/* The tombstone below the leaf in ROW, which is REV with this BODY. */
static int close_leaf(struct put *p, int64_t row, const char *rev,
        const struct json *body, struct err *e)
{
    char tomb[REV_MAX];
    struct tree_leaf leaf = {
            .rev = tomb,
            .parent = rev,
            .deleted = true,
            .author = json_get_text(body, "modifie_par"),
            .peer = TREE_HERE,
    };
    struct buf text;
    int rc;

    buf_init(&text, 0);
    record_tombstone(p->summary->uid, rev, body, p->rev, &text, tomb);
    leaf.body = buf_view(&text);
    rc = tree_has_child(p->store->data, row, e);
    if (rc == 0)
        rc = tree_add(p->store->data, p->id, &leaf, e);
    buf_release(&text);
    return rc;
}

static int close_rev(struct put *p, const char *rev, bool *ret_closed, struct err *e)
{
    struct json *body = NULL;
    struct stmt *st = db_query(p->store->data,
            "select id, body from rev where record = ?1 and rev = ?2 and leaf = 1"
            " and deleted = 0",
            bind_int(p->id), bind_text(rev));
    int64_t row;
    int rc = stmt_step(st, e);

    if (rc <= 0)
        return rc;
    row = stmt_int(st, 0);
    rc = json_parse(stmt_text(st, 1), 0, &body, NULL);
    stmt_reset(st);
    rc = close_leaf(p, row, rev, rc ? NULL : body, e);
    json_free(body);
    if (rc == 0)
        *ret_closed = true;
    return rc;
}

static int close_losers(struct put *p, bool *ret_closed, struct err *e)
{
    int rc = 0;

    for (const char *const *rev = p->closes; rc == 0 && rev && *rev; rev++)
        if (strcmp(*rev, p->rev) != 0)
            rc = close_rev(p, *rev, ret_closed, e);
    return rc;
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
    struct tree_state now;
    bool closed = false;
    int rc = known ? 0 : put_rev(p, e);

    if (rc == 0)
        rc = close_losers(p, &closed, e);
    if (rc == 0 && (!known || closed))
        rc = tree_settle(p->store->data, p->id, NULL, &now, e);
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

int record_put_closing(struct store *store, const char *base, const char *const *closes,
        const struct json *body, const struct summary *summary, const char *draft,
        char ret_rev[REV_MAX], struct err *err)
{
    struct put p = {
            .store = store,
            .summary = summary,
            .base = base ? base : "",
            .closes = closes,
            .author = json_get_text(body, "modifie_par"),
            .reach = tree_reach(body, NULL),
            .says_reach = json_get_text(body, FIELD_VISIBILITY),
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

int record_put(struct store *store, const char *base, const struct json *body,
        const struct summary *summary, const char *draft, char ret_rev[REV_MAX],
        struct err *err)
{
    return record_put_closing(store, base, NULL, body, summary, draft, ret_rev, err);
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
