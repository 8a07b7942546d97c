/* The first screen: what takes place when, found by typing. */
#include <stdlib.h>

#include "odus/base/mem.h"
#include "agenda_view.h"

/** Words that find nothing in the agenda may be of a record without a date. */
void agenda_view_query(struct agenda_view *v)
{
    char *text = view_dup(edit_text(v->edit));
    struct err err = {0};

    buf_clear(&v->wrong);
    v->widened = false;
    if (agenda_query(v->agenda, v->type, text, &err) < 0)
        err_text(&err, ui_translate, &v->wrong);
    else if (!v->type && *text &&
             (agenda_asks_standing(v->agenda) || !agenda_selected(v->agenda)))
        v->widened = agenda_query(v->agenda, "*", text, &err) == 0;
    free(text);
}

static bool move_key(struct agenda_view *v, struct key k)
{
    int page = v->area.rows > 2 ? v->area.rows - 2 : 1;

    if (k.mods)
        return false;
    switch (k.code) {
    case K_UP:
    case K_BACKTAB: agenda_move(v->agenda, -1); break;
    case K_DOWN:
    case K_TAB: agenda_move(v->agenda, 1); break;
    case K_PGUP: agenda_move(v->agenda, -page); break;
    case K_PGDN: agenda_move(v->agenda, page); break;
    case K_HOME: agenda_home(v->agenda); break;
    case K_END: agenda_end(v->agenda); break;
    default: return false;
    }
    return true;
}

static bool agenda_key(void *self, struct key k)
{
    struct agenda_view *v = self;
    enum edit_result what = EDIT_NONE;
    bool in_words = v->searching && (key_is_text(k) || k.code == K_DELETE ||
                                            k.code == K_HOME || k.code == K_END);

    ui_hush(v->ui);
    if (!in_words && (ui_act(&agenda_actions, v, k) || move_key(v, k)))
        return true;
    if (!v->searching || !line_key(&v->line, k, &what))
        return false;
    if (what >= EDIT_CHANGED)
        agenda_view_query(v);
    return true;
}

static void agenda_paste(void *self, struct view text, bool cut)
{
    struct agenda_view *v = self;

    (void)cut;
    v->searching = true;
    edit_paste(v->edit, text);
    agenda_view_query(v);
}

/** Headings cannot be selected: the step counts records only. */
static void press(struct agenda_view *v, int at)
{
    size_t n;
    const struct agenda_row *r = agenda_rows(v->agenda, (size_t)v->area.rows, &n);
    int step = 0, sel = -1;

    if (at < 0 || (size_t)at >= n || r[at].heading)
        return;
    for (size_t i = 0; i < n; i++)
        if (r[i].selected)
            sel = (int)i;
    if (sel == at) {
        agenda_view_open_selected(v);
        return;
    }
    for (int i = sel < at ? sel : at; i < (sel < at ? at : sel); i++)
        step += i >= 0 && !r[i].heading;
    agenda_move(v->agenda, sel < at ? step : -step);
}

static void agenda_mouse(void *self, struct mouse m)
{
    struct agenda_view *v = self;

    if (m.action != MOUSE_PRESS)
        agenda_move(v->agenda, m.action == MOUSE_WHEEL_UP ? -3 : 3);
    else if (ui_inside(v->area, m))
        press(v, m.row - v->area.row);
    else if (m.row == 1)
        v->searching = true;
}

static void agenda_tick(void *self)
{
    struct agenda_view *v = self;

    if (agenda_refresh(v->agenda))
        loop_stale(v->ui->loop);
}

static void agenda_close(void *self)
{
    struct agenda_view *v = self;

    loop_timer_cancel(v->ui->loop, v->preview_timer);
    loop_timer_cancel(v->ui->loop, v->count_timer);
    agenda_free(v->agenda);
    edit_free(v->edit);
    buf_release(&v->wrong);
    buf_release(&v->preview);
    free(v);
}

static const struct view_ops agenda_ops = {.draw = agenda_draw,
        .key = agenda_key,
        .paste = agenda_paste,
        .mouse = agenda_mouse,
        .tick = agenda_tick,
        .close = agenda_close};

struct agenda_view *agenda_view_push(struct ui *ui)
{
    struct agenda_view *v = xcalloc(1, sizeof *v);

    v->ui = ui;
    v->agenda = agenda_new(ui->app);
    v->edit = edit_new(AGENDA_WORDS, false);
    line_init(&v->line, v->edit);
    buf_init(&v->wrong, 0);
    buf_init(&v->preview, 0);
    ui_push(ui, &agenda_ops, v);
    return v;
}
