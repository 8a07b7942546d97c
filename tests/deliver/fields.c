/* Records to see which fields a format carries. */
#include "fields.h"

#include <stdlib.h>
#include <string.h>

#include "desk_priv.h"
#include "odus/base/mem.h"

const char *const fields_types[] = {
        "evenement", "lieu", "structure", "spectacle", "oeuvre", "personne", NULL};

int fields_number(const char *type, int i)
{
    int n = 0;

    while (fields_types[n] && strcmp(fields_types[n], type) != 0)
        n++;
    return 10 * n + i + 1;
}

static bool is_in(const char *const *list, size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], text) == 0)
            return true;
    return false;
}

bool fields_looked_at(const struct form *form, int field)
{
    static const char *const deciding[] = {"statut_fiche", "visibilite", "exercice",
            "seances.scolaire", "consentement_publication.accord", "uid", "type",
            "formulaire"};
    const struct form_field *f = &form->fields[field];

    return f->nslots && !form_private(form, field) &&
           !is_in(deciding, COUNT(deciding), f->path);
}

/* --- values ----------------------------------------------------------------------- */

/* Of codes and texts of a known shape; of others any will do. */
static const struct sample {
    const char *path, *values[2];
} samples[] = {
        {"adresse.voie", {"3 rue Haute", "4 rue Basse"}}, /* readers know a street */
        {"seances.statut", {"confirme", "annule"}},
        {"mode", {"mixte", "presentiel"}},
        {"indication_tarif", {"gratuit", "payant"}},
        {"genre", {"theatre", "danse"}},
        {"nature", {"representation", "bal"}},
        {"adresse.commune", {"05023", "05027"}},
        {"adresse.code_postal", {"05100", "05120"}},
        {"adresse.pays", {"FR", "IT"}},
        {"adresse.region", {"PAC", "ARA"}},
        {"statut_fiche", {"publie", "valide"}},
        {"visibilite", {"public", "public"}},
        {"url_fiche", {"https://exemple.fr/page", "https://exemple.fr/autre"}},
        {"lien_en_ligne", {"https://exemple.fr/direct", "https://exemple.fr/la"}},
        {"reseaux", {"https://exemple.fr/reseau", "https://exemple.fr/nous"}},
        {"contact_public.site", {"https://exemple.fr/", "https://exemple.fr/ici"}},
        {"contact_public.tel", {"+33492000001", "+33492000002"}},
        {"contact_public.courriel", {"a@exemple.fr", "b@exemple.fr"}},
        {"reservation.moyens.valeur", {"https://exemple.fr/r", "https://exemple.fr/s"}},
        {"ids_externes.valeur", {"410", "411"}},
        {"lat", {"44.5", "44.6"}},
        {"lon", {"6.5", "6.6"}},
        {"isni", {"0000000121032683", "0000000073669144"}},
        {"siret", {"26050009700013", "35600000000048"}},
        {"modifie_le", {"2026-11-20T10:00:00Z", "2026-11-21T10:00:00Z"}},
        {"cree_le", {"2026-11-01T10:00:00Z", "2026-11-02T10:00:00Z"}},
        {"seances.debut",
                {"2026-12-05T20:30[Europe/Paris]", "2026-12-05T20:45[Europe/Paris]"}},
        {"seances.fin",
                {"2026-12-05T22:30[Europe/Paris]", "2026-12-05T22:45[Europe/Paris]"}},
        {"seances.debut_initial",
                {"2026-12-01T20:30[Europe/Paris]", "2026-12-02T20:30[Europe/Paris]"}},
};

static const struct sample *sample(const char *path)
{
    for (size_t i = 0; i < COUNT(samples); i++)
        if (strcmp(samples[i].path, path) == 0)
            return &samples[i];
    return NULL;
}

bool fields_is_prose(const struct form *form, int field)
{
    const struct form_field *f = &form->fields[field];
    bool any = !sample(f->path) || strcmp(f->path, "adresse.voie") == 0;

    return (f->type == FORM_TEXT || f->type == FORM_MEMO) && !form_is_list(f) && any;
}

static struct json *long_text(const struct form_field *field)
{
    size_t max = field->has_max && !form_is_list(field) ? (size_t)field->max
                 : field->type == FORM_MEMO             ? 10000
                                                        : 400;
    struct json *text;
    struct buf out;

    buf_init(&out, 0);
    while (out.len + 6 + strlen(FIELDS_END) <= max)
        buf_adds(&out, "assez ");
    buf_adds(&out, FIELDS_END);
    text = json_text(buf_view(&out));
    buf_release(&out);
    return text;
}

static struct json *reference(
        const struct form *form, const struct form_field *field, bool other)
{
    bool own = strcmp(field->targets[0], form->name) == 0;

    return json_text(view_of(desk_uid(fields_number(field->targets[0], own + other))));
}

static struct json *part(const struct form *form, int i, enum fields_how how)
{
    const struct form_field *field = &form->fields[i];
    const struct form_list *list = field->list < 0 ? NULL : &form->lists[field->list];
    const struct sample *known = sample(field->path);
    bool other = how == FIELDS_OTHER;

    if (how == FIELDS_LONG)
        return long_text(field);
    if (known)
        return json_text(view_of(known->values[other]));
    switch (field->type) {
    case FORM_INTEGER:
    case FORM_DURATION:
        return json_int(5 + i + other); /* a maximum is the later field */
    case FORM_MONEY: return json_int(1000 + 100 * i + other);
    case FORM_BOOLEAN: return json_bool(!other);
    case FORM_DECIMAL: return json_text(view_of(other ? "7.5" : "7.25"));
    case FORM_THREE: return json_text(view_of(other ? "non" : "oui"));
    case FORM_DATE: return json_text(view_of(other ? "2026-10-02" : "2026-10-01"));
    case FORM_TIME: return json_text(view_of(other ? "19:15" : "19:00"));
    case FORM_FILE:
        return json_text(view_of(
                other ? "https://exemple.fr/b.jpg" : "https://exemple.fr/a.jpg"));
    case FORM_REF: return reference(form, field, other);
    case FORM_ONE:
    case FORM_MANY: return json_text(view_of(list->entries[other].code));
    default: return json_text(view_of(other ? "Autre" : field->path));
    }
}

static struct json *value(const struct form *form, int i, enum fields_how how)
{
    const struct form_field *field = &form->fields[i];
    struct json *all;

    if (field->multilingual) {
        all = json_new_object();
        for (int lang = 0; lang < form->nlangs; lang++)
            json_set_take(all, form->langs[lang], part(form, i, how));
        return all;
    }
    if (!form_is_list(field))
        return part(form, i, how);
    all = json_new_array();
    json_push_take(all, part(form, i, how));
    return all;
}

/* --- records ---------------------------------------------------------------------- */

struct filling {
    const struct form *form;
    const struct fields_wish *wish;
};

/* Without these a record is not delivered, or not looked at from an event. */
static bool is_needed(const struct form *form, int i)
{
    static const char *const needed[] = {"titre", "nom", "organisateur", "lieu", "mode",
            "spectacles", "oeuvres", "compagnie", "auteurs.ref", "contributions.ref",
            "seances.debut", "licence", "statut_fiche", "visibilite", "modifie_le",
            "langues", "consentement_publication.accord", "ids_externes.systeme",
            "ids_externes.valeur", "portee", "indication_tarif"};

    /* an event has it from there, so that what a show lends is seen */
    if (strcmp(form->name, "spectacle") == 0 &&
            strcmp(form->fields[i].path, "genre") == 0)
        return true;
    return is_in(needed, COUNT(needed), form->fields[i].path);
}

static struct json *object(const struct filling *f, int table);

/* One for each other base. */
static struct json *ids(const struct filling *f, int table)
{
    const struct form *form = f->form;
    const struct form_list *systems =
            &form->lists[form_list_find(form, VIEW_LIT("systemes_externes"))];
    struct json *rows = json_new_array();

    for (size_t i = 0; i < systems->nentries; i++) {
        struct json *row = object(f, table);

        json_set_text(row, "id", systems->entries[i].code);
        if (f->wish->field < 0 ||
                strcmp(form->fields[f->wish->field].path, "ids_externes.systeme") != 0)
            json_set_text(row, "systeme", systems->entries[i].code);
        json_push_take(rows, row);
    }
    return rows;
}

/* Two performances, one of which has had another date. */
static struct json *rows_of(const struct filling *f, int table)
{
    const char *path = f->form->tables[table].path;
    struct json *rows = json_new_array(), *row = object(f, table);
    bool more = strcmp(path, "seances") == 0 && !f->wish->sparse;

    if (strcmp(path, "ids_externes") == 0) {
        json_free(row);
        json_free(rows);
        return ids(f, table);
    }
    if (json_len(row)) {
        struct json *second = more ? json_dup(row) : NULL;

        json_set_text(row, "id", "01900000-0000-7000-8000-0000000000f1");
        json_push_take(rows, row);
        if (second) {
            json_set_text(second, "id", "01900000-0000-7000-8000-0000000000f2");
            json_set_text(second, "statut", "reprogramme");
            json_set_text(second, "debut", "2026-12-12T20:30[Europe/Paris]");
            json_set_text(second, "fin", NULL);
            json_push_take(rows, second);
        }
        return rows;
    }
    json_free(row);
    json_free(rows);
    return NULL;
}

static struct json *object(const struct filling *f, int table)
{
    const struct form *form = f->form;
    struct json *obj = json_new_object();

    for (size_t i = 0; i < form->nfields; i++) {
        const struct form_field *field = &form->fields[i];
        bool wished = (int)i == f->wish->field;

        if (field->table != table || !field->nslots || form_private(form, (int)i) ||
                strcmp(field->key, "scolaire") == 0 ||
                strcmp(field->key, "exercice") == 0)
            continue;
        if (wished || !f->wish->sparse || is_needed(form, (int)i))
            json_set_take(obj, field->key,
                    value(form, (int)i, wished ? f->wish->how : FIELDS_BASE));
    }
    for (size_t t = 1; t < form->ntables; t++) {
        const char *path = form->tables[t].path, *dot = strrchr(path, '.');
        struct json *inner;

        if (form->tables[t].parent != table || form->tables[t].private)
            continue;
        inner = form->tables[t].kind == FORM_REPEAT ? rows_of(f, (int)t)
                                                    : object(f, (int)t);
        if (json_len(inner))
            json_set_take(obj, dot ? dot + 1 : path, json_retain(inner));
        json_free(inner);
    }
    return obj;
}

struct json *fields_record(const struct form *form, const struct fields_wish *wish)
{
    return object(&(struct filling){form, wish}, 0);
}

/* --- in the store ---------------------------------------------------------------- */

const struct form *fields_form(const char *type)
{
    const struct form *form = NULL;
    struct err err = {0};

    desk_ok(forms_get(desk_forms, type, &form, NULL, &err), &err);
    return form;
}

static void rename_record(struct json *body, const char *name)
{
    struct json *title = json_get(body, "titre");

    if (title)
        json_set_text(title, "fr", name);
    else
        json_set_text(body, "nom", name);
}

void fields_put(const char *type, int i, struct fields_wish wish)
{
    struct json *body = fields_record(fields_form(type), &wish);

    if (i)
        rename_record(body, i == 1 ? "Deux" : "Trois");
    desk_put_json(type, fields_number(type, i), body);
}

void fields_put_world(bool sparse)
{
    for (const char *const *type = fields_types; *type; type++)
        for (int i = 0; i < 3; i++)
            fields_put(
                    *type, i, (struct fields_wish){.sparse = sparse || i, .field = -1});
}
