/* Long lists: CSV as the forms keep them, or the official list of communes as JSON. */
#include <stdlib.h>
#include <string.h>

#include "app_priv.h"
#include "odus/app/records.h"
#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "odus/store/lists.h"

enum { NAME_BYTES = 200, SYNONYMS_MAX = 4000 };

struct commune {
    const char *code, *label; /* of the JSON */
    struct json *cells;
};

struct communes {
    struct store *store;
    const char *list;
    const struct form_list *def;
    struct commune *rows; /* sorted by code */
    size_t n, next;
};

/* --- the list a form knows --- */

/* The definition of long list NAME; loading the forms also fills what the store lacks.
 */
static const struct form_list *find_list(struct app *app, const char *name)
{
    const struct form_list *found = NULL;

    for (char *const *type = app_types(app); *type; type++) {
        const struct form *form;
        int list;

        if (forms_get(app->forms, *type, &form, NULL, NULL) < 0)
            continue;
        list = form_list_find(form, view_of(name));
        if (list >= 0 && form->lists[list].file)
            found = &form->lists[list];
    }
    return found;
}

static bool has_column(const struct form_list *list, const char *column)
{
    for (size_t i = 0; i < list->ncolumns; i++)
        if (strcmp(list->columns[i], column) == 0)
            return true;
    return false;
}

/* --- communes --- */

static bool is_type(const struct json *j, const char *type)
{
    const char *own = json_get_text(j, "type");

    return own && strcmp(own, type) == 0;
}

static void set_cell(
        const struct communes *c, struct json *cells, const char *column, struct view v)
{
    if (v.n && has_column(c->def, column))
        json_set_take(cells, column, json_text(v));
}

/* What the store already says of a commune and the official list does not. */
static void keep_cell(const struct communes *c, struct json *cells, const char *code,
        const char *column)
{
    struct buf text;

    buf_init(&text, SYNONYMS_MAX);
    if (lists_cell(c->store, c->list, code, column, &text))
        set_cell(c, cells, column, buf_view(&text));
    buf_release(&text);
}

static void set_postcodes(
        const struct communes *c, struct json *cells, const struct json *codes)
{
    struct buf text;

    buf_init(&text, SYNONYMS_MAX);
    for (size_t i = 0; i < json_len(codes); i++) {
        if (text.len)
            buf_addc(&text, ' ');
        buf_addv(&text, json_as_view(json_at(codes, i)));
    }
    set_cell(c, cells, "code_postal", buf_view(&text));
    buf_release(&text);
}

static void add_commune(struct communes *c, const struct json *j)
{
    struct commune *row = &c->rows[c->n];

    row->code = json_get_text(j, "code");
    row->label = json_get_text(j, "nom");
    if (!row->code || !row->label || !is_type(j, "commune-actuelle"))
        return;
    row->cells = json_new_object();
    set_postcodes(c, row->cells, json_get(j, "codesPostaux"));
    set_cell(c, row->cells, "departement", json_as_view(json_get(j, "departement")));
    set_cell(c, row->cells, "region", json_as_view(json_get(j, "region")));
    keep_cell(c, row->cells, row->code, "epci");
    keep_cell(c, row->cells, row->code, "synonymes");
    c->n++;
}

static int by_code(const void *a, const void *b)
{
    return strcmp(((const struct commune *)a)->code, ((const struct commune *)b)->code);
}

static bool has_word(const char *words, const char *word)
{
    size_t n = strlen(word);

    for (const char *p = words; (p = strstr(p, word)); p += n)
        if ((p == words || p[-1] == ' ') && (p[n] == '\0' || p[n] == ' '))
            return true;
    return false;
}

/* Adds NAME, its spaces as hyphens, to the words that find commune CODE. */
static void add_synonym(struct communes *c, const char *code, const char *name)
{
    struct commune key = {.code = code};
    struct commune *row =
            code && name ? bsearch(&key, c->rows, c->n, sizeof(key), by_code) : NULL;
    const char *old;
    struct buf word, all;

    if (!row || utf8_distance(name, row->label) == 0)
        return;
    old = json_get_text(row->cells, "synonymes");
    buf_init(&word, NAME_BYTES);
    buf_init(&all, SYNONYMS_MAX);
    for (; *name; name++)
        buf_addc(&word, *name == ' ' ? '-' : *name);
    if (word.len && !(old && has_word(old, word.s))) {
        buf_addf(&all, "%s%s%s", old ? old : "", old ? " " : "", word.s);
        set_cell(c, row->cells, "synonymes", buf_view(&all));
    }
    buf_release(&word);
    buf_release(&all);
}

/* Communes that were taken in by another, and the districts of the three great towns.
 */
static void add_synonyms(struct communes *c, const struct json *all)
{
    for (size_t i = 0; i < json_len(all); i++) {
        const struct json *j = json_at(all, i);

        if (is_type(j, "commune-deleguee") || is_type(j, "commune-associee"))
            add_synonym(c, json_get_text(j, "chefLieu"), json_get_text(j, "nom"));
        else if (is_type(j, "arrondissement-municipal"))
            add_synonym(c, json_get_text(j, "commune"), json_get_text(j, "nom"));
    }
}

static bool next_commune(void *ctx, struct list_row *ret)
{
    struct communes *c = ctx;
    const struct commune *row = &c->rows[c->next];

    if (c->next == c->n)
        return false;
    c->next++;
    *ret = (struct list_row){row->code, row->label, row->cells};
    return true;
}

static int import_communes(
        struct communes *c, struct view text, size_t *ret_n, struct err *err)
{
    struct json *all = NULL;
    int rc = json_parse(text, 0, &all, err);

    if (rc < 0)
        return rc;
    c->rows = xcalloc(json_len(all) + 1, sizeof(*c->rows));
    for (size_t i = 0; i < json_len(all); i++)
        add_commune(c, json_at(all, i));
    if (c->n == 0) {
        rc = err_set(err, ERR_INVALID, N_("this JSON is no list of communes"));
    } else {
        qsort(c->rows, c->n, sizeof(*c->rows), by_code);
        add_synonyms(c, all);
        rc = lists_replace(c->store, c->list, next_commune, c, ret_n, err);
    }
    for (size_t i = 0; i < c->n; i++)
        json_free(c->rows[i].cells);
    free(c->rows);
    json_free(all);
    return rc;
}

/* --- */

static bool is_json(struct view text)
{
    struct view trimmed = view_trim(text);

    return trimmed.n && (*trimmed.p == '[' || *trimmed.p == '{');
}

int app_import_list(struct app *app, const char *file, const char *list, size_t *ret_n,
        struct err *err)
{
    struct communes c = {.store = app->store, .list = list};
    struct buf text;
    int rc;

    c.def = find_list(app, list);
    if (!c.def)
        return err_set(
                err, ERR_NOT_FOUND, N_("no form has a long list called %1$s"), list);
    rc = file_read(file, 0, &text, err);
    if (rc == 0 && is_json(buf_view(&text))) {
        rc = import_communes(&c, buf_view(&text), ret_n, err);
    } else if (rc == 0) {
        rc = lists_load(app->store, list, buf_view(&text), true, err);
        *ret_n = rc == 0 ? (size_t)lists_count(app->store, list) : 0;
    }
    buf_release(&text);
    if (rc == ERR_INVALID && err)
        err_at(err, file, err->line, err->column);
    return rc;
}
