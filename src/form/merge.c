#include "odus/form/merge.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "body_priv.h"
#include "merge_priv.h"
#include "odus/base/mem.h"

#define STATUS "statut_fiche"
#define DELETED "supprime"
#define FORM_VERSION "formulaire"
#define CHANGED_AT "modifie_le"
#define CHANGED_BY "modifie_par"

/* For bodies that name no form: each member is one value. */
static const struct form no_form = {.nfields = 0};

/* --- three sides --- */

struct three three_get(struct three t, const char *key)
{
    return (struct three){
            json_get(t.base, key), json_get(t.ours, key), json_get(t.theirs, key)};
}

static bool is_kind(const struct json *j, enum json_kind kind)
{
    return !j || json_kind(j) == kind;
}

bool three_are(struct three t, enum json_kind kind)
{
    return is_kind(t.base, kind) && is_kind(t.ours, kind) && is_kind(t.theirs, kind);
}

bool merge_simple(const struct merge *m, struct three t, struct json **ret)
{
    if (json_same(t.ours, t.theirs))
        *ret = t.ours;
    else if (m->base && json_same(t.ours, t.base))
        *ret = t.theirs;
    else if (m->base && json_same(t.theirs, t.base))
        *ret = t.ours;
    else
        return false;
    return true;
}

/** Where the form has FIELD, or else the first field of TABLE. */
static int place_of(const struct form *form, struct spot at)
{
    if (at.field >= 0)
        return at.field;
    for (size_t f = 0; at.owner.row && f < form->nfields; f++)
        if (form->fields[f].table == at.owner.table)
            return (int)f;
    return INT_MAX;
}

void merge_clash(struct merge *m, struct spot at, struct three t, struct json *kept)
{
    struct merge_conflict *c;

    m->all = mem_grow(m->all, m->n, &m->cap, sizeof *m->all);
    c = &m->all[m->n++];
    *c = (struct merge_conflict){
            .path = xstrdup(m->path.s),
            .table = at.owner.table,
            .row = xstrdup(at.owner.row),
            .key = xstrdup(at.key),
            .lang = xstrdup(at.lang),
            .field = at.field,
            .base = json_retain(t.base),
            .ours = json_retain(t.ours),
            .theirs = json_retain(t.theirs),
            .kept = json_retain(kept),
            .place = place_of(m->form, at),
    };
}

static struct json *of_later(const struct merge *m, struct three t)
{
    return m->later == MERGE_OURS ? t.ours : t.theirs;
}

static struct json *larger(const struct merge *m, struct three t)
{
    int64_t ours = json_as_int(t.ours, INT64_MIN);
    int64_t theirs = json_as_int(t.theirs, INT64_MIN);

    if (ours == theirs) /* neither is a number */
        return of_later(m, t);
    return ours > theirs ? t.ours : t.theirs;
}

/* --- values --- */

/** Index of the field KEY of table O, or -1. */
static int find_field(const struct form *form, struct owner o, const char *key)
{
    struct buf path;
    int field;

    if (!o.table)
        return form_field_find(form, view_of(key));
    buf_init(&path, 0);
    buf_addf(&path, "%s.%s", form->tables[o.table].path, key);
    field = form_field_find(form, buf_view(&path));
    buf_release(&path);
    return field;
}

static int find_table(const struct form *form, struct owner o, const char *key)
{
    struct buf path;
    int table;

    buf_init(&path, 0);
    if (o.table)
        buf_addf(&path, "%s.", form->tables[o.table].path);
    buf_adds(&path, key);
    table = o.row ? -1 : form_table_find(form, buf_view(&path));
    buf_release(&path);
    return table;
}

static bool is_sequence(const struct form_field *f)
{
    return strcmp(f->key, "sequence") == 0;
}

static bool is_version(const struct form_field *f)
{
    return strcmp(f->path, FORM_VERSION) == 0;
}

/** A value that is not looked into; owned. */
static struct json *merge_value(struct merge *m, struct spot at, struct three t)
{
    const struct form_field *f = at.field >= 0 ? &m->form->fields[at.field] : NULL;
    struct json *out;

    if (merge_simple(m, t, &out))
        return json_retain(out);
    if (f && is_sequence(f))
        return json_retain(larger(m, t));
    if (f && (f->calculation || is_version(f)))
        return json_retain(of_later(m, t));
    merge_clash(m, at, t, t.ours);
    return json_retain(t.ours);
}

static int lang_index(const struct form *form, const char *name)
{
    for (int l = 0; l < form->nlangs; l++)
        if (strcmp(form->langs[l], name) == 0)
            return l;
    return -1;
}

/** One language of the multilingual text AT. */
static struct json *merge_lang(
        struct merge *m, struct spot at, const char *name, struct three t)
{
    size_t before = m->path.len;
    int lang = lang_index(m->form, name);
    struct json *out;

    at.lang = name;
    if (lang < 0)
        at.field = -1;
    if (lang != 0)
        buf_addf(&m->path, ".%s", name);
    out = merge_value(m, at, three_get(t, name));
    buf_cut(&m->path, before);
    return out;
}

static struct json *or_nothing(struct json *obj)
{
    if (json_len(obj))
        return obj;
    json_free(obj);
    return NULL;
}

static struct json *merge_langs(struct merge *m, struct spot at, struct three t)
{
    struct json *out = json_new_object();

    for (struct json_iter it = {0}; json_iter(t.ours, &it);)
        json_set_take(out, it.key, merge_lang(m, at, it.key, t));
    for (struct json_iter it = {0}; json_iter(t.theirs, &it);)
        if (!json_get(t.ours, it.key))
            json_set_take(out, it.key, merge_lang(m, at, it.key, t));
    return or_nothing(out);
}

static bool is_deleted(const struct json *status)
{
    return view_is(json_as_view(status), DELETED);
}

/** The status of the record: the side that kept it alive prevails if it changed it. */
static struct json *merge_status(struct merge *m, struct spot at, struct three t)
{
    bool ours_lives = !is_deleted(t.ours);
    struct json *living = ours_lives ? t.ours : t.theirs;

    if (is_deleted(t.base) || ours_lives == !is_deleted(t.theirs) ||
            !merge_differs(m->form, 0, m->base, ours_lives ? m->ours : m->theirs))
        return merge_value(m, at, t);
    merge_clash(m, at, t, living);
    return json_retain(living);
}

static bool same_stamp(const struct json *a, const struct json *b)
{
    return json_same(json_get(a, CHANGED_AT), json_get(b, CHANGED_AT)) &&
           json_same(json_get(a, CHANGED_BY), json_get(b, CHANGED_BY));
}

/** The side whose `modifie_le` and `modifie_par` the result bears. */
static const struct json *stamped(const struct merge *m)
{
    struct view ours = json_as_view(json_get(m->ours, CHANGED_AT));
    struct view theirs = json_as_view(json_get(m->theirs, CHANGED_AT));
    size_t n = ours.n < theirs.n ? ours.n : theirs.n;
    int c = n ? memcmp(ours.p, theirs.p, n) : 0; /* RFC 3339 in UTC: in text order */

    if (m->base && same_stamp(m->base, m->ours))
        return m->theirs;
    if (m->base && same_stamp(m->base, m->theirs))
        return m->ours;
    if (c == 0 && ours.n == theirs.n)
        return m->later == MERGE_OURS ? m->ours : m->theirs;
    return c > 0 || (c == 0 && ours.n > theirs.n) ? m->ours : m->theirs;
}

/** Member KEY, whose path m->path is; owned. */
static struct json *merge_member(
        struct merge *m, struct owner o, const char *key, struct three t)
{
    int field = find_field(m->form, o, key);
    struct spot at = {o, key, NULL, field};
    int table = field < 0 ? find_table(m->form, o, key) : -1;
    struct json *simple;

    if (!o.table && strcmp(key, STATUS) == 0)
        return merge_status(m, at, t);
    if (!o.table && (strcmp(key, CHANGED_AT) == 0 || strcmp(key, CHANGED_BY) == 0))
        return json_retain(json_get(stamped(m), key));
    if (merge_simple(m, t, &simple))
        return json_retain(simple);
    if (field >= 0 && m->form->fields[field].multilingual &&
            three_are(t, JSON_KIND_OBJECT))
        return merge_langs(m, at, t);
    if (table > 0 && m->form->tables[table].kind == FORM_GROUP &&
            three_are(t, JSON_KIND_OBJECT))
        return merge_members(m, (struct owner){table, NULL}, t);
    if (table > 0 && m->form->tables[table].kind == FORM_REPEAT &&
            three_are(t, JSON_KIND_ARRAY))
        return merge_rows(m, table, t);
    return merge_value(m, at, t);
}

static void set_member(struct merge *m, struct owner o, const char *key, struct three t,
        struct json *out)
{
    size_t before = m->path.len;

    if (before)
        buf_addc(&m->path, '.');
    buf_adds(&m->path, key);
    json_set_take(out, key, merge_member(m, o, key, three_get(t, key)));
    buf_cut(&m->path, before);
}

struct json *merge_members(struct merge *m, struct owner o, struct three t)
{
    struct json *out = json_new_object();

    for (struct json_iter it = {0}; json_iter(t.ours, &it);)
        set_member(m, o, it.key, t, out);
    for (struct json_iter it = {0}; json_iter(t.theirs, &it);)
        if (!json_get(t.ours, it.key))
            set_member(m, o, it.key, t, out);
    return or_nothing(out);
}

/* --- the record --- */

/**
 * BODY as body_write has it: every row with its id, in order. So bodies of other
 * programs compare by what they say. Without a form it is what it is.
 */
static int normalise(
        const struct form *form, const struct json *body, struct json **ret)
{
    struct rec *rec;
    int rc;

    if (form == &no_form) {
        *ret = json_retain((struct json *)body);
        return json_kind(body) == JSON_KIND_OBJECT ? 0 : ERR_INVALID;
    }
    rec = rec_new(form);
    rc = body_read(body, rec, NULL);
    if (rc == 0)
        *ret = body_write(rec, BODY_DRAFT);
    rec_free(rec);
    return rc;
}

static int cmp_conflict(const void *a, const void *b)
{
    const struct merge_conflict *x = a, *y = b;
    int c = 0;

    if (x->table == y->table)
        c = strcmp(x->row ? x->row : "", y->row ? y->row : "");
    if (!c)
        c = (x->place > y->place) - (x->place < y->place);
    return c ? c : strcmp(x->path, y->path);
}

static bool same_record(const struct json *a, const struct json *b)
{
    const char *x = json_get_text(a, "_id"), *y = json_get_text(b, "_id");

    return !x || !y || strcmp(x, y) == 0;
}

void merge_conflicts_free(struct merge_conflict *all, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(all[i].path);
        free(all[i].row);
        free(all[i].key);
        free(all[i].lang);
        json_free(all[i].base);
        json_free(all[i].ours);
        json_free(all[i].theirs);
        json_free(all[i].kept);
    }
    free(all);
}

static int merge_normal(struct merge *m, struct json **ret)
{
    struct three t = {m->base, m->ours, m->theirs};
    struct json *merged;
    int rc;

    if (!same_record(m->ours, m->theirs) || !same_record(m->base, m->ours))
        return ERR_INVALID;
    buf_init(&m->path, 0);
    merged = merge_members(m, (struct owner){0}, t);
    if (!merged)
        merged = json_new_object();
    buf_release(&m->path);
    rc = normalise(m->form, merged, ret);
    json_free(merged);
    return rc;
}

int merge_bodies(const struct form *form, const struct json *base,
        const struct json *ours, const struct json *theirs, enum merge_side later,
        struct json **ret, struct merge_conflict **conflicts, size_t *ret_n)
{
    struct merge m = {.form = form ? form : &no_form, .later = later};
    struct json *b = NULL, *o = NULL, *t = NULL;
    int rc = base ? normalise(m.form, base, &b) : 0;

    if (rc == 0)
        rc = normalise(m.form, ours, &o);
    if (rc == 0)
        rc = normalise(m.form, theirs, &t);
    m.base = b;
    m.ours = o;
    m.theirs = t;
    if (rc == 0)
        rc = merge_normal(&m, ret);
    if (rc == 0) {
        if (m.n)
            qsort(m.all, m.n, sizeof *m.all, cmp_conflict);
        *conflicts = m.all;
        *ret_n = m.n;
    } else {
        merge_conflicts_free(m.all, m.n);
    }
    json_free(b);
    json_free(o);
    json_free(t);
    return rc;
}
