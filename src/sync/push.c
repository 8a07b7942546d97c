/*
 * What waits here goes to the peer, in batches that suit the link. One is on its way at
 * a time; meanwhile the next one is read, and the one before acknowledged.
 */
#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "odus/base/mem.h"
#include "push.h"

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
    GZIP = 5, /* times smaller, about */
};

/* Of a batch. */
struct size {
    size_t docs, bytes;
};

struct push {
    struct session *s;
    struct size size; /* of the next batch */
    size_t most;
    int64_t after[2]; /* place in the outbox */
    bool referred;    /* what was left to a référent earlier */
    int64_t offered;  /* documents handed out by the outbox */

    /* of the batch that is sent */
    int64_t wire; /* bytes as they travelled */
    size_t fit;   /* most documents that went at once */
    bool halved;  /* it was too large for the server… */
    bool one;     /* …for a single document */
};

/* What is sent at once. */
struct batch {
    struct size size; /* it was read with */
    int64_t from[2];  /* place in the outbox */
    struct replica_doc *docs;
    size_t n;     /* that the outbox gave… */
    size_t fresh; /* …of which these are sent */
    struct buf text, packed;
    int64_t began_ms;
    bool sent;      /* its answer is awaited */
    int rc;         /* of reading or sending it, … */
    struct err why; /* …told when its turn comes */
};

/* --- one batch -------------------------------------------------------------------- */

static int push_docs(
        struct push *p, struct replica_doc *docs, size_t n, struct err *err);

static int push_halves(
        struct push *p, struct replica_doc *docs, size_t n, struct err *err)
{
    int rc;

    p->halved = true;
    rc = push_docs(p, docs, n / 2, err);
    return rc ? rc : push_docs(p, docs + n / 2, n - n / 2, err);
}

static bool is_taken(const struct net_answer *a)
{
    return a->status >= 200 && a->status <= 299 && !a->not_couch;
}

/* What A means for the N that were sent; what was taken is not looked at yet. */
static int judge_answer(struct push *p, const struct net_answer *a,
        struct replica_doc *docs, size_t n, struct err *err)
{
    if (a->status == 413 && n > 1)
        return push_halves(p, docs, n, err);
    p->wire = a->up > p->wire ? a->up : p->wire;
    if (a->status == 413) {
        p->one = true;
        return push_refuse(p->s, docs, "too large for this server", err);
    }
    if (!is_taken(a))
        return session_refused(p->s, a, err);
    p->fit = n > p->fit ? n : p->fit;
    return 0;
}

static int push_docs(
        struct push *p, struct replica_doc *docs, size_t n, struct err *err)
{
    char *path = session_path(p->s, "/_bulk_docs");
    struct net_request rq = {.method = "POST", .path = path};
    struct net_answer answer = {.status = 0};
    struct buf text;
    int rc;

    buf_init(&text, 0);
    wire_bulk_docs(docs, n, &text);
    rq.body = buf_view(&text);
    rc = session_call(p->s, &rq, &answer, err);
    buf_release(&text);
    free(path);
    if (rc == 0)
        rc = judge_answer(p, &answer, docs, n, err);
    if (rc == 0 && is_taken(&answer))
        rc = push_take_answer(p->s, &answer, docs, n, err);
    net_answer_release(&answer);
    return rc;
}

/* --- reading a batch, sending it ---------------------------------------------------
 */

/* Those that were refused in this session are not offered twice; as push_keep. */
static size_t keep_fresh(struct session *s, struct replica_doc *docs, size_t n)
{
    bool *fresh = xcalloc(n ? n : 1, sizeof(*fresh));

    for (size_t i = 0; i < n; i++)
        fresh[i] = !json_get(s->refused, docs[i].revs[0]);
    n = push_keep(docs, n, fresh);
    free(fresh);
    return n;
}

static void batch_release(struct batch *b)
{
    replica_docs_free(b->docs, b->n);
    buf_release(&b->text);
    buf_release(&b->packed);
    *b = (struct batch){.n = 0};
}

/* What comes next in the outbox, ready to be sent. */
static void batch_read(struct push *p, struct size size, struct batch *b)
{
    struct session *s = p->s;
    const struct replica_out out = {.peer = s->peer,
            .container = s->local,
            .author = s->job->author,
            .limit = size.docs,
            .bytes = size.bytes,
            .referred = p->referred};

    batch_release(b);
    b->size = size;
    memcpy(b->from, p->after, sizeof(b->from));
    buf_init(&b->text, 0);
    buf_init(&b->packed, 0);
    b->rc = replica_outbox(s->store, &out, p->after, &b->docs, &b->n, &b->why);
    b->fresh = b->rc ? 0 : keep_fresh(s, b->docs, b->n);
    if (b->fresh == 0)
        return;
    wire_bulk_docs(b->docs, b->fresh, &b->text);
    if (b->text.full)
        b->rc = err_set(&b->why, ERR_LIMIT, N_("too much to send at once"));
    net_turn(s->net); /* what is under way is larger than a packet */
    net_pack(s->net, buf_view(&b->text), &b->packed);
}

/* B as a request at PATH. */
static struct net_request batch_request(const struct batch *b, const char *path)
{
    return (struct net_request){.method = "POST",
            .path = path,
            .body = buf_view(&b->text),
            .packed = buf_view(&b->packed)};
}

static void batch_send(struct push *p, struct batch *b)
{
    char *path = session_path(p->s, "/_bulk_docs");
    const struct net_request rq = batch_request(b, path);

    if (b->rc == 0 && b->fresh > 0)
        b->rc = session_guard(p->s, b->docs, b->fresh, false, &b->why);
    b->began_ms = clock_mono_ms();
    if (b->rc == 0 && b->fresh > 0)
        b->rc = net_start(p->s->net, &rq, &b->why);
    b->sent = b->rc == 0 && b->fresh > 0;
    free(path);
}

static int batch_wait(
        struct push *p, struct batch *b, struct net_answer *ret, struct err *err)
{
    char *path = session_path(p->s, "/_bulk_docs");
    const struct net_request rq = batch_request(b, path);
    int rc = session_wait(p->s, &rq, ret, err);

    b->sent = false;
    free(path);
    return rc;
}

static int batch_failure(const struct batch *b, struct err *err)
{
    if (b->rc && err)
        *err = b->why;
    return b->rc;
}

/* --- all of them ------------------------------------------------------------------ */

/* What comes after a batch of this SIZE that took MS and WIRE bytes. */
static struct size size_after(
        const struct push *p, struct size size, int64_t wire, int64_t ms)
{
    if (ms < QUICK_MS && wire * 2 <= WIRE_MOST) {
        size.docs = size.docs * 2 < p->most ? size.docs * 2 : p->most;
        size.bytes = size.bytes * 2 < BYTES_MOST ? size.bytes * 2 : BYTES_MOST;
    } else if (ms > SLOW_MS || wire > WIRE_MOST) {
        size.docs = size.docs > 20 ? size.docs / 2 : size.docs;
        size.bytes = size.bytes > 20 * 1024 ? size.bytes / 2 : size.bytes;
    }
    return size;
}

static void adapt(struct push *p, const struct batch *b)
{
    int64_t ms = clock_mono_ms() - b->began_ms;

    if (p->halved && !p->one && p->fit)
        p->most = p->size.docs = p->fit; /* what the server takes at once */
    else
        p->size = size_after(p, b->size, p->wire, ms);
}

/* The one after B, which is on its way: as large as it will be if that goes well. */
static void read_ahead(struct push *p, const struct batch *b, struct batch *next)
{
    size_t wire = b->packed.len ? b->packed.len : b->text.len;

    batch_read(p, size_after(p, b->size, (int64_t)wire, 0), next);
}

/* NEXT was read before the answer to the one before it came. */
static void send_next(struct push *p, struct batch *next)
{
    if (next->size.docs > p->size.docs || next->size.bytes > p->size.bytes) {
        memcpy(p->after, next->from, sizeof(next->from));
        batch_read(p, p->size, next);
    }
    batch_send(p, next);
}

/* B is at the server. While it stores that, NEXT (NULL: none) is read; while it stores
 * NEXT, B is acknowledged. */
static int push_batch(
        struct push *p, struct batch *b, struct batch *next, struct err *err)
{
    struct net_answer answer = {.status = 0};
    int rc = 0;

    p->wire = 0;
    p->fit = 0;
    p->halved = p->one = false;
    if (next)
        read_ahead(p, b, next);
    if (b->sent) {
        rc = batch_wait(p, b, &answer, err);
        if (rc == 0)
            rc = judge_answer(p, &answer, b->docs, b->fresh, err);
        adapt(p, b);
    }
    if (rc == 0 && next)
        send_next(p, next);
    if (rc == 0 && is_taken(&answer))
        rc = push_take_answer(p->s, &answer, b->docs, b->fresh, err);
    net_answer_release(&answer);
    p->offered += rc == 0 ? (int64_t)b->n : 0;
    if (rc == 0)
        session_progress(p->s, (int64_t)b->n, false);
    return rc;
}

/* Once through the outbox. */
static int push_pass(struct push *p, struct err *err)
{
    struct batch two[2] = {{.n = 0}}, *b = &two[0], *next = &two[1];
    int rc = 0;

    p->after[0] = p->after[1] = 0;
    batch_read(p, p->size, b);
    batch_send(p, b);
    while (rc == 0 && b->rc == 0 && b->n > 0) {
        struct batch *done = b;

        rc = push_batch(p, b, next, err);
        b = next;
        next = done;
    }
    rc = rc ? rc : batch_failure(b, err);
    if (b->sent && session_connect(p->s, NULL) == 0)
        b->sent = false; /* nobody waits for it any more */
    batch_release(b);
    batch_release(next);
    return rc;
}

/* What an earlier session had to leave to a référent is not offered again and again,
 * but for one of it: where that is taken the account has another role now. */
static int push_referred(struct push *p, struct err *err)
{
    struct size usual = p->size;
    struct batch b = {.n = 0};
    int rc;

    p->after[0] = p->after[1] = 0;
    p->referred = true;
    p->size.docs = 1;
    do {
        batch_read(p, p->size, &b);
        batch_send(p, &b);
        rc = batch_failure(&b, err);
        if (rc == 0 && b.n > 0)
            rc = push_batch(p, &b, NULL, err);
        if (b.size.docs == 1)
            p->size = usual;
    } while (rc == 0 && b.n > 0 && !p->s->left);
    p->referred = false;
    batch_release(&b);
    return rc;
}

/* What waits and may go, once; then what goes instead of merges that may not. */
static int push_all(struct push *p, struct err *err)
{
    struct session *s = p->s;
    int rc = 0;

    do {
        s->referred = false;
        rc = push_pass(p, err);
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
    struct push p = {.s = s, .size = {BATCH_FIRST, BYTES_FIRST}, .most = BATCH_MOST};
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
