/* odus deliver, end to end: the sample season of a store for exercises. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "odus/base/file.h"
#include "odus/base/json.h"
#include "odus/base/mem.h"
#include "program.h"

#define SHOW "0199f3a0-0601-771a-a6db-9084446a27bd"
#define SHOW_FILE "files/evenement/" SHOW ".txt"

static char *folder;

/* Exercises leave a store for exercises, and nothing else does. */
static int training(void **state)
{
    if (program_setup(state) || RUN("--training", "sample", "add") != 0)
        return -1;
    folder = program_path("delivered");
    return 0;
}

static int end(void **state)
{
    free(folder);
    folder = NULL;
    return program_teardown(state);
}

/* Text of NAME in FOLDER, NULL: it is not there; owned. */
static char *text_in(const char *name)
{
    char *path = file_join(folder, name);
    struct buf text;
    int rc = file_read(path, 0, &text, NULL);

    free(path);
    if (rc == 0)
        return buf_take(&text);
    buf_release(&text);
    return NULL;
}

static void expect_in(const char *name, const char *part)
{
    char *text = text_in(name);

    assert_non_null(text);
    expect_text(text, part);
    free(text);
}

static bool is_there(const char *name)
{
    char *path = file_join(folder, name);
    bool there = file_exists(path);

    free(path);
    return there;
}

/* The number KEY of the last run with --json. */
static int64_t number(const char *key)
{
    struct json *j = output_json();
    int64_t n = json_get_int(j, key, -1);

    json_free(j);
    return n;
}

/* --- delivering ------------------------------------------------------------------- */

static void deliver__files__stand_in_the_folder(void **state)
{
    (void)state;
    assert_int_equal(RUN("deliver", "files", "--out", folder, "--json"), 0);
    assert_int_equal(number("records"), 105);
    assert_int_equal(number("written"), 105);
    expect_in(SHOW_FILE, "titre.fr: Un hiver à Dormillouse\n");
    expect_in(SHOW_FILE, "[seances.2]\n");
    expect_in("manifest.json", "\"path\":\"" SHOW_FILE "\"");
    assert_int_equal(RUN("deliver", "files", "--out", folder, "--json"), 0);
    assert_int_equal(number("records"), 105);
    assert_int_equal(number("written"), 0);
    assert_int_equal(RUN("--lang", "fr", "deliver", "files", "--out", folder), 0);
    expect_text(out, "105");
}

static void deliver__without_formats__makes_all(void **state)
{
    (void)state;
    assert_int_equal(RUN("deliver", "--out", folder), 0);
    assert_true(is_there(SHOW_FILE));
    expect_in("ics/agenda.ics", "BEGIN:VCALENDAR\r\n");
    assert_int_equal(RUN("deliver", "files", "--out", folder), 0);
    assert_true(is_there(SHOW_FILE));
    assert_false(is_there("ics"));
    assert_int_equal(RUN("deliver", "files", "ics", "--out", folder), 0);
    assert_int_equal(
            RUN("deliver", "ics", "files", "ics", "--out", folder, "--json"), 0);
    assert_int_equal(number("made"), 0);
}

static void deliver__change__is_all_that_is_written(void **state)
{
    (void)state;
    assert_int_equal(RUN("deliver", "files", "--out", folder), 0);
    assert_int_equal(RUN("set", SHOW, "titre=Un autre hiver"), 0);
    assert_int_equal(RUN("deliver", "files", "--out", folder, "--json"), 0);
    assert_int_equal(number("written"), 0); /* a draft does not leave */
    expect_in(SHOW_FILE, "titre.fr: Un hiver à Dormillouse\n");
    assert_int_equal(RUN("complete", SHOW), 0);
    assert_int_equal(RUN("deliver", "files", "--out", folder, "--json"), 0);
    assert_int_equal(number("written"), 1);
    expect_in(SHOW_FILE, "titre.fr: Un autre hiver\n");
    assert_int_equal(RUN("delete", SHOW, "--yes"), 0);
    assert_int_equal(RUN("deliver", "files", "--out", folder, "--json"), 0);
    assert_int_equal(number("gone"), 1);
    assert_false(is_there(SHOW_FILE));
}

static void deliver__query__selects(void **state)
{
    (void)state;
    assert_int_equal(
            RUN("deliver", "files", "--out", folder, "evenement", "dormillouse"), 0);
    assert_true(is_there(SHOW_FILE));
    assert_int_equal(RUN("list", "evenement", "dormillouse", "--json"), 0);
    assert_int_equal(
            RUN("deliver", "files", "--out", folder, "evenement", "genre:zzz"), 2);
    assert_true(is_there(SHOW_FILE));
    /* A word that nothing has is mistyped; a filter may find nothing for a time. */
    assert_int_equal(RUN("deliver", "files", "--out", folder, "evenement", "xyzzy"), 2);
    expect_text(err, "xyzzy");
    assert_true(is_there(SHOW_FILE));
    assert_int_equal(RUN("deliver", "files", "--out", folder, "evenement",
                             "après:2090-01-01", "--json"),
            0);
    expect_text(err, "plus aucune fiche trouvée");
    assert_false(is_there(SHOW_FILE));
    assert_int_equal(
            RUN("deliver", "files", "--out", folder, "evenement", "après:2090-01-01"),
            0);
    assert_null(strstr(err, "plus aucune fiche trouvée"));
}

static void deliver__mistyped_format__leaves_the_folder(void **state)
{
    (void)state;
    assert_int_equal(RUN("deliver", "files", "--out", folder), 0);
    assert_int_equal(RUN("deliver", "fiels", "--out", folder), 2);
    expect_text(err, "fiels");
    assert_int_equal(RUN("deliver", "--check", "fiels"), 2);
    assert_true(is_there(SHOW_FILE));
    assert_int_equal(RUN("deliver", "files", "--out", folder, "dormillouse"), 0);
    assert_true(is_there(SHOW_FILE));
}

static void deliver__dash__prints_one_record(void **state)
{
    char *file;

    (void)state;
    assert_int_equal(RUN("deliver", "files", "--out", folder), 0);
    file = text_in(SHOW_FILE);
    assert_int_equal(RUN("deliver", "files", "--out", "-", SHOW), 0);
    assert_string_equal(out, file);
    assert_int_equal(RUN("deliver", "files", "--out", "-", "0199f3a0-0601"), 0);
    assert_string_equal(out, file);
    assert_int_equal(RUN("deliver", "--out", "-", SHOW), 2);
    assert_int_equal(RUN("deliver", "files", "--out", "-"), 2);
    assert_int_equal(RUN("deliver", "files", "--out", "-", "ffffffff-ffff"), 2);
    free(file);
}

/* --- what stays ------------------------------------------------------------------- */

static void deliver__samples__do_not_leave_an_ordinary_store(void **state)
{
    (void)state;
    folder = program_path("delivered");
    assert_int_equal(RUN("deliver", "--out", folder, "--json"), 0);
    assert_int_equal(number("records"), 0);
    assert_false(is_there("files"));
}

static void deliver__without_folder__says_how(void **state)
{
    (void)state;
    assert_int_equal(RUN("deliver", "files"), 2);
    expect_text(err, "--out ");
    assert_int_equal(RUN("deliver", "--out", "/dev/null/x"), 3);
}

/* --- checking --------------------------------------------------------------------- */

static void deliver__check__says_what_is_missing(void **state)
{
    struct json *notes;

    (void)state;
    assert_int_equal(RUN("deliver", "--check", "files", SHOW), 0);
    assert_int_equal(RUN("deliver", "--check", "atom", SHOW, "--json"), 1);
    notes = output_json();
    assert_int_equal(json_len(notes), 1);
    assert_string_equal(json_get_text(json_at(notes, 0), "uid"), SHOW);
    assert_string_equal(json_get_text(json_at(notes, 0), "format"), "atom");
    assert_string_equal(json_get_text(json_at(notes, 0), "kind"), "refused");
    json_free(notes);
    assert_false(is_there("manifest.json"));
    assert_int_equal(
            RUN("--lang", "en", "deliver", "--check", "apidae", "passculture", SHOW),
            1);
    expect_text(out, "0199f3a0-0601  Un hiver à Dormillouse, Thu 3 Dec 2026\n"
                     "  left out        passculture · ");
    expect_text(out, "\n  missing         apidae · Usual venue › Address › Commune: ");
    assert_null(strstr(out, "whole"));
    assert_null(strstr(out, " × ")); /* of one record there is nothing in common */
    assert_int_equal(RUN("--lang", "en", "deliver", "--check", "ics", "atom", "rss",
                             "csv", SHOW),
            1);
    expect_text(out, "\n  whole           ics, csv\n");
    assert_null(strstr(out, " × "));
    assert_int_equal(RUN("--lang", "en", "deliver", "--check", "passculture"), 1);
    expect_text(out, "   49 × passculture, left out: ");
}

static void deliver__check__tells_settings_once(void **state)
{
    (void)state;
    assert_int_equal(RUN("--lang", "en", "deliver", "--check", "atom", "rss"), 1);
    assert_string_equal(out, "For all records:\n"
                             "  left out        atom, rss · A feed needs the address "
                             "under which it is published: set adresse_publique.\n");
}

/* The names of the form, through links too, in the language of who reads. */
static void deliver__check__names_fields_as_forms_do(void **state)
{
    struct json *notes;

    (void)state;
    assert_int_equal(RUN("--lang", "fr", "deliver", "--check", "--json"), 1);
    notes = output_json();
    assert_true(json_len(notes) > 100);
    for (size_t i = 0; i < json_len(notes); i++) {
        const char *field = json_get_text(json_at(notes, i), "field");
        const char *label = json_get_text(json_at(notes, i), "label");

        if (!*field)
            assert_string_equal(label, "");
        else
            assert_null(strstr(label, field));
        if (strcmp(field, "seances.debut") == 0)
            assert_string_equal(label, "Séances › Début");
        if (strcmp(field, "lieu.adresse.commune") == 0)
            assert_string_equal(label, "Lieu habituel › Adresse › Commune");
    }
    json_free(notes);
}

/* --- deliveries with a name ------------------------------------------------------- */

static void write_profiles(const char *text)
{
    char *dir = program_path("odus"), *path = file_join(dir, "livraisons");

    assert_int_equal(file_mkdirs(dir, 0700, NULL), 0);
    assert_int_equal(file_write_atomic(path, view_of(text), 0600, NULL), 0);
    free(path);
    free(dir);
}

static void deliver__profile__does_as_the_file_says(void **state)
{
    char *text = xasprintf("# essai\n[office-de-tourisme]\nformats=files, atom\n"
                           "dossier=%s\nrequete=evenement dormillouse\n"
                           "adresse=https://agenda.example/\n[reste]\ndossier=/x\n",
            folder);
    struct json *all;

    (void)state;
    write_profiles(text);
    free(text);
    assert_int_equal(RUN("deliver", "--profiles", "--json"), 0);
    all = output_json();
    assert_int_equal(json_len(all), 2);
    assert_string_equal(json_get_text(json_at(all, 1), "name"), "reste");
    json_free(all);
    assert_int_equal(RUN("deliver", "--profile", "office-de-tourisme", "--json"), 0);
    assert_true(number("records") > 0);
    assert_true(number("records") < 20);
    assert_true(is_there(SHOW_FILE));
    assert_true(is_there("atom"));
    assert_int_equal(RUN("deliver", "--profile", "autre"), 2);
    expect_text(err, "--profiles");
}

static void deliver__profiles__mistakes_are_named_with_their_line(void **state)
{
    (void)state;
    assert_int_equal(RUN("deliver", "--profiles"), 0);
    write_profiles("[a]\ndosier=/x\n");
    assert_int_equal(RUN("deliver", "--profiles"), 1);
    expect_text(err, "livraisons:2");
    write_profiles("[a]\ndossier=/x\nadresse=agenda\n");
    assert_int_equal(RUN("deliver", "--profile", "a"), 1);
    expect_text(err, "livraisons:3");
    expect_text(err, "https://");
    write_profiles("[a]\nformats=telex\ndossier=/x\n");
    assert_int_equal(RUN("deliver", "--profile", "a"), 2);
    expect_text(err, "telex");
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, training, end)
    const struct CMUnitTest tests[] = {
            T(deliver__files__stand_in_the_folder),
            T(deliver__without_formats__makes_all),
            T(deliver__change__is_all_that_is_written),
            T(deliver__query__selects),
            T(deliver__mistyped_format__leaves_the_folder),
            T(deliver__dash__prints_one_record),
            T(deliver__without_folder__says_how),
            T(deliver__check__says_what_is_missing),
            T(deliver__check__tells_settings_once),
            T(deliver__check__names_fields_as_forms_do),
            T(deliver__profile__does_as_the_file_says),
            T(deliver__profiles__mistakes_are_named_with_their_line),
            cmocka_unit_test_setup_teardown(
                    deliver__samples__do_not_leave_an_ordinary_store,
                    program_setup_samples, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
