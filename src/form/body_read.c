#include <stdlib.h>
#include <string.h>

#include "body_priv.h"
#include "odus/base/hash.h"
#include "odus/base/mem.h"

/** Namespace of row ids made here, where the body names no record. */
#define NO_RECORD "00000000-0000-0000-0000-000000000000"

bool body_is_number(const struct form_field *field)
{
    return field->type == FORM_INTEGER || field->type == FORM_MONEY ||
           field->type == FORM_DURATION;
}

const char *body_table_key(const struct form *form, int table)
{
    const char *path = form->tables[table].path;
    const char *dot = strrchr(path, '.');

    return dot ? dot + 1 : path;
}

struct json *body_member(const struct json *body, const struct form *form, int table)
{
    if (!table)
        return (struct json *)body;
    return json_get(body_member(body, form, form->tables[table].parent),
            body_table_key(form, table));
}

/* --- values --- */

/** Adds the text of one part to OUT; false where J does not fit the field. */
static bool part_text(
        const struct form_field *field, const struct json *j, struct buf *out)
{
    const char *text = json_as_text(j);

    if (body_is_number(field)) {
        int64_t n = json_as_int(j, INT64_MIN);

        if (n != INT64_MIN)
            buf_addf(out, "%lld", (long long)n);
        return n != INT64_MIN;
    }
    if (field->type == FORM_BOOLEAN) {
        buf_addc(out, json_as_bool(j, false) ? '1' : '0');
        return json_kind(j) == JSON_KIND_BOOL;
    }
    if (!text || !*text || (form_is_list(field) && strchr(text, '\n')))
        return false;
    buf_adds(out, text);
    return true;
}

/**
 * Adds the text of a value; false where writing it would not give J again, which then
 * stays in the extra members. So blanks written out ("", [], null) survive too.
 */
static bool value_text(
        const struct form_field *field, const struct json *j, struct buf *out)
{
    if (!form_is_list(field))
        return part_text(field, j, out);
    if (json_kind(j) != JSON_KIND_ARRAY || !json_len(j))
        return false;
    for (size_t i = 0; i < json_len(j); i++) {
        if (i)
            buf_addc(out, '\n');
        if (!part_text(field, json_at(j, i), out))
            return false;
    }
    return true;
}

/** A body on its way into a record. */
struct taking {
    struct rec *rec;
    bool whole; /* what was taken goes from the rest, which is ours then */
};

/** Moves member KEY of REST to AT, where it fits. */
static void take_value(
        const struct taking *t, struct rec_at at, struct json *rest, const char *key)
{
    const struct json *j = json_get(rest, key);
    struct buf text;

    if (!j)
        return;
    buf_init(&text, 0);
    if (value_text(&rec_form(t->rec)->fields[at.field], j, &text) && !text.full) {
        rec_set(t->rec, at, buf_view(&text));
        if (t->whole)
            json_set_take(rest, key, NULL);
    }
    buf_release(&text);
}

/** The same for a field of REST, the object it stands in: all its languages. */
static void take_field(const struct taking *t, struct rec_at at, struct json *rest)
{
    const struct form *form = rec_form(t->rec);
    const struct form_field *field = &form->fields[at.field];
    struct json *texts;

    if (!field->nslots)
        return;
    if (!field->multilingual) {
        take_value(t, at, rest, field->key);
        return;
    }
    texts = json_get(rest, field->key);
    if (!json_len(texts))
        return;
    for (at.lang = 0; at.lang < field->nslots; at.lang++)
        take_value(t, at, texts, form->langs[at.lang]);
    if (t->whole && !json_len(texts))
        json_set_take(rest, field->key, NULL);
}

/** Values of one row out of REST; TABLE is the repeat, or 0 for the record's own. */
static void take_row(const struct taking *t, int table, int row, struct json *rest)
{
    const struct form *form = rec_form(t->rec);

    for (size_t f = 0; f < form->nfields; f++) {
        int in = form->fields[f].table;
        struct rec_at at = {.field = (int)f, .row = row};

        if (form_frame(form, (int)f) == table)
            take_field(t, at, table ? rest : body_member(rest, form, in));
    }
}

/* --- rows --- */

struct row_id {
    struct view id;
    size_t at; /* place in the array */
};

static int cmp_view(struct view a, struct view b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;

    return c ? c : (a.n > b.n) - (a.n < b.n);
}

static int cmp_row_id(const void *a, const void *b)
{
    const struct row_id *x = a, *y = b;
    int c = cmp_view(x->id, y->id);

    return c ? c : (x->at > y->at) - (x->at < y->at);
}

static int cmp_id_only(const void *a, const void *b)
{
    return cmp_view(((const struct row_id *)a)->id, ((const struct row_id *)b)->id);
}

/** The id row I of ROWS brings; empty where it has none that can be used. */
static struct view own_id(const struct json *rows, size_t i)
{
    const char *id = json_get_text(json_at(rows, i), "id");
    struct view v = view_of(id);

    return v.n <= REC_ID_MAX ? v : (struct view){0};
}

/** All ids of ROWS, sorted; owned. */
static struct row_id *sorted_ids(const struct json *rows)
{
    size_t n = json_len(rows);
    struct row_id *ids = xcalloc(n, sizeof *ids);

    for (size_t i = 0; i < n; i++)
        ids[i] = (struct row_id){own_id(rows, i), i};
    qsort(ids, n, sizeof *ids, cmp_row_id);
    return ids;
}

/**
 * An id for row I which depends on the body only, so that every replica makes the same
 * one: from the record, the table and the place.
 */
static void make_id(const char *ns, const char *table, size_t i,
        const struct row_id *ids, size_t n, char out[UUID_TEXT])
{
    for (int again = 0;; again++) {
        char *name = xasprintf("%s/%zu/%d", table, i, again);
        struct row_id made;

        uuid_v5(ns, view_of(name), out);
        free(name);
        made = (struct row_id){.id = view_of(out)};
        if (!bsearch(&made, ids, n, sizeof *ids, cmp_id_only))
            return;
    }
}

/** True where row I is the first one of ROWS with its id. */
static bool first_with_id(const struct row_id *ids, size_t n, struct row_id own)
{
    const struct row_id *found =
            own.id.n ? bsearch(&own, ids, n, sizeof *ids, cmp_row_id) : NULL;

    return found && (found == ids || cmp_id_only(found, found - 1) != 0);
}

/** Adds a row with the values of J, which is owned here where the whole is read. */
static void add_row(const struct taking *t, int table, struct view id, struct json *j)
{
    int row = rec_rows(t->rec, table);

    rec_row_insert(t->rec, table, -1, id);
    if (t->whole)
        json_set_take(j, "id", NULL);
    take_row(t, table, row, j);
    if (!t->whole)
        return;
    if (!json_len(j)) {
        json_free(j);
        j = NULL;
    }
    rec_extra_take(t->rec, table, row, j);
}

/** Takes the rows out of the array ROWS; what is no row stays in STRAYS. */
static void take_rows(
        const struct taking *t, int table, const struct json *rows, struct json *strays)
{
    struct rec *rec = t->rec;
    const struct form *form = rec_form(rec);
    const char *uid = rec_value(rec, "uid");
    const char *ns = uuid_valid(view_of(uid)) ? uid : NO_RECORD;
    struct row_id *ids = sorted_ids(rows);
    size_t n = json_len(rows);

    for (size_t i = 0; i < n; i++) {
        struct row_id own = {own_id(rows, i), i};
        struct json *row = json_at(rows, i);
        char made[UUID_TEXT];

        if (t->whole)
            row = json_dup(row);
        if (json_kind(row) != JSON_KIND_OBJECT) {
            if (t->whole)
                json_push_take(strays, row);
            continue;
        }
        if (!first_with_id(ids, n, own)) {
            make_id(ns, form->tables[table].path, i, ids, n, made);
            own.id = view_of(made);
        }
        add_row(t, table, own.id, row);
    }
    free(ids);
}

static int take_repeat(
        const struct taking *t, int table, struct json *rest, struct err *err)
{
    const struct form *form = rec_form(t->rec);
    struct json *parent = body_member(rest, form, form->tables[table].parent);
    const char *key = body_table_key(form, table);
    struct json *rows = json_get(parent, key);
    struct json *strays = NULL;

    if (json_kind(rows) != JSON_KIND_ARRAY || !json_len(rows))
        return 0;
    if (json_len(rows) > FORM_ROWS_MAX)
        return err_set(err, ERR_LIMIT, N_("%1$s has more than 1000 rows"),
                form->tables[table].path);
    if (t->whole)
        strays = json_new_array();
    take_rows(t, table, rows, strays);
    if (!t->whole)
        return 0;
    if (!json_len(strays)) {
        json_free(strays);
        strays = NULL;
    }
    json_set_take(parent, key, strays);
    return 0;
}

/** Groups all of whose members were taken go; those that came empty stay. */
static void drop_emptied_groups(
        const struct form *form, const struct json *body, struct json *rest)
{
    for (size_t t = 1; t < form->ntables; t++) {
        const char *path = form->tables[t].path;
        const struct json *now = json_get(rest, path);

        if (form->tables[t].kind == FORM_GROUP && json_kind(now) == JSON_KIND_OBJECT &&
                !json_len(now) && json_len(json_get(body, path)))
            json_set_take(rest, path, NULL);
    }
}

static int take_repeats(const struct taking *t, struct json *rest, struct err *err)
{
    const struct form *form = rec_form(t->rec);
    int r = 0;

    for (size_t i = 1; i < form->ntables && r == 0; i++)
        if (form->tables[i].kind == FORM_REPEAT)
            r = take_repeat(t, (int)i, rest, err);
    return r;
}

static int check_object(const struct json *body, struct err *err)
{
    if (json_kind(body) == JSON_KIND_OBJECT)
        return 0;
    return err_set(err, ERR_INVALID, N_("the record's body is not a JSON object"));
}

static void take_own(const struct taking *t, struct json *rest)
{
    take_row(t, 0, 0, rest);
    if (json_get_text(rest, "_id"))
        rec_put(t->rec, "uid", json_get_text(rest, "_id"));
}

int body_read(const struct json *body, struct rec *rec, struct err *err)
{
    const struct taking t = {.rec = rec, .whole = true};
    struct json *rest;
    int r = check_object(body, err);

    if (r)
        return r;
    rest = json_dup(body);
    take_own(&t, rest);
    if (rec_value(rec, "uid"))
        json_set_take(rest, "_id", NULL);
    r = take_repeats(&t, rest, err);
    drop_emptied_groups(rec_form(rec), body, rest);
    if (!json_len(rest)) {
        json_free(rest);
        rest = NULL;
    }
    rec_extra_take(rec, 0, 0, rest);
    return r;
}

int body_look(const struct json *body, struct rec *rec, struct err *err)
{
    const struct taking t = {.rec = rec};
    int r = check_object(body, err);

    if (r)
        return r;
    take_own(&t, (struct json *)body); /* nothing is taken out of it */
    return take_repeats(&t, (struct json *)body, err);
}
