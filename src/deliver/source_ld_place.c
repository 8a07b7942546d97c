#include <math.h>
#include <string.h>

#include "source_json.h"
#include "source_ld_event.h"
#include "source_place.h"

static void put(struct ld_event *e, const char *path, struct view text, size_t max)
{
    struct buf plain;

    buf_init(&plain, 0);
    ld_plain(text, &plain);
    proposal_put(e->p, path, buf_view(&plain), max, false);
    buf_release(&plain);
}

static void take_address(struct ld_event *e, const struct json *address)
{
    const struct json *country =
            ld_item(e->graph, json_get(address, "addressCountry"), 0);
    const char *code;

    if (json_kind(address) == JSON_KIND_TEXT) {
        source_address(e->p, json_as_view(address));
        proposal_note(e->p, "guessed", "lieu.adresse",
                N_("the address was told apart by its commas"));
        return;
    }
    put(e, "lieu.adresse.voie", ld_text(json_get(address, "streetAddress")), 120);
    put(e, "lieu.adresse.code_postal", ld_text(json_get(address, "postalCode")), 10);
    put(e, "lieu.adresse.ville", ld_text(json_get(address, "addressLocality")), 100);
    if (json_kind(country) == JSON_KIND_OBJECT)
        country = json_get(country, "name");
    code = source_country(ld_text(country));
    if (*code)
        proposal_set(e->p, "lieu.adresse.pays", json_text(view_of(code)));
    else
        source_leave(e->p, "location.addressCountry", country);
}

static double degrees(const struct json *value)
{
    double d;

    if (json_kind(value) == JSON_KIND_TEXT)
        return view_real(view_trim(json_as_view(value)), &d) ? d : NAN;
    return json_as_real(value, NAN);
}

static void take_place(struct ld_event *e, const struct json *place)
{
    const struct json *geo = ld_item(e->graph, json_get(place, "geo"), 0);

    put(e, "lieu.nom", ld_text(json_get(place, "name")), 100);
    take_address(e, ld_item(e->graph, json_get(place, "address"), 0));
    if (json_get(geo, "latitude") && json_get(geo, "longitude"))
        proposal_point(e->p, degrees(json_get(geo, "latitude")),
                degrees(json_get(geo, "longitude")));
    source_phone(e->p, "lieu.contact_public.tel", "location.telephone",
            ld_text(json_get(place, "telephone")));
    proposal_url(e->p, "lieu.contact_public.site", ld_text(json_get(place, "url")));
}

static void take_online(struct ld_event *e, struct view url)
{
    if (url.n)
        proposal_url(e->p, "lien_en_ligne", url);
}

static void take_location(struct ld_event *e, const struct json *one, bool *has_online)
{
    if (json_kind(one) == JSON_KIND_TEXT) {
        source_place(e->p, json_as_view(one));
    } else if (ld_is(one, "VirtualLocation")) {
        take_online(e, ld_text(json_get(one, "url")));
        *has_online = true;
    } else if (ld_is(one, "PostalAddress")) {
        take_address(e, one);
    } else if (proposal_get(e->p, "lieu")) {
        source_leave(e->p, "location", one);
        proposal_note(e->p, "lost", "lieu", N_("only one of its venues is taken"));
    } else if (json_kind(one) == JSON_KIND_OBJECT) {
        take_place(e, one);
    }
}

/* Told, or seen from where it is. */
static void set_mode(struct ld_event *e, bool has_online)
{
    static const struct {
        const char *word, *code;
    } modes[] = {{"OfflineEventAttendanceMode", "presentiel"},
            {"OnlineEventAttendanceMode", "en_ligne"},
            {"MixedEventAttendanceMode", "mixte"}};
    struct view word = ld_word(ld_text(ld_member(e, "eventAttendanceMode")));
    const char *code = NULL;

    /* One performance that was moved says nothing of how the event was meant. */
    if (e->part && view_is(ld_word(ld_text(json_get(e->node->json, "eventStatus"))),
                           "EventMovedOnline"))
        return;
    if (has_online)
        code = proposal_get(e->p, "lieu") ? "mixte" : "en_ligne";
    for (size_t i = 0; i < COUNT(modes); i++)
        if (view_is(word, modes[i].word))
            code = modes[i].code;
    if (code)
        proposal_set(e->p, "mode", json_text(view_of(code)));
}

void ld_event_places(struct ld_event *e)
{
    const struct json *places = ld_member(e, "location"), *one;
    bool has_online = false;

    for (size_t i = 0; (one = ld_item(e->graph, places, i)); i++)
        take_location(e, one, &has_online);
    set_mode(e, has_online);
}
