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
    look_has(text,
            "</head>\n<body>\n"
            "<a class=\"saut\" href=\"#contenu\">Aller au contenu</a>\n"
            "<nav aria-label=\"Vous êtes ici\"><a href=\"../index.html\">"
            "Agenda d&#39;essai</a></nav>\n<main id=\"contenu\">\n"
            "<h1>Minimum</h1>\n<p class=\"chapo\">Presque rien</p>\n"
            "<h2>Dates</h2>\n<ul class=\"dates\">\n<li>"
            "<a href=\"../2026-12.html#2026-12-20\">"
            "<time datetime=\"2026-12-20T20:30:00+01:00\">"
            "Dimanche 20 décembre 2026, 20\u00A0h\u00A030</time></a></li>\n</ul>\n"
            "<p class=\"lieu\">"
            "<a href=\"../lieux/01900000-0000-7000-8000-000000000104.html\">"
            "Église Saint-Marcellin</a>, Le Bourg, 05100 Névache</p>\n"
            "<h2>En pratique</h2>\n<dl>\n<dt>Genre</dt><dd>Concert de jazz</dd>\n"
            "<dt>Public</dt><dd>Tout public</dd>\n"
            "<dt>Tarifs</dt><dd>Payant, tarifs non communiqués</dd>\n"
            "<dt>Organisé par</dt><dd>MJC &amp; Compagnie</dd>\n</dl>\n"
            "<p class=\"licence\">Licence\u00A0: <a rel=\"license\" "
            "href=\"https://www.etalab.gouv.fr/licence-ouverte-open-licence\">"
            "Licence Ouverte 2.0</a></p>\n</main>\n"
            "<footer>Source\u00A0: Les Alpes en scène</footer>\n</body>\n</html>\n");
}

static void html__rich_event__dates_and_states(void **state)
{
    const char *text = page(DESK_RICH);

    (void)state;
    look_has(text, "2026, 2\u00A0h\u00A015</time></a> <strong "
                   "class=\"etat\">complet</strong>");
    look_has(text, "<time datetime=\"2026-12-05\">Samedi 5 décembre 2026</time></a> "
                   "<strong class=\"etat\">annulé</strong><br><a href=");
    look_has(text, "\">Petite salle</a>, Théâtre du Briançonnais, Bât. A, ");
    look_has(text, "<strong class=\"etat\">nouvelle date</strong>");
    look_has(text, "<br>Initialement prévue le dimanche 6 décembre 2026\u00A0· Séance "
                   "supplémentaire\u00A0· Entrée par la cour</li>");
    look_has(text, "<br>Durée\u00A0: 1\u00A0h</li>");
    look_has(text, "<strong class=\"etat\">en ligne</strong><br>En ligne</li>");
}

static void html__rich_event__all_that_people_ask(void **state)
{
    const char *text = page(DESK_RICH);

    (void)state;
    look_has(text, "<dl>\n<dt>Genre</dt><dd>Théâtre contemporain</dd>\n"
                   "<dt>Public</dt><dd>Tout public, en famille, de 8 à 99 ans</dd>\n"
                   "<dt>Durée</dt><dd>1\u00A0h\u00A030</dd>\n"
                   "<dt>Langues</dt><dd>français, surtitres\u00A0: italien</dd>\n");
    look_has(text, "<dt>Réservation</dt><dd>Conseillée, "
                   "<a href=\"https://billets.exemple.fr/1\">"
                   "https://billets.exemple.fr/1</a>, <a href=\"tel:+33492200001\">"
                   "04\u00A092\u00A020\u00A000\u00A001</a>, "
                   "<a href=\"mailto:resa@exemple.fr\">resa@exemple.fr</a></dd>");
    look_has(text, "<dt>Accessibilité</dt><dd>En fauteuil roulant (en autonomie), "
                   "boucle magnétique</dd>");
    look_has(text,
            "<dt>En ligne</dt><dd><a href=\"https://direct.exemple.fr/mouette\">");
    look_has(text, "<dt>Compagnie</dt><dd><a href=\"https://envol.exemple.fr/\">"
                   "Cie L&#39;Envol</a></dd>");
    look_has(text, "<dd>Zoé Martin (Nina), Cie L&#39;Envol (production)</dd>");
    look_has(text, "<dt>Avec</dt><dd>MJC &amp; Compagnie</dd>\n"
                   "<dt>Dans le cadre de</dt><dd>Festival des cimes</dd>\n"
                   "<dt>En savoir plus</dt><dd>"
                   "<a href=\"https://alpes-en-scene.exemple.fr/mouette\">");
}

/* What the record has in other languages is there for who reads them. */
static void html__rich_event__its_other_languages(void **state)
{
    const char *text = page(DESK_RICH);

    (void)state;
    look_has(text, "<section lang=\"en\">\n<h2>The Seagull in Briançon</h2>\n"
                   "<p class=\"chapo\">Three evenings</p>\n"
                   "<p>Some <strong>bold</strong>.</p>\n</section>\n"
                   "<section lang=\"it\">\n<h2>Il gabbiano a Briançon</h2>\n"
                   "<p class=\"chapo\">Tre sere</p>\n</section>\n");
    look_lacks(text, "<section lang=\"fr\">");
    look_lacks(page(DESK_EMPTY), "<section");
}

/* The page of an event that can be booked, one performance with STATUS. */
static const char *page_with_booking(const char *status)
{
    char members[400];

    snprintf(members, sizeof(members),
            "'titre': {'fr': 'T'}, 'indication_tarif': 'payant', 'reservation':"
            "{'mode': 'obligatoire', 'moyens': [{'id': 'm', 'type': 'tel',"
            "'valeur': '+33492200001'}]}, 'seances': [{'id': 'a', 'debut':"
            "'2026-12-27T20:30[Europe/Paris]', %s}]",
            status);
    desk_put("evenement", 900, members);
    return page(900);
}

/* Nobody buys a place for what does not take place. */
static void html__cancelled_event__is_not_on_sale(void **state)
{
    const char *text = page(DESK_CANCELLED);

    (void)state;
    look_has(text, "<strong class=\"etat\">annulé</strong>");
    look_lacks(text, "<dt>Tarifs</dt>");
    look_has(page(DESK_LONG), "<dt>Tarifs</dt>");
    text = page_with_booking("'statut': 'annule'");
    look_lacks(text, "<dt>Tarifs</dt>");
    look_lacks(text, "<dt>Réservation</dt>");
    look_has(page_with_booking("'statut': 'confirme'"), "<dt>Réservation</dt>");
}

static void html__language__is_told_where_it_is_another(void **state)
{
    const char *event = "'titre': {'fr': 'T'}, 'spectacles': ['@905'], 'seances':"
                        "[{'id': 'a', 'debut': '2026-12-27T20:30[Europe/Paris]'}]";

    (void)state;
    desk_put("spectacle", 905, "'titre': 'S', 'langues_spectacle': ['fr']");
    desk_put("evenement", 900, event);
    look_lacks(page(900), "<dt>Langues</dt>");
    desk_put("spectacle", 905,
            "'titre': 'S', 'langues_spectacle': ['fr'], 'surtitres': ['it']");
    desk_put("evenement", 900, event);
    look_has(page(900), "<dt>Langues</dt><dd>français, surtitres\u00A0: italien</dd>");
    desk_put("spectacle", 905, "'titre': 'S', 'langues_spectacle': ['it']");
    desk_put("evenement", 900, event);
    look_has(page(900), "<dt>Langues</dt><dd>italien</dd>");
}

/* Pictures of other sites are links: no page asks strangers. */
static void html__pictures__ours_are_shown(void **state)
{
    const char *text = page(DESK_RICH), *own;

    (void)state;
    look_has(text, "<p><a href=\"https://exemple.fr/affiche.jpg\">Photo\u00A0: "
                   "L’affiche</a> Studio &amp; fils (CC BY 4.0)</p>\n");
    look_has(text,
            "<figure><img loading=\"lazy\" src=\"../../images/fec20119ec5085d9bc4f09"
            "7686f69e029749359f0ad8ef854ce0f5ffac46d595.png\" alt=\"\"></figure>");
    look_lacks(text, "src=\"http");
    desk_put("evenement", 900,
            "'titre': {'fr': 'T'}, 'seances': [{'id': 'a', 'debut':"
            "'2026-12-20T10:00[Europe/Paris]'}], 'images': [{'id': 'i', 'fichier':"
            "'fec20119ec5085d9bc4f097686f69e029749359f0ad8ef854ce0f5ffac46d595',"
            "'credit': '© <M.> Roche', 'licence': 'CC-BY-4.0',"
            "'legende': {'en': 'A \\\"gull\\\"'}}]");
    text = page(900);
    own = " alt=\"A &quot;gull&quot;\"><figcaption><span lang=\"en\">A &quot;gull&quot;"
          "</span>. © &lt;M.&gt; Roche (CC BY 4.0)</figcaption></figure>";
    look_has(text, own);
    look_has(desk_file(HTML, "html/2026-12.html"), own);
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
    look_has(text, "<strong class=\"etat\">esaurito</strong>");
    look_has(text, "<div lang=\"fr\">\n<p><strong>Un titre</strong></p>");
    look_has(text, "<section lang=\"fr\">\n<h2>La Mouette à Briançon</h2>");
    text = page(DESK_EMPTY);
    look_has(text, "<h1 lang=\"fr\">Minimum</h1>");
    look_has(text, "<p class=\"chapo\" lang=\"fr\">Presque rien</p>");
    look_lacks(text, "<section");
}

/* --- months ----------------------------------------------------------------------- */

static void html__months__days_in_order(void **state)
{
    const char *month;

    (void)state;
    desk_make(HTML, DESK_RICH);
    desk_make(HTML, DESK_EMPTY);
    month = desk_file(HTML, "html/2026-12.html");
    look_has(month, "<title>décembre 2026 · Agenda d&#39;essai</title>");
    look_has(month, "<h1>décembre 2026</h1>\n<h2 id=\"2026-12-05\">Samedi 5 décembre");
    assert_true(strstr(month, "Samedi 12 décembre") < strstr(month, "Dimanche 20"));
    assert_int_equal(look_count(month, "<h2"), 4);
    look_has(month,
            "<article><h3><time datetime=\"2026-12-20T20:30:00+01:00\">"
            "20\u00A0h\u00A030</time> "
            "<a href=\"evenements/01900000-0000-7000-8000-000000000002.html\">"
            "Minimum</a></h3>\n<p class=\"lieu\">"
            "<a href=\"lieux/01900000-0000-7000-8000-000000000104.html\">"
            "Église Saint-Marcellin</a>, Le Bourg, 05100 Névache</p>\n"
            "<p>Presque rien</p>\n"
            "<p class=\"infos\">Concert de jazz\u00A0· Tout public</p>\n"
            "<p class=\"infos\">Payant, tarifs non communiqués</p>\n</article>\n"
            "<p class=\"licence\">");
    look_has(month, " <strong class=\"etat\">annulé</strong></h3>\n");
    look_has(month, "\u00A0· 1\u00A0h</p>\n"); /* as long as that one is */
}

static void html__venue__where_and_what(void **state)
{
    const char *text;

    (void)state;
    desk_make(HTML, DESK_RICH);
    desk_make(HTML, DESK_INHERITS);
    text = desk_file(HTML, "html/lieux/01900000-0000-7000-8000-000000000101.html");
    look_has(text, "<title>Théâtre du Briançonnais · Agenda d&#39;essai</title>");
    look_has(text, "<nav aria-label=\"Vous êtes ici\"><a href=\"../index.html\">");
    look_has(text, "<p class=\"lieu\">Bât. A, 21 avenue de la République, 05100 "
                   "Briançon</p>\n<dl>\n<dt>Contact</dt><dd>"
                   "<a href=\"tel:+33492255252\">");
    look_has(text, "<a href=\"geo:44.8987,6.6432\">44.8987, 6.6432</a>");
    look_has(text, "<h2>Comment venir</h2>\n<p>Bus 1, arrêt <strong>Prorel</strong>.");
    look_has(text, "<h2><a href=\"../2026-12.html\">décembre 2026</a></h2>\n"
                   "<article><h3><time datetime=\"2026-12-12T20:30:00+01:00\">"
                   "Samedi 12 décembre 2026, 20\u00A0h\u00A030</time> "
                   "<a href=\"../evenements/");
    look_has(text, "La Mouette, encore");
    look_lacks(text, "2027-03-28"); /* it has moved online */
    assert_int_equal(look_count(text, "<h2><a"), 2);
    assert_int_equal(look_count(text, "\"@type\":\"Place\""), 1);
    assert_int_equal(look_count(text, "class=\"licence\""), 1);
}

static void html__index__months_and_venues(void **state)
{
    const char *index;

    (void)state;
    desk_make(HTML, DESK_RICH);
    desk_make(HTML, DESK_EMPTY);
    index = desk_file(HTML, "html/index.html");
    look_has(index, "<h2>Mois par mois</h2>\n<ul>\n"
                    "<li><a href=\"2026-10.html\">octobre 2026</a></li>\n"
                    "<li><a href=\"2026-12.html\">décembre 2026</a></li>\n"
                    "<li><a href=\"2027-03.html\">mars 2027</a></li>\n</ul>\n"
                    "<h2>Lieu par lieu</h2>\n<ul>\n<li><a href=\"lieux/");
    look_has(index, "\">Église Saint-Marcellin</a>, 05100 Névache</li>\n");
    look_has(
            index, "\">Petite salle</a>, Théâtre du Briançonnais, 05100 Briançon</li>");
    look_has(index, "</ul>\n<p class=\"licence\">");
    assert_true(strstr(index, "Église") < strstr(index, "Petite salle"));
    desk_clear();
    desk_make(HTML, DESK_ONLINE);
    look_lacks(desk_file(HTML, "html/index.html"), "Lieu par lieu");
}

static void html__nasty_event__is_text_in_lists(void **state)
{
    static const char *const files[] = {"html/2026-12.html", "html/index.html",
            "html/lieux/01900000-0000-7000-8000-000000000104.html"};

    (void)state;
    desk_put("lieu", DESK_CHURCH,
            "'nom': '<script>\\\"x', 'acces': {'fr': '<img src=x onerror=y>'},"
            "'lat': '1<b>', 'lon': '2', 'contact_public': {'site':"
            "'javascript:alert(1)', 'courriel': 'a@b.fr\\\"><b>', 'tel': '<b>'}");
    desk_make(HTML, DESK_NASTY);
    for (size_t i = 0; i < COUNT(files); i++) {
        const char *body = strstr(desk_file(HTML, files[i]), "<body>");

        look_lacks(body, "<script>");
        look_lacks(body, "<img");
        look_lacks(body, "<b>");
        look_lacks(body, "=\"javascript");
        look_has(body, i ? "&lt;script&gt;&quot;x" : "&lt;b&gt;");
    }
}

static void html__without_performances__is_refused(void **state)
{
    (void)state;
    desk_put("evenement", 900, "'titre': {'fr': 'Sans date'}");
    assert_null(page(900));
    assert_true(desk_noted(NOTE_REFUSED, "seances"));
}

/* Prices and booking are not below all of them. */
static void html__800_performances__stay_readable(void **state)
{
    const char *text = page(DESK_MANY);

    (void)state;
    assert_int_equal(look_count(text, "<li>"), 800);
    assert_true(strlen(text) < 500000);
    look_has(text, " … <a href=\"../2029-03.html#2029-03-10\">");
    look_has(text, "<a href=\"#dates\">800\u00A0dates</a></p>\n");
    assert_true(strstr(text, "<dt>Tarifs") < strstr(text, "<h2 id=\"dates\">"));
    look_has(text, "<h3><a href=\"../2027-02.html\">février 2027</a></h3>\n");
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
            TEST(html__rich_event__all_that_people_ask),
            TEST(html__rich_event__its_other_languages),
            TEST(html__cancelled_event__is_not_on_sale),
            TEST(html__language__is_told_where_it_is_another),
            TEST(html__pictures__ours_are_shown),
            TEST(html__nasty_event__is_text),
            TEST(html__jsonld__all_performances),
            TEST(html__other_language__labels_and_texts),
            TEST(html__months__days_in_order),
            TEST(html__venue__where_and_what),
            TEST(html__index__months_and_venues),
            TEST(html__nasty_event__is_text_in_lists),
            TEST(html__without_performances__is_refused),
            TEST(html__800_performances__stay_readable),
            TEST(html__event__does_not_depend_on_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
