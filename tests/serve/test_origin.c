/* Pages of other sites: what --origin lets them do, and that nothing else is let. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "odus/serve/accounts.h"
#include "room.h"

#define SITE "https://site.example"
#define OTHER "https://other.example"

static struct json *list_of(const char *a, const char *b)
{
    struct json *list = json_new_array();

    json_push_take(list, json_text(view_of(a)));
    if (b)
        json_push_take(list, json_text(view_of(b)));
    return list;
}

static void add(const char *name, const char *role)
{
    struct json *roles = list_of(role, NULL);

    assert_int_equal(
            accounts_add(store_dir(room_store), name, "motdepasse", roles, NULL), 0);
    json_free(roles);
}

/* A server with an account, a public record and one for professionals, for the pages of
 * A and B (NULL: none). */
static void open_for(const char *a, const char *b)
{
    struct json *list = a ? list_of(a, b) : NULL;

    assert_true(room_push("commons", room_record(1, "1-a", "")));
    assert_true(
            room_push("pro", room_record(2, "1-b", ",'visibilite':'professionnel'")));
    add("anne", "organisateur");
    assert_int_equal(
            room_open((struct serve_options){.loopback = true, .origins = list}, NULL),
            0);
    json_free(list);
}

static int ask_from(
        const char *origin, const char *method, const char *uri, const char *body)
{
    room_request.origin = origin;
    return room_ask(method, uri, body);
}

static const char *doc_path(int n)
{
    static char path[80];

    snprintf(path, sizeof(path), "/commons/%s", room_uid(n));
    return path;
}

static void origin__usual__refuses_all(void **state)
{
    (void)state;
    open_for(NULL, NULL);
    assert_int_equal(ask_from(SITE, "GET", "/commons", NULL), 403);
    assert_string_equal(room_answer.origin, "");
    assert_false(room_answer.many_origins);
    room_request.asks_method = "GET";
    assert_int_equal(ask_from(SITE, "OPTIONS", "/commons", NULL), 403);
    assert_false(room_answer.preflight);
}

static void origin__named__reads_the_commons_unsigned(void **state)
{
    (void)state;
    open_for(SITE, NULL);
    assert_int_equal(ask_from(SITE, "GET", "/commons", NULL), 200);
    assert_string_equal(room_answer.origin, SITE);
    assert_true(room_answer.credentials);
    assert_true(room_answer.many_origins);
    assert_int_equal(ask_from(SITE, "GET", doc_path(1), NULL), 200);
    assert_string_equal(room_at("nom"), "Salle 1");
    assert_int_equal(
            ask_from(SITE, "GET", "/commons/_changes?include_docs=true", NULL), 200);
    assert_non_null(strstr(room_text.s, "Salle 1"));
    assert_null(strstr(room_text.s, "Salle 2"));
    assert_int_equal(
            ask_from(SITE, "POST", "/commons/_all_docs?include_docs=true", "{}"), 200);
    assert_non_null(strstr(room_text.s, "Salle 1"));
    assert_int_equal(ask_from(SITE, "GET", "/commons/_local/x", NULL), 404);
    assert_int_equal(ask_from(OTHER, "GET", "/commons", NULL), 403);
    assert_string_equal(room_answer.origin, "");
    assert_true(room_answer.many_origins);
}

/* What stands in another container is not reached through this one. */
static void origin__visitor__sees_public_records_only(void **state)
{
    char body[200];

    (void)state;
    open_for(SITE, NULL);
    assert_int_equal(ask_from(SITE, "GET", doc_path(2), NULL), 404);
    snprintf(body, sizeof(body), "{'docs':[{'id':'%s'},{'id':'%s'}]}", room_uid(1),
            room_uid(2));
    assert_int_equal(ask_from(SITE, "POST", "/commons/_bulk_get?revs=true", body), 200);
    assert_non_null(strstr(room_text.s, "Salle 1"));
    assert_null(strstr(room_text.s, "Salle 2"));
    snprintf(body, sizeof(body), "{'keys':['%s','%s']}", room_uid(1), room_uid(2));
    assert_int_equal(
            ask_from(SITE, "POST", "/commons/_all_docs?include_docs=true", body), 200);
    assert_non_null(strstr(room_text.s, "Salle 1"));
    assert_null(strstr(room_text.s, "Salle 2"));
    snprintf(body, sizeof(body), "{'%s':['1-a'],'%s':['1-b']}", room_uid(1),
            room_uid(2));
    assert_int_equal(ask_from(SITE, "POST", "/commons/_revs_diff", body), 200);
    assert_null(json_get(room_json, room_uid(1)));
    assert_non_null(json_get(room_json, room_uid(2))); /* nobody tells that it is */
    assert_int_equal(ask_from(SITE, "GET", "/pro", NULL), 401);
    assert_false(room_answer.basic);
    assert_int_equal(ask_from(SITE, "GET", "/pro/_changes", NULL), 401);
    assert_int_equal(ask_from(SITE, "GET", "/org-decables", NULL), 401);
}

static void origin__visitor__writes_nothing(void **state)
{
    static const char *const writes[][3] = {
            {"POST", "/commons/_bulk_docs", "{'docs':[]}"},
            {"POST", "/commons", "{}"},
            {"PUT", "/commons/_local/x", "{}"},
            {"DELETE", "/commons/_local/x", NULL},
            {"PUT", "/commons/x", "{}"},
            {"DELETE", "/commons/x", NULL},
            {"PUT", "/commons", NULL},
            {"POST", "/commons/_compact", "{}"},
            {"PUT", "/commons/fichier:x/contenu", NULL},
    };
    static const char *const sites[] = {SITE, OTHER, "null"};

    (void)state;
    open_for(SITE, "*");
    for (size_t s = 0; s < COUNT(sites); s++)
        for (size_t i = 0; i < COUNT(writes); i++)
            assert_int_equal(
                    ask_from(sites[s], writes[i][0], writes[i][1], writes[i][2]), 401);
}

/* On loopback without accounts everybody may all, but not the page of another site. */
static void origin__open_server__is_open_to_no_page(void **state)
{
    struct json *list = list_of(SITE, "*");

    (void)state;
    assert_int_equal(
            room_open((struct serve_options){.loopback = true, .origins = list}, NULL),
            0);
    json_free(list);
    room_request.host = "localhost:5984";
    assert_true(room_push("commons", room_record(1, "1-a", "")));
    assert_int_equal(ask_from(SITE, "GET", doc_path(1), NULL), 200);
    assert_false(room_push("commons", room_record(2, "1-a", "")));
    assert_int_equal(room_answer.status, 401);
    assert_int_equal(ask_from(SITE, "GET", "/pro", NULL), 401);
    assert_int_equal(ask_from(OTHER, "PUT", "/commons/_local/x", "{}"), 401);
    assert_int_equal(ask_from("http://localhost:5984", "GET", "/pro", NULL), 200);
    assert_int_equal(ask_from("http://localhost:59840", "GET", "/pro", NULL), 401);
    assert_int_equal(
            ask_from("http://localhost:5984.site.example", "GET", "/pro", NULL), 401);
}

static void origin__named__signs_in(void **state)
{
    (void)state;
    open_for(SITE, "*");
    room_request.authorization = room_basic("anne", "motdepasse");
    assert_int_equal(ask_from(SITE, "GET", "/pro", NULL), 200);
    assert_true(room_answer.credentials);
    assert_true(room_push("commons", room_record(3, "1-a", "")));
    room_request.authorization = room_basic("anne", "motdepassf");
    assert_int_equal(ask_from(SITE, "GET", "/pro", NULL), 401);
    assert_string_equal(room_answer.origin, SITE);
}

/* A site that nobody named is not trusted with passwords, right or wrong. */
static void origin__any__signs_nobody_in(void **state)
{
    (void)state;
    open_for("*", NULL);
    room_request.authorization = room_basic("anne", "motdepasse");
    assert_int_equal(ask_from(OTHER, "GET", "/commons", NULL), 200);
    assert_string_equal(room_answer.origin, "*");
    assert_false(room_answer.credentials);
    assert_int_equal(ask_from(OTHER, "GET", "/pro", NULL), 401);
    assert_int_equal(ask_from(OTHER, "GET", "/_session", NULL), 200);
    assert_string_equal(room_at("userCtx.name"), "");
    for (int i = 0; i < 10; i++) {
        room_request.authorization = room_basic("anne", "x");
        assert_int_equal(ask_from(OTHER, "GET", "/pro", NULL), 401);
    }
    room_request.authorization = room_basic("anne", "motdepasse");
    assert_int_equal(ask_from(NULL, "GET", "/pro", NULL), 200); /* no door is shut */
}

/* The browser of one who is signed in here sends the cookie with the page of any. */
static void origin__any__is_not_let_in_by_a_cookie(void **state)
{
    char cookie[sizeof(room_answer.cookie)];

    (void)state;
    open_for("*", NULL);
    assert_int_equal(ask_from(NULL, "POST", "/_session",
                             "{'name':'anne','password':'motdepasse'}"),
            200);
    snprintf(cookie, sizeof(cookie), "%.*s", (int)strcspn(room_answer.cookie, ";"),
            room_answer.cookie);
    room_request.cookie = cookie;
    assert_int_equal(ask_from(NULL, "GET", "/pro", NULL), 200);
    assert_int_equal(ask_from(OTHER, "GET", "/pro", NULL), 401);
    assert_int_equal(ask_from(OTHER, "PUT", "/commons/_local/x", "{}"), 401);
}

static void origin__preflight__is_answered_unsigned(void **state)
{
    (void)state;
    open_for(SITE, NULL);
    room_request.asks_method = "POST";
    assert_int_equal(ask_from(SITE, "OPTIONS", "/pro/_bulk_docs", NULL), 204);
    assert_true(room_answer.preflight);
    assert_string_equal(room_answer.origin, SITE);
    assert_int_equal(ask_from(OTHER, "OPTIONS", "/commons", NULL), 403);
    assert_false(room_answer.preflight);
    room_request.asks_method = NULL;
    assert_int_equal(ask_from(SITE, "OPTIONS", "/commons", NULL), 405);
}

static void origin__list__is_spelled_as_browsers_do(void **state)
{
    static const char *const bad[] = {"", "site.example", "https://site.example/page",
            "ftp://site.example", "https://anne@site.example", "https://site.example?x",
            "**", "https://*.example"};

    (void)state;
    open_for("HTTPS://Site.Example:443/", "http://localhost:8080");
    assert_int_equal(ask_from(SITE, "GET", "/commons", NULL), 200);
    assert_int_equal(ask_from("http://localhost:8080", "GET", "/commons", NULL), 200);
    assert_int_equal(ask_from("http://localhost:8081", "GET", "/commons", NULL), 403);
    assert_int_equal(ask_from("http://site.example", "GET", "/commons", NULL), 403);
    assert_int_equal(ask_from(SITE ".evil", "GET", "/commons", NULL), 403);
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct json *list = list_of(bad[i], NULL);

        if (room_open((struct serve_options){.loopback = true, .origins = list},
                    NULL) != ERR_USAGE)
            fail_msg("taken: %s", bad[i]);
        json_free(list);
    }
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, room_make, room_remove)
    const struct CMUnitTest tests[] = {
            T(origin__usual__refuses_all),
            T(origin__named__reads_the_commons_unsigned),
            T(origin__visitor__sees_public_records_only),
            T(origin__visitor__writes_nothing),
            T(origin__open_server__is_open_to_no_page),
            T(origin__named__signs_in),
            T(origin__any__signs_nobody_in),
            T(origin__any__is_not_let_in_by_a_cookie),
            T(origin__preflight__is_answered_unsigned),
            T(origin__list__is_spelled_as_browsers_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
