#ifndef TESTS_BENCH_CORPUS_H
#define TESTS_BENCH_CORPUS_H

#include <stdint.h>

#include "odus/store/store.h"

/**
 * Plausible records in any number, the same in every run: words of a Zipf vocabulary,
 * events spread over ten years round CORPUS_TODAY, venues, structures.
 */
enum {
    CORPUS_VERSION = 3,     /* of what is generated: stores of another are made anew */
    CORPUS_TODAY = 20792,   /* 2026-12-05 */
    CORPUS_DAYS = 3650,     /* that events are spread over */
    CORPUS_VENUES = 40000,  /* of the larger stores */
    CORPUS_COMMUNES = 35000 /* entries of corpus_communes */
};

/** The clock of every program run over these records, as an environment entry. */
#define CORPUS_NOW "ODUS_NOW=2026-12-05T10:00:00Z"

/** Begins anew: the vocabulary, and the first of the random numbers. */
void corpus_init(void);
void corpus_release(void);

/** A number below BELOW (not 0). */
uint32_t corpus_chance(uint32_t below);

/** A word; the one of rank r comes up with a share of 1/r. Borrowed. */
const char *corpus_word(void) ATTR_RETNONNULL;

/** So many words; owned. */
char *corpus_title(int words) ATTR_RETNONNULL ATTR_CHECK;

/** Identifier of the N-th record of KIND: 'a' an event, 'b' a venue, 'c' a structure.
 * Valid until the fourth call after this one. */
const char *corpus_uid(char kind, int n) ATTR_RETNONNULL;

/** How many venues a store of EVENTS events has. */
int corpus_venues(int events);

/** Fills the empty STORE with EVENTS events and what they need, index merged. */
int corpus_fill(struct store *store, int events, struct err *err) ATTR_CHECK;

/** Adds N events, numbered from FIRST, to what STORE has; their venues may be missing.
 */
int corpus_add(struct store *store, int first, int n, struct err *err) ATTR_CHECK;

/** CORPUS_COMMUNES entries of a long list, as CSV. */
void corpus_communes(struct buf *out) ATTR_NONNULL_ALL;

#endif
