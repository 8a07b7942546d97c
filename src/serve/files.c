/*
 * Files that records name: documents of their own, with one attachment and one revision
 * (docs/design.md §7). They stand in the folder of the store, in no feed.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "odus/base/base64.h"
#include "odus/base/mem.h"
#include "odus/repl/roles.h"
#include "odus/store/files.h"
#include "priv.h"

enum { NAMED_MOST = 100, PIECE = 64 * 1024 };

/* --- what may be seen ------------------------------------------------------------- */

/* A record that names it can be read here: else a file would tell of another container,
 * or stand here for nothing. */
static bool is_named(struct call *c, const char *hash)
{
    const struct place here = {c->serve, c->container, auth_is_visitor(c)};
    char **uids = NULL;
    bool named = false;
    size_t n = 0;

    if (files_named_by(c->serve->opt.store, hash, NAMED_MOST, &uids, &n, NULL) < 0)
        return false;
    for (size_t i = 0; i < n && !named; i++) {
        struct json *doc = doc_read(&here, uids[i], NULL, false, false, NULL);

        named = doc != NULL;
        json_free(doc);
    }
    record_uids_free(uids, n);
    return named;
}

/* The file of HASH, open for reading; -1: it is not here, or not to be seen. */
static int open_file(
        struct call *c, const char *hash, int64_t *ret_bytes, const char **ret_type)
{
    char *path = files_path(c->serve->opt.store, hash);
    char head[FILES_HEAD];
    struct stat st;
    ssize_t n;
    int fd = is_named(c, hash) ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;

    free(path);
    if (fd < 0)
        return -1;
    n = pread(fd, head, sizeof(head), 0);
    *ret_type = n > 0 ? files_type((struct view){head, (size_t)n}) : NULL;
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || !*ret_type) {
        close(fd);
        return -1;
    }
    *ret_bytes = (int64_t)st.st_size;
    return fd;
}

bool file_is_here(struct store *store, const char *hash, const char *rev)
{
    char *path = files_path(store, hash), own[FILES_REV];
    bool here = access(path, R_OK) == 0;

    free(path);
    files_rev(hash, own);
    return here && strcmp(rev, own) == 0;
}

/* --- the document ----------------------------------------------------------------- */

static struct json *stub_of(const char *hash, const char *type, int64_t bytes)
{
    struct json *stub = json_new_object(), *all = json_new_object();
    char *digest = xasprintf("blake2b-256-%s", hash);

    json_set_text(stub, "content_type", type);
    json_set_text(stub, "digest", digest);
    json_set_take(stub, "length", json_int(bytes));
    json_set_take(stub, "revpos", json_int(1));
    json_set_take(stub, "stub", json_bool(true));
    json_set_take(all, FILES_ATTACHMENT, stub);
    free(digest);
    return all;
}

bool file_doc(struct call *c)
{
    char hash[HASH_256_TEXT], rev[FILES_REV];
    const char *type;
    struct json *doc;
    int64_t bytes;
    int fd;

    if (!files_read_id(c->id, hash))
        return false;
    fd = open_file(c, hash, &bytes, &type);
    if (fd < 0) {
        answer_error(c->answer, 404, "not_found", "missing");
        return true;
    }
    close(fd);
    doc = json_new_object();
    files_rev(hash, rev);
    json_set_text(doc, "_id", c->id);
    json_set_text(doc, "_rev", rev);
    json_set_text(doc, "type", FILES_DOC_TYPE);
    json_set_take(doc, "_attachments", stub_of(hash, type, bytes));
    answer_json(c->answer, 200, doc);
    return true;
}

/* --- its content ------------------------------------------------------------------ */

struct sending {
    int fd;
    int64_t left;
};

static void sending_free(void *ctx)
{
    struct sending *s = ctx;

    close(s->fd);
    free(s);
}

static enum stream_state sending_next(void *ctx, struct buf *out, int64_t *ret_wake_ms)
{
    struct sending *s = ctx;
    char *piece = xmalloc(PIECE);
    size_t want = s->left < PIECE ? (size_t)s->left : PIECE;
    ssize_t n = want ? read(s->fd, piece, want) : 0;

    (void)ret_wake_ms;
    if (n > 0)
        buf_add(out, piece, (size_t)n);
    s->left -= n > 0 ? n : 0;
    free(piece);
    if (want && n <= 0)
        return STREAM_FAILED;
    return s->left ? STREAM_MORE : STREAM_END;
}

/* "bytes=FROM-" or "bytes=FROM-TO" (RFC 9110 §14.2). Anything else asks for all of it.
 * False: nothing of BYTES is meant. */
static bool read_range(const char *range, int64_t bytes, int64_t *from, int64_t *to)
{
    struct view rest = view_of(range), first;
    long long a, b = bytes - 1;

    *from = 0;
    *to = bytes;
    if (!range || strncmp(range, "bytes=", 6) != 0)
        return true;
    rest = (struct view){rest.p + 6, rest.n - 6};
    if (!view_next(&rest, '-', &first) || !view_int(first, &a) || a < 0 ||
            (rest.n && (!view_int(rest, &b) || b < a)))
        return true;
    if (a >= bytes)
        return false;
    *from = a;
    *to = b < bytes ? b + 1 : bytes;
    return true;
}

static void answer_content(
        struct call *c, int fd, const char *type, int64_t from, int64_t to)
{
    struct answer *a = c->answer;
    struct sending *s = xcalloc(1, sizeof(*s));

    *s = (struct sending){.fd = fd, .left = to - from};
    snprintf(a->type, sizeof(a->type), "%s", type);
    a->size = to - from;
    a->stream = (struct stream){sending_next, sending_free, s};
}

static void answer_range(struct call *c, int fd, const char *type, int64_t bytes)
{
    struct answer *a = c->answer;
    int64_t from, to;

    if (!read_range(c->rq->range, bytes, &from, &to) ||
            lseek(fd, (off_t)from, SEEK_SET) < 0) {
        close(fd);
        answer_error(a, 416, "requested_range_not_satisfiable", "There is less.");
        snprintf(a->range, sizeof(a->range), "bytes */%lld", (long long)bytes);
        return;
    }
    a->status = to - from < bytes ? 206 : 200;
    if (a->status == 206)
        snprintf(a->range, sizeof(a->range), "bytes %lld-%lld/%lld", (long long)from,
                (long long)to - 1, (long long)bytes);
    answer_content(c, fd, type, from, to);
}

void file_get(struct call *c)
{
    char hash[HASH_256_TEXT];
    const char *type;
    int64_t bytes;
    int fd = -1;

    if (files_read_id(c->uri.parts[1], hash))
        fd = open_file(c, hash, &bytes, &type);
    if (fd < 0) {
        answer_error(c->answer, 404, "not_found", "Document is missing attachment");
        return;
    }
    snprintf(c->answer->etag, sizeof(c->answer->etag), "\"%s\"", hash);
    if (c->rq->if_none_match && strstr(c->rq->if_none_match, hash)) {
        close(fd);
        c->answer->status = 304;
        return;
    }
    answer_range(c, fd, type, bytes);
}

/* --- one that comes in ------------------------------------------------------------ */

static bool may_write(struct call *c, const struct json *doc, struct err *err)
{
    const struct roles_user user = {c->who.name, c->who.roles};

    return roles_check(&user, doc, NULL, c->serve->opt.training, err) == 0;
}

static int keep(struct call *c, const char *hash, struct view content, struct err *err)
{
    int rc;

    if (!is_named(c, hash)) {
        err_set(err, ERR_INVALID, N_("no record here names this file"));
        return 403;
    }
    rc = files_put(c->serve->opt.store, hash, content, err);
    return rc == 0 ? 201 : rc == ERR_LIMIT ? 413 : rc == ERR_INVALID ? 400 : 500;
}

int file_take(struct call *c, const char *hash, const struct json *doc, struct err *err)
{
    const struct json *one = json_get(json_get(doc, "_attachments"), FILES_ATTACHMENT);
    struct view data = json_as_view(json_get(one, "data"));
    struct buf content;
    int status;

    if (!may_write(c, doc, err))
        return err->code == ERR_USAGE ? 401 : 403;
    if (json_get_bool(doc, "_deleted", false) || !data.p) {
        err_set(err, ERR_INVALID, N_("a file comes whole, and stays"));
        return 403;
    }
    buf_init(&content, FILES_BYTES_MAX + 1);
    if (base64_read(data, &content)) {
        status = keep(c, hash, buf_view(&content), err);
    } else {
        status = content.full ? 413 : 400;
        err_set(err, ERR_INVALID, N_("the content of file %1$s cannot be read"), hash);
    }
    buf_release(&content);
    return status;
}

const char *file_error(int status)
{
    switch (status) {
    case 401: return "unauthorized";
    case 403: return "forbidden";
    case 413: return "too_large";
    case 400: return "bad_request";
    default: return "internal_server_error";
    }
}

static void refuse(struct answer *a, int status, const struct err *err)
{
    char *reason = answer_reason(err);

    answer_error(a, status, file_error(status), reason);
    free(reason);
}

void file_put(struct call *c)
{
    char hash[HASH_256_TEXT], rev[FILES_REV];
    struct json *doc = json_new_object();
    struct err err = {0};
    int status = 403;

    if (!files_read_id(c->uri.parts[1], hash)) {
        err_set(&err, ERR_INVALID, N_("only records and their files are kept here"));
    } else {
        json_set_text(doc, "_id", c->uri.parts[1]);
        json_set_text(doc, "type", FILES_DOC_TYPE);
        status = !may_write(c, doc, &err) ? err.code == ERR_USAGE ? 401 : 403
                                          : keep(c, hash, c->text, &err);
        json_set_take(doc, "type", NULL);
    }
    if (status == 201) {
        files_rev(hash, rev);
        json_set_text(doc, "id", c->uri.parts[1]);
        json_set_text(doc, "rev", rev);
        json_set_take(doc, "_id", NULL);
        json_set_take(doc, "ok", json_bool(true));
        answer_json(c->answer, 201, doc);
        return;
    }
    json_free(doc);
    refuse(c->answer, status, &err);
}
