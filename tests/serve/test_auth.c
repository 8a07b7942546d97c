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
    room_account("anne", "motdepasse", "lecteur");
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
    room_open_to_others(CODE);
    assert_int_equal(room_ask("GET", "/commons", NULL), 401);
    room_sign(SERVE_GUEST, "abcdefgh");
    assert_int_equal(room_ask("GET", "/commons", NULL), 200);
    room_sign(SERVE_GUEST, CODE);
    assert_int_equal(room_ask("GET", "/_session", NULL), 200);
    assert_string_equal(room_at("userCtx.name"), SERVE_GUEST);
    assert_string_equal(room_at("userCtx.roles.0"), "organisateur");
    assert_true(room_push("commons", room_record(1, "1-a", "")));
    room_sign(SERVE_GUEST, "");
    assert_int_equal(room_ask("GET", "/commons", NULL), 401);
    room_sign(SERVE_GUEST, "ABCD-EFGHABCD-EFGH");
    assert_int_equal(room_ask("GET", "/commons", NULL), 401);
}

static void auth__password__never_over_plain_http(void **state)
{
    (void)state;
    room_account("anne", "motdepasse", "lecteur");
    room_open_to_others(NULL);
    room_sign("anne", "motdepasse");
    assert_int_equal(room_ask("GET", "/commons", NULL), 403);
    assert_non_null(strstr(room_at("reason"), "https"));
    room_request.tls = true;
    assert_int_equal(room_ask("GET", "/commons", NULL), 200);
    room_sign("anne", "motdepassf");
    assert_int_equal(room_ask("GET", "/commons", NULL), 401);
    room_sign("paul", "motdepasse");
    assert_int_equal(room_ask("GET", "/commons", NULL), 401);
    room_request.authorization = "Basic !!!";
    assert_int_equal(room_ask("GET", "/commons", NULL), 401);
    room_request.authorization = "Bearer x";
    assert_int_equal(room_ask("GET", "/commons", NULL), 401);
}

static void auth__door__closes_after_five_wrong_passwords(void **state)
{
    (void)state;
    room_open_to_others(CODE);
    room_sign(SERVE_GUEST, "XXXX-XXXX");
    for (int i = 0; i < 5; i++)
        assert_int_equal(room_ask("GET", "/commons", NULL), 401);
    assert_int_equal(room_ask("GET", "/commons", NULL), 403);
    room_sign(SERVE_GUEST, CODE);
    assert_int_equal(room_ask("GET", "/commons", NULL), 403);
    room_request.address = "192.168.1.8";
    assert_int_equal(room_ask("GET", "/commons", NULL), 200);
}

/* An unknown name is tried at somebody's hash: that opens nothing. */
static void auth__unknown_name__with_anothers_password_is_refused(void **state)
{
    (void)state;
    room_account("anne", "motdepasse", "lecteur");
    assert_int_equal(room_open((struct serve_options){.loopback = true}, NULL), 0);
    room_sign("personne", "motdepasse");
    assert_int_equal(room_ask("GET", "/commons", NULL), 401);
    room_sign("anne", "motdepasse");
    assert_int_equal(room_ask("GET", "/commons", NULL), 200);
}

static void auth__door__right_password_begins_the_count_again(void **state)
{
    (void)state;
    room_open_to_others(CODE);
    for (int i = 1; i <= 15; i++) { /* every fifth is right */
        room_sign(SERVE_GUEST, i % 5 ? "XXXX-XXXX" : CODE);
        assert_int_equal(room_ask("GET", "/commons", NULL), i % 5 ? 401 : 200);
    }
}

static void auth__door__counts_the_names_of_one_address_together(void **state)
{
    char name[20];
    int status = 401, tries = 0;

    (void)state;
    room_account("anne", "motdepasse", "lecteur");
    room_open_to_others(CODE);
    room_request.tls = true;
    while (status == 401 && tries < 100) {
        snprintf(name, sizeof(name), "nom%d", tries++);
        room_sign(name, "motdepasse");
        status = room_ask("GET", "/commons", NULL);
    }
    assert_int_equal(status, 403);
    assert_int_equal(tries, 26);
}

/* --- sessions ------------------------------------------------------------------ */

static void auth__session__is_begun_used_and_ended(void **state)
{
    (void)state;
    room_open_to_others(CODE);
    assert_int_equal(
            room_ask("POST", "/_session", "{'name':'atelier','password':'x'}"), 401);
    assert_string_equal(room_answer.cookie, "");
    assert_int_equal(
            room_ask("POST", "/_session", "{'name':'atelier','password':'ABCD-EFGH'}"),
            200);
    assert_non_null(strstr(room_answer.cookie, "HttpOnly"));
    assert_non_null(strstr(room_answer.cookie, "SameSite=Strict"));
    assert_null(strstr(room_answer.cookie, "Secure"));
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

static void auth__session__over_https_is_for_https_alone(void **state)
{
    (void)state;
    room_account("anne", "motdepasse", "lecteur");
    room_open_to_others(NULL);
    room_request.tls = true;
    assert_int_equal(
            room_ask("POST", "/_session", "{'name':'anne','password':'motdepasse'}"),
            200);
    assert_non_null(strstr(room_answer.cookie, "; Secure"));
}

static void auth__session__takes_a_form_too(void **state)
{
    (void)state;
    room_open_to_others(CODE);
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
    room_account("anne", "motdepasse", "lecteur");
    room_account("paul", "motdepasse", "lecteur");
    room_open_to_others(NULL);
    room_request.tls = true;
    room_sign("anne", "motdepasse");
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
    room_account("anne", "motdepasse", "lecteur");
    room_open_to_others(NULL);
    room_request.tls = true;
    assert_int_equal(
            room_ask("POST", "/_session", "{'name':'anne','password':'motdepasse'}"),
            200);
    room_request.cookie = take_cookie();
    assert_int_equal(room_ask("GET", "/commons", NULL), 200);
    room_account("anne", "motnouveau", "lecteur");
    assert_int_equal(room_ask("GET", "/commons", NULL), 401);
    room_request.cookie = NULL;
    room_sign("anne", "motdepasse");
    assert_int_equal(room_ask("GET", "/commons", NULL), 401);
    room_sign("anne", "motnouveau");
    assert_int_equal(room_ask("GET", "/commons", NULL), 200);
}

static void auth__account__the_last_that_is_removed_opens_nothing(void **state)
{
    struct err err = {0};
    char path[300];

    (void)state;
    assert_int_equal(room_ask("GET", "/commons", NULL), 200);
    room_account("anne", "motdepasse", "lecteur");
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
    room_account("anne", "motdepasse", "lecteur");
    room_open_to_others(CODE);
    room_request.tls = true;
    room_sign("paul", "motdepassf");
    while (status == 401 && tries < 200) {
        snprintf(address, sizeof(address), "192.168.1.%d", tries++);
        room_request.address = address;
        status = room_ask("GET", "/commons", NULL);
    }
    assert_int_equal(status, 403);
    assert_int_equal(tries, 101);
    room_sign("anne", "motdepasse");
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
    room_account("anne", "motdepasse", "lecteur");
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

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, room_make, room_remove)
    const struct CMUnitTest tests[] = {
            T(auth__open__on_loopback_alone),
            T(auth__open__is_not_reached_by_other_sites),
            T(auth__code__opens_the_workshop_in_any_case),
            T(auth__password__never_over_plain_http),
            T(auth__door__closes_after_five_wrong_passwords),
            T(auth__unknown_name__with_anothers_password_is_refused),
            T(auth__door__right_password_begins_the_count_again),
            T(auth__door__counts_the_names_of_one_address_together),
            T(auth__session__is_begun_used_and_ended),
            T(auth__session__over_https_is_for_https_alone),
            T(auth__session__takes_a_form_too),
            T(auth__account__that_is_removed_is_out_at_once),
            T(auth__account__new_password_ends_the_old_one_and_its_sessions),
            T(auth__account__the_last_that_is_removed_opens_nothing),
            T(auth__door__closes_for_a_name_tried_from_everywhere),
            T(accounts__change__loses_none_that_is_made_at_the_same_time),
            T(accounts__add__refuses_what_cannot_sign_in),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
