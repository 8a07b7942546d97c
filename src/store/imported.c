/* Among the small facts of data.db, each under a name of its own. */
#include "odus/store/imported.h"

#include <stdio.h>

#include "priv.h"

enum { KEY_SIZE = 48 };

static void key_of(const char *uid, char out[KEY_SIZE])
{
    snprintf(out, KEY_SIZE, "import:%.36s", uid);
}

char *imported_get(struct store *store, const char *uid)
{
    char key[KEY_SIZE];

    key_of(uid, key);
    return store_meta_get(store, key);
}

int imported_put(
        struct store *store, const struct imported *all, size_t n, struct err *err)
{
    int rc = store_begin_data(store, DB_SYNC_NORMAL, err);

    if (rc)
        return rc;
    for (size_t i = 0; i < n && rc == 0; i++) {
        char key[KEY_SIZE];

        key_of(all[i].uid, key);
        rc = db_run(store->data, err,
                "insert into meta(key, value) values(?1, ?2)"
                " on conflict(key) do update set value = ?2",
                bind_text(key), bind_text(all[i].body));
    }
    return store_end(store, store->data, rc, err);
}
