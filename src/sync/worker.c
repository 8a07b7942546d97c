/* The worker: one job over its pipes. */
#include "odus/sync/worker.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "odus/base/url.h"
#include "session.h"
#include "worker.h"

/* --- odus at the other end -------------------------------------------------------- */

static struct json *message(const char *ev, const struct err *err)
{
    struct json *event = work_event(ev);

    lines_set_err(event, err);
    return event;
}

int worker_fail(struct worker *w, const struct err *err, bool down, int status)
{
    struct json *event = message("error", err);

    json_set_take(event, "down", json_bool(down));
    work_tell(w->work, event);
    return status;
}

/* --- the host of a session -------------------------------------------------------- */

/* The server has let us in: what was answered is right. */
static void keep_given(struct worker *w)
{
    struct err err = {0};

    if (w->given && !w->unkept &&
            secret_put(&w->place, work_text(w->work, "url"), w->user, w->given, &err) <
                    0)
        work_tell(w->work, message("warning", &err));
    secret_free(w->given);
    w->given = NULL;
}

static void tell(void *ctx, struct json *event)
{
    const char *phase = json_get_text(event, "phase");

    if (phase && strcmp(phase, "sign-in") != 0)
        keep_given(ctx);
    work_tell(((struct worker *)ctx)->work, event);
}

/* Tokens do not last: commande_mot_de_passe may have another one by now. Owned; NULL.
 */
static char *run_again(struct worker *w)
{
    const char *url = work_text(w->work, "url");
    char *now = NULL;

    if (!w->place.command || !w->kept || !w->user || !url ||
            secret_get(&w->place, url, w->user, &now, NULL) < 0)
        return NULL;
    if (strcmp(now, w->kept) == 0) {
        secret_free(now);
        return NULL;
    }
    secret_free(w->kept);
    w->kept = xstrdup(now);
    return now;
}

static char *ask(void *ctx, struct json *question)
{
    struct worker *w = ctx;
    const char *what = json_get_text(question, "what");
    bool password = what && strcmp(what, "password") == 0;
    bool user = what && strcmp(what, "user") == 0;
    char *answer = password ? run_again(w) : NULL;

    if (answer) {
        json_free(question);
        return answer;
    }
    answer = work_ask(w->work, question);
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
    return work_go_on(((struct worker *)ctx)->work);
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
    const char *author = work_text(w->work, "author");
    const char *organisation = work_text(w->work, "organisation");
    const char *secret = work_text(w->work, "secret");

    return (struct sync_job){
            .url = work_text(w->work, "url"),
            .user = w->user,
            .secret = secret ? secret : w->kept,
            .auth = auth_of(work_text(w->work, "auth")),
            .ca_file = work_text(w->work, "ca_file"),
            .author = author ? author : "",
            .organisation = organisation ? organisation : "",
            .yes = json_get_bool(w->work->job, "yes", false),
            .dry_run = json_get_bool(w->work->job, "dry_run", false),
            .insecure = json_get_bool(w->work->job, "insecure", false),
            .metered = json_get_int(w->work->job, "metered", 0),
            .all_files = json_get_bool(w->work->job, "all_files", false),
            .fetch = json_get(w->work->job, "fetch"),
            .tries = (int)json_get_int(w->work->job, "tries", 3),
            .patient = json_get_bool(w->work->job, "patient", false),
    };
}

/* --- the job "sync" --------------------------------------------------------------- */

static struct json *done(const struct sync_report *r, int64_t ms)
{
    struct json *event = work_event("done");

    work_set_int(event, "pulled", r->pulled);
    work_set_int(event, "pushed", r->pushed);
    work_set_int(event, "merged", r->merged);
    work_set_int(event, "conflicts", r->conflicts);
    work_set_int(event, "refused", r->refused);
    work_set_int(event, "referent", r->referent);
    work_set_int(event, "waiting", r->waiting);
    work_set_int(event, "staying", r->staying);
    work_set_int(event, "files", r->files);
    work_set_int(event, "requests", r->totals.requests);
    work_set_int(event, "up", r->totals.up);
    work_set_int(event, "down", r->totals.down);
    work_set_int(event, "ms", ms);
    return event;
}

/* One worker at a time on a store (P13). */
static int lock_store(struct worker *w, struct err *err)
{
    char *path = file_join(store_dir(w->store), "sync.lock");
    int fd; /* open until the process ends */
    int rc = file_lock(path,
            N_("this store is being synchronised already; wait until it is done"), &fd,
            err);

    free(path);
    return rc;
}

static void tell_start(struct worker *w, const char *url)
{
    struct json *event = work_event("start");
    char *clean = url_normal(url); /* without a password that somebody put there */

    json_set_text(event, "url", clean);
    work_tell(w->work, event);
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
    if (rc == 0 && !job.dry_run && json_get_bool(w->work->job, "main", false))
        rc = make_main(w, job.url, &err);
    if (rc < 0)
        rc = worker_fail(
                w, &err, report.down, report.network ? WORK_NETWORK : work_status(rc));
    work_tell(w->work, done(&report, clock_mono_ms() - began));
    return rc;
}

/* --- any job ---------------------------------------------------------------------- */

static int open_all(struct worker *w, struct err *err)
{
    const struct store_options opt = {.dir = work_text(w->work, "store")};
    const char *dir = work_text(w->work, "forms"), *lang = work_text(w->work, "lang");
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
    const char *user = work_text(w->work, "user"), *url = work_text(w->work, "url");
    struct err err = {0};
    int rc = 0;

    w->place.dir = work_text(w->work, "config");
    w->place.command = work_text(w->work, "password_command");
    w->user = user ? xstrdup(user) : NULL;
    if (!w->place.dir)
        w->place.dir = work_text(w->work, "store");
    if (user && url && w->place.dir)
        rc = secret_get(&w->place, url, user, &w->kept, &err);
    w->unkept = rc < 0 && rc != ERR_NOT_FOUND;
    if (w->unkept)
        work_tell(w->work, message("warning", &err));
}

static int with_store(struct work *work, struct worker *w, int (*job)(struct worker *w))
{
    struct err err = {0};
    int rc;

    w->work = work;
    rc = open_all(w, &err);
    if (rc < 0)
        return worker_fail(w, &err, false, rc == ERR_USAGE ? WORK_USAGE : WORK_STORE);
    find_secret(w);
    return job(w);
}

static int do_sync(struct work *work, void *ctx)
{
    return with_store(work, ctx, work_sync);
}

static int do_bundle_write(struct work *work, void *ctx)
{
    return with_store(work, ctx, work_bundle_write);
}

static int do_bundle_read(struct work *work, void *ctx)
{
    return with_store(work, ctx, work_bundle_read);
}

static int do_server_setup(struct work *work, void *ctx)
{
    return with_store(work, ctx, work_server_setup);
}

static int do_server_user(struct work *work, void *ctx)
{
    return with_store(work, ctx, work_server_user);
}

int sync_work(int in, int out)
{
    static const struct work_job jobs[] = {
            {"sync", do_sync},
            {"fetch", do_sync},
            {"bundle-write", do_bundle_write},
            {"bundle-read", do_bundle_read},
            {"server-setup", do_server_setup},
            {"server-user-add", do_server_user},
            {"server-user-remove", do_server_user},
            {"server-user-list", do_server_user},
    };
    struct worker w = {.work = NULL};
    int status = work_run(in, out, jobs, COUNT(jobs), &w);

    forms_free(w.forms);
    store_close(w.store);
    secret_free(w.kept);
    secret_free(w.given);
    free(w.user);
    return status;
}
