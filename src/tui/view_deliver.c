/* Deliveries: those that have a name, one into any folder, and how it goes. */
#include <stdlib.h>
#include <string.h>

#include "odus/app/deliver.h"
#include "odus/base/mem.h"
#include "odus/tui/list.h"
#include "background.h"
#include "dialogue.h"

enum { COLS = 70, FOOT_ROWS = 3, ROWS_MAX = 14 };

struct deliver_view {
    struct ui *ui;
    struct deliver_profile *profiles;
    size_t n; /* the row after them: another folder */
    struct list list;
    char *folder; /* typed for the row after them; NULL */
    struct background work;
    struct deliver_state state;
};

/* --- a delivery ------------------------------------------------------------------- */

static void hear(void *ctx, const struct json *event)
{
    deliver_state_event(&((struct deliver_view *)ctx)->state, event);
}

static void start(struct deliver_view *v, const struct deliver_wish *wish)
{
    struct worker *worker;
    struct err err = {0};
    int rc = app_deliver(v->ui->app, wish, &worker, &err);

    if (rc == 0)
        rc = background_start(&v->work, worker, &err);
    if (rc < 0)
        ui_say_err(v->ui, &err);
    else
        deliver_state_release(&v->state);
}

static void formats_given(void *ctx, const char *text)
{
    struct deliver_view *v = ctx;

    start(v, &(struct deliver_wish){.out = v->folder, .more = text});
}

static void folder_given(void *ctx, const char *text)
{
    struct deliver_view *v = ctx;

    if (!*text)
        return;
    free(v->folder);
    v->folder = xstrdup(text);
    ask_open(v->ui, _("Formats (blank: all)"), "", formats_given, v);
}

/* --- commands --------------------------------------------------------------------- */

static void take(struct deliver_view *v)
{
    const struct deliver_profile *p =
            v->list.sel < v->n ? &v->profiles[v->list.sel] : NULL;

    if (v->work.worker) {
        ui_say(v->ui, STYLE_INFO, _("a delivery is under way; Esc stops it"));
    } else if (!p) {
        ask_open(v->ui, _("Folder to deliver into"), v->folder ? v->folder : "",
                folder_given, v);
    } else {
        start(v, &(struct deliver_wish){.out = p->folder,
                         .more = p->formats,
                         .query = p->query,
                         .base = p->base,
                         .title = p->title});
    }
}

/* What the selected delivery would leave out; the row after them: all of it. */
static void check(struct deliver_view *v)
{
    const struct deliver_profile *p =
            v->list.sel < v->n ? &v->profiles[v->list.sel] : NULL;

    readiness_open_query(v->ui, p ? p->name : _("all records"), p ? p->formats : NULL,
            p ? p->query : NULL);
}

/* The first one stops what runs: nothing has changed then. */
static void back(struct deliver_view *v)
{
    if (v->work.worker)
        worker_stop(v->work.worker);
    else
        loop_pop(v->ui->loop);
}

/* --- the screen ------------------------------------------------------------------- */

static size_t count(void *ctx)
{
    return ((struct deliver_view *)ctx)->n + 1;
}

static void draw_row(void *ctx, size_t i, struct rect r, bool selected)
{
    struct deliver_view *v = ctx;
    enum style style = ui_row(r, selected);
    struct buf text;

    buf_init(&text, 0);
    if (i < v->n)
        buf_addf(&text, "%s → %s", v->profiles[i].name,
                v->profiles[i].folder ? v->profiles[i].folder : "?");
    else
        buf_adds(&text, _("another folder…"));
    ui_put_cut(r.row, r.col + 2, r.cols - 2, style, buf_view(&text));
    buf_release(&text);
}

static const struct list_ops list_rows = {.count = count, .draw = draw_row};

static void add_summary(const struct deliver_state *s, struct buf *out)
{
    buf_addf(out, _("%1$ld records in %2$ld files: %3$ld written, %4$ld removed"),
            (long)s->records, (long)s->files, (long)s->written, (long)s->gone);
    if (s->refused + s->missing + s->cut)
        buf_addf(out, _(" · %1$ld missing or cut"),
                (long)(s->refused + s->missing + s->cut));
}

/* How it goes, or went. */
static enum style add_state(const struct deliver_view *v, struct buf *out)
{
    const struct deliver_state *s = &v->state;

    if (v->work.worker) {
        buf_adds(out, _("delivering"));
        if (s->total > 0)
            buf_addf(out, _(" %1$ld of %2$ld"), (long)s->done, (long)s->total);
        return STYLE_INFO;
    }
    if (s->err.id) {
        ui_add_err(&s->err, out);
        return STYLE_ERROR;
    }
    if (s->ended)
        add_summary(s, out);
    return STYLE_OK;
}

static void draw(void *self, struct rect area)
{
    struct deliver_view *v = self;
    int rows = (int)(v->n < ROWS_MAX ? v->n : ROWS_MAX) + 1;
    struct rect in =
            ui_frame(ui_centre(area, rows + FOOT_ROWS + 2, COLS), _("Deliver"));
    enum style style;
    struct view rest;
    struct buf text;

    list_draw(&v->list, (struct rect){in.row, in.col, in.rows - FOOT_ROWS, in.cols});
    buf_init(&text, 0);
    style = add_state(v, &text);
    rest = buf_view(&text);
    for (int i = FOOT_ROWS; i > 1; i--)
        ui_put_fill(
                in.row + in.rows - i, in.col, in.cols, style, ui_wrap(&rest, in.cols));
    ui_put_cut(in.row + in.rows - 1, in.col, in.cols, STYLE_HINT,
            view_of(v->work.worker
                            ? _("Esc: stop")
                            : _("Enter: deliver · F12: what is missing · Esc: back")));
    buf_release(&text);
}

static bool key(void *self, struct key k)
{
    struct deliver_view *v = self;

    if (k.code == K_ESC)
        back(v);
    else if (k.code == K_ENTER)
        take(v);
    else if (k.code == K_F12)
        check(v);
    else
        return list_key(&v->list, k);
    return true;
}

static void mouse(void *self, struct mouse m)
{
    struct deliver_view *v = self;

    if (list_mouse(&v->list, m))
        take(v);
}

static void close_view(void *self)
{
    struct deliver_view *v = self;

    background_end(&v->work);
    deliver_state_release(&v->state);
    app_deliver_profiles_free(v->profiles, v->n);
    free(v->folder);
    free(v);
}

static const struct view_ops ops = {
        .popup = true, .draw = draw, .key = key, .mouse = mouse, .close = close_view};

void deliver_open(struct ui *ui)
{
    struct deliver_view *v = xcalloc(1, sizeof(*v));
    struct err err = {0};

    v->ui = ui;
    v->work = (struct background){.ui = ui, .event = hear, .ctx = v};
    if (app_deliver_profiles(ui->app, &v->profiles, &v->n, &err) < 0) {
        ui_say_err(ui, &err);
        free(v);
        return;
    }
    list_init(&v->list, &list_rows, v);
    v->list.focused = true;
    ui_push(ui, &ops, v);
}
