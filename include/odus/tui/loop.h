#ifndef ODUS_TUI_LOOP_H
#define ODUS_TUI_LOOP_H

#include <stdbool.h>

#include "odus/base/err.h"
#include "odus/tui/event.h"
#include "odus/tui/keys.h"
#include "odus/tui/screen.h"

/**
 * The one poll() of the interface: terminal, signals, workers' pipes, timers. On a wake
 * every pending event is handled, then there is at most one draw. Handlers change their
 * state and call loop_stale; only the loop draws.
 */
struct loop;

/** A screen or dialogue. SELF is private state. Any function may be NULL. */
struct view_ops {
    bool popup; /* what lies under it is drawn too */
    void (*draw)(void *self, struct rect area);
    /** True when used. Views below are not asked. */
    bool (*key)(void *self, struct key k);
    void (*paste)(void *self, struct view text, bool cut);
    void (*mouse)(void *self, struct mouse m);
    void (*resize)(void *self, int rows, int cols);
    void (*tick)(void *self);  /* about once a second while on top */
    void (*close)(void *self); /* after loop_pop, or at the end; frees SELF */
};

enum { LOOP_FDS = 4, LOOP_VIEWS = 16, LOOP_TIMERS = 16 };

/** Why the loop ended. */
enum loop_end {
    LOOP_RUNNING,
    LOOP_QUIT,   /* loop_quit, or the last view was popped */
    LOOP_SIGNAL, /* SIGTERM, SIGINT, SIGQUIT */
    LOOP_GONE,   /* SIGHUP, or the terminal answers no more */
};

/** Blocks the signals it reads by signalfd (loop_free unblocks them; children must do
 *  so themselves). One loop per process, after screen_init. */
int loop_new(struct loop **ret_loop, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/** Closes the views left, top first. NULL is fine. */
void loop_free(struct loop *l);

/** Runs until the end. On LOOP_SIGNAL and LOOP_GONE nothing may be drawn any more: the
 *  caller gives up the terminal and exits. */
enum loop_end loop_run(struct loop *l) ATTR_NONNULL_ALL;
void loop_quit(struct loop *l) ATTR_NONNULL_ALL;

/** Puts a view on top; the loop owns SELF from then on (see close). ERR_LIMIT beyond
 *  LOOP_VIEWS, and SELF stays the caller's. */
int loop_push(struct loop *l, const struct view_ops *ops, void *self) ATTR_CHECK
        ATTR_NONNULL(1, 2);

/** Takes the top view off; it is closed when its handler has returned. */
void loop_pop(struct loop *l) ATTR_NONNULL_ALL;

/** SELF of the view on top; NULL: none. */
void *loop_top(const struct loop *l) ATTR_NONNULL_ALL;

/** The screen is to be drawn anew. */
void loop_stale(struct loop *l) ATTR_NONNULL_ALL;

/** FN(CTX, FD) runs when FD is readable or closed by the other side. ERR_LIMIT beyond
 *  LOOP_FDS. The caller keeps FD, and unwatches it before closing it. */
int loop_watch(struct loop *l, int fd, void (*fn)(void *ctx, int fd),
        void *ctx) ATTR_CHECK ATTR_NONNULL(1, 3);
void loop_unwatch(struct loop *l, int fd) ATTR_NONNULL_ALL;

/** FN(CTX) runs once in MS milliseconds. Returns an id > 0, or ERR_LIMIT. The same FN
 *  and CTX set again only moves the time. */
int loop_timer(struct loop *l, int ms, void (*fn)(void *ctx), void *ctx)
        ATTR_NONNULL(1, 3);
void loop_timer_cancel(struct loop *l, int id) ATTR_NONNULL_ALL;

/** Milliseconds since the last key, paste or press, or since the loop was made. */
long long loop_quiet_ms(const struct loop *l) ATTR_NONNULL_ALL;

/** Background jobs begun (+1) or ended (-1): the test harness waits for none. */
void loop_jobs(struct loop *l, int change) ATTR_NONNULL_ALL;

#endif
