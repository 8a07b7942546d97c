/*
 * What is there already, compared with its source: base is what the import made of it
 * last time, ours what people have made of that, theirs what the source says now.
 */
#include <stdlib.h>
#include <string.h>

#include "import_foreign.h"
#include "load.h"
#include "odus/app/records.h"
#include "odus/base/clock.h"
#include "odus/base/mem.h"
#include "odus/form/body.h"
#include "odus/form/merge.h"
#include "odus/store/imported.h"

#define LEFT_KEY "reste_import"

struct comparison {
    struct foreign *f;
    struct foreign_item *item;
    const struct json *theirs;
    struct json *base, *ours, *merged; /* owned */
    struct json *joined;               /* owned; theirs, of a part */
    struct json *own;                  /* owned; theirs without what is inherited */
    bool adds;                         /* that part a performance */
    struct merge_conflict *conflicts;
    size_t nconflicts;
    const struct form *form; /* of ours */
    struct engine *engine;
};

static void release(struct comparison *c)
{
    json_free(c->base);
    json_free(c->joined);
    json_free(c->own);
    json_free(c->ours);
    json_free(c->merged);
    merge_conflicts_free(c->conflicts, c->nconflicts);
}

/* --- three sides ------------------------------------------------------------------ */

/* A copy of THEIRS without what OURS has blank: where nobody knows what the source said
 * before, it has only added that. */
static struct json *assumed(const struct json *theirs, const struct json *ours)
{
    struct json *base = json_dup(theirs);

    for (struct json_iter it = {0}; json_iter(theirs, &it);) {
        struct json *mine = json_get(ours, it.key);

        if (!mine)
            json_set_take(base, it.key, NULL);
        else if (json_kind(mine) == JSON_KIND_OBJECT &&
                 json_kind(it.val) == JSON_KIND_OBJECT)
            json_set_take(base, it.key, assumed(it.val, mine));
    }
    return base;
}

static void read_base(struct comparison *c)
{
    char *text = imported_get(c->f->app->store, c->item->uid);

    if (!text || json_parse(view_of(text), 0, &c->base, NULL) < 0)
        c->base = NULL;
    if (json_kind(c->base) != JSON_KIND_OBJECT) {
        json_free(c->base);
        c->base = assumed(c->theirs, c->ours);
    }
    free(text);
}

/* Blanks in REC at each place where MINE is blank and inherits the same; their number.
 */
static int blank_inherited(
        struct engine *engine, const struct rec *mine, struct rec *rec)
{
    const struct form *form = rec_form(mine);
    struct rec_at at = {.row = 0};
    int n = 0;

    for (at.field = 0; at.field < (int)form->nfields; at.field++)
        for (at.lang = 0; form_frame(form, at.field) == 0 &&
                          at.lang < form->fields[at.field].nslots;
                at.lang++) {
            const char *said = rec_get(rec, at), *inherited;

            if (!said || rec_get(mine, at))
                continue;
            inherited = engine_inherited(engine, at);
            if (!inherited || strcmp(said, inherited) != 0)
                continue;
            rec_set(rec, at, (struct view){"", 0});
            n++;
        }
    return n;
}

/* What comes home from our own delivery says as the event's own what the event has from
 * its show: it goes on inheriting that. */
static int leave_inherited(struct comparison *c, struct err *err)
{
    struct rec *mine = rec_new(c->form), *rec = rec_new(c->form);
    int rc = body_look(c->ours, mine, err);

    if (rc == 0)
        rc = body_read(c->theirs, rec, err);
    if (rc == 0) {
        engine_read(c->engine, mine);
        if (blank_inherited(c->engine, mine, rec) > 0)
            c->theirs = c->own = body_write(rec, BODY_DRAFT);
        engine_read(c->engine, NULL);
    }
    rec_free(rec);
    rec_free(mine);
    return rc;
}

static int merge(struct comparison *c, struct err *err)
{
    const char *type = json_get_text(c->ours, "type");
    const char *hash = json_get_text(c->ours, "formulaire");
    int rc = load_form(c->f->app, type ? type : "", hash, &c->form, &c->engine, err);

    if (rc == 0)
        rc = leave_inherited(c, err);
    if (rc == 0)
        rc = merge_bodies(c->form, c->base, c->ours, c->theirs, MERGE_OURS, &c->merged,
                &c->conflicts, &c->nconflicts);
    return rc < 0 && err && !err->id
                   ? err_set(err, rc, N_("it cannot be compared with the record"))
                   : rc;
}

/* --- telling ---------------------------------------------------------------------- */

static bool is_rest(struct view path)
{
    return path.n >= sizeof(LEFT_KEY) - 1 &&
           memcmp(path.p, LEFT_KEY, sizeof(LEFT_KEY) - 1) == 0;
}

/* What nobody can do anything with does not count as a change. */
static size_t tell_fields(struct comparison *c)
{
    char *paths = load_changes(c->ours, c->merged);
    struct json *fields = json_new_array(), *kept = json_new_array();
    struct view rest = view_of(paths), path;
    size_t n;

    while (view_next(&rest, ' ', &path))
        if (path.n && !is_rest(path))
            json_push_take(fields, json_text(path));
    for (size_t i = 0; i < c->nconflicts; i++)
        if (!is_rest(view_of(c->conflicts[i].path)))
            json_push_take(kept, json_text(view_of(c->conflicts[i].path)));
    n = json_len(fields) + json_len(kept);
    if (n) {
        json_set_take(c->item->report, "fields", fields);
        json_set_take(c->item->report, "kept", kept);
    } else {
        json_free(fields);
        json_free(kept);
    }
    free(paths);
    return n;
}

/* --- writing ---------------------------------------------------------------------- */

/* The draft of the record, or one that begins from its revision; owned content. */
static int take_draft(
        struct comparison *c, struct draft *ret, bool *ret_claimed, struct err *err)
{
    struct store *store = c->f->app->store;
    struct record r;
    int rc = draft_claim(store, c->item->uid, err);

    *ret_claimed = rc == 0;
    if (rc == 0)
        return draft_get(store, c->item->uid, ret, err);
    if (rc != ERR_NOT_FOUND)
        return rc;
    rc = record_get(store, c->item->uid, &r, err);
    if (rc < 0)
        return rc;
    *ret = (struct draft){.type = xstrdup(r.type)};
    memcpy(ret->uid, r.uid, sizeof(ret->uid));
    memcpy(ret->base, r.rev, sizeof(ret->base));
    record_release(&r);
    return 0;
}

static int put(struct comparison *c, struct draft *d, struct rec *rec, struct err *err)
{
    struct app *app = c->f->app;
    struct json *body = body_write(rec, BODY_DRAFT);
    struct summary summary;
    struct buf text;
    int rc;

    buf_init(&text, 0);
    json_canonical(body, &text);
    json_free(body);
    free(d->body);
    d->body = buf_take(&text);
    memcpy(d->form_hash, c->form->hash, sizeof(d->form_hash));
    summary_build(app->forms, c->engine, rec, &summary);
    rc = draft_put(app->store, d, &summary, false, err);
    summary_release(&summary);
    return rc;
}

static int write_merged(struct comparison *c, struct err *err)
{
    struct app *app = c->f->app;
    struct rec *rec = rec_new(c->form);
    struct draft d = {.body = NULL};
    bool claimed = false;
    int rc = body_read(c->merged, rec, err);

    if (rc == 0)
        rc = take_draft(c, &d, &claimed, err);
    if (rc == 0) {
        char now[CLOCK_TEXT];

        clock_rfc3339(clock_now_ms(), now);
        rec_put(rec, "modifie_le", now);
        rec_put(rec, "modifie_par", app_author(app));
        engine_attach(c->engine, rec);
        rc = put(c, &d, rec, err);
        engine_attach(c->engine, NULL);
    }
    if (claimed)
        draft_unclaim(app->store, c->item->uid, NULL);
    draft_release(&d);
    rec_free(rec);
    return rc;
}

/* What the source says is known from now on. After the draft: cut off in between, the
 * next import finds both sides alike. */
static int write_base(struct comparison *c, struct err *err)
{
    struct imported base = {.body = NULL};
    struct buf text;
    int rc;

    if (json_same(c->base, c->theirs))
        return 0;
    buf_init(&text, 0);
    json_canonical(c->theirs, &text);
    memcpy(base.uid, c->item->uid, sizeof(base.uid));
    base.body = text.s;
    rc = imported_put(c->f->app->store, &base, 1, err);
    buf_release(&text);
    return rc;
}

/* --- the comparison --------------------------------------------------------------- */

/* Of an event that is told in parts, this one with what the others have said. */
static void join_part(struct comparison *c)
{
    const struct json *source = json_get(c->item->proposal, "source");

    if (!json_get_bool(source, "partie", false))
        return;
    c->joined = foreign_join(c->base, c->ours, c->theirs, c->f->wish->update, &c->adds);
    c->theirs = c->joined;
}

/* A performance that nobody has seen yet is as good as a new event. */
static int settle(struct comparison *c, struct err *err)
{
    struct foreign *f = c->f;
    bool changed = tell_fields(c) > 0;
    bool takes = changed && (f->wish->update || c->adds);
    int rc = 0;

    if (f->write && takes && json_len(json_get(c->item->report, "fields")))
        rc = write_merged(c, err);
    if (rc == 0 && f->write && (takes || !changed))
        rc = write_base(c, err);
    if (rc == 0)
        json_set_text(c->item->report, "result",
                !changed ? "already"
                : takes  ? "updated"
                         : "changed");
    return rc;
}

static bool is_deleted(const struct json *body)
{
    const char *status = json_get_text(body, "statut_fiche");

    return status && strcmp(status, "supprime") == 0;
}

int foreign_compare(struct foreign *f, struct foreign_item *item,
        const struct json *given, struct err *err)
{
    struct comparison c = {.f = f, .item = item, .theirs = given};
    int rc = app_json(f->app, item->uid, &c.ours, err);

    if (rc == 0 && is_deleted(c.ours)) {
        json_set_text(item->report, "result", "already");
    } else if (rc == 0) {
        read_base(&c);
        join_part(&c);
        rc = merge(&c, err);
        if (rc == 0)
            rc = settle(&c, err);
    }
    release(&c);
    return rc;
}
