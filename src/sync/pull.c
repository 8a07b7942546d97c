/*
 * What is new at the peer, a page at a time. A page is asked for with its documents;
 * those of the first generation, and those whose revision id proves that they are
 * children of what is here (it is a hash of parent and body, docs/design.md §6), need
 * nothing more. The others are fetched with their ancestry. While a page is stored the
 * next one is on its way.
 */
#include "pull.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "odus/base/clock.h"
#include "odus/base/mem.h"
#include "odus/base/url.h"

enum {
    PAGE_FIRST = 100,
    ROWS_FIRST = 400, /* of a page without documents */
    PAGE_MOST = 1000,
    PAGE_LEAST = 25,
    QUICK_MS = 4000, /* a page that took less makes the next one larger */
    SLOW_MS = 12000,
    PAUSE_US = 600, /* between slices: two naps of one who waits to write (db/open.c) */
};

/* --- storing ---------------------------------------------------------------------- */

static int apply(
        struct pull *p, size_t from, size_t n, const char *since, struct err *err)
{
    struct session *s = p->s;
    enum replica_outcome outcomes[REPLICA_SLICE];
    struct err *why = xcalloc(REPLICA_SLICE, sizeof(*why));
    const struct replica_slice slice = {.peer = s->peer,
            .container = s->local,
            .docs = p->docs + from,
            .n = n,
            .since = since};
    int rc;

    for (size_t i = 0; i < n; i++)
        if (slice.docs[i].nrevs > 1)
            session_will_touch(s);
    rc = replica_apply(s->store, s->forms, &slice, outcomes, why, err);
    for (size_t i = 0; rc == 0 && i < n; i++) {
        if (outcomes[i] == REPLICA_ADDED)
            s->report->pulled++;
        if (outcomes[i] == REPLICA_ADDED && slice.docs[i].nrevs > 1)
            session_touch(s, slice.docs[i].uid);
        if (outcomes[i] == REPLICA_REFUSED || why[i].id) /* or a form of no use */
            pull_refused(s, &why[i]);
    }
    free(why);
    return rc;
}

/* What comes is taken in while others may write; that alone may take long enough. */
static void give_way(struct pull *p)
{
    const struct timespec pause = {.tv_nsec = PAUSE_US * 1000L};

    net_turn(p->s->net);
    nanosleep(&pause, NULL);
}

/* The page in slices, the checkpoint with the last one. After that there is a page to
 * be read: time enough for others. */
static int store_page(struct pull *p, struct err *err)
{
    size_t from = 0;
    int rc;

    do {
        size_t left = p->ndocs - from;
        size_t n = left < REPLICA_SLICE ? left : REPLICA_SLICE;

        rc = apply(p, from, n, n == left ? p->since : NULL, err);
        from += n;
        if (from < p->ndocs)
            give_way(p);
        else
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

/* --- asking for a page ------------------------------------------------------------ */

static char *page_path(const struct pull *p)
{
    struct buf path;

    buf_init(&path, 0);
    buf_addf(&path, "/%s/_changes?style=all_docs&limit=%zu%s&since=", p->s->remote,
            p->limit, p->with_docs ? "&include_docs=true" : "");
    url_encode(view_of(*p->since ? p->since : "0"), &path);
    return buf_take(&path);
}

static int ask_page(struct pull *p, struct err *err)
{
    char *path = page_path(p);
    const struct net_request rq = {.method = "GET", .path = path};
    int rc;

    p->asked_ms = clock_mono_ms();
    rc = net_start(p->s->net, &rq, err);
    p->asked = rc == 0;
    free(path);
    return rc;
}

/* *RET_UNREAD: it came, and is too much or no JSON that can be read here. */
static int read_page(
        struct pull *p, struct json **ret, bool *ret_unread, struct err *err)
{
    char *path = page_path(p);
    const struct net_request rq = {.method = "GET", .path = path};
    struct net_answer answer = {.status = 0};
    int rc = session_wait(p->s, &rq, &answer, err);

    p->asked = false;
    p->down = answer.down;
    free(path);
    *ret_unread = rc == ERR_LIMIT;
    if (rc < 0)
        return rc;
    if (answer.status != 200 || answer.not_couch) {
        rc = session_refused(p->s, &answer, err);
    } else {
        rc = json_parse(buf_view(&answer.body), 0, ret, err);
        *ret_unread = rc < 0;
        p->s->report->network = rc < 0;
    }
    net_answer_release(&answer);
    return rc;
}

/* A page that cannot be read is asked for again, without documents, then smaller. */
static bool ask_less(struct pull *p)
{
    if (!p->with_docs && p->limit <= 1)
        return false;
    if (p->with_docs)
        p->with_docs = false;
    else
        p->limit = p->limit > 4 ? p->limit / 4 : 1;
    return true;
}

static int await_page(struct pull *p, struct json **ret, struct err *err)
{
    for (;;) {
        bool unread = false;
        int rc = read_page(p, ret, &unread, err);

        if (rc == 0 || !unread || !ask_less(p))
            return rc;
        session_forgive(p->s, err);
        rc = ask_page(p, err);
        if (rc < 0)
            return rc;
    }
}

static void adapt(struct pull *p)
{
    int64_t ms = clock_mono_ms() - p->asked_ms;

    if (ms < QUICK_MS)
        p->limit = p->limit * 2 < PAGE_MOST ? p->limit * 2 : PAGE_MOST;
    else if (ms > SLOW_MS && p->limit > PAGE_LEAST)
        p->limit = p->limit / 2 > PAGE_LEAST ? p->limit / 2 : PAGE_LEAST;
}

/* --- a page ----------------------------------------------------------------------- */

/*
 * The feed goes on to PAGE's end. A server whose feed comes back to where it was would
 * keep us for ever: one place is remembered, a later one each time the number of pages
 * has doubled.
 */
static int step_on(struct pull *p, const struct wire_changes *page, struct err *err)
{
    if (p->mark && strcmp(p->mark, page->last) == 0) {
        p->s->report->network = true;
        return err_set(
                err, ERR_IO, N_("the server repeats itself: tell whoever runs it"));
    }
    if (p->pages++ >= p->next_mark) {
        free(p->mark);
        p->mark = xstrdup(page->last);
        p->next_mark = p->pages * 2;
    }
    return 0;
}

/* On a metered link: what the rest will weigh, 0 where that need not be asked. */
static int64_t weigh_rest(const struct pull *p, const struct wire_changes *page)
{
    const struct session *s = p->s;
    int64_t bytes;

    if (!s->job->metered || s->metered_allowed || page->pending <= 0 || !page->nseen)
        return 0;
    bytes = p->down / (int64_t)page->nseen * page->pending;
    return bytes > s->job->metered ? bytes : 0;
}

static int take_page(struct pull *p, const struct wire_changes *page, struct err *err)
{
    int64_t before = session_totals(p->s).down;
    int rc = 0;

    for (size_t i = 0; i < page->nrows && rc == 0; i++)
        rc = pull_row(p, &page->rows[i], err);
    if (rc == 0)
        rc = pull_wanted(p, err);
    p->down += session_totals(p->s).down - before;
    return rc ? rc : session_guard(p->s, p->docs, p->ndocs, true, err);
}

/* The page is here whole: stores it while the next one comes. REST: bytes to ask about
 * first, so that what was paid for is kept whatever the answer is. */
static int keep_page(struct pull *p, const struct wire_changes *page, bool more,
        int64_t rest, struct err *err)
{
    int rc = 0;

    free(p->since);
    p->since = xstrdup(page->last);
    if (more && !rest)
        rc = ask_page(p, err);
    if (rc == 0)
        rc = store_page(p, err);
    if (rc == 0 && more && rest)
        rc = session_metered(p->s, rest, err);
    if (rc == 0 && more && rest)
        rc = ask_page(p, err);
    return rc;
}

/* Looks only: what is not here of this page, and what may come after it. */
static int count_page(struct pull *p, const struct wire_changes *page, struct err *err)
{
    int rc = 0;

    for (size_t i = 0; i < page->nrows && rc == 0; i++)
        rc = pull_row(p, &page->rows[i], err);
    p->s->report->pulled += (int64_t)(p->ndocs + json_len(p->want));
    p->s->report->pulled += page->pending > 0 ? page->pending : 0;
    return rc;
}

/* ANSWER is the page. 1: there is a next one, which is on its way. */
static int use_page(struct pull *p, const struct json *answer, struct err *err)
{
    struct session *s = p->s;
    struct wire_changes page;
    bool more;
    int rc = wire_read_changes(answer, &page, err);

    if (rc < 0) {
        s->report->network = true;
        return rc;
    }
    s->total = page.pending < 0 ? -1 : s->done + (int64_t)page.nseen + page.pending;
    more = page.nseen > 0 && (page.nseen >= p->limit || page.pending > 0);
    adapt(p);
    if (s->job->dry_run) {
        rc = count_page(p, &page, err);
        more = false;
    } else {
        rc = more ? step_on(p, &page, err) : 0;
        if (rc == 0 && strcmp(s->remote, SESSION_COMMONS) == 0)
            rc = session_containers(s, answer, err);
        if (rc == 0)
            rc = take_page(p, &page, err);
        if (rc == 0)
            rc = keep_page(p, &page, more, weigh_rest(p, &page), err);
    }
    wire_changes_release(&page);
    return rc ? rc : more;
}

static int pull_page(struct pull *p, struct err *err)
{
    struct json *answer = NULL;
    int rc = await_page(p, &answer, err);

    if (rc == 0)
        rc = use_page(p, answer, err);
    drop_docs(p);
    json_free(answer);
    return rc;
}

/* --- all pages -------------------------------------------------------------------- */

static int pull_pages(struct pull *p, struct err *err)
{
    struct session *s = p->s;
    int rc = s->job->dry_run ? 0 : pull_own_begin(p, err);

    p->with_docs = p->nown == 0 && !s->job->dry_run;
    p->first = !*p->since && p->with_docs;
    p->limit = p->with_docs ? PAGE_FIRST : ROWS_FIRST;
    session_phase(s, PHASE_PULL, -1);
    if (rc == 0)
        rc = ask_page(p, err);
    do
        rc = rc < 0 ? rc : pull_page(p, err);
    while (rc == 1);
    if (p->asked && session_connect(s, NULL) == 0)
        p->asked = false; /* nobody waits for it any more */
    return rc ? rc : pull_own_end(p, err);
}

int session_pull(struct session *s, struct err *err)
{
    struct pull p = {.s = s};
    char *epoch = NULL;
    int rc = replica_checkpoint(s->store, s->peer, s->local, &p.since, &epoch, err);

    free(epoch);
    if (rc < 0)
        return rc;
    p.want = json_new_array();
    rc = pull_pages(&p, err);
    session_progress(s, 0, true);
    replica_docs_free(p.own, p.nown);
    json_free(p.want);
    free(p.docs);
    free(p.seen);
    free(p.mark);
    free(p.since);
    return rc;
}
