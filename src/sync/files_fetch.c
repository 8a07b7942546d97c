/*
 * Files that are wanted here: what has come is kept in a file of its own, and a cut is
 * followed by the rest (P14). The peer may send anything: size, kind and content are
 * looked at before the file is one of the store's.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files_priv.h"
#include "odus/base/mem.h"

enum {
    WANTED_MOST = 10000,
    UNASKED_MOST = 1000, /* of one session, where files always come */
    FROM_START = 2,      /* tries of a file */
};

struct fetch {
    struct session *s;
    const struct files_item *item;
    struct net_request rq;
    int fd;
    char head[FILES_HEAD];
    int64_t got, asked; /* bytes here; at the last request */
    int64_t began;
    bool disk; /* what failed was the disk */
};

/* --- the part --------------------------------------------------------------------- */

static int disk_error(struct fetch *f, struct err *err)
{
    char *path = files_part_path(f->s->store, f->item->hash);

    f->disk = true;
    err_set(err, ERR_IO, N_("cannot write %1$s: %2$s"), path, strerror(errno));
    free(path);
    return ERR_IO;
}

static bool read_head(struct fetch *f)
{
    ssize_t n = pread(f->fd, f->head, sizeof(f->head), 0);

    return n >= 0;
}

static int open_part(struct fetch *f, struct err *err)
{
    char *path = files_part_path(f->s->store, f->item->hash);
    struct stat st;

    f->fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    free(path);
    if (f->fd < 0 || fstat(f->fd, &st) < 0)
        return disk_error(f, err);
    if (st.st_size >= FILES_BYTES_MAX && ftruncate(f->fd, 0) < 0)
        return disk_error(f, err);
    f->got = st.st_size >= FILES_BYTES_MAX ? 0 : (int64_t)st.st_size;
    f->began = f->asked = f->got;
    return read_head(f) ? 0 : disk_error(f, err);
}

static void close_part(struct fetch *f, bool drop)
{
    char *path = files_part_path(f->s->store, f->item->hash);

    if (f->fd >= 0)
        close(f->fd);
    if (drop)
        unlink(path);
    f->fd = -1;
    free(path);
}

static int write_all(int fd, struct view v)
{
    while (v.n) {
        ssize_t n = write(fd, v.p, v.n);

        if (n < 0 && errno != EINTR)
            return -1;
        if (n > 0)
            v = (struct view){v.p + n, v.n - (size_t)n};
    }
    return 0;
}

/* Bytes as they come. What cannot be a picture or a PDF ends it at once. */
static int take(void *ctx, struct view bytes, struct err *err)
{
    struct fetch *f = ctx;

    for (size_t i = 0; i < bytes.n && f->got + (int64_t)i < FILES_HEAD; i++)
        f->head[f->got + (int64_t)i] = bytes.p[i];
    if (f->got + (int64_t)bytes.n > FILES_BYTES_MAX)
        return err_set(err, ERR_LIMIT, N_("%1$s is larger than 20 MB"), f->item->hash);
    if (write_all(f->fd, bytes) < 0)
        return disk_error(f, err);
    f->got += (int64_t)bytes.n;
    if (f->got >= FILES_HEAD && !files_type((struct view){f->head, FILES_HEAD}))
        return err_set(err, ERR_INVALID,
                N_("%1$s is no picture (JPEG, PNG, WebP) and no PDF"), f->item->hash);
    return 0;
}

/* Before each try; true: the last one has brought something. */
static bool from_here(void *ctx)
{
    struct fetch *f = ctx;
    bool more = f->got > f->asked;

    f->asked = f->got;
    f->rq.range_from = f->got;
    f->rq.max = (size_t)(FILES_BYTES_MAX - f->got) + 1;
    return more;
}

/* --- one file --------------------------------------------------------------------- */

static bool is_content(int code)
{
    return code == ERR_INVALID || code == ERR_LIMIT;
}

/* 1: the peer has no such file, or sends another; told. */
static int judge(struct fetch *f, const struct net_answer *a, struct err *err)
{
    struct err why = {0};
    int rc;

    if (a->status == 416 && f->asked > 0)
        return 0; /* nothing comes after what is here */
    if (a->status == 404 && !f->s->job->fetch)
        return 1; /* nobody has asked for this one: it may be there another day */
    if (a->status == 404)
        return file_refuse(f->s, f->item, "the server does not have the file") + 1;
    rc = session_refused(f->s, a, &why);
    if (rc == ERR_INVALID) {
        session_forgive(f->s, NULL);
        return file_refuse_err(f->s, f->item, &why) + 1;
    }
    if (rc && err)
        *err = why;
    return rc;
}

static int download(struct fetch *f, struct err *err)
{
    struct net_answer answer = {.status = 0};
    char *path = file_path(f->s, f->item->hash, "/" FILES_ATTACHMENT);
    struct err local = {0};
    int rc;

    f->rq = (struct net_request){
            .method = "GET", .path = path, .sink = take, .sink_ctx = f};
    rc = session_stream(f->s, &f->rq, from_here, f, &answer, &local);
    free(path);
    if (rc == 0)
        rc = judge(f, &answer, &local);
    net_answer_release(&answer);
    if (rc < 0 && err)
        *err = local;
    return rc;
}

/* It is all here: checked, it becomes the file. 1: it is not what it should be. */
static int finish(struct fetch *f, struct err *err)
{
    struct err why = {0};
    int rc = files_finish(f->s->store, f->item->hash, &why);

    if (rc == 0)
        rc = files_confirm(
                f->s->store, f->s->peer, f->item->container, f->item->hash, &why);
    if (rc == 0) {
        f->s->report->files++;
        file_tell(f->s, f->item, "fetched");
    }
    if (rc && err)
        *err = why;
    return rc;
}

/* 0: here, or told why not. *RET_AGAIN: the beginning was from another day, and wrong.
 */
static int try_file(struct fetch *f, bool *ret_again, struct err *err)
{
    struct err local = {0};
    bool drop;
    int rc = open_part(f, &local);

    if (rc == 0)
        rc = download(f, &local);
    drop = rc < 0 && !f->disk && is_content(local.code);
    close_part(f, drop);
    if (rc == 0)
        rc = finish(f, &local);
    *ret_again = rc < 0 && is_content(rc) && f->began > 0;
    if (rc < 0 && is_content(rc)) {
        session_forgive(f->s, NULL);
        rc = *ret_again ? 0 : file_refuse_err(f->s, f->item, &local);
    } else if (rc < 0 && err) {
        *err = local;
    }
    return rc < 0 ? rc : 0;
}

static int fetch_file(struct session *s, const struct files_item *item, struct err *err)
{
    bool again = true;
    int rc = 0;

    for (int i = 0; i < FROM_START && again && rc == 0; i++) {
        struct fetch f = {.s = s, .item = item, .fd = -1};

        rc = try_file(&f, &again, err);
    }
    return rc;
}

/* --- those that are wanted -------------------------------------------------------- */

/* A file named in two containers comes from the first that has it. */
static bool is_here(const struct session *s, const struct files_item *item)
{
    char *path = files_path(s->store, item->hash);
    bool here = access(path, F_OK) == 0;

    free(path);
    return here;
}

static int fetch_of(struct session *s, const char *uid, struct err *err)
{
    struct files_item *all = NULL;
    size_t most = s->job->fetch ? WANTED_MOST : UNASKED_MOST, n = 0;
    int rc = files_missing(s->store, uid, most, &all, &n, err);

    if (rc == 0 && n > 0 && session_enter(s, all[0].container))
        session_phase(s, PHASE_PULL, (int64_t)n);
    for (size_t i = 0; i < n && rc == 0; i++) {
        if (is_here(s, &all[i]) || !session_enter(s, all[i].container))
            continue;
        rc = fetch_file(s, &all[i], err);
        if (rc == 0)
            session_progress(s, 1, i + 1 == n);
    }
    free(all);
    return rc;
}

int session_fetch(struct session *s, const struct json *uids, struct err *err)
{
    int rc = 0;

    if (!json_len(uids))
        return fetch_of(s, NULL, err);
    for (size_t i = 0; i < json_len(uids) && rc == 0; i++) {
        const char *uid = json_as_text(json_at(uids, i));

        if (uid)
            rc = fetch_of(s, uid, err);
    }
    return rc;
}
