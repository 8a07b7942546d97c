#include "bundle_priv.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/base64.h"
#include "odus/base/clock.h"
#include "odus/base/hash.h"
#include "odus/base/mem.h"
#include "odus/store/files.h"

enum { CHANGES_AT_ONCE = 50 };

bool bundle_training(struct store *store)
{
    char *mark = store_meta_get(store, "training");
    bool training = mark != NULL;

    free(mark);
    return training;
}

bool bundle_is_exercise(const struct json *body)
{
    const struct json *mark = json_get(body, "exercice");

    return mark && json_as_bool(mark, true);
}

struct writer {
    struct store *store;
    const struct bundle_sink *sink;
    bool training;
    struct hash_state all;
    struct buf block; /* lines since the last mark */
    size_t in_block;  /* documents of it */
    int64_t blocks, docs, files;
};

/* --- lines ------------------------------------------------------------------------ */

/* Takes LINE. */
static void add_line(struct writer *w, struct json *line)
{
    json_canonical(line, &w->block);
    buf_addc(&w->block, '\n');
    json_free(line);
}

static int send(struct writer *w, struct err *err)
{
    int rc = w->sink->write(w->sink->ctx, buf_view(&w->block), err);

    hash_feed(&w->all, buf_view(&w->block));
    buf_clear(&w->block);
    return rc;
}

static int close_block(struct writer *w, struct err *err)
{
    struct json *mark = json_new_object();
    char hash[HASH_256_TEXT];

    hash_blake2b256(buf_view(&w->block), hash);
    json_set_take(mark, "block", json_int(++w->blocks));
    json_set_text(mark, "hash", hash);
    add_line(w, mark);
    w->in_block = 0;
    return send(w, err);
}

static int close_file(struct writer *w, struct err *err)
{
    struct json *mark;
    char hash[HASH_256_TEXT];
    int rc = w->in_block > 0 ? close_block(w, err) : 0;

    if (rc < 0)
        return rc;
    hash_feed(&w->all, buf_view(&w->block)); /* the head, where nothing followed it */
    hash_finish(&w->all, hash);
    mark = json_new_object();
    json_set_take(mark, "end", json_bool(true));
    json_set_take(mark, "docs", json_int(w->docs));
    json_set_text(mark, "hash", hash);
    add_line(w, mark);
    return w->sink->write(w->sink->ctx, buf_view(&w->block), err);
}

/* What a person knows the store by: its name, else that of its folder. */
static struct json *store_name(struct store *store)
{
    char *name = store_meta_get(store, "name");
    const char *dir = store_dir(store), *slash = strrchr(dir, '/');
    struct json *text = json_text(view_of(name                ? name
                                          : slash && slash[1] ? slash + 1
                                                              : dir));

    free(name);
    return text;
}

static void add_head(struct writer *w, const char *container)
{
    struct json *head = json_new_object();
    char made[CLOCK_TEXT];

    clock_rfc3339(clock_now_ms(), made);
    json_set_take(head, "odus", json_text(VIEW_LIT("bundle")));
    json_set_take(head, "version", json_int(BUNDLE_VERSION));
    json_set_take(head, "store", store_name(w->store));
    json_set_text(head, "made", made);
    json_set_text(head, "container", container);
    add_line(w, head);
}

/* --- records ---------------------------------------------------------------------- */

static int add_doc(struct writer *w, const struct replica_doc *doc, struct err *err)
{
    add_line(w, wire_write_doc(doc));
    w->docs++;
    w->in_block++;
    if (w->block.full)
        return err_set(err, ERR_LIMIT, N_("the record %1$s is too large"), doc->uid);
    if (w->in_block == REPLICA_SLICE || w->block.len >= BUNDLE_BLOCK_MAX / 2)
        return close_block(w, err);
    return 0;
}

/* The leaves of C with their bodies, owned in DOCS, which has a place for each. */
static int read_leaves(struct writer *w, const struct replica_change *c,
        struct replica_doc *docs, size_t *ret_n, struct err *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < c->nleaves; i++) {
        struct replica_doc *doc = &docs[*ret_n];

        rc = replica_get(w->store, c->uid, c->leaves[i].rev, doc, NULL, err);
        if (rc == 0)
            ++*ret_n;
        if (rc != ERR_NOT_FOUND)
            continue;
        err_clear(err); /* one whose body nobody has given us */
        rc = 0;
    }
    return rc;
}

/* Exercises and other records do not mix; of one that is closed nobody can tell. */
static bool may_go(struct writer *w, const struct replica_doc *docs, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct json *body = NULL;
        bool exercise;

        if (docs[i].deleted || json_parse(view_of(docs[i].body), 0, &body, NULL) < 0)
            continue;
        exercise = bundle_is_exercise(body);
        json_free(body);
        if (exercise != w->training)
            return false;
    }
    return true;
}

static int add_record(struct writer *w, const struct replica_change *c, struct err *err)
{
    struct replica_standing standing;
    struct replica_doc *docs;
    size_t n = 0;
    int rc = replica_standing(w->store, c->uid, &standing, err);

    if (rc < 0 || standing.held)
        return rc;
    /* leaves of one record stand in one block where they can */
    if (w->in_block > 0 && (w->in_block + c->nleaves > REPLICA_SLICE ||
                                   w->block.len >= BUNDLE_BLOCK_MIN))
        rc = close_block(w, err);
    if (rc < 0)
        return rc;
    docs = xcalloc(c->nleaves ? c->nleaves : 1, sizeof(*docs));
    rc = read_leaves(w, c, docs, &n, err);
    if (rc == 0 && may_go(w, docs, n))
        for (size_t i = 0; rc == 0 && i < n; i++)
            rc = add_doc(w, &docs[i], err);
    for (size_t i = 0; i < n; i++)
        replica_doc_release(&docs[i]);
    free(docs);
    return rc;
}

static int add_changes(
        struct writer *w, const char *container, int64_t *since, struct err *err)
{
    size_t n = 1;
    int rc = 0;

    while (rc == 0 && n > 0) {
        struct replica_change *changes = NULL;

        n = 0;
        rc = replica_changes(
                w->store, container, *since, CHANGES_AT_ONCE, &changes, &n, since, err);
        for (size_t i = 0; rc == 0 && i < n; i++)
            rc = add_record(w, &changes[i], err);
        replica_changes_free(changes, n);
    }
    return rc;
}

/* --- files ------------------------------------------------------------------------ */

static int add_part(struct writer *w, const char *hash, struct view content, size_t at,
        struct err *err)
{
    struct view part = {content.p + at, content.n - at};
    struct json *line = json_new_object();
    struct buf data;

    part.n = part.n < BUNDLE_PART ? part.n : BUNDLE_PART;
    buf_init(&data, 0);
    base64_add(part, &data);
    json_set_text(line, "file", hash);
    json_set_take(line, "bytes", json_int((int64_t)content.n));
    json_set_take(line, "at", json_int((int64_t)at));
    json_set_take(line, "data", json_text(buf_view(&data)));
    buf_release(&data);
    add_line(w, line);
    return close_block(w, err);
}

/* One that is damaged here stays here. */
static int add_file(struct writer *w, const char *hash, struct err *err)
{
    struct buf content;
    int rc = files_read(w->store, hash, &content, NULL);
    bool good = rc == 0;

    rc = 0;
    for (size_t at = 0; good && rc == 0 && at < content.len; at += BUNDLE_PART)
        rc = add_part(w, hash, buf_view(&content), at, err);
    w->files += good;
    buf_release(&content);
    return rc;
}

static int add_files(struct writer *w, const char *container, struct err *err)
{
    struct files_item *all = NULL;
    size_t n = 0;
    int rc = files_look(w->store, err);

    if (rc == 0)
        rc = files_here(w->store, container, &all, &n, err);
    if (rc == 0 && n > 0 && w->in_block > 0)
        rc = close_block(w, err);
    for (size_t i = 0; i < n && rc == 0; i++)
        rc = add_file(w, all[i].hash, err);
    free(all);
    return rc;
}

int bundle_write(struct store *store, const char *container, int64_t since,
        const struct bundle_sink *sink, int64_t *ret_docs, int64_t *ret_files,
        int64_t *ret_seq, struct err *err)
{
    struct writer w = {
            .store = store, .sink = sink, .training = bundle_training(store)};
    int rc;

    hash_start(&w.all);
    buf_init(&w.block, 0);
    add_head(&w, container);
    rc = add_changes(&w, container, &since, err);
    if (rc == 0)
        rc = add_files(&w, container, err);
    if (rc == 0)
        rc = close_file(&w, err);
    buf_release(&w.block);
    if (rc < 0)
        return rc;
    *ret_docs = w.docs;
    *ret_files = w.files;
    *ret_seq = since;
    return 0;
}
