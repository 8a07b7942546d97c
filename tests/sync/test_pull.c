/* What is fetched, by transcript: the requests, and what is stored. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/db/db.h"
#include "solo.h"

/* --- pulling ---------------------------------------------------------------------- */

static void pull__fresh__one_page_two_requests(void **state)
{
    const char *rows[] = {fresh_row(1), fresh_row(2), NULL};

    (void)state;
    script_epoch("e1");
    script_page("'2-abc'", 0, rows);
    script_play(&run, &here);
    run_well(&run);
    assert_int_equal(script_requests(), 2);
    sent(1, "include_docs=true");
    sent(1, "since=0 ");
    assert_int_equal(run.report.pulled, 2);
    assert_int_equal(place_count(&here), 2);
    assert_int_equal(place_waiting(&here), 0);
    assert_string_equal(place_text(&here, 2, "titre"), "Fiche 2");
}

static void pull__nothing_new__is_two_requests_p09(void **state)
{
    (void)state;
    pulled(3, "'3-abc'");
    for (int again = 0; again < 3; again++) {
        script_epoch("e1");
        script_page("'3-abc'", 0, NULL);
        script_play(&run, &here);
        run_well(&run);
        sent(1, "since=3-abc ");
        assert_int_equal(run.report.pulled + run.report.pushed + run.report.merged, 0);
        assert_int_equal(script_requests(), 2);
        script_clear();
    }
    assert_int_equal(place_count(&here), 3);
}

static void pull__children_proved_by_their_hash__need_no_other_request(void **state)
{
    const char *rows[11] = {NULL};

    (void)state;
    pulled(10, "'10-a'");
    for (int n = 1; n <= 10; n++) {
        char *old = stage_body(n, "'modifie_par':'lise'");
        char *body = stage_body(n, "'note':'neuf','modifie_par':'lise'");

        rows[n - 1] = row_of(n, rev_of(rev_of(NULL, old), body), body, "");
        free(old);
    }
    script_epoch("e1");
    script_page("'20-a'", 0, rows);
    script_play(&run, &here);
    run_well(&run);
    assert_int_equal(script_requests(), 2);
    assert_int_equal(run.report.pulled, 10);
    for (int n = 1; n <= 10; n++) {
        assert_string_equal(place_text(&here, n, "note"), "neuf");
        assert_int_equal(place_standing(&here, n).leaves, 1);
    }
}

static void pull__foreign_hash__is_fetched_with_its_ancestry(void **state)
{
    const char *rows[] = {
            row_of(1, "3-ccc", stage_body(1, "'note':'trois'"), ""), NULL};
    const char *doc = doc_of(
            "3-ccc", 3, "'ccc','bbb','aaa'", stage_body(1, "'note':'trois'"), false);
    struct replica_doc d;

    (void)state;
    script_epoch("e1");
    script_page("7", 0, rows);
    script_say("POST /commons/_bulk_get?revs=true ", "200 OK", got_of(1, doc));
    script_play(&run, &here);
    run_well(&run);
    sent(2, "\"rev\":\"3-ccc\"");
    assert_int_equal(replica_get(here.store, stage_uid(1), NULL, &d, NULL, NULL), 0);
    assert_int_equal(d.nrevs, 3);
    assert_string_equal(d.revs[2], "1-aaa");
    replica_doc_release(&d);
}

static void pull__several_leaves__all_are_taken(void **state)
{
    const char *rows[] = {
            row_of(1, "2-ccc", NULL, "{'rev':'2-bbb'},{'rev':'2-aaa'}"), NULL};
    char *json, *leaves;

    (void)state;
    json = xasprintf("{'results':[{'id':'%s','docs':[{'ok':%s}]},{'id':'%s','docs':["
                     "{'ok':%s}]},{'id':'%s','docs':[{'ok':%s}]}]}",
            stage_uid(1),
            doc_of("2-ccc", 2, "'ccc','000'", stage_body(1, "'note':'c'"), false),
            stage_uid(1),
            doc_of("2-bbb", 2, "'bbb','000'", stage_body(1, "'note':'b'"), false),
            stage_uid(1),
            doc_of("2-aaa", 2, "'aaa','000'", stage_body(1, "'fusion':'2-ccc'"), true));
    script_epoch("e1");
    script_page("3", 0, rows);
    script_say("POST /commons/_bulk_get", "200 OK", json);
    /* the ancestor of the two is asked for, and nobody has it */
    script_say("POST /commons/_bulk_get", "200 OK",
            "{'results':[{'id':'x','docs':[{'error':{'error':'not_found'}}]}]}");
    script_play(&run, &here);
    run_well(&run);
    leaves = place_leaves(&here, 1);
    assert_string_equal(leaves, "2-ccc 2-bbb !2-aaa");
    assert_int_equal(run.report.conflicts, 1);
    assert_int_equal(run_count(&run, "conflict"), 1);
    free(leaves);
    free(json);
}

static void pull__same_field_changed_twice__both_are_kept_p07(void **state)
{
    const char *rows[2] = {NULL};
    char *old, *body;
    const char *base, *mine, *theirs;
    char *leaves;

    (void)state;
    pulled(1, "'1-a'");
    old = stage_body(1, "'modifie_par':'lise'");
    body = stage_body(1, "'titre':'Titre de Lise','modifie_par':'lise'");
    base = rev_of(NULL, old);
    theirs = rev_of(base, body);
    rows[0] = row_of(1, theirs, body, "");
    mine = place_put(&here, 1, "'titre':'Titre d\\u0027Anne'");
    script_epoch("e1");
    script_say("POST /commons/_bulk_docs", "201 Created", "[]");
    script_page("'3-a'", 0, rows);
    script_say("POST /commons/_bulk_get", "200 OK",
            got_of(1, doc_of(theirs, 2,
                              kept(xasprintf("'%s','%s'", theirs + 2, base + 2)),
                              stage_body(1, "'titre':'Titre de Lise','modifie_par':"
                                            "'lise'"),
                              false)));
    script_say("POST /commons/_revs_diff", "200 OK", "{}");
    script_play(&run, &here);
    run_well(&run);
    leaves = place_leaves(&here, 1);
    assert_non_null(strstr(leaves, mine));
    assert_non_null(strstr(leaves, theirs));
    assert_int_equal(place_standing(&here, 1).leaves, 2);
    assert_int_equal(run_count(&run, "conflict"), 1);
    assert_int_equal(run_count(&run, "merged"), 0);
    free(leaves);
    free(old);
}

/* The session ends before the leaves that came are brought together: the next one asks
 * for their ancestor, and merges as this one would have. */
static void pull__cut_before_the_merge__is_merged_next_time(void **state)
{
    const char *rows[] = {row_of(1, "2-ccc", NULL, "{'rev':'2-bbb'}"), NULL};
    const char *both = kept(xasprintf("{'results':[{'id':'%s','docs':[{'ok':%s}]},"
                                      "{'id':'%s','docs':[{'ok':%s}]}]}",
            stage_uid(1),
            doc_of("2-ccc", 2, "'ccc','000'", stage_body(1, "'note':'neuve'"), false),
            stage_uid(1),
            doc_of("2-bbb", 2, "'bbb','000'", stage_body(1, "'titre':'Neuf'"), false)));

    (void)state;
    script_epoch("e1");
    script_page("3", 0, rows);
    script_say("POST /commons/_bulk_get", "200 OK", both);
    script_say("POST /commons/_bulk_get", "503 Service Unavailable", "{}");
    play();
    assert_int_equal(run.rc, ERR_BUSY);
    script_epoch("e1");
    script_page("3", 0, NULL);
    script_say("POST /commons/_bulk_get", "200 OK",
            got_of(1, doc_of("1-000", 1, "'000'", stage_body(1, ""), false)));
    script_say("POST /commons/_bulk_docs", "201 Created", "[]");
    script_try(&run, &here);
    script_clear();
    assert_int_equal(run_count(&run, "merged"), 1);
    assert_string_equal(place_text(&here, 1, "titre"), "Neuf");
    assert_string_equal(place_text(&here, 1, "note"), "neuve");
    assert_int_equal(place_standing(&here, 1).leaves, 1);
}

/* A kill between the two costs nothing: the mark is there before the first revision. */
static void pull__revisions_with_ancestors__are_owed_before_they_are_stored(
        void **state)
{
    const char *rows[] = {row_of(1, "2-ccc", NULL, ""), NULL};
    const char *one = kept(xasprintf("{'results':[{'id':'%s','docs':[{'ok':%s}]}]}",
            stage_uid(1),
            doc_of("2-ccc", 2, "'ccc','000'", stage_body(1, "'note':'neuve'"), false)));
    struct err err = {0};
    struct db *db = NULL;

    (void)state;
    assert_int_equal(db_open(stage_path("here/data.db"), NULL, &db, &err), 0);
    assert_int_equal(
            db_exec(db, &err,
                    "create trigger owed before insert on rev when not exists (select 1"
                    " from meta where key = 'merge_owed') begin"
                    " select raise(abort, 'stored before it was owed'); end"),
            0);
    db_close(db);
    script_epoch("e1");
    script_page("3", 0, rows);
    script_say("POST /commons/_bulk_get", "200 OK", one);
    play();
    run_well(&run);
    assert_int_equal(run.report.pulled, 1);
    assert_null(store_meta_get(here.store, "merge_owed"));
}

/* A server may send what was not asked for; what it leaves open is told once. */
static void pull__another_ancestor_than_asked_for__merges_nothing(void **state)
{
    const char *rows[] = {row_of(1, "2-ccc", NULL, "{'rev':'2-bbb'}"), NULL};
    const char *both = kept(xasprintf("{'results':[{'id':'%s','docs':[{'ok':%s},"
                                      "{'ok':%s}]}]}",
            stage_uid(1),
            doc_of("2-ccc", 2, "'ccc','000'", stage_body(1, "'note':'neuve'"), false),
            doc_of("2-bbb", 2, "'bbb','000'", stage_body(1, "'titre':'Neuf'"), false)));

    (void)state;
    script_epoch("e1");
    script_page("3", 0, rows);
    script_say("POST /commons/_bulk_get", "200 OK", both);
    script_say("POST /commons/_bulk_get", "200 OK",
            got_of(1, doc_of("1-111", 1, "'111'", stage_body(1, ""), false)));
    play();
    run_well(&run);
    assert_int_equal(run_count(&run, "merged"), 0);
    assert_int_equal(run_count(&run, "conflict"), 1);
    assert_int_equal(place_standing(&here, 1).leaves, 2);
    script_epoch("e1");
    script_page("3", 0, NULL);
    play();
    run_well(&run);
    assert_int_equal(run_count(&run, "conflict"), 0);
}

static void pull__tombstone__closes(void **state)
{
    const char *rows[2] = {NULL};
    char *old, *base;

    (void)state;
    pulled(2, "'2-a'");
    old = stage_body(1, "'modifie_par':'lise'");
    base = xstrdup(rev_of(NULL, old));
    rows[0] = row_of(1, "2-eee", NULL, "");
    script_epoch("e1");
    script_page("'3-a'", 0, rows);
    script_say("POST /commons/_bulk_get", "200 OK",
            got_of(1, doc_of("2-eee", 2, kept(xasprintf("'eee','%s'", base + 2)),
                              xstrdup("{'_id':'01900000-0000-7000-8000-000000000001'}"),
                              true)));
    script_play(&run, &here);
    run_well(&run);
    assert_int_equal(place_count(&here), 1);
    free(base);
    free(old);
}

static void pull__unknown_type__is_kept_and_passed_on(void **state)
{
    char *body = stage_body(1, "'type':'inconnu','champ':[1,2]");
    const char *rows[] = {row_of(1, rev_of(NULL, body), body, ""), NULL};
    struct record r;

    (void)state;
    script_epoch("e1");
    script_page("1", 0, rows);
    script_play(&run, &here);
    run_well(&run);
    assert_int_equal(record_get(here.store, stage_uid(1), &r, NULL), 0);
    assert_non_null(strstr(r.body, "\"champ\":[1,2]"));
    record_release(&r);
}

static void pull__rows_of_no_record__are_passed_over(void **state)
{
    const char *rows[] = {"{'seq':1,'id':'_design/odus','changes':[{'rev':'1-a'}]}",
            "{'seq':2,'id':'../../etc','changes':[{'rev':'1-a'}]}", fresh_row(1),
            "{'seq':4}", "null", "[]", "17", NULL};

    (void)state;
    script_epoch("e1");
    script_page("4", 0, rows);
    script_play(&run, &here);
    run_well(&run);
    assert_int_equal(run.report.pulled, 1);
}

static void pull__doubled_rows_in_any_order__change_nothing_p10(void **state)
{
    const char *rows[] = {
            fresh_row(3), fresh_row(1), fresh_row(3), fresh_row(2), fresh_row(1), NULL};

    (void)state;
    script_epoch("e1");
    script_page("'9-z'", 0, rows);
    script_play(&run, &here);
    run_well(&run);
    assert_int_equal(place_count(&here), 3);
    for (int n = 1; n <= 3; n++)
        assert_int_equal(place_standing(&here, n).leaves, 1);
}

/* --- pages ------------------------------------------------------------------------ */

static char *checkpoint(void)
{
    struct replica_peer_info *peers;
    char *since, *epoch;
    size_t n;

    assert_int_equal(replica_peers(here.store, &peers, &n, NULL), 0);
    assert_int_equal(replica_checkpoint(
                             here.store, peers[0].id, "commons", &since, &epoch, NULL),
            0);
    replica_peers_free(peers, n);
    free(epoch);
    return since;
}

static void page_of(int from, const char *seq, int pending)
{
    static const char *rows[101];

    for (int i = 0; i < 100; i++)
        rows[i] = fresh_row(from + i);
    script_page(seq, pending, rows);
}

static void pages__full_one__is_followed(void **state)
{
    const char *rows[] = {fresh_row(201), NULL};

    (void)state;
    script_epoch("e1");
    page_of(1, "'100-a'", 101);
    page_of(101, "'200-b'", 1); /* fewer than asked for: `pending` says there is more */
    script_page("'201-c'", 0, rows);
    script_play(&run, &here);
    run_well(&run);
    sent(1, "limit=100&");
    sent(2, "limit=200&");
    sent(2, "since=100-a ");
    sent(3, "since=200-b ");
    assert_int_equal(place_count(&here), 201);
}

static void pages__interrupted__cost_one_page_p14(void **state)
{
    const char *rows[] = {fresh_row(101), NULL};
    char *since;

    (void)state;
    script_epoch("e1");
    page_of(1, "'100-a'", 1);
    script_page("'101-b'", 0, rows);
    script_cut(-30);
    play();
    assert_int_equal(run.rc, ERR_IO);
    assert_true(run.report.down);
    since = checkpoint();
    assert_string_equal(since, "100-a");
    assert_int_equal(place_count(&here), 100);
    free(since);
    script_epoch("e1");
    script_page("'101-b'", 0, rows);
    script_play(&run, &here);
    run_well(&run);
    sent(1, "since=100-a ");
    assert_int_equal(place_count(&here), 101);
}

static void pages__limit_ignored__all_is_taken(void **state)
{
    const char *rows[251] = {NULL};

    (void)state;
    for (int i = 0; i < 250; i++)
        rows[i] = fresh_row(i + 1);
    script_epoch("e1");
    script_page("250", 0, rows);
    script_page("250", 0, NULL);
    script_play(&run, &here);
    run_well(&run);
    assert_int_equal(place_count(&here), 250);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, solo_make, solo_undo)
    const struct CMUnitTest tests[] = {
            T(pull__fresh__one_page_two_requests),
            T(pull__nothing_new__is_two_requests_p09),
            T(pull__children_proved_by_their_hash__need_no_other_request),
            T(pull__foreign_hash__is_fetched_with_its_ancestry),
            T(pull__several_leaves__all_are_taken),
            T(pull__same_field_changed_twice__both_are_kept_p07),
            T(pull__cut_before_the_merge__is_merged_next_time),
            T(pull__revisions_with_ancestors__are_owed_before_they_are_stored),
            T(pull__another_ancestor_than_asked_for__merges_nothing),
            T(pull__tombstone__closes),
            T(pull__unknown_type__is_kept_and_passed_on),
            T(pull__rows_of_no_record__are_passed_over),
            T(pull__doubled_rows_in_any_order__change_nothing_p10),
            T(pages__full_one__is_followed),
            T(pages__interrupted__cost_one_page_p14),
            T(pages__limit_ignored__all_is_taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
