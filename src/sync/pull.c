/*
 * What is new at the peer, a page at a time. A page is asked for with its documents;
 * those of the first generation, and those whose revision id proves that they are
 * children of what is here (it is a hash of parent and body, docs/design.md §6), need
 * nothing more. The others are fetched with their ancestry. While a page is stored the
 * next one is on its way.
 */
#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "odus/base/hash.h"
#include "odus/base/mem.h"
#include "session.h"

enum {
    PAGE_FIRST = 100,
    PAGE_MOST = 1000,
    PAGE_LEAST = 25,
    QUICK_MS = 4000, /* a page that took less makes the next one larger */
    SLOW_MS = 12000,
    FETCH_MOST = 250,    /* revisions asked for at once */
    PROVED_MOST = 50000, /* of our own looked for in the feed */
};

struct pull {
    struct session *s;
    char *since; /* of the page that is asked for */
    size_t limit;
    bool with_docs;
    bool first; /* nothing was ever pulled from here: all of it is taken for new */

    struct replica_doc *own; /* what was just pushed, and is to be seen in the feed */
    size_t nown;
    bool *seen;

    struct replica_doc *docs; /* of this page, to be stored */
    size_t ndocs, docs_cap;
    struct json *want; /* array of {id, rev}: to be fetched with their ancestry */
    int64_t asked_ms;
};

/* --- a row of the feed -------------------------------------------------------------
 */

static void take_doc(struct pull *p, const struct replica_doc *doc)
{
    p->docs = mem_grow(p->docs, p->ndocs + 1, &p->docs_cap, sizeof(*p->docs));
    p->docs[p->ndocs++] = *doc;
}

static void want_rev(struct pull *p, const char *uid, const char *rev)
{
    struct json *one = json_new_object();

    json_set_take(one, "id", json_text(view_of(uid)));
    json_set_take(one, "rev", json_text(view_of(rev)));
    json_push_take(p->want, one);
}

/* DOC becomes {rev, parent} where PARENT is here and its id says it is the parent. */
static bool prove_child(struct pull *p, struct replica_doc *doc)
{
    struct replica_leaf *leaves = NULL;
    struct view body = view_of(doc->body);
    char rev[REV_MAX];
    bool proved = false;
    size_t n = 0;

    if (replica_leaves(p->s->store, doc->uid, &leaves, &n, NULL) < 0)
        return false;
    for (size_t i = 0; i < n && !proved; i++) {
        record_rev(leaves[i].rev, doc->deleted, body, rev);
        proved = strcmp(rev, doc->revs[0]) == 0;
        if (proved) {
            doc->revs = xrealloc(doc->revs, 2, sizeof(*doc->revs));
            memcpy(doc->revs[1], leaves[i].rev, REV_MAX);
            doc->nrevs = 2;
        }
    }
    free(leaves);
    return proved;
}

/* True where the document that came with ROW is all that is needed. */
static bool take_row_doc(struct pull *p, const struct wire_row *row)
{
    struct replica_doc doc;
    bool whole;

    if (!row->doc || wire_read_doc(row->doc, &doc, &whole, NULL) < 0)
        return false;
    if (strcmp(doc.revs[0], row->revs[0]) == 0 && (whole || prove_child(p, &doc))) {
        take_doc(p, &doc);
        return true;
    }
    replica_doc_release(&doc);
    return false;
}

static int by_uid(const void *a, const void *b)
{
    return strcmp(
            ((const struct replica_doc *)a)->uid, ((const struct replica_doc *)b)->uid);
}

static void look_for_own(struct pull *p, const struct wire_row *row)
{
    struct replica_doc key = {.deleted = false};
    const struct replica_doc *found;

    if (!p->nown)
        return;
    memcpy(key.uid, row->uid, sizeof(key.uid));
    found = bsearch(&key, p->own, p->nown, sizeof(*p->own), by_uid);
    if (!found)
        return;
    while (found > p->own && strcmp(found[-1].uid, row->uid) == 0)
        found--;
    for (; found < p->own + p->nown && strcmp(found->uid, row->uid) == 0; found++)
        for (size_t i = 0; i < row->nrevs; i++)
            if (strcmp(found->revs[0], row->revs[i]) == 0)
                p->seen[found - p->own] = true;
}

static int take_row(struct pull *p, const struct wire_row *row, struct err *err)
{
    const char **revs = xcalloc(row->nrevs, sizeof(*revs));
    bool *missing = xcalloc(row->nrevs, sizeof(*missing));
    int rc = 0;

    look_for_own(p, row);
    for (size_t i = 0; i < row->nrevs; i++) {
        revs[i] = row->revs[i];
        missing[i] = true;
    }
    if (!p->first)
        rc = replica_missing(p->s->store, row->uid, revs, row->nrevs, missing, err);
    for (size_t i = 0; rc == 0 && i < row->nrevs; i++)
        if (missing[i] && !(i == 0 && take_row_doc(p, row)))
            want_rev(p, row->uid, row->revs[i]);
    free(missing);
    free(revs);
    return rc;
}

/* --- fetching with ancestry ---------------------------------------------------------
 */

static void refused_doc(void *ctx, const struct err *why)
{
    struct session *s = ctx;
    struct json *event = session_event("refused");
    struct buf text;

    buf_init(&text, 0);
    err_text(why, NULL, &text);
    session_set(event, "uid", "");
    session_set(event, "title", "");
    session_set(event, "why", text.s);
    buf_release(&text);
    s->report->refused++;
    session_tell(s, event);
}

static int fetch(struct pull *p, struct json *docs, struct err *err)
{
    struct session *s = p->s;
    struct json *body = json_new_object(), *answer = NULL;
    char *path = session_path(s, "/_bulk_get?revs=true");
    struct replica_doc *got = NULL;
    size_t n = 0;
    int rc;

    json_set_take(body, "docs", docs);
    rc = session_json(s, "POST", path, body, &answer, NULL, err);
    free(path);
    if (rc == 0)
        rc = wire_read_bulk_get(answer, &got, &n, refused_doc, s, err);
    for (size_t i = 0; rc == 0 && i < n; i++)
        take_doc(p, &got[i]);
    free(got);
    json_free(answer);
    return rc;
}

static int fetch_wanted(struct pull *p, struct err *err)
{
    size_t n = json_len(p->want);
    int rc = 0;

    for (size_t i = 0; i < n && rc == 0;) {
        struct json *some = json_new_array();

        for (size_t end = i + FETCH_MOST; i < n && i < end; i++)
            json_push_take(some, json_retain(json_at(p->want, i)));
        rc = fetch(p, some, err);
    }
    /* Where most of a page had to be fetched again, the next comes without documents.
     */
    if (n > 4)
        p->with_docs = p->with_docs && n * 3 < p->ndocs;
    else if (!p->nown)
        p->with_docs = true;
    json_free(p->want);
    p->want = json_new_array();
    return rc;
}

/* --- storing ------------------------------------------------------------------------
 */

static int apply(
        struct pull *p, size_t from, size_t n, const char *since, struct err *err)
{
    struct session *s = p->s;
    enum replica_outcome outcomes[REPLICA_SLICE];
    struct err why[REPLICA_SLICE];
    const struct replica_slice slice = {.peer = s->peer,
            .container = s->local,
            .docs = p->docs + from,
            .n = n,
            .since = since};
    int rc = replica_apply(s->store, s->forms, &slice, outcomes, why, err);

    for (size_t i = 0; rc == 0 && i < n; i++) {
        if (outcomes[i] == REPLICA_ADDED)
            s->report->pulled++;
        if (outcomes[i] == REPLICA_ADDED && slice.docs[i].nrevs > 1)
            session_touch(s, slice.docs[i].uid);
        if (outcomes[i] == REPLICA_REFUSED)
            refused_doc(s, &why[i]);
    }
    return rc;
}

/* The page in slices, the checkpoint with the last one. */
static int store_page(struct pull *p, struct err *err)
{
    size_t from = 0;
    int rc;

    do {
        size_t left = p->ndocs - from;
        size_t n = left < REPLICA_SLICE ? left : REPLICA_SLICE;

        rc = apply(p, from, n, n == left ? p->since : NULL, err);
        from += n;
        net_turn(p->s->net);
        session_progress(p->s, (int64_t)n, false);
        if (rc == 0 && !p->s->host->go_on(p->s->host->ctx))
            rc = err_set(err, ERR_BUSY, N_("cancelled"));
    } while (rc == 0 && from < p->ndocs);
    return rc;
}

static void drop_docs(struct pull *p)
{
    for (size_t i = 0; i < p->ndocs; i++)
        replica_doc_release(&p->docs[i]);
    p->ndocs = 0;
}

/* --- pages --------------------------------------------------------------------------
 */

static char *page_path(const struct pull *p)
{
    struct buf path;

    buf_init(&path, 0);
    buf_addf(&path, "/%s/_changes?style=all_docs&limit=%zu%s&since=", p->s->remote,
            p->limit, p->with_docs ? "&include_docs=true" : "");
    net_encode(view_of(*p->since ? p->since : "0"), &path);
    return buf_take(&path);
}

static int ask_page(struct pull *p, struct err *err)
{
    char *path = page_path(p);
    const struct net_request rq = {.method = "GET", .path = path};
    int rc;

    p->asked_ms = clock_mono_ms();
    rc = net_start(p->s->net, &rq, err);
    free(path);
    return rc;
}

static int await_page(struct pull *p, struct json **ret, struct err *err)
{
    char *path = page_path(p);
    const struct net_request rq = {.method = "GET", .path = path};
    struct net_answer answer = {.status = 0};
    int rc = session_wait(p->s, &rq, &answer, err);

    free(path);
    if (rc < 0)
        return rc;
    if (answer.status != 200 || answer.not_couch)
        rc = session_refused(p->s, &answer, err);
    else
        rc = json_parse(buf_view(&answer.body), 0, ret, err);
    net_answer_release(&answer);
    return rc;
}

static void adapt(struct pull *p)
{
    int64_t ms = clock_mono_ms() - p->asked_ms;

    if (ms < QUICK_MS)
        p->limit = p->limit * 2 < PAGE_MOST ? p->limit * 2 : PAGE_MOST;
    else if (ms > SLOW_MS)
        p->limit = p->limit / 2 > PAGE_LEAST ? p->limit / 2 : PAGE_LEAST;
}

/* On a metered link: asks once, when the first page shows what the rest will weigh. */
static int may_go_on(
        struct pull *p, const struct wire_changes *page, int64_t down, struct err *err)
{
    struct session *s = p->s;
    struct json *question;
    int64_t bytes;

    if (!s->job->metered || s->metered_allowed || page->pending <= 0 || !page->nseen)
        return 0;
    bytes = down / (int64_t)page->nseen * page->pending;
    if (bytes <= s->job->metered)
        return 0;
    question = session_event("ask");
    session_set(question, "what", "metered");
    session_set_int(question, "bytes", bytes);
    s->metered_allowed = session_ask(s, question);
    return s->metered_allowed ? 0
                              : err_set(err, ERR_BUSY,
                                        N_("stopped: the rest would cost too much"));
}

static int take_page(struct pull *p, const struct wire_changes *page, struct err *err)
{
    int rc = 0;

    for (size_t i = 0; i < page->nrows && rc == 0; i++)
        rc = take_row(p, &page->rows[i], err);
    if (rc == 0)
        rc = fetch_wanted(p, err);
    return rc;
}

static void set_since(struct pull *p, const struct wire_changes *page)
{
    free(p->since);
    p->since = xstrdup(page->last);
}

/* 1: there is a next page, which is on its way; 0: this was the last. */
static int pull_page(struct pull *p, struct err *err)
{
    struct session *s = p->s;
    int64_t before = session_totals(s).down;
    struct json *answer = NULL;
    struct wire_changes page = {.rows = NULL};
    bool more = false;
    int rc = await_page(p, &answer, err);

    if (rc < 0)
        return rc;
    rc = wire_read_changes(answer, &page, err);
    if (rc == 0) {
        s->total = page.pending < 0 ? -1 : s->done + (int64_t)page.nseen + page.pending;
        more = page.nseen >= p->limit;
        adapt(p);
        rc = take_page(p, &page, err);
    }
    if (rc == 0)
        rc = session_guard(s, p->docs, p->ndocs, true, err);
    if (rc == 0 && !s->job->dry_run)
        set_since(p, &page);
    else if (rc == 0)
        s->report->pulled += (int64_t)p->ndocs;
    if (rc == 0 && more)
        rc = may_go_on(p, &page, session_totals(s).down - before, err);
    if (rc == 0 && more && !s->job->dry_run)
        rc = ask_page(p, err);
    if (rc == 0 && !s->job->dry_run)
        rc = store_page(p, err);
    drop_docs(p);
    wire_changes_release(&page);
    json_free(answer);
    return rc ? rc : more && !s->job->dry_run;
}

/* --- is it still the same server? ----------------------------------------------------
 */

/* The epoch it bears; made where it has none and lets us. Owned, "" without. A `_local`
 * document does not replicate (docs/sync.md): missing or another, the server is new. */
static int read_epoch(struct session *s, char **ret, struct err *err)
{
    char *path = session_path(s, "/_local/odus");
    char made[UUID_TEXT];
    struct json *answer = NULL, *body;
    int status = 0;
    int rc = session_json(s, "GET", path, NULL, &answer, &status, err);

    if (rc == 0) {
        const char *epoch = json_get_text(answer, "epoch");

        *ret = xstrdup(epoch ? epoch : "");
    } else if (status == 404) {
        err_clear(err);
        body = json_new_object();
        uuid_v7(clock_now_ms(), made);
        session_set(body, "_id", "_local/odus");
        session_set(body, "epoch", made);
        rc = session_json(s, "PUT", path, body, &answer, &status, err);
        *ret = xstrdup(rc == 0 ? made : "");
        rc = status == 401 || status == 403 ? 0 : rc; /* may only read there */
    }
    json_free(answer);
    free(path);
    return rc;
}

int session_server(struct session *s, struct err *err)
{
    char *since = NULL, *known = NULL, *epoch = NULL;
    int rc = replica_checkpoint(s->store, s->peer, s->local, &since, &known, err);

    if (rc == 0)
        rc = read_epoch(s, &epoch, err);
    if (rc == 0 && *epoch && strcmp(epoch, known) != 0)
        rc = replica_restart(s->store, s->peer, s->local, epoch, err);
    free(since);
    free(known);
    free(epoch);
    return rc;
}

/* --- all pages -----------------------------------------------------------------------
 */

static int own_begin(struct pull *p, struct err *err)
{
    int rc = replica_unproved(
            p->s->store, p->s->peer, PROVED_MOST, &p->own, &p->nown, err);

    if (rc < 0 || !p->nown)
        return rc;
    qsort(p->own, p->nown, sizeof(*p->own), by_uid);
    p->seen = xcalloc(p->nown, sizeof(*p->seen));
    return 0;
}

static int own_end(struct pull *p, struct err *err)
{
    size_t kept = 0;

    for (size_t i = 0; i < p->nown; i++)
        if (p->seen[i]) {
            struct replica_doc doc = p->own[kept];

            p->own[kept++] = p->own[i];
            p->own[i] = doc;
        }
    p->s->report->pushed += (int64_t)kept;
    return kept ? replica_acknowledge(
                          p->s->store, p->s->peer, p->own, kept, clock_now_ms(), err)
                : 0;
}

int session_pull(struct session *s, struct err *err)
{
    struct pull p = {.s = s, .limit = PAGE_FIRST};
    char *epoch = NULL;
    int rc = replica_checkpoint(s->store, s->peer, s->local, &p.since, &epoch, err);

    free(epoch);
    if (rc < 0)
        return rc;
    p.want = json_new_array();
    rc = own_begin(&p, err);
    p.with_docs = p.nown == 0;
    p.first = !*p.since && p.with_docs;
    session_phase(s, PHASE_PULL, -1);
    if (rc == 0)
        rc = ask_page(&p, err);
    do
        rc = rc < 0 ? rc : pull_page(&p, err);
    while (rc == 1);
    if (rc == 0)
        rc = own_end(&p, err);
    session_progress(s, 0, true);
    replica_docs_free(p.own, p.nown);
    json_free(p.want);
    drop_docs(&p);
    free(p.docs);
    free(p.seen);
    free(p.since);
    return rc;
}
