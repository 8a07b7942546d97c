/* Where a conflict stands in a body. */
#include <string.h>

#include "body_priv.h"
#include "merge_priv.h"

static struct json *find_row(const struct json *rows, const char *id)
{
    for (size_t i = 0; i < json_len(rows); i++) {
        const char *own = json_get_text(json_at(rows, i), "id");

        if (own && strcmp(own, id) == 0)
            return json_at(rows, i);
    }
    return NULL;
}

struct json *merge_value_at(const struct form *form, const struct merge_conflict *c,
        const struct json *body)
{
    struct json *owner = body_member(body, form, c->table);

    if (c->row)
        owner = find_row(owner, c->row);
    if (c->key)
        owner = json_get(owner, c->key);
    else if (!c->row)
        return NULL;
    return c->lang ? json_get(owner, c->lang) : owner;
}

/** Member KEY of OBJ, made of KIND where there is none; NULL where it is another. */
static struct json *member(struct json *obj, const char *key, enum json_kind kind)
{
    struct json *there = json_get(obj, key);

    if (!there) {
        json_set_take(obj, key,
                kind == JSON_KIND_ARRAY ? json_new_array() : json_new_object());
        there = json_get(obj, key);
    }
    return json_kind(there) == kind ? there : NULL;
}

/** What holds the members of TABLE: an object, or the array of the rows. */
static struct json *table_of(const struct form *form, int table, struct json *body)
{
    bool rows = form->tables[table].kind == FORM_REPEAT;
    struct json *parent;

    if (!table)
        return body;
    parent = table_of(form, form->tables[table].parent, body);
    return !parent ? NULL
                   : member(parent, body_table_key(form, table),
                             rows ? JSON_KIND_ARRAY : JSON_KIND_OBJECT);
}

static struct json *row_of(struct json *rows, const char *id)
{
    struct json *row = find_row(rows, id);

    if (row || !rows)
        return row;
    row = json_new_object();
    json_set_text(row, "id", id);
    json_push_take(rows, row);
    return row;
}

/** The rows of ARRAY but for ID, and ROW, which is taken, unless it is NULL. */
static struct json *replaced(const struct json *array, const char *id, struct json *row)
{
    const struct json *old = find_row(array, id);
    struct json *out = json_new_array();

    for (size_t i = 0; i < json_len(array); i++)
        if (json_at(array, i) != old)
            json_push_take(out, json_retain(json_at(array, i)));
    json_push_take(out, row);
    return out;
}

static void put_row(const struct form *form, const struct merge_conflict *c,
        struct json *body, struct json *row)
{
    struct json *rows = table_of(form, c->table, body);
    struct json *parent = table_of(form, form->tables[c->table].parent, body);

    if (rows)
        json_set_take(
                parent, body_table_key(form, c->table), replaced(rows, c->row, row));
    else
        json_free(row);
}

void merge_put_at(const struct form *form, const struct merge_conflict *c,
        struct json *body, struct json *value)
{
    const char *key = c->lang ? c->lang : c->key;
    struct json *owner;

    if (!c->key && c->row) {
        put_row(form, c, body, value);
        return;
    }
    owner = c->key ? table_of(form, c->table, body) : NULL;
    if (owner && c->row)
        owner = row_of(owner, c->row);
    if (owner && c->lang)
        owner = member(owner, c->key, JSON_KIND_OBJECT);
    if (owner)
        json_set_take(owner, key, value);
    else
        json_free(value);
}

bool merge_same_at(const struct form *form, const struct merge_conflict *c,
        const struct json *a, const struct json *b)
{
    bool rows = !c->key && c->row && a && b;

    return rows ? !merge_differs(form, c->table, a, b) : json_same(a, b);
}
