#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "box.h"
#include "odus/base/file.h"
#include "odus/db/fold.h"
#include "odus/store/replica.h"

enum { DAY = 20792, SKIPPED = 77 };

static struct err err;

static int make_box(void **state)
{
    memset(&err, 0, sizeof(err));
    return box_make(state);
}

static int try_open(bool read_only, struct store **ret)
{
    struct store_options opt = {.dir = box_path("store"), .read_only = read_only};

    return store_open(&opt, ret, &err);
}

static void assert_refused(int code, const char *file)
{
    struct store *store = NULL;

    assert_int_equal(try_open(false, &store), code);
    assert_null(store);
    assert_non_null(strstr(err.args[0], file));
}

/* --- opening --------------------------------------------------------------------- */

static void store__open__makes_a_private_folder_once(void **state)
{
    struct store *store = box_open();
    struct stat st;

    (void)state;
    assert_true(store_created(store));
    assert_false(store_read_only(store));
    assert_string_equal(store_dir(store), box_path("store"));
    store_close(store);
    assert_int_equal(stat(box_path("store"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    assert_true(file_exists(box_path("store/files")));
    store = box_open();
    assert_false(store_created(store));
    store_close(store);
    store_close(NULL);
}

static void store__meta__keeps_small_facts(void **state)
{
    struct store *store = box_open();
    char *value;

    (void)state;
    assert_null(store_meta_get(store, "training"));
    assert_int_equal(store_meta_set(store, "training", "1", &err), 0);
    assert_int_equal(store_meta_set(store, "training", "oui", &err), 0);
    store_close(store);
    store = box_open();
    value = store_meta_get(store, "training");
    assert_string_equal(value, "oui");
    free(value);
    assert_int_equal(store_meta_set(store, "training", NULL, &err), 0);
    assert_null(store_meta_get(store, "training"));
    store_close(store);
}

static void store__open__reads_where_it_must_not_write(void **state)
{
    char rev[REV_MAX] = "", next[REV_MAX];
    struct store *store = NULL;
    struct record r = {0};

    (void)state;
    assert_int_equal(try_open(true, &store), ERR_NOT_FOUND);
    assert_false(file_exists(box_path("store")));

    store = box_open();
    assert_int_equal(box_put(store, box_uid(1), "Bal", DAY, rev), 0);
    store_close(store);
    assert_int_equal(try_open(true, &store), 0);
    assert_true(store_read_only(store));
    assert_int_equal(record_get(store, box_uid(1), &r, &err), 0);
    record_release(&r);
    memcpy(next, rev, REV_MAX);
    assert_int_equal(box_put(store, box_uid(1), "Bal folk", DAY, next), ERR_IO);
    assert_int_equal(draft_remove(store, box_uid(1), &err), ERR_IO);
    assert_int_equal(store_meta_set(store, "a", "b", &err), ERR_IO);
    assert_int_equal(store_check(store, NULL, NULL, &err), 0);
    assert_false(store_idle(store));
    store_close(store);
}

static int give_away(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st, (void)type, (void)at;
    return chown(path, 65534, 65534);
}

static int child_opens_without_rights(void)
{
    struct store *store = NULL;
    struct record r = {0};

    if (geteuid() == 0 && (setgid(65534) || setuid(65534)))
        return SKIPPED;
    if (access(box_path("store/data.db"), R_OK) != 0)
        return SKIPPED;
    if (try_open(false, &store))
        return 1;
    if (!store_read_only(store) || record_get(store, box_uid(1), &r, &err))
        return 2;
    record_release(&r);
    store_close(store);
    return 0;
}

static void store__open__falls_back_to_reading_without_rights(void **state)
{
    char rev[REV_MAX] = "";
    struct store *store = box_open();
    int status;

    (void)state;
    assert_int_equal(box_put(store, box_uid(1), "Bal", DAY, rev), 0);
    store_close(store);
    if (geteuid() == 0)
        assert_int_equal(nftw(box_path("."), give_away, 16, FTW_PHYS), 0);
    assert_int_equal(chmod(box_path("store"), 0500), 0);
    status = box_child(child_opens_without_rights);
    assert_int_equal(chmod(box_path("store"), 0700), 0);
    if (status == SKIPPED)
        skip();
    assert_int_equal(status, 0);
}

/* --- files that are not as they should be ----------------------------------------- */

static void run_sql(const char *path, const char *sql)
{
    struct db_options opt = {.create = true, .setup = db_register_folding};
    struct db *db = NULL;

    assert_int_equal(db_open(path, &opt, &db, &err), 0);
    assert_int_equal(db_exec(db, &err, sql), 0);
    db_close(db);
}

static void store__open__leaves_a_newer_store_alone(void **state)
{
    static const char *const names[] = {"data.db", "drafts.db"};

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        char path[32], sql[64];

        box_create();
        snprintf(path, sizeof(path), "store/%s", names[i]);
        snprintf(sql, sizeof(sql), "pragma user_version = 99");
        run_sql(box_path(path), sql);
        assert_refused(ERR_NEWER, names[i]);
        assert_int_equal(box_int(names[i], "pragma user_version"), 99);
        assert_int_equal(unlink(box_path(path)), 0);
    }
}

static void overwrite(const char *name, off_t at, size_t n)
{
    char junk[4096];
    int fd = open(box_path(name), O_WRONLY);

    memset(junk, 0xA5, sizeof(junk));
    assert_true(fd >= 0 && n <= sizeof(junk));
    assert_int_equal(pwrite(fd, junk, n, at), n);
    close(fd);
}

static void store__open__names_the_damaged_file(void **state)
{
    (void)state;
    box_create();
    overwrite("store/drafts.db", 0, 100);
    assert_refused(ERR_DAMAGED, "drafts.db");
    overwrite("store/data.db", 0, 100);
    assert_refused(ERR_DAMAGED, "data.db");
    assert_int_equal(unlink(box_path("store/data.db")), 0);
    run_sql(box_path("store/data.db"), "create table other(a)");
    assert_refused(ERR_DAMAGED, "data.db");
}

static void collect(void *ctx, const char *text)
{
    buf_addf(ctx, "%s\n", text);
}

static void assert_finding(const char *part)
{
    struct store *store = box_open();
    struct buf lines;
    int n;

    buf_init(&lines, 0);
    n = store_check(store, collect, &lines, &err);
    if (n < 1 || !strstr(lines.s, part))
        print_error("%d findings: %s", n, lines.s);
    assert_true(n >= 1 && strstr(lines.s, part));
    buf_release(&lines);
    store_close(store);
}

static void store__check__finds_damaged_pages(void **state)
{
    struct store *store = box_open();

    (void)state;
    for (int i = 0; i < 200; i++) {
        char rev[REV_MAX] = "";

        assert_int_equal(box_put(store, box_uid(i), "Bal", DAY, rev), 0);
    }
    store_close(store);
    overwrite("store/data.db",
            4096 * (off_t)(box_int("data.db", "pragma page_count") / 2), 4096);
    assert_finding("data.db: ");
}

static void store__check__finds_words_without_rows(void **state)
{
    struct store *store = box_open();
    char rev[REV_MAX] = "";

    (void)state;
    assert_int_equal(box_put(store, box_uid(1), "Bal", DAY, rev), 0);
    assert_int_equal(store_check(store, NULL, NULL, &err), 0);
    store_close(store);
    run_sql(box_path("store/data.db"), "delete from occurrence");
    assert_finding("data.db: record that no list shows: 01900000");
}

static void store__check__finds_files_that_changed(void **state)
{
    static const char poster[] =
            "store/files/"
            "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319.jpg";
    struct store *store = box_open();

    (void)state;
    assert_int_equal(
            file_write_atomic(box_path(poster), VIEW_LIT("abc"), 0600, &err), 0);
    assert_int_equal(store_check(store, NULL, NULL, &err), 0);
    store_close(store);
    overwrite(poster, 0, 1);
    assert_finding("the file's content is not what its name says");
}

/* --- several at once -------------------------------------------------------------- */

static void store__generation__grows_with_every_change_by_anyone(void **state)
{
    struct store *a = box_open(), *b = box_open();
    char rev[REV_MAX] = "";
    int64_t of_a = store_generation(a), of_b = store_generation(b);

    (void)state;
    assert_int_equal(store_generation(a), of_a);
    assert_int_equal(box_put(a, box_uid(1), "Bal", DAY, rev), 0);
    assert_true(store_generation(a) > of_a);
    assert_true(store_generation(b) > of_b);
    of_a = store_generation(a);
    of_b = store_generation(b);
    box_put_draft(b, box_uid(1), "Bal");
    assert_true(store_generation(a) > of_a);
    assert_true(store_generation(b) > of_b);
    of_b = store_generation(b);
    assert_int_equal(draft_typing(b, box_uid(1), "titre", "B", &err), 0);
    assert_int_equal(store_generation(b), of_b);
    store_close(a);
    store_close(b);
}

static void store__open__serves_two_interfaces(void **state)
{
    struct store *a = box_open(), *b = box_open();
    char in_a[REV_MAX] = "", in_b[REV_MAX];
    struct record r = {0};

    (void)state;
    assert_int_equal(box_put(a, box_uid(1), "Bal", DAY, in_a), 0);
    memcpy(in_b, in_a, REV_MAX);
    assert_int_equal(box_put(b, box_uid(1), "Bal folk", DAY, in_b), 0);
    assert_int_equal(box_put(a, box_uid(1), "Bal trad", DAY, in_a), ERR_CONFLICT);
    assert_int_equal(record_get(a, box_uid(1), &r, &err), 0);
    assert_string_equal(r.rev, in_b);
    record_release(&r);
    for (int i = 0; i < 20; i++) {
        box_put_draft(i % 2 ? a : b, box_uid(i), "Bal");
        store_idle(i % 3 ? a : b);
    }
    assert_int_equal(draft_count(a), 20);
    store_close(a);
    assert_int_equal(store_check(b, NULL, NULL, &err), 0);
    store_close(b);
}

/* --- no room ---------------------------------------------------------------------- */

static int put_large(struct store *store, int n)
{
    struct summary s = box_summary(box_uid(n), "Bal", DAY);
    struct json *body = box_body(s.uid, "Bal");
    char rev[REV_MAX], *text = calloc(1, 100001);
    struct err e = {0};
    int rc;

    memset(text, 'x', 100000);
    json_set_take(body, "texte", json_text(view_of(text)));
    rc = record_put(store, NULL, body, &s, NULL, rev, &e);
    json_free(body);
    free(text);
    return rc;
}

/* No file may grow past LIMIT bytes: what a full disk is like. */
static bool limit_files(rlim_t limit)
{
    struct rlimit r;

    if (getrlimit(RLIMIT_FSIZE, &r))
        return false;
    r.rlim_cur = limit == RLIM_INFINITY ? r.rlim_max : limit;
    return setrlimit(RLIMIT_FSIZE, &r) == 0;
}

static int child_fills_the_disk(void)
{
    struct store *store = box_open();
    char rev[REV_MAX] = "";
    struct record r = {0};
    int n = 1, rc = 0;

    signal(SIGXFSZ, SIG_IGN);
    if (box_put(store, box_uid(0), "Bal", DAY, rev) || !limit_files(1000000))
        return 1;
    while (n < 50 && (rc = put_large(store, n)) == 0)
        n++;
    if (rc != ERR_IO)
        return 2;
    if (record_get(store, box_uid(n), &r, NULL) != ERR_NOT_FOUND)
        return 3;
    if (record_get(store, box_uid(n - 1), &r, NULL))
        return 4;
    record_release(&r);
    if (!limit_files(RLIM_INFINITY) || put_large(store, n))
        return 5;
    store_close(store);
    return 10 + n;
}

static void store__put__survives_a_full_disk(void **state)
{
    struct store *store;
    int status = box_child(child_fills_the_disk);

    (void)state;
    assert_in_range(status, 12, 60);
    store = box_open();
    assert_int_equal(store_check(store, NULL, NULL, &err), 0);
    assert_int_equal(
            box_int("data.db", "select count(*) from record"), status - 10 + 1);
    store_close(store);
}

/* --- older versions --------------------------------------------------------------- */

static void load_fixture(const char *name, const char *file)
{
    char path[100];
    struct buf sql;

    snprintf(path, sizeof(path), "tests/store/fixtures/%s.sql", name);
    assert_int_equal(file_read(path, 0, &sql, &err), 0);
    snprintf(path, sizeof(path), "store/%s", file);
    run_sql(box_path(path), sql.s);
    buf_release(&sql);
}

/* What the fixture says of a peer. */
static void assert_exchange_is_there(struct store *store)
{
    struct replica_standing s;
    char *since = NULL, *epoch = NULL;

    assert_int_equal(replica_seq(store), 3);
    assert_int_equal(replica_standing(store, box_uid(1), &s, &err), 0);
    assert_true(s.held);
    assert_string_equal(s.refused, "only a référent may");
    assert_int_equal(replica_checkpoint(store, 1, "commons", &since, &epoch, &err), 0);
    assert_string_equal(since, "12-abc");
    assert_string_equal(epoch, "e1");
    free(since);
    free(epoch);
}

static void store__open__brings_version_1_up_to_date(void **state)
{
    struct store *store;
    struct record r = {0};
    struct draft d = {0};
    struct history_entry *history = NULL;
    size_t n = 0;

    (void)state;
    assert_int_equal(mkdir(box_path("store"), 0700), 0);
    load_fixture("data-v1", "data.db");
    load_fixture("drafts-v1", "drafts.db");
    store = box_open();
    assert_int_equal(store_check(store, NULL, NULL, &err), 0);
    assert_int_equal(record_get(store, box_uid(1), &r, &err), 0);
    assert_non_null(strstr(r.body, "Bal folk"));
    assert_string_equal(r.author, "anne");
    record_release(&r);
    assert_int_equal(record_history(store, box_uid(1), &history, &n, &err), 0);
    assert_int_equal(n, 2);
    free(history);
    assert_string_not_equal(box_matches("data.db", "folk brianc*"), "");
    assert_exchange_is_there(store);
    assert_int_equal(draft_get(store, box_uid(3), &d, &err), 0);
    assert_string_equal(d.typed, "Ciné-con");
    assert_int_equal(d.ntexts, 2);
    draft_release(&d);
    assert_string_not_equal(box_matches("drafts.db", "oeuvre"), "");
    store_close(store);
}

/* What the tables, indexes and views of PATH are; owned. */
static char *schema_of(const char *path)
{
    struct db_options opt = {.setup = db_register_folding};
    struct db *db = NULL;
    char *schema = NULL;

    assert_int_equal(db_open(path, &opt, &db, &err), 0);
    assert_int_equal(db_text(db, &err, &schema,
                             "select group_concat(sql, char(10)) from (select sql from"
                             " sqlite_schema where name not like 'sqlite!_%' escape '!'"
                             " order by type, name)",
                             BIND_NONE),
            0);
    db_close(db);
    return schema;
}

/* Also that no version once released is edited: its fixture would not become this. */
static void store__open__makes_of_version_1_what_a_new_store_is(void **state)
{
    static const char *const names[] = {"data", "drafts"};
    struct store_options opt = {.dir = box_path("new")};
    struct store *store = NULL;

    (void)state;
    assert_int_equal(store_open(&opt, &store, &err), 0);
    store_close(store);
    assert_int_equal(mkdir(box_path("store"), 0700), 0);
    load_fixture("data-v1", "data.db");
    load_fixture("drafts-v1", "drafts.db");
    store_close(box_open());
    for (size_t i = 0; i < COUNT(names); i++) {
        char path[40], *made, *brought;

        snprintf(path, sizeof(path), "new/%s.db", names[i]);
        made = schema_of(box_path(path));
        snprintf(path, sizeof(path), "store/%s.db", names[i]);
        brought = schema_of(box_path(path));
        assert_string_equal(brought, made);
        free(brought);
        free(made);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_box, box_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(store__open__makes_a_private_folder_once),
            TEST(store__meta__keeps_small_facts),
            TEST(store__open__reads_where_it_must_not_write),
            TEST(store__open__falls_back_to_reading_without_rights),
            TEST(store__open__leaves_a_newer_store_alone),
            TEST(store__open__names_the_damaged_file),
            TEST(store__check__finds_damaged_pages),
            TEST(store__check__finds_words_without_rows),
            TEST(store__check__finds_files_that_changed),
            TEST(store__generation__grows_with_every_change_by_anyone),
            TEST(store__open__serves_two_interfaces),
            TEST(store__put__survives_a_full_disk),
            TEST(store__open__brings_version_1_up_to_date),
            TEST(store__open__makes_of_version_1_what_a_new_store_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
