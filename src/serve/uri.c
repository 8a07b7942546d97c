#include "uri.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/base/utf8.h"

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 'a' ^ 'A';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The owned text behind the escapes; NULL when there can be none. */
static char *decode(struct view v, bool plus_is_space)
{
    char *out = xmalloc(v.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < v.n; i++) {
        int c = (unsigned char)v.p[i];

        if (c == '+' && plus_is_space) {
            c = ' ';
        } else if (c == '%') {
            int high = i + 2 < v.n ? hex(v.p[i + 1]) : -1;
            int low = i + 2 < v.n ? hex(v.p[i + 2]) : -1;

            c = high < 0 || low < 0 ? 0 : high * 16 + low;
            i += 2;
        }
        if (c == 0) {
            free(out);
            return NULL;
        }
        out[n++] = (char)c;
    }
    out[n] = '\0';
    if (utf8_valid((struct view){out, n}))
        return out;
    free(out);
    return NULL;
}

static bool add_part(struct uri *q, struct view part)
{
    if (q->nparts == URI_PARTS)
        return false;
    q->parts[q->nparts] = decode(part, false);
    return q->parts[q->nparts] && ++q->nparts;
}

static bool add_param(struct uri *q, struct view param)
{
    struct uri_param *to = &q->params[q->nparams];
    struct view key = {NULL, 0};

    if (!param.n)
        return true;
    if (q->nparams == URI_MAX)
        return false;
    view_next(&param, '=', &key);
    to->key = decode(key, true);
    to->value = decode(param, true);
    q->nparams++;
    return to->key && to->value;
}

bool uri_parse(const char *uri, struct uri *q)
{
    struct view rest = view_of(uri), path = {NULL, 0}, part;

    *q = (struct uri){.nparts = 0};
    if (!view_next(&rest, '?', &path) || !path.n || *path.p != '/')
        return false;
    path.p++;
    path.n--;
    while (view_next(&path, '/', &part))
        if (part.n && !add_part(q, part))
            return false;
    while (view_next(&rest, '&', &part))
        if (!add_param(q, part))
            return false;
    return true;
}

bool uri_parse_form(struct view form, struct uri *q)
{
    struct view part;

    *q = (struct uri){.nparts = 0};
    while (view_next(&form, '&', &part))
        if (!add_param(q, part))
            return false;
    return true;
}

void uri_release(struct uri *q)
{
    if (!q)
        return;
    for (int i = 0; i < URI_PARTS; i++)
        free(q->parts[i]);
    for (int i = 0; i < URI_MAX; i++) {
        free(q->params[i].key);
        free(q->params[i].value);
    }
    *q = (struct uri){.nparts = 0};
}

const char *uri_get(const struct uri *q, const char *key)
{
    for (int i = q->nparams; i-- > 0;)
        if (strcmp(q->params[i].key, key) == 0)
            return q->params[i].value;
    return NULL;
}

bool uri_bool(const struct uri *q, const char *key)
{
    const char *value = uri_get(q, key);

    return value && strcmp(value, "true") == 0;
}

static struct view unquoted(const char *value)
{
    struct view v = view_of(value);

    if (v.n >= 2 && v.p[0] == '"' && v.p[v.n - 1] == '"')
        return (struct view){v.p + 1, v.n - 2};
    return v;
}

int uri_int(const struct uri *q, const char *key, int64_t *ret)
{
    const char *value = uri_get(q, key);
    long long n;

    if (!value)
        return 0;
    if (!view_int(unquoted(value), &n))
        return ERR_INVALID;
    *ret = n;
    return 1;
}

char *uri_text(const struct uri *q, const char *key)
{
    const char *value = uri_get(q, key);

    return value ? view_dup(unquoted(value)) : NULL;
}

int uri_json(const struct uri *q, const char *key, struct json **ret)
{
    const char *value = uri_get(q, key);

    if (!value)
        return 0;
    return json_parse(view_of(value), 0, ret, NULL) ? ERR_INVALID : 1;
}
