/* _all_docs: by key, or all of a container in the order of their ids. */
#include "priv.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/repl/wire.h"

enum { PAGE = 1000, ROWS_MAX = 500 * 1000, PIECE = 64 * 1024 };

struct row {
    char uid[37];
    char rev[REV_MAX];
};

struct all {
    struct serve *serve;
    char container[REPLICA_NAME_MAX];
    bool visitor;
    struct row *rows;
    size_t n, cap;
    struct json *keys; /* in place of rows */
    bool with_docs, conflicts;
    bool begun, some; /* of the answer: its head, a row */
    size_t at, end;
    int64_t total;
};

static void all_free(void *ctx)
{
    struct all *a = ctx;

    json_free(a->keys);
    free(a->rows);
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

static enum stream_state all_next(void *ctx, struct buf *out, int64_t *ret_wake_ms)
{
    struct all *a = ctx;

    (void)ret_wake_ms;
    if (!a->begun)
        buf_addf(out, "{\"total_rows\":%" PRId64 ",\"offset\":%zu,\"rows\":[", a->total,
                a->at);
    while (a->at < a->end && out->len < PIECE) {
        const struct row *r = a->keys ? NULL : &a->rows[a->at];
        struct json *row = r ? row_of(a, r->uid, r->rev, false)
                             : row_of_key(a, json_at(a->keys, a->at));

        a->at++;
        if (!row)
            continue;
        buf_adds(out, a->some ? ",\n" : "\n");
        a->some = true;
        json_canonical(row, out);
        json_free(row);
    }
    a->begun = true;
    if (a->at < a->end)
        return STREAM_MORE;
    buf_adds(out, "\n]}\n");
    return STREAM_END;
}

/* --- all that live ------------------------------------------------------------- */

static int by_uid(const void *a, const void *b)
{
    return strcmp(((const struct row *)a)->uid, ((const struct row *)b)->uid);
}

static int by_uid_back(const void *a, const void *b)
{
    return by_uid(b, a);
}

static void add_living(struct all *a, const struct replica_change *page, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct row *row;

        if (page[i].deleted || !page[i].nleaves)
            continue;
        a->rows = mem_grow(a->rows, a->n, &a->cap, sizeof(*a->rows));
        row = &a->rows[a->n++];
        snprintf(row->uid, sizeof(row->uid), "%s", page[i].uid);
        snprintf(row->rev, sizeof(row->rev), "%s", page[i].leaves[0].rev);
    }
}

static int read_all(struct all *a, struct err *err)
{
    int64_t since = 0;
    size_t n;

    do {
        struct replica_change *page = NULL;
        int rc;

        n = 0;
        rc = replica_changes(
                a->serve->opt.store, a->container, since, PAGE, &page, &n, &since, err);
        if (rc)
            return rc;
        add_living(a, page, n);
        replica_changes_free(page, n);
    } while (n == PAGE && a->n < ROWS_MAX);
    if (a->n >= ROWS_MAX)
        return err_set(err, ERR_LIMIT, N_("too much at once"));
    return 0;
}

/* --- what is asked for --------------------------------------------------------- */

/* Text of KEY or of its other name; owned, NULL none. */
static char *bound(struct call *c, const char *key, const char *other)
{
    char *text = uri_text(&c->uri, key);

    return text ? text : uri_text(&c->uri, other);
}

/* Leaves of the rows in order those from START to END, then SKIP and LIMIT. */
static void cut(struct call *c, struct all *a, bool back)
{
    char *key = uri_text(&c->uri, "key");
    char *start = key ? xstrdup(key) : bound(c, "startkey", "start_key");
    char *end = key ? xstrdup(key) : bound(c, "endkey", "end_key");
    const char *inclusive = uri_get(&c->uri, "inclusive_end");
    int least = inclusive && strcmp(inclusive, "false") == 0 ? 0 : 1;
    int sign = back ? -1 : 1;

    a->end = a->n;
    while (start && a->at < a->end && sign * strcmp(a->rows[a->at].uid, start) < 0)
        a->at++;
    while (end && a->end > a->at &&
            sign * strcmp(a->rows[a->end - 1].uid, end) >= least)
        a->end--;
    free(key);
    free(start);
    free(end);
}

static bool cut_more(struct call *c, struct all *a)
{
    int64_t skip = 0, limit = INT64_MAX;

    if (uri_int(&c->uri, "skip", &skip) < 0 || uri_int(&c->uri, "limit", &limit) < 0 ||
            skip < 0 || limit < 0)
        return false;
    a->at = (uint64_t)skip < a->end - a->at ? a->at + (size_t)skip : a->end;
    if ((uint64_t)limit < a->end - a->at)
        a->end = a->at + (size_t)limit;
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
    bool back = uri_bool(&c->uri, "descending");
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
    if (rc == 0) {
        rc = read_all(a, &err);
        if (a->n)
            qsort(a->rows, a->n, sizeof(*a->rows), back ? by_uid_back : by_uid);
        cut(c, a, back);
    }
    if (rc < 0 && err.code) {
        answer_err(c->answer, &err);
    } else if (rc < 0 || !cut_more(c, a)) {
        answer_error(c->answer, 400, "query_parse_error", "Invalid value for a key.");
    } else {
        c->answer->status = 200;
        c->answer->stream = (struct stream){all_next, all_free, a};
        return;
    }
    all_free(a);
}
