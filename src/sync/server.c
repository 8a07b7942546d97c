/* Whether the database at the peer is the one it was, and which others it lists. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "odus/base/hash.h"
#include "odus/base/mem.h"
#include "session.h"

#define EPOCH_DOC "_local/odus"
#define CONTAINERS_DOC "odus:conteneurs"

enum { LIST_MAX = 64 * 1024 };

/* --- its epoch -------------------------------------------------------------------- */

/*
 * A `_local` document does not replicate (docs/sync.md): where it is missing or another
 * one, the database is new. Some may only read there, and are not asked for a password
 * to write what they do not need.
 */
static int make_epoch(struct session *s, const char *path, char **ret, struct err *err)
{
    struct json *body = json_new_object(), *answer = NULL;
    bool silent = s->silent;
    char made[UUID_TEXT];
    int status = 0;
    int rc;

    uuid_v7(clock_now_ms(), made);
    json_set_text(body, "_id", EPOCH_DOC);
    json_set_text(body, "epoch", made);
    s->silent = true;
    rc = session_json(s, "PUT", path, body, &answer, &status, err);
    s->silent = silent;
    json_free(answer);
    if (rc < 0 && (status == 401 || status == 403)) {
        session_forgive(s, err);
        *ret = xstrdup("");
        return 0;
    }
    if (rc == 0)
        *ret = xstrdup(made);
    return rc;
}

/* RET is owned, "" where it has none and lets us make none. */
static int read_epoch(struct session *s, char **ret, struct err *err)
{
    char *path = session_path(s, "/" EPOCH_DOC);
    struct json *answer = NULL;
    int rc = 0;

    /* once more where another machine made it between the two requests */
    for (int tries = 0; tries < 2; tries++) {
        int status = 0;

        rc = session_json(s, "GET", path, NULL, &answer, &status, err);
        /* 401 to a token: it has run out */
        s->absent = (status == 401 && s->job->auth != NET_BEARER) || status == 403;
        if (rc == 0 || status != 404)
            break;
        session_forgive(s, err);
        if (s->job->dry_run) {
            *ret = xstrdup("");
            rc = 0;
            break;
        }
        rc = make_epoch(s, path, ret, err);
        s->absent = rc == ERR_NOT_FOUND; /* it is the database that is not there */
        if (rc != ERR_CONFLICT)
            break;
    }
    if (rc == 0 && !*ret) {
        const char *epoch = json_get_text(answer, "epoch");

        *ret = xstrdup(epoch ? epoch : "");
    }
    json_free(answer);
    free(path);
    return rc < 0 ? rc : 0;
}

int session_server(struct session *s, struct err *err)
{
    char *since = NULL, *known = NULL, *epoch = NULL;
    int rc = replica_checkpoint(s->store, s->peer, s->local, &since, &known, err);

    s->absent = false;
    if (rc == 0)
        rc = read_epoch(s, &epoch, err);
    if (rc == 0 && *epoch && strcmp(epoch, known) != 0 && !s->job->dry_run)
        rc = replica_restart(s->store, s->peer, s->local, epoch, err);
    free(since);
    free(known);
    free(epoch);
    return rc;
}

/* --- its containers --------------------------------------------------------------- */

static char *list_key(const struct session *s)
{
    return xasprintf("containers:%" PRId64, s->peer);
}

/* LIST NULL: there is none any more. */
static int keep_list(struct session *s, const struct json *list, struct err *err)
{
    char *key = list_key(s), *known = store_meta_get(s->store, key);
    struct buf text;
    int rc = 0;

    buf_init(&text, LIST_MAX);
    if (list)
        json_canonical(list, &text);
    if (text.full)
        rc = err_set(err, ERR_LIMIT, N_("the server's list of containers is too long"));
    else if (strcmp(known ? known : "", text.s) != 0)
        rc = store_meta_set(s->store, key, list ? text.s : NULL, err);
    buf_release(&text);
    free(known);
    free(key);
    return rc;
}

static int fetch_list(struct session *s, struct err *err)
{
    char *path = session_path(s, "/" CONTAINERS_DOC);
    struct json *doc = NULL;
    int status = 0;
    int rc = session_json(s, "GET", path, NULL, &doc, &status, err);

    if (rc < 0 && status == 404) {
        session_forgive(s, err);
        rc = 0;
    }
    if (rc == 0)
        rc = keep_list(s, json_get(doc, "conteneurs"), err);
    json_free(doc);
    free(path);
    return rc;
}

int session_containers(struct session *s, const struct json *answer, struct err *err)
{
    const struct json *rows = json_get(answer, "results");

    for (size_t i = 0; i < json_len(rows); i++) {
        const struct json *row = json_at(rows, i), *doc = json_get(row, "doc");
        const char *id = json_get_text(row, "id");

        if (!id || strcmp(id, CONTAINERS_DOC) != 0)
            continue;
        if (json_get_bool(row, "deleted", false))
            return keep_list(s, NULL, err);
        return doc ? keep_list(s, json_get(doc, "conteneurs"), err)
                   : fetch_list(s, err);
    }
    return 0;
}

struct json *session_list(struct session *s)
{
    char *key = list_key(s), *text = store_meta_get(s->store, key);
    struct json *list = NULL;

    if (text && json_parse(view_of(text), 0, &list, NULL) < 0)
        list = NULL;
    free(text);
    free(key);
    return list;
}
