/* Leaves that have several nearest ancestors, or name no version of a form. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "odus/repl/settle.h"
#include "peer.h"
#include "replicas.h"

static struct replica a, b;
static struct pull from_a, from_b;

static int make(void **state)
{
    if (replicas_make(state))
        return -1;
    a = replicas_open("a");
    b = replicas_open("b");
    from_a = from_b = (struct pull){0};
    return 0;
}

static int undo(void **state)
{
    replicas_close(&a);
    replicas_close(&b);
    return replicas_remove(state);
}

/* Both machines hold what the other one wrote. */
static void exchange(void)
{
    replicas_pull(&b, &a, &from_a);
    replicas_pull(&a, &b, &from_b);
}

static int settled(struct replica *r)
{
    struct settle_result s;
    int merged;

    assert_int_equal(settle(r->store, r->forms, PEER_A, false, &s, NULL), 0);
    assert_string_equal(s.need[0], "");
    merged = s.merged;
    settle_result_release(&s);
    return merged;
}

/* --- several nearest ancestors ---------------------------------------------------- */

/* Two people bring the same two leaves together, A as TEXT_A and B as TEXT_B: each of
 * the two leaves is a nearest ancestor of both. */
static void decide(const char *text_a, const char *text_b)
{
    char leaves[2][REV_MAX];
    const char *closes[2] = {NULL};

    assert_int_equal(replicas_living(&a, PEER_A, 2, leaves), 2);
    closes[0] = leaves[1];
    replicas_put(&a, PEER_A, leaves[0], closes, replicas_body(&a, PEER_A, text_a));
    replicas_put(&b, PEER_A, leaves[0], closes, replicas_body(&b, PEER_A, text_b));
    exchange();
}

static void begin(void)
{
    replicas_write(&a, PEER_A, "{'note':'n'}");
    exchange();
    replicas_write(&a, PEER_A, "{'note':'a'}");
    replicas_write(&b, PEER_A, "{'note':'b'}");
    exchange();
}

static void settle__bases_that_disagree__a_person_decides(void **state)
{
    char *left, *right;

    (void)state;
    begin();
    decide("{'note':'a'}", "{'note':'b'}"); /* each is one of the ancestors */
    assert_int_equal(settled(&a), 0);
    assert_int_equal(settled(&b), 0);
    left = replicas_leaves(&a, PEER_A);
    right = replicas_leaves(&b, PEER_A);
    assert_string_equal(left, right);
    assert_int_equal(replicas_living(&a, PEER_A, 0, NULL), 2);
    free(left);
    free(right);
}

static void settle__bases_that_agree__are_no_obstacle(void **state)
{
    (void)state;
    begin();
    decide("{'note':'ab'}", "{'note':'ab','titre':{'fr':'t'}}");
    assert_int_equal(settled(&a), 1);
    assert_int_equal(settled(&b), 1);
    assert_int_equal(replicas_living(&b, PEER_A, 0, NULL), 1);
}

/* --- no version is named ---------------------------------------------------------- */

static struct json *bare(const char *type, const char *text)
{
    struct json *body = peer_json(text);

    json_set_text(body, "_id", PEER_A);
    json_set_text(body, "uid", PEER_A);
    json_set_text(body, "type", type);
    json_set_text(body, "visibilite", "public");
    return body;
}

/* TEXT stands here and there; then A writes OURS and B writes THEIRS. */
static void edit_bare(
        const char *type, const char *text, const char *ours, const char *theirs)
{
    replicas_put_raw(&a, PEER_A, bare(type, text));
    exchange();
    replicas_put_raw(&a, PEER_A, bare(type, ours));
    replicas_put_raw(&b, PEER_A, bare(type, theirs));
    exchange();
}

static void check_same(int living)
{
    char *left = replicas_leaves(&a, PEER_A), *right = replicas_leaves(&b, PEER_A);

    assert_string_equal(left, right);
    assert_int_equal(replicas_living(&a, PEER_A, 0, NULL), living);
    free(left);
    free(right);
}

static void settle__no_version__no_form_is_guessed(void **state)
{
    (void)state;
    edit_bare("fiche", "{'titre':{'fr':'t'}}", "{'titre':{'fr':'a'}}",
            "{'titre':{'fr':'t','en':'b'}}");
    assert_int_equal(settled(&a), 0); /* a text of another form could be one value */
    assert_int_equal(settled(&b), 0);
    check_same(2);
}

static void settle__no_version__members_are_merged_one_by_one(void **state)
{
    static const char *const types[] = {"fiche", "inconnu"};

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct json *body;

        edit_bare(types[i], "{'note':'n','x':[1,{'y':2}]}",
                "{'note':'a','x':[1,{'y':2}]}", "{'note':'n','x':[{'z':null}]}");
        assert_int_equal(settled(&a), 1);
        assert_int_equal(settled(&b), 1);
        check_same(1);
        body = replicas_read(&a, PEER_A, NULL);
        assert_string_equal(json_get_text(body, "note"), "a");
        assert_int_equal(json_len(json_get(body, "x")), 1);
        json_free(body);
    }
}

static void settle__publications__are_never_merged(void **state)
{
    (void)state;
    edit_bare("liste", "{'nom':'n'}", "{'nom':'n','x':1}", "{'nom':'n','y':1}");
    assert_int_equal(settled(&a), 0);
    check_same(2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, undo)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(settle__bases_that_disagree__a_person_decides),
            TEST(settle__bases_that_agree__are_no_obstacle),
            TEST(settle__no_version__no_form_is_guessed),
            TEST(settle__no_version__members_are_merged_one_by_one),
            TEST(settle__publications__are_never_merged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
