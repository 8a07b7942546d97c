#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "odus/base/mem.h"
#include "odus/form/body.h"
#include "entry_held.h"
#include "entry_leaves.h"
#include "reindex.h"

int load_form(struct app *app, const char *type, const char *hash,
        const struct form **ret_form, struct engine **ret_engine, struct err *err)
{
    if (hash && *hash &&
            forms_get_version(app->forms, type, hash, ret_form, ret_engine, NULL) == 0)
        return 0;
    return forms_get(app->forms, type, ret_form, ret_engine, err);
}

int load_json(const char *text, struct json **ret, struct err *err)
{
    struct json *body = NULL;

    if (json_parse(view_of(text), LOAD_BODY_MAX, &body, NULL) == 0 &&
            json_kind(body) == JSON_KIND_OBJECT) {
        json_set_take(body, HELD_KEY, NULL);
        json_set_take(body, CLOSES_KEY, NULL);
        *ret = body;
        return 0;
    }
    json_free(body);
    return err_set(err, ERR_DAMAGED, N_("a stored record cannot be read back"));
}

/* Values of L->body, of a record of TYPE, attached to the engine. */
static int attach(struct app *app, const char *type, const char *hash, struct loaded *l,
        struct err *err)
{
    int rc = load_form(app, type, hash, &l->form, &l->engine, err);

    if (rc < 0)
        return rc;
    l->rec = rec_new(l->form);
    rc = body_read(l->body, l->rec, err);
    if (rc < 0)
        return rc;
    engine_attach(l->engine, l->rec);
    return 0;
}

static int load_draft(
        struct app *app, const struct draft *d, struct loaded *l, struct err *err)
{
    int rc = load_json(d->body, &l->body, err);

    if (rc < 0)
        return rc;
    l->draft = true;
    memcpy(l->rev, d->base, sizeof(l->rev));
    return attach(app, d->type, d->form_hash, l, err);
}

static int load_winner(
        struct app *app, const struct record *r, struct loaded *l, struct err *err)
{
    int rc = load_json(r->body, &l->body, err);

    if (rc < 0)
        return rc;
    memcpy(l->rev, r->rev, sizeof(l->rev));
    return attach(app, r->type, json_get_text(l->body, "formulaire"), l, err);
}

int load_record(struct app *app, const char *uid, struct loaded *ret, struct err *err)
{
    struct loaded l = {.form = NULL};
    struct record r = {.body = NULL};
    struct draft d = {.body = NULL};
    int rc = draft_get(app->store, uid, &d, err);

    if (rc == 0)
        rc = load_draft(app, &d, &l, err);
    else if (rc == ERR_NOT_FOUND && (rc = record_get(app->store, uid, &r, err)) == 0)
        rc = load_winner(app, &r, &l, err);
    draft_release(&d);
    record_release(&r);
    if (rc < 0) {
        load_release(&l);
        return rc;
    }
    snprintf(l.uid, sizeof(l.uid), "%s", uid);
    *ret = l;
    return 0;
}

int load_revision(struct app *app, const char *uid, struct loaded *ret, struct err *err)
{
    struct loaded l = {.form = NULL};
    struct record r = {.body = NULL};
    int rc = record_get(app->store, uid, &r, err);

    if (rc == 0 && r.deleted)
        rc = err_set(err, ERR_NOT_FOUND, N_("there is no record %1$s"), uid);
    if (rc == 0)
        rc = load_winner(app, &r, &l, err);
    record_release(&r);
    if (rc < 0) {
        load_release(&l);
        return rc;
    }
    snprintf(l.uid, sizeof(l.uid), "%s", uid);
    *ret = l;
    return 0;
}

void load_release(struct loaded *l)
{
    if (l->engine)
        engine_attach(l->engine, NULL);
    rec_free(l->rec);
    json_free(l->body);
    *l = (struct loaded){.form = NULL};
}

static void sign(struct app *app, struct json *body)
{
    char now[CLOCK_TEXT];

    clock_rfc3339(clock_now_ms(), now);
    json_set_text(body, "modifie_le", now);
    json_set_text(body, "modifie_par", app_author(app));
}

int load_put(struct app *app, const char *base, struct json *body, const char *draft,
        struct err *err)
{
    struct loaded l = {.body = json_retain(body)};
    const char *type = json_get_text(body, "type"), *uid = json_get_text(body, "_id");
    struct summary summary;
    char rev[REV_MAX];
    int rc;

    if (!type)
        rc = err_set(err, ERR_INVALID, N_("the record does not say its type"));
    else
        rc = attach(app, type, json_get_text(body, "formulaire"), &l, err);
    if (rc == 0) {
        sign(app, body);
        summary_build(app->forms, l.engine, l.rec, &summary);
        rc = record_put(app->store, base, body, &summary, draft, rev, err);
        summary_release(&summary);
    }
    load_release(&l);
    if (rc == 0 && uid)
        reindex_add(app, uid, NULL);
    return rc;
}
