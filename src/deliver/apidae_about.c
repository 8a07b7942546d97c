/* Apidae: what an event is, for whom, and whom to ask. */
#include <string.h>

#include "apidae.h"
#include "facts.h"
#include "ident.h"

enum { AGE_MAX = 120 };

/* --- what, and for whom ----------------------------------------------------------- */

/* Adds the reference to LIST, unless it is there. */
static void refer(struct json *list, const char *type, const char *text)
{
    struct json *ref = ap_reference(type, text);

    for (size_t i = 0; ref && i < json_len(list); i++)
        if (json_same(json_at(list, i), ref)) {
            json_free(ref);
            return;
        }
    json_push_take(list, ref);
}

void ap_put_kind(struct ap_run *r)
{
    static const char type[] = "FeteEtManifestationCategorie";
    const struct json *body = r->n->body;
    const char *genre = json_get_text(body, "genre");
    const char *finer = json_get_text(body, "sous_genre");
    const char *own = ap_cell(r, "sous_genres", finer, "apidae");
    struct json *kinds = json_new_array(), *themes = json_new_array();

    refer(kinds, type, own ? own : ap_cell(r, "genres", genre, "apidae"));
    refer(kinds, type, ap_cell(r, "natures", json_get_text(body, "nature"), "apidae"));
    own = ap_cell(r, "sous_genres", finer, "apidae_theme");
    refer(themes, "FeteEtManifestationTheme",
            own ? own : ap_cell(r, "genres", genre, "apidae_theme"));
    if (json_len(kinds) == 0)
        outlet_note(r->out, NOTE_MISSING, "genre",
                N_("Apidae has no category for this genre."), NULL, NULL);
    ap_put(r, "informationsFeteEtManifestation.categories", kinds);
    ap_put(r, "informationsFeteEtManifestation.themes", themes);
    ap_put(r, "informationsFeteEtManifestation.portee",
            ap_reference("FeteEtManifestationPortee",
                    ap_cell(r, "portees", json_get_text(body, "portee"), "apidae")));
}

static void put_age(struct ap_run *r, const char *path, const char *field)
{
    int64_t age = json_get_int(r->n->body, field, -1);

    if (age < 0 || age > AGE_MAX)
        return;
    ap_put(r, path, json_int(age));
    if (!json_get(json_get(r->root, "prestations"), "uniteAge"))
        ap_put(r, "prestations.uniteAge", json_text(VIEW_LIT("ANNEE")));
}

void ap_put_audience(struct ap_run *r)
{
    const struct json *publics = json_get(r->n->body, "publics");
    const char *reach = notice_text_at(r->venue, "accessibilite.moteur");
    struct json *types = json_new_array(), *access = json_new_array();

    for (size_t i = 0; i < json_len(publics); i++)
        refer(types, "TypeClientele",
                ap_cell(r, "types_public", json_as_text(json_at(publics, i)),
                        "apidae"));
    if (reach)
        refer(access, "TourismeAdapte",
                gate_cell(r->d->gate, "lieu", "niveaux_moteur", reach, "apidae"));
    for (size_t i = 0; facts_handicaps[i]; i++)
        if (facts_access(r->n, r->place, facts_handicaps[i]))
            refer(access, "TourismeAdapte",
                    gate_cell(r->d->gate, "lieu", "handicaps", facts_handicaps[i],
                            "apidae"));
    ap_put(r, "prestations.typesClientele", types);
    ap_put(r, "prestations.tourismesAdaptes", access);
    put_age(r, "prestations.ageMin", "age_min");
    put_age(r, "prestations.ageMax", "age_max");
}

/* --- who to ask ------------------------------------------------------------------- */

/* Adds VALUE as a means of our kind CODE (list types_moyen). */
static void add_means(
        const struct ap_run *r, struct json *list, const char *code, const char *value)
{
    struct json *type = ap_reference(
            "MoyenCommunicationType", ap_cell(r, "types_moyen", code, "apidae"));
    struct json *text = ap_line(value), *one, *where;

    if (!type || !text) {
        json_free(type);
        json_free(text);
        return;
    }
    where = json_new_object();
    json_set_take(where, "fr", text);
    one = json_new_object();
    json_set_take(one, "type", type);
    json_set_take(one, "coordonnees", where);
    json_push_take(list, one);
}

void ap_put_contact(struct ap_run *r)
{
    const struct json *who =
            notice_linked(r->n, json_get_text(r->n->body, "organisateur"));
    struct json *list = json_new_array();

    add_means(r, list, "tel", notice_text_at(who, "contact_public.tel"));
    add_means(r, list, "courriel", notice_text_at(who, "contact_public.courriel"));
    add_means(r, list, "url", json_get_text(r->n->body, "url_fiche"));
    if (!json_get(r->n->body, "url_fiche"))
        add_means(r, list, "url", notice_text_at(who, "contact_public.site"));
    if (json_len(list) == 0)
        outlet_note(r->out, NOTE_MISSING, "organisateur.contact_public",
                N_("Apidae asks for a phone number, an e-mail or a site."), NULL, NULL);
    ap_put(r, "informations.moyensCommunication", list);
}

static void write_booking(const struct ap_run *r, const struct delivery *d,
        const void *ctx, struct buf *out)
{
    char column[16] = "label[??]";
    const char *label;

    memcpy(column + 6, d->lang, 2);
    label = ap_cell(
            r, "modes_reservation", ctx, strcmp(d->lang, "fr") == 0 ? "label" : column);
    if (label)
        buf_adds(out, label);
}

void ap_put_booking(struct ap_run *r)
{
    const struct json *ways = notice_at(r->n->body, "reservation.moyens");
    const struct json *who =
            notice_linked(r->n, json_get_text(r->n->body, "organisateur"));
    struct json *means = json_new_array(), *list = json_new_array(), *one;

    for (size_t i = 0; i < json_len(ways); i++) {
        const struct json *way = json_at(ways, i);

        add_means(r, means, json_get_text(way, "type"), json_get_text(way, "valeur"));
    }
    if (json_len(means)) {
        one = json_new_object();
        json_set_take(one, "nom", ap_line(json_get_text(who, "nom")));
        json_set_take(one, "type", ap_reference("ReservationType", "475")); /* direct */
        json_set_take(one, "moyensCommunication", means);
        json_push_take(list, one);
    } else {
        json_free(means);
    }
    ap_put(r, "reservation.organismes", list);
    ap_put(r, "reservation.complement",
            ap_label(r, write_booking, notice_text_at(r->n->body, "reservation.mode"),
                    0, NULL));
}

/* --- pictures --------------------------------------------------------------------- */

static void write_line(const struct ap_run *r, const struct delivery *d,
        const void *ctx, struct buf *out)
{
    (void)r;
    facts_line(json_get_text(ctx, d->lang), out);
}

static void write_credit(const struct ap_run *r, const struct delivery *d,
        const void *ctx, struct buf *out)
{
    (void)r;
    if (strcmp(d->lang, "fr") == 0)
        facts_line(ctx, out);
}

/* Address of the picture ROW: its own; or MULTIMEDIA#illustration-N, a file of format
 * images that is sent beside, under the parameter of that name. */
static void picture_address(
        struct ap_run *r, const char *file, size_t n, struct buf *address)
{
    const char *suffix;
    struct buf key, path;

    if (ident_is_address(file)) {
        if (facts_is_address(file))
            buf_adds(address, file);
        return;
    }
    suffix = gate_suffix(r->d->gate, file);
    if (!suffix) {
        outlet_note(r->out, NOTE_LOST, "images.fichier",
                N_("The picture is not on this machine: odus files fetch brings it."),
                NULL, NULL);
        return;
    }
    buf_addf(address, "MULTIMEDIA#illustration-%zu", n);
    buf_init(&key, 0);
    buf_init(&path, 0);
    buf_addf(&key, "multimedia.illustration-%zu", n);
    buf_addf(&path, "images/%s.%s", file, suffix);
    json_set_text(r->call, key.s, path.s);
    buf_release(&path);
    buf_release(&key);
}

static struct json *picture(struct ap_run *r, const struct json *row, size_t n)
{
    const char *file = json_get_text(row, "fichier");
    struct json *obj, *files, *one;
    struct buf address;

    buf_init(&address, 0);
    if (file)
        picture_address(r, file, n, &address);
    if (!address.len) {
        buf_release(&address);
        return NULL;
    }
    one = json_new_object();
    json_set_text(one, "locale", "fr");
    json_set_text(one, "url", address.s);
    files = json_new_array();
    json_push_take(files, one);
    obj = json_new_object();
    json_set_take(obj, "link", json_bool(ident_is_address(file)));
    json_set_text(obj, "type", "IMAGE");
    json_set_take(
            obj, "legende", ap_label(r, write_line, json_get(row, "legende"), 0, NULL));
    json_set_take(obj, "copyright",
            ap_label(r, write_credit, json_get_text(row, "credit"), 0, NULL));
    json_set_take(obj, "traductionFichiers", files);
    buf_release(&address);
    return obj;
}

void ap_put_pictures(struct ap_run *r)
{
    const struct json *rows = notice_images(r->n);
    struct json *list = json_new_array();

    for (size_t i = 0; i < json_len(rows); i++)
        json_push_take(list, picture(r, json_at(rows, i), i + 1));
    ap_put(r, "illustrations", list);
}
