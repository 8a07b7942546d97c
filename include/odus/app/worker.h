#ifndef ODUS_APP_WORKER_H
#define ODUS_APP_WORKER_H

#include "odus/app/app.h"
#include "odus/base/lines.h"

/**
 * A program that works for odus over pipes (docs/workers.md). It is found beside odus,
 * or in ../libexec/odus, or in the folder ODUS_LIBEXEC names; started without a shell,
 * with an environment of its own choosing nothing secret, and with the signals as they
 * were. Its words for people (stderr) go nowhere.
 */
struct worker;

/** PROGRAM: "sync" or "serve". JOB is taken; `store`, `forms`, `config` and `lang` are
 * added. *RET is owned: worker_end. ERR_NOT_FOUND: the program is not installed;
 * ERR_IO: it cannot be started. SIGPIPE is ignored from then on. */
int worker_start(struct app *app, const char *program, struct json *job,
        struct worker **ret, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3, 4);

/** To be polled for reading. */
int worker_fd(const struct worker *w) ATTR_NONNULL_ALL;

/** As lines_next: 1 with an owned event, 0 none yet, ERR_NOT_FOUND when it has ended.
 * Lines that are no events are skipped. */
int worker_next(struct worker *w, int wait_ms, struct json **ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3);

/** The answer to an "ask"; TEXT NULL: none, the safe one is taken. */
void worker_answer(struct worker *w, const char *text) ATTR_NONNULL(1);

/** Asks it to end; it still tells what it has done. */
void worker_stop(struct worker *w) ATTR_NONNULL_ALL;

/** Waits for its end (stopping it when it goes on) and frees. Its exit status, 3 when
 * it was killed. Accepts NULL: 0. */
int worker_end(struct worker *w);

#endif
