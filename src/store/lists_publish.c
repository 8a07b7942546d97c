/*
 * A published list may have all communes of a country: it is written beside the rows it
 * replaces, in slices, then shown at once, and the old rows go in slices too. So nobody
 * who completes a record meanwhile waits for it.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lists_priv.h"

enum {
    ROWS = 300,   /* of a slice */
    PAUSE_MS = 2, /* after it: others that write wait in naps, not in a queue */
};

/* "communes" is stored as itself, "communes~1" or "communes~2": one that is not in use
 * now. */
static char *other_name(struct db *db, const char *name)
{
    char *now = list_stored(db, name);
    char *one = xasprintf("%s~1", name);

    if (strcmp(now, one) == 0) {
        free(one);
        one = xasprintf("%s~2", name);
    }
    free(now);
    return one;
}

static int end_slice(struct store *store, int rc, struct err *err)
{
    rc = store_end(store, store->data, rc, err);
    if (rc == 0 && !db_in_transaction(store->data))
        (void)poll(NULL, 0, PAUSE_MS);
    return rc;
}

/* --- taking away ------------------------------------------------------------------ */

static int clear_slice(
        struct db *db, const char *stored, int64_t *ret_n, struct err *err)
{
    static const char some[] = "select id from list_entry where list = ?1"
                               " order by n limit ?2";
    char *words =
            xasprintf("insert into list_fts(list_fts, rowid, words)"
                      " select 'delete', id, words from list_entry where id in (%s)",
                    some);
    char *rows = xasprintf("delete from list_entry where id in (%s)", some);
    int rc = db_run(db, err, words, bind_text(stored), bind_int(ROWS));

    if (rc == 0)
        rc = db_run(db, err, rows, bind_text(stored), bind_int(ROWS));
    if (rc == 0)
        rc = db_int(db, err, ret_n,
                "select exists(select 1 from list_entry where list = ?1)",
                bind_text(stored));
    if (rc == 0 && *ret_n == 0)
        rc = db_run(db, err, "delete from list where name = ?1", bind_text(stored));
    free(rows);
    free(words);
    return rc;
}

static int clear(struct store *store, const char *stored, struct err *err)
{
    int64_t left = 1;
    int rc = 0;

    while (rc == 0 && left) {
        rc = store_begin_data(store, DB_SYNC_NORMAL, err);
        if (rc == 0)
            rc = end_slice(store, clear_slice(store->data, stored, &left, err), err);
    }
    return rc;
}

/* --- writing ---------------------------------------------------------------------- */

static int put_head(struct store *store, const char *stored, const struct filling *f,
        struct err *err)
{
    return db_run(store->data, err,
            "insert or ignore into list(name, hash, n) values(?1, ?2, ?3)",
            bind_text(stored), bind_text(LIST_PUBLISHED), bind_int((int64_t)f->n));
}

static int put_slice(struct store *store, const char *stored, const struct filling *f,
        size_t from, struct err *err)
{
    int rc = store_begin_data(store, DB_SYNC_NORMAL, err);

    if (rc)
        return rc;
    rc = put_head(store, stored, f, err);
    for (size_t i = from; rc == 0 && i < f->n && i < from + ROWS; i++)
        rc = filling_put(store->data, stored, &f->items[i], err);
    return end_slice(store, rc, err);
}

/* Another program may have done the same at the same time: only what is whole counts.
 */
static int is_whole(
        struct db *db, const char *stored, const struct filling *f, struct err *err)
{
    int64_t n = 0;
    int rc = db_int(db, err, &n, "select count(*) from list_entry where list = ?1",
            bind_text(stored));

    if (rc == 0 && n != (int64_t)f->n)
        rc = err_set(err, ERR_CONFLICT, N_("list %1$s changes already"), stored);
    return rc;
}

static int show(struct store *store, const char *name, const char *stored,
        const struct filling *f, struct err *err)
{
    char *key = xasprintf("liste=%s", name);
    int rc = store_begin_data(store, DB_SYNC_FULL, err);

    if (rc == 0) {
        rc = is_whole(store->data, stored, f, err);
        if (rc == 0)
            rc = store_meta_set(store, key, stored, err);
        rc = store_end(store, store->data, rc, err);
    }
    free(key);
    return rc;
}

static int write_all(
        struct store *store, const char *name, struct filling *f, struct err *err)
{
    char *old = list_stored(store->data, name);
    char *stored = other_name(store->data, name);
    int rc = clear(store, stored, err);
    size_t at = 0;

    do {
        if (rc == 0)
            rc = put_slice(store, stored, f, at, err);
        at += ROWS;
    } while (rc == 0 && at < f->n);
    if (rc == 0)
        rc = show(store, name, stored, f, err);
    if (rc == 0)
        rc = clear(store, old, err);
    free(stored);
    free(old);
    return rc;
}

int lists_publish(
        struct store *store, const char *name, struct view csv, struct err *err)
{
    struct filling f = {0};
    int rc = filling_read(csv, &f, err);

    if (rc == 0)
        rc = filling_sort(&f, name, err);
    if (rc == 0)
        rc = write_all(store, name, &f, err);
    filling_release(&f);
    return rc;
}
