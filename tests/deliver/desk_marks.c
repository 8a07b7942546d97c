/* Records full of what must not leave. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "desk_priv.h"
#include "odus/base/mem.h"

struct marking {
    const struct form *form;
    int target;
    bool all;
};

static bool has(struct view text, const char *what)
{
    size_t n = strlen(what);

    for (size_t i = 0; i + n <= text.n; i++)
        if (memcmp(text.p + i, what, n) == 0)
            return true;
    return false;
}

bool desk_is_marked(struct view text)
{
    return has(text, DESK_MARK) || has(text, "987654321") || has(text, DESK_MARK_DATE);
}

static struct json *mark(const char *path)
{
    char *text = xasprintf(DESK_MARK "%s", path);
    struct json *j = json_text(view_of(text));

    free(text);
    return j;
}

/* A choice that there is; of a long list one of the sample communes. */
static const char *code_of(const struct form *form, const struct form_field *field)
{
    const struct form_list *list = &form->lists[field->list];

    return list->nentries ? list->entries[0].code : "05023";
}

static struct json *unmarked(const struct marking *m, const struct form_field *field)
{
    switch (field->type) {
    case FORM_ONE:
    case FORM_MANY: return json_text(view_of(code_of(m->form, field)));
    case FORM_FILE: return json_text(VIEW_LIT("https://exemple.fr/a.jpg"));
    case FORM_DECIMAL: return json_text(VIEW_LIT("44.9"));
    case FORM_THREE: return json_text(VIEW_LIT("oui"));
    default: return json_text(view_of(field->path));
    }
}

static struct json *part(
        const struct marking *m, const struct form_field *field, bool private)
{
    switch (field->type) {
    case FORM_INTEGER:
    case FORM_MONEY:
    case FORM_DURATION: return json_int(private ? DESK_MARK_NUMBER : 12);
    case FORM_BOOLEAN: return json_bool(true);
    case FORM_DATE: return json_text(view_of(private ? DESK_MARK_DATE : "2026-12-05"));
    case FORM_DATETIME:
        return json_text(view_of(private ? DESK_MARK_DATE "T20:30[Europe/Paris]"
                                         : "2026-12-05T20:30[Europe/Paris]"));
    case FORM_TIME: return json_text(VIEW_LIT("19:00"));
    case FORM_REF: return json_text(view_of(desk_uid(m->target)));
    default: return private ? mark(field->path) : unmarked(m, field);
    }
}

static struct json *value(const struct marking *m, int i)
{
    const struct form_field *field = &m->form->fields[i];
    bool private = m->all || form_private(m->form, i);
    struct json *all;

    if (field->multilingual) {
        all = json_new_object();
        for (int lang = 0; lang < m->form->nlangs; lang++)
            json_set_take(all, m->form->langs[lang], part(m, field, private));
        json_set_take(all, "de", mark("langue"));
        return all;
    }
    if (!form_is_list(field))
        return part(m, field, private);
    all = json_new_array();
    json_push_take(all, part(m, field, private));
    return all;
}

static struct json *object(const struct marking *m, int table)
{
    struct json *obj = json_new_object();

    json_set_take(obj, "membre_inconnu", mark("inconnu"));
    for (size_t i = 0; i < m->form->nfields; i++)
        if (m->form->fields[i].table == table && m->form->fields[i].nslots)
            json_set_take(obj, m->form->fields[i].key, value(m, (int)i));
    for (size_t t = 1; t < m->form->ntables; t++) {
        const char *path = m->form->tables[t].path, *dot = strrchr(path, '.');
        struct json *inner, *rows;

        if (m->form->tables[t].parent != table || (int)t == table)
            continue;
        inner = object(m, (int)t);
        if (m->form->tables[t].kind == FORM_REPEAT) {
            json_set_text(inner, "id", "rang-1");
            rows = json_new_array();
            json_push_take(rows, inner);
            json_push_take(rows, mark("rang"));
            inner = rows;
        }
        json_set_take(obj, dot ? dot + 1 : path, inner);
    }
    return obj;
}

struct json *desk_marked(const char *type, int target, bool all)
{
    struct marking m = {.target = target, .all = all};
    struct err err = {0};
    struct json *body;

    desk_ok(forms_get(desk_forms, type, &m.form, NULL, &err), &err);
    body = object(&m, 0);
    json_set_text(body, "statut_fiche", "publie");
    json_set_text(body, "visibilite", "public");
    json_set_text(body, "licence", "LO-2.0");
    json_set_text(body, "modifie_le", "2026-11-20T10:00:00Z");
    json_set_take(body, "exercice", NULL);
    json_set_take(body, "_prive", mark("racine"));
    json_set_take(body, "formulaire", mark("formulaire"));
    return body;
}
