/* Servers that refuse, break off or lie; disks, clocks and people that do not help. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "odus/base/clock.h"
#include "odus/base/mem.h"
#include "script.h"

static struct place here;
static struct run run;

static int make(void **state)
{
    int rc = stage_make(state);

    if (rc == 0)
        here = place_open("here");
    return rc;
}

static int undo(void **state)
{
    script_stop();
    run_release(&run);
    run = (struct run){.rc = 0};
    place_close(&here);
    return stage_remove(state);
}

static void play(void)
{
    script_play(&run, &here);
    script_clear();
}

static const char *fresh_row(int n)
{
    char *body = stage_body(n, "'modifie_par':'lise'");
    const char *rev = rev_of(NULL, body);

    return row_of(n, rev, body, "");
}

static const char *const *rows_of(int from, int n)
{
    static const char *rows[301];

    for (int i = 0; i < n; i++)
        rows[i] = fresh_row(from + i);
    rows[n] = NULL;
    return rows;
}

static void pulled(int n)
{
    script_epoch("e1");
    script_page("'1-a'", 0, rows_of(1, n));
    play();
    run_well(&run);
}

/* --- refusals ----------------------------------------------------------------------
 */

#define NO_ENTRY "401 Unauthorized", "{'error':'unauthorized','reason':'Qui ?'}"

static void answer__401__asks_who_and_tries_again(void **state)
{
    (void)state;
    run.user_answer = "anne";
    run.answer = "motdepasse";
    script_say("GET /commons/_local/odus", NO_ENTRY);
    script_epoch("e1");
    script_page("0", 0, NULL);
    script_play(&run, &here);
    run_well(&run);
    assert_int_equal(run_asked(&run, "user"), 1);
    assert_int_equal(run_asked(&run, "password"), 1);
    assert_non_null(strstr(script_request(1), "Authorization: Basic"));
}

static void answer__401_again__three_passwords_at_most(void **state)
{
    char *text;

    (void)state;
    run.job.user = "anne";
    run.job.secret = "secretdavant";
    run.answer = "motdepasse";
    for (int i = 0; i < 4; i++)
        script_say("GET /commons/_local/odus", NO_ENTRY);
    play();
    assert_int_equal(run.rc, ERR_INVALID);
    assert_true(run.report.network);
    assert_int_equal(run_asked(&run, "password"), 3);
    text = run_text(&run);
    assert_null(strstr(text, "motdepasse"));
    assert_null(strstr(text, "secretdavant"));
    free(text);
}

static void answer__401_no_password__the_refusal_stands(void **state)
{
    (void)state;
    script_say("GET /commons/_local/odus", NO_ENTRY);
    play();
    assert_int_equal(run.rc, ERR_INVALID);
    run_said(&run, "does not accept the account");
}

static void password__in_the_address__is_refused_and_not_repeated(void **state)
{
    char *text;

    (void)state;
    script_play_at(&run, &here, "anne:motdepasse@", "");
    assert_int_equal(run.rc, ERR_USAGE);
    text = run_text(&run);
    assert_null(strstr(text, "motdepasse"));
    free(text);
}

static void answer__locked__says_how_long(void **state)
{
    (void)state;
    run.job.user = "anne";
    run.job.secret = "motdepasse";
    script_say("GET /commons/_local/odus", "403 Forbidden",
            "{'error':'forbidden','reason':'Account is temporarily locked'}");
    play();
    assert_int_equal(run.rc, ERR_BUSY);
    run_said(&run, "wait five minutes");
    assert_int_equal(json_len(run.questions), 0);
}

static void answer__no_database__says_so(void **state)
{
    static const char none[] =
            "{'error':'not_found','reason':'Database does not exist.'}";

    (void)state;
    script_say("GET /commons/_local/odus", "404 Object Not Found", none);
    script_say("PUT /commons/_local/odus", "404 Object Not Found", none);
    play();
    assert_int_equal(run.rc, ERR_NOT_FOUND);
    assert_true(run.report.network);
    run_said(&run, "Database does not exist");
}

static void answer__409__is_an_error_to_try_again(void **state)
{
    (void)state;
    pulled(1);
    place_put(&here, 2, "");
    script_epoch("e1");
    script_say("POST /commons/_bulk_docs", "409 Conflict", "{'error':'conflict'}");
    play();
    assert_int_equal(run.rc, ERR_CONFLICT);
    assert_true(run.report.network);
    assert_int_equal(place_waiting(&here), 1);
}

static void answer__429__is_waited_for_P13(void **state)
{
    (void)state;
    run.job.tries = 2;
    script_raw("GET /commons/_local/odus",
            "HTTP/1.1 429 Too Many Requests\r\n"
            "Retry-After: 1\r\nContent-Length: 0\r\n\r\n");
    script_epoch("e1");
    script_page("0", 0, NULL);
    play();
    run_well(&run);
    assert_int_equal(run_count(&run, "wait"), 1);
    assert_int_equal(json_get_int(run_event(&run, "wait"), "seconds", 0), 1);
}

static void answer__503__waiting_can_be_stopped(void **state)
{
    (void)state;
    run.job.tries = 99;
    run.stop_after = 5;
    script_raw("GET /commons/_local/odus", "HTTP/1.1 503 Service Unavailable\r\n"
                                           "Retry-After: 3600\r\n"
                                           "Content-Length: 0\r\n\r\n");
    play();
    assert_int_equal(run.rc, ERR_BUSY);
    run_said(&run, "cancelled");
    assert_true(json_get_int(run_event(&run, "wait"), "seconds", 0) >= 3600);
}

static void answer__5xx__ends_it_and_may_do_later(void **state)
{
    (void)state;
    script_say("GET /commons/_local/odus", "503 Service Unavailable", "{}");
    play();
    assert_int_equal(run.rc, ERR_BUSY);
    assert_true(run.report.network && run.report.down);
    script_say("GET /commons/_local/odus", "500 Internal Server Error",
            "{'error':'badmatch'}");
    play();
    assert_int_equal(run.rc, ERR_IO);
    assert_true(run.report.network);
}

static void answer__captive_portal__changes_nothing(void **state)
{
    static const char html[] = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
                               "Content-Length: 15\r\n\r\n<html>Bienvenue";
    static const char moved[] =
            "HTTP/1.1 302 Found\r\nLocation: http://portail.example/?"
            "secret\r\nContent-Length: 0\r\n\r\n";

    (void)state;
    pulled(1);
    place_put(&here, 2, "");
    script_raw("GET /commons/_local/odus", html);
    play();
    assert_int_equal(run.rc, ERR_IO);
    run_said(&run, "a web page answers");
    script_raw("GET /commons/_local/odus", moved);
    play();
    assert_int_equal(run.rc, ERR_IO);
    run_said(&run, "portail.example");
    script_epoch("e1");
    script_raw("POST /commons/_bulk_docs", html);
    play();
    assert_int_equal(run.rc, ERR_IO);
    assert_int_equal(place_waiting(&here), 1);
    assert_int_equal(place_standing(&here, 2).state, REPLICA_WAITING);
}

/* --- cuts --------------------------------------------------------------------------
 */

static void expect_cut(const char *what)
{
    if (run.rc >= 0 || !run.report.network)
        fail_msg("cut %s: %d", what, run.rc);
    assert_int_equal(place_count(&here), 0);
}

/* In the head the request may be sent once more in silence; in the body it fails. */
static void cut__anywhere__nothing_half_is_stored_P14(void **state)
{
    static const long head[] = {1, 10, 17, 40};
    static const long body[] = {-1, -2, -20, -300, -600};

    (void)state;
    for (size_t i = 0; i < COUNT(body); i++) {
        script_epoch("e1");
        script_page("'3-a'", 0, rows_of(1, 3));
        script_cut(body[i]);
        play();
        expect_cut("in the body");
        assert_true(run.report.down);
    }
    for (size_t i = 0; i < COUNT(head); i++) {
        script_epoch("e1");
        script_page("'3-a'", 0, rows_of(1, 3));
        script_cut(head[i]);
        script_page("'3-a'", 0, rows_of(1, 3));
        script_try(&run, &here);
        script_clear();
        assert_true(place_count(&here) == 3 || (run.rc && !place_count(&here)));
    }
    script_epoch("e1");
    script_page("'3-a'", 0, rows_of(1, 3));
    play();
    run_well(&run);
    assert_int_equal(place_count(&here), 3);
}

static void cut__in_a_chunk__nothing_is_stored(void **state)
{
    (void)state;
    script_epoch("e1");
    script_raw("GET /commons/_changes", "HTTP/1.1 200 OK\r\n"
                                        "Content-Type: application/json\r\n"
                                        "Transfer-Encoding: chunked\r\n\r\n"
                                        "c\r\n{\"results\":[\r\n40\r\n{\"seq\"");
    script_cut(-1);
    play();
    expect_cut("in a chunk");
}

static void cut__without_length__ends_after_some_tries(void **state)
{
    (void)state;
    script_epoch("e1");
    for (int i = 0; i < 5; i++)
        script_raw("GET /commons/_changes", "HTTP/1.1 200 OK\r\n"
                                            "Content-Type: application/json\r\n"
                                            "Connection: close\r\n\r\n"
                                            "{\"results\":[{\"seq\"");
    play();
    expect_cut("without length");
}

/* Three hundred records of 3 KB that hardly get smaller. */
static void fill(struct place *p)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789.,;:!?-+";
    unsigned seed = 1;

    for (int n = 1; n <= 300; n++) {
        struct buf more;

        buf_init(&more, 0);
        buf_adds(&more, "'note':'");
        for (int i = 0; i < 3000; i++) {
            seed = seed * 1103515245u + 12345u;
            buf_addc(&more, letters[(seed >> 16) % (sizeof(letters) - 1)]);
        }
        buf_adds(&more, "'");
        place_put(p, n, more.s);
        buf_release(&more);
    }
}

/* Bytes sent by a session of P whose BATCH-th batch gets no answer (0: all do). */
static int64_t upload(struct place *p, int batch)
{
    script_epoch("e1");
    for (int i = 1; i <= 40; i++) {
        script_say("POST /commons/_bulk_docs", "201 Created", "[]");
        if (i == batch)
            script_cut(-1);
    }
    script_try(&run, p);
    script_clear();
    return run.report.totals.up;
}

static void cut__while_sending__little_is_sent_twice_P14(void **state)
{
    struct place twin = place_open("twin");
    int64_t whole, sum = 0;

    (void)state;
    run.answer = "yes";
    fill(&here);
    fill(&twin);
    whole = upload(&twin, 0);
    assert_int_equal(
            place_standing(&twin, 1).state, REPLICA_WAITING); /* no proof yet */
    for (int k = 1; k <= 3; k++)
        sum += upload(&here, k);
    sum += upload(&here, 0);
    print_message("# %lld bytes at once, %lld with 3 interruptions\n", (long long)whole,
            (long long)sum);
    assert_true(whole > 400000);
    assert_true(sum <= whole + 3 * 200 * 1024);
    place_close(&twin);
}

/* --- servers that lie --------------------------------------------------------------
 */

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
        script_say("POST /commons/_bulk_get", "200 OK", "{'results':[]}");
        script_play(&run, &here);
        assert_int_equal(run.rc, ERR_IO);
        assert_true(run.report.network && run.report.down);
        assert_non_null(strstr(script_request(1), "since=0 "));
        script_clear();
    }
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

static void lie__revs_diff_of_any_shape__proves_nothing_P15(void **state)
{
    static const char *const answers[] = {"[]", "null", "'ok'", "17"};

    (void)state;
    pulled(1);
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

/* --- here --------------------------------------------------------------------------
 */

static void clock__years_wrong__loses_and_doubles_nothing(void **state)
{
    static const char *const nows[] = {"1999-01-01T00:00:00Z", "2093-07-01T00:00:00Z"};

    (void)state;
    for (int i = 0; i < 2; i++) {
        const char *rev;
        const char *rows[2] = {NULL};

        assert_int_equal(clock_init(nows[i], NULL), 0);
        run.answer = "yes";
        rev = place_put(&here, 10 + i, "");
        rows[0] = row_of(10 + i, rev, NULL, "");
        script_epoch("e1");
        script_say("POST /commons/_bulk_docs", "201 Created", "[]");
        script_page(i ? "2" : "1", 0, rows);
        play();
        run_well(&run);
        assert_int_equal(run.report.pushed, 1);
    }
    assert_int_equal(clock_init(NULL, NULL), 0);
    assert_int_equal(place_count(&here), 2);
    assert_int_equal(place_waiting(&here), 0);
}

static void page_of_200(void)
{
    script_page("'200-a'", 0, rows_of(1, 200));
    script_page("'200-a'", 0, NULL);
}

static void disk__full_while_pulling__goes_on_from_there(void **state)
{
    struct rlimit was, tight;
    struct stat data;

    (void)state;
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &was);
    tight = was;
    place_put(&here, 1000, "");
    place_close(&here); /* its log is empty then */
    here = place_open("here");
    assert_int_equal(stat(stage_path("here/data.db"), &data), 0);
    tight.rlim_cur = (rlim_t)data.st_size + 64 * 1024;
    run.answer = "yes";
    script_epoch("e1");
    script_say("POST /commons/_bulk_docs", "201 Created", "[]");
    page_of_200();
    setrlimit(RLIMIT_FSIZE, &tight);
    script_try(&run, &here);
    setrlimit(RLIMIT_FSIZE, &was);
    assert_int_not_equal(run.rc, 0);
    assert_false(run.report.network);
    assert_true(place_count(&here) < 201);
    place_close(&here);
    here = place_open("here");
    script_clear();
    script_epoch("e1");
    page_of_200();
    script_try(&run, &here);
    assert_non_null(strstr(script_request(1), "since=0 "));
    assert_int_equal(place_count(&here), 201);
}

static void store__read_only__is_said_before_anything_is_sent(void **state)
{
    const struct store_options opt = {.dir = stage_path("here"), .read_only = true};
    struct place p;

    (void)state;
    place_put(&here, 1, "");
    assert_int_equal(store_open(&opt, &p.store, NULL), 0);
    p.forms = here.forms;
    script_play(&run, &p);
    store_close(p.store);
    assert_int_not_equal(run.rc, 0);
    assert_false(run.report.network);
    assert_int_equal(script_requests(), 0);
}

/* --- people ------------------------------------------------------------------------
 */

static void metered__more_to_come__asks_and_keeps_what_came(void **state)
{
    (void)state;
    run.job.metered = 1000000;
    run.answer = "no";
    script_epoch("e1");
    script_page("'100-a'", 100000, rows_of(1, 100));
    play();
    assert_int_equal(run.rc, ERR_BUSY);
    assert_int_equal(run_asked(&run, "metered"), 1);
    assert_int_equal(place_count(&here), 100);
    run.answer = "yes";
    script_epoch("e1");
    script_page("'150-a'", 100000, rows_of(101, 50));
    script_page("'151-a'", 0, rows_of(151, 1));
    play();
    run_well(&run);
    assert_int_equal(run_asked(&run, "metered"), 1);
    assert_int_equal(place_count(&here), 151);
}

/* The records 1 to N as lise deleted them, with the state or for good. */
static const char *const *gone_rows(int n)
{
    static const char *rows[301];

    for (int i = 0; i < n; i++) {
        char *old = stage_body(i + 1, "'modifie_par':'lise'");
        char *body = stage_body(i + 1, "'statut_fiche':'supprime'");

        rows[i] = row_of(i + 1, rev_of(rev_of(NULL, old), body), body, "");
        free(old);
    }
    rows[n] = NULL;
    return rows;
}

static void deletions__many_at_the_server__stop_and_ask_P08(void **state)
{
    (void)state;
    pulled(60);
    run.answer = "no";
    script_epoch("e1");
    script_page("'2-a'", 0, gone_rows(30));
    play();
    assert_int_equal(run.rc, ERR_CONFLICT);
    assert_false(run.report.network);
    assert_int_equal(run_asked(&run, "deletions"), 1);
    assert_string_equal(place_text(&here, 1, "statut_fiche"), "");
    run.answer = "yes";
    script_epoch("e1");
    script_page("'2-a'", 0, gone_rows(30));
    play();
    run_well(&run);
    assert_string_equal(place_text(&here, 30, "statut_fiche"), "supprime");
}

static void deletions__few__go_unasked(void **state)
{
    (void)state;
    pulled(60);
    script_epoch("e1");
    script_page("'2-a'", 0, gone_rows(3));
    play();
    run_well(&run);
    assert_int_equal(json_len(run.questions), 0);
}

static void deletions__many_here__ask_before_they_are_sent_P08(void **state)
{
    (void)state;
    pulled(60);
    for (int n = 1; n <= 25; n++)
        place_put(&here, n, "'statut_fiche':'supprime'");
    script_epoch("e1");
    play();
    assert_int_equal(run.rc, ERR_CONFLICT);
    assert_int_equal(run_asked(&run, "deletions"), 1);
    assert_int_equal(place_waiting(&here), 25);
}

static void cancelled__at_any_instant__goes_on_from_there(void **state)
{
    (void)state;
    for (int n = 1; n <= 20; n++)
        place_put(&here, 1000 + n, "");
    run.answer = "yes";
    for (run.stop_after = 1; run.stop_after < 25; run.stop_after++) {
        script_epoch("e1");
        script_say("POST /commons/_bulk_docs", "201 Created", "[]");
        script_page("'100-a'", 100, rows_of(1, 100));
        script_page("'200-a'", 0, rows_of(101, 100));
        script_say("POST /commons/_revs_diff", "200 OK", "{}");
        script_try(&run, &here);
        script_clear();
        if (run.rc == 0)
            break;
    }
    run.stop_after = 0;
    script_epoch("e1");
    script_page("'100-a'", 100, rows_of(1, 100));
    script_page("'200-a'", 0, rows_of(101, 100));
    script_try(&run, &here);
    assert_int_equal(place_count(&here), 220);
    for (int n = 1; n <= 200; n++)
        assert_int_equal(place_standing(&here, n).leaves, 1);
}

static void dry_run__changes_nothing_on_either_side(void **state)
{
    struct replica_peer_info *peers;
    int64_t before;
    size_t n;

    (void)state;
    place_put(&here, 1001, "");
    place_put(&here, 1002, "");
    before = store_data_generation(here.store);
    run.job.dry_run = true;
    script_say("GET /commons/_local/odus", "404 Not Found", "{}");
    script_page("'3-a'", 7, rows_of(1, 3));
    play();
    run_well(&run);
    assert_int_equal(run.report.pulled, 10);
    assert_int_equal(run.report.waiting, 2);
    assert_int_equal(json_len(run.questions), 0);
    assert_int_equal(store_data_generation(here.store), before);
    assert_int_equal(replica_peers(here.store, &peers, &n, NULL), 0);
    assert_int_equal(n, 0);
    replica_peers_free(peers, n);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, make, undo)
    const struct CMUnitTest tests[] = {
            T(answer__401__asks_who_and_tries_again),
            T(answer__401_again__three_passwords_at_most),
            T(answer__401_no_password__the_refusal_stands),
            T(password__in_the_address__is_refused_and_not_repeated),
            T(answer__locked__says_how_long),
            T(answer__no_database__says_so),
            T(answer__409__is_an_error_to_try_again),
            T(answer__429__is_waited_for_P13),
            T(answer__503__waiting_can_be_stopped),
            T(answer__5xx__ends_it_and_may_do_later),
            T(answer__captive_portal__changes_nothing),
            T(cut__anywhere__nothing_half_is_stored_P14),
            T(cut__in_a_chunk__nothing_is_stored),
            T(cut__without_length__ends_after_some_tries),
            T(cut__while_sending__little_is_sent_twice_P14),
            T(lie__last_seq_of_any_shape__is_handed_back_or_refused),
            T(lie__answers_of_wrong_shape__are_refused),
            T(lie__seq_that_never_moves__is_no_endless_loop),
            T(lie__seqs_in_a_circle__are_no_endless_loop),
            T(lie__one_poisoned_document__the_others_come),
            T(lie__bulk_get_lacks_a_row__the_checkpoint_stays),
            T(lie__bulk_get_of_any_shape__is_told_and_harmless),
            T(lie__revs_diff_of_any_shape__proves_nothing_P15),
            T(clock__years_wrong__loses_and_doubles_nothing),
            T(disk__full_while_pulling__goes_on_from_there),
            T(store__read_only__is_said_before_anything_is_sent),
            T(metered__more_to_come__asks_and_keeps_what_came),
            T(deletions__many_at_the_server__stop_and_ask_P08),
            T(deletions__few__go_unasked),
            T(deletions__many_here__ask_before_they_are_sent_P08),
            T(cancelled__at_any_instant__goes_on_from_there),
            T(dry_run__changes_nothing_on_either_side),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
