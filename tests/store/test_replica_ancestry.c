/* Ancestors that contradict one another; where a record belongs. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "box.h"
#include "box_forms.h"
#include "box_replica.h"

static struct store *store;
static struct forms *forms;
static struct err err;
static int64_t peer;

static int open_box(void **state)
{
    if (box_make(state))
        return -1;
    store = box_open();
    forms = box_forms(store);
    memset(&err, 0, sizeof(err));
    peer = box_peer(store, "https://coop.example/");
    return 0;
}

static int close_box(void **state)
{
    forms_free(forms);
    store_close(store);
    return box_remove(state);
}

static void expect_ancestry(const char *rev, const char *const *revs, size_t n)
{
    struct replica_doc d;

    assert_int_equal(replica_get(store, box_uid(1), rev, &d, NULL, &err), 0);
    assert_int_equal(d.nrevs, n);
    for (size_t i = 0; i < n; i++)
        assert_string_equal(d.revs[i], revs[i]);
    replica_doc_release(&d);
}

static void apply__ancestry_that_contradicts__what_was_here_first_stands(void **state)
{
    static const char *const stands[] = {"4-d", "3-c", "2-b", "1-a"};
    static const char *const asked[] = {"2-x", "1-y"};
    bool missing[2] = {false, false};

    (void)state;
    (void)box_pull(store, forms, peer, box_uid(1), "3-c 2-b 1-a", "");
    assert_int_equal(box_pull(store, forms, peer, box_uid(1), "4-d 3-c 2-x 1-y", ""),
            REPLICA_ADDED);
    expect_ancestry("4-d", stands, 4);
    assert_int_equal(replica_missing(store, box_uid(1), asked, 2, missing, &err), 0);
    assert_true(missing[0] && missing[1]); /* nothing hangs on the other story */
    assert_string_equal(box_leaves(store, box_uid(1)), "4-d");
}

static void apply__ancestry_that_goes_further_back__is_joined(void **state)
{
    static const char *const whole[] = {"4-d", "3-c", "2-b", "1-a"};

    (void)state;
    (void)box_pull(store, forms, peer, box_uid(1), "3-c", "");
    (void)box_pull(store, forms, peer, box_uid(1), "4-d 3-c 2-b 1-a", "");
    expect_ancestry("4-d", whole, 4);
}

static void expect_in(const char *container)
{
    static const char *const all[] = {"commons", "pro", "org", "org-x", "org-y"};

    for (size_t i = 0; i < COUNT(all); i++) {
        int64_t n = 0, gone = 0;

        assert_int_equal(replica_count(store, all[i], &n, &gone, &err), 0);
        assert_int_equal(n, strcmp(all[i], container) == 0);
    }
}

/* A record of one's own organisation goes to "org" while nobody has said which that is;
 * where a server has it, there it stays. */
static void apply__own_organisation__has_the_name_a_server_gives_it(void **state)
{
    char rev[REV_MAX] = "", revs[2 * REV_MAX];

    (void)state;
    assert_int_equal(box_put(store, box_uid(1), "Une", 0, rev), 0);
    expect_in("org");
    snprintf(revs, sizeof(revs), "2-b %s", rev);
    (void)box_pull_to(store, forms, peer, "org-x", box_uid(1), revs, "");
    expect_in("org-x");
    snprintf(revs, sizeof(revs), "3-c 2-b %s", rev);
    (void)box_pull_to(store, forms, peer, "org-y", box_uid(1), revs, "");
    expect_in("org-x");
    snprintf(revs, sizeof(revs), "4-d 3-c 2-b %s", rev);
    (void)box_pull_to(store, forms, peer, "org-x", box_uid(1), revs,
            "'visibilite':'professionnel'");
    expect_in("pro");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, open_box, close_box)
    const struct CMUnitTest tests[] = {
            T(apply__ancestry_that_contradicts__what_was_here_first_stands),
            T(apply__ancestry_that_goes_further_back__is_joined),
            T(apply__own_organisation__has_the_name_a_server_gives_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
