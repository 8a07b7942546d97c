/* What of a body may leave, by the form: an allow-list, whatever the body has. */
#include <stdlib.h>
#include <string.h>

#include "notice_priv.h"
#include "odus/base/mem.h"
#include "odus/form/ids.h"
#include "odus/form/rec.h"
#include "odus/store/files.h"

/* --- the plan --------------------------------------------------------------------- */

/* Of every record, and of no use to anybody else. */
static bool is_internal(const struct form_field *field)
{
    return strcmp(field->path, "formulaire") == 0 ||
           strcmp(field->path, "exercice") == 0 || strcmp(field->path, "uid") == 0 ||
           strcmp(field->path, "type") == 0 ||
           strncmp(field->path, "consentement_publication.", 25) == 0;
}

static int table_of_dates(const struct form *form)
{
    int table = form->dates >= 0 ? form->fields[form->dates].table : 0;

    return form->tables[table].kind == FORM_REPEAT ? table : -1;
}

struct plan *plan_new(const struct form *form)
{
    struct plan *plan = xcalloc(1, sizeof(*plan));

    plan->form = form;
    plan->seances = table_of_dates(form);
    plan->out = xcalloc(form->nfields + 1, sizeof(*plan->out));
    plan->next = xcalloc(form->nfields + 1, sizeof(*plan->next));
    plan->first = xcalloc(form->ntables + 1, sizeof(*plan->first));
    for (size_t t = 0; t < form->ntables; t++)
        plan->first[t] = -1;
    for (size_t i = form->nfields; i-- > 0;) {
        const struct form_field *field = &form->fields[i];

        plan->out[i] =
                field->nslots && !form_private(form, (int)i) && !is_internal(field);
        plan->next[i] = plan->first[field->table];
        plan->first[field->table] = (int)i;
        plan->drops = plan->drops || field->type == FORM_REF;
        plan->inherits = plan->inherits || (plan->out[i] && field->inherit);
    }
    return plan;
}

void plan_free(struct plan *plan)
{
    if (!plan)
        return;
    engine_free(plan->engine);
    free(plan->out);
    free(plan->next);
    free(plan->first);
    free(plan);
}

/* --- values ----------------------------------------------------------------------- */

/* A path on somebody's machine stays there. */
static bool file_may_leave(const char *name)
{
    return files_is_hash(view_of(name)) || ids_url_ok(view_of(name));
}

/* Fields that pages and programs make links of: no `javascript:` and the like. */
static bool is_link(const struct form_field *field)
{
    static const char *const paths[] = {"url_fiche", "lien_en_ligne", "reseaux",
            "contact_public.site", "reservation.moyens.valeur"};

    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
        if (strcmp(field->path, paths[i]) == 0)
            return true;
    return false;
}

/* An address of the web, or something without a scheme (a telephone number, a mail). */
static bool link_may_leave(const char *text)
{
    return ids_url_ok(view_of(text)) || !strchr(text, ':');
}

/* J where it has the shape of one part of FIELD; else NULL. Owned. */
static struct json *part(const struct form_field *field, struct json *j)
{
    const char *text = json_as_text(j);

    switch (field->type) {
    case FORM_INTEGER:
    case FORM_MONEY:
    case FORM_DURATION: return json_kind(j) == JSON_KIND_INT ? json_retain(j) : NULL;
    case FORM_BOOLEAN: return json_kind(j) == JSON_KIND_BOOL ? json_retain(j) : NULL;
    case FORM_FILE: return text && file_may_leave(text) ? json_retain(j) : NULL;
    case FORM_NOTE: return NULL;
    default:
        if (!text || !*text || (is_link(field) && !link_may_leave(text)))
            return NULL;
        return json_retain(j);
    }
}

static struct json *none_if_empty(struct json *j)
{
    if (json_len(j))
        return j;
    json_free(j);
    return NULL;
}

static struct json *value(
        const struct form *form, const struct form_field *field, struct json *j)
{
    struct json *all;

    if (field->multilingual) {
        all = json_new_object();
        for (int i = 0; i < form->nlangs; i++)
            json_set_take(
                    all, form->langs[i], part(field, json_get(j, form->langs[i])));
        return none_if_empty(all);
    }
    if (!form_is_list(field))
        return part(field, j);
    all = json_new_array();
    for (size_t i = 0; i < json_len(j); i++)
        json_push_take(all, part(field, json_at(j, i)));
    return none_if_empty(all);
}

/* --- objects ---------------------------------------------------------------------- */

static const char *key_of(const struct form *form, int table)
{
    const char *path = form->tables[table].path;
    const char *dot = strrchr(path, '.');

    return dot ? dot + 1 : path;
}

static struct json *fields_of(
        const struct plan *plan, const struct json *from, int table)
{
    struct json *obj = json_new_object();

    for (int i = plan->first[table]; i >= 0; i = plan->next[i]) {
        const struct form_field *field = &plan->form->fields[i];
        struct json *j = plan->out[i] ? json_get(from, field->key) : NULL;

        if (j)
            json_set_take(obj, field->key, value(plan->form, field, j));
    }
    return obj;
}

/*
 * Optional and school performances stay here; so does one whose state this form does
 * not know, since a newer one may mean it so.
 */
static bool seance_may_leave(const struct plan *plan, const struct json *row)
{
    const struct form *form = plan->form;
    const char *path = form->tables[plan->seances].path;
    char *name = xasprintf("%s.statut", path);
    int field = form_field_find(form, view_of(name));
    const struct json *statut = json_get(row, "statut");
    const struct json *scolaire = json_get(row, "scolaire");
    const char *code = json_as_text(statut);
    bool known = !statut;

    free(name);
    if (code && strcmp(code, "option") == 0)
        return false;
    if (code && field >= 0 && form->fields[field].list >= 0)
        known = form_entry_find(
                        &form->lists[form->fields[field].list], view_of(code)) != NULL;
    else if (code)
        known = true;
    return known && (!scolaire || (json_kind(scolaire) == JSON_KIND_BOOL &&
                                          !json_as_bool(scolaire, true)));
}

/* A picture whose file must not leave is none. */
static bool lost_file(const struct plan *plan, const struct json *row,
        const struct json *out, int table)
{
    for (int i = plan->first[table]; i >= 0; i = plan->next[i]) {
        const struct form_field *field = &plan->form->fields[i];

        if (field->type == FORM_FILE && json_get(row, field->key) &&
                !json_get(out, field->key))
            return true;
    }
    return false;
}

static struct json *rows_of(
        const struct plan *plan, const struct json *from, int table, bool *ret_partial)
{
    struct json *rows = json_new_array();

    for (size_t i = 0; i < json_len(from) && json_len(rows) < FORM_ROWS_MAX; i++) {
        const struct json *row = json_at(from, i);
        const char *id = json_get_text(row, "id");
        struct json *out;

        if (json_kind(row) != JSON_KIND_OBJECT)
            continue;
        if (table == plan->seances && !seance_may_leave(plan, row)) {
            *ret_partial = true;
            continue;
        }
        out = fields_of(plan, row, table);
        if (lost_file(plan, row, out, table)) {
            json_free(out);
            continue;
        }
        if (json_len(out) && id && strlen(id) <= REC_ID_MAX)
            json_set_text(out, "id", id);
        json_push_take(rows, none_if_empty(out));
    }
    return none_if_empty(rows);
}

static void add_tables(const struct plan *plan, const struct json *from,
        struct json *into, int parent, bool *ret_partial)
{
    const struct form *form = plan->form;

    for (size_t t = 1; t < form->ntables; t++) {
        const struct form_table *table = &form->tables[t];
        const struct json *j = json_get(from, key_of(form, (int)t));
        struct json *obj;

        if (table->parent != parent || table->private || !j)
            continue;
        if (table->kind == FORM_REPEAT) {
            json_set_take(into, key_of(form, (int)t),
                    json_kind(j) == JSON_KIND_ARRAY
                            ? rows_of(plan, j, (int)t, ret_partial)
                            : NULL);
            continue;
        }
        obj = fields_of(plan, j, (int)t);
        add_tables(plan, j, obj, (int)t, ret_partial);
        json_set_take(into, key_of(form, (int)t), none_if_empty(obj));
    }
}

struct json *plan_body(const struct plan *plan, const struct json *body,
        const char *uid, bool *ret_partial)
{
    struct json *out = fields_of(plan, body, 0);

    *ret_partial = false;
    add_tables(plan, body, out, 0, ret_partial);
    json_set_text(out, "_id", uid);
    json_set_text(out, "uid", uid);
    json_set_text(out, "type", plan->form->name);
    return out;
}

/* --- places in it ----------------------------------------------------------------- */

struct json *plan_object(
        const struct plan *plan, struct json *body, int table, bool make)
{
    const char *key = key_of(plan->form, table);
    struct json *obj;

    if (table == 0)
        return body;
    obj = json_get(body, key);
    if (!obj && make) {
        obj = json_new_object();
        json_set_take(body, key, obj);
    }
    return obj;
}

struct json *plan_rows(const struct plan *plan, struct json *body, int table)
{
    struct json *in = plan_object(plan, body, plan->form->tables[table].parent, false);

    return json_get(in, key_of(plan->form, table));
}

/* --- references ------------------------------------------------------------------- */

struct gatekeeper {
    bool (*may)(void *ctx, const char *uid);
    void *ctx;
};

/* True when something was taken out of member KEY of OBJ and nothing is left. */
static bool prune_member(
        struct json *obj, const char *key, bool several, struct gatekeeper k)
{
    struct json *j = json_get(obj, key), *left;

    if (!j)
        return false;
    if (!several) {
        if (k.may(k.ctx, json_as_text(j)))
            return false;
        json_set_take(obj, key, NULL);
        return true;
    }
    left = json_new_array();
    for (size_t i = 0; i < json_len(j); i++)
        if (k.may(k.ctx, json_as_text(json_at(j, i))))
            json_push_take(left, json_retain(json_at(j, i)));
    left = none_if_empty(left);
    json_set_take(obj, key, left);
    return !left;
}

/* False: OBJ has lost what it cannot be without. */
static bool prune_object(
        const struct plan *plan, struct json *obj, int table, struct gatekeeper k)
{
    bool stays = true;

    for (int i = plan->first[table]; i >= 0; i = plan->next[i]) {
        const struct form_field *field = &plan->form->fields[i];

        if (field->type == FORM_REF &&
                prune_member(obj, field->key, form_is_list(field), k))
            stays = stays && !field->required;
    }
    return stays;
}

static void prune_rows(
        const struct plan *plan, struct json *body, int table, struct gatekeeper k)
{
    struct json *rows = plan_rows(plan, body, table);
    struct json *left = rows ? json_new_array() : NULL;

    for (size_t i = 0; i < json_len(rows); i++)
        if (prune_object(plan, json_at(rows, i), table, k))
            json_push_take(left, json_retain(json_at(rows, i)));
    if (json_len(left) == json_len(rows)) {
        json_free(left);
        return;
    }
    json_set_take(plan_object(plan, body, plan->form->tables[table].parent, false),
            key_of(plan->form, table), none_if_empty(left));
}

void plan_prune(const struct plan *plan, struct json *body,
        bool (*may)(void *ctx, const char *uid), void *ctx)
{
    const struct form *form = plan->form;
    struct gatekeeper k = {may, ctx};

    for (size_t t = 0; plan->drops && t < form->ntables; t++) {
        struct json *obj;

        if (form->tables[t].kind == FORM_REPEAT) {
            prune_rows(plan, body, (int)t, k);
            continue;
        }
        obj = plan_object(plan, body, (int)t, false);
        if (obj)
            (void)prune_object(plan, obj, (int)t, k);
    }
}
