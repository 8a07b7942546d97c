#include "receipts.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/db/stmt.h"

static const char schema[] =
        "create table receipt(target text not null, name text not null,"
        " uid text not null, hash text not null, number text not null,"
        " state text not null, why text not null, at integer not null,"
        " primary key(target, name)) strict, without rowid;";

static const struct db_migration steps[] = {{.version = 1, .sql = schema}};

enum { PUSH_ID = 0x4F647550 /* "OduP" */ };

struct receipts {
    struct db *db;
    char *target;
};

bool is_venue(const char *name)
{
    return strchr(name, ':') != NULL;
}

bool is_part(const char *name)
{
    return strchr(name, '_') != NULL;
}

/* Refused with no reason given: it is in their bin. */
bool receipt_counts(const struct receipt *r)
{
    bool binned = strcmp(r->state, STATE_REFUSED) == 0 && !*r->why;

    return *r->number && !is_part(r->name) && !binned &&
           strcmp(r->state, STATE_REMOVED) != 0 && strcmp(r->state, STATE_THEIRS) != 0;
}

int receipts_open(
        const char *path, const char *target, struct receipts **ret, struct err *err)
{
    const struct db_options opt = {.create = true,
            .sync = DB_SYNC_FULL,
            .application_id = PUSH_ID,
            .migrations = steps,
            .nmigrations = COUNT(steps)};
    struct receipts *r = xcalloc(1, sizeof(*r));
    int rc = db_open(path, &opt, &r->db, err);

    r->target = xstrdup(target);
    if (rc == 0)
        rc = db_exec(r->db, err,
                "create temp table plan(n integer primary key,"
                " name text not null unique, uid text not null, what integer not "
                "null)");
    if (rc)
        receipts_close(r);
    else
        *ret = r;
    return rc;
}

void receipts_close(struct receipts *r)
{
    if (!r)
        return;
    db_close(r->db);
    free(r->target);
    free(r);
}

/* What does not fit was not written by us: it counts as blank. */
static void copy(struct stmt *st, int column, char *out, size_t size)
{
    struct view v = stmt_text(st, column);
    size_t n = v.n < size ? v.n : 0;

    if (n)
        memcpy(out, v.p, n);
    out[n] = '\0';
}

#define COLUMNS "select name, uid, hash, number, state, why, at from receipt"

static int read_receipt(struct stmt *st, struct receipt *ret, struct err *err)
{
    int rc = stmt_step(st, err);

    if (rc <= 0)
        return rc;
    copy(st, 0, ret->name, sizeof(ret->name));
    copy(st, 1, ret->uid, sizeof(ret->uid));
    copy(st, 2, ret->hash, sizeof(ret->hash));
    copy(st, 3, ret->number, sizeof(ret->number));
    copy(st, 4, ret->state, sizeof(ret->state));
    copy(st, 5, ret->why, sizeof(ret->why));
    ret->at_ms = stmt_int(st, 6);
    stmt_reset(st);
    return 1;
}

bool receipts_get(struct receipts *r, const char *name, struct receipt *ret)
{
    struct stmt *st = db_query(r->db, COLUMNS " where target = ?1 and name = ?2",
            bind_text(r->target), bind_text(name));

    return read_receipt(st, ret, NULL) > 0;
}

int receipts_put(struct receipts *r, const struct receipt *receipt, struct err *err)
{
    return db_run(r->db, err,
            "insert or replace into receipt values(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            bind_text(r->target), bind_text(receipt->name), bind_text(receipt->uid),
            bind_text(receipt->hash), bind_text(receipt->number),
            bind_text(receipt->state), bind_text(receipt->why),
            bind_int(receipt->at_ms));
}

int receipts_drop(struct receipts *r, const char *name, struct err *err)
{
    return db_run(r->db, err, "delete from receipt where target = ?1 and name = ?2",
            bind_text(r->target), bind_text(name));
}

int receipts_next(
        struct receipts *r, const char *after, struct receipt *ret, struct err *err)
{
    return read_receipt(
            db_query(r->db,
                    COLUMNS " where target = ?1 and name > ?2 order by name limit 1",
                    bind_text(r->target), bind_text(after)),
            ret, err);
}

int64_t receipts_count(struct receipts *r)
{
    int64_t n = 0;

    if (db_int(r->db, NULL, &n,
                "select count(*) from receipt where target = ?1 and number <> ''"
                " and instr(name, ':') = 0 and state not in ('removed', 'hidden')",
                bind_text(r->target)) < 0)
        return 0;
    return n;
}

/* --- the plan -------------------------------------------------------------------- */

int plan_add(struct receipts *r, const char *name, const char *uid, enum plan_what what,
        struct err *err)
{
    return db_run(r->db, err,
            "insert or ignore into plan(name, uid, what) values(?1, ?2, ?3)",
            bind_text(name), bind_text(uid), bind_int(what));
}

enum plan_what plan_of(struct receipts *r, const char *name)
{
    int64_t what = PLAN_NONE;

    if (db_int(r->db, NULL, &what, "select what from plan where name = ?1",
                bind_text(name)) < 0)
        return PLAN_NONE;
    return (enum plan_what)what;
}

int plan_counts(struct receipts *r, int64_t ret[PLAN_WHATS], struct err *err)
{
    struct stmt *st =
            db_query(r->db, "select what, count(*) from plan group by what", BIND_NONE);
    int rc;

    memset(ret, 0, PLAN_WHATS * sizeof(*ret));
    while ((rc = stmt_step(st, err)) > 0)
        ret[stmt_int(st, 0)] = stmt_int(st, 1);
    return rc;
}

int plan_next(struct receipts *r, int64_t after, struct plan_row *ret, struct err *err)
{
    struct stmt *st = db_query(r->db,
            "select n, name, uid, what from plan where n > ?1 and what <> ?2"
            " order by n limit 1",
            bind_int(after), bind_int(PLAN_SAME));
    int rc = stmt_step(st, err);

    if (rc <= 0)
        return rc;
    ret->n = stmt_int(st, 0);
    copy(st, 1, ret->name, sizeof(ret->name));
    copy(st, 2, ret->uid, sizeof(ret->uid));
    ret->what = (enum plan_what)stmt_int(st, 3);
    stmt_reset(st);
    return 1;
}
