/* What whoever has signed in may read and write. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/serve/accounts.h"
#include "room.h"

static const char PRIVATE[] = ",'visibilite':'prive'";

/* Reason of the first row, "" where there is none. */
static const char *refused(const char *container, const char *doc)
{
    return room_push(container, doc) ? "" : room_at("0.reason");
}

static void auth__fusion__ends_no_record(void **state)
{
    static const char end[] = ",'_deleted':true,'fusion':'1-x'";

    (void)state;
    room_account("anne", "motdepasse", "organisateur");
    room_account("chef", "motdepasse", "administrateur");
    assert_int_equal(room_open((struct serve_options){.loopback = true}, NULL), 0);
    room_sign("anne", "motdepasse");
    assert_true(room_push("commons", room_record(1, "1-a", "")));
    assert_non_null(strstr(
            refused("commons", room_record(1, "2-b",
                                       ",'_deleted':true,'fusion':'1-a',"
                                       "'_revisions':{'start':2,'ids':['b','a']}")),
            "erase"));
    assert_int_equal(room_ask("PUT", "/commons/01900000-0000-7000-8000-000000000001",
                             room_record(1, "1-a", end)),
            403);
    /* one side of a conflict is closed, but not both */
    assert_true(room_push("commons", room_record(1, "1-c", "")));
    assert_string_equal(
            refused("commons", room_record(1, "2-d",
                                       ",'_deleted':true,'fusion':'1-c',"
                                       "'_revisions':{'start':2,'ids':['d','a']}")),
            "");
    assert_true(room_push("commons", room_record(2, "1-a", "")));
    assert_true(room_push("commons", room_record(2, "1-c", "")));
    assert_int_equal(
            room_ask("POST", "/commons/_bulk_docs",
                    "{'new_edits':false,'docs':["
                    "{'_id':'01900000-0000-7000-8000-000000000002','_rev':'2-x',"
                    "'_revisions':{'start':2,'ids':['x','a']},'_deleted':true,"
                    "'fusion':'1-c'},"
                    "{'_id':'01900000-0000-7000-8000-000000000002','_rev':'2-y',"
                    "'_revisions':{'start':2,'ids':['y','c']},'_deleted':true,"
                    "'fusion':'1-a'}]}"),
            201);
    assert_int_equal(json_len(room_json), 1);
    assert_string_equal(room_at("0.rev"), "2-y");
    /* what it was merged into comes after it in the same request */
    assert_true(room_push("commons", room_record(3, "1-a", "")));
    assert_int_equal(
            room_ask("POST", "/commons/_bulk_docs",
                    "{'new_edits':false,'docs':["
                    "{'_id':'01900000-0000-7000-8000-000000000003','_rev':'2-x',"
                    "'_revisions':{'start':2,'ids':['x','a']},'_deleted':true,"
                    "'fusion':'2-m'},"
                    "{'_id':'01900000-0000-7000-8000-000000000003',"
                    "'uid':'01900000-0000-7000-8000-000000000003','type':'lieu',"
                    "'_revisions':{'start':2,'ids':['m','b']},'modifie_par':'anne'}]}"),
            201);
    assert_int_equal(json_len(room_json), 0);
    room_sign("chef", "motdepasse");
    assert_int_equal(
            room_ask("DELETE", "/commons/01900000-0000-7000-8000-000000000001?rev=1-c",
                    NULL),
            200);
}

static void auth__organisation__is_not_written_from_elsewhere(void **state)
{
    (void)state;
    room_account("anne", "motdepasse", "organisateur");
    room_account("paul", "motdepasse", "referent org-cie");
    assert_int_equal(room_open((struct serve_options){.loopback = true}, NULL), 0);
    room_sign("paul", "motdepasse");
    assert_true(room_push("org-cie", room_record(1, "1-a", PRIVATE)));
    assert_true(room_push("commons", room_record(2, "1-a", "")));
    room_sign("anne", "motdepasse");
    assert_non_null(strstr(refused("commons", room_record(1, "9-f", "")), "container"));
    room_sign("paul", "motdepasse");
    assert_true(room_push("org-cie",
            room_record(2, "2-b",
                    ",'visibilite':'prive','_revisions':{'start':2,'ids':['b','a']}")));
    /* it has become private meanwhile: an edit of what was public is a conflict */
    room_sign("anne", "motdepasse");
    assert_string_equal(
            refused("commons",
                    room_record(2, "2-c", ",'_revisions':{'start':2,'ids':['c','a']}")),
            "");
    room_sign("paul", "motdepasse");
    assert_string_equal(
            refused("commons",
                    room_record(1, "2-b", ",'_revisions':{'start':2,'ids':['b','a']}")),
            "");
}

static void auth__epoch__is_changed_by_administrators(void **state)
{
    (void)state;
    room_account("lise", "motdepasse", "lecteur");
    room_account("chef", "motdepasse", "administrateur");
    assert_int_equal(room_open((struct serve_options){.loopback = true}, NULL), 0);
    room_sign("lise", "motdepasse");
    assert_int_equal(room_ask("PUT", "/commons/_local/odus", "{'epoch':'1'}"), 201);
    assert_int_equal(room_ask("PUT", "/commons/_local/odus", "{'epoch':'2'}"), 409);
    assert_int_equal(room_ask("DELETE", "/commons/_local/odus?rev=0-1", NULL), 409);
    assert_int_equal(room_ask("PUT", "/commons/_local/mine", "{'a':1}"), 201);
    assert_int_equal(room_ask("PUT", "/commons/_local/mine", "{'a':2}"), 201);
    room_sign("chef", "motdepasse");
    assert_int_equal(room_ask("DELETE", "/commons/_local/odus?rev=0-1", NULL), 200);
}

static void auth__roles__readers_read_and_writers_sign_what_they_write(void **state)
{
    (void)state;
    room_account("lise", "motdepasse", "lecteur");
    room_account("paul", "motdepasse", "organisateur");
    assert_int_equal(room_open((struct serve_options){.loopback = true}, NULL), 0);
    room_sign("lise", "motdepasse");
    assert_int_equal(room_ask("GET", "/commons", NULL), 200);
    assert_int_equal(room_ask("PUT", "/commons/_local/x", "{}"), 201);
    assert_false(room_push("commons", room_record(1, "1-a", "")));
    assert_string_equal(room_at("0.error"), "forbidden");
    room_sign("paul", "motdepasse");
    assert_false(room_push("commons", room_record(1, "1-a", "")));
    assert_true(room_push("commons", room_record(1, "1-a", ",'modifie_par':'paul'")));
}

static void auth__training__takes_exercises_only(void **state)
{
    (void)state;
    assert_int_equal(
            room_open((struct serve_options){.loopback = true, .training = true}, NULL),
            0);
    assert_false(room_push("commons", room_record(1, "1-a", "")));
    assert_true(room_push("commons", room_record(1, "1-a", ",'exercice':true")));
}

static void auth__organisation__is_for_its_members(void **state)
{
    (void)state;
    room_account("anne", "motdepasse", "org-decables organisateur");
    room_account("lise", "motdepasse", "lecteur");
    room_account("chef", "motdepasse", "administrateur");
    assert_int_equal(room_open((struct serve_options){.loopback = true}, NULL), 0);
    room_sign("lise", "motdepasse");
    assert_int_equal(room_ask("GET", "/org-decables", NULL), 403);
    room_sign("chef", "motdepasse");
    assert_int_equal(room_ask("GET", "/org-decables", NULL), 404);
    room_sign("anne", "motdepasse");
    assert_int_equal(room_ask("GET", "/org-decables", NULL), 200);
    assert_true(room_push("org-decables", room_record(1, "1-a", PRIVATE)));
    room_sign("chef", "motdepasse");
    assert_int_equal(room_ask("GET", "/org-decables", NULL), 200);
    assert_int_equal(json_get_int(room_json, "doc_count", -1), 1);
}

/* Every way to a body, by the name of a record of another container. */
static void assert_hidden(const char *container)
{
    char uri[200], body[200];

    snprintf(uri, sizeof(uri), "/%s/%s", container, room_uid(1));
    assert_int_equal(room_ask("GET", uri, NULL), 404);
    snprintf(uri, sizeof(uri), "/%s/%s?rev=1-a", container, room_uid(1));
    assert_int_equal(room_ask("GET", uri, NULL), 404);
    snprintf(uri, sizeof(uri), "/%s/%s?open_revs=all", container, room_uid(1));
    assert_int_equal(room_ask("GET", uri, NULL), 200);
    assert_null(strstr(room_text.s, "Salle 1"));
    snprintf(uri, sizeof(uri), "/%s/_bulk_get", container);
    snprintf(body, sizeof(body), "{'docs':[{'id':'%s','rev':'1-a'}]}", room_uid(1));
    assert_int_equal(room_ask("POST", uri, body), 200);
    assert_null(strstr(room_text.s, "Salle 1"));
    snprintf(uri, sizeof(uri), "/%s/_all_docs?include_docs=true", container);
    snprintf(body, sizeof(body), "{'keys':['%s']}", room_uid(1));
    assert_int_equal(room_ask("POST", uri, body), 200);
    assert_null(strstr(room_text.s, "Salle 1"));
    snprintf(uri, sizeof(uri), "/%s/_changes?include_docs=true", container);
    assert_int_equal(room_ask("GET", uri, NULL), 200);
    assert_null(strstr(room_text.s, "Salle 1"));
}

static void place__read__stops_at_the_wall(void **state)
{
    char uri[200];

    (void)state;
    room_account("anne", "motdepasse", "org-decables organisateur");
    room_account("paul", "motdepasse", "org-autres organisateur");
    assert_int_equal(room_open((struct serve_options){.loopback = true}, NULL), 0);
    room_sign("anne", "motdepasse");
    assert_true(room_push("org-decables", room_record(1, "1-a", PRIVATE)));
    snprintf(uri, sizeof(uri), "/org-decables/%s", room_uid(1));
    assert_int_equal(room_ask("GET", uri, NULL), 200);
    assert_string_equal(room_at("nom"), "Salle 1");
    room_sign("paul", "motdepasse");
    assert_hidden("commons");
    assert_hidden("pro");
    assert_hidden("org-autres");
}

/* Samples in a store of ordinary work, and what its owner holds back. */
static void place__read__keeps_samples_and_held_records_here(void **state)
{
    struct err err = {0};
    char uri[100];

    (void)state;
    assert_int_equal(
            room_open((struct serve_options){.loopback = true, .training = true}, NULL),
            0);
    assert_true(room_push("commons", room_record(1, "1-a", ",'exercice':true")));
    room_ask("GET", "/commons/_changes", NULL);
    assert_int_equal(json_len(json_get(room_json, "results")), 1);
    assert_int_equal(room_open((struct serve_options){.loopback = true}, NULL), 0);
    assert_hidden("commons");
    assert_true(room_push("commons", room_record(2, "1-a", "")));
    assert_true(room_push("commons", room_record(3, "1-a", "")));
    assert_int_equal(replica_hold(room_store, room_uid(2), true, &err), 0);
    room_ask("GET", "/commons/_changes", NULL);
    assert_int_equal(json_len(json_get(room_json, "results")), 1);
    assert_string_equal(room_at("results.0.id"), room_uid(3));
    room_ask("GET", "/commons/_all_docs", NULL);
    assert_int_equal(json_len(json_get(room_json, "rows")), 1);
    snprintf(uri, sizeof(uri), "/commons/%s", room_uid(2));
    assert_int_equal(room_ask("GET", uri, NULL), 404);
}

/* The feed's row of record N, with its document where there is one. */
static struct json *row_of(const struct json *feed, int n)
{
    const struct json *rows = json_get(feed, "results");

    for (size_t i = 0; i < json_len(rows); i++)
        if (strcmp(json_get_text(json_at(rows, i), "id"), room_uid(n)) == 0)
            return json_at(rows, i);
    return NULL;
}

/* The feed of CONTAINER has the bodies that are had by name there, and no other one. */
static void assert_feed_is_what_is_read(const char *container, int n)
{
    struct json *with_docs, *without;
    char uri[100];

    snprintf(uri, sizeof(uri), "/%s/_changes?include_docs=true", container);
    assert_int_equal(room_ask("GET", uri, NULL), 200);
    with_docs = json_retain(room_json);
    snprintf(uri, sizeof(uri), "/%s/_changes", container);
    assert_int_equal(room_ask("GET", uri, NULL), 200);
    without = json_retain(room_json);
    for (; n > 0; n--) {
        struct json *row = row_of(with_docs, n);
        int status;

        snprintf(uri, sizeof(uri), "/%s/%s", container, room_uid(n));
        status = room_ask("GET", uri, NULL);
        assert_int_equal(row != NULL, row_of(without, n) != NULL);
        if (row && status == 200)
            assert_true(json_same(json_get(row, "doc"), room_json));
        else if (row)
            assert_true(json_get_bool(row, "deleted", false));
    }
    json_free(with_docs);
    json_free(without);
}

static void place__feed__gives_what_can_be_read(void **state)
{
    static const char inside[] = ",'visibilite':'prive','a':{'visibilite':'public'}";
    static const char merged[] =
            ",'_revisions':{'start':2,'ids':['c','a']},'A':1,'nom':'Rue \\u00e9'";
    struct err err = {0};

    (void)state;
    room_account("anne", "motdepasse", "administrateur org-cie");
    assert_int_equal(
            room_open((struct serve_options){.loopback = true, .training = true}, NULL),
            0);
    room_sign("anne", "motdepasse");
    assert_true(room_push("commons", room_record(1, "1-a", ",'exercice':true")));
    assert_true(room_push("commons", room_record(2, "1-a", ",'exercice':'oui'")));
    assert_feed_is_what_is_read("commons", 2);
    assert_int_equal(room_open((struct serve_options){.loopback = true}, NULL), 0);
    room_sign("anne", "motdepasse");
    assert_true(room_push("commons", room_record(3, "1-a", "")));
    assert_true(room_push("commons", room_record(4, "1-a", ",'b':{'exercice':true}")));
    assert_true(room_push("commons", room_record(5, "1-a", "")));
    assert_true(room_push("commons", room_record(5, "1-b", "")));
    assert_true(room_push("commons", room_record(5, "2-c", merged)));
    assert_true(room_push("commons", room_record(6, "1-a", "")));
    assert_int_equal(replica_hold(room_store, room_uid(6), true, &err), 0);
    assert_true(room_push("commons", room_record(7, "1-a", ",'_deleted':true")));
    assert_true(room_push("org-cie", room_record(8, "1-a", inside)));
    assert_true(room_push("commons", room_record(9, "1-a", "")));
    assert_feed_is_what_is_read("commons", 9);
    assert_int_equal(room_ask("GET", "/commons/_changes?include_docs=true", NULL), 200);
    assert_int_equal(json_len(json_get(room_json, "results")), 5);
    assert_feed_is_what_is_read("org-cie", 9);
    assert_int_equal(room_ask("GET", "/org-cie/_changes", NULL), 200);
    assert_int_equal(json_len(json_get(room_json, "results")), 1);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, room_make, room_remove)
    const struct CMUnitTest tests[] = {
            T(auth__fusion__ends_no_record),
            T(auth__organisation__is_not_written_from_elsewhere),
            T(auth__epoch__is_changed_by_administrators),
            T(auth__roles__readers_read_and_writers_sign_what_they_write),
            T(auth__training__takes_exercises_only),
            T(auth__organisation__is_for_its_members),
            T(place__read__stops_at_the_wall),
            T(place__read__keeps_samples_and_held_records_here),
            T(place__feed__gives_what_can_be_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
