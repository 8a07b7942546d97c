/* What others have changed since the last look, the own organisation's first. */
#include <stdlib.h>
#include <string.h>

#include "form_view.h"
#include "odus/base/mem.h"
#include "odus/tui/list.h"
#include "session.h"

enum { KIND_COLS = 12 };

struct news_view {
    struct ui *ui;
    struct sync_news *news;
    size_t n;
    int64_t since_ms, until_ms; /* until: of the last one shown */
    size_t nown;                /* the first of them */
    struct list list;
};

/** Rows: a heading over the own ones, one over the others. */
static size_t headings(const struct news_view *v)
{
    return (v->nown > 0) + (v->nown < v->n);
}

/** The place in `news` of row I, or -1 for a heading. */
static int news_at(const struct news_view *v, size_t i)
{
    if (i == 0)
        return -1;
    if (v->nown == 0 || i <= v->nown)
        return (int)i - 1;
    return i == v->nown + 1 ? -1 : (int)i - 2;
}

static size_t row_count(void *ctx)
{
    struct news_view *v = ctx;

    return v->n + headings(v);
}

static bool row_heading(void *ctx, size_t i)
{
    return news_at(ctx, i) < 0;
}

static struct status_word kind_of(const struct sync_news *one)
{
    if (one->removed)
        return (struct status_word){_("− deleted"), STYLE_WARNING};
    if (one->is_new)
        return (struct status_word){_("+ new"), STYLE_OK};
    return (struct status_word){_("~ changed"), STYLE_INFO};
}

static void add_title(struct news_view *v, const struct sync_news *one, struct buf *out)
{
    buf_adds(out, one->title && *one->title ? one->title : _("untitled"));
    if (one->type && *one->type)
        buf_addf(out, " · %s", app_type_label(v->ui->app, one->type));
}

static void add_who(struct news_view *v, const struct sync_news *one, struct buf *out)
{
    if (one->author && *one->author)
        buf_addf(out, "%s, ", one->author);
    ui_moment(v->ui, one->at_ms, false, out);
}

static void draw_news(
        struct news_view *v, const struct sync_news *one, struct rect r, bool selected)
{
    enum style style = ui_row(r, selected);
    struct status_word kind = kind_of(one);
    int room = r.cols - KIND_COLS - 4, wide = r.cols < UI_NARROW ? room : room * 3 / 5;
    struct buf text;

    buf_init(&text, 0);
    ui_put_cut(r.row, r.col + 2, KIND_COLS - 1, selected ? style : kind.style,
            view_of(kind.text));
    add_title(v, one, &text);
    ui_put_cut(r.row, r.col + 2 + KIND_COLS, wide, style, buf_view(&text));
    buf_clear(&text);
    add_who(v, one, &text);
    if (room > wide)
        ui_put_right(r.row, r.col + 3 + KIND_COLS + wide, room - wide, style,
                buf_view(&text));
    buf_release(&text);
}

static void draw_row(void *ctx, size_t i, struct rect r, bool selected)
{
    struct news_view *v = ctx;
    int at = news_at(v, i);

    if (at >= 0)
        draw_news(v, &v->news[at], r, selected);
    else if (i == 0 && v->nown > 0)
        ui_rule(r.row, r.col, r.cols, STYLE_HEADING,
                view_of(app_organisation(v->ui->app)));
    else
        ui_rule(r.row, r.col, r.cols, STYLE_HEADING,
                view_of(v->nown ? _("the others") : _("since the last look")));
}

static const struct list_ops list_rows = {
        .count = row_count, .draw = draw_row, .heading = row_heading};

static const struct sync_news *selected(struct news_view *v)
{
    int at = list_empty(&v->list) ? -1 : news_at(v, v->list.sel);

    return at >= 0 && (size_t)at < v->n ? &v->news[at] : NULL;
}

static void load(struct news_view *v)
{
    struct sync_news *news;
    struct err err = {0};
    size_t n;

    if (app_news(v->ui->app, v->since_ms, NEWS_MOST, &news, &n, &err) < 0) {
        ui_say_err(v->ui, &err);
        return;
    }
    app_news_free(v->news, v->n);
    v->news = news;
    v->n = n;
    v->nown = 0;
    while (v->nown < n && news[v->nown].own)
        v->nown++;
    for (size_t i = 0; i < n; i++)
        if (news[i].at_ms > v->until_ms)
            v->until_ms = news[i].at_ms;
    list_select(&v->list, v->list.sel);
}

/* --- its commands --- */

static void back(void *self)
{
    loop_pop(((struct news_view *)self)->ui->loop);
}

static void record_left(void *ctx, int32_t day)
{
    (void)day;
    load(ctx);
}

static void open_selected(void *self)
{
    struct news_view *v = self;
    const struct sync_news *one = selected(v);
    struct entry *en;
    struct err err = {0};

    if (!one)
        return;
    if (entry_open(v->ui->app, one->uid, &en, &err) < 0)
        ui_say_err(v->ui, &err);
    else
        form_open(v->ui, en, record_left, v);
}

static void reverted(void *ctx)
{
    load(ctx);
}

static void history(void *self)
{
    struct news_view *v = self;

    if (selected(v))
        history_open(v->ui, selected(v)->uid, reverted, v);
}

static void mouse_switch(void *self)
{
    mouse_toggle(((struct news_view *)self)->ui);
}

static void help(void *self);

static const struct action rows[] = {
        {CMD_OPEN, open_selected, N_("open")},
        {CMD_HISTORY, history, N_("history")},
        {CMD_BACK, back, N_("back")},
        {CMD_HELP, help, N_("help")},
        {CMD_MOUSE, mouse_switch, NULL},
};

static const struct actions news_actions = {IN_NEWS, rows, COUNT(rows)};

static void help(void *self)
{
    help_open(((struct news_view *)self)->ui, &news_actions);
}

/* --- its life --- */

static void draw_head(struct news_view *v, int cols)
{
    struct buf text, when;
    const char *arg;

    if (*v->ui->said) {
        ui_put_cut(1, 1, cols - 2, v->ui->said_style, view_of(v->ui->said));
        return;
    }
    buf_init(&text, 0);
    buf_init(&when, 0);
    ui_moment(v->ui, v->since_ms, false, &when);
    arg = when.s;
    if (v->since_ms)
        err_expand(_("since %1$s; leaving this screen marks them as seen"), &arg, 1,
                &text);
    else
        buf_adds(&text, _("leaving this screen marks them as seen"));
    ui_put_cut(1, 1, cols - 2, STYLE_HINT, buf_view(&text));
    buf_release(&when);
    buf_release(&text);
}

static void news_draw(void *self, struct rect area)
{
    struct news_view *v = self;

    ui_title_bar(v->ui, area.cols, _("What others have changed"), "");
    draw_head(v, area.cols);
    list_draw(&v->list, (struct rect){2, 0, area.rows - 3, area.cols});
    ui_key_bar(area.rows - 1, area.cols, &news_actions);
}

static bool news_key(void *self, struct key k)
{
    struct news_view *v = self;

    ui_hush(v->ui);
    if (ui_act(&news_actions, v, k) || list_key(&v->list, k))
        return true;
    if (k.code == K_TAB || k.code == K_BACKTAB)
        list_key(&v->list, (struct key){k.code == K_TAB ? K_DOWN : K_UP, 0, 0});
    return true;
}

static void news_mouse(void *self, struct mouse m)
{
    struct news_view *v = self;
    size_t before = v->list.sel;

    if (list_mouse(&v->list, m) && v->list.sel == before)
        open_selected(v);
}

static void news_close(void *self)
{
    struct news_view *v = self;

    session_news_seen(v->ui->session, v->until_ms);
    app_news_free(v->news, v->n);
    free(v);
}

static const struct view_ops news_ops = {
        .draw = news_draw, .key = news_key, .mouse = news_mouse, .close = news_close};

void news_open(struct ui *ui)
{
    struct news_view *v = xcalloc(1, sizeof *v);

    v->ui = ui;
    v->since_ms = app_news_since(ui->app);
    list_init(&v->list, &list_rows, v);
    v->list.focused = true;
    load(v);
    if (v->n == 0) {
        ui_say(ui, STYLE_INFO,
                _("nobody else has changed anything since the last look"));
        app_news_free(v->news, v->n);
        free(v);
    } else if (ui_push(ui, &news_ops, v)) {
        list_select(&v->list, 0);
    }
}
