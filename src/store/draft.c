#include "odus/store/draft.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odus/base/clock.h"
#include "odus/base/hash.h"
#include "priv.h"

void draft_release(struct draft *d)
{
    if (!d)
        return;
    free(d->type);
    free(d->body);
    free(d->at);
    free(d->typed);
    for (size_t i = 0; i < d->ntexts; i++) {
        free(d->texts[i].at);
        free(d->texts[i].typed);
    }
    free(d->texts);
    free(d->title);
    *d = (struct draft){0};
}

void drafts_free(struct draft *drafts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        draft_release(&drafts[i]);
    free(drafts);
}

/* --- reading --------------------------------------------------------------------- */

#define DRAFT_COLUMNS                                                                  \
    "select e.uid, d.form_hash, d.base, e.type, e.title, coalesce(t.at, d.at),"        \
    " coalesce(t.typed, (select typed from typing where draft = d.id and at = d.at))," \
    " d.created_ms, d.saved_ms, d.owner, d.owner_start, "
#define DRAFT_TABLES                                                                   \
    " from draft d join entry e on e.id = d.id"                                        \
    " left join typing t on t.draft = d.id and t.cursor "

static void read_draft(struct stmt *st, struct draft *ret)
{
    int owner = (int)stmt_int(st, 9);

    *ret = (struct draft){
            .type = stmt_dup(st, 3),
            .title = stmt_dup(st, 4),
            .at = stmt_dup(st, 5),
            .typed = stmt_dup(st, 6),
            .created_ms = stmt_int(st, 7),
            .saved_ms = stmt_int(st, 8),
            .owner = owner,
            .orphan = owner && !owner_alive(owner, stmt_int(st, 10)),
            .body = stmt_dup(st, 11),
    };
    store_copy_text(ret->uid, sizeof(ret->uid), stmt_text(st, 0));
    store_copy_text(ret->form_hash, sizeof(ret->form_hash), stmt_text(st, 1));
    store_copy_text(ret->base, sizeof(ret->base), stmt_text(st, 2));
}

static int read_texts(struct store *store, struct draft *d, struct err *err)
{
    struct stmt *st = db_query(store->drafts,
            "select t.at, t.typed from typing t join entry e on e.id = t.draft"
            " where e.uid = ?1 order by t.at",
            bind_text(d->uid));
    size_t cap = 0;
    int rc;

    while ((rc = stmt_step(st, err)) > 0) {
        d->texts = mem_grow(d->texts, d->ntexts, &cap, sizeof(*d->texts));
        d->texts[d->ntexts++] = (struct draft_text){stmt_dup(st, 0), stmt_dup(st, 1)};
    }
    return rc;
}

int draft_get(struct store *store, const char *uid, struct draft *ret, struct err *err)
{
    struct stmt *st = db_query(store->drafts,
            DRAFT_COLUMNS "d.body" DRAFT_TABLES "where e.uid = ?1", bind_text(uid));
    struct draft found;
    int rc = stmt_step(st, err);

    if (rc < 0)
        return rc;
    if (rc == 0)
        return err_set(err, ERR_NOT_FOUND, N_("there is no draft of %1$s"), uid);
    read_draft(st, &found);
    stmt_reset(st);
    rc = read_texts(store, &found, err);
    if (rc)
        draft_release(&found);
    else
        *ret = found;
    return rc;
}

int draft_list(struct store *store, bool orphans, struct draft **ret, size_t *ret_n,
        struct err *err)
{
    struct draft *all = NULL;
    size_t n = 0, cap = 0;
    struct stmt *st = db_query(store->drafts,
            DRAFT_COLUMNS "null" DRAFT_TABLES "order by d.saved_ms desc, d.id desc",
            BIND_NONE);
    int rc;

    while ((rc = stmt_step(st, err)) > 0) {
        all = mem_grow(all, n, &cap, sizeof(*all));
        read_draft(st, &all[n]);
        if (orphans && !all[n].orphan)
            draft_release(&all[n]);
        else
            n++;
    }
    if (rc) {
        drafts_free(all, n);
        return rc;
    }
    *ret = all;
    *ret_n = n;
    return 0;
}

int64_t draft_count(struct store *store)
{
    int64_t n = 0;
    int rc = db_int(store->drafts, NULL, &n, "select count(*) from draft", BIND_NONE);

    return rc ? 0 : n;
}

/* --- writing --------------------------------------------------------------------- */

static int put_row(
        struct store *store, const struct draft *d, int64_t id, struct err *e)
{
    int64_t now = clock_now_ms();
    bool own = d->owner == getpid();
    char token[UUID_TEXT];

    uuid_v7(now, token);
    return db_run(store->drafts, e,
            "insert into draft(id, token, form_hash, base, body, at, created_ms,"
            " saved_ms, owner, owner_start)"
            " values(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
            " on conflict(id) do update set token = ?2, form_hash = ?3, base = ?4,"
            " body = ?5, at = ?6, saved_ms = ?8",
            bind_int(id), bind_text(token), bind_text(d->form_hash), bind_text(d->base),
            bind_text(d->body), bind_text(d->at),
            bind_int(d->created_ms ? d->created_ms : now), bind_int(now),
            bind_int(own ? d->owner : 0), bind_int(own ? store->self_start : 0));
}

static int put_texts(struct db *db, const struct draft *d, int64_t id, struct err *e)
{
    int rc = db_run(db, e, "delete from typing where draft = ?1", bind_int(id));

    for (size_t i = 0; rc == 0 && i < d->ntexts; i++)
        rc = db_run(db, e,
                "insert into typing(draft, at, typed, cursor) values(?1, ?2, ?3, 0)",
                bind_int(id), bind_text(d->texts[i].at), bind_text(d->texts[i].typed));
    return rc;
}

static int put(struct store *store, const struct draft *d,
        const struct summary *summary, struct err *e)
{
    struct db *db = store->drafts;
    int64_t id = 0;
    int rc =
            summary ? index_write(db, summary, &id, e) : index_find(db, d->uid, &id, e);

    if (rc == 0)
        rc = put_row(store, d, id, e);
    return rc ? rc : put_texts(db, d, id, e);
}

static int check(const struct draft *d, const struct summary *summary, struct err *e)
{
    if (d->body && (!summary || (summary->uid && strcmp(d->uid, summary->uid) == 0)))
        return 0;
    return err_set(e, ERR_INVALID, N_("the draft has no body or another identifier"));
}

int draft_put(struct store *store, const struct draft *d, const struct summary *summary,
        bool durable, struct err *err)
{
    int rc = check(d, summary, err);

    if (rc == 0)
        rc = store_begin_drafts(store, durable ? DB_SYNC_FULL : DB_SYNC_NORMAL, err);
    if (rc)
        return rc;
    return store_end(store, store->drafts, put(store, d, summary, err), err);
}

int draft_put_many(struct store *store, const struct draft *drafts,
        const struct summary *summaries, size_t n, bool durable, struct err *err)
{
    int rc = store_begin_drafts(store, durable ? DB_SYNC_FULL : DB_SYNC_NORMAL, err);

    if (rc)
        return rc;
    for (size_t i = 0; i < n && rc == 0; i++) {
        rc = check(&drafts[i], &summaries[i], err);
        if (rc == 0)
            rc = put(store, &drafts[i], &summaries[i], err);
    }
    return store_end(store, store->drafts, rc, err);
}

static int put_text(
        struct db *db, int64_t id, const char *at, const char *typed, struct err *e)
{
    int rc;

    if (!typed)
        return db_run(db, e, "delete from typing where draft = ?1 and at = ?2",
                bind_int(id), bind_text(at));
    rc = db_run(db, e,
            "update typing set cursor = 0 where draft = ?1 and cursor and at <> ?2",
            bind_int(id), bind_text(at));
    return rc ? rc
              : db_run(db, e,
                        "insert into typing(draft, at, typed, cursor)"
                        " values(?1, ?2, ?3, 1)"
                        " on conflict do update set typed = ?3, cursor = 1",
                        bind_int(id), bind_text(at), bind_text(typed));
}

int draft_typing(struct store *store, const char *uid, const char *at,
        const char *typed, struct err *err)
{
    struct db *db = store->drafts;
    int64_t id = 0;
    int rc = store_begin_drafts(store, DB_SYNC_NORMAL, err);

    if (rc)
        return rc;
    rc = db_int(db, err, &id,
            "select d.id from draft d join entry e on e.id = d.id where e.uid = ?1",
            bind_text(uid));
    if (rc == ERR_NOT_FOUND)
        err_set(err, rc, N_("there is no draft of %1$s"), uid);
    if (rc == 0)
        rc = put_text(db, id, at, typed, err);
    if (rc) {
        db_rollback(db);
        return rc;
    }
    /* Not through store_end: no list shows what is being typed. */
    return db_commit(db, err);
}

int draft_remove(struct store *store, const char *uid, struct err *err)
{
    int rc = store_begin_drafts(store, DB_SYNC_NORMAL, err);

    if (rc)
        return rc;
    return store_end(store, store->drafts, index_remove(store->drafts, uid, err), err);
}

/* --- completions that were cut off ----------------------------------------------- */

int draft_token(struct store *store, const char *uid, char **ret, struct err *e)
{
    int rc = db_text(store->drafts, e, ret,
            "select d.token from draft d join entry e on e.id = d.id where e.uid = ?1",
            bind_text(uid));

    return rc == ERR_NOT_FOUND ? 0 : rc;
}

/* Removes the draft that bears TOKEN, unless something was typed into it since. */
static int drop_draft(struct store *store, const char *token, struct err *e)
{
    char *uid = NULL;
    int rc = store_begin_drafts(store, DB_SYNC_NORMAL, e);

    if (rc)
        return rc;
    rc = db_text(store->drafts, e, &uid,
            "select e.uid from draft d join entry e on e.id = d.id where d.token = ?1"
            " and not exists (select 1 from typing t where t.draft = d.id)",
            bind_text(token));
    if (rc == 0)
        rc = index_remove(store->drafts, uid, e);
    else if (rc == ERR_NOT_FOUND)
        rc = 0;
    free(uid);
    return store_end(store, store->drafts, rc, e);
}

static int forget_token(struct store *store, const char *token, struct err *e)
{
    int rc = store_begin_data(store, DB_SYNC_NORMAL, e);

    if (rc)
        return rc;
    rc = db_run(
            store->data, e, "delete from completed where token = ?1", bind_text(token));
    return store_end(store, store->data, rc, e);
}

/*
 * Completing stores the revision in data.db together with the draft's token, and then
 * removes the draft from drafts.db: two files, so the process can die in between. The
 * token changes with each draft_put; a draft edited since is another one and stays.
 */
int draft_drop_completed(struct store *store, struct err *e)
{
    int64_t n = 0;
    int rc = db_int(store->data, e, &n, "select count(*) from completed", BIND_NONE);

    /* Counted, for in a damaged file a row may refuse to go. */
    for (; rc == 0 && n > 0; n--) {
        char *token = NULL;

        rc = db_text(store->data, e, &token, "select token from completed limit 1",
                BIND_NONE);
        if (rc == 0)
            rc = drop_draft(store, token, e);
        if (rc == 0)
            rc = forget_token(store, token, e);
        free(token);
    }
    return rc == ERR_NOT_FOUND ? 0 : rc;
}
