/* A query as the jobs of workers have it. */
#include <string.h>

#include "app_priv.h"
#include "query.h"

static void put_day(struct json *query, const char *key, int32_t day)
{
    if (day != SEARCH_ANY_DAY)
        json_set_take(query, key, json_int(day));
}

static struct json *query_json(const struct query *q, const char *type)
{
    struct json *out = json_new_object();

    json_set_text(out, "type", type ? type : "*");
    job_put(out, "words", q->words);
    job_put(out, "place", q->place);
    job_put(out, "organiser", q->organiser);
    job_put(out, "genre", q->genre);
    job_put(out, "status", q->status);
    put_day(out, "after", q->after);
    put_day(out, "before", q->before);
    if (q->standing)
        json_set_take(out, "standing", json_int(q->standing));
    if (q->texts)
        json_set_take(out, "texts", json_bool(true));
    return out;
}

/* The form that *TEXT begins with, which is passed over then; NULL: none. */
static const char *first_form(struct app *app, const char **text)
{
    size_t n = strcspn(*text, " \t");

    for (char *const *name = app_types(app); *name; name++)
        if (strlen(*name) == n && strncmp(*name, *text, n) == 0) {
            *text += n + strspn(*text + n, " \t");
            return *name;
        }
    return NULL;
}

/* Where she asks for nothing in particular there is no query: all records, deleted
 * ones too, which consumers want to hear of. */
int query_put(struct app *app, const char *text, struct json *job, struct err *err)
{
    const char *type;
    struct query_context ctx = {.lang = app_lang(app), .today = app_today(app)};
    struct query q;
    int rc;

    text = text ? text : "";
    type = first_form(app, &text);
    if (!*text && !type)
        return 0;
    ctx.genres = query_genres(app, type, text);
    rc = query_parse(view_of(text), &ctx, &q, err);
    if (rc < 0)
        return rc;
    json_set_take(job, "query", query_json(&q, type));
    query_release(&q);
    return 0;
}
