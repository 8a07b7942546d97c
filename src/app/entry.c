#include "odus/app/entry.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "odus/base/hash.h"
#include "odus/base/mem.h"
#include "odus/form/body.h"
#include "entry_held.h"
#include "entry_leaves.h"
#include "entry_parked.h"

enum { BODY_MAX = 8 * 1024 * 1024 };

static char *json_string(struct json *body)
{
    struct buf text;

    buf_init(&text, BODY_MAX);
    json_canonical(body, &text);
    json_free(body);
    return buf_take(&text);
}

char *entry_body_text(const struct entry *en)
{
    return json_string(body_write(en->rec, BODY_DRAFT));
}

char *entry_draft_text(const struct entry *en)
{
    struct json *body = body_write(en->rec, BODY_DRAFT);

    if (en->nheld)
        held_write(en, body);
    if (en->ncloses)
        closes_write(en, body);
    return json_string(body);
}

int entry_writable(const struct entry *en, struct err *err)
{
    return store_writable(en->app->store, err);
}

static void on_change(void *ctx, struct rec_at at)
{
    struct entry *en = ctx;

    if (en->quiet)
        return;
    entry_typing_done(en, at);
    en->cursor = at;
    en->has_cursor = true;
    if (en->group)
        en->changed = true;
    else
        entry_journal(en);
}

void entry_group_begin(struct entry *en)
{
    en->group++;
    editing_begin(en->ed);
}

void entry_group_end(struct entry *en)
{
    editing_end(en->ed);
    en->group--;
    if (en->group == 0 && en->changed) {
        en->changed = false;
        entry_journal(en);
    }
}

void entry_group_cancel(struct entry *en)
{
    editing_end(en->ed);
    if (en->changed)
        editing_undo(en->ed, NULL);
    en->group--;
    en->changed = false;
}

const char *entry_value(const struct entry *en, const char *path)
{
    const char *text = rec_value(en->rec, path);

    return text ? text : "";
}

void entry_put(struct entry *en, const char *path, const char *text)
{
    struct rec_at at = {.field = form_field_find(en->form, view_of(path))};

    if (at.field >= 0) {
        rec_put(en->rec, path, text);
        engine_changed(en->engine, at);
    }
}

int entry_load(struct entry *en, const struct form *form, const struct json *body,
        struct err *err)
{
    struct engine *engine = forms_engine(en->app->forms, form, err);
    struct rec *rec;
    int rc = 0;

    if (!engine)
        return ERR_INVALID;
    rec = rec_new(form);
    if (body)
        rc = body_read(body, rec, err);
    if (rc < 0) {
        rec_free(rec);
        engine_free(engine);
        return rc;
    }
    editing_free(en->ed);
    if (en->engine)
        engine_attach(en->engine, NULL);
    rec_free(en->rec);
    engine_free(en->engine);
    en->form = form;
    en->engine = engine;
    en->rec = rec;
    en->ed = editing_new(rec, engine, on_change, en);
    held_place(en);
    entry_forget_move(en);
    return 0;
}

int entry_make(struct app *app, const struct form *form, const struct json *body,
        struct entry **ret, struct err *err)
{
    struct entry *en = xcalloc(1, sizeof(*en));
    int rc;

    en->app = app;
    buf_init(&en->title, 4000);
    rc = entry_load(en, form, body, err);
    if (rc < 0) {
        entry_close(en);
        return rc;
    }
    memcpy(en->uid, entry_value(en, "uid"),
            strlen(entry_value(en, "uid")) < sizeof(en->uid)
                    ? strlen(entry_value(en, "uid"))
                    : sizeof(en->uid) - 1);
    *ret = en;
    return 0;
}

/* The fields of the common header that the program fills. */
static void fill_header(struct entry *en, const char *uid)
{
    char now[32];

    clock_rfc3339(clock_now_ms(), now);
    entry_put(en, "uid", uid);
    entry_put(en, "type", en->form->name);
    entry_put(en, "formulaire", en->form->hash);
    entry_put(en, "cree_le", now);
    entry_put(en, "cree_par", app_author(en->app));
    entry_put(en, "modifie_le", now);
    entry_put(en, "modifie_par", app_author(en->app));
    entry_put(en, "statut_fiche", "brouillon");
    if (app_training(en->app))
        entry_put(en, "exercice", "1");
    memcpy(en->uid, uid, sizeof(en->uid));
}

/* Body of the record of TYPE that was completed here last, for `carry`; NULL when none.
 */
static struct json *last_body(struct app *app, const char *type)
{
    char *key = xasprintf("carry.%s", type);
    char *uid = store_meta_get(app->store, key);
    struct record r = {.body = NULL};
    struct json *body = NULL;

    if (uid && record_get(app->store, uid, &r, NULL) == 0) {
        if (json_parse(view_of(r.body), BODY_MAX, &body, NULL) < 0)
            body = NULL;
        record_release(&r);
    }
    free(uid);
    free(key);
    return body;
}

int entry_new(struct app *app, const char *type, struct entry **ret, struct err *err)
{
    const struct form *form;
    struct entry *en;
    struct json *carry;
    char uid[UUID_TEXT];
    int rc = forms_proven(app->forms, type, NULL, &form, err);

    if (rc == 0)
        rc = entry_make(app, form, NULL, &en, err);
    if (rc < 0)
        return rc;
    en->quiet = true;
    uuid_v7(clock_now_ms(), uid);
    fill_header(en, uid);
    carry = last_body(app, type);
    editing_defaults(en->ed, carry);
    json_free(carry);
    en->quiet = false;
    en->origin = entry_body_text(en);
    *ret = en;
    return 0;
}

/* With the version that BODY was written with; with the current one where that was
 * never seen here, or is of no use to this program. */
static int make_of(struct app *app, const char *type, const char *hash,
        const struct json *body, struct entry **ret, struct err *err)
{
    const struct form *form;
    int rc;

    if (hash && *hash && forms_proven(app->forms, type, hash, &form, NULL) == 0 &&
            entry_make(app, form, body, ret, NULL) == 0)
        return 0;
    rc = forms_proven(app->forms, type, NULL, &form, err);
    return rc ? rc : entry_make(app, form, body, ret, err);
}

static int open_body(struct app *app, const char *type, const char *hash,
        const char *text, struct entry **ret, struct err *err)
{
    struct json *body = NULL, *held = NULL, *closes = NULL;
    int rc = json_parse(view_of(text), BODY_MAX, &body, err);

    if (rc == 0 && json_kind(body) == JSON_KIND_OBJECT) {
        held = json_retain(json_get(body, HELD_KEY));
        closes = json_retain(json_get(body, CLOSES_KEY));
        json_set_take(body, HELD_KEY, NULL);
        json_set_take(body, CLOSES_KEY, NULL);
    }
    if (rc == 0)
        rc = make_of(app, type, hash ? hash : json_get_text(body, "formulaire"), body,
                ret, err);
    if (rc == 0) {
        held_read(*ret, held);
        closes_read(*ret, closes);
    }
    json_free(held);
    json_free(closes);
    json_free(body);
    return rc;
}

/* What the draft began from, to tell at closing whether anything differs. */
void entry_find_origin(struct entry *en)
{
    struct record r = {.body = NULL};
    struct json *body = NULL;
    struct rec *rec;

    free(en->origin);
    en->origin = NULL;
    if (!en->base[0] || record_get_rev(en->app->store, en->uid, en->base, &r, NULL) < 0)
        return;
    rec = rec_new(en->form);
    if (json_parse(view_of(r.body), BODY_MAX, &body, NULL) == 0 &&
            body_read(body, rec, NULL) == 0)
        en->origin = json_string(body_write(rec, BODY_DRAFT));
    rec_free(rec);
    json_free(body);
    record_release(&r);
}

/* As it was when it was closed; linked records may have changed. */
static bool reopen_parked(struct app *app, const struct draft *d, struct entry **ret)
{
    struct entry *en = parked_take(app, d);

    if (!en)
        return false;
    en->machine = false;
    en->data_seen = 0;
    entry_typing_clear(en);
    entry_refresh(en);
    entry_take_typing(en, d);
    *ret = en;
    return true;
}

static int open_draft(
        struct app *app, struct draft *d, struct entry **ret, struct err *err)
{
    bool claim = !app_read_only(app);
    int rc = claim ? draft_claim(app->store, d->uid, err) : 0;

    if (rc < 0)
        return rc;
    if (reopen_parked(app, d, ret))
        return 0;
    rc = open_body(app, d->type, d->form_hash, d->body, ret, err);
    if (rc < 0)
        return rc;
    memcpy((*ret)->uid, d->uid, sizeof(d->uid));
    memcpy((*ret)->base, d->base, sizeof(d->base));
    (*ret)->has_draft = true;
    (*ret)->unclaimed = !claim;
    (*ret)->saved_ms = d->saved_ms;
    (*ret)->unlisted = d->orphan;
    entry_take_typing(*ret, d);
    entry_find_origin(*ret);
    return 0;
}

static int open_record(
        struct app *app, const char *uid, struct entry **ret, struct err *err)
{
    struct record r = {.body = NULL};
    int rc = record_get(app->store, uid, &r, err);

    if (rc < 0)
        return rc;
    rc = open_body(app, r.type, NULL, r.body, ret, err);
    if (rc == 0) {
        memcpy((*ret)->uid, r.uid, sizeof(r.uid));
        memcpy((*ret)->base, r.rev, sizeof(r.rev));
        (*ret)->origin = entry_body_text(*ret);
    }
    record_release(&r);
    return rc;
}

static int open_any(
        struct app *app, const char *uid, struct entry **ret, struct err *err)
{
    struct draft d = {.body = NULL};
    int rc = draft_get(app->store, uid, &d, err);

    if (rc == ERR_NOT_FOUND)
        return open_record(app, uid, ret, err);
    if (rc == 0)
        rc = open_draft(app, &d, ret, err);
    draft_release(&d);
    return rc;
}

int entry_open(struct app *app, const char *uid, struct entry **ret, struct err *err)
{
    int rc = open_any(app, uid, ret, err);

    /* leaves that cannot be read stand beside it for another time */
    if (rc == 0 && entry_join_leaves(*ret, NULL) < 0)
        return 0;
    return rc;
}

/* What a copy must not share with its model: identity, history, dates. */
static void strip_copy(struct json *body)
{
    static const char *const gone[] = {"_id", "uid", "statut_fiche", "cree_le",
            "cree_par", "modifie_le", "modifie_par", "ids_externes", "alias_uid",
            "derogations", "seances", "source", "formulaire", "exercice"};

    for (size_t i = 0; i < COUNT(gone); i++)
        json_set_take(body, gone[i], NULL);
}

int entry_duplicate(
        struct app *app, const char *uid, struct entry **ret, struct err *err)
{
    struct entry *model, *en;
    const struct form *form;
    struct json *body;
    char fresh[UUID_TEXT];
    int rc = entry_open(app, uid, &model, err);

    if (rc < 0)
        return rc;
    body = body_write(model->rec, BODY_DRAFT);
    rc = forms_proven(app->forms, model->form->name, NULL, &form, err);
    entry_close(model);
    strip_copy(body);
    if (rc == 0)
        rc = entry_make(app, form, body, &en, err);
    json_free(body);
    if (rc < 0)
        return rc;
    en->quiet = true;
    uuid_v7(clock_now_ms(), fresh);
    fill_header(en, fresh);
    en->quiet = false;
    *ret = en;
    entry_journal(en);
    return 0;
}

bool entry_differs(const struct entry *en)
{
    char *now;
    bool different;

    if (!en->origin || held_open(en) > 0 || en->ncloses > 0)
        return true;
    now = entry_body_text(en);
    different = strcmp(now, en->origin) != 0;
    free(now);
    return different;
}

void entry_free(struct entry *en)
{
    if (!en)
        return;
    held_clear(en);
    closes_clear(en);
    entry_conflicts_release(en);
    editing_free(en->ed);
    if (en->engine)
        engine_attach(en->engine, NULL);
    engine_free(en->engine);
    rec_free(en->rec);
    buf_release(&en->title);
    free(en->origin);
    entry_forget_move(en);
    entry_typing_clear(en);
    free(en->typed);
    free(en->pending);
    free(en->issues);
    free(en);
}

/* The draft is left for another time; what can be undone in it may be wanted then. */
static void leave_draft(struct entry *en)
{
    entry_idle(en);
    if (draft_unclaim(en->app->store, en->uid, NULL) < 0)
        entry_free(en);
    else
        parked_put(en->app, en);
}

void entry_close(struct entry *en)
{
    bool ours = en && en->has_draft && !en->unclaimed;
    bool saved = ours && entry_unsaved(en, NULL) == 0;

    if (saved && (entry_differs(en) || entry_is_typing(en))) {
        leave_draft(en);
        return;
    }
    if (saved)
        draft_remove(en->app->store, en->uid, NULL);
    else if (ours) /* as it was last written */
        draft_unclaim(en->app->store, en->uid, NULL);
    entry_free(en);
}

void entry_keep(struct entry *en)
{
    free(en->origin);
    en->origin = NULL;
    if (!en->has_draft)
        entry_journal(en);
}

const char *entry_uid(const struct entry *en)
{
    return en->uid;
}

const struct form *entry_form(const struct entry *en)
{
    return en->form;
}

const struct rec *entry_rec(const struct entry *en)
{
    return en->rec;
}

static bool has_moved_on(const struct entry *en)
{
    struct record r = {.body = NULL};
    bool moved;

    if (!en->base[0] || record_get(en->app->store, en->uid, &r, NULL) < 0)
        return false;
    moved = strcmp(r.rev, en->base) != 0;
    record_release(&r);
    return moved;
}

/* Asked of the store again only when somebody has written a revision. */
static bool look_for_newer(struct entry *en)
{
    int64_t now = store_data_generation(en->app->store);

    if (now != en->data_seen)
        en->moved_on = has_moved_on(en);
    en->data_seen = now;
    return en->moved_on;
}

struct entry_state entry_state(struct entry *en)
{
    const struct form *newest;
    struct entry_state st = {.draft = en->has_draft,
            .has_revision = en->base[0] != '\0',
            .moved_on = look_for_newer(en),
            .status = entry_value(en, "statut_fiche"),
            .saved_ms = en->saved_ms,
            .progress = engine_progress(en->engine, -1),
            .aside = rec_aside(en->rec),
            .conflicts = held_open(en),
            .joined = (int)en->ncloses,
            .counts = entry_counts(en),
            .journal_error = en->journal_err.id};

    buf_clear(&en->title);
    engine_value(en->engine, en->form->title, 0, &en->title);
    st.title = en->title.s;
    st.old_form =
            forms_proven(en->app->forms, en->form->name, NULL, &newest, NULL) == 0 &&
            strcmp(newest->hash, en->form->hash) != 0;
    return st;
}

const struct err *entry_journal_err(const struct entry *en)
{
    return &en->journal_err;
}

void entry_refresh(struct entry *en)
{
    engine_refresh(en->engine);
}

bool entry_undo(struct entry *en, struct rec_at *ret_at)
{
    return editing_undo(en->ed, ret_at) ||
           (en->group == 0 && entry_move_back(en, ret_at));
}

bool entry_redo(struct entry *en, struct rec_at *ret_at)
{
    return editing_redo(en->ed, ret_at);
}
