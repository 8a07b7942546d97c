#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "odus/base/mem.h"
#include "odus/base/url.h"
#include "odus/base/utf8.h"

#include "heads.h"
#include "net_priv.h"

enum {
    HEADS_MAX = 64 * 1024,   /* of all answers of one exchange */
    REFUSAL_MAX = 64 * 1024, /* bytes of an answer that is no success */
};

static bool stop(struct net *net, int code)
{
    net->x.code = code;
    return false;
}

/* Another host than ours in a redirect: a portal, or the server has moved. */
static void look_where(struct net *net, const char *location)
{
    const struct url here = url_parts(net->url);
    char *there = url_normal(location);

    net->x.elsewhere = there && !view_eq(url_parts(there).host, here.host);
    net->x.a.to_plain = there && here.tls && !url_parts(there).tls;
    free(there);
}

/* V as a whole address, without what a portal wants to remember. Owned. */
static char *whole_location(const struct net *net, struct view v)
{
    size_t scheme = strcspn(net->url, "/");
    size_t host = scheme + 2 + strcspn(net->url + scheme + 2, "/");
    bool no_scheme = v.n > 1 && memcmp(v.p, "//", 2) == 0;
    bool no_host = v.n > 0 && v.p[0] == '/';
    char *full = xasprintf("%.*s%.*s",
            (int)(no_scheme   ? scheme
                    : no_host ? host
                              : 0),
            net->url, (int)v.n, v.p);

    full[strcspn(full, "?#")] = '\0';
    return full;
}

/* What was asked for at the server is no part of its address. */
static size_t without_path(const struct net *net, const char *location)
{
    const char *path = net->x.rq.path;
    size_t n = strlen(location), asked = strcspn(path, "?");
    bool same = n > asked && memcmp(location + n - asked, path, asked) == 0;

    return same ? n - asked : n;
}

/* For people: cut where there is no room. */
static void take_location(struct net *net, struct view v)
{
    struct net_answer *a = &net->x.a;
    char *full = whole_location(net, v);
    size_t n = without_path(net, full);

    look_where(net, full);
    if (n >= sizeof(a->location))
        n = utf8_snap(view_of(full), sizeof(a->location) - 1);
    memcpy(a->location, full, n);
    a->location[n] = '\0';
    free(full);
}

static void new_head(struct net *net, int status)
{
    struct exchange *x = &net->x;
    struct net_answer *a = &x->a;

    x->elsewhere = false;
    x->skip = status == 200 ? x->rq.range_from : 0;
    buf_clear(&a->body);
    a->status = status;
    a->type[0] = a->etag[0] = a->location[0] = '\0';
    a->retry_seconds = -1;
    a->not_couch = a->to_plain = false;
    a->token = net->auth == NET_BEARER;
}

static void take_head(struct net *net, struct view line)
{
    struct exchange *x = &net->x;
    struct net_answer *a = &x->a;
    struct view v;

    if (heads_value(line, "content-type", &v))
        heads_type(v, a->type, sizeof(a->type));
    else if (heads_value(line, "etag", &v))
        heads_copy(v, a->etag, sizeof(a->etag));
    else if (heads_value(line, "location", &v))
        take_location(net, v);
    else if (heads_value(line, "retry-after", &v))
        a->retry_seconds = heads_retry(v, clock_now_ms());
    else if (heads_value(line, "content-range", &v) && a->status == 206 &&
             heads_range_start(v) != x->rq.range_from)
        x->code = ERR_INVALID;
}

bool receive_head(void *ctx, struct view line)
{
    struct net *net = ctx;
    struct exchange *x = &net->x;
    long long status = 0;

    x->heads += line.n;
    if (x->heads > HEADS_MAX)
        return stop(net, ERR_LIMIT);
    if (line.n >= 12 && memcmp(line.p, "HTTP/", 5) == 0) {
        struct view number = {line.p + 9, 3};

        new_head(net, view_int(number, &status) ? (int)status : 0);
        return true;
    }
    take_head(net, line);
    return x->code == 0;
}

static bool success(const struct net_answer *a)
{
    return a->status >= 200 && a->status < 300;
}

/* The part of PIECE that was asked for: a server may answer a range with everything. */
static struct view asked_for(struct exchange *x, struct view piece)
{
    size_t cut = x->skip < (int64_t)piece.n ? (size_t)x->skip : piece.n;

    x->skip -= (int64_t)cut;
    return (struct view){piece.p + cut, piece.n - cut};
}

bool receive_body(void *ctx, struct view bytes)
{
    struct net *net = ctx;
    struct exchange *x = &net->x;
    struct buf *body = &x->a.body;

    bytes = asked_for(x, bytes);
    if (x->leg == LEG_SESSION || !success(&x->a)) {
        if (body->len < REFUSAL_MAX) /* the beginning says enough */
            buf_add(body, bytes.p, bytes.n);
        return true;
    }
    x->taken += bytes.n;
    if (x->taken > x->rq.max)
        return stop(net, ERR_LIMIT);
    if (x->rq.sink) {
        int code = bytes.n ? x->rq.sink(x->rq.sink_ctx, bytes, &x->err) : 0;

        return code ? stop(net, code) : true;
    }
    buf_add(body, bytes.p, bytes.n);
    return true;
}

static bool is_page(const struct net_answer *a)
{
    return strcmp(a->type, "text/html") == 0 ||
           strcmp(a->type, "application/xhtml+xml") == 0;
}

/* A reverse proxy says with a page of its own that the server is overloaded, away, or
 * that a request is too large: that is the server speaking. 511 is a portal (RFC 6585).
 */
static bool page_of_the_server(int status)
{
    return status == 407 || status == 413 || status == 415 || status == 429 ||
           (status >= 500 && status != 511);
}

void receive_end(struct net *net)
{
    struct net_answer *a = &net->x.a;
    bool redirect = a->status >= 300 && a->status < 400;

    a->not_couch = a->status == 511 || (is_page(a) && !page_of_the_server(a->status)) ||
                   (redirect && net->x.elsewhere);
}
