/* Drafts: what a crash left (P02), or all that wait to be completed. */
#include <stdlib.h>

#include "odus/app/agenda.h"
#include "odus/base/mem.h"
#include "odus/tui/list.h"
#include "form_view.h"

enum { DRAFTS_ROWS = 16, DRAFTS_COLS = 76 };

struct drafts_view {
    struct ui *ui;
    struct app_draft *drafts;
    size_t n;
    size_t total; /* with those taken out, at the end */
    bool orphans;
    struct list list;
};

static size_t draft_count(void *ctx)
{
    return ((struct drafts_view *)ctx)->n;
}

static void draft_row(void *ctx, size_t i, struct rect r, bool selected)
{
    struct drafts_view *d = ctx;
    const struct app_draft *draft = &d->drafts[i];
    enum style style = ui_row(r, selected);
    struct buf left, right;

    buf_init(&left, 0);
    buf_init(&right, 0);
    buf_addf(&left, "%s · %s", app_type_label(d->ui->app, draft->type),
            draft->title && *draft->title ? draft->title : _("untitled"));
    if (draft->at && *draft->at)
        buf_addf(&right, "%s · ", draft->at);
    ui_moment(d->ui, draft->saved_ms, true, &right);
    ui_put_cut(r.row, r.col + 2, r.cols * 3 / 5 - 2, style, buf_view(&left));
    ui_put_right(r.row, r.col + r.cols * 3 / 5 + 1, r.cols * 2 / 5 - 2, style,
            buf_view(&right));
    buf_release(&left);
    buf_release(&right);
}

static const struct list_ops draft_rows = {.count = draft_count, .draw = draft_row};

static void drafts_draw(void *self, struct rect area)
{
    struct drafts_view *d = self;
    const char *title =
            d->orphans ? _("Left open when the program ended last time") : _("Drafts");
    const char *hint = d->orphans
                               ? _("Enter: resume, set aside or discard · Esc: later")
                               : _("Enter: open or discard · Esc: back");
    struct rect in = ui_frame(ui_centre(area, DRAFTS_ROWS, DRAFTS_COLS), title);

    list_draw(&d->list, (struct rect){in.row, in.col, in.rows - 1, in.cols});
    ui_put_cut(in.row + in.rows - 1, in.col, in.cols, STYLE_HINT, view_of(hint));
}

static void take_out(struct drafts_view *d, size_t i)
{
    struct app_draft gone = d->drafts[i];

    for (; i + 1 < d->n; i++)
        d->drafts[i] = d->drafts[i + 1];
    d->drafts[--d->n] = gone; /* released with the others, see close */
    list_select(&d->list, d->list.sel);
    if (d->n == 0)
        loop_pop(d->ui->loop);
}

static void resume(struct drafts_view *d, size_t i)
{
    struct entry *en;
    struct err err = {0};

    if (entry_open(d->ui->app, d->drafts[i].uid, &en, &err) < 0) {
        ui_say_err(d->ui, &err);
        return;
    }
    take_out(d, i);
    form_open(d->ui, en, NULL, NULL);
}

static void act(void *ctx, size_t what)
{
    struct drafts_view *d = ctx;
    size_t i = d->list.sel;
    struct err err = {0};
    int rc;

    if (what == 0) {
        resume(d, i);
        return;
    }
    rc = what == 1 && d->orphans
                 ? app_draft_set_aside(d->ui->app, d->drafts[i].uid, &err)
         : what == 2 ? app_draft_discard(d->ui->app, d->drafts[i].uid, &err)
                     : 0;
    if (rc < 0)
        ui_say_err(d->ui, &err);
    else if (what == 2 || d->orphans)
        take_out(d, i);
}

static void ask(struct drafts_view *d)
{
    const char *labels[] = {_("resume where it was left"),
            d->orphans ? _("set aside: keep it, do not ask again") : _("leave it"),
            _("discard it for good")};
    const char *title = d->drafts[d->list.sel].title;

    if (d->n)
        menu_open(d->ui, title && *title ? title : _("untitled"), labels, COUNT(labels),
                act, d);
}

static bool drafts_key(void *self, struct key k)
{
    struct drafts_view *d = self;

    if (k.code == K_ESC)
        loop_pop(d->ui->loop);
    else if (k.code == K_ENTER)
        ask(d);
    else if (k.code == K_TAB)
        list_key(&d->list, (struct key){K_DOWN, 0, 0});
    else
        list_key(&d->list, k);
    return true;
}

static void drafts_mouse(void *self, struct mouse m)
{
    struct drafts_view *d = self;

    if (list_mouse(&d->list, m))
        ask(d);
}

static void drafts_close(void *self)
{
    struct drafts_view *d = self;

    app_drafts_release(d->drafts, d->total);
    free(d);
}

static const struct view_ops drafts_ops = {.popup = true,
        .draw = drafts_draw,
        .key = drafts_key,
        .mouse = drafts_mouse,
        .close = drafts_close};

void drafts_open(struct ui *ui, bool orphans)
{
    struct app_draft *found = NULL;
    struct drafts_view *d;
    struct err err = {0};
    size_t n = 0;

    if (app_drafts(ui->app, orphans, &found, &n, &err) < 0) {
        ui_say_err(ui, &err);
        return;
    }
    if (n == 0) {
        app_drafts_release(found, n);
        if (!orphans)
            ui_say(ui, STYLE_INFO, _("no drafts"));
        return;
    }
    d = xcalloc(1, sizeof *d);
    d->ui = ui;
    d->drafts = found;
    d->n = d->total = n;
    d->orphans = orphans;
    list_init(&d->list, &draft_rows, d);
    d->list.focused = true;
    ui_push(ui, &drafts_ops, d);
}
