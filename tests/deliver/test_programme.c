/* The programme for the press, plain and in Markdown. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "look.h"
#include "odus/base/mem.h"
#include "odus/base/utf8.h"

#define TEXT format_find("text")
#define PAGE                                                                           \
    "https://agenda.example/odus/html/evenements/01900000-0000-7000-8000-0000000000"

static void programme__plain__whole_month(void **state)
{
    (void)state;
    desk_make(TEXT, DESK_EMPTY);
    desk_make(TEXT, DESK_FREE);
    assert_string_equal(desk_file(TEXT, "text/2026-12.txt"),
            "Agenda d'essai · décembre 2026\n"
            "==============================\n\n"
            "Dimanche 20 décembre 2026\n"
            "-------------------------\n\n"
            "20\u00A0h\u00A030  Minimum\n"
            "Église Saint-Marcellin, Le Bourg, 05100 Névache\n"
            "Presque rien\n"
            "Concert de jazz\u00A0· Tout public\n"
            "Payant, tarifs non communiqués\n"
            "Organisé par\u00A0: MJC & Compagnie\n"
            "En savoir plus\u00A0: " PAGE "02.html\n\n"
            "Mardi 29 décembre 2026\n"
            "----------------------\n\n"
            "20\u00A0h\u00A030  Gratuit\n"
            "Théâtre du Briançonnais, Bât. A, 21 avenue de la République, "
            "05100 Briançon\n"
            "Pour tous\n"
            "Fête, pluridisciplinaire, performance\u00A0· Tout public, seniors\n"
            "Tarifs\u00A0: Gratuit\n"
            "Sans réservation\n"
            "Accessibilité\u00A0: En fauteuil roulant (en autonomie), boucle "
            "magnétique\n"
            "Organisé par\u00A0: Les Alpes en scène, "
            "04\u00A092\u00A020\u00A000\u00A001, bonjour@exemple.fr\n"
            "En savoir plus\u00A0: " PAGE "11.html\n\n"
            "Licence\u00A0: Licence Ouverte 2.0, "
            "https://www.etalab.gouv.fr/licence-ouverte-open-licence\n"
            "Source\u00A0: Les Alpes en scène, https://agenda.example/odus/\n");
}

static void programme__markdown__whole_month(void **state)
{
    (void)state;
    desk_make(TEXT, DESK_EMPTY);
    assert_string_equal(desk_file(TEXT, "text/2026-12.md"),
            "# Agenda d'essai · décembre 2026\n\n"
            "## Dimanche 20 décembre 2026\n\n"
            "### 20\u00A0h\u00A030 · Minimum\n\n"
            "Église Saint-Marcellin, Le Bourg, 05100 Névache\n\n"
            "Presque rien\n\n"
            "- Concert de jazz\u00A0· Tout public\n"
            "- Payant, tarifs non communiqués\n"
            "- Organisé par\u00A0: MJC & Compagnie\n"
            "- En savoir plus\u00A0:\n  <" PAGE "02.html>\n\n"
            "---\n\n"
            "- Licence\u00A0: Licence Ouverte 2.0,\n"
            "  <https://www.etalab.gouv.fr/licence-ouverte-open-licence>\n"
            "- Source\u00A0: Les Alpes en scène, <https://agenda.example/odus/>\n");
}

/* The Markdown of record N in December. */
static const char *markdown(int n)
{
    desk_clear();
    desk_make(TEXT, n);
    return desk_file(TEXT, "text/2026-12.md");
}

static void programme__rich__all_that_the_press_asks(void **state)
{
    const char *text = markdown(DESK_RICH);

    (void)state;
    look_has(text,
            "\n### 20\u00A0h\u00A030 · La Mouette à Briançon (nouvelle date)\n\n"
            "Théâtre du Briançonnais, Bât. A, 21 avenue de la République, 05100\n"
            "Briançon\n\nInitialement prévue le dimanche 6 décembre 2026\u00A0·");
    look_has(text,
            "- Théâtre contemporain\u00A0· Tout public, en famille, de 8 à 99 "
            "ans\u00A0· 1\u00A0h\u00A030\n- Langues\u00A0: français, surtitres\u00A0: "
            "italien\n"
            "- Tarifs\u00A0: 12,50\u00A0€ / 8 à 10\u00A0€ réduit (sur justificatif) / "
            "gratuit enfant\n"
            "- Réservation\u00A0: Conseillée, <https://billets.exemple.fr/1>,\n"
            "  04\u00A092\u00A020\u00A000\u00A001, <resa@exemple.fr>\n");
    look_has(text,
            "- Compagnie\u00A0: Cie L'Envol\n"
            "- Distribution\u00A0: Zoé Martin (Nina), Cie L'Envol (production)\n"
            "- Organisé par\u00A0: Les Alpes en scène, "
            "04\u00A092\u00A020\u00A000\u00A001,\n  <bonjour@exemple.fr>\n"
            "- Avec\u00A0: MJC & Compagnie\n"
            "- Dans le cadre de\u00A0: Festival des cimes\n"
            "- En savoir plus\u00A0: "
            "<https://alpes-en-scene.exemple.fr/mouette>\n"
            "- Photo\u00A0: <https://exemple.fr/affiche.jpg>, Studio & fils, CC BY "
            "4.0\n");
    /* once a month is enough */
    assert_int_equal(look_count(text, "affiche.jpg"), 1);
    /* nobody buys a place for what does not take place */
    assert_int_equal(look_count(text, "- Tarifs"), 1);
}

/* How to come in says nothing of what has moved from there. */
static void programme__moved_online__tells_no_way_in(void **state)
{
    (void)state;
    desk_put("evenement", 900,
            "'titre': {'fr': 'T'}, 'mode': 'presentiel', 'lieu': '@101', 'seances': "
            "[{'id': 'a', 'debut':"
            "'2026-12-27T20:30[Europe/Paris]', 'statut': 'passe_en_ligne'}]");
    look_lacks(markdown(900), "Accessibilité");
    desk_put("evenement", 900,
            "'titre': {'fr': 'T'}, 'mode': 'presentiel', 'lieu': '@101', 'seances': "
            "[{'id': 'a', 'debut':"
            "'2026-12-27T20:30[Europe/Paris]', 'statut': 'complet'}]");
    look_has(markdown(900), "Accessibilité");
}

/* What a mail shows without a bar to scroll. */
static void programme__markdown__fits_a_mail(void **state)
{
    static const int events[] = {DESK_RICH, DESK_LONG, DESK_NASTY, DESK_FREE};

    (void)state;
    for (size_t i = 0; i < COUNT(events); i++)
        for (const char *line = markdown(events[i]), *end; *line; line = end + 1) {
            struct view text;

            end = strchr(line, '\n');
            assert_non_null(end);
            text = (struct view){line, (size_t)(end - line)};
            if (*line != '#' && memchr(line + 2, ' ', text.n > 2 ? text.n - 2 : 0))
                assert_true(utf8_count(text) <= 72);
            assert_true(text.n == 0 || end[-1] != ' ');
        }
}

static void programme__states__beside_the_title(void **state)
{
    const char *text;

    (void)state;
    desk_make(TEXT, DESK_RICH);
    text = desk_file(TEXT, "text/2026-12.txt");
    /* no hour is known: none is said */
    look_has(text, "\n\nLa Mouette à Briançon (annulé)\nPetite salle");
    look_has(text, "\n20\u00A0h\u00A030  La Mouette à Briançon (nouvelle date)\n");
    look_has(text, "· Entrée par la cour\n");
    look_has(text, "\n17\u00A0h  La Mouette à Briançon (reporté)\n");
    look_has(desk_file(TEXT, "text/2026-10.txt"),
            "20\u00A0h\u00A030 – 3\u00A0h\u00A030  La Mouette à Briançon\n");
    look_has(desk_file(TEXT, "text/2026-10.txt"),
            "2\u00A0h\u00A015  La Mouette à Briançon (complet)\n");
    look_has(desk_file(TEXT, "text/2027-03.txt"),
            "1\u00A0h\u00A030  La Mouette à Briançon (en ligne)\nEn ligne\n");
}

static void programme__nasty__means_nothing(void **state)
{
    const char *text = markdown(DESK_NASTY);

    (void)state;
    look_has(
            text, "· =cmd\\|' /C calc'!A0 \"«😀» \\]\\]\\> \\</script\\>\\<b\\>\\&amp;");
    look_has(text, "\\<!-- \\<!\\[CDATA\\[\n");
    look_has(text, "\na b\n"); /* a line end in a note begins no line */
    look_lacks(text, "\r");
    assert_int_equal(look_count(text, "\n#"), 2);
}

/* Wherever a line begins, also where one was broken. */
static void programme__markdown__begins_no_block(void **state)
{
    const char *text;

    (void)state;
    desk_put("evenement", 900,
            "'titre': {'fr': 'T'}, 'accroche': {'fr': '- pas une liste'}, 'seances':"
            "[{'id': 'a', 'debut': '2026-12-24T10:00[Europe/Paris]',"
            " 'note_horaire': {'fr': '1. avril'}}]");
    text = markdown(900);
    look_has(text, "\n\\- pas une liste\n");
    look_has(text, "\n1\\. avril\n");
    desk_put("evenement", 900,
            "'titre': {'fr': 'T'}, 'seances': [{'id': 'a', 'debut':"
            "'2026-12-24T10:00[Europe/Paris]'}], 'accroche': {'fr': '"
            "Une phrase qui va presque jusqu’au bout de la ligne, mais pas tout à "
            "2026. "
            "Puis une autre, qui elle aussi se termine tout au bout de la ligne "
            "=== suite'}");
    text = markdown(900);
    look_has(text, "\n2026\\. Puis");
    look_has(text, "\n\\=== suite\n");
}

/* An address that Markdown or a mail would read otherwise is text. */
static void programme__nasty_addresses__are_no_links(void **state)
{
    const char *text;

    (void)state;
    desk_put("evenement", 900,
            "'titre': {'fr': 'T'}, 'seances': [{'id': 'a', 'debut':"
            "'2026-12-24T10:00[Europe/Paris]'}], 'lien_en_ligne':"
            "'https://exemple.fr/a>b', 'reservation': {'moyens': ["
            "{'id': 'a', 'type': 'courriel', 'valeur': 'a<b>@exemple.fr'},"
            "{'id': 'b', 'type': 'tel', 'valeur': '*04*'}]}");
    text = markdown(900);
    look_has(text, "- Réservation\u00A0: a\\<b\\>@exemple.fr, \\*04\\*\n");
    look_has(text, "- En ligne\u00A0: https://exemple.fr/a\\>b\n");
}

static void programme__other_language__falls_back(void **state)
{
    const char *text;

    (void)state;
    desk_delivery.lang = "en";
    text = markdown(DESK_RICH);
    look_has(text, "## Saturday 12 December 2026\n\n"
                   "### 20:30 · The Seagull in Briançon (new date)\n");
    look_has(text, "\n\nThree evenings\n\n");
    look_has(markdown(DESK_EMPTY), "### 20:30 · Minimum\n");
}

static void programme__licences__once_each_at_the_end(void **state)
{
    const char *text;

    (void)state;
    desk_put("evenement", DESK_FREE,
            "'titre': {'fr': 'Autre'}, 'licence': 'CC-BY-4.0', 'seances':"
            "[{'id': 'a', 'debut': '2026-12-01T20:30[Europe/Paris]'}]");
    desk_make_all(TEXT);
    text = desk_file(TEXT, "text/2026-12.txt");
    assert_int_equal(look_count(text, "Licence\u00A0: "), 2);
    look_has(text, "\n\nLicence\u00A0: CC BY 4.0, "
                   "https://creativecommons.org/licenses/by/4.0/\n"
                   "Licence\u00A0: Licence Ouverte 2.0, ");
    text = desk_file(TEXT, "text/2026-12.md");
    assert_int_equal(look_count(text, "\n---\n"), 1);
}

static void programme__day__is_named_once(void **state)
{
    const char *text;

    (void)state;
    desk_put("evenement", 900,
            "'titre': {'fr': 'Matinée'}, 'seances': [{'id': 'a', 'debut':"
            "'2026-12-20T10:00[Europe/Paris]'}]");
    desk_make(TEXT, DESK_EMPTY);
    desk_make(TEXT, 900);
    text = desk_file(TEXT, "text/2026-12.txt");
    assert_int_equal(look_count(text, "Dimanche 20 décembre 2026"), 1);
    assert_true(strstr(text, "Matinée") < strstr(text, "Minimum"));
}

static void programme__event__does_not_depend_on_others(void **state)
{
    (void)state;
    look_same_alone(TEXT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_open_full, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(programme__plain__whole_month),
            TEST(programme__markdown__whole_month),
            TEST(programme__rich__all_that_the_press_asks),
            TEST(programme__moved_online__tells_no_way_in),
            TEST(programme__markdown__fits_a_mail),
            TEST(programme__markdown__begins_no_block),
            TEST(programme__nasty_addresses__are_no_links),
            TEST(programme__other_language__falls_back),
            TEST(programme__states__beside_the_title),
            TEST(programme__nasty__means_nothing),
            TEST(programme__licences__once_each_at_the_end),
            TEST(programme__day__is_named_once),
            TEST(programme__event__does_not_depend_on_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
