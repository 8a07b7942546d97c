#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/buf.h"
#include "odus/base/utf8.h"
#include "tt_int.h"

static VTermScreenCell cell_at(struct tt *t, int row, int col)
{
    VTermScreenCell cell;
    memset(&cell, 0, sizeof cell);
    vterm_screen_get_cell(t->screen, (VTermPos){row, col}, &cell);
    return cell;
}

/** The characters of a cell as UTF-8; "" for the right half of a wide one. */
static size_t cell_text(const VTermScreenCell *cell, char out[4 * 6])
{
    size_t n = 0;
    if (cell->chars[0] == (uint32_t)-1)
        return 0;
    if (cell->chars[0] == 0) {
        out[0] = ' ';
        return 1;
    }
    for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i]; i++)
        n += utf8_encode(cell->chars[i], out + n);
    return n;
}

const char *tt_row(struct tt *t, int row)
{
    if (row < 0 || row >= t->rows || row >= TT_ROWS_MAX)
        fail_msg("no row %d", row);
    char *text = t->row_text[row], one[4 * 6];
    size_t n = 0;
    for (int col = 0; col < t->cols; col++) {
        VTermScreenCell cell = cell_at(t, row, col);
        size_t len = cell_text(&cell, one);
        if (n + len >= TT_ROW_BYTES)
            break;
        memcpy(text + n, one, len);
        n += len;
    }
    while (n > 0 && text[n - 1] == ' ')
        n--;
    text[n] = '\0';
    return text;
}

char *tt_screen(struct tt *t)
{
    struct buf b;
    size_t used = 0;
    buf_init(&b, 0);
    for (int row = 0; row < t->rows; row++) {
        const char *text = tt_row(t, row);
        buf_adds(&b, text);
        buf_addc(&b, '\n');
        if (*text)
            used = b.len;
    }
    buf_cut(&b, used);
    return buf_take(&b);
}

/** The cell where byte OFFSET of the row's text is drawn. */
static int column_of(struct tt *t, int row, size_t offset)
{
    char one[4 * 6];
    size_t n = 0;
    for (int col = 0; col < t->cols; col++) {
        VTermScreenCell cell = cell_at(t, row, col);
        size_t len = cell_text(&cell, one);
        if (len && n >= offset)
            return col;
        n += len;
    }
    return t->cols;
}

bool tt_find(struct tt *t, const char *text, int *ret_row, int *ret_col)
{
    for (int row = 0; row < t->rows; row++) {
        const char *have = tt_row(t, row), *found = strstr(have, text);
        if (!found)
            continue;
        if (ret_row)
            *ret_row = row;
        if (ret_col)
            *ret_col = column_of(t, row, (size_t)(found - have));
        return true;
    }
    return false;
}

void tt_expect(struct tt *t, const char *text)
{
    if (!tt_find(t, text, NULL, NULL))
        tt_fail(t, "not on the screen: \"%s\"", text);
}

void tt_refuse(struct tt *t, const char *text)
{
    if (tt_find(t, text, NULL, NULL))
        tt_fail(t, "on the screen, but should not be: \"%s\"", text);
}

static int colour(const VTermColor *c, bool own)
{
    return own ? -1 : VTERM_COLOR_IS_INDEXED(c) ? c->indexed.idx : -2;
}

struct tt_style tt_style(struct tt *t, int row, int col)
{
    VTermScreenCell cell = cell_at(t, row, col);
    return (struct tt_style){.bold = cell.attrs.bold,
            .underline = cell.attrs.underline != 0,
            .reverse = cell.attrs.reverse,
            .fg = colour(&cell.fg, VTERM_COLOR_IS_DEFAULT_FG(&cell.fg)),
            .bg = colour(&cell.bg, VTERM_COLOR_IS_DEFAULT_BG(&cell.bg))};
}

bool tt_any_colour(struct tt *t)
{
    for (int row = 0; row < t->rows; row++)
        for (int col = 0; col < t->cols; col++) {
            struct tt_style s = tt_style(t, row, col);
            if (s.fg != -1 || s.bg != -1)
                return true;
        }
    return false;
}

bool tt_cursor(struct tt *t, int *ret_row, int *ret_col)
{
    VTermPos pos;
    vterm_state_get_cursorpos(vterm_obtain_state(t->vt), &pos);
    *ret_row = pos.row;
    *ret_col = pos.col;
    return t->cursor_shown;
}

bool tt_alternate(const struct tt *t)
{
    return t->alternate;
}

const char *tt_title(const struct tt *t)
{
    return t->title;
}

int tt_bells(const struct tt *t)
{
    return t->bells;
}

static char attribute_letter(struct tt_style s)
{
    bool coloured = s.fg != -1 || s.bg != -1;
    if (s.bold + s.underline + s.reverse + coloured > 1)
        return '*';
    return s.bold ? 'b' : s.underline ? 'u' : s.reverse ? 'r' : coloured ? 'c' : ' ';
}

static void print_screen(struct tt *t)
{
    int row, col;
    bool shown = tt_cursor(t, &row, &col);
    fprintf(stderr, "screen %dx%d, cursor %d,%d%s, title \"%s\"%s\n", t->rows, t->cols,
            row, col, shown ? "" : " (hidden)", t->title,
            t->alternate ? ", alternate" : "");
    for (int r = 0; r < t->rows; r++) {
        char marks[TT_ROW_BYTES];
        int n = 0;
        for (int c = 0; c < t->cols && c < TT_ROW_BYTES - 1; c++)
            if ((marks[c] = attribute_letter(tt_style(t, r, c))) != ' ')
                n = c + 1;
        fprintf(stderr, "%3d |%s\n", r, tt_row(t, r));
        if (n)
            fprintf(stderr, "    :%.*s\n", n, marks);
    }
}

void tt_fail(struct tt *t, const char *what, ...)
{
    char text[512];
    va_list args;
    va_start(args, what);
    vsnprintf(text, sizeof text, what, args);
    va_end(args);
    print_screen(t);
    fail_msg("%s", text);
}
