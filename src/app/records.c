#include "odus/app/records.h"

#include <string.h>

#include "load.h"

int app_find(struct app *app, const char *id, char ret_uid[37], struct err *err)
{
    return record_find(app->store, id, ret_uid, err);
}

int app_json(struct app *app, const char *uid, struct json **ret, struct err *err)
{
    struct record r = {.body = NULL};
    struct draft d = {.body = NULL};
    int rc = draft_get(app->store, uid, &d, err);

    if (rc == 0)
        rc = load_json(d.body, ret, err);
    else if (rc == ERR_NOT_FOUND && (rc = record_get(app->store, uid, &r, err)) == 0)
        rc = load_json(r.body, ret, err);
    draft_release(&d);
    record_release(&r);
    return rc;
}

/* --- deletion --- */

static int mark_deleted(
        struct app *app, const struct record *r, bool draft, struct err *err)
{
    struct json *body = NULL;
    int rc = load_json(r->body, &body, err);

    if (rc == 0) {
        json_set_take(body, "statut_fiche", json_text(VIEW_LIT("supprime")));
        rc = load_put(app, r->rev, body, draft ? r->uid : NULL, err);
    }
    json_free(body);
    return rc;
}

/* What a draft holds is nowhere else: whoever throws it away has read its title. */
static int claim_titled(
        struct app *app, const struct draft *d, const char *title, struct err *err)
{
    const char *own = d->title ? d->title : "";

    if (!title || strcmp(title, own) != 0)
        return err_set(err, ERR_USAGE,
                N_("this draft is nowhere else; to throw it away give its title: "
                   "\"%1$s\""),
                own);
    return draft_claim(app->store, d->uid, err);
}

static int delete_record(struct app *app, const char *uid, bool draft, struct err *err)
{
    struct record r = {.body = NULL};
    int rc = record_get(app->store, uid, &r, err);

    if (rc == 0)
        rc = mark_deleted(app, &r, draft, err);
    else if (rc == ERR_NOT_FOUND && draft)
        rc = 0;
    record_release(&r);
    if (rc == 0 && draft)
        rc = draft_remove(app->store, uid, err);
    return rc;
}

int app_delete(struct app *app, const char *uid, const char *title, struct err *err)
{
    struct draft d = {.body = NULL};
    int rc = draft_get(app->store, uid, &d, err);
    bool draft = rc == 0;

    if (draft)
        rc = claim_titled(app, &d, title, err);
    else if (rc == ERR_NOT_FOUND)
        rc = 0;
    draft_release(&d);
    if (rc == 0)
        rc = delete_record(app, uid, draft, err);
    if (rc == 0)
        err_clear(err);
    return rc;
}

int app_backup(struct app *app, const char *folder, struct err *err)
{
    return store_backup(app->store, folder, err);
}
