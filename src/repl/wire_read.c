/* What peers send: documents, and answers to our requests. They may send anything. */
#include "wire_priv.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"

/* --- one document ----------------------------------------------------------------- */

static int bad_revision(const struct replica_doc *d, struct err *err)
{
    return err_set(err, ERR_INVALID,
            N_("document %1$s has a revision that makes no sense"), d->uid);
}

/* D->revs from `_revisions`, newest first. What is older than a store keeps is left. */
static int read_ancestry(
        const struct json *revisions, struct replica_doc *d, struct err *err)
{
    const struct json *ids = json_get(revisions, "ids");
    int64_t start = json_get_int(revisions, "start", 0);
    size_t n = json_kind(ids) == JSON_KIND_ARRAY ? json_len(ids) : 0;

    if (start < 1 || start > WIRE_GEN_MAX || n == 0 || n > (size_t)start)
        return bad_revision(d, err);
    if (n > REPLICA_REVS_MAX)
        n = REPLICA_REVS_MAX;
    d->revs = xcalloc(n, sizeof(*d->revs));
    d->nrevs = n;
    for (size_t i = 0; i < n; i++)
        if (!wire_join_rev((int)(start - (int64_t)i), json_as_view(json_at(ids, i)),
                    d->revs[i]))
            return bad_revision(d, err);
    return 0;
}

/* A server takes `_rev` or `_revisions`; where both stand they must say the same. */
static int read_revisions(
        const struct json *doc, struct replica_doc *d, bool *ret_whole, struct err *err)
{
    const struct json *revisions = json_get(doc, "_revisions");
    const struct json *rev = json_get(doc, "_rev");
    char text[REV_MAX];

    if ((rev || !revisions) && !wire_copy_rev(json_as_view(rev), text))
        return bad_revision(d, err);
    *ret_whole = revisions || wire_rev(view_of(text)) == 1;
    if (revisions) {
        int rc = read_ancestry(revisions, d, err);

        return rc == 0 && rev && strcmp(text, d->revs[0]) != 0 ? bad_revision(d, err)
                                                               : rc;
    }
    d->revs = xcalloc(1, sizeof(*d->revs));
    d->nrevs = 1;
    memcpy(d->revs[0], text, sizeof(text));
    return 0;
}

static int read_body(const struct json *doc, struct replica_doc *d, struct err *err)
{
    struct buf text;

    d->json = json_new_object();
    for (struct json_iter it = {0}; json_iter(doc, &it);)
        if (it.key[0] != '_')
            json_set_take(d->json, it.key, json_retain(it.val));
    json_set_text(d->json, "_id", d->uid);
    buf_init(&text, WIRE_DOC_MAX);
    json_canonical(d->json, &text);
    if (text.full) {
        buf_release(&text);
        return err_set(err, ERR_LIMIT, N_("document %1$s is too large"), d->uid);
    }
    d->body = buf_take(&text);
    return 0;
}

static int read_deleted(const struct json *doc, struct replica_doc *d, struct err *err)
{
    const struct json *deleted = json_get(doc, "_deleted");

    if (deleted && json_kind(deleted) != JSON_KIND_BOOL)
        return err_set(err, ERR_INVALID,
                N_("document %1$s does not say whether it is deleted"), d->uid);
    d->deleted = json_as_bool(deleted, false);
    return 0;
}

int wire_read_doc(const struct json *doc, struct replica_doc *ret, bool *ret_whole,
        struct err *err)
{
    struct replica_doc d = {.deleted = false};
    const char *id = json_get_text(doc, "_id");
    bool whole = false;
    int rc;

    if (json_kind(doc) != JSON_KIND_OBJECT || !id)
        return err_set(err, ERR_INVALID, N_("a document has no identifier"));
    if (!wire_is_record(id))
        return err_set(err, ERR_INVALID, N_("document %1$s is no record"), id);
    memcpy(d.uid, id, sizeof(d.uid));
    rc = read_revisions(doc, &d, &whole, err);
    if (rc == 0)
        rc = read_deleted(doc, &d, err);
    if (rc == 0)
        rc = read_body(doc, &d, err);
    if (rc < 0) {
        replica_doc_release(&d);
        return rc;
    }
    *ret = d;
    *ret_whole = whole;
    return 0;
}

/* --- _changes --------------------------------------------------------------------- */

static void row_release(struct wire_row *row)
{
    free(row->revs);
}

void wire_changes_release(struct wire_changes *c)
{
    for (size_t i = 0; i < c->nrows; i++)
        row_release(&c->rows[i]);
    free(c->rows);
    free(c->last);
    *c = (struct wire_changes){.rows = NULL};
}

static bool read_leaves(const struct json *changes, struct wire_row *row)
{
    size_t n = json_kind(changes) == JSON_KIND_ARRAY ? json_len(changes) : 0;

    if (n == 0 || n > WIRE_LEAVES_MAX)
        return false;
    row->revs = xcalloc(n, sizeof(*row->revs));
    for (size_t i = 0; i < n; i++)
        if (wire_copy_rev(json_as_view(json_get(json_at(changes, i), "rev")),
                    row->revs[row->nrevs]))
            row->nrevs++;
    return row->nrevs > 0;
}

static bool read_row(const struct json *j, struct wire_row *row)
{
    const char *id = json_get_text(j, "id");
    struct json *doc = json_get(j, "doc");
    const char *doc_id = json_get_text(doc, "_id");

    *row = (struct wire_row){.deleted = json_get_bool(j, "deleted", false)};
    if (!id || !wire_is_record(id))
        return false;
    memcpy(row->uid, id, sizeof(row->uid));
    if (doc_id && strcmp(doc_id, id) == 0)
        row->doc = doc;
    if (read_leaves(json_get(j, "changes"), row))
        return true;
    row_release(row);
    return false;
}

/* Opaque to us: a text, a number, with some servers an array. */
static char *read_last(const struct json *answer)
{
    const struct json *last = json_get(answer, "last_seq");
    struct buf text;

    if (json_as_text(last))
        return xstrdup(json_as_text(last));
    if (json_kind(last) != JSON_KIND_INT && json_kind(last) != JSON_KIND_ARRAY)
        return NULL;
    buf_init(&text, 0);
    json_canonical(last, &text);
    return buf_take(&text);
}

static int no_answer(struct err *err)
{
    return err_set(
            err, ERR_INVALID, N_("the server's answer is none that can be understood"));
}

static int check_rows(const struct json *rows, struct err *err)
{
    if (json_kind(rows) != JSON_KIND_ARRAY)
        return no_answer(err);
    if (json_len(rows) > WIRE_ROWS_MAX)
        return err_set(err, ERR_LIMIT, N_("the server's answer is too long"));
    return 0;
}

int wire_read_changes(
        const struct json *answer, struct wire_changes *ret, struct err *err)
{
    const struct json *rows = json_get(answer, "results");
    struct wire_changes c = {.nseen = json_len(rows)};
    int rc = check_rows(rows, err);

    if (rc < 0)
        return rc;
    c.last = read_last(answer);
    if (!c.last || !*c.last || strlen(c.last) > WIRE_SEQ_MAX) {
        free(c.last);
        return no_answer(err);
    }
    c.pending = json_get_int(answer, "pending", -1);
    if (c.pending < 0)
        c.pending = -1;
    c.rows = xcalloc(c.nseen ? c.nseen : 1, sizeof(*c.rows));
    for (size_t i = 0; i < c.nseen; i++)
        if (read_row(json_at(rows, i), &c.rows[c.nrows]))
            c.nrows++;
    *ret = c;
    return 0;
}

/* --- _revs_diff ------------------------------------------------------------------- */

bool wire_is_missing(const struct json *answer, const char *uid, const char *rev)
{
    const struct json *missing = json_get(json_get(answer, uid), "missing");
    char text[REV_MAX];

    for (size_t i = 0; i < json_len(missing); i++)
        if (wire_copy_rev(json_as_view(json_at(missing, i)), text) &&
                strcmp(text, rev) == 0)
            return true;
    return false;
}

/* --- _bulk_get -------------------------------------------------------------------- */

struct bulk {
    struct replica_doc *docs;
    size_t n, cap;
    void (*refused)(void *ctx, const struct err *why);
    void *ctx;
};

static int read_ok(
        const struct json *ok, const char *id, struct replica_doc *ret, struct err *why)
{
    struct replica_doc d;
    bool whole = false;
    int rc = wire_read_doc(ok, &d, &whole, why);

    if (rc < 0)
        return rc;
    if (strcmp(d.uid, id) != 0)
        rc = err_set(why, ERR_INVALID,
                N_("the server sent document %1$s under another name"), d.uid);
    else if (!whole)
        rc = err_set(why, ERR_INVALID,
                N_("the server sent document %1$s without its history"), d.uid);
    if (rc < 0)
        replica_doc_release(&d);
    else
        *ret = d;
    return rc;
}

static void read_one(struct bulk *b, const struct json *one, const char *id)
{
    const struct json *ok = json_get(one, "ok");
    struct err why = {0};
    int rc;

    b->docs = mem_grow(b->docs, b->n, &b->cap, sizeof(*b->docs));
    if (ok)
        rc = read_ok(ok, id, &b->docs[b->n], &why);
    else
        rc = err_set(&why, ERR_NOT_FOUND,
                N_("the server does not have a revision of %1$s"), id);
    if (rc == 0)
        b->n++;
    else if (b->refused)
        b->refused(b->ctx, &why);
}

int wire_read_bulk_get(const struct json *answer, struct replica_doc **ret,
        size_t *ret_n, void (*refused)(void *ctx, const struct err *why), void *ctx,
        struct err *err)
{
    const struct json *rows = json_get(answer, "results");
    struct bulk b = {.refused = refused, .ctx = ctx};
    int rc = check_rows(rows, err);
    size_t seen = 0;

    if (rc < 0)
        return rc;
    for (size_t i = 0; i < json_len(rows); i++) {
        const char *id = json_get_text(json_at(rows, i), "id");
        const struct json *docs = json_get(json_at(rows, i), "docs");

        if (json_kind(docs) != JSON_KIND_ARRAY)
            continue;
        for (size_t d = 0; d < json_len(docs) && seen < WIRE_ROWS_MAX; d++, seen++)
            read_one(&b, json_at(docs, d), id ? id : "");
    }
    *ret = b.docs;
    *ret_n = b.n;
    return 0;
}

/* --- _bulk_docs ------------------------------------------------------------------- */

struct verdicts {
    const struct replica_doc *docs;
    size_t n;
    bool *taken;
    void (*why)(void *ctx, const struct replica_doc *doc, const char *error,
            const char *reason);
    void *ctx;
};

static void refuse(struct verdicts *v, size_t i, const struct json *row)
{
    char error[WIRE_WORDS_MAX], reason[WIRE_WORDS_MAX];

    if (v->taken[i] && v->why)
        v->why(v->ctx, &v->docs[i], wire_words(json_get(row, "error"), error),
                wire_words(json_get(row, "reason"), reason));
    v->taken[i] = false;
}

/* Refuses what ROW names; REV NULL: whatever the revision. Returns how many. */
static size_t refuse_named(struct verdicts *v, const struct json *row, const char *rev)
{
    const char *id = json_get_text(row, "id");
    size_t met = 0;

    for (size_t i = 0; i < v->n; i++)
        if ((!id || strcmp(v->docs[i].uid, id) == 0) &&
                (!rev || strcmp(v->docs[i].revs[0], rev) == 0)) {
            refuse(v, i, row);
            met++;
        }
    return met;
}

/*
 * Some servers name no revision, or another one; an error without a name may mean any.
 * Sending again what was taken does no harm, forgetting what was not would.
 */
static void read_verdict(struct verdicts *v, const struct json *row)
{
    char rev[REV_MAX];

    if (!json_get(row, "error"))
        return;
    if (!json_get_text(row, "id") ||
            !wire_copy_rev(json_as_view(json_get(row, "rev")), rev) ||
            refuse_named(v, row, rev) == 0)
        refuse_named(v, row, NULL);
}

int wire_read_bulk_docs(const struct json *answer, const struct replica_doc *docs,
        size_t n, bool *taken,
        void (*why)(void *ctx, const struct replica_doc *doc, const char *error,
                const char *reason),
        void *ctx, struct err *err)
{
    struct verdicts v = {docs, n, taken, why, ctx};
    int rc = check_rows(answer, err);

    if (rc < 0)
        return rc;
    for (size_t i = 0; i < n; i++)
        taken[i] = true;
    for (size_t i = 0; i < json_len(answer); i++)
        read_verdict(&v, json_at(answer, i));
    return 0;
}
