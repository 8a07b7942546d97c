/* The records whose revisions stand side by side. */
#include <stdlib.h>
#include <string.h>

#include "app_priv.h"
#include "odus/app/sync.h"
#include "odus/base/mem.h"
#include "odus/store/replica.h"

static void describe(struct app *app, const char *uid, struct sync_queued *ret)
{
    struct record r = {.body = NULL};
    struct buf title;

    buf_init(&title, 0);
    if (!forms_title(app->forms, uid, &title))
        buf_clear(&title);
    *ret = (struct sync_queued){
            .title = buf_take(&title), .standing = app_standing(app, uid, false)};
    memcpy(ret->uid, uid, strnlen(uid, sizeof ret->uid - 1));
    if (record_get(app->store, uid, &r, NULL) == 0)
        ret->type = xstrdup(r.type);
    else
        ret->type = xstrdup("");
    record_release(&r);
}

int app_conflicts(struct app *app, size_t limit, struct sync_queued **ret,
        size_t *ret_n, struct err *err)
{
    char **uids = NULL;
    size_t n = 0;
    int rc = replica_conflicts(app->store, "", limit, &uids, &n, err);

    if (rc < 0)
        return rc;
    *ret = xcalloc(n + 1, sizeof(**ret));
    for (size_t i = 0; i < n; i++)
        describe(app, uids[i], &(*ret)[i]);
    record_uids_free(uids, n);
    *ret_n = n;
    return 0;
}
