#include "odus/tui/list.h"

enum { WHEEL_ROWS = 3 };

void list_init(struct list *l, const struct list_ops *ops, void *ctx)
{
    *l = (struct list){.ops = ops, .ctx = ctx};
    list_select(l, 0);
}

static size_t count(const struct list *l)
{
    return l->ops->count(l->ctx);
}

static bool is_heading(const struct list *l, size_t i)
{
    return l->ops->heading && l->ops->heading(l->ctx, i);
}

/** The first row from I on, in steps of 1 or -1, that can be selected. */
static bool seek(const struct list *l, size_t i, int step, size_t *ret_i)
{
    size_t n = count(l);
    for (; i < n; i += (size_t)step) /* below 0 wraps to a value over n */
        if (!is_heading(l, i)) {
            *ret_i = i;
            return true;
        }
    return false;
}

bool list_empty(const struct list *l)
{
    size_t i;
    return !seek(l, 0, 1, &i);
}

void list_select(struct list *l, size_t i)
{
    size_t n = count(l);
    if (i >= n)
        i = n ? n - 1 : 0;
    if (!seek(l, i, 1, &l->sel) && !seek(l, i, -1, &l->sel))
        l->sel = 0;
}

/** Moves by STEP rows; a heading in the way is passed, the ends hold. */
static void move(struct list *l, long step)
{
    size_t n = count(l);
    if (n == 0)
        return;
    long to = (long)l->sel + step;
    to = to < 0 ? 0 : to >= (long)n ? (long)n - 1 : to;
    int way = step < 0 ? -1 : 1;
    if (!seek(l, (size_t)to, way, &l->sel))
        seek(l, (size_t)to, -way, &l->sel);
}

bool list_key(struct list *l, struct key k)
{
    if (k.mods)
        return false;
    long page = l->area.rows > 1 ? l->area.rows - 1 : 1;
    switch (k.code) {
    case K_UP: move(l, -1); break;
    case K_DOWN: move(l, 1); break;
    case K_PGUP: move(l, -page); break;
    case K_PGDN: move(l, page); break;
    case K_HOME: list_select(l, 0); break;
    case K_END: list_select(l, (size_t)-1); break;
    default: return false;
    }
    return true;
}

static bool inside(struct rect area, struct mouse m)
{
    return m.row >= area.row && m.row < area.row + area.rows && m.col >= area.col &&
           m.col < area.col + area.cols;
}

bool list_mouse(struct list *l, struct mouse m)
{
    if (!inside(l->area, m))
        return false;
    if (m.action != MOUSE_PRESS) {
        move(l, m.action == MOUSE_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS);
        return false;
    }
    size_t i = l->top + (size_t)(m.row - l->area.row);
    if (i >= count(l) || is_heading(l, i))
        return false;
    l->sel = i;
    return true;
}

/** Moves `top` as little as shows the selection, with the heading just above it. */
static void scroll(struct list *l, size_t n)
{
    size_t rows = (size_t)l->area.rows;
    size_t above = l->sel;
    if (above > 0 && rows > 1 && is_heading(l, above - 1))
        above--;
    if (above < l->top)
        l->top = above;
    if (l->sel >= l->top + rows)
        l->top = l->sel - rows + 1;
    if (l->top + rows > n)
        l->top = n > rows ? n - rows : 0;
}

void list_draw(struct list *l, struct rect area)
{
    l->area = area;
    size_t n = count(l);
    if (area.rows <= 0 || area.cols <= 0 || n == 0)
        return;
    if (l->sel >= n || is_heading(l, l->sel))
        list_select(l, l->sel);
    scroll(l, n);
    size_t shown = n - l->top;
    if (shown > (size_t)area.rows)
        shown = (size_t)area.rows;
    if (l->ops->fetch)
        l->ops->fetch(l->ctx, l->top, shown);
    for (size_t i = 0; i < shown; i++) {
        struct rect row = {area.row + (int)i, area.col, 1, area.cols};
        bool selected = l->top + i == l->sel && !is_heading(l, l->sel);
        l->ops->draw(l->ctx, l->top + i, row, selected);
        if (selected && l->focused)
            ui_cursor(row.row, row.col);
    }
}
