/* odus import of agendas, end to end: files as programs write them, and dirty ones. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "odus/base/buf.h"
#include "odus/base/file.h"
#include "odus/base/json.h"
#include "odus/base/mem.h"
#include "faults.h"
#include "program.h"

#define SAMPLES "tests/deliver/samples/"

/* A file NAME beside the store; its path, owned. */
static char *file_of(const char *name, struct view text)
{
    char *path = program_path(name);

    assert_int_equal(file_write_atomic(path, text, 0600, NULL), 0);
    return path;
}

/* How many drafts there are; the store is whole. */
static int drafts(void)
{
    int n, complete;

    faults_doctor(&n, &complete);
    return n;
}

/* Report I of a run with --json. */
static const char *result(size_t i, const char *key)
{
    static char text[400];
    struct json *all = output_json();
    const char *value = json_get_text(json_at(all, i), key);

    snprintf(text, sizeof(text), "%s", value ? value : "");
    json_free(all);
    return text;
}

static size_t reports(void)
{
    struct json *all = output_json();
    size_t n = json_len(all);

    json_free(all);
    return n;
}

/* --- files as they come ----------------------------------------------------------- */

static void calendar__dry_run__shows_and_writes_nothing(void **state)
{
    (void)state;
    assert_int_equal(
            RUN("--lang", "en", "import", SAMPLES "google.ics", "--dry-run"), 0);
    expect_text(out, "2026-12-05 Trio à cordes · Salle du Foyer (new)");
    expect_text(out, "guessed: Usual venue: the address was told apart by its commas");
    expect_text(err, "3 new, 0 there already, 0 changed, 0 refused");
    assert_int_equal(drafts(), 0);
}

static void calendar__is_asked_for__before_it_is_written(void **state)
{
    (void)state;
    assert_int_equal(RUN_INPUT("n\n", "import", SAMPLES "google.ics"), 1);
    assert_int_equal(drafts(), 0);
    assert_int_equal(RUN("import", SAMPLES "google.ics"), 1);
    assert_int_equal(drafts(), 0);
    assert_int_equal(RUN_INPUT("o\n", "import", SAMPLES "google.ics"), 0);
    assert_int_equal(drafts(), 5); /* three events, a place, an organiser */
}

static void calendar__twice__is_there_already(void **state)
{
    (void)state;
    assert_int_equal(RUN("import", SAMPLES "google.ics", "--yes", "--json"), 0);
    assert_int_equal(reports(), 3);
    assert_string_equal(result(0, "result"), "new");
    assert_string_equal(result(0, "title"), "Trio à cordes");
    assert_string_equal(result(0, "file"), SAMPLES "google.ics");
    assert_int_equal(drafts(), 5);
    assert_int_equal(RUN("import", SAMPLES "google.ics", "--yes", "--json"), 0);
    assert_int_equal(reports(), 3);
    assert_string_equal(result(2, "result"), "already");
    assert_int_equal(drafts(), 5);
}

static void all_samples__are_taken(void **state)
{
    static const char *const files[] = {SAMPLES "apple.ics", SAMPLES "outlook.ics",
            SAMPLES "events-calendar.ics", SAMPLES "events-calendar.html",
            SAMPLES "festival.jsonld", SAMPLES "openagenda.json"};

    (void)state;
    for (size_t i = 0; i < COUNT(files); i++) {
        assert_true(RUN("import", files[i], "--yes", "--json") <= 1);
        assert_true(reports() > 0);
    }
    assert_true(drafts() > (int)COUNT(files));
}

static void refusals__say_why__and_are_the_exit_status(void **state)
{
    (void)state;
    assert_int_equal(
            RUN("--lang", "en", "import", SAMPLES "openagenda.json", "--yes"), 1);
    expect_text(out, "refused: it was taken out of its agenda");
    expect_text(out, "new: 2026-07-10 Trio à cordes × 2");
}

static void days__outside__are_left_out(void **state)
{
    (void)state;
    assert_int_equal(RUN("import", SAMPLES "google.ics", "--from", "2026-12-01",
                             "--until", "2026-12-06", "--dry-run", "--json"),
            1);
    assert_string_equal(result(0, "result"), "new");
    assert_string_equal(result(1, "result"), "refused");
    assert_int_equal(
            RUN("import", SAMPLES "google.ics", "--from", "demain", "--dry-run"), 2);
}

static void training_store__has_exercises(void **state)
{
    struct json *all;

    (void)state;
    assert_int_equal(RUN("--training", "import", SAMPLES "google.ics", "--yes"), 0);
    assert_int_equal(RUN("list", "lieu", "--json"), 0);
    all = output_json();
    assert_int_equal(json_len(all), 1);
    assert_int_equal(RUN("show", json_get_text(json_at(all, 0), "uid"), "--json"), 0);
    expect_text(out, "\"exercice\":true");
    json_free(all);
}

static void json__without_yes__is_refused(void **state)
{
    (void)state;
    assert_int_equal(RUN("import", SAMPLES "google.ics", "--json"), 2);
    assert_int_equal(drafts(), 0);
}

/* --- what changes ----------------------------------------------------------------- */

#define CALENDAR(summary, day)                                                         \
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a@x\r\nDTSTART;TZID="       \
    "Europe/Paris:2026120" day "T203000\r\nSUMMARY:" summary                           \
    "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

static void change__is_taken__with_update(void **state)
{
    char *file = file_of("a.ics", VIEW_LIT(CALENDAR("Trio", "5")));

    (void)state;
    assert_int_equal(RUN("import", file, "--yes"), 0);
    free(file);
    file = file_of("a.ics", VIEW_LIT(CALENDAR("Trio et bal", "5")));
    assert_int_equal(RUN("--lang", "en", "import", file, "--yes"), 0);
    expect_text(out, "line 3  changed at its source: 2026-12-05 Trio et bal");
    expect_text(out, "fields changed: Title");
    expect_text(err, "--update takes it");
    assert_int_equal(RUN("list"), 0);
    refuse_text(out, "Trio et bal");
    assert_int_equal(RUN("import", file, "--yes", "--update"), 0);
    assert_int_equal(RUN("list"), 0);
    expect_text(out, "Trio et bal");
    free(file);
}

/* --- dirty files ------------------------------------------------------------------ */

static void expect_refused(const char *name, struct view text, int status)
{
    char *file = file_of(name, text);

    assert_int_equal(RUN("import", file, "--yes"), status);
    assert_true(strlen(err) > 0);
    free(file);
    assert_int_equal(drafts(), 0);
}

static void file__that_is_no_agenda__is_refused(void **state)
{
    char *folder = program_path("");

    (void)state;
    expect_refused("empty.ics", VIEW_LIT(""), 1);
    expect_refused("words.txt", VIEW_LIT("Bonjour,\nvoici la saison.\n"), 1);
    expect_refused("wrong.json", VIEW_LIT("{\"a\":1}"), 1);
    expect_refused("nul.ics", VIEW_LIT("\0\0\0\0\0\0"), 1);
    assert_int_equal(RUN("import", folder, "--yes"), 1);
    assert_int_equal(RUN("import", "nulle-part.ics", "--yes"), 2);
    assert_int_equal(RUN("import", SAMPLES "google.ics", "--format", "xyz"), 2);
    free(folder);
}

/* A document that is one whole and cannot be read to its end. */
static void file__cut_off__writes_nothing(void **state)
{
    struct buf text;

    (void)state;
    assert_int_equal(file_read(SAMPLES "festival.jsonld", 0, &text, NULL), 0);
    buf_cut(&text, text.len - 200);
    expect_refused("cut.jsonld", buf_view(&text), 1);
    buf_release(&text);
}

/* Of a list of events those that are whole are taken; the one that is not is refused.
 */
static void event__cut_off__is_refused_alone(void **state)
{
    struct buf text;
    char *file;

    (void)state;
    assert_int_equal(file_read(SAMPLES "google.ics", 0, &text, NULL), 0);
    buf_cut(&text, text.len - 100);
    file = file_of("cut.ics", buf_view(&text));
    assert_int_equal(RUN("import", file, "--yes", "--json"), 1);
    assert_string_equal(result(1, "result"), "new");
    assert_string_equal(result(2, "result"), "refused");
    free(file);
    buf_release(&text);
}

/* Said in words, like any place in a file. */
static void list__cut_off__ends_in_words(void **state)
{
    char *file = file_of("cut.json", VIEW_LIT("{\"events\":[{\"uid\":1}"));

    (void)state;
    assert_int_equal(RUN("--lang", "en", "import", file, "--yes"), 1);
    expect_text(out, "end of the file  refused: ");
    free(file);
}

static void add_event(struct buf *text, int i, const char *more)
{
    buf_addf(text,
            "BEGIN:VEVENT\r\nUID:e%d@x\r\nDTSTART;TZID=Europe/Paris:202612%02dT%02d0000"
            "\r\nSUMMARY:Spectacle %d\r\nLOCATION:Salle %d\\, 05100 Briançon\r\n%s"
            "END:VEVENT\r\n",
            i, 1 + i % 28, 10 + i % 12, i, i % 5, more);
}

static void event__of_500_performances__is_one_draft(void **state)
{
    char *file;
    struct buf text;
    struct json *all;

    (void)state;
    buf_init(&text, 0);
    buf_adds(&text, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n");
    add_event(&text, 1, "RRULE:FREQ=DAILY;COUNT=500\r\n");
    buf_adds(&text, "END:VCALENDAR\r\n");
    file = file_of("long.ics", buf_view(&text));
    assert_int_equal(RUN("import", file, "--yes", "--json"), 0);
    all = output_json();
    assert_int_equal(json_get_int(json_at(all, 0), "performances", 0), 500);
    json_free(all);
    assert_int_equal(RUN("import", file, "--yes", "--json"), 0);
    assert_string_equal(result(0, "result"), "already");
    free(file);
    buf_release(&text);
}

/* 30 MB in 60 events. */
static void file__that_is_large__is_taken(void **state)
{
    enum { LINES = 7000, EVENTS = 60 };
    struct buf text, memo;
    char *file;

    (void)state;
    buf_init(&text, 0);
    buf_init(&memo, 0);
    buf_adds(&memo, "DESCRIPTION:Un long texte\r\n");
    for (int i = 0; i < LINES; i++)
        buf_adds(&memo,
                " et encore une ligne de ce texte qui ne veut pas finir ce soir\r\n");
    buf_adds(&text, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n");
    for (int i = 0; i < EVENTS; i++)
        add_event(&text, i, memo.s);
    buf_adds(&text, "END:VCALENDAR\r\n");
    assert_true(text.len > 25000000);
    file = file_of("large.ics", buf_view(&text));
    assert_int_equal(RUN("import", file, "--yes", "--json"), 0);
    assert_int_equal(reports(), EVENTS);
    free(file);
    buf_release(&memo);
    buf_release(&text);
}

/* --- cut off ---------------------------------------------------------------------- */

/* Kills it at its first report of a draft. */
static void import_and_kill(const char *file)
{
    const char *const words[] = {"import", file, "--yes", "--json", NULL};
    struct running r = faults_start(words);
    char byte;
    int status;

    assert_int_equal(read(r.out, &byte, 1), 1);
    free(faults_kill(&r, &status));
    assert_true(WIFSIGNALED(status));
}

static void writing__that_is_killed__goes_on_with_the_next(void **state)
{
    enum { EVENTS = 400 };
    char *file;
    struct buf text;
    int some;

    (void)state;
    buf_init(&text, 0);
    buf_adds(&text, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n");
    for (int i = 0; i < EVENTS; i++)
        add_event(&text, i, "");
    buf_adds(&text, "END:VCALENDAR\r\n");
    file = file_of("many.ics", buf_view(&text));
    import_and_kill(file);
    some = drafts();
    assert_true(some < EVENTS + 5);
    assert_int_equal(RUN("import", file, "--yes"), 0);
    assert_int_equal(drafts(), EVENTS + 5);
    assert_int_equal(RUN("import", file, "--yes", "--json"), 0);
    assert_string_equal(result(EVENTS - 1, "result"), "already");
    assert_string_equal(result(0, "result"), "already");
    free(file);
    buf_release(&text);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, program_setup, program_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(calendar__dry_run__shows_and_writes_nothing),
            TEST(calendar__is_asked_for__before_it_is_written),
            TEST(calendar__twice__is_there_already),
            TEST(all_samples__are_taken),
            TEST(refusals__say_why__and_are_the_exit_status),
            TEST(days__outside__are_left_out),
            TEST(training_store__has_exercises),
            TEST(json__without_yes__is_refused),
            TEST(change__is_taken__with_update),
            TEST(file__that_is_no_agenda__is_refused),
            TEST(file__cut_off__writes_nothing),
            TEST(event__cut_off__is_refused_alone),
            TEST(list__cut_off__ends_in_words),
            TEST(event__of_500_performances__is_one_draft),
            TEST(file__that_is_large__is_taken),
            TEST(writing__that_is_killed__goes_on_with_the_next),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
