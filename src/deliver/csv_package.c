/* A Data Package of the tables, each with its Table Schema (specs.frictionlessdata.io).
 */
#include <string.h>

#include "csv.h"

/* --- the schema ------------------------------------------------------------------- */

struct shape {
    const char *type, *format, *pattern;
};

#define UUID "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
#define DAY "[0-9]{4}-[0-9]{2}-[0-9]{2}"
#define TIME "T[0-9]{2}:[0-9]{2}:[0-9]{2}"

/* Table Schema's own datetime has no offset: moments are texts of a known shape. */
static const struct shape shapes[] = {
        [CELL_TEXT] = {"string", NULL, NULL},
        [CELL_UID] = {"string", NULL, UUID},
        [CELL_CODE] = {"string", NULL, NULL},
        [CELL_INSEE] = {"string", NULL, "^[0-9][0-9AB][0-9]{3}$"},
        [CELL_INTEGER] = {"integer", NULL, NULL},
        [CELL_NUMBER] = {"number", NULL, NULL},
        [CELL_BOOLEAN] = {"boolean", NULL, NULL},
        [CELL_DATE] = {"date", "default", NULL},
        [CELL_HOUR] = {"string", NULL, "^[0-2][0-9]:[0-5][0-9]$"},
        [CELL_MOMENT] = {"string", NULL, "^" DAY "(" TIME "[+-][0-9]{2}:[0-9]{2})?$"},
        [CELL_STAMP] = {"string", NULL, "^" DAY TIME "([.][0-9]+)?Z$"},
        [CELL_PHONE] = {"string", NULL, "^\\+[0-9]{6,15}$"},
        [CELL_EMAIL] = {"string", "email", NULL},
        [CELL_URL] = {"string", "uri", NULL},
        [CELL_LIST] = {"array", NULL, NULL},
};

static struct json *one_text(const char *text)
{
    struct json *all = json_new_array();

    json_push_take(all, json_text(view_of(text)));
    return all;
}

/* The field of the form that a column comes from; nothing where it is none. */
static void add_origin(
        const struct csv_table *t, const struct csv_column *c, struct buf *out)
{
    bool whole =
            strncmp(c->path, "seances.", 8) == 0 || strncmp(c->path, "lieu.", 5) == 0;

    buf_adds(out, "Champ du formulaire : ");
    if (t->performances && !c->of_event && !whole)
        buf_adds(out, "seances.");
    buf_adds(out, c->path);
    if (strcmp(c->path, "images") == 0 || strcmp(c->path, "licences") == 0)
        buf_addf(out, ".%s", c->arg);
}

static void set_origin(
        const struct csv_table *t, const struct csv_column *c, struct json *field)
{
    struct buf text;

    if (!c->path || *c->path == '_')
        return;
    buf_init(&text, 0);
    add_origin(t, c, &text);
    json_set_text(field, "description", text.s);
    buf_release(&text);
}

static struct json *field_of(const struct csv_table *t, const struct csv_column *c)
{
    const struct shape *shape = &shapes[c->kind];
    struct json *field = json_new_object(), *constraints = json_new_object();

    json_set_text(field, "name", c->name);
    json_set_text(field, "title", c->title);
    set_origin(t, c, field);
    json_set_text(field, "type", shape->type);
    json_set_text(field, "format", shape->format);
    if (c->kind == CELL_BOOLEAN) {
        json_set_take(field, "trueValues", one_text("true"));
        json_set_take(field, "falseValues", one_text("false"));
    }
    if (c->key) {
        json_set_take(constraints, "required", json_bool(true));
        json_set_take(constraints, "unique", json_bool(true));
    }
    json_set_text(constraints, "pattern", shape->pattern);
    if (!json_len(constraints)) {
        json_free(constraints);
        constraints = NULL;
    }
    json_set_take(field, "constraints", constraints);
    return field;
}

/* A table that refers to itself says so with the empty name. */
static struct json *foreign_key(const struct csv_table *t, const struct csv_column *c)
{
    struct json *key = json_new_object(), *there = json_new_object();
    bool self = strcmp(c->refers, t->name) == 0;

    json_set_text(there, "resource", self ? "" : c->refers);
    json_set_text(there, "fields", "uid");
    json_set_text(key, "fields", c->name);
    json_set_take(key, "reference", there);
    return key;
}

static struct json *schema_of(const struct csv_table *t)
{
    struct json *schema = json_new_object(), *fields = json_new_array();
    struct json *keys = json_new_array();

    for (size_t i = 0; i < t->n; i++) {
        json_push_take(fields, field_of(t, &t->columns[i]));
        if (t->columns[i].refers)
            json_push_take(keys, foreign_key(t, &t->columns[i]));
    }
    json_set_take(schema, "fields", fields);
    json_set_take(schema, "missingValues", one_text(""));
    json_set_text(schema, "primaryKey", "uid");
    if (json_len(keys)) {
        json_set_take(schema, "foreignKeys", keys);
        return schema;
    }
    json_free(keys);
    return schema;
}

static struct json *resource_of(const struct csv_table *t)
{
    struct json *r = json_new_object(), *dialect = json_new_object();

    json_set_text(r, "name", t->name);
    json_set_text(r, "title", t->title);
    json_set_text(r, "path", strchr(t->path, '/') + 1);
    json_set_text(r, "profile", "tabular-data-resource");
    json_set_text(r, "format", "csv");
    json_set_text(r, "mediatype", "text/csv");
    json_set_text(r, "encoding", "utf-8");
    json_set_text(dialect, "delimiter", ",");
    json_set_text(dialect, "lineTerminator", "\r\n");
    json_set_take(dialect, "doubleQuote", json_bool(true));
    json_set_take(dialect, "header", json_bool(true));
    json_set_take(r, "dialect", dialect);
    json_set_take(r, "schema", schema_of(t));
    return r;
}

static struct json *package(const struct delivery *d)
{
    struct json *pack = json_new_object(), *licence = json_new_object();
    struct json *licences = json_new_array(), *resources = json_new_array();

    json_set_text(pack, "profile", "tabular-data-package");
    json_set_text(pack, "name", "odus-agenda");
    json_set_text(pack, "title", d->title);
    json_set_text(pack, "description", CSV_ABOUT);
    if (*d->base)
        json_set_text(pack, "homepage", d->base);
    json_set_text(licence, "name", CSV_LICENCE);
    json_set_text(licence, "path", CSV_LICENCE_URL);
    json_set_text(licence, "title", "Licence Ouverte 2.0");
    json_push_take(licences, licence);
    json_set_take(pack, "licenses", licences);
    for (size_t i = 0; i < csv_ntables; i++)
        json_push_take(resources, resource_of(&csv_tables[i]));
    json_set_take(pack, "resources", resources);
    return pack;
}

void csv_describe(const struct delivery *d, struct outlet *out)
{
    struct json *pack = package(d);
    struct buf text;

    buf_init(&text, 0);
    json_pretty(pack, &text);
    outlet_file(out, "csv/datapackage.json", buf_view(&text));
    buf_release(&text);
    json_free(pack);
    /* What is described is there, be it without a row: an empty piece before all. */
    for (size_t i = 0; i < csv_ntables; i++)
        outlet_shared(out, csv_tables[i].path, NULL, "", (struct view){0});
}
