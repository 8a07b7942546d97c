/* _all_docs: by key, or all of a container in the order of their ids. */
#include "priv.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/repl/wire.h"

enum { PAGE = 500, PIECE = 64 * 1024 };

struct all {
    struct serve *serve;
    char container[REPLICA_NAME_MAX];
    struct json *keys; /* in place of a range */
    size_t at, end;    /* of the keys, else of the page */

    struct replica_range range; /* of what comes after the page */
    char *from, *to;            /* its bounds */
    struct replica_id *page;
    int64_t skip, left;
    bool ended; /* there is no further page */

    bool with_docs, conflicts, visitor;
    bool begun, some; /* of the answer: its head, a row */
    int64_t total, offset;
};

static void all_free(void *ctx)
{
    struct all *a = ctx;

    json_free(a->keys);
    free(a->page);
    free(a->from);
    free(a->to);
    free(a);
}

/* --- rows ---------------------------------------------------------------------- */

/* NULL: it may not be read. */
static struct json *row_of(
        struct all *a, const char *uid, const char *rev, bool deleted)
{
    const struct place here = {a->serve, a->container, a->visitor};
    struct json *doc = doc_read(&here, uid, NULL, false, a->conflicts, NULL);
    struct json *row, *value;

    if (!doc)
        return NULL;
    row = json_new_object();
    value = json_new_object();
    json_set_text(row, "id", uid);
    json_set_text(row, "key", uid);
    json_set_text(value, "rev", rev);
    if (deleted)
        json_set_take(value, "deleted", json_bool(true));
    json_set_take(row, "value", value);
    if (a->with_docs)
        json_set_take(row, "doc", deleted ? json_new_null() : json_retain(doc));
    json_free(doc);
    return row;
}

static struct json *row_of_key(struct all *a, const struct json *key)
{
    const char *uid = json_as_text(key);
    struct replica_leaf *leaves = NULL;
    struct json *row = NULL;
    size_t n = 0;

    if (uid && wire_is_record(uid) &&
            replica_leaves(a->serve->opt.store, uid, &leaves, &n, NULL) == 0)
        row = row_of(a, uid, leaves[0].rev, leaves[0].deleted);
    free(leaves);
    if (row)
        return row;
    row = json_new_object();
    json_set_take(row, "key", json_dup(key));
    json_set_text(row, "error", "not_found");
    return row;
}

/* The next page, where nothing is left of this one. */
static int turn_page(struct all *a)
{
    size_t limit = a->left < PAGE ? (size_t)a->left : PAGE;
    int rc;

    if (a->keys || a->at < a->end || a->ended)
        return 0;
    free(a->page);
    a->page = NULL;
    a->at = a->end = 0;
    rc = replica_ids(a->serve->opt.store, a->container, &a->range, limit, a->skip,
            &a->page, &a->end, NULL);
    a->skip = 0;
    a->left -= (int64_t)a->end;
    a->ended = rc < 0 || a->end < PAGE;
    if (a->end) {
        free(a->from);
        a->from = xstrdup(a->page[a->end - 1].uid);
        a->range.from = a->from;
        a->range.from_in = false;
    }
    return rc;
}

static void add_row(struct all *a, struct buf *out)
{
    const struct replica_id *id = a->keys ? NULL : &a->page[a->at];
    struct json *row = id ? row_of(a, id->uid, id->rev, false)
                          : row_of_key(a, json_at(a->keys, a->at));

    a->at++;
    if (!row)
        return;
    buf_adds(out, a->some ? ",\n" : "\n");
    a->some = true;
    json_canonical(row, out);
    json_free(row);
}

static enum stream_state all_next(void *ctx, struct buf *out, int64_t *ret_wake_ms)
{
    struct all *a = ctx;
    size_t before = out->len;

    (void)ret_wake_ms;
    if (!a->begun)
        buf_addf(out, "{\"total_rows\":%" PRId64 ",\"offset\":%" PRId64 ",\"rows\":[",
                a->total, a->offset);
    a->begun = true;
    while (out->len - before < PIECE) {
        if (turn_page(a) < 0)
            return STREAM_FAILED;
        if (a->at == a->end)
            break;
        add_row(a, out);
    }
    if (a->at < a->end || (!a->keys && !a->ended))
        return STREAM_MORE;
    buf_adds(out, "\n]}\n");
    return STREAM_END;
}

/* --- what is asked for --------------------------------------------------------- */

/* Text of KEY or of its other name; owned, NULL none. */
static char *bound(struct call *c, const char *key, const char *other)
{
    char *text = uri_text(&c->uri, key);

    return text ? text : uri_text(&c->uri, other);
}

/* The range that is asked for, and how many living records come before it. */
static int read_range(struct call *c, struct all *a, struct err *err)
{
    char *key = uri_text(&c->uri, "key");
    const char *inclusive = uri_get(&c->uri, "inclusive_end");
    int64_t there = 0;
    int rc;

    a->from = key ? xstrdup(key) : bound(c, "startkey", "start_key");
    a->to = key ? xstrdup(key) : bound(c, "endkey", "end_key");
    free(key);
    a->range = (struct replica_range){
            .from = a->from, .from_in = true, .back = uri_bool(&c->uri, "descending")};
    rc = replica_ids_count(a->serve->opt.store, a->container, &a->range, &there, err);
    a->offset = a->total - there;
    a->range.to = a->to;
    a->range.to_in = !inclusive || strcmp(inclusive, "false") != 0;
    return rc;
}

static bool cut(struct call *c, struct all *a)
{
    a->left = INT64_MAX;
    if (uri_int(&c->uri, "skip", &a->skip) < 0 ||
            uri_int(&c->uri, "limit", &a->left) < 0 || a->skip < 0 || a->left < 0)
        return false;
    a->offset += a->skip;
    if (!a->keys)
        return true;
    a->at = (uint64_t)a->skip < a->end ? (size_t)a->skip : a->end;
    if ((uint64_t)a->left < a->end - a->at)
        a->end = a->at + (size_t)a->left;
    return true;
}

/* The keys asked for, at most SERVE_BATCH_MAX: 1; 0: all; ERR_INVALID. */
static int read_keys(struct call *c, struct all *a)
{
    int rc = 1;

    a->keys = json_retain(json_get(c->body, "keys"));
    if (!a->keys)
        rc = uri_json(&c->uri, "keys", &a->keys);
    if (rc == 1 && (json_kind(a->keys) != JSON_KIND_ARRAY ||
                           json_len(a->keys) > SERVE_BATCH_MAX))
        rc = ERR_INVALID;
    a->end = json_len(a->keys);
    return rc;
}

void docs_all(struct call *c)
{
    struct all *a = xcalloc(1, sizeof(*a));
    struct err err = {0};
    int64_t deleted;
    int rc;

    a->serve = c->serve;
    snprintf(a->container, sizeof(a->container), "%s", c->container);
    a->visitor = auth_is_visitor(c);
    a->with_docs = uri_bool(&c->uri, "include_docs");
    a->conflicts = uri_bool(&c->uri, "conflicts");
    rc = read_keys(c, a);
    if (rc >= 0 && replica_count(a->serve->opt.store, a->container, &a->total, &deleted,
                           &err) < 0)
        rc = err.code;
    if (rc == 0)
        rc = read_range(c, a, &err);
    if (rc < 0 && err.code) {
        answer_err(c->answer, &err);
    } else if (rc < 0 || !cut(c, a)) {
        answer_error(c->answer, 400, "query_parse_error", "Invalid value for a key.");
    } else {
        c->answer->status = 200;
        c->answer->stream = (struct stream){all_next, all_free, a};
        return;
    }
    all_free(a);
}
