/* Documents by name, one at a time. */
#include "priv.h"

#include <stdlib.h>
#include <string.h>

#include "odus/repl/wire.h"

/* --- one document -------------------------------------------------------------- */

/* `_conflicts` or `_deleted_conflicts`: the other leaves. */
static void add_leaves(struct json *doc, const char *key, bool deleted,
        const struct replica_leaf *leaves, size_t n)
{
    struct json *revs = json_new_array();

    for (size_t i = 1; i < n; i++)
        if (leaves[i].deleted == deleted)
            json_push_take(revs, json_text(view_of(leaves[i].rev)));
    if (json_len(revs))
        json_set_take(doc, key, revs);
    else
        json_free(revs);
}

static void add_conflicts(
        struct store *store, const char *uid, struct json *doc, const char *key)
{
    struct replica_leaf *leaves = NULL;
    size_t n = 0;

    if (replica_leaves(store, uid, &leaves, &n, NULL) == 0)
        add_leaves(doc, key, key[1] == 'd', leaves, n);
    free(leaves);
}

struct json *doc_read(const struct place *p, const char *uid, const char *rev,
        bool with_revs, bool conflicts, struct err *err)
{
    struct store *store = p->serve->opt.store;
    struct replica_doc doc = {.body = NULL};
    struct json *out;

    if (replica_get(store, uid, rev, &doc, NULL, err) < 0)
        return NULL;
    out = with_revs ? wire_write_doc(&doc) : wire_write_plain(&doc);
    if (!place_may_read(p, uid, out)) {
        err_set(err, ERR_NOT_FOUND, N_("there is no record %1$s"), uid);
        json_free(out);
        replica_doc_release(&doc);
        return NULL;
    }
    if (conflicts)
        add_conflicts(store, uid, out, "_conflicts");
    replica_doc_release(&doc);
    return out;
}

/* Which ancestors could be read; a thousand at most are kept. */
static void add_revs_info(
        struct store *store, const char *uid, const char *rev, struct json *doc)
{
    struct replica_doc all = {.body = NULL};
    struct json *info = json_new_array();

    if (replica_get(store, uid, rev, &all, NULL, NULL) == 0) {
        for (size_t i = 0; i < all.nrevs; i++) {
            struct json *row = json_new_object();
            struct record one = {.body = NULL};
            int rc = record_get_rev(store, uid, all.revs[i], &one, NULL);

            json_set_text(row, "rev", all.revs[i]);
            json_set_text(row, "status",
                    rc            ? "missing"
                    : one.deleted ? "deleted"
                                  : "available");
            json_push_take(info, row);
            record_release(&one);
        }
    }
    json_set_take(doc, "_revs_info", info);
    replica_doc_release(&all);
}

/* True when leaf descends from REV, or is it. */
static bool descends(
        struct store *store, const char *uid, const char *leaf, const char *rev)
{
    struct replica_doc doc = {.body = NULL};
    bool found = false;

    if (replica_get(store, uid, leaf, &doc, NULL, NULL) < 0)
        return false;
    for (size_t i = 0; i < doc.nrevs && !found; i++)
        found = strcmp(doc.revs[i], rev) == 0;
    replica_doc_release(&doc);
    return found;
}

static void push_ok(struct json *into, struct json *doc)
{
    struct json *row;

    if (!doc)
        return;
    row = json_new_object();
    json_set_take(row, "ok", doc);
    json_push_take(into, row);
}

bool docs_push_rev(const struct place *p, const char *uid, const char *rev, bool revs,
        bool latest, struct json *into)
{
    struct store *store = p->serve->opt.store;
    struct replica_leaf *leaves = NULL;
    size_t n = 0, before = json_len(into);

    if (latest && replica_leaves(store, uid, &leaves, &n, NULL) == 0)
        for (size_t i = 0; i < n; i++)
            if (descends(store, uid, leaves[i].rev, rev))
                push_ok(into, doc_read(p, uid, leaves[i].rev, revs, false, NULL));
    free(leaves);
    if (json_len(into) == before)
        push_ok(into, doc_read(p, uid, rev, revs, false, NULL));
    return json_len(into) > before;
}

bool docs_push_leaves(
        const struct place *p, const char *uid, bool revs, struct json *into)
{
    struct replica_leaf *leaves = NULL;
    size_t n = 0;

    if (replica_leaves(p->serve->opt.store, uid, &leaves, &n, NULL) < 0)
        return false;
    for (size_t i = 0; i < n; i++)
        push_ok(into, doc_read(p, uid, leaves[i].rev, revs, false, NULL));
    free(leaves);
    return true;
}

/* GET ?open_revs=all or a list of revisions. */
static void get_open_revs(struct call *c)
{
    const struct place here = {c->serve, c->container, auth_is_visitor(c)};
    const char *given = uri_get(&c->uri, "open_revs");
    bool revs = uri_bool(&c->uri, "revs"), latest = uri_bool(&c->uri, "latest");
    struct json *out = json_new_array(), *list = NULL;

    if (strcmp(given, "all") == 0) {
        if (!docs_push_leaves(&here, c->id, revs, out)) {
            json_free(out);
            answer_error(c->answer, 404, "not_found", "missing");
            return;
        }
    } else if (uri_json(&c->uri, "open_revs", &list) < 0 ||
               json_kind(list) != JSON_KIND_ARRAY) {
        json_free(list);
        json_free(out);
        answer_error(c->answer, 400, "bad_request", "open_revs is `all` or a list");
        return;
    }
    for (size_t i = 0; i < json_len(list); i++) {
        const char *rev = json_as_text(json_at(list, i));

        if (rev && !docs_push_rev(&here, c->id, rev, revs, latest, out)) {
            struct json *row = json_new_object();

            json_set_text(row, "missing", rev);
            json_push_take(out, row);
        }
    }
    json_free(list);
    answer_json(c->answer, 200, out);
}

void doc_get(struct call *c)
{
    const struct place here = {c->serve, c->container, auth_is_visitor(c)};
    struct store *store = c->serve->opt.store;
    struct json *doc = NULL;
    struct err err = {0};
    char *rev;

    if (file_doc(c))
        return;
    if (!wire_is_record(c->id)) {
        answer_error(c->answer, 404, "not_found", "missing");
        return;
    }
    if (uri_get(&c->uri, "open_revs")) {
        get_open_revs(c);
        return;
    }
    rev = uri_text(&c->uri, "rev");
    doc = doc_read(&here, c->id, rev, uri_bool(&c->uri, "revs"),
            uri_bool(&c->uri, "conflicts"), &err);
    if (doc && uri_bool(&c->uri, "deleted_conflicts"))
        add_conflicts(store, c->id, doc, "_deleted_conflicts");
    if (doc && uri_bool(&c->uri, "revs_info"))
        add_revs_info(store, c->id, rev, doc);
    if (!doc && err.code != ERR_NOT_FOUND) {
        answer_err(c->answer, &err);
    } else if (!doc || (!rev && json_get_bool(doc, "_deleted", false))) {
        answer_error(c->answer, 404, "not_found", doc ? "deleted" : "missing");
        json_free(doc);
    } else {
        answer_json(c->answer, 200, doc);
    }
    free(rev);
}
