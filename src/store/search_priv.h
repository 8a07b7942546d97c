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

/*
 * FTS5 knows the rows of every beginning of up to INDEXED_LETTERS letters; those of a
 * longer one it gathers first, all of them, which takes milliseconds per 100,000 rows.
 * The next two spare it that where few rows are wanted.
 */
enum { INDEXED_LETTERS = 5 };

/** As words_query for whole words. */
void words_query_whole(const struct words *w, const char *columns, struct buf *query)
        ATTR_NONNULL(1, 3);

/** As words_query for beginnings; true when some word is longer than that, so that the
 * rows have to be looked at (utf8_match). */
bool words_query_stems(const struct words *w, struct buf *query) ATTR_NONNULL_ALL;

/** The first LETTERS letters of WORD. */
struct view word_stem(struct view word, int letters);

/**
 * The filters genre:, état: and the type stand among the searched words too, as words
 * nobody can type: FTS5 then steps from one row that has all of them to the next,
 * instead of trying a hundred thousand rows to find the rare ones. search_facet appends
 * such a word (none where CODE is NULL), facet_query that it must be there.
 */
enum facet {
    FACET_TYPE = 't',
    FACET_STATUS = 's',
    FACET_GENRE = 'g',
    FACET_SAMPLE = 'x'
};
void search_facet(enum facet facet, const char *code, struct buf *out) ATTR_NONNULL(3);
void facet_query(enum facet facet, const char *code, struct buf *query) ATTR_NONNULL(3);

/** TEXT up to the first such word: what people wrote. */
struct view facet_cut(struct view text);

/**
 * A revision whose record has a draft is not shown. Whether there are drafts at all is
 * asked once per search: mostly there are few or none.
 */
bool search_any_draft(struct store *store) ATTR_NONNULL_ALL;
bool search_has_draft(struct store *store, struct view uid) ATTR_NONNULL(1);

#endif
