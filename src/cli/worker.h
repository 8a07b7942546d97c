#ifndef ODUS_CLI_WORKER_H
#define ODUS_CLI_WORKER_H

#include "odus/app/worker.h"
#include "run.h"

/** Following a worker to its end (docs/workers.md). Questions are asked at the
 * terminal. */
struct follow {
    struct worker *worker; /* taken */
    bool url_given;        /* its address stands in the command */
    void (*event)(void *ctx, const char *ev, const struct json *event);
    void *ctx;
};

/** The worker's exit status. */
int follow(struct follow *f) ATTR_NONNULL_ALL;

/** The password of an account, typed at the terminal without echo. Owned, to be wiped;
 * NULL: there is no terminal, or none was typed. */
char *ask_new_password(const char *user, bool is_new) ATTR_CHECK ATTR_NONNULL_ALL;

/** A `merged`, `conflict` or `refused` in words, on stderr. */
void say_record(const char *ev, const struct json *event) ATTR_NONNULL_ALL;

/** An `error` or `warning` in words, on stderr. */
void say_event_error(const struct json *event) ATTR_NONNULL_ALL;

#endif
