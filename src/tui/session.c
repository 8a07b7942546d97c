/* The synchronisation that goes on beside the typing. */
#include "session.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "odus/base/mem.h"

enum {
    SOON_MS = 5000,  /* after the start, and after something was completed */
    TESTED_MS = 50,  /* the same under the test harness */
    COUNT_MS = 1000, /* between two counts while a session writes */
    FEW_MS = 300,    /* the same while others do */
    DRAW_MS = 200,   /* between two pictures of a session that goes on */
    EVENTS = 50,     /* taken at once; a key comes before the others */
};

struct session {
    struct ui *ui;
    struct worker *worker; /* NULL: none runs */
    struct sync_state state;
    struct sync_room room; /* joined by hand; all NULL: none */
    bool held_off;         /* until somebody starts one by hand */
    bool stopped;          /* by hand: that is no failure */
    void (*listener)(void *ctx);
    void *listener_ctx;
    int64_t drawn_ms;
    struct session_counts counts;
    int64_t generation, counted_ms; /* that the numbers are of */
    int64_t looked;                 /* the generation session_look has seen */
    int64_t sent_until;             /* how many waited after the last session */
};

/* --- automatic sessions --- */

static int soon_ms(void)
{
    return event_testing() ? TESTED_MS : SOON_MS;
}

static bool may_begin(const struct session *s)
{
    struct sync_settings set = app_sync_settings(s->ui->app);

    return !s->worker && !s->held_off && *session_server(s) && set.minutes > 0 &&
           !app_read_only(s->ui->app);
}

static int begin(struct session *s, bool by_itself, struct err *err);

static void begin_by_itself(void *ctx)
{
    struct session *s = ctx;

    if (may_begin(s))
        (void)begin(s, true, NULL);
}

/* A session in MS milliseconds, however long it was to wait until now. */
static void begin_in(struct session *s, int ms)
{
    if (may_begin(s))
        loop_timer(s->ui->loop, ms, begin_by_itself, s);
}

static void begin_some_time(struct session *s)
{
    int minutes = app_sync_settings(s->ui->app).minutes;

    begin_in(s, (minutes < 24 * 60 ? minutes : 24 * 60) * 60 * 1000);
}

/* --- what it says --- */

static void draw_later(void *ctx)
{
    struct session *s = ctx;

    s->drawn_ms = clock_mono_ms();
    loop_stale(s->ui->loop);
}

static void tell(struct session *s)
{
    int64_t now = clock_mono_ms();

    if (s->listener)
        s->listener(s->listener_ctx);
    if (s->worker && now - s->drawn_ms < DRAW_MS && !s->state.ask)
        loop_timer(s->ui->loop, DRAW_MS, draw_later, s);
    else
        draw_later(s);
}

static void ended(struct session *s)
{
    loop_unwatch(s->ui->loop, worker_fd(s->worker));
    worker_end(s->worker);
    s->worker = NULL;
    json_free(s->state.ask);
    s->state.ask = NULL;
    if (s->state.phase != SYNC_ENDED && !s->stopped) { /* killed, or crashed */
        err_set(&s->state.err, ERR_IO,
                N_("the program that did this ended before its time; what it has done "
                   "stays, run it again"));
        s->state.failed_link = true;
    }
    s->state.phase = SYNC_ENDED;
    if (s->state.err.id && !s->state.failed_link && !s->stopped)
        s->held_off = true; /* a wrong password is not tried again and again */
    s->generation = 0;
    s->sent_until = session_counts(s).sync.waiting;
    begin_some_time(s);
    tell(s);
}

static void hear_more(void *ctx);

static void hear(void *ctx, int fd)
{
    struct session *s = ctx;
    struct json *event;
    int rc = 1;

    (void)fd;
    for (int i = 0; i < EVENTS && rc == 1; i++) {
        rc = worker_next(s->worker, 0, &event, NULL);
        if (rc != 1)
            break;
        sync_state_event(&s->state, event);
        json_free(event);
    }
    if (rc < 0)
        ended(s);
    else
        tell(s);
    if (rc == 1)
        loop_timer(s->ui->loop, 0, hear_more, s);
}

/* What was read already and not taken: the pipe does not tell of it again. */
static void hear_more(void *ctx)
{
    struct session *s = ctx;

    if (s->worker)
        hear(s, worker_fd(s->worker));
}

/* It is told as the end of a session is; nothing of that mends itself. */
static int not_begun(struct session *s, const struct err *why, struct err *err)
{
    sync_state_release(&s->state);
    s->state.phase = SYNC_ENDED;
    s->state.err = *why;
    s->held_off = true;
    if (err)
        *err = *why;
    tell(s);
    return why->code;
}

static int begin(struct session *s, bool by_itself, struct err *err)
{
    const struct sync_wish wish = {.url = s->room.url,
            .user = s->room.user,
            .code = s->room.code,
            .patient = by_itself};
    struct err why = {0};
    int rc = app_sync(s->ui->app, &wish, &s->worker, &why);

    if (rc < 0)
        return not_begun(s, &why, err);
    rc = loop_watch(s->ui->loop, worker_fd(s->worker), hear, s);
    if (rc < 0) {
        worker_end(s->worker);
        s->worker = NULL;
        err_set(&why, rc, N_("too many programs work in the background"));
        return not_begun(s, &why, err);
    }
    sync_state_release(&s->state);
    s->state.phase = SYNC_SIGN_IN;
    s->stopped = false;
    tell(s);
    return 0;
}

/* --- for others --- */

int session_start(struct session *s, struct err *err)
{
    if (s->worker)
        return 0;
    if (app_read_only(s->ui->app))
        return err_set(
                err, ERR_IO, N_("the store is read only: nothing can be synchronised"));
    s->held_off = false;
    return begin(s, false, err);
}

void session_join(struct session *s, struct sync_room room)
{
    sync_room_release(&s->room);
    if (room.code)
        s->room = room;
    else
        sync_room_release(&room);
}

const char *session_server(const struct session *s)
{
    return s->room.url ? s->room.url : app_sync_settings(s->ui->app).server;
}

void session_stop(struct session *s)
{
    s->stopped = true;
    if (s->worker)
        worker_stop(s->worker);
}

bool session_running(const struct session *s)
{
    return s->worker != NULL;
}

const struct sync_state *session_state(const struct session *s)
{
    return &s->state;
}

const struct json *session_question(const struct session *s)
{
    return s->state.ask;
}

void session_answer(struct session *s, const char *text)
{
    if (!s->worker || !s->state.ask)
        return; /* it has ended while somebody thought */
    if (!text || strcmp(text, "no") == 0)
        s->held_off = true;
    worker_answer(s->worker, text);
    json_free(s->state.ask);
    s->state.ask = NULL;
    tell(s);
}

void session_listen(struct session *s, void (*fn)(void *ctx), void *ctx)
{
    s->listener = fn;
    s->listener_ctx = ctx;
}

struct session_counts session_counts(struct session *s)
{
    int64_t generation = app_generation(s->ui->app), now = clock_mono_ms();

    if (generation == s->generation ||
            (s->generation && now - s->counted_ms < (s->worker ? COUNT_MS : FEW_MS)))
        return s->counts;
    s->generation = generation;
    s->counted_ms = now;
    s->counts.sync = app_sync_counts(s->ui->app);
    return s->counts;
}

static int64_t count_news(struct app *app)
{
    struct sync_news *news;
    size_t n;

    if (app_news(app, app_news_since(app), NEWS_MOST, &news, &n, NULL) < 0)
        return 0;
    app_news_free(news, n);
    return (int64_t)n;
}

void session_look(struct session *s)
{
    int64_t generation = app_generation(s->ui->app), waiting;

    if (s->worker || generation == s->looked)
        return;
    s->looked = generation;
    s->counts.news = count_news(s->ui->app);
    s->generation = 0; /* counted anew, however short ago that was */
    waiting = session_counts(s).sync.waiting;
    if (waiting > s->sent_until)
        begin_in(s, soon_ms());
    s->sent_until = waiting;
    loop_stale(s->ui->loop);
}

void session_news_seen(struct session *s, int64_t until_ms)
{
    app_news_seen_until(s->ui->app, until_ms);
    s->counts.news = 0;
    s->looked = 0; /* there may be later ones */
}

struct session *session_new(struct ui *ui)
{
    struct session *s = xcalloc(1, sizeof *s);

    s->ui = ui;
    begin_in(s, soon_ms());
    return s;
}

void session_free(struct session *s)
{
    if (!s)
        return;
    worker_end(s->worker);
    sync_state_release(&s->state);
    sync_room_release(&s->room);
    free(s);
}
