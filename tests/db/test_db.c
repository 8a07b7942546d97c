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
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "odus/base/mem.h"
#include "odus/db/stmt.h"

static char dir[] = "/tmp/odus-test-db-XXXXXX";
static struct err err;

static const char *path(const char *name)
{
    static char text[4][128];
    static unsigned turn;
    char *p = text[turn++ % 4];

    snprintf(p, sizeof(text[0]), "%s/%s", dir, name);
    return p;
}

static int make_second(struct db *db, struct err *e)
{
    return db_run(
            db, e, "insert into fiche values (?1, ?2)", bind_text("b"), bind_int(2));
}

static const struct db_migration steps[] = {
        {1, "create table fiche (uid text primary key, n integer not null)", NULL},
        {2, "insert into fiche values ('a', 1);", make_second},
        {3, "create table lieu (uid text)", NULL},
};

static struct db_options options(size_t nsteps)
{
    return (struct db_options){.create = true,
            .application_id = 0x4f645553,
            .migrations = steps,
            .nmigrations = nsteps};
}

static struct db *open_fresh(const char *name, size_t nsteps)
{
    struct db_options opt = options(nsteps);
    struct db *db = NULL;

    assert_int_equal(db_open(path(name), &opt, &db, &err), 0);
    return db;
}

static int64_t number(struct db *db, const char *sql)
{
    int64_t n = -1;

    assert_int_equal(db_int(db, &err, &n, sql, BIND_NONE), 0);
    return n;
}

static void write_file(const char *name, const char *bytes, size_t n)
{
    FILE *f = fopen(path(name), "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

static void db_open__migrates__step_by_step(void **state)
{
    struct db *db = open_fresh("steps.db", 1);

    (void)state;
    assert_int_equal(db_version(db), 1);
    assert_int_equal(number(db, "select count(*) from fiche"), 0);
    db_close(db);
    db = open_fresh("steps.db", 3);
    assert_int_equal(db_version(db), 3);
    assert_int_equal(number(db, "select sum(n) from fiche"), 3);
    assert_int_equal(number(db, "pragma foreign_keys"), 1);
    assert_int_equal(number(db, "pragma trusted_schema"), 0);
    assert_int_equal(number(db, "pragma synchronous"), 1);
    db_close(db);
}

static int refuse(struct db *db, struct err *e)
{
    (void)db;
    return err_set(e, ERR_INVALID, "no: %1$s", "because");
}

static void db_open__undoes_a_migration__that_fails(void **state)
{
    static const struct db_migration bad[] = {
            {1, "create table t (x)", NULL}, {2, "create table u (x)", refuse}};
    struct db_options opt = {.create = true, .migrations = bad, .nmigrations = 2};
    struct db *db = NULL;

    (void)state;
    assert_int_equal(db_open(path("bad.db"), &opt, &db, &err), ERR_INVALID);
    assert_null(db);
    opt.nmigrations = 1;
    assert_int_equal(db_open(path("bad.db"), &opt, &db, &err), 0);
    assert_int_equal(number(db, "select count(*) from sqlite_schema"), 1);
    db_close(db);
}

static void db_open__refuses_a_newer_file__and_leaves_it_alone(void **state)
{
    struct db_options opt = options(2);
    struct db *db = open_fresh("newer.db", 3);
    struct stat before, after;

    (void)state;
    db_close(db);
    assert_int_equal(stat(path("newer.db"), &before), 0);
    assert_int_equal(db_open(path("newer.db"), &opt, &db, &err), ERR_NEWER);
    assert_non_null(strstr(err.args[0], "newer.db"));
    assert_int_equal(stat(path("newer.db"), &after), 0);
    assert_int_equal(before.st_mtim.tv_sec, after.st_mtim.tv_sec);
    assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
    assert_int_not_equal(access(path("newer.db-wal"), F_OK), 0);
}

static void db_open__refuses__what_is_not_ours(void **state)
{
    struct db_options opt = options(3);
    struct db *db = NULL;

    (void)state;
    write_file("text.db", "Bonjour, je ne suis pas une base.", 33);
    assert_int_equal(db_open(path("text.db"), &opt, &db, &err), ERR_DAMAGED);
    assert_int_equal(db_open(dir, &opt, &db, &err), ERR_IO);
    assert_int_equal(db_open(path("no/where.db"), &opt, &db, &err), ERR_IO);
    opt.create = false;
    assert_int_equal(db_open(path("missing.db"), &opt, &db, &err), ERR_NOT_FOUND);
    assert_int_not_equal(access(path("missing.db"), F_OK), 0);
    opt = (struct db_options){.create = true};
    assert_int_equal(db_open(path("other.db"), &opt, &db, &err), 0);
    assert_int_equal(db_exec(db, &err, "create table x (y)"), 0);
    db_close(db);
    opt = options(3);
    assert_int_equal(db_open(path("other.db"), &opt, &db, &err), ERR_DAMAGED);
}

static void db_open__takes_a_name_literally__that_looks_like_a_uri(void **state)
{
    struct db_options opt = options(1);
    struct db *db = NULL;
    char *cwd = getcwd(NULL, 0);

    (void)state;
    assert_int_equal(chdir(dir), 0);
    assert_int_equal(db_open("file:x?mode=memory", &opt, &db, &err), 0);
    db_close(db);
    assert_int_equal(access(path("file:x?mode=memory"), F_OK), 0);
    assert_int_equal(chdir(cwd), 0);
    free(cwd);
}

/* Runs as root too, where rights stop nobody: then only the child's drop counts. */
static int in_child(int (*work)(void))
{
    pid_t pid = fork();
    int status = -1;

    assert_true(pid >= 0);
    if (pid == 0) {
        if (geteuid() == 0 && setuid(65534))
            _exit(99);
        _exit(work());
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
}

static int read_only_folder(void)
{
    struct db_options opt = options(3);
    struct db *db = NULL;
    int64_t n = 0;

    if (db_open(path("ro #1/%.db"), &opt, &db, &err) != ERR_IO)
        return 1;
    opt.read_only = true;
    if (db_open(path("ro #1/%.db"), &opt, &db, &err))
        return 2;
    if (db_int(db, &err, &n, "select sum(n) from fiche", BIND_NONE) || n != 3)
        return 3;
    if (db_exec(db, &err, "delete from fiche") != ERR_IO)
        return 4;
    db_close(db);
    return 0;
}

static void db_open__reads__in_a_folder_that_cannot_be_written(void **state)
{
    (void)state;
    assert_int_equal(chmod(dir, 0755), 0);
    assert_int_equal(mkdir(path("ro #1"), 0755), 0);
    db_close(open_fresh("ro #1/%.db", 3));
    assert_int_equal(chmod(path("ro #1/%.db"), 0444), 0);
    assert_int_equal(chmod(path("ro #1"), 0555), 0);
    assert_int_equal(in_child(read_only_folder), 0);
    assert_int_equal(chmod(path("ro #1"), 0755), 0);
}

static void db_open__runs_no_migration__when_read_only(void **state)
{
    struct db_options opt = options(3);
    struct db *db;

    (void)state;
    db_close(open_fresh("old.db", 1));
    opt.read_only = true;
    assert_int_equal(db_open(path("old.db"), &opt, &db, &err), ERR_BUSY);
}

static void db_commit__nests__and_only_the_outermost_commits(void **state)
{
    struct db *db = open_fresh("nest.db", 3), *other = open_fresh("nest.db", 3);

    (void)state;
    assert_int_equal(db_begin(db, &err), 0);
    assert_int_equal(db_begin(db, &err), 0);
    assert_int_equal(db_exec(db, &err, "delete from fiche"), 0);
    assert_int_equal(db_commit(db, &err), 0);
    assert_true(db_in_transaction(db));
    assert_int_equal(number(other, "select count(*) from fiche"), 2);
    assert_int_equal(db_commit(db, &err), 0);
    assert_false(db_in_transaction(db));
    assert_int_equal(number(other, "select count(*) from fiche"), 0);
    db_close(db);
    db_close(other);
}

static void db_rollback__dooms__the_outer_transaction(void **state)
{
    struct db *db = open_fresh("doom.db", 3);

    (void)state;
    assert_int_equal(db_begin(db, &err), 0);
    assert_int_equal(db_exec(db, &err, "delete from fiche"), 0);
    assert_int_equal(db_begin(db, &err), 0);
    db_rollback(db);
    assert_int_equal(db_commit(db, &err), ERR_IO);
    assert_int_equal(number(db, "select count(*) from fiche"), 2);
    assert_int_equal(db_begin(db, &err), 0);
    assert_int_equal(db_commit(db, &err), 0);
    db_close(db);
}

static void db_begin__is_busy__while_another_writes(void **state)
{
    struct db *db = open_fresh("busy.db", 3), *other = open_fresh("busy.db", 3);

    (void)state;
    assert_int_equal(db_exec(other, &err, "pragma busy_timeout=0"), 0);
    assert_int_equal(db_begin(db, &err), 0);
    assert_int_equal(db_begin(other, &err), ERR_BUSY);
    assert_false(db_in_transaction(other));
    db_rollback(db);
    db_close(db);
    db_close(other);
}

static void db_commit__fails_cleanly__on_a_full_disk(void **state)
{
    struct db *db = open_fresh("full.db", 3);
    int rc = 0;

    (void)state;
    assert_int_equal(db_exec(db, &err, "pragma max_page_count=8"), 0);
    assert_int_equal(db_begin(db, &err), 0);
    for (int i = 0; i < 100 && !rc; i++)
        rc = db_run(db, &err, "insert into lieu values (hex(zeroblob(?1)))",
                bind_int(4000));
    assert_int_equal(rc, ERR_IO);
    assert_non_null(strstr(err.id, "disk is full"));
    assert_int_equal(db_commit(db, &err), ERR_IO);
    assert_int_equal(number(db, "select count(*) from lieu"), 0);
    db_close(db);
}

static void db_backup__copies_everything__into_a_new_file_only(void **state)
{
    struct db_options opt = options(3);
    struct db *db = open_fresh("source.db", 3), *copy;

    (void)state;
    assert_int_equal(db_backup(db, path("copy.db"), &err), 0);
    assert_int_equal(db_backup(db, path("copy.db"), &err), ERR_CONFLICT);
    assert_int_equal(db_backup(db, path("no/copy.db"), &err), ERR_IO);
    opt.read_only = true;
    assert_int_equal(db_open(path("copy.db"), &opt, &copy, &err), 0);
    assert_int_equal(number(copy, "select sum(n) from fiche"), 3);
    assert_int_not_equal(access(path("copy.db-wal"), F_OK), 0);
    db_close(copy);
    db_close(db);
}

static void count_line(void *ctx, const char *text)
{
    assert_true(*text);
    ++*(int *)ctx;
}

static void db_integrity__finds__an_overwritten_page(void **state)
{
    struct db *db = open_fresh("page.db", 3);
    char junk[4096];
    int lines = 0, fd;

    (void)state;
    assert_int_equal(db_integrity(db, count_line, &lines, &err), 0);
    assert_int_equal(lines, 0);
    db_close(db);
    memset(junk, 0xAB, sizeof(junk));
    fd = open(path("page.db"), O_WRONLY);
    assert_int_equal(pwrite(fd, junk, sizeof(junk), 4096), sizeof(junk));
    close(fd);
    db = open_fresh("page.db", 3);
    assert_int_equal(db_integrity(db, count_line, &lines, &err), ERR_DAMAGED);
    db_close(db);
}

static void db_checkpoint__moves_the_log__into_the_file(void **state)
{
    struct db *db = open_fresh("log.db", 3);
    struct stat st;
    int left = -1;

    (void)state;
    assert_int_equal(stat(path("log.db"), &st), 0);
    assert_int_equal(st.st_size <= 4096, 1);
    assert_int_equal(db_checkpoint(db, &left, &err), 0);
    assert_int_equal(left, 0);
    assert_int_equal(stat(path("log.db"), &st), 0);
    assert_true(st.st_size > 4096);
    assert_int_equal(db_synchronous(db, DB_SYNC_FULL, &err), 0);
    assert_int_equal(number(db, "pragma synchronous"), 2);
    db_close(db);
}

/* How a statement is carried out must not hang on values: it would be compiled anew
 * with each of them. */
static void db_open__plans__do_not_hang_on_values(void **state)
{
    struct db *db = open_fresh("plan.db", 3);

    (void)state;
    assert_int_equal(
            db_exec(db, &err, "create index few on fiche(uid) where n = 950"), 0);
    for (int i = 0; i < 2; i++) {
        struct stmt *st = db_query(db,
                "explain query plan select uid from fiche where n = ?1", bind_int(950));

        assert_int_equal(stmt_step(st, &err), 1);
        assert_true(view_is(stmt_text(st, 3), "SCAN fiche"));
        stmt_reset(st);
    }
    db_close(db);
}

/* Who has changed much leaves figures for the planner; who has looked, nothing. */
static void db_close__writes_nothing__after_a_look(void **state)
{
    struct db *db = open_fresh("look.db", 3), *other = open_fresh("look.db", 3);
    int64_t before;

    (void)state;
    assert_int_equal(db_exec(db, &err,
                             "create index few on fiche(n) where n > 900;"
                             "create index many on fiche(n)"),
            0);
    assert_int_equal(db_exec(db, &err,
                             "with recursive c(i) as (select 3 union all select i + 1"
                             " from c where i < 500)"
                             " insert into fiche select 'u' || i, i from c"),
            0);
    assert_int_equal(number(db, "select count(*) from fiche where n = 7"), 1);
    before = db_data_version(other);
    db_close(db);
    assert_int_not_equal(db_data_version(other), before);
    before = db_data_version(other);
    db = open_fresh("look.db", 3);
    assert_int_equal(number(db, "select count(*) from fiche where n = 7"), 1);
    db_close(db);
    assert_int_equal(db_data_version(other), before);
    db_close(other);
}

static void db_data_version__changes__when_another_commits(void **state)
{
    struct db *db = open_fresh("seen.db", 3), *other = open_fresh("seen.db", 3);
    int64_t before = db_data_version(db);

    (void)state;
    assert_int_equal(db_data_version(db), before);
    assert_int_equal(db_exec(other, &err, "delete from fiche"), 0);
    assert_int_not_equal(db_data_version(db), before);
    db_close(db);
    db_close(other);
}

static int close_inside(void)
{
    struct db *db = NULL;
    struct db_options opt = {.create = true};
    int null = open("/dev/null", O_WRONLY);

    dup2(null, STDERR_FILENO);
    signal(SIGABRT, SIG_DFL);
    if (db_open(":memory:", &opt, &db, &err) || db_begin(db, &err))
        return 1;
    db_close(db);
    return 2;
}

static void db_close__panics__inside_a_transaction(void **state)
{
    (void)state;
    assert_int_equal(in_child(close_inside), 100 + SIGABRT);
    db_close(NULL);
}

static int set_up(void **state)
{
    (void)state;
    return mkdtemp(dir) ? 0 : -1;
}

static int tear_down(void **state)
{
    static const char *const names[] = {"steps.db", "bad.db", "newer.db", "text.db",
            "other.db", "ro #1/%.db", "old.db", "nest.db", "doom.db", "busy.db",
            "full.db", "source.db", "copy.db", "page.db", "log.db", "look.db",
            "plan.db", "seen.db", "file:x?mode=memory", "private.db",
            /* SQLite's read-only connections leave these. */
            "old.db-wal", "old.db-shm"};

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++)
        unlink(path(names[i]));
    rmdir(path("ro #1"));
    return rmdir(dir); /* fails where a test has left something */
}

static void db_open__new_file__is_its_owners_alone(void **state)
{
    struct db_options opt = {.create = true};
    struct stat st;
    struct db *db;
    mode_t mask = umask(022);

    (void)state;
    assert_int_equal(db_open(path("private.db"), &opt, &db, &err), 0);
    umask(mask);
    assert_int_equal(stat(path("private.db"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(db_open__migrates__step_by_step),
            cmocka_unit_test(db_open__undoes_a_migration__that_fails),
            cmocka_unit_test(db_open__refuses_a_newer_file__and_leaves_it_alone),
            cmocka_unit_test(db_open__refuses__what_is_not_ours),
            cmocka_unit_test(db_open__takes_a_name_literally__that_looks_like_a_uri),
            cmocka_unit_test(db_open__reads__in_a_folder_that_cannot_be_written),
            cmocka_unit_test(db_open__runs_no_migration__when_read_only),
            cmocka_unit_test(db_open__new_file__is_its_owners_alone),
            cmocka_unit_test(db_commit__nests__and_only_the_outermost_commits),
            cmocka_unit_test(db_rollback__dooms__the_outer_transaction),
            cmocka_unit_test(db_begin__is_busy__while_another_writes),
            cmocka_unit_test(db_commit__fails_cleanly__on_a_full_disk),
            cmocka_unit_test(db_backup__copies_everything__into_a_new_file_only),
            cmocka_unit_test(db_integrity__finds__an_overwritten_page),
            cmocka_unit_test(db_checkpoint__moves_the_log__into_the_file),
            cmocka_unit_test(db_open__plans__do_not_hang_on_values),
            cmocka_unit_test(db_close__writes_nothing__after_a_look),
            cmocka_unit_test(db_data_version__changes__when_another_commits),
            cmocka_unit_test(db_close__panics__inside_a_transaction),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
