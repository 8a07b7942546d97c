#ifndef ODUS_SRC_STORE_SEARCH_PRIV_H
#define ODUS_SRC_STORE_SEARCH_PRIV_H

#include "odus/store/search.h"
#include "priv.h"

/* Words people typed, as queries of FTS5 (https://www.sqlite.org/fts5.html §3). */

enum {
    WORDS_MAX = 8,   /* further words are not looked at */
    WORD_BYTES = 48, /* nor what a word has beyond */
};

/** Words cut out of folded text. */
struct words {
    struct view at[WORDS_MAX];
    size_t n;
    struct buf folded; /* what they point into */
};

/** Folds TEXT (NULL: empty) and cuts it up. Release with words_release. */
void words_init(struct words *w, const char *text) ATTR_NONNULL(1);
void words_release(struct words *w);

/**
 * Appends to QUERY that each word begins a word of the columns ("{place town}", NULL:
 * any). Folded words have letters and digits only, so nothing in them is syntax.
 */
void words_query(const struct words *w, const char *columns, struct buf *query)
        ATTR_NONNULL(1, 3);

/**
 * Whether DRAFTS_UID is beside: a revision whose uid has a draft is not shown. ANY is
 * asked once per use: most of the time there are few drafts or none.
 */
bool search_any_draft(struct store *store) ATTR_NONNULL_ALL;
bool search_has_draft(struct store *store, struct view uid) ATTR_NONNULL(1);

#endif
