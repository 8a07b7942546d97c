/* A program with one screen of every primitive of the tui layer, for tests/tui. Its
 * exit status is 10 + enum loop_end when the leave callback ran, else 0. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/tui/line.h"
#include "odus/tui/list.h"
#include "odus/tui/loop.h"

enum { LIST_ROWS = 100000, FIELD_COL = 10, FIELD_COLS = 20, MEMO_ROWS = 3 };
enum focus { ON_TITLE, ON_MEMO, ON_LIST, FOCI };

struct demo {
    struct loop *loop;
    struct line title, memo;
    struct list list;
    size_t fetched;
    enum focus focus;
    char said[200];
};

static size_t row_count(void *ctx)
{
    (void)ctx;
    return LIST_ROWS;
}

static bool row_heading(void *ctx, size_t i)
{
    (void)ctx;
    return i % 10 == 0;
}

static void row_fetch(void *ctx, size_t first, size_t n)
{
    (void)first;
    ((struct demo *)ctx)->fetched = n;
}

static void row_draw(void *ctx, size_t i, struct rect r, bool selected)
{
    char text[64];
    (void)ctx;
    snprintf(text, sizeof text, i % 10 ? "rangée %zu" : "groupe %zu",
            i % 10 ? i : i / 10);
    if (i % 10 == 0)
        ui_rule(r.row, r.col, r.cols, STYLE_HEADING, view_of(text));
    else
        ui_put_fill(r.row, r.col, r.cols, selected ? STYLE_SELECTED : STYLE_NORMAL,
                view_of(text));
}

static const struct list_ops rows = {.count = row_count,
        .fetch = row_fetch,
        .draw = row_draw,
        .heading = row_heading};

static struct rect title_area(void)
{
    return (struct rect){2, FIELD_COL, 1, FIELD_COLS};
}

static struct rect memo_area(void)
{
    return (struct rect){4, FIELD_COL, MEMO_ROWS, FIELD_COLS};
}

static void demo_draw(void *self, struct rect area)
{
    struct demo *d = self;
    char size[32];
    d->list.focused = d->focus == ON_LIST;
    ui_put_fill(0, 0, area.cols, STYLE_TITLE, VIEW_LIT(" Démonstration"));
    ui_put(1, 0, area.cols, STYLE_ERROR, VIEW_LIT("✗ erreur"));
    ui_put(1, 12, area.cols, STYLE_WARNING, VIEW_LIT("▲ attention"));
    ui_put(2, 0, FIELD_COL, STYLE_LABEL, VIEW_LIT("Titre"));
    line_draw(&d->title, title_area(), d->focus == ON_TITLE);
    ui_put(4, 0, FIELD_COL, STYLE_LABEL, VIEW_LIT("Mémo"));
    line_draw(&d->memo, memo_area(), d->focus == ON_MEMO);
    list_draw(&d->list, (struct rect){8, 0, area.rows - 10, area.cols});
    ui_put_cut(area.rows - 2, 0, area.cols, STYLE_INFO, view_of(d->said));
    snprintf(size, sizeof size, "%dx%d", area.rows, area.cols);
    ui_rule(area.rows - 1, 0, area.cols, STYLE_DIM, (struct view){0});
    ui_put_right(area.rows - 1, 0, area.cols, STYLE_STATUS, view_of(size));
}

static struct line *focused_line(struct demo *d)
{
    return d->focus == ON_TITLE ? &d->title : d->focus == ON_MEMO ? &d->memo : NULL;
}

static void popup_draw(void *self, struct rect area)
{
    (void)self;
    ui_put_fill(
            9, 2, area.cols < 30 ? area.cols : 30, STYLE_STATUS, VIEW_LIT(" fenêtre"));
}

static bool popup_key(void *self, struct key k)
{
    struct demo *d = self;
    if (k.code == K_ESC)
        loop_pop(d->loop);
    return true;
}

static const struct view_ops popup = {
        .popup = true, .draw = popup_draw, .key = popup_key};

static void job_done(void *ctx)
{
    struct demo *d = ctx;
    snprintf(d->said, sizeof d->said, "tâche finie");
    loop_jobs(d->loop, -1);
    loop_stale(d->loop);
}

static bool function_key(struct demo *d, int f)
{
    switch (f) {
    case 2: return loop_push(d->loop, &popup, d) == 0;
    case 3: ui_title(VIEW_LIT("Titre\033]0;volé\a é")); return true;
    case 4: mem_panic("asked to");
    case 5: loop_jobs(d->loop, 1); return loop_timer(d->loop, 20, job_done, d) > 0;
    case 6: abort();
    case 10: loop_quit(d->loop); return true;
    default: return false;
    }
}

/** Keys nobody wants are named, so that tests can see what arrived. */
static bool other_key(struct demo *d, struct key k)
{
    struct buf name;
    buf_init(&name, 100);
    key_spell(k, &name);
    snprintf(d->said, sizeof d->said, "touche %s", name.s);
    buf_release(&name);
    return true;
}

static bool demo_key(void *self, struct key k)
{
    struct demo *d = self;
    enum edit_result what = EDIT_NONE;
    if (k.code >= K_F1 && k.code <= K_F12 && function_key(d, k.code - K_F1 + 1))
        return true;
    if (k.code == K_TAB) {
        d->focus = (d->focus + 1) % FOCI;
        return true;
    }
    if (d->focus == ON_LIST)
        return list_key(&d->list, k) || other_key(d, k);
    bool used = line_key(focused_line(d), k, &what);
    if (what == EDIT_CUT)
        snprintf(d->said, sizeof d->said, "coupé à la limite");
    return used || other_key(d, k);
}

static void demo_paste(void *self, struct view text, bool cut)
{
    struct demo *d = self;
    struct line *l = focused_line(d);
    enum edit_result what = l ? edit_paste(l->edit, text) : EDIT_NONE;
    snprintf(d->said, sizeof d->said, "collé %zu octets%s%s", text.n,
            cut ? " (cut)" : "", what == EDIT_CUT ? ", coupé" : "");
}

static bool inside(struct rect r, struct mouse m)
{
    return m.row >= r.row && m.row < r.row + r.rows && m.col >= r.col &&
           m.col < r.col + r.cols;
}

static void demo_mouse(void *self, struct mouse m)
{
    struct demo *d = self;
    if (m.action == MOUSE_PRESS && inside(title_area(), m)) {
        d->focus = ON_TITLE;
        line_mouse(&d->title, title_area(), m.row, m.col);
    } else if (m.action == MOUSE_PRESS && inside(memo_area(), m)) {
        d->focus = ON_MEMO;
        line_mouse(&d->memo, memo_area(), m.row, m.col);
    } else if (list_mouse(&d->list, m)) {
        d->focus = ON_LIST;
    }
}

static const struct view_ops screen = {
        .draw = demo_draw, .key = demo_key, .paste = demo_paste, .mouse = demo_mouse};

int main(void)
{
    struct demo d = {0};
    struct err err = {0};
    setlocale(LC_ALL, "");
    if (screen_init(true, &err) < 0 || loop_new(&d.loop, &err) < 0) {
        fprintf(stderr, "demo: %s\n", err.id);
        return 3;
    }
    mem_on_panic(screen_restore);
    struct edit *title = edit_new(60, false), *memo = edit_new(5000, true);
    line_init(&d.title, title);
    line_init(&d.memo, memo);
    list_init(&d.list, &rows, &d);
    if (loop_push(d.loop, &screen, &d) < 0)
        return 3;
    enum loop_end end = loop_run(d.loop);
    screen_leave();
    loop_free(d.loop);
    edit_free(title);
    edit_free(memo);
    return end == LOOP_QUIT ? 0 : 10 + (int)end;
}
