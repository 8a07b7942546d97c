#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "odus/tui/line.h"
#include "odus/tui/list.h"
#include "dialogue.h"

enum { PALETTE_ROWS = 16, PALETTE_COLS = 66, KEY_COLS = 10 };

struct palette {
    struct ui *ui;
    const struct actions *actions;
    void *self;
    struct edit *edit;
    struct line line;
    struct list list;
    size_t found[CMD_COUNT]; /* rows of the actions that match */
    size_t n;
};

static size_t found_count(void *ctx)
{
    return ((struct palette *)ctx)->n;
}

static void found_row(void *ctx, size_t i, struct rect r, bool selected)
{
    struct palette *p = ctx;
    const struct action *a = &p->actions->rows[p->found[i]];
    enum style style = ui_row(r, selected);
    struct buf keys;

    buf_init(&keys, 0);
    ui_key_name(a->id, &keys);
    ui_put_cut(r.row, r.col + 2, r.cols - 2, style,
            view_of(gettext(command_get(a->id)->summary)));
    ui_put_right(r.row, r.col + r.cols - KEY_COLS, KEY_COLS, style, buf_view(&keys));
    buf_release(&keys);
}

static const struct list_ops found_rows = {.count = found_count, .draw = found_row};

/** By its words in either language, its name, or its key. */
static bool matches(const struct command *c, struct view words)
{
    struct buf text, have, want;
    bool yes;

    buf_init(&text, 0);
    buf_init(&have, 0);
    buf_init(&want, 0);
    buf_addf(&text, "%s %s %s %s", gettext(c->summary), c->summary, c->name, c->keys);
    utf8_fold(buf_view(&text), &have);
    utf8_fold(words, &want);
    yes = utf8_match(buf_view(&have), buf_view(&want));
    buf_release(&text);
    buf_release(&have);
    buf_release(&want);
    return yes;
}

static void search(struct palette *p)
{
    p->n = 0;
    for (size_t i = 0; i < p->actions->n && p->n < COUNT(p->found); i++)
        if (p->actions->rows[i].id != CMD_PALETTE &&
                matches(command_get(p->actions->rows[i].id), edit_text(p->edit)))
            p->found[p->n++] = i;
    list_select(&p->list, 0);
}

static void palette_draw(void *self, struct rect area)
{
    struct palette *p = self;
    struct rect in =
            ui_frame(ui_centre(area, PALETTE_ROWS, PALETTE_COLS), _("Commands"));

    list_draw(&p->list, (struct rect){in.row + 1, in.col, in.rows - 1, in.cols});
    line_draw(&p->line, (struct rect){in.row, in.col, 1, in.cols}, true);
}

static void take(struct palette *p)
{
    if (list_empty(&p->list))
        return;
    loop_pop(p->ui->loop);
    p->actions->rows[p->found[p->list.sel]].run(p->self);
}

static bool palette_key(void *self, struct key k)
{
    struct palette *p = self;
    enum edit_result what = EDIT_NONE;

    if (k.code == K_ESC)
        loop_pop(p->ui->loop);
    else if (k.code == K_ENTER)
        take(p);
    else if (k.code == K_TAB)
        list_key(&p->list, (struct key){K_DOWN, 0, 0});
    else if (k.code == K_HOME || k.code == K_END || !list_key(&p->list, k))
        line_key(&p->line, k, &what);
    if (what >= EDIT_CHANGED)
        search(p);
    return true;
}

static void palette_paste(void *self, struct view text, bool cut)
{
    struct palette *p = self;

    (void)cut;
    edit_paste(p->edit, text);
    search(p);
}

static void palette_mouse(void *self, struct mouse m)
{
    struct palette *p = self;

    if (list_mouse(&p->list, m))
        take(p);
}

static void palette_close(void *self)
{
    struct palette *p = self;

    edit_free(p->edit);
    free(p);
}

static const struct view_ops palette_ops = {.popup = true,
        .draw = palette_draw,
        .key = palette_key,
        .paste = palette_paste,
        .mouse = palette_mouse,
        .close = palette_close};

void palette_open(struct ui *ui, const struct actions *actions, void *self)
{
    struct palette *p = xcalloc(1, sizeof *p);

    p->ui = ui;
    p->actions = actions;
    p->self = self;
    p->edit = edit_new(100, false);
    line_init(&p->line, p->edit);
    list_init(&p->list, &found_rows, p);
    search(p);
    ui_push(ui, &palette_ops, p);
}
