/* Files that records name: sent after text, fetched on demand, by transcript. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "odus/store/files.h"
#include "poster.h"
#include "script.h"

static struct place here;
static struct run run;

static int make(void **state)
{
    int rc = stage_make(state);

    if (rc == 0)
        rc = poster_form();
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

/* Record N names HASH. */
static const char *put(int n, const char *hash)
{
    char *more = xasprintf("'type':'affiche','fichier':'%s'", hash);
    const char *rev = place_put(&here, n, more);

    free(more);
    return rev;
}

/* The store has CONTENT. */
static void keep(const char *content)
{
    struct err err = {0};

    assert_int_equal(
            files_put(here.store, poster_hash(content), view_of(content), &err), 0);
}

static bool is_here(const char *hash)
{
    char *path = files_path(here.store, hash);
    bool yes = file_exists(path);

    free(path);
    return yes;
}

static bool has_part(const char *hash)
{
    char *path = files_part_path(here.store, hash);
    bool yes = file_exists(path);

    free(path);
    return yes;
}

/* Where the document of HASH stands, after VERB and before REST. */
static const char *at(const char *verb, const char *hash, const char *rest)
{
    static char texts[4][200];
    static unsigned turn;
    char *text = texts[turn++ % 4];

    snprintf(text, sizeof(texts[0]), "%s /commons/fichier%%3A%s%s ", verb, hash, rest);
    return text;
}

/* The session up to and with the text of record 1 at REV. */
static void text_goes(const char *rev)
{
    const char *rows[] = {row_of(1, rev, NULL, ""), NULL};

    script_epoch("e1");
    script_say("POST /commons/_bulk_docs", "201 Created", "[]");
    script_page("'2-a'", 0, rows);
}

static const char *stub(size_t n)
{
    static char text[200];

    snprintf(text, sizeof(text),
            "{'_id':'fichier:x','_attachments':{'contenu':{'stub':true,'length':%zu}}}",
            n);
    return text;
}

static const char *sent(size_t i, const char *part)
{
    if (!strstr(script_request(i), part))
        fail_msg("request %zu has no %s: %s", i, part, script_request(i));
    return script_request(i);
}

/* --- sending ---------------------------------------------------------------------- */

static void send__after_text__then_the_record_is_sent_P15(void **state)
{
    char *poster = poster_pdf(100);

    (void)state;
    keep(poster);
    run.job.yes = true;
    text_goes(put(1, poster_hash(poster)));
    script_say(at("GET", poster_hash(poster), ""), "404 Not Found",
            "{'error':'not_found','reason':'missing'}");
    script_say("POST /commons/_bulk_docs", "201 Created", "[]");
    script_say(at("GET", poster_hash(poster), ""), "200 OK", stub(100));
    script_play(&run, &here);
    run_well(&run);
    sent(4, "\"content_type\":\"application/pdf\",\"data\":\"JVBERi0xLjcK");
    sent(4, "\"new_edits\":false");
    assert_int_equal(run_count(&run, "file"), 1);
    assert_int_equal(place_standing(&here, 1).state, REPLICA_SENT);
    script_clear(); /* the next session has nothing to ask about it */
    script_epoch("e1");
    script_page("'2-a'", 0, NULL);
    script_play(&run, &here);
    run_well(&run);
    free(poster);
}

static void send__another_epoch__the_file_goes_again(void **state)
{
    char *poster = poster_pdf(100);
    const char *rows[2] = {NULL};

    (void)state;
    keep(poster);
    run.job.yes = true;
    rows[0] = row_of(1, put(1, poster_hash(poster)), NULL, "");
    for (int i = 0; i < 2; i++) {
        script_epoch(i ? "e2" : "e1");
        script_say("POST /commons/_bulk_docs", "201 Created", "[]");
        script_page("'2-a'", 0, rows);
        script_say(at("GET", poster_hash(poster), ""), "404 Not Found", "{}");
        script_say("POST /commons/_bulk_docs", "201 Created", "[]");
        script_say(at("GET", poster_hash(poster), ""), "200 OK", stub(100));
        script_play(&run, &here);
        run_well(&run);
        assert_int_equal(place_standing(&here, 1).state, REPLICA_SENT);
        script_clear();
    }
    free(poster);
}

static void send__file_is_there__is_not_sent_again(void **state)
{
    char *poster = poster_pdf(100);

    (void)state;
    keep(poster);
    run.job.yes = true;
    text_goes(put(1, poster_hash(poster)));
    script_say(at("GET", poster_hash(poster), ""), "200 OK", stub(100));
    script_play(&run, &here);
    run_well(&run);
    assert_int_equal(place_standing(&here, 1).state, REPLICA_SENT);
    free(poster);
}

static void send__said_and_dropped__the_record_waits_P15(void **state)
{
    char *poster = poster_pdf(100);

    (void)state;
    keep(poster);
    run.job.yes = true;
    text_goes(put(1, poster_hash(poster)));
    script_say(at("GET", poster_hash(poster), ""), "404 Not Found", "{}");
    script_say("POST /commons/_bulk_docs", "201 Created", "[]");
    script_say(at("GET", poster_hash(poster), ""), "200 OK", stub(99));
    script_play(&run, &here);
    run_well(&run);
    assert_int_equal(run_count(&run, "refused"), 1);
    assert_int_equal(place_standing(&here, 1).state, REPLICA_WAITING);
    free(poster);
}

static void send__refused_with_a_reason__is_told_and_ends_nothing(void **state)
{
    static const char *const answers[][2] = {
            {"413 Payload Too Large", "{'error':'too_large','reason':'no'}"},
            {"201 Created", "[{'id':'f','error':'forbidden','reason':'no files'}]"},
    };
    char *poster = poster_pdf(100);

    (void)state;
    keep(poster);
    run.job.yes = true;
    text_goes(put(1, poster_hash(poster)));
    for (size_t i = 0; i < COUNT(answers); i++) {
        if (i > 0)
            script_epoch("e1");
        if (i > 0)
            script_page("'2-a'", 0, NULL);
        script_say(at("GET", poster_hash(poster), ""), "404 Not Found", "{}");
        script_say("POST /commons/_bulk_docs", answers[i][0], answers[i][1]);
        script_say(at("GET", poster_hash(poster), ""), "404 Not Found", "{}");
        script_play(&run, &here);
        run_well(&run);
        script_clear();
        assert_int_equal(run_count(&run, "refused"), 1);
        assert_non_null(strstr(json_get_text(run_event(&run, "refused"), "why"),
                i ? "no files" : "too large"));
    }
    assert_int_equal(place_standing(&here, 1).state, REPLICA_WAITING);
    free(poster);
}

/* The text of record N has gone to PEER. */
static void has_gone(int64_t peer, int n)
{
    struct replica_doc doc = {.body = NULL};

    assert_int_equal(replica_get(here.store, stage_uid(n), NULL, &doc, NULL, NULL), 0);
    assert_int_equal(replica_acknowledge(here.store, peer, &doc, 1, 1000, NULL), 0);
    replica_doc_release(&doc);
}

static void send__small_ones_first(void **state)
{
    char *large = poster_pdf(300), *small = poster_pdf(80);
    struct files_item *due = NULL;
    int64_t peer = 0;
    size_t n = 0;

    (void)state;
    keep(large);
    keep(small);
    put(1, poster_hash(large));
    put(2, poster_hash(small));
    assert_int_equal(replica_peer(here.store, "http://x", &peer, NULL, NULL), 0);
    assert_int_equal(files_due(here.store, peer, 10, &due, &n, NULL), 0);
    assert_int_equal(n, 0); /* no text has gone */
    free(due);
    has_gone(peer, 1);
    has_gone(peer, 2);
    assert_int_equal(files_due(here.store, peer, 10, &due, &n, NULL), 0);
    assert_int_equal(n, 2);
    assert_int_equal(due[0].bytes, 80);
    assert_int_equal(due[1].bytes, 300);
    free(due);
    free(large);
    free(small);
}

/* Records 1 and 2 stand in one that the account may not enter. */
static void send__container_that_is_shut__the_others_go_on(void **state)
{
    struct replica_peer_info *peers;
    size_t n;

    (void)state;
    for (int session = 0; session < 2; session++) {
        script_epoch("e1");
        script_page("'1-a'", 0, NULL);
        for (int i = 1; session && i <= 3; i++) {
            char *poster = poster_pdf(70 + 10 * (size_t)i);
            char *more = xasprintf("'type':'affiche','visibilite':'%s','fichier':'%s'",
                    i < 3 ? "professionnel" : "public", poster_hash(poster));

            keep(poster);
            place_put(&here, i, more);
            assert_int_equal(replica_peers(here.store, &peers, &n, NULL), 0);
            has_gone(peers[0].id, i);
            replica_peers_free(peers, n);
            if (i == 1)
                script_say(
                        "GET /pro/fichier", "403 Forbidden", "{'error':'forbidden'}");
            if (i == 3)
                script_say(at("GET", poster_hash(poster), ""), "200 OK", stub(100));
            free(more);
            free(poster);
        }
        script_play(&run, &here);
        run_well(&run);
        script_clear();
    }
    assert_int_equal(run_count(&run, "refused"), 1);
    assert_int_equal(place_standing(&here, 3).state, REPLICA_SENT);
}

/* --- fetching --------------------------------------------------------------------- */

/* A session that only fetches what all records name. */
static void fetch(void)
{
    struct json *none = json_new_array();

    run.job.fetch = none;
    script_play(&run, &here);
    run.job.fetch = NULL;
    json_free(none);
}

/* The answer with CONTENT from FROM on, of which CUT bytes come (0: all). */
static void give(const char *content, size_t from, size_t cut)
{
    size_t n = strlen(content);
    char *bytes = from ? xasprintf("HTTP/1.1 206 Partial Content\r\n"
                                   "Content-Type: application/pdf\r\n"
                                   "Content-Range: bytes %zu-%zu/%zu\r\n"
                                   "Content-Length: %zu\r\n\r\n%s",
                                 from, n - 1, n, n - from, content + from)
                       : xasprintf("HTTP/1.1 200 OK\r\n"
                                   "Content-Type: application/pdf\r\n"
                                   "Content-Length: %zu\r\n\r\n%s",
                                 n, content);

    script_raw(at("GET", poster_hash(content), "/contenu"), bytes);
    if (cut)
        script_cut(-(long)(n - from - cut));
    free(bytes);
}

static void fetch__cut_again_and_again__goes_on_where_it_was_P14(void **state)
{
    enum { SIZE = 300000, PART = 60000 };
    char *poster = poster_pdf(SIZE), range[60];
    int64_t down = 0;
    size_t from = 0;

    (void)state;
    put(1, poster_hash(poster));
    run.job.tries = 1;
    for (int cuts = 0; cuts < 4; cuts++) { /* each session is cut once */
        give(poster, from, PART);
        fetch();
        assert_true(run.report.network && run.report.down);
        assert_true(has_part(poster_hash(poster)));
        down += run.report.totals.down;
        from += PART;
        snprintf(range, sizeof(range), "Range: bytes=%zu-\r\n", from - PART);
        if (cuts > 0)
            sent(0, range);
        script_clear();
    }
    give(poster, from, 0);
    fetch();
    run_well(&run);
    down += run.report.totals.down;
    assert_true(down < SIZE + 5 * 1000);
    assert_int_equal(run.report.files, 1);
    assert_true(is_here(poster_hash(poster)));
    assert_false(has_part(poster_hash(poster)));
    free(poster);
}

static void fetch__cut_each_time_further_on__is_no_further_try(void **state)
{
    enum { SIZE = 300000, PART = 100000 };
    char *poster = poster_pdf(SIZE);

    (void)state;
    put(1, poster_hash(poster));
    run.job.tries = 2;
    give(poster, 0, PART);
    give(poster, PART, PART);
    give(poster, 2 * (size_t)PART, 0);
    fetch();
    run_well(&run);
    assert_true(is_here(poster_hash(poster)));
    free(poster);
}

static void fetch__named_in_two_containers__comes_from_one(void **state)
{
    char *poster = poster_pdf(5000), *more, *bytes;

    (void)state;
    put(1, poster_hash(poster));
    bytes = xasprintf("HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n"
                      "Content-Length: 5000\r\n\r\n%s",
            poster);
    script_raw("GET /pro/fichier%3A", bytes);
    free(bytes);
    more = xasprintf("'type':'affiche','visibilite':'professionnel','fichier':'%s'",
            poster_hash(poster));
    place_put(&here, 2, more);
    fetch();
    run_well(&run);
    assert_int_equal(script_requests(), 1);
    assert_true(is_here(poster_hash(poster)));
    free(more);
    free(poster);
}

static void fetch__range_ignored__takes_the_rest_of_all(void **state)
{
    char *poster = poster_pdf(5000);

    (void)state;
    put(1, poster_hash(poster));
    give(poster, 0, 2000);
    fetch();
    script_clear();
    give(poster, 0, 0);
    fetch();
    run_well(&run);
    assert_true(is_here(poster_hash(poster)));
    free(poster);
}

static void fetch__other_content__is_dropped_and_told(void **state)
{
    char *poster = poster_pdf(5000), *other = xstrdup(poster), *bytes;

    (void)state;
    put(1, poster_hash(poster));
    other[4000] ^= 1;
    bytes = xasprintf("HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n"
                      "Content-Length: 5000\r\n\r\n%s",
            other);
    script_raw(at("GET", poster_hash(poster), "/contenu"), bytes);
    fetch();
    run_well(&run);
    assert_int_equal(run_count(&run, "refused"), 1);
    assert_false(is_here(poster_hash(poster)));
    assert_false(has_part(poster_hash(poster)));
    free(bytes);
    free(other);
    free(poster);
}

static void fetch__wrong_beginning__begins_anew_once(void **state)
{
    char *poster = poster_pdf(5000), *path;
    struct view wrong = VIEW_LIT("%PDF-1.3 something else");

    (void)state;
    put(1, poster_hash(poster));
    path = files_part_path(here.store, poster_hash(poster));
    assert_int_equal(file_write_atomic(path, wrong, 0600, NULL), 0);
    give(poster, wrong.n, 0);
    give(poster, 0, 0);
    fetch();
    run_well(&run);
    sent(0, "Range: bytes=23-");
    assert_null(strstr(script_request(1), "Range:"));
    assert_true(is_here(poster_hash(poster)));
    free(path);
    free(poster);
}

static void fetch__part_is_whole__is_kept(void **state)
{
    char *poster = poster_pdf(5000), *path;

    (void)state;
    put(1, poster_hash(poster));
    path = files_part_path(here.store, poster_hash(poster));
    assert_int_equal(file_write_atomic(path, view_of(poster), 0600, NULL), 0);
    script_say(at("GET", poster_hash(poster), "/contenu"), "416 Range Not Satisfiable",
            "{'error':'requested_range_not_satisfiable'}");
    fetch();
    run_well(&run);
    assert_true(is_here(poster_hash(poster)));
    free(path);
    free(poster);
}

static void fetch__no_picture__ends_at_the_first_bytes(void **state)
{
    char *poster = poster_pdf(100), *page = xmalloc(200001), *bytes;

    (void)state;
    put(1, poster_hash(poster));
    memset(page, 'x', 200000);
    page[200000] = '\0';
    bytes = xasprintf("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n"
                      "Content-Length: 200000\r\n\r\n%s",
            page);
    script_raw(at("GET", poster_hash(poster), "/contenu"), bytes);
    fetch();
    run_well(&run);
    assert_int_equal(run_count(&run, "refused"), 1);
    assert_false(has_part(poster_hash(poster)));
    free(bytes);
    free(page);
    free(poster);
}

static void fetch__endless__stops_at_20_MB(void **state)
{
    char *poster = poster_pdf(100), *flood = poster_pdf(FILES_BYTES_MAX + 500000),
         *bytes;

    (void)state;
    put(1, poster_hash(poster));
    bytes = xasprintf("HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n"
                      "Connection: close\r\n\r\n%s",
            flood);
    script_raw(at("GET", poster_hash(poster), "/contenu"), bytes);
    fetch();
    run_well(&run);
    assert_int_equal(run_count(&run, "refused"), 1);
    assert_false(is_here(poster_hash(poster)));
    assert_false(has_part(poster_hash(poster)));
    free(bytes);
    free(flood);
    free(poster);
}

static void fetch__not_there__is_told(void **state)
{
    char *poster = poster_pdf(100);

    (void)state;
    put(1, poster_hash(poster));
    script_say(at("GET", poster_hash(poster), "/contenu"), "404 Not Found", "{}");
    fetch();
    run_well(&run);
    assert_int_equal(run_count(&run, "refused"), 1);
    free(poster);
}

static void fetch__always__comes_after_text_and_not_where_it_costs(void **state)
{
    char *poster = poster_pdf(5000);

    (void)state;
    run.job.yes = run.job.all_files = true;
    run.job.metered = 1000 * 1000;
    text_goes(put(1, poster_hash(poster)));
    script_play(&run, &here);
    run_well(&run);
    script_clear();
    run.job.metered = 0;
    script_epoch("e1");
    script_page("'2-a'", 0, NULL);
    give(poster, 0, 0);
    script_play(&run, &here);
    run_well(&run);
    assert_true(is_here(poster_hash(poster)));
    assert_int_equal(place_standing(&here, 1).state, REPLICA_SENT);
    free(poster);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, make, undo)
    const struct CMUnitTest tests[] = {
            T(send__after_text__then_the_record_is_sent_P15),
            T(send__another_epoch__the_file_goes_again),
            T(send__file_is_there__is_not_sent_again),
            T(send__said_and_dropped__the_record_waits_P15),
            T(send__refused_with_a_reason__is_told_and_ends_nothing),
            T(send__small_ones_first),
            T(send__container_that_is_shut__the_others_go_on),
            T(fetch__cut_again_and_again__goes_on_where_it_was_P14),
            T(fetch__cut_each_time_further_on__is_no_further_try),
            T(fetch__named_in_two_containers__comes_from_one),
            T(fetch__range_ignored__takes_the_rest_of_all),
            T(fetch__other_content__is_dropped_and_told),
            T(fetch__wrong_beginning__begins_anew_once),
            T(fetch__part_is_whole__is_kept),
            T(fetch__no_picture__ends_at_the_first_bytes),
            T(fetch__endless__stops_at_20_MB),
            T(fetch__not_there__is_told),
            T(fetch__always__comes_after_text_and_not_where_it_costs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
