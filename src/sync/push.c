/* What waits here goes to the peer, in batches that suit the link. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "odus/base/mem.h"
#include "session.h"

/*
 * A batch is acknowledged as a whole, so it is also what is sent again after a cut: it
 * grows as long as it stays below 200 KB on the wire (P14).
 */
enum {
    BATCH_FIRST = 100,
    BATCH_MOST = 500,
    BYTES_FIRST = 200 * 1024,
    BYTES_MOST = 900 * 1024,
    WIRE_MOST = 200 * 1024,
    QUICK_MS = 2000, /* a batch that took less makes the next one larger */
    SLOW_MS = 10000,
    PROVE_MOST = 500,
    GZIP = 5, /* times smaller, about */
};

struct push {
    struct session *s;
    size_t limit, bytes, most;
    int64_t after[2];
    bool referred;   /* what was left to a référent earlier */
    int64_t offered; /* documents handed out by the outbox */

    /* of the batch that is sent */
    int64_t wire; /* bytes as they travelled */
    size_t fit;   /* most documents that went at once */
    bool halved;  /* it was too large for the server… */
    bool one;     /* …for a single document */
};

/* --- refusals --------------------------------------------------------------------- */

static int refuse(struct session *s, const struct replica_doc *doc, const char *why,
        struct err *err)
{
    struct json *event = session_about(s, "refused", doc->uid);

    s->report->refused++;
    if (!s->refused)
        s->refused = json_new_object();
    json_set_take(s->refused, doc->revs[0], json_bool(true));
    json_set_text(event, "why", why);
    session_tell(s, event);
    return replica_refusal(s->store, s->peer, doc->uid, why, err);
}

/* The server's rules forbid it. A merge that came about by itself, or what others have
 * signed, is nobody's mistake: it waits here for a référent, and what the account
 * signed of it goes. */
static int forbid(struct session *s, const struct replica_doc *doc, const char *why,
        struct err *err)
{
    bool left = false;
    int rc = replica_refused(s->store, s->peer, doc,
            s->job->author ? s->job->author : "", why, &left, err);

    if (rc < 0 || !left)
        return rc ? rc : refuse(s, doc, why, err);
    if (!s->refused)
        s->refused = json_new_object();
    json_set_take(s->refused, doc->revs[0], json_bool(true));
    s->referred = s->left = true;
    return 0;
}

/* What an answer to a batch is read into. */
struct reading {
    struct session *s;
    int rc; /* of the store, at the first row that it failed for */
    struct err *err;
};

static void refused_row(
        void *ctx, const struct replica_doc *doc, const char *error, const char *reason)
{
    struct reading *r = ctx;

    if (r->rc == 0 && strcmp(error, "forbidden") == 0)
        r->rc = forbid(r->s, doc, *reason ? reason : error, r->err);
    else if (r->rc == 0)
        r->rc = refuse(r->s, doc, *reason ? reason : error, r->err);
}

/* --- one batch -------------------------------------------------------------------- */

/* Those the peer took, moved to the front; returns their number. */
static size_t keep_taken(struct replica_doc *docs, size_t n, const bool *taken)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        if (taken[i]) {
            struct replica_doc doc = docs[kept];

            docs[kept++] = docs[i];
            docs[i] = doc;
        }
    return kept;
}

static int take_answer(struct session *s, const struct net_answer *a,
        struct replica_doc *docs, size_t n, struct err *err)
{
    bool *taken = xcalloc(n, sizeof(*taken));
    struct reading reading = {.s = s, .err = err};
    struct json *answer = NULL;
    int rc = json_parse(buf_view(&a->body), 0, &answer, err);

    if (rc == 0)
        rc = wire_read_bulk_docs(answer, docs, n, taken, refused_row, &reading, err);
    s->report->network = rc < 0; /* so far nothing but the answer can be wrong */
    if (rc == 0)
        rc = reading.rc;
    if (rc == 0)
        rc = replica_acknowledge(
                s->store, s->peer, docs, keep_taken(docs, n, taken), 0, err);
    json_free(answer);
    free(taken);
    return rc;
}

static int send(struct session *s, struct replica_doc *docs, size_t n,
        struct net_answer *ret, struct err *err)
{
    char *path = session_path(s, "/_bulk_docs");
    struct net_request rq = {.method = "POST", .path = path};
    struct buf text;
    int rc;

    buf_init(&text, 0);
    wire_bulk_docs(docs, n, &text);
    rq.body = buf_view(&text);
    rc = text.full ? err_set(err, ERR_LIMIT, N_("too much to send at once"))
                   : session_call(s, &rq, ret, err);
    buf_release(&text);
    free(path);
    return rc;
}

static int push_docs(
        struct push *p, struct replica_doc *docs, size_t n, struct err *err)
{
    struct session *s = p->s;
    struct net_answer answer = {.status = 0};
    int rc = send(s, docs, n, &answer, err);

    if (rc < 0)
        return rc;
    if (answer.status == 413 && n > 1) {
        net_answer_release(&answer);
        p->halved = true;
        rc = push_docs(p, docs, n / 2, err);
        return rc ? rc : push_docs(p, docs + n / 2, n - n / 2, err);
    }
    p->wire = answer.up > p->wire ? answer.up : p->wire;
    if (answer.status == 413) {
        p->one = true;
        rc = refuse(s, docs, "too large for this server", err);
    } else if (answer.status < 200 || answer.status > 299 || answer.not_couch) {
        rc = session_refused(s, &answer, err);
    } else {
        p->fit = n > p->fit ? n : p->fit;
        rc = take_answer(s, &answer, docs, n, err);
    }
    net_answer_release(&answer);
    return rc;
}

/* --- all of them ------------------------------------------------------------------ */

static void adapt(struct push *p, int64_t ms)
{
    if (p->halved && !p->one && p->fit) {
        p->most = p->limit = p->fit; /* what the server takes at once */
    } else if (ms < QUICK_MS && p->wire * 2 <= WIRE_MOST) {
        p->limit = p->limit * 2 < p->most ? p->limit * 2 : p->most;
        p->bytes = p->bytes * 2 < BYTES_MOST ? p->bytes * 2 : BYTES_MOST;
    } else if (ms > SLOW_MS || p->wire > WIRE_MOST) {
        p->limit = p->limit > 20 ? p->limit / 2 : p->limit;
        p->bytes = p->bytes > 20 * 1024 ? p->bytes / 2 : p->bytes;
    }
}

/* Those that were refused in this session are not offered twice; as keep_taken. */
static size_t keep_fresh(struct session *s, struct replica_doc *docs, size_t n)
{
    bool *fresh = xcalloc(n ? n : 1, sizeof(*fresh));

    for (size_t i = 0; i < n; i++)
        fresh[i] = !json_get(s->refused, docs[i].revs[0]);
    n = keep_taken(docs, n, fresh);
    free(fresh);
    return n;
}

/* 1: a batch was sent; 0: nothing waits any more. */
static int push_batch(struct push *p, struct err *err)
{
    struct session *s = p->s;
    const struct replica_out out = {.peer = s->peer,
            .container = s->local,
            .author = s->job->author,
            .limit = p->limit,
            .bytes = p->bytes,
            .referred = p->referred};
    struct replica_doc *docs = NULL;
    int64_t began = clock_mono_ms();
    size_t n = 0, fresh;
    int rc = replica_outbox(s->store, &out, p->after, &docs, &n, err);

    p->wire = 0;
    p->fit = 0;
    p->halved = p->one = false;
    fresh = rc == 0 ? keep_fresh(s, docs, n) : 0;
    if (fresh > 0)
        rc = session_guard(s, docs, fresh, false, err);
    if (rc == 0 && fresh > 0)
        rc = push_docs(p, docs, fresh, err);
    replica_docs_free(docs, n);
    if (rc < 0 || n == 0)
        return rc;
    p->offered += (int64_t)n;
    adapt(p, clock_mono_ms() - began);
    session_progress(s, (int64_t)n, false);
    return 1;
}

/* What an earlier session had to leave to a référent is not offered again and again,
 * but for one of it: where that is taken the account has another role now. */
static int push_referred(struct push *p, struct err *err)
{
    struct session *s = p->s;
    size_t limit = p->limit;
    int rc;

    p->after[0] = p->after[1] = 0;
    p->referred = true;
    p->limit = 1;
    rc = push_batch(p, err);
    p->limit = limit;
    while (rc == 1 && !s->left)
        rc = push_batch(p, err);
    p->referred = false;
    return rc < 0 ? rc : 0;
}

/* What waits and may go, once; then what goes instead of merges that may not. */
static int push_all(struct push *p, struct err *err)
{
    struct session *s = p->s;
    int rc;

    do {
        s->referred = false;
        p->after[0] = p->after[1] = 0;
        do
            rc = push_batch(p, err);
        while (rc == 1);
    } while (rc == 0 && s->referred);
    return rc == 0 && !s->left ? push_referred(p, err) : rc;
}

/* A store that was filled before it knew this server asks before it uploads: once, for
 * what waits in all containers. */
static int may_upload(struct session *s, int64_t n, int64_t bytes, struct err *err)
{
    struct json *question;
    int rc;

    if (!s->peer_is_new)
        return session_metered(s, bytes / GZIP, err);
    rc = replica_waiting(s->store, s->peer, NULL, &n, &bytes, err);
    if (rc < 0)
        return rc;
    question = work_event("ask");
    json_set_text(question, "what", "first-upload");
    json_set_text(question, "url", s->url);
    work_set_int(question, "count", n);
    work_set_int(question, "bytes", bytes);
    if (!session_ask(s, question))
        return err_set(err, ERR_CONFLICT,
                N_("nothing was sent: the first upload was refused"));
    s->peer_is_new = false;
    return 0;
}

int session_push(struct session *s, struct err *err)
{
    struct push p = {
            .s = s, .limit = BATCH_FIRST, .bytes = BYTES_FIRST, .most = BATCH_MOST};
    int64_t n, bytes;
    int rc = replica_waiting(s->store, s->peer, s->local, &n, &bytes, err);

    if (rc < 0 || n == 0 || !s->gives || s->job->dry_run)
        return rc;
    rc = may_upload(s, n, bytes, err);
    if (rc < 0)
        return rc;
    session_phase(s, PHASE_PUSH, n);
    rc = push_all(&p, err);
    if (rc == 0 && p.offered < n) /* ends of leaves: their heirs must be there first */
        rc = session_prove(s, err);
    if (rc == 0 && p.offered < n)
        rc = push_all(&p, err);
    if (rc == 0)
        session_progress(s, 0, true);
    return rc;
}

/* --- proof ------------------------------------------------------------------------ */

/* DOC is not there although the server said so: it waits again. */
static int wait_again(struct session *s, const struct replica_doc *doc, struct err *err)
{
    int rc = replica_lost(s->store, s->peer, doc, err);

    return rc ? rc
              : refuse(s, doc, "the server said it had stored this, and has not", err);
}

static int judge(struct session *s, const struct json *missing,
        struct replica_doc *docs, size_t n, struct err *err)
{
    bool *there = xcalloc(n, sizeof(*there));
    int rc = 0;

    for (size_t i = 0; i < n && rc == 0; i++) {
        there[i] = !wire_is_missing(missing, docs[i].uid, docs[i].revs[0]);
        if (!there[i])
            rc = wait_again(s, &docs[i], err);
    }
    n = keep_taken(docs, n, there);
    s->report->pushed += rc == 0 ? (int64_t)n : 0;
    if (rc == 0)
        rc = replica_acknowledge(s->store, s->peer, docs, n, clock_now_ms(), err);
    free(there);
    return rc;
}

static int prove(struct session *s, struct replica_doc *docs, size_t n, struct err *err)
{
    char *path = session_path(s, "/_revs_diff");
    struct json *missing = NULL;
    int rc =
            session_json(s, "POST", path, wire_revs_diff(docs, n), &missing, NULL, err);

    free(path);
    if (rc == 0 && json_kind(missing) != JSON_KIND_OBJECT) {
        s->report->network = true; /* or silence would count as "has it" (P15) */
        rc = err_set(err, ERR_INVALID,
                N_("the server's answer is none that can be understood"));
    }
    if (rc == 0)
        rc = judge(s, missing, docs, n, err);
    json_free(missing);
    return rc;
}

int session_prove(struct session *s, struct err *err)
{
    while (!s->job->dry_run) {
        struct replica_doc *docs = NULL;
        size_t n = 0;
        int rc = replica_unproved(
                s->store, s->peer, s->local, PROVE_MOST, &docs, &n, err);

        if (rc == 0 && n > 0)
            rc = prove(s, docs, n, err);
        replica_docs_free(docs, n);
        if (rc < 0 || n == 0)
            return rc;
    }
    return 0;
}
