/* What may happen to a delivery and to its folder. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "odus/base/clock.h"
#include "odus/base/hash.h"
#include "odus/base/mem.h"
#include "odus/db/stmt.h"
#include "runs.h"

static const char *const first = "each/01900000-0000-7000-8000-000000000001.txt";

static void season(void)
{
    char title[20];

    runs_venue(101, "Le Vieux Colombier");
    for (int i = 1; i <= 12; i++) {
        snprintf(title, sizeof(title), "Titre %d", i);
        runs_event(i, title, i % 3 ? 101 : 0);
    }
}

static void change(int round)
{
    char text[30];

    snprintf(text, sizeof(text), "Nom %d", round);
    runs_venue(101, text);
    runs_event(1 + round % 12, text, 101);
    if (round % 4 == 0)
        desk_put("evenement", 1 + round % 5, "'statut_fiche': 'supprime'");
}

static int64_t number(uint32_t below)
{
    return hash_random(below);
}

/* --- a delivery in a process of its own ------------------------------------------- */

/* Runs in the child: LIMIT bytes a file may have (0: any), killed after US (0: never).
 */
static int child(int64_t limit, int64_t us)
{
    const char *forms = getenv("ODUS_FORMS");
    const struct store_options opt = {.dir = desk_path("store")};
    const struct forms_options of = {.dir = forms ? forms : "forms", .lang = "fr"};
    const struct itimerval at = {
            .it_value = {.tv_sec = us / 1000000, .tv_usec = us % 1000000}};
    struct run_report report;
    int rc;

    if (store_open(&opt, &desk_store, NULL) < 0)
        return 99;
    desk_forms = forms_new(desk_store, &of);
    if (limit) {
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE,
                &(struct rlimit){.rlim_cur = (rlim_t)limit, .rlim_max = RLIM_INFINITY});
    }
    if (us)
        setitimer(ITIMER_REAL, &at, NULL); /* SIGALRM ends it there and then */
    rc = runs_try("out", false, &report, NULL);
    return rc < 0 ? -rc : 0;
}

/* Its result, as deliver_run gives it; 1 when it was killed. */
static int deliver_apart(int64_t limit, int64_t us)
{
    int status = 0;
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0)
        _exit(child(limit, us));
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (!WIFEXITED(status))
        return 1;
    assert_int_not_equal(WEXITSTATUS(status), 99);
    return -WEXITSTATUS(status);
}

static void run__killed__is_mended_by_the_next(void **state)
{
    int64_t took_us, killed = 0;

    (void)state;
    season();
    took_us = clock_mono_ms();
    assert_int_equal(deliver_apart(0, 0), 0);
    took_us = (clock_mono_ms() - took_us + 1) * 1000;
    for (int round = 0; round < 12; round++) {
        change(round);
        killed += deliver_apart(0, 1 + number((uint32_t)took_us));
        if (round % 3 == 0)
            killed += deliver_apart(0, 1 + number((uint32_t)took_us));
        runs_assert_whole("out");
    }
    assert_true(killed > 0);
}

static void run__disk_full__leaves_the_folder_as_it_was(void **state)
{
    int failed = 0;

    (void)state;
    season();
    runs_deliver("out", false);
    runs_deliver("before", false);
    change(3);
    for (int64_t limit = 1; limit < 200000; limit *= 2) {
        int rc = deliver_apart(limit, 0);

        if (rc == 0)
            break;
        failed++;
        assert_int_equal(rc, ERR_IO);
        runs_assert_same("out", "before");
    }
    assert_true(failed > 0);
    runs_assert_whole("out");
}

/* --- others in the folder --------------------------------------------------------- */

static void run__tampered_files__are_made_anew(void **state)
{
    (void)state;
    season();
    runs_deliver("out", false);
    runs_deliver("before", false);
    runs_write("out", "list/all.txt", "mine");
    assert_int_equal(unlink(desk_path("out/last/five.txt")), 0);
    runs_write("out", first, "");
    runs_deliver("out", false);
    runs_assert_same("out", "before");
}

static void run__files_of_others__stay(void **state)
{
    (void)state;
    season();
    runs_deliver("out", false);
    runs_write("out", "index.html", "mine");
    runs_write("out", "each/notes.txt", "mine too");
    for (int i = 1; i <= 12; i++)
        desk_erase(i);
    desk_erase(101);
    runs_deliver("out", false);
    assert_string_equal(runs_text("out", "index.html"), "mine");
    assert_string_equal(runs_text("out", "each/notes.txt"), "mine too");
    assert_null(runs_text("out", "list/all.txt"));
    assert_null(runs_text("out", first));
}

/* A folder that no delivery made: whoever typed it meant another. */
static void run__folder_of_others__is_refused(void **state)
{
    struct run_report report;
    struct err err = {0};

    (void)state;
    season();
    mkdir(desk_path("out"), 0755);
    runs_write("out", ".htaccess", "hidden");
    runs_write("out", "letter.odt", "mine");
    assert_int_equal(runs_try("out", false, &report, &err), ERR_USAGE);
    assert_null(runs_text("out", "manifest.json"));
    assert_int_equal(access(desk_path("out/.odus"), F_OK), -1);
    unlink(desk_path("out/letter.odt"));
    runs_deliver("out", false);
    /* A store stays one, whatever was delivered into it before. */
    runs_write("out", "data.db", "a store");
    assert_int_equal(runs_try("out", false, &report, &err), ERR_USAGE);
    unlink(desk_path("out/data.db"));
    runs_deliver("out", false);
}

static void run__home__is_refused(void **state)
{
    char *home = xstrdup(getenv("HOME"));
    struct run_report report;
    struct err err = {0};

    (void)state;
    season();
    mkdir(desk_path("out"), 0755);
    setenv("HOME", desk_path("out"), 1);
    assert_int_equal(runs_try("out", false, &report, &err), ERR_USAGE);
    setenv("HOME", home, 1);
    free(home);
    runs_deliver("out", false);
}

static void run__two_at_once__the_second_is_told(void **state)
{
    struct run_report report;
    struct err err = {0};
    int fd;

    (void)state;
    season();
    runs_deliver("out", false);
    fd = open(desk_path("out/.odus/lock"), O_RDWR);
    assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
    assert_int_equal(runs_try("out", false, &report, &err), ERR_BUSY);
    close(fd);
    runs_deliver("out", false);
}

/* --- links that lead elsewhere
 * -------------------------------------------------------- */

static void victim(void)
{
    mkdir(desk_path("else"), 0700);
    runs_write("else", "victim", "safe");
}

static void assert_victim_safe(void)
{
    assert_string_equal(runs_text("else", "victim"), "safe");
    assert_null(runs_text("else", "01900000-0000-7000-8000-000000000001.txt"));
}

static void run__a_file_that_is_a_link__is_replaced(void **state)
{
    static const char *const files[] = {
            "out/each/01900000-0000-7000-8000-000000000001.txt", "out/manifest.json",
            "out/.odus/state.db", "out/.odus/state.db-journal", "out/list/all.txt"};

    (void)state;
    season();
    victim();
    runs_deliver("out", false);
    for (size_t i = 0; i < COUNT(files); i++) {
        change((int)i + 1);
        unlink(desk_path(files[i]));
        assert_int_equal(symlink(desk_path("else/victim"), desk_path(files[i])), 0);
        runs_assert_whole("out");
        assert_victim_safe();
    }
}

static void run__a_folder_that_is_a_link__is_refused(void **state)
{
    struct run_report report;
    struct err err = {0};

    (void)state;
    season();
    victim();
    mkdir(desk_path("out"), 0755);
    mkdir(desk_path("out/.odus"), 0700);
    assert_int_equal(symlink(desk_path("else"), desk_path("out/each")), 0);
    assert_int_equal(runs_try("out", false, &report, &err), ERR_IO);
    assert_victim_safe();
    assert_null(runs_text("out", "list/all.txt"));
    assert_null(runs_text("out", "manifest.json"));
    assert_int_equal(unlink(desk_path("out/each")), 0);
    runs_assert_whole("out");
}

static void run__own_folder_that_is_a_link__is_refused(void **state)
{
    struct run_report report;
    struct err err = {0};

    (void)state;
    season();
    victim();
    mkdir(desk_path("out"), 0755);
    assert_int_equal(symlink(desk_path("else"), desk_path("out/.odus")), 0);
    assert_int_equal(runs_try("out", false, &report, &err), ERR_IO);
    assert_victim_safe();
    assert_null(runs_text("else", "state.db"));
}

/* --- a state that is none
 * ------------------------------------------------------------- */

static void run__damaged_state__makes_everything_anew(void **state)
{
    struct run_report report;

    (void)state;
    season();
    runs_deliver("out", false);
    runs_write("out", ".odus/state.db", "this is no database, whatever it may be");
    report = runs_deliver("out", false);
    assert_int_equal(report.made, 13);
    runs_assert_whole("out");
    assert_int_equal(truncate(desk_path("out/.odus/state.db"), 8192), 0);
    change(1);
    runs_assert_whole("out");
}

static void alter(const char *path, const char *sql)
{
    struct db *db = NULL;
    struct err err = {0};

    assert_int_equal(db_open(desk_path(path), NULL, &db, &err), 0);
    assert_int_equal(db_exec(db, &err, sql), 0);
    db_close(db);
}

/* What cannot be read of what a record leads to is told, by the last one too: nobody
 * takes half of it for the whole. */
static void run__linked_record_unreadable__is_told(void **state)
{
    const struct run_options opt = {.formats = runs_formats, .lang = "fr"};
    struct err err = {0};
    struct buf out;

    (void)state;
    buf_init(&out, 0);
    runs_venue(101, "Théâtre du Cadran");
    desk_put("lieu", 102, "'nom': 'Petite salle', 'lieu_parent': '@101'");
    runs_event(1, "Contes", 102);
    alter("store/data.db",
            "update rev set body = '{' where record = (select id from entry where uid ="
            " '01900000-0000-7000-8000-000000000101')");
    assert_int_equal(deliver_one(desk_store, desk_forms, &opt, runs_formats[0],
                             desk_uid(1), &out, &err),
            ERR_INVALID);
    assert_int_equal(out.len, 0);
    buf_release(&out);
}

static void run__hostile_state__leads_nowhere(void **state)
{
    static const char *const changes[] = {
            "update file set path = '../else/victim', dirty = 1 where id = 1",
            "update file set path = '../else/victim', gone = 1 where id = 1",
            "update piece set off = -5", "update piece set off = 1 << 60",
            "update piece set len = 1 << 60; update file set dirty = 1",
            "update piece set spool = 1; update file set dirty = 1",
            "update item set uid = 'x' || id", "update file set id = id + 100",
            "drop table piece", "delete from item", "pragma user_version = 0"};

    (void)state;
    season();
    victim();
    for (size_t i = 0; i < COUNT(changes); i++) {
        struct run_report report;

        runs_deliver("out", false);
        alter("out/.odus/state.db", changes[i]);
        change((int)i);
        (void)runs_try("out", false, &report, NULL);
        assert_victim_safe();
        runs_deliver("out", true);
        runs_assert_whole("out");
    }
}

static void run__state_of_another_program__is_thrown_away(void **state)
{
    (void)state;
    season();
    runs_deliver("out", false);
    alter("out/.odus/state.db", "pragma application_id = 12345");
    change(2);
    runs_assert_whole("out");
}

static void run__state_of_a_newer_program__is_left_alone(void **state)
{
    struct run_report report;
    struct err err = {0};

    (void)state;
    season();
    runs_deliver("out", false);
    alter("out/.odus/state.db", "pragma user_version = 1000");
    assert_int_equal(runs_try("out", false, &report, &err), ERR_NEWER);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, desk_open, desk_close)
    const struct CMUnitTest tests[] = {
            T(run__killed__is_mended_by_the_next),
            T(run__disk_full__leaves_the_folder_as_it_was),
            T(run__tampered_files__are_made_anew),
            T(run__files_of_others__stay),
            T(run__home__is_refused),
            T(run__folder_of_others__is_refused),
            T(run__two_at_once__the_second_is_told),
            T(run__a_file_that_is_a_link__is_replaced),
            T(run__a_folder_that_is_a_link__is_refused),
            T(run__own_folder_that_is_a_link__is_refused),
            T(run__damaged_state__makes_everything_anew),
            T(run__linked_record_unreadable__is_told),
            T(run__hostile_state__leads_nowhere),
            T(run__state_of_another_program__is_thrown_away),
            T(run__state_of_a_newer_program__is_left_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
