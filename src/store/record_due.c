#include "priv.h"

int record_due(struct store *store, const char *uid, bool due, struct err *err)
{
    int rc = store_begin_data(store, DB_SYNC_NORMAL, err);

    if (rc)
        return rc;
    rc = db_run(store->data, err,
            due ? "insert or ignore into due(uid) values(?1)"
                : "delete from due where uid = ?1",
            bind_text(uid));
    return store_end(store, store->data, rc, err);
}

int record_due_next(struct store *store, char ret_uid[37], struct err *err)
{
    struct stmt *st = db_query(store->data, "select uid from due limit 1", BIND_NONE);
    int rc = stmt_step(st, err);

    if (rc <= 0)
        return rc ? rc : ERR_NOT_FOUND;
    store_copy_text(ret_uid, 37, stmt_text(st, 0));
    stmt_reset(st);
    return 0;
}

static int is_linked(struct db *db, const char *uid, struct err *e)
{
    int64_t one = 0;
    int rc = db_int(
            db, e, &one, "select 1 from link where dst = ?1 limit 1", bind_text(uid));

    return rc == ERR_NOT_FOUND ? 0 : rc ? rc : 1;
}

int record_due_if_linked(struct store *store, const char *uid, struct err *e)
{
    int rc = is_linked(store->data, uid, e);

    if (rc == 0)
        rc = is_linked(store->drafts, uid, e);
    return rc <= 0 ? rc : record_due(store, uid, true, e);
}
