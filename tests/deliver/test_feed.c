/* Atom and RSS: what has changed, the latest first. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "look.h"

#define ATOM format_find("atom")
#define RSS format_find("rss")
#define ATOM_FILE "atom/agenda.atom"
#define RSS_FILE "rss/agenda.rss"

static void feed__atom__whole_file(void **state)
{
    char expected[2000];

    (void)state;
    desk_make(ATOM, DESK_EMPTY);
    snprintf(expected, sizeof(expected),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"fr\">\n"
            "<id>https://agenda.example/odus/</id>\n"
            "<title>Agenda d&#39;essai</title>\n"
            "<updated>2026-11-20T10:00:00Z</updated>\n"
            "<author><name>Les Alpes en scène</name>\n</author>\n"
            "<link rel=\"self\" href=\"https://agenda.example/odus/" ATOM_FILE "\"/>\n"
            "<entry>\n<id>urn:uuid:%s</id>\n<title>Minimum</title>\n"
            "<updated>2026-11-20T10:00:00Z</updated>\n"
            "<published>2026-11-01T10:00:00Z</published>\n"
            "<author><name>MJC &amp; Compagnie</name>\n</author>\n"
            "<link rel=\"alternate\" "
            "href=\"https://agenda.example/odus/html/evenements/%s.html\"/>\n"
            "<summary>dimanche 20 décembre 2026, 20\u00A0h\u00A030, Église "
            "Saint-Marcellin, "
            "Le Bourg, 05100 Névache\nPresque rien</summary>\n"
            "<rights>Licence Ouverte 2.0</rights>\n</entry>\n</feed>\n",
            desk_uid(DESK_EMPTY), desk_uid(DESK_EMPTY));
    assert_string_equal(desk_file(ATOM, ATOM_FILE), expected);
}

/* Of another language than the feed's, which says so. */
static void feed__other_language__falls_back(void **state)
{
    const char *text;

    (void)state;
    desk_delivery.lang = "en";
    desk_make(ATOM, DESK_EMPTY);
    text = desk_file(ATOM, ATOM_FILE);
    look_has(text, "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\">\n");
    look_has(text, "<title xml:lang=\"fr\">Minimum</title>");
    look_has(text, "\nPresque rien</summary>");
    desk_make(RSS, DESK_EMPTY);
    text = desk_file(RSS, RSS_FILE);
    look_has(text, "<title>Minimum</title>\n<dc:language>fr</dc:language>\n");
    look_has(text, "\nPresque rien</description>");
    desk_clear();
    desk_make(ATOM, DESK_RICH);
    look_has(desk_file(ATOM, ATOM_FILE), "<title>The Seagull in Briançon</title>");
    desk_make(RSS, DESK_RICH);
    look_lacks(desk_file(RSS, RSS_FILE), "<dc:language>");
}

static void feed__rss__whole_file(void **state)
{
    char expected[2000];

    (void)state;
    desk_make(RSS, DESK_EMPTY);
    snprintf(expected, sizeof(expected),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\"\n"
            "  xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n<channel>\n"
            "<atom:link rel=\"self\" href=\"https://agenda.example/odus/" RSS_FILE
            "\"/>\n"
            "<title>Agenda d&#39;essai</title>\n"
            "<link>https://agenda.example/odus/</link>\n"
            "<description>Les Alpes en scène</description>\n"
            "<language>fr</language>\n"
            "<lastBuildDate>Fri, 20 Nov 2026 10:00:00 +0000</lastBuildDate>\n"
            "<item>\n<title>Minimum</title>\n"
            "<link>https://agenda.example/odus/html/evenements/%s.html</link>\n"
            "<description>dimanche 20 décembre 2026, 20\u00A0h\u00A030, "
            "Église Saint-Marcellin, "
            "Le Bourg, 05100 Névache&lt;br&gt;\nPresque rien</description>\n"
            "<dc:rights>Licence Ouverte 2.0</dc:rights>\n"
            "<guid isPermaLink=\"false\">urn:uuid:%s</guid>\n"
            "<pubDate>Fri, 20 Nov 2026 10:00:00 +0000</pubDate>\n</item>\n"
            "</channel>\n</rss>\n",
            desk_uid(DESK_EMPTY), desk_uid(DESK_EMPTY));
    assert_string_equal(desk_file(RSS, RSS_FILE), expected);
}

static void feed__states__stand_in_the_text(void **state)
{
    const char *text;

    (void)state;
    desk_make(ATOM, DESK_RICH);
    text = look_piece(ATOM_FILE, desk_uid(DESK_RICH));
    look_has(text, "2\u00A0h\u00A015 – 3\u00A0h\u00A045, Théâtre du Briançonnais, Bât. "
                   "A, 21 avenue de la "
                   "République, 05100 Briançon (complet)\n");
    look_has(text, "samedi 5 décembre 2026, Petite salle, Théâtre du Briançonnais");
    look_has(text, " (annulé)\n");
    look_has(text, " (nouvelle date)\n");
    look_has(text, " (reporté)\n");
    look_has(text, "dimanche 28 mars 2027, 1\u00A0h\u00A030 – 4\u00A0h, En ligne (en "
                   "ligne)\n");
}

static void feed__800_performances__ten_and_the_last(void **state)
{
    const char *text;

    (void)state;
    desk_make(RSS, DESK_MANY);
    text = look_piece(RSS_FILE, desk_uid(DESK_MANY));
    assert_int_equal(look_count(text, "Théâtre du Briançonnais"), 11);
    look_has(text, "&lt;br&gt;\n… samedi 10 mars 2029, 18\u00A0h");
    assert_true(strlen(text) < 3000);
}

static void feed__without_a_venue__ends_in_no_comma(void **state)
{
    (void)state;
    desk_put("evenement", 900,
            "'titre': {'fr': 'T'}, 'mode': 'presentiel',"
            "'seances': [{'id': 'a', 'debut': '2026-12-05T20:30[Europe/Paris]'}]");
    desk_make(ATOM, 900);
    look_has(look_piece(ATOM_FILE, desk_uid(900)),
            "<summary>samedi 5 décembre 2026, 20\u00A0h\u00A030\n</summary>");
}

/* --- the whole -------------------------------------------------------------------- */

static void feed__latest__comes_first_and_dates_the_feed(void **state)
{
    const char *file;

    (void)state;
    desk_put("evenement", DESK_FREE,
            "'titre': {'fr': 'Neuf'}, 'modifie_le': '2026-11-30T08:00:00Z',"
            "'seances': [{'id': 'a', 'debut': '2026-12-05T20:30[Europe/Paris]'}]");
    desk_make_all(ATOM);
    file = desk_file(ATOM, ATOM_FILE);
    look_has(file, "</title>\n<updated>2026-11-30T08:00:00Z</updated>\n<author>");
    assert_true(strstr(file, "<title>Neuf") < strstr(file, "<title>Minimum"));
}

static void feed__more_than_it_holds__the_latest_stay(void **state)
{
    const char *file;

    (void)state;
    for (int i = 0; i < 120; i++) {
        char members[300];

        snprintf(members, sizeof(members),
                "'titre': {'fr': 'N %03d'}, 'modifie_le': '2026-12-01T08:%02d:%02dZ',"
                "'seances': [{'id': 'a', 'debut': '2026-12-05T20:30[Europe/Paris]'}]",
                i, i / 60, i % 60);
        desk_put("evenement", 1000 + i, members);
        desk_make(RSS, 1000 + i);
    }
    file = desk_file(RSS, RSS_FILE);
    assert_int_equal(look_count(file, "<item>"), 100);
    look_has(file, "<title>N 119</title>");
    look_has(file, "<title>N 020</title>");
    look_lacks(file, "<title>N 019</title>");
}

static void feed__nasty__is_text(void **state)
{
    const char *text;

    (void)state;
    desk_make(ATOM, DESK_NASTY);
    text = look_piece(ATOM_FILE, desk_uid(DESK_NASTY));
    look_has(text, "]]&gt; &lt;/script&gt;&lt;b&gt;&amp;amp;");
    look_lacks(text, "javascript");
    look_lacks(text, "<b>");
    desk_make(RSS, DESK_NASTY); /* whose descriptions readers show as HTML */
    text = look_piece(RSS_FILE, desk_uid(DESK_NASTY));
    text = strstr(text, "<description>");
    look_has(text, "&amp;#39; &amp;lt;!-- &amp;lt;![CDATA[</description>");
    look_lacks(text, "&lt;!");
}

static void feed__no_address_or_no_date__is_refused(void **state)
{
    size_t n;

    (void)state;
    desk_put("evenement", 900, "'titre': {'fr': 'Sans date'}");
    desk_make(ATOM, 900);
    assert_true(desk_noted(NOTE_REFUSED, "seances"));
    desk_clear();
    desk_delivery.base = "";
    desk_make(ATOM, DESK_EMPTY);
    assert_true(desk_noted(NOTE_REFUSED, ""));
    (void)desk_pieces(&n);
    assert_int_equal(n, 0);
}

static void feed__no_title__has_one(void **state)
{
    (void)state;
    desk_delivery.title = "";
    desk_make(ATOM, DESK_EMPTY);
    look_has(desk_file(ATOM, ATOM_FILE), "<title>Les Alpes en scène</title>");
    desk_delivery.publisher = "";
    look_has(desk_file(ATOM, ATOM_FILE), "<title>https://agenda.example/odus/</title>");
}

static void feed__entry__does_not_depend_on_others(void **state)
{
    (void)state;
    look_same_alone(ATOM);
    desk_clear();
    look_same_alone(RSS);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_open_full, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(feed__atom__whole_file),
            TEST(feed__other_language__falls_back),
            TEST(feed__rss__whole_file),
            TEST(feed__states__stand_in_the_text),
            TEST(feed__800_performances__ten_and_the_last),
            TEST(feed__without_a_venue__ends_in_no_comma),
            TEST(feed__latest__comes_first_and_dates_the_feed),
            TEST(feed__more_than_it_holds__the_latest_stay),
            TEST(feed__nasty__is_text),
            TEST(feed__no_address_or_no_date__is_refused),
            TEST(feed__no_title__has_one),
            TEST(feed__entry__does_not_depend_on_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
