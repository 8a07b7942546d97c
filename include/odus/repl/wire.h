#ifndef ODUS_REPL_WIRE_H
#define ODUS_REPL_WIRE_H

#include "odus/base/json.h"
#include "odus/store/replica.h"

/**
 * The JSON of the CouchDB replication protocol, read from peers who may send anything
 * and written for them. Pure. Sources: docs.couchdb.org, "Replication protocol" and
 * "HTTP API reference"; docs/sync.md for what servers really do.
 */
enum {
    WIRE_DOC_MAX = 4 * 1024 * 1024, /* bytes of one document's canonical JSON */
};

/** A revision id `N-hash`: digits without leading zero up to 999,999,999, a hyphen, 1
 * to 36 letters or digits (stored hex is lower case). Returns N, 0 when it is none. */
int wire_rev(struct view text) ATTR_PURE;

/** False for what no replica keeps as a record: `_design/…`, files, foreign ids. */
bool wire_is_record(const char *id) ATTR_NONNULL_ALL;

/**
 * Reads one document with `_id`, `_rev` and, where generation is 2 or more,
 * `_revisions` {start, ids}. Without `_revisions` the ancestry is what `_rev` says,
 * complete only for generation 1: *RET_WHOLE false then. The body keeps `_id` and loses
 * every other member that begins with an underscore, `_attachments` too. RET->json is
 * the parsed body. ERR_INVALID, ERR_LIMIT: which document and why. Release RET.
 */
int wire_read_doc(const struct json *doc, struct replica_doc *ret, bool *ret_whole,
        struct err *err) ATTR_CHECK ATTR_NONNULL(2, 3);

/** DOC with `_rev`, `_revisions` and `_deleted`; owned. */
struct json *wire_write_doc(
        const struct replica_doc *doc) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

/** `_rev` only, for documents that are read, not replicated. */
struct json *wire_write_plain(
        const struct replica_doc *doc) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

/** The same as canonical JSON, added to OUT; a body that stands in the store as we
 * write them is not read for that. */
void wire_plain_text(const struct replica_doc *doc, struct buf *out) ATTR_NONNULL_ALL;

/* --- _changes --------------------------------------------------------------------- */

struct wire_row {
    char uid[37];
    char (*revs)[REV_MAX]; /* leaves, winner first */
    size_t nrevs;
    bool deleted;
    struct json *doc; /* borrowed from the answer; NULL without include_docs */
};
struct wire_changes {
    struct wire_row *rows; /* of records only */
    size_t nrows;
    size_t nseen; /* rows of the answer, those of no record too: full page or not */
    char *last;   /* `last_seq` as it is to be handed back: JSON text or number, to be
                     URL-encoded as text */
    int64_t pending; /* -1 where the server does not tell */
};
void wire_changes_release(struct wire_changes *c);

/** ANSWER must outlive RET. ERR_INVALID when it is no answer to _changes; rows that
 * make no sense are left out and counted in nseen. */
int wire_read_changes(const struct json *answer, struct wire_changes *ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(2);

/** Adds the row of C to OUT, in canonical JSON; DOC (empty: none) is its document. */
void wire_write_change(const struct replica_change *c, struct view doc,
        struct buf *out) ATTR_NONNULL_ALL;

/* --- bodies of requests and their answers ----------------------------------------- */

/** Appends {id,rev} to DOCS, the array of {"docs":DOCS} that _bulk_get is sent. */
void wire_want(struct json *docs, const char *uid, const char *rev) ATTR_NONNULL_ALL;

/** Adds {"docs":[…],"new_edits":false} to OUT: each as wire_write_doc has it, but a
 * body that stands in the store as we write them is not read for that. */
void wire_bulk_docs(const struct replica_doc *docs, size_t n, struct buf *out)
        ATTR_NONNULL(3);

/** {"id":["rev"…]…} for _revs_diff; and whether its ANSWER misses REV of UID. */
struct json *wire_revs_diff(
        const struct replica_doc *docs, size_t n) ATTR_RETNONNULL ATTR_CHECK;
bool wire_is_missing(const struct json *answer, const char *uid, const char *rev)
        ATTR_NONNULL(2, 3);

/**
 * Documents of an answer to _bulk_get?revs=true, good ones only; owned
 * (replica_docs_free). REFUSED (may be NULL) is called for each that cannot be had or
 * read, or that comes without its history: stored so it would be a false conflict.
 */
int wire_read_bulk_get(const struct json *answer, struct replica_doc **ret,
        size_t *ret_n, void (*refused)(void *ctx, const struct err *why), void *ctx,
        struct err *err) ATTR_CHECK ATTR_NONNULL(2, 3);

/**
 * Those of the N that were ASKED for ({id, rev}, as wire_want makes them) of which an
 * ANSWER to _bulk_get says nothing: neither the document, nor an error that will be the
 * same the next time. What cannot be read of a document counts as one answer, since
 * wire_read_bulk_get tells it. Borrowed into RET, which has N places; their number.
 */
size_t wire_unanswered(const struct json *answer, struct json *const *asked, size_t n,
        struct json **ret) ATTR_NONNULL(4);

/**
 * What an answer to _bulk_docs says of DOCS: TAKEN[i] false where the server lists it
 * as an error (an error that names no document: all); WHY (may be NULL) is called once
 * for each with its reason, terminal-safe.
 */
int wire_read_bulk_docs(const struct json *answer, const struct replica_doc *docs,
        size_t n, bool *taken,
        void (*why)(void *ctx, const struct replica_doc *doc, const char *error,
                const char *reason),
        void *ctx, struct err *err) ATTR_CHECK ATTR_NONNULL(4);

#endif
