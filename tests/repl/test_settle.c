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

/* Two machines that both have the record of TEXT. */
struct two {
    struct replica a, b;
    struct pull from_a, from_b; /* what the other one has pulled of it */
};

static struct two two_make(const char *text)
{
    struct two t = {.a = replicas_open("a"), .b = replicas_open("b")};

    replicas_write(&t.a, PEER_A, text);
    replicas_pull(&t.b, &t.a, &t.from_a);
    return t;
}

static void two_close(struct two *t)
{
    replicas_close(&t->a);
    replicas_close(&t->b);
}

static void two_pull(struct two *t)
{
    replicas_pull(&t->b, &t->a, &t->from_a);
    replicas_pull(&t->a, &t->b, &t->from_b);
}

static void check_value(struct replica *r, const char *key, const char *value)
{
    struct json *body = replicas_read(r, PEER_A, NULL);

    if (value)
        assert_string_equal(json_get_text(body, key), value);
    else
        assert_null(json_get(body, key));
    json_free(body);
}

static void check_same_leaves(struct two *t)
{
    char *a = replicas_leaves(&t->a, PEER_A), *b = replicas_leaves(&t->b, PEER_A);

    assert_string_equal(a, b);
    free(a);
    free(b);
}

static struct settle_result settled(struct replica *r, bool no_ancestor)
{
    struct settle_result s;

    assert_int_equal(settle(r->store, r->forms, PEER_A, no_ancestor, &s, NULL), 0);
    return s;
}

static void settle__different_fields__one_leaf_and_the_same(void **state)
{
    struct two t = two_make("{'titre':{'fr':'t'},'note':'n'}");
    struct settle_result s;

    (void)state;
    replicas_write(&t.a, PEER_A, "{'titre':{'fr':'t'},'note':'n2'}");
    replicas_write(&t.b, PEER_A,
            "{'titre':{'fr':'t','en':'e'},'note':'n','adresse':{'rue':'r'},"
            "'tarifs':[{'id':'x','prix':'8'}]}");
    two_pull(&t);
    s = settled(&t.a, false);
    assert_int_equal(s.merged, 1);
    assert_int_equal(s.left, 0);
    assert_non_null(s.fields);
    settle_result_release(&s);
    s = settled(&t.b, false);
    assert_int_equal(s.merged, 1);
    settle_result_release(&s);
    check_same_leaves(&t);
    check_value(&t.a, "note", "n2");
    assert_int_equal(replicas_living(&t.b, PEER_A, 0, NULL), 1);
    two_close(&t);
}

static void settle__fields__are_named_as_people_know_them(void **state)
{
    struct two t = two_make("{'note':'n'}");
    struct settle_result s;

    (void)state;
    /* the longer branch wins: what the other one brings is named */
    replicas_write(&t.b, PEER_A, "{'note':'n','titre':{'fr':'t'}}");
    replicas_write(&t.b, PEER_A, "{'note':'n','titre':{'fr':'u'}}");
    replicas_write(&t.a, PEER_A,
            "{'note':'n2','adresse':{'rue':'r'},'tarifs':[{'id':'x','prix':'8'}],"
            "'modifie_par':'anne'}");
    two_pull(&t);
    s = settled(&t.b, false);
    assert_string_equal(s.fields, "Note, Rue, Tarifs");
    settle_result_release(&s);
    two_close(&t);
}

static void settle__same_field__both_stay(void **state)
{
    struct two t = two_make("{'note':'n'}");
    struct settle_result s;

    (void)state;
    replicas_write(&t.a, PEER_A, "{'note':'a'}");
    replicas_write(&t.b, PEER_A, "{'note':'b'}");
    two_pull(&t);
    s = settled(&t.a, false);
    assert_int_equal(s.merged, 0);
    assert_int_equal(s.left, 1);
    assert_null(s.fields);
    settle_result_release(&s);
    check_same_leaves(&t);
    two_close(&t);
}

static void settle__nothing_to_do__is_fine(void **state)
{
    struct two t = two_make("{'note':'n'}");
    struct settle_result s = settled(&t.a, false);
    struct err e = {0};

    (void)state;
    assert_int_equal(s.merged, 0);
    assert_int_equal(s.left, 0);
    assert_int_equal(
            settle(t.a.store, t.a.forms, PEER_B, false, &s, &e), ERR_NOT_FOUND);
    two_close(&t);
}

/* Two machines that edited one record of which a third has never seen the beginning. */
static struct replica third(struct two *t)
{
    struct replica c = replicas_open("c");
    struct pull p = {0}, q = {0};

    replicas_write(&t->a, PEER_A, "{'note':'a','titre':{'fr':'t'}}");
    replicas_write(&t->b, PEER_A, "{'note':'n','titre':{'fr':'b'}}");
    replicas_pull(&c, &t->a, &p);
    replicas_pull(&c, &t->b, &q);
    return c;
}

static void settle__ancestor_not_here__is_asked_for(void **state)
{
    struct two t = two_make("{'note':'n','titre':{'fr':'t'}}");
    struct replica c = third(&t);
    struct settle_result s = settled(&c, false);

    (void)state;
    assert_int_equal(s.merged, 0);
    assert_int_equal(s.left, 1);
    assert_int_equal(strncmp(s.need[0], "1-", 2), 0);
    assert_string_equal(s.need[1], "");
    assert_int_equal(replicas_settle(&c, &t.a, PEER_A), 1);
    check_value(&c, "note", "a");
    replicas_close(&c);
    two_close(&t);
}

static void settle__nobody_has_the_ancestor__what_differs_is_a_conflict(void **state)
{
    struct two t = two_make("{'note':'n','titre':{'fr':'t'}}");
    struct replica c = third(&t);
    struct settle_result s = settled(&c, true);

    (void)state;
    assert_int_equal(s.merged, 0);
    assert_int_equal(s.left, 1);
    assert_string_equal(s.need[0], "");
    replicas_close(&c);
    two_close(&t);
}

static void settle__merged_then_taken_back__stays_taken_back(void **state)
{
    struct two t = two_make("{'note':'n'}");

    (void)state;
    replicas_write(&t.a, PEER_A, "{'note':'n','titre':{'fr':'a'}}");
    replicas_write(&t.a, PEER_A, "{'note':'n','titre':{'fr':'a2'}}");
    replicas_write(&t.b, PEER_A, "{'note':'b'}");
    replicas_pull(&t.a, &t.b, &t.from_b);
    assert_int_equal(replicas_settle(&t.a, &t.b, PEER_A), 1); /* with b's note */
    replicas_write(&t.b, PEER_A, "{'note':'n'}"); /* b thinks better of it */
    two_pull(&t);
    assert_int_equal(replicas_settle(&t.a, &t.b, PEER_A), 1);
    assert_int_equal(replicas_settle(&t.b, &t.a, PEER_A), 1);
    check_value(&t.a, "note", "n");
    check_same_leaves(&t);
    two_close(&t);
}

static void settle__version_not_known__stays_as_it_is(void **state)
{
    struct two t = two_make("{'note':'n'}");
    struct json *body;
    struct settle_result s;

    (void)state;
    replicas_write(&t.a, PEER_A, "{'note':'a'}");
    body = replicas_body(&t.b, PEER_A, "{'note':'n','titre':{'fr':'t'}}");
    json_set_take(body, "formulaire", json_text(VIEW_LIT("0123456789abcdef")));
    replicas_put(&t.b, PEER_A, NULL, NULL, body);
    two_pull(&t);
    s = settled(&t.a, false);
    assert_int_equal(s.merged, 0);
    assert_int_equal(s.left, 1);
    two_close(&t);
}

static void settle__same_change_twice__is_one_revision(void **state)
{
    struct two t = two_make("{'note':'n'}");

    (void)state;
    replicas_write(&t.a, PEER_A, "{'note':'x','tarifs':[{'id':'s1','prix':'8'}]}");
    replicas_write(&t.b, PEER_A, "{'note':'x','tarifs':[{'id':'s1','prix':'8'}]}");
    two_pull(&t);
    assert_int_equal(replicas_living(&t.a, PEER_A, 0, NULL), 1);
    check_same_leaves(&t);
    two_close(&t);
}

static void settle__generated_rows__do_not_multiply(void **state)
{
    struct two t = two_make("{'note':'n'}");
    struct json *body;

    (void)state;
    replicas_write(&t.a, PEER_A,
            "{'note':'a','tarifs':[{'id':'s1','prix':'1'},{'id':'s2','prix':'2'}]}");
    replicas_write(&t.b, PEER_A,
            "{'note':'n','tarifs':[{'id':'s2','prix':'2'},{'id':'s3','prix':'3'}]}");
    two_pull(&t);
    assert_int_equal(replicas_settle(&t.a, &t.b, PEER_A), 1);
    body = replicas_read(&t.a, PEER_A, NULL);
    assert_int_equal(json_len(json_get(body, "tarifs")), 3);
    json_free(body);
    two_close(&t);
}

/* Two people have brought the same two leaves together in the same way. */
static void settle__decided_twice_alike__is_one(void **state)
{
    struct two t = two_make("{'note':'n'}");
    char leaves[2][REV_MAX];
    const char *closes[2] = {NULL};

    (void)state;
    replicas_write(&t.a, PEER_A, "{'note':'a','modifie_le':'2026-01-01T00:00:00Z'}");
    replicas_write(&t.b, PEER_A, "{'note':'b','modifie_le':'2026-01-02T00:00:00Z'}");
    two_pull(&t);
    assert_int_equal(replicas_living(&t.a, PEER_A, 2, leaves), 2);
    closes[0] = leaves[1];
    replicas_put(&t.a, PEER_A, leaves[0], closes,
            replicas_body(&t.a, PEER_A,
                    "{'note':'ab','modifie_le':'2026-01-01T00:00:00Z',"
                    "'modifie_par':'anne'}"));
    replicas_put(&t.b, PEER_A, leaves[0], closes,
            replicas_body(
                    &t.b, PEER_A, "{'note':'ab','modifie_le':'2026-01-02T00:00:00Z'}"));
    two_pull(&t);
    assert_int_equal(replicas_settle(&t.a, &t.b, PEER_A), 1);
    assert_int_equal(replicas_settle(&t.b, &t.a, PEER_A), 1);
    check_same_leaves(&t);
    two_close(&t);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, replicas_make, replicas_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(settle__different_fields__one_leaf_and_the_same),
            TEST(settle__fields__are_named_as_people_know_them),
            TEST(settle__same_field__both_stay),
            TEST(settle__nothing_to_do__is_fine),
            TEST(settle__ancestor_not_here__is_asked_for),
            TEST(settle__nobody_has_the_ancestor__what_differs_is_a_conflict),
            TEST(settle__merged_then_taken_back__stays_taken_back),
            TEST(settle__version_not_known__stays_as_it_is),
            TEST(settle__same_change_twice__is_one_revision),
            TEST(settle__decided_twice_alike__is_one),
            TEST(settle__generated_rows__do_not_multiply),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
