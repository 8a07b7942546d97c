/* iCalendar: RFC 5545 to the letter, and what becomes of our states. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "look.h"
#include "odus/base/utf8.h"

#define ICS format_find("ics")
#define AGENDA "ics/agenda.ics"

/* The VEVENT of performance I of record N. */
static const char *vevent(int n, size_t i)
{
    desk_clear();
    desk_make(ICS, n);
    return look_piece(AGENDA, look_performance(n, i)->uid);
}

/* --- whole texts ------------------------------------------------------------------ */

static void ics__minimal_event__has_what_there_is(void **state)
{
    const char *text = vevent(DESK_EMPTY, 0);
    char expected[1200];

    (void)state;
    snprintf(expected, sizeof(expected),
            "BEGIN:VEVENT\r\n"
            "UID:%s\r\n"
            "DTSTAMP:20261120T100000Z\r\n"
            "DTSTART;TZID=Europe/Paris:20261220T203000\r\n"
            "SUMMARY:Minimum\r\n"
            "SEQUENCE:0\r\n"
            "STATUS:CONFIRMED\r\n"
            "CLASS:PUBLIC\r\n"
            "TRANSP:TRANSPARENT\r\n"
            "CREATED:20261101T100000Z\r\n"
            "LAST-MODIFIED:20261120T100000Z\r\n"
            "LOCATION:Église Saint-Marcellin\\, Le Bourg\\, 05100 Névache\r\n"
            "X-ODUS-LIEU:Église Saint-Marcellin\r\n"
            "DESCRIPTION:Presque rien\\n\\nPayant\\, tarifs non "
            "communiqués\\n\\nLicence : L\r\n icence Ouverte 2.0\r\n"
            "CATEGORIES:Concert de jazz\r\n"
            "CATEGORIES:Concert\r\n"
            "CONTACT:MJC & Compagnie\r\n"
            "X-ODUS-EVENEMENT:%s\r\n"
            "X-ODUS-STATUT:confirme\r\n"
            "X-ODUS-GENRE:concert_jazz\r\n"
            "X-ODUS-NATURE:concert\r\n"
            "X-ODUS-ACCROCHE;LANGUAGE=fr:Presque rien\r\n"
            "END:VEVENT\r\n",
            look_performance(DESK_EMPTY, 0)->uid, desk_uid(DESK_EMPTY));
    assert_string_equal(text, expected);
}

static void ics__other_language__falls_back(void **state)
{
    const char *text;

    (void)state;
    desk_delivery.lang = "en";
    text = vevent(DESK_EMPTY, 0);
    look_has(text, "SUMMARY;LANGUAGE=fr:Minimum\r\n");
    look_has(text, "DESCRIPTION;LANGUAGE=fr:Presque rien\\n\\n");
    text = vevent(DESK_RICH, 3);
    look_has(text, "SUMMARY:[new date] The Seagull in Briançon\r\n");
    look_has(text, "DESCRIPTION:Three evenings\\n\\n");
}

/* A description of two languages is in neither. */
static void ics__texts_of_two_languages__name_none(void **state)
{
    (void)state;
    desk_delivery.lang = "en";
    desk_put("evenement", 900,
            "'titre': {'fr': 'Bal'}, 'accroche': {'en': 'A ball'}, 'description':"
            "{'fr': 'Tous en piste.'}, 'seances': [{'id': 'a', 'debut':"
            "'2026-12-01T20:30[Europe/Paris]'}]");
    look_has(vevent(900, 0), "DESCRIPTION:A ball\\n\\nTous en piste.");
    desk_put("evenement", 900,
            "'titre': {'fr': 'Bal'}, 'accroche': {'fr': 'Un bal'}, 'description':"
            "{'en': 'Come and dance.'}, 'seances': [{'id': 'a', 'debut':"
            "'2026-12-01T20:30[Europe/Paris]'}]");
    look_has(vevent(900, 0), "DESCRIPTION:Un bal\\n\\nCome and dance.");
}

static void ics__rich_event__lines(void **state)
{
    const char *text = vevent(DESK_RICH, 3);

    (void)state;
    look_has(text, "DTSTART;TZID=Europe/Paris:20261212T203000\r\n"
                   "DTEND;TZID=Europe/Paris:20261212T220000\r\n"
                   "SUMMARY:[nouvelle date] La Mouette à Briançon\r\n");
    look_has(text, "LOCATION:Théâtre du Briançonnais\\, Bât. A\\, 21 avenue de la "
                   "République\r\n \\, 05100 Briançon\r\n"
                   "X-ODUS-LIEU:Théâtre du Briançonnais\r\nGEO:44.8987;6.6432\r\n");
    look_has(text, "CATEGORIES:Théâtre\r\nCATEGORIES:Représentation\r\n"
                   "CATEGORIES:théâtre\r\nCATEGORIES:oiseaux\r\n"
                   "ORGANIZER;CN=\"Les Alpes en scène\":mailto:bonjour@exemple.fr\r\n"
                   "CONTACT;X-ODUS-ROLE=COORGANISATEUR:MJC & Compagnie\r\n"
                   "URL:https://alpes-en-scene.exemple.fr/mouette\r\n"
                   "CONFERENCE;VALUE=URI:https://direct.exemple.fr/mouette\r\n");
    look_has(text, "X-ODUS-DEBUT-INITIAL;TZID=Europe/Paris:20261206T203000\r\n");
    look_has(text, "X-ODUS-TITRE;LANGUAGE=it:Il gabbiano a Briançon\r\n");
    look_has(text, "X-ODUS-DESCRIPTION;LANGUAGE=en:Some **bold**.\r\n");
}

static void ics__nasty_event__is_escaped(void **state)
{
    const char *text = vevent(DESK_NASTY, 0);

    (void)state;
    look_has(text, "SUMMARY:=cmd|' /C calc'!A0 \"«😀» ]]> </script><b>&amp\\; ");
    look_has(text, "-ligne\\nBEGIN:VEVENT\\nEND:VC\r\n ALENDAR\t\\;\\,:\\\\\"");
    look_has(text, "CATEGORIES:a\\,b\r\nCATEGORIES:c\\;d\r\nCATEGORIES:\"\r\n");
    look_has(text, "Réservation : Obligatoire\\n");
    look_lacks(text, "\nURL:");
    assert_int_equal(look_count(text, "\nBEGIN:"), 0);
    assert_int_equal(look_count(text, "\nEND:"), 1);
}

/* --- times ------------------------------------------------------------------------ */

static void ics__times__by_their_kind(void **state)
{
    (void)state;
    look_has(vevent(DESK_RICH, 0), "DTSTART;TZID=Europe/Paris:20261024T203000\r\n"
                                   "DTEND;TZID=Europe/Paris:20261025T033000\r\n");
    /* the second 02:15 of that night: no TZID can say which */
    look_has(vevent(DESK_RICH, 1), "DTSTART:20261025T011500Z\r\n");
    /* hour unknown: a day, which ends on the day after */
    look_has(vevent(DESK_RICH, 2),
            "DTSTART;VALUE=DATE:20261205\r\nDTEND;VALUE=DATE:20261206\r\n");
    /* ninety minutes over the gap */
    look_has(vevent(DESK_RICH, 5), "DTSTART;TZID=Europe/Paris:20270328T013000\r\n"
                                   "DTEND;TZID=Europe/Paris:20270328T040000\r\n");
    look_has(vevent(DESK_ABROAD, 0), "DTSTART;TZID=Europe/Rome:20261222T210000\r\n"
                                     "DTEND;TZID=Europe/Rome:20261223T010000\r\n");
}

#define ROW "{'id': 's1', 'statut': 'confirme', "

static void put_times(const char *times)
{
    char members[400];

    snprintf(members, sizeof(members),
            "'titre': {'fr': 'T'}, 'duree': 60, 'seances': [" ROW "%s}]", times);
    desk_put("evenement", 900, members);
}

static void ics__times__of_days(void **state)
{
    (void)state;
    put_times("'debut': '2026-12-31[Europe/Paris]', 'fin': '2027-01-03[Europe/Paris]'");
    look_has(vevent(900, 0),
            "DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270104\r\n");
    put_times("'debut': '2026-12-31T20:00[Europe/Paris]',"
              "'fin': '2027-01-03[Europe/Paris]'");
    look_has(vevent(900, 0), "DTSTART;TZID=Europe/Paris:20261231T200000\r\nSUMMARY");
}

static void ics__zones__are_all_described(void **state)
{
    const char *file;

    (void)state;
    put_times("'debut': '2026-12-31T20:00[America/New_York]',"
              "'fin': '2027-01-01T09:00[Asia/Kolkata]'");
    desk_make(ICS, 900);
    desk_make(ICS, DESK_ABROAD);
    file = desk_file(ICS, AGENDA);
    assert_int_equal(look_count(file, "BEGIN:VTIMEZONE\r\n"), 3);
    assert_int_equal(look_count(file, "TZID:Europe/Rome\r\n"), 1);
    assert_int_equal(look_count(file, "TZID:America/New_York\r\n"), 1);
    assert_int_equal(look_count(file, "TZID:Asia/Kolkata\r\n"), 1);
    /* before what uses them */
    assert_true(strstr(file, "BEGIN:VEVENT") > strstr(file, "TZID:Europe/Rome"));
}

/* --- states ----------------------------------------------------------------------- */

static void ics__states__as_each_is_told(void **state)
{
    static const struct {
        size_t i;
        const char *status, *summary;
    } all[] = {{0, "CONFIRMED", ""}, {1, "CONFIRMED", "[complet] "},
            {2, "CANCELLED", "[annulé] "}, {3, "CONFIRMED", "[nouvelle date] "},
            {4, "TENTATIVE", "[reporté] "}, {5, "CONFIRMED", "[en ligne] "}};

    (void)state;
    for (size_t k = 0; k < COUNT(all); k++) {
        const char *text = vevent(DESK_RICH, all[k].i);
        char line[80];

        snprintf(line, sizeof(line), "\r\nSTATUS:%s\r\n", all[k].status);
        look_has(text, line);
        snprintf(line, sizeof(line), "\r\nSUMMARY:%sLa Mouette", all[k].summary);
        look_has(text, line);
    }
    look_lacks(vevent(DESK_RICH, 5), "LOCATION"); /* nobody is there */
    look_has(vevent(DESK_RICH, 2), "SEQUENCE:3\r\n");
}

/* --- calendars -------------------------------------------------------------------- */

static void ics__calendars__one_for_each_reader(void **state)
{
    static const char *const paths[] = {AGENDA, "ics/communes/05023.ics",
            "ics/genres/theatre.ics", "ics/territoires/240500439.ics"};
    char path[100];

    (void)state;
    desk_make(ICS, DESK_RICH);
    for (size_t i = 0; i < COUNT(paths); i++)
        assert_int_equal(look_count(desk_file(ICS, paths[i]), "BEGIN:VEVENT\r\n"), 6);
    snprintf(path, sizeof(path), "ics/organisateurs/%s.ics", desk_uid(DESK_ORGANISER));
    assert_int_equal(look_count(desk_file(ICS, path), "BEGIN:VEVENT\r\n"), 6);
    snprintf(path, sizeof(path), "ics/lieux/%s.ics", desk_uid(DESK_THEATRE));
    assert_int_equal(look_count(desk_file(ICS, path), "BEGIN:VEVENT\r\n"), 5);
    snprintf(path, sizeof(path), "ics/lieux/%s.ics", desk_uid(DESK_HALL));
    assert_int_equal(look_count(desk_file(ICS, path), "BEGIN:VEVENT\r\n"), 1);
}

static void ics__head__names_the_calendar(void **state)
{
    static const char head[] =
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//OduS//OduS Saisie//FR\r\n"
            "CALSCALE:GREGORIAN\r\nNAME:Agenda d'essai – Névache\r\n"
            "X-WR-CALNAME:Agenda d'essai – Névache\r\n"
            "DESCRIPTION:Les Alpes en scène\r\n"
            "SOURCE;VALUE=URI:https://agenda.example/odus/ics/communes/05093.ics\r\n"
            "REFRESH-INTERVAL;VALUE=DURATION:PT12H\r\nBEGIN:VTIMEZONE\r\n";
    const char *file;

    (void)state;
    desk_make(ICS, DESK_EMPTY);
    file = desk_file(ICS, "ics/communes/05093.ics");
    assert_memory_equal(file, head, strlen(head));
    look_has(file, "END:VEVENT\r\nEND:VCALENDAR\r\n");
}

static void ics__without_performances__is_refused(void **state)
{
    size_t n;

    (void)state;
    desk_put("evenement", 900, "'titre': {'fr': 'Sans date'}");
    desk_make(ICS, 900);
    assert_true(desk_noted(NOTE_REFUSED, "seances"));
    (void)desk_pieces(&n);
    assert_int_equal(n, 0);
}

static void ics__organiser__with_quotes(void **state)
{
    (void)state;
    desk_put("structure", 901,
            "'nom': 'L\\u0027\\\"Étoile\\\"\\nX:1', 'contact_public':"
            "{'courriel': 'a@exemple.fr'}");
    desk_put("evenement", 900,
            "'titre': {'fr': 'T'}, 'organisateur': '@901',"
            "'seances': [" ROW "'debut': '2026-12-31T20:00[Europe/Paris]'}]");
    look_has(vevent(900, 0),
            "\r\nORGANIZER;CN=\"L''Étoile''X:1\":mailto:a@exemple.fr\r\n");
}

/* --- the season ------------------------------------------------------------------- */

/* Each line of FILE, folded as it stands: at most 75 octets, whole characters. */
static void check_lines(const char *file)
{
    size_t n = 0;

    while (*file) {
        const char *end = strstr(file, "\r\n");

        assert_non_null(end);
        assert_true(end - file <= 75 && end > file);
        assert_null(memchr(file, '\n', (size_t)(end - file)));
        assert_true(utf8_valid((struct view){file, (size_t)(end - file)}));
        assert_true(n > 0 || strncmp(file, "BEGIN:VCALENDAR", 15) == 0);
        file = end + 2;
        n++;
    }
}

/* An address that others' programs do not take makes a CONTACT. */
static void ics__organiser__without_an_address(void **state)
{
    static const char *const mails[] = {
            "a,b@exemple.fr", "Anne<a@exemple.fr>", "a:b@exemple.fr", "été@exemple.fr"};
    char members[200];

    (void)state;
    desk_put("evenement", 900,
            "'titre': {'fr': 'T'}, 'organisateur': '@901',"
            "'seances': [" ROW "'debut': '2026-12-31T20:00[Europe/Paris]'}]");
    for (size_t i = 0; i < COUNT(mails); i++) {
        snprintf(members, sizeof(members),
                "'nom': 'Nous', 'contact_public': {'courriel': '%s'}", mails[i]);
        desk_put("structure", 901, members);
        look_has(vevent(900, 0), "\r\nCONTACT:Nous\r\n");
        look_lacks(vevent(900, 0), "ORGANIZER");
    }
}

/* The clock was set back between two changes: no change is older than its making. */
static void ics__clock_set_back__is_not_told(void **state)
{
    const char *text;

    (void)state;
    desk_put("evenement", 900,
            "'titre': {'fr': 'T'}, 'modifie_le': '2020-01-01T00:00:00Z',"
            "'seances': [" ROW "'debut': '2026-12-31T20:00[Europe/Paris]'}]");
    text = vevent(900, 0);
    look_has(text, "\r\nDTSTAMP:20261101T100000Z\r\n");
    look_has(text, "\r\nCREATED:20261101T100000Z\r\n");
    look_has(text, "\r\nLAST-MODIFIED:20261101T100000Z\r\n");
}

/* What was moved there has its address, though the event takes place on site. */
static void ics__moved_online__says_where(void **state)
{
    (void)state;
    desk_put("evenement", 900,
            "'titre': {'fr': 'T'}, 'mode': 'presentiel', 'lien_en_ligne':"
            "'https://direct.exemple.fr/', 'seances': [" ROW
            "'debut': '2026-12-31T20:00[Europe/Paris]'}, {'id': 's2', 'statut':"
            "'passe_en_ligne', 'debut': '2027-01-01T20:00[Europe/Paris]'}]");
    look_lacks(vevent(900, 0), "CONFERENCE");
    look_has(vevent(900, 1), "\r\nCONFERENCE;VALUE=URI:https://direct.exemple.fr/\r\n");
}

static void ics__season__is_well_formed(void **state)
{
    size_t n, files = 0;
    const struct desk_piece *all;

    (void)state;
    desk_make_all(ICS);
    all = desk_pieces(&n);
    for (size_t i = 0; i < n; i++) {
        const char *file;
        size_t events;

        if (i && strcmp(all[i].path, all[i - 1].path) == 0)
            continue;
        file = desk_file(ICS, all[i].path);
        check_lines(file);
        events = look_count(file, "\r\nBEGIN:VEVENT\r\n");
        assert_true(events > 0);
        assert_int_equal(look_count(file, "\r\nUID:"), events);
        assert_int_equal(look_count(file, "\r\nDTSTAMP:"), events);
        assert_int_equal(look_count(file, "\r\nDTSTART"),
                events + look_count(file, "\r\nTZOFFSETTO:"));
        assert_int_equal(look_count(file, "\r\nSUMMARY:"), events);
        assert_int_equal(look_count(file, "\r\nEND:VEVENT\r\n"), events);
        files++;
    }
    assert_true(files > 15);
    assert_true(look_count(desk_file(ICS, AGENDA), "BEGIN:VEVENT") > 800);
}

static void ics__event__does_not_depend_on_others(void **state)
{
    (void)state;
    look_same_alone(ICS);
}

static void ics__venue_renamed__keeps_its_address(void **state)
{
    char path[100];

    (void)state;
    snprintf(path, sizeof(path), "ics/lieux/%s.ics", desk_uid(DESK_CHURCH));
    desk_make(ICS, DESK_EMPTY);
    look_has(desk_file(ICS, path), "– Église Saint-Marcellin\r\n");
    desk_put("lieu", DESK_CHURCH, "'nom': 'Salle des fêtes'");
    desk_clear();
    desk_make(ICS, DESK_EMPTY);
    look_has(desk_file(ICS, path), "– Salle des fêtes\r\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_open_full, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(ics__minimal_event__has_what_there_is),
            TEST(ics__other_language__falls_back),
            TEST(ics__texts_of_two_languages__name_none),
            TEST(ics__rich_event__lines),
            TEST(ics__nasty_event__is_escaped),
            TEST(ics__times__by_their_kind),
            TEST(ics__times__of_days),
            TEST(ics__zones__are_all_described),
            TEST(ics__states__as_each_is_told),
            TEST(ics__calendars__one_for_each_reader),
            TEST(ics__head__names_the_calendar),
            TEST(ics__without_performances__is_refused),
            TEST(ics__organiser__with_quotes),
            TEST(ics__organiser__without_an_address),
            TEST(ics__clock_set_back__is_not_told),
            TEST(ics__moved_online__says_where),
            TEST(ics__season__is_well_formed),
            TEST(ics__event__does_not_depend_on_others),
            TEST(ics__venue_renamed__keeps_its_address),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
