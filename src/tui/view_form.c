#include <stdlib.h>

#include "odus/base/mem.h"
#include "form_view.h"

enum { IDLE_MS = 500 };

enum { TRY_AGAIN, STAY, LEAVE };

static void leave(void *ctx, size_t i)
{
    struct form_view *f = ctx;
    struct err err = {0};

    if (i == LEAVE || (i == TRY_AGAIN && entry_save(f->en, &err) == 0))
        loop_pop(f->ui->loop);
    else if (i == TRY_AGAIN)
        ui_say_err(f->ui, &err);
}

/** Leaving loses nothing and asks nothing, unless the disk takes nothing (P38). */
static void ask_to_leave(struct form_view *f)
{
    const char *labels[] = {[TRY_AGAIN] = _("try again"),
            [STAY] = _("stay here"),
            [LEAVE] = _("leave, and lose it")};

    menu_open(f->ui, _("What you typed last is not saved"), labels, COUNT(labels),
            leave, f);
}

/** Popup, field, row, agenda: Esc leads one step back, at once. */
static void back(void *self)
{
    struct form_view *f = self;

    if (form_row_close(f))
        return;
    form_commit(f);
    if (entry_save(f->en, NULL) == 0)
        loop_pop(f->ui->loop);
    else
        ask_to_leave(f);
}

static void next(void *self)
{
    form_step(self, 1, true);
}

static void previous(void *self)
{
    form_step(self, -1, true);
}

static void next_section(void *self)
{
    form_step_section(self, 1);
}

static void previous_section(void *self)
{
    form_step_section(self, -1);
}

static void toggle(struct form_view *f, bool *what)
{
    form_commit(f);
    *what = !*what;
    form_relayout(f);
    form_load(f);
}

static void languages(void *self)
{
    toggle(self, &((struct form_view *)self)->languages);
}

static void technical(void *self)
{
    toggle(self, &((struct form_view *)self)->technical);
}

static void review(void *self)
{
    form_commit(self);
    review_open(self);
}

/** Without a draft there is nothing of ours to merge: the form shows what is there now.
 */
static bool catch_up(struct form_view *f)
{
    struct err err = {0};
    int rc;

    form_unload(f);
    rc = entry_catch_up(f->en, &err);
    if (rc < 0)
        ui_say_err(f->ui, &err);
    form_relayout(f);
    form_load(f);
    return rc == 0;
}

static void reverted(void *ctx)
{
    catch_up(ctx);
}

static void newest(void *self)
{
    struct form_view *f = self;

    form_commit(f);
    if (!f->st.moved_on)
        ui_say(f->ui, STYLE_INFO, _("this is the newest there is"));
    else if (!catch_up(f))
        return;
    else if (f->st.conflicts > 0)
        ui_say(f->ui, STYLE_WARNING,
                _("brought in; where both changed the same, you decide: F10"));
    else
        ui_say(f->ui, STYLE_OK, _("brought in: what others changed and what you did"));
}

static void history(void *self)
{
    struct form_view *f = self;

    form_commit(f);
    history_open(f->ui, entry_uid(f->en), reverted, f);
}

static void readiness(void *self)
{
    struct form_view *f = self;

    form_commit(f);
    form_look(f);
    readiness_open(f->ui, entry_uid(f->en), f->st.title, f);
}

static void palette(void *self)
{
    struct form_view *f = self;

    form_commit(f);
    palette_open(f->ui, &form_actions, f);
}

static void help(void *self)
{
    form_guidance(self);
}

static void all_keys(void *self)
{
    help_open(((struct form_view *)self)->ui, &form_actions);
}

static void mouse_switch(void *self)
{
    mouse_toggle(((struct form_view *)self)->ui);
}

static const struct action rows[] = {
        {CMD_NEXT, next, N_("next")},
        {CMD_PALETTE, palette, N_("commands")},
        {CMD_COMPLETE, form_complete, N_("complete it")},
        {CMD_PROBLEMS, form_problems, N_("problems")},
        {CMD_BACK, back, N_("back")},
        {CMD_HELP, help, N_("help")},
        {CMD_REVIEW, review, N_("review")},
        {CMD_UNDO, form_undo, N_("undo")},
        {CMD_PREVIOUS, previous, NULL},
        {CMD_NEXT_SECTION, next_section, N_("next section")},
        {CMD_PREVIOUS_SECTION, previous_section, NULL},
        {CMD_CHOOSE, form_choose, N_("choices")},
        {CMD_CREATE_HERE, form_create_here, N_("create")},
        {CMD_REDO, form_redo, NULL},
        {CMD_ADD_ROW, form_add_row, N_("new row")},
        {CMD_DELETE_ROW, form_delete_row, N_("delete")},
        {CMD_SEANCE, form_seance, N_("performance")},
        {CMD_CANCEL, form_cancel, NULL},
        {CMD_POSTPONE, form_postpone, NULL},
        {CMD_SOLD_OUT, form_sold_out, NULL},
        {CMD_RESTORE, form_restore, NULL},
        {CMD_NEXT_PROBLEM, form_next_problem, NULL},
        {CMD_PREVIOUS_PROBLEM, form_previous_problem, NULL},
        {CMD_ACCEPT, form_accept, NULL},
        {CMD_FIX, form_fix, NULL},
        {CMD_NEWEST, newest, NULL},
        {CMD_CONFLICTS, form_conflicts, NULL},
        {CMD_WHY, form_why, NULL},
        {CMD_PROPOSE, form_propose, NULL},
        {CMD_LANGUAGES, languages, NULL},
        {CMD_TECHNICAL, technical, NULL},
        {CMD_HISTORY, history, NULL},
        {CMD_READINESS, readiness, NULL},
        {CMD_MOVE_VERSION, form_move_version, NULL},
        {CMD_MOUSE, mouse_switch, NULL},
        {CMD_KEYS, all_keys, NULL},
};

const struct actions form_actions = {IN_FORM, rows, COUNT(rows)};

/** Enter on what is not typed into: rows open, places to add open a row. */
static bool enter(struct form_view *f)
{
    const struct entry_line *line = form_line(f);

    if (line && line->kind == ENTRY_ROW)
        form_row_enter(f);
    else if (line && line->kind == ENTRY_ADD && !f->edit)
        form_add_row(f);
    else if (line && line->kind == ENTRY_ADD && edit_text(f->edit).n)
        form_commit(f);
    else
        form_step(f, 1, true);
    return true;
}

static bool move_key(struct form_view *f, struct key k)
{
    if (k.mods)
        return false;
    switch (k.code) {
    case K_ENTER: return enter(f);
    case K_DOWN: form_step(f, 1, false); return true;
    case K_UP: form_step(f, -1, false); return true;
    default: return false;
    }
}

static bool form_key(void *self, struct key k)
{
    struct form_view *f = self;

    ui_hush(f->ui);
    f->wheel = false;
    if (!key_is_text(k) && ui_act(&form_actions, f, k))
        return true;
    if (form_choice_key(f, k) || form_typing_key(f, k) || move_key(f, k))
        return true;
    if (key_is_text(k) && !f->edit)
        return ui_act(&form_actions, f, k);
    return false;
}

static void form_paste(void *self, struct view text, bool cut)
{
    struct form_view *f = self;

    ui_hush(f->ui);
    if (!f->edit) {
        ui_say(f->ui, STYLE_INFO, _("there is nothing here to paste into"));
        return;
    }
    if (edit_paste(f->edit, text) == EDIT_CUT || cut)
        ui_say(f->ui, STYLE_WARNING,
                _("the pasted text was too long: its end is missing"));
    form_typed(f);
}

static void form_wheel(struct form_view *f, int step)
{
    f->wheel = true;
    f->first += step;
}

static void press_tab(struct form_view *f, int col)
{
    for (int i = 0; i < f->ntabs; i++)
        if (col >= f->tabs[i].col && col < f->tabs[i].col + f->tabs[i].cols) {
            form_go_section(f, f->tabs[i].section);
            return;
        }
}

static void form_mouse(void *self, struct mouse m)
{
    struct form_view *f = self;
    int i = form_line_at(f, m.row);

    if (m.action != MOUSE_PRESS) {
        form_wheel(f, m.action == MOUSE_WHEEL_UP ? -3 : 3);
        return;
    }
    ui_hush(f->ui);
    if (m.row == FORM_TABS_ROW)
        press_tab(f, m.col);
    if (i < 0)
        return;
    if ((size_t)i != f->at)
        form_focus_line(f, (size_t)i);
    else if (f->edit && ui_inside(f->edit_area, m))
        line_mouse(&f->line, f->edit_area, m.row, m.col);
    else if (f->lines[i].kind == ENTRY_ROW)
        form_row_enter(f);
    else
        form_choice_key(f, (struct key){K_CHAR, ' ', 0});
}

/** Others may have written: a newer revision, a linked record. */
static void form_tick(void *self)
{
    struct form_view *f = self;

    if (loop_quiet_ms(f->ui->loop) >= IDLE_MS)
        entry_idle(f->en);
    if (f->read_only && !app_read_only(f->ui->app)) {
        form_relayout(f);
        form_load(f);
        ui_say(f->ui, STYLE_OK, _("there is room again: changes can be saved"));
    }
    form_look(f);
    loop_stale(f->ui->loop);
}

static void form_close(void *self)
{
    struct form_view *f = self;
    int32_t day = entry_day(f->en);

    form_unload(f);
    entry_save(f->en, NULL);
    entry_close(f->en);
    form_free_creation(f);
    buf_release(&f->echo);
    free(f->accept_rule);
    free(f->loaded);
    free(f->lines);
    free(f->spots);
    if (f->closed)
        f->closed(f->ctx, day);
    free(f);
}

static const struct view_ops form_ops = {.draw = form_draw,
        .key = form_key,
        .paste = form_paste,
        .mouse = form_mouse,
        .tick = form_tick,
        .close = form_close};

struct form_view *form_open(
        struct ui *ui, struct entry *take_en, form_closed_fn *closed, void *ctx)
{
    struct form_view *f = xcalloc(1, sizeof *f);

    f->ui = ui;
    f->en = take_en;
    f->closed = closed;
    f->ctx = ctx;
    f->focus = (struct place){.kind = ENTRY_SECTION, .section = -1};
    buf_init(&f->echo, 0);
    form_relayout(f);
    form_load(f);
    if (!ui_push(ui, &form_ops, f))
        return NULL;
    form_resume(f);
    return f;
}
