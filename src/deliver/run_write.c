/* From pieces to files, made beside those that are there. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "odus/base/hash.h"
#include "odus/base/mem.h"
#include "run_priv.h"

enum { CHUNK = 64 * 1024 };

/* --- a file in the making -------------------------------------------------------- */

struct output {
    struct run *r;
    FILE *file;
    struct sha256_state sha;
    int64_t bytes;
    bool failed;
};

static int output_open(struct output *o, struct run *r, int64_t number, struct err *err)
{
    *o = (struct output){.r = r};
    sha256_start(&o->sha);
    return tree_make(&r->tree, number, &o->file, err);
}

static void output_add(struct output *o, struct view text)
{
    sha256_feed(&o->sha, text);
    o->bytes += (int64_t)text.n;
    if (text.n && fwrite(text.p, 1, text.n, o->file) != text.n)
        o->failed = true;
}

/* Closes; what it is goes into FILE. */
static int output_close(struct output *o, struct state_file *file, struct err *err)
{
    struct stat st = {0};
    bool good = !o->failed && fflush(o->file) == 0 && fstat(fileno(o->file), &st) == 0;
    int why = errno;

    if (fclose(o->file) != 0 && good) {
        good = false;
        why = errno;
    }
    o->file = NULL;
    if (!good) {
        errno = why;
        return tree_fail(&o->r->tree, file->path, err);
    }
    file->bytes = o->bytes;
    file->mtime = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
    sha256_finish(&o->sha, file->sha256);
    return 0;
}

/* --- copying pieces -------------------------------------------------------------- */

struct writer {
    struct run *r;
    const struct state_file *file;
    const struct format *format;
    struct output out;
    int old; /* the file as it is; -1: not opened */
    struct collection collection;
    struct buf first_key, last_key;
    char *last_shared; /* key of the shared piece written last; owned */
    int64_t shared_off;
    int64_t n; /* pieces passed so far */
};

/* The old file was as we left it a moment ago, and is not any more. */
static int moved_on(const struct writer *w, struct err *err)
{
    return err_set(err, ERR_DAMAGED, N_("%1$s has changed during the delivery"),
            w->file->path);
}

static int source_of(struct writer *w, const struct state_place *place)
{
    if (place->spool)
        return fileno(w->r->spool);
    if (w->old < 0)
        w->old = tree_read(&w->r->tree, w->file->path);
    return w->old;
}

static int copy(struct writer *w, const struct state_place *place, struct err *err)
{
    static char chunk[CHUNK];
    int fd = source_of(w, place);
    int64_t off = place->off, left = place->len;

    if (fd < 0 || off < 0 || left < 0)
        return moved_on(w, err);
    while (left > 0) {
        size_t want = left < CHUNK ? (size_t)left : CHUNK;
        ssize_t got = pread(fd, chunk, want, off);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return moved_on(w, err);
        output_add(&w->out, (struct view){chunk, (size_t)got});
        off += got;
        left -= got;
    }
    return 0;
}

static bool is_repeated(const struct writer *w, const struct state_place *place)
{
    return place->shared && w->last_shared && view_is(place->key, w->last_shared);
}

static void remember_shared(struct writer *w, const struct state_place *place)
{
    free(w->last_shared);
    w->last_shared = place->shared ? view_dup(place->key) : NULL;
    w->shared_off = w->out.bytes;
}

static bool is_beyond(const struct writer *w)
{
    return w->format->limit > 0 && w->n >= w->format->limit;
}

static int write_place(void *ctx, const struct state_place *place, struct err *err)
{
    struct writer *w = ctx;
    struct state *s = w->r->state;
    int64_t at;
    int rc;

    if (is_beyond(w))
        return state_placed(s, w->file->id, place, -1, err);
    if (is_repeated(w, place))
        return state_placed(s, w->file->id, place, w->shared_off, err);
    if (w->n++ && !w->file->own && w->format->between)
        output_add(&w->out, view_of(w->format->between));
    remember_shared(w, place);
    at = w->out.bytes;
    rc = copy(w, place, err);
    return rc ? rc : state_placed(s, w->file->id, place, at, err);
}

/* --- head and foot --------------------------------------------------------------- */

static int survey_place(void *ctx, const struct state_place *place, struct err *err)
{
    struct writer *w = ctx;

    (void)err;
    if (is_beyond(w) || is_repeated(w, place))
        return 0;
    remember_shared(w, place);
    if (w->n++ == 0)
        buf_addv(&w->first_key, place->key);
    buf_clear(&w->last_key);
    buf_addv(&w->last_key, place->key);
    return 0;
}

/* What the head says of what follows. */
static int survey(struct writer *w, struct err *err)
{
    int rc = state_places(w->r->state, w->file->id, survey_place, w, err);

    w->collection = (struct collection){.path = w->file->path,
            .label = w->file->label ? w->file->label : "",
            .first_key = w->first_key.s,
            .last_key = w->last_key.s,
            .pieces = w->n};
    w->n = 0;
    free(w->last_shared);
    w->last_shared = NULL;
    return rc;
}

static void write_part(
        struct writer *w, void (*part)(const struct delivery *d,
                                  const struct collection *c, struct buf *out))
{
    struct buf text;

    if (!part || w->file->own)
        return;
    buf_init(&text, 0);
    part(&w->r->delivery, &w->collection, &text);
    output_add(&w->out, buf_view(&text));
    buf_release(&text);
}

static int write_whole(struct writer *w, struct err *err)
{
    int rc;

    write_part(w, w->format->head);
    rc = state_places(w->r->state, w->file->id, write_place, w, err);
    if (rc == 0)
        write_part(w, w->format->foot);
    return rc;
}

/* --- one file -------------------------------------------------------------------- */

/* The file is as we left it, and this is what it would become. */
static bool is_same(
        struct run *r, const struct state_file *was, const struct state_file *now)
{
    int64_t bytes, mtime;

    return was->bytes >= 0 && strcmp(was->sha256, now->sha256) == 0 &&
           tree_look(&r->tree, was->path, &bytes, &mtime) && bytes == was->bytes &&
           mtime == was->mtime;
}

static int settle_file(struct run *r, const struct state_file *was,
        const struct state_file *now, struct err *err)
{
    if (is_same(r, was, now)) {
        tree_unmake(&r->tree, was->id);
        return state_written(r->state, was, false, err);
    }
    r->report->written++;
    r->report->bytes += now->bytes;
    return state_written(r->state, now, true, err);
}

static int make_file(struct writer *w, struct err *err)
{
    struct state_file now = *w->file;
    int rc = output_open(&w->out, w->r, w->file->id, err), closed;

    if (rc)
        return rc;
    rc = write_whole(w, err);
    closed = output_close(&w->out, &now, rc ? NULL : err);
    if (rc == 0)
        rc = closed;
    return rc ? rc : settle_file(w->r, w->file, &now, err);
}

static int write_file(void *ctx, const struct state_file *file, struct err *err)
{
    struct run *r = ctx;
    struct writer w = {
            .r = r, .file = file, .format = run_format(r, file->format), .old = -1};
    int rc = 0;

    if (!run_go_on(r->hooks, -1, -1))
        return err_set(err, ERR_STOPPED, N_("the delivery was stopped"));
    if (!tree_path_ok(file->path))
        return moved_on(&w, err);
    buf_init(&w.first_key, 0);
    buf_init(&w.last_key, 0);
    if (w.format)
        rc = survey(&w, err);
    if (rc == 0)
        rc = w.format && w.collection.pieces ? make_file(&w, err)
                                             : state_file_gone(r->state, file->id, err);
    if (w.old >= 0)
        close(w.old);
    free(w.last_shared);
    buf_release(&w.first_key);
    buf_release(&w.last_key);
    return rc;
}

/* --- the manifest ---------------------------------------------------------------- */

#define MANIFEST_HEAD "{\"files\":["

static int list_file(void *ctx, const struct state_file *file, struct err *err)
{
    struct output *o = ctx;
    char *line =
            xasprintf("%s\n{\"bytes\":%" PRId64 ",\"path\":\"%s\",\"sha256\":\"%s\"}",
                    o->bytes > (int64_t)(sizeof(MANIFEST_HEAD) - 1) ? "," : "",
                    file->bytes, file->path, file->sha256);

    (void)err;
    output_add(o, view_of(line)); /* paths have nothing that JSON escapes */
    free(line);
    return 0;
}

static int write_manifest(struct run *r, struct err *err)
{
    struct state_file manifest = {.path = (char *)"manifest.json"};
    struct output o;
    int rc = output_open(&o, r, 0, err), closed;

    if (rc)
        return rc;
    output_add(&o, VIEW_LIT(MANIFEST_HEAD));
    rc = state_files(r->state, STATE_ALL, list_file, &o, err);
    output_add(&o, VIEW_LIT("\n]}\n"));
    closed = output_close(&o, &manifest, rc ? NULL : err);
    return rc ? rc : closed;
}

int run_write(struct run *r, struct err *err)
{
    int rc = state_files(r->state, STATE_DIRTY, write_file, r, err);

    return rc ? rc : write_manifest(r, err);
}
