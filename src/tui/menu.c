#include <stdio.h>
#include <stdlib.h>

#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "odus/tui/list.h"
#include "dialogue.h"

enum { MENU_ITEMS = 40, NUMBER_COLS = 3 };

struct menu {
    struct ui *ui;
    char *title;
    char *labels[MENU_ITEMS];
    size_t n;
    struct list list;
    void (*chosen)(void *ctx, size_t i);
    void *ctx;
};

static size_t menu_count(void *ctx)
{
    return ((struct menu *)ctx)->n;
}

static void menu_row(void *ctx, size_t i, struct rect r, bool selected)
{
    struct menu *m = ctx;
    enum style style = ui_row(r, selected);
    char number[8] = "";

    if (i < 9)
        snprintf(number, sizeof number, "%zu", i + 1);
    ui_put(r.row, r.col + 1, 1, style, view_of(number));
    ui_put_cut(r.row, r.col + NUMBER_COLS, r.cols - NUMBER_COLS, style,
            view_of(m->labels[i]));
}

static const struct list_ops menu_rows = {.count = menu_count, .draw = menu_row};

static void menu_draw(void *self, struct rect area)
{
    struct menu *m = self;
    int wide = utf8_width(view_of(m->title)) + 4;

    for (size_t i = 0; i < m->n; i++) {
        int w = utf8_width(view_of(m->labels[i])) + NUMBER_COLS + 2;
        wide = w > wide ? w : wide;
    }
    list_draw(&m->list, ui_frame(ui_centre(area, (int)m->n + 2, wide + 4), m->title));
}

static void take(struct menu *m, size_t i)
{
    if (i >= m->n)
        return;
    loop_pop(m->ui->loop);
    m->chosen(m->ctx, i);
}

static bool menu_key(void *self, struct key k)
{
    struct menu *m = self;

    if (k.code == K_ESC)
        loop_pop(m->ui->loop);
    else if (k.code == K_ENTER)
        take(m, m->list.sel);
    else if (k.code == K_CHAR && k.mods == 0 && k.cp >= '1' && k.cp <= '9')
        take(m, k.cp - '1');
    else if (k.code == K_TAB)
        list_key(&m->list, (struct key){K_DOWN, 0, 0});
    else if (k.code == K_BACKTAB)
        list_key(&m->list, (struct key){K_UP, 0, 0});
    else
        list_key(&m->list, k);
    return true;
}

static void menu_mouse(void *self, struct mouse mouse)
{
    struct menu *m = self;

    if (list_mouse(&m->list, mouse))
        take(m, m->list.sel);
    else if (mouse.action == MOUSE_PRESS && !ui_inside(m->list.area, mouse))
        loop_pop(m->ui->loop);
}

static void menu_close(void *self)
{
    struct menu *m = self;

    for (size_t i = 0; i < m->n; i++)
        free(m->labels[i]);
    free(m->title);
    free(m);
}

static const struct view_ops menu_ops = {.popup = true,
        .draw = menu_draw,
        .key = menu_key,
        .mouse = menu_mouse,
        .close = menu_close};

void menu_open(struct ui *ui, const char *title, const char *const *labels, size_t n,
        void (*chosen)(void *ctx, size_t i), void *ctx)
{
    struct menu *m = xcalloc(1, sizeof *m);

    m->ui = ui;
    m->title = xstrdup(title);
    m->n = n < MENU_ITEMS ? n : MENU_ITEMS;
    for (size_t i = 0; i < m->n; i++)
        m->labels[i] = xstrdup(labels[i]);
    m->chosen = chosen;
    m->ctx = ctx;
    list_init(&m->list, &menu_rows, m);
    m->list.focused = true;
    ui_push(ui, &menu_ops, m);
}
