#ifndef ODUS_TUI_BACKGROUND_H
#define ODUS_TUI_BACKGROUND_H

#include "odus/app/worker.h"
#include "ui.h"

/** A worker behind a view: its events are heard some at a time, so that keys never
 * wait.
 */
struct background {
    struct ui *ui;
    void (*event)(void *ctx, const struct json *event);
    void (*ended)(void *ctx); /* by itself; NULL */
    void *ctx;
    struct worker *worker; /* NULL: none runs */
    int again;             /* timer, 0 none */
};

/** TAKE is taken. ERR_LIMIT. */
int background_start(struct background *b, struct worker *take,
        struct err *err) ATTR_CHECK ATTR_NONNULL_ALL;

/** Stops it, where one runs, and waits for its end; `ended` is not called. */
void background_end(struct background *b) ATTR_NONNULL_ALL;

#endif
