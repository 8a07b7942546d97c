#ifndef ODUS_BASE_WORK_H
#define ODUS_BASE_WORK_H

#include "odus/base/lines.h"

/**
 * The other end of a worker's pipes (docs/workers.md): one job comes in, events go out.
 * What all workers share; what a job does is its own.
 */
enum work_status { /* exit status */
    WORK_DONE = 0,
    WORK_PROBLEMS = 1, /* in the data */
    WORK_USAGE = 2,
    WORK_STORE = 3,
    WORK_NETWORK = 4,
};

struct work {
    struct lines in;
    int out; /* borrowed */
    struct json *job;
    bool stop; /* told to, or nobody is there any more */
};

/** A job and who does it; the result is the exit status. CTX is work_run's. */
struct work_job {
    const char *name;
    int (*work)(struct work *w, void *ctx);
};

/**
 * The whole of a worker: reads the job, one line of JSON, from IN, and has the one of
 * the N JOBS that it names done. Freezes the clock where ODUS_NOW says so. Returns the
 * exit status.
 */
int work_run(int in, int out, const struct work_job *jobs, size_t n, void *ctx)
        ATTR_NONNULL(3);

/** An event of kind EV, owned. */
struct json *work_event(const char *ev) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;
void work_set_int(struct json *event, const char *key, int64_t n) ATTR_NONNULL_ALL;

/** Says EVENT, which is taken. */
void work_tell(struct work *w, struct json *event) ATTR_NONNULL(1);

/** Looks whether it was told to stop, without waiting; false: it is to stop. */
bool work_go_on(struct work *w) ATTR_NONNULL_ALL;

/** The owned answer to QUESTION, which is taken; NULL: none. */
char *work_ask(struct work *w, struct json *question) ATTR_CHECK ATTR_NONNULL(1);

/** Text KEY of the job, NULL where there is none or it is blank. Borrowed. */
const char *work_text(const struct work *w, const char *key) ATTR_NONNULL_ALL;

/** Tells ERR as an event `error`; returns STATUS. */
int work_fail(struct work *w, const struct err *err, int status) ATTR_NONNULL_ALL;

/** Exit status of an error code of the store or of the data. */
int work_status(int rc) ATTR_PURE;

#endif
