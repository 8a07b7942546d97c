#include <stdlib.h>
#include <string.h>

#include "body_priv.h"
#include "odus/base/mem.h"

/** A part of a value: all of it where the field holds one only. */
static struct json *part_json(const struct form_field *field, struct view text)
{
    long long n;

    if (body_is_number(field) && view_int(text, &n))
        return json_int(n);
    if (field->type == FORM_BOOLEAN && (view_is(text, "1") || view_is(text, "0")))
        return json_bool(view_is(text, "1"));
    return json_text(text);
}

static struct json *value_json(const struct form_field *field, const char *text)
{
    struct json *array;

    if (!text)
        return NULL;
    if (!form_is_list(field))
        return part_json(field, view_of(text));
    array = json_new_array();
    for (;;) {
        size_t n = strcspn(text, "\n");

        json_push_take(array, part_json(field, (struct view){text, n}));
        if (!text[n])
            return array;
        text += n + 1;
    }
}

/** Member KEY of OBJ, which is made an object where it is not there. */
static struct json *object_in(struct json *obj, const char *key)
{
    if (json_kind(json_get(obj, key)) != JSON_KIND_OBJECT)
        json_set_take(obj, key, json_new_object());
    return json_get(obj, key);
}

/** The value at AT (of all languages) into OBJ; blanks leave no trace. */
static void write_field(const struct rec *rec, struct rec_at at, struct json *obj)
{
    const struct form *form = rec_form(rec);
    const struct form_field *field = &form->fields[at.field];

    for (at.lang = 0; at.lang < field->nslots; at.lang++) {
        struct json *value = value_json(field, rec_get(rec, at));

        if (value && field->multilingual)
            json_set_take(object_in(obj, field->key), form->langs[at.lang], value);
        else if (value)
            json_set_take(obj, field->key, value);
    }
}

/** Puts back what body_read set aside, except where a value stands now. */
static void merge_extra(struct json *into, const struct json *extra)
{
    for (struct json_iter it = {0}; json_iter(extra, &it);) {
        struct json *here = json_get(into, it.key);

        if (!here)
            json_set_take(into, it.key, json_dup(it.val));
        else if (json_kind(here) == JSON_KIND_OBJECT &&
                 json_kind(it.val) == JSON_KIND_OBJECT)
            merge_extra(here, it.val);
    }
}

/* --- repeats --- */

struct order {
    const struct form_field *sort;
    struct rec_key key;
    int row;
};

static int cmp_order(const void *a, const void *b)
{
    const struct order *x = a, *y = b;

    return rec_key_cmp(x->sort, x->key, y->key);
}

/** Rows of TABLE in the order of the body; owned. */
static struct order *order_rows(const struct rec *rec, int table, enum body_kind kind)
{
    const struct form *form = rec_form(rec);
    int n = rec_rows(rec, table), sort = form->tables[table].sort;
    struct order *order = xcalloc((size_t)n, sizeof *order);

    for (int r = 0; r < n; r++) {
        order[r].sort = sort >= 0 ? &form->fields[sort] : NULL;
        order[r].key = rec_row_key(rec, table, r, kind == BODY_DRAFT);
        order[r].row = r;
    }
    qsort(order, (size_t)n, sizeof *order, cmp_order);
    return order;
}

/** The row as an object; NULL where all of it is hidden and is not sent. */
static struct json *row_json(
        const struct rec *rec, int table, int row, enum body_kind kind)
{
    const struct form *form = rec_form(rec);
    struct json *obj = json_new_object();
    bool shown = kind == BODY_DRAFT;

    for (size_t f = 0; f < form->nfields; f++) {
        struct rec_at at = {.field = (int)f, .row = row};

        if (form->fields[f].table != table ||
                (kind == BODY_SENT && rec_hidden(rec, at)))
            continue;
        shown = true;
        write_field(rec, at, obj);
    }
    if (!shown) {
        json_free(obj);
        return NULL;
    }
    json_set_text(obj, "id", rec_row_id(rec, table, row));
    merge_extra(obj, rec_extra(rec, table, row));
    return obj;
}

/** The object of the body OUT that TABLE stands in. */
static struct json *parent_object(struct json *out, const struct form *form, int table)
{
    int parent = form->tables[table].parent;

    return parent ? object_in(out, form->tables[parent].path) : out;
}

static void write_repeat(
        const struct rec *rec, int table, enum body_kind kind, struct json *out)
{
    const struct form *form = rec_form(rec);
    struct order *order = order_rows(rec, table, kind);
    struct json *rows = json_new_array();
    const struct json *strays;

    for (int r = 0; r < rec_rows(rec, table); r++)
        json_push_take(rows, row_json(rec, table, order[r].row, kind));
    free(order);
    /* elements of the array that were no rows */
    strays = body_member(rec_extra(rec, 0, 0), form, table);
    if (json_kind(strays) == JSON_KIND_ARRAY)
        for (size_t i = 0; i < json_len(strays); i++)
            json_push_take(rows, json_dup(json_at(strays, i)));
    if (json_len(rows))
        json_set_take(
                parent_object(out, form, table), body_table_key(form, table), rows);
    else
        json_free(rows);
}

static void write_record(const struct rec *rec, enum body_kind kind, struct json *out)
{
    const struct form *form = rec_form(rec);

    for (size_t f = 0; f < form->nfields; f++) {
        struct rec_at at = {.field = (int)f};
        int table = form->fields[f].table;
        struct json *fields;

        if (form->tables[table].kind == FORM_REPEAT ||
                (kind == BODY_SENT && rec_hidden(rec, at)))
            continue;
        if (form->tables[table].kind != FORM_GROUP) {
            write_field(rec, at, out);
            continue;
        }
        fields = json_new_object();
        write_field(rec, at, fields);
        if (json_len(fields))
            merge_extra(object_in(out, form->tables[table].path), fields);
        json_free(fields);
    }
}

struct json *body_write(const struct rec *rec, enum body_kind kind)
{
    const struct form *form = rec_form(rec);
    const char *uid = rec_value(rec, "uid");
    struct json *out = json_new_object();

    write_record(rec, kind, out);
    for (size_t t = 1; t < form->ntables; t++)
        if (form->tables[t].kind == FORM_REPEAT)
            write_repeat(rec, (int)t, kind, out);
    merge_extra(out, rec_extra(rec, 0, 0));
    if (uid) { /* who a record is does not depend on what is relevant */
        json_set_text(out, "uid", uid);
        json_set_text(out, "_id", uid);
    }
    return out;
}
