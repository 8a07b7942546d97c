/* form publish, and what another machine makes of it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/file.h"
#include "odus/base/json.h"
#include "odus/base/mem.h"
#include "program.h"

#define NOTE                                                                           \
    "[form note]\nlabel=Note\nuse=commun\ntitle=nom\n[section n]\nlabel=Note\n"        \
    "[field nom]\ntype=text\nlabel=Nom\n"

static char *folder;

/* Forms of its own: NAME with TEXT, beside the program's fragments. */
static char *form_file(const char *name, const char *text)
{
    char *path = file_join(folder, name);

    assert_int_equal(file_write_atomic(path, view_of(text), 0600, NULL), 0);
    return path;
}

static void copy_form(const char *name)
{
    char *from = file_join(getenv("ODUS_FORMS"), name);
    struct buf text;

    assert_int_equal(file_read(from, 0, &text, NULL), 0);
    free(form_file(name, text.s));
    buf_release(&text);
    free(from);
}

static int set_up(void **state)
{
    int rc = program_setup(state);

    if (rc)
        return rc;
    folder = program_path("forms");
    rc = file_mkdirs(folder, 0700, NULL);
    copy_form("commun.form");
    copy_form("listes.form");
    return rc;
}

static int tear_down(void **state)
{
    free(folder);
    return program_teardown(state);
}

static void publish__says_what_happens(void **state)
{
    char *note = form_file("note.form", NOTE);
    struct json *j;

    (void)state;
    assert_int_equal(RUN("form", "publish", note, "--dry-run", "--lang", "en"), 0);
    expect_text(err, "note: version ");
    expect_text(err, "--dry-run");
    assert_int_equal(RUN("new", "note", "nom=Un"), 2);
    assert_int_equal(RUN("form", "publish", note, "--lang", "en"), 0);
    expect_text(err, "next odus sync");
    assert_int_equal(RUN("form", "publish", note, "--lang", "en"), 0);
    expect_text(err, "nothing changes");
    free(form_file("note.form", NOTE "hint=Le nom\n"));
    assert_int_equal(RUN("form", "publish", note, "--json"), 0);
    j = output_json();
    assert_string_equal(json_get_text(json_at(j, 0), "change"), "texts");
    assert_string_equal(json_get_text(json_at(j, 0), "name"), "note");
    json_free(j);
    free(note);
}

static void publish__refuses__mistakes_with_places(void **state)
{
    char *note = form_file("note.form", NOTE "[field x]\ntype=txt\nlabel=X\n");
    char *list = form_file("rien.csv", "code,label\n1,Un\n");

    (void)state;
    assert_int_equal(RUN("form", "publish", note), 1);
    expect_text(out, "note.form:11:6");
    assert_int_equal(RUN("form", "publish", list), 2);
    free(list);
    list = form_file("communes.csv", "code,label\n1,\n");
    assert_int_equal(RUN("form", "publish", list), 1);
    expect_text(err, "communes.csv:2:2");
    assert_int_equal(RUN("form", "publish", "/nowhere.form"), 1);
    assert_int_equal(RUN("list", "*"), 0);
    assert_string_equal(out, "");
    free(list);
    free(note);
}

static void publish__is_used__and_shown_nowhere(void **state)
{
    char *note = form_file("note.form", NOTE);
    struct json *j;

    (void)state;
    assert_int_equal(RUN("form", "publish", note), 0);
    assert_int_equal(RUN("new", "note", "nom=Un"), 0);
    assert_int_equal(RUN("list", "*"), 0);
    expect_text(out, "Un");
    refuse_text(out, "formulaire");
    assert_int_equal(RUN("list", "*", "note"), 0);
    assert_string_equal(out, "");
    assert_int_equal(RUN("check"), 0);
    assert_int_equal(RUN("doctor", "--json"), 0);
    j = output_json();
    assert_int_equal(json_get_int(json_get(j, "types"), "formulaire", 0), 1);
    json_free(j);
    free(note);
}

/* From one machine to the other, as the form went. */
static void withdraw__travels__and_the_folder_counts_again(void **state)
{
    char *note = form_file("note.form", NOTE), *stick = program_path("stick");
    char *second = program_path("second"), *there = program_path("there");
    struct json *j;

    (void)state;
    assert_int_equal(RUN("form", "withdraw", "note", "--lang", "en"), 2);
    expect_text(err, "nothing is published as note");
    assert_int_equal(RUN("form", "publish", note), 0);
    assert_int_equal(RUN("bundle", "write", stick), 0);
    assert_int_equal(RUN("--store", there, "bundle", "read", stick, "--yes"), 0);
    assert_int_equal(RUN("--store", there, "new", "note", "nom=Un"), 0);
    assert_int_equal(RUN("form", "withdraw", "note", "--dry-run", "--lang", "en"), 0);
    expect_text(err, "not withdrawn, as --dry-run asks");
    assert_int_equal(RUN("form", "withdraw", note, "--json"), 0);
    j = output_json();
    assert_string_equal(json_get_text(json_at(j, 0), "change"), "withdrawn");
    assert_string_equal(json_get_text(json_at(j, 0), "name"), "note");
    json_free(j);
    assert_int_equal(RUN("new", "note", "nom=Deux"), 2);
    assert_int_equal(RUN("bundle", "write", second), 0);
    assert_int_equal(RUN("--store", there, "bundle", "read", second, "--yes"), 0);
    assert_int_equal(RUN("--store", there, "new", "note", "nom=Deux"), 2);
    assert_int_equal(RUN("form", "publish", note), 0);
    assert_int_equal(RUN("form", "withdraw", "note", "--lang", "en"), 0);
    expect_text(err, "every machine has the form of its own folder again");
    expect_text(err, "there is none in the folder here");
    expect_text(err, "next odus sync");
    free(there);
    free(second);
    free(stick);
    free(note);
}

static void publish__travels__on_a_stick(void **state)
{
    char *note = form_file("note.form", NOTE), *stick = program_path("stick");
    char *there = program_path("there");

    (void)state;
    assert_int_equal(RUN("form", "publish", note), 0);
    assert_int_equal(RUN("bundle", "write", stick), 0);
    assert_int_equal(RUN("--store", there, "new", "note", "nom=Un"), 2);
    assert_int_equal(RUN("--store", there, "bundle", "read", stick, "--yes"), 0);
    assert_int_equal(RUN("--store", there, "new", "note", "nom=Un"), 0);
    assert_int_equal(RUN("--store", there, "list", "note"), 0);
    expect_text(out, "Un");
    free(there);
    free(stick);
    free(note);
}

/* The record comes while nobody there knows its type, the form afterwards. */
static void publish__form_after_its_records__shows_them(void **state)
{
    char *note = form_file("note.form", NOTE), *stick = program_path("stick");
    char *later = program_path("later"), *there = program_path("there");
    char *env = xasprintf("ODUS_FORMS=%s", folder);
    char id[64];

    (void)state;
    program_env(env);
    assert_int_equal(RUN("new", "note", "nom=Un"), 0);
    memcpy(id, output_id(), 37);
    assert_int_equal(RUN("complete", id, "--review"), 0);
    assert_int_equal(RUN("bundle", "write", stick), 0);
    assert_int_equal(RUN("form", "publish", note), 0);
    assert_int_equal(RUN("bundle", "write", later), 0);
    assert_int_equal(remove(note), 0);

    assert_int_equal(RUN("--store", there, "bundle", "read", stick, "--yes"), 0);
    assert_int_equal(RUN("--store", there, "list", "*"), 0);
    assert_string_equal(out, "");
    assert_int_equal(RUN("--store", there, "bundle", "read", later, "--yes"), 0);
    assert_int_equal(RUN("--store", there, "list", "note"), 0);
    expect_text(out, "Un");
    free(env);
    free(there);
    free(later);
    free(stick);
    free(note);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(publish__says_what_happens),
            TEST(publish__refuses__mistakes_with_places),
            TEST(publish__is_used__and_shown_nowhere),
            TEST(publish__travels__on_a_stick),
            TEST(withdraw__travels__and_the_folder_counts_again),
            TEST(publish__form_after_its_records__shows_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
