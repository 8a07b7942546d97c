/* Pages for people: nothing typed is more than text. */
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

#define HTML format_find("html")

/* The page of event N. */
static const char *page(int n)
{
    char path[100];

    desk_clear();
    desk_make(HTML, n);
    snprintf(path, sizeof(path), "html/evenements/%s.html", desk_uid(n));
    return desk_text(path, NULL);
}

static void html__minimal_event__body(void **state)
{
    const char *text = page(DESK_EMPTY);

    (void)state;
    look_has(text, "<!DOCTYPE html>\n<html lang=\"fr\">\n<head>\n"
                   "<meta charset=\"utf-8\">\n");
    look_has(text, "<title>Minimum</title>");
    look_has(text, "<meta name=\"description\" content=\"Presque rien\">\n");
    look_has(text, "</head>\n<body>\n<h1>Minimum</h1>\n"
                   "<p><strong>Presque rien</strong></p>\n<ul>\n<li>"
                   "<time datetime=\"2026-12-20T20:30:00+01:00\">"
                   "dimanche 20 décembre 2026, 20:30</time><br>"
                   "Église Saint-Marcellin, Le Bourg, 05100 Névache</li>\n</ul>\n<dl>\n"
                   "<dt>Tarifs</dt><dd>Payant, tarifs non communiqués</dd>\n"
                   "<dt>Organisé par</dt><dd>MJC &amp; Compagnie</dd>\n"
                   "<dt>Licence</dt><dd>Licence Ouverte 2.0</dd>\n</dl>\n"
                   "<p><a href=\"../index.html\">Agenda d&#39;essai</a></p>\n"
                   "<footer>Les Alpes en scène</footer>\n</body>\n</html>\n");
}

static void html__rich_event__dates_and_states(void **state)
{
    const char *text = page(DESK_RICH);

    (void)state;
    look_has(text, "<time datetime=\"2026-10-25T02:15:00+01:00\">dimanche 25 octobre "
                   "2026, 02:15 – 03:45</time> <span class=\"etat\">complet</span>");
    look_has(text, "<time datetime=\"2026-12-05\">samedi 5 décembre 2026</time> "
                   "<span class=\"etat\">annulé</span><br>Petite salle");
    look_has(text, "<span class=\"etat\">nouvelle date</span>");
    look_has(text, "<br>Entrée par la cour</li>");
    look_has(text, "<span class=\"etat\">en ligne</span><br>En ligne</li>");
    look_has(text, "<dd>Conseillée : <a href=\"https://billets.exemple.fr/1\">"
                   "https://billets.exemple.fr/1</a>, "
                   "<a href=\"tel:+33492200001\">+33492200001</a>, "
                   "<a href=\"mailto:resa@exemple.fr\">resa@exemple.fr</a></dd>");
    look_has(text, "<dt>Âge</dt><dd>de 8 à 99 ans</dd>");
    look_has(text, "<dt>En ligne</dt><dd>https://direct.exemple.fr/mouette</dd>");
}

/* Pictures of other sites are links: no page asks strangers. */
static void html__pictures__ours_are_shown(void **state)
{
    const char *text = page(DESK_RICH);

    (void)state;
    look_has(text, "<p><a href=\"https://exemple.fr/affiche.jpg\">L’affiche</a> "
                   "Studio &amp; fils</p>\n");
    look_has(text,
            "<figure><img src=\"../../images/fec20119ec5085d9bc4f097686f69e029749"
            "359f0ad8ef854ce0f5ffac46d595.png\" alt=\"\">");
    look_lacks(text, "src=\"http");
}

static void html__nasty_event__is_text(void **state)
{
    const char *text = page(DESK_NASTY), *body;

    (void)state;
    look_has(text, "<title>=cmd|&#39; /C calc&#39;!A0 &quot;«😀» ]]&gt; "
                   "&lt;/script&gt;&lt;b&gt;&amp;amp; ");
    body = strstr(text, "<body>");
    look_lacks(body, "<script");
    look_lacks(body, "<img");
    look_lacks(body, "<b>");
    look_lacks(body, "href=\"javascript");
    assert_int_equal(look_count(text, "</script>"), 1);
    assert_int_equal(look_count(text, "<!--"), 0);
}

/* What search engines read is the same JSON as the documents'. */
static void html__jsonld__all_performances(void **state)
{
    const char *text = page(DESK_RICH), *begin, *end;
    struct json *graph = NULL;
    struct err err = {0};

    (void)state;
    begin = strstr(text, "<script type=\"application/ld+json\">");
    assert_non_null(begin);
    begin += strlen("<script type=\"application/ld+json\">");
    end = strstr(begin, "</script>");
    assert_int_equal(
            json_parse((struct view){begin, (size_t)(end - begin)}, 0, &graph, &err),
            0);
    assert_int_equal(json_len(graph), 6);
    json_free(graph);
}

static void html__other_language__labels_and_texts(void **state)
{
    const char *text;

    (void)state;
    desk_delivery.lang = "it";
    text = page(DESK_RICH);
    look_has(text, "<html lang=\"it\">");
    look_has(text, "<h1>Il gabbiano a Briançon</h1>");
    look_has(text, "<dt>Età</dt><dd>da 8 a 99 anni</dd>");
    look_has(text, "<span class=\"etat\">esaurito</span>");
}

/* --- months ----------------------------------------------------------------------- */

static void html__months__days_in_order(void **state)
{
    const char *month, *index;

    (void)state;
    desk_make(HTML, DESK_RICH);
    desk_make(HTML, DESK_EMPTY);
    month = desk_file(HTML, "html/2026-12.html");
    look_has(month,
            "<h1>Agenda d&#39;essai · décembre 2026</h1>\n<h2>samedi 5 décembre");
    assert_true(strstr(month, "samedi 12 décembre") < strstr(month, "dimanche 20"));
    assert_int_equal(look_count(month, "<h2>"), 4);
    look_has(month, "<article><h3><time datetime=\"2026-12-20T20:30:00+01:00\">20:30"
                    "</time> <a href=\"evenements/");
    look_has(month, ".html\">Minimum</a></h3>\n<p>Église");
    index = desk_file(HTML, "html/index.html");
    look_has(index, "<ul>\n<li><a href=\"2026-10.html\">octobre 2026</a></li>\n"
                    "<li><a href=\"2026-12.html\">décembre 2026</a></li>\n"
                    "<li><a href=\"2027-03.html\">mars 2027</a></li>\n</ul>\n");
}

static void html__without_performances__is_refused(void **state)
{
    (void)state;
    desk_put("evenement", 900, "'titre': {'fr': 'Sans date'}");
    assert_null(page(900));
    assert_true(desk_noted(NOTE_REFUSED, "seances"));
}

static void html__800_performances__stay_readable(void **state)
{
    const char *text = page(DESK_MANY);

    (void)state;
    assert_int_equal(look_count(text, "<li>"), 800);
    assert_true(strlen(text) < 500000);
}

static void html__event__does_not_depend_on_others(void **state)
{
    (void)state;
    look_same_alone(HTML);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_open_full, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(html__minimal_event__body),
            TEST(html__rich_event__dates_and_states),
            TEST(html__pictures__ours_are_shown),
            TEST(html__nasty_event__is_text),
            TEST(html__jsonld__all_performances),
            TEST(html__other_language__labels_and_texts),
            TEST(html__months__days_in_order),
            TEST(html__without_performances__is_refused),
            TEST(html__800_performances__stay_readable),
            TEST(html__event__does_not_depend_on_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
