/* Nodes of schema.org: values, places, organisations, people. */
#include <string.h>

#include "ident.h"
#include "jsonld.h"
#include "odus/deliver/text.h"
#include "words.h"

#define SCHEMA "https://schema.org/"

/* --- values ---------------------------------------------------------------------- */

void jsonld_set_buf(struct json *obj, const char *key, struct buf *text)
{
    if (text->len)
        json_set_take(obj, key, json_text(buf_view(text)));
    buf_release(text);
}

/* "https://schema.org/X" of the cell, nothing where there is none. */
void jsonld_set_iri(struct json *obj, const char *key, const char *name)
{
    struct buf iri;

    buf_init(&iri, 0);
    if (name)
        buf_addf(&iri, SCHEMA "%s", name);
    jsonld_set_buf(obj, key, &iri);
}

void jsonld_set_id(
        const struct delivery *d, struct json *obj, const char *type, const char *uid)
{
    struct buf id;

    buf_init(&id, 0);
    ident(d, type, uid, &id);
    jsonld_set_buf(obj, "@id", &id);
}

void jsonld_set_moment(struct json *obj, const char *key, const struct moment *m)
{
    struct buf text;

    if (!*m->zone)
        return;
    buf_init(&text, 0);
    text_moment(m, &text);
    jsonld_set_buf(obj, key, &text);
}

struct json *jsonld_thing(const char *type)
{
    struct json *obj = json_new_object();

    json_set_text(obj, "@type", type);
    return obj;
}

/* The only one instead of a list of one; nothing for none. Takes LIST. */
void jsonld_set_list(struct json *obj, const char *key, struct json *list)
{
    if (json_len(list) == 1)
        json_set_take(obj, key, json_retain(json_at(list, 0)));
    else if (json_len(list) > 1)
        json_set_take(obj, key, json_retain(list));
    json_free(list);
}

/* The name, and what it is in other languages; one in another language stands there
 * too: Google takes only a text for a name, which cannot say its language. */
void jsonld_set_names(const struct delivery *d, struct json *obj,
        const struct json *body, const char *field)
{
    const struct json *texts = json_get(body, field);
    struct json *others = json_new_array();

    json_set_text(obj, "name", words_text(d, body, field, NULL));
    for (struct json_iter it = {0}; json_iter(texts, &it);) {
        struct json *other;

        if (strcmp(it.key, d->lang) == 0)
            continue;
        other = json_new_object();
        json_set_text(other, "@language", it.key);
        json_set_text(other, "@value", json_as_text(it.val));
        json_push_take(others, other);
    }
    jsonld_set_list(obj, "alternateName", others);
}

void jsonld_set_description(
        const struct delivery *d, struct json *obj, const struct json *body)
{
    const char *memo = words_text(d, body, "description", NULL);
    const char *lead = words_text(d, body, "accroche", NULL);
    struct buf text;

    buf_init(&text, 0);
    buf_adds(&text, lead ? lead : "");
    if (lead && memo)
        buf_adds(&text, "\n\n");
    text_plain(view_of(memo), &text);
    jsonld_set_buf(obj, "description", &text);
}

/* The description itself, which has a licence, a date and a publisher; what it
 * describes has none of these. */
void jsonld_set_record(
        const struct delivery *d, const struct notice *n, struct json *thing)
{
    const char *licence = json_get_text(n->body, "licence");
    struct json *record = jsonld_thing("CreativeWork");

    json_set_text(record, "dateModified", json_get_text(n->body, "modifie_le"));
    /* The first words of `description`, where more follow. */
    if (words_text(d, n->body, "description", NULL))
        json_set_text(record, "abstract", words_text(d, n->body, "accroche", NULL));
    json_set_text(record, "license",
            licence ? gate_cell(d->gate, n->type, "licences_donnee", licence, "url")
                    : NULL);
    if (*d->publisher) {
        struct json *who = jsonld_thing("Organization");

        json_set_text(who, "name", d->publisher);
        json_set_take(record, "publisher", who);
    }
    json_set_take(thing, "subjectOf", record);
}

/* --- places and people ----------------------------------------------------------- */

static struct json *address(const struct delivery *d, const struct json *body)
{
    const char *region = notice_text_at(body, "adresse.region");
    const char *street = notice_text_at(body, "adresse.voie");
    struct json *a = jsonld_thing("PostalAddress");

    json_set_text(a, "streetAddress",
            street ? street : notice_text_at(body, "adresse.lieu_dit"));
    json_set_text(a, "postalCode", notice_text_at(body, "adresse.code_postal"));
    json_set_text(a, "addressLocality", words_locality(d, body));
    json_set_text(a, "addressRegion", region);
    if (json_len(a) > 1) { /* a country alone is no address */
        json_set_text(a, "addressCountry", notice_text_at(body, "adresse.pays"));
        return a;
    }
    json_free(a);
    return NULL;
}

static struct json *coordinates(const struct json *body)
{
    double lat, lon;
    struct json *geo;

    if (!view_real(view_of(json_get_text(body, "lat")), &lat) ||
            !view_real(view_of(json_get_text(body, "lon")), &lon))
        return NULL;
    geo = jsonld_thing("GeoCoordinates");
    json_set_take(geo, "latitude", json_new_real(lat));
    json_set_take(geo, "longitude", json_new_real(lon));
    return geo;
}

static void set_contact(struct json *obj, const struct json *body)
{
    json_set_text(obj, "telephone", notice_text_at(body, "contact_public.tel"));
    json_set_text(obj, "email", notice_text_at(body, "contact_public.courriel"));
    json_set_text(obj, "url", notice_text_at(body, "contact_public.site"));
}

/* What the building has: three states, and unknown is not said. */
static struct json *amenities(const struct delivery *d, const struct json *body)
{
    const struct json *access = json_get(body, "accessibilite");
    struct json *list = json_new_array();

    for (struct json_iter it = {0}; json_iter(access, &it);) {
        const char *value = json_as_text(it.val);
        const char *label, *level;
        struct json *feature;

        if (!value || strcmp(value, "inconnu") == 0)
            continue;
        feature = jsonld_thing("LocationFeatureSpecification");
        label = words_feature(d, it.key, value, &level);
        json_set_text(feature, "name", label ? label : it.key);
        if (strcmp(value, "oui") == 0 || strcmp(value, "non") == 0)
            json_set_take(feature, "value", json_bool(strcmp(value, "oui") == 0));
        else
            json_set_text(feature, "value", level ? level : value);
        json_push_take(list, feature);
    }
    return list;
}

struct json *jsonld_place(
        const struct delivery *d, const struct notice *n, const struct json *body)
{
    const char *parent = json_get_text(body, "lieu_parent");
    const struct json *within = notice_linked(n, parent);
    const struct json *at = words_located(n, body);
    int64_t capacity = json_get_int(body, "jauge_totale", -1);
    struct json *p = jsonld_thing("Place");

    jsonld_set_id(d, p, "lieu", json_get_text(body, "_id"));
    jsonld_set_names(d, p, body, "nom");
    json_set_take(p, "address", address(d, at));
    json_set_take(p, "geo", coordinates(at));
    json_set_text(p, "telephone", notice_text_at(body, "contact_public.tel"));
    json_set_text(p, "url", notice_text_at(body, "contact_public.site"));
    jsonld_set_list(p, "amenityFeature", amenities(d, body));
    if (capacity >= 0)
        json_set_take(p, "maximumAttendeeCapacity", json_int(capacity));
    if (within) {
        struct json *outer = jsonld_thing("Place");

        jsonld_set_id(d, outer, "lieu", parent);
        json_set_text(outer, "name", words_text(d, within, "nom", NULL));
        json_set_take(p, "containedInPlace", outer);
    }
    return p;
}

struct json *jsonld_organisation(const struct delivery *d, const struct json *body)
{
    const struct json *roles = json_get(body, "roles");
    const char *isni = json_get_text(body, "isni");
    const char *type = NULL;
    struct json *o;

    for (size_t i = 0; !type && i < json_len(roles); i++)
        type = gate_cell(d->gate, "structure", "roles_structure",
                json_as_text(json_at(roles, i)), "schema");
    o = jsonld_thing(type ? type : "Organization");
    jsonld_set_id(d, o, "structure", json_get_text(body, "_id"));
    jsonld_set_names(d, o, body, "nom");
    set_contact(o, body);
    json_set_take(o, "address", address(d, body));
    if (isni) {
        struct buf same;

        buf_init(&same, 0);
        buf_addf(&same, "https://isni.org/isni/%s", isni);
        jsonld_set_buf(o, "sameAs", &same);
    }
    return o;
}

static struct json *person(const struct delivery *d, const struct json *body)
{
    const char *name = json_get_text(body, "nom_affiche");
    struct json *p = jsonld_thing("Person");

    jsonld_set_id(d, p, "personne", json_get_text(body, "_id"));
    json_set_text(p, "name", name ? name : json_get_text(body, "nom"));
    json_set_text(p, "givenName", json_get_text(body, "prenom"));
    json_set_text(p, "familyName", json_get_text(body, "nom"));
    return p;
}

/* Whoever UID is, NULL when they may not be named. */
struct json *jsonld_agent(
        const struct delivery *d, const struct notice *n, const char *uid)
{
    const struct json *body = notice_linked(n, uid);
    const char *type = body ? json_get_text(body, "type") : NULL;

    if (!type)
        return NULL;
    return strcmp(type, "personne") == 0 ? person(d, body)
                                         : jsonld_organisation(d, body);
}

/* Adds everybody of the list of uids FIELD. */
void jsonld_add_agents(const struct delivery *d, const struct notice *n,
        const struct json *uids, struct json *list)
{
    if (json_as_text(uids))
        json_push_take(list, jsonld_agent(d, n, json_as_text(uids)));
    for (size_t i = 0; i < json_len(uids); i++)
        json_push_take(list, jsonld_agent(d, n, json_as_text(json_at(uids, i))));
}
