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
#include "odus/base/clock.h"

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
    int rc = clock_init(NULL, &err);

    forms_free(forms);
    store_close(store);
    return rc || box_remove(state);
}

#define COOP "https://coop.example/"
#define LAPTOP "http://192.168.1.10:5984/"

/* A record of AUTHOR made here, child of REV, which becomes the new one. */
static void make(const char *uid, const char *author, const char *visibility,
        bool sample, char rev[REV_MAX])
{
    struct summary s = box_summary(uid, author, 0);
    struct json *body = box_body(uid, author);

    s.sample = sample;
    json_set_take(body, "modifie_par", json_text(view_of(author)));
    json_set_take(body, "visibilite", json_text(view_of(visibility)));
    assert_int_equal(
            record_put(store, *rev ? rev : NULL, body, &s, NULL, rev, &err), 0);
    json_free(body);
}

static void acknowledge(int64_t peer, const char *uid, const char *rev, int64_t at_ms)
{
    struct replica_doc d = box_doc(uid, rev, "");

    assert_int_equal(replica_acknowledge(store, peer, &d, 1, at_ms, &err), 0);
    replica_doc_release(&d);
}

static struct replica_standing standing(const char *uid)
{
    struct replica_standing s;

    assert_int_equal(replica_standing(store, uid, &s, &err), 0);
    return s;
}

static struct replica_counts counts(void)
{
    struct replica_counts c;

    assert_int_equal(replica_counts(store, &c, &err), 0);
    return c;
}

/* The quick count and the one that looks at each must agree. */
static int64_t waiting(int64_t peer, const char *container)
{
    struct replica_peer_info *peers = NULL;
    size_t npeers = 0;
    int64_t n = -1, bytes = -1;

    assert_int_equal(replica_waiting(store, peer, NULL, &n, &bytes, &err), 0);
    assert_int_equal(replica_peers(store, &peers, &npeers, &err), 0);
    for (size_t i = 0; i < npeers; i++)
        if (peers[i].id == peer)
            assert_int_equal(peers[i].waiting, n);
    replica_peers_free(peers, npeers);
    assert_true((n == 0) == (bytes == 0));
    assert_int_equal(replica_waiting(store, peer, container, &n, &bytes, &err), 0);
    return n;
}

/* --- the outbox ------------------------------------------------------------------- */

static void replica__peer__is_made_once_and_gets_everything(void **state)
{
    char rev[REV_MAX] = "";
    bool is_new = false;
    int64_t peer, again;

    (void)state;
    make(box_uid(1), "anne", "public", false, rev);
    assert_int_equal(replica_peer(store, COOP, &peer, &is_new, &err), 0);
    assert_true(is_new);
    assert_string_equal(box_outbox(store, peer, "commons", "anne", 10), rev);
    assert_int_equal(replica_peer(store, COOP, &again, &is_new, &err), 0);
    assert_false(is_new);
    assert_int_equal(again, peer);
}

static void replica__outbox__begins_with_the_own(void **state)
{
    char revs[4][REV_MAX] = {"", "", "", ""};
    static const char *const authors[] = {"luc", "anne", "luc", "anne"};
    int64_t peer = box_peer(store, COOP);
    struct buf expected;

    (void)state;
    for (int i = 0; i < 4; i++)
        make(box_uid(i + 1), authors[i], "public", false, revs[i]);
    buf_init(&expected, 0);
    buf_addf(&expected, "%s %s %s %s", revs[1], revs[3], revs[0], revs[2]);
    for (size_t limit = 1; limit < 6; limit++)
        assert_string_equal(
                box_outbox(store, peer, "commons", "anne", limit), expected.s);
    buf_release(&expected);
    assert_int_equal(waiting(peer, "commons"), 4);
    assert_int_equal(waiting(peer, "pro"), 0);
}

static void replica__outbox__stops_at_the_bytes(void **state)
{
    int64_t peer = box_peer(store, COOP), after[2] = {0, 0};
    struct replica_out out = {.peer = peer,
            .container = "commons",
            .author = "anne",
            .limit = 10,
            .bytes = 1};
    struct replica_doc *docs = NULL;
    size_t n = 0;

    (void)state;
    for (int i = 1; i <= 3; i++) {
        char rev[REV_MAX] = "";

        make(box_uid(i), i == 2 ? "luc" : "anne", "public", false, rev);
    }
    for (int i = 1; i <= 3; i++) { /* one at least */
        assert_int_equal(replica_outbox(store, &out, after, &docs, &n, &err), 0);
        assert_int_equal(n, 1);
        assert_string_equal(docs[0].uid, box_uid(i == 1 ? 1 : i == 2 ? 3 : 2));
        replica_docs_free(docs, n);
    }
    assert_int_equal(replica_outbox(store, &out, after, &docs, &n, &err), 0);
    assert_int_equal(n, 0);
    replica_docs_free(docs, n);
}

static void replica__outbox__has_leaves_only(void **state)
{
    char rev[REV_MAX] = "", first[REV_MAX];
    int64_t peer = box_peer(store, COOP);

    (void)state;
    make(box_uid(1), "anne", "public", false, rev);
    memcpy(first, rev, REV_MAX);
    make(box_uid(1), "luc", "public", false, rev);
    assert_string_equal(box_outbox(store, peer, "commons", "anne", 10), rev);
    acknowledge(peer, box_uid(1), first, 1);
    assert_int_equal(waiting(peer, NULL), 1);
    acknowledge(peer, box_uid(1), rev, 2);
    acknowledge(peer, box_uid(1), rev, 3);
    acknowledge(peer, box_uid(1), "9-unknown", 3);
    assert_int_equal(waiting(peer, NULL), 0);
    assert_string_equal(box_outbox(store, peer, "commons", "anne", 10), "");
}

static void replica__outbox__passes_on_what_came_from_another(void **state)
{
    int64_t coop = box_peer(store, COOP), laptop = box_peer(store, LAPTOP);

    (void)state;
    (void)box_pull(store, forms, coop, box_uid(1), "1-a", "'visibilite':'public'");
    assert_string_equal(box_outbox(store, coop, "commons", "", 10), "");
    assert_string_equal(box_outbox(store, laptop, "commons", "", 10), "1-a");
    (void)box_pull(store, forms, 0, box_uid(2), "1-b", "'visibilite':'public'");
    assert_string_equal(box_outbox(store, coop, "commons", "", 10), "1-b");
    /* it had it already: that is as good as an acknowledgement */
    (void)box_pull(store, forms, coop, box_uid(2), "1-b", "'visibilite':'public'");
    assert_string_equal(box_outbox(store, coop, "commons", "", 10), "");
    assert_string_equal(box_outbox(store, laptop, "commons", "", 10), "1-a 1-b");
    /* what comes ends what waited */
    (void)box_pull(store, forms, coop, box_uid(1), "2-c 1-a", "'visibilite':'public'");
    assert_string_equal(box_outbox(store, laptop, "commons", "", 10), "1-b 2-c");
    (void)box_pull(store, forms, laptop, box_uid(1), "!3-t 2-c 1-a", "");
    assert_string_equal(box_outbox(store, coop, "commons", "", 10), "3-t");
}

/* 2-b was merged into 3-m; the end of it is 3-t. */
static void merge_into(int64_t from, const char *next)
{
    (void)box_pull(store, forms, from, box_uid(1), "2-b 1-a", "'visibilite':'public'");
    (void)box_pull(store, forms, from, box_uid(1), "!3-t 2-b 1-a", "'fusion':'3-m'");
    (void)box_pull(
            store, forms, from, box_uid(1), "3-m 2-c 1-a", "'visibilite':'public'");
    if (next)
        (void)box_pull(store, forms, from, box_uid(1), next, "'visibilite':'public'");
}

static void replica__outbox__end_of_a_leaf__after_what_took_it_in(void **state)
{
    int64_t peer = box_peer(store, COOP);

    (void)state;
    merge_into(0, NULL);
    assert_string_equal(box_outbox(store, peer, "commons", "", 10), "3-m");
    acknowledge(peer, box_uid(1), "3-m", 0);
    assert_string_equal(box_outbox(store, peer, "commons", "", 10), "");
    acknowledge(peer, box_uid(1), "3-m", 1); /* it has shown it */
    assert_string_equal(box_outbox(store, peer, "commons", "", 10), "3-t");
}

static void replica__outbox__end_of_a_leaf__after_the_child_of_its_heir(void **state)
{
    int64_t peer = box_peer(store, COOP);

    (void)state;
    merge_into(0, "4-d 3-m 2-c 1-a");
    assert_string_equal(box_outbox(store, peer, "commons", "", 10), "4-d");
    assert_int_equal(waiting(peer, "commons"), 2);
    acknowledge(peer, box_uid(1), "4-d", 0);
    acknowledge(peer, box_uid(1), "4-d", 1);
    assert_string_equal(box_outbox(store, peer, "commons", "", 10), "3-t");
}

static void replica__outbox__keeps_the_held_and_the_exercises(void **state)
{
    char a[REV_MAX] = "", b[REV_MAX] = "", c[REV_MAX] = "";
    int64_t peer = box_peer(store, COOP);

    (void)state;
    make(box_uid(1), "anne", "public", false, a);
    make(box_uid(2), "anne", "public", true, b);
    make(box_uid(3), "anne", "public", false, c);
    assert_int_equal(replica_hold(store, box_uid(3), true, &err), 0);
    assert_int_equal(replica_hold(store, box_uid(4), true, &err), ERR_NOT_FOUND);
    assert_string_equal(box_outbox(store, peer, "commons", "anne", 10), a);
    assert_int_equal(waiting(peer, "commons"), 1);
    assert_int_equal(counts().held, 1);
    assert_int_equal(standing(box_uid(2)).state, REPLICA_COMPLETE);
    assert_int_equal(standing(box_uid(3)).state, REPLICA_COMPLETE);
    assert_true(standing(box_uid(3)).held);
    assert_int_equal(store_meta_set(store, "training", "1", &err), 0);
    assert_string_equal(box_outbox(store, peer, "commons", "anne", 10), b);
    assert_int_equal(waiting(peer, "commons"), 1);
    assert_int_equal(standing(box_uid(2)).state, REPLICA_WAITING);
    assert_int_equal(standing(box_uid(1)).state, REPLICA_COMPLETE);
}

static void replica__restart__lets_the_container_wait_again(void **state)
{
    int64_t peer = box_peer(store, COOP);

    (void)state;
    (void)box_pull(store, forms, peer, box_uid(1), "1-a", "'visibilite':'public'");
    (void)box_pull_to(store, forms, peer, "pro", box_uid(2), "1-b",
            "'visibilite':'professionnel'");
    assert_int_equal(waiting(peer, NULL), 0);
    assert_int_equal(replica_restart(store, peer, "commons", "e2", &err), 0);
    assert_string_equal(box_outbox(store, peer, "commons", "", 10), "1-a");
    assert_string_equal(box_outbox(store, peer, "pro", "", 10), "");
}

/* --- containers ------------------------------------------------------------------- */

static void replica__container__follows_the_visibility(void **state)
{
    char rev[REV_MAX] = "";
    int64_t peer = box_peer(store, COOP);

    (void)state;
    make(box_uid(1), "anne", "prive", false, rev);
    assert_string_equal(box_outbox(store, peer, "org", "", 10), rev);
    make(box_uid(1), "anne", "professionnel", false, rev);
    assert_string_equal(box_outbox(store, peer, "pro", "", 10), rev);
    make(box_uid(1), "anne", "public", false, rev);
    assert_string_equal(box_outbox(store, peer, "commons", "", 10), rev);
    make(box_uid(1), "anne", "?", false, rev);
    assert_string_equal(box_outbox(store, peer, "commons", "", 10), "");
    assert_string_equal(box_outbox(store, peer, "org", "", 10), rev);
}

static void replica__container__is_where_it_came_from(void **state)
{
    int64_t peer = box_peer(store, COOP), other = box_peer(store, LAPTOP);
    char rev[REV_MAX] = "1-a";

    (void)state;
    (void)box_pull_to(
            store, forms, peer, "org-scene", box_uid(1), "1-a", "'visibilite':'prive'");
    make(box_uid(1), "anne", "prive", false, rev);
    assert_string_equal(box_outbox(store, peer, "org-scene", "", 10), rev);
    assert_string_equal(box_outbox(store, other, "org", "", 10), "");
}

static void replica__container__lets_no_private_leaf_out(void **state)
{
    int64_t peer = box_peer(store, COOP);
    char rev[REV_MAX] = "1-a";

    (void)state;
    (void)box_pull(store, forms, peer, box_uid(1), "1-a", "'visibilite':'public'");
    make(box_uid(1), "anne", "prive", false, rev);
    /* somebody edits the public one, and wins: the private one must stay in */
    (void)box_pull(
            store, forms, peer, box_uid(1), "3-f 2-f 1-a", "'visibilite':'public'");
    assert_int_equal(standing(box_uid(1)).leaves, 2);
    assert_string_equal(standing(box_uid(1)).rev, "3-f");
    assert_string_equal(box_outbox(store, peer, "commons", "", 10), "");
    assert_string_equal(box_outbox(store, peer, "org", "", 10), rev);
}

/* --- peers ------------------------------------------------------------------------ */

static void replica__peers__have_one_that_counts(void **state)
{
    struct replica_peer_info *peers = NULL;
    int64_t laptop;
    size_t n = 0;

    (void)state;
    (void)box_peer(store, COOP);
    laptop = box_peer(store, LAPTOP);
    assert_int_equal(replica_session(store, laptop, 1234, &err), 0);
    assert_int_equal(counts().last_ms, 0);
    assert_int_equal(replica_primary(store, laptop, &err), 0);
    assert_int_equal(counts().last_ms, 1234);
    assert_int_equal(replica_peers(store, &peers, &n, &err), 0);
    assert_int_equal(n, 2);
    assert_string_equal(peers[0].url, COOP);
    assert_false(peers[0].primary);
    assert_true(peers[1].primary);
    replica_peers_free(peers, n);
}

static void replica__primary__unknown__leaves_the_one_that_was(void **state)
{
    struct replica_peer_info *peers = NULL;
    int64_t coop, laptop;
    size_t n = 0;

    (void)state;
    assert_int_equal(replica_primary(store, 1, &err), ERR_NOT_FOUND);
    coop = box_peer(store, COOP);
    laptop = box_peer(store, LAPTOP);
    assert_int_equal(replica_primary(store, coop + laptop, &err), ERR_NOT_FOUND);
    assert_int_equal(replica_primary(store, 0, &err), ERR_NOT_FOUND);
    assert_int_equal(replica_session(store, coop + laptop, 1, &err), ERR_NOT_FOUND);
    assert_int_equal(replica_peers(store, &peers, &n, &err), 0);
    assert_int_equal(n, 2);
    assert_true(peers[0].primary);
    assert_false(peers[1].primary);
    replica_peers_free(peers, n);
}

static void take(int64_t peer, const char *one, const char *other)
{
    char names[2][REPLICA_NAME_MAX] = {"", ""};

    snprintf(names[0], sizeof(names[0]), "%s", one);
    snprintf(names[1], sizeof(names[1]), "%s", other);
    assert_int_equal(replica_takes(store, peer, names, 2, &err), 0);
}

/* "0 waiting" can be reached although the server has no place for all (issue 3). */
static void replica__takes__what_it_does_not_take_stays(void **state)
{
    static const char *const visibilities[] = {
            "public", "professionnel", "prive", "prive"};
    int64_t coop = box_peer(store, COOP), laptop = box_peer(store, LAPTOP), n = 0;
    struct replica_entry *all = NULL;
    char revs[4][REV_MAX] = {"", "", "", ""};
    size_t nall = 0;

    (void)state;
    for (int i = 0; i < 4; i++)
        make(box_uid(i + 1), "anne", visibilities[i], false, revs[i]);
    assert_int_equal(replica_hold(store, box_uid(4), true, &err), 0);
    assert_int_equal(waiting(coop, NULL), 3); /* nobody has said anything yet */
    take(coop, "commons", "pro-x");
    assert_int_equal(waiting(coop, NULL), 1);
    assert_int_equal(waiting(laptop, NULL), 3);
    assert_int_equal(counts().waiting, 1);
    assert_int_equal(counts().staying, 2);
    assert_int_equal(counts().held, 1);
    assert_int_equal(standing(box_uid(1)).state, REPLICA_WAITING);
    assert_int_equal(standing(box_uid(2)).state, REPLICA_STAYS);
    assert_string_equal(standing(box_uid(2)).container, "pro");
    assert_int_equal(standing(box_uid(3)).state, REPLICA_STAYS);
    assert_string_equal(standing(box_uid(3)).container, "org");
    assert_int_equal(standing(box_uid(4)).state, REPLICA_COMPLETE);
    assert_int_equal(replica_queue(store, 10, &all, &nall, &err), 0);
    assert_int_equal(nall, 4);
    replica_entries_free(all, nall);
    assert_string_equal(box_outbox(store, coop, "org", "anne", 10), revs[2]);
    acknowledge(coop, box_uid(1), revs[0], 5);
    assert_int_equal(counts().waiting, 0);
    take(coop, "commons", "org");
    assert_int_equal(counts().waiting, 1);
    assert_int_equal(counts().staying, 1);
    assert_int_equal(replica_staying(store, laptop, &n, &err), 0);
    assert_int_equal(n, 0);
    acknowledge(coop, box_uid(3), revs[2], 6);
    take(coop, "commons", "pro");
    assert_int_equal(standing(box_uid(3)).state, REPLICA_SENT); /* it went before */
}

static void replica__takes__exercises_too(void **state)
{
    int64_t coop = box_peer(store, COOP);
    char revs[3][REV_MAX] = {"", "", ""};

    (void)state;
    assert_int_equal(store_meta_set(store, "training", "1", &err), 0);
    make(box_uid(1), "anne", "public", true, revs[0]);
    make(box_uid(2), "anne", "prive", true, revs[1]);
    make(box_uid(3), "anne", "prive", false, revs[2]);
    take(coop, "commons", "pro");
    assert_int_equal(waiting(coop, NULL), 1);
    assert_int_equal(counts().waiting, 1);
    assert_int_equal(counts().staying, 1);
    assert_int_equal(standing(box_uid(3)).state, REPLICA_COMPLETE);
}

/* --- what people see -------------------------------------------------------------- */

static void replica__standing__goes_from_complete_to_sent(void **state)
{
    char rev[REV_MAX] = "";
    int64_t peer;

    (void)state;
    assert_int_equal(standing(box_uid(1)).state, REPLICA_NONE);
    make(box_uid(1), "anne", "public", false, rev);
    assert_int_equal(standing(box_uid(1)).state, REPLICA_COMPLETE);
    peer = box_peer(store, COOP);
    assert_int_equal(standing(box_uid(1)).state, REPLICA_WAITING);
    assert_int_equal(counts().waiting, 1);
    acknowledge(peer, box_uid(1), rev, 5000);
    assert_int_equal(standing(box_uid(1)).state, REPLICA_SENT);
    assert_int_equal(standing(box_uid(1)).sent_ms, 5000);
    assert_string_equal(standing(box_uid(1)).rev, rev);
    assert_int_equal(counts().waiting, 0);
    make(box_uid(1), "luc", "public", false, rev);
    assert_int_equal(standing(box_uid(1)).state, REPLICA_WAITING);
}

static void replica__refusal__stands_until_the_next_revision(void **state)
{
    char rev[REV_MAX] = "";
    int64_t peer = box_peer(store, COOP);

    (void)state;
    make(box_uid(1), "anne", "public", false, rev);
    assert_int_equal(
            replica_refusal(store, peer, box_uid(1), "only a référent may", &err), 0);
    assert_string_equal(standing(box_uid(1)).refused, "only a référent may");
    assert_int_equal(counts().refused, 1);
    make(box_uid(1), "luc", "public", false, rev);
    assert_string_equal(standing(box_uid(1)).refused, "");
    assert_int_equal(replica_refusal(store, peer, box_uid(1), "no", &err), 0);
    acknowledge(peer, box_uid(1), rev, 1);
    assert_int_equal(counts().refused, 0);
}

static void replica__queue__has_the_newest_first(void **state)
{
    char revs[4][REV_MAX] = {"", "", "", ""};
    int64_t peer = box_peer(store, COOP);
    struct replica_entry *entries = NULL;
    size_t n = 0;

    (void)state;
    for (int i = 0; i < 4; i++)
        make(box_uid(i + 1), "anne", "public", false, revs[i]);
    acknowledge(peer, box_uid(2), revs[1], 1);
    acknowledge(peer, box_uid(4), revs[3], 1);
    assert_int_equal(replica_hold(store, box_uid(4), true, &err), 0);
    assert_int_equal(replica_queue(store, 10, &entries, &n, &err), 0);
    assert_int_equal(n, 3);
    assert_string_equal(entries[0].uid, box_uid(4));
    assert_true(entries[0].standing.held);
    assert_string_equal(entries[1].uid, box_uid(3));
    assert_int_equal(entries[1].standing.state, REPLICA_WAITING);
    assert_string_equal(entries[1].title, "anne");
    assert_string_equal(entries[1].type, "lieu");
    assert_string_equal(entries[2].uid, box_uid(1));
    replica_entries_free(entries, n);
}

static void replica__news__are_of_others(void **state)
{
    int64_t peer = box_peer(store, COOP), since;
    struct replica_news *news = NULL;
    size_t n = 0;

    (void)state;
    assert_int_equal(clock_init("2026-12-01T08:00:00Z", &err), 0);
    (void)box_pull(store, forms, peer, box_uid(1), "1-a",
            "'type':'lieu','nom':'Salle','modifie_par':'luc'");
    since = clock_now_ms();
    assert_int_equal(clock_init("2026-12-02T08:00:00Z", &err), 0);
    (void)box_pull(store, forms, peer, box_uid(2), "1-b",
            "'type':'evenement','titre':{'fr':'Bal'},'modifie_par':'luc',"
            "'organisateur':'01900000-0000-7000-8000-000000000007'");
    (void)box_pull(store, forms, peer, box_uid(3), "1-c",
            "'type':'lieu','nom':'La mienne','modifie_par':'anne'");
    assert_int_equal(clock_init("2026-12-03T08:00:00Z", &err), 0);
    (void)box_pull(store, forms, peer, box_uid(1), "2-a 1-a",
            "'type':'lieu','nom':'Salle','statut_fiche':'supprime','modifie_par':'"
            "zoé'");
    assert_int_equal(
            replica_news(store, since, "anne", box_uid(7), 10, &news, &n, &err), 0);
    assert_int_equal(n, 2);
    assert_string_equal(news[0].uid, box_uid(2)); /* of her organisation */
    assert_true(news[0].own && news[0].is_new && !news[0].removed);
    assert_string_equal(news[0].title, "Bal");
    assert_string_equal(news[1].uid, box_uid(1));
    assert_true(!news[1].own && !news[1].is_new && news[1].removed);
    assert_string_equal(news[1].author, "zoé");
    replica_news_free(news, n);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_box, close_box)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(replica__peer__is_made_once_and_gets_everything),
            TEST(replica__outbox__begins_with_the_own),
            TEST(replica__outbox__stops_at_the_bytes),
            TEST(replica__outbox__has_leaves_only),
            TEST(replica__outbox__passes_on_what_came_from_another),
            TEST(replica__outbox__end_of_a_leaf__after_what_took_it_in),
            TEST(replica__outbox__end_of_a_leaf__after_the_child_of_its_heir),
            TEST(replica__outbox__keeps_the_held_and_the_exercises),
            TEST(replica__restart__lets_the_container_wait_again),
            TEST(replica__container__follows_the_visibility),
            TEST(replica__container__is_where_it_came_from),
            TEST(replica__container__lets_no_private_leaf_out),
            TEST(replica__peers__have_one_that_counts),
            TEST(replica__primary__unknown__leaves_the_one_that_was),
            TEST(replica__takes__what_it_does_not_take_stays),
            TEST(replica__takes__exercises_too),
            TEST(replica__standing__goes_from_complete_to_sent),
            TEST(replica__refusal__stands_until_the_next_revision),
            TEST(replica__queue__has_the_newest_first),
            TEST(replica__news__are_of_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
