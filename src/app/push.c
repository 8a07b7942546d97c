/* Sending to agendas of others; the work is odus-push's. */
#include "odus/app/push.h"

#include <string.h>

#include "app_priv.h"
#include "odus/app/deliver.h"
#include "odus/app/sync.h"
#include "query.h"

/* The job NAME, owned. */
static struct json *make_job(struct app *app, const char *name, const char *target)
{
    struct push_settings s = app_push_settings(app);
    struct deliver_settings d = app_deliver_settings(app);
    struct json *job = json_new_object();
    bool apidae = strcmp(target, "apidae") == 0;

    json_set_text(job, "job", name);
    json_set_text(job, "target", target);
    job_put(job, "url", apidae ? s.apidae_url : s.agenda_url);
    job_put(job, "agenda", s.agenda);
    job_put(job, "client", s.client);
    job_put(job, "owner", s.owner);
    job_put(job, "project", s.project);
    job_put(job, "ca_file", app_sync_settings(app).ca_file);
    job_put(job, "base", d.base);
    job_put(job, "title", d.title);
    job_put(job, "publisher", d.publisher);
    if (s.rate)
        json_set_take(job, "rate", json_int(s.rate));
    return job;
}

int app_push(struct app *app, const struct push_wish *wish, struct worker **ret,
        struct err *err)
{
    struct json *job = make_job(app, "push", wish->target);
    int rc = query_put(app, wish->query, job, err);

    if (rc < 0) {
        json_free(job);
        return rc;
    }
    json_set_take(job, "dry_run", json_bool(wish->dry_run));
    json_set_take(job, "yes", json_bool(wish->yes));
    json_set_take(job, "again", json_bool(wish->again));
    return worker_start(app, "push", job, ret, err);
}

int app_push_numbers(struct app *app, const char *target, bool yes, bool dry_run,
        struct worker **ret, struct err *err)
{
    struct json *job = make_job(app, "push-numbers", target);

    json_set_take(job, "yes", json_bool(yes));
    json_set_take(job, "dry_run", json_bool(dry_run));
    return worker_start(app, "push", job, ret, err);
}

int app_push_key(
        struct app *app, const char *target, struct worker **ret, struct err *err)
{
    return worker_start(app, "push", make_job(app, "push-key", target), ret, err);
}
