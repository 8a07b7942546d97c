/* What an answer to _bulk_get says nothing of. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "odus/repl/wire.h"
#include "peer.h"

#define UID PEER_A
#define OTHER PEER_B

/* Two leaves of a document are asked for, and one of another: those that ANSWER leaves
 * out, as "2-b" and the like. */
static void expect_left(const char *answer, const char *left)
{
    struct json *asked = json_new_array(), *a = peer_json(answer);
    struct json *each[3], *ret[3];
    char names[100] = "";
    size_t n;

    wire_want(asked, UID, "2-a");
    wire_want(asked, UID, "2-b");
    wire_want(asked, OTHER, "3-c");
    for (size_t i = 0; i < 3; i++)
        each[i] = json_at(asked, i);
    n = wire_unanswered(a, each, 3, ret);
    for (size_t i = 0; i < n; i++)
        snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s ",
                json_get_text(ret[i], "rev"));
    assert_string_equal(names, left);
    json_free(asked);
    json_free(a);
}

#define OK(id, rev) "{'ok':{'_id':'" id "','_rev':'" rev "'}}"
#define ROW(id, items) "{'id':'" id "','docs':[" items "]}"
#define ALL(rows) "{'results':[" rows "]}"
#define C ROW(OTHER, OK(OTHER, "3-c"))

static void unanswered__one_of_two_leaves__is_named(void **state)
{
    (void)state;
    expect_left(ALL(ROW(UID, OK(UID, "2-a")) "," C), "2-b ");
    expect_left(ALL(ROW(UID, OK(UID, "2-a") "," OK(UID, "2-b")) "," C), "");
    expect_left(ALL(ROW(UID, OK(UID, "2-b")) "," ROW(UID, OK(UID, "2-a")) "," C), "");
    expect_left(ALL(ROW(UID, OK(UID, "2-a") "," OK(UID, "2-a")) "," C), "2-b ");
    expect_left(ALL(ROW(UID, OK(UID, "4-d")) "," C), "2-a 2-b ");
    expect_left("{}", "2-a 2-b 3-c ");
}

static void unanswered__history__names_a_revision_too(void **state)
{
    (void)state;
    expect_left(
            ALL(ROW(UID, "{'ok':{'_id':'" UID "','_revisions':{'start':2,'ids':['b']}"
                         "}}") "," C),
            "2-a ");
}

static void unanswered__errors__answer_where_they_will_last(void **state)
{
    (void)state;
    expect_left(
            ALL(ROW(UID,
                    "{'missing':'2-a'},{'error':{'id':'" UID
                    "','rev':'2-b','error':'not_found','reason':'missing'}}") "," C),
            "");
    expect_left(ALL(ROW(UID, OK(UID, "2-a") ",{'error':{'rev':'2-b','error':'timeout'}"
                                            "}") "," C),
            "2-b ");
    expect_left(ALL(ROW(UID, OK(UID, "2-a") ",{'error':{'error':'not_found'}}") "," C),
            "2-b ");
    expect_left(ALL(ROW(UID, OK(UID, "2-a") ",{},7,null") "," C), "2-b ");
}

static void unanswered__what_cannot_be_read__is_one_answer(void **state)
{
    (void)state;
    expect_left(ALL(ROW(UID, "{'ok':{}}") "," C), "2-b ");
    expect_left(ALL(ROW(UID, OK(OTHER, "2-a")) "," C), "2-b ");
    expect_left(ALL(ROW(UID, "{'ok':7}," OK(UID, "2-a")) "," C), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(unanswered__one_of_two_leaves__is_named),
            cmocka_unit_test(unanswered__history__names_a_revision_too),
            cmocka_unit_test(unanswered__errors__answer_where_they_will_last),
            cmocka_unit_test(unanswered__what_cannot_be_read__is_one_answer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
