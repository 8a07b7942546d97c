/* Conflicts, shown and decided. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/form/body.h"
#include "entry_held.h"
#include "entry_priv.h"

/* A record with nothing but VALUE where H is; row 0 of its table. Owned. */
static struct rec *rec_of(
        const struct entry *en, const struct held *h, struct json *value)
{
    struct rec *rec = rec_new(en->form);
    struct json *body = json_new_object();

    if (value)
        merge_put_at(en->form, &h->c, body, json_dup(value));
    if (body_read(body, rec, NULL) < 0) { /* a single value: there is always room */
        rec_free(rec);
        rec = rec_new(en->form);
    }
    json_free(body);
    return rec;
}

static struct rec_at place_in(const struct entry *en, const struct held *h, int row)
{
    return (struct rec_at){h->c.field, row, held_lang(en->form, &h->c)};
}

/* --- in words --- */

static void add_row(
        struct entry *en, const struct held *h, const struct rec *rec, struct buf *out)
{
    for (size_t f = 0; f < en->form->nfields; f++) {
        const char *value = rec_get(rec, (struct rec_at){(int)f, 0, 0});

        if (en->form->fields[f].table != h->c.table || !value)
            continue;
        if (out->len)
            buf_adds(out, " · ");
        entry_show_value(en, (int)f, value, out);
    }
}

/* VALUE for people; what the form cannot read, as it is. Owned. */
static char *words_of(struct entry *en, const struct held *h, struct json *value)
{
    struct rec *rec = rec_of(en, h, value);
    const char *text = h->c.field >= 0 ? rec_get(rec, place_in(en, h, 0)) : NULL;
    struct buf out;

    buf_init(&out, 0);
    if (text)
        entry_show_value(en, h->c.field, text, &out);
    else if (!h->c.key && h->c.row)
        add_row(en, h, rec, &out);
    if (value && !out.len)
        json_canonical(value, &out);
    rec_free(rec);
    return buf_take(&out);
}

static int first_field(const struct form *form, int table)
{
    for (size_t f = 0; f < form->nfields; f++)
        if (form->fields[f].table == table)
            return (int)f;
    return -1;
}

static struct rec_at place_of(const struct entry *en, const struct held *h)
{
    struct rec_at at = place_in(en, h, 0);
    bool whole = h->c.row && !h->c.key;

    if (h->c.row)
        at.row = rec_row_find(en->rec, h->c.table, view_of(h->c.row));
    if (whole)
        at = (struct rec_at){first_field(en->form, h->c.table), at.row, 0};
    if (at.field < 0 || at.row < 0)
        at = (struct rec_at){.field = -1};
    return at;
}

static const char *label_of(const struct entry *en, const struct held *h)
{
    if (h->c.field >= 0)
        return entry_label(en, place_in(en, h, 0));
    return h->c.row && !h->c.key ? entry_table_label(en, h->c.table) : h->c.path;
}

void entry_conflicts_release(struct entry *en)
{
    for (size_t i = 0; i < en->nconflicts; i++) {
        free(en->conflicts[i].ours);
        free(en->conflicts[i].theirs);
    }
    free(en->conflicts);
    en->conflicts = NULL;
    en->nconflicts = 0;
}

const struct entry_conflict *entry_conflicts(struct entry *en, size_t *ret_n)
{
    struct json *body = en->nheld ? body_write(en->rec, BODY_DRAFT) : NULL;

    entry_conflicts_release(en);
    en->conflicts = xcalloc(en->nheld, sizeof *en->conflicts);
    en->nconflicts = en->nheld;
    for (size_t i = 0; i < en->nheld; i++) {
        struct held *h = &en->held[i];

        en->conflicts[i] = (struct entry_conflict){
                .path = h->c.path,
                .at = place_of(en, h),
                .row = h->c.row && !h->c.key,
                .label = label_of(en, h),
                .ours = words_of(en, h, h->c.ours),
                .theirs = words_of(en, h, h->c.theirs),
                .author = h->author ? h->author : "",
                .at_ms = h->at_ms,
                .ours_author = h->ours_author ? h->ours_author : "",
                .ours_ms = h->ours_ms,
                .stand = held_stand(en, h, body),
        };
    }
    json_free(body);
    *ret_n = en->nconflicts;
    return en->conflicts;
}

/* --- decided --- */

static void copy_row(struct entry *en, int table, int row, const struct rec *from)
{
    const struct json *extra = rec_extra(from, table, 0);

    for (size_t f = 0; f < en->form->nfields; f++) {
        const struct form_field *field = &en->form->fields[f];

        if (field->table != table || field->calculation)
            continue;
        for (int lang = 0; lang < field->nslots; lang++)
            row = editing_set(en->ed, (struct rec_at){(int)f, row, lang},
                    view_of(rec_get(from, (struct rec_at){(int)f, 0, lang})));
    }
    rec_extra_take(en->rec, table, row, json_dup(extra));
}

static int put_row(
        struct entry *en, const struct held *h, struct json *value, struct err *err)
{
    int row = rec_row_find(en->rec, h->c.table, view_of(h->c.row));
    struct rec *from;
    int rc = 0;

    if (!value)
        return row < 0 ? 0 : editing_row_remove(en->ed, h->c.table, row, err);
    from = rec_of(en, h, value);
    entry_group_begin(en);
    if (row < 0)
        rc = editing_row_add(en->ed, h->c.table, h->c.row, &row, err);
    if (rc == 0)
        copy_row(en, h->c.table, row, from);
    entry_group_end(en);
    rec_free(from);
    return rc;
}

/* What is no value of the form goes in by way of the body; there is no undoing that. */
static int put_member(
        struct entry *en, const struct held *h, struct json *value, struct err *err)
{
    struct json *body = body_write(en->rec, BODY_DRAFT);
    int rc;

    merge_put_at(en->form, &h->c, body, json_dup(value));
    rc = entry_load(en, en->form, body, err);
    json_free(body);
    if (rc == 0)
        entry_journal(en);
    return rc;
}

static int put_value(
        struct entry *en, const struct held *h, struct json *value, struct err *err)
{
    struct rec *from;
    const char *text;
    struct rec_at at = place_of(en, h);

    if (h->c.row && !h->c.key)
        return put_row(en, h, value, err);
    if (h->c.row && rec_row_find(en->rec, h->c.table, view_of(h->c.row)) < 0)
        return err_set(err, ERR_NOT_FOUND, N_("the row of this value is gone"));
    from = rec_of(en, h, value);
    text = h->c.field >= 0 ? rec_get(from, place_in(en, h, 0)) : NULL;
    if (h->c.field >= 0 && !text == !value)
        editing_set(en->ed, at, view_of(text));
    rec_free(from);
    return h->c.field >= 0 && !text == !value ? 0 : put_member(en, h, value, err);
}

static bool stands(
        const struct entry *en, const struct held *h, const struct json *value)
{
    struct json *body = body_write(en->rec, BODY_DRAFT);
    bool same = merge_same_at(
            en->form, &h->c, merge_value_at(en->form, &h->c, body), value);

    json_free(body);
    return same;
}

static int decide(struct entry *en, size_t i, bool theirs, struct err *err)
{
    struct held *h;
    struct json *want;
    bool was;
    int rc = entry_writable(en, err);

    if (rc < 0)
        return rc;
    if (i >= en->nheld)
        return err_set(err, ERR_NOT_FOUND, N_("there is no such conflict"));
    h = &en->held[i];
    want = theirs ? h->c.theirs : h->c.ours;
    was = h->settled;
    h->settled = merge_same_at(en->form, &h->c, want, h->c.kept);
    if (!stands(en, h, want))
        rc = put_value(en, h, want, err);
    else
        entry_journal(en);
    if (rc < 0)
        h->settled = was;
    return rc;
}

int entry_take_theirs(struct entry *en, size_t i, struct err *err)
{
    return decide(en, i, true, err);
}

int entry_keep_ours(struct entry *en, size_t i, struct err *err)
{
    return decide(en, i, false, err);
}

int entry_settle(struct entry *en, bool theirs, struct err *err)
{
    size_t n;
    const struct entry_conflict *all = entry_conflicts(en, &n);
    int rc = 0;

    entry_group_begin(en);
    for (size_t i = 0; i < n && rc == 0; i++)
        if (all[i].stand == ENTRY_OPEN)
            rc = decide(en, i, theirs, err);
    entry_group_end(en);
    return rc;
}
