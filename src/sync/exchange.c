/* Exchanges with the peer: tried again while there is no link, signed in when asked. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "odus/base/lines.h"
#include "odus/base/mem.h"
#include "odus/net/secret.h"
#include "session.h"

enum {
    SIGN_IN_TRIES = 3, /* a server locks the account after five wrong passwords */
    LARGE_TRIES = 2,
    NAP_MS = 100,
};

static bool go_on(void *ctx, const struct net *net)
{
    struct session *s = ctx;

    (void)net;
    session_progress(s, 0, false);
    return s->host->go_on(s->host->ctx);
}

static void add_totals(struct net_totals *sum, struct net_totals more)
{
    sum->up += more.up;
    sum->down += more.down;
    sum->requests += more.requests;
    sum->connections += more.connections;
    sum->rate = more.rate;
}

struct net_totals session_totals(const struct session *s)
{
    struct net_totals sum = s->before;

    if (s->net)
        add_totals(&sum, net_totals(s->net));
    return sum;
}

int session_connect(struct session *s, struct err *err)
{
    const struct net_options opt = {
            .url = s->job->url,
            .ca_file = s->job->ca_file,
            /* a name alone signs nobody in: the server says whether it wants more */
            .auth = s->user && s->secret ? s->job->auth : NET_ANONYMOUS,
            .user = s->user,
            .secret = s->secret,
            .insecure = s->job->insecure,
            .go_on = go_on,
            .ctx = s,
    };

    s->before = session_totals(s);
    net_free(s->net);
    s->net = NULL;
    return net_new(&opt, &s->net, err);
}

/* --- signing in ------------------------------------------------------------------ */

static char *ask_for(struct session *s, const char *what, bool again)
{
    struct json *question = work_event("ask");

    json_set_text(question, "what", what);
    json_set_text(question, "url", s->url);
    json_set_text(question, "user", s->user);
    json_set_take(question, "again", json_bool(again));
    json_set_take(
            question, "token", s->job->auth == NET_BEARER ? json_bool(true) : NULL);
    return s->host->ask(s->host->ctx, question);
}

/* 1: try once more with what was answered; 0: no answer, the refusal stands. */
static int sign_in(struct session *s, int n, struct err *err)
{
    char *secret;
    int rc;

    if (!s->user) {
        s->user = ask_for(s, "user", false);
        if (!s->user || !*s->user) {
            free(s->user);
            s->user = NULL;
            return 0;
        }
    }
    secret = ask_for(s, "password", n > 0 || s->secret);
    if (!secret)
        return 0;
    secret_free(s->secret);
    s->secret = secret;
    rc = session_connect(s, err);
    return rc < 0 ? rc : 1;
}

/* --- trying again ---------------------------------------------------------------- */

/* Waits as NET_BACKOFF says before try N; false: stopped meanwhile. */
static bool rest(struct session *s, int n, int retry_seconds, const struct err *why)
{
    int64_t ms = net_backoff(n, retry_seconds);
    int64_t until = clock_mono_ms() + ms;
    struct json *event = work_event("wait");

    work_set_int(event, "seconds", (ms + 999) / 1000);
    lines_set_err(event, why);
    session_tell(s, event);
    while (clock_mono_ms() < until) {
        if (!s->host->go_on(s->host->ctx))
            return false;
        (void)poll(NULL, 0, NAP_MS);
    }
    return true;
}

static bool is_patience(int status)
{
    return status == 429 || status == 502 || status == 503 || status == 504;
}

/* The account is refused, or what it came with. A token is good for a while only, so
 * also after others were let in; CouchDB answers 400 to one that is broken or
 * another's. */
static bool wants_sign_in(const struct session *s, const struct net_answer *answer)
{
    if (!answer->token)
        return answer->status == 401 && !s->silent;
    return answer->status == 401 || (answer->status == 400 && !s->silent);
}

struct attempt {
    int most; /* tries; 0: as many as the job says */
    int tries, sign_ins;
    bool begun;                /* the first one was begun with net_start */
    bool down;                 /* the last one may do later */
    bool (*before)(void *ctx); /* of session_stream */
    void *ctx;
};

/* 1: once more; 0: that is the answer; <0 */
static int judge(struct session *s, struct attempt *a, int rc,
        struct net_answer *answer, struct err *err)
{
    int retry = rc == 0 ? answer->retry_seconds : -1;
    int most = a->most ? a->most : s->job->tries;
    bool again = rc == 0 ? is_patience(answer->status) : net_down(s->net);

    a->down = again;
    if (rc == 0 && wants_sign_in(s, answer) && a->sign_ins < SIGN_IN_TRIES) {
        rc = sign_in(s, a->sign_ins++, err);
        if (rc)
            net_answer_release(answer);
        return rc;
    }
    if (rc == 0 && again) {
        rc = net_refused(answer, err);
        net_answer_release(answer);
    }
    if (!again || rc == 0)
        return rc;
    a->tries++;
    if (most && a->tries >= most)
        return rc;
    if (!rest(s, a->tries, retry, err))
        return err_set(err, ERR_BUSY, N_("cancelled"));
    err_clear(err);
    return 1;
}

static int run(struct session *s, struct attempt *a, const struct net_request *rq,
        struct net_answer *ret, struct err *err)
{
    struct err local = {0};
    int rc;

    do {
        bool begun = a->begun;

        a->begun = false;
        if (a->before && a->before(a->ctx))
            a->tries = 0;
        rc = begun ? net_wait(s->net, ret, &local) : net_run(s->net, rq, ret, &local);
        rc = judge(s, a, rc, ret, &local);
    } while (rc == 1);
    if (rc < 0) {
        s->report->network = true;
        s->report->down = a->down;
        if (err)
            *err = local;
    }
    return rc;
}

int session_call(struct session *s, const struct net_request *rq,
        struct net_answer *ret, struct err *err)
{
    return run(s, &(struct attempt){.begun = false}, rq, ret, err);
}

int session_wait(struct session *s, const struct net_request *rq,
        struct net_answer *ret, struct err *err)
{
    return run(s, &(struct attempt){.begun = true}, rq, ret, err);
}

/* However patient the session is: text must not wait for what is large. */
static int few_tries(const struct session *s)
{
    return s->job->tries ? s->job->tries : LARGE_TRIES;
}

int session_call_large(struct session *s, const struct net_request *rq,
        struct net_answer *ret, struct err *err)
{
    return run(s, &(struct attempt){.most = few_tries(s)}, rq, ret, err);
}

int session_stream(struct session *s, const struct net_request *rq,
        bool (*before)(void *ctx), void *ctx, struct net_answer *ret, struct err *err)
{
    return run(s, &(struct attempt){.most = few_tries(s), .before = before, .ctx = ctx},
            rq, ret, err);
}

int session_refused(struct session *s, const struct net_answer *a, struct err *err)
{
    s->report->network = true;
    s->report->down = a->not_couch || is_patience(a->status);
    return net_refused(a, err);
}

void session_forgive(struct session *s, struct err *err)
{
    s->report->network = false;
    s->report->down = false;
    err_clear(err);
}

/* --- JSON ------------------------------------------------------------------------- */

char *session_path(const struct session *s, const char *rest)
{
    return xasprintf("/%s%s", s->remote, rest);
}

int session_json(struct session *s, const char *method, const char *path,
        struct json *body, struct json **ret, int *ret_status, struct err *err)
{
    struct net_answer answer = {.status = 0};
    struct net_request rq = {.method = method, .path = path};
    struct buf text;
    int rc;

    buf_init(&text, 0);
    if (body)
        json_canonical(body, &text);
    json_free(body);
    rq.body = buf_view(&text);
    rc = session_call(s, &rq, &answer, err);
    buf_release(&text);
    if (rc < 0)
        return rc;
    if (ret_status)
        *ret_status = answer.status;
    if (answer.status < 200 || answer.status > 299 || answer.not_couch)
        rc = session_refused(s, &answer, err);
    else if ((rc = json_parse(buf_view(&answer.body), 0, ret, err)) < 0)
        s->report->network = true;
    net_answer_release(&answer);
    return rc;
}
