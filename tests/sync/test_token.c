/* Tokens (JWT) in the place of a password: they run out, and a server that cannot read
 * one answers 400 (CouchDB's jwtf). */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "solo.h"

#define RUN_OUT                                                                        \
    "401 Unauthorized", "{'error':'unauthorized','reason':'exp not in future'}"
#define BROKEN "400 Bad Request", "{'error':'bad_request','reason':'Bad HMAC'}"

static void with_token(const char *token)
{
    run.job.user = "anne";
    run.job.auth = NET_BEARER;
    run.job.secret = token;
}

static void expect_token(size_t i, const char *token)
{
    char *line = xasprintf("Authorization: Bearer %s\r\n", token);

    (void)sent(i, line);
    free(line);
}

static void token__good__is_sent_with_each_request(void **state)
{
    (void)state;
    with_token("a.b.c");
    script_epoch("e1");
    script_page("0", 0, NULL);
    script_play(&run, &here);
    run_well(&run);
    expect_token(0, "a.b.c");
    expect_token(1, "a.b.c");
}

static void token__run_out__a_new_one_is_asked_for(void **state)
{
    (void)state;
    with_token("old.b.c");
    run.answer = "new.b.c";
    script_say("GET /commons/_local/odus", RUN_OUT);
    script_epoch("e1");
    script_page("0", 0, NULL);
    script_play(&run, &here);
    run_well(&run);
    assert_int_equal(run_asked(&run, "password"), 1);
    assert_true(json_get_bool(json_at(run.questions, 0), "token", false));
    assert_true(json_get_bool(json_at(run.questions, 0), "again", false));
    expect_token(1, "new.b.c");
}

static void token__broken__a_new_one_is_asked_for(void **state)
{
    (void)state;
    with_token("x");
    run.answer = "new.b.c";
    script_say("GET /commons/_local/odus", BROKEN);
    script_epoch("e1");
    script_page("0", 0, NULL);
    script_play(&run, &here);
    run_well(&run);
    assert_int_equal(run_asked(&run, "password"), 1);
}

static void token__run_out_unanswered__says_what_to_do(void **state)
{
    char *text;

    (void)state;
    with_token("old.b.c");
    script_say("GET /commons/_local/odus", RUN_OUT);
    play();
    assert_int_equal(run.rc, ERR_INVALID);
    run_said(&run, "does not take the token");
    run_said(&run, "exp not in future");
    text = run_text(&run);
    assert_null(strstr(text, "old.b.c"));
    free(text);
}

#define PRO                                                                            \
    "{'seq':1,'id':'odus:conteneurs','changes':[{'rev':'1-a'}],'doc':{"                \
    "'_id':'odus:conteneurs','_rev':'1-a','conteneurs':[{'nom':'pro','sens':'deux'}]}" \
    "}"

/* The commons let her in, and `pro` is asked with a token that has run out since. */
static void run_out_before_pro(void)
{
    static const char *const rows[] = {PRO, NULL};

    with_token("old.b.c");
    place_put(&here, 2, "'visibilite':'professionnel'");
    script_epoch("e1");
    script_page("'1-a'", 0, rows);
    script_say("GET /pro/_local/odus ", RUN_OUT);
}

static void token__run_out_amid_containers__is_asked_for_there(void **state)
{
    (void)state;
    run_out_before_pro();
    run.answer = "new.b.c";
    run.job.yes = true;
    script_say("GET /pro/_local/odus ", "200 OK", "{'epoch':'e1'}");
    script_say("POST /pro/_bulk_docs ", "201 Created", "[]");
    script_say(
            "GET /pro/_changes?", "200 OK", "{'results':[],'last_seq':1,'pending':0}");
    script_say("POST /pro/_revs_diff ", "200 OK", "{}");
    script_play(&run, &here);
    run_well(&run);
    assert_int_equal(run.report.pushed, 1);
    expect_token(3, "new.b.c");
}

/* Not "there is no container for her here": what waits for it goes on waiting. */
static void token__run_out_amid_containers__is_no_container_less(void **state)
{
    (void)state;
    run_out_before_pro();
    play();
    run_said(&run, "does not take the token");
    assert_int_equal(place_standing(&here, 2).state, REPLICA_WAITING);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, solo_make, solo_undo)
    const struct CMUnitTest tests[] = {
            T(token__good__is_sent_with_each_request),
            T(token__run_out__a_new_one_is_asked_for),
            T(token__broken__a_new_one_is_asked_for),
            T(token__run_out_unanswered__says_what_to_do),
            T(token__run_out_amid_containers__is_asked_for_there),
            T(token__run_out_amid_containers__is_no_container_less),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
