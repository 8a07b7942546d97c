/* The programme for the press, plain and in Markdown. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "look.h"

#define TEXT format_find("text")

static void programme__plain__whole_month(void **state)
{
    (void)state;
    desk_make(TEXT, DESK_EMPTY);
    desk_make(TEXT, DESK_FREE);
    assert_string_equal(desk_file(TEXT, "text/2026-12.txt"),
            "Agenda d'essai · décembre 2026\n\n"
            "dimanche 20 décembre 2026\n"
            "-------------------------\n\n"
            "20:30  Minimum\n"
            "Église Saint-Marcellin, Le Bourg, 05100 Névache\n"
            "Presque rien\n"
            "Payant, tarifs non communiqués\n"
            "MJC & Compagnie\n\n"
            "mardi 29 décembre 2026\n"
            "----------------------\n\n"
            "20:30  Gratuit\n"
            "Théâtre du Briançonnais, Bât. A, 21 avenue de la République, "
            "05100 Briançon\n"
            "Pour tous\n"
            "Gratuit\n"
            "Sans réservation\n"
            "Les Alpes en scène\n\n"
            "Licence : Licence Ouverte 2.0\n"
            "Les Alpes en scène\n");
}

static void programme__markdown__whole_month(void **state)
{
    (void)state;
    desk_make(TEXT, DESK_EMPTY);
    assert_string_equal(desk_file(TEXT, "text/2026-12.md"),
            "# Agenda d'essai · décembre 2026\n\n"
            "## dimanche 20 décembre 2026\n\n"
            "20:30  **Minimum**  \n"
            "Église Saint-Marcellin, Le Bourg, 05100 Névache  \n"
            "Presque rien  \n"
            "Payant, tarifs non communiqués  \n"
            "MJC & Compagnie  \n\n"
            "Licence : Licence Ouverte 2.0  \n"
            "Les Alpes en scène\n");
}

static void programme__states__beside_the_title(void **state)
{
    const char *text;

    (void)state;
    desk_make(TEXT, DESK_RICH);
    text = desk_file(TEXT, "text/2026-12.txt");
    /* no hour is known: none is said */
    look_has(text, "\n\nLa Mouette à Briançon (annulé)\nPetite salle");
    look_has(text, "20:30 – 22:00  La Mouette à Briançon (nouvelle date)\n");
    look_has(text, "Entrée par la cour\n");
    look_has(text, "17:00 – 18:00  La Mouette à Briançon (reporté)\n");
    look_has(desk_file(TEXT, "text/2026-10.txt"),
            "02:15 – 03:45  La Mouette à Briançon (complet)\n");
    look_has(desk_file(TEXT, "text/2027-03.txt"),
            "01:30 – 04:00  La Mouette à Briançon (en ligne)\nEn ligne\n");
}

static void programme__nasty__means_nothing(void **state)
{
    const char *text;

    (void)state;
    desk_make(TEXT, DESK_NASTY);
    text = desk_file(TEXT, "text/2026-12.md");
    look_has(text, "**=cmd\\|' /C calc'!A0 \"«😀» \\]\\]\\> \\</script\\>\\<b\\>");
    look_has(text, "\\<!-- \\<!\\[CDATA\\[  \n");
    look_has(text, "\na b  \n"); /* a line end in a note begins no line */
    desk_put("evenement", 900,
            "'titre': {'fr': 'T'}, 'accroche': {'fr': '- pas une liste'}, 'seances':"
            "[{'id': 'a', 'debut': '2026-12-24T10:00[Europe/Paris]'}]");
    desk_make(TEXT, 900);
    look_has(desk_file(TEXT, "text/2026-12.md"), "\n\\- pas une liste  \n");
    look_lacks(text, "\r");
    assert_int_equal(look_count(text, "\n#"), 1);
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
    assert_int_equal(look_count(text, "Licence : "), 2);
    look_has(text, "\n\nLicence : CC BY 4.0\nLicence : Licence Ouverte 2.0\n"
                   "Les Alpes en scène\n");
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
    assert_int_equal(look_count(text, "dimanche 20 décembre 2026"), 1);
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
            TEST(programme__states__beside_the_title),
            TEST(programme__nasty__means_nothing),
            TEST(programme__licences__once_each_at_the_end),
            TEST(programme__day__is_named_once),
            TEST(programme__event__does_not_depend_on_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
