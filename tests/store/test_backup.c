#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "box.h"
#include "odus/base/file.h"
#include "odus/store/replica.h"

enum { DAY = 20792 };

static const char poster[] =
        "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319.jpg";

static struct err err;

static int make_box(void **state)
{
    memset(&err, 0, sizeof(err));
    return box_make(state);
}

static void add_poster(void)
{
    char *path = file_join(box_path("store/files"), poster);

    assert_int_equal(file_write_atomic(path, VIEW_LIT("abc"), 0600, &err), 0);
    free(path);
}

static struct store *filled_store(char rev[REV_MAX])
{
    struct store *store = box_open();

    rev[0] = '\0';
    assert_int_equal(box_put(store, box_uid(1), "Bal", DAY, rev), 0);
    box_put_draft(store, box_uid(2), "Brouillon");
    add_poster();
    return store;
}

static void assert_restorable(const char *dir, const char *rev)
{
    struct store_options opt = {.dir = dir};
    struct store *copy = NULL;
    struct record r = {0};
    struct draft d = {0};
    char *file = file_join(dir, "files"), *path = file_join(file, poster);

    assert_int_equal(store_open(&opt, &copy, &err), 0);
    assert_false(store_created(copy));
    assert_int_equal(record_get(copy, box_uid(1), &r, &err), 0);
    assert_string_equal(r.rev, rev);
    record_release(&r);
    assert_int_equal(draft_get(copy, box_uid(2), &d, &err), 0);
    draft_release(&d);
    assert_true(file_exists(path));
    assert_int_equal(store_check(copy, NULL, NULL, &err), 0);
    store_close(copy);
    free(path);
    free(file);
}

static void store__backup__can_be_opened_in_its_place(void **state)
{
    char rev[REV_MAX], later[REV_MAX];
    struct store *store = filled_store(rev);
    struct stat st;

    (void)state;
    assert_int_equal(store_backup(store, box_path("deep/copy"), &err), 0);
    assert_int_equal(stat(box_path("deep/copy"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    assert_false(file_exists(box_path("deep/copy/data.db-wal")));
    memcpy(later, rev, REV_MAX);
    assert_int_equal(box_put(store, box_uid(1), "Bal folk", DAY, later), 0);
    assert_restorable(box_path("deep/copy"), rev);
    store_close(store);
}

static void store__backup__works_from_a_store_opened_for_reading(void **state)
{
    char rev[REV_MAX];
    struct store_options opt = {.dir = box_path("store"), .read_only = true};
    struct store *store = NULL;

    (void)state;
    store_close(filled_store(rev));
    assert_int_equal(store_open(&opt, &store, &err), 0);
    assert_int_equal(store_backup(store, box_path("copy"), &err), 0);
    assert_restorable(box_path("copy"), rev);
    store_close(store);
}

static void store__backup__takes_an_empty_folder_only(void **state)
{
    char rev[REV_MAX];
    struct store *store = filled_store(rev);

    (void)state;
    assert_int_equal(mkdir(box_path("copy"), 0755), 0);
    assert_int_equal(store_backup(store, box_path("copy"), &err), 0);
    assert_int_equal(store_backup(store, box_path("copy"), &err), ERR_CONFLICT);
    assert_restorable(box_path("copy"), rev);
    assert_int_equal(file_write_atomic(box_path("file"), VIEW_LIT("x"), 0600, &err), 0);
    assert_int_equal(store_backup(store, box_path("file"), &err), ERR_CONFLICT);
    assert_true(file_exists(box_path("file")));
    store_close(store);
}

static void store__backup__leaves_nothing_when_it_fails(void **state)
{
    char rev[REV_MAX];
    struct store *store = filled_store(rev);

    (void)state;
    /* a folder among the files cannot be copied as one */
    assert_int_equal(mkdir(box_path("store/files/folder"), 0700), 0);
    assert_int_equal(store_backup(store, box_path("copy"), &err), ERR_IO);
    assert_false(file_exists(box_path("copy")));
    store_close(store);
}

static void store__backup__drops_what_was_completed_meanwhile(void **state)
{
    struct summary s = box_summary(box_uid(3), "Cirque", DAY);
    struct json *body = box_body(box_uid(3), "Cirque");
    char rev[REV_MAX], made[REV_MAX];
    struct store *store = filled_store(rev), *copy = NULL;
    struct store_options opt = {.dir = box_path("copy")};
    struct draft d;

    (void)state;
    /* the draft is in the one file and its revision in the other */
    box_put_draft(store, box_uid(3), "Cirque");
    assert_int_equal(record_put(store, NULL, body, &s, box_uid(3), made, &err), 0);
    json_free(body);
    assert_int_equal(store_backup(store, opt.dir, &err), 0);
    assert_int_equal(store_open(&opt, &copy, &err), 0);
    assert_int_equal(draft_get(copy, box_uid(3), &d, &err), ERR_NOT_FOUND);
    assert_int_equal(draft_count(copy), 1);
    store_close(copy);
    store_close(store);
}

static void backup__server__is_another_one_once_restored(void **state)
{
    struct store_options opt = {.dir = box_path("copy")};
    struct store *store = box_open(), *copy = NULL;
    char *body = NULL;
    int64_t n = 0;

    (void)state;
    assert_int_equal(
            replica_local_put(store, "commons", "odus", "{\"epoch\":\"e\"}", &n, &err),
            0);
    assert_int_equal(store_backup(store, opt.dir, &err), 0);
    assert_int_equal(store_open(&opt, &copy, &err), 0);
    assert_int_equal(
            replica_local_get(copy, "commons", "odus", &body, &n, &err), ERR_NOT_FOUND);
    store_close(copy);
    assert_int_equal(replica_local_get(store, "commons", "odus", &body, &n, &err), 0);
    free(body);
    store_close(store);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_box, box_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(backup__server__is_another_one_once_restored),
            TEST(store__backup__can_be_opened_in_its_place),
            TEST(store__backup__works_from_a_store_opened_for_reading),
            TEST(store__backup__takes_an_empty_folder_only),
            TEST(store__backup__leaves_nothing_when_it_fails),
            TEST(store__backup__drops_what_was_completed_meanwhile),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
