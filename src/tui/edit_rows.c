#include <stdlib.h>
#include <string.h>

#include "edit_int.h"
#include "odus/base/mem.h"
#include "odus/base/utf8.h"

/** Rows: how the text of an edit is broken for the screen. Nothing here changes it. */

/* The cluster boundary after AT in V, like utf8_next but fast on ASCII. */
static size_t next_cluster(struct view v, size_t at)
{
    /* Two ASCII characters never join: cleaned text holds no CR. */
    if (at + 1 < v.n && !((v.p[at] | v.p[at + 1]) & 0x80))
        return at + 1;
    return utf8_next(v, at);
}

static struct view part(struct view v, size_t start, size_t end)
{
    return (struct view){v.p + start, end - start};
}

static void add_row(struct edit *e, size_t start, size_t end, bool soft)
{
    e->rows = mem_grow(e->rows, e->nrows, &e->rows_cap, sizeof *e->rows);
    e->rows[e->nrows++] = (struct edit_row){start, end, soft};
}

static int cluster_width(struct view t, size_t at, size_t next)
{
    return next == at + 1 ? 1 : utf8_width(part(t, at, next));
}

/** Breaks the line from START to END, which holds no newline. */
static void break_line(struct edit *e, struct view t, size_t start, size_t end)
{
    int limit = e->width - 1;
    size_t row = start, after_space = start;
    int col = 0, col_after_space = 0;
    for (size_t at = start, next; at < end && e->width >= 2; at = next) {
        next = next_cluster(t, at);
        int w = cluster_width(t, at, next);
        bool space = t.p[at] == ' ';
        if (!space && col + w > limit && at > row) {
            bool by_word = after_space > row;
            size_t cut = by_word ? after_space : at;
            add_row(e, row, cut, true);
            col = by_word ? col - col_after_space : 0;
            row = after_space = cut;
            col_after_space = 0;
        }
        col += w;
        if (space) {
            after_space = next;
            col_after_space = col;
        }
    }
    add_row(e, row, end, false);
}

static void lay_out(struct edit *e)
{
    struct view t = buf_view(&e->text);
    e->nrows = 0;
    for (size_t start = 0;;) {
        const char *nl =
                e->memo && start < t.n ? memchr(t.p + start, '\n', t.n - start) : 0;
        size_t end = nl ? (size_t)(nl - t.p) : t.n;
        if (e->wrap)
            break_line(e, t, start, end);
        else
            add_row(e, start, end, false);
        if (!nl)
            break;
        start = end + 1;
    }
    e->rows_good = true;
}

static void freshen(struct edit *e)
{
    if (!e->rows_good)
        lay_out(e);
}

size_t edit_layout(struct edit *e, int width)
{
    if (e->width != width)
        e->rows_good = false;
    e->width = width;
    freshen(e);
    return e->nrows;
}

struct edit_row edit_row(struct edit *e, size_t i)
{
    freshen(e);
    return e->rows[i < e->nrows ? i : e->nrows - 1];
}

static size_t row_of(struct edit *e, size_t offset)
{
    size_t lo = 0, hi = e->nrows; /* rows[lo].start <= offset < rows[hi].start */
    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;
        if (e->rows[mid].start <= offset)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

void edit_place(struct edit *e, size_t *ret_row, int *ret_col)
{
    freshen(e);
    size_t row = row_of(e, e->cursor);
    int col = utf8_width(part(buf_view(&e->text), e->rows[row].start, e->cursor));
    if (e->wrap && e->width >= 2 && col > e->width - 1)
        col = e->width - 1; /* among spaces that hang over the edge */
    *ret_row = row;
    *ret_col = col;
}

void edit_seek_cell(struct edit *e, size_t row, int col)
{
    struct edit_row r = edit_row(e, row);
    struct view t = buf_view(&e->text);
    size_t at = r.start + utf8_fit(part(t, r.start, r.end), col < 0 ? 0 : col, NULL);
    if (r.soft && at == r.end && at > r.start) /* that place is shown in the next row */
        at = utf8_prev(t, at);
    edit_seek(e, at);
}
