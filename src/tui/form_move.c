/* Lines of the form, and the focus that keeps its place among them. */
#include <stdlib.h>
#include <string.h>

#include "form_view.h"

static bool in_repeat(const struct form_view *f, int table)
{
    return entry_form(f->en)->tables[table].kind == FORM_REPEAT;
}

struct place form_place(const struct form_view *f, const struct entry_line *line)
{
    struct place p = {.kind = line->kind,
            .section = line->section,
            .table = line->table,
            .field = line->at.field,
            .lang = line->at.lang};

    if (in_repeat(f, line->table) && line->kind != ENTRY_REPEAT &&
            line->kind != ENTRY_ADD) {
        const char *id = rec_row_id(entry_rec(f->en), line->table, line->at.row);
        size_t n = strnlen(id, REC_ID_MAX);

        memcpy(p.row, id, n);
    }
    return p;
}

static bool is_same_place(const struct place *a, const struct place *b)
{
    return a->kind == b->kind && a->table == b->table && a->field == b->field &&
           a->lang == b->lang && strcmp(a->row, b->row) == 0 &&
           (a->kind != ENTRY_SECTION || a->section == b->section);
}

const struct entry_line *form_line(const struct form_view *f)
{
    return f->at < f->nlines ? &f->lines[f->at] : NULL;
}

bool form_can_focus(const struct form_view *f, size_t i)
{
    return f->lines[i].kind == ENTRY_FIELD || f->lines[i].kind == ENTRY_ROW ||
           f->lines[i].kind == ENTRY_ADD;
}

static void find_section(struct form_view *f)
{
    f->nsections = entry_sections(f->en, f->technical, f->sections, FORM_VIEW_SECTIONS);
    for (int i = 0; i < f->nsections; i++)
        if (f->sections[i] == f->section)
            return;
    f->section = f->nsections ? f->sections[0] : 0;
}

/** The line of the focus, else the nearest one that can have it. */
static void find_focus(struct form_view *f)
{
    for (size_t i = 0; i < f->nlines; i++) {
        struct place p = form_place(f, &f->lines[i]);

        if (is_same_place(&p, &f->focus)) {
            f->at = i;
            return;
        }
    }
    if (f->at >= f->nlines)
        f->at = f->nlines ? f->nlines - 1 : 0;
    size_t i = f->at;
    while (i < f->nlines && !form_can_focus(f, i))
        i++;
    if (i >= f->nlines)
        for (i = f->at; i > 0 && !form_can_focus(f, i); i--)
            ;
    f->at = i;
    if (i < f->nlines)
        f->focus = form_place(f, &f->lines[i]);
}

void form_look(struct form_view *f)
{
    f->st = entry_state(f->en);
    f->standing = app_standing(f->ui->app, entry_uid(f->en), f->st.draft);
}

void form_relayout(struct form_view *f)
{
    struct entry_view view = {.technical = f->technical, .languages = f->languages};
    int row = -1;

    find_section(f);
    view.section = f->section;
    /* The record may follow another version of its form since. */
    if (f->open.table && (size_t)f->open.table < entry_form(f->en)->ntables)
        row = rec_row_find(entry_rec(f->en), f->open.table, view_of(f->open.row));
    if (row < 0)
        f->open.table = 0;
    view.open_table = f->open.table;
    view.open_row = row;
    free(f->lines);
    f->lines = entry_lines(f->en, &view, &f->nlines);
    find_focus(f);
    form_look(f);
    f->wheel = false;
    loop_stale(f->ui->loop);
}

static bool inside_open(const struct form_view *f, const struct place *p)
{
    return f->open.table && p->table == f->open.table &&
           strcmp(p->row, f->open.row) == 0;
}

/** A row that the focus leaves closes. */
static void set_focus(struct form_view *f, struct place p)
{
    form_unload(f);
    f->focus = p;
    if (!inside_open(f, &p))
        f->open.table = 0;
    form_relayout(f);
    form_load(f);
}

static bool is_stop(const struct form_view *f, size_t i, bool skip)
{
    return form_can_focus(f, i) &&
           !(skip && f->lines[i].kind == ENTRY_FIELD &&
                   entry_input(f->en, f->lines[i].at) == INPUT_READ_ONLY);
}

/** First (STEP 1) or last line of the section that can be focused. */
static void enter_section(struct form_view *f, int section, int step)
{
    form_unload(f);
    f->section = section;
    f->open.table = 0;
    f->first = 0;
    f->focus = (struct place){.kind = ENTRY_SECTION, .section = -1};
    f->at = 0;
    form_relayout(f);
    for (size_t n = 0; n < f->nlines; n++) {
        size_t i = step > 0 ? n : f->nlines - 1 - n;

        if (is_stop(f, i, true)) {
            f->at = i;
            f->focus = form_place(f, &f->lines[i]);
            break;
        }
    }
    form_load(f);
}

static int section_beside(const struct form_view *f, int step)
{
    for (int i = 0; i < f->nsections; i++)
        if (f->sections[i] == f->section)
            return f->sections[(i + step + f->nsections) % f->nsections];
    return f->section;
}

void form_step_section(struct form_view *f, int step)
{
    form_commit(f);
    if (f->nsections)
        enter_section(f, section_beside(f, step), 1);
}

void form_go_section(struct form_view *f, int section)
{
    form_commit(f);
    enter_section(f, section, 1);
}

void form_step(struct form_view *f, int step, bool skip)
{
    form_commit(f);
    for (size_t i = f->at + (size_t)step; i < f->nlines; i += (size_t)step)
        if (is_stop(f, i, skip)) { /* below 0 wraps to a value over nlines */
            set_focus(f, form_place(f, &f->lines[i]));
            return;
        }
    if (f->nsections)
        enter_section(f, section_beside(f, step), step);
}

void form_focus_line(struct form_view *f, size_t i)
{
    struct place p;

    if (i >= f->nlines || !form_can_focus(f, i))
        return;
    p = form_place(f, &f->lines[i]);
    form_commit(f);
    set_focus(f, p);
}

void form_goto_place(struct form_view *f, const struct place *p)
{
    const struct form *form = entry_form(f->en);

    form_unload(f);
    f->section = p->section;
    if (form->sections[f->section].collapsed)
        f->technical = true;
    if (p->kind == ENTRY_FIELD && in_repeat(f, p->table)) {
        f->open = *p;
        f->open.kind = ENTRY_ROW;
    }
    if (p->lang > 0)
        f->languages = true;
    set_focus(f, *p);
}

int form_first_column(const struct form_view *f, int table)
{
    const struct form *form = entry_form(f->en);

    for (size_t i = 0; i < form->nfields; i++)
        if (form->fields[i].table == table)
            return (int)i;
    return 0;
}

void form_goto(struct form_view *f, struct rec_at at)
{
    const struct form_field *field = &entry_form(f->en)->fields[at.field];
    int rows =
            in_repeat(f, field->table) ? rec_rows(entry_rec(f->en), field->table) : 1;
    struct entry_line line = {.kind = at.row < rows ? ENTRY_FIELD : ENTRY_ADD,
            .section = field->section,
            .table = field->table,
            .at = at};
    struct place p;

    p = form_place(f, &line);
    if (line.kind == ENTRY_ADD)
        p.field = form_first_column(f, field->table);
    form_goto_place(f, &p);
}
