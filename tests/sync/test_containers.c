/* Which record goes to which database (docs/design.md §7). */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "script.h"

static struct place here;
static struct run run;

static int make(void **state)
{
    int rc = stage_make(state);

    if (rc == 0)
        here = place_open("here");
    run = (struct run){.answer = "yes", .job = {.organisation = "Le Dôme & Cie"}};
    return rc;
}

static int undo(void **state)
{
    script_stop();
    run_release(&run);
    place_close(&here);
    return stage_remove(state);
}

#define LIST(rows)                                                                     \
    "{'seq':1,'id':'odus:conteneurs','changes':[{'rev':'1-a'}],'doc':{"                \
    "'_id':'odus:conteneurs','_rev':'1-a','conteneurs':[" rows "]}}"
#define BOTH(name) "{'nom':'" name "','sens':'deux'}"

/* A database of which nothing new comes; N_PUSH batches go to it. */
static void other(const char *name, int pushes)
{
    char path[200];

    snprintf(path, sizeof(path), "GET /%s/_local/odus ", name);
    script_say(path, "200 OK", "{'epoch':'e1'}");
    snprintf(path, sizeof(path), "POST /%s/_bulk_docs ", name);
    for (int i = 0; i < pushes; i++)
        script_say(path, "201 Created", "[]");
    snprintf(path, sizeof(path), "GET /%s/_changes?", name);
    script_say(path, "200 OK", "{'results':[],'last_seq':1,'pending':0}");
    snprintf(path, sizeof(path), "POST /%s/_revs_diff ", name);
    for (int i = 0; i < pushes; i++)
        script_say(path, "200 OK", "{}");
}

/* Opens the session: the commons have LIST, PUSHES batches go there. */
static void commons(const char *list, int pushes)
{
    const char *rows[] = {list, NULL};

    script_epoch("e1");
    for (int i = 0; i < pushes; i++)
        script_say("POST /commons/_bulk_docs", "201 Created", "[]");
    script_page("'1-a'", 0, list ? rows : NULL);
    for (int i = 0; i < pushes; i++)
        script_say("POST /commons/_revs_diff", "200 OK", "{}");
}

static void play(void)
{
    script_play(&run, &here);
    run_well(&run);
}

/* Request that begins with HEAD; fails where there is none. */
static const char *request(const char *head)
{
    for (size_t i = 0; i < script_requests(); i++)
        if (strncmp(script_request(i), head, strlen(head)) == 0)
            return script_request(i);
    fail_msg("no request %s", head);
    return "";
}

static void name__of_an_organisation__is_a_database(void **state)
{
    static const char *const names[][2] = {{"Le Dôme & Cie", "org-le-dome-cie"},
            {"", ""}, {" -- ", ""}, {"ŒUVRE 12", "org-oeuvre-12"}};
    char name[REPLICA_NAME_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        sync_org_container(names[i][0], name);
        assert_string_equal(name, names[i][1]);
    }
}

static void records__by_their_visibility__go_to_one_database_only(void **state)
{
    static const char *const paths[] = {"POST /commons/_bulk_docs",
            "POST /pro/_bulk_docs", "POST /org-le-dome-cie/_bulk_docs"};

    (void)state;
    place_put(&here, 1, "");
    place_put(&here, 2, "'visibilite':'professionnel'");
    place_put(&here, 3, "'visibilite':'prive'");
    commons(LIST(BOTH("pro") "," BOTH("org-le-dome-cie") "," BOTH("org-autre")), 1);
    other("pro", 1);
    other("org-le-dome-cie", 1);
    play();
    for (int at = 0; at < 3; at++)
        for (int n = 1; n <= 3; n++)
            assert_int_equal(
                    strstr(request(paths[at]), stage_uid(n)) != NULL, n == at + 1);
    assert_int_equal(run.report.pushed, 3);
    assert_int_equal(place_waiting(&here), 0);
    for (int n = 4; n <= 6; n++) {
        place_put(&here, n,
                n == 4   ? ""
                : n == 5 ? "'visibilite':'professionnel'"
                         : "'visibilite':'prive'");
        assert_int_equal(place_standing(&here, n).state, REPLICA_WAITING);
    }
}

static void private__without_organisation__stays_here(void **state)
{
    (void)state;
    run.job.organisation = "";
    place_put(&here, 3, "'visibilite':'prive'");
    commons(LIST(BOTH("org-le-dome-cie")), 0);
    play();
    assert_int_equal(place_waiting(&here), 0);
    assert_int_equal(run.report.waiting, 0);
    assert_int_equal(run.report.staying, 1);
    assert_int_equal(place_standing(&here, 3).state, REPLICA_STAYS);
    place_put(&here, 4, "'visibilite':'prive'"); /* made since: it is known already */
    assert_int_equal(place_standing(&here, 4).state, REPLICA_STAYS);
    script_clear();
    run.job.organisation = "Le Dôme & Cie";
    commons(LIST(BOTH("org-le-dome-cie")), 0);
    other("org-le-dome-cie", 1);
    play();
    assert_int_equal(run.report.staying, 0);
    assert_int_equal(place_standing(&here, 3).state, REPLICA_SENT);
    assert_int_equal(place_standing(&here, 4).state, REPLICA_SENT);
}

/* One may read there and not write, or not even read. */
static void container__not_for_us__lets_its_records_stay(void **state)
{
    (void)state;
    place_put(&here, 1, "");
    place_put(&here, 2, "'visibilite':'professionnel'");
    place_put(&here, 3, "'visibilite':'prive'");
    commons(LIST("{'nom':'pro','sens':'lecture'}," BOTH("org-le-dome-cie")), 1);
    other("pro", 0);
    script_say("GET /org-le-dome-cie/_local/odus ", "403 Forbidden",
            "{'error':'forbidden','reason':'no'}");
    play();
    assert_int_equal(run.report.waiting, 0);
    assert_int_equal(run.report.staying, 2);
    assert_int_equal(place_standing(&here, 1).state, REPLICA_SENT);
    assert_int_equal(place_standing(&here, 2).state, REPLICA_STAYS);
    assert_int_equal(place_standing(&here, 3).state, REPLICA_STAYS);
}

static void list__is_remembered__and_changes(void **state)
{
    (void)state;
    commons(LIST(BOTH("pro")), 0);
    other("pro", 0);
    play();
    script_clear();
    commons(NULL, 0); /* it is not in the feed this time */
    other("pro", 0);
    play();
    script_clear();
    commons("{'seq':1,'id':'odus:conteneurs','changes':[{'rev':'2-b'}],'deleted':true}",
            0);
    play();
    script_clear();
    commons(NULL, 0);
    play();
}

static void list__without_its_document__is_fetched(void **state)
{
    const char *row = "{'seq':1,'id':'odus:conteneurs','changes':[{'rev':'1-a'}]}";
    const char *rows[] = {row, NULL};

    (void)state;
    place_put(&here, 1, ""); /* what is pushed asks for the feed without documents */
    script_epoch("e1");
    script_say("POST /commons/_bulk_docs", "201 Created", "[]");
    script_page("'1-a'", 0, rows);
    script_say("GET /commons/odus:conteneurs ", "200 OK",
            "{'_id':'odus:conteneurs','conteneurs':[" BOTH("pro") "]}");
    script_say("POST /commons/_revs_diff", "200 OK", "{}");
    other("pro", 0);
    play();
}

static void list__of_nonsense__is_passed_over(void **state)
{
    (void)state;
    commons(LIST("null,7,[],'x',{'nom':7}," BOTH("../etc") "," BOTH("_users") "," BOTH(
                    "Pro") "," BOTH("commons") "," BOTH("a/b") ",{'sens':'deux'"
                                                               "}," BOTH("org-"
                                                                         "autr"
                                                                         "e")),
            0);
    play();
}

/* Those of other organisations are not for us: ours counts wherever it stands. */
static void list__of_many_organisations__has_ours_at_the_end(void **state)
{
    struct buf rows;

    (void)state;
    buf_init(&rows, 0);
    buf_adds(&rows, "{'seq':1,'id':'odus:conteneurs','changes':[{'rev':'1-a'}],'doc':{"
                    "'_id':'odus:conteneurs','_rev':'1-a','conteneurs':[");
    for (int i = 0; i < 60; i++)
        buf_addf(&rows, "{'nom':'org-compagnie%d','sens':'deux'},", i);
    buf_adds(&rows, BOTH("pro") "]}}");
    commons(rows.s, 0);
    buf_release(&rows);
    other("pro", 0);
    play();
}

static void list__without_end__is_followed_for_a_while(void **state)
{
    struct buf rows;
    char name[20];

    (void)state;
    buf_init(&rows, 0);
    buf_adds(&rows, "{'seq':1,'id':'odus:conteneurs','changes':[{'rev':'1-a'}],'doc':{"
                    "'_id':'odus:conteneurs','_rev':'1-a','conteneurs':[");
    for (int i = 0; i < 40; i++)
        buf_addf(&rows, "%s{'nom':'salle%d','sens':'deux'}", i ? "," : "", i);
    buf_adds(&rows, "]}}");
    commons(rows.s, 0);
    buf_release(&rows);
    for (int i = 0; i < 32; i++) {
        snprintf(name, sizeof(name), "salle%d", i);
        other(name, 0);
    }
    play();
}

/* Record 2 at 2-REV of 1-000, which is not here, comes to pro. */
static void leaf_of_pro(const char *rev, const char *more)
{
    struct replica_doc doc = {.nrevs = 2};
    struct replica_slice slice = {.container = "pro", .docs = &doc, .n = 1};
    struct err err = {0};

    memcpy(doc.uid, stage_uid(2), sizeof(doc.uid));
    doc.revs = xcalloc(2, sizeof(*doc.revs));
    snprintf(doc.revs[0], REV_MAX, "2-%s", rev);
    snprintf(doc.revs[1], REV_MAX, "1-000");
    doc.body = stage_body(2, more);
    assert_int_equal(
            replica_apply(here.store, here.forms, &slice, NULL, NULL, &err), 0);
    replica_doc_release(&doc);
}

/* An earlier session was cut off before the merge; the ancestor is not in the commons.
 */
static void owed__of_another_container__is_asked_for_there(void **state)
{
    const char *ancestor =
            got_of(2, doc_of("1-000", 1, "'000'",
                              stage_body(2, "'visibilite':'professionnel'"), false));
    struct err err = {0};

    (void)state;
    leaf_of_pro("ccc", "'visibilite':'professionnel','note':'neuve'");
    leaf_of_pro("bbb", "'visibilite':'professionnel','titre':'Neuf'");
    assert_int_equal(store_meta_set(here.store, "merge_owed", "1", &err), 0);
    commons(LIST("{'nom':'pro','sens':'deux'}"), 0);
    script_say("POST /commons/_bulk_get", "200 OK",
            "{'results':[{'id':'x','docs':[{'error':{'error':'not_found'}}]}]}");
    script_say("GET /pro/_local/odus ", "200 OK", "{'epoch':'e1'}");
    script_say("POST /pro/_bulk_docs ", "201 Created", "[]");
    script_say(
            "GET /pro/_changes?", "200 OK", "{'results':[],'last_seq':1,'pending':0}");
    script_say("POST /pro/_revs_diff ", "200 OK", "{}");
    script_say("POST /pro/_bulk_get", "200 OK", ancestor);
    script_say("POST /pro/_bulk_docs ", "201 Created", "[]"); /* the merged one */
    script_say("POST /pro/_revs_diff ", "200 OK", "{}");
    script_say("POST /pro/_bulk_docs ", "201 Created", "[]"); /* and the other's end */
    script_say("POST /pro/_revs_diff ", "200 OK", "{}");
    play();
    assert_int_equal(run_count(&run, "merged"), 1);
    assert_string_equal(place_text(&here, 2, "titre"), "Neuf");
    assert_string_equal(place_text(&here, 2, "note"), "neuve");
}

/* Each container has a look at all records: what is to be decided is told once. */
static void conflict__seen_from_every_container__is_told_once(void **state)
{
    const char *rows[] = {kept(xstrdup(LIST(BOTH("pro") "," BOTH("org-le-dome-cie")))),
            row_of(1, "2-bbb", NULL, "{'rev':'2-aaa'}"), NULL};

    (void)state;
    script_epoch("e1");
    script_page("'2-a'", 0, rows);
    script_say("POST /commons/_bulk_get", "200 OK",
            kept(xasprintf("{'results':[{'id':'%s','docs':[{'ok':%s},{'ok':%s}]}]}",
                    stage_uid(1),
                    doc_of("2-bbb", 2, "'bbb','000'", stage_body(1, "'titre':'Bal'"),
                            false),
                    doc_of("2-aaa", 2, "'aaa','000'", stage_body(1, "'titre':'Trio'"),
                            false))));
    script_say("POST /commons/_bulk_get", "200 OK",
            got_of(1, doc_of("1-000", 1, "'000'", stage_body(1, ""), false)));
    other("pro", 0);
    other("org-le-dome-cie", 0);
    play();
    assert_int_equal(run_count(&run, "conflict"), 1);
    assert_int_equal(json_get_int(run_event(&run, "conflict"), "leaves", 0), 2);
    assert_int_equal(run.report.conflicts, 1);
}

static void direction__reading__sends_nothing(void **state)
{
    (void)state;
    place_put(&here, 2, "'visibilite':'professionnel'");
    commons(LIST("{'nom':'pro','sens':'lecture'}"), 0);
    other("pro", 0);
    play();
    assert_int_equal(run.report.waiting, 0);
    assert_int_equal(run.report.staying, 1);
    assert_int_equal(place_standing(&here, 2).state, REPLICA_STAYS);
}

static void direction__writing__fetches_nothing(void **state)
{
    (void)state;
    place_put(&here, 2, "'visibilite':'professionnel'");
    commons(LIST("{'nom':'pro','sens':'ecriture'}"), 0);
    script_say("GET /pro/_local/odus ", "200 OK", "{'epoch':'e1'}");
    script_say("POST /pro/_bulk_docs ", "201 Created", "[]");
    script_say("POST /pro/_revs_diff ", "200 OK", "{}");
    play();
    assert_int_equal(run.report.pushed, 1);
}

static void databases__missing_or_closed__are_left_out(void **state)
{
    static const char *const statuses[] = {
            "404 Not Found", "403 Forbidden", "401 Unauthorized"};

    (void)state;
    for (size_t i = 0; i < COUNT(statuses); i++) {
        commons(LIST(BOTH("pro") "," BOTH("org-le-dome-cie")), 0);
        script_say("GET /pro/_local/odus ", statuses[i], "{'error':'no'}");
        if (i == 0)
            script_say("PUT /pro/_local/odus ", statuses[i], "{'error':'no'}");
        other("org-le-dome-cie", 0);
        play();
        assert_int_equal(json_len(run.questions), 0);
        assert_false(run.report.network);
        script_clear();
    }
}

/* A session that was cut after a push to `pro`: the commons are not asked for it. */
static void proof__is_asked_where_it_was_sent_p15(void **state)
{
    (void)state;
    place_put(&here, 2, "'visibilite':'professionnel'");
    commons(LIST(BOTH("pro")), 0);
    script_say("GET /pro/_local/odus ", "200 OK", "{'epoch':'e1'}");
    script_say("POST /pro/_bulk_docs ", "201 Created", "[]");
    script_say("GET /pro/_changes?", "503 Service Unavailable", "{}");
    script_play(&run, &here);
    assert_int_not_equal(run.rc, 0);
    script_clear();
    commons(NULL, 0);
    script_say("GET /pro/_local/odus ", "200 OK", "{'epoch':'e1'}");
    script_say("GET /pro/_changes?", "200 OK", "{'results':[],'last_seq':1}");
    script_say("POST /pro/_revs_diff ", "200 OK", "{}");
    play();
    assert_int_equal(run.report.pushed, 1);
    assert_int_equal(run.report.refused, 0);
}

static void exercises__stay__in_an_ordinary_store_p40(void **state)
{
    (void)state;
    place_put(&here, 1, "'exercice':true");
    commons(NULL, 0);
    play();
    assert_int_equal(run.report.waiting, 0);
}

static void training__store__sends_exercises_only_p40(void **state)
{
    const char *sent;

    (void)state;
    assert_int_equal(store_meta_set(here.store, "training", "1", NULL), 0);
    place_put(&here, 1, "'exercice':true");
    place_put(&here, 2, "");
    commons(NULL, 1);
    play();
    sent = request("POST /commons/_bulk_docs");
    assert_non_null(strstr(sent, stage_uid(1)));
    assert_null(strstr(sent, stage_uid(2)));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, make, undo)
    const struct CMUnitTest tests[] = {
            T(name__of_an_organisation__is_a_database),
            T(records__by_their_visibility__go_to_one_database_only),
            T(private__without_organisation__stays_here),
            T(container__not_for_us__lets_its_records_stay),
            T(list__is_remembered__and_changes),
            T(list__without_its_document__is_fetched),
            T(list__of_nonsense__is_passed_over),
            T(list__of_many_organisations__has_ours_at_the_end),
            T(list__without_end__is_followed_for_a_while),
            T(owed__of_another_container__is_asked_for_there),
            T(conflict__seen_from_every_container__is_told_once),
            T(direction__reading__sends_nothing),
            T(direction__writing__fetches_nothing),
            T(databases__missing_or_closed__are_left_out),
            T(proof__is_asked_where_it_was_sent_p15),
            T(exercises__stay__in_an_ordinary_store_p40),
            T(training__store__sends_exercises_only_p40),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
