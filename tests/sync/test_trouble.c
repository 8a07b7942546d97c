/* Disks, clocks and people that do not help. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "odus/base/clock.h"
#include "odus/base/mem.h"
#include "solo.h"

/* --- here ------------------------------------------------------------------------- */

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

enum { MANY = 600 };

static void page_of_many(void)
{
    script_page("'600-a'", 0, rows_of(1, MANY));
    script_page("'600-a'", 0, NULL);
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
    page_of_many();
    setrlimit(RLIMIT_FSIZE, &tight);
    script_try(&run, &here);
    setrlimit(RLIMIT_FSIZE, &was);
    assert_int_not_equal(run.rc, 0);
    assert_false(run.report.network);
    assert_true(place_count(&here) < MANY + 1);
    place_close(&here);
    here = place_open("here");
    script_clear();
    script_epoch("e1");
    page_of_many();
    script_try(&run, &here);
    assert_non_null(strstr(script_request(1), "since=0 "));
    assert_int_equal(place_count(&here), MANY + 1);
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

/* --- people ----------------------------------------------------------------------- */

static void metered__more_to_come__asks_and_keeps_what_came(void **state)
{
    (void)state;
    run.job.metered = 1000000;
    run.answer = "no";
    script_epoch("e1");
    script_page("'100-a'", 100000, rows_of(1, 100));
    play();
    assert_int_equal(run.rc, ERR_CONFLICT);
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

static void deletions__many_at_the_server__stop_and_ask_p08(void **state)
{
    (void)state;
    pulled(60, "'1-a'");
    run.answer = "no";
    script_epoch("e1");
    script_page("'2-a'", 0, gone_rows(30));
    play();
    assert_int_equal(run.rc, ERR_CONFLICT);
    assert_false(run.report.network);
    assert_int_equal(run_asked(&run, "deletions"), 1);
    assert_string_equal(place_text(&here, 1, "statut_fiche"), "");
    run.answer = "yes"; /* once, for what comes after it, too */
    script_epoch("e1");
    script_page("'2-a'", 30, gone_rows(30));
    script_page("'3-a'", 0, gone_rows(60) + 30);
    play();
    run_well(&run);
    assert_int_equal(run_asked(&run, "deletions"), 1);
    assert_string_equal(place_text(&here, 30, "statut_fiche"), "supprime");
}

static void deletions__few__go_unasked(void **state)
{
    (void)state;
    pulled(60, "'1-a'");
    script_epoch("e1");
    script_page("'2-a'", 0, gone_rows(3));
    play();
    run_well(&run);
    assert_int_equal(json_len(run.questions), 0);
}

static void deletions__more_than_twenty__are_many_in_any_store(void **state)
{
    (void)state;
    script_epoch("e1");
    script_page("'1-a'", 30, rows_of(1, 400));
    script_page("'1-b'", 0, rows_of(401, 30));
    play();
    run_well(&run);
    run.answer = "no";
    script_epoch("e1");
    script_page("'2-a'", 0, gone_rows(20));
    play();
    run_well(&run);
    assert_int_equal(json_len(run.questions), 0);
    script_epoch("e1");
    script_page("'3-a'", 0, gone_rows(41) + 20); /* of 430, less than one in twenty */
    play();
    assert_int_equal(run.rc, ERR_CONFLICT);
    assert_int_equal(run_asked(&run, "deletions"), 1);
}

/* Record N of pro as it came, or as it was removed then. */
static const char *pro_row(int n, bool gone)
{
    char *body = stage_body(n, "'visibilite':'professionnel'");
    const char *rev = rev_of(NULL, body);

    if (!gone)
        return row_of(n, rev, body, "");
    free(body);
    body = stage_body(n, "'visibilite':'professionnel','statut_fiche':'supprime'");
    return row_of(n, rev_of(rev, body), body, "");
}

/* A container with little in it does not make many of those of another: 6 of 120 here
 * and 2 of 3 there. */
static void deletions__of_one_container__are_held_against_it(void **state)
{
    const char *rows[23] = {"{'seq':1,'id':'odus:conteneurs','changes':[{'rev':'1-a'}],"
                            "'doc':{'_id':'odus:conteneurs','_rev':'1-a',"
                            "'conteneurs':[{'nom':'pro','sens':'deux'}]}}"};

    (void)state;
    pulled(99, "'1-a'");
    memcpy(rows + 1, rows_of(100, 21), 21 * sizeof(rows[0]));
    for (int i = 0; i < 2; i++) {
        char *pro = xasprintf("{'results':[%s,%s%s%s],'last_seq':%d,'pending':0}",
                pro_row(201, i), pro_row(202, i), i ? "" : ",",
                i ? "" : pro_row(203, false), i + 1);

        script_epoch("e1");
        script_page("'2-a'", 0, i ? gone_rows(6) : rows);
        script_say("GET /pro/_local/odus ", "200 OK", "{'epoch':'e1'}");
        script_say("GET /pro/_changes?", "200 OK", pro);
        free(pro);
        play();
        run_well(&run);
        assert_int_equal(json_len(run.questions), 0);
    }
    assert_string_equal(place_text(&here, 202, "statut_fiche"), "supprime");
    assert_string_equal(place_text(&here, 6, "statut_fiche"), "supprime");
}

static void deletions__one_in_twenty__is_the_limit(void **state)
{
    (void)state;
    pulled(99, "'1-a'");
    script_epoch("e1");
    script_page("'2-a'", 0, rows_of(100, 21));
    play();
    run_well(&run);
    script_epoch("e1");
    script_page("'3-a'", 0, gone_rows(6)); /* of 120 */
    play();
    run_well(&run);
    assert_int_equal(json_len(run.questions), 0);
    assert_string_equal(place_text(&here, 6, "statut_fiche"), "supprime");
    run.answer = "no";
    script_epoch("e1");
    script_page("'4-a'", 0, gone_rows(13)); /* six of them are known */
    play();
    assert_int_equal(run.rc, ERR_CONFLICT);
    assert_int_equal(run_asked(&run, "deletions"), 1);
}

static void deletions__of_what_was_never_here__go_unasked(void **state)
{
    const char *rows[31] = {NULL};

    (void)state;
    pulled(60, "'1-a'");
    for (int i = 0; i < 30; i++) {
        char *body = stage_body(101 + i, "'statut_fiche':'supprime'");

        rows[i] = row_of(101 + i, rev_of(NULL, body), body, "");
    }
    script_epoch("e1");
    script_page("'2-a'", 0, rows);
    play();
    run_well(&run);
    assert_int_equal(json_len(run.questions), 0);
    assert_string_equal(place_text(&here, 130, "statut_fiche"), "supprime");
}

static void deletions__ends_of_losing_leaves__go_unasked(void **state)
{
    const char *rows[31] = {NULL};

    (void)state;
    pulled(60, "'1-a'");
    for (int n = 1; n <= 30; n++) {
        char *old = stage_body(n, "'modifie_par':'lise'");
        char *end = stage_body(n, "'fusion':'2-b'"), rev[REV_MAX];

        record_rev(rev_of(NULL, old), true, view_of(end), rev);
        rows[n - 1] = row_of(n, rev, xasprintf("{'_deleted':true,%s", end + 1), "");
        free(end);
        free(old);
    }
    script_epoch("e1");
    script_page("'2-a'", 0, rows);
    play();
    run_well(&run);
    assert_int_equal(json_len(run.questions), 0);
    assert_int_equal(place_count(&here), 30);
}

static void deletions__many_here__ask_before_they_are_sent_p08(void **state)
{
    (void)state;
    pulled(60, "'1-a'");
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

static bool is_half_stored(void)
{
    return place_count(&here) >= REPLICA_SLICE;
}

/* The second half of a page is not stored: neither is its checkpoint. */
static void cancelled__amid_a_page__the_checkpoint_stays(void **state)
{
    (void)state;
    run.enough = is_half_stored;
    script_epoch("e1");
    script_page("'150-a'", 0, rows_of(1, REPLICA_SLICE + 50));
    script_try(&run, &here);
    script_clear();
    assert_int_equal(run.rc, ERR_BUSY);
    run_said(&run, "cancelled");
    assert_int_equal(place_count(&here), REPLICA_SLICE);
    run.enough = NULL;
    script_epoch("e1");
    script_page("'150-a'", 0, rows_of(1, REPLICA_SLICE + 50));
    script_page("'150-a'", 0, NULL);
    script_play(&run, &here);
    run_well(&run);
    assert_non_null(strstr(script_request(1), "since=0 "));
    assert_int_equal(run.report.pulled, 50);
    assert_int_equal(place_count(&here), REPLICA_SLICE + 50);
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
#define T(name) cmocka_unit_test_setup_teardown(name, solo_make, solo_undo)
    const struct CMUnitTest tests[] = {
            T(clock__years_wrong__loses_and_doubles_nothing),
            T(disk__full_while_pulling__goes_on_from_there),
            T(store__read_only__is_said_before_anything_is_sent),
            T(metered__more_to_come__asks_and_keeps_what_came),
            T(deletions__many_at_the_server__stop_and_ask_p08),
            T(deletions__few__go_unasked),
            T(deletions__more_than_twenty__are_many_in_any_store),
            T(deletions__of_one_container__are_held_against_it),
            T(deletions__one_in_twenty__is_the_limit),
            T(deletions__of_what_was_never_here__go_unasked),
            T(deletions__ends_of_losing_leaves__go_unasked),
            T(deletions__many_here__ask_before_they_are_sent_p08),
            T(cancelled__at_any_instant__goes_on_from_there),
            T(cancelled__amid_a_page__the_checkpoint_stays),
            T(dry_run__changes_nothing_on_either_side),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
