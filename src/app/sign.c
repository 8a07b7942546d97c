/* Records made before there was an account take its name. */
#include <stdlib.h>
#include <string.h>

#include "app_priv.h"
#include "odus/app/entry.h"
#include "odus/app/records.h"
#include "odus/app/sync.h"
#include "odus/base/mem.h"

enum { SIGN_MOST = 5000 };

static bool is_by(struct app *app, const char *uid, const char *author)
{
    struct json *body = NULL;
    const char *by;
    bool same;

    if (app_json(app, uid, &body, NULL) < 0)
        return false;
    by = json_get_text(body, "modifie_par");
    same = by && strcmp(by, author) == 0;
    json_free(body);
    return same;
}

/* What was proposed stays a proposal. False: it has problems, or somebody has it open;
 * it then stays as it is. */
static bool sign(struct app *app, const char *uid)
{
    struct err err = {0};
    struct entry *en;
    unsigned flags = ENTRY_SIGN;
    char *status;
    bool signed_now;

    if (entry_open(app, uid, &en, &err) < 0)
        return false;
    status = xstrdup(entry_state(en).status);
    flags |= strcmp(status, "a_relire") == 0 ? ENTRY_REVIEW : 0;
    signed_now = !entry_state(en).draft && entry_complete(en, flags, status, &err) == 0;
    free(status);
    entry_close(en);
    return signed_now;
}

size_t app_sign_waiting(struct app *app, const char *former)
{
    struct sync_queued *queue = NULL;
    size_t n = 0, done = 0;

    if (strcmp(former, app_author(app)) == 0 ||
            app_queue(app, SIGN_MOST, &queue, &n, NULL) < 0)
        return 0;
    for (size_t i = 0; i < n; i++)
        if (is_by(app, queue[i].uid, former) && sign(app, queue[i].uid))
            done++;
    app_queue_free(queue, n);
    return done;
}
