/*
 * schema.org (release 30) as JSON-LD: one document for each performance, venue and
 * organisation, and for each event of several performances an EventSeries. Rules of
 * Google's event pages: developers.google.com/search/docs/appearance/structured-data/
 * event. Enumerations are whole addresses: consumers that check shapes want nodes.
 */
#include <string.h>

#include "formats.h"
#include "ident.h"
#include "jsonld.h"
#include "odus/deliver/text.h"
#include "words.h"

/* --- the show -------------------------------------------------------------------- */

/* schema.org has properties for some functions; the others contribute. */
static const char *property_of(const char *function)
{
    static const struct {
        const char *function, *property;
    } known[] = {{"metteur_en_scene", "director"}, {"choregraphe", "director"},
            {"directeur_musical", "director"}, {"comedien", "actor"},
            {"compositeur", "composer"}, {"danseur", "performer"},
            {"musicien", "performer"}, {"chanteur", "performer"},
            {"circassien", "performer"}, {"marionnettiste", "performer"},
            {"conteur", "performer"}};

    for (size_t i = 0; function && i < sizeof(known) / sizeof(known[0]); i++)
        if (strcmp(function, known[i].function) == 0)
            return known[i].property;
    return "contributor";
}

static void credits(const struct delivery *d, const struct notice *n,
        const struct json *rows, struct json *event)
{
    static const char *const properties[] = {
            "director", "actor", "composer", "contributor", "performer"};

    for (size_t p = 0; p < sizeof(properties) / sizeof(properties[0]); p++) {
        struct json *list = json_new_array();
        const struct json *before = json_get(event, properties[p]);

        for (size_t i = 0; before && i < json_len(before); i++)
            json_push_take(list, json_retain(json_at(before, i)));
        for (size_t i = 0; i < json_len(rows); i++) {
            const struct json *row = json_at(rows, i);

            if (strcmp(property_of(json_get_text(row, "fonction")), properties[p]) == 0)
                json_push_take(list, jsonld_agent(d, n, json_get_text(row, "ref")));
        }
        if (json_len(list))
            json_set_take(event, properties[p], list);
        else
            json_free(list);
    }
}

static struct json *work(
        const struct delivery *d, const struct notice *n, const struct json *body)
{
    const struct json *authors = json_get(body, "auteurs");
    struct json *w = jsonld_thing("CreativeWork"), *list = json_new_array();

    jsonld_set_id(d, w, json_get_text(body, "type"), json_get_text(body, "_id"));
    jsonld_set_names(d, w, body, "titre");
    jsonld_set_description(d, w, body);
    for (size_t i = 0; i < json_len(authors); i++)
        json_push_take(
                list, jsonld_agent(d, n, json_get_text(json_at(authors, i), "ref")));
    jsonld_set_list(w, "creator", list);
    json_set_take(w, "inLanguage", json_dup(json_get(body, "langues_spectacle")));
    return w;
}

/* The shows, the works these are made of, and who plays. */
static void set_works(
        const struct delivery *d, const struct notice *n, struct json *event)
{
    const struct json *shows = json_get(n->body, "spectacles");
    struct json *works = json_new_array(), *performers = json_new_array();

    for (size_t i = 0; i < json_len(shows); i++) {
        const struct json *show = notice_linked(n, json_as_text(json_at(shows, i)));
        const struct json *parts;

        if (!show)
            continue;
        json_push_take(works, work(d, n, show));
        parts = json_get(show, "oeuvres");
        for (size_t j = 0; j < json_len(parts); j++) {
            const struct json *part = notice_linked(n, json_as_text(json_at(parts, j)));

            if (part)
                json_push_take(works, work(d, n, part));
        }
        jsonld_add_agents(d, n, json_get(show, "compagnie"), performers);
    }
    jsonld_set_list(event, "workPerformed", works);
    json_set_take(event, "performer", performers);
    for (size_t i = 0; i < json_len(shows); i++) {
        const struct json *show = notice_linked(n, json_as_text(json_at(shows, i)));

        if (show)
            credits(d, n, json_get(show, "contributions"), event);
    }
    if (json_len(json_get(event, "performer")) == 0)
        json_set_take(event, "performer", NULL);
}

/* --- offers ---------------------------------------------------------------------- */

static void set_price(struct json *offer, const char *key, int64_t cents)
{
    struct buf text;
    double euros;

    buf_init(&text, 0);
    text_cents(cents, &text);
    if (view_real(buf_view(&text), &euros))
        json_set_take(offer, key, json_new_real(euros));
    buf_release(&text);
}

/* Nothing is for sale of what does not take place; of all (P NULL) nobody can say. */
static const char *availability(const struct performance *p)
{
    if (!p || strcmp(p->status, "annule") == 0 || strcmp(p->status, "reporte") == 0)
        return NULL;
    return strcmp(p->status, "complet") == 0 ? "SoldOut" : "InStock";
}

/* The first there is. */
static const char *booking_page(const struct notice *n)
{
    const struct json *ways = notice_at(n->body, "reservation.moyens");

    for (size_t i = 0; i < json_len(ways); i++)
        if (view_is(json_as_view(json_get(json_at(ways, i), "type")), "url"))
            return json_get_text(json_at(ways, i), "valeur");
    return NULL;
}

static struct json *offer(const struct delivery *d, const struct notice *n,
        const struct performance *o, const struct json *row)
{
    const char *rate = json_get_text(row, "categorie");
    int64_t low = json_get_int(row, "prix_min_cts", -1);
    int64_t high = json_get_int(row, "prix_max_cts", low);
    struct json *of = jsonld_thing("Offer");

    json_set_text(of, "name",
            rate ? gate_cell(d->gate, "evenement", "categories_tarif", rate, "label")
                 : NULL);
    json_set_text(of, "description", json_get_text(row, "precision"));
    if (low >= 0) {
        set_price(of, "price", low);
        json_set_text(of, "priceCurrency", "EUR");
    }
    if (low >= 0 && high > low) {
        struct json *range = jsonld_thing("PriceSpecification");

        set_price(range, "minPrice", low);
        set_price(range, "maxPrice", high);
        json_set_text(range, "priceCurrency", "EUR");
        json_set_take(of, "priceSpecification", range);
    }
    jsonld_set_iri(of, "availability", availability(o));
    json_set_text(of, "url", booking_page(n));
    return of;
}

static void set_offers(const struct delivery *d, const struct notice *n,
        const struct performance *p, struct json *event)
{
    const struct json *rates = json_get(n->body, "tarifs");
    const char *kind = json_get_text(n->body, "indication_tarif");
    const char *free =
            kind ? gate_cell(d->gate, "evenement", "indications_tarif", kind, "free")
                 : NULL;
    struct json *list = json_new_array();

    for (size_t i = 0; i < json_len(rates); i++)
        if (json_get_int(json_at(rates, i), "prix_min_cts", -1) >= 0)
            json_push_take(list, offer(d, n, p, json_at(rates, i)));
    if (json_len(rates) == 0 && free && strcmp(free, "true") == 0) {
        struct json *of = offer(d, n, p, NULL);

        set_price(of, "price", 0);
        json_set_text(of, "priceCurrency", "EUR");
        json_push_take(list, of);
    }
    jsonld_set_list(event, "offers", list);
    if (free)
        json_set_take(
                event, "isAccessibleForFree", json_bool(strcmp(free, "true") == 0));
}

/* --- an event -------------------------------------------------------------------- */

static void set_images(
        const struct delivery *d, const struct notice *n, struct json *event)
{
    const struct json *rows = notice_images(n);
    struct json *list = json_new_array();

    for (size_t i = 0; i < json_len(rows); i++) {
        const struct json *row = json_at(rows, i);
        const char *file = json_get_text(row, "fichier");
        struct json *image = jsonld_thing("ImageObject");
        struct buf url;

        buf_init(&url, 0);
        if (file)
            ident_image(d, file, &url);
        if (url.len) {
            jsonld_set_buf(image, "url", &url);
            json_set_text(image, "creditText", json_get_text(row, "credit"));
            json_set_text(image, "caption", words_text(d, row, "legende", NULL));
            json_push_take(list, image);
        } else {
            buf_release(&url);
            json_free(image);
        }
    }
    jsonld_set_list(event, "image", list);
}

/* "6-12", "12-", "-3" (schema.org typicalAgeRange). */
static void set_ages(struct json *event, const struct json *body)
{
    int64_t low = json_get_int(body, "age_min", -1);
    int64_t high = json_get_int(body, "age_max", -1);
    struct buf text;

    buf_init(&text, 0);
    if (low >= 0 || high >= 0) {
        if (low >= 0)
            buf_addf(&text, "%lld", (long long)low);
        buf_addc(&text, '-');
        if (high >= 0)
            buf_addf(&text, "%lld", (long long)high);
    }
    jsonld_set_buf(event, "typicalAgeRange", &text);
}

static void set_audience(
        const struct delivery *d, const struct notice *n, struct json *event)
{
    const struct json *kinds = json_get(n->body, "publics");
    struct json *list = json_new_array();

    for (size_t i = 0; i < json_len(kinds); i++) {
        const char *label = words_label(
                d, "evenement", "types_public", json_as_text(json_at(kinds, i)));
        struct json *audience;

        if (!label)
            continue;
        audience = jsonld_thing("Audience");
        json_set_text(audience, "audienceType", label);
        json_push_take(list, audience);
    }
    jsonld_set_list(event, "audience", list);
}

static struct json *virtual_place(const struct notice *n)
{
    const char *link = json_get_text(n->body, "lien_en_ligne");
    struct json *v;

    if (!link)
        return NULL;
    v = jsonld_thing("VirtualLocation");
    json_set_text(v, "url", link);
    return v;
}

static bool is_moved(const struct performance *p)
{
    return strcmp(p->status, "passe_en_ligne") == 0;
}

/* Where one may be: at the performance HERE, NULL when at none, and at the link where
 * the event has one or some performance is MOVED there. */
static void set_places(const struct delivery *d, const struct notice *n,
        const struct performance *here, bool moved, struct json *event)
{
    const char *mode = json_get_text(n->body, "mode");
    const struct json *venue = here ? notice_linked(n, here->place) : NULL;
    struct json *list = json_new_array();

    if (venue)
        json_push_take(list, jsonld_place(d, n, venue));
    if (moved || (mode && strcmp(mode, "presentiel") != 0))
        json_push_take(list, virtual_place(n));
    jsonld_set_list(event, "location", list);
    jsonld_set_iri(event, "eventAttendanceMode",
            moved  ? venue ? "MixedEventAttendanceMode" : "OnlineEventAttendanceMode"
            : mode ? gate_cell(d->gate, "evenement", "modes", mode, "schema")
                   : NULL);
}

static void set_location(const struct delivery *d, const struct notice *n,
        const struct performance *p, struct json *event)
{
    set_places(d, n, is_moved(p) ? NULL : p, is_moved(p), event);
}

/* The whole is where its first performance is that has not moved, and at the link when
 * any has. */
static void set_locations(
        const struct delivery *d, const struct notice *n, struct json *series)
{
    const struct performance *here = NULL;
    bool moved = false;

    for (size_t i = 0; i < n->noccurrences; i++) {
        moved = moved || is_moved(&n->occurrences[i]);
        if (!here && !is_moved(&n->occurrences[i]))
            here = &n->occurrences[i];
    }
    set_places(d, n, here, moved, series);
}

/* What all performances of an event have in common. */
static void set_event(
        const struct delivery *d, const struct notice *n, struct json *event)
{
    struct json *organisers = json_new_array();
    struct buf page;

    jsonld_set_names(d, event, n->body, "titre");
    jsonld_set_description(d, event, n->body);
    set_images(d, n, event);
    set_ages(event, n->body);
    set_audience(d, n, event);
    jsonld_add_agents(d, n, json_get(n->body, "organisateur"), organisers);
    jsonld_add_agents(d, n, json_get(n->body, "coorganisateurs"), organisers);
    jsonld_set_list(event, "organizer", organisers);
    set_works(d, n, event);
    json_set_take(event, "keywords", json_dup(json_get(n->body, "mots_cles")));
    buf_init(&page, 0);
    ident_page(d, n->body, &page);
    jsonld_set_buf(event, "url", &page);
    jsonld_set_record(d, n, event);
}

/* The kind of event: what happens, else the art. */
static const char *kind_of(const struct delivery *d, const struct notice *n)
{
    const char *nature = json_get_text(n->body, "nature");
    const char *genre = json_get_text(n->body, "genre");
    bool show = !nature || strcmp(nature, "representation") == 0;
    const char *type =
            genre && show ? gate_cell(d->gate, "evenement", "genres", genre, "schema")
                          : NULL;

    if (!type && nature)
        type = gate_cell(d->gate, "evenement", "natures", nature, "schema");
    return type ? type : "Event";
}

/* The whole this is a part of: of a performance its event, even where it has no other
 * one yet (that is how it is known again), and the festival. */
static void set_super(const struct delivery *d, const struct notice *n,
        struct json *event, bool of_event)
{
    const char *uid = json_get_text(n->body, "evenement_parent");
    const struct json *parent = notice_linked(n, uid);
    struct json *list = json_new_array();

    if (of_event) {
        struct json *series = jsonld_thing("EventSeries");

        jsonld_set_id(d, series, "evenement", n->uid);
        json_set_text(series, "name", words_text(d, n->body, "titre", NULL));
        json_push_take(list, series);
    }
    if (parent) {
        struct json *festival = jsonld_thing("Event");

        jsonld_set_id(d, festival, "evenement", uid);
        json_set_text(festival, "name", words_text(d, parent, "titre", NULL));
        json_push_take(list, festival);
    }
    jsonld_set_list(event, "superEvent", list);
}

static void set_counts(const struct performance *p, struct json *event)
{
    int64_t seats = json_get_int(p->row, "jauge_mise_en_vente", -1);
    int64_t left = json_get_int(p->row, "places_restantes", -1);

    if (seats >= 0)
        json_set_take(event, "maximumAttendeeCapacity", json_int(seats));
    if (left >= 0)
        json_set_take(event, "remainingAttendeeCapacity", json_int(left));
}

static void set_status(
        const struct delivery *d, const struct performance *p, struct json *event)
{
    jsonld_set_iri(event, "eventStatus",
            gate_cell(d->gate, "evenement", "statuts_seance", p->status, "schema"));
    if (strcmp(p->status, "reprogramme") == 0)
        jsonld_set_moment(event, "previousStartDate", &p->before);
}

struct json *jsonld_performance(
        const struct delivery *d, const struct notice *n, const struct performance *p)
{
    struct json *event = jsonld_thing(kind_of(d, n));

    json_set_text(event, "@context", "https://schema.org");
    jsonld_set_id(d, event, "seance", p->uid);
    json_set_text(event, "identifier", p->uid);
    set_event(d, n, event);
    jsonld_set_moment(event, "startDate", &p->start);
    jsonld_set_moment(event, "endDate", &p->end);
    set_status(d, p, event);
    set_location(d, n, p, event);
    set_offers(d, n, p, event);
    set_super(d, n, event, true);
    set_counts(p, event);
    return event;
}

/* --- documents ------------------------------------------------------------------- */

/* Takes NODE. */
static void document(
        struct outlet *out, const char *folder, const char *uid, struct json *node)
{
    outlet_json(out, node, "jsonld/%s/%s.jsonld", folder, uid);
}

/* Who they are stands with the whole. */
static struct json *named(const struct json *node)
{
    struct json *reference = json_new_object();

    json_set_text(reference, "@id", json_get_text(node, "@id"));
    return reference;
}

static void set_same_organisers(const struct json *whole, struct json *event)
{
    const struct json *all = json_get(whole, "organizer");
    struct json *list = json_new_array();

    for (size_t i = 0; i < json_len(all) && json_at(all, i); i++)
        json_push_take(list, named(json_at(all, i)));
    if (json_kind(all) == JSON_KIND_OBJECT)
        json_push_take(list, named(all));
    jsonld_set_list(event, "organizer", list);
}

/* A performance as a part of the WHOLE: what its own document need not be opened for.
 */
static struct json *part(const struct delivery *d, const struct notice *n,
        const struct performance *p, const struct json *whole)
{
    struct json *event = jsonld_thing(kind_of(d, n));

    jsonld_set_id(d, event, "seance", p->uid);
    json_set_text(event, "name", words_text(d, n->body, "titre", NULL));
    jsonld_set_moment(event, "startDate", &p->start);
    jsonld_set_moment(event, "endDate", &p->end);
    set_status(d, p, event);
    set_location(d, n, p, event);
    set_same_organisers(whole, event);
    return event;
}

/* From the first day to the last; hours would be those of two performances. */
static void set_span(const struct notice *n, struct json *series)
{
    struct moment first = n->occurrences[0].start;
    struct moment last = n->occurrences[n->noccurrences - 1].start;

    first.minutes = last.minutes = MOMENT_NO_HOUR;
    jsonld_set_moment(series, "startDate", &first);
    jsonld_set_moment(series, "endDate", &last);
}

/* Cancelled or postponed when all its performances are. */
static void set_series_status(
        const struct delivery *d, const struct notice *n, struct json *series)
{
    struct performance first = n->occurrences[0];

    for (size_t i = 1; i < n->noccurrences; i++)
        if (strcmp(n->occurrences[i].status, first.status) != 0) {
            jsonld_set_iri(series, "eventStatus", "EventScheduled");
            return;
        }
    first.before.minutes = MOMENT_NO_HOUR;
    set_status(d, &first, series);
}

static void series(const struct delivery *d, const struct notice *n, struct outlet *out)
{
    struct json *node = jsonld_thing("EventSeries"), *parts = json_new_array();

    json_set_text(node, "@context", "https://schema.org");
    jsonld_set_id(d, node, "evenement", n->uid);
    set_event(d, n, node);
    set_span(n, node);
    set_offers(d, n, NULL, node);
    set_series_status(d, n, node);
    set_locations(d, n, node);
    set_super(d, n, node, false);
    for (size_t i = 0; i < n->noccurrences; i++)
        json_push_take(parts, part(d, n, &n->occurrences[i], node));
    jsonld_set_list(node, "subEvent", parts);
    document(out, "evenements", n->uid, node);
}

static void notes(const struct notice *n, const struct json *event, struct outlet *out)
{
    if (!json_get(event, "location"))
        outlet_note(out, NOTE_MISSING, "lieu",
                N_("Search engines ask for a place with an address."), NULL, NULL);
    if (!json_get(event, "description"))
        outlet_note(out, NOTE_MISSING, "accroche",
                N_("Search engines want a description."), NULL, NULL);
    if (json_len(notice_images(n)) && !json_get(event, "image"))
        outlet_note(out, NOTE_LOST, "images",
                N_("Pictures have no address while the delivery has none."), NULL,
                NULL);
}

static void make_event(
        const struct delivery *d, const struct notice *n, struct outlet *out)
{
    if (n->noccurrences == 0) {
        outlet_note(out, NOTE_REFUSED, "seances",
                N_("Search engines take no event without a date."), NULL, NULL);
        return;
    }
    for (size_t i = 0; i < n->noccurrences; i++) {
        struct json *node = jsonld_performance(d, n, &n->occurrences[i]);

        if (i == 0)
            notes(n, node, out);
        document(out, "seances", n->occurrences[i].uid, node);
    }
    if (n->noccurrences > 1)
        series(d, n, out);
}

/* Takes NODE, which gets its context and licence. */
static void thing_document(const struct delivery *d, const struct notice *n,
        struct outlet *out, const char *folder, struct json *node)
{
    json_set_text(node, "@context", "https://schema.org");
    jsonld_set_record(d, n, node);
    document(out, folder, n->uid, node);
}

static void make(const struct delivery *d, const struct notice *n, struct outlet *out)
{
    if (strcmp(n->type, "evenement") == 0)
        make_event(d, n, out);
    else if (strcmp(n->type, "lieu") == 0)
        thing_document(d, n, out, "lieux", jsonld_place(d, n, n->body));
    else
        thing_document(d, n, out, "structures", jsonld_organisation(d, n->body));
}

const struct format format_jsonld = {
        .name = "jsonld",
        .label = N_("JSON-LD of schema.org: for search engines and web sites"),
        .types = (const char *const[]){"evenement", "lieu", "structure", NULL},
        .recipient = "agenda",
        .version = 4,
        .make = make,
};
