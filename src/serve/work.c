/* odus-serve as a worker of odus: one job, then events, until it is told to stop. */
#include "odus/serve/work.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "address.h"
#include "clients.h"
#include "crypt.h"
#include "odus/base/clock.h"
#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "odus/base/work.h"
#include "odus/serve/accounts.h"
#include "odus/serve/http.h"
#include "qr.h"

enum {
    IDLE_MS = 50,       /* of nothing to do before the store is tidied */
    END_MS = 10 * 1000, /* for answers on their way when it is to stop */
};

struct room {
    struct work *work;
    int signals; /* signalfd */
    bool untidy; /* the store wants store_idle */

    struct store *store;
    struct forms *forms;
    struct serve *serve;
    struct http *http;
    struct clients clients;
    int lock;
    char *host;
    int port;
    char code[SERVE_CODE];
};

/* --- events -------------------------------------------------------------------- */

static void tell(void *ctx, struct json *event)
{
    work_tell(((struct room *)ctx)->work, event);
}

static void on_activity(void *ctx, const struct serve_activity *what)
{
    struct room *w = ctx;

    clients_note(&w->clients, what, clock_mono_ms());
    w->untidy = w->untidy || what->push;
}

/* "http://atelier:ABCD-EFGH@192.168.1.20:5984/" for the QR code. Owned. */
static char *invitation(const char *url, const char *code)
{
    const char *host = strstr(url, "://");
    struct buf text;

    buf_init(&text, 0);
    if (!*code || !host)
        buf_adds(&text, url);
    else
        buf_addf(&text, "%.*s://" SERVE_GUEST ":%s@%s", (int)(host - url), url, code,
                host + 3);
    return buf_take(&text);
}

static void tell_listening(struct room *w)
{
    bool tls = json_get_text(w->work->job, "tls_cert") != NULL;
    struct json *event = work_event("listening");
    struct json *urls = address_urls(w->host, http_port(w->http), tls);
    const char *url = json_as_text(json_at(urls, 0));
    char *invite = invitation(url ? url : "", w->code);

    json_set_text(event, "url", url ? url : "");
    if (w->code[0])
        json_set_text(event, "code", w->code);
    json_set_text(event, "invite", invite);
    json_set_take(event, "qr", qr_rows(invite));
    json_set_take(event, "urls", urls);
    free(invite);
    tell(w, event);
}

/* --- the job ------------------------------------------------------------------- */

static struct room *room_of(void *ctx, struct work *work)
{
    struct room *w = ctx;

    w->work = work;
    return w;
}

/* --- serving ------------------------------------------------------------------- */

static int sooner(int a, int b)
{
    return a < 0 ? b : b < 0 || a < b ? a : b;
}

/* One turn; true: it is to stop. */
static bool turn(struct room *w, bool listen)
{
    struct pollfd fds[] = {
            {.fd = http_fd(w->http), .events = POLLIN},
            {.fd = w->signals, .events = POLLIN},
            {.fd = listen ? w->work->in.fd : -1, .events = POLLIN},
    };
    int wait_ms =
            sooner(http_wait_ms(w->http), clients_tick(&w->clients, clock_mono_ms()));
    bool may_tidy = w->untidy && sooner(wait_ms, IDLE_MS) == IDLE_MS;
    int ready = poll(fds, COUNT(fds), may_tidy ? IDLE_MS : wait_ms);

    if (ready < 0 && errno != EINTR)
        return true;
    if (ready == 0 && may_tidy) /* not while the rest of an answer is to be sent */
        w->untidy = store_idle(w->store);
    http_run(w->http);
    return fds[1].revents || w->work->stop || (fds[2].revents && !work_go_on(w->work));
}

static int catch_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void serve_until_stopped(struct room *w)
{
    int64_t end_ms;

    while (!turn(w, true))
        ;
    serve_stop(w->serve);
    http_quiesce(w->http);
    end_ms = clock_mono_ms() + END_MS;
    while (http_active(w->http) && clock_mono_ms() < end_ms) {
        struct pollfd fd = {.fd = http_fd(w->http), .events = POLLIN};

        http_run(w->http);
        if (http_active(w->http))
            poll(&fd, 1, sooner(http_wait_ms(w->http), 100));
    }
}

/* One server for each store. */
static int take_lock(struct room *w, struct err *err)
{
    char *path = file_join(store_dir(w->store), "serve.lock");
    int rc = file_lock(
            path, N_("another odus already serves this store"), &w->lock, err);

    free(path);
    return rc;
}

static const char *text_of_job(const struct room *w, const char *key, const char *usual)
{
    const char *text = work_text(w->work, key);

    return text ? text : usual;
}

static int open_store(struct room *w, struct err *err)
{
    const struct store_options opt = {.dir = text_of_job(w, "store", "")};
    const struct forms_options forms = {.dir = text_of_job(w, "forms", "forms"),
            .lang = text_of_job(w, "lang", "fr")};
    int rc = store_open(&opt, &w->store, err);

    if (rc == 0)
        rc = store_writable(w->store, err);
    if (rc == 0)
        rc = take_lock(w, err);
    if (rc == 0)
        w->forms = forms_new(w->store, &forms);
    return rc;
}

static int open_server(struct room *w, struct err *err)
{
    char *training = store_meta_get(w->store, "training");
    const struct serve_options opt = {.store = w->store,
            .forms = w->forms,
            .training = training || json_get_bool(w->work->job, "training", false),
            .loopback = address_is_loopback(w->host),
            .code = w->code[0] ? w->code : NULL,
            .origins = json_get(w->work->job, "origins"),
            .activity = on_activity,
            .ctx = w};
    int rc = serve_new(&opt, &w->serve, err);
    const struct http_options http = {.serve = w->serve,
            .store = w->store,
            .host = w->host,
            .port = w->port,
            .tls_cert = text_of_job(w, "tls_cert", NULL),
            .tls_key = text_of_job(w, "tls_key", NULL)};

    free(training);
    return rc ? rc : http_open(&http, &w->http, err);
}

static int job_serve(struct work *work, void *ctx)
{
    struct room *w = room_of(ctx, work);
    struct err err = {0};

    if (address_parse(text_of_job(w, "listen", "127.0.0.1:5984"), &w->host, &w->port,
                &err) < 0)
        return work_fail(w->work, &err, WORK_USAGE);
    if (open_store(w, &err) < 0)
        return work_fail(w->work, &err, WORK_STORE);
    if (json_get_bool(w->work->job, "code", false))
        crypt_code(w->code);
    if (open_server(w, &err) < 0)
        return work_fail(
                w->work, &err, err.code == ERR_USAGE ? WORK_USAGE : WORK_NETWORK);
    w->signals = catch_signals();
    tell_listening(w);
    serve_until_stopped(w);
    tell(w, work_event("stopped"));
    http_close(w->http); /* while what it tells is still heard */
    w->http = NULL;
    return 0;
}

/* --- accounts ------------------------------------------------------------------ */

static int job_user_add(struct work *work, void *ctx)
{
    struct room *w = room_of(ctx, work);
    struct err err = {0};

    if (file_mkdirs(text_of_job(w, "store", ""), 0700, &err) < 0 ||
            accounts_add(text_of_job(w, "store", ""), text_of_job(w, "name", ""),
                    text_of_job(w, "password", ""), json_get(w->work->job, "roles"),
                    &err) < 0)
        return work_fail(
                w->work, &err, err.code == ERR_USAGE ? WORK_USAGE : WORK_STORE);
    tell(w, work_event("done"));
    return 0;
}

static int job_user_remove(struct work *work, void *ctx)
{
    struct room *w = room_of(ctx, work);
    struct err err = {0};

    if (accounts_remove(text_of_job(w, "store", ""), text_of_job(w, "name", ""), &err))
        return work_fail(
                w->work, &err, err.code == ERR_NOT_FOUND ? WORK_USAGE : WORK_STORE);
    tell(w, work_event("done"));
    return 0;
}

static int job_user_list(struct work *work, void *ctx)
{
    struct room *w = room_of(ctx, work);
    struct json *accounts, *users, *event;
    struct err err = {0};

    if (accounts_read(text_of_job(w, "store", ""), &accounts, &err))
        return work_fail(w->work, &err, WORK_STORE);
    users = json_new_array();
    for (struct json_iter it = {0}; json_iter(accounts, &it);) {
        struct json *user = json_new_object();

        json_set_text(user, "name", it.key);
        json_set_take(user, "roles", json_retain(json_get(it.val, "roles")));
        json_push_take(users, user);
    }
    json_free(accounts);
    event = work_event("done");
    json_set_take(event, "users", users);
    tell(w, event);
    return 0;
}

/* --- the process --------------------------------------------------------------- */

static void room_release(struct room *w)
{
    http_close(w->http);
    serve_free(w->serve);
    forms_free(w->forms);
    store_close(w->store);
    if (w->lock >= 0)
        close(w->lock);
    if (w->signals >= 0)
        close(w->signals);
    free(w->host);
    crypt_wipe(w->code, sizeof(w->code));
}

int serve_work(int in, int out)
{
    static const struct work_job jobs[] = {
            {"serve", job_serve},
            {"user_add", job_user_add},
            {"user_remove", job_user_remove},
            {"user_list", job_user_list},
    };
    struct room room = {.lock = -1, .signals = -1};
    int status;

    room.clients.tell = tell;
    room.clients.ctx = &room;
    signal(SIGPIPE, SIG_IGN);
    status = work_run(in, out, jobs, COUNT(jobs), &room);
    room_release(&room);
    return status;
}
