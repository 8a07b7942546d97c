#include "priv.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

void record_release(struct record *r)
{
    if (!r)
        return;
    free(r->type);
    free(r->body);
    free(r->author);
    *r = (struct record){0};
}

/* --- one record ------------------------------------------------------------------ */

#define RECORD_COLUMNS                                                                 \
    "select e.uid, e.type, v.rev, v.deleted, v.body, v.at_ms, v.author, r.leaves"      \
    " from entry e join record r on r.id = e.id join rev v on v.record = r.id"

static int no_record(const char *uid, struct err *e)
{
    return err_set(e, ERR_NOT_FOUND, N_("there is no record %1$s"), uid);
}

static void read_record(struct stmt *st, struct record *ret)
{
    *ret = (struct record){
            .type = stmt_dup(st, 1),
            .deleted = stmt_int(st, 3) != 0,
            .body = stmt_dup(st, 4),
            .at_ms = stmt_int(st, 5),
            .author = stmt_dup(st, 6),
            .leaves = (int)stmt_int(st, 7),
    };
    store_copy_text(ret->uid, sizeof(ret->uid), stmt_text(st, 0));
    store_copy_text(ret->rev, sizeof(ret->rev), stmt_text(st, 2));
    stmt_reset(st);
}

int record_get(
        struct store *store, const char *uid, struct record *ret, struct err *err)
{
    struct stmt *st = db_query(store->data,
            RECORD_COLUMNS " and v.rev = r.rev where e.uid = ?1", bind_text(uid));
    int rc = stmt_step(st, err);

    if (rc <= 0)
        return rc ? rc : no_record(uid, err);
    read_record(st, ret);
    return 0;
}

int record_get_rev(struct store *store, const char *uid, const char *rev,
        struct record *ret, struct err *err)
{
    struct stmt *st = db_query(store->data,
            RECORD_COLUMNS " where e.uid = ?1 and v.rev = ?2 and v.body is not null",
            bind_text(uid), bind_text(rev));
    int rc = stmt_step(st, err);

    if (rc < 0)
        return rc;
    if (rc == 0)
        return err_set(err, ERR_NOT_FOUND,
                N_("revision %1$s of record %2$s is not kept here"), rev, uid);
    read_record(st, ret);
    return 0;
}

/* --- history --------------------------------------------------------------------- */

int record_history(struct store *store, const char *uid, struct history_entry **ret,
        size_t *ret_n, struct err *err)
{
    struct history_entry *all = NULL;
    size_t n = 0, cap = 0;
    struct stmt *st = db_query(store->data,
            "select v.rev, v.parent, v.deleted, v.body is not null, v.at_ms, v.author"
            " from entry e join rev v on v.record = e.id where e.uid = ?1"
            " order by v.gen desc, v.at_ms desc, v.rev desc",
            bind_text(uid));
    int rc;

    while ((rc = stmt_step(st, err)) > 0) {
        struct history_entry *h;

        all = mem_grow(all, n, &cap, sizeof(*all));
        h = &all[n++];
        h->deleted = stmt_int(st, 2) != 0;
        h->kept = stmt_int(st, 3) != 0;
        h->at_ms = stmt_int(st, 4);
        store_copy_text(h->rev, sizeof(h->rev), stmt_text(st, 0));
        store_copy_text(h->parent, sizeof(h->parent), stmt_text(st, 1));
        store_copy_text(h->author, sizeof(h->author), stmt_text(st, 5));
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

/* --- several records ------------------------------------------------------------- */

void record_uids_free(char **uids, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(uids[i]);
    free(uids);
}

int store_read_uids(struct stmt *st, char ***ret, size_t *ret_n, struct err *e)
{
    char **uids = NULL;
    size_t n = 0, cap = 0;
    int rc;

    while ((rc = stmt_step(st, e)) > 0) {
        uids = mem_grow(uids, n, &cap, sizeof(*uids));
        uids[n++] = stmt_dup(st, 0);
    }
    if (rc) {
        record_uids_free(uids, n);
        return rc;
    }
    *ret = uids;
    *ret_n = n;
    return 0;
}

int record_referrers(struct store *store, const char *uid, size_t limit, char ***ret,
        size_t *ret_n, struct err *err)
{
    struct stmt *st = db_query(store->data,
            "select e.uid from link l join entry e on e.id = l.src where l.dst = ?1"
            " order by l.src limit ?2",
            bind_text(uid), bind_int(limit > INT32_MAX ? INT32_MAX : (int64_t)limit));

    return store_read_uids(st, ret, ret_n, err);
}

enum { PREFIX_MIN = 8, UID_MAX = 36 };

/* The uids in DB that PREFIX begins. FOUND: "" or the only one yet. */
static int find_in(struct db *db, const char *prefix, char found[37], struct err *e)
{
    struct stmt *st = db_query(db,
            "select uid from entry where uid >= ?1 and uid < ?1 || '~' limit 2",
            bind_text(prefix));
    int rc;

    while ((rc = stmt_step(st, e)) > 0) {
        struct view uid = stmt_text(st, 0);

        if (*found && !view_is(uid, found)) {
            stmt_reset(st);
            return err_set(e, ERR_INVALID,
                    N_("%1$s begins several identifiers; give more of it"), prefix);
        }
        store_copy_text(found, 37, uid);
    }
    return rc;
}

int record_find(
        struct store *store, const char *prefix, char ret_uid[37], struct err *err)
{
    char text[37], found[37] = "";
    size_t n = strlen(prefix);
    int rc;

    if (n < PREFIX_MIN)
        return err_set(err, ERR_INVALID,
                N_("%1$s is too short; give 8 characters of the identifier or more"),
                prefix);
    if (n > UID_MAX)
        return no_record(prefix, err);
    for (size_t i = 0; i <= n; i++)
        text[i] = (char)tolower((unsigned char)prefix[i]);
    rc = find_in(store->data, text, found, err);
    if (rc == 0)
        rc = find_in(store->drafts, text, found, err);
    if (rc == 0 && !*found)
        rc = no_record(prefix, err);
    if (rc == 0)
        memcpy(ret_uid, found, sizeof(found));
    return rc;
}

int record_each(struct store *store, const char *type,
        bool (*fn)(void *ctx, const char *uid), void *ctx, struct err *err)
{
    static const char all[] =
            "select e.id, e.uid from entry e join record r on r.id = e.id"
            " where e.id > ?1 and r.deleted = 0 order by e.id limit 1";
    static const char of_type[] =
            "select e.id, e.uid from entry e join record r on r.id = e.id"
            " where e.id > ?1 and e.type = ?2 and r.deleted = 0 order by e.id limit 1";
    int64_t last = 0;

    /* One step at a time, so that FN may change the store. */
    for (;;) {
        char uid[37];
        struct stmt *st =
                type ? db_query(store->data, of_type, bind_int(last), bind_text(type))
                     : db_query(store->data, all, bind_int(last));
        int rc = stmt_step(st, err);

        if (rc <= 0)
            return rc;
        if (stmt_int(st, 0) <= last) { /* or it would never end */
            stmt_reset(st);
            return err_set(err, ERR_DAMAGED,
                    N_("%1$s is damaged (%2$s); restore it from a backup"), store->dir,
                    "entry");
        }
        last = stmt_int(st, 0);
        store_copy_text(uid, sizeof(uid), stmt_text(st, 1));
        stmt_reset(st);
        if (!fn(ctx, uid))
            return 0;
    }
}
