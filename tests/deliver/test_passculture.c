/* Offers of the pass Culture. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "desk.h"
#include "odus/base/json.h"
#include "odus/base/mem.h"
#include "odus/base/utf8.h"

enum { EVENT = 21, VENUE = 121, HALL };

static struct json *offer;

static int close_offer(void **state)
{
    json_free(offer);
    offer = NULL;
    return desk_close(state);
}

static const char *path_of(int n)
{
    static char path[80];

    snprintf(path, sizeof(path), "passculture/%s.json", desk_uid(n));
    return path;
}

/* Makes the offer of record N; NULL: there is none. */
static const struct json *make(int n)
{
    const char *text;

    desk_clear();
    desk_make(format_find("passculture"), n);
    text = desk_text(path_of(n), NULL);
    json_free(offer);
    offer = NULL;
    if (text)
        assert_int_equal(json_parse(view_of(text), 0, &offer, NULL), 0);
    return offer;
}

/* What stands at PATH ("event/name", "stocks/0/dates") of the offer. */
static const struct json *at(const char *path)
{
    struct view rest = view_of(path), part;
    const struct json *j = offer;

    while (view_next(&rest, '/', &part)) {
        char *key = view_dup(part);
        long long i;

        j = json_kind(j) == JSON_KIND_ARRAY && view_int(part, &i)
                    ? json_at(j, (size_t)i)
                    : json_get(j, key);
        free(key);
    }
    return j;
}

static void assert_text(const char *path, const char *expected)
{
    const char *text = json_as_text(at(path));

    if (!text)
        fail_msg("nothing at %s", path);
    assert_string_equal(text, expected);
}

#define FIELDS "event/categoryRelatedFields"
#define PRICES "prices/priceCategories"
#define DATES "stocks/0/dates"

#define ONE_SEANCE                                                                     \
    "'seances': [{'id': 's1', 'statut': 'confirme',"                                   \
    " 'debut': '2026-12-05T20:30[Europe/Paris]'}]"

#define DEAR_ROW "{'id': 't', 'categorie': 'plein', 'prix_min_cts': 999999}"

/* An event in a hall whose house is known there as 512, with MEMBERS that may replace
 * its own. */
static void put_event(const char *members)
{
    char *all = xasprintf("'titre': {'fr': 'Essai'}, 'nature': 'representation',"
                          "'genre': 'theatre', 'mode': 'presentiel', 'lieu': '@122',"
                          "'organisateur': '@201', 'indication_tarif': 'gratuit',"
                          "'accroche': {'fr': 'Court'}," ONE_SEANCE "%s%s",
            *members ? ", " : "", members);

    desk_put("lieu", VENUE,
            "'nom': 'Maison', 'accessibilite': {'moteur': 'avec_aide'}, 'ids_externes':"
            " [{'id': 'p', 'systeme': 'passculture', 'valeur': '512'}]");
    desk_put("lieu", HALL, "'nom': 'Salle', 'lieu_parent': '@121'");
    desk_put("evenement", EVENT, all);
    free(all);
}

static const struct json *make_event(const char *members)
{
    put_event(members);
    return make(EVENT);
}

/* --- the offer -------------------------------------------------------------------- */

static void passculture__writes__an_offer(void **state)
{
    (void)state;
    desk_complete();
    assert_non_null(make(DESK_RICH));
    assert_text("event/name", "La Mouette à Briançon");
    assert_text("event/idAtProvider", desk_uid(DESK_RICH));
    assert_text(FIELDS "/category", "SPECTACLE_REPRESENTATION");
    assert_text(FIELDS "/showType", "THEATRE-CONTEMPORAIN");
    assert_text(FIELDS "/performer", "Cie L'Envol");
    assert_null(at(FIELDS "/stageDirector")); /* has not agreed to be named */
    assert_text("event/location/type", "physical");
    assert_int_equal(json_as_int(at("event/location/venueId"), 0), 512);
    assert_text("event/bookingContact", "resa@exemple.fr");
    assert_text("event/externalTicketOfficeUrl", "https://billets.exemple.fr/1");
    assert_int_equal(json_as_int(at("event/eventDuration"), 0), 90);
    assert_false(json_as_bool(at("event/hasTicket"), true));
    assert_int_equal(json_len(at("event/accessibility")), 4);
    assert_true(
            json_as_bool(at("event/accessibility/motorDisabilityCompliant"), false));
    assert_true(
            json_as_bool(at("event/accessibility/audioDisabilityCompliant"), false));
    assert_false(
            json_as_bool(at("event/accessibility/visualDisabilityCompliant"), true));
    assert_true(desk_noted(NOTE_LOST, "images"));
}

static void passculture__refuses__a_venue_that_it_does_not_know(void **state)
{
    (void)state;
    assert_null(make(DESK_RICH));
    assert_true(desk_noted(NOTE_REFUSED, "lieu.ids_externes"));
}

static void passculture__finds__a_hall_in_its_house(void **state)
{
    (void)state;
    assert_non_null(make_event(""));
    assert_int_equal(json_as_int(at("event/location/venueId"), 0), 512);
    assert_true(desk_noted(NOTE_MISSING, "lieu.accessibilite"));
}

static void passculture__cuts__a_long_title(void **state)
{
    (void)state;
    assert_non_null(
            make_event("'titre': {'fr': 'Un titre qui n’en finit pas de finir, et"
                       " qui va bien au-delà de ce que le pass Culture laisse "
                       "écrire'}"));
    assert_true(utf8_count(json_as_view(at("event/name"))) <= 90);
    assert_true(desk_noted(NOTE_CUT, "titre"));
}

static void passculture__sells__online_with_a_link(void **state)
{
    (void)state;
    desk_complete();
    assert_non_null(make(DESK_ONLINE));
    assert_text("event/location/type", "digital");
    assert_text("event/location/url", "https://direct.exemple.fr/2");
    assert_int_equal(json_as_int(at("event/location/venueId"), 0), 513);
    assert_text(FIELDS "/category", "RENCONTRE_EN_LIGNE");
    assert_null(make_event("'seances': [{'id': 's', 'statut': 'passe_en_ligne',"
                           " 'debut': '2026-12-05T20:30'}]"));
    assert_true(desk_noted(NOTE_REFUSED, "lien_en_ligne"));
}

static void passculture__makes_the_same_bytes_twice(void **state)
{
    char *first;

    (void)state;
    make_event("");
    first = xstrdup(desk_text(path_of(EVENT), NULL));
    make(EVENT);
    assert_string_equal(desk_text(path_of(EVENT), NULL), first);
    free(first);
}

/* --- what it is ------------------------------------------------------------------- */

static const struct {
    const char *members, *category, *key, *type; /* category NULL: refused */
} kinds[] = {
        {"'genre': 'danse'", "SPECTACLE_REPRESENTATION", "showType", "DANSE-OTHER"},
        {"'genre': 'danse', 'sous_genre': 'danse_tango'", "SPECTACLE_REPRESENTATION",
                "showType", "DANSE-TANGO"},
        {"'genre': 'concert_jazz'", "CONCERT", "musicType", "JAZZ-BLUES"},
        {"'genre': 'concert_actuelles', 'sous_genre': 'actuelles_rap'", "CONCERT",
                "musicType", "RAP-HIP HOP"},
        {"'nature': 'festival', 'genre': 'concert_jazz'", "FESTIVAL_MUSIQUE", NULL,
                NULL},
        {"'nature': 'festival', 'genre': 'cirque'", "FESTIVAL_SPECTACLE", NULL, NULL},
        {"'nature': 'atelier'", "ATELIER_PRATIQUE_ART", NULL, NULL},
        {"'genre': 'rencontre'", "RENCONTRE", NULL, NULL},
        {"'genre': 'bal'", NULL, NULL, NULL},
};

static void passculture__tells__what_it_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        make_event(kinds[i].members);
        if (!kinds[i].category) {
            assert_null(offer);
            assert_true(desk_noted(NOTE_REFUSED, "genre"));
            continue;
        }
        assert_text(FIELDS "/category", kinds[i].category);
        if (kinds[i].key)
            assert_string_equal(json_get_text(at(FIELDS), kinds[i].key), kinds[i].type);
        else
            assert_int_equal(json_len(at(FIELDS)), 1);
    }
}

/* --- prices ----------------------------------------------------------------------- */

static void passculture__prices__are_cents(void **state)
{
    (void)state;
    assert_non_null(
            make_event("'indication_tarif': 'payant', 'tarifs': ["
                       "{'id': 't1', 'categorie': 'plein', 'prix_min_cts': 1250},"
                       "{'id': 't2', 'categorie': 'reduit', 'prix_min_cts': 800,"
                       " 'prix_max_cts': 1000, 'precision': 'sur place'},"
                       "{'id': 't3', 'categorie': 'invitation'},"
                       "{'id': 't4', 'categorie': 'groupe',"
                       " 'prix_min_cts': 30001}]"));
    assert_int_equal(json_len(at(PRICES)), 2);
    assert_text(PRICES "/0/label", "Plein");
    assert_int_equal(json_as_int(at(PRICES "/0/price"), 0), 1250);
    assert_text(PRICES "/0/idAtProvider", "t1");
    assert_text(PRICES "/1/label", "Réduit (sur place)");
    assert_int_equal(json_as_int(at(PRICES "/1/price"), 0), 1000);
    assert_true(desk_noted(NOTE_LOST, "tarifs.prix_max_cts"));
    assert_true(desk_noted(NOTE_LOST, "tarifs.prix_min_cts"));
    assert_int_equal(json_len(at(DATES)), 2);
}

static void passculture__prices__a_rate_for_the_pass_is_the_only_one(void **state)
{
    (void)state;
    assert_non_null(
            make_event("'indication_tarif': 'payant', 'tarifs': ["
                       "{'id': 't1', 'categorie': 'plein', 'prix_min_cts': 1250},"
                       "{'id': 't2', 'categorie': 'pass_culture',"
                       " 'prix_min_cts': 600}]"));
    assert_int_equal(json_len(at(PRICES)), 1);
    assert_int_equal(json_as_int(at(PRICES "/0/price"), 0), 600);
}

static void passculture__prices__free_is_nought(void **state)
{
    static const char *const members[] = {
            "'indication_tarif': 'gratuit'",
            "'indication_tarif': 'entree_libre'",
            "'indication_tarif': 'participation_libre'",
            "'tarifs': [{'id': 't', 'categorie': 'libre'}]",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(members); i++) {
        assert_non_null(make_event(members[i]));
        assert_int_equal(json_len(at(PRICES)), 1);
        assert_int_equal(json_as_int(at(PRICES "/0/price"), -1), 0);
    }
}

static void passculture__refuses__what_nobody_knows_the_price_of(void **state)
{
    static const char *const members[] = {
            "'indication_tarif': 'non_communique'",
            "'indication_tarif': 'payant'",
            "'indication_tarif': 'payant', 'tarifs': [" DEAR_ROW "]",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(members); i++) {
        assert_null(make_event(members[i]));
        assert_true(desk_noted(NOTE_REFUSED, "tarifs"));
    }
}

static void passculture__prices__are_ten_and_told_apart(void **state)
{
    struct buf members;

    (void)state;
    buf_init(&members, 0);
    buf_adds(&members, "'indication_tarif': 'payant', 'tarifs': [");
    for (int i = 0; i < 12; i++)
        buf_addf(&members,
                "%s{'id': '%s', 'categorie': 'plein', 'prix_min_cts': %d,"
                " 'precision': 'au premier rang du grand balcon de la salle'}",
                i ? "," : "", i % 2 ? "../x" : "same", 100 * i);
    buf_adds(&members, "]");
    assert_non_null(make_event(members.s));
    buf_release(&members);
    assert_int_equal(json_len(at(PRICES)), 10);
    assert_true(desk_noted(NOTE_CUT, "tarifs"));
    for (size_t i = 0; i < 10; i++) {
        const struct json *one = json_at(at(PRICES), i);

        assert_true(utf8_count(json_as_view(json_get(one, "label"))) <= 50);
        for (size_t k = 0; k < i; k++) {
            const struct json *other = json_at(at(PRICES), k);

            assert_string_not_equal(
                    json_get_text(one, "label"), json_get_text(other, "label"));
            assert_string_not_equal(json_get_text(one, "idAtProvider"),
                    json_get_text(other, "idAtProvider"));
        }
    }
}

/* --- stocks ----------------------------------------------------------------------- */

static void passculture__stocks__count_the_seats(void **state)
{
    (void)state;
    assert_non_null(make_event(
            "'seances': ["
            "{'id': '1', 'statut': 'confirme', 'debut': '2026-12-05T20:30',"
            " 'jauge_mise_en_vente': 300, 'places_restantes': 12},"
            "{'id': '2', 'statut': 'confirme', 'debut': '2026-12-06T20:30',"
            " 'jauge_mise_en_vente': 300},"
            "{'id': '3', 'statut': 'complet', 'debut': '2026-12-07T20:30',"
            " 'jauge_mise_en_vente': 300},"
            "{'id': '4', 'statut': 'reprogramme', 'debut': '2026-12-08T20:30',"
            " 'debut_initial': '2026-12-01T20:30'},"
            "{'id': '5', 'statut': 'annule', 'debut': '2026-12-09T20:30'},"
            "{'id': '6', 'statut': 'reporte', 'debut': '2026-12-10T20:30'},"
            "{'id': '7', 'statut': 'confirme', 'debut': '2026-12-11'},"
            "{'id': '8', 'statut': 'confirme', 'debut': '2026-12-12T20:30',"
            " 'lieu': '@104'}]"));
    assert_int_equal(json_len(at(DATES)), 4);
    assert_int_equal(json_as_int(at(DATES "/0/quantity"), -1), 12);
    assert_int_equal(json_as_int(at(DATES "/1/quantity"), -1), 300);
    assert_int_equal(json_as_int(at(DATES "/2/quantity"), -1), 0);
    assert_text(DATES "/3/quantity", "unlimited");
    assert_text(DATES "/3/beginningDatetime", "2026-12-08T20:30:00+01:00");
    assert_text(DATES "/3/bookingLimitDatetime", "2026-12-08T20:30:00+01:00");
    assert_true(desk_noted(NOTE_LOST, "seances.debut"));
    assert_true(desk_noted(NOTE_LOST, "seances.lieu"));
}

static void passculture__stocks__are_split_among_calls(void **state)
{
    struct json *body;

    (void)state;
    desk_complete();
    body = json_dup(desk_notice(DESK_MANY)->body);
    json_set_text(body, "genre", "theatre");
    json_set_text(body, "nature", "representation");
    assert_int_equal(
            json_parse(VIEW_LIT("[{\"id\":\"a\",\"categorie\":\"plein\","
                                "\"prix_min_cts\":900},{\"id\":\"b\",\"categorie\":"
                                "\"reduit\",\"prix_min_cts\":800},{\"id\":\"c\","
                                "\"categorie\":\"jeune\",\"prix_min_cts\":700},"
                                "{\"id\":\"d\",\"categorie\":\"enfant\","
                                "\"prix_min_cts\":600}]"),
                    0, &offer, NULL),
            0);
    json_set_take(body, "tarifs", offer);
    offer = NULL;
    desk_put_json("evenement", DESK_MANY, body);
    assert_non_null(make(DESK_MANY));
    assert_int_equal(json_len(at("stocks")), 2);
    assert_int_equal(json_len(at(DATES)), 2500);
    assert_int_equal(json_len(at("stocks/1/dates")), 700);
}

static void passculture__stocks__are_known_for_life(void **state)
{
    char *first;

    (void)state;
    make_event("");
    first = xstrdup(json_as_text(at(DATES "/0/idAtProvider")));
    make_event("'seances': [{'id': 's0', 'statut': 'confirme',"
               " 'debut': '2026-11-30T20:30'}, {'id': 's1', 'statut': 'confirme',"
               " 'debut': '2026-12-06T21:00'}]");
    assert_string_not_equal(json_as_text(at(DATES "/0/idAtProvider")), first);
    assert_text(DATES "/1/idAtProvider", first);
    free(first);
}

static void passculture__refuses__what_does_not_take_place(void **state)
{
    (void)state;
    desk_complete();
    assert_null(make(DESK_CANCELLED));
    assert_null(make_event("'seances': [{'id': 's', 'statut': 'confirme',"
                           " 'debut': '2026-12-05'}]"));
    assert_true(desk_noted(NOTE_REFUSED, "seances"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_open_full, close_offer)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(passculture__writes__an_offer),
            TEST(passculture__refuses__a_venue_that_it_does_not_know),
            TEST(passculture__finds__a_hall_in_its_house),
            TEST(passculture__cuts__a_long_title),
            TEST(passculture__sells__online_with_a_link),
            TEST(passculture__makes_the_same_bytes_twice),
            TEST(passculture__tells__what_it_is),
            TEST(passculture__prices__are_cents),
            TEST(passculture__prices__a_rate_for_the_pass_is_the_only_one),
            TEST(passculture__prices__free_is_nought),
            TEST(passculture__refuses__what_nobody_knows_the_price_of),
            TEST(passculture__prices__are_ten_and_told_apart),
            TEST(passculture__stocks__count_the_seats),
            TEST(passculture__stocks__are_split_among_calls),
            TEST(passculture__stocks__are_known_for_life),
            TEST(passculture__refuses__what_does_not_take_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
