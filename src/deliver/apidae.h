#ifndef ODUS_DELIVER_APIDAE_H
#define ODUS_DELIVER_APIDAE_H

#include "odus/deliver/format.h"

/** One event on its way to Apidae. */
struct ap_run {
    const struct delivery *d;
    const struct notice *n;
    struct outlet *out;
    const char *place;        /* uid of its venue: an event there has one */
    const struct json *venue; /* body of that */
    struct json *call;        /* parameters of the call */
    struct json *root;        /* of the call */
    struct json *fields;      /* paths that `root` has: root.fieldList */
    int32_t first, last;      /* days of its periods; DATE_NONE: none yet */
};

/** VALUE, which is taken, becomes PATH ("presentation.descriptifCourt") of the root,
 * and is written there. NULL and empty values: nothing. */
void ap_put(struct ap_run *r, const char *path, struct json *value) ATTR_NONNULL(1, 2);

/** The same for TEXT (NULL: nothing) in one line. */
void ap_put_line(struct ap_run *r, const char *path, const char *text)
        ATTR_NONNULL(1, 2);

/** TEXT in one line, NULL for none. Owned. */
struct json *ap_line(const char *text) ATTR_CHECK;

/** Cell COLUMN of CODE (NULL: none) in LIST of form evenement, NULL for none. Borrowed
 * until the next call of gate_cell. */
const char *ap_cell(const struct ap_run *r, const char *list, const char *code,
        const char *column) ATTR_NONNULL(1, 2, 4);

/** A reference to the element of TYPE whose number is TEXT; NULL for none. Owned. */
struct json *ap_reference(const char *type, const char *text) ATTR_CHECK
        ATTR_NONNULL(1);

/** Writes a text in D->lang, or nothing. */
typedef void ap_writer(const struct ap_run *r, const struct delivery *d,
        const void *ctx, struct buf *out);

/**
 * Label ("libelleFr", "libelleEn", "libelleIt") of what WRITE gives in the languages of
 * the title, French among them in any case; cut to MAX characters (0: any number), then
 * *RET_CUT (may be NULL) is set. NULL for none. Owned.
 */
struct json *ap_label(const struct ap_run *r, ap_writer *write, const void *ctx,
        size_t max, bool *ret_cut) ATTR_CHECK ATTR_NONNULL(1, 2);

/** An ap_writer for CTX, Markdown by language: plain. */
void ap_write_memo(const struct ap_run *r, const struct delivery *d, const void *ctx,
        struct buf *out) ATTR_NONNULL(1, 2, 4);

/** TEXT without the sentences in which an hour, a price, a phone number or an address
 * stands, which Apidae has places for (rules of its public form). True when there was
 * one. */
bool ap_short_text(struct view text, struct buf *out) ATTR_NONNULL(2);

/** Puts the periods of the performances; false when there is none. */
bool ap_put_times(struct ap_run *r) ATTR_CHECK ATTR_NONNULL_ALL;

/** Puts what it costs. After ap_put_times. */
void ap_put_rates(struct ap_run *r) ATTR_NONNULL_ALL;

/* Each puts what its name says, and notes what Apidae asks for and is not there. */
void ap_put_place(struct ap_run *r) ATTR_NONNULL_ALL;
void ap_put_kind(struct ap_run *r) ATTR_NONNULL_ALL;
void ap_put_audience(struct ap_run *r) ATTR_NONNULL_ALL;
void ap_put_contact(struct ap_run *r) ATTR_NONNULL_ALL;
void ap_put_booking(struct ap_run *r) ATTR_NONNULL_ALL;
void ap_put_pictures(struct ap_run *r) ATTR_NONNULL_ALL;

#endif
