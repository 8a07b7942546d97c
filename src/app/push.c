/* Sending to agendas of others; the work is odus-push's. */
#include "odus/app/push.h"

#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "odus/app/deliver.h"
#include "odus/app/sync.h"
#include "query.h"

/* The job NAME, owned. */
static int make_job(struct app *app, const char *name, const char *target,
        struct json **ret, struct err *err)
{
    bool apidae = strcmp(target, "apidae") == 0;
    int rc = config_need(app, USE_DELIVERY | (apidae ? USE_APIDAE : USE_AGENDA), err);
    struct push_settings s = app_push_settings(app);
    struct deliver_settings d = app_deliver_settings(app);
    struct json *job;
    char *ca;

    if (rc < 0)
        return rc;
    job = json_new_object();
    ca = config_ca(app);
    json_set_text(job, "job", name);
    json_set_text(job, "target", target);
    job_put(job, "url", apidae ? s.apidae_url : s.agenda_url);
    job_put(job, "agenda", s.agenda);
    job_put(job, "client", s.client);
    job_put(job, "owner", s.owner);
    job_put(job, "project", s.project);
    job_put(job, "ca_file", ca);
    free(ca);
    job_put(job, "base", d.base);
    job_put(job, "title", d.title);
    job_put(job, "publisher", d.publisher);
    if (s.rate)
        json_set_take(job, "rate", json_int(s.rate));
    *ret = job;
    return 0;
}

int app_push(struct app *app, const struct push_wish *wish, struct worker **ret,
        struct err *err)
{
    struct json *job;
    int rc = make_job(app, "push", wish->target, &job, err);

    if (rc < 0)
        return rc;
    rc = query_put(app, wish->query, job, err);
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
    struct json *job;
    int rc = make_job(app, "push-numbers", target, &job, err);

    if (rc < 0)
        return rc;
    json_set_take(job, "yes", json_bool(yes));
    json_set_take(job, "dry_run", json_bool(dry_run));
    return worker_start(app, "push", job, ret, err);
}

int app_push_key(
        struct app *app, const char *target, struct worker **ret, struct err *err)
{
    struct json *job;
    int rc = make_job(app, "push-key", target, &job, err);

    return rc < 0 ? rc : worker_start(app, "push", job, ret, err);
}
