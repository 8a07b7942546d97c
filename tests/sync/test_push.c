/* What is sent, by transcript; and whether the server is the one it was. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "solo.h"

/* --- pushing ---------------------------------------------------------------------- */

static void push__first__asks_and_is_proved_by_the_feed(void **state)
{
    const char *rows[3] = {NULL};
    char *one, *two;

    (void)state;
    one = xstrdup(place_put(&here, 1, ""));
    two = xstrdup(place_put(&here, 2, "'modifie_par':'lise'"));
    rows[0] = row_of(2, two, NULL, "");
    rows[1] = row_of(1, one, NULL, "");
    run.answer = "yes";
    script_epoch("e1");
    script_say("POST /commons/_bulk_docs", "201 Created", "[]");
    script_page("'2-a'", 0, rows);
    script_play(&run, &here);
    run_well(&run);
    assert_int_equal(run_asked(&run, "first-upload"), 1);
    assert_int_equal(script_requests(), 3);
    assert_int_equal(run.report.pushed, 2);
    assert_int_equal(place_standing(&here, 1).state, REPLICA_SENT);
    assert_int_equal(place_waiting(&here), 0);
    free(one);
    free(two);
}

static void push__own_first__then_the_others(void **state)
{
    const char *request, *mine, *other;

    (void)state;
    pulled(1, "1");
    place_put(&here, 5, "'modifie_par':'lise'");
    place_put(&here, 6, "");
    script_epoch("e1");
    script_say("POST /commons/_bulk_docs", "201 Created", "[]");
    script_page("1", 0, NULL);
    script_say("POST /commons/_revs_diff", "200 OK", "{}");
    script_play(&run, &here);
    run_well(&run);
    assert_int_equal(run_asked(&run, "first-upload"), 0);
    request = sent(1, "\"new_edits\":false");
    mine = strstr(request, stage_uid(6));
    other = strstr(request, stage_uid(5));
    assert_true(mine && other && mine < other);
    assert_int_equal(run.report.pushed, 2);
}

/* What is asked about is what would go, whatever its container. */
static void push__first__counts_all_containers(void **state)
{
    (void)state;
    place_put(&here, 1, "");
    place_put(&here, 2, "'visibilite':'prive'");
    run.answer = "no";
    script_epoch("e1");
    play();
    assert_int_equal(run_asked(&run, "first-upload"), 1);
    assert_int_equal(json_get_int(json_at(run.questions, 0), "count", 0), 2);
}

static void push__first_upload_declined__sends_nothing(void **state)
{
    (void)state;
    place_put(&here, 1, "");
    for (int again = 0; again < 2; again++) { /* the next session asks again */
        run.answer = "no";
        script_epoch("e1");
        play();
        assert_int_equal(run.rc, ERR_CONFLICT);
        assert_false(run.report.network);
        assert_int_equal(run_asked(&run, "first-upload"), 1);
        assert_int_equal(place_waiting(&here), 1);
    }
}

static void push__said_and_dropped__waits_again_p15(void **state)
{
    char *missing, *rev;

    (void)state;
    pulled(1, "1");
    rev = xstrdup(place_put(&here, 2, ""));
    missing = xasprintf("{'%s':{'missing':['%s']}}", stage_uid(2), rev);
    script_epoch("e1");
    script_say("POST /commons/_bulk_docs", "201 Created", "[]");
    script_page("1", 0, NULL);
    script_say("POST /commons/_revs_diff", "200 OK", missing);
    play();
    run_well(&run);
    assert_int_equal(run.report.pushed, 0);
    assert_int_equal(run.report.refused, 1);
    assert_int_equal(run.report.waiting, 1);
    assert_int_equal(place_standing(&here, 2).state, REPLICA_WAITING);
    assert_true(*place_standing(&here, 2).refused);
    free(missing);
    free(rev);
}

static void push__answer_lost__is_sent_again_and_once_there_p11(void **state)
{
    const char *rows[2] = {NULL};
    char *rev;

    (void)state;
    pulled(1, "1");
    rev = xstrdup(place_put(&here, 2, ""));
    script_epoch("e1");
    script_say("POST /commons/_bulk_docs", "201 Created", "[]");
    script_cut(-1);
    play();
    assert_int_equal(run.rc, ERR_IO);
    assert_int_equal(place_standing(&here, 2).state, REPLICA_WAITING);
    rows[0] = row_of(2, rev, NULL, "");
    script_epoch("e1");
    script_say("POST /commons/_bulk_docs", "201 Created", "[]");
    script_page("2", 0, rows);
    script_play(&run, &here);
    run_well(&run);
    sent(1, rev);
    assert_int_equal(run.report.pushed, 1);
    assert_int_equal(place_count(&here), 2);
    free(rev);
}

static void push__rows_refused__wait_with_the_reason(void **state)
{
    const char *rows[2] = {NULL};
    char *answer, *rev;

    (void)state;
    pulled(1, "1");
    rev = xstrdup(place_put(&here, 2, ""));
    place_put(&here, 3, "");
    answer = xasprintf(
            "[{'id':'%s','error':'forbidden','reason':'pas le droit \\u001b[31m'"
            "}]",
            stage_uid(3));
    rows[0] = row_of(2, rev, NULL, "");
    script_epoch("e1");
    script_say("POST /commons/_bulk_docs", "201 Created", answer);
    script_page("2", 0, rows);
    play();
    run_well(&run);
    assert_int_equal(run.report.refused, 1);
    assert_int_equal(run.report.pushed, 1);
    assert_non_null(
            strstr(json_get_text(run_event(&run, "refused"), "why"), "pas le droit"));
    assert_null(strchr(json_get_text(run_event(&run, "refused"), "why"), 27));
    assert_int_equal(place_standing(&here, 3).state, REPLICA_WAITING);
    assert_int_equal(place_standing(&here, 2).state, REPLICA_SENT);
    free(answer);
    free(rev);
}

/* Record 1 has been brought together with what somebody else made of it; returns the
 * revision that it is now. */
static const char *brought_together(void)
{
    const char *const closes[] = {"2-0aa", NULL};
    struct replica_doc d = {.nrevs = 2, .body = stage_body(1, "'note':'autre'")};
    const struct replica_slice slice = {.container = "commons", .n = 1, .docs = &d};

    pulled(1, "1");
    memcpy(d.uid, stage_uid(1), sizeof(d.uid));
    d.revs = xcalloc(2, sizeof(*d.revs));
    memcpy(d.revs[0], closes[0], strlen(closes[0]) + 1);
    memcpy(d.revs[1], place_standing(&here, 1).rev, REV_MAX);
    place_put(&here, 1, "'note':'une'");
    assert_int_equal(
            replica_apply(here.store, here.forms, &slice, NULL, NULL, NULL), 0);
    replica_doc_release(&d);
    return place_put_closing(&here, 1, "'note':'les deux'", closes);
}

/* The end of a leaf goes in a second round, after what took it in; what was refused in
 * the first is not sent again then. */
static void push__refused__is_sent_once_in_a_session(void **state)
{
    char *answer;

    (void)state;
    brought_together();
    place_put(&here, 2, "");
    answer =
            xasprintf("[{'id':'%s','error':'forbidden','reason':'non'}]", stage_uid(2));
    script_epoch("e1");
    script_say("POST /commons/_bulk_docs", "201 Created", answer);
    script_say("POST /commons/_revs_diff", "200 OK", "{}");
    script_say("POST /commons/_bulk_docs", "201 Created", "[]");
    script_page("1", 0, NULL);
    script_say("POST /commons/_revs_diff", "200 OK", "{}");
    script_play(&run, &here);
    run_well(&run);
    sent(1, stage_uid(2));
    assert_null(strstr(script_request(3), stage_uid(2)));
    assert_int_equal(run.report.refused, 1);
    assert_int_equal(run.report.pushed, 2);
    free(answer);
}

/* A server that says to have stored what took a leaf in, and has not, is not told that
 * the leaf has ended: it would have neither. */
static void push__heir_said_and_dropped__the_leaf_stays_there(void **state)
{
    char *missing;

    (void)state;
    missing = xasprintf("{'%s':{'missing':['%s']}}", stage_uid(1), brought_together());
    script_epoch("e1");
    script_say("POST /commons/_bulk_docs", "201 Created", "[]");
    script_say("POST /commons/_revs_diff", "200 OK", missing);
    script_page("1", 0, NULL);
    script_play(&run, &here);
    run_well(&run);
    assert_null(strstr(script_request(1), "fusion"));
    assert_int_equal(run.report.refused, 1);
    assert_int_equal(place_waiting(&here), 2);
    free(missing);
}

static void push__too_large__is_halved_and_found(void **state)
{
    static const char large[] = "{'error':'document_too_large','reason':'x'}";

    (void)state;
    pulled(1, "1");
    for (int n = 2; n <= 5; n++)
        place_put(&here, n, "");
    script_epoch("e1");
    script_say("POST /commons/_bulk_docs", "413 Too Large", large); /* 2 3 4 5 */
    script_say("POST /commons/_bulk_docs", "201 Created", "[]");    /* 2 3 */
    script_say("POST /commons/_bulk_docs", "413 Too Large", large); /* 4 5 */
    script_say("POST /commons/_bulk_docs", "413 Too Large", large); /* 4 */
    script_say("POST /commons/_bulk_docs", "201 Created", "[]");    /* 5 */
    script_page("1", 0, NULL);
    script_say("POST /commons/_revs_diff", "200 OK", "{}");
    play();
    run_well(&run);
    assert_int_equal(run.report.pushed, 3);
    assert_int_equal(run.report.refused, 1);
    assert_int_equal(run.report.waiting, 1);
    assert_int_equal(place_standing(&here, 4).state, REPLICA_WAITING);
}

/* The next batch is refused for its gzip, and sent again in a way that can be read
 * here; all later ones are plain, those that were packed already too. */
static void in_plain(void)
{
    script_say("POST /commons/_bulk_docs", "415 Unsupported", "{}");
}

/* In how many of the requests FROM to TO record N is sent. */
static int times_sent(int n, size_t from, size_t to)
{
    char *id = xasprintf("\"_id\":\"%s\"", stage_uid(n));
    int times = 0;

    for (size_t i = from; i <= to; i++)
        times += strstr(script_request(i), id) != NULL;
    free(id);
    return times;
}

/* While a batch is stored there the next one is read here: it is too large as well. */
static void push__too_large__what_was_read_ahead_is_made_smaller(void **state)
{
    enum { LAST = 151 };

    (void)state;
    pulled(1, "1");
    for (int n = 2; n <= LAST; n++)
        place_put(&here, n, "");
    script_epoch("e1");
    in_plain();
    script_say("POST /commons/_bulk_docs", "413 Too Large", "{}");
    for (int i = 0; i < 3; i++) /* of 50 each */
        script_say("POST /commons/_bulk_docs", "201 Created", "[]");
    script_page("1", 0, NULL);
    script_say("POST /commons/_revs_diff", "200 OK", "{}");
    script_play(&run, &here);
    run_well(&run);
    assert_int_equal(run.report.pushed, LAST - 1);
    for (int n = 2; n <= LAST; n++)
        assert_int_equal(times_sent(n, 3, 5), 1);
}

static void push__cut_amid_the_second_batch__sends_that_again_p14(void **state)
{
    enum { LAST = 301 };
    bool again[LAST + 1];

    (void)state;
    pulled(1, "1");
    for (int n = 2; n <= LAST; n++)
        place_put(&here, n, "");
    script_epoch("e1");
    in_plain();
    script_say("POST /commons/_bulk_docs", "201 Created", "[]");
    script_say("POST /commons/_bulk_docs", "201 Created", "[]");
    script_cut(-1);
    script_play(&run, &here);
    assert_int_equal(run.rc, ERR_IO);
    assert_int_equal(place_waiting(&here), 200);
    for (int n = 2; n <= LAST; n++) {
        again[n] = times_sent(n, 3, 3);
        assert_int_equal(times_sent(n, 2, 2), !again[n]);
    }
    script_clear();
    script_epoch("e1");
    in_plain();
    script_say("POST /commons/_bulk_docs", "201 Created", "[]");
    script_say("POST /commons/_bulk_docs", "201 Created", "[]");
    script_page("1", 0, NULL);
    script_say("POST /commons/_revs_diff", "200 OK", "{}");
    script_play(&run, &here);
    run_well(&run);
    assert_int_equal(run.report.pushed, LAST - 1);
    assert_int_equal(place_waiting(&here), 0);
    for (int n = 2; n <= LAST; n++)
        assert_int_equal(times_sent(n, 2, 3), again[n]);
}

static void push__held_record__stays_p17(void **state)
{
    (void)state;
    pulled(1, "1");
    place_put(&here, 2, "");
    assert_int_equal(replica_hold(here.store, stage_uid(2), true, NULL), 0);
    script_epoch("e1");
    script_page("1", 0, NULL);
    play();
    run_well(&run);
}

/* --- the server ------------------------------------------------------------------- */

static void server__another_epoch__all_begins_anew(void **state)
{
    const char *rows[3] = {NULL};

    (void)state;
    pulled(2, "'2-a'");
    rows[0] = fresh_row(1);
    rows[1] = fresh_row(2);
    script_epoch("e2");
    script_say("POST /commons/_bulk_docs", "201 Created", "[]");
    script_page("'2-x'", 0, rows);
    script_play(&run, &here);
    run_well(&run);
    sent(1, stage_uid(1));
    sent(1, stage_uid(2));
    sent(2, "since=0 ");
    assert_int_equal(place_waiting(&here), 0);
    assert_int_equal(place_count(&here), 2);
}

static void server__without_epoch__is_given_one(void **state)
{
    (void)state;
    script_say("GET /commons/_local/odus", "404 Not Found", "{'error':'not_found'}");
    script_say("PUT /commons/_local/odus", "201 Created", "{'ok':true}");
    script_page("0", 0, NULL);
    play();
    run_well(&run);
}

static void server__epoch_made_meanwhile__is_read(void **state)
{
    (void)state;
    script_say("GET /commons/_local/odus", "404 Not Found", "{'error':'not_found'}");
    script_say("PUT /commons/_local/odus", "409 Conflict", "{'error':'conflict'}");
    script_epoch("e1");
    script_page("0", 0, NULL);
    play();
    run_well(&run);
}

static void server__reader_may_write_no_epoch__goes_on_unasked(void **state)
{
    const char *rows[] = {fresh_row(1), NULL};

    (void)state;
    script_say("GET /commons/_local/odus", "404 Not Found", "{'error':'not_found'}");
    script_say("PUT /commons/_local/odus", "401 Unauthorized", "{'error':'no'}");
    script_page("'1-a'", 0, rows);
    play();
    run_well(&run);
    assert_int_equal(json_len(run.questions), 0);
    assert_int_equal(place_count(&here), 1);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, solo_make, solo_undo)
    const struct CMUnitTest tests[] = {
            T(push__first__asks_and_is_proved_by_the_feed),
            T(push__own_first__then_the_others),
            T(push__first__counts_all_containers),
            T(push__first_upload_declined__sends_nothing),
            T(push__said_and_dropped__waits_again_p15),
            T(push__answer_lost__is_sent_again_and_once_there_p11),
            T(push__rows_refused__wait_with_the_reason),
            T(push__refused__is_sent_once_in_a_session),
            T(push__heir_said_and_dropped__the_leaf_stays_there),
            T(push__too_large__is_halved_and_found),
            T(push__too_large__what_was_read_ahead_is_made_smaller),
            T(push__cut_amid_the_second_batch__sends_that_again_p14),
            T(push__held_record__stays_p17),
            T(server__another_epoch__all_begins_anew),
            T(server__without_epoch__is_given_one),
            T(server__epoch_made_meanwhile__is_read),
            T(server__reader_may_write_no_epoch__goes_on_unasked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
