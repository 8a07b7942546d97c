/* The worker: one job over its pipes. */
#include "odus/sync/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "odus/base/clock.h"
#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "odus/base/url.h"
#include "session.h"
#include "worker.h"

/* --- odus at the other end ----------------------------------------------------------
 */

void worker_tell(struct worker *w, struct json *event)
{
    if (lines_put(w->out, event, NULL) < 0)
        w->stop = true; /* nobody is there any more */
    json_free(event);
}

static bool is_stop(const struct json *line)
{
    return json_get_bool(line, "stop", false);
}

/* WAIT_MS as in lines_next. True: a line that is no order to stop; owned. */
static bool next_line(struct worker *w, int wait_ms, struct json **ret)
{
    int rc = lines_next(&w->in, wait_ms, ret, NULL);

    if (rc == 1 && !is_stop(*ret))
        return true;
    if (rc == 1)
        json_free(*ret);
    if (rc != 0)
        w->stop = true;
    return false;
}

bool worker_go_on(struct worker *w)
{
    struct json *line;

    if (!w->stop && next_line(w, 0, &line))
        json_free_secret(line); /* an answer to no question */
    return !w->stop;
}

char *worker_ask(struct worker *w, struct json *question)
{
    const char *text;
    struct json *line;
    char *answer;

    worker_tell(w, question);
    if (w->stop || !next_line(w, -1, &line))
        return NULL;
    text = json_get_text(line, "answer");
    answer = text ? xstrdup(text) : NULL;
    json_free_secret(line);
    return answer;
}

const char *worker_text(const struct worker *w, const char *key)
{
    const char *text = json_get_text(w->job, key);

    return text && *text ? text : NULL;
}

static struct json *message(const char *ev, const struct err *err)
{
    struct json *event = session_event(ev);

    lines_set_err(event, err);
    return event;
}

int worker_fail(struct worker *w, const struct err *err, bool down, int status)
{
    struct json *event = message("error", err);

    json_set_take(event, "down", json_bool(down));
    worker_tell(w, event);
    return status;
}

int worker_status(int rc)
{
    switch (rc) {
    case 0: return WORK_DONE;
    case ERR_USAGE: return WORK_USAGE;
    case ERR_INVALID:
    case ERR_CONFLICT:
    case ERR_LIMIT:
    case ERR_NOT_FOUND: return WORK_PROBLEMS;
    default: return WORK_STORE;
    }
}

/* --- the host of a session
 * ------------------------------------------------------------ */

/* The server has let us in: what was answered is right. */
static void keep_given(struct worker *w)
{
    struct err err = {0};

    if (w->given &&
            secret_put(&w->place, worker_text(w, "url"), w->user, w->given, &err) < 0)
        worker_tell(w, message("warning", &err));
    secret_free(w->given);
    w->given = NULL;
}

static void tell(void *ctx, struct json *event)
{
    const char *phase = json_get_text(event, "phase");

    if (phase && strcmp(phase, "sign-in") != 0)
        keep_given(ctx);
    worker_tell(ctx, event);
}

static char *ask(void *ctx, struct json *question)
{
    struct worker *w = ctx;
    const char *what = json_get_text(question, "what");
    bool password = what && strcmp(what, "password") == 0;
    bool user = what && strcmp(what, "user") == 0;
    char *answer = worker_ask(w, question);

    if (user) {
        free(w->user);
        w->user = answer ? xstrdup(answer) : NULL;
    }
    if (password) {
        secret_free(w->given);
        w->given = answer ? xstrdup(answer) : NULL;
    }
    return answer;
}

static bool go_on(void *ctx)
{
    return worker_go_on(ctx);
}

struct sync_host worker_host(struct worker *w)
{
    return (struct sync_host){.tell = tell, .ask = ask, .go_on = go_on, .ctx = w};
}

static enum net_auth auth_of(const char *name)
{
    if (name && strcmp(name, "cookie") == 0)
        return NET_COOKIE;
    if (name && strcmp(name, "bearer") == 0)
        return NET_BEARER;
    return NET_BASIC;
}

struct sync_job worker_job(struct worker *w)
{
    const char *author = worker_text(w, "author");
    const char *organisation = worker_text(w, "organisation");
    const char *secret = worker_text(w, "secret");

    return (struct sync_job){
            .url = worker_text(w, "url"),
            .user = w->user,
            .secret = secret ? secret : w->kept,
            .auth = auth_of(worker_text(w, "auth")),
            .ca_file = worker_text(w, "ca_file"),
            .author = author ? author : "",
            .organisation = organisation ? organisation : "",
            .yes = json_get_bool(w->job, "yes", false),
            .dry_run = json_get_bool(w->job, "dry_run", false),
            .insecure = json_get_bool(w->job, "insecure", false),
            .metered = json_get_int(w->job, "metered_mb", 0) * 1000 * 1000,
            .all_files = json_get_bool(w->job, "all_files", false),
            .fetch = json_get(w->job, "fetch"),
            .tries = (int)json_get_int(w->job, "tries", 3),
    };
}

/* --- the job "sync"
 * --------------------------------------------------------------------- */

static struct json *done(const struct sync_report *r, int64_t ms)
{
    struct json *event = session_event("done");

    session_set_int(event, "pulled", r->pulled);
    session_set_int(event, "pushed", r->pushed);
    session_set_int(event, "merged", r->merged);
    session_set_int(event, "conflicts", r->conflicts);
    session_set_int(event, "refused", r->refused);
    session_set_int(event, "referent", r->referent);
    session_set_int(event, "waiting", r->waiting);
    session_set_int(event, "staying", r->staying);
    session_set_int(event, "files", r->files);
    session_set_int(event, "requests", r->totals.requests);
    session_set_int(event, "up", r->totals.up);
    session_set_int(event, "down", r->totals.down);
    session_set_int(event, "ms", ms);
    return event;
}

/* One worker at a time on a store: a lock the kernel forgets with the process (P13). */
static int lock_store(struct worker *w, struct err *err)
{
    char *path = file_join(store_dir(w->store), "sync.lock");
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    int rc = 0;

    if (fd < 0)
        rc = err_set(err, ERR_IO, N_("cannot write %1$s: %2$s"), path, strerror(errno));
    else if (flock(fd, LOCK_EX | LOCK_NB) < 0)
        rc = err_set(err, ERR_BUSY,
                N_("this store is being synchronised already; wait until it is done"));
    free(path);
    return rc; /* FD stays open until the process ends */
}

static void tell_start(struct worker *w, const char *url)
{
    struct json *event = session_event("start");
    char *clean = url_normal(url); /* without a password that somebody put there */

    session_set(event, "url", clean);
    worker_tell(w, event);
    free(clean);
}

/* What counts as sent is what the server of the settings has, not a room met before. */
static int make_main(struct worker *w, const char *url, struct err *err)
{
    struct replica_peer_info *all = NULL;
    char *clean = url_normal(url);
    size_t n = 0;
    int rc = replica_peers(w->store, &all, &n, err);

    for (size_t i = 0; i < n && rc == 0; i++)
        if (clean && strcmp(all[i].url, clean) == 0 && !all[i].primary)
            rc = replica_primary(w->store, all[i].id, err);
    replica_peers_free(all, n);
    free(clean);
    return rc;
}

static int work_sync(struct worker *w)
{
    struct sync_job job = worker_job(w);
    struct sync_host host = worker_host(w);
    int64_t began = clock_mono_ms();
    struct sync_report report;
    struct err err = {0};
    int rc;

    if (!job.url) {
        err_set(&err, ERR_USAGE,
                N_("no server is set; give its address: odus sync URL"));
        return worker_fail(w, &err, false, WORK_USAGE);
    }
    tell_start(w, job.url);
    rc = sync_run(w->store, w->forms, &job, &host, &report, &err);
    if (rc == 0 && !job.dry_run && json_get_bool(w->job, "main", false))
        rc = make_main(w, job.url, &err);
    if (rc < 0)
        rc = worker_fail(w, &err, report.down,
                report.network ? WORK_NETWORK : worker_status(rc));
    worker_tell(w, done(&report, clock_mono_ms() - began));
    return rc;
}

/* --- any job
 * ------------------------------------------------------------------------------ */

static const struct {
    const char *name;
    int (*work)(struct worker *w);
} jobs[] = {
        {"sync", work_sync},
        {"fetch", work_sync},
        {"bundle-write", work_bundle_write},
        {"bundle-read", work_bundle_read},
        {"server-setup", work_server_setup},
        {"server-user-add", work_server_user},
        {"server-user-remove", work_server_user},
        {"server-user-list", work_server_user},
};

static int open_all(struct worker *w, struct err *err)
{
    const struct store_options opt = {.dir = worker_text(w, "store")};
    const char *dir = worker_text(w, "forms"), *lang = worker_text(w, "lang");
    const struct forms_options forms = {
            .dir = dir ? dir : "", .lang = lang ? lang : "fr"};
    int rc;

    if (!opt.dir)
        return err_set(err, ERR_USAGE, N_("the job names no store"));
    rc = store_open(&opt, &w->store, err);
    if (rc < 0)
        return rc;
    w->forms = forms_new(w->store, &forms);
    return lock_store(w, err);
}

static void find_secret(struct worker *w)
{
    const char *user = worker_text(w, "user"), *url = worker_text(w, "url");
    struct err err = {0};
    int rc = 0;

    w->place.dir = worker_text(w, "config");
    w->place.command = worker_text(w, "password_command");
    w->user = user ? xstrdup(user) : NULL;
    if (!w->place.dir)
        w->place.dir = worker_text(w, "store");
    if (user && url && w->place.dir)
        rc = secret_get(&w->place, url, user, &w->kept, &err);
    if (rc < 0 && rc != ERR_NOT_FOUND)
        worker_tell(w, message("warning", &err));
}

static int work(struct worker *w)
{
    const char *name = worker_text(w, "job");
    struct err err = {0};
    int rc;

    for (size_t i = 0; name && i < COUNT(jobs); i++)
        if (strcmp(name, jobs[i].name) == 0) {
            rc = open_all(w, &err);
            if (rc < 0)
                return worker_fail(
                        w, &err, false, rc == ERR_USAGE ? WORK_USAGE : WORK_STORE);
            find_secret(w);
            return jobs[i].work(w);
        }
    err_set(&err, ERR_USAGE, N_("no such job: %1$s"), name ? name : "");
    return worker_fail(w, &err, false, WORK_USAGE);
}

int sync_work(int in, int out)
{
    struct worker w = {.out = out};
    struct json *job = NULL;
    int status = WORK_USAGE;

    if (clock_init(getenv("ODUS_NOW"), NULL) < 0)
        return WORK_USAGE;
    lines_init(&w.in, in, 0);
    if (next_line(&w, -1, &job)) {
        w.job = job;
        status = work(&w);
    }
    forms_free(w.forms);
    store_close(w.store);
    secret_free(w.kept);
    secret_free(w.given);
    free(w.user);
    json_free_secret(job);
    lines_release(&w.in);
    return status;
}
