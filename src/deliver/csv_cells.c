/* What stands in a cell. */
#include <string.h>

#include "csv_cells.h"
#include "ident.h"
#include "words.h"
#include "odus/deliver/text.h"

#define CELL_FN(name)                                                                  \
    void cell_##name(                                                                  \
            const struct csv_row *r, const struct csv_column *c, struct buf *out)

/* --- reading ---------------------------------------------------------------------- */

static const struct json *body_of(const struct csv_row *r, const struct csv_column *c)
{
    return c->of_event ? r->n->body : r->body;
}

static void add(const char *text, struct buf *out)
{
    if (text)
        buf_adds(out, text);
}

static void add_scalar(const struct json *j, struct buf *out)
{
    switch (json_kind(j)) {
    case JSON_KIND_INT: buf_addf(out, "%lld", (long long)json_as_int(j, 0)); break;
    case JSON_KIND_BOOL: add(json_as_bool(j, false) ? "true" : "false", out); break;
    default: buf_addv(out, json_as_view(j)); break;
    }
}

/* What a record is called. */
static const char *name_of(const struct json *body)
{
    static const char *const fields[] = {"nom_affiche", "nom", "titre"};
    const char *name = NULL;

    for (size_t i = 0; !name && i < COUNT(fields); i++)
        name = notice_text(body, fields[i], NULL);
    return name;
}

/* --- values of the record --------------------------------------------------------- */

CELL_FN(value)
{
    add_scalar(notice_at(body_of(r, c), c->path), out);
}

CELL_FN(in_language)
{
    add(notice_text(body_of(r, c), c->path, c->arg), out);
}

CELL_FN(label)
{
    const char *code = notice_text_at(body_of(r, c), c->path);

    add(gate_cell(r->d->gate, r->n->type, c->arg, code, "label"), out);
}

CELL_FN(list)
{
    const struct json *j = notice_at(body_of(r, c), c->path);

    if (json_len(j))
        json_canonical(j, out);
}

/* oui, non, inconnu */
CELL_FN(three)
{
    const char *code = notice_text_at(body_of(r, c), c->path);

    if (code && strcmp(code, "oui") == 0)
        buf_adds(out, "true");
    else if (code && strcmp(code, "non") == 0)
        buf_adds(out, "false");
}

/* A code of which `inconnu` says nothing. */
CELL_FN(known)
{
    const char *code = notice_text_at(body_of(r, c), c->path);

    if (code && strcmp(code, "inconnu") != 0)
        buf_adds(out, code);
}

CELL_FN(commune)
{
    const char *code = notice_text_at(body_of(r, c), c->path);

    if (code && gate_cell(r->d->gate, "lieu", "communes", code, "label"))
        buf_adds(out, code);
}

/* --- rows of the record ----------------------------------------------------------- */

/* The values of column ARG as a JSON array. */
CELL_FN(column)
{
    const struct json *rows = notice_at(body_of(r, c), c->path);
    struct json *all = json_new_array();

    for (size_t i = 0; i < json_len(rows); i++)
        json_push_take(all, json_retain(json_get(json_at(rows, i), c->arg)));
    if (json_len(all))
        json_canonical(all, out);
    json_free(all);
}

CELL_FN(identifiers)
{
    const struct json *rows = notice_at(body_of(r, c), c->path);
    struct json *all = json_new_array();
    struct buf one;

    buf_init(&one, 0);
    for (size_t i = 0; i < json_len(rows); i++) {
        const char *system = json_get_text(json_at(rows, i), "systeme");
        const char *value = json_get_text(json_at(rows, i), "valeur");

        buf_clear(&one);
        if (system && value) {
            buf_addf(&one, "%s:%s", system, value);
            json_push_take(all, json_text(buf_view(&one)));
        }
    }
    if (json_len(all))
        json_canonical(all, out);
    buf_release(&one);
    json_free(all);
}

CELL_FN(image)
{
    const struct json *first = json_at(notice_images(r->n), 0);
    const char *text = json_get_text(first, c->arg);

    if (text && strcmp(c->arg, "fichier") == 0)
        ident_image(r->d, text, out);
    else
        add(text, out);
}

/* The first means of booking that is of type ARG. */
CELL_FN(booking)
{
    const struct json *rows = notice_at(body_of(r, c), "reservation.moyens");

    for (size_t i = 0; i < json_len(rows); i++) {
        const char *type = json_get_text(json_at(rows, i), "type");

        if (type && strcmp(type, c->arg) == 0) {
            add(json_get_text(json_at(rows, i), "valeur"), out);
            return;
        }
    }
}

/* The cheapest ("min") or the dearest ("max") of all rates. */
CELL_FN(price)
{
    const struct json *rows = notice_at(body_of(r, c), "tarifs");
    bool max = strcmp(c->arg, "max") == 0, any = false;
    int64_t found = 0;

    for (size_t i = 0; i < json_len(rows); i++) {
        int64_t low = json_get_int(json_at(rows, i), "prix_min_cts", -1);
        int64_t high = json_get_int(json_at(rows, i), "prix_max_cts", low);
        int64_t cents = max && high > low ? high : low;

        if (cents >= 0 && (!any || (max ? cents > found : cents < found))) {
            found = cents;
            any = true;
        }
    }
    if (any)
        text_cents(found, out);
}

static void set_cents(struct json *into, const char *key, int64_t cents)
{
    struct buf text;

    if (cents < 0)
        return;
    buf_init(&text, 0);
    text_cents(cents, &text);
    json_set_text(into, key, text.s);
    buf_release(&text);
}

CELL_FN(rates)
{
    const struct json *rows = notice_at(body_of(r, c), c->path);
    struct json *all = json_new_array();

    for (size_t i = 0; i < json_len(rows); i++) {
        const struct json *row = json_at(rows, i);
        struct json *rate = json_new_object();

        json_set_text(rate, "categorie", json_get_text(row, "categorie"));
        json_set_text(rate, "precision", json_get_text(row, "precision"));
        set_cents(rate, "prix_min", json_get_int(row, "prix_min_cts", -1));
        set_cents(rate, "prix_max", json_get_int(row, "prix_max_cts", -1));
        json_push_take(all, rate);
    }
    if (json_len(all))
        json_canonical(all, out);
    json_free(all);
}

/* --- other records ---------------------------------------------------------------- */

CELL_FN(linked)
{
    const char *uid = notice_text_at(body_of(r, c), c->path);

    if (notice_linked(r->n, uid))
        buf_adds(out, uid);
}

CELL_FN(linked_name)
{
    const char *uid = notice_text_at(body_of(r, c), c->path);
    const struct json *body = notice_linked(r->n, uid);

    add(body ? name_of(body) : NULL, out);
}

CELL_FN(linked_names)
{
    const struct json *uids = notice_at(body_of(r, c), c->path);
    struct json *all = json_new_array();

    for (size_t i = 0; i < json_len(uids); i++) {
        const struct json *body = notice_linked(r->n, json_as_text(json_at(uids, i)));

        if (body && name_of(body))
            json_push_take(all, json_text(view_of(name_of(body))));
    }
    if (json_len(all))
        json_canonical(all, out);
    json_free(all);
}

/* Who did what: rows of {nom, fonction, personnage}. */
CELL_FN(credits)
{
    const struct json *rows = notice_at(body_of(r, c), c->path);
    struct json *all = json_new_array();

    for (size_t i = 0; i < json_len(rows); i++) {
        const struct json *row = json_at(rows, i);
        const struct json *body = notice_linked(r->n, json_get_text(row, "ref"));
        struct json *credit = json_new_object();

        json_set_text(credit, "fonction", json_get_text(row, "fonction"));
        json_set_text(credit, "nom", body ? name_of(body) : NULL);
        json_set_text(credit, "personnage", json_get_text(row, "personnage"));
        json_push_take(all, credit);
    }
    if (json_len(all))
        json_canonical(all, out);
    json_free(all);
}

/* --- the place -------------------------------------------------------------------- */

static const char *place_uid(const struct csv_row *r)
{
    return r->performance ? r->performance->place : notice_text_at(r->body, "lieu");
}

CELL_FN(place)
{
    const char *uid = place_uid(r);

    (void)c;
    if (notice_linked(r->n, uid))
        buf_adds(out, uid);
}

CELL_FN(place_name)
{
    const struct json *body = notice_linked(r->n, place_uid(r));

    (void)c;
    add(body ? name_of(body) : NULL, out);
}

/* PATH is "lieu." and a field of the venue. A hall is where the house is that it
 * belongs to. */
static const struct json *of_place(const struct csv_row *r, const char *path)
{
    const char *field = strchr(path, '.') + 1;
    const struct json *place = notice_linked(r->n, place_uid(r));
    const struct json *own = notice_at(place, field);

    return own ? own : notice_at(words_located(r->n, place), field);
}

CELL_FN(place_value)
{
    add_scalar(of_place(r, c->path), out);
}

CELL_FN(place_commune)
{
    const char *code = json_as_text(of_place(r, c->path));

    if (gate_cell(r->d->gate, "lieu", "communes", code, "label"))
        buf_adds(out, code);
}

CELL_FN(place_town)
{
    const struct json *place = notice_linked(r->n, place_uid(r));

    (void)c;
    add(words_locality(r->d, words_located(r->n, place)), out);
}

/* --- the performance -------------------------------------------------------------- */

/* Of an event on site, only performances that have moved there have the link. */
CELL_FN(performance_link)
{
    const char *mode = notice_text_at(body_of(r, c), "mode");

    if (strcmp(r->performance->status, "passe_en_ligne") == 0 ||
            (mode && strcmp(mode, "presentiel") != 0))
        add(notice_text_at(body_of(r, c), c->path), out);
}

CELL_FN(performance_uid)
{
    (void)c;
    buf_adds(out, r->performance->uid);
}

static const struct moment *moment_of(
        const struct csv_row *r, const struct csv_column *c)
{
    switch (*c->arg) {
    case 'd': return &r->performance->start;
    case 'f': return &r->performance->end;
    default: return &r->performance->before;
    }
}

CELL_FN(when)
{
    const struct moment *m = moment_of(r, c);

    if (*m->zone)
        text_moment(m, out);
}

CELL_FN(day)
{
    struct moment m = r->performance->start;

    (void)c;
    m.minutes = MOMENT_NO_HOUR;
    text_moment(&m, out);
}

CELL_FN(hour)
{
    const struct moment *m = &r->performance->start;

    (void)c;
    if (m->minutes != MOMENT_NO_HOUR)
        buf_addf(out, "%02d:%02d", m->minutes / 60, m->minutes % 60);
}

CELL_FN(zone)
{
    (void)c;
    buf_adds(out, r->performance->start.zone);
}

CELL_FN(estimated)
{
    (void)c;
    if (*r->performance->end.zone)
        add(r->performance->end_estimated ? "true" : "false", out);
}

CELL_FN(status)
{
    const char *code = r->performance->status;

    add(c->arg ? gate_cell(r->d->gate, r->n->type, c->arg, code, "label") : code, out);
}

/* --- of the whole ----------------------------------------------------------------- */

CELL_FN(count)
{
    (void)c;
    buf_addf(out, "%zu", r->n->noccurrences);
}

CELL_FN(name_for_life)
{
    const char *uid = notice_text_at(body_of(r, c), "_id");

    if (uid)
        ident(r->d, r->n->type, uid, out);
}

CELL_FN(page)
{
    ident_page(r->d, body_of(r, c), out);
}

CELL_FN(licence)
{
    const char *code = notice_text_at(body_of(r, c), "licence");

    if (!code)
        code = CSV_LICENCE;
    add(c->arg ? gate_cell(r->d->gate, r->n->type, "licences_donnee", code, c->arg)
               : code,
            out);
}

CELL_FN(attribution)
{
    (void)c;
    buf_adds(out, *r->d->publisher ? r->d->publisher : r->d->title);
}
