/* Pages of other sites: what their browsers let them see (the CORS protocol of
 * fetch.spec.whatwg.org). A page is held by it; whoever is no browser says what he
 * likes, so nothing that is not for everybody hangs on an origin alone. */
#include "priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "odus/base/url.h"

enum { ORIGINS_MOST = 32 };

static const char ANY[] = "*";

/* As url_normal writes it, without a path; owned, NULL: no origin. */
static char *normal(const char *text)
{
    char *url = url_has_more(text) ? NULL : url_normal(text);
    char *path = url ? strchr(strstr(url, "://") + 3, '/') : NULL;

    if (url && !path && strlen(url) < sizeof(((struct answer *)0)->origin))
        return url;
    free(url);
    return NULL;
}

int origin_list(const struct json *given, struct json **ret, struct err *err)
{
    struct json *list = json_len(given) ? json_new_array() : NULL;

    for (size_t i = 0; i < json_len(given); i++) {
        const char *text = json_as_text(json_at(given, i));
        char *one = text && strcmp(text, ANY) != 0 ? normal(text) : NULL;

        if (i >= ORIGINS_MOST || (!one && (!text || strcmp(text, ANY) != 0))) {
            json_free(list);
            return err_set(err, ERR_USAGE,
                    N_("%1$s is no site whose pages may read, such as "
                       "https://site.example"),
                    text ? text : "");
        }
        json_push_take(list, json_text(view_of(one ? one : ANY)));
        free(one);
    }
    *ret = list;
    return 0;
}

static bool is_listed(const struct json *list, const char *origin)
{
    for (size_t i = 0; i < json_len(list); i++)
        if (strcmp(json_as_text(json_at(list, i)), origin) == 0)
            return true;
    return false;
}

/* A page of this server's own, whatever its address is called. */
static bool is_own(const struct request *rq)
{
    const char *rest = rq->origin ? strstr(rq->origin, "://") : NULL;

    return !rq->origin || (rest && rq->host && strcasecmp(rest + 3, rq->host) == 0);
}

void origin_look(struct call *c)
{
    const struct json *list = c->serve->origins;
    struct answer *a = c->answer;
    char *site = c->rq->origin ? normal(c->rq->origin) : NULL;

    if (is_own(c->rq))
        c->origin = ORIGIN_OWN;
    else if (site && is_listed(list, site))
        c->origin = ORIGIN_NAMED;
    else
        c->origin = is_listed(list, ANY) ? ORIGIN_ANY : ORIGIN_OTHER;
    a->many_origins = list != NULL;
    a->credentials = c->origin == ORIGIN_NAMED;
    if (c->origin == ORIGIN_NAMED || c->origin == ORIGIN_ANY)
        snprintf(a->origin, sizeof(a->origin), "%s", a->credentials ? site : ANY);
    free(site);
}

bool origin_preflight(struct call *c)
{
    if (strcmp(c->rq->method, "OPTIONS") != 0 || !c->rq->asks_method ||
            c->origin == ORIGIN_OWN)
        return false;
    c->answer->status = 204;
    c->answer->preflight = true;
    return true;
}
