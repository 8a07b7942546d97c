#include "parse_priv.h"

#include <stdlib.h>

#include "odus/base/mem.h"

static const char *line_start(const struct parse *p, const char *file, int line)
{
    for (size_t i = 0; i < p->nfiles; i++)
        if (p->files[i].name == file)
            return p->files[i].text.p + p->files[i].lines[line - 1];
    return p->files[0].text.p;
}

/* Expressions know the English `titre` as titre_en: nobody else may be called that. */
static void check_translations(struct parse *p, const struct form_field *f)
{
    const struct form *form = p->form;

    for (int i = 1; f->multilingual && i < form->nlangs; i++) {
        char *name = xasprintf("%s_%s", f->path, form->langs[i]);
        int other = form_field_find(form, view_of(name));

        if (other >= 0)
            parse_bad2(p, line_start(p, f->file, form->fields[other].line),
                    N_("\"%1$s\" is what expressions call a translation of \"%2$s\""),
                    view_of(name), view_of(f->path));
        free(name);
    }
}

static void place_slots(struct form *form, int field)
{
    struct form_field *f = &form->fields[field];
    struct form_table *frame = &form->tables[form_frame(form, field)];

    f->nslots = f->type == FORM_NOTE ? 0 : f->multilingual ? form->nlangs : 1;
    f->slot = frame->nslots;
    frame->nslots += f->nslots;
}

/*
 * Appends the children of TABLE that stand in SECTION, each table followed by its own,
 * in the order of the file. Tables are at most 2 deep.
 */
static void place_items(struct form *form, const struct form_item *declared, size_t n,
        int table, int section)
{
    for (size_t i = 0; i < n; i++) {
        struct form_item item = declared[i];
        const struct form_table *t = &form->tables[item.is_table ? item.index : 0];
        const struct form_field *f = &form->fields[item.is_table ? 0 : item.index];

        if ((item.is_table ? t->parent : f->table) != table ||
                (item.is_table ? t->section : f->section) != section)
            continue;
        if (item.is_table)
            form->tables[item.index].first = (int)form->nitems;
        form->items[form->nitems++] = item;
        if (item.is_table)
            place_items(form, declared, n, item.index, section);
    }
}

static void order_items(struct form *form)
{
    struct form_item *declared = form->items;
    size_t n = form->nitems;

    form->items = xcalloc(n, sizeof(*form->items));
    form->nitems = 0;
    for (size_t i = 0; i < form->nsections; i++)
        place_items(form, declared, n, 0, (int)i);
    free(declared);
}

void parse_finish(struct parse *p)
{
    struct form *form = p->form;

    for (size_t i = 0; i < form->nfields; i++) {
        check_translations(p, &form->fields[i]);
        place_slots(form, (int)i);
    }
    order_items(form);
    parse_change_order(p);
    if (!form->nfields)
        parse_bad(p, p->files[0].text.p, N_("this form has no field"));
}
