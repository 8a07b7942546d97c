#ifndef ODUS_APP_IMPORT_H
#define ODUS_APP_IMPORT_H

#include "odus/app/worker.h"

/**
 * Agendas of others to drafts (docs/import.md); CSV is in records.h. The file is read
 * by odus-deliver, twice: once to be looked at, once to be written. Each event that it
 * proposes becomes the draft of a record whose uid comes from the identifier it has at
 * its source, so that the same event is the same record at every import.
 */
struct foreign;

/** What is wanted. */
struct foreign_wish {
    const char *file;
    const char *format;       /* "ics", "openagenda", "jsonld"; NULL: found out */
    const char *from, *until; /* days "2026-12-05" whose performances are taken; NULL */
    bool update; /* what has changed at the source since goes into drafts of records
                    that are there */
};

/** How it goes. */
struct foreign_state {
    int64_t done, total; /* bytes of the file */
    int64_t count;       /* events looked at, of which: */
    int64_t taken;       /* new ones */
    int64_t already;     /* there, and as the source has them */
    int64_t changed;     /* there, and otherwise at the source */
    int64_t refused;
    int64_t places, organisers; /* made beside them */
    bool ended;                 /* the whole file has been read */
    const char *kind;           /* its format then; borrowed */
    struct err err;             /* why it has not; id NULL: nothing is amiss */
};

/**
 * Told of each event in the order of the file. REPORT, borrowed, is an object:
 *   result   "new", "already", "changed" (left alone), "updated", "refused"
 *   place    where it stands in the file
 *   source   {systeme, valeur}
 *   uid title day (first performance) performances (their number)
 *   lieu organisateur   {nom uid result: "found" "new" "several"}; missing: none
 *   fields kept   arrays of paths: changed at the source; of these what people have
 *                 changed here too, which stays
 *   notes    array of {kind field message args}: as in proposals (docs/workers.md), and
 *            "check": the value breaks a rule of its field; "several": the name fits
 *            several records
 *   message args   why it is refused
 * Messages are msgids.
 */
typedef void foreign_fn(void *ctx, const struct json *report);

/** *RET is owned: foreign_close. WISH and its texts are borrowed until then. */
int foreign_open(struct app *app, const struct foreign_wish *wish, foreign_fn *told,
        void *ctx, struct foreign **ret, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2, 3, 5);
/** Accepts NULL. */
void foreign_close(struct foreign *f);

/**
 * Begins to read the file, to look (WRITE false) or to make drafts; the second is
 * refused with ERR_CONFLICT where the file is another one by then. *RET ends with
 * worker_end. Errors of worker_start; ERR_IO, ERR_NOT_FOUND: the file.
 */
int foreign_start(struct foreign *f, bool write, struct worker **ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3);

/** The same without the worker, whose events come from elsewhere. */
int foreign_begin(struct foreign *f, bool write, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1);

/** Fed with each event of the worker, borrowed. Negative: the store failed; the worker
 * is to be stopped. */
int foreign_event(struct foreign *f, const struct json *event,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);

/** When the worker has ended: writes what waits to be written. */
int foreign_finish(struct foreign *f, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

const struct foreign_state *foreign_state(
        const struct foreign *f) ATTR_RETNONNULL ATTR_NONNULL_ALL;

/* In words; a line each, or several. */

typedef const char *foreign_translate(const char *id);

/** A report: where, what, and indented what is to be said of it. */
void foreign_words(const struct foreign *f, const struct json *report,
        foreign_translate *translate, struct buf *out) ATTR_NONNULL_ALL;

/** How many there are of what, and of each note. */
void foreign_summary(const struct foreign *f, foreign_translate *translate,
        struct buf *out) ATTR_NONNULL_ALL;

#endif
