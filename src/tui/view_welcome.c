#include <stdlib.h>

#include "odus/app/records.h"
#include "odus/base/mem.h"
#include "odus/tui/line.h"
#include "dialogue.h"

enum { WELCOME_ROWS = 12, WELCOME_COLS = 66, NAME_MAX_CHARS = 80, QUESTIONS = 2 };

/** Who types: two questions, each may stay blank. */
struct welcome {
    struct ui *ui;
    struct edit *edits[QUESTIONS];
    struct line lines[QUESTIONS];
    struct rect areas[QUESTIONS];
    int focus;
};

static void welcome_draw(void *self, struct rect area)
{
    static const char *const labels[QUESTIONS] = {
            N_("Your name"), N_("Your organisation")};
    struct welcome *w = self;
    struct rect in =
            ui_frame(ui_centre(area, WELCOME_ROWS, WELCOME_COLS), _("Welcome to OduS"));
    struct view text =
            view_of(_("Records are signed with your name, so that others know "
                      "whom to ask. Everything stays on this computer."));
    int row = in.row;

    while (text.n && row < in.row + in.rows - 5)
        ui_put(row++, in.col, in.cols, STYLE_NORMAL, ui_wrap(&text, in.cols));
    for (int i = 0; i < QUESTIONS; i++) {
        int used;

        row += in.rows > 8;
        used = ui_put(row, in.col, 20, STYLE_LABEL, view_of(gettext(labels[i])));
        used = used < 20 ? 20 : used;
        w->areas[i] = (struct rect){row++, in.col + used, 1, in.cols - used};
        line_draw(&w->lines[i], w->areas[i], w->focus == i);
    }
    ui_put_cut(in.row + in.rows - 1, in.col, in.cols, STYLE_HINT,
            view_of(_("Enter: go on · Esc: skip; this can be changed later")));
}

static void samples_chosen(void *ctx, size_t i)
{
    struct ui *ui = ctx;
    struct err err = {0};
    int n;

    if (i != 1)
        return;
    n = app_samples_add(ui->app, &err);
    if (n < 0)
        ui_say_err(ui, &err);
    else
        ui_say(ui, STYLE_OK,
                _("the samples are there; odus sample remove takes them away"));
}

/** Only into a store that was made just now. */
static void offer_samples(struct ui *ui)
{
    const char *labels[] = {
            _("begin with an empty agenda"), _("a sample season, to try things out")};

    if (app_store_created(ui->app) && !app_read_only(ui->app))
        menu_open(ui, _("To begin with"), labels, COUNT(labels), samples_chosen, ui);
}

static void keep(struct welcome *w, bool skip)
{
    bool first = app_first_start(w->ui->app);
    char *name =
            skip ? xstrdup(app_user(w->ui->app)) : view_dup(edit_text(w->edits[0]));
    char *org = skip ? xstrdup(app_organisation(w->ui->app))
                     : view_dup(edit_text(w->edits[1]));
    struct err err = {0};

    if ((!skip || first) && app_set_user(w->ui->app, name, org, &err) < 0)
        ui_say_err(w->ui, &err);
    free(name);
    free(org);
    loop_pop(w->ui->loop);
    if (first && !skip)
        offer_samples(w->ui);
}

static bool welcome_key(void *self, struct key k)
{
    struct welcome *w = self;
    enum edit_result what;

    switch (k.code) {
    case K_ESC: keep(w, true); break;
    case K_ENTER:
        if (w->focus == QUESTIONS - 1)
            keep(w, false);
        else
            w->focus++;
        break;
    case K_TAB:
    case K_DOWN: w->focus = (w->focus + 1) % QUESTIONS; break;
    case K_BACKTAB:
    case K_UP: w->focus = (w->focus + QUESTIONS - 1) % QUESTIONS; break;
    default: line_key(&w->lines[w->focus], k, &what); break;
    }
    return true;
}

static void welcome_paste(void *self, struct view text, bool cut)
{
    struct welcome *w = self;

    (void)cut;
    edit_paste(w->edits[w->focus], text);
}

static void welcome_mouse(void *self, struct mouse m)
{
    struct welcome *w = self;

    for (int i = 0; i < QUESTIONS; i++)
        if (m.action == MOUSE_PRESS && ui_inside(w->areas[i], m))
            w->focus = i;
}

static void welcome_close(void *self)
{
    struct welcome *w = self;

    for (int i = 0; i < QUESTIONS; i++)
        edit_free(w->edits[i]);
    free(w);
}

static const struct view_ops welcome_ops = {.popup = true,
        .draw = welcome_draw,
        .key = welcome_key,
        .paste = welcome_paste,
        .mouse = welcome_mouse,
        .close = welcome_close};

void welcome_open(struct ui *ui)
{
    struct welcome *w = xcalloc(1, sizeof *w);
    const char *const now[QUESTIONS] = {app_user(ui->app), app_organisation(ui->app)};

    w->ui = ui;
    for (int i = 0; i < QUESTIONS; i++) {
        w->edits[i] = edit_new(NAME_MAX_CHARS, false);
        edit_set(w->edits[i], view_of(now[i]));
        line_init(&w->lines[i], w->edits[i]);
    }
    ui_push(ui, &welcome_ops, w);
}
