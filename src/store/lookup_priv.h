#ifndef ODUS_SRC_STORE_LOOKUP_PRIV_H
#define ODUS_SRC_STORE_LOOKUP_PRIV_H

#include "forms_priv.h"

/** What a finder was asked lately, and what it found. */
struct answer {
    int64_t generation; /* of the store then; one of another is no answer */
    char *question;     /* finder and arguments; NULL where the place is free */
    size_t length;
    char *text; /* NULL for nothing */
};

enum { ANSWERS = 1024 };

/** By hash of the question: rules run again because of some other value. */
struct answers {
    struct answer at[ANSWERS];
    bool any;
};

void answers_release(struct answers *answers) ATTR_NONNULL_ALL;

/**
 * What the finder NAME (near_duplicate, venue_clash, town_clash) finds in the store of
 * GENERATION; false for nothing and for other names. OUT is empty before.
 */
bool answers_find(struct answers *answers, int64_t generation, struct forms *forms,
        const char *name, const char *const *args, int nargs,
        struct buf *out) ATTR_NONNULL_ALL;

/** FNV-1a. */
uint32_t lookup_hash(struct view v) ATTR_PURE;

#endif
