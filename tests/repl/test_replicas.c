/*
 * Several stores that are edited and exchange at random hold the same in the end, and
 * nothing anybody wrote is lost (P07, P09, P10, P11, P29). ODUS_TORTURE_ROUNDS for a
 * night, ODUS_TORTURE_SEED to see a failure again.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger.h"
#include "odus/base/clock.h"
#include "odus/base/hash.h"
#include "odus/base/mem.h"
#include "odus/form/merge.h"
#include "odus/repl/bundle.h"
#include "peer.h"
#include "replicas.h"

enum { STORES_MAX = 5, ROUNDS = 150, STEPS = 24, QUIET_TRIES = 20 };

static uint64_t seed;

static int roll(int n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (int)(seed % (uint64_t)n);
}

static long long number_from(const char *name, long long otherwise)
{
    long long n;

    return view_int(view_of(getenv(name)), &n) && n > 0 ? n : otherwise;
}

/* --- the world -------------------------------------------------------------------- */

static struct {
    struct replica stores[STORES_MAX];
    struct pull pulls[STORES_MAX][STORES_MAX]; /* by who pulls, from whom */
    int n;
    char uid[37]; /* the record of this round */
    struct ledger ledger;
    int values; /* written so far */
} world;

static void world_open(int n)
{
    memset(&world, 0, sizeof(world));
    world.n = n;
    for (int i = 0; i < n; i++) {
        char name[32];

        snprintf(name, sizeof(name), "store%d-%d", n, i);
        world.stores[i] = replicas_open(name);
    }
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            world.pulls[i][j].roll = roll;
}

static void world_close(void)
{
    for (int i = 0; i < world.n; i++)
        replicas_close(&world.stores[i]);
}

/* --- edits ------------------------------------------------------------------------ */

static struct json *new_value(void)
{
    char text[16];

    snprintf(text, sizeof(text), "v%d", ++world.values);
    return json_text(view_of(text));
}

static struct json *object_in(struct json *body, const char *key)
{
    if (!json_get(body, key))
        json_set_take(body, key, json_new_object());
    return json_get(body, key);
}

static void edit_field(struct json *body)
{
    struct json *value = roll(3) ? new_value() : NULL;

    switch (roll(5)) {
    case 0: json_set_take(body, "note", value); break;
    case 1: json_set_take(object_in(body, "titre"), "fr", value); break;
    case 2: json_set_take(object_in(body, "titre"), "en", value); break;
    case 3: json_set_take(object_in(body, "adresse"), "rue", value); break;
    default: json_set_take(object_in(body, "adresse"), "ville", value); break;
    }
}

static void add_row(struct json *rows, const char *id, struct json *price)
{
    struct json *row = json_new_object();

    json_set_take(row, "id", json_text(view_of(id)));
    json_set_take(row, "prix", price);
    json_push_take(rows, row);
}

static bool has_row(const struct json *rows, const char *id)
{
    for (size_t i = 0; i < json_len(rows); i++)
        if (strcmp(json_get_text(json_at(rows, i), "id"), id) == 0)
            return true;
    return false;
}

/* One that the same command makes the same on every machine (P29). */
static void add_generated(struct json *rows)
{
    char id[16];

    snprintf(id, sizeof(id), "slot%d", roll(3));
    if (!has_row(rows, id))
        add_row(rows, id, json_text(view_of(id)));
}

static struct json *without_row(const struct json *rows, size_t gone)
{
    struct json *left = json_new_array();

    for (size_t i = 0; i < json_len(rows); i++)
        if (i != gone)
            json_push_take(left, json_retain(json_at(rows, i)));
    return left;
}

static void edit_rows(struct json *body)
{
    struct json *rows = json_get(body, "tarifs");
    char id[16];

    if (!rows) {
        rows = json_new_array();
        json_set_take(body, "tarifs", rows);
    }
    if (json_len(rows) == 0 || roll(3) == 0) {
        snprintf(id, sizeof(id), "r%d", ++world.values);
        if (roll(2))
            add_generated(rows);
        else
            add_row(rows, id, new_value());
    } else if (roll(3)) {
        json_set_take(json_at(rows, (size_t)roll((int)json_len(rows))),
                roll(2) ? "prix" : "pour", new_value());
    } else {
        json_set_take(
                body, "tarifs", without_row(rows, (size_t)roll((int)json_len(rows))));
    }
}

static void sign(struct json *body, int who)
{
    char name[16], when[CLOCK_TEXT];

    snprintf(name, sizeof(name), "s%d", who);
    clock_rfc3339((int64_t)1800000000000 + (int64_t)++world.values * 1000, when);
    json_set_take(body, "modifie_par", json_text(view_of(name)));
    json_set_take(body, "modifie_le", json_text(view_of(when)));
}

/* Somebody at store I opens the record, changes something and completes it. */
static void edit(int i)
{
    struct replica *r = &world.stores[i];
    struct json *before = replicas_read(r, world.uid, NULL), *body;

    if (json_get(before, "fusion")) { /* what it was merged into is still on its way */
        json_free(before);
        return;
    }
    body = before ? json_dup(before) : replicas_body(r, world.uid, "{}");
    for (int n = 1 + roll(3); n > 0; n--) {
        if (roll(2))
            edit_field(body);
        else
            edit_rows(body);
    }
    sign(body, i);
    ledger_edit(&world.ledger, before, body);
    replicas_put(r, world.uid, NULL, NULL, body);
    json_free(before);
}

/* --- decisions -------------------------------------------------------------------- */

/* OURS with the side of each conflict that chance prefers; owned. */
static struct json *choose(
        struct replica *r, const struct json *ours, const struct json *theirs)
{
    struct merge_conflict *all = NULL;
    const struct form *form = NULL;
    struct json *chosen = NULL;
    size_t n = 0;

    assert_int_equal(forms_get(r->forms, "fiche", &form, NULL, NULL), 0);
    assert_int_equal(
            merge_bodies(form, NULL, ours, theirs, MERGE_OURS, &chosen, &all, &n), 0);
    for (size_t i = 0; i < n; i++)
        if (roll(2))
            merge_put_at(form, &all[i], chosen, json_dup(all[i].theirs));
    merge_conflicts_free(all, n);
    return chosen;
}

/* Somebody at store I decides between the winner and the next leaf. */
static bool decide(int i)
{
    struct replica *r = &world.stores[i];
    char revs[2][REV_MAX];
    const char *closes[] = {revs[1], NULL};
    struct json *sides[2], *chosen;

    if (replicas_living(r, world.uid, 2, revs) < 2)
        return false;
    sides[0] = replicas_read(r, world.uid, revs[0]);
    sides[1] = replicas_read(r, world.uid, revs[1]);
    chosen = choose(r, sides[0], sides[1]);
    sign(chosen, i);
    ledger_decide(&world.ledger, (const struct json *const *)sides, chosen);
    replicas_put(r, world.uid, revs[0], closes, chosen);
    json_free(sides[0]);
    json_free(sides[1]);
    return true;
}

/* --- exchange --------------------------------------------------------------------- */

static int sink_add(void *ctx, struct view bytes, struct err *err)
{
    (void)err;
    buf_addv(ctx, bytes);
    return 0;
}

static long source_take(void *ctx, char *bytes, size_t max, struct err *err)
{
    struct view *rest = ctx;
    size_t n = rest->n < max ? rest->n : max;

    (void)err;
    memcpy(bytes, rest->p, n);
    rest->p += n;
    rest->n -= n;
    return (long)n;
}

/* A stick is carried from J to I; at times it is pulled out too early. */
static void carry_bundle(int i, int j)
{
    struct bundle_sink sink = {.write = sink_add};
    struct bundle_source source = {.read = source_take};
    struct bundle_report report;
    struct replica *from = &world.stores[j], *to = &world.stores[i];
    int64_t docs, files, seq;
    struct view rest;
    struct buf file;

    buf_init(&file, 0);
    sink.ctx = &file;
    assert_int_equal(bundle_write(from->store, "commons", world.pulls[i][j].since,
                             &sink, &docs, &files, &seq, NULL),
            0);
    rest = buf_view(&file);
    if (roll(3) == 0)
        rest.n -= (size_t)roll((int)rest.n / 2);
    source.ctx = &rest;
    if (bundle_read(to->store, to->forms, &source, false, &report, NULL) == 0 &&
            report.whole) {
        assert_int_equal(report.added + report.known, docs);
        world.pulls[i][j].since = seq;
    }
    bundle_report_release(&report);
    buf_release(&file);
}

static void exchange(int i, int j)
{
    if (roll(6) == 0)
        carry_bundle(i, j);
    else
        replicas_pull(&world.stores[i], &world.stores[j], &world.pulls[i][j]);
    if (roll(3))
        replicas_settle(&world.stores[i], roll(4) ? &world.stores[j] : NULL, world.uid);
}

static bool all_alike(void)
{
    char *first = replicas_leaves(&world.stores[0], world.uid);
    bool alike = true;

    for (int i = 1; i < world.n && alike; i++) {
        char *other = replicas_leaves(&world.stores[i], world.uid);

        alike = strcmp(first, other) == 0;
        free(other);
    }
    free(first);
    return alike;
}

/* Everybody pulls from everybody, and nothing gets lost on the way. */
static void pull_all(void)
{
    for (int i = 0; i < world.n; i++)
        for (int j = 0; j < world.n; j++) {
            struct pull *p = &world.pulls[i][j];

            if (i == j)
                continue;
            p->roll = NULL;
            assert_true(replicas_pull(&world.stores[i], &world.stores[j], p));
            p->roll = roll;
        }
}

/* Until nothing moves: it must end. */
static void sync_until_quiet(void)
{
    for (int tries = 0; tries < QUIET_TRIES; tries++) {
        int merged = 0;

        pull_all();
        for (int i = 0; i < world.n; i++)
            merged += replicas_settle(
                    &world.stores[i], &world.stores[(i + 1) % world.n], world.uid);
        if (merged == 0 && all_alike())
            return;
    }
    fail_msg("it does not come to rest");
}

/* --- the properties --------------------------------------------------------------- */

static void step(void)
{
    int i = roll(world.n), j = roll(world.n);

    switch (roll(8)) {
    case 0:
    case 1:
    case 2: edit(i); break;
    case 3:
        if (roll(2))
            decide(i);
        break;
    default:
        if (i != j)
            exchange(i, j);
    }
}

static void check_end(void)
{
    for (int i = 0; i < world.n; i++) {
        struct json *last = replicas_read(&world.stores[i], world.uid, NULL);

        ledger_check(&world.ledger, last);
        json_free(last);
    }
}

static void play(uint64_t round_seed)
{
    seed = round_seed;
    uuid_v7(1800000000000, world.uid);
    ledger_init(&world.ledger);
    world.values = 0;
    edit(0);
    for (int i = 1; i < world.n; i++)
        if (roll(4))
            replicas_pull(&world.stores[i], &world.stores[0], &world.pulls[i][0]);
    for (int i = 0; i < STEPS; i++)
        step();
    sync_until_quiet();
    while (decide(roll(world.n)))
        sync_until_quiet();
    assert_int_equal(replicas_living(&world.stores[0], world.uid, 0, NULL), 1);
    check_end();
    ledger_release(&world.ledger);
}

static void replicas__edits_and_syncs_at_random__end_alike_and_lose_nothing(
        void **state)
{
    long long rounds = number_from("ODUS_TORTURE_ROUNDS", ROUNDS);
    uint64_t start = (uint64_t)number_from("ODUS_TORTURE_SEED", 20261122);

    (void)state;
    for (int n = 3; n <= STORES_MAX; n++) {
        print_message("# %d stores, %lld rounds, ODUS_TORTURE_SEED=%llu\n", n,
                rounds / 3, (unsigned long long)start);
        world_open(n);
        for (long long r = 0; r < rounds / 3; r++) {
            uint64_t now = start * 1000003 + (uint64_t)(n * 100000 + r) * 2654435761u;

            play(now ? now : 1);
        }
        world_close();
    }
}

static void replicas__synced_again__change_nothing(void **state)
{
    (void)state;
    seed = 42;
    world_open(3);
    for (int r = 0; r < 3; r++)
        play((uint64_t)(r + 7));
    for (int i = 0; i < 3; i++) {
        int64_t seq = replica_seq(world.stores[i].store);
        struct pull everything = {.roll = NULL};

        replicas_pull(&world.stores[i], &world.stores[(i + 1) % 3], &everything);
        assert_int_equal(everything.added, 0);
        assert_int_equal(replicas_settle(&world.stores[i], NULL, world.uid), 0);
        assert_int_equal(replica_seq(world.stores[i].store), seq);
    }
    world_close();
}

static void replicas__any_order_of_arrival__same_leaves(void **state)
{
    (void)state;
    seed = 4711;
    world_open(4);
    uuid_v7(1800000000000, world.uid);
    ledger_init(&world.ledger);
    edit(0);
    for (int i = 1; i < 4; i++)
        replicas_pull(&world.stores[i], &world.stores[0], &world.pulls[i][0]);
    for (int i = 0; i < 4; i++)
        for (int n = 0; n < 3; n++)
            edit(i);
    sync_until_quiet();
    assert_true(all_alike());
    ledger_release(&world.ledger);
    world_close();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, replicas_make, replicas_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(replicas__edits_and_syncs_at_random__end_alike_and_lose_nothing),
            TEST(replicas__synced_again__change_nothing),
            TEST(replicas__any_order_of_arrival__same_leaves),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
