#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odus/base/mem.h"
#include "odus/base/work.h"

/* A worker on two pipes: what odus says is written before it runs. */
static int to[2], from[2];

static int open_pipes(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    return pipe(to) || pipe(from);
}

static int close_pipes(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        close(to[i]);
        close(from[i]);
    }
    return 0;
}

static void say(const char *text)
{
    assert_int_equal(write(to[1], text, strlen(text)), (ssize_t)strlen(text));
}

static int job_ask(struct work *w, void *ctx)
{
    char **answer = ctx;
    struct json *question = work_event("ask");

    assert_string_equal(work_text(w, "name"), "x");
    assert_null(work_text(w, "blank"));
    work_set_int(question, "n", 7);
    *answer = work_ask(w, question);
    return WORK_PROBLEMS;
}

static int job_count(struct work *w, void *ctx)
{
    int *turns = ctx;

    while (work_go_on(w))
        ++*turns;
    return WORK_DONE;
}

static const struct work_job jobs[] = {{"ask", job_ask}, {"count", job_count}};

static int run(void *ctx)
{
    return work_run(to[0], from[1], jobs, COUNT(jobs), ctx);
}

/* The next event that came out; owned. */
static struct json *heard(void)
{
    struct lines l;
    struct json *event = NULL;

    lines_init(&l, from[0], 0);
    assert_int_equal(lines_next(&l, 0, &event, NULL), 1);
    lines_release(&l);
    return event;
}

static void work__asks__and_takes_the_answer(void **state)
{
    char *answer = NULL;
    struct json *event;

    (void)state;
    say("{\"job\":\"ask\",\"name\":\"x\",\"blank\":\"\"}\n{\"answer\":\"oui\"}\n");
    assert_int_equal(run(&answer), WORK_PROBLEMS);
    assert_string_equal(answer, "oui");
    event = heard();
    assert_string_equal(json_get_text(event, "ev"), "ask");
    assert_int_equal(json_get_int(event, "n", 0), 7);
    json_free(event);
    free(answer);
}

static void work__stop__is_no_answer(void **state)
{
    char *answer = NULL;

    (void)state;
    say("{\"job\":\"ask\",\"name\":\"x\"}\n{\"stop\":true}\n");
    assert_int_equal(run(&answer), WORK_PROBLEMS);
    assert_null(answer);
}

static void work__end_of_input__stops(void **state)
{
    int turns = 0;

    (void)state;
    say("{\"job\":\"count\"}\n{\"answer\":\"to nothing\"}\n");
    close(to[1]);
    to[1] = -1;
    assert_int_equal(run(&turns), WORK_DONE);
    assert_int_equal(turns, 1);
}

static void work__nobody_listens__stops(void **state)
{
    char *answer = NULL;

    (void)state;
    say("{\"job\":\"ask\",\"name\":\"x\"}\n");
    close(from[0]);
    from[0] = -1;
    assert_int_equal(run(&answer), WORK_PROBLEMS);
    assert_null(answer);
}

static void work__unknown_job__is_usage(void **state)
{
    struct json *event;

    (void)state;
    say("{\"job\":\"dance\"}\n");
    assert_int_equal(run(NULL), WORK_USAGE);
    event = heard();
    assert_string_equal(json_get_text(event, "ev"), "error");
    assert_string_equal(json_as_text(json_at(json_get(event, "args"), 0)), "dance");
    json_free(event);
}

static void work__job_that_is_none__is_told(void **state)
{
    struct json *event;

    (void)state;
    say("{\"job\":,\n");
    assert_int_equal(run(NULL), WORK_USAGE);
    event = heard();
    assert_string_equal(json_get_text(event, "ev"), "error");
    json_free(event);
}

static void work__status__follows_the_error(void **state)
{
    (void)state;
    assert_int_equal(work_status(0), WORK_DONE);
    assert_int_equal(work_status(ERR_USAGE), WORK_USAGE);
    assert_int_equal(work_status(ERR_NOT_FOUND), WORK_PROBLEMS);
    assert_int_equal(work_status(ERR_IO), WORK_STORE);
    assert_int_equal(work_status(ERR_BUSY), WORK_STORE);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, open_pipes, close_pipes)
    const struct CMUnitTest tests[] = {
            T(work__asks__and_takes_the_answer),
            T(work__stop__is_no_answer),
            T(work__end_of_input__stops),
            T(work__nobody_listens__stops),
            T(work__unknown_job__is_usage),
            T(work__job_that_is_none__is_told),
            T(work__status__follows_the_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
