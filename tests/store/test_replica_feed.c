/* What those who pull from a store are given. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "box.h"
#include "box_forms.h"
#include "box_replica.h"

static struct store *store;
static struct forms *forms;
static struct err err;

static int open_box(void **state)
{
    if (box_make(state))
        return -1;
    store = box_open();
    forms = box_forms(store);
    memset(&err, 0, sizeof(err));
    return 0;
}

static int close_box(void **state)
{
    forms_free(forms);
    store_close(store);
    return box_remove(state);
}

static void replica__changes__come_once_per_record(void **state)
{
    struct replica_change *changes = NULL;
    size_t n = 0;
    int64_t last = 0, first, docs = 0, deleted = 0;

    (void)state;
    (void)box_pull(store, forms, 0, box_uid(1), "1-a", "'visibilite':'public'");
    first = replica_seq(store);
    (void)box_pull(store, forms, 0, box_uid(2), "1-b", "'visibilite':'public'");
    (void)box_pull_to(
            store, forms, 0, "pro", box_uid(3), "1-c", "'visibilite':'professionnel'");
    (void)box_pull(store, forms, 0, box_uid(1), "2-a 1-a", "'visibilite':'public'");
    (void)box_pull(store, forms, 0, box_uid(1), "!2-b 1-a", "");
    assert_int_equal(
            replica_changes(store, "commons", 0, 10, &changes, &n, &last, &err), 0);
    assert_int_equal(n, 2);
    assert_string_equal(changes[0].uid, box_uid(2));
    assert_string_equal(changes[1].uid, box_uid(1));
    assert_int_equal(changes[1].nleaves, 2);
    assert_string_equal(changes[1].leaves[0].rev, "2-a");
    assert_true(changes[1].leaves[1].deleted);
    assert_int_equal(last, replica_seq(store));
    replica_changes_free(changes, n);
    assert_int_equal(
            replica_changes(store, "commons", first, 1, &changes, &n, &last, &err), 0);
    assert_int_equal(n, 1);
    assert_string_equal(changes[0].uid, box_uid(2));
    replica_changes_free(changes, n);
    (void)box_pull(store, forms, 0, box_uid(2), "!2-t 1-b", "");
    assert_int_equal(replica_count(store, "commons", &docs, &deleted, &err), 0);
    assert_int_equal(docs, 1);
    assert_int_equal(deleted, 1);
}

static void replica__seq__is_never_given_again(void **state)
{
    int64_t seq;

    (void)state;
    (void)box_pull(store, forms, 0, box_uid(1), "1-a", "");
    seq = replica_seq(store);
    assert_int_equal(record_purge(store, box_uid(1), &err), 0);
    (void)box_pull(store, forms, 0, box_uid(2), "1-b", "");
    assert_true(replica_seq(store) > seq);
}

static void replica__local__counts_its_revisions(void **state)
{
    char *body = NULL;
    int64_t n = 0;

    (void)state;
    assert_int_equal(
            replica_local_get(store, "commons", "x", &body, &n, &err), ERR_NOT_FOUND);
    assert_int_equal(replica_local_put(store, "commons", "x", "{}", &n, &err), 0);
    assert_int_equal(n, 1);
    assert_int_equal(
            replica_local_put(store, "commons", "x", "{\"a\":1}", &n, &err), 0);
    assert_int_equal(replica_local_get(store, "commons", "x", &body, &n, &err), 0);
    assert_int_equal(n, 2);
    assert_string_equal(body, "{\"a\":1}");
    free(body);
    assert_int_equal(replica_local_put(store, "commons", "x", NULL, &n, &err), 0);
    assert_int_equal(
            replica_local_get(store, "commons", "x", &body, &n, &err), ERR_NOT_FOUND);
    assert_int_equal(
            replica_local_put(store, "commons", "", "{}", &n, &err), ERR_INVALID);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_box, close_box)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(replica__changes__come_once_per_record),
            TEST(replica__seq__is_never_given_again),
            TEST(replica__local__counts_its_revisions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
