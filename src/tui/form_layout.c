/* What stands where: lines to rows of a picture, and what of it is on the screen. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "form_view.h"

enum { LABEL_MIN = 12, LABEL_MAX = 30, MARK_COLS = 2, MEMO_SHOWN = 3, TOLD_ROWS = 3 };

static int indent_of(const struct form_view *f, const struct entry_line *line)
{
    return f->body.cols < UI_NARROW ? line->indent : line->indent * 2;
}

static bool above(const struct form_view *f)
{
    return f->body.cols < UI_NARROW;
}

static void measure_labels(struct form_view *f)
{
    int widest = LABEL_MIN, most = f->body.cols / 3;

    for (size_t i = 0; i < f->nlines; i++) {
        const struct entry_line *line = &f->lines[i];
        int w = 0;

        if (line->kind == ENTRY_FIELD)
            w = utf8_width(view_of(entry_label(f->en, line->at))) + 3 +
                indent_of(f, line);
        widest = w > widest ? w : widest;
    }
    widest = widest > LABEL_MAX ? LABEL_MAX : widest;
    f->label_cols = MARK_COLS + (widest > most ? most : widest);
}

/** Column and width of the value of line I. */
static void value_cells(
        const struct form_view *f, size_t i, int *ret_col, int *ret_cols)
{
    int col = f->label_cols + 1;

    if (f->lines[i].kind == ENTRY_ROW || f->lines[i].kind == ENTRY_ADD || above(f))
        col = MARK_COLS + indent_of(f, &f->lines[i]) + (above(f) ? 2 : 0);
    *ret_col = f->body.col + col;
    *ret_cols = f->body.cols - col - 1;
}

static bool label_above(const struct form_view *f, size_t i)
{
    return above(f) && f->lines[i].kind == ENTRY_FIELD;
}

static int wrapped_rows(struct form_view *f, size_t i, int cols)
{
    struct buf text;
    int n, most = f->body.rows / 2 > MEMO_SHOWN ? f->body.rows / 2 : MEMO_SHOWN;

    if (i == f->at && f->edit) {
        n = (int)edit_layout(f->edit, cols);
        if (edit_is_memo(f->edit) && n < MEMO_SHOWN)
            n = MEMO_SHOWN;
        return n > most ? most : n;
    }
    buf_init(&text, 0);
    entry_text(f->en, f->lines[i].at, &text);
    n = ui_wrapped(buf_view(&text), cols);
    buf_release(&text);
    return n > MEMO_SHOWN ? MEMO_SHOWN : n;
}

static int value_rows(struct form_view *f, size_t i)
{
    const struct entry_line *line = &f->lines[i];
    int col, cols;

    value_cells(f, i, &col, &cols);
    if (form_wraps(f, line))
        return wrapped_rows(f, i, cols);
    if (line->kind == ENTRY_NOTE)
        return ui_wrapped(view_of(entry_label(f->en, line->at)), f->body.cols - 4);
    return 1;
}

/** Rows under the value: echo, what could not be read, the problem. */
static int told_rows(struct form_view *f, size_t i)
{
    bool focused = i == f->at;
    const struct issue *issue = form_told_issue(f, i);
    struct buf text;
    int n = 0, col, cols;

    value_cells(f, i, &col, &cols);
    if (focused && f->echo.len) {
        n = ui_wrapped(buf_view(&f->echo), cols);
        n = n > TOLD_ROWS ? TOLD_ROWS : n;
    }
    if (!issue)
        return n;
    buf_init(&text, 0);
    entry_issue_text(f->en, issue, ui_translate, &text);
    cols -= 2;
    col = focused ? ui_wrapped(buf_view(&text), cols) : 1;
    buf_release(&text);
    return n + (col > TOLD_ROWS ? TOLD_ROWS : col);
}

const struct issue *form_told_issue(const struct form_view *f, size_t i)
{
    const struct issue *issue = f->spots[i].issue;

    if (!issue || f->lines[i].kind == ENTRY_ROW || form_is_missing(f, issue))
        return NULL; /* the mark says it; a page of "to be filled in" helps nobody */
    return issue;
}

static bool concerns(const struct form_view *f, const struct entry_line *line,
        const struct issue *issue)
{
    if (line->kind == ENTRY_FIELD)
        return line->at.field == issue->at.field && line->at.row == issue->at.row &&
               line->at.lang == issue->at.lang;
    return (line->kind == ENTRY_ROW || line->kind == ENTRY_ADD) &&
           line->at.row == issue->at.row &&
           entry_form(f->en)->fields[issue->at.field].table == line->table;
}

static void place_issues(struct form_view *f)
{
    size_t n;
    const struct issue *all = entry_issues(f->en, &n);

    for (size_t j = 0; j < n; j++) {
        if (all[j].accepted)
            continue;
        for (size_t i = 0; i < f->nlines; i++) {
            struct spot *s = &f->spots[i];

            if (!concerns(f, &f->lines[i], &all[j]))
                continue;
            s->problems++;
            if (!s->issue || all[j].severity < s->issue->severity)
                s->issue = &all[j];
        }
    }
}

/** Scrolls as little as shows the focused line, with its messages where they fit. */
static void follow(struct form_view *f)
{
    int last = f->rows - f->body.rows;

    if (!f->wheel && f->at < f->nlines) {
        const struct spot *s = &f->spots[f->at];

        if (s->top + s->rows > f->first + f->body.rows)
            f->first = s->top + s->rows - f->body.rows;
        if (s->top < f->first)
            f->first = s->top;
        if (f->at == 1 || s->top < 2) /* the heading above the first field */
            f->first = s->top + s->rows <= f->body.rows ? 0 : f->first;
    }
    if (f->first > last)
        f->first = last;
    if (f->first < 0)
        f->first = 0;
}

void form_layout(struct form_view *f, struct rect body)
{
    int top = 0;

    f->body = body;
    if (f->cap_spots < f->nlines) {
        f->spots = xrealloc(f->spots, f->nlines, sizeof *f->spots);
        f->cap_spots = f->nlines;
    }
    if (f->nlines)
        memset(f->spots, 0, f->nlines * sizeof *f->spots);
    place_issues(f);
    measure_labels(f);
    for (size_t i = 0; i < f->nlines; i++) {
        struct spot *s = &f->spots[i];

        s->top = top;
        s->value_rows = value_rows(f, i);
        s->rows = label_above(f, i) + s->value_rows + told_rows(f, i);
        top += s->rows;
    }
    f->rows = top;
    follow(f);
}

int form_line_at(const struct form_view *f, int screen_row)
{
    int row = screen_row - f->body.row + f->first;

    if (screen_row < f->body.row || screen_row >= f->body.row + f->body.rows)
        return -1;
    for (size_t i = 0; i < f->nlines; i++)
        if (row >= f->spots[i].top && row < f->spots[i].top + f->spots[i].rows)
            return (int)i;
    return -1;
}

struct rect form_value_area(const struct form_view *f, size_t i)
{
    struct rect r;

    value_cells(f, i, &r.col, &r.cols);
    r.row = f->body.row + f->spots[i].top - f->first + label_above(f, i);
    r.rows = f->spots[i].value_rows;
    return r;
}
