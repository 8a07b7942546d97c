/* What goes out: documents, requests, and answers to those who pull from here. */
#include "wire_priv.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"

static struct json *text_of(const char *text)
{
    return json_text(view_of(text));
}

/* --- documents -------------------------------------------------------------------- */

/* The body of DOC, of which the caller may add members; owned. */
static struct json *body_of(const struct replica_doc *doc)
{
    struct json *body = NULL;
    struct json *out = json_new_object();

    if (doc->json)
        body = json_retain(doc->json);
    else if (json_parse(view_of(doc->body), WIRE_DOC_MAX, &body, NULL) < 0)
        body = NULL; /* not what a store gives: nothing of it can be told */
    for (struct json_iter it = {0}; json_iter(body, &it);)
        if (it.key[0] != '_')
            json_set_take(out, it.key, json_retain(it.val));
    json_free(body);
    json_set_take(out, "_id", text_of(doc->uid));
    return out;
}

static struct json *revisions_of(const struct replica_doc *doc)
{
    struct json *revisions = json_new_object();
    struct json *ids = json_new_array();

    json_set_take(revisions, "start", json_int(wire_rev(view_of(doc->revs[0]))));
    for (size_t i = 0; i < doc->nrevs; i++) {
        const char *dash = strchr(doc->revs[i], '-');

        json_push_take(ids, text_of(dash ? dash + 1 : ""));
    }
    json_set_take(revisions, "ids", ids);
    return revisions;
}

struct json *wire_write_plain(const struct replica_doc *doc)
{
    struct json *out = body_of(doc);

    json_set_take(out, "_rev", text_of(doc->revs[0]));
    if (doc->deleted)
        json_set_take(out, "_deleted", json_bool(true));
    return out;
}

struct json *wire_write_doc(const struct replica_doc *doc)
{
    struct json *out = wire_write_plain(doc);

    json_set_take(out, "_revisions", revisions_of(doc));
    return out;
}

/* --- _changes --------------------------------------------------------------------- */

static struct json *write_change(const struct replica_change *c, struct json *doc)
{
    struct json *row = json_new_object();
    struct json *leaves = json_new_array();

    for (size_t i = 0; i < c->nleaves; i++) {
        struct json *leaf = json_new_object();

        json_set_take(leaf, "rev", text_of(c->leaves[i].rev));
        json_push_take(leaves, leaf);
    }
    json_set_take(row, "seq", json_int(c->seq));
    json_set_take(row, "id", text_of(c->uid));
    json_set_take(row, "changes", leaves);
    if (c->deleted)
        json_set_take(row, "deleted", json_bool(true));
    json_set_take(row, "doc", json_retain(doc));
    return row;
}

struct json *wire_write_changes(const struct replica_change *changes, size_t n,
        int64_t last, int64_t pending, struct json *const *docs)
{
    struct json *out = json_new_object();
    struct json *rows = json_new_array();

    for (size_t i = 0; i < n; i++)
        json_push_take(rows, write_change(&changes[i], docs ? docs[i] : NULL));
    json_set_take(out, "results", rows);
    json_set_take(out, "last_seq", json_int(last));
    if (pending >= 0)
        json_set_take(out, "pending", json_int(pending));
    return out;
}

/* --- requests --------------------------------------------------------------------- */

void wire_want(struct json *docs, const char *uid, const char *rev)
{
    struct json *one = json_new_object();

    json_set_text(one, "id", uid);
    json_set_text(one, "rev", rev);
    json_push_take(docs, one);
}

/* The length of what stands before the other members of DOC's body: `{"_id":…`. 0 where
 * it is not all that begins with `_`: in canonical JSON they stand side by side. */
static size_t head_of(const struct replica_doc *doc)
{
    char *head = xasprintf("{\"_id\":\"%s\"", doc->uid);
    size_t n = strlen(head);
    const char *rest;

    if (!doc->body || strncmp(doc->body, head, n) != 0)
        n = 0;
    free(head);
    rest = n ? doc->body + n : "";
    if (strcmp(rest, "}") != 0 &&
            (strncmp(rest, ",\"", 2) != 0 || strncmp(rest, ",\"_", 3) == 0))
        n = 0;
    return n;
}

/* DOC in canonical JSON. */
static void add_doc(const struct replica_doc *doc, struct buf *out)
{
    size_t head = doc->deleted ? 0 : head_of(doc);
    struct json *json = head ? json_new_object() : wire_write_doc(doc);
    struct buf members;

    if (!head) {
        json_canonical(json, out);
        json_free(json);
        return;
    }
    json_set_take(json, "_rev", text_of(doc->revs[0]));
    json_set_take(json, "_revisions", revisions_of(doc));
    buf_init(&members, 0);
    json_canonical(json, &members);
    json_free(json);
    buf_add(out, doc->body, head);
    buf_addc(out, ',');
    buf_add(out, members.s + 1, members.len - 2); /* without its braces */
    buf_adds(out, doc->body + head);
    buf_release(&members);
}

void wire_bulk_docs(const struct replica_doc *docs, size_t n, struct buf *out)
{
    buf_adds(out, "{\"docs\":[");
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_addc(out, ',');
        add_doc(&docs[i], out);
    }
    buf_adds(out, "],\"new_edits\":false}");
}

struct json *wire_revs_diff(const struct replica_doc *docs, size_t n)
{
    struct json *out = json_new_object();

    for (size_t i = 0; i < n; i++) {
        struct json *revs = json_get(out, docs[i].uid);

        if (!revs) {
            revs = json_new_array();
            json_set_take(out, docs[i].uid, revs);
        }
        json_push_take(revs, text_of(docs[i].revs[0]));
    }
    return out;
}
