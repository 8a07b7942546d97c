#include "odus/tui/loop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "odus/base/mem.h"

enum { TTY_FD = STDIN_FILENO, TICK_MS = 1000 };

struct shown {
    const struct view_ops *ops;
    void *self;
};

struct watch {
    int fd;
    void (*fn)(void *ctx, int fd); /* NULL: free */
    void *ctx;
};

struct timer {
    int id;
    long long due;
    void (*fn)(void *ctx); /* NULL: free */
    void *ctx;
};

struct loop {
    struct shown views[LOOP_VIEWS], popped[LOOP_VIEWS];
    int nviews, npopped;
    struct watch watches[LOOP_FDS];
    struct timer timers[LOOP_TIMERS];
    int last_timer;
    sigset_t old_mask;
    int sigfd;
    enum loop_end end;
    bool stale;
    long pings, pongs, jobs;
    int drawn_rows, drawn_cols;
    long long tick_due, paste_due, last_input;
};

static long long now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

int loop_new(struct loop **ret_loop, struct err *err)
{
    static const int read_here[] = {
            SIGWINCH, SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGTSTP, SIGCONT};
    sigset_t set, old;
    sigemptyset(&set);
    for (size_t i = 0; i < COUNT(read_here); i++)
        sigaddset(&set, read_here[i]);
    sigprocmask(SIG_BLOCK, &set, &old);
    int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (fd < 0) {
        sigprocmask(SIG_SETMASK, &old, NULL);
        return err_set(
                err, ERR_IO, N_("signals cannot be read: %1$s"), strerror(errno));
    }
    struct loop *l = xcalloc(1, sizeof *l);
    l->sigfd = fd;
    l->old_mask = old;
    l->stale = true;
    l->last_input = now_ms(); /* of whoever started us: the first screen comes first */
    l->pongs = event_testing() ? -1 : 0; /* the first screen is announced too */
    *ret_loop = l;
    return 0;
}

static void close_view(struct shown v)
{
    if (v.ops->close)
        v.ops->close(v.self);
}

/** Closes what was popped while its own handler may still have been running. */
static void close_popped(struct loop *l)
{
    while (l->npopped > 0)
        close_view(l->popped[--l->npopped]);
}

void loop_free(struct loop *l)
{
    if (!l)
        return;
    close_popped(l);
    while (l->nviews > 0)
        close_view(l->views[--l->nviews]);
    struct signalfd_siginfo late;
    while (read(l->sigfd, &late, sizeof late) == (ssize_t)sizeof late)
        ; /* a second SIGHUP must not kill us while leaving */
    close(l->sigfd);
    sigprocmask(SIG_SETMASK, &l->old_mask, NULL);
    free(l);
}

void loop_quit(struct loop *l)
{
    l->end = LOOP_QUIT;
}

void loop_stale(struct loop *l)
{
    l->stale = true;
}

long long loop_quiet_ms(const struct loop *l)
{
    return now_ms() - l->last_input;
}

void loop_jobs(struct loop *l, int change)
{
    l->jobs += change;
}

int loop_push(struct loop *l, const struct view_ops *ops, void *self)
{
    if (l->nviews == LOOP_VIEWS)
        return ERR_LIMIT;
    l->views[l->nviews++] = (struct shown){ops, self};
    l->tick_due = now_ms() + TICK_MS;
    l->stale = true;
    return 0;
}

void loop_pop(struct loop *l)
{
    if (l->nviews == 0)
        return;
    if (l->npopped == LOOP_VIEWS) /* one handler popped and pushed without end */
        mem_panic("view stack misused");
    l->popped[l->npopped++] = l->views[--l->nviews];
    l->stale = true;
}

void *loop_top(const struct loop *l)
{
    return l->nviews ? l->views[l->nviews - 1].self : NULL;
}

int loop_watch(struct loop *l, int fd, void (*fn)(void *ctx, int fd), void *ctx)
{
    for (size_t i = 0; i < LOOP_FDS; i++)
        if (!l->watches[i].fn) {
            l->watches[i] = (struct watch){fd, fn, ctx};
            return 0;
        }
    return ERR_LIMIT;
}

void loop_unwatch(struct loop *l, int fd)
{
    for (size_t i = 0; i < LOOP_FDS; i++)
        if (l->watches[i].fd == fd)
            l->watches[i].fn = NULL;
}

static struct timer *timer_slot(struct loop *l, void (*fn)(void *ctx), void *ctx)
{
    struct timer *unused = NULL;
    for (size_t i = 0; i < LOOP_TIMERS; i++) {
        struct timer *t = &l->timers[i];
        if (t->fn == fn && t->ctx == ctx)
            return t;
        if (!t->fn && !unused)
            unused = t;
    }
    return unused;
}

int loop_timer(struct loop *l, int ms, void (*fn)(void *ctx), void *ctx)
{
    struct timer *t = timer_slot(l, fn, ctx);
    if (!t)
        return ERR_LIMIT;
    int id = t->fn ? t->id : ++l->last_timer;
    *t = (struct timer){id, now_ms() + ms, fn, ctx};
    return id;
}

void loop_timer_cancel(struct loop *l, int id)
{
    for (size_t i = 0; i < LOOP_TIMERS; i++)
        if (l->timers[i].id == id)
            l->timers[i].fn = NULL;
}

static struct shown *top(struct loop *l)
{
    return l->nviews ? &l->views[l->nviews - 1] : NULL;
}

static void draw(struct loop *l)
{
    if (!l->stale || event_in_paste() || !l->nviews)
        return;
    l->stale = false; /* first: drawing may find that more is to be drawn */
    struct rect all = {0, 0, screen_rows(), screen_cols()};
    int first = l->nviews - 1;
    while (first > 0 && l->views[first].ops->popup)
        first--;
    screen_begin();
    for (int i = first; i < l->nviews; i++)
        if (l->views[i].ops->draw)
            l->views[i].ops->draw(l->views[i].self, all);
    screen_flush();
    l->drawn_rows = all.rows;
    l->drawn_cols = all.cols;
}

/** Tells the test harness that all input before its ping has been handled and drawn. */
static void answer_ping(struct loop *l)
{
    if (l->pings == l->pongs || l->stale || event_in_paste())
        return;
    char pong[80];
    int n = snprintf(pong, sizeof pong, "\033]7777;%ld;%d;%d;%ld\a", l->pings,
            l->drawn_rows, l->drawn_cols, l->jobs);
    l->pongs = l->pings;
    screen_write_raw(pong, (size_t)n);
}

static void handle_key(struct loop *l, struct key k)
{
    struct shown *v = top(l);
    if (v && v->ops->key)
        (void)v->ops->key(v->self, k);
    l->stale = true;
}

static void handle_event(struct loop *l, const struct event *ev)
{
    struct shown *v = top(l);
    if (ev->type != EVENT_PING)
        l->last_input = now_ms();
    switch (ev->type) {
    case EVENT_KEY: handle_key(l, ev->key); break;
    case EVENT_PASTE:
        if (v && v->ops->paste)
            v->ops->paste(v->self, ev->paste, ev->cut);
        l->stale = true;
        break;
    case EVENT_MOUSE:
        if (v && v->ops->mouse)
            v->ops->mouse(v->self, ev->mouse);
        l->stale = true;
        break;
    case EVENT_PING: l->pings++; break;
    case EVENT_NONE: break;
    }
    close_popped(l);
    if (l->nviews == 0 && !l->end)
        l->end = LOOP_QUIT;
}

/** Every event waiting, so that they cost one draw together. */
static void read_tty(struct loop *l, short revents)
{
    if (revents & (POLLHUP | POLLERR | POLLNVAL)) {
        l->end = LOOP_GONE;
        return;
    }
    if (!(revents & POLLIN))
        return;
    struct event ev = event_next();
    if (ev.type == EVENT_NONE && event_at_end(TTY_FD)) {
        l->end = LOOP_GONE;
        return;
    }
    for (; ev.type != EVENT_NONE && !l->end; ev = event_next())
        handle_event(l, &ev);
    if (event_in_paste())
        l->paste_due = now_ms() + EVENT_PASTE_WAIT_MS;
}

static void resized(struct loop *l)
{
    screen_resize();
    for (int i = 0; i < l->nviews; i++)
        if (l->views[i].ops->resize)
            l->views[i].ops->resize(l->views[i].self, screen_rows(), screen_cols());
    l->stale = true;
}

static void handle_signal(struct loop *l, unsigned sig)
{
    switch (sig) {
    case SIGWINCH: resized(l); break;
    case SIGTSTP:
        screen_suspend();
        raise(SIGSTOP);
        screen_resume();
        resized(l);
        break;
    case SIGCONT:
        screen_redraw();
        resized(l);
        break;
    case SIGHUP: l->end = LOOP_GONE; break;
    default: l->end = LOOP_SIGNAL; break;
    }
}

static void read_signals(struct loop *l)
{
    struct signalfd_siginfo si;
    while (!l->end && read(l->sigfd, &si, sizeof si) == (ssize_t)sizeof si)
        handle_signal(l, si.ssi_signo);
}

static void run_timers(struct loop *l)
{
    long long now = now_ms();
    for (size_t i = 0; i < LOOP_TIMERS && !l->end; i++) {
        struct timer t = l->timers[i];
        if (!t.fn || t.due > now)
            continue;
        l->timers[i].fn = NULL;
        t.fn(t.ctx);
        close_popped(l);
    }
    if (event_in_paste() && now >= l->paste_due) {
        event_end_paste();
        struct event ev = event_next();
        handle_event(l, &ev);
    }
    struct shown *v = top(l);
    if (v && v->ops->tick && now >= l->tick_due) {
        l->tick_due = now + TICK_MS;
        v->ops->tick(v->self);
        close_popped(l);
    }
}

/** Milliseconds to the next thing that time brings, -1 for never. */
static int wait_ms(struct loop *l)
{
    long long due = -1;
    struct shown *v = top(l);
    if (v && v->ops->tick)
        due = l->tick_due;
    if (event_in_paste() && (due < 0 || l->paste_due < due))
        due = l->paste_due;
    for (size_t i = 0; i < LOOP_TIMERS; i++)
        if (l->timers[i].fn && (due < 0 || l->timers[i].due < due))
            due = l->timers[i].due;
    if (due < 0)
        return -1;
    long long ms = due - now_ms();
    return ms < 0 ? 0 : ms > 60000 ? 60000 : (int)ms;
}

static void wait_and_handle(struct loop *l)
{
    struct pollfd p[2 + LOOP_FDS] = {{TTY_FD, POLLIN, 0}, {l->sigfd, POLLIN, 0}};
    struct watch watched[LOOP_FDS];
    memcpy(watched, l->watches, sizeof watched);
    for (size_t i = 0; i < LOOP_FDS; i++)
        p[2 + i] = (struct pollfd){watched[i].fn ? watched[i].fd : -1, POLLIN, 0};
    if (poll(p, COUNT(p), wait_ms(l)) < 0)
        return; /* EINTR: nothing to read yet */
    if (p[1].revents)
        read_signals(l);
    if (!l->end && p[0].revents)
        read_tty(l, p[0].revents);
    for (size_t i = 0; i < LOOP_FDS && !l->end; i++)
        if (p[2 + i].revents && l->watches[i].fn == watched[i].fn)
            watched[i].fn(watched[i].ctx, watched[i].fd);
    close_popped(l);
    if (!l->end)
        run_timers(l);
}

enum loop_end loop_run(struct loop *l)
{
    if (l->nviews == 0)
        l->end = LOOP_QUIT;
    while (!l->end) {
        draw(l);
        answer_ping(l);
        wait_and_handle(l);
    }
    return l->end;
}
