/* What goes out: documents, requests, and answers to those who pull from here. */
#include "wire_priv.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"

static struct json *text_of(const char *text)
{
    return json_text(view_of(text));
}

/* TEXT as JSON; most are identifiers, in which nothing needs an escape. */
static void add_text(const char *text, struct buf *out)
{
    size_t n = strspn(text, "0123456789abcdefghijklmnopqrstuvwxyz-");

    if (text[n]) {
        struct json *json = text_of(text);

        json_canonical(json, out);
        json_free(json);
        return;
    }
    buf_addc(out, '"');
    buf_add(out, text, n);
    buf_addc(out, '"');
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

static const char *hash_of(const char *rev)
{
    const char *dash = strchr(rev, '-');

    return dash ? dash + 1 : "";
}

static struct json *revisions_of(const struct replica_doc *doc)
{
    struct json *revisions = json_new_object();
    struct json *ids = json_new_array();

    json_set_take(revisions, "start", json_int(wire_rev(view_of(doc->revs[0]))));
    for (size_t i = 0; i < doc->nrevs; i++)
        json_push_take(ids, text_of(hash_of(doc->revs[i])));
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

void wire_write_change(const struct replica_change *c, struct view doc, struct buf *out)
{
    buf_adds(out, "{\"changes\":[");
    for (size_t i = 0; i < c->nleaves; i++) {
        buf_adds(out, i ? ",{\"rev\":" : "{\"rev\":");
        add_text(c->leaves[i].rev, out);
        buf_addc(out, '}');
    }
    buf_adds(out, c->deleted ? "],\"deleted\":true" : "]");
    if (doc.n) {
        buf_adds(out, ",\"doc\":");
        buf_addv(out, doc);
    }
    buf_adds(out, ",\"id\":");
    add_text(c->uid, out);
    buf_addf(out, ",\"seq\":%" PRId64 "}", c->seq);
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
    static const char before[] = "{\"_id\":\"";
    size_t n = strlen(before), all = n + strlen(doc->uid) + 1;
    const char *body = doc->body ? doc->body : "";

    if (strncmp(body, before, n) != 0 ||
            strncmp(body + n, doc->uid, strlen(doc->uid)) != 0 || body[all - 1] != '"')
        return 0;
    body += all;
    if (strcmp(body, "}") != 0 &&
            (strncmp(body, ",\"", 2) != 0 || strncmp(body, ",\"_", 3) == 0))
        return 0;
    return all;
}

static void add_revisions(const struct replica_doc *doc, struct buf *out)
{
    buf_adds(out, ",\"_revisions\":{\"ids\":[");
    for (size_t i = 0; i < doc->nrevs; i++) {
        buf_adds(out, i ? "," : "");
        add_text(hash_of(doc->revs[i]), out);
    }
    buf_addf(out, "],\"start\":%d}", wire_rev(view_of(doc->revs[0])));
}

/* DOC in canonical JSON; WHOLE: with its ancestry. */
static void add_doc(const struct replica_doc *doc, bool whole, struct buf *out)
{
    size_t head = doc->deleted ? 0 : head_of(doc);
    struct json *json;

    if (!head) {
        json = whole ? wire_write_doc(doc) : wire_write_plain(doc);
        json_canonical(json, out);
        json_free(json);
        return;
    }
    buf_add(out, doc->body, head);
    buf_adds(out, ",\"_rev\":");
    add_text(doc->revs[0], out);
    if (whole)
        add_revisions(doc, out);
    buf_adds(out, doc->body + head);
}

void wire_plain_text(const struct replica_doc *doc, struct buf *out)
{
    add_doc(doc, false, out);
}

void wire_bulk_docs(const struct replica_doc *docs, size_t n, struct buf *out)
{
    buf_adds(out, "{\"docs\":[");
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_addc(out, ',');
        add_doc(&docs[i], true, out);
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
