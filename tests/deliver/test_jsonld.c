/* schema.org: Google's rules and the shapes that others check. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "look.h"
#include "odus/base/json.h"

#define JSONLD format_find("jsonld")
#define SCHEMA "https://schema.org/"

static struct json *nodes[64];
static size_t nnodes;

static int end(void **state)
{
    while (nnodes)
        json_free(nodes[--nnodes]);
    return desk_close(state);
}

/* The document FOLDER/UID; freed at the end of the test. */
static const struct json *document(const char *folder, const char *uid)
{
    struct err err = {0};
    char path[120];
    const char *text;

    snprintf(path, sizeof(path), "jsonld/%s/%s.jsonld", folder, uid);
    text = desk_text(path, NULL);
    if (!text)
        fail_msg("no %s", path);
    assert_true(nnodes < COUNT(nodes));
    assert_int_equal(json_parse(view_of(text), 0, &nodes[nnodes], &err), 0);
    return nodes[nnodes++];
}

static const struct json *performance(int n, size_t i)
{
    desk_clear();
    desk_make(JSONLD, n);
    return document("seances", look_performance(n, i)->uid);
}

/* Text at PATH ("location.address.postalCode"; numbers are places in a list). */
static const char *at(const struct json *node, const char *path)
{
    struct view rest = view_of(path), part;

    while (node && view_next(&rest, '.', &part)) {
        char *key = view_dup(part);

        node = json_kind(node) == JSON_KIND_ARRAY
                       ? json_at(node, (size_t)(key[0] - '0'))
                       : json_get(node, key);
        free(key);
    }
    return json_as_text(node);
}

#define assert_at(node, path, text) assert_string_equal(at(node, path), text)

/* --- languages ------------------------------------------------------------------- */

static void jsonld__other_language__falls_back(void **state)
{
    const struct json *node;

    (void)state;
    desk_delivery.lang = "en";
    node = performance(DESK_EMPTY, 0);
    assert_at(node, "name", "Minimum");
    assert_at(node, "alternateName.@language", "fr");
    assert_at(node, "alternateName.@value", "Minimum");
    assert_at(node, "description", "Presque rien");
    assert_at(node, "superEvent.name", "Minimum");
    assert_false(desk_noted(NOTE_MISSING, "accroche"));
    node = performance(DESK_RICH, 0);
    assert_at(node, "name", "The Seagull in Briançon");
    assert_at(node, "subjectOf.abstract", "Three evenings");
}

/* --- whole texts ------------------------------------------------------------------ */

static void jsonld__minimal_event__whole(void **state)
{
    char path[120], expected[2000];
    const char *uid;

    (void)state;
    desk_make(JSONLD, DESK_EMPTY);
    uid = look_performance(DESK_EMPTY, 0)->uid;
    snprintf(path, sizeof(path), "jsonld/seances/%s.jsonld", uid);
    snprintf(expected, sizeof(expected),
            "{\"@context\":\"https://schema.org\","
            "\"@id\":\"https://agenda.example/odus/id/seance/%s\","
            "\"@type\":\"MusicEvent\","
            "\"audience\":{\"@type\":\"Audience\",\"audienceType\":\"Tout public\"},"
            "\"description\":\"Presque rien\","
            "\"eventAttendanceMode\":\"" SCHEMA "OfflineEventAttendanceMode\","
            "\"eventStatus\":\"" SCHEMA "EventScheduled\",\"identifier\":\"%s\","
            "\"isAccessibleForFree\":false,"
            "\"location\":{\"@id\":\"https://agenda.example/odus/id/lieu/%s\","
            "\"@type\":\"Place\",\"address\":{\"@type\":\"PostalAddress\","
            "\"addressCountry\":\"FR\",\"addressLocality\":\"Névache\","
            "\"postalCode\":\"05100\",\"streetAddress\":\"Le Bourg\"},"
            "\"name\":\"Église Saint-Marcellin\"},\"name\":\"Minimum\","
            "\"organizer\":{\"@id\":\"https://agenda.example/odus/id/structure/%s\","
            "\"@type\":\"Organization\",\"name\":\"MJC & Compagnie\"},"
            "\"startDate\":\"2026-12-20T20:30:00+01:00\","
            "\"subjectOf\":{\"@type\":\"CreativeWork\","
            "\"dateModified\":\"2026-11-20T10:00:00Z\","
            "\"license\":\"https://www.etalab.gouv.fr/licence-ouverte-open-licence\","
            "\"publisher\":{\"@type\":\"Organization\","
            "\"name\":\"Les Alpes en scène\"}},"
            "\"superEvent\":{\"@id\":\"https://agenda.example/odus/id/evenement/%s\","
            "\"@type\":\"EventSeries\",\"name\":\"Minimum\"},"
            "\"url\":\"https://agenda.example/odus/html/evenements/%s.html\"}\n",
            uid, uid, desk_uid(DESK_CHURCH), desk_uid(DESK_COORGANISER),
            desk_uid(DESK_EMPTY), desk_uid(DESK_EMPTY));
    assert_string_equal(desk_text(path, NULL), expected);
}

static void jsonld__rich_event__says_who_plays_what(void **state)
{
    const struct json *node = performance(DESK_RICH, 0);

    (void)state;
    assert_at(node, "@type", "TheaterEvent");
    assert_at(node, "performer.0.name", "Cie L'Envol");
    assert_at(node, "actor.0.name", "Zoé Martin");
    assert_at(node, "workPerformed.0.name", "La Mouette des cimes");
    assert_at(node, "workPerformed.1.alternateName.@value", "The Seagull");
    assert_at(node, "workPerformed.0.inLanguage.0", "fr");
    assert_at(node, "superEvent.0.@type", "EventSeries");
    assert_at(node, "superEvent.1.name", "Festival des cimes");
    assert_at(node, "typicalAgeRange", "8-99");
    assert_null(json_get(node, "director")); /* has not agreed to be named */
}

static void jsonld__prices__are_numbers(void **state)
{
    const struct json *offers = json_get(performance(DESK_RICH, 0), "offers");

    (void)state;
    assert_int_equal(json_len(offers), 3);
    assert_true(json_as_real(json_get(json_at(offers, 0), "price"), -1) == 12.5);
    assert_at(offers, "0.priceCurrency", "EUR");
    assert_at(offers, "0.url", "https://billets.exemple.fr/1");
    assert_true(json_as_real(json_get(json_at(offers, 2), "price"), -1) == 0);
    offers = json_get(performance(DESK_FREE, 0), "offers");
    assert_true(json_as_real(json_get(offers, "price"), -1) == 0);
    assert_true(json_get_bool(performance(DESK_FREE, 0), "isAccessibleForFree", false));
}

/* --- states and times ------------------------------------------------------------- */

static void jsonld__states__as_search_engines_want(void **state)
{
    static const struct {
        const char *status, *availability, *start;
    } all[] = {
            {"EventScheduled", SCHEMA "InStock", "2026-10-24T20:30:00+02:00"},
            {"EventScheduled", SCHEMA "SoldOut", "2026-10-25T02:15:00+01:00"},
            {"EventCancelled", NULL, "2026-12-05"},
            {"EventRescheduled", SCHEMA "InStock", "2026-12-12T20:30:00+01:00"},
            {"EventPostponed", NULL, "2026-12-13T17:00:00+01:00"},
            {"EventMovedOnline", SCHEMA "InStock", "2027-03-28T01:30:00+01:00"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(all); i++) {
        const struct json *node = performance(DESK_RICH, i);
        const char *availability = at(node, "offers.0.availability");

        assert_string_equal(at(node, "eventStatus") + strlen(SCHEMA), all[i].status);
        assert_at(node, "startDate", all[i].start);
        assert_true(!availability == !all[i].availability);
        if (availability)
            assert_string_equal(availability, all[i].availability);
        assert_true(!json_get(node, "previousStartDate") == (i != 3));
    }
    assert_at(performance(DESK_RICH, 3), "previousStartDate",
            "2026-12-06T20:30:00+01:00");
    assert_at(performance(DESK_RICH, 5), "location.@type", "VirtualLocation");
    assert_at(performance(DESK_RICH, 5), "eventAttendanceMode",
            SCHEMA "OnlineEventAttendanceMode");
    assert_at(performance(DESK_RICH, 5), "endDate", "2027-03-28T04:00:00+02:00");
}

static void jsonld__series__is_off_when_all_is(void **state)
{
    const struct json *node;

    (void)state;
    desk_make(JSONLD, DESK_CANCELLED);
    node = document("evenements", desk_uid(DESK_CANCELLED));
    assert_at(node, "eventStatus", SCHEMA "EventCancelled");
    assert_at(node, "startDate", "2026-12-27");
    assert_at(node, "endDate", "2026-12-28");
    assert_int_equal(json_len(json_get(node, "subEvent")), 2);
    desk_make(JSONLD, DESK_RICH);
    node = document("evenements", desk_uid(DESK_RICH));
    assert_at(node, "eventStatus", SCHEMA "EventScheduled");
    assert_null(at(node, "offers.0.availability"));
    assert_non_null(json_get(node, "location"));
}

static void jsonld__series__is_where_its_performances_are(void **state)
{
    const struct json *node;

    (void)state;
    desk_put("evenement", 900,
            "'titre': {'fr': 'T'}, 'mode': 'presentiel', 'lieu': '@101',"
            "'lien_en_ligne': 'https://direct.exemple.fr/9', 'seances': ["
            "{'id': 'a', 'debut': '2026-12-05T20:30[Europe/Paris]', 'statut': "
            "'passe_en_ligne', 'lieu': '@104'},"
            "{'id': 'b', 'debut': '2026-12-06T20:30[Europe/Paris]'}],"
            "'organisateur': '@201'");
    desk_make(JSONLD, 900);
    node = document("evenements", desk_uid(900));
    assert_at(node, "eventAttendanceMode", SCHEMA "MixedEventAttendanceMode");
    assert_at(node, "location.0.@type", "Place");
    assert_at(node, "location.0.name", "Théâtre du Briançonnais");
    assert_at(node, "location.1.url", "https://direct.exemple.fr/9");
    assert_at(node, "subEvent.0.location.@type", "VirtualLocation");
    assert_at(node, "subEvent.1.location.@type", "Place");
    assert_non_null(at(node, "organizer.@id"));
    assert_at(node, "subEvent.1.organizer.@id", at(node, "organizer.@id"));
}

static void jsonld__series__is_new_when_all_is(void **state)
{
    const struct json *node;

    (void)state;
    desk_put("evenement", 900,
            "'titre': {'fr': 'T'}, 'mode': 'presentiel', 'lieu': '@101', 'seances': ["
            "{'id': 'a', 'debut': '2026-12-05T20:30[Europe/Paris]', 'statut': "
            "'reprogramme', 'debut_initial': '2026-11-05T20:30[Europe/Paris]'},"
            "{'id': 'b', 'debut': '2026-12-06T20:30[Europe/Paris]', 'statut': "
            "'reprogramme', 'debut_initial': '2026-11-06T20:30[Europe/Paris]'}]");
    desk_make(JSONLD, 900);
    node = document("evenements", desk_uid(900));
    assert_at(node, "eventStatus", SCHEMA "EventRescheduled");
    assert_at(node, "previousStartDate", "2026-11-05");
}

static void jsonld__online__has_its_address(void **state)
{
    const struct json *node = performance(DESK_ONLINE, 0);

    (void)state;
    assert_at(node, "location.url", "https://direct.exemple.fr/2");
    assert_at(node, "eventAttendanceMode", SCHEMA "OnlineEventAttendanceMode");
}

/* --- venues ----------------------------------------------------------------------- */

static void jsonld__venue__tells_three_states(void **state)
{
    const struct json *node;

    (void)state;
    desk_make(JSONLD, DESK_THEATRE);
    node = document("lieux", desk_uid(DESK_THEATRE));
    assert_at(node, "@context", "https://schema.org");
    assert_int_equal(json_len(json_get(node, "amenityFeature")), 3);
    assert_at(node, "amenityFeature.0.name", "En fauteuil roulant");
    assert_at(node, "amenityFeature.0.value", "En autonomie");
    assert_true(json_get_bool(
            json_at(json_get(node, "amenityFeature"), 1), "value", false));
    assert_false(
            json_get_bool(json_at(json_get(node, "amenityFeature"), 2), "value", true));
    assert_at(node, "address.addressRegion", "PAC");
    assert_at(node, "subjectOf.license",
            "https://www.etalab.gouv.fr/licence-ouverte-open-licence");
    assert_at(node, "subjectOf.publisher.name", "Les Alpes en scène");
}

static void jsonld__hall__stands_where_its_house_does(void **state)
{
    const struct json *node = json_get(performance(DESK_RICH, 2), "location");

    (void)state;
    assert_at(node, "0.name", "Petite salle");
    assert_at(node, "0.address.postalCode", "05100");
    assert_at(node, "0.containedInPlace.name", "Théâtre du Briançonnais");
}

static void jsonld__without_any_address__has_none(void **state)
{
    (void)state;
    desk_put("structure", 900, "'nom': 'S', 'adresse': {'complement': 'Bât. B'}");
    desk_make(JSONLD, 900);
    assert_null(json_get(document("structures", desk_uid(900)), "address"));
}

/* --- the season ------------------------------------------------------------------- */

static void check_document(const struct json *node)
{
    const char *start = at(node, "startDate"), *url = at(node, "url");

    assert_at(node, "@context", "https://schema.org");
    assert_non_null(at(node, "name"));
    assert_non_null(at(node, "@id"));
    assert_true(!url || strncmp(url, "http", 4) == 0);
    assert_true(!url || strcmp(url, at(node, "@id")) != 0);
    assert_true(!start || !strstr(start, "T00:00")); /* no hour that nobody knows */
    assert_true(!json_get(node, "eventStatus") ||
                strncmp(at(node, "eventStatus"), SCHEMA, strlen(SCHEMA)) == 0);
}

static void jsonld__season__names_everything(void **state)
{
    size_t n, seances = 0;
    const struct desk_piece *all;

    (void)state;
    desk_make_all(JSONLD);
    all = desk_pieces(&n);
    for (size_t i = 0; i < n; i++) {
        struct err err = {0};
        struct json *node;

        assert_int_equal(json_parse(view_of(all[i].text), 0, &node, &err), 0);
        check_document(node);
        seances += strncmp(all[i].path, "jsonld/seances/", 15) == 0;
        json_free(node);
    }
    assert_true(seances > 815);
}

static void jsonld__event__does_not_depend_on_others(void **state)
{
    (void)state;
    look_same_alone(JSONLD);
}

static void jsonld__no_address__names_are_urns(void **state)
{
    const struct json *node;

    (void)state;
    desk_delivery.base = "";
    node = performance(DESK_RICH, 0);
    assert_at(node, "@id", "urn:uuid:01900000-aaaa-7000-8000-000000000001");
    assert_at(node, "image.url", "https://exemple.fr/affiche.jpg");
    node = performance(DESK_EMPTY, 0);
    assert_null(json_get(node, "url"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_open_full, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(jsonld__other_language__falls_back),
            TEST(jsonld__minimal_event__whole),
            TEST(jsonld__rich_event__says_who_plays_what),
            TEST(jsonld__prices__are_numbers),
            TEST(jsonld__states__as_search_engines_want),
            TEST(jsonld__series__is_off_when_all_is),
            TEST(jsonld__series__is_where_its_performances_are),
            TEST(jsonld__series__is_new_when_all_is),
            TEST(jsonld__online__has_its_address),
            TEST(jsonld__venue__tells_three_states),
            TEST(jsonld__hall__stands_where_its_house_does),
            TEST(jsonld__without_any_address__has_none),
            TEST(jsonld__season__names_everything),
            TEST(jsonld__event__does_not_depend_on_others),
            TEST(jsonld__no_address__names_are_urns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
