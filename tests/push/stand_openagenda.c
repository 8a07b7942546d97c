/* OpenAgenda's writing interface, by its published rules (dev-doc: authentification.md,
 * evenements/structure.md and creation.md, lieux/structure.md and creation.md). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "odus/base/utf8.h"
#include "stand.h"

enum { TIMINGS_MAX = 800, DAY_MS = 24 * 3600 * 1000 };

static bool is_one_of(const char *word, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(*words, word) == 0)
            return true;
    return false;
}

static void check_keys(
        struct stand_memory *m, const struct json *obj, const char *const *keys)
{
    for (struct json_iter it = {0}; json_iter(obj, &it);)
        if (!is_one_of(it.key, keys))
            stand_wrong(m, "no such field", it.key);
}

/* Texts by language, each of 1 to MAX characters; keywords are lists of them. */
static void check_texts(struct stand_memory *m, const struct json *body,
        const char *key, size_t max, bool must)
{
    const struct json *texts = json_get(body, key);

    if (!texts && must)
        stand_wrong(m, "missing", key);
    if (texts && (json_kind(texts) != JSON_KIND_OBJECT || json_len(texts) == 0))
        stand_wrong(m, "not by language", key);
    for (struct json_iter it = {0}; json_iter(texts, &it);) {
        size_t n = utf8_count(json_as_view(it.val));

        if (strlen(it.key) != 2 || n < 1 || n > max)
            stand_wrong(m, "text", key);
    }
}

static void check_line(struct stand_memory *m, const struct json *body, const char *key,
        size_t max, bool must)
{
    size_t n = utf8_count(json_as_view(json_get(body, key)));

    if ((must && n == 0) || n > max)
        stand_wrong(m, "line", key);
}

static int64_t instant(
        struct stand_memory *m, const struct json *timing, const char *key)
{
    struct view text = json_as_view(json_get(timing, key));
    int64_t ms = 0;

    if (text.n != 25 || clock_parse(text, &ms) < 0)
        stand_wrong(m, "instant", key);
    return ms;
}

static void check_timings(struct stand_memory *m, const struct json *body)
{
    const struct json *list = json_get(body, "timings");
    size_t n = json_len(list);
    int64_t last = INT64_MIN;

    if (n < 1 || n > TIMINGS_MAX)
        stand_wrong(m, "timings", "number");
    for (size_t i = 0; i < n; i++) {
        int64_t begin = instant(m, json_at(list, i), "begin");
        int64_t end = instant(m, json_at(list, i), "end");

        if (end <= begin || end - begin > DAY_MS || begin < last)
            stand_wrong(m, "timings", "order");
        last = end;
    }
}

static bool venue_is_there(struct stand_memory *m, int64_t number)
{
    for (size_t i = 0; i < m->n; i++)
        if (m->things[i].number == number && strncmp(m->things[i].name, "L ", 2) == 0)
            return true;
    return number == 555 || number == 1234567; /* somebody else's */
}

static void check_mode(struct stand_memory *m, const struct json *body)
{
    int64_t mode = json_get_int(body, "attendanceMode", 1);
    bool link = json_get_text(body, "onlineAccessLink") != NULL;

    if (mode < 1 || mode > 3 || (mode == 1 && link) || (mode > 1 && !link))
        stand_wrong(m, "attendanceMode", "");
    if (mode != 2 && !venue_is_there(m, json_get_int(body, "locationUid", 0)))
        stand_wrong(m, "locationUid", "no such venue");
}

static void check_ext(struct stand_memory *m, const struct json *body, const char *name)
{
    const struct json *id = json_at(json_get(body, "extIds"), 0);
    const char *key = json_get_text(id, "key"), *value = json_get_text(id, "value");

    if (!key || !value || strcmp(key, "odus") != 0 || strcmp(value, name) != 0)
        stand_wrong(m, "extIds", name);
}

static void check_event(
        struct stand_memory *m, const struct json *body, const char *name)
{
    static const char *const keys[] = {"title", "description", "longDescription",
            "conditions", "keywords", "image", "imageCredits", "registration",
            "accessibility", "timings", "age", "attendanceMode", "locationUid",
            "onlineAccessLink", "status", "state", "extIds", NULL};
    int64_t status = json_get_int(body, "status", 1);

    check_keys(m, body, keys);
    check_texts(m, body, "title", 140, true);
    check_texts(m, body, "description", 200, true);
    check_texts(m, body, "longDescription", 10000, false);
    check_texts(m, body, "conditions", 255, false);
    check_timings(m, body);
    check_mode(m, body);
    if (name)
        check_ext(m, body, name);
    if (status < 1 || status > 6)
        stand_wrong(m, "status", "");
    if (json_get(body, "imageCredits") && !json_get(body, "image"))
        stand_wrong(m, "imageCredits", "without an image");
}

static void check_venue(
        struct stand_memory *m, const struct json *body, const char *name)
{
    static const char *const keys[] = {"name", "address", "countryCode", "access",
            "description", "image", "imageCredits", "city", "postalCode", "insee",
            "latitude", "longitude", "website", "email", "phone", "links", "state",
            "extIds", NULL};
    const char *country = json_get_text(body, "countryCode");

    check_keys(m, body, keys);
    check_line(m, body, "name", 100, true);
    check_line(m, body, "address", 255, true);
    check_texts(m, body, "access", 1000, false);
    if (!country || strlen(country) != 2)
        stand_wrong(m, "countryCode", country);
    if (!json_get(body, "latitude") != !json_get(body, "longitude"))
        stand_wrong(m, "latitude", "alone");
    check_ext(m, body, name);
}

/* --- requests --------------------------------------------------------------------- */

static int give_token(
        struct stand_memory *m, const struct stand_request *rq, struct buf *out)
{
    const char *type = stand_head(rq, "Content-Type");
    struct json *body = NULL;
    const char *code;
    bool good;

    if (strcmp(rq->method, "POST") != 0 || !type ||
            strcmp(type, "application/json") != 0)
        stand_wrong(m, "requestAccessToken", rq->method);
    if (json_parse(rq->body, 0, &body, NULL) < 0)
        body = NULL;
    code = json_get_text(body, "code");
    good = code && strcmp(code, STAND_KEY) == 0 && json_len(body) == 1;
    json_free(body);
    if (!good)
        return 403;
    m->tokens++;
    buf_addf(out, "{\"access_token\":\"TOKEN-%d\",\"expires_in\":3600}", m->token);
    return 200;
}

struct form {
    struct stand_memory *m;
    struct json *data;
    int parts;
};

static void take_part(void *ctx, const char *name, const char *head, struct view bytes)
{
    struct form *f = ctx;

    (void)head;
    f->parts++;
    if (strcmp(name, "data") != 0 || json_parse(bytes, 0, &f->data, NULL) < 0)
        stand_wrong(f->m, "part", name);
    snprintf(f->m->last, sizeof(f->m->last), "%.*s", (int)bytes.n, bytes.p);
}

/* NAME is our identifier, or their number for it. */
static struct stand_thing *thing_of(
        struct stand_memory *m, const char *kind, const char *name)
{
    char key[80];

    for (size_t i = 0; i < m->n; i++)
        if (m->things[i].number == strtoll(name, NULL, 10) && !strchr(name, '-') &&
                *m->things[i].name == *kind)
            return &m->things[i];
    snprintf(key, sizeof(key), "%s %s", kind, name);
    return stand_thing(m, key, true);
}

static int write_thing(struct stand_memory *m, const char *kind, const char *name,
        const char *member, struct buf *out)
{
    struct stand_thing *t = thing_of(m, kind, name);

    if (!t)
        return 500;
    if (t->gone)
        m->created++;
    t->gone = false;
    t->writes++;
    buf_addf(out, "{\"success\":true,\"%s\":{\"uid\":%lld}}", member, t->number);
    return 200;
}

static int put_event(struct stand_memory *m, const struct stand_request *rq,
        const char *name, const char *checked, struct buf *out)
{
    struct form f = {.m = m};

    if (!checked && strcmp(name, "404") == 0)
        return 404;
    if (!stand_parts(rq, take_part, &f) || f.parts != 1)
        stand_wrong(m, "not one part", rq->path);
    check_event(m, f.data, checked);
    json_free(f.data);
    return write_thing(m, "E", name, "event", out);
}

static int put_venue(struct stand_memory *m, const struct stand_request *rq,
        const char *name, struct buf *out)
{
    const char *type = stand_head(rq, "Content-Type");
    struct json *body = NULL;

    if (!type || strcmp(type, "application/json") != 0 ||
            json_parse(rq->body, 0, &body, NULL) < 0)
        stand_wrong(m, "venue", "no JSON");
    check_venue(m, body, name);
    json_free(body);
    return write_thing(m, "L", name, "location", out);
}

static int remove_event(struct stand_memory *m, const char *name, struct buf *out)
{
    char key[80];
    struct stand_thing *t;

    snprintf(key, sizeof(key), "E %s", name);
    t = stand_thing(m, key, false);
    if (!t || t->gone)
        return 404;
    t->gone = true;
    m->removed++;
    buf_addf(out, "{\"event\":{\"uid\":%lld}}", t->number);
    return 200;
}

/* docs/lieux/lecture.md: by an identifier that is not theirs. */
static int show_venue(struct stand_memory *m, const char *name, struct buf *out)
{
    char key[80];
    struct stand_thing *t;

    snprintf(key, sizeof(key), "L %s", name);
    t = stand_thing(m, key, false);
    m->looks++;
    if (!t)
        return 404;
    buf_addf(out, "{\"location\":{\"uid\":%lld,\"name\":\"x\"}}", t->number);
    return 200;
}

/* docs/agendas/lecture.md and schemas.md: the standard fields, whatever is added. */
static int show_agenda(const struct stand_memory *m, struct buf *out)
{
    buf_adds(out, *m->agenda ? m->agenda
                             : "{\"uid\":12345,\"schema\":{\"fields\":[{\"field\":"
                               "\"title\",\"fieldType\":\"text\",\"optional\":false,"
                               "\"schemaType\":\"event\",\"label\":{\"fr\":\"Titre\"}},"
                               "{\"field\":\"theme\",\"fieldType\":\"radio\",\"label\":"
                               "{\"fr\":\"Thème\"},\"schemaType\":\"agenda\"}]}}");
    return m->agenda_status ? m->agenda_status : 200;
}

static const char *after(const char *path, const char *prefix)
{
    size_t n = strlen(prefix);

    return strncmp(path, prefix, n) == 0 ? path + n : NULL;
}

#define AGENDA "/v2/agendas/" STAND_AGENDA

int stand_openagenda(
        struct stand_memory *m, const struct stand_request *rq, struct buf *out)
{
    const char *token = stand_head(rq, "access-token"), *name;
    char wanted[40];
    bool put = strcmp(rq->method, "PUT") == 0, get = strcmp(rq->method, "GET") == 0;

    if (strcmp(rq->path, "/v2/requestAccessToken") == 0)
        return give_token(m, rq, out);
    snprintf(wanted, sizeof(wanted), "TOKEN-%d", m->token);
    if (!token || strcmp(token, wanted) != 0)
        return 401;
    if (get && strcmp(rq->path, AGENDA "?detailed=1") == 0)
        return show_agenda(m, out);
    if (get && (name = after(rq->path, AGENDA "/locations/ext/odus/")))
        return show_venue(m, name, out);
    if (put && (name = after(rq->path, AGENDA "/locations/ext/odus/")))
        return put_venue(m, rq, name, out);
    if (put && (name = after(rq->path, AGENDA "/events/ext/odus/")))
        return put_event(m, rq, name, name, out);
    if (strcmp(rq->method, "POST") == 0 && (name = after(rq->path, AGENDA "/events/")))
        return put_event(m, rq, name, NULL, out);
    if (strcmp(rq->method, "DELETE") == 0 &&
            (name = after(rq->path, AGENDA "/events/ext/odus/")))
        return remove_event(m, name, out);
    stand_wrong(m, rq->method, rq->path);
    return 404;
}
