/* An agenda of others: what is in it is read over before it becomes drafts. */
#include <stdlib.h>
#include <string.h>

#include "odus/app/import.h"
#include "odus/base/mem.h"
#include "background.h"
#include "dialogue.h"

enum { SHOWN = 200, WIDE = 100 };

struct import_view {
    struct ui *ui;
    char *file;
    struct foreign_wish wish;
    struct foreign *foreign;
    struct background work;
    bool writing;       /* what runs, or ran last */
    struct buf reports; /* of this reading, the first SHOWN */
    struct buf text;    /* all that is shown */
    struct err err;     /* of the store */
    int top, lines, page;
};

/* --- what is shown ---------------------------------------------------------------- */

static void told(void *ctx, const struct json *report)
{
    struct import_view *v = ctx;

    if (foreign_state(v->foreign)->count <= SHOWN)
        foreign_words(v->foreign, report, i18n_text, &v->reports);
}

static void fill(struct import_view *v)
{
    const struct foreign_state *st = foreign_state(v->foreign);
    const struct err *err = v->err.id ? &v->err : &st->err;

    buf_clear(&v->text);
    if (err->id) {
        ui_add_err(err, &v->text);
        buf_adds(&v->text, "\n");
    }
    if (v->writing && !v->work.worker && st->ended)
        buf_addf(&v->text, "%s\n\n",
                _("They are drafts now: read them over and complete them."));
    foreign_summary(v->foreign, i18n_text, &v->text);
    buf_addf(&v->text, "\n%s", v->reports.s);
    if (st->count > SHOWN)
        buf_addf(&v->text,
                ngettext("… and %ld more", "… and %ld more",
                        (unsigned long)(st->count - SHOWN)),
                (long)(st->count - SHOWN));
}

static bool may_take(const struct import_view *v)
{
    const struct foreign_state *st = foreign_state(v->foreign);

    return !v->work.worker && !v->writing && st->ended && st->taken > 0;
}

static const char *hint(const struct import_view *v)
{
    if (v->work.worker)
        return v->writing ? _("writing · Esc: stop, what is written stays")
                          : _("reading · Esc: stop");
    if (may_take(v))
        return _("Enter: make drafts of them · Esc: leave without");
    return _("Esc: back");
}

/* --- a reading -------------------------------------------------------------------- */

static void hear(void *ctx, const struct json *event)
{
    struct import_view *v = ctx;

    if (!v->err.id && foreign_event(v->foreign, event, &v->err) < 0)
        worker_stop(v->work.worker);
}

static void ended(void *ctx)
{
    struct import_view *v = ctx;

    if (!v->err.id && foreign_finish(v->foreign, &v->err) < 0)
        loop_stale(v->ui->loop);
}

static int start(struct import_view *v, bool write, struct err *err)
{
    struct worker *worker;
    int rc = foreign_start(v->foreign, write, &worker, err);

    if (rc == 0)
        rc = background_start(&v->work, worker, err);
    if (rc < 0)
        return rc;
    v->writing = write;
    v->top = 0;
    buf_clear(&v->reports);
    return 0;
}

/* --- keys and screen -------------------------------------------------------------- */

static void back(void *self)
{
    struct import_view *v = self;

    if (v->work.worker)
        worker_stop(v->work.worker);
    else
        loop_pop(v->ui->loop);
}

static void mouse_switch(void *self)
{
    mouse_toggle(((struct import_view *)self)->ui);
}

static const struct action rows[] = {
        {CMD_BACK, back, N_("back")},
        {CMD_MOUSE, mouse_switch, NULL},
};

static const struct actions actions = {IN_TEXT, rows, COUNT(rows)};

static void take(struct import_view *v)
{
    struct err err = {0};

    if (may_take(v) && start(v, true, &err) < 0)
        ui_say_err(v->ui, &err);
}

static void scroll_to(struct import_view *v, int top)
{
    int last = v->lines - v->page;

    v->top = top > last ? last : top;
    if (v->top < 0)
        v->top = 0;
}

static void draw(void *self, struct rect area)
{
    struct import_view *v = self;
    int wide = area.cols - 2 < WIDE ? area.cols - 2 : WIDE;
    struct view rest;

    fill(v);
    rest = buf_view(&v->text);
    v->page = area.rows - 3;
    v->lines = ui_wrapped(rest, wide);
    scroll_to(v, v->top);
    ui_title_bar(v->ui, area.cols, v->file, "");
    for (int i = 0; i < v->lines && i < v->top + v->page; i++) {
        struct view line = ui_wrap(&rest, wide);

        if (i >= v->top)
            ui_put(1 + i - v->top, 1, wide, STYLE_NORMAL, line);
    }
    ui_put_cut(area.rows - 2, 1, wide, STYLE_HINT, view_of(hint(v)));
    ui_key_bar(area.rows - 1, area.cols, &actions);
}

static bool key(void *self, struct key k)
{
    struct import_view *v = self;

    if (ui_act(&actions, v, k))
        return true;
    switch (k.code) {
    case K_UP: scroll_to(v, v->top - 1); break;
    case K_DOWN: scroll_to(v, v->top + 1); break;
    case K_PGUP: scroll_to(v, v->top - v->page); break;
    case K_PGDN: scroll_to(v, v->top + v->page); break;
    case K_HOME: scroll_to(v, 0); break;
    case K_END: scroll_to(v, v->lines); break;
    case K_ENTER: take(v); break;
    default: return false;
    }
    loop_stale(v->ui->loop);
    return true;
}

static void mouse(void *self, struct mouse m)
{
    struct import_view *v = self;

    if (m.action != MOUSE_PRESS)
        scroll_to(v, v->top + (m.action == MOUSE_WHEEL_UP ? -3 : 3));
}

static void close_view(void *self)
{
    struct import_view *v = self;

    if (v->work.worker) {
        background_end(&v->work);
        ended(v);
    }
    foreign_close(v->foreign);
    buf_release(&v->reports);
    buf_release(&v->text);
    free(v->file);
    free(v);
}

static const struct view_ops ops = {
        .draw = draw, .key = key, .mouse = mouse, .close = close_view};

static void file_given(void *ctx, const char *text)
{
    struct ui *ui = ctx;
    struct import_view *v;
    struct err err = {0};
    int rc;

    if (!*text)
        return;
    v = xcalloc(1, sizeof(*v));
    v->ui = ui;
    v->work = (struct background){.ui = ui, .event = hear, .ended = ended, .ctx = v};
    v->file = xstrdup(text);
    v->wish.file = v->file;
    buf_init(&v->reports, 0);
    buf_init(&v->text, 0);
    rc = foreign_open(ui->app, &v->wish, told, v, &v->foreign, &err);
    if (rc == 0)
        rc = start(v, false, &err);
    if (rc < 0) {
        ui_say_err(ui, &err);
        close_view(v);
    } else {
        ui_push(ui, &ops, v);
    }
}

void import_open(struct ui *ui)
{
    ask_open(ui, _("File to import: .ics, OpenAgenda, a page with events"), "",
            file_given, ui);
}
