#include "background.h"

enum { AT_ONCE = 40 };

void background_end(struct background *b)
{
    if (!b->worker)
        return;
    if (b->again > 0)
        loop_timer_cancel(b->ui->loop, b->again);
    b->again = 0;
    loop_unwatch(b->ui->loop, worker_fd(b->worker));
    worker_end(b->worker);
    b->worker = NULL;
    loop_jobs(b->ui->loop, -1);
    loop_stale(b->ui->loop);
}

static void hear_again(void *ctx);

/* What is buffered no poll tells of: a timer goes on with it. */
static void hear(void *ctx, int fd)
{
    struct background *b = ctx;
    struct json *event;
    int n = 0, rc = 1;

    (void)fd;
    while (n++ < AT_ONCE && (rc = worker_next(b->worker, 0, &event, NULL)) == 1) {
        b->event(b->ctx, event);
        json_free(event);
    }
    if (rc == 1) {
        b->again = loop_timer(b->ui->loop, 1, hear_again, b);
    } else if (rc < 0) {
        background_end(b);
        if (b->ended)
            b->ended(b->ctx);
    }
    loop_stale(b->ui->loop);
}

static void hear_again(void *ctx)
{
    struct background *b = ctx;

    b->again = 0;
    if (b->worker)
        hear(b, worker_fd(b->worker));
}

int background_start(struct background *b, struct worker *take, struct err *err)
{
    int rc = loop_watch(b->ui->loop, worker_fd(take), hear, b);

    if (rc < 0) {
        worker_end(take);
        return err_set(err, rc, N_("too many programs work in the background"));
    }
    b->worker = take;
    loop_jobs(b->ui->loop, +1);
    loop_stale(b->ui->loop);
    return 0;
}
