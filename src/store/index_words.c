#include "index_words.h"

#include <stdlib.h>

/* Where a row goes. */
enum into { INTO_WORDS, INTO_MEMOS };

struct index_word_row {
    enum into into;
    int64_t id;
    size_t turn; /* of rows with one id the first comes first */
    bool take;
    const struct index_texts *texts;
};

/* --- gathering -------------------------------------------------------------------- */

const struct index_texts *index_words_keep(
        struct index_words *w, const struct index_texts *texts)
{
    struct index_texts *kept = xcalloc(1, sizeof(*kept));

    for (size_t i = 0; i < INDEX_TEXTS; i++)
        kept->at[i] = xstrdup(texts->at[i]);
    w->texts = mem_grow(w->texts, w->ntexts, &w->texts_cap, sizeof(*w->texts));
    w->texts[w->ntexts++] = kept;
    return kept;
}

static void add(struct index_words *w, enum into into, int64_t id, bool take,
        const struct index_texts *texts)
{
    w->rows = mem_grow(w->rows, w->n, &w->cap, sizeof(*w->rows));
    w->rows[w->n] = (struct index_word_row){into, id, w->n, take, texts};
    w->n++;
}

void index_words_put(
        struct index_words *w, int64_t occurrence, const struct index_texts *texts)
{
    add(w, INTO_WORDS, occurrence, false, texts);
}

void index_words_take(
        struct index_words *w, int64_t occurrence, const struct index_texts *texts)
{
    add(w, INTO_WORDS, occurrence, true, texts);
}

void index_words_put_memo(
        struct index_words *w, int64_t entry, const struct index_texts *texts)
{
    if (texts->at[INDEX_MEMO])
        add(w, INTO_MEMOS, entry, false, texts);
}

void index_words_take_memo(
        struct index_words *w, int64_t entry, const struct index_texts *texts)
{
    if (texts->at[INDEX_MEMO])
        add(w, INTO_MEMOS, entry, true, texts);
}

void index_words_release(struct index_words *w)
{
    for (size_t i = 0; i < w->ntexts; i++) {
        for (size_t k = 0; k < INDEX_TEXTS; k++)
            free((char *)w->texts[i]->at[k]);
        free(w->texts[i]);
    }
    free(w->texts);
    free(w->rows);
    *w = (struct index_words){0};
}

/* --- writing ---------------------------------------------------------------------- */

/*
 * Row by row with `values`: before an `insert … select`, which may have to be undone,
 * FTS5 writes out what it has too.
 */
static const char *const words_sql[] = {
        "insert into occurrence_fts(rowid, title, text, place, town, organiser)"
        " values(?1, ?2, ?3, ?4, ?5, ?6)",
        "insert into occurrence_fts(occurrence_fts, rowid, title, text, place, town,"
        " organiser) values('delete', ?1, ?2, ?3, ?4, ?5, ?6)",
};
static const char *const memo_sql[] = {
        "insert into memo_fts(rowid, memo) values(?1, ?2)",
        "insert into memo_fts(memo_fts, rowid, memo) values('delete', ?1, ?2)",
};

static int by_rowid(const void *x, const void *y)
{
    const struct index_word_row *a = x, *b = y;

    if (a->into != b->into)
        return a->into < b->into ? -1 : 1;
    if (a->id != b->id)
        return a->id < b->id ? -1 : 1;
    return (a->turn > b->turn) - (a->turn < b->turn);
}

static int write_row(struct db *db, const struct index_word_row *row, struct err *e)
{
    const char *const *at = row->texts->at;

    if (row->into == INTO_MEMOS)
        return db_run(db, e, memo_sql[row->take], bind_int(row->id),
                bind_text(at[INDEX_MEMO]));
    return db_run(db, e, words_sql[row->take], bind_int(row->id), bind_text(at[0]),
            bind_text(at[1]), bind_text(at[2]), bind_text(at[3]), bind_text(at[4]));
}

int index_words_write(struct index_words *w, struct db *db, struct err *e)
{
    int rc = 0;

    if (w->n)
        qsort(w->rows, w->n, sizeof(*w->rows), by_rowid);
    for (size_t i = 0; rc == 0 && i < w->n; i++)
        rc = write_row(db, &w->rows[i], e);
    return rc;
}
