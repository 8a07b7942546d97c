/* "Why is this hidden, asked or red": the expression with the current values put in. */
#include <string.h>

#include "odus/base/mem.h"
#include "engine_priv.h"

static int expr_of(
        const struct engine *en, struct rec_at at, char which, const char *rule)
{
    const struct form *form = en->form;
    const struct form_field *f = &form->fields[at.field];

    if (which == 'r')
        return f->required;
    if (which == 'h' && f->relevant)
        return f->relevant;
    if (which == 'h' && form->tables[f->table].relevant)
        return form->tables[f->table].relevant;
    if (which == 'h')
        return form->sections[f->section].relevant;
    for (size_t i = 0; rule && i < form->nrules; i++)
        if (strcmp(form->rules[i].id, rule) == 0)
            return form->rules[i].check;
    return 0;
}

static void add_value(struct engine *en, int field, int row, struct buf *out)
{
    int frame = form_frame(en->form, field);
    struct rec_at at = {field, frame ? row : 0, 0};
    const char *text;

    if (frame && row >= rec_rows(en->rec, frame))
        return;
    text = rec_hidden(en->rec, at) ? NULL : rec_get(en->rec, at);
    buf_addf(out, "\n%s = ", en->form->fields[field].path);
    if (!text)
        buf_adds(out, "NULL");
    else
        buf_addf(out, "'%.60s'", text);
}

void engine_explain(struct engine *en, struct rec_at at, char which, const char *rule,
        struct buf *out)
{
    int expr = expr_of(en, at, which, rule);
    const struct form_expr *e = &en->form->exprs[expr];

    if (!expr || !en->rec)
        return;
    buf_adds(out, e->src);
    for (size_t i = 0; i < en->form->nfields; i++) {
        const struct form_field *f = &en->form->fields[i];
        const struct form_table *t = &en->form->tables[f->table];
        bool bare = f->table == e->table || t->kind == FORM_RECORD;

        if (expr_names(view_of(e->src), f->key) &&
                (bare || expr_names(view_of(e->src), t->sql)))
            add_value(en, (int)i, at.row, out);
    }
}
