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

/* --- dirty files ------------------------------------------------------------------ */

static void ics__read__latin_1(void **state)
{
    (void)state;
    read_event("DTSTART:20261201T190000\r\nLOCATION:Caf\xe9 de la Poste \x80\r\n");
    assert_at(0, "body.lieu.nom", "Café de la Poste €");
    assert_noted(0, "changed:");
}

static void ics__read__nul_bom_lf_and_long_lines(void **state)
{
    static const char text[] =
            "\xEF\xBB\xBF"
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\n"
            "DTSTART:20261201T190000\nSUMM\0ARY:Un\0 deux\n"
            "DESCRIPTION:un texte qui n'est pas plié, bien plus long que "
            "les soixante-quinze octets permis par la norme\n"
            "et qui continue sans marque\nEND:VEVENT\nEND:VCALENDAR";

    (void)state;
    source_run_text(&run, (struct view){text, sizeof(text) - 1}, SOURCE_ICS);
    assert_int_equal(run.rc, 0);
    assert_at(0, "body.titre.fr", "Un deux");
    assert_string_equal(
            strrchr(source_text_at(source_run_at(&run, 0), "body.description.fr"),
                    '\n'),
            "\net qui continue sans marque");
}

static void ics__read__fold_inside_a_character(void **state)
{
    (void)state;
    read_event("DTSTART:20261201T190000\r\nLOCATION:Caf\xC3\r\n \xA9 du Midi\r\n");
    assert_at(0, "body.lieu.nom", "Café du Midi");
}

static void ics__read__truncated_and_unended(void **state)
{
    static const char text[] =
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:20261201\n"
            "BEGIN:VEVENT\nUID:2\nSUMMARY:Bon\nDTSTART:20261201\n"
            "BEGIN:VALARM\nTRIGGER:-PT1H\nEND:VEVENT\n"
            "BEGIN:VTODO\nSUMMARY:Balayer\nEND:VTODO\n"
            "BEGIN:VEVENT\nUID:3\nDTSTART:2026";

    (void)state;
    source_run_text(&run, view_of(text), SOURCE_ICS);
    assert_refused(3, "line 2", "the end of the event is missing");
    assert_int_equal(json_len(run.proposals), 1);
    assert_at(0, "body.titre.fr", "Bon");
    assert_string_equal(source_text_at(run.refused, "2.message"),
            "the file ends in the middle of this event");
}

static void ics__read__same_uid_twice(void **state)
{
    (void)state;
    read_events("BEGIN:VEVENT\r\nUID:a\r\nDTSTART:20261201T190000\r\nEND:VEVENT\r\n"
                "BEGIN:VEVENT\r\nUID:a\r\nDTSTART:20261208T190000\r\nEND:VEVENT\r\n"
                "BEGIN:VEVENT\r\nUID:a\r\nDTSTART:20261201T190000\r\nEND:VEVENT\r\n");
    assert_int_equal(json_len(run.proposals), 2);
    assert_at(0, "source.valeur", "a");
    assert_at(1, "source.valeur", "a#20261208T190000");
    assert_noted(1, "changed:");
    assert_refused(1, "line 11", "the same event stands in the file twice");
}

static void ics__read__change_before_its_rule(void **state)
{
    (void)state;
    read_events("BEGIN:VEVENT\r\nUID:a\r\nRECURRENCE-ID:20261202T190000\r\n"
                "DTSTART:20261202T210000\r\nEND:VEVENT\r\n"
                "BEGIN:VEVENT\r\nUID:b\r\nRECURRENCE-ID:20261202T190000\r\n"
                "DTSTART:20261202T200000\r\nSUMMARY:Seul\r\nEND:VEVENT\r\n"
                "BEGIN:VEVENT\r\nUID:a\r\nDTSTART:20261201T190000\r\nSUMMARY:Série\r\n"
                "RRULE:FREQ=DAILY;COUNT=3\r\nEND:VEVENT\r\n");
    assert_int_equal(json_len(run.proposals), 2);
    assert_at(0, "body.titre.fr", "Seul");
    assert_int_equal(rows(0), 1);
    assert_at(1, "body.titre.fr", "Série");
    assert_int_equal(rows(1), 3);
    assert_at(1, "body.seances.1.debut", "2026-12-02T21:00[Europe/Paris]");
}

static void ics__read__event_without_uid_or_title(void **state)
{
    (void)state;
    read_events("BEGIN:VEVENT\r\nDTSTART:20261201T190000\r\nEND:VEVENT\r\n");
    assert_int_equal(json_len(run.proposals), 1);
    assert_int_equal(
            strlen(source_text_at(source_run_at(&run, 0), "source.valeur")), 32);
    assert_at(0, "body.titre.fr", "");
}

static void ics__read__what_is_too_long_is_cut(void **state)
{
    struct buf text;

    (void)state;
    buf_init(&text, 0);
    buf_adds(&text, "DTSTART:20261201T190000\r\nLOCATION:");
    for (int i = 0; i < 60; i++)
        buf_adds(&text, "mots ");
    buf_adds(&text, "\r\nX-LONG:");
    for (int i = 0; i < 20000; i++)
        buf_addc(&text, 'x');
    buf_adds(&text, "\r\n");
    read_event(text.s);
    assert_noted(0, "cut:lieu.nom");
    assert_noted(0, "cut:");
    assert_true(
            json_as_view(json_get(json_get(source_run_at(&run, 0), "left"), "lieu.nom"))
                    .n > 200);
    buf_release(&text);
}

static void ics__read__event_larger_than_allowed(void **state)
{
    struct buf text;

    (void)state;
    buf_init(&text, 0);
    buf_adds(&text, "BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20261201\r\n");
    for (int i = 0; i < 20; i++) {
        buf_adds(&text, "X-A:");
        for (int k = 0; k < 6000; k++)
            buf_adds(&text, "0123456789");
        buf_adds(&text, "\r\n");
    }
    buf_adds(&text, "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:2\r\nDTSTART:20261201\r\nEND:"
                    "VEVENT\r\n");
    read_events(text.s);
    buf_release(&text);
    assert_refused(1, "line 3", "the event is larger than 1 MiB");
    assert_int_equal(json_len(run.proposals), 1);
}

static void ics__read__no_calendar(void **state)
{
    (void)state;
    source_run_text(&run, VIEW_LIT("bonjour\nmonde\n"), SOURCE_ICS);
    assert_int_equal(run.rc, ERR_INVALID);
    source_run_release(&run);
    source_run_text(&run,
            VIEW_LIT("\xFF\xFE"
                     "B\0E\0"),
            SOURCE_ICS);
    assert_int_equal(run.rc, ERR_INVALID);
    source_run_release(&run);
    source_run_file(&run, "/nowhere/at.ics", SOURCE_ICS);
    assert_int_equal(run.rc, ERR_NOT_FOUND);
    source_run_release(&run);
    source_run_file(&run, "/dev/null", SOURCE_ICS);
    assert_int_equal(run.rc, ERR_IO);
}

static void ics__read__stops_when_told(void **state)
{
    (void)state;
    run.stop_after = 1;
    source_run_file(&run, SAMPLES "google.ics", SOURCE_ICS);
    assert_int_equal(run.rc, ERR_STOPPED);
    assert_int_equal(json_len(run.proposals), 1);
}

/* --- memory ----------------------------------------------------------------------- */

static bool count(void *ctx, struct json *proposal)
{
    ++*(int *)ctx;
    json_free(proposal);
    return true;
}

static bool ignore_refused(void *ctx, const char *place, const struct err *err)
{
    (void)ctx, (void)place, (void)err;
    return true;
}

static bool ignore_progress(void *ctx, int64_t bytes, int64_t total)
{
    (void)ctx, (void)bytes, (void)total;
    return true;
}

/* Sanitizers keep what was freed. */
#if defined(__SANITIZE_ADDRESS__)
#define MEASURABLE false
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MEASURABLE false
#endif
#endif
#ifndef MEASURABLE
#define MEASURABLE true
#endif

enum { BIG_EVENTS = 60000, BIG_TEXT = 900, MEMORY_KIB = 48 * 1024 };

static void write_big(FILE *file)
{
    fputs("BEGIN:VCALENDAR\r\n", file);
    for (int i = 0; i < BIG_EVENTS; i++)
        fprintf(file,
                "BEGIN:VEVENT\r\nUID:%d\r\nDTSTART:20261201T190000\r\nSUMMARY:%d\r\n"
                "DESCRIPTION:%0*d\r\nEND:VEVENT\r\n",
                i, i, BIG_TEXT, i);
    fputs("END:VCALENDAR\r\n", file);
}

/* In a process of its own: 0 when all went well within the memory. */
static int read_big(const char *path)
{
    struct source_options opt = {20000, 22000, "Europe/Paris"};
    struct rusage before, after;
    int n = 0;
    struct source_sink sink = {count, ignore_refused, ignore_progress, &n};

    getrusage(RUSAGE_SELF, &before);
    if (source_read(path, SOURCE_ICS, &opt, &sink, NULL) || n != BIG_EVENTS)
        return 1;
    getrusage(RUSAGE_SELF, &after);
    return !MEASURABLE || after.ru_maxrss - before.ru_maxrss < MEMORY_KIB ? 0 : 2;
}

static void ics__read__60_megabytes_in_bounded_memory(void **state)
{
    char *path = source_temp(VIEW_LIT(""));
    FILE *file = fopen(path, "wb");
    int status = -1;
    pid_t pid;

    (void)state;
    assert_non_null(file);
    write_big(file);
    assert_true(ftell(file) > 55 * 1000 * 1000);
    assert_int_equal(fclose(file), 0);
    pid = fork();
    if (pid == 0)
        _exit(read_big(path));
    assert_int_equal(waitpid(pid, &status, 0), pid);
    unlink(path);
    free(path);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

#define test(f) cmocka_unit_test_teardown(f, end_run)

int main(void)
{
    const struct CMUnitTest tests[] = {
            test(ics__read__latin_1),
            test(ics__read__nul_bom_lf_and_long_lines),
            test(ics__read__fold_inside_a_character),
            test(ics__read__truncated_and_unended),
            test(ics__read__same_uid_twice),
            test(ics__read__change_before_its_rule),
            test(ics__read__event_without_uid_or_title),
            test(ics__read__what_is_too_long_is_cut),
            test(ics__read__event_larger_than_allowed),
            test(ics__read__no_calendar),
            test(ics__read__stops_when_told),
            test(ics__read__60_megabytes_in_bounded_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
