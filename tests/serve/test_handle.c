#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "room.h"

/* --- the server and its containers --------------------------------------------- */

static void handle__root__welcomes_under_a_name_that_stays(void **state)
{
    char uuid[37];

    (void)state;
    assert_int_equal(room_ask("GET", "/", NULL), 200);
    assert_string_equal(room_at("couchdb"), "Welcome");
    assert_string_equal(room_at("vendor.name"), "odus");
    snprintf(uuid, sizeof(uuid), "%s", room_at("uuid"));
    assert_int_equal(strlen(uuid), 36);
    assert_int_equal(room_open((struct serve_options){.loopback = true}, NULL), 0);
    room_ask("GET", "/", NULL);
    assert_string_equal(room_at("uuid"), uuid);
}

static void handle__container__counts_its_documents(void **state)
{
    (void)state;
    assert_true(room_push("commons", room_record(1, "1-a", "")));
    assert_true(room_push(
            "commons", room_record(2, "1-b", ",'_deleted':true,'fusion':'1-x'")));
    assert_int_equal(room_ask("GET", "/commons/", NULL), 200);
    assert_string_equal(room_at("db_name"), "commons");
    assert_int_equal(json_get_int(room_json, "doc_count", -1), 1);
    assert_int_equal(json_get_int(room_json, "doc_del_count", -1), 1);
    assert_int_equal(room_ask("HEAD", "/commons", NULL), 200);
    assert_int_equal(room_ask("GET", "/pro", NULL), 200);
    assert_int_equal(room_ask("GET", "/org-neant", NULL), 404);
    assert_int_equal(room_ask("GET", "/autre", NULL), 404);
    assert_int_equal(room_ask("PUT", "/commons", NULL), 412);
    assert_int_equal(room_ask("PUT", "/autre", NULL), 401);
}

static void handle__methods__are_those_of_the_path(void **state)
{
    (void)state;
    assert_int_equal(room_ask("PATCH", "/commons", NULL), 405);
    assert_string_equal(room_answer.allow, "GET,PUT,POST");
    assert_int_equal(room_ask("GET", "/commons/_bulk_docs", NULL), 405);
    assert_int_equal(room_ask("GET", "/commons/a/b/c", NULL), 400);
    assert_int_equal(room_ask("GET", "/commons/_sonstwas", NULL), 404);
    assert_int_equal(room_ask("GET", "/_all_dbs", NULL), 404);
    assert_int_equal(room_ask("POST", "/commons/_compact", NULL), 202);
    assert_int_equal(room_ask("POST", "/commons/_ensure_full_commit", NULL), 201);
    assert_int_equal(room_ask("GET", "/commons/_security", NULL), 200);
}

/* --- changes ------------------------------------------------------------------- */

static void handle__changes__come_after_since_and_up_to_limit(void **state)
{
    char uri[100];

    (void)state;
    for (int n = 1; n <= 5; n++)
        assert_true(room_push("commons", room_record(n, "1-a", "")));
    assert_int_equal(room_ask("GET", "/commons/_changes?limit=2", NULL), 200);
    assert_int_equal(json_len(json_get(room_json, "results")), 2);
    assert_int_equal(json_get_int(room_json, "pending", -1), 3);
    snprintf(uri, sizeof(uri), "/commons/_changes?since=%%22%d%%22&limit=100",
            (int)json_get_int(room_json, "last_seq", -1));
    assert_int_equal(room_ask("GET", uri, NULL), 200);
    assert_int_equal(json_len(json_get(room_json, "results")), 3);
    assert_string_equal(room_at("results.0.id"), room_uid(3));
    assert_int_equal(json_get_int(room_json, "pending", -1), 0);
    room_ask("GET", "/commons/_changes?since=now", NULL);
    assert_int_equal(json_len(json_get(room_json, "results")), 0);
    room_ask("GET", "/pro/_changes", NULL);
    assert_int_equal(json_len(json_get(room_json, "results")), 0);
}

static void handle__changes__tell_all_leaves_and_bodies(void **state)
{
    (void)state;
    assert_true(room_push("commons", room_record(1, "1-a", "")));
    assert_true(room_push("commons", room_record(1, "1-b", "")));
    room_ask("GET", "/commons/_changes?include_docs=true&conflicts=true", NULL);
    assert_int_equal(
            json_len(json_get(json_at(json_get(room_json, "results"), 0), "changes")),
            1);
    assert_string_equal(room_at("results.0.changes.0.rev"), "1-b");
    assert_string_equal(room_at("results.0.doc._rev"), "1-b");
    assert_string_equal(room_at("results.0.doc.nom"), "Salle 1");
    assert_string_equal(room_at("results.0.doc._conflicts.0"), "1-a");
    room_ask("GET", "/commons/_changes?style=all_docs", NULL);
    assert_string_equal(room_at("results.0.changes.1.rev"), "1-a");
}

static void handle__changes__of_named_documents(void **state)
{
    char body[200];

    (void)state;
    for (int n = 1; n <= 3; n++)
        assert_true(room_push("commons", room_record(n, "1-a", "")));
    snprintf(body, sizeof(body), "{'doc_ids':['%s','x']}", room_uid(2));
    room_ask("POST", "/commons/_changes?filter=_doc_ids", body);
    assert_int_equal(json_len(json_get(room_json, "results")), 1);
    assert_string_equal(room_at("results.0.id"), room_uid(2));
    assert_int_equal(json_get_int(room_json, "last_seq", -1), 3);
}

static void handle__changes__refuses_what_it_does_not_know(void **state)
{
    static const char *const queries[] = {"since=abc", "limit=x", "limit=-5",
            "feed=eventsource", "descending=true", "filter=_view", "filter=a/b",
            "filter=_doc_ids", "heartbeat=x", "timeout=-1", "since=-3"};

    (void)state;
    for (size_t i = 0; i < COUNT(queries); i++) {
        char uri[100];

        snprintf(uri, sizeof(uri), "/commons/_changes?%s", queries[i]);
        assert_int_equal(room_ask("GET", uri, NULL), 400);
        assert_string_equal(room_at("error"), "bad_request");
    }
}

static void handle__longpoll__waits_beats_and_answers_the_first_change(void **state)
{
    enum stream_state now;
    int64_t wake_ms = 0;
    struct answer kept;

    (void)state;
    room_ask("GET", "/commons/_changes?feed=longpoll&heartbeat=10000", NULL);
    assert_true(room_waits);
    kept = room_answer;
    answer_init(&room_answer);
    assert_true(room_push("commons", room_record(1, "1-a", "")));
    buf_clear(&room_text);
    now = kept.stream.next(kept.stream.ctx, &room_text, &wake_ms);
    assert_int_equal(now, STREAM_END);
    assert_non_null(strstr(room_text.s, room_uid(1)));
    answer_release(&kept);
}

static void handle__longpoll__ends_with_its_time_or_the_server(void **state)
{
    int64_t wake_ms = 0;

    (void)state;
    room_ask("GET", "/commons/_changes?feed=longpoll&timeout=0", NULL);
    assert_false(room_waits);
    assert_int_equal(json_len(json_get(room_json, "results")), 0);
    room_ask("GET", "/commons/_changes?feed=longpoll&timeout=50000", NULL);
    assert_true(room_waits);
    assert_int_equal(
            room_answer.stream.next(room_answer.stream.ctx, &room_text, &wake_ms),
            STREAM_WAIT);
    assert_true(wake_ms > clock_mono_ms());
    serve_stop(room_serve);
    assert_int_equal(
            room_answer.stream.next(room_answer.stream.ctx, &room_text, &wake_ms),
            STREAM_END);
}

/* --- documents ----------------------------------------------------------------- */

static void handle__bulk_docs__is_idempotent_and_lists_failures_only(void **state)
{
    (void)state;
    assert_true(room_push("commons", room_record(1, "1-a", "")));
    assert_true(room_push("commons", room_record(1, "1-a", "")));
    room_ask("GET", "/commons", NULL);
    assert_int_equal(json_get_int(room_json, "update_seq", -1), 1);
    assert_int_equal(room_ask("POST", "/commons/_bulk_docs",
                             "{'new_edits':false,'docs':[{'_id':'_design/x',"
                             "'_rev':'1-a'},{'_id':'a','_rev':'rien'}]}"),
            201);
    assert_int_equal(json_len(room_json), 2);
    assert_string_equal(room_at("0.id"), "_design/x");
    assert_string_equal(room_at("0.error"), "forbidden");
}

static void handle__bulk_docs__new_edits_meet_conflicts_row_by_row(void **state)
{
    char body[3000], rev[64];

    (void)state;
    snprintf(body, sizeof(body), "{'docs':[%s]}",
            "{'_id':'01900000-0000-7000-8000-000000000001',"
            "'uid':'01900000-0000-7000-8000-000000000001','type':'lieu',"
            "'nom':'a','modifie_par':'anne','visibilite':'public'}");
    assert_int_equal(room_ask("POST", "/commons/_bulk_docs", body), 201);
    snprintf(rev, sizeof(rev), "%s", room_at("0.rev"));
    assert_memory_equal(rev, "1-", 2);
    assert_int_equal(room_ask("POST", "/commons/_bulk_docs", body), 201);
    assert_string_equal(room_at("0.error"), "conflict");
    snprintf(body, sizeof(body), "{'docs':[%s,%s]}", room_record(1, rev, ",'a':1"),
            room_record(1, rev, ",'a':2"));
    assert_int_equal(room_ask("POST", "/commons/_bulk_docs", body), 201);
    assert_memory_equal(room_at("0.rev"), "2-", 2);
    assert_string_equal(room_at("1.error"), "conflict");
}

/* Beyond some hundreds each more costs everybody, and clients take none of it. */
static void handle__bulk_docs__leaves_of_a_record_are_limited(void **state)
{
    enum { ALLOWED = 500 };
    struct buf text;
    char rev[20];

    (void)state;
    buf_init(&text, 0);
    buf_adds(&text, "{'new_edits':false,'docs':[");
    for (int i = 0; i < 800; i++) {
        snprintf(rev, sizeof(rev), "1-%d", i);
        buf_addf(&text, "%s%s", i ? "," : "", room_record(1, rev, ""));
    }
    buf_adds(&text, "]}");
    assert_int_equal(room_ask("POST", "/commons/_bulk_docs", text.s), 201);
    assert_int_equal(json_len(room_json), 800 - ALLOWED);
    assert_string_equal(room_at("0.error"), "forbidden");
    assert_true(room_push("commons",
            room_record(1, "2-a", ",'_revisions':{'start':2,'ids':['a','7']}")));
    buf_release(&text);
}

static void handle__doc__is_put_got_and_deleted(void **state)
{
    char uri[200], rev[64];

    (void)state;
    snprintf(uri, sizeof(uri), "/commons/%s", room_uid(7));
    assert_int_equal(room_ask("GET", uri, NULL), 404);
    assert_string_equal(room_at("reason"), "missing");
    assert_int_equal(room_ask("PUT", uri,
                             "{'uid':'01900000-0000-7000-8000-000000000007',"
                             "'type':'lieu','modifie_par':'anne',"
                             "'visibilite':'public'}"),
            201);
    snprintf(rev, sizeof(rev), "%s", room_at("rev"));
    assert_int_equal(room_ask("GET", uri, NULL), 200);
    assert_string_equal(room_at("_rev"), rev);
    snprintf(uri, sizeof(uri), "/commons/%s?rev=%s&revs=true&revs_info=true",
            room_uid(7), rev);
    assert_int_equal(room_ask("GET", uri, NULL), 200);
    assert_string_equal(room_at("_revisions.ids.0"), rev + 2);
    assert_string_equal(room_at("_revs_info.0.status"), "available");
    assert_int_equal(room_ask("DELETE", uri, NULL), 403); /* erasing for good */
}

static void handle__open_revs__gives_leaves_and_names_the_missing(void **state)
{
    char uri[200];

    (void)state;
    assert_true(room_push("commons", room_record(1, "1-a", "")));
    assert_true(room_push("commons", room_record(1, "1-b", "")));
    snprintf(uri, sizeof(uri), "/commons/%s?open_revs=all", room_uid(1));
    assert_int_equal(room_ask("GET", uri, NULL), 200);
    assert_int_equal(json_len(room_json), 2);
    snprintf(uri, sizeof(uri), "/commons/%s?open_revs=[%%221-a%%22,%%229-z%%22]",
            room_uid(1));
    assert_int_equal(room_ask("GET", uri, NULL), 200);
    assert_string_equal(room_at("0.ok._rev"), "1-a");
    assert_string_equal(room_at("1.missing"), "9-z");
    snprintf(uri, sizeof(uri), "/commons/%s?open_revs=oui", room_uid(1));
    assert_int_equal(room_ask("GET", uri, NULL), 400);
}

static void handle__bulk_get__gives_the_latest_when_asked(void **state)
{
    char body[400];

    (void)state;
    assert_true(room_push("commons", room_record(1, "1-a", "")));
    assert_true(room_push("commons",
            room_record(1, "2-b", ",'_revisions':{'start':2,'ids':['b','a']}")));
    snprintf(body, sizeof(body),
            "{'docs':[{'id':'%s','rev':'1-a'},{'id':'%s','rev':'7-q'},{}]}",
            room_uid(1), room_uid(1));
    assert_int_equal(
            room_ask("POST", "/commons/_bulk_get?latest=true&revs=true", body), 200);
    assert_string_equal(room_at("results.0.docs.0.ok._rev"), "2-b");
    assert_string_equal(room_at("results.0.docs.0.ok._revisions.ids.1"), "a");
    assert_string_equal(room_at("results.1.docs.0.error.error"), "not_found");
    assert_string_equal(room_at("results.1.docs.0.error.rev"), "7-q");
    assert_string_equal(room_at("results.2.docs.0.error.error"), "not_found");
    assert_int_equal(room_ask("POST", "/commons/_bulk_get", "{}"), 400);
}

static void handle__revs_diff__names_what_is_not_here(void **state)
{
    char body[300];

    (void)state;
    assert_true(room_push("commons", room_record(1, "1-a", "")));
    snprintf(body, sizeof(body), "{'%s':['1-a','2-c'],'%s':['1-z',7]}", room_uid(1),
            room_uid(2));
    assert_int_equal(room_ask("POST", "/commons/_revs_diff", body), 200);
    snprintf(body, sizeof(body), "%s.missing.0", room_uid(1));
    assert_string_equal(room_at(body), "2-c");
    snprintf(body, sizeof(body), "%s.missing.0", room_uid(2));
    assert_string_equal(room_at(body), "1-z");
}

static void handle__all_docs__in_order_by_range_and_by_key(void **state)
{
    char uri[300], body[200];

    (void)state;
    for (int n = 4; n >= 1; n--)
        assert_true(room_push("commons", room_record(n, "1-a", "")));
    room_ask("GET", "/commons/_all_docs?limit=2&skip=1&include_docs=true", NULL);
    assert_int_equal(json_len(json_get(room_json, "rows")), 2);
    assert_int_equal(json_get_int(room_json, "total_rows", -1), 4);
    assert_string_equal(room_at("rows.0.doc._id"), room_uid(2));
    snprintf(uri, sizeof(uri),
            "/commons/"
            "_all_docs?startkey=%%22%s%%22&endkey=%%22%s%%22&inclusive_end=false",
            room_uid(2), room_uid(4));
    room_ask("GET", uri, NULL);
    assert_int_equal(json_len(json_get(room_json, "rows")), 2);
    assert_string_equal(room_at("rows.1.id"), room_uid(3));
    room_ask("GET", "/commons/_all_docs?descending=true&limit=1", NULL);
    assert_string_equal(room_at("rows.0.id"), room_uid(4));
    snprintf(body, sizeof(body), "{'keys':['%s','rien']}", room_uid(3));
    room_ask("POST", "/commons/_all_docs", body);
    assert_string_equal(room_at("rows.0.value.rev"), "1-a");
    assert_string_equal(room_at("rows.1.error"), "not_found");
    assert_int_equal(room_ask("GET", "/commons/_all_docs?skip=x", NULL), 400);
}

static void handle__local__counts_its_revisions(void **state)
{
    (void)state;
    assert_int_equal(room_ask("GET", "/commons/_local/a%2Fb", NULL), 404);
    assert_int_equal(room_ask("PUT", "/commons/_local/a%2Fb", "{'x':1}"), 201);
    assert_string_equal(room_at("rev"), "0-1");
    assert_int_equal(
            room_ask("PUT", "/commons/_local/a%2Fb", "{'x':2,'_rev':'0-1'}"), 201);
    assert_int_equal(
            room_ask("PUT", "/commons/_local/a%2Fb", "{'x':3,'_rev':'0-1'}"), 409);
    assert_int_equal(room_ask("GET", "/commons/_local/a%2Fb", NULL), 200);
    assert_string_equal(room_at("_id"), "_local/a/b");
    assert_string_equal(room_at("_rev"), "0-2");
    assert_int_equal(json_get_int(room_json, "x", -1), 2);
    assert_int_equal(room_ask("GET", "/pro/_local/a%2Fb", NULL), 404);
    assert_int_equal(room_ask("DELETE", "/commons/_local/a%2Fb?rev=0-2", NULL), 200);
    assert_int_equal(room_ask("DELETE", "/commons/_local/a%2Fb", NULL), 404);
}

/* Anybody who reads may leave one, and none is ever taken back. */
static void handle__local__oldest_make_room_but_the_epoch(void **state)
{
    char uri[60];

    (void)state;
    assert_int_equal(room_ask("PUT", "/commons/_local/odus", "{'epoch':'1'}"), 201);
    for (int i = 0; i < 520; i++) {
        snprintf(uri, sizeof(uri), "/commons/_local/n%d", i);
        assert_int_equal(room_ask("PUT", uri, "{}"), 201);
        assert_int_equal(room_ask("PUT", "/commons/_local/n0", "{}"), 201);
    }
    assert_int_equal(room_ask("GET", "/commons/_local/odus", NULL), 200);
    assert_int_equal(room_ask("GET", "/commons/_local/n0", NULL), 200);
    assert_int_equal(room_ask("GET", "/commons/_local/n519", NULL), 200);
    assert_int_equal(room_ask("GET", "/commons/_local/n1", NULL), 404);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, room_make, room_remove)
    const struct CMUnitTest tests[] = {
            T(handle__root__welcomes_under_a_name_that_stays),
            T(handle__container__counts_its_documents),
            T(handle__methods__are_those_of_the_path),
            T(handle__changes__come_after_since_and_up_to_limit),
            T(handle__changes__tell_all_leaves_and_bodies),
            T(handle__changes__of_named_documents),
            T(handle__changes__refuses_what_it_does_not_know),
            T(handle__longpoll__waits_beats_and_answers_the_first_change),
            T(handle__longpoll__ends_with_its_time_or_the_server),
            T(handle__bulk_docs__is_idempotent_and_lists_failures_only),
            T(handle__bulk_docs__new_edits_meet_conflicts_row_by_row),
            T(handle__bulk_docs__leaves_of_a_record_are_limited),
            T(handle__doc__is_put_got_and_deleted),
            T(handle__open_revs__gives_leaves_and_names_the_missing),
            T(handle__bulk_get__gives_the_latest_when_asked),
            T(handle__revs_diff__names_what_is_not_here),
            T(handle__all_docs__in_order_by_range_and_by_key),
            T(handle__local__counts_its_revisions),
            T(handle__local__oldest_make_room_but_the_epoch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
