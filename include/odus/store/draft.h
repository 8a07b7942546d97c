#ifndef ODUS_STORE_DRAFT_H
#define ODUS_STORE_DRAFT_H

#include "odus/store/record.h"

/**
 * The journal: one draft per record being edited (P01–P04, P19). A draft holds the
 * whole record as BODY_DRAFT JSON, the form and its version, the base revision, where
 * the cursor was, and texts typed that are no values (yet), which are written apart and
 * often.
 */
struct draft_text {
    char *at, *typed; /* path of a field, rows by id */
};

struct draft {
    char uid[37];
    char *type;
    char form_hash[33];
    char base[REV_MAX];       /* revision it began from, "" for a new record */
    char *body;               /* JSON, BODY_DRAFT */
    char *at;                 /* path of the field with the cursor (rows by id); NULL */
    char *typed;              /* the text typed there, NULL; told, not put */
    struct draft_text *texts; /* all that is typed and not read, one for each path */
    size_t ntexts;
    int64_t created_ms, saved_ms;
    int owner;   /* process that has it open; 0 nobody */
    bool orphan; /* owner is gone without closing: recover */
    char *title;
};

/** Accepts NULL; leaves D empty. */
void draft_release(struct draft *d);

/** ERR_NOT_FOUND when there is none. */
int draft_get(struct store *store, const char *uid, struct draft *ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/**
 * Writes the draft (insert or replace) with its summary; `texts` are all that is typed
 * from then on.
 * DURABLE: on the disk when it returns; else safe against a kill but not a power cut.
 * SUMMARY NULL: for a draft that is there, whose lists may tell the old state for a
 * while (ERR_NOT_FOUND when it is not there).
 * Used of D: uid, form_hash, base, body, at, texts; created_ms (0: now) and owner (0 or
 * this process) only for a draft that is not there yet. Type and title are the
 * summary's.
 */
int draft_put(struct store *store, const struct draft *d, const struct summary *summary,
        bool durable, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);

/**
 * As draft_put for N new or known drafts, in one transaction: all of them or none.
 * SUMMARIES are as many.
 */
int draft_put_many(struct store *store, const struct draft *drafts,
        const struct summary *summaries, size_t n, bool durable,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/**
 * The text being typed at path AT, where the cursor is from then on: one small write,
 * called at every key; texts elsewhere stay. NULL: none is there any more.
 * ERR_NOT_FOUND when there is no draft.
 */
int draft_typing(struct store *store, const char *uid, const char *at,
        const char *typed, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/**
 * Takes the draft for this process. ERR_BUSY (with the pid) when another living process
 * holds it; ERR_NOT_FOUND. Giving back what is not held is fine.
 */
int draft_claim(struct store *store, const char *uid, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);
int draft_unclaim(struct store *store, const char *uid, struct err *err)
        ATTR_NONNULL(1, 2);

/** One that is not there is fine. */
int draft_remove(struct store *store, const char *uid, struct err *err)
        ATTR_NONNULL(1, 2);

/**
 * All drafts, last saved first, without body and texts; orphans only when ORPHANS.
 * Owned: drafts_free.
 */
int draft_list(struct store *store, bool orphans, struct draft **ret, size_t *ret_n,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3, 4);

/** Accepts NULL. */
void drafts_free(struct draft *drafts, size_t n);

int64_t draft_count(struct store *store) ATTR_NONNULL_ALL;

#endif
