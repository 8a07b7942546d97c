/* From draft to revision. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "odus/base/hash.h"
#include "odus/base/mem.h"
#include "odus/form/body.h"
#include "entry_held.h"
#include "entry_leaves.h"
#include "entry_sequence.h"
#include "reindex.h"

static bool is_only_draft(const struct entry *en, const char *uid)
{
    struct record r = {.body = NULL};
    struct draft d = {.body = NULL};
    bool only;

    if (record_get(en->app->store, uid, &r, NULL) == 0) {
        record_release(&r);
        return false;
    }
    only = draft_get(en->app->store, uid, &d, NULL) == 0;
    draft_release(&d);
    return only;
}

struct links {
    char **uids;
    size_t n, cap;
};

static void add_link(struct links *l, const struct entry *en, struct view part)
{
    char *uid = view_dup(part);
    bool known = !uuid_valid(part);

    for (size_t i = 0; i < l->n && !known; i++)
        known = strcmp(l->uids[i], uid) == 0;
    if (known || !is_only_draft(en, uid)) {
        free(uid);
        return;
    }
    l->uids = mem_grow(l->uids, l->n + 1, &l->cap, sizeof(*l->uids));
    l->uids[l->n++] = uid;
}

static void add_links_of(struct links *l, const struct entry *en, int field)
{
    int frame = form_frame(en->form, field);
    int rows = frame ? rec_rows(en->rec, frame) : 1;
    struct view part;

    for (int row = 0; row < rows; row++) {
        struct rec_at at = {field, row, 0};
        struct view rest =
                view_of(rec_hidden(en->rec, at) ? NULL : rec_get(en->rec, at));

        while (view_next(&rest, '\n', &part))
            add_link(l, en, part);
    }
}

char **entry_draft_links(struct entry *en, size_t *ret_n)
{
    struct links l = {.uids = xcalloc(8, sizeof(char *)), .cap = 8};

    for (size_t i = 0; i < en->form->nfields; i++)
        if (en->form->fields[i].type == FORM_REF)
            add_links_of(&l, en, (int)i);
    l.uids[l.n] = NULL;
    *ret_n = l.n;
    return l.uids;
}

/* Completes one linked draft; its own links come first. 1: it has problems. */
static int complete_link(
        struct entry *en, const char *uid, unsigned flags, struct err *err)
{
    struct entry *link;
    int rc = entry_open(en->app, uid, &link, err);

    if (rc < 0)
        return rc;
    rc = entry_complete(link, flags, NULL, err);
    if (rc == 1)
        err_set(err, ERR_INVALID,
                N_("\"%1$s\" is still a draft and has problems of its own"),
                entry_state(link).title);
    entry_close(link);
    return rc;
}

static int complete_links(struct entry *en, unsigned flags, struct err *err)
{
    size_t n;
    char **uids = entry_draft_links(en, &n);
    int rc = 0;

    for (size_t i = 0; i < n; i++) {
        if (rc == 0 && strcmp(uids[i], en->uid) != 0)
            rc = complete_link(en, uids[i], flags, err);
        free(uids[i]);
    }
    free(uids);
    engine_refresh(en->engine);
    return rc;
}

/* What only repeats a linked record is not kept: it would grow old there. */
static void drop_inherited(struct entry *en)
{
    for (size_t i = 0; i < en->form->nfields; i++) {
        const struct form_field *f = &en->form->fields[i];
        int frame = form_frame(en->form, (int)i);
        int rows = !f->inherit ? 0 : frame ? rec_rows(en->rec, frame) : 1;

        for (int slot = 0; slot < rows * f->nslots; slot++) {
            struct rec_at at = {(int)i, slot / f->nslots, slot % f->nslots};
            const char *own = rec_get(en->rec, at);
            const char *theirs = own ? engine_inherited(en->engine, at) : NULL;

            if (theirs && strcmp(own, theirs) == 0)
                editing_set(en->ed, at, (struct view){0});
        }
    }
}

static const char *next_status(
        const struct entry *en, unsigned flags, const char *wished)
{
    const char *now = entry_value(en, "statut_fiche");

    if (wished)
        return wished;
    if (flags & ENTRY_REVIEW)
        return "a_relire";
    return strcmp(now, "brouillon") == 0 || strcmp(now, "a_relire") == 0 || !*now
                   ? "publie"
                   : now;
}

struct header {
    char *status, *at, *by;
};

static void set_header(
        struct entry *en, const char *status, const char *at, const char *by)
{
    entry_put(en, "statut_fiche", status);
    entry_put(en, "modifie_le", at);
    entry_put(en, "modifie_par", by);
}

static struct header keep_header(const struct entry *en)
{
    return (struct header){xstrdup(entry_value(en, "statut_fiche")),
            xstrdup(entry_value(en, "modifie_le")),
            xstrdup(entry_value(en, "modifie_par"))};
}

static void header_release(struct header *h)
{
    free(h->status);
    free(h->at);
    free(h->by);
}

static bool is_blocked(struct entry *en, unsigned flags)
{
    struct issue_counts c = entry_counts(en);

    return flags & ENTRY_REVIEW ? c.proposal > 0 : c.errors > 0;
}

/* The next new record begins with what was typed into the last new one, not with an
 * old record that somebody corrected in between. */
static void remember_carry(struct entry *en)
{
    char *key = xasprintf("carry.%s", en->form->name);

    store_meta_set(en->app->store, key, en->uid, NULL);
    free(key);
}

static int store_revision(struct entry *en, struct err *err)
{
    struct json *body = body_write(en->rec, BODY_SENT);
    const char **closes = closes_list(en);
    bool is_new = !en->base[0];
    struct summary summary;
    char rev[REV_MAX];
    int rc;

    summary_build(en->app->forms, en->engine, en->rec, &summary);
    rc = record_put_closing(en->app->store, en->base[0] ? en->base : NULL, closes, body,
            &summary, en->has_draft ? en->uid : NULL, rev, err);
    summary_release(&summary);
    free(closes);
    json_free(body);
    if (rc < 0)
        return rc;
    memcpy(en->base, rev, sizeof(en->base));
    en->moved_on = false;
    if (en->has_draft)
        draft_remove(
                en->app->store, en->uid, NULL); /* else dropped at the next start */
    en->has_draft = false;
    err_clear(&en->journal_err);
    free(en->origin);
    en->origin = entry_body_text(en);
    held_clear(en);
    closes_clear(en);
    entry_forget_move(en);
    entry_typing_clear(en);
    if (is_new)
        remember_carry(en);
    reindex_add(en->app, en->uid, NULL);
    return 0;
}

/* 1: the others changed the same, and nobody has decided yet. */
static int merge_first(struct entry *en, struct err *err)
{
    int rc = entry_catch_up(en, err);

    if (rc < 0 || held_open(en) == 0)
        return rc;
    err_set(err, ERR_CONFLICT,
            N_("somebody else has changed the same meanwhile; choose what is to stay"));
    return 1;
}

/* The record stands as it would be stored: a revision would only say that it changed.
 */
static bool is_settled(const struct entry *en, unsigned flags, const char *status)
{
    return en->base[0] && !en->has_draft && !(flags & ENTRY_SIGN) &&
           strcmp(entry_value(en, "statut_fiche"), status) == 0 && !entry_differs(en);
}

int entry_complete(
        struct entry *en, unsigned flags, const char *status, struct err *err)
{
    struct header before;
    bool settled;
    char now[32];
    int rc = entry_writable(en, err);

    if (rc == 0 && (flags & ENTRY_WITH_LINKS))
        rc = complete_links(en, flags, err);
    if (rc != 0)
        return rc;
    entry_group_begin(en);
    drop_inherited(en);
    entry_group_end(en);
    rc = merge_first(en, err);
    if (rc != 0)
        return rc;
    entry_group_begin(en);
    sequence_count(en);
    entry_group_end(en);
    settled = is_settled(en, flags, next_status(en, flags, status));
    before = keep_header(en);
    clock_rfc3339(clock_now_ms(), now);
    set_header(en, next_status(en, flags, status), now, app_author(en->app));
    engine_refresh(en->engine);
    rc = is_blocked(en, flags) ? 1 : settled ? 0 : store_revision(en, err);
    if (rc != 0 || settled)
        set_header(en, before.status, before.at, before.by);
    header_release(&before);
    return rc;
}

int entry_discard(struct entry *en, struct err *err)
{
    int rc = draft_remove(en->app->store, en->uid, err);

    if (rc == 0 || rc == ERR_NOT_FOUND) {
        en->has_draft = false;
        err_clear(&en->journal_err);
        free(en->origin);
        en->origin = entry_body_text(en);
        held_clear(en);
        closes_clear(en);
        entry_forget_move(en);
        entry_typing_clear(en);
        rc = 0;
    }
    return rc;
}
