/* Files that records name go to the peer, once all text is there (docs/design.md §8).
 */
#include "odus/store/files.h"

#include <stdlib.h>
#include <string.h>

#include "files_priv.h"
#include "odus/base/base64.h"
#include "odus/base/mem.h"
#include "odus/base/utf8.h"

enum {
    DUE_MOST = 1000, /* of one session */
    ABOUT_MAX = 64 * 1024,
    WHY_MAX = 190,
};

/* --- telling ---------------------------------------------------------------------- */

void file_tell(struct session *s, const struct files_item *item, const char *what)
{
    struct json *event = session_about(s, "file", item->uid);

    json_set_text(event, "hash", item->hash);
    json_set_text(event, "what", what);
    session_tell(s, event);
}

int file_refuse(struct session *s, const struct files_item *item, const char *why)
{
    struct json *event = session_about(s, "refused", item->uid);

    s->report->refused++;
    json_set_text(event, "hash", item->hash);
    json_set_text(event, "why", why);
    session_tell(s, event);
    return 0;
}

int file_refuse_err(
        struct session *s, const struct files_item *item, const struct err *why)
{
    struct buf text;
    int rc;

    buf_init(&text, 0);
    err_text(why, NULL, &text);
    rc = file_refuse(s, item, text.s);
    buf_release(&text);
    return rc;
}

char *file_path(const struct session *s, const char *hash, const char *rest)
{
    return xasprintf("/%s/fichier%%3A%s%s", s->remote, hash, rest);
}

/* --- is it there? ----------------------------------------------------------------- */

/* The server lists the attachment in its whole length (P15). */
static bool lists(const struct net_answer *a, int64_t bytes)
{
    struct json *doc = NULL;
    const struct json *stub;
    bool ok = false;

    if (json_parse(buf_view(&a->body), 0, &doc, NULL) == 0) {
        stub = json_get(json_get(doc, "_attachments"), FILES_ATTACHMENT);
        ok = json_get_int(stub, "length", -1) == bytes;
    }
    json_free(doc);
    return ok;
}

static int ask_for(struct session *s, const struct files_item *item, bool *ret_there,
        struct err *err)
{
    struct net_answer answer = {.status = 0};
    char *path = file_path(s, item->hash, "");
    struct net_request rq = {.method = "GET", .path = path, .max = ABOUT_MAX};
    int rc = session_call(s, &rq, &answer, err);

    free(path);
    if (rc < 0)
        return rc;
    if (answer.status != 404 &&
            (answer.status < 200 || answer.status > 299 || answer.not_couch))
        rc = session_refused(s, &answer, err);
    else
        *ret_there = answer.status != 404 && lists(&answer, item->bytes);
    net_answer_release(&answer);
    return rc;
}

/* --- sending one ------------------------------------------------------------------ */

/*
 * One document with its one revision, which is the same from every replica, so that two
 * that bring the same file make no conflict. Inline, because every server takes that,
 * and gzip makes up for base64.
 */
static void write_body(struct buf *out, const char *hash, struct view content)
{
    char rev[FILES_REV];

    files_rev(hash, rev);
    buf_addf(out,
            "{\"docs\":[{\"_id\":\"" FILES_PREFIX "%s\",\"_rev\":\"%s\","
            "\"_revisions\":{\"ids\":[\"%s\"],\"start\":1},"
            "\"type\":\"" FILES_DOC_TYPE "\",\"_attachments\":{\"" FILES_ATTACHMENT
            "\":{\"content_type\":\"%s\",\"data\":\"",
            hash, rev, rev + 2, files_type(content));
    base64_add(content, out);
    buf_adds(out, "\"}}}],\"new_edits\":false}");
}

static int upload(struct session *s, const char *hash, struct view content,
        struct net_answer *ret, struct err *err)
{
    char *path = session_path(s, "/_bulk_docs");
    struct net_request rq = {.method = "POST", .path = path};
    struct buf body;
    int rc;

    buf_init(&body, 0);
    write_body(&body, hash, content);
    rq.body = buf_view(&body);
    rc = session_call_large(s, &rq, ret, err);
    buf_release(&body);
    free(path);
    return rc;
}

/* The reason of the row that says no, into OUT; "" where none does. */
static void read_refusal(const struct net_answer *a, struct buf *out)
{
    struct json *rows = NULL;

    if (json_parse(buf_view(&a->body), 0, &rows, NULL) < 0)
        return;
    for (size_t i = 0; i < json_len(rows) && !out->len; i++) {
        const char *error = json_get_text(json_at(rows, i), "error");
        const char *reason = json_get_text(json_at(rows, i), "reason");

        if (error)
            utf8_clean(view_of(reason && *reason ? reason : error), 0, out);
    }
    json_free(rows);
}

/* WHY (from the server): what stands against it, "" nothing. */
static int take_answer(struct session *s, const struct files_item *item,
        const struct net_answer *a, struct buf *why, struct err *err)
{
    struct err local = {0};
    int rc = 0;

    if (a->status == 413)
        buf_adds(why, "the file is too large for this server");
    else if (a->status >= 200 && a->status <= 299 && !a->not_couch)
        read_refusal(a, why);
    else
        rc = session_refused(s, a, &local);
    if (rc == ERR_INVALID || rc == ERR_NOT_FOUND) {
        session_forgive(s, NULL);
        return file_refuse_err(s, item, &local) + 1;
    }
    if (rc && err)
        *err = local;
    return rc;
}

static int send_content(struct session *s, const struct files_item *item,
        struct view content, struct err *err)
{
    struct net_answer answer = {.status = 0};
    bool there = false;
    struct buf why;
    int rc = upload(s, item->hash, content, &answer, err);

    if (rc < 0)
        return rc;
    buf_init(&why, WHY_MAX);
    rc = take_answer(s, item, &answer, &why, err);
    net_answer_release(&answer);
    if (rc == 0)
        rc = ask_for(s, item, &there, err);
    if (rc == 0 && there)
        rc = file_sent(s, item, err);
    else if (rc == 0)
        file_refuse(s, item,
                why.len ? why.s : "the server said it had stored this, and has not");
    buf_release(&why);
    return rc < 0 ? rc : 0;
}

int file_sent(struct session *s, const struct files_item *item, struct err *err)
{
    int rc = files_confirm(s->store, s->peer, item->container, item->hash, err);

    if (rc == 0) {
        files_get_through(s);
        file_tell(s, item, "sent");
    }
    return rc;
}

static int send_file(struct session *s, const struct files_item *item, struct err *err)
{
    struct err local = {0};
    bool there = false;
    struct buf content;
    int rc = ask_for(s, item, &there, err);

    if (rc < 0 || there)
        return rc < 0 ? rc : file_sent(s, item, err);
    rc = files_read(s->store, item->hash, &content, &local);
    if (rc == 0)
        rc = send_content(s, item, buf_view(&content), err);
    else
        rc = file_refuse_err(s, item, &local);
    buf_release(&content);
    return rc;
}

/* --- all of them ------------------------------------------------------------------ */

static int send_all(
        struct session *s, const struct files_item *due, size_t n, struct err *err)
{
    const char *shut = ""; /* a container that is not for us; another may be */
    int rc = 0;

    for (size_t i = 0; i < n && rc == 0; i++) {
        if (strcmp(due[i].container, shut) == 0 || !session_enter(s, due[i].container))
            continue;
        rc = send_file(s, &due[i], err);
        if (rc < 0 && s->report->down && s->job->tries == 0) {
            session_forgive(s, err);
            files_put_off(s, &due[i]);
            return 0; /* the others are larger still */
        }
        if (rc == ERR_INVALID) {
            shut = due[i].container;
            file_refuse_err(s, &due[i], err);
            session_forgive(s, err);
            rc = 0;
        }
        if (rc == 0)
            session_progress(s, 1, i + 1 == n);
    }
    return rc;
}

static int may_send(struct session *s, const struct files_item *due, size_t n)
{
    int64_t bytes = 0;

    for (size_t i = 0; i < n; i++)
        bytes += due[i].bytes;
    return session_metered(s, bytes, NULL);
}

static int send_due(struct session *s, struct err *err)
{
    struct files_item *due = NULL;
    size_t n = 0;
    int rc = files_due(s->store, s->peer, DUE_MOST, &due, &n, err);

    if (rc == 0 && n > 0 && files_wait(s, &due[0]))
        n = 0;
    if (rc == 0 && n > 0 && may_send(s, due, n) == 0) {
        session_enter(s, due[0].container);
        session_phase(s, PHASE_PUSH, (int64_t)n);
        rc = send_all(s, due, n, err);
    }
    free(due);
    return rc;
}

int session_files(struct session *s, struct err *err)
{
    int rc = files_look(s->store, err);

    s->silent = true; /* whoever has exchanged the text has signed in */
    if (rc == 0)
        rc = send_due(s, err);
    if (rc == 0 && s->job->all_files && !s->job->metered)
        rc = session_fetch(s, NULL, err);
    s->silent = false;
    return rc;
}
