/* Calls of Apidae's writing interface. */
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
#include "odus/store/lists.h"

enum { EVENT = 21, VENUE = 121 };

static struct json *call;

static int close_call(void **state)
{
    json_free(call);
    call = NULL;
    return desk_close(state);
}

static const char *path_of(int n)
{
    static char path[80];

    snprintf(path, sizeof(path), "apidae/%s.json", desk_uid(n));
    return path;
}

/* Makes the call for record N; NULL: there is none. */
static const struct json *make(int n)
{
    const char *text;

    desk_clear();
    desk_make(format_find("apidae"), n);
    text = desk_text(path_of(n), NULL);
    json_free(call);
    call = NULL;
    if (text)
        assert_int_equal(json_parse(view_of(text), 0, &call, NULL), 0);
    return call;
}

/* What stands at PATH ("root/nom/libelleFr", "a/0/b") of the call. */
static const struct json *at(const char *path)
{
    struct view rest = view_of(path), part;
    const struct json *j = call;

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

static bool is_listed(const char *path)
{
    const struct json *fields = at("root.fieldList");

    for (size_t i = 0; i < json_len(fields); i++)
        if (view_is(json_as_view(json_at(fields, i)), path))
            return true;
    return false;
}

#define PERIODS "root/ouverture/periodesOuvertures"
#define RATES "root/descriptionTarif/periodes/0/tarifs"
#define SHORT "root/presentation/descriptifCourt"

/* An event at the church, with MEMBERS before what they may replace. */
static void put_event(const char *members)
{
    char *all = xasprintf("'titre': {'fr': 'Essai'}, 'nature': 'representation',"
                          "'genre': 'theatre', 'mode': 'presentiel', 'lieu': '@104',"
                          "'organisateur': '@201', 'portee': 'locale',"
                          "'indication_tarif': 'gratuit', 'accroche': {'fr': 'Court'},"
                          "'seances': [{'id': 's1', 'statut': 'confirme',"
                          " 'debut': '2026-12-05T20:30[Europe/Paris]'}]%s%s",
            *members ? ", " : "", members);

    desk_put("evenement", EVENT, all);
    free(all);
}

/* Record N as it is, with TEXT under KEY. */
static void put_member(int n, const char *key, const char *text)
{
    struct json *body = json_dup(desk_notice(n)->body);

    json_set_text(body, key, text);
    desk_put_json("evenement", n, body);
}

/* --- which call ------------------------------------------------------------------- */

static void apidae__creates__what_it_does_not_know(void **state)
{
    (void)state;
    assert_non_null(make(DESK_RICH));
    assert_text("mode", "CREATION");
    assert_text("type", "FETE_ET_MANIFESTATION");
    assert_text("skipValidation", "false");
    assert_text("fields/0", "root");
    assert_null(at("id"));
    assert_text("root/type", "FETE_ET_MANIFESTATION");
}

static void apidae__changes__what_it_knows(void **state)
{
    (void)state;
    put_event("'ids_externes': [{'id': 'a', 'systeme': 'apidae', 'valeur': '4242'}]");
    assert_non_null(make(EVENT));
    assert_text("mode", "MODIFICATION");
    assert_int_equal(json_get_int(call, "id", 0), 4242);
    assert_null(at("type"));
    assert_true(is_listed("nom"));
}

static void apidae__hides__what_does_not_take_place(void **state)
{
    (void)state;
    desk_complete();
    make(DESK_CANCELLED);
    assert_string_equal(desk_text(path_of(DESK_CANCELLED), NULL),
            "{\"id\":5723905,\"mode\":\"DEMANDE_MASQUAGE\"}\n");
}

static void apidae__refuses__to_announce_what_does_not_take_place(void **state)
{
    (void)state;
    put_member(DESK_CANCELLED, "portee", "locale");
    assert_null(make(DESK_CANCELLED));
    assert_true(desk_noted(NOTE_REFUSED, "seances.statut"));
}

static void apidae__asks_to_delete__what_is_gone(void **state)
{
    (void)state;
    desk_put("evenement", DESK_GONE,
            "'titre': {'fr': 'x'}, 'statut_fiche': 'supprime', 'ids_externes':"
            " [{'id': 'a', 'systeme': 'apidae', 'valeur': '77'}]");
    make(DESK_GONE);
    assert_string_equal(desk_text(path_of(DESK_GONE), NULL),
            "{\"id\":77,\"mode\":\"DEMANDE_SUPPRESSION\"}\n");
}

static void apidae__says_nothing__of_what_it_never_knew(void **state)
{
    size_t n;

    (void)state;
    assert_null(make(DESK_GONE)); /* OpenAgenda alone knew it */
    (void)desk_notes(&n);
    assert_int_equal(n, 0);
}

static void apidae__refuses__an_event_without_reach(void **state)
{
    (void)state;
    assert_null(make(DESK_FREE));
    assert_true(desk_noted(NOTE_REFUSED, "portee"));
}

static void apidae__refuses__an_event_without_venue(void **state)
{
    (void)state;
    put_member(DESK_ONLINE, "portee", "locale");
    assert_null(make(DESK_ONLINE));
    assert_true(desk_noted(NOTE_REFUSED, "lieu"));
}

static void apidae__makes_the_same_bytes_twice(void **state)
{
    char *first;

    (void)state;
    make(DESK_RICH);
    first = xstrdup(desk_text(path_of(DESK_RICH), NULL));
    make(DESK_RICH);
    assert_string_equal(desk_text(path_of(DESK_RICH), NULL), first);
    free(first);
}

/* --- when ------------------------------------------------------------------------- */

static void apidae__joins__equal_performances_of_days_in_a_row(void **state)
{
    (void)state;
    put_member(DESK_MANY, "portee", "locale");
    assert_non_null(make(DESK_MANY));
    assert_int_equal(json_len(at(PERIODS)), 1);
    assert_text(PERIODS "/0/dateDebut", "2027-01-01");
    assert_text(PERIODS "/0/dateFin", "2029-03-10");
    assert_text(PERIODS "/0/horaireOuverture", "18:00:00");
    assert_text(PERIODS "/0/horaireFermeture", "18:45:00");
}

static void apidae__keeps_apart__performances_that_differ(void **state)
{
    (void)state;
    put_event("'seances': ["
              "{'id': '1', 'statut': 'confirme', 'debut': '2026-12-05T15:00'},"
              "{'id': '2', 'statut': 'confirme', 'debut': '2026-12-05T20:30'},"
              "{'id': '3', 'statut': 'confirme', 'debut': '2026-12-06T15:00'},"
              "{'id': '4', 'statut': 'complet', 'debut': '2026-12-06T20:30'},"
              "{'id': '5', 'statut': 'confirme', 'debut': '2026-12-07T20:30'},"
              "{'id': '6', 'statut': 'confirme', 'debut': '2026-12-09T20:30'}]");
    assert_non_null(make(EVENT));
    assert_int_equal(json_len(at(PERIODS)), 5);
    assert_text(PERIODS "/0/horaireOuverture", "15:00:00"); /* both days */
    assert_text(PERIODS "/0/dateFin", "2026-12-06");
    assert_text(PERIODS "/1/dateFin", "2026-12-05");
    assert_text(PERIODS "/2/complementHoraire/libelleFr", "complet");
    assert_text(PERIODS "/3/dateDebut", "2026-12-07");
    assert_text(PERIODS "/4/dateDebut", "2026-12-09");
}

static void apidae__tells_in_words__what_an_hour_does_not_say(void **state)
{
    (void)state;
    assert_non_null(make(DESK_RICH));
    assert_text(PERIODS "/0/horaireFermeture", "03:30:00"); /* in the night after */
    assert_text(PERIODS "/0/dateFin", "2026-10-24");
    assert_text(PERIODS "/0/complementHoraire/libelleFr",
            "Ouverture des portes 20\u00A0h – Interprétée en LSF");
    assert_text(PERIODS "/2/complementHoraire/libelleEn",
            "cancelled – Time to be announced – Petite salle");
    assert_null(at(PERIODS "/2/horaireOuverture"));
    assert_text(PERIODS "/3/complementHoraire/libelleFr",
            "nouvelle date (initialement prévue le dimanche 6 décembre 2026) –"
            " Séance supplémentaire – Entrée par la cour");
    assert_text(PERIODS "/5/complementHoraire/libelleIt", "in linea");
    assert_true(desk_noted(NOTE_LOST, "seances.lieu"));
}

static void apidae__leaves_out__dates_that_it_does_not_take(void **state)
{
    (void)state;
    put_event("'seances': ["
              "{'id': '1', 'statut': 'confirme', 'debut': '2020-12-05T15:00'},"
              "{'id': '2', 'statut': 'confirme', 'debut': '2026-12-05T20:30'},"
              "{'id': '3', 'statut': 'confirme', 'debut': '2046-12-06T15:00'}]");
    assert_non_null(make(EVENT));
    assert_int_equal(json_len(at(PERIODS)), 1);
    assert_text(PERIODS "/0/dateDebut", "2026-12-05");
    assert_true(desk_noted(NOTE_LOST, "seances.debut"));
    put_event("'seances': [{'id': '1', 'statut': 'confirme',"
              " 'debut': '2020-12-05T15:00'}]");
    assert_null(make(EVENT));
    assert_true(desk_noted(NOTE_REFUSED, "seances"));
}

/* --- texts ------------------------------------------------------------------------ */

static void apidae__writes_texts__in_the_languages_of_the_title(void **state)
{
    (void)state;
    assert_non_null(make(DESK_RICH));
    assert_text("root/nom/libelleFr", "La Mouette à Briançon");
    assert_text("root/nom/libelleEn", "The Seagull in Briançon");
    assert_text("root/nom/libelleIt", "Il gabbiano a Briançon");
    assert_text("root/presentation/descriptifDetaille/libelleEn", "Some bold.");
    assert_null(at("root/presentation/descriptifDetaille/libelleIt"));
    assert_non_null(make(DESK_RICH));
    put_event("'accroche': {'fr': 'Oui', 'en': 'Yes'}");
    assert_non_null(make(EVENT));
    assert_null(at(SHORT "/libelleEn")); /* the title has no English */
}

static const struct {
    const char *text, *left; /* NULL: nothing */
} short_texts[] = {
        {"Deux clowns et une valise.", "Deux clowns et une valise."},
        {"Une valise. À 20h30 !", "Une valise."},
        {"À 20 h, une valise. Deux clowns.", "Deux clowns."},
        {"Venez à 9:15 ! Deux clowns", "Deux clowns"},
        {"Entrée 12 €. Deux clowns", "Deux clowns"},
        {"Entrée 12\u00A0€", NULL},
        {"Huit euros, ou 8 euros… Deux", "Deux"},
        {"Tél. 04 92 20 00 01. Deux", "Tél. Deux"},
        {"Au +33.4.92.20.00.01 ! Deux", "Deux"},
        {"Sur www.exemple.fr\nDeux clowns", "Deux clowns"},
        {"Écrire à a@exemple.fr", NULL},
        {"120 habitants, 3 habits, 1000 heures",
                "120 habitants, 3 habits, 1000 heures"},
        {"Né en 1492 2000 000 011", "Né en 1492 2000 000 011"},
};

static void apidae__short_text__has_no_hour_price_phone_address(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(short_texts); i++) {
        struct json *body, *texts = json_new_object();
        bool whole;

        put_event("");
        body = json_dup(desk_notice(EVENT)->body);
        json_set_text(texts, "fr", short_texts[i].text);
        json_set_take(body, "accroche", texts);
        desk_put_json("evenement", EVENT, body);
        assert_non_null(make(EVENT));
        whole = short_texts[i].left &&
                strcmp(short_texts[i].left, short_texts[i].text) == 0;
        if (short_texts[i].left)
            assert_text(SHORT "/libelleFr", short_texts[i].left);
        else
            assert_null(at(SHORT));
        assert_int_equal(desk_noted(NOTE_CUT, "accroche"), !whole);
        assert_int_equal(
                desk_noted(NOTE_MISSING, "accroche"), short_texts[i].left == NULL);
    }
}

static void apidae__survives__hostile_texts(void **state)
{
    (void)state;
    put_member(DESK_NASTY, "portee", "locale");
    assert_non_null(make(DESK_NASTY));
    assert_text("root/nom/libelleEn", "+1; DROP TABLE \\n");
    assert_text(PERIODS "/0/complementHoraire/libelleFr", "a b");
    assert_null(at(SHORT));
    assert_null(at("root/reservation/organismes")); /* javascript: is no address */
}

/* --- where ------------------------------------------------------------------------ */

static void apidae__writes__where_it_is(void **state)
{
    (void)state;
    assert_non_null(make(DESK_RICH));
    assert_text("root/localisation/adresse/nomDuLieu", "Théâtre du Briançonnais");
    assert_text("root/localisation/adresse/adresse1", "21 avenue de la République");
    assert_text("root/localisation/adresse/adresse2", "Bât. A");
    assert_text("root/localisation/adresse/codePostal", "05100");
    assert_float_equal(
            json_as_real(
                    at("root/localisation/geolocalisation/geoJson/coordinates/0"), 0),
            6.6432, 1e-9);
    assert_text("root/localisation/geolocalisation/complement/libelleEn",
            "Bus 1, stop Prorel.");
    assert_true(is_listed("localisation.adresse.adresse1"));
    assert_true(desk_noted(NOTE_MISSING, "lieu.adresse.commune"));
    assert_null(at("root/localisation/adresse/commune"));
}

static void apidae__names_a_hall__with_its_house(void **state)
{
    (void)state;
    put_event("'lieu': '@102'");
    assert_non_null(make(EVENT));
    assert_text("root/informationsFeteEtManifestation/nomLieu",
            "Petite salle, Théâtre du Briançonnais");
    assert_text("root/localisation/adresse/codePostal", "05100");
}

static void apidae__knows_a_commune__by_its_own_number(void **state)
{
    (void)state;
    assert_int_equal(lists_publish(desk_store, "communes",
                             VIEW_LIT("code,label,apidae\n05093,Névache,1465\n"), NULL),
            0);
    put_event("");
    assert_non_null(make(EVENT));
    assert_int_equal(json_as_int(at("root/localisation/adresse/commune/id"), 0), 1465);
    assert_text("root/localisation/adresse/commune/code", "05093");
    assert_true(is_listed("localisation.adresse.commune"));
    assert_false(desk_noted(NOTE_MISSING, "lieu.adresse.commune"));
}

static void apidae__street__has_no_comma_after_its_number(void **state)
{
    static const char *const streets[][2] = {
            {"3, rue Pasteur", "3 rue Pasteur"},
            {"3 bis, rue Pasteur", "3 bis rue Pasteur"},
            {"Rue Pasteur, 3", "Rue Pasteur, 3"},
            {"3,", "3"},
            {"3 rue de la Paix, bâtiment B", "3 rue de la Paix, bâtiment B"},
    };

    (void)state;
    put_event("'lieu': '@121'");
    for (size_t i = 0; i < COUNT(streets); i++) {
        char *members = xasprintf("'nom': 'Ici', 'adresse': {'voie': '%s',"
                                  "'code_postal': '05100', 'commune': '05023'}",
                streets[i][0]);

        desk_put("lieu", VENUE, members);
        free(members);
        assert_non_null(make(EVENT));
        assert_text("root/localisation/adresse/adresse1", streets[i][1]);
    }
}

/* --- what ------------------------------------------------------------------------- */

static void apidae__writes__kinds_and_audience(void **state)
{
    (void)state;
    put_event("'nature': 'festival', 'genre': 'concert_actuelles',"
              "'sous_genre': 'actuelles_reggae', 'publics': ['tout_public', 'famille',"
              "'seniors'], 'age_min': 6");
    assert_non_null(make(EVENT));
    assert_int_equal(
            json_len(at("root/informationsFeteEtManifestation/categories")), 2);
    assert_int_equal(
            json_as_int(at("root/informationsFeteEtManifestation/categories/0/id"), 0),
            2128);
    assert_int_equal(
            json_as_int(at("root/informationsFeteEtManifestation/categories/1/id"), 0),
            2081);
    assert_int_equal(
            json_as_int(at("root/informationsFeteEtManifestation/themes/0/id"), 0),
            2171);
    assert_int_equal(
            json_as_int(at("root/informationsFeteEtManifestation/portee/id"), 0), 2352);
    assert_int_equal(json_len(at("root/prestations/typesClientele")), 2);
    assert_int_equal(json_as_int(at("root/prestations/ageMin"), 0), 6);
    assert_text("root/prestations/uniteAge", "ANNEE");
}

static void apidae__writes__whom_to_ask(void **state)
{
    (void)state;
    assert_non_null(make(DESK_RICH));
    assert_text(
            "root/informations/moyensCommunication/0/coordonnees/fr", "+33492200001");
    assert_text("root/informations/moyensCommunication/2/coordonnees/fr",
            "https://alpes-en-scene.exemple.fr/mouette");
    assert_text("root/reservation/organismes/0/nom", "Les Alpes en scène");
    assert_int_equal(
            json_len(at("root/reservation/organismes/0/moyensCommunication")), 3);
    assert_text("root/reservation/complement/libelleEn", "Recommended");
    assert_text("root/reservation/complement/libelleIt", "Consigliata");
    assert_null(at("root/contacts"));
    put_event("'organisateur': '@202'");
    assert_non_null(make(EVENT));
    assert_true(desk_noted(NOTE_MISSING, "organisateur.contact_public"));
}

static void apidae__writes__pictures_and_files_beside(void **state)
{
    const char *path;

    (void)state;
    assert_non_null(make(DESK_RICH));
    assert_text("root/illustrations/0/traductionFichiers/0/url",
            "https://exemple.fr/affiche.jpg");
    assert_text("root/illustrations/0/copyright/libelleFr", "Studio & fils");
    assert_text("root/illustrations/1/traductionFichiers/0/url",
            "MULTIMEDIA#illustration-2");
    path = json_get_text(call, "multimedia.illustration-2");
    assert_non_null(path);
    assert_memory_equal(path, "images/", 7);
}

/* --- prices ----------------------------------------------------------------------- */

static void apidae__rates__of_one_type_are_one(void **state)
{
    (void)state;
    put_event("'indication_tarif': 'payant', 'tarifs': ["
              "{'id': '1', 'categorie': 'plein', 'prix_min_cts': 1999},"
              "{'id': '2', 'categorie': 'reduit', 'prix_min_cts': 800,"
              " 'precision': 'sur justificatif'},"
              "{'id': '3', 'categorie': 'senior', 'prix_min_cts': 900,"
              " 'prix_max_cts': 1100},"
              "{'id': '4', 'categorie': 'libre'}]");
    assert_non_null(make(EVENT));
    assert_text("root/descriptionTarif/indicationTarif", "PAYANT");
    assert_text("root/descriptionTarif/devise", "EUR");
    assert_int_equal(json_len(at(RATES)), 2);
    assert_int_equal(json_as_int(at(RATES "/0/type/id"), 0), 5239);
    assert_float_equal(json_as_real(at(RATES "/0/minimum"), 0), 19.99, 1e-9);
    assert_null(at(RATES "/0/precisionTarif"));
    assert_int_equal(json_as_int(at(RATES "/1/type/id"), 0), 5240);
    assert_float_equal(json_as_real(at(RATES "/1/minimum"), 0), 8, 1e-9);
    assert_float_equal(json_as_real(at(RATES "/1/maximum"), 0), 11, 1e-9);
    assert_text(RATES "/1/precisionTarif/libelleFr",
            "Réduit 8\u00A0€ (sur justificatif), Senior 9 à 11\u00A0€");
    assert_non_null(at("root/descriptionTarif/complement/libelleFr"));
}

static void apidae__rates__that_nobody_gave_are_not_told(void **state)
{
    (void)state;
    put_event("'indication_tarif': 'payant'");
    assert_non_null(make(EVENT));
    assert_text(
            "root/descriptionTarif/indicationTarif", "PAYANT_TARIFS_NON_COMMUNIQUES");
    assert_null(at("root/descriptionTarif/periodes"));
    assert_true(desk_noted(NOTE_MISSING, "tarifs"));
    put_event("");
    assert_non_null(make(EVENT));
    assert_text("root/descriptionTarif/indicationTarif", "GRATUIT");
    assert_null(at("root/descriptionTarif/periodes"));
    assert_false(desk_noted(NOTE_MISSING, "tarifs"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_open_full, close_call)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(apidae__creates__what_it_does_not_know),
            TEST(apidae__changes__what_it_knows),
            TEST(apidae__hides__what_does_not_take_place),
            TEST(apidae__refuses__to_announce_what_does_not_take_place),
            TEST(apidae__asks_to_delete__what_is_gone),
            TEST(apidae__says_nothing__of_what_it_never_knew),
            TEST(apidae__refuses__an_event_without_reach),
            TEST(apidae__refuses__an_event_without_venue),
            TEST(apidae__makes_the_same_bytes_twice),
            TEST(apidae__joins__equal_performances_of_days_in_a_row),
            TEST(apidae__keeps_apart__performances_that_differ),
            TEST(apidae__tells_in_words__what_an_hour_does_not_say),
            TEST(apidae__leaves_out__dates_that_it_does_not_take),
            TEST(apidae__writes_texts__in_the_languages_of_the_title),
            TEST(apidae__short_text__has_no_hour_price_phone_address),
            TEST(apidae__survives__hostile_texts),
            TEST(apidae__writes__where_it_is),
            TEST(apidae__names_a_hall__with_its_house),
            TEST(apidae__knows_a_commune__by_its_own_number),
            TEST(apidae__street__has_no_comma_after_its_number),
            TEST(apidae__writes__kinds_and_audience),
            TEST(apidae__writes__whom_to_ask),
            TEST(apidae__writes__pictures_and_files_beside),
            TEST(apidae__rates__of_one_type_are_one),
            TEST(apidae__rates__that_nobody_gave_are_not_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
