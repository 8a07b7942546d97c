/* Documents by name, many at a time: _bulk_get, _revs_diff. */
#include "priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/repl/wire.h"
#include "odus/store/files.h"

/* --- _bulk_get ----------------------------------------------------------------- */

struct bulk {
    struct serve *serve;
    char container[REPLICA_NAME_MAX];
    bool visitor;
    char name[64], address[64];
    struct json *docs; /* the rows asked for */
    size_t at;
    int64_t sent;
    bool revs, latest;
};

static void bulk_free(void *ctx)
{
    struct bulk *b = ctx;

    json_free(b->docs);
    free(b);
}

static struct json *bulk_missing(const char *id, const char *rev)
{
    struct json *row = json_new_object();
    struct json *error = answer_error_json("not_found", "missing");

    json_set_text(error, "id", id);
    json_set_text(error, "rev", rev ? rev : "undefined");
    json_set_take(row, "error", error);
    return row;
}

static struct json *bulk_row(struct bulk *b, const struct json *asked)
{
    const char *id = json_get_text(asked, "id"), *rev = json_get_text(asked, "rev");
    struct json *out = json_new_object(), *docs = json_new_array();
    const struct place here = {b->serve, b->container, b->visitor};
    bool found = id && wire_is_record(id) &&
                 (rev ? docs_push_rev(&here, id, rev, b->revs, b->latest, docs)
                      : docs_push_leaves(&here, id, b->revs, docs));

    b->sent += (int64_t)json_len(docs);
    if (!found)
        json_push_take(docs, bulk_missing(id ? id : "", rev));
    json_set_text(out, "id", id ? id : "");
    json_set_take(out, "docs", docs);
    return out;
}

static enum stream_state bulk_next(void *ctx, struct buf *out, int64_t *ret_wake_ms)
{
    struct bulk *b = ctx;
    enum { PIECE = 64 * 1024 };

    (void)ret_wake_ms;
    if (b->at == 0)
        buf_adds(out, "{\"results\":[");
    while (b->at < json_len(b->docs) && out->len < PIECE) {
        struct json *row = bulk_row(b, json_at(b->docs, b->at));

        if (b->at++)
            buf_addc(out, ',');
        buf_addc(out, '\n');
        json_canonical(row, out);
        json_free(row);
    }
    if (b->at < json_len(b->docs))
        return STREAM_MORE;
    buf_adds(out, "\n]}\n");
    if (b->sent)
        serve_tell(b->serve,
                &(struct serve_activity){
                        .name = b->name, .address = b->address, .docs = b->sent});
    return STREAM_END;
}

void bulk_get(struct call *c)
{
    struct json *docs = json_get(c->body, "docs");
    struct bulk *b;

    if (json_kind(docs) != JSON_KIND_ARRAY) {
        answer_error(c->answer, 400, "bad_request", "Missing JSON list of 'docs'.");
        return;
    }
    if (json_len(docs) > SERVE_BATCH_MAX) {
        answer_error(c->answer, 413, "too_large", "These are too many documents.");
        return;
    }
    b = xcalloc(1, sizeof(*b));
    b->serve = c->serve;
    b->docs = json_retain(docs);
    b->revs = uri_bool(&c->uri, "revs");
    b->latest = uri_bool(&c->uri, "latest");
    snprintf(b->container, sizeof(b->container), "%s", c->container);
    b->visitor = auth_is_visitor(c);
    snprintf(b->name, sizeof(b->name), "%s", c->who.name);
    snprintf(b->address, sizeof(b->address), "%s", c->rq->address);
    c->answer->status = 200;
    c->answer->stream = (struct stream){bulk_next, bulk_free, b};
}

/* --- _revs_diff ---------------------------------------------------------------- */

/* Whether the place may tell that REV of UID, which is here, is. */
static bool may_tell(const struct place *p, const char *uid, const char *rev)
{
    struct replica_notes notes;
    struct json *doc;

    if (replica_note(p->serve->opt.store, p->container, uid, rev, &notes, NULL) == 0 &&
            place_may_tell(p, &notes))
        return true;
    doc = doc_read(p, uid, rev, false, false, NULL);
    if (!doc)
        doc = doc_read(p, uid, NULL, false, false, NULL);
    json_free(doc);
    return doc != NULL;
}

/* {"missing":[…]} of what ASKED of ID is not here; NULL: nothing. */
static struct json *diff_of(const struct place *p, const char *id,
        const struct json *asked, struct err *err)
{
    struct store *store = p->serve->opt.store;
    size_t n = json_len(asked), used = 0;
    const char **revs = xcalloc(n + 1, sizeof(*revs));
    bool *missing = xcalloc(n + 1, sizeof(*missing));
    struct json *out = NULL, *list = json_new_array();
    char hash[HASH_256_TEXT];

    for (size_t i = 0; i < n; i++)
        if (json_as_text(json_at(asked, i)))
            revs[used++] = json_as_text(json_at(asked, i));
    if (wire_is_record(id) && replica_missing(store, id, revs, used, missing, err) == 0)
        for (size_t i = 0; i < used; i++)
            if (missing[i] || !may_tell(p, id, revs[i]))
                json_push_take(list, json_text(view_of(revs[i])));
    if (!wire_is_record(id))
        for (size_t i = 0; i < used; i++)
            if (!files_read_id(id, hash) || !file_is_here(store, hash, revs[i]))
                json_push_take(list, json_text(view_of(revs[i])));
    if (json_len(list)) {
        out = json_new_object();
        json_set_take(out, "missing", json_retain(list));
    }
    json_free(list);
    free(revs);
    free(missing);
    return out;
}

void revs_diff(struct call *c)
{
    const struct place here = {c->serve, c->container, auth_is_visitor(c)};
    struct json *out = json_new_object();
    struct err err = {0};

    if (json_len(c->body) > SERVE_BATCH_MAX) {
        json_free(out);
        answer_error(c->answer, 413, "too_large", "These are too many documents.");
        return;
    }
    if (store_begin_reading(c->serve->opt.store, &err) == 0) {
        for (struct json_iter it = {0}; json_iter(c->body, &it);) {
            struct json *diff = diff_of(&here, it.key, it.val, &err);

            if (diff)
                json_set_take(out, it.key, diff);
        }
        store_end_reading(c->serve->opt.store);
    }
    if (err.code) {
        json_free(out);
        answer_err(c->answer, &err);
        return;
    }
    answer_json(c->answer, 200, out);
}
