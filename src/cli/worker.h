#ifndef ODUS_CLI_WORKER_H
#define ODUS_CLI_WORKER_H

#include "odus/app/worker.h"
#include "run.h"

/** Following a worker to its end (docs/workers.md). Questions are asked at the
 * terminal. */
struct follow {
    struct worker *worker; /* taken */
    bool url_given;        /* its address stands in the command */
    bool stdin_secrets;    /* --password-stdin */
    void (*event)(void *ctx, const char *ev, const struct json *event);
    void *ctx;
    char *user; /* out: the account that was typed; owned, NULL */
    bool ended; /* private: it has said how it went */
};

enum { CLI_STOPPED = 128 }; /* and the number of the signal, as a shell has it */

/** The worker's exit status. ^C (and SIGTERM) tells it to stop, a second one ends odus
 * at once: *RET_SIGNAL (may be NULL)
 * is the one that came, else 0. */
int follow(struct follow *f, int *ret_signal) ATTR_NONNULL(1);

/** The password of an account, typed at the terminal without echo, a new one twice; or
 * a line of standard input. Owned, to be wiped; NULL: there is no terminal, or none was
 * typed. */
char *ask_new_password(
        const char *user, bool is_new, bool from_stdin) ATTR_CHECK ATTR_NONNULL_ALL;

/** The words of TEXT (may be NULL) between commas as an array for a job; owned. */
struct json *job_words(const char *text) ATTR_RETNONNULL ATTR_CHECK;

/** A `merged`, `conflict` or `refused` in words, on stderr. */
void say_record(const char *ev, const struct json *event) ATTR_NONNULL_ALL;

/** Says as which address TYPED (NULL: none) was UNDERSTOOD, where it had no scheme. */
void say_address(const char *typed, const char *understood);

/** Appends "0199f3a0-0601  TITLE: " of what EVENT names; a venue there (its `name` has
 * a colon) is said to be one. */
void add_thing(const struct json *event, struct buf *out) ATTR_NONNULL_ALL;

/** An `error` or `warning` in words, on stderr. */
void say_event_error(const struct json *event) ATTR_NONNULL_ALL;

#endif
