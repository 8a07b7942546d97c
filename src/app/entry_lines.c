/* What of a record is on the screen, line by line. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "entry_priv.h"

struct layout {
    struct entry *en;
    const struct entry_view *view;
    struct entry_line *lines;
    size_t n, cap;
};

static void add(struct layout *l, struct entry_line line)
{
    l->lines = mem_grow(l->lines, l->n, &l->cap, sizeof(*l->lines));
    l->lines[l->n++] = line;
}

static bool is_shown(const struct layout *l, struct rec_at at)
{
    const struct form_field *f = &l->en->form->fields[at.field];

    return !f->hidden && !rec_hidden(l->en->rec, at);
}

static void add_field(struct layout *l, int field, int row, int indent)
{
    const struct form_field *f = &l->en->form->fields[field];
    struct rec_at at = {field, row, 0};
    struct entry_line line = {.kind = f->type == FORM_NOTE ? ENTRY_NOTE : ENTRY_FIELD,
            .section = f->section,
            .table = f->table,
            .at = at,
            .indent = indent};

    if (!is_shown(l, at))
        return;
    add(l, line);
    for (int lang = 1; lang < f->nslots; lang++) {
        line.at.lang = lang;
        line.indent = indent + 1;
        if (l->view->languages || rec_get(l->en->rec, line.at))
            add(l, line);
    }
}

/* A table with nothing that may be shown is not shown itself. */
static bool has_shown_field(const struct layout *l, int table)
{
    const struct form *form = l->en->form;

    for (size_t i = 0; i < form->nfields; i++)
        if (form->fields[i].table == table && !form->fields[i].hidden &&
                (form->tables[table].kind == FORM_REPEAT ||
                        !rec_hidden(l->en->rec, (struct rec_at){(int)i, 0, 0})))
            return true;
    return false;
}

static int first_column(const struct form *form, int table)
{
    for (size_t i = 0; i < form->nfields; i++)
        if (form->fields[i].table == table)
            return (int)i;
    return 0;
}

static void add_row(struct layout *l, int table, int row)
{
    const struct form *form = l->en->form;
    struct entry_line line = {.kind = ENTRY_ROW,
            .section = form->tables[table].section,
            .table = table,
            .at = {first_column(form, table), row, 0},
            .indent = 1};

    add(l, line);
    if (l->view->open_table != table || l->view->open_row != row)
        return;
    for (size_t i = 0; i < form->nfields; i++)
        if (form->fields[i].table == table)
            add_field(l, (int)i, row, 2);
}

static void add_table(struct layout *l, int table)
{
    const struct form *form = l->en->form;
    const struct form_table *t = &form->tables[table];
    struct entry_line line = {
            .kind = t->kind == FORM_REPEAT ? ENTRY_REPEAT : ENTRY_GROUP,
            .section = t->section,
            .table = table,
            .at = {first_column(form, table), 0, 0}};

    if (!has_shown_field(l, table) || engine_table_hidden(l->en->engine, table))
        return;
    add(l, line);
    if (t->kind != FORM_REPEAT)
        return;
    for (int row = 0; row < rec_rows(l->en->rec, table); row++)
        add_row(l, table, row);
    line.kind = ENTRY_ADD;
    line.at.row = rec_rows(l->en->rec, table);
    line.indent = 1;
    add(l, line);
}

static int item_section(const struct form *form, const struct form_item *item)
{
    return item->is_table ? form->tables[item->index].section
                          : form->fields[item->index].section;
}

static void add_section(struct layout *l, int section)
{
    const struct form *form = l->en->form;

    for (size_t i = 0; i < form->nitems; i++) {
        const struct form_item *item = &form->items[i];
        const struct form_field *f = &form->fields[item->index];

        if (item_section(form, item) != section)
            continue;
        if (item->is_table)
            add_table(l, item->index);
        else if (form->tables[f->table].kind != FORM_REPEAT)
            add_field(l, item->index, 0, form->tables[f->table].kind == FORM_GROUP);
    }
}

static bool has_something(struct entry *en, int section)
{
    const struct entry_view view = {.section = section};
    struct layout l = {.en = en, .view = &view};

    add_section(&l, section);
    free(l.lines);
    return l.n > 0;
}

int entry_sections(struct entry *en, bool technical, int *sections, int max)
{
    int n = 0;

    for (int pass = 0; pass < (technical ? 2 : 1); pass++)
        for (size_t i = 0; i < en->form->nsections && n < max; i++)
            if (en->form->sections[i].collapsed == (pass > 0) &&
                    has_something(en, (int)i))
                sections[n++] = (int)i;
    return n;
}

struct entry_line *entry_lines(
        struct entry *en, const struct entry_view *view, size_t *ret_n)
{
    struct layout l = {.en = en, .view = view};
    int sections[64];
    int n = entry_sections(en, view->technical, sections, (int)COUNT(sections));

    for (int i = 0; i < n; i++) {
        if (view->section >= 0 && view->section != sections[i])
            continue;
        if (view->section < 0)
            add(&l, (struct entry_line){.kind = ENTRY_SECTION, .section = sections[i]});
        add_section(&l, sections[i]);
    }
    *ret_n = l.n;
    return l.lines ? l.lines : xcalloc(1, sizeof(*l.lines));
}
