/* What people read, the same in every format, in three languages. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "../../src/deliver/told.h"
#include "../../src/deliver/words.h"
#include "look.h"

static struct buf out;

static int start(void **state)
{
    buf_init(&out, 0);
    return desk_open_full(state);
}

static int end(void **state)
{
    buf_release(&out);
    return desk_close(state);
}

static void check(void (*words_of)(const struct delivery *d, const struct notice *n,
                          struct buf *out),
        const char *members, const char *expected)
{
    desk_put("evenement", 900, members);
    buf_clear(&out);
    words_of(&desk_delivery, desk_notice(900), &out);
    assert_string_equal(out.s, expected);
}

#define RATES                                                                          \
    "'tarifs': [{'id': 'a', 'categorie': 'plein', 'prix_min_cts': 1250},"              \
    "{'id': 'b', 'categorie': 'reduit', 'prix_min_cts': 800, 'prix_max_cts': 1000,"    \
    " 'precision': 'x'}, {'id': 'c', 'categorie': 'gratuit'},"                         \
    "{'id': 'd', 'prix_max_cts': 500}, {'id': 'e', 'categorie': 'enfant',"             \
    " 'prix_min_cts': 300, 'prix_max_cts': 300}]"

static void words__says__its_heading(void **state)
{
    (void)state;
    assert_true(words_says("Sans réservation", "Réservation"));
    assert_true(words_says("No booking, but come early", "Booking"));
    assert_false(words_says("Réservations en ligne", "Réservation"));
    assert_false(words_says("La préréservation", "Réservation"));
    assert_false(words_says("Par courriel : réservation@exemple.fr", "Réservation"));
    assert_false(words_says(NULL, "Réservation"));
}

static void words__rates__in_each_language(void **state)
{
    (void)state;
    check(words_rates, RATES,
            "Plein 12,50\u00A0€, Réduit 8 à 10\u00A0€ (x), Gratuit, "
            "Tarifs 5\u00A0€, Enfant 3\u00A0€");
    desk_delivery.lang = "en";
    check(words_rates, RATES,
            "Full 12.50\u00A0€, Reduced 8 to 10\u00A0€ (x), Free, "
            "Prices 5\u00A0€, Child 3\u00A0€");
    desk_delivery.lang = "it";
    check(words_rates, RATES,
            "Intero 12,50\u00A0€, Ridotto 8 a 10\u00A0€ (x), Gratuito, "
            "Prezzi 5\u00A0€, Bambini 3\u00A0€");
}

static void words__rates__without_rows(void **state)
{
    (void)state;
    check(words_rates, "'indication_tarif': 'entree_libre'", "Entrée libre");
    check(words_rates, "'indication_tarif': 'inconnue'", "");
    check(words_rates, "'titre': {'fr': 'T'}", "");
}

static void words__prices__as_programmes_print_them(void **state)
{
    (void)state;
    check(words_prices, RATES,
            "12,50\u00A0€ / 8 à 10\u00A0€ réduit (x) / gratuit / 5\u00A0€ / "
            "3\u00A0€ enfant");
    check(words_prices,
            "'tarifs': [{'id': 'a', 'categorie': 'plein', 'prix_min_cts': 1200},"
            "{'id': 'b', 'categorie': 'gratuit', 'prix_min_cts': 0, 'precision':"
            "'moins de 12 ans'}, {'id': 'c', 'categorie': 'enfant', 'prix_min_cts': "
            "0},"
            "{'id': 'd', 'categorie': 'pass_culture'}]",
            "12\u00A0€ / gratuit (moins de 12 ans) / gratuit enfant / pass Culture");
    check(words_prices, "'indication_tarif': 'entree_libre'", "Entrée libre");
    check(words_prices, "'titre': {'fr': 'T'}", "");
    desk_delivery.lang = "en";
    check(words_prices, RATES,
            "12.50\u00A0€ / 8 to 10\u00A0€ reduced (x) / free / 5\u00A0€ / "
            "3\u00A0€ child");
}

static void check_phone(const char *number, const char *expected)
{
    buf_clear(&out);
    words_phone(&desk_delivery, number, &out);
    for (char *p; (p = strstr(out.s, "\u00A0")) != NULL;) {
        *p = ' ';
        memmove(p + 1, p + 2, strlen(p + 2) + 1);
    }
    assert_string_equal(out.s, expected);
}

static void words__phone__as_people_read_it(void **state)
{
    (void)state;
    check_phone("+33492201000", "04 92 20 10 00");
    check_phone("+390122831123", "+39 012 283 11 23");
    check_phone("+41223456789", "+41 223 456 789");
    check_phone("+12125550123", "+1 212 555 01 23");
    check_phone("+37799991234", "+377 999 912 34");
    check_phone("+3349220100", "+33 492 201 00"); /* no French number */
    check_phone("0492201000", "0492201000");
    check_phone("+33 4 92 20 10 00", "+33 4 92 20 10 00");
    check_phone("+1", "+1");
    check_phone("<b>", "<b>");
    desk_delivery.lang = "en";
    check_phone("+33492201000", "+33 4 92 20 10 00");
}

static void words__booking__with_and_without_ways(void **state)
{
    (void)state;
    check(words_booking,
            "'reservation': {'mode': 'conseillee', 'moyens': ["
            "{'id': 'a', 'type': 'tel', 'valeur': '+33492200001'},"
            "{'id': 'b', 'type': 'url', 'valeur': 'javascript:x'},"
            "{'id': 'c', 'type': 'courriel', 'valeur': 'a@exemple.fr'}]}",
            "Conseillée : 04\u00A092\u00A020\u00A000\u00A001, a@exemple.fr");
    check(words_booking, "'reservation': {'mode': 'obligatoire'}", "Obligatoire");
    check(words_booking,
            "'reservation': {'mode': 'obligatoire', 'moyens': [{'id': 'b',"
            "'type': 'url', 'valeur': 'javascript:x'}]}",
            "Obligatoire");
    check(words_booking,
            "'reservation': {'moyens': [{'id': 'b', 'type': 'url',"
            "'valeur': 'https://exemple.fr/'}]}",
            "https://exemple.fr/");
}

static void words__ages__open_at_either_end(void **state)
{
    (void)state;
    check(words_ages, "'age_min': 6, 'age_max': 12", "de 6 à 12 ans");
    check(words_ages, "'age_min': 6", "dès 6 ans");
    check(words_ages, "'age_min': 0, 'age_max': 3", "jusqu’à 3 ans");
    check(words_ages, "'age_min': 0", "");
    desk_delivery.lang = "en";
    check(words_ages, "'age_min': 6", "from age 6");
}

static void add_kind(const struct delivery *d, const struct notice *n, struct buf *text)
{
    told_kind(d, n, &n->occurrences[0], text);
}

#define ONCE ", 'seances': [{'id': 'a', 'debut': '2026-12-05[Europe/Paris]'}]"

static void words__kind__each_word_once(void **state)
{
    (void)state;
    check(add_kind,
            "'nature': 'concert', 'genre': 'theatre',"
            "'sous_genre': 'theatre_contemporain'" ONCE,
            "Concert, théâtre contemporain");
    check(add_kind, "'genre': 'conte', 'sous_genre': 'conte_jeunesse'" ONCE,
            "Conte, lecture, poésie");
    check(add_kind, "'genre': 'theatre', 'sous_genre': 'theatre_boulevard'" ONCE,
            "Théâtre, boulevard");
    check(add_kind, "'nature': 'representation', 'genre': 'theatre'" ONCE, "Théâtre");
    check(add_kind, "'nature': 'representation'" ONCE, "");
}

/* --- where ------------------------------------------------------------------------ */

static void check_place(int n, const char *expected)
{
    const struct notice *notice = desk_notice(n);

    buf_clear(&out);
    words_place(&desk_delivery, notice, notice->body, &out);
    assert_string_equal(out.s, expected);
}

static void words__place__each_kind(void **state)
{
    (void)state;
    check_place(DESK_THEATRE,
            "Théâtre du Briançonnais, Bât. A, 21 avenue de la République, 05100 "
            "Briançon");
    check_place(DESK_HALL,
            "Petite salle, Théâtre du Briançonnais, Bât. A, 21 avenue de la "
            "République, 05100 Briançon");
    check_place(DESK_ITALY, "Teatro di Oulx, Piazza Garambois 2, 10056 (IT)");
    check_place(DESK_CHURCH, "Église Saint-Marcellin, Le Bourg, 05100 Névache");
    desk_put("lieu", 901, "'nom': 'Nulle part'");
    check_place(901, "Nulle part");
    desk_put("lieu", 902,
            "'nom': 'Sala', 'adresse': {'lieu_dit': 'Oulx', 'code_postal': '10056',"
            "'pays': 'IT'}");
    check_place(902, "Sala, 10056 Oulx (IT)");
}

static void check_where(const char *members, const char *expected)
{
    char all[300];

    snprintf(all, sizeof(all),
            "'titre': {'fr': 'T'}, %s, 'seances': [{'id': 'a', 'debut':"
            "'2026-12-05T20:30[Europe/Paris]'}]",
            members);
    desk_put("evenement", 900, all);
    buf_clear(&out);
    words_where(&desk_delivery, desk_notice(900), look_performance(900, 0), &out);
    assert_string_equal(out.s, expected);
}

static void words__where__online_where_there_is_no_place(void **state)
{
    (void)state;
    check_where("'mode': 'en_ligne'", "En ligne");
    check_where("'mode': 'presentiel'", "");
}

static void words__place__in_a_ring(void **state)
{
    (void)state;
    desk_put("lieu", 901, "'nom': 'A', 'lieu_parent': '@902'");
    desk_put("lieu", 902, "'nom': 'B', 'lieu_parent': '@901'");
    check_place(901, "A");
    buf_clear(&out);
    words_place(&desk_delivery, desk_notice(901), NULL, &out);
    assert_string_equal(out.s, "");
}

static void words__access__in_the_words_of_the_form(void **state)
{
    (void)state;
    buf_clear(&out);
    words_access(&desk_delivery, desk_notice(DESK_THEATRE)->body, &out);
    assert_string_equal(out.s, "En fauteuil roulant (en autonomie), boucle magnétique");
    buf_clear(&out);
    desk_delivery.lang = "en";
    words_access(&desk_delivery, desk_notice(DESK_THEATRE)->body, &out);
    assert_string_equal(out.s, "In a wheelchair (unaided), induction loop");
    buf_clear(&out);
    words_access(&desk_delivery, desk_notice(DESK_CHURCH)->body, &out);
    words_access(&desk_delivery, NULL, &out);
    assert_string_equal(out.s, "");
    desk_put("lieu", 901,
            "'nom': 'A', 'accessibilite': {'moteur': 'non', 'bim': 'non'}");
    words_access(&desk_delivery, desk_notice(901)->body, &out);
    assert_string_equal(out.s, "In a wheelchair (not accessible)");
    buf_clear(&out);
    desk_put("lieu", 901, "'nom': 'A', 'accessibilite': {'moteur': 'inconnu'}");
    words_access(&desk_delivery, desk_notice(901)->body, &out);
    assert_string_equal(out.s, "");
}

/* --- when ------------------------------------------------------------------------- */

static void words__when__with_and_without_hour(void **state)
{
    static const char *const texts[] = {
            "samedi 24 octobre 2026, 20\u00A0h\u00A030 – 3\u00A0h\u00A030",
            "dimanche 25 octobre 2026, 2\u00A0h\u00A015 – 3\u00A0h\u00A045",
            "samedi 5 décembre 2026"};

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        buf_clear(&out);
        words_when(&desk_delivery, look_performance(DESK_RICH, i), &out);
        assert_string_equal(out.s, texts[i]);
    }
    buf_clear(&out);
    words_when(&desk_delivery, look_performance(DESK_EMPTY, 0), &out);
    assert_string_equal(out.s, "dimanche 20 décembre 2026, 20\u00A0h\u00A030");
}

static void check_hours(const char *members, const char *expected)
{
    char row[200];

    snprintf(row, sizeof(row), "'titre': {'fr': 'T'}, 'seances': [{'id': 'a', %s}]",
            members);
    desk_put("evenement", 900, row);
    buf_clear(&out);
    words_hours(&desk_delivery, look_performance(900, 0), &out);
    assert_string_equal(out.s, expected);
}

static void words__hours__end_where_one_was_announced(void **state)
{
    (void)state;
    check_hours("'debut': '2026-12-05T20:30[Europe/Paris]', 'duree': 60",
            "20\u00A0h\u00A030");
    check_hours("'debut': '2026-12-05T20:00[Europe/Paris]',"
                "'fin': '2026-12-06T01:00[Europe/Paris]'",
            "20\u00A0h – 1\u00A0h");
    check_hours("'debut': '2026-12-05T10:00[Europe/Paris]',"
                "'fin': '2026-12-08T18:00[Europe/Paris]'",
            "10\u00A0h, jusqu’au mardi 8 décembre 2026, 18\u00A0h");
    check_hours(
            "'debut': '2026-12-05[Europe/Paris]', 'fin': '2026-12-08[Europe/Paris]'",
            "jusqu’au mardi 8 décembre 2026");
    check_hours("'debut': '2026-12-05[Europe/Paris]'", "");
    desk_delivery.lang = "it";
    check_hours("'debut': '2026-12-05T09:05[Europe/Paris]'", "09:05");
}

static void words__extras__of_a_performance(void **state)
{
    (void)state;
    buf_clear(&out);
    words_extras(&desk_delivery, look_performance(DESK_RICH, 0), ", ", &out);
    assert_string_equal(out.s, "Ouverture des portes 20\u00A0h, Interprétée en LSF");
    buf_clear(&out);
    words_extras(&desk_delivery, look_performance(DESK_RICH, 3), ", ", &out);
    assert_string_equal(out.s, "Initialement prévue le dimanche 6 décembre 2026, "
                               "Séance supplémentaire, Entrée par la cour");
    buf_clear(&out);
    words_extras(&desk_delivery, look_performance(DESK_RICH, 1), ", ", &out);
    assert_string_equal(out.s, "");
}

/* Where a text is in another language, who reads it aloud has to know. */
static void words__text__tells_another_language(void **state)
{
    const struct json *body;
    const char *lang = "x";

    (void)state;
    desk_put("evenement", 900, "'titre': {'it': 'Solo', 'en': 'Only'}");
    body = desk_notice(900)->body;
    assert_null(words_text(&desk_delivery, body, "accroche", &lang));
    assert_null(lang);
    assert_non_null(words_text(&desk_delivery, body, "titre", &lang));
    assert_true(strcmp(lang, "en") == 0 || strcmp(lang, "it") == 0);
    desk_delivery.lang = "it";
    assert_string_equal(words_text(&desk_delivery, body, "titre", &lang), "Solo");
    assert_null(lang);
    body = desk_notice(DESK_EMPTY)->body;
    assert_string_equal(words_text(&desk_delivery, body, "titre", &lang), "Minimum");
    assert_string_equal(lang, "fr");
}

static void words__status__in_each_language(void **state)
{
    static const char *const texts[3][6] = {
            {NULL, "complet", "annulé", "nouvelle date", "reporté", "en ligne"},
            {NULL, "sold out", "cancelled", "new date", "postponed", "online"},
            {NULL, "esaurito", "annullato", "nuova data", "rinviato", "in linea"}};
    static const char *const langs[3] = {"fr", "en", "it"};

    (void)state;
    for (size_t lang = 0; lang < 3; lang++)
        for (size_t i = 0; i < 6; i++) {
            const char *text;

            desk_delivery.lang = langs[lang];
            text = words_status(&desk_delivery, look_performance(DESK_RICH, i));
            assert_true(!text == !texts[lang][i]);
            if (text)
                assert_string_equal(text, texts[lang][i]);
        }
}

static void words__all__in_three_languages(void **state)
{
    static const char *const langs[3] = {"fr", "en", "it"};

    (void)state;
    for (size_t lang = 0; lang < 3; lang++) {
        desk_delivery.lang = langs[lang];
        for (int word = 0; word < WORD_N; word++)
            assert_true(*words(&desk_delivery, (enum word)word));
    }
}

static void words__label__of_another_language(void **state)
{
    (void)state;
    assert_string_equal(
            words_label(&desk_delivery, "evenement", "genres", "theatre"), "Théâtre");
    desk_delivery.lang = "en";
    assert_string_equal(
            words_label(&desk_delivery, "evenement", "genres", "theatre"), "Theatre");
    desk_delivery.lang = "it";
    assert_string_equal(
            words_label(&desk_delivery, "evenement", "genres", "theatre"), "Teatro");
    desk_delivery.lang = "de"; /* the forms have none: French */
    assert_string_equal(
            words_label(&desk_delivery, "evenement", "genres", "theatre"), "Théâtre");
    assert_null(words_label(&desk_delivery, "evenement", "genres", "rien"));
    assert_null(words_label(&desk_delivery, "evenement", "genres", NULL));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(words__says__its_heading),
            TEST(words__rates__in_each_language),
            TEST(words__rates__without_rows),
            TEST(words__prices__as_programmes_print_them),
            TEST(words__phone__as_people_read_it),
            TEST(words__booking__with_and_without_ways),
            TEST(words__ages__open_at_either_end),
            TEST(words__kind__each_word_once),
            TEST(words__place__each_kind),
            TEST(words__place__in_a_ring),
            TEST(words__where__online_where_there_is_no_place),
            TEST(words__access__in_the_words_of_the_form),
            TEST(words__hours__end_where_one_was_announced),
            TEST(words__extras__of_a_performance),
            TEST(words__text__tells_another_language),
            TEST(words__when__with_and_without_hour),
            TEST(words__status__in_each_language),
            TEST(words__all__in_three_languages),
            TEST(words__label__of_another_language),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
