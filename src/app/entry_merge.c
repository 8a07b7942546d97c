/* What others changed while a draft was open, merged into it. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "odus/base/mem.h"
#include "odus/form/body.h"
#include "entry_held.h"
#include "entry_leaves.h"
#include "load.h"
#include "odus/store/replica.h"

/* Body of revision REV; NULL where it is not here. */
static struct json *body_of(const struct entry *en, const char *rev)
{
    struct record r = {.body = NULL};
    struct json *body = NULL;

    if (!*rev || record_get_rev(en->app->store, en->uid, rev, &r, NULL) < 0)
        return NULL;
    if (load_json(r.body, &body, NULL) < 0)
        body = NULL;
    record_release(&r);
    return body;
}

static const char *version_of(const struct json *body)
{
    const char *hash = json_get_text(body, "formulaire");

    return hash ? hash : "";
}

/* The form of the merged record: theirs where they alone moved to another version. */
static const struct form *merged_form(
        const struct entry *en, const struct json *base, const struct json *theirs)
{
    const char *now = version_of(theirs);
    const struct form *form = en->form;
    bool moved = base && strcmp(version_of(base), now) != 0 &&
                 strcmp(version_of(base), en->form->hash) == 0;

    if (moved && load_form(en->app, en->form->name, now, &form, NULL, NULL) < 0)
        return en->form;
    return form;
}

/* --- values set aside --- */

static bool all_hidden(const struct rec *rec, int table, int row)
{
    const struct form *form = rec_form(rec);

    for (size_t f = 0; f < form->nfields; f++)
        if (form->fields[f].table == table &&
                !rec_hidden(rec, (struct rec_at){(int)f, row, 0}))
            return false;
    return true;
}

/* Place in REC of row ROW of OLD, where TABLE is table FROM; -1: it is gone. */
static int place_of_row(
        struct rec *rec, int table, const struct rec *old, int from, int row)
{
    struct view id = view_of(rec_row_id(old, from, row));
    int place = table > 0 ? rec_row_find(rec, table, id) : 0;

    if (place >= 0 || !all_hidden(old, from, row))
        return place;
    rec_row_insert(rec, table, -1, id);
    return rec_rows(rec, table) - 1;
}

/* The value of OLD at AT, which is hidden there, where REC has none. */
static void keep_aside(struct rec *rec, const struct rec *old, struct rec_at at)
{
    const struct form *form = rec_form(rec);
    const char *value = rec_get(old, at);
    int from = form_frame(rec_form(old), at.field);
    const char *path = rec_form(old)->fields[at.field].path;
    struct rec_at to = {.field = form_field_find(form, view_of(path)), .lang = at.lang};

    if (!value || to.field < 0 || !from != !form_frame(form, to.field))
        return;
    to.row = place_of_row(rec, form_frame(form, to.field), old, from, at.row);
    if (to.row >= 0 && !rec_get(rec, to))
        rec_set(rec, to, view_of(value));
}

/* What is hidden takes no part in a merge, being no part of a revision; it stays. */
static void keep_all_aside(struct rec *rec, const struct rec *old)
{
    const struct form *form = rec_form(old);

    for (size_t f = 0; f < form->nfields; f++) {
        int rows = rec_rows(old, form_frame(form, (int)f));

        for (int slot = 0; slot < rows * form->fields[f].nslots; slot++) {
            int nslots = form->fields[f].nslots;
            struct rec_at at = {(int)f, slot / nslots, slot % nslots};

            if (rec_hidden(old, at))
                keep_aside(rec, old, at);
        }
    }
}

/* --- the merge --- */

/* The values BODY of FORM take the entry's place; cursor and set-aside values stay. */
static int reload(struct entry *en, const struct form *form, const struct json *body,
        struct err *err)
{
    struct rec *old = rec_copy(en->rec);
    struct buf cursor;
    int rc;

    buf_init(&cursor, 0);
    if (en->has_cursor)
        rec_at_text(en->rec, en->cursor, true, &cursor);
    rc = entry_load(en, form, body, err);
    if (rc == 0) {
        keep_all_aside(en->rec, old);
        engine_refresh(en->engine);
        en->has_cursor = en->has_cursor && rec_at_parse(en->rec, buf_view(&cursor),
                                                   &en->cursor, NULL) == 0;
    }
    buf_release(&cursor);
    rec_free(old);
    return rc;
}

static int merge_error(int rc, struct err *err)
{
    if (rc == ERR_LIMIT)
        return err_set(err, rc,
                N_("together with what was added meanwhile a table has more than 1000 "
                   "rows; remove some"));
    return rc < 0 ? err_set(err, ERR_DAMAGED, N_("a stored record cannot be read back"))
                  : 0;
}

static int64_t time_of(const struct json *body, int64_t otherwise)
{
    int64_t ms;

    return clock_parse(json_as_view(json_get(body, "modifie_le")), &ms) == 0
                   ? ms
                   : otherwise;
}

int entry_merge(struct entry *en, const struct entry_merge *m, struct err *err)
{
    struct json *base = body_of(en, m->base);
    struct json *ours = body_write(en->rec, BODY_SENT);
    const struct form *form = merged_form(en, base, m->theirs);
    enum merge_side later = m->leaf ? MERGE_OURS : MERGE_THEIRS;
    struct merge_conflict *all = NULL;
    struct json *merged = NULL;
    size_t n = 0;
    int rc = merge_error(
            merge_bodies(form, base, ours, m->theirs, later, &merged, &all, &n), err);

    if (rc == 0)
        rc = reload(en, form, merged, err);
    if (rc == 0)
        held_take(en, all, n,
                &(struct held_from){.leaf = m->leaf,
                        .author = m->author,
                        .at_ms = time_of(m->theirs, m->at_ms),
                        .ours_author =
                                m->leaf ? json_get_text(ours, "modifie_par") : NULL,
                        .ours_ms = m->leaf ? time_of(ours, 0) : 0});
    else
        merge_conflicts_free(all, n);
    json_free(base);
    json_free(ours);
    json_free(merged);
    return rc;
}

/*
 * Puts the draft on top of the winning revision R. Where that does not descend from the
 * one it began from, they have parted earlier: the draft has all of it, and completing
 * closes it where it is still a leaf.
 */
static int rebase(struct entry *en, const struct record *r, const struct json *theirs,
        struct err *err)
{
    char base[REV_MAX] = "";
    const struct entry_merge m = {
            .base = base, .theirs = theirs, .author = r->author, .at_ms = r->at_ms};
    int rc = entry_parting(en, r->rev, base, err);

    if (rc == 0)
        rc = entry_merge(en, &m, err);
    if (rc < 0)
        return rc;
    if (en->base[0])
        closes_add(en, en->base);
    memcpy(en->base, r->rev, sizeof en->base);
    rc = closes_prune(en, err);
    en->moved_on = false;
    entry_find_origin(en);
    entry_journal(en);
    return rc;
}

static int take_winner(struct entry *en, struct err *err)
{
    struct record r = {.body = NULL};
    struct json *theirs = NULL;
    int rc = record_get(en->app->store, en->uid, &r, err);

    if (rc == ERR_NOT_FOUND) {
        err_clear(err);
        return 0;
    }
    if (rc == 0 && strcmp(r.rev, en->base) != 0 && r.deleted)
        rc = err_set(err, ERR_CONFLICT,
                N_("this record has been erased for good; what you typed stays in its "
                   "draft, to be copied into a new record"));
    if (rc == 0 && strcmp(r.rev, en->base) != 0)
        rc = load_json(r.body, &theirs, err);
    if (rc == 0 && theirs)
        rc = rebase(en, &r, theirs, err);
    json_free(theirs);
    record_release(&r);
    return rc;
}

int entry_catch_up(struct entry *en, struct err *err)
{
    int rc = take_winner(en, err);

    return rc < 0 ? rc : entry_join_leaves(en, err);
}
