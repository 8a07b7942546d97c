#ifndef ODUS_REPL_BUNDLE_H
#define ODUS_REPL_BUNDLE_H

#include "odus/store/replica.h"

/**
 * Documents and their revisions as a file for a USB stick: lines of JSON, first a head
 * {"odus":"bundle","version":1,"store":…,"made":…,"container":…}, then blocks of at
 * most REPLICA_SLICE documents as wire_write_doc writes them, each block followed by
 * {"block":N,"hash":…}: N counts from 1, the hash (BLAKE2b-256) is over the lines since
 * the last such line, the head's among the first. Then come the files that
 * they name and that are here, in pieces, blocks of their own:
 * {"file":HASH,"bytes":all,"at":N,"data":BASE64}. At the end {"end":true,"docs":n,
 * "hash":…} over all lines before. A file that breaks off is read up to its last whole
 * block, and said to be broken off. Compressing is the caller's.
 */
struct bundle_sink {
    int (*write)(void *ctx, struct view bytes, struct err *err);
    void *ctx;
};
struct bundle_source { /* fills at most MAX bytes; 0 at the end, <0 on error */
    long (*read)(void *ctx, char *bytes, size_t max, struct err *err);
    void *ctx;
};

struct bundle_report {
    char *from;      /* `store` of the head, terminal-safe; NULL: no head was read */
    char *container; /* NULL as FROM */
    int64_t made_ms; /* UTC, since 1970 */
    int64_t docs, added, known, refused,
            removed; /* removed: would delete a record here */
    int64_t files;   /* that came with them; DRY: that are not here */
    bool whole;      /* false: the file breaks off */
};
/** Accepts one that is all zero, and leaves that. */
void bundle_report_release(struct bundle_report *r);

/** Writes all leaves of CONTAINER that changed after SINCE (0: all), but for held
 * records, and the files its records name. Exercises only from training stores, which
 * give nothing else. *RET_DOCS, *RET_FILES: how many were written; *RET_SEQ: the next
 * SINCE (replica_change.seq). SINK is called with borrowed bytes; what it returns other
 * than 0 ends it with that code. ERR_LIMIT: a record that is too large for a line; the
 * store's errors. */
int bundle_write(struct store *store, const char *container, int64_t since,
        const struct bundle_sink *sink, int64_t *ret_docs, int64_t *ret_files,
        int64_t *ret_seq, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 4, 5, 6, 7);

/**
 * Checks the whole of SOURCE and applies it slice by slice; DRY: counts only. Reading
 * the same twice changes nothing. ERR_INVALID: no bundle, or a hash is wrong (the
 * blocks before it are applied and counted); ERR_NEWER. RET is filled in every case.
 */
int bundle_read(struct store *store, struct forms *forms,
        const struct bundle_source *source, bool dry, struct bundle_report *ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3, 5);

#endif
