#include "priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odus/base/file.h"

/* --- opening --------------------------------------------------------------------- */

static bool can_write(const char *path)
{
    return access(path, W_OK) == 0 ||
           (errno != EACCES && errno != EROFS && errno != EPERM);
}

/* Whether a folder or a file in it forbids writing, whatever the caller hopes. */
static bool is_protected(const char *dir)
{
    static const char *const names[] = {"data.db", "drafts.db"};

    if (!can_write(dir))
        return true;
    for (size_t i = 0; i < COUNT(names); i++) {
        char *path = file_join(dir, names[i]);
        bool ok = can_write(path);

        free(path);
        if (!ok)
            return true;
    }
    return false;
}

static int make_folders(struct store *store, struct err *e)
{
    char *files = file_join(store->dir, "files");
    int rc = 0;

    if (!file_exists(store->dir)) {
        rc = file_mkdirs(store->dir, 0700, e);
        store->created = rc == 0;
    }
    if (rc == 0)
        rc = file_mkdirs(files, 0700, e);
    free(files);
    return rc;
}

/* One of the two files was refused: what is at stake, and what helps. */
static int explain(const struct store *store, const char *name, int rc, struct err *e)
{
    char *path;

    if (rc != ERR_DAMAGED)
        return rc;
    path = file_join(store->dir, name);
    err_set(e, ERR_DAMAGED,
            N_("%1$s cannot be read as a database of this program; `odus doctor` says "
               "what is left of it, and a folder made by `odus backup` can be opened "
               "in its place"),
            path);
    free(path);
    return rc;
}

static int open_databases(struct store *store, struct err *e)
{
    int rc = schema_open_data(store->dir, store->read_only, &store->data, e);

    if (rc)
        return explain(store, "data.db", rc, e);
    rc = schema_open_drafts(store->dir, store->read_only, &store->drafts, e);
    if (rc)
        return explain(store, "drafts.db", rc, e);
    store->data_seen = db_data_version(store->data);
    store->drafts_seen = db_data_version(store->drafts);
    return 0;
}

/* No room even to begin a log: what is there can still be read. */
static int open_for_reading(struct store *store, int rc, struct err *e)
{
    struct err later = {0};

    db_close(store->drafts);
    db_close(store->data);
    store->drafts = store->data = NULL;
    store->read_only = true;
    if (open_databases(store, &later) == 0) {
        store->why = *e;
        err_clear(e);
        return 0;
    }
    store->read_only = false;
    return rc;
}

static int bring_up(struct store *store, struct err *e)
{
    int rc = 0;

    if (file_exists(store->dir) && is_protected(store->dir))
        store->read_only = true;
    if (!store->read_only)
        rc = make_folders(store, e);
    else if (!file_exists(store->dir))
        rc = err_set(e, ERR_NOT_FOUND, N_("%1$s does not exist"), store->dir);
    if (rc == 0)
        rc = open_databases(store, e);
    if (rc == ERR_IO && !store->read_only && !store->created)
        rc = open_for_reading(store, rc, e);
    if (rc || store->read_only)
        return rc;
    /* Tidying can wait for a better day: a full disk must not shut anyone out. */
    rc = draft_drop_completed(store, e);
    if (rc == ERR_DAMAGED)
        return rc;
    err_clear(e);
    return 0;
}

int store_open(const struct store_options *opt, struct store **ret, struct err *err)
{
    struct store *store = xcalloc(1, sizeof(*store));
    int rc;

    store->dir = xstrdup(opt->dir);
    store->read_only = opt->read_only;
    store->data_sync = store->drafts_sync = DB_SYNC_NORMAL;
    store->merge_data = store->merge_drafts = true;
    store->generation = store->data_generation = 1;
    store->self_start = owner_start((int)getpid());
    rc = bring_up(store, err);
    if (rc) {
        store_close(store);
        return rc;
    }
    *ret = store;
    return 0;
}

void store_close(struct store *store)
{
    if (!store)
        return;
    db_close(store->drafts);
    db_close(store->data);
    free(store->dir);
    free(store);
}

const char *store_dir(const struct store *store)
{
    return store->dir;
}

bool store_read_only(const struct store *store)
{
    return store->read_only;
}

bool store_created(const struct store *store)
{
    return store->created;
}

void store_copy_text(char *dest, size_t n, struct view v)
{
    if (v.n >= n) {
        v.n = n - 1;
        while (v.n > 0 && ((unsigned char)v.p[v.n] & 0xC0) == 0x80)
            v.n--;
    }
    if (v.n)
        memcpy(dest, v.p, v.n);
    dest[v.n] = '\0';
}

/* --- transactions ---------------------------------------------------------------- */

int store_writable(const struct store *store, struct err *e)
{
    if (!store->read_only)
        return 0;
    if (store->why.id && e)
        *e = store->why;
    if (store->why.id)
        return store->why.code;
    return err_set(e, ERR_IO,
            N_("%1$s cannot be written: nothing can be changed; check its rights"),
            store->dir);
}

static int begin(struct store *store, struct db *db, enum db_sync *now,
        enum db_sync sync, struct err *e)
{
    int rc = store_writable(store, e);

    if (rc == 0 && *now != sync && !db_in_transaction(db)) {
        rc = db_synchronous(db, sync, e);
        if (rc == 0)
            *now = sync;
    }
    return rc ? rc : db_begin(db, e);
}

int store_begin_data(struct store *store, enum db_sync sync, struct err *e)
{
    return begin(store, store->data, &store->data_sync, sync, e);
}

int store_begin_drafts(struct store *store, enum db_sync sync, struct err *e)
{
    return begin(store, store->drafts, &store->drafts_sync, sync, e);
}

int store_end(struct store *store, struct db *db, int rc, struct err *e)
{
    if (rc) {
        db_rollback(db);
        return rc;
    }
    rc = db_commit(db, e);
    if (rc)
        return rc;
    store->generation++;
    store->data_generation += db == store->data;
    *(db == store->data ? &store->merge_data : &store->merge_drafts) = true;
    return 0;
}

int store_end_read(struct db *db, int rc, struct err *e)
{
    int end = db_commit(db, rc ? NULL : e);

    return rc ? rc : end;
}

int store_begin_reading(struct store *store, struct err *err)
{
    return db_begin_read(store->data, err);
}

void store_end_reading(struct store *store)
{
    (void)store_end_read(store->data, 0, NULL);
}

/* --- facts ----------------------------------------------------------------------- */

char *store_meta_get(struct store *store, const char *key)
{
    char *value = NULL;
    int rc = db_text(store->data, NULL, &value, "select value from meta where key = ?1",
            bind_text(key));

    return rc ? NULL : value;
}

static int set_meta(struct store *store, enum db_sync sync, const char *key,
        const char *value, struct err *err)
{
    int rc = store_begin_data(store, sync, err);

    if (rc)
        return rc;
    if (value)
        rc = db_run(store->data, err,
                "insert into meta(key, value) values(?1, ?2)"
                " on conflict(key) do update set value = ?2",
                bind_text(key), bind_text(value));
    else
        rc = db_run(
                store->data, err, "delete from meta where key = ?1", bind_text(key));
    return store_end(store, store->data, rc, err);
}

int store_meta_set(
        struct store *store, const char *key, const char *value, struct err *err)
{
    return set_meta(store, DB_SYNC_FULL, key, value, err);
}

int store_meta_mark(
        struct store *store, const char *key, const char *value, struct err *err)
{
    return set_meta(store, DB_SYNC_NORMAL, key, value, err);
}

/* --- changes and idle work ------------------------------------------------------- */

static bool moved(struct db *db, int64_t *seen)
{
    int64_t now = db_data_version(db);
    bool changed = now != *seen;

    *seen = now;
    return changed;
}

int64_t store_data_generation(struct store *store)
{
    if (moved(store->data, &store->data_seen)) {
        store->data_generation++;
        store->generation++;
        store->merge_data = true; /* a worker leaves that to those who stay */
    }
    return store->data_generation;
}

int64_t store_generation(struct store *store)
{
    store_data_generation(store);
    if (moved(store->drafts, &store->drafts_seen))
        store->generation++;
    return store->generation;
}

/* Opened for reading because there was no room: there may be some now. */
static bool open_for_writing(struct store *store)
{
    struct db *data = NULL, *drafts = NULL;
    bool open = store->why.id &&
                schema_open_data(store->dir, false, &data, NULL) == 0 &&
                schema_open_drafts(store->dir, false, &drafts, NULL) == 0;

    if (!open) {
        db_close(drafts);
        db_close(data);
        return false;
    }
    db_close(store->drafts);
    db_close(store->data);
    store->data = data;
    store->drafts = drafts;
    store->data_seen = db_data_version(data);
    store->drafts_seen = db_data_version(drafts);
    store->read_only = false;
    err_clear(&store->why);
    store->generation++;
    store->data_generation++;
    return true;
}

bool store_idle(struct store *store)
{
    if (store->read_only)
        return open_for_writing(store);
    if (db_in_transaction(store->data))
        return false;
    if (store->merge_drafts)
        store->merge_drafts = index_merge(store->drafts);
    if (store->merge_data)
        store->merge_data = index_merge(store->data);
    if (store->merge_drafts || store->merge_data)
        return true;
    /* Failing is harmless: the logs stay as they are until the next time. */
    db_checkpoint(store->drafts, NULL, NULL);
    db_checkpoint(store->data, NULL, NULL);
    return false;
}
