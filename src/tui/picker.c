/* Choices of a field, in a list beside it, searched as one types. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "odus/tui/line.h"
#include "odus/tui/list.h"
#include "dialogue.h"

enum { PICKER_LIMIT = 200, PICKER_ROWS = 12, PICKER_COLS = 68, WORDS_MAX = 200 };

struct picker {
    struct ui *ui;
    struct picker_call call;
    struct edit *edit;
    struct line line;
    struct list list;
    struct entry_choice found[PICKER_LIMIT];
    size_t n;
    bool several, creates;
};

/** The last row offers to create what is not there. */
static bool offers_creation(const struct picker *p)
{
    return p->creates && view_trim(edit_text(p->edit)).n > 0;
}

static size_t row_count(void *ctx)
{
    struct picker *p = ctx;

    return p->n + offers_creation(p);
}

static void draw_creation(const struct picker *p, struct rect r, enum style style)
{
    char *words = view_dup(view_trim(edit_text(p->edit)));
    const char *arg = words;
    struct buf text;

    buf_init(&text, 0);
    buf_adds(&text, "+ ");
    err_expand(_("create “%1$s” here"), &arg, 1, &text);
    ui_put_cut(r.row, r.col + 1, r.cols - 1, style, buf_view(&text));
    buf_release(&text);
    free(words);
}

static void row_draw(void *ctx, size_t i, struct rect r, bool selected)
{
    struct picker *p = ctx;
    enum style style = ui_row(r, selected);
    const struct entry_choice *c = &p->found[i];
    int col = r.col + 3, end = r.col + r.cols;

    if (i >= p->n) {
        draw_creation(p, r, style);
        return;
    }
    if (c->chosen)
        ui_put(r.row, r.col + 1, 1, style, VIEW_LIT("✓"));
    col += ui_put_cut(r.row, col, end - col, style, view_of(c->label)) + 2;
    if (c->draft)
        col += ui_put_cut(r.row, col, end - col, style, view_of(_("✎ draft"))) + 2;
    if (c->detail && end - col > 6)
        ui_put_cut(r.row, col, end - col, selected ? style : STYLE_DIM,
                view_of(c->detail));
}

static const struct list_ops picker_rows = {.count = row_count, .draw = row_draw};

static void search(struct picker *p)
{
    char *words = view_dup(edit_text(p->edit));
    struct err err = {0};
    int n;

    entry_choices_release(p->found, p->n);
    n = entry_choices(p->call.entry, p->call.at, words, p->found, PICKER_LIMIT, &err);
    p->n = n > 0 ? (size_t)n : 0;
    if (n < 0)
        ui_say_err(p->ui, &err);
    free(words);
}

/** With nothing typed the choice made before is the one to begin from. */
static void select_first(struct picker *p)
{
    size_t sel = 0;

    for (size_t i = 0; i < p->n && edit_text(p->edit).n == 0 && !p->several; i++)
        if (p->found[i].chosen)
            sel = i;
    list_select(&p->list, sel);
}

static struct rect place(const struct picker *p, struct rect area)
{
    int rows = PICKER_ROWS, cols = PICKER_COLS, col = p->call.field->col - 2;
    int under = area.rows - 1 - (p->call.field->row + 1), over = p->call.field->row - 1;
    int room = under >= rows || under >= over ? under : over;

    if (rows > room)
        rows = room;
    if (rows < 5)
        return ui_centre(area, PICKER_ROWS, PICKER_COLS);
    if (cols > area.cols)
        cols = area.cols;
    if (col + cols > area.cols)
        col = area.cols - cols;
    if (col < 0)
        col = 0;
    return (struct rect){
            room == under ? p->call.field->row + 1 : p->call.field->row - rows, col,
            rows, cols};
}

static void picker_draw(void *self, struct rect area)
{
    struct picker *p = self;
    struct rect in = ui_frame(place(p, area), entry_label(p->call.entry, p->call.at));
    const char *hint = p->several ? _("Enter: add or remove · Tab: done")
                                  : _("Enter: take · Esc: leave as it is");

    list_draw(&p->list, (struct rect){in.row + 1, in.col, in.rows - 2, in.cols});
    if (row_count(p) == 0)
        ui_put_cut(in.row + 1, in.col, in.cols, STYLE_WARNING,
                view_of(_("nothing is called that")));
    ui_put_cut(in.row + in.rows - 1, in.col, in.cols, STYLE_HINT, view_of(hint));
    if (p->n == PICKER_LIMIT)
        ui_put_right(in.row + in.rows - 1, in.col, in.cols, STYLE_HINT,
                view_of(_("type more to see the others")));
    line_draw(&p->line, (struct rect){in.row, in.col, 1, in.cols}, true);
}

static void finish(struct picker *p, enum picked how)
{
    char *text = view_dup(view_trim(edit_text(p->edit)));

    loop_pop(p->ui->loop);
    p->call.done(p->call.ctx, how, text);
    free(text);
}

static void words_changed(struct picker *p)
{
    search(p);
    select_first(p);
    p->call.typing(p->call.ctx, edit_text(p->edit));
}

static void take(struct picker *p)
{
    size_t i = p->list.sel;
    struct err err = {0};

    if (row_count(p) == 0)
        return;
    if (i >= p->n) {
        finish(p, PICKED_CREATE);
        return;
    }
    if (!p->several && p->found[i].chosen) {
        finish(p, PICKED_CHOICE);
        return;
    }
    if (entry_choose(p->call.entry, p->call.at, p->found[i].id, &err) < 0) {
        ui_say_err(p->ui, &err);
    } else if (!p->several) {
        finish(p, PICKED_CHOICE);
    } else if (edit_text(p->edit).n) {
        edit_set(p->edit, (struct view){0});
        words_changed(p);
    } else {
        search(p);
    }
}

static bool picker_key(void *self, struct key k)
{
    struct picker *p = self;
    enum edit_result what = EDIT_NONE;

    if (k.code == K_ESC)
        finish(p, PICKED_NOTHING);
    else if (k.code == K_ENTER)
        take(p);
    else if (k.code == K_TAB && p->several)
        finish(p, PICKED_CHOICE);
    else if (k.code == K_TAB && p->n > 0)
        take(p);
    else if (k.code == K_TAB) /* moving on is always free */
        finish(p, edit_text(p->edit).n ? PICKED_TYPED : PICKED_CHOICE);
    else if (k.code == K_F1 + 1 && p->creates)
        finish(p, PICKED_CREATE);
    else if (k.code == K_F1 + 9)
        finish(p, PICKED_COMPLETE);
    else if (k.code == K_CHAR && k.cp == ' ' && p->several && !edit_text(p->edit).n)
        take(p);
    else if (k.code == K_HOME || k.code == K_END || !list_key(&p->list, k))
        line_key(&p->line, k, &what);
    if (what >= EDIT_CHANGED)
        words_changed(p);
    return true;
}

static void picker_paste(void *self, struct view text, bool cut)
{
    struct picker *p = self;

    (void)cut;
    edit_paste(p->edit, text);
    words_changed(p);
}

static void picker_mouse(void *self, struct mouse m)
{
    struct picker *p = self;

    if (list_mouse(&p->list, m))
        take(p);
    else if (m.action == MOUSE_PRESS && !ui_inside(p->list.area, m))
        finish(p, PICKED_NOTHING);
}

static void picker_close(void *self)
{
    struct picker *p = self;

    entry_choices_release(p->found, p->n);
    edit_free(p->edit);
    free(p);
}

static const struct view_ops picker_ops = {.popup = true,
        .draw = picker_draw,
        .key = picker_key,
        .paste = picker_paste,
        .mouse = picker_mouse,
        .close = picker_close};

void picker_open(struct ui *ui, const struct picker_call *call)
{
    struct picker *p = xcalloc(1, sizeof *p);

    p->ui = ui;
    p->call = *call;
    p->several = entry_input(call->entry, call->at) == INPUT_CHOICES;
    p->creates = entry_targets(call->entry, call->at) != NULL;
    p->edit = edit_new(WORDS_MAX, false);
    edit_set(p->edit, view_of(call->words));
    line_init(&p->line, p->edit);
    list_init(&p->list, &picker_rows, p);
    search(p);
    select_first(p);
    ui_push(ui, &picker_ops, p);
}
