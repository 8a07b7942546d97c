/* The rows of a page: what they bring, what has to be fetched with its ancestry. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "odus/base/mem.h"
#include "pull.h"

enum {
    FETCH_MOST = 250,    /* revisions asked for at once */
    PROVED_MOST = 50000, /* of our own looked for in the feed */
    FEW = 4,
};

static void take_doc(struct pull *p, const struct replica_doc *doc)
{
    p->docs = mem_grow(p->docs, p->ndocs + 1, &p->docs_cap, sizeof(*p->docs));
    p->docs[p->ndocs++] = *doc;
}

/* --- what a row brings ------------------------------------------------------------ */

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

/* --- our own in the feed ---------------------------------------------------------- */

static int by_uid(const void *a, const void *b)
{
    return strcmp(
            ((const struct replica_doc *)a)->uid, ((const struct replica_doc *)b)->uid);
}

int pull_own_begin(struct pull *p, struct err *err)
{
    int rc = replica_unproved(
            p->s->store, p->s->peer, p->s->local, PROVED_MOST, &p->own, &p->nown, err);

    if (rc < 0 || !p->nown)
        return rc;
    qsort(p->own, p->nown, sizeof(*p->own), by_uid);
    p->seen = xcalloc(p->nown, sizeof(*p->seen));
    return 0;
}

/* True where that is all there is of ROW. */
static bool look_for_own(struct pull *p, const struct wire_row *row)
{
    struct replica_doc key = {.deleted = false};
    const struct replica_doc *found;
    size_t n = 0;

    if (!p->nown)
        return false;
    memcpy(key.uid, row->uid, sizeof(key.uid));
    found = bsearch(&key, p->own, p->nown, sizeof(*p->own), by_uid);
    if (!found)
        return false;
    while (found > p->own && strcmp(found[-1].uid, row->uid) == 0)
        found--;
    for (; found < p->own + p->nown && strcmp(found->uid, row->uid) == 0; found++)
        for (size_t i = 0; i < row->nrevs; i++)
            if (strcmp(found->revs[0], row->revs[i]) == 0) {
                n += !p->seen[found - p->own];
                p->seen[found - p->own] = true;
            }
    return n == row->nrevs;
}

int pull_own_end(struct pull *p, struct err *err)
{
    size_t kept = 0;
    int rc;

    for (size_t i = 0; i < p->nown; i++)
        if (p->seen[i]) {
            struct replica_doc doc = p->own[kept];

            p->own[kept++] = p->own[i];
            p->own[i] = doc;
        }
    if (!kept)
        return 0;
    rc = replica_acknowledge(
            p->s->store, p->s->peer, p->own, kept, clock_now_ms(), err);
    p->s->report->pushed += rc == 0 ? (int64_t)kept : 0;
    return rc;
}

/* --- a row ------------------------------------------------------------------------ */

int pull_row(struct pull *p, const struct wire_row *row, struct err *err)
{
    const char **revs;
    bool *missing;
    int rc = 0;

    if (look_for_own(p, row))
        return 0;
    revs = xcalloc(row->nrevs, sizeof(*revs));
    missing = xcalloc(row->nrevs, sizeof(*missing));
    for (size_t i = 0; i < row->nrevs; i++) {
        revs[i] = row->revs[i];
        missing[i] = true;
    }
    if (!p->first)
        rc = replica_missing(p->s->store, row->uid, revs, row->nrevs, missing, err);
    for (size_t i = 0; rc == 0 && i < row->nrevs; i++)
        if (!missing[i] && !p->s->job->dry_run)
            rc = replica_seen(p->s->store, p->s->peer, row->uid, row->revs[i], err);
        else if (missing[i] && !(i == 0 && take_row_doc(p, row)))
            wire_want(p->want, row->uid, row->revs[i]);
    free(missing);
    free(revs);
    return rc;
}

/* --- fetching with ancestry ------------------------------------------------------- */

void pull_refused(void *session, const struct err *why)
{
    struct session *s = session;
    struct json *event = work_event("refused");
    struct buf text;

    buf_init(&text, 0);
    err_text(why, NULL, &text);
    json_set_text(event, "uid", "");
    json_set_text(event, "title", "");
    json_set_text(event, "why", text.s);
    buf_release(&text);
    s->report->refused++;
    session_tell(s, event);
}

/* An answer that was cut does not end where it began. */
static bool is_closed(struct view text)
{
    int depth = 0;

    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (c == '"')
            for (i++; i < text.n && text.p[i] != '"'; i++)
                i += text.p[i] == '\\';
        depth += (c == '{' || c == '[') - (c == '}' || c == ']');
    }
    return text.n > 0 && depth == 0;
}

static int fetch(struct pull *p, struct json *const *asked, size_t n, struct err *err);

/*
 * What ANSWER brings. Nothing that was ASKED for is passed over in silence, for the
 * checkpoint would be, too: what the answer says nothing of is asked for once more.
 */
static int take_answer(struct pull *p, const struct json *answer,
        struct json *const *asked, size_t n, struct err *err)
{
    struct json *rest[FETCH_MOST];
    struct replica_doc *got = NULL;
    size_t ngot = 0, left = wire_unanswered(answer, asked, n, rest);
    int rc = 0;

    if (left > 0 && p->again) {
        p->s->report->network = p->s->report->down = true;
        return err_set(err, ERR_IO,
                N_("the server's answer lacks what was asked for: try again later"));
    }
    rc = wire_read_bulk_get(answer, &got, &ngot, pull_refused, p->s, err);
    for (size_t i = 0; rc == 0 && i < ngot; i++)
        take_doc(p, &got[i]);
    free(got);
    if (rc == 0 && left > 0) {
        p->again = true;
        rc = fetch(p, rest, left, err);
        p->again = false;
    }
    return rc;
}

static struct json *request_for(struct json *const *asked, size_t n)
{
    struct json *body = json_new_object(), *docs = json_new_array();

    for (size_t i = 0; i < n; i++)
        json_push_take(docs, json_retain(asked[i]));
    json_set_take(body, "docs", docs);
    return body;
}

/* The answer to ASKED cannot be read, as WHY says: it is asked for in halves, and what
 * alone spoils it is left out. */
static int fetch_less(struct pull *p, struct json *const *asked, size_t n,
        const struct err *why, struct err *err)
{
    int rc;

    session_forgive(p->s, err);
    if (n > 1) {
        rc = fetch(p, asked, n / 2, err);
        return rc ? rc : fetch(p, asked + n / 2, n - n / 2, err);
    }
    pull_refused(p->s, why);
    return 0;
}

static int fetch(struct pull *p, struct json *const *asked, size_t n, struct err *err)
{
    struct session *s = p->s;
    char *path = session_path(s, "/_bulk_get?revs=true");
    struct json *body = request_for(asked, n), *answer = NULL;
    struct net_request rq = {.method = "POST", .path = path};
    struct net_answer a = {.status = 0};
    struct err why = {0};
    struct buf text;
    bool unread = false;
    int rc;

    buf_init(&text, 0);
    json_canonical(body, &text);
    json_free(body);
    rq.body = buf_view(&text);
    rc = session_call(s, &rq, &a, &why);
    buf_release(&text);
    free(path);
    if (rc == 0 && (a.status != 200 || a.not_couch)) {
        rc = session_refused(s, &a, &why);
    } else if (rc == 0) {
        rc = json_parse(buf_view(&a.body), 0, &answer, &why);
        unread = rc < 0 && is_closed(buf_view(&a.body));
    } else {
        unread = rc == ERR_LIMIT;
    }
    net_answer_release(&a);
    if (unread)
        return fetch_less(p, asked, n, &why, err);
    if (rc < 0 && err)
        *err = why;
    if (rc == 0)
        rc = take_answer(p, answer, asked, n, err);
    json_free(answer);
    return rc;
}

int pull_wanted(struct pull *p, struct err *err)
{
    size_t n = json_len(p->want);
    int rc = 0;

    for (size_t i = 0; i < n && rc == 0; i += FETCH_MOST) {
        size_t some = n - i < FETCH_MOST ? n - i : FETCH_MOST;
        struct json *asked[FETCH_MOST];

        for (size_t k = 0; k < some; k++)
            asked[k] = json_at(p->want, i + k);
        rc = fetch(p, asked, some, err);
    }
    /* Where most of a page had to be fetched again, the next comes without documents.
     */
    if (n > FEW)
        p->with_docs = p->with_docs && n * 3 < p->ndocs;
    else if (!p->nown)
        p->with_docs = true;
    json_free(p->want);
    p->want = json_new_array();
    return rc;
}
