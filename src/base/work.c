/* What all workers share: the job they are given, the events they tell. */
#include "odus/base/work.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "odus/base/mem.h"

struct json *work_event(const char *ev)
{
    struct json *event = json_new_object();

    json_set_text(event, "ev", ev);
    return event;
}

void work_set_int(struct json *event, const char *key, int64_t n)
{
    json_set_take(event, key, json_int(n));
}

void work_tell(struct work *w, struct json *event)
{
    if (lines_put(w->out, event, NULL) < 0)
        w->stop = true; /* nobody is there any more */
    json_free(event);
}

/* WAIT_MS as in lines_next. True: a line that is no order to stop; owned. */
static bool next_line(struct work *w, int wait_ms, struct json **ret)
{
    int rc = lines_next(&w->in, wait_ms, ret, NULL);

    if (rc == 1 && !json_get_bool(*ret, "stop", false))
        return true;
    if (rc == 1)
        json_free(*ret);
    if (rc != 0)
        w->stop = true;
    return false;
}

bool work_go_on(struct work *w)
{
    struct json *line;

    if (!w->stop && next_line(w, 0, &line))
        json_free_secret(line); /* an answer to no question */
    return !w->stop;
}

char *work_ask(struct work *w, struct json *question)
{
    struct json *line;
    const char *text;
    char *answer;

    work_tell(w, question);
    if (w->stop || !next_line(w, -1, &line))
        return NULL;
    text = json_get_text(line, "answer");
    answer = text ? xstrdup(text) : NULL;
    json_free_secret(line);
    return answer;
}

const char *work_text(const struct work *w, const char *key)
{
    const char *text = json_get_text(w->job, key);

    return text && *text ? text : NULL;
}

int work_fail(struct work *w, const struct err *err, int status)
{
    struct json *event = work_event("error");

    lines_set_err(event, err);
    work_tell(w, event);
    return status;
}

int work_status(int rc)
{
    switch (rc) {
    case 0: return WORK_DONE;
    case ERR_USAGE: return WORK_USAGE;
    case ERR_INVALID:
    case ERR_CONFLICT:
    case ERR_LIMIT:
    case ERR_NOT_FOUND: return WORK_PROBLEMS;
    default: return WORK_STORE;
    }
}

static int do_job(struct work *w, const struct work_job *jobs, size_t n, void *ctx)
{
    const char *name = work_text(w, "job");
    struct err err = {0};

    for (size_t i = 0; name && i < n; i++)
        if (strcmp(name, jobs[i].name) == 0)
            return jobs[i].work(w, ctx);
    err_set(&err, ERR_USAGE, N_("no such job: %1$s"), name ? name : "");
    return work_fail(w, &err, WORK_USAGE);
}

/* The first line: 1, or why there is none. An order to stop is no job. */
static int read_job(struct work *w, struct err *err)
{
    int rc = clock_init(getenv("ODUS_NOW"), err);

    if (rc == 0)
        rc = lines_next(&w->in, -1, &w->job, err);
    if (rc == ERR_NOT_FOUND || (rc == 1 && json_get_bool(w->job, "stop", false)))
        w->stop = true;
    return rc;
}

int work_run(int in, int out, const struct work_job *jobs, size_t n, void *ctx)
{
    struct work w = {.out = out};
    struct err err = {0};
    int status = WORK_USAGE;
    int rc;

    lines_init(&w.in, in, 0);
    rc = read_job(&w, &err);
    if (rc == 1 && !w.stop)
        status = do_job(&w, jobs, n, ctx);
    else if (!w.stop)
        status = work_fail(&w, &err, WORK_USAGE);
    json_free_secret(w.job);
    lines_release(&w.in);
    return status;
}
