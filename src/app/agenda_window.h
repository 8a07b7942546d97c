#ifndef ODUS_APP_AGENDA_WINDOW_H
#define ODUS_APP_AGENDA_WINDOW_H

#include "odus/store/search.h"

/** Some rows of a list that may be any length: those round a place, grown at both ends.
 */
struct window {
    struct store *store;       /* borrowed */
    struct search_query query; /* its texts are borrowed */
    struct search_row *rows;
    size_t n, cap;
    bool at_start, at_end; /* nothing before the first, after the last row */
};

/** Empties W; the store and the query stay. */
void window_clear(struct window *w) ATTR_NONNULL_ALL;

/**
 * Loads up to BEFORE (at least 1) rows before KEY and AFTER rows from there on (KEY
 * NULL: the start of the list). Returns the index of the first row that is not before
 * KEY, W->n when there is none. When the store fails W is empty.
 */
size_t window_load(struct window *w, const struct search_key *key, size_t before,
        size_t after) ATTR_NONNULL(1);

/**
 * Loads up to ROWS rows (at least 1) from KEY on, and as many before it only where
 * there are fewer: each direction is a search of its own. Returns as window_load.
 */
size_t window_load_from(
        struct window *w, const struct search_key *key, size_t rows) ATTR_NONNULL_ALL;

/**
 * Puts the last undated records, at most ROWS, before the rows of a window that begins
 * where the undated end. Returns how many there were.
 */
size_t window_add_undated(struct window *w, size_t rows) ATTR_NONNULL_ALL;

/** Loads the last ROWS rows of the list. */
void window_load_end(struct window *w, size_t rows) ATTR_NONNULL_ALL;

/** Adds up to ROWS rows at one end; returns how many there were. */
size_t window_grow(struct window *w, bool forward, size_t rows) ATTR_NONNULL_ALL;

/** Drops all but KEEP rows on either side of AT; returns the place of that row then. */
size_t window_trim(struct window *w, size_t at, size_t keep) ATTR_NONNULL_ALL;

/** Index of the occurrence of UID on DAY; W->n when it is not in the window. */
size_t window_find(
        const struct window *w, const char *uid, int32_t day) ATTR_NONNULL_ALL;

#endif
