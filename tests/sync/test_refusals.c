/* Servers that refuse, or break off. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "solo.h"

/* --- refusals --------------------------------------------------------------------- */

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
    pulled(1, "'1-a'");
    place_put(&here, 2, "");
    script_epoch("e1");
    script_say("POST /commons/_bulk_docs", "409 Conflict", "{'error':'conflict'}");
    play();
    assert_int_equal(run.rc, ERR_CONFLICT);
    assert_true(run.report.network);
    assert_int_equal(place_waiting(&here), 1);
}

static void answer__429__is_waited_for_p13(void **state)
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
    pulled(1, "'1-a'");
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

/* --- cuts ------------------------------------------------------------------------- */

static void expect_cut(const char *what)
{
    if (run.rc >= 0 || !run.report.network)
        fail_msg("cut %s: %d", what, run.rc);
    assert_int_equal(place_count(&here), 0);
}

/* In the head the request may be sent once more in silence; in the body it fails. */
static void cut__anywhere__nothing_half_is_stored_p14(void **state)
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

static void cut__while_sending__little_is_sent_twice_p14(void **state)
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

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, solo_make, solo_undo)
    const struct CMUnitTest tests[] = {
            T(answer__401__asks_who_and_tries_again),
            T(answer__401_again__three_passwords_at_most),
            T(answer__401_no_password__the_refusal_stands),
            T(password__in_the_address__is_refused_and_not_repeated),
            T(answer__locked__says_how_long),
            T(answer__no_database__says_so),
            T(answer__409__is_an_error_to_try_again),
            T(answer__429__is_waited_for_p13),
            T(answer__503__waiting_can_be_stopped),
            T(answer__5xx__ends_it_and_may_do_later),
            T(answer__captive_portal__changes_nothing),
            T(cut__anywhere__nothing_half_is_stored_p14),
            T(cut__in_a_chunk__nothing_is_stored),
            T(cut__without_length__ends_after_some_tries),
            T(cut__while_sending__little_is_sent_twice_p14),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
