/* bundle: the same exchange by a file on a USB stick. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exchange.h"
#include "faults.h"
#include "harness/tt.h"
#include "odus/base/file.h"
#include "odus/base/json.h"
#include "odus/base/mem.h"
#include "program.h"

static void expect_rows(int n)
{
    struct json *j;

    assert_int_equal(RUN("list", "lieu", "--json"), 0);
    j = output_json();
    assert_int_equal(json_len(j), n);
    json_free(j);
}

static char *write_bundle(const char *name)
{
    char *path = program_path("stick.odus");

    machine(name);
    assert_int_equal(RUN("bundle", "write", path), 0);
    return path;
}

/* P09 */
static void bundle__read_twice__changes_nothing(void **state)
{
    char *path;
    struct json *j;

    (void)state;
    machine("a");
    (void)machine_venue("Salle A");
    path = write_bundle("a");
    expect_text(out, "1 records");
    machine("b");
    assert_int_equal(RUN("bundle", "read", path, "--dry-run"), 0);
    expect_text(out, "1 new or changed");
    expect_rows(0);
    assert_int_equal(RUN("bundle", "read", path), 0);
    expect_text(err, "yes: that is what the command says");
    expect_text(out, "1 taken over");
    expect_rows(1);
    assert_int_equal(RUN("bundle", "read", path, "--json"), 0);
    j = output_json();
    assert_int_equal(json_get_int(j, "docs", -1), 1);
    assert_int_equal(json_get_int(j, "added", -1), 0);
    assert_int_equal(json_get_int(j, "known", -1), 1);
    assert_true(json_get_bool(j, "whole", false));
    json_free(j);
    expect_rows(1);
    free(path);
}

static void bundle__terminal__shows_and_asks_first(void **state)
{
    char *store = machine_store("b"), *path;
    const char *argv[] = {getenv("ODUS_BIN"), "--store", store, "--lang", "en",
            "bundle", "read", NULL, NULL};
    struct tt *t;

    (void)state;
    machine("a");
    (void)machine_venue("Salle A");
    argv[7] = path = write_bundle("a");
    t = tt_spawn_plain(argv, NULL, 24, 80);
    tt_wait_text(t, "Take them over? (y/n)");
    tt_send(t, "n{Enter}");
    tt_wait_text(t, "nothing was taken over");
    assert_int_equal(WEXITSTATUS(tt_wait_exit(t)), 1);
    assert_false(tt_find(t, "1 taken over", NULL, NULL));
    tt_free(t);
    machine("b");
    expect_rows(0);
    t = tt_spawn_plain(argv, NULL, 24, 80);
    tt_wait_text(t, "Take them over? (y/n)");
    tt_send(t, "y{Enter}");
    tt_wait_text(t, "1 taken over");
    assert_int_equal(WEXITSTATUS(tt_wait_exit(t)), 0);
    tt_free(t);
    expect_rows(1);
    free(store);
    free(path);
}

static void bundle__broken_off__what_is_whole_is_taken(void **state)
{
    struct buf whole;
    char *path;
    int status;

    (void)state;
    machine("a");
    (void)machine_venue("Salle A");
    path = write_bundle("a");
    assert_int_equal(file_read(path, 0, &whole, NULL), 0);
    assert_int_equal(
            file_write_atomic(path, (struct view){whole.s, whole.len / 2}, 0600, NULL),
            0);
    buf_release(&whole);
    machine("b");
    status = RUN("bundle", "read", path);
    assert_int_equal(status, 1);
    expect_text(err, "breaks off");
    expect_rows(0);
    free(path);
}

static void bundle__foreign_file__refused(void **state)
{
    char *path = program_path("letter.txt");

    (void)state;
    machine("b");
    assert_int_equal(file_write_atomic(path, VIEW_LIT("Bonjour\n"), 0600, NULL), 0);
    assert_int_equal(RUN("bundle", "read", path), 1);
    expect_text(err, "no bundle");
    assert_string_equal(out, "");
    assert_int_equal(RUN("bundle", "read", "/nowhere.odus"), 1);
    assert_string_equal(out, "");
    assert_int_equal(RUN("bundle", "look", path), 2);
    free(path);
}

/* A show with a paper that no compressing makes small. */
static void propose_show_with_paper(void)
{
    char *path = program_path("fiche.pdf"),
         *value = xasprintf("fiche_technique.1.fichier=%s", path);
    struct buf pdf;
    unsigned n = 1;

    buf_init(&pdf, 0);
    buf_adds(&pdf, "%PDF-1.7\n");
    while (pdf.len < 500 * 1000) {
        n = n * 1103515245 + 12345;
        buf_addc(&pdf, (char)(n >> 16));
    }
    assert_int_equal(file_write_atomic(path, buf_view(&pdf), 0600, NULL), 0);
    assert_int_equal(
            RUN("new", "spectacle", "titre=Contes", "fiche_technique+=", value), 0);
    assert_int_equal(RUN("complete", output_id(), "--review"), 0);
    buf_release(&pdf);
    free(value);
    free(path);
}

/* A byte that went wrong on the stick: what stands well before it is good. */
static void bundle__damaged__is_said_and_read_up_to_there(void **state)
{
    struct buf bytes;
    char *path;

    (void)state;
    machine("a");
    propose_show_with_paper();
    path = write_bundle("a");
    expect_text(out, "files of theirs: 1");
    assert_int_equal(file_read(path, 1 << 20, &bytes, NULL), 0);
    bytes.s[bytes.len - 6] ^= 1; /* of the sum over all */
    assert_int_equal(file_write_atomic(path, buf_view(&bytes), 0600, NULL), 0);
    machine("b");
    assert_int_equal(RUN("bundle", "read", path), 1);
    expect_text(err, "is damaged or breaks off");
    expect_text(out, "1 taken over");
    assert_int_equal(RUN("files"), 0);
    expect_text(out, "not here");
    bytes.s[bytes.len - 6] ^= 1;
    assert_int_equal(file_write_atomic(path, buf_view(&bytes), 0600, NULL), 0);
    assert_int_equal(RUN("bundle", "read", path), 0);
    expect_text(out, "files of theirs: 1");
    assert_int_equal(RUN("files"), 0);
    expect_text(out, "here, 500 kB");
    buf_release(&bytes);
    free(path);
}

/* What has come of it is brought together with what is here, as of a whole one. */
static void bundle__damaged__is_merged_up_to_there(void **state)
{
    struct buf bytes;
    char id[37], *path;

    (void)state;
    machine("a");
    snprintf(id, sizeof id, "%s", machine_venue("Salle A"));
    path = write_bundle("a");
    machine("b");
    assert_int_equal(RUN("bundle", "read", path), 0);
    assert_int_equal(RUN("set", id, "adresse.voie=2 rue Pasteur"), 0);
    assert_int_equal(RUN("complete", id), 0);
    machine("a");
    assert_int_equal(RUN("set", id, "nom=Salle B"), 0);
    assert_int_equal(RUN("complete", id), 0);
    free(path);
    propose_show_with_paper();
    path = write_bundle("a");
    assert_int_equal(file_read(path, 1 << 20, &bytes, NULL), 0);
    bytes.s[bytes.len - 6] ^= 1; /* of the sum over all */
    assert_int_equal(file_write_atomic(path, buf_view(&bytes), 0600, NULL), 0);
    machine("b");
    assert_int_equal(RUN("bundle", "read", path), 1);
    assert_int_equal(RUN("show", id), 0);
    expect_text(out, "Salle B");
    expect_text(out, "2 rue Pasteur");
    buf_release(&bytes);
    free(path);
}

/* As root, /dev/sda would be a file from then on. */
static void bundle__device__is_not_replaced(void **state)
{
    char *path = program_path("pipe");
    struct stat st;

    (void)state;
    machine("a");
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(RUN("bundle", "write", path), 1);
    expect_text(err, "is no file that can be written anew");
    assert_int_equal(stat(path, &st), 0);
    assert_true(S_ISFIFO(st.st_mode));
    assert_int_equal(unlink(path), 0);
    free(path);
}

/* P40 */
static void bundle__exercises__stay_among_exercises(void **state)
{
    char *path;

    (void)state;
    machine("a");
    assert_int_equal(RUN("--training", "list"), 0);
    (void)machine_venue("Salle d'exercice");
    path = write_bundle("a");
    machine("b");
    assert_int_equal(RUN("bundle", "read", path), 1);
    expect_text(err, "exercises stay among exercises");
    expect_rows(0);
    machine("c");
    assert_int_equal(RUN("--training", "list"), 0);
    assert_int_equal(RUN("bundle", "read", path), 0);
    expect_rows(1);
    free(path);
}

/* P08 in small: many deletions are asked about, and without a terminal not made. */
static void bundle__many_deletions__only_with_yes(void **state)
{
    enum { MANY = 6 };
    char ids[MANY][37], *path;

    (void)state;
    machine("a");
    for (int i = 0; i < MANY; i++) {
        char name[20];

        snprintf(name, sizeof name, "Salle %d", i);
        snprintf(ids[i], sizeof ids[i], "%s", machine_venue(name));
    }
    path = write_bundle("a");
    machine("b");
    assert_int_equal(RUN("bundle", "read", path), 0);
    expect_rows(MANY);
    machine("a");
    for (int i = 0; i < MANY; i++)
        assert_int_equal(RUN("delete", ids[i]), 0);
    free(path);
    path = write_bundle("a");
    machine("b");
    assert_int_equal(RUN("bundle", "read", path), 1);
    expect_text(err, "This would delete 6 of 6 records");
    expect_text(err, "--yes");
    expect_rows(MANY);
    assert_int_equal(RUN("bundle", "read", path, "--yes"), 0);
    expect_rows(0);
    free(path);
}

static void limit_files(void)
{
    const struct rlimit few = {64, 64};

    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &few);
}

/* A stick that is full: said, and no half file under the name. */
static void bundle__no_room__said(void **state)
{
    char *store = machine_store("a"), *path = program_path("stick.odus"), *text;
    const char *argv[] = {
            "--store", store, "--lang", "en", "bundle", "write", path, NULL};
    struct running r;
    int status;

    (void)state;
    machine("a");
    (void)machine_venue("Salle A");
    faults_before_exec = limit_files;
    r = faults_start(argv);
    faults_before_exec = NULL;
    text = faults_wait(&r, &status);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 3);
    expect_text(text, "odus: ");
    assert_false(file_exists(path));
    free(text);
    free(store);
    free(path);
}

int main(void)
{
#define EXCHANGE(f) cmocka_unit_test_setup_teardown(f, exchange_setup, program_teardown)
    const struct CMUnitTest tests[] = {
            EXCHANGE(bundle__read_twice__changes_nothing),
            EXCHANGE(bundle__terminal__shows_and_asks_first),
            EXCHANGE(bundle__broken_off__what_is_whole_is_taken),
            EXCHANGE(bundle__foreign_file__refused),
            EXCHANGE(bundle__damaged__is_said_and_read_up_to_there),
            EXCHANGE(bundle__damaged__is_merged_up_to_there),
            EXCHANGE(bundle__device__is_not_replaced),
            EXCHANGE(bundle__exercises__stay_among_exercises),
            EXCHANGE(bundle__many_deletions__only_with_yes),
            EXCHANGE(bundle__no_room__said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
