/* Stores that are damaged, full, or may not be written. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "odus/base/buf.h"
#include "odus/base/file.h"
#include "odus/base/json.h"
#include "odus/base/mem.h"
#include "faults.h"
#include "program.h"

enum { MUTATIONS = 100, NOBODY = 65534, CPU_SECONDS = 20, FILE_MAX = 16 << 20 };

static char *store_file(const char *name)
{
    return file_join(program_store(), name);
}

/* --- damage ---------------------------------------------------------------------- */

static void write_file(const char *path, struct view bytes)
{
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(bytes.p, 1, bytes.n, f), bytes.n);
    assert_int_equal(fclose(f), 0);
}

/** A few bytes, a block, or the end of COPY are not what they were. */
static size_t mutate(char *copy, size_t n)
{
    size_t at = chance((unsigned)n), len = 1 + chance(512);

    switch (chance(4)) {
    case 0: return at; /* cut off */
    case 1:
        for (size_t i = at; i < n && i < at + len; i++)
            copy[i] = (char)chance(256);
        return n;
    case 2: /* where the database describes itself */
        copy[chance(100)] = (char)chance(256);
        copy[chance(4096)] = (char)chance(256);
        return n;
    default:
        for (unsigned i = 0; i < 1 + chance(20); i++)
            copy[chance((unsigned)n)] ^= (char)(1 << chance(8));
        return n;
    }
}

/** The run that has just been did its work, or said which file and what helps. */
static void check_said(const char *file, int status)
{
    if (status <= 1)
        return;
    if (status == 2) { /* a record that is no longer found */
        expect_text(err, "odus: ");
        return;
    }
    assert_int_equal(status, 3);
    if (!strstr(err, file) || (!strstr(err, "backup") && !strstr(err, "doctor") &&
                                      !strstr(err, "newer version")))
        fail_msg("%s is damaged, and all that is said: %s", file, err);
}

static void damage(const char *file)
{
    char *path = store_file(file), id[37];
    int refused = 0, mutations;
    struct buf whole;

    mutations = faults_rounds(MUTATIONS);
    assert_int_equal(RUN("sample", "add"), 0);
    assert_int_equal(RUN("new", "personne", "nom=Bal", "visibilite=professionnel"), 0);
    snprintf(id, sizeof id, "%s", output_id());
    assert_int_equal(file_read(path, FILE_MAX, &whole, NULL), 0);
    for (int i = 0; i < mutations; i++) {
        char *copy = xmalloc(whole.len);
        int status;

        memcpy(copy, whole.s, whole.len);
        write_file(path, (struct view){copy, mutate(copy, whole.len)});
        free(copy);
        check_said(file, status = RUN("doctor", "--json"));
        refused += status == 3;
        check_said(file, RUN("list", "*", "bal"));
        check_said(file, RUN("set", id, "prenom=Léa"));
        check_said(file, RUN("show", id));
        check_said(file, RUN("new", "personne", "nom=Autre"));
        write_file(path, buf_view(&whole));
        for (int w = 0; w < 4; w++) {
            static const char *const logs[] = {
                    "data.db-wal", "data.db-shm", "drafts.db-wal", "drafts.db-shm"};
            char *log = store_file(logs[w]);

            unlink(log);
            free(log);
        }
    }
    assert_true(refused > 0);
    buf_release(&whole);
    free(path);
}

static void damage__data__is_named_and_never_a_crash(void **state)
{
    (void)state;
    damage("data.db");
}

static void damage__drafts__is_named_and_never_a_crash(void **state)
{
    (void)state;
    damage("drafts.db");
}

/* --- no right to write ----------------------------------------------------------- */

static void become_nobody(void)
{
    if (geteuid() != 0)
        return;
    if (setgroups(0, NULL) != 0 || setgid(NOBODY) != 0 || setuid(NOBODY) != 0)
        _exit(125);
}

static void protect(bool yes)
{
    static const char *const names[] = {"data.db", "drafts.db", ""};

    for (size_t i = 0; i < 3; i++) {
        char *path = *names[i] ? store_file(names[i]) : xstrdup(program_store());

        assert_int_equal(
                chmod(path, *names[i] ? (yes ? 0444 : 0644) : (yes ? 0555 : 0755)), 0);
        free(path);
    }
}

static int run_as_nobody(const char *const *words, char **ret_text)
{
    struct running r;
    int status;

    faults_before_exec = become_nobody;
    r = faults_start(words);
    faults_before_exec = NULL;
    *ret_text = faults_wait(&r, &status);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void readonly__store__is_shown_and_refuses_changes(void **state)
{
    char *folder = program_path(""), *text, id[37];
    const char *const show[] = {"show", id, NULL};
    const char *const set[] = {"set", id, "nom=Autre", NULL};
    const char *const complete[] = {"complete", id, NULL};
    const char *const list[] = {"list", "*", NULL};
    int status;

    (void)state;
    assert_int_equal(RUN("new", "personne", "nom=Bal", "visibilite=professionnel"), 0);
    snprintf(id, sizeof id, "%s", output_id());
    chmod(folder, 0755);
    free(folder);
    protect(true);
    status = run_as_nobody(show, &text);
    if (status >= 125) {
        protect(false);
        skip(); /* an ordinary user cannot reach the program */
    }
    assert_int_equal(status, 0);
    expect_text(text, "Bal");
    free(text);
    assert_int_equal(run_as_nobody(list, &text), 0);
    expect_text(text, "Bal");
    free(text);
    assert_int_equal(run_as_nobody(set, &text), 3);
    expect_text(text, "nothing can be changed");
    free(text);
    assert_int_equal(run_as_nobody(complete, &text), 3);
    free(text);
    protect(false);
    assert_int_equal(RUN("show", id), 0);
    expect_text(out, "Bal");
}

/* --- a full disk ----------------------------------------------------------------- */

/** A file system of 2 MB that only this process sees, in place of the store's folder.
 */
static bool small_disk(void)
{
    if (geteuid() != 0 || unshare(CLONE_NEWNS) != 0)
        return false;
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        return false;
    mkdir(program_store(), 0700);
    return mount("tmpfs", program_store(), "tmpfs", 0, "size=2m") == 0;
}

static void fill_disk(const char *path)
{
    static const char zeros[4096];
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);

    assert_true(fd >= 0);
    while (write(fd, zeros, sizeof zeros) > 0)
        ;
    while (write(fd, zeros, 1) > 0)
        ;
    close(fd);
}

static void full__disk__is_said_and_nothing_is_lost(void **state)
{
    char *ballast, id[37];

    (void)state;
    if (!small_disk())
        skip();
    ballast = store_file("ballast");
    assert_int_equal(RUN("new", "personne", "nom=Bal", "visibilite=professionnel"), 0);
    snprintf(id, sizeof id, "%s", output_id());
    fill_disk(ballast);
    assert_int_equal(RUN("set", id, "nom=Autre"), 3);
    expect_text(err, "full");
    assert_int_equal(RUN("complete", id), 3);
    expect_text(err, "full");
    assert_int_equal(RUN("new", "personne", "nom=Trop"), 3);
    expect_text(err, "the disk is full; free some space");
    assert_int_equal(RUN("show", id), 0);
    expect_text(out, "Bal");
    RUN("doctor", "--json");
    expect_text(out, "\"integrity\":[]");
    unlink(ballast);
    free(ballast);
    assert_int_equal(RUN("set", id, "nom=Autre"), 0);
    assert_int_equal(RUN("complete", id), 0);
    umount2(program_store(), MNT_DETACH);
}

static void limit_files(void)
{
    struct rlimit limit = {128 * 1024, 128 * 1024};

    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
}

/* As root or not: no file may grow beyond what the databases have already. */
static void full__limit_of_files__is_said_and_nothing_is_lost(void **state)
{
    char id[37], value[3000] = "biographie=", *text = NULL;
    const char *const words[] = {"set", id, value, NULL};
    int status = 0;

    (void)state;
    memset(value + 11, 'x', sizeof value - 12);
    assert_int_equal(RUN("new", "personne", "nom=Bal", "visibilite=professionnel"), 0);
    snprintf(id, sizeof id, "%s", output_id());
    for (int i = 0; i < 60 && status == 0; i++) {
        struct running r;

        value[11] = (char)('a' + i % 26);
        faults_before_exec = limit_files;
        r = faults_start(words);
        faults_before_exec = NULL;
        free(text);
        text = faults_wait(&r, &status);
        assert_true(WIFEXITED(status));
        status = WEXITSTATUS(status);
    }
    if (status != 0 && status != 3)
        fail_msg("status %d: %s", status, text);
    free(text);
    assert_int_equal(RUN("show", id), 0);
    expect_text(out, "Bal");
    RUN("doctor", "--json");
    expect_text(out, "\"integrity\":[]");
    assert_int_equal(RUN("set", id, value), 0);
}

#define PROGRAM_TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, program_setup, program_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
            PROGRAM_TEST(damage__data__is_named_and_never_a_crash),
            PROGRAM_TEST(damage__drafts__is_named_and_never_a_crash),
            PROGRAM_TEST(readonly__store__is_shown_and_refuses_changes),
            PROGRAM_TEST(full__limit_of_files__is_said_and_nothing_is_lost),
            PROGRAM_TEST(full__disk__is_said_and_nothing_is_lost),
    };
    const struct rlimit cpu = {CPU_SECONDS, CPU_SECONDS};

    setenv("LANGUAGE", "en", 1);
    setrlimit(RLIMIT_CPU, &cpu); /* of each process: none may go on for ever */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
