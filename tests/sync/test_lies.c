/* Servers that send nonsense, by mistake or not. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "solo.h"

/* --- servers that lie ------------------------------------------------------------- */

static void lie__last_seq_of_any_shape__is_handed_back_or_refused(void **state)
{
    static const char *const good[] = {"'5-g1AAA=&/'", "5", "[5,'abc']"};
    static const char *const sent[] = {
            "since=5-g1AAA%3D%26%2F ", "since=5 ", "since=%5B5%2C%22abc%22%5D "};
    static const char *const bad[] = {"null", "''", "{}", "true", "1.5", "1e400"};

    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        script_epoch("e1");
        script_page(good[i], 0, NULL);
        play();
        run_well(&run);
        script_epoch("e1");
        script_page("0", 0, NULL);
        script_play(&run, &here);
        run_well(&run);
        assert_non_null(strstr(script_request(1), sent[i]));
        script_clear();
    }
    for (size_t i = 0; i < COUNT(bad); i++) {
        script_epoch("e1");
        script_page(bad[i], 0, NULL);
        script_try(&run, &here); /* one that is no JSON is asked for again */
        script_clear();
        assert_int_equal(run.rc < 0, 1);
        assert_true(run.report.network);
    }
}

static void lie__answers_of_wrong_shape__are_refused(void **state)
{
    static const char *const pages[] = {"[]", "7", "'x'", "null", "{}",
            "{'results':{}}", "{'results':'x','last_seq':1}", "{'results':[]}"};

    (void)state;
    for (size_t i = 0; i < COUNT(pages); i++) {
        script_epoch("e1");
        script_say("GET /commons/_changes", "200 OK", pages[i]);
        play();
        assert_int_equal(run.rc, ERR_INVALID);
        assert_true(run.report.network);
    }
}

static void lie__seq_that_never_moves__is_no_endless_loop(void **state)
{
    (void)state;
    script_epoch("e1");
    script_page("'1-a'", 100, rows_of(1, 100));
    script_page("'1-a'", 100, rows_of(1, 100));
    play();
    assert_int_equal(run.rc, ERR_IO);
    run_said(&run, "repeats itself");
}

static void lie__seqs_in_a_circle__are_no_endless_loop(void **state)
{
    static const char *const seqs[] = {"'a'", "'b'", "'c'"};

    (void)state;
    script_epoch("e1");
    for (int i = 0; i < 30; i++)
        script_page(seqs[i % 3], 10, rows_of(1, 2));
    script_try(&run, &here);
    assert_int_equal(run.rc, ERR_IO);
    run_said(&run, "repeats itself");
}

static const char *deep(int levels)
{
    static char text[600];
    int n = 0;

    for (int i = 0; i < levels; i++)
        text[n++] = '[';
    for (int i = 0; i < levels; i++)
        text[n++] = ']';
    text[n] = '\0';
    return text;
}

/* One document nobody can read does not keep the others from coming. */
static void lie__one_poisoned_document__the_others_come(void **state)
{
    static const char *const poisons[] = {
            NULL, "'\\u0000'", "1e999", "123456789012345678901234567890", "'\\ud800'"};

    (void)state;
    for (int i = 0; i < (int)COUNT(poisons); i++) {
        int good = 10 * i + 1, bad = 10 * i + 2;
        char *body = stage_body(good, "'modifie_par':'lise'");
        const char *rev = rev_of(NULL, body);
        char *doc = xasprintf("{'_id':'%s','x':%s}", stage_uid(bad),
                poisons[i] ? poisons[i] : deep(100));
        char *seq = xasprintf("%d", i + 1);
        const char *with[] = {row_of(good, rev, xstrdup(body), ""),
                row_of(bad, "1-bad", xstrdup(doc), ""), NULL};
        const char *without[] = {
                row_of(good, rev, NULL, ""), row_of(bad, "1-bad", NULL, ""), NULL};
        const char *good_doc =
                doc_of(rev, 1, kept(xasprintf("'%s'", rev + 2)), body, false);
        const char *bad_doc = doc_of("1-bad", 1, "'bad'", xstrdup(doc), false);
        char *both = xasprintf("{'results':[{'id':'%s','docs':[{'ok':%s}]},{'id':'%s',"
                               "'docs':[{'ok':%s}]}]}",
                stage_uid(good), good_doc, stage_uid(bad), bad_doc);

        script_epoch("e1");
        script_page(seq, 0, with);
        script_page(seq, 0, without);
        script_say("POST /commons/_bulk_get", "200 OK", both);
        script_say("POST /commons/_bulk_get", "200 OK", got_of(good, good_doc));
        script_say("POST /commons/_bulk_get", "200 OK", got_of(bad, bad_doc));
        play();
        run_well(&run);
        assert_int_equal(run.report.refused, 1);
        assert_int_equal(place_count(&here), i + 1);
        free(both);
        free(doc);
        free(seq);
    }
}

static void lie__bulk_get_lacks_a_row__the_checkpoint_stays(void **state)
{
    const char *rows[] = {row_of(1, "2-bbb", NULL, ""), NULL};

    (void)state;
    for (int again = 0; again < 2; again++) {
        script_epoch("e1");
        script_page("'9-z'", 0, rows);
        for (int i = 0; i < 2; i++)
            script_say("POST /commons/_bulk_get", "200 OK", "{'results':[]}");
        script_play(&run, &here);
        assert_int_equal(run.rc, ERR_IO);
        assert_true(run.report.network && run.report.down);
        assert_non_null(strstr(script_request(1), "since=0 "));
        script_clear();
    }
}

/* Whole on the line, and yet cut before: no document that cannot be read. */
static void lie__bulk_get_ends_early__the_checkpoint_stays(void **state)
{
    const char *rows[] = {row_of(1, "2-bbb", NULL, "{'rev':'2-aaa'}"), NULL};
    static const char *const cut[] = {"", "{'results':[", "{'results':[{'id':'\\u0041"};

    (void)state;
    for (size_t i = 0; i < COUNT(cut); i++) {
        script_epoch("e1");
        script_page("'9-z'", 0, rows);
        script_say("POST /commons/_bulk_get", "200 OK", cut[i]);
        script_play(&run, &here);
        assert_true(run.rc < 0);
        assert_int_equal(run.report.refused, 0);
        assert_non_null(strstr(script_request(1), "since=0 "));
        script_clear();
    }
}

/* Two leaves are asked for, and the answer has ONE of them. */
static void one_of_two(const char *one)
{
    const char *rows[] = {row_of(1, "2-bbb", NULL, "{'rev':'2-aaa'}"), NULL};

    script_epoch("e1");
    script_page("'9-z'", 0, rows);
    script_say("POST /commons/_bulk_get", "200 OK", got_of(1, one));
}

static void lie__bulk_get_lacks_a_leaf__it_is_asked_for_again(void **state)
{
    const char *a = doc_of("2-aaa", 2, "'aaa','000'", stage_body(1, ""), false);
    const char *b = doc_of("2-bbb", 2, "'bbb','000'", stage_body(1, ""), false);
    char *leaves;

    (void)state;
    for (int again = 0; again < 2; again++) {
        one_of_two(b);
        script_say("POST /commons/_bulk_get", "200 OK", got_of(1, b));
        script_play(&run, &here);
        assert_int_equal(run.rc, ERR_IO);
        assert_true(run.report.network && run.report.down);
        assert_non_null(strstr(script_request(1), "since=0 "));
        assert_null(strstr(script_request(3), "2-bbb"));
        script_clear();
        assert_int_equal(place_count(&here), 0);
    }
    one_of_two(b);
    script_say("POST /commons/_bulk_get", "200 OK", got_of(1, a));
    script_try(&run, &here);
    script_clear();
    leaves = place_leaves(&here, 1);
    assert_string_equal(leaves, "2-bbb 2-aaa");
    free(leaves);
}

static void lie__bulk_get_of_any_shape__is_told_and_harmless(void **state)
{
    const char *rows[] = {row_of(1, "2-bbb", NULL, ""), NULL};
    const char *other = doc_of("2-bbb", 2, "'bbb','aaa'", stage_body(2, ""), false);
    const char *no_history = stage_body(1, "'_rev':'2-bbb'");
    const char *bad_history = doc_of("2-bbb", 9, "'bbb'", stage_body(1, ""), false);
    const char *cases[] = {other, no_history, bad_history, "null", "{}", "'x'",
            "{'_id':'\\u001b]0;x\\u0007\\u009b31m','_rev':'1-a'}"};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *text;

        script_epoch("e1");
        script_page("0", 0, rows);
        script_say("POST /commons/_bulk_get", "200 OK", got_of(1, cases[i]));
        play();
        run_well(&run);
        assert_int_equal(run.report.refused, 1);
        assert_int_equal(place_count(&here), 0);
        text = run_text(&run);
        assert_null(strstr(text, "\\u001b"));
        assert_null(strchr(text, 27));
        free(text);
    }
    free((char *)no_history);
}

static void lie__revs_diff_of_any_shape__proves_nothing_p15(void **state)
{
    static const char *const answers[] = {"[]", "null", "'ok'", "17"};

    (void)state;
    pulled(1, "'1-a'");
    place_put(&here, 2, "");
    for (size_t i = 0; i < COUNT(answers); i++) {
        script_epoch("e1");
        if (i == 0)
            script_say("POST /commons/_bulk_docs", "201 Created", "[]");
        script_page("'1-a'", 0, NULL);
        script_say("POST /commons/_revs_diff", "200 OK", answers[i]);
        play();
        assert_int_equal(run.rc, ERR_INVALID);
        assert_int_equal(place_standing(&here, 2).state, REPLICA_WAITING);
    }
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, solo_make, solo_undo)
    const struct CMUnitTest tests[] = {
            T(lie__last_seq_of_any_shape__is_handed_back_or_refused),
            T(lie__answers_of_wrong_shape__are_refused),
            T(lie__seq_that_never_moves__is_no_endless_loop),
            T(lie__seqs_in_a_circle__are_no_endless_loop),
            T(lie__one_poisoned_document__the_others_come),
            T(lie__bulk_get_lacks_a_row__the_checkpoint_stays),
            T(lie__bulk_get_ends_early__the_checkpoint_stays),
            T(lie__bulk_get_lacks_a_leaf__it_is_asked_for_again),
            T(lie__bulk_get_of_any_shape__is_told_and_harmless),
            T(lie__revs_diff_of_any_shape__proves_nothing_p15),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
