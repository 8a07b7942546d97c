#ifndef ODUS_DELIVER_RUN_H
#define ODUS_DELIVER_RUN_H

#include "odus/deliver/format.h"
#include "odus/store/search.h"

/**
 * A delivery: notices through formats into a folder (docs/livraison.md).
 *
 * What has not changed is not made again. The folder's `.odus/state.db` knows of each
 * file from which records each of its pieces came and where in the file it stands, and
 * for each record which others were looked at; what the store has changed since tells
 * which notices are made anew. Other pieces are copied from the old file, when that is
 * as it was left (size, time); else its records are made anew too. Another store, other
 * settings, forms, or version of a format: all is.
 *
 * Nothing is seen of a delivery until all of it is on the disk under `.odus/new`; then
 * every file is put in its place by rename, `manifest.json` (path, bytes, SHA-256)
 * last. Files of earlier deliveries that are no more are removed; what the folder has
 * besides is left alone. A second delivery into the same folder at the same time:
 * ERR_BUSY.
 */
struct run_options {
    const char *out;                     /* folder; made when missing */
    const struct format *const *formats; /* NULL-terminated */
    const struct search_query *query;    /* NULL: every record */
    const char *base, *title, *publisher, *lang;
    bool full; /* everything anew */
};

struct run_report {
    int64_t records, made;  /* records delivered; of these made anew */
    int64_t files, written; /* files there now; written in this run */
    int64_t removed;        /* files taken away */
    int64_t bytes;          /* written */
};

struct run_hooks {
    /* Now and then; false: stop, nothing has been changed. TOTAL -1: unknown. */
    bool (*progress)(void *ctx, int64_t done, int64_t total);
    /* What a format cannot take of a record. */
    void (*note)(void *ctx, const struct format *format, const struct notice *notice,
            const struct note *note);
    /* Of a check: all formats have seen this one. NULL. */
    void (*checked)(void *ctx, const struct notice *notice);
    void *ctx;
};

/** ERR_IO, ERR_BUSY, ERR_LIMIT, ERR_NEWER (state of a newer program), errors of the
 * store; ERR_STOPPED when `progress` said so. The folder is as before then. */
int deliver_run(struct store *store, struct forms *forms, const struct run_options *opt,
        const struct run_hooks *hooks, struct run_report *ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3, 4, 5);

/** The notes alone, nothing is written. UIDS NULL: those of the query. */
int deliver_check(struct store *store, struct forms *forms,
        const struct run_options *opt, char *const *uids, const struct run_hooks *hooks,
        struct run_report *ret, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3, 5, 6);

/** What FORMAT makes of record UID alone, head and foot included, into OUT. Files of
 * their own follow one another. ERR_NOT_FOUND: it may not leave, or is no record for
 * this format. */
int deliver_one(struct store *store, struct forms *forms, const struct run_options *opt,
        const struct format *format, const char *uid, struct buf *out,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3, 4, 5, 6);

#endif
