/* _local documents: checkpoints of replicators. They stay here. */
#include "priv.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_SHOWN = 300, LOCAL_MAX = 64 * 1024 };

static void answer_written(struct call *c, int status, int64_t n)
{
    struct json *j = json_new_object();
    char id[NAME_SHOWN], rev[32];

    snprintf(id, sizeof(id), "_local/%s", c->id);
    snprintf(rev, sizeof(rev), "0-%" PRId64, n);
    json_set_take(j, "ok", json_bool(true));
    json_set_text(j, "id", id);
    json_set_text(j, "rev", rev);
    answer_json(c->answer, status, j);
}

void local_get(struct call *c)
{
    char id[NAME_SHOWN], rev[32];
    struct json *doc = NULL;
    struct err err = {0};
    char *body = NULL;
    int64_t n = 0;
    int rc = replica_local_get(
            c->serve->opt.store, c->container, c->id, &body, &n, &err);

    if (rc == 0)
        rc = json_parse(view_of(body), 0, &doc, &err);
    free(body);
    if (rc == ERR_NOT_FOUND) {
        answer_error(c->answer, 404, "not_found", "missing");
        return;
    }
    if (rc) {
        answer_err(c->answer, &err);
        return;
    }
    snprintf(id, sizeof(id), "_local/%s", c->id);
    snprintf(rev, sizeof(rev), "0-%" PRId64, n);
    json_set_text(doc, "_id", id);
    json_set_text(doc, "_rev", rev);
    answer_json(c->answer, 200, doc);
}

/* Like CouchDB: a PUT without `_rev` writes over what is there, a wrong one does not.
 */
static bool is_current(struct call *c, const char *rev)
{
    struct view digits = view_of(rev);
    char *body = NULL;
    int64_t n = 0;
    long long given;
    int rc;

    if (!rev)
        return true;
    rc = replica_local_get(c->serve->opt.store, c->container, c->id, &body, &n, NULL);
    free(body);
    if (digits.n < 3 || memcmp(digits.p, "0-", 2) != 0 ||
            !view_int((struct view){digits.p + 2, digits.n - 2}, &given))
        return false;
    return rc == ERR_NOT_FOUND || given == n;
}

/* By its epoch everybody knows whether this is the store it was (docs/sync.md). Whoever
 * is first makes it; then it is the administrator's. */
static bool may_write(struct call *c)
{
    char *body = NULL;
    int64_t n = 0;
    bool there;

    if (strcmp(c->id, "odus") != 0 || c->serve->open ||
            auth_has_role(&c->who, "administrateur"))
        return true;
    there = replica_local_get(
                    c->serve->opt.store, c->container, c->id, &body, &n, NULL) == 0;
    free(body);
    return !there;
}

/* TEXT NULL removes. */
static void write_local(struct call *c, const char *text, int status)
{
    struct err err = {0};
    int64_t n = 0;

    if (replica_local_put(c->serve->opt.store, c->container, c->id, text, &n, &err))
        answer_err(c->answer, &err);
    else
        answer_written(c, status, n);
}

void local_put(struct call *c)
{
    struct buf text;

    if (!is_current(c, json_get_text(c->body, "_rev")) || !may_write(c)) {
        answer_error(c->answer, 409, "conflict", "Document update conflict.");
        return;
    }
    json_set_take(c->body, "_rev", NULL);
    json_set_take(c->body, "_id", NULL);
    json_set_take(c->body, "_revisions", NULL);
    buf_init(&text, LOCAL_MAX);
    json_canonical(c->body, &text);
    if (text.full)
        answer_error(c->answer, 413, "document_too_large", c->id);
    else
        write_local(c, text.s, 201);
    buf_release(&text);
}

void local_delete(struct call *c)
{
    char *body = NULL;
    int64_t n = 0;
    int rc = replica_local_get(
            c->serve->opt.store, c->container, c->id, &body, &n, NULL);
    char *rev = uri_text(&c->uri, "rev");

    free(body);
    if (rc)
        answer_error(c->answer, 404, "not_found", "missing");
    else if (!is_current(c, rev) || !may_write(c))
        answer_error(c->answer, 409, "conflict", "Document update conflict.");
    else
        write_local(c, NULL, 200);
    free(rev);
}
