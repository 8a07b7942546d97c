#ifndef ODUS_SRC_SYNC_WORKER_H
#define ODUS_SRC_SYNC_WORKER_H

#include "odus/base/lines.h"
#include "odus/net/secret.h"
#include "odus/sync/sync.h"

/* What the jobs of odus-sync share. */

enum {
    WORK_DONE = 0,
    WORK_PROBLEMS = 1,
    WORK_USAGE = 2,
    WORK_STORE = 3,
    WORK_NETWORK = 4,
};

struct worker {
    struct lines in;
    int out;
    const struct json *job;
    struct store *store;
    struct forms *forms;
    struct secret_place place;
    char *kept;  /* secret that was kept before; what the server says first is about it
                  */
    char *given; /* answered now, not yet known to be right */
    char *user;
    bool stop;
};

/** The event is taken. */
void worker_tell(struct worker *w, struct json *event) ATTR_NONNULL(1);

/** Owned answer to QUESTION, which is taken; NULL: none. */
char *worker_ask(struct worker *w, struct json *question) ATTR_CHECK ATTR_NONNULL(1);

bool worker_go_on(struct worker *w) ATTR_NONNULL_ALL;

/** Text KEY of the job, NULL where it is none or blank. */
const char *worker_text(const struct worker *w, const char *key) ATTR_NONNULL_ALL;

/** The options of an exchange with the job's server. */
struct sync_job worker_job(struct worker *w) ATTR_NONNULL_ALL;

/** The host of a session, which asks odus and keeps what was right. */
struct sync_host worker_host(struct worker *w) ATTR_NONNULL_ALL;

/** Tells ERR; returns STATUS. */
int worker_fail(struct worker *w, const struct err *err, bool down, int status)
        ATTR_NONNULL(1, 2);

/** Exit status of an error of the store or of the data. */
int worker_status(int rc);

/* The jobs, each in a file of its own */
int work_bundle_write(struct worker *w) ATTR_NONNULL_ALL;
int work_bundle_read(struct worker *w) ATTR_NONNULL_ALL;
int work_server_setup(struct worker *w) ATTR_NONNULL_ALL;
int work_server_user(struct worker *w) ATTR_NONNULL_ALL;

#endif
