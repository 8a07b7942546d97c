/* What the peer says of what was sent, and whether it is true. */
#include "push.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "odus/base/mem.h"

enum { PROVE_MOST = 500 };

/* --- refusals --------------------------------------------------------------------- */

int push_refuse(struct session *s, const struct replica_doc *doc, const char *why,
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
        return rc ? rc : push_refuse(s, doc, why, err);
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
        r->rc = push_refuse(r->s, doc, *reason ? reason : error, r->err);
}

/* --- the answer to a batch ----------------------------------------------------------
 */

size_t push_keep(struct replica_doc *docs, size_t n, const bool *wanted)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        if (wanted[i]) {
            struct replica_doc doc = docs[kept];

            docs[kept++] = docs[i];
            docs[i] = doc;
        }
    return kept;
}

int push_take_answer(struct session *s, const struct net_answer *a,
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
                s->store, s->peer, docs, push_keep(docs, n, taken), 0, err);
    json_free(answer);
    free(taken);
    return rc;
}

/* --- proof ------------------------------------------------------------------------ */

/* DOC is not there although the server said so: it waits again. */
static int wait_again(struct session *s, const struct replica_doc *doc, struct err *err)
{
    int rc = replica_lost(s->store, s->peer, doc, err);

    return rc ? rc
              : push_refuse(
                        s, doc, "the server said it had stored this, and has not", err);
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
    n = push_keep(docs, n, there);
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
