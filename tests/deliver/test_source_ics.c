#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "odus/base/hash.h"
#include "odus/base/mem.h"
#include "source_run.h"

#define SAMPLES "tests/deliver/samples/"

static struct source_run run;

static int end_run(void **state)
{
    (void)state;
    source_run_release(&run);
    return 0;
}

/* Events between the lines of a calendar. */
static void read_events(const char *events)
{
    char *text =
            xasprintf("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n%sEND:VCALENDAR\r\n", events);

    source_run_text(&run, view_of(text), SOURCE_ICS);
    free(text);
}

static void read_event(const char *lines)
{
    char *text = xasprintf(
            "BEGIN:VEVENT\r\nUID:a@x\r\nSUMMARY:Essai\r\n%sEND:VEVENT\r\n", lines);

    read_events(text);
    free(text);
}

#define assert_at(i, path, text)                                                       \
    assert_string_equal(source_text_at(source_run_at(&run, i), path), text)

static size_t rows(size_t i)
{
    return json_len(json_get(json_get(source_run_at(&run, i), "body"), "seances"));
}

static void assert_noted(size_t i, const char *note)
{
    char *notes = source_notes(source_run_at(&run, i));

    if (!strstr(notes, note))
        fail_msg("no %s in: %s", note, notes);
    free(notes);
}

static void assert_refused(size_t n, const char *place, const char *message)
{
    assert_int_equal(run.rc, 0);
    assert_int_equal(json_len(run.refused), n);
    assert_string_equal(source_text_at(json_at(run.refused, 0), "place"), place);
    assert_string_equal(source_text_at(json_at(run.refused, 0), "message"), message);
}

/* --- provenances ------------------------------------------------------------------ */

static void ics__read__google(void **state)
{
    (void)state;
    source_run_file(&run, SAMPLES "google.ics", SOURCE_ICS);
    assert_int_equal(run.rc, 0);
    assert_int_equal(json_len(run.proposals), 3);
    assert_at(0, "source.systeme", "ics");
    assert_at(0, "source.valeur", "trio-hiver@google.example");
    assert_at(0, "source.place", "line 26");
    assert_at(0, "source.modifie_le", "2026-11-02T18:15:00Z");
    assert_at(0, "body.titre.fr", "Trio à cordes");
    assert_at(0, "body.seances.0.debut", "2026-12-05T20:30[Europe/Paris]");
    assert_at(0, "body.seances.0.fin", "2026-12-05T22:00[Europe/Paris]");
    assert_at(0, "body.description.fr",
            "Un trio à cordes joue Schubert.\n\nBillets : ici "
            "(https://foyer.example/trio)");
    assert_noted(0, "changed:description");
    assert_at(0, "body.lieu.nom", "Salle du Foyer");
    assert_at(0, "body.lieu.adresse.voie", "3 rue de l'Église");
    assert_at(0, "body.lieu.adresse.code_postal", "05990");
    assert_at(0, "body.lieu.adresse.ville", "Valserre");
    assert_at(0, "body.lieu.adresse.pays", "FR");
    assert_noted(0, "guessed:lieu");
    assert_int_equal(run.bytes, run.total);
}

static void ics__read__recurrence_with_changes(void **state)
{
    (void)state;
    source_run_file(&run, SAMPLES "google.ics", SOURCE_ICS);
    assert_int_equal(rows(1), 5); /* six Fridays, one left out */
    assert_at(1, "body.seances.1.debut", "2026-10-09T20:00[Europe/Paris]");
    assert_at(1, "body.seances.2.debut", "2026-10-23T21:00[Europe/Paris]");
    assert_at(1, "body.seances.2.note_horaire.fr", "Bal folk avec initiation");
    assert_at(1, "body.seances.3.statut", "annule");
    assert_at(1, "body.seances.4.debut", "2026-11-06T20:00[Europe/Paris]");
    assert_at(1, "body.organisateur.nom", "Foyer rural de Valserre");
    assert_noted(1, "guessed:organisateur");
}

static void ics__read__invited_people_are_not_kept(void **state)
{
    struct buf text;

    (void)state;
    source_run_file(&run, SAMPLES "google.ics", SOURCE_ICS);
    buf_init(&text, 0);
    json_canonical(run.proposals, &text);
    assert_null(strstr(text.s, "jeanne"));
    assert_null(strstr(text.s, "Jeanne"));
    buf_release(&text);
    assert_noted(1, "lost:");
}

static void ics__read__days_without_hours(void **state)
{
    (void)state;
    source_run_file(&run, SAMPLES "google.ics", SOURCE_ICS);
    assert_int_equal(rows(2), 3);
    assert_at(2, "body.seances.0.debut", "2026-12-11[Europe/Paris]");
    assert_at(2, "body.seances.2.debut", "2026-12-13[Europe/Paris]");
    assert_at(2, "body.seances.0.fin", "");
    assert_noted(2, "changed:seances");
}

static void ics__read__outlook(void **state)
{
    (void)state;
    source_run_file(&run, SAMPLES "outlook.ics", SOURCE_ICS);
    assert_int_equal(json_len(run.proposals), 4);
    assert_at(0, "body.seances.0.debut", "2026-12-03T18:00[Europe/Paris]");
    assert_at(0, "body.accroche.fr", "Lecture à voix haute, avec la bibliothèque.");
    /* A zone of its own, with the hours of Paris. */
    assert_at(1, "body.seances.0.debut", "2026-07-10T21:00[Europe/Paris]");
    assert_at(1, "body.visibilite", "prive");
    /* A zone of its own, with other hours. */
    assert_at(2, "body.seances.0.debut", "2026-12-10T19:00[Europe/Paris]");
    assert_noted(2, "changed:seances.debut");
    assert_at(3, "body.seances.0.debut", "2026-12-20[Europe/Paris]");
    assert_int_equal(rows(3), 1);
}

static void ics__read__apple(void **state)
{
    (void)state;
    source_run_file(&run, SAMPLES "apple.ics", SOURCE_ICS);
    assert_int_equal(json_len(run.proposals), 2);
    assert_at(0, "body.seances.0.debut", "2026-11-29T17:00[Europe/Paris]");
    assert_at(0, "body.lieu.nom", "Le Petit Théâtre");
    assert_at(0, "body.lieu.adresse.voie", "21 avenue des Mélèzes");
    assert_at(0, "body.lieu.lat", "44.898912");
    assert_at(0, "body.lieu.lon", "6.643555");
    assert_at(0, "body.genre", "theatre");
    assert_at(0, "body.url_fiche", "https://petit-theatre.example/ombres");
    assert_at(0, "left.CATEGORIES", "Famille");
    assert_at(1, "body.seances.0.fin", "2026-12-25T00:00[Europe/Paris]");
    assert_int_equal(rows(1), 2);
    assert_noted(1, "cut:seances");
}

static void ics__read__events_calendar(void **state)
{
    (void)state;
    source_run_file(&run, SAMPLES "events-calendar.ics", SOURCE_ICS);
    assert_at(0, "body.seances.0.debut", "2026-11-28T20:00[Europe/Paris]");
    assert_at(0, "body.genre", "concert_jazz");
    assert_at(0, "body.nature", "concert");
    assert_at(0, "body.lieu.nom", "Moulin du Rif");
    assert_at(0, "body.lieu.adresse.ville", "Valserre");
    assert_at(0, "left.ATTACH", "https://alouettes.example/jazz.jpg");
    assert_at(0, "body.organisateur.nom", "Les Alouettes");
}

static void ics__read__our_own_delivery_is_one_event(void **state)
{
    (void)state;
    read_events(
            "BEGIN:VEVENT\r\nUID:0199f3a0-0101-74ff-a6a1-08a2b8d456f4\r\n"
            "DTSTART;TZID=Europe/Paris:20261205T203000\r\nSUMMARY:Trio\r\n"
            "CATEGORIES:Classical concert\r\nCATEGORIES:Concert\r\n"
            "CATEGORIES:Théâtre\r\nX-ODUS-GENRE:concert_classique\r\n"
            "X-ODUS-NATURE:concert\r\n"
            "X-ODUS-EVENEMENT:0199f3a0-0102-7702-a119-5df8ec50ed5e\r\n"
            "X-ODUS-STATUT:confirme\r\nEND:VEVENT\r\n"
            "BEGIN:VEVENT\r\nUID:0199f3a0-0103-7f0c-abbe-22a42712fa07\r\n"
            "DTSTART;TZID=Europe/Paris:20261206T170000\r\nSUMMARY:[complet] Trio\r\n"
            "X-ODUS-EVENEMENT:0199f3a0-0102-7702-a119-5df8ec50ed5e\r\n"
            "X-ODUS-DEBUT-INITIAL;TZID=Europe/Paris:20261206T160000\r\n"
            "X-ODUS-STATUT:complet\r\nEND:VEVENT\r\n");
    assert_int_equal(json_len(run.proposals), 1);
    assert_at(0, "source.valeur", "0199f3a0-0102-7702-a119-5df8ec50ed5e");
    assert_at(0, "body.titre.fr", "Trio");
    assert_at(0, "body.seances.0.id", "0199f3a0-0101-74ff-a6a1-08a2b8d456f4");
    assert_at(0, "body.seances.1.id", "0199f3a0-0103-7f0c-abbe-22a42712fa07");
    assert_at(0, "body.seances.1.statut", "complet");
    assert_at(0, "body.seances.1.debut_initial", "2026-12-06T16:00[Europe/Paris]");
    assert_at(0, "body.genre", "concert_classique");
    assert_at(0, "body.nature", "concert");
    assert_at(0, "body.mots_cles.0", "Théâtre"); /* a word of theirs, not a genre */
    assert_int_equal(
            json_len(json_get(json_get(source_run_at(&run, 0), "body"), "mots_cles")),
            1);
}

/* --- times ------------------------------------------------------------------------ */

static void ics__read__hour_that_happens_twice(void **state)
{
    (void)state;
    read_event("DTSTART:20261025T003000Z\r\nDTEND:20261025T013000Z\r\n");
    assert_at(0, "body.seances.0.debut", "2026-10-25T02:30+02:00[Europe/Paris]");
    assert_at(0, "body.seances.0.fin", "2026-10-25T02:30+01:00[Europe/Paris]");
}

static void ics__read__hour_that_never_happens(void **state)
{
    (void)state;
    read_event("DTSTART;TZID=Europe/Paris:20260329T023000\r\n");
    assert_at(0, "body.seances.0.debut", "2026-03-29T03:30[Europe/Paris]");
    assert_noted(0, "changed:seances.debut");
}

static void ics__read__unknown_zone_is_guessed(void **state)
{
    (void)state;
    read_event("DTSTART;TZID=Quelque part:20261205T203000\r\n");
    assert_at(0, "body.seances.0.debut", "2026-12-05T20:30[Europe/Paris]");
    assert_noted(0, "guessed:seances.debut");
}

static void ics__read__other_zone_is_kept(void **state)
{
    (void)state;
    read_event(
            "DTSTART;TZID=Eastern Standard Time:20261205T203000\r\nDURATION:PT90M\r\n");
    assert_at(0, "body.seances.0.debut", "2026-12-05T20:30[America/New_York]");
    assert_at(0, "body.seances.0.fin", "2026-12-05T22:00[America/New_York]");
}

static void ics__read__recurrence_keeps_the_hour_over_the_change(void **state)
{
    (void)state;
    read_event("DTSTART;TZID=Europe/"
               "Paris:20261024T203000\r\nRRULE:FREQ=DAILY;COUNT=3\r\n");
    assert_int_equal(rows(0), 3);
    assert_at(0, "body.seances.0.debut", "2026-10-24T20:30[Europe/Paris]");
    assert_at(0, "body.seances.2.debut", "2026-10-26T20:30[Europe/Paris]");
}

static void ics__read__dates_added_and_left_out(void **state)
{
    (void)state;
    read_event("DTSTART;TZID=Europe/Paris:20261201T200000\r\nDURATION:PT1H\r\n"
               "RDATE;TZID=Europe/Paris:20261203T200000,20261205T200000\r\n"
               "RDATE;VALUE=PERIOD:20261207T190000Z/PT3H\r\n"
               "EXDATE;VALUE=DATE:20261203\r\n");
    assert_int_equal(rows(0), 3);
    assert_at(0, "body.seances.1.debut", "2026-12-05T20:00[Europe/Paris]");
    assert_at(0, "body.seances.2.debut", "2026-12-07T20:00[Europe/Paris]");
    assert_at(0, "body.seances.2.fin", "2026-12-07T23:00[Europe/Paris]");
}

static void assert_starts(size_t n, const char *const *starts)
{
    char path[40];

    assert_int_equal(rows(0), n);
    for (size_t i = 0; i < n; i++) {
        snprintf(path, sizeof(path), "body.seances.%zu.debut", i);
        assert_at(0, path, starts[i]);
    }
}

/* From the third on half an hour later, a day after, elsewhere; the fifth by itself. */
static void ics__read__change_of_all_that_follow(void **state)
{
    static const char *const starts[] = {"2026-10-05T20:00[Europe/Paris]",
            "2026-10-12T20:00[Europe/Paris]", "2026-10-20T20:30[Europe/Paris]",
            "2026-10-27T20:30[Europe/Paris]", "2026-11-02T10:00[Europe/Paris]",
            "2026-11-10T20:30[Europe/Paris]"};

    (void)state;
    read_events("BEGIN:VEVENT\r\nUID:a@x\r\nSUMMARY:Essai\r\nLOCATION:Ici\r\n"
                "DTSTART;TZID=Europe/Paris:20261005T200000\r\n"
                "DTEND;TZID=Europe/Paris:20261005T210000\r\n"
                "RRULE:FREQ=WEEKLY;COUNT=6\r\nEND:VEVENT\r\n"
                "BEGIN:VEVENT\r\nUID:a@x\r\nSUMMARY:Essai\r\n"
                "RECURRENCE-ID:20261102T190000Z\r\n"
                "DTSTART;TZID=Europe/Paris:20261102T100000\r\nEND:VEVENT\r\n"
                "BEGIN:VEVENT\r\nUID:a@x\r\nSUMMARY:Essai\r\nLOCATION:Ailleurs\r\n"
                "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Paris:20261019T200000"
                "\r\nDTSTART;TZID=Europe/Paris:20261020T203000\r\n"
                "DURATION:PT2H\r\nEND:VEVENT\r\n");
    assert_starts(COUNT(starts), starts);
    assert_at(0, "body.seances.1.fin", "2026-10-12T21:00[Europe/Paris]");
    assert_at(0, "body.seances.5.fin", "2026-11-10T22:30[Europe/Paris]");
    assert_at(0, "body.seances.5.lieu.nom", "Ailleurs");
    assert_at(0, "body.lieu.nom", "Ici");
}

/* Wherever it stands in the file, with what it is called. */
static void ics__read__last_of_two_changes_holds(void **state)
{
    static const char *const starts[] = {"2026-10-05T20:00[Europe/Paris]",
            "2026-10-12T21:00[Europe/Paris]", "2026-10-19T18:00[Europe/Paris]"};

    (void)state;
    read_events("BEGIN:VEVENT\r\nUID:a@x\r\nSUMMARY:Essai\r\n"
                "DTSTART;TZID=Europe/Paris:20261005T200000\r\n"
                "RRULE:FREQ=WEEKLY;COUNT=3\r\nEND:VEVENT\r\n"
                "BEGIN:VEVENT\r\nUID:a@x\r\nSUMMARY:Finale\r\n"
                "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Paris:20261019T200000"
                "\r\nDTSTART;TZID=Europe/Paris:20261019T180000\r\nEND:VEVENT\r\n"
                "BEGIN:VEVENT\r\nUID:a@x\r\nSUMMARY:Suite\r\n"
                "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Paris:20261012T200000"
                "\r\nDTSTART;TZID=Europe/Paris:20261012T210000\r\nEND:VEVENT\r\n");
    assert_starts(COUNT(starts), starts);
    assert_at(0, "body.seances.1.note_horaire.fr", "Suite");
}

static void ics__read__dates_left_out_by_a_rule(void **state)
{
    static const char *const starts[] = {"2026-10-05T20:00[Europe/Paris]",
            "2026-10-19T20:00[Europe/Paris]", "2026-11-02T20:00[Europe/Paris]"};

    (void)state;
    read_event("DTSTART;TZID=Europe/Paris:20261005T200000\r\n"
               "RRULE:FREQ=WEEKLY;COUNT=6\r\n"
               "EXRULE:FREQ=MONTHLY;BYDAY=2MO\r\nEXRULE:FREQ=MONTHLY;BYDAY=4MO\r\n");
    assert_starts(COUNT(starts), starts);
    source_run_release(&run);
    read_event("DTSTART:20261005T200000\r\nRRULE:FREQ=WEEKLY;COUNT=6\r\n"
               "EXRULE:whenever\r\n");
    assert_int_equal(rows(0), 6);
    assert_noted(0, "lost:seances");
    assert_at(0, "left.EXRULE", "whenever");
    source_run_release(&run);
    read_event("DTSTART:20261005T200000\r\nRRULE:FREQ=WEEKLY;COUNT=6\r\n"
               "EXRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20261019T200000\r\n");
    assert_int_equal(rows(0), 4);
}

/* Of 1996: texts in quoted-printable are refused with what to do, others are read. */
static void ics__read__vcalendar_1(void **state)
{
    static const char text[] =
            "BEGIN:VCALENDAR\r\nVERSION:1.0\r\nBEGIN:VEVENT\r\n"
            "DTSTART:20261205T193000Z\r\nUID:1\r\n"
            "SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Th=C3=A9=C3=A2=\r\n"
            "tre\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nDTSTART:20261206T193000Z\r\n"
            "UID:2\r\nSUMMARY:Bal\r\nRRULE:W1 SU #3\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

    (void)state;
    source_run_text(&run, view_of(text), SOURCE_ICS);
    assert_refused(1, "line 3",
            "it is written as vCalendar 1.0: open the file in a calendar program and "
            "export it as iCalendar");
    assert_int_equal(json_len(run.proposals), 1);
    assert_at(0, "body.titre.fr", "Bal");
    assert_noted(0, "lost:seances");
}

static void ics__read__row_ids_hold_when_the_file_changes(void **state)
{
    char first[40], second[40];

    (void)state;
    read_event("DTSTART:20261201T190000Z\r\nRRULE:FREQ=DAILY;COUNT=2\r\n");
    snprintf(first, sizeof(first), "%s",
            source_text_at(source_run_at(&run, 0), "body.seances.1.id"));
    assert_true(uuid_valid(view_of(first)));
    source_run_release(&run);
    read_event("DESCRIPTION:Nouveau\r\nDTSTART:20261201T190000Z\r\nRRULE:FREQ=DAILY;"
               "COUNT=4\r\n");
    snprintf(second, sizeof(second), "%s",
            source_text_at(source_run_at(&run, 0), "body.seances.1.id"));
    assert_string_equal(first, second);
}

static void ics__read__endless_recurrence_is_bounded(void **state)
{
    (void)state;
    read_event("DTSTART:20260101T190000Z\r\nRRULE:FREQ=DAILY\r\n");
    assert_int_equal(rows(0), 730);
    assert_noted(0, "cut:seances");
    source_run_release(&run);
    read_event("DTSTART:20260101T190000Z\r\nRRULE:FREQ=DAILY;BYHOUR=10,14,18\r\n");
    assert_int_equal(rows(0), SOURCE_OCCURRENCES_MAX);
    assert_noted(0, "cut:seances");
}

static void ics__read__too_many_times_are_cut(void **state)
{
    static const char *const counts[] = {"999999999", "99999999999999999999999"};

    (void)state;
    for (size_t i = 0; i < COUNT(counts); i++) {
        char *lines = xasprintf(
                "DTSTART:20260101T190000Z\r\nRRULE:FREQ=DAILY;COUNT=%s\r\n", counts[i]);

        read_event(lines);
        free(lines);
        assert_int_equal(rows(0), 730);
        assert_noted(0, "cut:seances");
        source_run_release(&run);
    }
    read_event("DTSTART:20260101T190000Z\r\nRRULE:FREQ=DAILY;COUNT=0\r\n");
    assert_int_equal(rows(0), 1);
    assert_noted(0, "lost:seances");
}

static void ics__read__meeting_is_online(void **state)
{
    static const char *const places[] = {"Microsoft Teams Meeting",
            "Réunion Microsoft Teams", "Zoom", "Google Meet",
            "Zoom : https://visio.example/j/1", "https://visio.example/j/1 (code 42)",
            "https://visio.example/j/1"};

    (void)state;
    for (size_t i = 0; i < COUNT(places); i++) {
        char *lines = xasprintf("DTSTART:20260101T190000Z\r\nLOCATION:%s\r\n"
                                "X-GOOGLE-CONFERENCE:https://visio.example/j/1\r\n",
                places[i]);

        read_event(lines);
        free(lines);
        assert_at(0, "body.mode", "en_ligne");
        assert_at(0, "body.lien_en_ligne", "https://visio.example/j/1");
        assert_at(0, "body.lieu.nom", "");
        source_run_release(&run);
    }
    read_event("DTSTART:20260101T190000Z\r\n"
               "LOCATION:Le Cadran\\; Microsoft Teams Meeting\r\n");
    assert_at(0, "body.mode", "mixte");
    assert_at(0, "body.lieu.nom", "Le Cadran");
    source_run_release(&run);
    /* A meeting beside a hall is the program's own doing. */
    read_event("DTSTART:20260101T190000Z\r\nLOCATION:Le Zoom\r\n"
               "X-GOOGLE-CONFERENCE:https://visio.example/j/1\r\n");
    assert_at(0, "body.mode", "");
    assert_at(0, "body.lieu.nom", "Le Zoom");
    assert_at(0, "left.X-GOOGLE-CONFERENCE", "https://visio.example/j/1");
}

static void ics__read__organiser_may_be_a_person(void **state)
{
    (void)state;
    read_event("DTSTART:20260101T190000Z\r\n"
               "ORGANIZER;CN=Jeanne Martin:mailto:jeanne@exemple.fr\r\n");
    assert_at(0, "body.organisateur.nom", "Jeanne Martin");
    assert_true(json_get_bool(
            json_get(json_get(source_run_at(&run, 0), "body"), "organisateur"),
            "si_connu", false));
    source_run_release(&run);
    read_event("DTSTART:20260101T190000Z\r\n"
               "ORGANIZER;CN=Foyer:mailto:contact@exemple.fr\r\n");
    assert_false(json_get_bool(
            json_get(json_get(source_run_at(&run, 0), "body"), "organisateur"),
            "si_connu", false));
    assert_noted(0, "guessed:organisateur");
    source_run_release(&run);
    read_event("DTSTART:20260101T190000Z\r\n"
               "ORGANIZER;CN=jeanne@exemple.fr:mailto:jeanne@exemple.fr\r\n");
    assert_at(0, "body.organisateur.nom", "");
}

static void ics__read__addresses_out_of_pages(void **state)
{
    (void)state;
    read_event("DTSTART:20260101T190000Z\r\n"
               "URL:https://exemple.fr/?a=1&amp;b=2&#38;c=3\r\n"
               "DESCRIPTION:<p>Voir <a href=\"https://exemple.fr/?d=1&amp;e=2\">ici"
               "</a></p>\r\n");
    assert_at(0, "body.url_fiche", "https://exemple.fr/?a=1&b=2&c=3");
    assert_at(0, "body.accroche.fr", "Voir ici (https://exemple.fr/?d=1&e=2)");
}

static void ics__read__recurrence_by_the_second_is_not_followed(void **state)
{
    static const char *const rules[] = {"FREQ=SECONDLY", "FREQ=MINUTELY;BYMONTH=2",
            "FREQ=SECONDLY;BYYEARDAY=366;BYMONTH=1",
            "FREQ=DAILY;BYHOUR=1,2,3,4,5;BYMINUTE=1,2,3,4,5;BYMONTHDAY=31;BYMONTH=2"};

    (void)state;
    for (size_t i = 0; i < COUNT(rules); i++) {
        char *lines = xasprintf("DTSTART:20261201T190000Z\r\nRRULE:%s\r\n", rules[i]);

        read_event(lines);
        assert_int_equal(rows(0), 1);
        assert_noted(0, "lost:seances");
        source_run_release(&run);
        free(lines);
    }
}

static void ics__read__rule_that_never_comes_true(void **state)
{
    (void)state;
    read_event("DTSTART:20261201T190000Z\r\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY="
               "31\r\n");
    assert_int_equal(rows(0), 1);
    source_run_release(&run);
    read_event("DTSTART:20261201T190000Z\r\nRRULE:FREQ=HEBDO;BYDAY=LU\r\n");
    assert_int_equal(rows(0), 1);
    assert_at(0, "left.RRULE", "FREQ=HEBDO;BYDAY=LU");
}

static void ics__read__far_dates_are_refused(void **state)
{
    (void)state;
    read_events("BEGIN:VEVENT\r\nUID:1\r\nDTSTART:00010101T000000Z\r\nEND:VEVENT\r\n"
                "BEGIN:VEVENT\r\nUID:2\r\nDTSTART:99991231T235959Z\r\nEND:VEVENT\r\n"
                "BEGIN:VEVENT\r\nUID:3\r\nDTSTART;VALUE=DATE:00010101\r\n"
                "RRULE:FREQ=DAILY\r\nEND:VEVENT\r\n"
                "BEGIN:VEVENT\r\nUID:4\r\nDTSTART:20261301T250000\r\nEND:VEVENT\r\n"
                "BEGIN:VEVENT\r\nUID:5\r\nDTSTART:20261201T190000\r\n"
                "DTEND:99991231T000000\r\nSUMMARY:Bon\r\nEND:VEVENT\r\n");
    assert_refused(4, "line 3", "none of its dates lies between %1$s and %2$s");
    assert_string_equal(
            source_text_at(run.refused, "3.message"), "this is no date: %1$s");
    assert_int_equal(json_len(run.proposals), 1);
    assert_noted(0, "lost:seances.fin");
}

#define test(f) cmocka_unit_test_teardown(f, end_run)

int main(void)
{
    const struct CMUnitTest tests[] = {
            test(ics__read__google),
            test(ics__read__recurrence_with_changes),
            test(ics__read__invited_people_are_not_kept),
            test(ics__read__days_without_hours),
            test(ics__read__outlook),
            test(ics__read__apple),
            test(ics__read__events_calendar),
            test(ics__read__our_own_delivery_is_one_event),
            test(ics__read__hour_that_happens_twice),
            test(ics__read__hour_that_never_happens),
            test(ics__read__unknown_zone_is_guessed),
            test(ics__read__other_zone_is_kept),
            test(ics__read__recurrence_keeps_the_hour_over_the_change),
            test(ics__read__dates_added_and_left_out),
            test(ics__read__change_of_all_that_follow),
            test(ics__read__last_of_two_changes_holds),
            test(ics__read__dates_left_out_by_a_rule),
            test(ics__read__vcalendar_1),
            test(ics__read__row_ids_hold_when_the_file_changes),
            test(ics__read__too_many_times_are_cut),
            test(ics__read__meeting_is_online),
            test(ics__read__organiser_may_be_a_person),
            test(ics__read__addresses_out_of_pages),
            test(ics__read__endless_recurrence_is_bounded),
            test(ics__read__recurrence_by_the_second_is_not_followed),
            test(ics__read__rule_that_never_comes_true),
            test(ics__read__far_dates_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
