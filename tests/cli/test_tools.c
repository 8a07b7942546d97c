/* backup, sample, form, import, doctor, and stores that cannot be used. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/file.h"
#include "odus/base/json.h"
#include "odus/base/mem.h"
#include "program.h"

static char *write_file(const char *name, const char *text)
{
    char *path = program_path(name);

    assert_int_equal(file_write_atomic(path, view_of(text), 0600, NULL), 0);
    return path;
}

static void backup__is_a_store__refuses_what_is_there(void **state)
{
    char *copy = program_path("copy");

    (void)state;
    assert_int_equal(RUN("new", "lieu", "nom=Salle A"), 0);
    assert_int_equal(RUN("backup", copy), 0);
    assert_int_equal(RUN("--store", copy, "list", "lieu"), 0);
    expect_text(out, "Salle A");
    assert_int_equal(RUN("backup", copy), 1);
    free(copy);
}

static void sample__add_remove(void **state)
{
    (void)state;
    assert_int_equal(RUN("sample", "add"), 0);
    assert_int_equal(RUN("list", "lieu"), 0);
    expect_text(out, "Théâtre du Briançonnais");
    assert_int_equal(RUN("sample", "remove"), 0);
    assert_int_equal(RUN("list", "*"), 0);
    assert_string_equal(out, "");
}

static void form__check__mistakes_with_places(void **state)
{
    char *good = file_join(getenv("ODUS_FORMS"), "lieu.form");
    char *bad =
            write_file("bad.form", "[form bad]\nlabel=Bad\n\n[field x]\ntype=txt\n");
    struct json *j;
    const struct json *problem;

    (void)state;
    assert_int_equal(RUN("form", "check", good), 0);
    assert_string_equal(out, "");
    assert_int_equal(RUN("form", "check", good, bad), 1);
    expect_text(out, ":5:");
    assert_int_equal(RUN("form", "check", bad, "--json"), 1);
    j = output_json();
    problem = json_at(json_get(json_at(j, 0), "problems"), 0);
    assert_in_range(json_get_int(problem, "line", 0), 4, 5);
    assert_true(json_get_int(problem, "column", 0) >= 1);
    assert_non_null(json_get_text(problem, "message"));
    json_free(j);
    assert_int_equal(RUN("form", "show", good), 0);
    expect_text(out, "Lieu");
    assert_int_equal(RUN("form", "show", bad), 1);
    assert_int_equal(RUN("form", "check", "/nowhere.form"), 1);
    free(good);
    free(bad);
}

static void import__dry_run_then_drafts(void **state)
{
    char *csv =
            write_file("lieux.csv", "nom,sous_type\nSalle A,theatre\nSalle B,rocket\n");
    struct json *j;

    (void)state;
    assert_int_equal(RUN("import", csv), 2);
    expect_text(err, "--form");
    assert_int_equal(RUN("import", csv, "--form", "lieux"), 2);
    assert_int_equal(RUN("import", csv, "--form", "lieu", "--dry-run", "--json"), 1);
    j = output_json();
    assert_int_equal(json_get_int(json_at(j, 0), "rows", 0), 2);
    assert_int_equal(json_get_int(json_at(j, 0), "good", 0), 1);
    assert_int_equal(json_get_int(json_at(j, 0), "bad", 0), 1);
    assert_int_equal(
            json_get_int(json_at(json_get(json_at(j, 0), "problems"), 0), "line", 0),
            3);
    json_free(j);
    assert_int_equal(RUN("list", "lieu"), 0);
    assert_string_equal(out, "");
    assert_int_equal(RUN("import", csv, "--form", "lieu"), 1);
    assert_int_equal(RUN("list", "lieu"), 0);
    expect_text(out, "Salle A");
    refuse_text(out, "Salle B");
    free(csv);
    assert_int_equal(RUN("import", "/nowhere.csv", "--form", "lieu"), 2);
}

static void doctor__words_and_json(void **state)
{
    struct json *j;

    (void)state;
    assert_int_equal(RUN("new", "lieu", "nom=Salle A"), 0);
    assert_int_equal(RUN("doctor"), 0);
    expect_text(out, program_store());
    assert_int_equal(RUN("doctor", "--json"), 0);
    j = output_json();
    assert_true(json_get_bool(j, "ok", false));
    assert_int_equal(json_get_int(json_get(j, "states"), "brouillon", 0), 1);
    json_free(j);
}

static void doctor__says_what_is_left_of_a_damaged_store(void **state)
{
    char *file = file_join(program_store(), "data.db");

    (void)state;
    assert_int_equal(RUN("new", "lieu", "nom=Salle A"), 0);
    assert_int_equal(
            file_write_atomic(file, VIEW_LIT("not a database"), 0600, NULL), 0);
    assert_int_equal(RUN("doctor"), 3);
    expect_text(out, "data.db: ");
    expect_text(out, "drafts.db: 1 bodies can be read");
    free(file);
}

static void training__marks_a_new_store(void **state)
{
    struct json *j;

    (void)state;
    assert_int_equal(RUN("--training", "new", "lieu", "nom=Salle A"), 0);
    assert_int_equal(RUN("doctor", "--json"), 0);
    j = output_json();
    assert_true(json_get_bool(json_get(j, "store"), "training", false));
    json_free(j);
}

/* Real records among exercises would never be sent again. */
static void training__a_store_with_records__is_refused(void **state)
{
    struct json *j;

    (void)state;
    assert_int_equal(RUN("sample", "add"), 0);
    assert_int_equal(RUN("--training", "list"), 2);
    expect_text(err, "--store");
    assert_int_equal(RUN("server", "setup", "x", "--training"), 2);
    assert_int_equal(RUN("doctor", "--json"), 0);
    j = output_json();
    assert_false(json_get_bool(json_get(j, "store"), "training", true));
    json_free(j);
}

static void store__unusable__status_3(void **state)
{
    char *file, *data;

    (void)state;
    assert_int_equal(RUN("new", "lieu", "nom=Salle A"), 0);
    data = file_join(program_store(), "data.db");
    assert_int_equal(file_write_atomic(data, VIEW_LIT("no database at all, truly none"),
                             0600, NULL),
            0);
    assert_int_equal(RUN("list"), 3);
    expect_text(err, "data.db");
    free(data);
    file = write_file("file", "x");
    assert_int_equal(RUN("--store", file, "list"), 3);
    free(file);
}

/* The version of a database's schema is its user_version: bytes 60 to 63 of the file
 * (sqlite.org/fileformat.html §1.3). */
static void store__newer_version__status_3_untouched(void **state)
{
    char *data = file_join(program_store(), "data.db");
    struct buf before, after;

    (void)state;
    assert_int_equal(RUN("new", "lieu", "nom=Salle A"), 0);
    assert_int_equal(file_read(data, 0, &before, NULL), 0);
    assert_true(before.len > 100);
    before.s[62] = 0x7f;
    assert_int_equal(file_write_atomic(data, buf_view(&before), 0600, NULL), 0);
    assert_int_equal(RUN("new", "lieu", "nom=Salle B"), 3);
    assert_int_equal(RUN("list"), 3);
    assert_int_equal(file_read(data, 0, &after, NULL), 0);
    assert_true(view_eq(buf_view(&before), buf_view(&after)));
    buf_release(&before);
    buf_release(&after);
    free(data);
}

static void output__full_disk__status_3(void **state)
{
    (void)state;
    if (!file_exists("/dev/full"))
        skip();
    program_stdout("/dev/full");
    assert_int_equal(RUN("help"), 3);
}

int main(void)
{
#define EMPTY(f) cmocka_unit_test_setup_teardown(f, program_setup, program_teardown)
    const struct CMUnitTest tests[] = {
            EMPTY(backup__is_a_store__refuses_what_is_there),
            EMPTY(sample__add_remove),
            EMPTY(form__check__mistakes_with_places),
            EMPTY(import__dry_run_then_drafts),
            EMPTY(doctor__words_and_json),
            EMPTY(doctor__says_what_is_left_of_a_damaged_store),
            EMPTY(training__marks_a_new_store),
            EMPTY(training__a_store_with_records__is_refused),
            EMPTY(store__unusable__status_3),
            EMPTY(store__newer_version__status_3_untouched),
            EMPTY(output__full_disk__status_3),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
