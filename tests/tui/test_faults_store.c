/* Full disks, stores that may not be written, damaged and newer ones, on the screen. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
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

#include "faults.h"
#include "odus/base/mem.h"

enum { EXIT_STORE = 3, VERSION_AT = 60, PAGE = 4096 };

static char *store_path(const struct views *v, const char *name)
{
    return xasprintf("%s/store%s%s", v->dir, *name ? "/" : "", name);
}

/* --- room, by a small disk or by a limit ------------------------------------------ */

/** Mounts of this process are seen by nobody else; false for ordinary users. */
static bool own_mounts(void)
{
    return geteuid() == 0 && unshare(CLONE_NEWNS) == 0 &&
           mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

/** A file system of 2 MB in place of the store's folder. */
static void small_disk(const struct views *v)
{
    char *path = store_path(v, "");

    if (!own_mounts())
        skip();
    mkdir(path, 0700);
    if (mount("tmpfs", path, "tmpfs", 0, "size=2m") != 0)
        skip();
    free(path);
}

static void fill_disk(const struct views *v)
{
    static const char zeros[PAGE];
    char *path = store_path(v, "ballast");
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);

    assert_true(fd >= 0);
    while (write(fd, zeros, sizeof zeros) > 0)
        ;
    while (write(fd, zeros, 1) > 0)
        ;
    close(fd);
    free(path);
}

static void empty_disk(const struct views *v)
{
    char *path = store_path(v, "ballast");

    assert_int_equal(unlink(path), 0);
    free(path);
}

static void unmount(const struct views *v)
{
    char *path = store_path(v, "");

    umount2(path, MNT_DETACH);
    free(path);
}

/** No file of the running program may grow beyond BYTES: as on a disk that is full. */
static void limit_files(const struct views *v, rlim_t bytes)
{
    struct rlimit limit = {bytes, RLIM_INFINITY};

    assert_int_equal(prlimit(tt_pid(v->t), RLIMIT_FSIZE, &limit, NULL), 0);
}

/** One that lives through writing too much, as programs on a full disk do. */
static struct tt *start_limited(struct views *v)
{
    struct tt *t;

    signal(SIGXFSZ, SIG_IGN);
    t = views_start(v, false);
    signal(SIGXFSZ, SIG_DFL);
    return t;
}

static void expect_title(const struct views *v, const char *title)
{
    struct on_disk d = faults_draft(v);

    assert_string_equal(json_get_text(json_get(d.body, "titre"), "fr"), title);
    on_disk_release(&d);
}

static void expect_told(struct tt *t)
{
    tt_expect(t, "NOT SAVED");
    tt_expect(t, "the disk is full; free some space and try again");
}

/* --- a full disk ------------------------------------------------------------------ */

/* P01: before anything of the record was on the disk */
static void full__first_key__stays_and_is_written_when_there_is_room(void **state)
{
    struct views *v = *state;
    struct tt *t = start_limited(v);

    views_new(v, 1);
    limit_files(v, 1);
    tt_keys(t, "Bal folk");
    expect_told(t);
    tt_keys(t, "{Tab}");
    expect_told(t);
    tt_expect(t, "Event · Bal folk");
    limit_files(v, RLIM_INFINITY);
    tt_wait_text(t, "draft, saved at"); /* by itself, nobody types */
    tt_refuse(t, "NOT SAVED");
    expect_title(v, "Bal folk");
    views_kill(v);
    faults_doctor(v, 1);
}

/* P01: what was changed without room is written whole with the next key */
static void full__while_typing__next_key_writes_all(void **state)
{
    struct views *v = *state;
    struct tt *t = start_limited(v);
    struct on_disk d;

    views_new(v, 1);
    tt_keys(t, "Bal{Tab}");
    limit_files(v, 1);
    tt_keys(t, "{Up}{End} folk{Tab}");
    expect_told(t);
    views_expect_row(t, "Title", "Bal folk");
    tt_keys(t, "{Up}{End} à deux");
    expect_told(t);
    limit_files(v, RLIM_INFINITY);
    tt_keys(t, "!");
    tt_refuse(t, "NOT SAVED");
    d = faults_draft(v);
    assert_string_equal(json_get_text(json_get(d.body, "titre"), "fr"), "Bal folk");
    assert_string_equal(d.typed, "Bal folk à deux!");
    on_disk_release(&d);
}

/* P38: the one case in which leaving has to ask */
static void full__leaving__asks_and_can_try_again(void **state)
{
    struct views *v = *state;
    struct tt *t = start_limited(v);

    views_new(v, 1);
    limit_files(v, 1);
    tt_keys(t, "Bal folk{Esc}");
    tt_expect(t, "What you typed last is not saved");
    tt_keys(t, "1");
    tt_expect(t, "Event · Bal folk");
    tt_expect(t, "the disk is full");
    tt_keys(t, "{Esc}2");
    tt_expect(t, "Event · Bal folk");
    limit_files(v, RLIM_INFINITY);
    tt_keys(t, "{Esc}");
    tt_refuse(t, "Event · Bal folk");
    expect_title(v, "Bal folk");
}

static void full__leaving__may_lose_it(void **state)
{
    struct views *v = *state;
    struct tt *t = start_limited(v);
    struct on_disk d;

    views_new(v, 1);
    limit_files(v, 1);
    tt_keys(t, "Bal folk{Esc}3");
    tt_refuse(t, "Event · Bal folk");
    limit_files(v, RLIM_INFINITY);
    d = faults_draft(v);
    assert_string_equal(d.uid, "");
    on_disk_release(&d);
}

/** A person's record that could be completed, open on the screen. */
static struct tt *open_person(struct views *v)
{
    struct tt *t;
    int status;

    free(faults_run(v, "new personne visibilite=professionnel nom=Bal", &status));
    assert_int_equal(status, 0);
    t = start_limited(v);
    tt_keys(t, "b{Enter}{Enter}");
    tt_expect(t, "Bal");
    return t;
}

static void complete_without_room(struct views *v, struct tt *t)
{
    tt_keys(t, "{F10}");
    tt_expect(t, "the disk is full; free some space and try again");
    tt_refuse(t, "complete: ");
    tt_expect(t, "✎ draft");
    views_expect_row(t, "▸", "Bal");
    (void)v;
}

static void full__completing__says_it_and_works_later(void **state)
{
    struct views *v = *state;
    struct tt *t = open_person(v);

    limit_files(v, 1);
    complete_without_room(v, t);
    limit_files(v, RLIM_INFINITY);
    tt_keys(t, "{F10}");
    tt_expect(t, "complete: Bal");
    faults_doctor(v, 0);
}

/* The same on a disk, where there is one to be had */
static void full__disk__typing_and_completing(void **state)
{
    struct views *v = *state;
    struct tt *t;

    small_disk(v);
    t = open_person(v);
    fill_disk(v);
    for (int i = 0; i < 60; i++) /* what the log has room for already */
        tt_keys(t, i % 2 ? "{End}{Backspace}{Backspace}{Tab}{S-Tab}"
                         : "{End}fo{Tab}{S-Tab}");
    tt_keys(t, "{End} folk");
    expect_told(t);
    tt_keys(t, "{F10}");
    tt_expect(t, "the disk is full; free some space and try again");
    tt_refuse(t, "complete: ");
    views_expect_row(t, "▸", "Bal folk");
    empty_disk(v);
    tt_keys(t, "{F10}");
    tt_expect(t, "complete: Bal folk");
    faults_doctor(v, 0);
    unmount(v);
}

static void full__disk_at_start__shows_what_is_there_till_there_is_room(void **state)
{
    struct views *v = *state;
    struct tt *t;
    char *said;
    int status;

    small_disk(v);
    free(faults_run(v, "new personne visibilite=professionnel nom=Bal", &status));
    fill_disk(v);
    said = faults_run(v, "new personne nom=Trop 2>&1", &status);
    assert_int_equal(status, EXIT_STORE);
    if (!strstr(said, "the disk is full"))
        fail_msg("%s", said);
    free(said);
    t = views_start(v, false);
    tt_keys(t, "b{Enter}{Enter}");
    tt_expect(t, "Bal");
    tt_expect(t, "the disk is full");
    tt_keys(t, "x{F10}");
    tt_expect(t, "the disk is full");
    tt_refuse(t, "complete: ");
    empty_disk(v);
    tt_wait_text(t, "there is room again"); /* by itself */
    tt_refuse(t, "READ ONLY");
    tt_keys(t, "{End} folk{F10}");
    tt_expect(t, "complete: Bal folk");
    faults_doctor(v, 0);
    unmount(v);
}

/* --- no right to write ------------------------------------------------------------ */

/** As root by a mount, else by its rights. */
static void protect(const struct views *v)
{
    char *path = store_path(v, "");

    if (geteuid() != 0) {
        assert_int_equal(chmod(path, 0500), 0);
    } else {
        if (!own_mounts() || mount(path, path, NULL, MS_BIND, NULL) != 0 ||
                mount(NULL, path, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL) != 0)
            skip();
    }
    free(path);
}

static void release(const struct views *v)
{
    char *path = store_path(v, "");

    unmount(v);
    chmod(path, 0700);
    free(path);
}

static void readonly__store__is_shown_and_says_why_nothing_changes(void **state)
{
    struct views *v = *state;
    struct tt *t;
    int status;

    free(faults_run(v, "new personne visibilite=professionnel nom=Bal", &status));
    protect(v);
    t = views_start(v, false);
    tt_expect(t, "read only");
    tt_keys(t, "b{Enter}{Enter}");
    views_expect_row(t, "▸", "Bal");
    tt_expect(t, "READ ONLY: ");
    tt_expect(t, "nothing can be changed; check its rights");
    tt_keys(t, "xyz{Tab}{F3}^D");
    tt_refuse(t, "NOT SAVED");
    tt_refuse(t, "xyz");
    tt_keys(t, "{F10}");
    tt_expect(t, "nothing can be changed");
    tt_keys(t, "{Esc}{Esc}n1");
    tt_keys(t, "Bal folk{Tab}");
    tt_refuse(t, "NOT SAVED");
    release(v);
}

/* --- damaged, or of another program ----------------------------------------------- */

static void overwrite(
        const struct views *v, const char *name, long at, const char *bytes, size_t n)
{
    char *path = store_path(v, name);
    FILE *f = fopen(path, "r+b");

    assert_non_null(f);
    assert_int_equal(fseek(f, at, SEEK_SET), 0);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
    free(path);
}

/** Starts without a screen to come; the screen holds what it said before it ended. */
static void expect_refusal(struct views *v, const char *file, const char *remedy)
{
    char *store = xasprintf("ODUS_STORE=%s/store", v->dir);
    char *config = xasprintf("XDG_CONFIG_HOME=%s", v->dir);
    const char *const argv[] = {getenv("ODUS_BIN"), NULL};
    const char *const env[] = {"LANGUAGE=en", store, config, NULL};
    int status;

    tt_free(v->t);
    v->t = tt_spawn_plain(argv, env, v->rows, 250);
    status = tt_wait_exit(v->t);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), EXIT_STORE);
    tt_expect(v->t, file);
    tt_expect(v->t, remedy);
    assert_false(tt_alternate(v->t));
    free(config);
    free(store);
}

static void newer__store__is_named_with_what_helps(void **state)
{
    static const char version[] = {0, 0, 0x7f, 0};
    struct views *v = *state;
    int status;

    if (!getenv("ODUS_BIN"))
        skip();
    free(faults_run(v, "sample add", &status));
    overwrite(v, "data.db", VERSION_AT, version, sizeof version);
    expect_refusal(v, "data.db", "newer version of this program; install");
}

static void damage__each_file__is_named_with_what_helps(void **state)
{
    static const char *const files[] = {"data.db", "drafts.db"};
    struct views *v = *state;
    int status;

    if (!getenv("ODUS_BIN"))
        skip();
    for (size_t i = 0; i < 2; i++) {
        free(faults_run(v, "sample add", &status));
        overwrite(v, files[i], 0, "no database at all", 18);
        expect_refusal(v, files[i], "odus backup");
        faults_new_store(v);
    }
}

/* The disk goes bad under a program that runs */
static void damage__while_open__is_said_and_what_is_typed_stays(void **state)
{
    struct views *v = *state;
    struct tt *t;
    char *garbage = xmalloc(PAGE);
    int status;

    memset(garbage, 0x5a, PAGE);
    free(faults_run(v, "new personne visibilite=professionnel nom=Bal", &status));
    t = views_start(v, false);
    tt_keys(t, "b{Enter}{Enter}");
    for (int page = 0; page < 12; page++)
        overwrite(v, "drafts.db", (long)page * PAGE, garbage, PAGE);
    free(garbage);
    tt_keys(t, "{End} folk{Tab}");
    views_expect_row(t, "Bal folk", "Bal folk");
    tt_expect(t, "NOT SAVED: drafts.db is damaged");
    tt_expect(t, "from a backup");
    tt_keys(t, "{F10}");
    tt_refuse(t, "complete: ");
    tt_keys(t, "{Esc}");
    tt_expect(t, "What you typed last is not saved");
}

#define VIEWS_TEST(name)                                                               \
    cmocka_unit_test_setup_teardown(name, views_setup, views_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
            VIEWS_TEST(full__first_key__stays_and_is_written_when_there_is_room),
            VIEWS_TEST(full__while_typing__next_key_writes_all),
            VIEWS_TEST(full__leaving__asks_and_can_try_again),
            VIEWS_TEST(full__leaving__may_lose_it),
            VIEWS_TEST(full__completing__says_it_and_works_later),
            VIEWS_TEST(full__disk__typing_and_completing),
            VIEWS_TEST(full__disk_at_start__shows_what_is_there_till_there_is_room),
            VIEWS_TEST(readonly__store__is_shown_and_says_why_nothing_changes),
            VIEWS_TEST(newer__store__is_named_with_what_helps),
            VIEWS_TEST(damage__each_file__is_named_with_what_helps),
            VIEWS_TEST(damage__while_open__is_said_and_what_is_typed_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
