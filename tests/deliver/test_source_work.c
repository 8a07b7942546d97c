/* Job `import` of the worker, over pipes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odus/base/lines.h"
#include "odus/base/mem.h"
#include "odus/deliver/work.h"
#include "source_run.h"

#define SAMPLES "tests/deliver/samples/"

static struct json *events; /* array */

static int end_work(void **state)
{
    (void)state;
    json_free(events);
    events = NULL;
    return 0;
}

static void keep_events(int fd)
{
    struct lines in;
    struct json *one;

    events = json_new_array();
    lines_init(&in, fd, 0);
    while (lines_next(&in, -1, &one, NULL) == 1)
        json_push_take(events, one);
    lines_release(&in);
}

/* Does JOB; STAY: the input stays open meanwhile. The output fits into a pipe. */
static int work(const char *job, bool stay)
{
    int in[2], out[2], status;

    assert_int_equal(pipe(in), 0);
    assert_int_equal(pipe(out), 0);
    assert_int_equal(write(in[1], job, strlen(job)), strlen(job));
    assert_int_equal(write(in[1], "\n", 1), 1);
    if (!stay)
        close(in[1]);
    status = deliver_work(in[0], out[1]);
    close(out[1]);
    keep_events(out[0]);
    close(out[0]);
    close(in[0]);
    if (stay)
        close(in[1]);
    return status;
}

static size_t count(const char *ev)
{
    size_t n = 0;

    for (size_t i = 0; i < json_len(events); i++)
        n += strcmp(source_text_at(json_at(events, i), "ev"), ev) == 0;
    return n;
}

static const struct json *first(const char *ev)
{
    size_t i = 0;

    while (i < json_len(events) &&
            strcmp(source_text_at(json_at(events, i), "ev"), ev) != 0)
        i++;
    return json_at(events, i);
}

static const struct json *last(void)
{
    return json_at(events, json_len(events) - 1);
}

static void import__job__tells_proposals_and_ends(void **state)
{
    (void)state;
    assert_int_equal(work("{\"job\":\"import\",\"file\":\"" SAMPLES
                          "google.ics\",\"kind\":\"ics\","
                          "\"from\":\"2026-01-01\",\"until\":\"2027-12-31\"}",
                             true),
            0);
    assert_int_equal(count("proposal"), 3);
    assert_true(count("progress") >= 1);
    assert_string_equal(source_text_at(last(), "ev"), "done");
    assert_string_equal(source_text_at(last(), "kind"), "ics");
    assert_int_equal(json_get_int(last(), "proposals", -1), 3);
    assert_string_equal(source_text_at(first("proposal"), "proposal.source.valeur"),
            "trio-hiver@google.example");
}

static void import__job__finds_the_kind_and_says_what_is_refused(void **state)
{
    (void)state;
    assert_int_equal(work("{\"job\":\"import\",\"file\":\"" SAMPLES "openagenda.json\","
                          "\"from\":\"2026-01-01\",\"until\":\"2027-12-31\"}",
                             true),
            1);
    assert_int_equal(count("refused"), 2);
    assert_string_equal(source_text_at(last(), "kind"), "openagenda");
    assert_int_equal(json_get_int(last(), "refused", -1), 2);
}

static void import__job__bad_ones_end_with_an_error(void **state)
{
    static const struct {
        const char *members;
        int status;
    } all[] = {{"\"x\":1", 2}, {"\"file\":\"/nowhere\"", 1},
            {"\"file\":\"forms/evenement.form\"", 1},
            {"\"file\":\"" SAMPLES "google.ics\",\"kind\":\"csv\"", 1},
            {"\"file\":\"" SAMPLES "google.ics\",\"from\":\"hier\"", 2},
            {"\"file\":\"" SAMPLES "google.ics\",\"zone\":\"Mars/Olympus\"", 2}};

    (void)state;
    for (size_t i = 0; i < COUNT(all); i++) {
        char *job = xasprintf("{\"job\":\"import\",%s}", all[i].members);

        assert_int_equal(work(job, true), all[i].status);
        assert_string_equal(source_text_at(last(), "ev"), "error");
        json_free(events);
        events = NULL;
        free(job);
    }
}

static void import__job__stops_when_nobody_wants_it(void **state)
{
    (void)state;
    assert_true(work("{\"job\":\"import\",\"file\":\"" SAMPLES "google.ics\"}",
                        false) != 0);
    assert_string_equal(source_text_at(last(), "ev"), "error");
    assert_int_equal(json_get_int(last(), "code", 0), ERR_STOPPED);
}

#define test(f) cmocka_unit_test_teardown(f, end_work)

int main(void)
{
    const struct CMUnitTest tests[] = {
            test(import__job__tells_proposals_and_ends),
            test(import__job__finds_the_kind_and_says_what_is_refused),
            test(import__job__bad_ones_end_with_an_error),
            test(import__job__stops_when_nobody_wants_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
