/* Delivery as people see it; the work is odus-deliver's. */
#include "odus/app/deliver.h"

#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "query.h"

/* --- starting --------------------------------------------------------------------- */

static struct json *texts_json(const char *const *texts, size_t n)
{
    struct json *all = json_new_array();

    for (size_t i = 0; i < n; i++)
        json_push_take(all, json_text(view_of(texts[i])));
    return all;
}

static struct json *formats_json(const struct deliver_wish *wish)
{
    struct json *all = texts_json(wish->formats, wish->nformats);
    const char *text = wish->more ? wish->more : "";

    for (size_t n; *text; text += n) {
        text += strspn(text, " ,\t");
        n = strcspn(text, " ,\t");
        if (n)
            json_push_take(all, json_text((struct view){text, n}));
    }
    return all;
}

/* The job NAME, owned. */
static int make_job(struct app *app, const char *name, const struct deliver_wish *wish,
        struct json **ret, struct err *err)
{
    int rc = wish->base ? 0 : config_need(app, USE_DELIVERY, err);
    struct deliver_settings s = app_deliver_settings(app);
    struct json *job;
    char *out;

    if (rc < 0)
        return rc;
    job = json_new_object();
    rc = query_put(app, wish->query, job, err);
    if (rc < 0) {
        json_free(job);
        return rc;
    }
    out = file_typed(view_of(wish->out));
    json_set_text(job, "job", name);
    json_set_take(job, "formats", formats_json(wish));
    job_put(job, "out", out);
    free(out);
    job_put(job, "base", wish->base ? wish->base : s.base);
    job_put(job, "title", wish->title ? wish->title : s.title);
    job_put(job, "publisher", s.publisher);
    json_set_take(job, "full", json_bool(wish->full));
    *ret = job;
    return 0;
}

int app_deliver(struct app *app, const struct deliver_wish *wish, struct worker **ret,
        struct err *err)
{
    struct json *job;
    int rc = make_job(app, "deliver", wish, &job, err);

    return rc ? rc : worker_start(app, "deliver", job, ret, err);
}

int app_deliver_check(struct app *app, const struct deliver_wish *wish,
        const char *const *uids, size_t n, struct worker **ret, struct err *err)
{
    struct json *job;
    int rc = make_job(app, "deliver-check", wish, &job, err);

    if (rc)
        return rc;
    json_set_take(job, "uids", texts_json(uids, n));
    return worker_start(app, "deliver", job, ret, err);
}

int app_deliver_one(struct app *app, const char *format, const char *uid,
        struct worker **ret, struct err *err)
{
    const struct deliver_wish wish = {.formats = &format, .nformats = 1};
    struct json *job;
    int rc = make_job(app, "deliver-one", &wish, &job, err);

    if (rc)
        return rc;
    json_set_take(job, "uids", texts_json(&uid, 1));
    return worker_start(app, "deliver", job, ret, err);
}

/* --- formats ---------------------------------------------------------------------- */

static void take_formats(
        const struct json *all, struct deliver_format **ret, size_t *ret_n)
{
    size_t n = json_len(all);

    *ret = xcalloc(n + 1, sizeof(**ret));
    *ret_n = n;
    for (size_t i = 0; i < n; i++) {
        const char *name = json_get_text(json_at(all, i), "name");
        const char *label = json_get_text(json_at(all, i), "label");

        (*ret)[i].name = xstrdup(name ? name : "");
        (*ret)[i].label = xstrdup(label ? label : "");
    }
}

int app_deliver_formats(
        struct app *app, struct deliver_format **ret, size_t *ret_n, struct err *err)
{
    struct json *job = json_new_object(), *event = NULL;
    struct worker *w;
    int rc;

    json_set_text(job, "job", "deliver-formats");
    rc = worker_start(app, "deliver", job, &w, err);
    if (rc)
        return rc;
    rc = worker_next(w, -1, &event, err);
    if (rc == 1)
        take_formats(json_get(event, "formats"), ret, ret_n);
    json_free(event);
    worker_end(w);
    return rc == 1 ? 0 : err_set(err, ERR_IO, N_("odus-deliver does not answer"));
}

void app_deliver_formats_free(struct deliver_format *formats, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(formats[i].name);
        free(formats[i].label);
    }
    free(formats);
}

/* --- how it goes ------------------------------------------------------------------ */

void deliver_state_release(struct deliver_state *s)
{
    free(s->message);
    *s = (struct deliver_state){0};
}

static void take_done(struct deliver_state *s, const struct json *event)
{
    const struct {
        const char *key;
        int64_t *slot;
    } numbers[] = {{"records", &s->records}, {"files", &s->files},
            {"written", &s->written}, {"gone", &s->gone}, {"bytes", &s->bytes},
            {"ms", &s->ms}, {"refused", &s->refused}, {"missing", &s->missing},
            {"cut", &s->cut}, {"lost", &s->lost}};

    s->ended = true;
    for (size_t i = 0; i < COUNT(numbers); i++)
        *numbers[i].slot = json_get_int(event, numbers[i].key, 0);
}

void deliver_state_event(struct deliver_state *s, const struct json *event)
{
    const char *ev = json_get_text(event, "ev");

    if (!ev)
        return;
    if (strcmp(ev, "progress") == 0) {
        s->done = json_get_int(event, "done", 0);
        s->total = json_get_int(event, "total", -1);
    } else if (strcmp(ev, "error") == 0) {
        free(s->message);
        s->message = lines_get_err(event, &s->err);
    } else if (strcmp(ev, "done") == 0) {
        take_done(s, event);
    }
}
