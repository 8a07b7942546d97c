/* What a cell means: typed values, labels of choices, names of records. */
#include "import_priv.h"
#include "odus/base/utf8.h"

static int read_part(struct import *im, int field, struct view part, struct buf *out,
        struct err *err)
{
    const struct form_field *f = &im->form->fields[field];

    if (f->type == FORM_REF || im->form->lists[f->list].file)
        return import_resolve(im, field, part, out, err);
    return input_choice(&im->form->lists[f->list], part, out, err);
}

/* One choice, or several with separators; a whole cell that is one label stays whole.
 */
static int read_choices(struct import *im, int field, struct view cell, struct buf *out,
        struct err *err)
{
    const struct form_field *f = &im->form->fields[field];
    struct view part;
    int rc = read_part(im, field, cell, out, err);

    if (rc == 0 || !form_is_list(f))
        return rc;
    for (rc = 0; rc == 0 && input_part(&cell, false, &part);) {
        if (out->len)
            buf_addc(out, '\n');
        rc = read_part(im, field, part, out, err);
    }
    return rc;
}

int import_cell(struct import *im, const struct import_column *column, struct view cell,
        struct buf *out, struct err *err)
{
    const struct form_field *f = &im->form->fields[column->field];
    struct input_context typed = im->typed;
    struct buf clean;
    int rc;

    typed.machine = column->own_name;
    if (f->type != FORM_REF && f->list < 0)
        return input_read(f, cell, &typed, out, err);
    buf_init(&clean, 0);
    utf8_clean(view_trim(cell), 0, &clean);
    rc = clean.len ? read_choices(im, column->field, buf_view(&clean), out, err) : 0;
    buf_release(&clean);
    return rc;
}
