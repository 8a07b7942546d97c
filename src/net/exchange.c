#include "odus/net/net.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/base/url.h"
#include "odus/net/secret.h"

#include "gzip.h"
#include "net_priv.h"
#include "session.h"
#include "why.h"

enum {
    WAIT_MS = 150, /* between two looks at go_on */
    GZIP_FROM = 1024,
    SLICES = 7, /* heads of a request at most */
};

static void free_parts(struct net_request *rq)
{
    for (size_t i = 0; i < rq->nparts; i++) {
        free((char *)rq->parts[i].name);
        free((char *)rq->parts[i].bytes.p);
        free((char *)rq->parts[i].type);
        free((char *)rq->parts[i].file);
    }
    free((struct net_part *)rq->parts);
}

void exchange_release(struct net *net)
{
    struct exchange *x = &net->x;

    link_stop(net->link);
    free((char *)x->rq.method);
    free((char *)x->rq.path);
    free((char *)x->rq.type);
    secret_free((char *)x->rq.head);
    free_parts(&x->rq);
    buf_release(&x->body);
    buf_release(&x->packed);
    secret_free(x->session);
    net_answer_release(&x->a);
    *x = (struct exchange){0};
}

/* --- legs ----------------------------------------------------------------------- */

static void begin(struct net *net, const char *method, const char *path,
        const char *const *heads, struct view body)
{
    struct exchange *x = &net->x;
    char *url = xasprintf("%s%s", net->url, path);
    struct link_want want = {
            .method = method,
            .url = url,
            .heads = heads,
            .body = body,
            .parts = x->leg == LEG_REQUEST ? x->rq.parts : NULL,
            .nparts = x->leg == LEG_REQUEST ? x->rq.nparts : 0,
            .gzip = x->rq.range_from <= 0,
            .idle_seconds = x->leg == LEG_REQUEST ? x->rq.wait_seconds : 0,
            .low_speed = net->low_speed,
            .low_seconds = net->low_seconds,
            .on_head = receive_head,
            .on_body = receive_body,
            .ctx = net,
    };

    buf_clear(&x->a.body);
    net->seen_ms = link_clock();
    net->totals.requests++;
    link_begin(net->link, &want);
    free(url);
}

static void begin_session(struct net *net)
{
    struct exchange *x = &net->x;
    const char *heads[] = {
            "Accept: application/json", "Content-Type: application/json", NULL};

    x->leg = LEG_SESSION;
    x->signed_now = true;
    net->signed_in = false;
    link_forget_cookies(net->link);
    if (!x->session)
        x->session = session_body(net->user, net->secret);
    begin(net, "POST", "/_session", heads, view_of(x->session));
}

void net_pack(const struct net *net, struct view body, struct buf *out)
{
    if (!net->plain && body.n >= GZIP_FROM)
        gzip_pack(body, out);
}

/* It may be packed already, by who asks or for a leg before. */
static struct view body_to_send(struct net *net)
{
    struct exchange *x = &net->x;

    if (net->plain || x->plain_again)
        buf_clear(&x->packed);
    else if (!x->packed.len)
        net_pack(net, buf_view(&x->body), &x->packed);
    return buf_view(x->packed.len ? &x->packed : &x->body);
}

static bool carries_body(const struct net_request *rq)
{
    return rq->body.n || strcmp(rq->method, "POST") == 0 ||
           strcmp(rq->method, "PUT") == 0;
}

static void begin_request(struct net *net)
{
    struct exchange *x = &net->x;
    const char *heads[SLICES] = {"Accept: application/json, */*;q=0.5"};
    struct view body = body_to_send(net);
    char *type = xasprintf("Content-Type: %s", x->rq.type);
    char *range = xasprintf("Range: bytes=%lld-", (long long)x->rq.range_from);
    size_t n = 1;

    x->leg = LEG_REQUEST;
    if (x->rq.head)
        heads[n++] = x->rq.head;
    if (carries_body(&x->rq) && !x->rq.nparts)
        heads[n++] = type;
    if (x->packed.len)
        heads[n++] = "Content-Encoding: gzip";
    if (x->rq.range_from > 0)
        heads[n++] = range;
    begin(net, x->rq.method, x->rq.path, heads, body);
    free(type);
    free(range);
}

/* --- how a leg ends ------------------------------------------------------------- */

static void end(struct net *net, int code)
{
    net->x.leg = LEG_ENDED;
    net->x.code = code;
}

/* A callback of ours refused to go on; a sink has said why itself. */
static int stopped(struct exchange *x, struct view host)
{
    char *name;

    if (x->err.code)
        return x->code;
    name = view_dup(host);
    if (x->code == ERR_LIMIT)
        err_set(&x->err, ERR_LIMIT, N_("the answer of %1$s is larger than allowed"),
                name);
    else
        err_set(&x->err, x->code, N_("%1$s sent another part than the one asked for"),
                name);
    free(name);
    return x->code;
}

static int failure(struct net *net, const struct link_result *r)
{
    struct view host = url_parts(net->url).host;

    if (net->x.code)
        return stopped(&net->x, host);
    net->down = why_passing(r);
    return why_no_answer(r, host, &net->x.err);
}

/* A server without _session (a gateway before it, say) may still know basic. */
static void session_ended(struct net *net)
{
    int status = net->x.a.status;

    if (status >= 200 && status < 300) {
        net->signed_in = true;
        begin_request(net);
    } else if (status == 404 || status == 405) {
        net->auth = NET_BASIC;
        net_sign(net);
        begin_request(net);
    } else {
        end(net, 0);
    }
}

static bool maybe_the_gzip(int status)
{
    return status == 400 || status == 415;
}

static void request_ended(struct net *net)
{
    struct exchange *x = &net->x;

    if (x->a.status == 401 && net->auth == NET_COOKIE && !x->signed_now) {
        begin_session(net);
    } else if (maybe_the_gzip(x->a.status) && x->packed.len) {
        x->plain_again = true;
        begin_request(net);
    } else {
        /* refused plain as well, it was not for the gzip */
        if (x->plain_again && !maybe_the_gzip(x->a.status))
            net->plain = true;
        end(net, 0);
    }
}

static void count(struct net *net, const struct link_result *r)
{
    net->totals.up += r->up;
    net->totals.down += r->down;
    net->totals.connections += r->connections;
    net->x.a.up += r->up;
    net->x.a.down += r->down;
}

static void leg_ended(struct net *net)
{
    struct link_result r;

    link_result(net->link, &r);
    count(net, &r);
    if (r.end != LINK_OK) {
        end(net, failure(net, &r));
        return;
    }
    receive_end(net);
    if (net->x.leg == LEG_SESSION)
        session_ended(net);
    else
        request_ended(net);
}

static bool under_way(const struct net *net)
{
    return net->x.leg == LEG_SESSION || net->x.leg == LEG_REQUEST;
}

static void measure(struct net *net)
{
    int64_t now = link_clock();
    struct net_totals t;

    if (!net->x.rq.wait_seconds)
        net->work_ms += now - net->seen_ms;
    net->seen_ms = now;
    t = net_totals(net);
    rate_mark(&net->rate, net->work_ms, t.up + t.down);
}

static void step(struct net *net, int wait_ms)
{
    bool going = link_turn(net->link, wait_ms);

    measure(net);
    if (!going)
        leg_ended(net);
}

/* --- the four calls ------------------------------------------------------------- */

static void take_parts(struct net_request *rq)
{
    struct net_part *own = rq->nparts ? xcalloc(rq->nparts, sizeof(*own)) : NULL;

    for (size_t i = 0; i < rq->nparts; i++) {
        const struct net_part *part = &rq->parts[i];

        own[i] = (struct net_part){.name = xstrdup(part->name),
                .bytes = {xstrndup(part->bytes.n ? part->bytes.p : "", part->bytes.n),
                        part->bytes.n},
                .type = xstrdup(part->type),
                .file = xstrdup(part->file)};
    }
    rq->parts = own;
}

static void take_request(struct exchange *x, const struct net_request *rq)
{
    x->rq = *rq;
    x->rq.method = xstrdup(rq->method);
    x->rq.path = xstrdup(rq->path);
    x->rq.type = xstrdup(rq->type ? rq->type : "application/json");
    x->rq.head = xstrdup(rq->head);
    take_parts(&x->rq);
    x->rq.max = rq->max ? rq->max : BUF_MAX;
    buf_init(&x->body, rq->body.n);
    x->body.secret = true; /* a request for a token holds the key */
    buf_addv(&x->body, rq->body);
    buf_init(&x->packed, 0);
    buf_addv(&x->packed, rq->packed);
    buf_init(&x->a.body, x->rq.max > BUF_MAX ? x->rq.max : BUF_MAX);
    x->a.retry_seconds = -1;
}

int net_start(struct net *net, const struct net_request *rq, struct err *err)
{
    if (net->x.leg != LEG_NONE)
        return err_set(err, ERR_BUSY, N_("a request is under way already"));
    net->down = false;
    take_request(&net->x, rq);
    if (net->auth == NET_COOKIE && !net->signed_in)
        begin_session(net);
    else
        begin_request(net);
    step(net, 0);
    return 0;
}

void net_turn(struct net *net)
{
    if (under_way(net))
        step(net, 0);
}

static void cancel(struct net *net)
{
    struct link_result r;

    link_result(net->link, &r);
    count(net, &r);
    end(net, err_set(&net->x.err, ERR_BUSY, N_("cancelled")));
}

int net_wait(struct net *net, struct net_answer *ret, struct err *err)
{
    struct exchange *x = &net->x;
    int code;

    if (x->leg == LEG_NONE)
        return err_set(err, ERR_USAGE, N_("no request is under way"));
    while (under_way(net))
        if (net->go_on && !net->go_on(net->ctx, net))
            cancel(net);
        else
            step(net, WAIT_MS);
    code = x->code;
    if (code == 0) {
        *ret = x->a;
        x->a = (struct net_answer){0};
    } else if (err) {
        *err = x->err;
    }
    exchange_release(net);
    return code;
}

int net_run(struct net *net, const struct net_request *rq, struct net_answer *ret,
        struct err *err)
{
    int code = net_start(net, rq, err);

    return code ? code : net_wait(net, ret, err);
}
