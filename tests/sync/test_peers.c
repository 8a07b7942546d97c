/* Two and three stores that meet at PouchDB Server. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "foreign.h"
#include "odus/base/clock.h"
#include "odus/base/mem.h"

static struct foreign *server;
static struct place a, b, c;
static struct run run;

static int make(void **state)
{
    int rc = stage_make(state);

    run = (struct run){.answer = "yes"};
    server = NULL;
    if (rc)
        return rc;
    a = place_open("a");
    b = place_open("b");
    c = place_open("c");
    return 0;
}

static int undo(void **state)
{
    if (server)
        foreign_stop(server);
    run_release(&run);
    place_close(&a);
    place_close(&b);
    place_close(&c);
    return stage_remove(state);
}

#define NEEDS_SERVER(name)                                                             \
    do {                                                                               \
        (void)state;                                                                   \
        if (!foreign_there())                                                          \
            skip();                                                                    \
        server = foreign_start(name);                                                  \
    } while (0)

static void sync_place(struct place *p)
{
    stage_run(&run, p, foreign_url(server));
    run_well(&run);
}

static void same_everywhere(struct place *const *places, size_t n)
{
    char *there = foreign_revs(server);

    for (size_t i = 0; i < n; i++) {
        char *here = place_revs(places[i]);

        assert_string_equal(here, there);
        free(here);
    }
    free(there);
}

static void all_the_same(void)
{
    struct place *const all[] = {&a, &b, &c};

    same_everywhere(all, COUNT(all));
}

static void edits__of_different_fields__merge_and_are_told_p07(void **state)
{
    NEEDS_SERVER(NULL);
    place_put(&a, 1, "");
    sync_place(&a);
    sync_place(&b);
    place_put(&a, 1, "'titre':'Titre neuf'");
    place_put(&b, 1, "'note':'Note neuve'");
    sync_place(&a);
    sync_place(&b);
    assert_int_equal(run.report.merged, 1);
    assert_int_equal(run_count(&run, "merged"), 1);
    assert_int_equal(run_count(&run, "conflict"), 0);
    assert_string_equal(json_get_text(run_event(&run, "merged"), "uid"), stage_uid(1));
    sync_place(&a);
    sync_place(&c);
    for (int i = 0; i < 3; i++) {
        struct place *p = i == 0 ? &a : i == 1 ? &b : &c;

        assert_string_equal(place_text(p, 1, "titre"), "Titre neuf");
        assert_string_equal(place_text(p, 1, "note"), "Note neuve");
    }
    all_the_same();
}

static void edits__of_the_same_field__are_decided_on_a_third_p07(void **state)
{
    struct replica_leaf *leaves;
    const char *closes[2] = {NULL};
    size_t n;

    NEEDS_SERVER(NULL);
    place_put(&a, 1, "");
    sync_place(&a);
    sync_place(&b);
    place_put(&a, 1, "'titre':'De Anne'");
    place_put(&b, 1, "'titre':'De Lise'");
    sync_place(&a);
    sync_place(&b);
    assert_int_equal(run_count(&run, "conflict"), 1);
    assert_int_equal(run.report.conflicts, 1);
    sync_place(&a);
    assert_int_equal(run.report.conflicts, 1);
    sync_place(&c);
    all_the_same();
    assert_int_equal(replica_leaves(c.store, stage_uid(1), &leaves, &n, NULL), 0);
    assert_int_equal(n, 2);
    closes[0] = leaves[1].rev;
    place_put_closing(&c, 1, "'titre':'De Anne et de Lise'", closes);
    free(leaves);
    sync_place(&c);
    sync_place(&a);
    sync_place(&b);
    assert_int_equal(run.report.conflicts, 0);
    all_the_same();
    assert_string_equal(place_text(&b, 1, "titre"), "De Anne et de Lise");
    sync_place(&a);
    assert_int_equal(run.report.pulled + run.report.pushed + run.report.merged, 0);
}

static void tombstones__travel__both_ways(void **state)
{
    char path[200];

    NEEDS_SERVER(NULL);
    for (int n = 1; n <= 30; n++)
        place_put(&a, n, "");
    sync_place(&a);
    sync_place(&b);
    place_put(&b, 1, "'statut_fiche':'supprime'");
    sync_place(&b);
    sync_place(&a);
    assert_string_equal(place_text(&a, 1, "statut_fiche"), "supprime");
    snprintf(path, sizeof(path), "/commons/%s?rev=%s", stage_uid(2),
            place_standing(&a, 2).rev);
    json_free(foreign_ask(server, "DELETE", path, NULL));
    sync_place(&a);
    sync_place(&b);
    sync_place(&c);
    assert_int_equal(place_count(&a), 29);
    assert_int_equal(place_count(&b), 29);
    all_the_same();
}

/* Records that others edit by hand: MD5 revisions, no ancestry in the feed. */
static void foreign__revisions__are_taken_and_edited_on(void **state)
{
    char *body, path[100];
    struct json *doc;

    NEEDS_SERVER(NULL);
    body = stage_body(1, "");
    snprintf(path, sizeof(path), "/commons/%s", stage_uid(1));
    for (int i = 0; i < 3; i++) {
        struct buf text;

        doc = i ? foreign_ask(server, "GET", path, NULL) : json_new_object();
        if (i == 0) {
            json_free(doc);
            assert_int_equal(json_parse(view_of(body), 0, &doc, NULL), 0);
        }
        json_set_take(doc, "note", json_text(view_of(i == 2 ? "trois" : "un")));
        buf_init(&text, 0);
        json_canonical(doc, &text);
        json_free(foreign_ask(server, "PUT", path, text.s));
        buf_release(&text);
        json_free(doc);
    }
    sync_place(&a);
    assert_string_equal(place_text(&a, 1, "note"), "trois");
    place_put(&a, 1, "'note':'quatre'");
    sync_place(&a);
    sync_place(&b);
    sync_place(&c);
    assert_string_equal(place_text(&b, 1, "note"), "quatre");
    assert_int_equal(place_standing(&b, 1).leaves, 1);
    all_the_same();
    free(body);
}

static void report(const char *what, int64_t began)
{
    print_message("# %-26s %5lld ms %3d requests %8lld up %8lld down\n", what,
            (long long)(clock_mono_ms() - began), run.report.totals.requests,
            (long long)run.report.totals.up, (long long)run.report.totals.down);
}

static void thousands__of_records__in_few_requests(void **state)
{
    struct place *const both[] = {&a, &b};
    enum { MANY = 3000 };
    int64_t began;

    NEEDS_SERVER(NULL);
    assert_int_equal(record_bulk_begin(a.store, NULL), 0);
    for (int n = 1; n <= MANY; n++)
        place_put(&a, n, "");
    assert_int_equal(record_bulk_end(a.store, true, NULL), 0);
    began = clock_mono_ms();
    sync_place(&a);
    report("first push of 3000", began);
    assert_int_equal(run.report.pushed, MANY);
    began = clock_mono_ms();
    sync_place(&b);
    report("first pull of 3000", began);
    assert_int_equal(run.report.pulled, MANY);
    assert_true(run.report.totals.requests <= 8);
    began = clock_mono_ms();
    sync_place(&b);
    report("nothing new", began);
    assert_int_equal(run.report.totals.requests, 2);
    for (int n = 1; n <= 10; n++)
        place_put(&a, n, "'note':'neuf'");
    began = clock_mono_ms();
    sync_place(&a);
    report("push of 10", began);
    assert_true(run.report.totals.requests <= 4);
    began = clock_mono_ms();
    sync_place(&b);
    report("10 changes", began);
    assert_int_equal(run.report.totals.requests, 2);
    same_everywhere(both, 2);
}

static void server__killed_in_the_middle__all_arrives_p14(void **state)
{
    struct place *const both[] = {&a, &b};

    NEEDS_SERVER("pouch");
    assert_int_equal(record_bulk_begin(a.store, NULL), 0);
    for (int n = 1; n <= 1500; n++)
        place_put(&a, n, "");
    assert_int_equal(record_bulk_end(a.store, true, NULL), 0);
    for (int round = 0; round < 3; round++) {
        foreign_kill(server);
        stage_run(&run, &a, foreign_url(server));
        assert_int_not_equal(run.rc, 0);
        assert_true(run.report.network && run.report.down);
        foreign_restart(server);
        run.stop_after = 3 + 4 * round; /* in the middle of what it does */
        stage_run(&run, round == 2 ? &b : &a, foreign_url(server));
        run.stop_after = 0;
    }
    foreign_kill(server);
    foreign_restart(server);
    sync_place(&a);
    sync_place(&b);
    assert_int_equal(place_count(&b), 1500);
    assert_int_equal(place_waiting(&a), 0);
    same_everywhere(both, 2);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, make, undo)
    const struct CMUnitTest tests[] = {
            T(edits__of_different_fields__merge_and_are_told_p07),
            T(edits__of_the_same_field__are_decided_on_a_third_p07),
            T(tombstones__travel__both_ways),
            T(foreign__revisions__are_taken_and_edited_on),
            T(thousands__of_records__in_few_requests),
            T(server__killed_in_the_middle__all_arrives_p14),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
