/* A link that cuts each upload: it is left for later, ever later, and text goes on. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "odus/base/mem.h"
#include "poster.h"
#include "solo.h"

#define MISSING "404 Not Found", "{'error':'not_found','reason':'missing'}"

static char *poster;

static int make(void **state)
{
    int rc = stage_make(state);

    run = (struct run){.job = {.yes = true, .patient = true}};
    if (rc == 0)
        rc = poster_form();
    if (rc == 0)
        here = place_open("here");
    poster = poster_pdf(100);
    return rc;
}

static int undo(void **state)
{
    free(poster);
    assert_int_equal(clock_init(NULL, NULL), 0);
    return solo_undo(state);
}

static const char *at_poster(void)
{
    static char path[200];

    snprintf(path, sizeof(path), "GET /commons/fichier%%3A%s ", poster_hash(poster));
    return path;
}

/* Record 1 names the poster, and has been sent. */
static void text_goes(void)
{
    char *more = xasprintf("'type':'affiche','fichier':'%s'", poster_hash(poster));
    const char *rev = place_put(&here, 1, more);
    const char *rows[] = {row_of(1, rev, NULL, ""), NULL};
    struct err err = {0};

    assert_int_equal(
            files_put(here.store, poster_hash(poster), view_of(poster), &err), 0);
    script_epoch("e1");
    script_say("POST /commons/_bulk_docs", "201 Created", "[]");
    script_page("'2-a'", 0, rows);
    free(more);
}

static void nothing_new(void)
{
    script_clear();
    script_epoch("e1");
    script_page("'2-a'", 0, NULL);
}

/* Whether it is there is asked, then it is cut off, as often as it is tried. */
static void is_cut(void)
{
    script_say(at_poster(), MISSING);
    for (int i = 0; i < 4; i++) {
        script_say("POST /commons/_bulk_docs", "201 Created", "[]");
        (void)script_cut(9); /* amid the first line */
    }
}

/* A session without limit, as those of the screens; ends well in every case. */
static void play_patient(void)
{
    script_try(&run, &here);
    run_well(&run);
}

static void expect_warned(const char *minutes)
{
    const struct json *event = run_event(&run, "warning");

    assert_non_null(event);
    assert_string_equal(json_get_text(event, "uid"), stage_uid(1));
    assert_string_equal(json_as_text(json_at(json_get(event, "args"), 0)), minutes);
}

static size_t uploads(void)
{
    size_t n = 0;

    for (size_t i = 0; i < script_requests(); i++)
        n += strstr(script_request(i), "\"fichier:") != NULL &&
             strncmp(script_request(i), "POST", 4) == 0;
    return n;
}

static void cut__each_time__ends_the_session_and_is_told(void **state)
{
    (void)state;
    assert_int_equal(clock_init("2026-11-21T09:00:00Z", NULL), 0);
    run.endless = true;
    text_goes();
    is_cut();
    play_patient();
    expect_warned("10");
    assert_int_equal(run.report.refused, 0);
    assert_false(run.report.down);
    assert_int_equal(place_standing(&here, 1).state, REPLICA_WAITING);
}

/* Text does not wait, and nothing of the file is sent until its time has come. */
static void cut__a_short_while_ago__only_text_goes(void **state)
{
    cut__each_time__ends_the_session_and_is_told(state);
    assert_int_equal(clock_init("2026-11-21T09:03:30Z", NULL), 0);
    nothing_new();
    play_patient();
    expect_warned("7");
    assert_int_equal(uploads(), 0);
}

static void cut__again__is_tried_later_still(void **state)
{
    cut__each_time__ends_the_session_and_is_told(state);
    assert_int_equal(clock_init("2026-11-21T09:10:00Z", NULL), 0);
    nothing_new();
    is_cut();
    play_patient();
    assert_true(uploads() > 0);
    expect_warned("20");
}

static void cut__by_hand__is_tried_at_once_and_gets_through(void **state)
{
    cut__each_time__ends_the_session_and_is_told(state);
    run.job.patient = false;
    nothing_new();
    script_say(at_poster(), MISSING);
    script_say("POST /commons/_bulk_docs", "201 Created", "[]");
    script_say(at_poster(), "200 OK",
            "{'_attachments':{'contenu':{'stub':true,'length':100}}}");
    play_patient();
    assert_null(run_event(&run, "warning"));
    assert_int_equal(place_standing(&here, 1).state, REPLICA_SENT);
}

/* The clock was a year ahead when the file was cut off. */
static void cut__clock_put_back__is_tried_at_once(void **state)
{
    cut__each_time__ends_the_session_and_is_told(state);
    assert_int_equal(clock_init("2025-11-21T09:00:00Z", NULL), 0);
    nothing_new();
    is_cut();
    play_patient();
    assert_true(uploads() > 0);
}

/* A command that was given a number of tries says that it failed. */
static void cut__with_a_limit__is_an_error(void **state)
{
    (void)state;
    text_goes();
    is_cut();
    script_try(&run, &here);
    assert_true(run.rc < 0);
    assert_true(run.report.down);
    assert_null(run_event(&run, "warning"));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, make, undo)
    const struct CMUnitTest tests[] = {
            T(cut__each_time__ends_the_session_and_is_told),
            T(cut__a_short_while_ago__only_text_goes),
            T(cut__again__is_tried_later_still),
            T(cut__by_hand__is_tried_at_once_and_gets_through),
            T(cut__clock_put_back__is_tried_at_once),
            T(cut__with_a_limit__is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
