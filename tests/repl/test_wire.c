#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/repl/wire.h"
#include "peer.h"

#define HEX_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define HEX_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

/* --- revisions and names --- */

static void wire_rev__revisions__give_their_generation(void **state)
{
    (void)state;
    assert_int_equal(wire_rev(VIEW_LIT("1-" HEX_A)), 1);
    assert_int_equal(wire_rev(VIEW_LIT("999999999-abcXYZ019")), 999999999);
    assert_int_equal(wire_rev(VIEW_LIT("12-123456789012345678901234567890123456")), 12);
}

static void wire_rev__anything_else__is_none(void **state)
{
    static const char *const texts[] = {"", "-", "1", "1-", "-a", "0-a", "01-a", "+1-a",
            " 1-a", "1-a ", "1-a-b", "1-é", "1-a\n", "1000000000-a", "x-a", "1--a",
            "1-1234567890123456789012345678901234567"};

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++)
        assert_int_equal(wire_rev(view_of(texts[i])), 0);
    assert_int_equal(wire_rev((struct view){"1-a\0b", 5}), 0);
    assert_int_equal(wire_rev((struct view){NULL, 0}), 0);
}

static void wire_is_record__ids__of_records_only(void **state)
{
    static const char *const others[] = {"", "_design/odus", "_local/x", "a",
            "01900000-0000-7000-8000-00000000000A", PEER_A ":pro", PEER_A "0",
            "odus:conteneurs", "sha256-00"};

    (void)state;
    assert_true(wire_is_record(PEER_A));
    for (size_t i = 0; i < COUNT(others); i++)
        assert_false(wire_is_record(others[i]));
}

/* --- documents --- */

static struct replica_doc read_doc(const char *text, bool *ret_whole)
{
    struct json *j = peer_json(text);
    struct replica_doc d;
    struct err e = {0};

    assert_int_equal(wire_read_doc(j, &d, ret_whole, &e), 0);
    json_free(j);
    return d;
}

static void read_doc__with_revisions__has_body_and_ancestry(void **state)
{
    bool whole = false;
    struct replica_doc d = read_doc("{'_id':'" PEER_A "','_rev':'3-" HEX_B
                                    "','_revisions':{'start':3,'ids':['" HEX_B
                                    "','b','c']},'_attachments':{'x':{'stub':true}},"
                                    "'titre':'É','_conflicts':[],'a':{'_x':1}}",
            &whole);

    (void)state;
    assert_true(whole);
    assert_false(d.deleted);
    assert_string_equal(d.uid, PEER_A);
    assert_int_equal(d.nrevs, 3);
    assert_string_equal(d.revs[0], "3-" HEX_B);
    assert_string_equal(d.revs[2], "1-c");
    assert_string_equal(
            d.body, "{\"_id\":\"" PEER_A "\",\"a\":{\"_x\":1},\"titre\":\"É\"}");
    assert_string_equal(json_get_text(d.json, "titre"), "É");
    replica_doc_release(&d);
}

static void read_doc__without_revisions__is_whole_for_the_first_only(void **state)
{
    bool whole = false;
    struct replica_doc d =
            read_doc("{'_id':'" PEER_A "','_rev':'1-a','_deleted':true}", &whole);

    (void)state;
    assert_true(whole);
    assert_true(d.deleted);
    replica_doc_release(&d);
    d = read_doc("{'_id':'" PEER_A "','_rev':'2-a','_deleted':false}", &whole);
    assert_false(whole);
    assert_false(d.deleted);
    assert_int_equal(d.nrevs, 1);
    replica_doc_release(&d);
}

static void read_doc__upper_case_hex__is_kept_as_servers_do(void **state)
{
    bool whole;
    struct replica_doc d = read_doc(
            "{'_id':'" PEER_A "','_rev':'1-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'}", &whole);

    (void)state;
    assert_string_equal(d.revs[0], "1-" HEX_A);
    replica_doc_release(&d);
    d = read_doc("{'_id':'" PEER_A "','_rev':'1-ABC'}", &whole);
    assert_string_equal(d.revs[0], "1-ABC");
    replica_doc_release(&d);
}

#define ID_A "'_id':'" PEER_A "'"

static void read_doc__wrong__is_refused(void **state)
{
    static const char *const texts[] = {"1", "null", "[]", "{}", "{'_id':1}",
            "{'_id':'_design/x','_rev':'1-a'}", "{'_id':'" PEER_A "'}",
            "{" ID_A ",'_rev':1}", "{" ID_A ",'_rev':'0-a'}",
            "{" ID_A ",'_rev':'1-a','_deleted':1}",
            "{" ID_A ",'_rev':'2-a','_revisions':{'start':2,'ids':['b','a']}}",
            "{" ID_A ",'_rev':'2-a','_revisions':[]}",
            "{" ID_A ",'_rev':'2-a','_revisions':null}",
            "{" ID_A ",'_rev':'1-a','_revisions':{'start':1,'ids':[]}}",
            "{" ID_A ",'_rev':'1-a','_revisions':{'start':1,'ids':'a'}}",
            "{" ID_A ",'_rev':'1-a','_revisions':{'start':1,'ids':['a','b']}}",
            "{" ID_A ",'_revisions':{'start':-1,'ids':['a']}}",
            "{" ID_A ",'_revisions':{'start':1000000000,'ids':['a']}}",
            "{" ID_A ",'_revisions':{'start':2,'ids':['a',7]}}",
            "{" ID_A ",'_rev':{},'_revisions':{'start':1,'ids':['a']}}"};

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct json *j = peer_json(texts[i]);
        struct replica_doc d;
        struct err e = {0};
        bool whole;

        if (wire_read_doc(j, &d, &whole, &e) != ERR_INVALID || !e.id)
            fail_msg("taken: %s", texts[i]);
        json_free(j);
    }
}

static void read_doc__long_history__keeps_the_newest(void **state)
{
    struct json *j = peer_json("{" ID_A ",'_revisions':{'start':5000}}");
    struct json *ids = json_new_array();
    struct replica_doc d;
    bool whole;

    (void)state;
    for (int i = 0; i < 5000; i++)
        json_push_take(ids, json_text(VIEW_LIT(HEX_A)));
    json_set_take(json_get(j, "_revisions"), "ids", ids);
    assert_int_equal(wire_read_doc(j, &d, &whole, NULL), 0);
    assert_int_equal(d.nrevs, REPLICA_REVS_MAX);
    assert_string_equal(d.revs[REPLICA_REVS_MAX - 1], "4001-" HEX_A);
    replica_doc_release(&d);
    json_free(j);
}

static void read_doc__huge__is_refused(void **state)
{
    struct json *j = peer_json("{" ID_A ",'_rev':'1-a'}");
    char *big = xmalloc(WIRE_DOC_MAX + 1);
    struct replica_doc d;
    struct err e = {0};
    bool whole;

    (void)state;
    memset(big, 'x', WIRE_DOC_MAX + 1);
    json_set_take(j, "memo", json_text((struct view){big, WIRE_DOC_MAX + 1}));
    assert_int_equal(wire_read_doc(j, &d, &whole, &e), ERR_LIMIT);
    free(big);
    json_free(j);
}

static void write_doc__what_was_read__is_the_same(void **state)
{
    static const char *const texts[] = {
            "{'_id':'" PEER_A "','_rev':'2-b','_revisions':{'ids':['b','a'],'start':2},"
            "'titre':'x'}",
            "{'_deleted':true,'_id':'" PEER_A
            "','_rev':'7-b','_revisions':{'ids':['b'],'start':7}}",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        bool whole;
        struct replica_doc d = read_doc(texts[i], &whole);

        assert_string_equal(peer_text(wire_write_doc(&d)), texts[i]);
        json_free(d.json); /* from the text alone as well */
        d.json = NULL;
        assert_string_equal(peer_text(wire_write_doc(&d)), texts[i]);
        replica_doc_release(&d);
    }
}

static void write_plain__document__has_its_revision_only(void **state)
{
    bool whole;
    struct replica_doc d = read_doc(
            "{" ID_A ",'_revisions':{'start':2,'ids':['b','a']},'t':1}", &whole);

    (void)state;
    assert_string_equal(
            peer_text(wire_write_plain(&d)), "{" ID_A ",'_rev':'2-b','t':1}");
    replica_doc_release(&d);
}

/* --- _changes --- */

static int read_changes(const char *text, struct json **ret_j, struct wire_changes *ret)
{
    *ret_j = peer_json(text);
    return wire_read_changes(*ret_j, ret, NULL);
}

static void changes__answer_of_a_server__is_read(void **state)
{
    struct json *j;
    struct wire_changes c;

    (void)state;
    assert_int_equal(
            read_changes(
                    "{'results':[{'seq':'1-g','id':'" PEER_A
                    "','changes':[{'rev':'2-b'},{'rev':'2-a'}],'doc':{'_id':'" PEER_A
                    "'}},{'seq':'2-h','id':'_design/odus','changes':[{'rev':'1-a'}]},"
                    "{'seq':null,'id':'" PEER_B
                    "','changes':[{'rev':'3-c'}],'deleted':true,'doc':{'_id':'" PEER_A
                    "'}}],'last_seq':'2-h\\u0001','pending':7}",
                    &j, &c),
            0);
    assert_int_equal(c.nseen, 3);
    assert_int_equal(c.nrows, 2);
    assert_int_equal(c.pending, 7);
    assert_string_equal(c.last, "2-h\001");
    assert_int_equal(c.rows[0].nrevs, 2);
    assert_string_equal(c.rows[0].revs[1], "2-a");
    assert_non_null(c.rows[0].doc);
    assert_true(c.rows[1].deleted);
    assert_null(c.rows[1].doc); /* another's document is none */
    wire_changes_release(&c);
    json_free(j);
}

static void changes__last_seq__is_handed_back_as_it_came(void **state)
{
    static const char *const texts[][2] = {
            {"{'results':[],'last_seq':12}", "12"},
            {"{'results':[],'last_seq':'12-x%'}", "12-x%"},
            {"{'results':[],'last_seq':[12,'x']}", "[12,\"x\"]"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct json *j;
        struct wire_changes c;

        assert_int_equal(read_changes(texts[i][0], &j, &c), 0);
        assert_string_equal(c.last, texts[i][1]);
        assert_int_equal(c.pending, -1);
        wire_changes_release(&c);
        json_free(j);
    }
}

static void changes__rows_without_sense__are_counted_only(void **state)
{
    struct json *j;
    struct wire_changes c;

    (void)state;
    assert_int_equal(
            read_changes("{'results':[1,null,[],{},{'id':7},{'id':'" PEER_A
                         "'},{'id':'" PEER_A "','changes':{}},{'id':'" PEER_A
                         "','changes':[]},{'id':'" PEER_A
                         "','changes':[1,{'rev':2},{'rev':'x'}]},{'id':'" PEER_A
                         "','changes':[{},{'rev':'1-a'}],'doc':null},{'id':'" PEER_A
                         "','changes':[{'rev':'1-a'}]}],'last_seq':1,'pending':-5}",
                    &j, &c),
            0);
    assert_int_equal(c.nseen, 11);
    assert_int_equal(c.nrows, 2); /* the same twice does no harm */
    assert_int_equal(c.rows[0].nrevs, 1);
    assert_int_equal(c.pending, -1);
    wire_changes_release(&c);
    json_free(j);
}

static void changes__no_answer__is_refused(void **state)
{
    static const char *const texts[] = {"null", "[]", "{}", "{'results':{}}",
            "{'results':[]}", "{'results':[],'last_seq':null}",
            "{'results':[],'last_seq':''}", "{'results':[],'last_seq':{}}",
            "{'error':'unauthorized','reason':'no'}"};

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct json *j;
        struct wire_changes c;

        if (read_changes(texts[i], &j, &c) != ERR_INVALID)
            fail_msg("taken: %s", texts[i]);
        json_free(j);
    }
}

static void changes__written__are_canonical(void **state)
{
    struct replica_leaf leaves[] = {{.rev = "2-b"}, {.rev = "1-a", .deleted = true}};
    struct replica_change changes[] = {
            {.seq = 4, .uid = PEER_A, .leaves = leaves, .nleaves = 2},
            {.seq = 9, .uid = PEER_B, .leaves = leaves, .nleaves = 1, .deleted = true},
    };
    struct buf text;

    (void)state;
    buf_init(&text, 0);
    wire_write_change(&changes[0], view_of("{\"_id\":\"" PEER_A "\"}"), &text);
    buf_addc(&text, '\n');
    wire_write_change(&changes[1], (struct view){0}, &text);
    assert_string_equal(text.s,
            "{\"changes\":[{\"rev\":\"2-b\"},{\"rev\":\"1-a\"}],\"doc\":{\"_id\":"
            "\"" PEER_A "\"},\"id\":\"" PEER_A "\",\"seq\":4}\n"
            "{\"changes\":[{\"rev\":\"2-b\"}],\"deleted\":true,\"id\":\"" PEER_B
            "\",\"seq\":9}");
    buf_release(&text);
}

/* --- requests --- */

static void want__names__a_revision(void **state)
{
    struct json *docs = json_new_array();

    (void)state;
    wire_want(docs, PEER_A, "2-a");
    assert_string_equal(peer_text(docs), "[{'id':'" PEER_A "','rev':'2-a'}]");
}

static void bulk_docs__sends__with_history(void **state)
{
    bool whole;
    struct replica_doc d = read_doc("{" ID_A ",'_rev':'1-a'}", &whole);
    struct buf text;

    (void)state;
    buf_init(&text, 0);
    wire_bulk_docs(&d, 1, &text);
    assert_string_equal(text.s,
            "{\"docs\":[{\"_id\":\"" PEER_A "\",\"_rev\":\"1-a\","
            "\"_revisions\":{\"ids\":[\"a\"],\"start\":1}}],\"new_edits\":false}");
    buf_release(&text);
    replica_doc_release(&d);
}

/* Whatever the body is, read or not, a document is sent as wire_write_doc has it. */
static void bulk_docs__any_body__is_the_document(void **state)
{
    static const char *const bodies[] = {
            "{\"_id\":\"" PEER_A "\",\"nom\":\"Le \\\"Rempart\\\"\",\"type\":\"lieu\"}",
            "{\"_id\":\"" PEER_A "\"}",
            "{\"_id\":\"" PEER_A "\",\"_tiers\":1,\"nom\":\"Rempart\"}",
            "{\"A\":1,\"_id\":\"" PEER_A "\",\"nom\":\"Rempart\"}",
            "{\"_id\":\"" PEER_A "0\",\"nom\":\"Rempart\"}",
            "{\"nom\":\"Rempart\"}",
            "{}",
            "",
    };
    char revs[][REV_MAX] = {"3-c", "2-\"b", "1-a"};

    (void)state;
    for (size_t i = 0; i < 2 * COUNT(bodies); i++) {
        struct replica_doc d = {.uid = PEER_A,
                .revs = revs,
                .nrevs = 3,
                .deleted = i % 2,
                .body = (char *)bodies[i / 2]};
        struct json *doc = wire_write_doc(&d);
        struct buf sent, wanted;

        buf_init(&sent, 0);
        buf_init(&wanted, 0);
        buf_adds(&wanted, "{\"docs\":[");
        json_canonical(doc, &wanted);
        buf_adds(&wanted, "],\"new_edits\":false}");
        wire_bulk_docs(&d, 1, &sent);
        assert_string_equal(sent.s, wanted.s);
        buf_release(&sent);
        buf_release(&wanted);
        json_free(doc);
    }
}

static void revs_diff__asks_and_reads(void **state)
{
    char revs[][REV_MAX] = {"2-b", "2-a"};
    struct replica_doc docs[] = {{.uid = PEER_A, .revs = revs, .nrevs = 1},
            {.uid = PEER_A, .revs = revs + 1, .nrevs = 1},
            {.uid = PEER_B, .revs = revs, .nrevs = 1}};
    struct json *j = peer_json("{'" PEER_A "':{'missing':[7,'2-a']},'" PEER_B "':[]}");

    (void)state;
    assert_string_equal(peer_text(wire_revs_diff(docs, 3)),
            "{'" PEER_A "':['2-b','2-a'],'" PEER_B "':['2-b']}");
    assert_true(wire_is_missing(j, PEER_A, "2-a"));
    assert_false(wire_is_missing(j, PEER_A, "2-b"));
    assert_false(wire_is_missing(j, PEER_B, "2-b"));
    assert_false(wire_is_missing(NULL, PEER_B, "2-b"));
    json_free(j);
}

/* --- _bulk_get --- */

static void count_refused(void *ctx, const struct err *why)
{
    assert_non_null(why->id);
    ++*(int *)ctx;
}

static void bulk_get__answer__good_documents_only(void **state)
{
    struct json *j = peer_json(
            "{'results':[{'id':'" PEER_A "','docs':[{'ok':{" ID_A ",'_rev':'1-a'}},"
            "{'ok':{" ID_A ",'_rev':'2-a'}},{'error':{'error':'not_found'}},"
            "{'missing':'3-x'},{'ok':{'_id':'" PEER_B "','_rev':'1-a'}},7]},"
            "{'id':'" PEER_A "','docs':{}},null,{'docs':[{'ok':{" ID_A
            ",'_rev':'1-a'}}]}]}");
    struct replica_doc *docs = NULL;
    size_t n = 0;
    int refused = 0;

    (void)state;
    assert_int_equal(
            wire_read_bulk_get(j, &docs, &n, count_refused, &refused, NULL), 0);
    assert_int_equal(n, 1);
    assert_int_equal(refused, 6);
    assert_string_equal(docs[0].revs[0], "1-a");
    replica_docs_free(docs, n);
    json_free(j);
    j = peer_json("{'results':7}");
    assert_int_equal(wire_read_bulk_get(j, &docs, &n, NULL, NULL, NULL), ERR_INVALID);
    json_free(j);
}

/* --- _bulk_docs --- */

static void keep_reason(
        void *ctx, const struct replica_doc *doc, const char *error, const char *reason)
{
    snprintf(ctx, 500, "%s: %s: %s", doc->revs[0], error, reason);
}

static void check_verdict(const char *answer, bool first, bool second, const char *why)
{
    char revs[][REV_MAX] = {"2-b", "2-a"}, said[500] = "";
    struct replica_doc docs[] = {{.uid = PEER_A, .revs = revs, .nrevs = 1},
            {.uid = PEER_A, .revs = revs + 1, .nrevs = 1}};
    bool taken[2] = {false, false};
    struct json *j = peer_json(answer);

    assert_int_equal(
            wire_read_bulk_docs(j, docs, 2, taken, keep_reason, said, NULL), 0);
    assert_int_equal(taken[0], first);
    assert_int_equal(taken[1], second);
    assert_string_equal(said, why);
    json_free(j);
}

static void bulk_docs__answer__says_what_was_refused(void **state)
{
    (void)state;
    check_verdict("[]", true, true, "");
    check_verdict("[{'ok':true,'id':'" PEER_A "','rev':'2-b'},null,7]", true, true, "");
    check_verdict("[{'id':'" PEER_A "','rev':'2-a','error':'forbidden',"
                  "'reason':'non\\u001b[2J, lecteur'}]",
            true, false, "2-a: forbidden: non[2J, lecteur");
    check_verdict("[{'id':'" PEER_B "','rev':'2-a','error':'x'}]", true, true, "");
}

static void bulk_docs__error_without_a_name__means_any(void **state)
{
    (void)state;
    check_verdict("[{'error':'x'}]", false, false, "2-a: x: ");
    check_verdict("[{'error':7,'id':'" PEER_A "'}]", false, false, "2-a: : ");
    check_verdict(
            "[{'error':'x','id':'" PEER_A "','rev':'9-z'}]", false, false, "2-a: x: ");
    check_verdict("[{'error':'x','rev':'2-b'}]", false, false, "2-a: x: ");
}

static void bulk_docs__no_answer__is_refused(void **state)
{
    struct json *j = peer_json("{'error':'unauthorized'}");
    bool taken[1];

    (void)state;
    assert_int_equal(
            wire_read_bulk_docs(j, NULL, 0, taken, NULL, NULL, NULL), ERR_INVALID);
    json_free(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(wire_rev__revisions__give_their_generation),
            cmocka_unit_test(wire_rev__anything_else__is_none),
            cmocka_unit_test(wire_is_record__ids__of_records_only),
            cmocka_unit_test(read_doc__with_revisions__has_body_and_ancestry),
            cmocka_unit_test(read_doc__without_revisions__is_whole_for_the_first_only),
            cmocka_unit_test(read_doc__upper_case_hex__is_kept_as_servers_do),
            cmocka_unit_test(read_doc__wrong__is_refused),
            cmocka_unit_test(read_doc__long_history__keeps_the_newest),
            cmocka_unit_test(read_doc__huge__is_refused),
            cmocka_unit_test(write_doc__what_was_read__is_the_same),
            cmocka_unit_test(write_plain__document__has_its_revision_only),
            cmocka_unit_test(changes__answer_of_a_server__is_read),
            cmocka_unit_test(changes__last_seq__is_handed_back_as_it_came),
            cmocka_unit_test(changes__rows_without_sense__are_counted_only),
            cmocka_unit_test(changes__no_answer__is_refused),
            cmocka_unit_test(changes__written__are_canonical),
            cmocka_unit_test(want__names__a_revision),
            cmocka_unit_test(bulk_docs__sends__with_history),
            cmocka_unit_test(bulk_docs__any_body__is_the_document),
            cmocka_unit_test(revs_diff__asks_and_reads),
            cmocka_unit_test(bulk_get__answer__good_documents_only),
            cmocka_unit_test(bulk_docs__answer__says_what_was_refused),
            cmocka_unit_test(bulk_docs__error_without_a_name__means_any),
            cmocka_unit_test(bulk_docs__no_answer__is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
