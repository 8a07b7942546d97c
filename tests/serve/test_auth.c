#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "odus/serve/accounts.h"
#include "room.h"

static const char CODE[] = "ABCD-EFGH";
static const char PRIVATE[] = ",'visibilite':'prive'";

/* ROLES with a blank between them. */
static void add(const char *name, const char *password, const char *names)
{
    struct view rest = view_of(names), role;
    struct json *roles = json_new_array();
    struct err err = {0};

    while (view_next(&rest, ' ', &role))
        json_push_take(roles, json_text(role));
    assert_int_equal(
            accounts_add(store_dir(room_store), name, password, roles, &err), 0);
    json_free(roles);
}

static void open_to_others(const char *code)
{
    struct err err = {0};

    assert_int_equal(room_open((struct serve_options){.code = code}, &err), 0);
    room_request.address = "192.168.1.7";
    room_request.loopback = false;
}

static void sign(const char *name, const char *password)
{
    room_request.authorization = room_basic(name, password);
}

/* The cookie of the last answer, as a browser sends it back; good until the next. */
static const char *take_cookie(void)
{
    static char cookie[120];

    snprintf(cookie, sizeof(cookie), "%.*s", (int)strcspn(room_answer.cookie, ";"),
            room_answer.cookie);
    return cookie;
}

/* --- who may enter ------------------------------------------------------------- */

static void auth__open__on_loopback_alone(void **state)
{
    struct err err = {0};

    (void)state;
    assert_int_equal(room_ask("GET", "/commons", NULL), 200);
    assert_int_equal(
            room_open((struct serve_options){.loopback = false}, &err), ERR_USAGE);
    add("anne", "motdepasse", "lecteur");
    assert_int_equal(room_open((struct serve_options){.loopback = true}, &err), 0);
    assert_int_equal(room_ask("GET", "/commons", NULL), 401);
    assert_true(room_answer.basic);
    assert_int_equal(room_ask("GET", "/", NULL), 200);
}

static void auth__open__is_not_reached_by_other_sites(void **state)
{
    (void)state;
    room_request.host = "localhost:5984";
    assert_int_equal(room_ask("GET", "/commons", NULL), 200);
    room_request.origin = "http://localhost:5984";
    assert_int_equal(room_ask("GET", "/commons", NULL), 200);
    room_request.origin = "http://example.org";
    assert_int_equal(room_ask("GET", "/commons", NULL), 403);
    room_request.origin = "null";
    assert_int_equal(room_ask("GET", "/commons", NULL), 403);
    room_request.origin = NULL;
    room_request.host = "rebound.example.org:5984";
    assert_int_equal(room_ask("GET", "/commons", NULL), 403);
    room_request.host = NULL;
    room_request.type = "text/plain";
    assert_int_equal(room_ask("POST", "/commons/_bulk_docs", "{'docs':[]}"), 415);
}

static void auth__code__opens_the_workshop_in_any_case(void **state)
{
    (void)state;
    open_to_others(CODE);
    assert_int_equal(room_ask("GET", "/commons", NULL), 401);
    sign(SERVE_GUEST, "abcdefgh");
    assert_int_equal(room_ask("GET", "/commons", NULL), 200);
    sign(SERVE_GUEST, CODE);
    assert_int_equal(room_ask("GET", "/_session", NULL), 200);
    assert_string_equal(room_at("userCtx.name"), SERVE_GUEST);
    assert_string_equal(room_at("userCtx.roles.0"), "organisateur");
    assert_true(room_push("commons", room_record(1, "1-a", "")));
    sign(SERVE_GUEST, "");
    assert_int_equal(room_ask("GET", "/commons", NULL), 401);
    sign(SERVE_GUEST, "ABCD-EFGHABCD-EFGH");
    assert_int_equal(room_ask("GET", "/commons", NULL), 401);
}

static void auth__password__never_over_plain_http(void **state)
{
    (void)state;
    add("anne", "motdepasse", "lecteur");
    open_to_others(NULL);
    sign("anne", "motdepasse");
    assert_int_equal(room_ask("GET", "/commons", NULL), 403);
    assert_non_null(strstr(room_at("reason"), "https"));
    room_request.tls = true;
    assert_int_equal(room_ask("GET", "/commons", NULL), 200);
    sign("anne", "motdepassf");
    assert_int_equal(room_ask("GET", "/commons", NULL), 401);
    sign("paul", "motdepasse");
    assert_int_equal(room_ask("GET", "/commons", NULL), 401);
    room_request.authorization = "Basic !!!";
    assert_int_equal(room_ask("GET", "/commons", NULL), 401);
    room_request.authorization = "Bearer x";
    assert_int_equal(room_ask("GET", "/commons", NULL), 401);
}

static void auth__door__closes_after_five_wrong_passwords(void **state)
{
    (void)state;
    open_to_others(CODE);
    sign(SERVE_GUEST, "XXXX-XXXX");
    for (int i = 0; i < 5; i++)
        assert_int_equal(room_ask("GET", "/commons", NULL), 401);
    assert_int_equal(room_ask("GET", "/commons", NULL), 403);
    sign(SERVE_GUEST, CODE);
    assert_int_equal(room_ask("GET", "/commons", NULL), 403);
    room_request.address = "192.168.1.8";
    assert_int_equal(room_ask("GET", "/commons", NULL), 200);
}

static void auth__door__right_password_begins_the_count_again(void **state)
{
    (void)state;
    open_to_others(CODE);
    for (int i = 1; i <= 15; i++) { /* every fifth is right */
        sign(SERVE_GUEST, i % 5 ? "XXXX-XXXX" : CODE);
        assert_int_equal(room_ask("GET", "/commons", NULL), i % 5 ? 401 : 200);
    }
}

static void auth__door__counts_the_names_of_one_address_together(void **state)
{
    char name[20];
    int status = 401, tries = 0;

    (void)state;
    add("anne", "motdepasse", "lecteur");
    open_to_others(CODE);
    room_request.tls = true;
    while (status == 401 && tries < 100) {
        snprintf(name, sizeof(name), "nom%d", tries++);
        sign(name, "motdepasse");
        status = room_ask("GET", "/commons", NULL);
    }
    assert_int_equal(status, 403);
    assert_int_equal(tries, 26);
}

/* --- sessions ------------------------------------------------------------------ */

static void auth__session__is_begun_used_and_ended(void **state)
{
    (void)state;
    open_to_others(CODE);
    assert_int_equal(
            room_ask("POST", "/_session", "{'name':'atelier','password':'x'}"), 401);
    assert_string_equal(room_answer.cookie, "");
    assert_int_equal(
            room_ask("POST", "/_session", "{'name':'atelier','password':'ABCD-EFGH'}"),
            200);
    assert_non_null(strstr(room_answer.cookie, "HttpOnly"));
    room_request.cookie = take_cookie();
    assert_int_equal(strlen(room_request.cookie), strlen("AuthSession=") + 32);
    assert_int_equal(room_ask("GET", "/commons", NULL), 200);
    assert_int_equal(room_ask("GET", "/_session", NULL), 200);
    assert_string_equal(room_at("info.authenticated"), "cookie");
    assert_int_equal(room_ask("DELETE", "/_session", NULL), 200);
    assert_int_equal(room_ask("GET", "/commons", NULL), 401);
    room_request.cookie = "AuthSession=; x=y; AuthSession=00";
    assert_int_equal(room_ask("GET", "/commons", NULL), 401);
}

static void auth__session__takes_a_form_too(void **state)
{
    (void)state;
    open_to_others(CODE);
    room_request.type = "application/x-www-form-urlencoded";
    assert_int_equal(
            room_ask("POST", "/_session", "name=atelier&password=ABCD%2DEFGH"), 200);
    assert_int_equal(room_ask("POST", "/_session", "name=atelier&password=%zz"), 400);
    assert_int_equal(room_ask("POST", "/_session", ""), 400);
}

static void auth__account__that_is_removed_is_out_at_once(void **state)
{
    struct err err = {0};
    struct stat st;
    char path[300];

    (void)state;
    add("anne", "motdepasse", "lecteur");
    add("paul", "motdepasse", "lecteur");
    open_to_others(NULL);
    room_request.tls = true;
    sign("anne", "motdepasse");
    assert_int_equal(room_ask("GET", "/commons", NULL), 200);
    assert_int_equal(accounts_remove(store_dir(room_store), "anne", &err), 0);
    assert_int_equal(
            accounts_remove(store_dir(room_store), "anne", &err), ERR_NOT_FOUND);
    assert_int_equal(room_ask("GET", "/commons", NULL), 401);
    snprintf(path, sizeof(path), "%s/accounts", store_dir(room_store));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

/* Who has stolen the old one is out. */
static void auth__account__new_password_ends_the_old_one_and_its_sessions(void **state)
{
    (void)state;
    add("anne", "motdepasse", "lecteur");
    open_to_others(NULL);
    room_request.tls = true;
    assert_int_equal(
            room_ask("POST", "/_session", "{'name':'anne','password':'motdepasse'}"),
            200);
    room_request.cookie = take_cookie();
    assert_int_equal(room_ask("GET", "/commons", NULL), 200);
    add("anne", "motnouveau", "lecteur");
    assert_int_equal(room_ask("GET", "/commons", NULL), 401);
    room_request.cookie = NULL;
    sign("anne", "motdepasse");
    assert_int_equal(room_ask("GET", "/commons", NULL), 401);
    sign("anne", "motnouveau");
    assert_int_equal(room_ask("GET", "/commons", NULL), 200);
}

static void auth__account__the_last_that_is_removed_opens_nothing(void **state)
{
    struct err err = {0};
    char path[300];

    (void)state;
    assert_int_equal(room_ask("GET", "/commons", NULL), 200);
    add("anne", "motdepasse", "lecteur");
    assert_int_equal(room_ask("GET", "/commons", NULL), 401);
    assert_int_equal(accounts_remove(store_dir(room_store), "anne", &err), 0);
    assert_int_equal(room_ask("GET", "/commons", NULL), 401);
    snprintf(path, sizeof(path), "%s/accounts", store_dir(room_store));
    assert_int_equal(remove(path), 0);
    assert_int_equal(room_ask("GET", "/commons", NULL), 401);
    assert_int_equal(room_open((struct serve_options){.loopback = true}, &err), 0);
    assert_int_equal(room_ask("GET", "/commons", NULL), 200);
}

static void auth__door__closes_for_a_name_tried_from_everywhere(void **state)
{
    char address[32];
    int status = 401, tries = 0;

    (void)state;
    add("anne", "motdepasse", "lecteur");
    open_to_others(CODE);
    room_request.tls = true;
    sign("paul", "motdepassf");
    while (status == 401 && tries < 200) {
        snprintf(address, sizeof(address), "192.168.1.%d", tries++);
        room_request.address = address;
        status = room_ask("GET", "/commons", NULL);
    }
    assert_int_equal(status, 403);
    assert_int_equal(tries, 101);
    sign("anne", "motdepasse");
    assert_int_equal(room_ask("GET", "/commons", NULL), 200);
}

/* Each reads all and writes all. */
static void accounts__change__loses_none_that_is_made_at_the_same_time(void **state)
{
    enum { CHILDREN = 6 };
    const char *dir = store_dir(room_store);
    pid_t children[CHILDREN];
    struct json *all;
    int status;

    (void)state;
    add("anne", "motdepasse", "lecteur");
    fflush(NULL);
    for (int i = 0; i < CHILDREN; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            char name[] = "paul0";
            struct json *roles = json_new_array();

            name[4] = (char)('0' + i);
            json_push_take(roles, json_text(VIEW_LIT("lecteur")));
            _exit(accounts_add(dir, name, "motdepasse", roles, NULL) != 0);
        }
    }
    for (int i = 0; i < CHILDREN; i++) {
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    assert_int_equal(accounts_read(dir, &all, NULL), 0);
    assert_int_equal(json_len(all), CHILDREN + 1);
    json_free(all);
}

static void accounts__add__refuses_what_cannot_sign_in(void **state)
{
    static const char *const names[] = {
            "", "a:b", "_admin", "a b", SERVE_GUEST, "a\n", "\xff"};
    struct json *roles = json_new_array(), *wrong = json_new_array();
    const char *dir = store_dir(room_store);

    (void)state;
    json_push_take(roles, json_text(VIEW_LIT("referent")));
    json_push_take(wrong, json_text(VIEW_LIT("chef")));
    for (size_t i = 0; i < COUNT(names); i++)
        assert_int_equal(
                accounts_add(dir, names[i], "motdepasse", roles, NULL), ERR_USAGE);
    assert_int_equal(accounts_add(dir, "anne", "court", roles, NULL), ERR_USAGE);
    assert_int_equal(accounts_add(dir, "anne", "motdepasse", wrong, NULL), ERR_USAGE);
    assert_int_equal(accounts_add(dir, "anne", "motdepasse", NULL, NULL), ERR_USAGE);
    json_free(roles);
    json_free(wrong);
}

/* --- what they may do ---------------------------------------------------------- */

/* Reason of the first row, "" where there is none. */
static const char *refused(const char *container, const char *doc)
{
    return room_push(container, doc) ? "" : room_at("0.reason");
}

static void auth__fusion__ends_no_record(void **state)
{
    static const char end[] = ",'_deleted':true,'fusion':'1-x'";

    (void)state;
    add("anne", "motdepasse", "organisateur");
    add("chef", "motdepasse", "administrateur");
    assert_int_equal(room_open((struct serve_options){.loopback = true}, NULL), 0);
    sign("anne", "motdepasse");
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
    sign("chef", "motdepasse");
    assert_int_equal(
            room_ask("DELETE", "/commons/01900000-0000-7000-8000-000000000001?rev=1-c",
                    NULL),
            200);
}

static void auth__organisation__is_not_written_from_elsewhere(void **state)
{
    (void)state;
    add("anne", "motdepasse", "organisateur");
    add("paul", "motdepasse", "referent org-cie");
    assert_int_equal(room_open((struct serve_options){.loopback = true}, NULL), 0);
    sign("paul", "motdepasse");
    assert_true(room_push("org-cie", room_record(1, "1-a", PRIVATE)));
    assert_true(room_push("commons", room_record(2, "1-a", "")));
    sign("anne", "motdepasse");
    assert_non_null(strstr(refused("commons", room_record(1, "9-f", "")), "container"));
    sign("paul", "motdepasse");
    assert_true(room_push("org-cie",
            room_record(2, "2-b",
                    ",'visibilite':'prive','_revisions':{'start':2,'ids':['b','a']}")));
    /* it has become private meanwhile: an edit of what was public is a conflict */
    sign("anne", "motdepasse");
    assert_string_equal(
            refused("commons",
                    room_record(2, "2-c", ",'_revisions':{'start':2,'ids':['c','a']}")),
            "");
    sign("paul", "motdepasse");
    assert_string_equal(
            refused("commons",
                    room_record(1, "2-b", ",'_revisions':{'start':2,'ids':['b','a']}")),
            "");
}

static void auth__epoch__is_changed_by_administrators(void **state)
{
    (void)state;
    add("lise", "motdepasse", "lecteur");
    add("chef", "motdepasse", "administrateur");
    assert_int_equal(room_open((struct serve_options){.loopback = true}, NULL), 0);
    sign("lise", "motdepasse");
    assert_int_equal(room_ask("PUT", "/commons/_local/odus", "{'epoch':'1'}"), 201);
    assert_int_equal(room_ask("PUT", "/commons/_local/odus", "{'epoch':'2'}"), 409);
    assert_int_equal(room_ask("DELETE", "/commons/_local/odus?rev=0-1", NULL), 409);
    assert_int_equal(room_ask("PUT", "/commons/_local/mine", "{'a':1}"), 201);
    assert_int_equal(room_ask("PUT", "/commons/_local/mine", "{'a':2}"), 201);
    sign("chef", "motdepasse");
    assert_int_equal(room_ask("DELETE", "/commons/_local/odus?rev=0-1", NULL), 200);
}

static void auth__roles__readers_read_and_writers_sign_what_they_write(void **state)
{
    (void)state;
    add("lise", "motdepasse", "lecteur");
    add("paul", "motdepasse", "organisateur");
    assert_int_equal(room_open((struct serve_options){.loopback = true}, NULL), 0);
    sign("lise", "motdepasse");
    assert_int_equal(room_ask("GET", "/commons", NULL), 200);
    assert_int_equal(room_ask("PUT", "/commons/_local/x", "{}"), 201);
    assert_false(room_push("commons", room_record(1, "1-a", "")));
    assert_string_equal(room_at("0.error"), "forbidden");
    sign("paul", "motdepasse");
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
    add("anne", "motdepasse", "org-decables organisateur");
    add("lise", "motdepasse", "lecteur");
    add("chef", "motdepasse", "administrateur");
    assert_int_equal(room_open((struct serve_options){.loopback = true}, NULL), 0);
    sign("lise", "motdepasse");
    assert_int_equal(room_ask("GET", "/org-decables", NULL), 403);
    sign("chef", "motdepasse");
    assert_int_equal(room_ask("GET", "/org-decables", NULL), 404);
    sign("anne", "motdepasse");
    assert_int_equal(room_ask("GET", "/org-decables", NULL), 200);
    assert_true(room_push("org-decables", room_record(1, "1-a", PRIVATE)));
    sign("chef", "motdepasse");
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
    add("anne", "motdepasse", "org-decables organisateur");
    add("paul", "motdepasse", "org-autres organisateur");
    assert_int_equal(room_open((struct serve_options){.loopback = true}, NULL), 0);
    sign("anne", "motdepasse");
    assert_true(room_push("org-decables", room_record(1, "1-a", PRIVATE)));
    snprintf(uri, sizeof(uri), "/org-decables/%s", room_uid(1));
    assert_int_equal(room_ask("GET", uri, NULL), 200);
    assert_string_equal(room_at("nom"), "Salle 1");
    sign("paul", "motdepasse");
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

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, room_make, room_remove)
    const struct CMUnitTest tests[] = {
            T(auth__open__on_loopback_alone),
            T(auth__open__is_not_reached_by_other_sites),
            T(auth__code__opens_the_workshop_in_any_case),
            T(auth__password__never_over_plain_http),
            T(auth__door__closes_after_five_wrong_passwords),
            T(auth__door__right_password_begins_the_count_again),
            T(auth__door__counts_the_names_of_one_address_together),
            T(auth__session__is_begun_used_and_ended),
            T(auth__session__takes_a_form_too),
            T(auth__account__that_is_removed_is_out_at_once),
            T(auth__account__new_password_ends_the_old_one_and_its_sessions),
            T(auth__account__the_last_that_is_removed_opens_nothing),
            T(auth__door__closes_for_a_name_tried_from_everywhere),
            T(auth__fusion__ends_no_record),
            T(auth__organisation__is_not_written_from_elsewhere),
            T(auth__epoch__is_changed_by_administrators),
            T(accounts__change__loses_none_that_is_made_at_the_same_time),
            T(accounts__add__refuses_what_cannot_sign_in),
            T(auth__roles__readers_read_and_writers_sign_what_they_write),
            T(auth__training__takes_exercises_only),
            T(auth__organisation__is_for_its_members),
            T(place__read__stops_at_the_wall),
            T(place__read__keeps_samples_and_held_records_here),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
