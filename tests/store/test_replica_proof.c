/* What a peer says to have taken, what it has shown, and what it has lost. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
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

/* A public revision of record N that did not come from the peer. */
static void take(int n, const char *revs)
{
    (void)box_pull(store, forms, 0, box_uid(n), revs, "'visibilite':'public'");
}

static void acknowledge(const char *rev, int64_t at_ms)
{
    struct replica_doc d = box_doc(box_uid(1), rev, "");

    assert_int_equal(replica_acknowledge(store, peer, &d, 1, at_ms, &err), 0);
    replica_doc_release(&d);
}

static void lose(const char *rev)
{
    struct replica_doc d = box_doc(box_uid(1), rev, "");

    assert_int_equal(replica_lost(store, peer, &d, &err), 0);
    replica_doc_release(&d);
}

static struct replica_standing standing(void)
{
    struct replica_standing s;

    assert_int_equal(replica_standing(store, box_uid(1), &s, &err), 0);
    return s;
}

static void replica__acknowledge__said_is_not_shown_P15(void **state)
{
    (void)state;
    take(1, "1-a");
    acknowledge("1-a", 0);
    assert_string_equal(box_outbox(store, peer, "commons", "", 10), "");
    assert_int_equal(standing().state, REPLICA_WAITING);
    assert_int_equal(standing().sent_ms, 0);
    acknowledge("1-a", 5000);
    assert_int_equal(standing().state, REPLICA_SENT);
    assert_int_equal(standing().sent_ms, 5000);
}

static void replica__acknowledge__shown_again__the_first_time_stands(void **state)
{
    (void)state;
    take(1, "1-a");
    acknowledge("1-a", 5000);
    acknowledge("1-a", 9000);
    assert_int_equal(standing().sent_ms, 5000);
    acknowledge("1-a", 0);
    assert_int_equal(standing().state, REPLICA_SENT);
}

static void replica__lost__waits_again(void **state)
{
    (void)state;
    take(1, "1-a");
    acknowledge("1-a", 0);
    lose("1-a");
    assert_string_equal(box_outbox(store, peer, "commons", "", 10), "1-a");
}

static void replica__lost__is_told_with_its_child(void **state)
{
    struct replica_doc *docs = NULL;
    size_t n = 0;

    (void)state;
    take(1, "1-a");
    acknowledge("1-a", 0);
    take(1, "2-b 1-a");
    lose("1-a");
    assert_string_equal(box_outbox(store, peer, "commons", "", 10), "2-b");
    assert_int_equal(replica_unproved(store, peer, "commons", 10, &docs, &n, &err), 0);
    assert_int_equal(n, 0);
    replica_docs_free(docs, n);
}

static void replica__released__is_new_to_those_who_pull(void **state)
{
    struct replica_change *changes = NULL;
    size_t n = 0;
    int64_t passed, last = 0;

    (void)state;
    take(1, "1-a");
    assert_int_equal(replica_hold(store, box_uid(1), true, &err), 0);
    take(2, "1-b");
    passed = replica_seq(store);
    assert_int_equal(replica_hold(store, box_uid(1), false, &err), 0);
    assert_int_equal(
            replica_changes(store, "commons", passed, 10, &changes, &n, &last, &err),
            0);
    assert_int_equal(n, 1);
    assert_string_equal(changes[0].uid, box_uid(1));
    assert_int_equal(last, replica_seq(store));
    replica_changes_free(changes, n);
}

/* --- held ------------------------------------------------------------------------- */

/* The short way and the long one give the same answer. */
static void expect_held(bool held, enum replica_state state)
{
    bool is_held = !held;

    assert_int_equal(replica_is_held(store, box_uid(1), &is_held, &err), 0);
    assert_int_equal(is_held, held);
    assert_int_equal(standing().held, held);
    assert_int_equal(standing().state, state);
}

static void hold(bool held)
{
    assert_int_equal(replica_hold(store, box_uid(1), held, &err), 0);
}

static void replica__is_held__is_what_the_standing_says(void **state)
{
    char elsewhere[1][REPLICA_NAME_MAX] = {"pro"};

    (void)state;
    expect_held(false, REPLICA_NONE);
    take(1, "1-a");
    expect_held(false, REPLICA_WAITING);
    hold(true);
    expect_held(true, REPLICA_COMPLETE);
    hold(false);
    expect_held(false, REPLICA_WAITING);
    acknowledge("1-a", 5000);
    expect_held(false, REPLICA_SENT);
    hold(true);
    expect_held(true, REPLICA_COMPLETE);
    hold(false);
    take(1, "2-b 1-a");
    assert_int_equal(replica_takes(store, peer, elsewhere, 1, &err), 0);
    expect_held(false, REPLICA_STAYS);
    hold(true);
    expect_held(true, REPLICA_COMPLETE);
}

/* --- never sent, and left behind -------------------------------------------------- */

static struct replica_id *set_aside(size_t *ret_n)
{
    struct replica_id *all = NULL;

    assert_int_equal(replica_set_aside(store, 10, &all, ret_n, &err), 0);
    return all;
}

static size_t count_aside(void)
{
    size_t n = 0;

    free(set_aside(&n));
    return n;
}

/* Record N is written here; a peer gives what is on top of it. */
static void overtake(int n, const char *rev, int64_t from)
{
    char revs[2 * REV_MAX + 8];

    snprintf(revs, sizeof(revs), "2-f00 %s", rev);
    (void)box_pull(store, forms, from, box_uid(n), revs, "'visibilite':'public'");
}

static void replica__set_aside__is_what_a_peer_claims_to_know_unsent(void **state)
{
    char rev[REV_MAX] = "";
    struct replica_doc d = {.body = NULL};
    struct replica_id *all;
    size_t n = 0;

    (void)state;
    assert_int_equal(box_put(store, box_uid(1), "Une", 0, rev), 0);
    assert_int_equal(count_aside(), 0);
    overtake(1, rev, peer);
    assert_string_equal(box_leaves(store, box_uid(1)), "2-f00");
    assert_string_equal(box_outbox(store, peer, "commons", "", 10), "");
    all = set_aside(&n);
    assert_int_equal(n, 1);
    assert_string_equal(all[0].uid, box_uid(1));
    assert_string_equal(all[0].rev, rev);
    free(all);
    assert_int_equal(replica_get(store, box_uid(1), rev, &d, NULL, &err), 0);
    replica_doc_release(&d); /* and its body is kept */
}

static void replica__set_aside__not_what_was_sent_or_given_away(void **state)
{
    struct replica_doc d;
    char rev[REV_MAX] = "", other[REV_MAX] = "";

    (void)state;
    assert_int_equal(box_put(store, box_uid(1), "Une", 0, rev),
            0); /* sent, and edited on by others */
    d = box_doc(box_uid(1), rev, "");
    assert_int_equal(replica_acknowledge(store, peer, &d, 1, 0, &err), 0);
    replica_doc_release(&d);
    overtake(1, rev, peer);
    assert_int_equal(box_put(store, box_uid(2), "Deux", 0, other), 0);
    overtake(2, other, 0); /* by a client, or from a bundle */
    assert_int_equal(count_aside(), 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, open_box, close_box)
    const struct CMUnitTest tests[] = {
            T(replica__acknowledge__said_is_not_shown_P15),
            T(replica__is_held__is_what_the_standing_says),
            T(replica__acknowledge__shown_again__the_first_time_stands),
            T(replica__lost__waits_again),
            T(replica__lost__is_told_with_its_child),
            T(replica__released__is_new_to_those_who_pull),
            T(replica__set_aside__is_what_a_peer_claims_to_know_unsent),
            T(replica__set_aside__not_what_was_sent_or_given_away),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
