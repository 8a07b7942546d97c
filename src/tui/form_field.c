/* Typing into a field: every key is journalled, the text is read when one moves on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "form_view.h"

enum { LINE_MAX_CHARS = 4000, WRAP_MIN = 100 };

static void set_text(char **slot, struct view text)
{
    free(*slot);
    *slot = view_dup(text);
}

const struct entry_pending *form_pending(
        const struct form_view *f, const struct entry_line *line)
{
    size_t n;
    const struct entry_pending *all = entry_pending(f->en, &n);

    if (!line || (line->kind != ENTRY_FIELD && line->kind != ENTRY_ADD))
        return NULL;
    for (size_t i = 0; i < n; i++)
        if (all[i].at.field == line->at.field && all[i].at.row == line->at.row &&
                all[i].at.lang == line->at.lang)
            return &all[i];
    return NULL;
}

/** What the editor edits; false where nothing is typed. */
static bool editor_for(
        struct form_view *f, const struct entry_line *line, bool *ret_memo)
{
    enum entry_input input;

    *ret_memo = false;
    if (line->kind == ENTRY_ADD)
        return entry_has_timing(f->en, line->table) && !app_read_only(f->ui->app);
    if (line->kind != ENTRY_FIELD)
        return false;
    input = entry_input(f->en, line->at);
    *ret_memo = input == INPUT_MEMO;
    return input == INPUT_LINE || input == INPUT_MEMO;
}

bool form_wraps(const struct form_view *f, const struct entry_line *line)
{
    const struct form_field *field;

    if (line->kind != ENTRY_FIELD)
        return false;
    field = &entry_form(f->en)->fields[line->at.field];
    return entry_input(f->en, line->at) == INPUT_MEMO ||
           (field->type == FORM_TEXT && field->has_max && field->max >= WRAP_MIN);
}

void form_load(struct form_view *f)
{
    const struct entry_line *line = form_line(f);
    const struct entry_pending *p = form_pending(f, line);
    struct buf text;
    bool memo;

    form_unload(f);
    f->read_only = app_read_only(f->ui->app);
    if (!line || !editor_for(f, line, &memo))
        return;
    buf_init(&text, 0);
    if (p)
        buf_adds(&text, p->typed);
    else if (line->kind == ENTRY_FIELD)
        entry_text(f->en, line->at, &text);
    f->edit = edit_new(memo ? 0 : LINE_MAX_CHARS, memo);
    if (form_wraps(f, line))
        edit_wrap(f->edit);
    edit_set(f->edit, buf_view(&text));
    line_init(&f->line, f->edit);
    set_text(&f->loaded, edit_text(f->edit));
    buf_release(&text);
}

void form_unload(struct form_view *f)
{
    edit_free(f->edit);
    f->edit = NULL;
    buf_clear(&f->echo);
}

static bool dirty(const struct form_view *f)
{
    return f->edit && !view_is(edit_text(f->edit), f->loaded);
}

static void add_timings(struct form_view *f)
{
    const struct entry_line *line = form_line(f);
    struct view text = edit_text(f->edit);
    struct err err = {0};
    char number[24];
    int n = 0;

    if (view_trim(text).n)
        n = entry_timing_add(f->en, line->table, text, &err);
    if (n < 0) {
        set_text(&f->loaded, text);
        ui_say_err(f->ui, &err);
        form_relayout(f);
        return;
    }
    if (n == 0)
        entry_forget(f->en, line->at);
    form_unload(f);
    if (n > 0) {
        snprintf(number, sizeof number, "%d", n);
        ui_say1(f->ui, STYLE_OK,
                ngettext("%1$s row added", "%1$s rows added", (unsigned long)n),
                number);
    }
    form_relayout(f);
    form_load(f);
}

void form_commit(struct form_view *f)
{
    const struct entry_line *line = form_line(f);
    struct err err = {0};
    struct view text;

    if (!dirty(f) || !line)
        return;
    if (line->kind == ENTRY_ADD) {
        add_timings(f);
        return;
    }
    text = edit_text(f->edit);
    if (entry_type(f->en, line->at, text, &err) < 0) {
        set_text(&f->loaded, text);
        ui_say_err(f->ui, &err);
        form_relayout(f);
        return;
    }
    form_unload(f);
    form_relayout(f);
    form_load(f);
}

/** Only where the typed text and its meaning may differ. */
static bool wants_echo(const struct form_field *field)
{
    switch (field->type) {
    case FORM_DATE:
    case FORM_TIME:
    case FORM_DATETIME:
    case FORM_DURATION:
    case FORM_MONEY:
    case FORM_DECIMAL:
    case FORM_INTEGER: return true;
    default: return false;
    }
}

static void echo_timings(struct form_view *f, const struct entry_line *line)
{
    struct buf dates;
    struct err err = {0};
    int n;

    buf_init(&dates, 0);
    n = entry_timing_echo(f->en, line->table, edit_text(f->edit), &dates, &err);
    f->echo_ok = n >= 0;
    if (n < 0)
        err_text(&err, ui_translate, &f->echo);
    else
        buf_addf(&f->echo,
                ngettext("= %d performance: ", "= %d performances: ", (unsigned long)n),
                n);
    buf_addv(&f->echo, buf_view(&dates));
    buf_release(&dates);
}

static void echo(struct form_view *f, const struct entry_line *line)
{
    struct err err = {0};

    buf_clear(&f->echo);
    if (view_trim(edit_text(f->edit)).n == 0)
        return;
    if (line->kind == ENTRY_ADD) {
        echo_timings(f, line);
        return;
    }
    if (!wants_echo(&entry_form(f->en)->fields[line->at.field]))
        return;
    buf_adds(&f->echo, "= ");
    f->echo_ok = entry_echo(f->en, line->at, edit_text(f->edit), &f->echo, &err);
    if (!f->echo_ok) {
        buf_clear(&f->echo);
        err_text(&err, ui_translate, &f->echo);
    }
}

void form_typed(struct form_view *f)
{
    const struct entry_line *line = form_line(f);

    if (!f->edit || !line)
        return;
    entry_typing(f->en, line->at, edit_text(f->edit));
    form_look(f);
    echo(f, line);
}

bool form_typing_key(struct form_view *f, struct key k)
{
    enum edit_result what = EDIT_NONE;
    bool used = f->edit && line_key(&f->line, k, &what);

    if (what >= EDIT_CHANGED)
        form_typed(f);
    if (what == EDIT_CUT)
        ui_say(f->ui, STYLE_WARNING, _("this field takes no more text"));
    return used;
}

/** Undo and redo begin inside the text being typed. */
static bool edit_step(struct form_view *f, enum edit_cmd cmd)
{
    if (!f->edit || edit_do(f->edit, cmd) != EDIT_CHANGED)
        return false;
    form_typed(f);
    return true;
}

void form_undo(void *self)
{
    struct form_view *f = self;
    struct rec_at at;

    if (edit_step(f, EDIT_UNDO))
        return;
    if (form_pending(f, form_line(f))) {
        entry_forget(f->en, form_line(f)->at);
        form_relayout(f);
        form_load(f);
        ui_say(f->ui, STYLE_INFO,
                _("what could not be read is gone; the value from "
                  "before is back"));
        return;
    }
    form_unload(f);
    if (!entry_undo(f->en, &at)) {
        ui_say(f->ui, STYLE_INFO, _("nothing to undo"));
        form_load(f);
        return;
    }
    form_goto(f, at);
    ui_say(f->ui, STYLE_INFO, _("undone; ^Y does it again"));
}

void form_redo(void *self)
{
    struct form_view *f = self;
    struct rec_at at;

    if (edit_step(f, EDIT_REDO))
        return;
    form_unload(f);
    if (!entry_redo(f->en, &at)) {
        ui_say(f->ui, STYLE_INFO, _("nothing to do again"));
        form_load(f);
        return;
    }
    form_goto(f, at);
    ui_say(f->ui, STYLE_INFO, _("done again"));
}

void form_resume(struct form_view *f)
{
    struct rec_at at;
    struct buf typed;

    buf_init(&typed, 0);
    if (entry_resume(f->en, &at, &typed)) {
        form_goto(f, at);
        if (!f->edit && typed.len) {
            form_open_picker(f, typed.s);
        } else if (typed.len) {
            edit_set(f->edit, buf_view(&typed));
            form_typed(f);
            ui_say(f->ui, STYLE_INFO,
                    _("back where you were, with what you were typing"));
        }
    }
    buf_release(&typed);
}
