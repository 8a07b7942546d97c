#include "agenda_window.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"

void window_clear(struct window *w)
{
    search_rows_release(w->rows, w->n);
    free(w->rows);
    w->rows = NULL;
    w->n = w->cap = 0;
    w->at_start = w->at_end = false;
}

/* A page of at most ROWS rows of QUERY; owned in *RET. 0 when the store fails. */
static size_t page_of(const struct window *w, const struct search_query *query,
        const struct search_key *key, bool forward, size_t rows,
        struct search_row **ret)
{
    int n;

    *ret = xcalloc(rows ? rows : 1, sizeof(**ret));
    n = rows ? search_page(w->store, query, key, forward, *ret, rows, NULL) : 0;
    return n > 0 ? (size_t)n : 0;
}

static size_t page(struct window *w, const struct search_key *key, bool forward,
        size_t rows, struct search_row **ret)
{
    return page_of(w, &w->query, key, forward, rows, ret);
}

/* Puts N rows of MORE before place AT; frees the array. */
static void insert(struct window *w, size_t at, struct search_row *more, size_t n)
{
    while (w->cap < w->n + n)
        w->rows = mem_grow(w->rows, w->cap, &w->cap, sizeof(*w->rows));
    if (n) {
        memmove(w->rows + at + n, w->rows + at, (w->n - at) * sizeof(*w->rows));
        memcpy(w->rows + at, more, n * sizeof(*w->rows));
        w->n += n;
    }
    free(more);
}

size_t window_grow(struct window *w, bool forward, size_t rows)
{
    struct search_row *more;
    struct search_key key;
    size_t n;

    if ((forward ? w->at_end : w->at_start) || w->n == 0 || rows == 0)
        return 0;
    key = w->rows[forward ? w->n - 1 : 0].key;
    n = page(w, &key, forward, rows, &more);
    insert(w, forward ? w->n : 0, more, n);
    if (forward)
        w->at_end = n < rows;
    else
        w->at_start = n < rows;
    return n;
}

static void load_start(struct window *w, size_t rows)
{
    struct search_row *first;
    size_t n = page(w, NULL, true, rows, &first);

    insert(w, 0, first, n);
    w->at_start = true;
    w->at_end = n < rows;
}

/* The rows before KEY come first: the row of KEY itself is the one after the last of
 * them, and when it is gone that is its neighbour. */
size_t window_load(
        struct window *w, const struct search_key *key, size_t before, size_t after)
{
    struct search_row *rows;
    size_t n = 0;

    window_clear(w);
    if (key) {
        n = page(w, key, false, before, &rows);
        insert(w, 0, rows, n);
        w->at_start = n < before;
    }
    if (n == 0)
        load_start(w, after);
    else
        window_grow(w, true, after);
    return n;
}

size_t window_load_from(struct window *w, const struct search_key *key, size_t rows)
{
    struct search_row *more;
    size_t n, before = 0;

    window_clear(w);
    n = page(w, key, true, rows, &more);
    insert(w, 0, more, n);
    w->at_end = n < rows;
    if (w->at_end) {
        before = page(w, key, false, rows, &more);
        insert(w, 0, more, before);
        w->at_start = before < rows;
    }
    return before;
}

size_t window_add_undated(struct window *w, size_t rows)
{
    struct search_query query = w->query;
    struct search_row *undated;
    size_t n;

    query.undated_only = true;
    n = page_of(w, &query, NULL, false, rows, &undated);
    insert(w, 0, undated, n);
    return n;
}

void window_load_end(struct window *w, size_t rows)
{
    struct search_row *last;
    size_t n;

    window_clear(w);
    n = page(w, NULL, false, rows, &last);
    insert(w, 0, last, n);
    w->at_start = n < rows;
    w->at_end = true;
}

static void drop(struct window *w, size_t from, size_t n)
{
    search_rows_release(w->rows + from, n);
    memmove(w->rows + from, w->rows + from + n, (w->n - from - n) * sizeof(*w->rows));
    w->n -= n;
}

size_t window_trim(struct window *w, size_t at, size_t keep)
{
    size_t gone = at > keep ? at - keep : 0;

    if (w->n > at + keep + 1) {
        drop(w, at + keep + 1, w->n - (at + keep + 1));
        w->at_end = false;
    }
    if (gone) {
        drop(w, 0, gone);
        w->at_start = false;
    }
    return at - gone;
}

size_t window_find(const struct window *w, const char *uid, int32_t day)
{
    size_t i = 0;

    while (i < w->n && (w->rows[i].day != day || strcmp(w->rows[i].uid, uid) != 0))
        i++;
    return i;
}
