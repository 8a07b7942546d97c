/* Rows of repeats. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "form_view.h"

static bool is_repeat(const struct form_view *f, int table)
{
    return entry_form(f->en)->tables[table].kind == FORM_REPEAT;
}

/** The first field of the open row that can be entered. */
static void focus_first_column(struct form_view *f)
{
    for (size_t i = f->at + 1; i < f->nlines; i++)
        if (f->lines[i].kind == ENTRY_FIELD && form_can_focus(f, i)) {
            form_focus_line(f, i);
            return;
        }
}

void form_row_enter(struct form_view *f)
{
    f->open = f->focus;
    form_relayout(f);
    focus_first_column(f);
}

bool form_row_close(struct form_view *f)
{
    struct place row = f->open;

    if (!f->open.table)
        return false;
    form_commit(f);
    row.kind = ENTRY_ROW;
    row.lang = 0;
    f->open.table = 0;
    for (size_t i = 0; i < f->nlines; i++)
        if (f->lines[i].kind == ENTRY_ROW) {
            struct place p = form_place(f, &f->lines[i]);

            if (p.table == row.table && strcmp(p.row, row.row) == 0)
                row = p;
        }
    form_goto_place(f, &row);
    return true;
}

void form_add_row(void *self)
{
    struct form_view *f = self;
    const struct entry_line *line;
    struct err err = {0};
    int row, table;

    form_commit(f);
    line = form_line(f);
    table = line ? line->table : 0;
    if (!line || !is_repeat(f, table)) {
        ui_say(f->ui, STYLE_INFO, _("rows are added where there are rows"));
        return;
    }
    if (entry_row_add(f->en, table, &row, &err) < 0) {
        ui_say_err(f->ui, &err);
        return;
    }
    form_unload(f);
    f->open =
            (struct place){.kind = ENTRY_ROW, .section = line->section, .table = table};
    const char *id = rec_row_id(entry_rec(f->en), table, row);
    memcpy(f->open.row, id, strnlen(id, REC_ID_MAX));
    f->focus = f->open;
    f->focus.field = form_first_column(f, table);
    form_relayout(f);
    focus_first_column(f);
}

void form_delete_row(void *self)
{
    struct form_view *f = self;
    const struct entry_line *line = form_line(f);
    struct err err = {0};
    struct buf what;

    if (!line || !is_repeat(f, line->table) || line->kind == ENTRY_ADD) {
        ui_say(f->ui, STYLE_INFO, _("there is no row here to delete"));
        return;
    }
    form_commit(f);
    line = form_line(f);
    buf_init(&what, 0);
    entry_row_text(f->en, line->table, line->at.row, &what);
    form_unload(f);
    if (entry_row_remove(f->en, line->table, line->at.row, &err) < 0) {
        ui_say_err(f->ui, &err);
    } else {
        f->open.table = 0;
        ui_say1(f->ui, STYLE_WARNING, _("row deleted: %1$s — ^Z brings it back"),
                what.len ? what.s : _("(blank)"));
    }
    buf_release(&what);
    form_relayout(f);
    form_load(f);
}

/** The row of a performance that has the focus; else says what to do. */
static const struct entry_line *seance_line(struct form_view *f)
{
    const struct entry_line *line;

    form_commit(f);
    line = form_line(f);
    if (line && line->kind != ENTRY_ADD && entry_has_timing(f->en, line->table))
        return line;
    ui_say(f->ui, STYLE_INFO, _("go to the row of a performance first"));
    return NULL;
}

static void seance_act(void *ctx, size_t i)
{
    static const enum seance_act acts[] = {
            SEANCE_CANCEL, SEANCE_POSTPONE, SEANCE_SOLD_OUT, SEANCE_RESTORE};
    struct form_view *f = ctx;
    const struct entry_line *line = seance_line(f);
    struct err err = {0};

    if (!line || i >= COUNT(acts))
        return;
    if (entry_seance(f->en, line->table, line->at.row, acts[i], &err) < 0)
        ui_say_err(f->ui, &err);
    else
        ui_say(f->ui, STYLE_OK, _("noted; F10 completes the record again"));
    form_relayout(f);
    form_load(f);
}

void form_seance(void *self)
{
    const char *labels[] = {
            _("cancelled"), _("postponed"), _("sold out"), _("takes place after all")};
    struct form_view *f = self;

    if (seance_line(f))
        menu_open(
                f->ui, _("This performance is"), labels, COUNT(labels), seance_act, f);
}

void form_cancel(void *self)
{
    seance_act(self, 0);
}

void form_postpone(void *self)
{
    seance_act(self, 1);
}

void form_sold_out(void *self)
{
    seance_act(self, 2);
}

void form_restore(void *self)
{
    seance_act(self, 3);
}
