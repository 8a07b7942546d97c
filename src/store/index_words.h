#ifndef ODUS_SRC_STORE_INDEX_WORDS_H
#define ODUS_SRC_STORE_INDEX_WORDS_H

#include "priv.h"

/*
 * Words on their way into and out of the full-text indexes of one database. FTS5 writes
 * out all it has gathered whenever it is given a smaller rowid than the one before, and
 * each time leaves a piece that is to be merged. So the rows of a transaction wait here
 * and go in by ascending rowid.
 */

/** What is searched of one entry, NULL for nothing: the columns of its occurrences,
 * then its memo. As put in, so it must be taken out. */
enum { INDEX_COLUMNS = 5, INDEX_MEMO = INDEX_COLUMNS, INDEX_TEXTS };

struct index_texts {
    const char *at[INDEX_TEXTS];
};

struct index_words {
    struct index_texts **texts;
    size_t ntexts, texts_cap;
    struct index_word_row *rows;
    size_t n, cap;
};

/** A copy of TEXTS that stays until the release. */
const struct index_texts *index_words_keep(
        struct index_words *w, const struct index_texts *texts) ATTR_NONNULL_ALL;

/** The TEXTS (kept before) of an occurrence are to be put in, or to be taken out. */
void index_words_put(struct index_words *w, int64_t occurrence,
        const struct index_texts *texts) ATTR_NONNULL_ALL;
void index_words_take(struct index_words *w, int64_t occurrence,
        const struct index_texts *texts) ATTR_NONNULL_ALL;

/** The same for the memo of TEXTS, once for each entry; without one nothing is done. */
void index_words_put_memo(struct index_words *w, int64_t entry,
        const struct index_texts *texts) ATTR_NONNULL_ALL;
void index_words_take_memo(struct index_words *w, int64_t entry,
        const struct index_texts *texts) ATTR_NONNULL_ALL;

/** Writes them all to DB, in the transaction of what they belong to. */
int index_words_write(struct index_words *w, struct db *db, struct err *e) ATTR_CHECK
        ATTR_NONNULL(1, 2);

/** W as {0} is empty; afterwards it is again. */
void index_words_release(struct index_words *w) ATTR_NONNULL_ALL;

#endif
