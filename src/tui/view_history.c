/* Who changed what, and back to an earlier version. */
#include <stdlib.h>
#include <string.h>

#include "odus/app/records.h"
#include "odus/base/mem.h"
#include "odus/tui/list.h"
#include "dialogue.h"

enum { TOLD_ROWS = 5 };

struct history_view {
    struct ui *ui;
    char uid[37];
    struct app_change *changes;
    size_t n;
    struct list list;
    void (*reverted)(void *ctx);
    void *ctx;
};

static size_t change_count(void *ctx)
{
    return ((struct history_view *)ctx)->n;
}

static void add_change(
        struct history_view *h, const struct app_change *c, struct buf *out)
{
    ui_moment(h->ui, c->at_ms, false, out);
    buf_addf(out, "  %s  ", c->author);
    buf_adds(out, *c->labels ? c->labels : _("first version"));
}

static void change_row(void *ctx, size_t i, struct rect r, bool selected)
{
    struct history_view *h = ctx;
    enum style style = ui_row(r, selected);
    struct buf text;

    buf_init(&text, 0);
    add_change(h, &h->changes[i], &text);
    if (h->changes[i].current)
        ui_put(r.row, r.col + 1, 1, selected ? style : STYLE_OK, VIEW_LIT("●"));
    ui_put_cut(r.row, r.col + 3, r.cols - 4, style, buf_view(&text));
    buf_release(&text);
}

static const struct list_ops change_rows = {.count = change_count, .draw = change_row};

static void back(void *self)
{
    loop_pop(((struct history_view *)self)->ui->loop);
}

static void mouse_switch(void *self)
{
    mouse_toggle(((struct history_view *)self)->ui);
}

static const struct action rows[] = {
        {CMD_BACK, back, N_("back")},
        {CMD_MOUSE, mouse_switch, NULL},
};

static const struct actions history_actions = {IN_TEXT, rows, COUNT(rows)};

static const char *what_enter_does(const struct history_view *h)
{
    if (h->n == 0)
        return _("a draft that was never completed has no history");
    if (h->changes[h->list.sel].current)
        return _("● this is how the record stands now");
    return _("Enter goes back to this version");
}

static void draw_selected(struct history_view *h, struct rect r)
{
    struct view rest;
    struct buf text;

    if (h->n == 0)
        return;
    buf_init(&text, 0);
    add_change(h, &h->changes[h->list.sel], &text);
    buf_addf(&text, "\n%s", h->changes[h->list.sel].rev);
    rest = buf_view(&text);
    for (int i = 0; i < r.rows && rest.n; i++)
        ui_put(r.row + i, r.col, r.cols, STYLE_NORMAL, ui_wrap(&rest, r.cols));
    buf_release(&text);
}

static void history_draw(void *self, struct rect area)
{
    struct history_view *h = self;
    int told = area.rows >= 16 ? TOLD_ROWS : 2;
    struct rect list = {2, 0, area.rows - 4 - told, area.cols};
    bool said = *h->ui->said;

    ui_title_bar(h->ui, area.cols, _("Who changed what"), "");
    ui_put_cut(1, 1, area.cols - 2, said ? h->ui->said_style : STYLE_HINT,
            view_of(said ? h->ui->said : what_enter_does(h)));
    list_draw(&h->list, list);
    ui_rule(list.row + list.rows, 0, area.cols, STYLE_DIM, (struct view){0});
    draw_selected(h, (struct rect){area.rows - 1 - told, 1, told, area.cols - 2});
    ui_key_bar(area.rows - 1, area.cols, &history_actions);
}

static int load(struct history_view *h, struct err *err)
{
    struct app_change *changes = NULL;
    size_t n = 0;
    int rc = app_history(h->ui->app, h->uid, &changes, &n, err);

    if (rc < 0 && rc != ERR_NOT_FOUND)
        return rc;
    app_changes_release(h->changes, h->n);
    h->changes = changes;
    h->n = n;
    list_select(&h->list, 0);
    return 0;
}

static void revert(void *ctx, size_t i)
{
    struct history_view *h = ctx;
    struct err err = {0};

    if (i != 1)
        return;
    if (app_revert(h->ui->app, h->uid, h->changes[h->list.sel].rev, &err) < 0 ||
            load(h, &err) < 0) {
        ui_say_err(h->ui, &err);
        return;
    }
    if (h->reverted)
        h->reverted(h->ctx);
    ui_say(h->ui, STYLE_OK,
            _("gone back, as a new version: this too can be taken back"));
}

static void ask(struct history_view *h)
{
    const char *labels[] = {_("leave it as it is"), _("go back to this version")};
    struct buf title;

    if (h->n == 0 || h->changes[h->list.sel].current)
        return;
    buf_init(&title, 0);
    ui_moment(h->ui, h->changes[h->list.sel].at_ms, false, &title);
    buf_addf(&title, "  %s", h->changes[h->list.sel].author);
    menu_open(h->ui, title.s, labels, COUNT(labels), revert, h);
    buf_release(&title);
}

static bool history_key(void *self, struct key k)
{
    struct history_view *h = self;

    ui_hush(h->ui);
    if (ui_act(&history_actions, h, k) || list_key(&h->list, k))
        return true;
    if (k.code == K_TAB || k.code == K_BACKTAB)
        return list_key(&h->list, (struct key){k.code == K_TAB ? K_DOWN : K_UP, 0, 0});
    if (k.code == K_ENTER && h->n)
        ask(h);
    else if (k.code == K_ENTER)
        back(h);
    return true;
}

static void history_mouse(void *self, struct mouse m)
{
    struct history_view *h = self;
    size_t before = h->list.sel;

    if (list_mouse(&h->list, m) && h->list.sel == before)
        ask(h);
}

static void history_close(void *self)
{
    struct history_view *h = self;

    app_changes_release(h->changes, h->n);
    free(h);
}

static const struct view_ops history_ops = {.draw = history_draw,
        .key = history_key,
        .mouse = history_mouse,
        .close = history_close};

void history_open(
        struct ui *ui, const char *uid, void (*reverted)(void *ctx), void *ctx)
{
    struct history_view *h = xcalloc(1, sizeof *h);
    struct err err = {0};

    h->ui = ui;
    h->reverted = reverted;
    h->ctx = ctx;
    memcpy(h->uid, uid, strnlen(uid, sizeof h->uid - 1));
    list_init(&h->list, &change_rows, h);
    h->list.focused = true;
    if (load(h, &err) < 0) {
        ui_say_err(ui, &err);
        history_close(h);
    } else {
        ui_push(ui, &history_ops, h);
    }
}
