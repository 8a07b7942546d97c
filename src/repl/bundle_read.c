#include "bundle_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/base64.h"
#include "odus/base/clock.h"
#include "odus/base/file.h"
#include "odus/base/hash.h"
#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "odus/store/files.h"

enum { CHUNK = 64 * 1024, NAME_SHOWN = 200 };

struct reader {
    struct store *store;
    struct forms *forms;
    bool dry, training;
    struct bundle_report *out;
    struct buf line; /* what has come of the one that is being read */
    int lines;       /* whole ones so far */
    struct hash_state all, block;
    size_t block_bytes; /* since the last mark */
    int64_t blocks, docs_seen;
    struct replica_doc docs[REPLICA_SLICE]; /* of the block */
    size_t n;
    size_t nlines; /* documents of the block, with those that cannot be read */
    char hash[HASH_256_TEXT]; /* the file that is coming; "": none that is wanted */
    struct buf file;          /* what has come of it */
    bool head, end;
};

void bundle_report_release(struct bundle_report *r)
{
    free(r->from);
    free(r->container);
    *r = (struct bundle_report){.from = NULL};
}

static int damaged(struct reader *r, struct err *err)
{
    err_set(err, ERR_INVALID, N_("the bundle is damaged from here on"));
    return err_at(err, NULL, r->lines + 1, 0);
}

/* --- a block ---------------------------------------------------------------------- */

static bool is_gone(const struct json *body)
{
    const char *state = json_get_text(body, "statut_fiche");

    return state && strcmp(state, "supprime") == 0;
}

/* Whether DOC would make an end to the record as it is seen here. */
static bool removes(struct reader *r, const struct replica_doc *doc)
{
    struct record now = {.body = NULL};
    struct json *body = NULL;
    bool gone = doc->deleted || is_gone(doc->json);

    if (gone)
        gone = record_get(r->store, doc->uid, &now, NULL) == 0 && !now.deleted &&
               json_parse(view_of(now.body), 0, &body, NULL) == 0 && !is_gone(body);
    if (gone) {
        gone = false;
        for (size_t i = 1; i < doc->nrevs && !gone; i++)
            gone = strcmp(doc->revs[i], now.rev) == 0;
    }
    json_free(body);
    record_release(&now);
    return gone;
}

/* The first of a record's documents is the winner of whoever wrote the bundle. */
static void count_removed(struct reader *r)
{
    for (size_t i = 0; i < r->n; i++)
        if ((i == 0 || strcmp(r->docs[i].uid, r->docs[i - 1].uid) != 0) &&
                removes(r, &r->docs[i]))
            r->out->removed++;
}

static int count_only(struct reader *r, struct err *err)
{
    for (size_t i = 0; i < r->n; i++) {
        const char *rev = r->docs[i].revs[0];
        bool missing = false;
        int rc = replica_missing(r->store, r->docs[i].uid, &rev, 1, &missing, err);

        if (rc < 0)
            return rc;
        r->out->added += missing;
        r->out->known += !missing;
    }
    return 0;
}

static int apply(struct reader *r, struct err *err)
{
    enum replica_outcome outcomes[REPLICA_SLICE];
    struct replica_slice slice = {
            .container = r->out->container, .docs = r->docs, .n = r->n};
    int rc = replica_apply(r->store, r->forms, &slice, outcomes, NULL, err);

    for (size_t i = 0; rc == 0 && i < r->n; i++) {
        r->out->added += outcomes[i] == REPLICA_ADDED;
        r->out->known += outcomes[i] == REPLICA_KNOWN;
        r->out->refused += outcomes[i] == REPLICA_REFUSED;
    }
    return rc;
}

static void clear_block(struct reader *r)
{
    for (size_t i = 0; i < r->n; i++)
        replica_doc_release(&r->docs[i]);
    r->n = 0;
    r->nlines = 0;
    r->block_bytes = 0;
    hash_start(&r->block);
}

static bool hash_is(const struct hash_state *h, const struct json *mark)
{
    struct hash_state copy = *h;
    char hash[HASH_256_TEXT];

    hash_finish(&copy, hash);
    return view_is(json_as_view(json_get(mark, "hash")), hash);
}

static int read_mark(struct reader *r, const struct json *mark, struct err *err)
{
    int rc;

    if (json_get_int(mark, "block", 0) != r->blocks + 1 || !hash_is(&r->block, mark))
        return damaged(r, err);
    r->blocks++;
    r->docs_seen += (int64_t)r->nlines;
    r->out->docs = r->docs_seen;
    r->out->refused += (int64_t)(r->nlines - r->n);
    count_removed(r);
    rc = r->n == 0 ? 0 : r->dry ? count_only(r, err) : apply(r, err);
    clear_block(r);
    return rc;
}

static int read_end(struct reader *r, const struct json *mark, struct err *err)
{
    if (r->nlines > 0 || json_get_int(mark, "docs", -1) != r->docs_seen ||
            !hash_is(&r->all, mark))
        return damaged(r, err);
    r->end = true;
    r->out->whole = true;
    return 0;
}

/* --- lines ------------------------------------------------------------------------ */

static char *shown(const struct json *text)
{
    struct buf clean;

    buf_init(&clean, 0);
    utf8_clean(json_as_view(text), 0, &clean);
    buf_cut(&clean, utf8_snap(buf_view(&clean), NAME_SHOWN));
    return buf_take(&clean);
}

static bool is_name(const char *text)
{
    size_t n = strlen(text);

    return n > 0 && n < REPLICA_NAME_MAX &&
           strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-") == n;
}

static int read_head(struct reader *r, const struct json *head, struct err *err)
{
    const char *mark = json_get_text(head, "odus");
    const char *container = json_get_text(head, "container");
    const int64_t version = json_get_int(head, "version", 0);

    if (!mark || strcmp(mark, "bundle") != 0 || version < 1 || !container ||
            !is_name(container))
        return err_set(err, ERR_INVALID, N_("the file is no bundle"));
    if (version > BUNDLE_VERSION)
        return err_set(err, ERR_NEWER,
                N_("the bundle was written by a newer version of this program"));
    r->head = true;
    r->out->from = shown(json_get(head, "store"));
    r->out->container = xstrdup(container);
    if (clock_parse(json_as_view(json_get(head, "made")), &r->out->made_ms) < 0)
        r->out->made_ms = 0;
    return 0;
}

/* One that cannot be read is refused; the others of its block are not. */
static int read_doc(struct reader *r, const struct json *line, struct err *err)
{
    struct replica_doc *doc = &r->docs[r->n];
    bool whole = false;

    if (r->nlines == REPLICA_SLICE)
        return damaged(r, err);
    r->nlines++;
    if (wire_read_doc(line, doc, &whole, NULL) < 0)
        return 0;
    if (whole && (doc->deleted || bundle_is_exercise(doc->json) == r->training))
        r->n++;
    else
        replica_doc_release(doc);
    return 0;
}

/* Files are taken where a record names them; a dry run cannot know yet. */
static bool is_wanted(struct reader *r, const char *hash)
{
    char *path = files_path(r->store, hash), **uids = NULL;
    bool wanted = !file_exists(path);
    size_t n = 0;

    free(path);
    if (wanted && !r->dry) {
        wanted = files_named_by(r->store, hash, 1, &uids, &n, NULL) == 0 && n > 0;
        record_uids_free(uids, n);
    }
    return wanted;
}

/* The name is the hash of the content: one that is not true is no file. */
static int keep_file(struct reader *r, struct err *err)
{
    int rc = r->dry ? 0 : files_put(r->store, r->hash, buf_view(&r->file), err);

    if (rc == ERR_INVALID || rc == ERR_LIMIT) {
        err_clear(err);
        r->out->refused++;
        rc = 0;
    } else if (rc == 0) {
        r->out->files++;
    }
    r->hash[0] = '\0';
    buf_clear(&r->file);
    return rc;
}

static int read_part(struct reader *r, const struct json *line, struct err *err)
{
    const char *hash = json_get_text(line, "file");
    int64_t at = json_get_int(line, "at", -1), all = json_get_int(line, "bytes", -1);

    if (!hash || !files_is_hash(view_of(hash)) || all < 0 || all > FILES_BYTES_MAX)
        return damaged(r, err);
    if (at == 0) {
        buf_clear(&r->file);
        snprintf(r->hash, sizeof(r->hash), "%s", is_wanted(r, hash) ? hash : "");
    }
    if (strcmp(r->hash, hash) != 0)
        return 0;
    if (at != (int64_t)r->file.len ||
            !base64_read(json_as_view(json_get(line, "data")), &r->file))
        return damaged(r, err);
    return (int64_t)r->file.len >= all ? keep_file(r, err) : 0;
}

static int read_object(struct reader *r, const struct json *line, struct err *err)
{
    if (!r->head)
        return read_head(r, line, err);
    if (r->end)
        return damaged(r, err);
    if (json_get(line, "_id"))
        return read_doc(r, line, err);
    if (json_get(line, "file"))
        return read_part(r, line, err);
    if (json_get(line, "end"))
        return read_end(r, line, err);
    return read_mark(r, line, err);
}

/* R->line is whole, with its line end. */
static int read_line(struct reader *r, struct err *err)
{
    struct view text = buf_view(&r->line);
    struct json *line = NULL;
    int rc;

    r->block_bytes += text.n;
    if (r->block_bytes > BUNDLE_BLOCK_MAX)
        return damaged(r, err);
    if (json_parse(text, BUNDLE_LINE_MAX, &line, NULL) < 0 ||
            json_kind(line) != JSON_KIND_OBJECT) {
        json_free(line);
        return r->head ? damaged(r, err)
                       : err_set(err, ERR_INVALID, N_("the file is no bundle"));
    }
    rc = read_object(r, line, err);
    hash_feed(&r->all, text);
    /* what a mark says is of the lines before it */
    if (r->block_bytes > 0)
        hash_feed(&r->block, text);
    r->lines++;
    buf_clear(&r->line);
    json_free(line);
    return rc;
}

static int read_chunk(struct reader *r, struct view chunk, struct err *err)
{
    while (chunk.n > 0) {
        const char *nl = memchr(chunk.p, '\n', chunk.n);
        size_t n = nl ? (size_t)(nl - chunk.p) + 1 : chunk.n;
        int rc;

        buf_add(&r->line, chunk.p, n);
        chunk.p += n;
        chunk.n -= n;
        if (r->line.full)
            return r->head ? damaged(r, err)
                           : err_set(err, ERR_INVALID, N_("the file is no bundle"));
        rc = nl ? read_line(r, err) : 0;
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int read_all(
        struct reader *r, const struct bundle_source *source, struct err *err)
{
    char *bytes = xmalloc(CHUNK);
    long n;
    int rc = 0;

    do {
        n = source->read(source->ctx, bytes, CHUNK, err);
        if (n > 0)
            rc = read_chunk(r, (struct view){bytes, (size_t)n}, err);
    } while (rc == 0 && n > 0);
    free(bytes);
    return rc < 0 ? rc : (int)n;
}

int bundle_read(struct store *store, struct forms *forms,
        const struct bundle_source *source, bool dry, struct bundle_report *ret,
        struct err *err)
{
    struct reader *r = xcalloc(1, sizeof(*r));
    int rc;

    *ret = (struct bundle_report){.from = NULL};
    r->store = store;
    r->forms = forms;
    r->dry = dry;
    r->training = bundle_training(store);
    r->out = ret;
    buf_init(&r->line, BUNDLE_LINE_MAX);
    buf_init(&r->file, FILES_BYTES_MAX + 1);
    hash_start(&r->all);
    clear_block(r);
    rc = read_all(r, source, err);
    if (rc == 0 && !r->head)
        rc = err_set(err, ERR_INVALID, N_("the file is no bundle"));
    if (rc == 0 && r->end && r->line.len > 0)
        rc = damaged(r, err);
    clear_block(r);
    buf_release(&r->line);
    buf_release(&r->file);
    free(r);
    return rc;
}
