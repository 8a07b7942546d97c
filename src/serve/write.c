/* Documents that come in: _bulk_docs, PUT, POST, DELETE. */
#include "priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "odus/base/hash.h"
#include "odus/base/mem.h"
#include "odus/repl/roles.h"
#include "odus/repl/wire.h"
#include "odus/store/files.h"

/** What became of one document. */
struct written {
    int status;   /* 201, or that of the error */
    bool foreign; /* the record stands where its author may not go */
    char id[FILES_ID], rev[REV_MAX];
    struct json *error; /* owned; NULL: it is stored */
};

static void refuse(struct written *w, int status, const char *error, const char *reason)
{
    json_free(w->error);
    w->status = status;
    w->error = answer_error_json(error, reason);
}

static void refuse_err(
        struct written *w, int status, const char *error, const struct err *err)
{
    char *reason = answer_reason(err);

    refuse(w, status, error, reason);
    free(reason);
}

/* --- who may ------------------------------------------------------------------- */

/* The workshop's guests share one name: it vouches for no author. */
static const char *author_of(const struct call *c, const struct json *doc)
{
    const char *author = json_get_text(doc, "modifie_par");

    return c->who.guest && author && *author ? author : c->who.name;
}

static bool may_write(struct call *c, const struct json *doc, struct written *w)
{
    const struct roles_user user = {author_of(c, doc), c->who.roles};
    struct replica_doc winner = {.body = NULL};
    struct json *old = NULL;
    struct err err = {0};
    int rc;

    if (replica_get(c->serve->opt.store, w->id, NULL, &winner, NULL, NULL) == 0)
        old = wire_write_plain(&winner);
    replica_doc_release(&winner);
    rc = roles_check(&user, doc, old, c->serve->opt.training, &err);
    w->foreign = old && !place_may_change(c, w->id, old);
    json_free(old);
    if (rc)
        refuse_err(w, rc == ERR_USAGE ? 401 : 403,
                rc == ERR_USAGE ? "unauthorized" : "forbidden", &err);
    return rc == 0;
}

/* --- what it would do to the record -------------------------------------------- */

/* An edit of what stood here before the record went elsewhere: it belongs to that. */
static bool follows_seen(struct call *c, const struct replica_doc *d)
{
    enum { LOOKED_AT = 20 };
    const struct place here = {c->serve, c->container, auth_is_visitor(c)};
    struct json *seen = NULL;

    for (size_t i = 1; i < d->nrevs && i < LOOKED_AT && !seen; i++)
        seen = doc_read(&here, d->uid, d->revs[i], false, false, NULL);
    json_free(seen);
    return seen != NULL;
}

static bool is_among(const struct replica_doc *d, const char *rev)
{
    for (size_t i = 0; i < d->nrevs; i++)
        if (strcmp(d->revs[i], rev) == 0)
            return true;
    return false;
}

/* What D would do among the leaves of its record. */
struct effect {
    size_t leaves; /* that stand */
    bool joins;    /* it is one of them, or follows one */
    bool ends;     /* the last that lives is among those */
};

static struct effect effect_of(struct call *c, const struct replica_doc *d)
{
    struct replica_leaf *leaves = NULL;
    size_t ended = 0, left = 0;
    struct effect e = {0};

    if (replica_leaves(c->serve->opt.store, d->uid, &leaves, &e.leaves, NULL) < 0)
        return (struct effect){0};
    for (size_t i = 0; i < e.leaves; i++) {
        bool is = is_among(d, leaves[i].rev);

        e.joins = e.joins || is;
        ended += is && !leaves[i].deleted;
        left += !is && !leaves[i].deleted;
    }
    free(leaves);
    e.ends = ended && !left;
    return e;
}

/* The end of the last leaf that lives closes no conflict, whatever its `fusion` says.
 * And nobody can take a record any more of which there are a thousand leaves. */
static bool may_follow(struct call *c, const struct replica_doc *d, struct written *w)
{
    enum { LEAVES_MOST = 500 };
    bool master = c->serve->open || auth_has_role(&c->who, "administrateur");
    struct effect e = effect_of(c, d);

    if (w->foreign && !follows_seen(c, d))
        refuse(w, 403, "forbidden", N_("this record stands in another container"));
    else if (d->deleted && e.ends && !master)
        refuse(w, 403, "forbidden", N_("only an administrator may erase for good"));
    else if (e.leaves >= LEAVES_MOST && !e.joins)
        refuse(w, 403, "forbidden", N_("this record has too many conflicts"));
    return !w->error;
}

/* --- edits that are to get a revision here (new_edits) ------------------------- */

/* The leaf that a new edit follows: "" none. False: it follows nothing that stands. */
static bool find_parent(
        struct store *store, const char *uid, const char *given, char parent[REV_MAX])
{
    struct replica_leaf *leaves = NULL;
    size_t n = 0;
    bool ok = false;

    parent[0] = '\0';
    if (replica_leaves(store, uid, &leaves, &n, NULL) < 0)
        return !given;
    for (size_t i = 0; i < n && !ok; i++) {
        ok = given ? strcmp(leaves[i].rev, given) == 0 : leaves[i].deleted;
        if (ok)
            snprintf(parent, REV_MAX, "%s", leaves[i].rev);
        if (!given)
            break;
    }
    free(leaves);
    return ok;
}

/* Gives D, read as a first revision, its place after PARENT. */
static int follow(
        struct store *store, const char *parent, struct replica_doc *d, struct err *err)
{
    struct replica_doc before = {.body = NULL};
    size_t n = 0;
    int rc = 0;

    if (*parent)
        rc = replica_get(store, d->uid, parent, &before, NULL, err);
    if (rc)
        return rc;
    n = before.nrevs < REPLICA_REVS_MAX ? before.nrevs : REPLICA_REVS_MAX - 1;
    d->revs = xrealloc(d->revs, n + 1, sizeof(*d->revs));
    d->nrevs = n + 1;
    if (n)
        memcpy(d->revs + 1, before.revs, n * sizeof(*d->revs));
    record_rev(parent, d->deleted, view_of(d->body), d->revs[0]);
    replica_doc_release(&before);
    return 0;
}

static bool read_edit(struct call *c, struct json *doc, struct written *w,
        struct replica_doc *ret, struct err *err)
{
    static const char first[] = "1-00000000000000000000000000000000";
    struct json *given = json_retain(json_get(doc, "_rev"));
    char parent[REV_MAX];
    bool whole, ok = false;

    json_set_take(doc, "_revisions", NULL);
    json_set_text(doc, "_rev", first);
    if (!find_parent(c->serve->opt.store, w->id, json_as_text(given), parent))
        refuse(w, 409, "conflict", "Document update conflict.");
    else if (wire_read_doc(doc, ret, &whole, err) ||
             follow(c->serve->opt.store, parent, ret, err))
        refuse_err(w, 400, "bad_request", err);
    else
        ok = true;
    json_set_take(doc, "_rev", json_retain(given));
    json_free(given);
    return ok;
}

/* --- one document -------------------------------------------------------------- */

/* A file that a record names is kept at once. */
static void accept_file(
        struct call *c, const char *hash, const struct json *doc, struct written *w)
{
    struct err err = {0};
    int status = file_take(c, hash, doc, &err);

    files_rev(hash, w->rev);
    if (status != 201)
        refuse_err(w, status, file_error(status), &err);
}

/* Reads DOC into RET; false: refused in W, or done. */
static bool read_doc(struct call *c, struct json *doc, bool new_edits,
        struct written *w, struct replica_doc *ret)
{
    const char *id = json_get_text(doc, "_id"), *rev = json_get_text(doc, "_rev");
    char hash[HASH_256_TEXT];
    struct err err = {0};
    bool whole;

    snprintf(w->id, sizeof(w->id), "%s", id ? id : "");
    snprintf(w->rev, sizeof(w->rev), "%s", rev ? rev : "");
    w->status = 201;
    if (id && files_read_id(id, hash)) {
        accept_file(c, hash, doc, w);
        return false;
    }
    if (!id || !wire_is_record(id))
        refuse(w, 403, "forbidden", "only records are kept here");
    else if (!may_write(c, doc, w))
        return false;
    else if (new_edits)
        return read_edit(c, doc, w, ret, &err);
    else if (wire_read_doc(doc, ret, &whole, &err))
        refuse_err(w, err.code == ERR_LIMIT ? 413 : 400,
                err.code == ERR_LIMIT ? "document_too_large" : "bad_request", &err);
    return !w->error;
}

static bool accept_doc(struct call *c, struct json *doc, bool new_edits,
        struct written *w, struct replica_doc *ret)
{
    return read_doc(c, doc, new_edits, w, ret) && may_follow(c, ret, w);
}

struct slice {
    struct replica_doc docs[REPLICA_SLICE];
    struct written *of[REPLICA_SLICE];
    size_t n;
};

/* Fewer than would go: others wait for their turn, and how many leaves a record may
 * have is looked at between one slice and the next. */
enum { AT_ONCE = 100 };

/* What came in one request. */
struct batch {
    struct json *const *docs;
    size_t n;
    bool new_edits;
    struct written *ret; /* of each */
};

enum wanted { ALL, LIVING, ENDS };

static int store_slice(struct call *c, struct slice *s, struct err *err)
{
    const struct replica_slice slice = {
            .container = c->container, .docs = s->docs, .n = s->n};
    enum replica_outcome outcomes[REPLICA_SLICE];
    struct err *why = xcalloc(REPLICA_SLICE, sizeof(*why));
    int rc = 0;

    if (s->n)
        rc = replica_apply(
                c->serve->opt.store, c->serve->opt.forms, &slice, outcomes, why, err);
    for (size_t i = 0; rc == 0 && i < s->n; i++) {
        snprintf(s->of[i]->rev, REV_MAX, "%s", s->docs[i].revs[0]);
        if (outcomes[i] == REPLICA_REFUSED)
            refuse_err(s->of[i], 400, "bad_request", &why[i]);
    }
    for (size_t i = 0; i < s->n; i++)
        replica_doc_release(&s->docs[i]);
    s->n = 0;
    free(why);
    return rc;
}

/* Those that are wanted, MOST at a time: each sees what the slice before has done. */
static int write_some(struct call *c, const struct batch *b, enum wanted wanted,
        size_t most, struct err *err)
{
    struct slice *s = xcalloc(1, sizeof(*s));
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < b->n; i++) {
        bool ends = json_get_bool(b->docs[i], "_deleted", false);

        if (wanted != ALL && ends != (wanted == ENDS))
            continue;
        s->docs[s->n] = (struct replica_doc){.body = NULL};
        s->of[s->n] = &b->ret[i];
        if (accept_doc(c, b->docs[i], b->new_edits, &b->ret[i], &s->docs[s->n]))
            s->n++;
        else
            replica_doc_release(&s->docs[s->n]);
        if (s->n == most)
            rc = store_slice(c, s, err);
    }
    if (rc == 0)
        rc = store_slice(c, s, err);
    free(s);
    return rc;
}

/* New edits go in one by one. Of the others the ends of leaves come last, and one by
 * one too: what they were merged into is here then, and no two end each other. */
static int write_docs(struct call *c, struct json *const *docs, size_t n,
        bool new_edits, struct written *ret, struct err *err)
{
    const struct batch b = {docs, n, new_edits, ret};
    int rc;

    if (new_edits) {
        rc = write_some(c, &b, ALL, 1, err);
    } else {
        rc = write_some(c, &b, LIVING, AT_ONCE, err);
        if (rc == 0)
            rc = write_some(c, &b, ENDS, 1, err);
    }
    serve_tell(c->serve, &(struct serve_activity){.name = c->who.name,
                                 .address = c->rq->address,
                                 .push = true,
                                 .docs = (int64_t)n});
    return rc;
}

/* --- _bulk_docs ---------------------------------------------------------------- */

static struct json *result_of(struct written *w)
{
    struct json *row = json_new_object();

    if (!w->error)
        json_set_take(row, "ok", json_bool(true));
    json_set_text(row, "id", w->id);
    if (w->rev[0])
        json_set_text(row, "rev", w->rev);
    for (struct json_iter it = {0}; json_iter(w->error, &it);)
        json_set_take(row, it.key, json_retain(it.val));
    return row;
}

static void set_new_id(struct json *doc)
{
    char uid[UUID_TEXT];

    if (json_get(doc, "_id"))
        return;
    uuid_v7(clock_now_ms(), uid);
    json_set_text(doc, "_id", uid);
}

/* The documents as an array of objects; NULL when one is none. */
static struct json **list_docs(const struct json *docs, bool new_edits)
{
    size_t n = json_len(docs);
    struct json **list = xcalloc(n + 1, sizeof(struct json *));

    for (size_t i = 0; i < n; i++) {
        list[i] = json_at(docs, i);
        if (json_kind(list[i]) != JSON_KIND_OBJECT) {
            free(list);
            return NULL;
        }
        if (new_edits)
            set_new_id(list[i]);
    }
    return list;
}

static void answer_bulk(struct call *c, struct written *all, size_t n, bool new_edits)
{
    struct json *rows = json_new_array();

    for (size_t i = 0; i < n; i++)
        if (new_edits || all[i].error)
            json_push_take(rows, result_of(&all[i]));
    answer_json(c->answer, 201, rows);
}

void bulk_docs(struct call *c)
{
    const struct json *docs = json_get(c->body, "docs");
    bool new_edits = json_get_bool(c->body, "new_edits", true);
    struct written *all;
    struct json **list;
    struct err err = {0};
    size_t n = json_len(docs);

    if (n > SERVE_BATCH_MAX) {
        answer_error(c->answer, 413, "too_large", "These are too many documents.");
        return;
    }
    list = json_kind(docs) == JSON_KIND_ARRAY ? list_docs(docs, new_edits) : NULL;
    if (!list) {
        answer_error(c->answer, 400, "bad_request",
                "`docs` parameter must be an array of objects.");
        return;
    }
    all = xcalloc(n + 1, sizeof(*all));
    if (write_docs(c, list, n, new_edits, all, &err))
        answer_err(c->answer, &err);
    else
        answer_bulk(c, all, n, new_edits);
    for (size_t i = 0; i < n; i++)
        json_free(all[i].error);
    free(all);
    free(list);
}

/* --- one document by itself ---------------------------------------------------- */

static void write_one(struct call *c, struct json *doc, bool new_edits, int status)
{
    struct written w = {.status = 0};
    struct err err = {0};

    if (write_docs(c, &doc, 1, new_edits, &w, &err))
        answer_err(c->answer, &err);
    else if (w.error)
        answer_json(c->answer, w.status, json_retain(w.error));
    else
        answer_json(c->answer, status, result_of(&w));
    json_free(w.error);
}

/* The revision that is followed: of the query, of If-Match, or the document's. */
static void set_rev(struct call *c, struct json *doc)
{
    char *rev = uri_text(&c->uri, "rev");
    struct view match = view_trim(view_of(c->rq->if_match));

    if (match.n > 1 && match.p[0] == '"' && match.p[match.n - 1] == '"')
        match = (struct view){match.p + 1, match.n - 2};
    if (!rev && match.n)
        rev = view_dup(match);
    if (rev)
        json_set_text(doc, "_rev", rev);
    free(rev);
}

void doc_put(struct call *c)
{
    const char *edits = uri_get(&c->uri, "new_edits");

    json_set_text(c->body, "_id", c->id);
    set_rev(c, c->body);
    write_one(c, c->body, !(edits && strcmp(edits, "false") == 0), 201);
}

void doc_post(struct call *c)
{
    set_new_id(c->body);
    write_one(c, c->body, true, 201);
}

void doc_delete(struct call *c)
{
    struct json *doc = json_new_object();

    json_set_text(doc, "_id", c->id);
    json_set_take(doc, "_deleted", json_bool(true));
    set_rev(c, doc);
    write_one(c, doc, true, 200);
    json_free(doc);
}
