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
static int64_t peer;
static struct err err;

static int open_box(void **state)
{
    if (box_make(state))
        return -1;
    store = box_open();
    forms = box_forms(store);
    peer = box_peer(store, "https://coop.example/");
    memset(&err, 0, sizeof(err));
    return 0;
}

static int close_box(void **state)
{
    forms_free(forms);
    store_close(store);
    return box_remove(state);
}

#define VENUE "'type':'lieu','visibilite':'public','nom':"

static void assert_winner(const char *uid, const char *rev, const char *part_of_body)
{
    struct record r = {0};

    assert_int_equal(record_get(store, uid, &r, &err), 0);
    assert_string_equal(r.rev, rev);
    assert_non_null(strstr(r.body, part_of_body));
    record_release(&r);
}

static void assert_sound(void)
{
    assert_int_equal(store_check(store, NULL, NULL, &err), 0);
}

/* --- applying --------------------------------------------------------------------- */

static void replica__apply__shows_records_with_the_names_of_others(void **state)
{
    struct replica_doc docs[2];
    struct replica_slice slice = {
            .peer = peer, .container = "commons", .docs = docs, .n = 2};
    enum replica_outcome outcomes[2];

    (void)state;
    /* the event comes first, and yet knows where it takes place */
    docs[0] = box_doc(box_uid(1), "1-e",
            "'type':'evenement','uid':'other','titre':{'fr':'Bal folk'},"
            "'lieu':'01900000-0000-7000-8000-000000000002','statut_fiche':'publie',"
            "'seances':[{'id':'1','debut':'2026-12-05T20:30[Europe/Paris]'}]");
    docs[1] = box_doc(box_uid(2), "1-v", VENUE "'Théâtre du Rempart'");
    assert_int_equal(replica_apply(store, forms, &slice, outcomes, NULL, &err), 0);
    assert_int_equal(outcomes[0], REPLICA_ADDED);
    assert_int_equal(outcomes[1], REPLICA_ADDED);
    assert_winner(box_uid(1), "1-e", "Bal folk");
    assert_string_not_equal(box_matches("data.db", "folk rempart"), "");
    assert_int_equal(box_int("data.db", "select id >> 20 from occurrence"
                                        " where type = 'evenement'"),
            20792);
    assert_int_equal(box_int("data.db", "select count(*) from entry"), 2);
    replica_doc_release(&docs[0]);
    replica_doc_release(&docs[1]);
    assert_sound();
}

static void replica__apply__again_changes_nothing(void **state)
{
    int64_t seq;

    (void)state;
    assert_int_equal(
            box_pull(store, forms, peer, box_uid(1), "2-b 1-a", VENUE "'Salle'"),
            REPLICA_ADDED);
    seq = replica_seq(store);
    assert_int_equal(
            box_pull(store, forms, peer, box_uid(1), "2-b 1-a", VENUE "'Salle'"),
            REPLICA_KNOWN);
    assert_int_equal(replica_seq(store), seq);
    assert_int_equal(box_int("data.db", "select count(*) from rev"), 2);
    assert_int_equal(box_int("data.db", "select count(*) from occurrence"), 1);
    assert_string_equal(box_leaves(store, box_uid(1)), "2-b");
}

/* Two branches, one closed by a tombstone, the other one edited once more; one piece
 * comes with a part of its ancestry only. */
static const char *const pieces[] = {
        "1-a", "2-b 1-a", "2-c 1-a", "3-d 2-b", "!3-t 2-c 1-a"};

static void apply_in_order(const char *uid, const int *order)
{
    char name[80];

    for (size_t i = 0; i < COUNT(pieces); i++) {
        snprintf(name, sizeof(name), VENUE "'Salle %d'", order[i]);
        (void)box_pull(store, forms, peer, uid, pieces[order[i]], name);
    }
}

static void replica__apply__in_any_order_gives_the_same(void **state)
{
    int at = 0;

    (void)state;
    for (int code = 0; code < 3125; code++) { /* of five digits, each one once */
        int order[5], seen = 0;

        for (int i = 0, rest = code; i < 5; i++, rest /= 5)
            seen |= 1 << (order[i] = rest % 5);
        if (seen != 31)
            continue;
        apply_in_order(box_uid(++at), order);
        assert_string_equal(box_leaves(store, box_uid(at)), "3-d !3-t");
        assert_winner(box_uid(at), "3-d", "Salle 3");
    }
    assert_int_equal(at, 120);
    assert_int_equal(
            box_int("data.db", "select count(*) from entry where title = 'Salle 3'"),
            120);
    assert_int_equal(
            box_int("data.db", "select count(*) from rev where body is null"), 0);
    assert_int_equal(box_int("data.db", "select count(*) from rev"), 600);
    assert_int_equal(box_int("data.db", "select max(leaves) from record"), 1);
    assert_sound();
}

static void replica__apply__tombstone_brings_the_other_leaf_back(void **state)
{
    (void)state;
    (void)box_pull(store, forms, peer, box_uid(1), "2-b 1-a", VENUE "'Bastion'");
    (void)box_pull(store, forms, peer, box_uid(1), "2-c 1-a", VENUE "'Citadelle'");
    assert_string_not_equal(box_matches("data.db", "citadelle"), "");
    assert_string_equal(box_matches("data.db", "bastion"), "");
    (void)box_pull(store, forms, peer, box_uid(1), "!3-t 2-c 1-a", "");
    assert_string_equal(box_matches("data.db", "citadelle"), "");
    assert_string_not_equal(box_matches("data.db", "bastion"), "");
    (void)box_pull(store, forms, peer, box_uid(1), "!3-u 2-b 1-a", "");
    assert_string_equal(box_matches("data.db", "bastion"), "");
    assert_int_equal(box_int("data.db", "select deleted from record"), 1);
    assert_sound();
    (void)box_pull(store, forms, peer, box_uid(1), "4-x 3-u", VENUE "'Bastion'");
    assert_string_not_equal(box_matches("data.db", "bastion"), "");
    assert_string_equal(box_leaves(store, box_uid(1)), "4-x !3-t");
    assert_sound();
}

static void replica__apply__keeps_a_tombstone_before_its_record(void **state)
{
    (void)state;
    (void)box_pull(store, forms, peer, box_uid(1), "!2-t 1-a", "");
    assert_int_equal(box_int("data.db", "select count(*) from occurrence"), 0);
    assert_sound();
    assert_int_equal(box_pull(store, forms, peer, box_uid(1), "1-a", VENUE "'Salle'"),
            REPLICA_KNOWN);
    assert_string_equal(box_leaves(store, box_uid(1)), "!2-t");
    assert_int_equal(box_int("data.db", "select count(*) from occurrence"), 0);
}

static void replica__apply__keeps_what_no_form_reads(void **state)
{
    struct replica_doc d = {.revs = NULL};

    (void)state;
    (void)box_pull(store, forms, peer, box_uid(1), "1-a",
            "'type':'atelier','titre':'Argile','visibilite':'public'");
    (void)box_pull(store, forms, peer, box_uid(2), "1-b", "'titre':'Sans type'");
    assert_int_equal(box_int("data.db", "select count(*) from occurrence"), 0);
    assert_string_equal(box_matches("data.db", "argile"), "");
    assert_int_equal(replica_get(store, box_uid(1), NULL, &d, NULL, &err), 0);
    assert_non_null(strstr(d.body, "Argile"));
    replica_doc_release(&d);
    assert_sound();
}

static void refused(struct replica_doc d, int code)
{
    struct replica_doc docs[2] = {d, box_doc(box_uid(9), "1-a", VENUE "'Salle'")};
    struct replica_slice slice = {
            .peer = peer, .container = "commons", .docs = docs, .n = 2};
    enum replica_outcome outcomes[2];
    struct err why[2] = {{0}};

    assert_int_equal(replica_apply(store, forms, &slice, outcomes, why, &err), 0);
    assert_int_equal(outcomes[0], REPLICA_REFUSED);
    assert_int_equal(why[0].code, code);
    assert_int_not_equal(outcomes[1], REPLICA_REFUSED);
    replica_doc_release(&docs[0]);
    replica_doc_release(&docs[1]);
}

static void replica__apply__refuses_one_and_takes_the_others(void **state)
{
    struct replica_doc d = box_doc(box_uid(2), "1-a", "");

    (void)state;
    refused(box_doc(box_uid(1), "", ""), ERR_INVALID);
    refused(box_doc(box_uid(1), "3-a 1-b", ""), ERR_INVALID);
    refused(box_doc(box_uid(1), "1-a 0-b", ""), ERR_INVALID);
    refused(box_doc(box_uid(1), "x", ""), ERR_INVALID);
    refused(box_doc("", "1-a", ""), ERR_INVALID);
    memcpy(d.uid, box_uid(3), sizeof(d.uid)); /* the body says 2 */
    refused(d, ERR_INVALID);
    d = box_doc(box_uid(1), "1-a", "");
    json_free(d.json);
    d.json = NULL;
    memcpy(d.body, "[", 1);
    refused(d, ERR_INVALID);
    assert_int_equal(box_int("data.db", "select count(*) from record"), 1);
    assert_sound();
}

static void replica__apply__takes_no_slice_that_is_too_large(void **state)
{
    struct replica_slice slice = {
            .peer = peer, .container = "commons", .n = REPLICA_SLICE + 1};

    (void)state;
    assert_int_equal(replica_apply(store, forms, &slice, NULL, NULL, &err), ERR_LIMIT);
    slice.n = 0;
    slice.container = "";
    assert_int_equal(
            replica_apply(store, forms, &slice, NULL, NULL, &err), ERR_INVALID);
}

static void replica__apply__keeps_the_checkpoint_with_the_slice(void **state)
{
    struct replica_slice slice = {
            .peer = peer, .container = "commons", .since = "12-abc"};
    char *since = NULL, *epoch = NULL;

    (void)state;
    assert_int_equal(replica_restart(store, peer, "commons", "e1", &err), 0);
    assert_int_equal(replica_apply(store, forms, &slice, NULL, NULL, &err), 0);
    assert_int_equal(
            replica_checkpoint(store, peer, "commons", &since, &epoch, &err), 0);
    assert_string_equal(since, "12-abc");
    assert_string_equal(epoch, "e1");
    free(since);
    free(epoch);
    slice.since = NULL;
    assert_int_equal(replica_apply(store, forms, &slice, NULL, NULL, &err), 0);
    assert_int_equal(replica_restart(store, peer, "commons", "e2", &err), 0);
    assert_int_equal(
            replica_checkpoint(store, peer, "commons", &since, &epoch, &err), 0);
    assert_string_equal(since, "");
    assert_string_equal(epoch, "e2");
    free(since);
    free(epoch);
}

static void replica__apply__remembers_names_that_came_late(void **state)
{
    char uid[37];

    (void)state;
    (void)box_pull(store, forms, peer, box_uid(1), "1-e",
            "'type':'evenement','lieu':'01900000-0000-7000-8000-000000000002'");
    assert_int_equal(record_due_next(store, uid, &err), ERR_NOT_FOUND);
    (void)box_pull(store, forms, peer, box_uid(2), "1-v", VENUE "'Salle'");
    assert_int_equal(record_due_next(store, uid, &err), 0);
    assert_string_equal(uid, box_uid(2));
    assert_int_equal(record_due(store, uid, false, &err), 0);
    (void)box_pull(
            store, forms, peer, box_uid(2), "2-v 1-v", VENUE "'Salle','jauge':1");
    assert_int_equal(record_due_next(store, uid, &err), ERR_NOT_FOUND);
    (void)box_pull(store, forms, peer, box_uid(2), "3-v 2-v", VENUE "'Grande salle'");
    assert_int_equal(record_due_next(store, uid, &err), 0);
}

/* --- summaries -------------------------------------------------------------------- */

static void replica__summarise__says_the_same_without_rules(void **state)
{
    static const char members[] =
            "'type':'evenement','uid':'01900000-0000-7000-8000-000000000001',"
            "'titre':{'fr':'Bal folk'},"
            "'statut_fiche':'publie','usuel':'bal','mots':['cordes'],'lieu':"
            "'01900000-0000-7000-8000-000000000002','seances':[{'id':'1','debut':"
            "'2026-12-05T20:30[Europe/Paris]','statut':'annule'},{'id':'2','debut':"
            "'2026-12-06T20:30[Europe/Paris]'}]";
    struct replica_doc d = box_doc(box_uid(1), "1-a", members);
    struct summary full, quick;

    (void)state;
    (void)box_pull(store, forms, peer, box_uid(2), "1-v",
            VENUE "'Salle','adresse':{'commune':'05023'}");
    full = box_summary_of(forms, "evenement", d.body);
    assert_int_equal(forms_summarise(forms, d.json, &quick, &err), 0);
    assert_false(quick.hidden);
    assert_string_equal(quick.uid, full.uid);
    assert_string_equal(quick.title, full.title);
    assert_string_equal(quick.genre, full.genre);
    assert_string_equal(quick.place_name, full.place_name);
    assert_string_equal(quick.town, full.town);
    assert_string_equal(quick.text, full.text);
    assert_int_equal(quick.ndays, 2);
    assert_true(quick.days[0].cancelled && !quick.days[1].cancelled);
    assert_int_equal(quick.days[1].start, full.days[1].start);
    summary_release(&full);
    summary_release(&quick);
    replica_doc_release(&d);
}

/* --- reading ---------------------------------------------------------------------- */

static void replica__get__gives_the_ancestry(void **state)
{
    struct replica_doc d = {.revs = NULL};
    bool leaf = false;

    (void)state;
    (void)box_pull(store, forms, peer, box_uid(1), "3-c 2-b 1-a", VENUE "'Salle'");
    assert_int_equal(replica_get(store, box_uid(1), "3-c", &d, &leaf, &err), 0);
    assert_true(leaf);
    assert_int_equal(d.nrevs, 3);
    assert_string_equal(d.revs[2], "1-a");
    assert_string_equal(d.uid, box_uid(1));
    assert_false(d.deleted);
    replica_doc_release(&d);
    assert_int_equal(
            replica_get(store, box_uid(1), "2-b", &d, &leaf, &err), ERR_NOT_FOUND);
    assert_int_equal(replica_keep_body(store, box_uid(1), "2-b",
                             VIEW_LIT("{\"nom\":\"Avant\"}"), &err),
            0);
    assert_int_equal(replica_get(store, box_uid(1), "2-b", &d, &leaf, &err), 0);
    assert_false(leaf);
    assert_int_equal(d.nrevs, 2);
    replica_doc_release(&d);
    assert_int_equal(
            replica_get(store, box_uid(2), NULL, &d, &leaf, &err), ERR_NOT_FOUND);
}

static void replica__missing__knows_ancestors_too(void **state)
{
    const char *const revs[] = {"2-b", "1-a", "2-c"};
    bool missing[3];

    (void)state;
    (void)box_pull(store, forms, peer, box_uid(1), "2-b 1-a", "");
    assert_int_equal(replica_missing(store, box_uid(1), revs, 3, missing, &err), 0);
    assert_false(missing[0]);
    assert_false(missing[1]);
    assert_true(missing[2]);
    assert_int_equal(replica_missing(store, box_uid(2), revs, 3, missing, &err), 0);
    assert_true(missing[0]);
}

static void replica__conflicts__go_on_after_one(void **state)
{
    char **uids = NULL;
    size_t n = 0;

    (void)state;
    for (int i = 1; i <= 3; i++) {
        (void)box_pull(store, forms, peer, box_uid(i), "1-a", "");
        if (i != 2)
            (void)box_pull(store, forms, peer, box_uid(i), "1-b", "");
    }
    assert_int_equal(replica_conflicts(store, "", 10, &uids, &n, &err), 0);
    assert_int_equal(n, 2);
    record_uids_free(uids, n);
    assert_int_equal(replica_conflicts(store, box_uid(1), 10, &uids, &n, &err), 0);
    assert_int_equal(n, 1);
    assert_string_equal(uids[0], box_uid(3));
    record_uids_free(uids, n);
}

static int64_t in_container(const char *container)
{
    int64_t n = 0, gone = 0;

    assert_int_equal(replica_count(store, container, &n, &gone, &err), 0);
    return n;
}

/* Of another program, or of a form that does not ask for it. */
static void replica__no_visibility__stays_where_it_is(void **state)
{
    struct summary s = box_summary(box_uid(1), "Salle", 0);
    struct json *body = box_body(box_uid(1), "Salle");
    const char *const closes[] = {"2-b", NULL};
    char rev[REV_MAX];

    (void)state;
    (void)box_pull(store, forms, peer, box_uid(1), "2-b 1-a", "'nom':'B'");
    (void)box_pull(store, forms, peer, box_uid(1), "2-c 1-a", "'nom':'C'");
    assert_null(json_get(body, "visibilite"));
    assert_int_equal(
            record_put_closing(store, "2-c", closes, body, &s, NULL, rev, &err), 0);
    assert_int_equal(in_container("commons"), 1);
    assert_int_equal(in_container("org"), 0);
    json_free(body);
    assert_sound();
}

/* What was open to all and says no more that it is, is not. */
static void replica__visibility_taken_away__is_private(void **state)
{
    struct summary s = box_summary(box_uid(1), "Salle", 0);
    struct json *body = box_body(box_uid(1), "Salle");
    char rev[REV_MAX];

    (void)state;
    (void)box_pull(store, forms, peer, box_uid(1), "1-a", "'visibilite':'public'");
    assert_int_equal(record_put(store, "1-a", body, &s, NULL, rev, &err), 0);
    assert_int_equal(in_container("org"), 1);
    json_free(body);
}

/* --- closing ---------------------------------------------------------------------- */

static void replica__put_closing__leaves_one_leaf(void **state)
{
    struct summary s = box_summary(box_uid(1), "Salle", 0);
    struct json *body = box_body(box_uid(1), "Salle");
    const char *const closes[] = {"2-b", "2-c", "7-none", NULL};
    char rev[REV_MAX], again[REV_MAX], tomb[REV_MAX], leaves[200];
    struct replica_doc d = {.revs = NULL};
    struct buf text;

    (void)state;
    (void)box_pull(store, forms, peer, box_uid(1), "2-b 1-a",
            "'type':'lieu','modifie_par':'luc','nom':'B'");
    (void)box_pull(store, forms, peer, box_uid(1), "2-c 1-a", VENUE "'C'");
    assert_int_equal(
            record_put_closing(store, "2-c", closes, body, &s, NULL, rev, &err), 0);
    buf_init(&text, 0);
    assert_int_equal(replica_get(store, box_uid(1), "2-b", &d, NULL, &err), 0);
    assert_int_equal(json_parse(view_of(d.body), 0, &d.json, &err), 0);
    record_tombstone(box_uid(1), "2-b", d.json, rev, &text, tomb);
    replica_doc_release(&d);
    snprintf(leaves, sizeof(leaves), "%s !%s", rev, tomb);
    assert_string_equal(box_leaves(store, box_uid(1)), leaves);
    assert_non_null(strstr(text.s, "\"modifie_par\":\"luc\""));
    assert_non_null(strstr(text.s, "\"type\":\"lieu\""));
    assert_int_equal(replica_get(store, box_uid(1), tomb, &d, NULL, &err), 0);
    assert_true(d.deleted);
    assert_string_equal(d.body, text.s);
    replica_doc_release(&d);
    /* made twice it is the same */
    assert_int_equal(
            record_put_closing(store, "2-c", closes, body, &s, NULL, again, &err), 0);
    assert_string_equal(again, rev);
    assert_string_equal(box_leaves(store, box_uid(1)), leaves);
    buf_release(&text);
    json_free(body);
    assert_sound();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_box, close_box)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(replica__apply__shows_records_with_the_names_of_others),
            TEST(replica__apply__again_changes_nothing),
            TEST(replica__apply__in_any_order_gives_the_same),
            TEST(replica__apply__tombstone_brings_the_other_leaf_back),
            TEST(replica__apply__keeps_a_tombstone_before_its_record),
            TEST(replica__apply__keeps_what_no_form_reads),
            TEST(replica__apply__refuses_one_and_takes_the_others),
            TEST(replica__apply__takes_no_slice_that_is_too_large),
            TEST(replica__apply__keeps_the_checkpoint_with_the_slice),
            TEST(replica__apply__remembers_names_that_came_late),
            TEST(replica__summarise__says_the_same_without_rules),
            TEST(replica__get__gives_the_ancestry),
            TEST(replica__missing__knows_ancestors_too),
            TEST(replica__conflicts__go_on_after_one),
            TEST(replica__no_visibility__stays_where_it_is),
            TEST(replica__visibility_taken_away__is_private),
            TEST(replica__put_closing__leaves_one_leaf),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
