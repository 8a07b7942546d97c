/* Requests to the other agenda: signed, spaced out, tried again. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "push.h"

enum {
    NAP_MS = 100,
    WORDS_MAX = 180, /* bytes of what the server says */
    ANSWER_MAX = 4 * 1024 * 1024,
    FAULT_TRIES = 2, /* of a request that the server fails at (500) */
    FAULTS_MAX = 3,  /* requests in a row that it fails at */
    TOKEN_EARLY_MS = 60 * 1000,
    TOKEN_MS = 10 * 60 * 1000, /* of a token that does not say */
    DAY_S = 24 * 60 * 60,
};

/* --- the connection --------------------------------------------------------------- */

static bool go_on(void *ctx, const struct net *net)
{
    struct push *p = ctx;

    (void)net;
    return work_go_on(p->w);
}

static void add_totals(struct net_totals *sum, struct net_totals more)
{
    sum->up += more.up;
    sum->down += more.down;
    sum->requests += more.requests;
    sum->connections += more.connections;
}

struct net_totals exchange_totals(const struct push *p)
{
    struct net_totals sum = p->before;

    if (p->net)
        add_totals(&sum, net_totals(p->net));
    return sum;
}

void exchange_close(struct push *p)
{
    p->before = exchange_totals(p);
    net_free(p->net);
    p->net = NULL;
}

/* USER NULL: nobody signs. */
static int connect_as(
        struct push *p, const char *user, struct net **ret, struct err *err)
{
    const struct net_options opt = {.url = p->url,
            .ca_file = work_text(p->w, "ca_file"),
            .auth = user ? NET_BASIC : NET_ANONYMOUS,
            .user = user,
            .secret = p->key,
            .plain = true,
            .go_on = go_on,
            .ctx = p};

    return net_new(&opt, ret, err);
}

int exchange_connect(struct push *p, struct err *err)
{
    exchange_close(p);
    return connect_as(p, NULL, &p->net, err);
}

/* --- waiting ---------------------------------------------------------------------- */

static int nap_until(struct push *p, int64_t until_ms, struct err *err)
{
    for (int64_t left; (left = until_ms - clock_mono_ms()) > 0;) {
        if (!work_go_on(p->w))
            return err_set(err, ERR_STOPPED, N_("stopped"));
        poll(NULL, 0, left < NAP_MS ? (int)left : NAP_MS);
    }
    return work_go_on(p->w) ? 0 : err_set(err, ERR_STOPPED, N_("stopped"));
}

static int wait_turn(struct push *p, struct err *err)
{
    int rc = nap_until(p, p->next_ms, err);

    p->next_ms = clock_mono_ms() + p->interval_ms;
    return rc;
}

/* Before try N + 1, for the reason WHY. */
static int rest(struct push *p, int n, int retry_seconds, const struct err *why,
        struct err *err)
{
    int64_t ms = net_backoff(n, retry_seconds);
    struct json *event = work_event("wait");

    work_set_int(event, "seconds", (ms + 999) / 1000);
    work_set_int(event, "try", n + 1);
    work_set_int(event, "tries", p->tries);
    lines_set_err(event, why);
    work_tell(p->w, event);
    return nap_until(p, clock_mono_ms() + ms, err);
}

/* --- one request ------------------------------------------------------------------ */

static bool comes_later(const struct net_answer *a)
{
    return a->status == 429 || a->status == 502 || a->status == 503 || a->status == 504;
}

/* Whether the answer is one of the agenda's, of which its sender makes what it can. A
 * gateway that lost patience does not know what became of a thing done once. */
static bool is_final(const struct net_answer *a, int n, bool once)
{
    if (a->not_couch)
        return false;
    if (once)
        return a->status != 429 && a->status != 503;
    return !comes_later(a) && (a->status < 500 || n >= FAULT_TRIES);
}

/* Of a portal, a proxy, a server that is away: nothing else will go through either. */
static int give_up(
        struct push *p, struct net_answer *a, const struct err *why, struct err *err)
{
    net_answer_release(a);
    p->network = true;
    if (err)
        *err = *why;
    return why->code;
}

/* How a failed try N goes on: 0, once more; else it ended so. */
static int after_failure(struct push *p, const struct net *net, int n, int rc,
        struct net_answer *a, const struct err *why, struct err *err)
{
    if (n >= p->tries || a->not_couch || (rc && !net_down(net)))
        return give_up(p, a, why, err);
    rc = rest(p, n, a->retry_seconds, why, err);
    net_answer_release(a);
    return rc;
}

/* ONCE: as exchange. Over a connection that has died meanwhile the library repeats a
 * request by itself: what is done once has a new one for each try. */
static int try_all(struct push *p, struct net *net, const struct net_request *rq,
        bool once, struct net_answer *ret, struct err *err)
{
    for (int n = 1;; n++) {
        struct net_answer a = {.status = 0};
        struct err why = {0};
        int rc = wait_turn(p, err);
        int64_t up;

        if (rc == 0 && once && n > 1) {
            rc = exchange_connect(p, err);
            net = p->net;
        }
        if (rc)
            return rc;
        up = net_totals(net).up;
        rc = net_run(net, rq, &a, &why);
        if (rc == 0 && is_final(&a, n, once)) {
            *ret = a;
            return 0;
        }
        if (rc && once && net_totals(net).up > up) {
            if (err)
                *err = why;
            return ERR_CONFLICT;
        }
        if (rc && p->w->stop)
            return err_set(err, ERR_STOPPED, N_("stopped"));
        if (rc == 0)
            net_refused(&a, &why);
        rc = after_failure(p, net, n, rc, &a, &why, err);
        if (rc)
            return rc;
    }
}

int exchange_sign(struct push *p, const struct net_request *rq, const char *user,
        struct net_answer *ret, struct err *err)
{
    struct net *net = NULL;
    int rc = connect_as(p, user, &net, err);

    if (rc == 0)
        rc = try_all(p, net, rq, false, ret, err);
    if (net)
        add_totals(&p->before, net_totals(net));
    net_free(net);
    return rc;
}

static int need_token(struct push *p, struct err *err)
{
    if (p->token && clock_mono_ms() < p->token_until_ms)
        return 0;
    secret_free(p->token);
    p->token = NULL;
    return p->target->sign(p, err);
}

/* One thing that the server fails at is that thing's; many are the server's. */
static int look_for_faults(struct push *p, struct net_answer *a, struct err *err)
{
    struct err why = {0};

    p->faults = a->status >= 500 ? p->faults + 1 : 0;
    if (p->faults < FAULTS_MAX)
        return 0;
    net_refused(a, &why);
    return give_up(p, a, &why, err);
}

int exchange(struct push *p, const struct net_request *rq, bool once,
        struct net_answer *ret, struct err *err)
{
    struct net_request signed_rq = *rq;

    signed_rq.max = ANSWER_MAX;
    for (bool again = false;; again = true) {
        char *head;
        int rc = need_token(p, err);

        if (rc)
            return rc;
        head = p->target->head(p->token);
        signed_rq.head = head;
        rc = try_all(p, p->net, &signed_rq, once, ret, err);
        secret_free(head);
        if (rc == 0 && ret->status == 401 && again) {
            rc = net_refused(ret, err); /* nothing else is let in either */
            net_answer_release(ret);
        }
        if (rc || ret->status != 401)
            return rc || once ? rc : look_for_faults(p, ret, err);
        net_answer_release(ret);
        p->token_until_ms = 0; /* it ended early */
        if (once)
            rc = exchange_connect(p, err);
        if (rc)
            return rc;
    }
}

/* --- answers ---------------------------------------------------------------------- */

int exchange_take_token(struct push *p, struct net_answer *a, struct err *err)
{
    struct json *answer = NULL;
    bool good = a->status >= 200 && a->status < 300 &&
                json_parse_secret(buf_view(&a->body), ANSWER_MAX, &answer, NULL) == 0;
    const char *token = good ? json_get_text(answer, "access_token") : NULL;
    int64_t seconds = json_get_int(answer, "expires_in", 0);
    int64_t ms = seconds > 0 && seconds <= DAY_S ? seconds * 1000 : TOKEN_MS;

    if (token && *token && !token[strcspn(token, "\r\n")]) {
        p->token = xstrdup(token);
        p->token_until_ms =
                clock_mono_ms() + (ms > 2 * TOKEN_EARLY_MS ? ms - TOKEN_EARLY_MS : ms);
    }
    json_free_secret(answer);
    if (a->body.s)
        explicit_bzero(a->body.s, a->body.len);
    net_answer_release(a);
    return p->token ? 0
                    : err_set(err, ERR_INVALID,
                              N_("%1$s does not accept the key: odus push %2$s "
                                 "--set-key"),
                              p->url, p->target->name);
}

static void add_words(struct buf *out, const struct json *text)
{
    struct view v = json_as_view(text);

    if (!v.n || out->len >= WORDS_MAX)
        return;
    if (out->len)
        buf_adds(out, "; ");
    if (v.n > WORDS_MAX - out->len)
        v.n = utf8_snap(v, WORDS_MAX - out->len);
    utf8_clean(v, 0, out);
}

/* {"error"|"errorType", "message", "errors": [{"field", "message"|"code"}]} */
static void server_words(const struct json *answer, int status, struct buf *out)
{
    const struct json *errors = json_get(answer, "errors");

    add_words(out, json_get(answer, "errorType"));
    add_words(out, json_get(answer, "error"));
    add_words(out, json_get(answer, "message"));
    for (size_t i = 0; i < json_len(errors); i++) {
        const struct json *one = json_at(errors, i);
        const struct json *message = json_get(one, "message");

        add_words(out, json_get(one, "field"));
        add_words(out, message ? message : json_get(one, "code"));
    }
    if (!out->len)
        buf_addf(out, "HTTP %d", status);
}

int exchange_result(struct net_answer *a, struct json **ret, struct err *err)
{
    bool success = a->status >= 200 && a->status < 300;
    struct json *answer = NULL;
    struct buf words;

    if (a->body.len && json_parse(buf_view(&a->body), ANSWER_MAX, &answer, NULL) < 0)
        answer = NULL;
    *ret = answer;
    if (!success || json_get(answer, "errorType")) {
        buf_init(&words, 0);
        server_words(answer, a->status, &words);
        err_set(err, ERR_INVALID, N_("refused there: %1$s"), words.s);
        buf_release(&words);
        success = false;
    }
    net_answer_release(a);
    return success ? SENT : REFUSED;
}
