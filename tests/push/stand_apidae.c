/* Apidae's writing interface, by its published rules (dev.apidae-tourisme.com:
 * v002/ecriture/, OAuth client credentials, objet-touristique/get-by-id; the shape of
 * an object: apidae-sit-schemas). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/date.h"
#include "odus/base/utf8.h"
#include "stand.h"

#define BASIC "Basic b2R1cy1jbGllbnQ6Y2xlIHNlY3JldGUgIjEi"

enum { SHORT_MAX = 255 /* characters */ };

/* --- the object ------------------------------------------------------------------- */

static const struct json *at(const struct json *obj, const char *path)
{
    struct view rest = view_of(path), part;

    while (view_next(&rest, '.', &part)) {
        char key[80];

        snprintf(key, sizeof(key), "%.*s", (int)part.n, part.p);
        obj = json_get(obj, key);
    }
    return obj;
}

static bool covers(const struct json *fields, const char *member)
{
    size_t n = strlen(member);

    for (size_t i = 0; i < json_len(fields); i++) {
        const char *path = json_as_text(json_at(fields, i));

        if (path && strncmp(path, member, n) == 0 && (!path[n] || path[n] == '.'))
            return true;
    }
    return false;
}

/* A field that is not listed is ignored there: what is sent is listed, and the other
 * way round. */
static void check_fields(
        struct stand_memory *m, const struct json *root, const struct json *fields)
{
    for (struct json_iter it = {0}; json_iter(root, &it);)
        if (strcmp(it.key, "type") != 0 && !covers(fields, it.key))
            stand_wrong(m, "not in root.fieldList", it.key);
    for (size_t i = 0; i < json_len(fields); i++) {
        const char *path = json_as_text(json_at(fields, i));

        if (!path || !at(root, path))
            stand_wrong(m, "root.fieldList", path);
    }
}

static void check_periods(struct stand_memory *m, const struct json *root)
{
    const struct json *all = at(root, "ouverture.periodesOuvertures");

    if (json_len(all) == 0)
        stand_wrong(m, "no period", "");
    for (size_t i = 0; i < json_len(all); i++) {
        const struct json *p = json_at(all, i);
        struct view first = json_as_view(json_get(p, "dateDebut"));
        struct view last = json_as_view(json_get(p, "dateFin"));
        struct view hour = json_as_view(json_get(p, "horaireOuverture"));
        int32_t a, b;

        if (date_iso_parse(first, &a) < 0 || date_iso_parse(last, &b) < 0 || b < a)
            stand_wrong(m, "period", "dates");
        if (hour.n && hour.n != 8)
            stand_wrong(m, "period", "HH:MM:SS");
    }
}

static void check_root(
        struct stand_memory *m, const struct json *root, const struct json *fields)
{
    const char *type = json_get_text(root, "type");
    const struct json *brief = at(root, "presentation.descriptifCourt");

    if (!type || strcmp(type, "FETE_ET_MANIFESTATION") != 0)
        stand_wrong(m, "root.type", type);
    if (!json_as_text(at(root, "nom.libelleFr")))
        stand_wrong(m, "nom.libelleFr", "");
    for (struct json_iter it = {0}; json_iter(brief, &it);)
        if (utf8_count(json_as_view(it.val)) > SHORT_MAX)
            stand_wrong(m, "descriptifCourt", it.key);
    if (json_get_int(at(root, "informationsFeteEtManifestation.portee"), "id", 0) <= 0)
        stand_wrong(m, "portee", "");
    check_periods(m, root);
    check_fields(m, root, fields);
}

/* --- the form --------------------------------------------------------------------- */

struct form {
    struct stand_memory *m;
    char mode[32], type[40], id[24], owner[24], skip[8];
    struct json *fields, *root, *list;
};

static void keep(char *out, size_t size, struct view v)
{
    snprintf(out, size, "%.*s", (int)v.n, v.n ? v.p : "");
}

static void take_json(
        struct form *f, struct json **slot, const char *name, struct view v)
{
    if (*slot || json_parse(v, 0, slot, NULL) < 0)
        stand_wrong(f->m, "JSON", name);
}

static void take_part(void *ctx, const char *name, const char *head, struct view v)
{
    struct form *f = ctx;

    if (strcmp(name, "mode") == 0)
        keep(f->mode, sizeof(f->mode), v);
    else if (strcmp(name, "type") == 0)
        keep(f->type, sizeof(f->type), v);
    else if (strcmp(name, "id") == 0)
        keep(f->id, sizeof(f->id), v);
    else if (strcmp(name, "proprietaireId") == 0)
        keep(f->owner, sizeof(f->owner), v);
    else if (strcmp(name, "skipValidation") == 0)
        keep(f->skip, sizeof(f->skip), v);
    else if (strcmp(name, "fields") == 0)
        take_json(f, &f->fields, name, v);
    else if (strcmp(name, "root") == 0)
        take_json(f, &f->root, name, v);
    else if (strcmp(name, "root.fieldList") == 0)
        take_json(f, &f->list, name, v);
    else if (strncmp(name, "multimedia.illustration-", 24) == 0 &&
             strstr(head, "filename=\"") && strstr(head, "Content-Type: image/") && v.n)
        f->m->pictures++;
    else
        stand_wrong(f->m, "part", name);
    if (strcmp(name, "root") == 0)
        keep(f->m->last, sizeof(f->m->last), v);
}

static int say_status(struct buf *out, const char *status, const struct stand_thing *t)
{
    buf_addf(out, "{\"status\":\"%s\",\"id\":%lld}", status, t->number);
    return 200;
}

static struct stand_thing *by_number(struct stand_memory *m, const char *number)
{
    for (size_t i = 0; i < m->n; i++)
        if (strtoll(number, NULL, 10) == m->things[i].number)
            return &m->things[i];
    return NULL;
}

static int bad(struct buf *out, const char *type, const char *message)
{
    buf_addf(out, "{\"errorType\":\"%s\",\"message\":\"%s\"}", type, message);
    return 400;
}

static void check_written(struct form *f)
{
    const char *only = json_as_text(json_at(f->fields, 0));
    char owner[16];

    snprintf(owner, sizeof(owner), "%d", STAND_OWNER);
    if (json_len(f->fields) != 1 || !only || strcmp(only, "root") != 0)
        stand_wrong(f->m, "fields", only);
    if (strcmp(f->skip, "false") != 0)
        stand_wrong(f->m, "skipValidation", f->skip);
    if (strcmp(f->owner, owner) != 0)
        stand_wrong(f->m, "proprietaireId", f->owner);
    check_root(f->m, f->root, f->list);
}

static int create(struct form *f, struct buf *out)
{
    const char *name = json_as_text(at(f->root, "nom.libelleFr"));
    struct stand_thing *t;

    check_written(f);
    if (strcmp(f->type, "FETE_ET_MANIFESTATION") != 0 || *f->id)
        stand_wrong(f->m, "CREATION", f->type);
    if (name && strcmp(name, "Interdit") == 0)
        return bad(out, "ECRITURE_FORBIDDEN", "no right");
    t = stand_thing(f->m, name ? name : "", false);
    if (t)
        f->m->created++; /* a second one of the same name */
    t = stand_thing(f->m, name ? name : "", true);
    if (!t)
        return 500;
    t->writes++;
    snprintf(t->state, sizeof(t->state), "NEW");
    return say_status(out, "CREATION_VALIDATION_ASKED", t);
}

static int change(struct form *f, struct buf *out)
{
    struct stand_thing *t = by_number(f->m, f->id);

    check_written(f);
    if (*f->type)
        stand_wrong(f->m, "MODIFICATION", f->type);
    if (!t)
        return bad(out, "ECRITURE_BAD_REQUEST", "no such object");
    if (t->gone)
        stand_wrong(f->m, "MODIFICATION", "of what was asked to go");
    t->writes++;
    return say_status(out, "MODIFICATION_VALIDATION_ASKED", t);
}

/* "permet l'annulation d'une demande d'écriture par API seulement" */
static int cancel(struct form *f, struct buf *out)
{
    struct stand_thing *t = by_number(f->m, f->id);

    if (f->root || f->fields || f->list || *f->type)
        stand_wrong(f->m, "ANNULATION_DEMANDE", "with more than mode and id");
    if (!t || !t->gone)
        return bad(out, "ECRITURE_BAD_REQUEST", "nothing waits");
    t->gone = false;
    f->m->cancelled++;
    return say_status(out, "NO_ACTION", t);
}

static int ask_for(struct form *f, struct buf *out, bool hide)
{
    struct stand_thing *t = by_number(f->m, f->id);

    if (f->root || f->fields || f->list || *f->type)
        stand_wrong(f->m, "DEMANDE", "with more than mode and id");
    if (!t)
        return bad(out, "ECRITURE_BAD_REQUEST", "no such object");
    f->m->removed++;
    t->gone = true;
    return say_status(
            out, hide ? "DEMANDE_MASQUAGE_SENT" : "DEMANDE_SUPPRESSION_SENT", t);
}

static int write_object(
        struct stand_memory *m, const struct stand_request *rq, struct buf *out)
{
    struct form f = {.m = m};
    int status = 400;

    if (!stand_parts(rq, take_part, &f))
        stand_wrong(m, "no form", rq->path);
    if (strcmp(f.mode, "CREATION") == 0)
        status = create(&f, out);
    else if (strcmp(f.mode, "MODIFICATION") == 0)
        status = change(&f, out);
    else if (strncmp(f.mode, "DEMANDE_", 8) == 0)
        status = ask_for(&f, out, strcmp(f.mode, "DEMANDE_MASQUAGE") == 0);
    else if (strcmp(f.mode, "ANNULATION_DEMANDE") == 0)
        status = cancel(&f, out);
    else
        stand_wrong(m, "mode", f.mode);
    json_free(f.fields);
    json_free(f.root);
    json_free(f.list);
    return status;
}

/* --- requests --------------------------------------------------------------------- */

static int give_token(
        struct stand_memory *m, const struct stand_request *rq, struct buf *out)
{
    const char *who = stand_head(rq, "Authorization");

    if (strcmp(rq->method, "GET") != 0)
        stand_wrong(m, "token", rq->method);
    if (!who || strcmp(who, BASIC) != 0)
        return 401;
    m->tokens++;
    buf_addf(out,
            "{\"access_token\":\"TOKEN-%d\",\"token_type\":\"bearer\","
            "\"expires_in\":40698,\"scope\":\"api-ecriture\"}",
            m->token);
    return 200;
}

static int show(
        struct stand_memory *m, const char *number, const char *path, struct buf *out)
{
    struct stand_thing *t = by_number(m, number);

    m->looks++;
    if (!strstr(path, "?apiKey=" STAND_READ_KEY "&projetId=" STAND_PROJECT
                      "&responseFields=id,state,gestion.dateModification"))
        stand_wrong(m, "get-by-id", path);
    if (!t)
        return 404;
    buf_addf(out,
            "{\"id\":%lld,\"state\":\"%s\",\"gestion\":{\"dateModification\":"
            "\"%s\"}}",
            t->number, t->state, m->shown);
    return 200;
}

int stand_apidae(
        struct stand_memory *m, const struct stand_request *rq, struct buf *out)
{
    static const char object[] = "/api/v002/objet-touristique/get-by-id/";
    const char *token;
    char wanted[40];

    if (strcmp(rq->path, "/oauth/token?grant_type=client_credentials") == 0)
        return give_token(m, rq, out);
    snprintf(wanted, sizeof(wanted), "Bearer TOKEN-%d", m->token);
    token = stand_head(rq, "Authorization");
    if (!token || strcmp(token, wanted) != 0)
        return 401;
    if (strcmp(rq->method, "PUT") == 0 && strcmp(rq->path, "/api/v002/ecriture/") == 0)
        return write_object(m, rq, out);
    if (strcmp(rq->method, "GET") == 0 &&
            strncmp(rq->path, object, sizeof(object) - 1) == 0)
        return show(m, rq->path + sizeof(object) - 1, rq->path, out);
    stand_wrong(m, rq->method, rq->path);
    return 404;
}
