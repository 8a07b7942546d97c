#include "odus/tui/line.h"

#include <stdio.h>
#include <string.h>

#include "odus/base/utf8.h"

enum { COUNTER_MAX = 20, COUNTER_ROOM = 12, MARKS_MIN = 4 };

static const struct {
    struct key key;
    enum edit_cmd cmd;
} key_map[] = {
        {{K_LEFT, 0, 0}, EDIT_LEFT},
        {{K_RIGHT, 0, 0}, EDIT_RIGHT},
        {{K_LEFT, 0, KEY_MOD_CTRL}, EDIT_WORD_LEFT},
        {{K_RIGHT, 0, KEY_MOD_CTRL}, EDIT_WORD_RIGHT},
        {{K_HOME, 0, 0}, EDIT_HOME},
        {{K_END, 0, 0}, EDIT_END},
        {{K_CHAR, 'a', KEY_MOD_CTRL}, EDIT_HOME},
        {{K_CHAR, 'e', KEY_MOD_CTRL}, EDIT_END},
        {{K_UP, 0, 0}, EDIT_UP},
        {{K_DOWN, 0, 0}, EDIT_DOWN},
        {{K_HOME, 0, KEY_MOD_CTRL}, EDIT_TOP},
        {{K_END, 0, KEY_MOD_CTRL}, EDIT_BOTTOM},
        {{K_BACKSPACE, 0, 0}, EDIT_BACKSPACE},
        {{K_DELETE, 0, 0}, EDIT_DELETE},
        {{K_CHAR, 'w', KEY_MOD_CTRL}, EDIT_KILL_WORD},
        {{K_CHAR, 'k', KEY_MOD_CTRL}, EDIT_KILL_END},
        {{K_CHAR, 'u', KEY_MOD_CTRL}, EDIT_KILL_START},
        {{K_CHAR, 'z', KEY_MOD_CTRL}, EDIT_UNDO},
        {{K_CHAR, 'y', KEY_MOD_CTRL}, EDIT_REDO},
        {{K_ENTER, 0, 0}, EDIT_NEWLINE},
};

void line_init(struct line *l, struct edit *edit)
{
    *l = (struct line){.edit = edit};
}

bool line_key(struct line *l, struct key k, enum edit_result *ret_what)
{
    if (key_is_text(k)) {
        char utf8[4];
        *ret_what = edit_type(l->edit, (struct view){utf8, utf8_encode(k.cp, utf8)});
        return true;
    }
    for (size_t i = 0; i < COUNT(key_map); i++) {
        enum edit_cmd cmd = key_map[i].cmd;
        if (!key_eq(k, key_map[i].key))
            continue;
        if (cmd == EDIT_NEWLINE && !edit_is_memo(l->edit))
            return false;
        enum edit_result what = edit_do(l->edit, cmd);
        if (what == EDIT_NONE && (cmd == EDIT_UP || cmd == EDIT_DOWN))
            return false;
        *ret_what = what;
        return true;
    }
    return false;
}

static int width_of(struct view t, size_t from, size_t to)
{
    return utf8_width((struct view){t.p + from, to - from});
}

/** Moves `first` so that COLS cells hold the cluster at the cursor, and marks. */
static void scroll_sideways(struct line *l, struct view t, int cols)
{
    size_t cursor = edit_cursor(l->edit);
    if (l->first > cursor)
        l->first = cursor;
    l->first = utf8_snap(t, l->first);
    while (l->first > 0) { /* no room left unused at the right */
        size_t before = utf8_prev(t, l->first);
        if (width_of(t, before, t.n) + 1 + (before > 0) > cols)
            break;
        l->first = before;
    }
    size_t next = utf8_next(t, cursor);
    int under = width_of(t, cursor, next);
    for (; l->first < cursor; l->first = utf8_next(t, l->first)) {
        int room = cols - (l->first > 0) - (next < t.n);
        if (width_of(t, l->first, cursor) + (under ? under : 1) <= room)
            break;
    }
}

/** Draws "58/60" at the right edge when the limit is near; the cells it takes. */
static int draw_counter(const struct edit *e, struct rect area)
{
    char text[48];
    size_t max = edit_max(e), left = max - edit_count(e);
    size_t near = max / 10 < COUNTER_MAX ? max / 10 : COUNTER_MAX;
    if (max == EDIT_CHARS_MAX || left > near)
        return 0;
    int n = snprintf(text, sizeof text, " %zu/%zu", edit_count(e), max);
    if (n + COUNTER_ROOM > area.cols)
        return 0;
    ui_put(area.row, area.col + area.cols - n, n, STYLE_HINT, view_of(text));
    return n;
}

static void draw_single(struct line *l, struct rect area, bool focused)
{
    struct view t = edit_text(l->edit);
    enum style style = focused ? STYLE_FOCUS : STYLE_FIELD;
    int cols = area.cols - (focused ? draw_counter(l->edit, area) : 0);
    scroll_sideways(l, t, cols);
    bool marks = cols >= MARKS_MIN;
    int left = marks && l->first > 0;
    struct view shown = {t.p + l->first, t.n - l->first};
    bool more = marks && utf8_width(shown) > cols - left;
    if (left)
        ui_put(area.row, area.col, 1, STYLE_HINT, VIEW_LIT("<"));
    ui_put_fill(area.row, area.col + left, cols - left - more, style, shown);
    if (more)
        ui_put(area.row, area.col + cols - 1, 1, STYLE_HINT, VIEW_LIT(">"));
    if (focused)
        ui_cursor(area.row,
                area.col + left + width_of(t, l->first, edit_cursor(l->edit)));
}

static void draw_wrapped(struct line *l, struct rect area, bool focused)
{
    struct view t = edit_text(l->edit);
    enum style style = focused ? STYLE_FOCUS : STYLE_FIELD;
    size_t n = edit_layout(l->edit, area.cols), rows = (size_t)area.rows, row;
    int col;
    edit_place(l->edit, &row, &col);
    if (row < l->first)
        l->first = row;
    if (row >= l->first + rows)
        l->first = row - rows + 1;
    if (l->first + rows > n)
        l->first = n > rows ? n - rows : 0;
    for (size_t i = 0; i < rows; i++) {
        struct edit_row r = {0, 0, false};
        if (l->first + i < n)
            r = edit_row(l->edit, l->first + i);
        struct view text = {t.p + r.start, r.end - r.start};
        ui_put_fill(area.row + (int)i, area.col, area.cols, style, text);
    }
    if (focused)
        ui_cursor(area.row + (int)(row - l->first), area.col + col);
}

void line_draw(struct line *l, struct rect area, bool focused)
{
    if (area.rows < 1 || area.cols < 1)
        return;
    if (edit_wraps(l->edit))
        draw_wrapped(l, area, focused);
    else
        draw_single(l, area, focused);
}

void line_mouse(struct line *l, struct rect area, int row, int col)
{
    struct view t = edit_text(l->edit);
    if (edit_wraps(l->edit)) {
        edit_seek_cell(l->edit, l->first + (size_t)(row - area.row), col - area.col);
        return;
    }
    int cells = col - area.col - (l->first > 0);
    struct view shown = {t.p + l->first, t.n - l->first};
    edit_seek(l->edit, l->first + utf8_fit(shown, cells < 0 ? 0 : cells, NULL));
}
