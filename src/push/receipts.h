#ifndef ODUS_SRC_PUSH_RECEIPTS_H
#define ODUS_SRC_PUSH_RECEIPTS_H

#include <stdbool.h>
#include <stdint.h>

#include "odus/base/err.h"
#include "odus/base/hash.h"

/**
 * What other agendas have of ours: `push.db` in the folder of the store, a row for each
 * thing that was sent to a target, and the plan of this run. All SQL of this layer is
 * here.
 */
struct receipts;

enum { NAME_SIZE = 80, NUMBER_SIZE = 24, STATE_SIZE = 16 };

struct receipt {
    char name[NAME_SIZE];     /* our identifier there */
    char uid[UUID_TEXT];      /* of the record it was made from */
    char hash[HASH_256_TEXT]; /* of what was sent, "" unknown */
    char number[NUMBER_SIZE]; /* their identifier, "" none yet */
    char state[STATE_SIZE];   /* one of the words below */
    char why[ERR_ARG_MAX];    /* in their words; "" */
    int64_t at_ms;
};

/* sent: as it is there. asked: waits for whoever validates there; new: and was not
 * there before. validated, refused: what they said. hidden, removed: asked for that.
 * sending: no answer came to a request that must not be made twice. */
#define STATE_SENT "sent"
#define STATE_ASKED "asked"
#define STATE_NEW "new"
#define STATE_VALIDATED "validated"
#define STATE_REFUSED "refused"
#define STATE_HIDDEN "hidden"
#define STATE_REMOVED "removed"
#define STATE_SENDING "sending"
/* theirs: a venue that others entered; we name it and leave it as it is. */
#define STATE_THEIRS "theirs"

/** NAME is that of a venue, with a word and a colon before the identifier: others use
 * it too, it stays there. */
bool is_venue(const char *name) ATTR_PURE ATTR_NONNULL_ALL;

/** NAME is that of one of several things made of a record, whose number is not the
 * record's: the usual venue's is. */
bool is_part(const char *name) ATTR_PURE ATTR_NONNULL_ALL;

/** The number of R stands for what they have of its record now. */
bool receipt_counts(const struct receipt *r) ATTR_PURE ATTR_NONNULL_ALL;

/** PATH is made when missing. TARGET names whom and under which account; copied. */
int receipts_open(const char *path, const char *target, struct receipts **ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);
/** Accepts NULL. */
void receipts_close(struct receipts *r);

/** The receipt of NAME; false: there is none. */
bool receipts_get(struct receipts *r, const char *name,
        struct receipt *ret) ATTR_CHECK ATTR_NONNULL_ALL;
/** Kept on the disk when it returns. */
int receipts_put(struct receipts *r, const struct receipt *receipt,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);
int receipts_drop(struct receipts *r, const char *name, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);
/** The first one whose name is greater than AFTER (""): 1; 0: none is left. */
int receipts_next(struct receipts *r, const char *after, struct receipt *ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);
/** How many are there, venues left out. */
int64_t receipts_count(struct receipts *r) ATTR_NONNULL_ALL;

/* --- the plan -------------------------------------------------------------------- */

enum plan_what {
    PLAN_NONE,
    PLAN_SAME, /* nothing is to be done */
    PLAN_CREATE,
    PLAN_CHANGE,
    PLAN_REMOVE, /* the record is no more */
    PLAN_HIDE,   /* it may not leave any more, or nothing of it takes place */
    PLAN_LOOK,   /* it has a number that we were not given: is it ours? */
    PLAN_WHATS,
};
struct plan_row {
    int64_t n;
    char name[NAME_SIZE], uid[UUID_TEXT];
    enum plan_what what;
};
/** What is to be done with NAME, once: what was said first stands. */
int plan_add(struct receipts *r, const char *name, const char *uid, enum plan_what what,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);
enum plan_what plan_of(struct receipts *r, const char *name) ATTR_NONNULL_ALL;
/** How many rows there are of each kind. */
int plan_counts(struct receipts *r, int64_t ret[PLAN_WHATS], struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);
/** The first row behind AFTER (0) that is not PLAN_SAME, in the order they came: 1; 0:
 * none is left. */
int plan_next(struct receipts *r, int64_t after, struct plan_row *ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3);

#endif
