/* The sample season: a file of records whose dates are so many days from today. */
#include <stdlib.h>
#include <string.h>

#include "load.h"
#include "odus/app/records.h"
#include "odus/base/clock.h"
#include "odus/base/date.h"
#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "odus/form/body.h"

enum { SAMPLES_MAX = 8 * 1024 * 1024, DAYS_MAX = 10000, DEPTH_MAX = 16 };

#define SAMPLES_FILE "samples/saison.jsonl"
#define SAMPLES_ZONE "[Europe/Paris]"
#define SAMPLES_META "samples" /* uids added, space separated */

/* --- dates --- */

/* "@+12" is that day from TODAY, "@-3T20:30" an hour of it in the zone of the samples,
 * "@+9[Europe/Rome]" a day without hour. NULL for any other text; owned. */
static char *dated(const char *text, int32_t today)
{
    struct view days = {text + 1, 0};
    char day[DATE_ISO_SIZE];
    const char *rest;
    long long n;

    if (text[0] != '@' || (text[1] != '+' && text[1] != '-'))
        return NULL;
    days.n = strcspn(days.p, "T[");
    rest = days.p + days.n;
    if (*days.p == '+') {
        days.p++;
        days.n--;
    }
    if (!view_int(days, &n) || n > DAYS_MAX || n < -DAYS_MAX)
        return NULL;
    date_iso(today + (int32_t)n, day);
    return xasprintf("%s%s%s", day, rest,
            *rest == 'T' && !strchr(rest, '[') ? SAMPLES_ZONE : "");
}

static struct json *with_dates(const struct json *j, int32_t today, int depth)
{
    struct json *out;
    char *text;

    if (depth > DEPTH_MAX)
        return json_new_null();
    switch (json_kind(j)) {
    case JSON_KIND_TEXT:
        text = json_as_text(j) ? dated(json_as_text(j), today) : NULL;
        out = text ? json_text(view_of(text)) : json_dup(j);
        free(text);
        return out;
    case JSON_KIND_ARRAY:
        out = json_new_array();
        for (size_t i = 0; i < json_len(j); i++)
            json_push_take(out, with_dates(json_at(j, i), today, depth + 1));
        return out;
    case JSON_KIND_OBJECT:
        out = json_new_object();
        for (struct json_iter it = {0}; json_iter(j, &it);)
            json_set_take(out, it.key, with_dates(it.val, today, depth + 1));
        return out;
    default: return json_dup(j);
    }
}

/* Keeps everything when RC is 0, else nothing. Returns N, or what went wrong. */
static int end_bulk(struct app *app, int rc, int n, struct err *err)
{
    int end = record_bulk_end(app->store, rc == 0, rc == 0 ? err : NULL);

    if (rc < 0)
        return rc;
    return end < 0 ? end : n;
}

/* --- adding --- */

static bool is_known(struct app *app, const char *uid)
{
    struct record r = {.body = NULL};
    bool known = record_get(app->store, uid, &r, NULL) == 0;

    record_release(&r);
    return known;
}

/* Stores one record as its form has it: calculated values are those of today. */
static int put_sample(struct app *app, const struct json *body, const struct form *form,
        struct engine *engine, struct err *err)
{
    struct rec *rec = rec_new(form);
    struct json *stored = NULL;
    struct summary summary;
    char rev[REV_MAX];
    int rc = body_read(body, rec, err);

    if (rc == 0) {
        rec_put(rec, "exercice", "1");
        rec_put(rec, "formulaire", form->hash);
        engine_attach(engine, rec);
        summary_build(app->forms, engine, rec, &summary);
        stored = body_write(rec, BODY_SENT);
        rc = record_put(app->store, NULL, stored, &summary, NULL, rev, err);
        summary_release(&summary);
        engine_attach(engine, NULL);
    }
    json_free(stored);
    rec_free(rec);
    return rc;
}

/* One line of the file. 1 when it became a record, 0 when it was there already. */
static int add_line(
        struct app *app, struct view line, struct buf *uids, struct err *err)
{
    const struct form *form;
    struct engine *engine;
    struct json *raw = NULL, *body = NULL;
    const char *uid, *type;
    int rc = json_parse(line, 0, &raw, err);

    if (rc < 0)
        return rc;
    body = with_dates(raw, app_today(app), 0);
    json_free(raw);
    uid = json_get_text(body, "_id");
    type = json_get_text(body, "type");
    if (!uid || !type) {
        rc = err_set(err, ERR_INVALID, N_("a sample has no \"_id\" or no \"type\""));
    } else {
        buf_addf(uids, "%s ", uid);
        if (!is_known(app, uid)) {
            rc = forms_get(app->forms, type, &form, &engine, err);
            if (rc == 0)
                rc = put_sample(app, body, form, engine, err);
            rc = rc < 0 ? rc : 1;
        }
    }
    json_free(body);
    return rc;
}

static struct view next_line(struct view *text)
{
    const char *nl = memchr(text->p, '\n', text->n);
    struct view line = {text->p, nl ? (size_t)(nl - text->p) : text->n};

    text->p += line.n + (nl != NULL);
    text->n -= line.n + (nl != NULL);
    return view_trim(line);
}

static int add_lines(
        struct app *app, struct view text, struct buf *uids, struct err *err)
{
    int added = 0, number = 0;

    while (text.n) {
        struct view line = next_line(&text);
        int rc = line.n ? add_line(app, line, uids, err) : 0;

        number++;
        if (rc < 0)
            err_at(err, SAMPLES_FILE, number, 0);
        if (rc < 0)
            return rc;
        added += rc;
    }
    return added;
}

int app_samples_add(struct app *app, struct err *err)
{
    char *path = file_join(app->forms_dir, SAMPLES_FILE);
    struct buf text, uids;
    int n = file_read(path, SAMPLES_MAX, &text, err);
    int rc;

    buf_init(&uids, SAMPLES_MAX);
    if (n == 0)
        n = record_bulk_begin(app->store, err);
    if (n == 0) {
        n = add_lines(app, buf_view(&text), &uids, err);
        rc = n < 0 ? n : store_meta_set(app->store, SAMPLES_META, uids.s, err);
        n = end_bulk(app, rc, n, err);
    }
    buf_release(&uids);
    buf_release(&text);
    free(path);
    return n;
}

/* --- removing --- */

/* True when record UID is still a sample: its exercise mark is not the user's to
 * remove. */
static bool is_sample(struct app *app, const char *uid)
{
    struct record r = {.body = NULL};
    struct json *body = NULL;
    bool sample = record_get(app->store, uid, &r, NULL) == 0 &&
                  load_json(r.body, &body, NULL) == 0 &&
                  json_get_bool(body, "exercice", false);

    json_free(body);
    record_release(&r);
    return sample;
}

static int remove_one(struct app *app, struct view word, struct err *err)
{
    char *uid = view_dup(word);
    int rc = 0;

    if (*uid && is_sample(app, uid)) {
        rc = draft_remove(app->store, uid, err);
        if (rc == 0)
            rc = record_purge(app->store, uid, err);
        rc = rc < 0 ? rc : 1;
    }
    free(uid);
    return rc;
}

static int remove_all(struct app *app, struct view uids, struct err *err)
{
    int removed = 0;

    while (uids.n) {
        const char *space = memchr(uids.p, ' ', uids.n);
        struct view word = {uids.p, space ? (size_t)(space - uids.p) : uids.n};
        int rc = remove_one(app, word, err);

        if (rc < 0)
            return rc;
        removed += rc;
        uids.p += word.n + (space != NULL);
        uids.n -= word.n + (space != NULL);
    }
    return removed;
}

int app_samples_remove(struct app *app, struct err *err)
{
    char *uids = store_meta_get(app->store, SAMPLES_META);
    int n = record_bulk_begin(app->store, err);
    int rc;

    if (n == 0) {
        n = remove_all(app, view_of(uids), err);
        rc = n < 0 ? n : store_meta_set(app->store, SAMPLES_META, NULL, err);
        n = end_bulk(app, rc, n, err);
    }
    free(uids);
    return n;
}
