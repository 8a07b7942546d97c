/* Fields by the names that people know them by. */
#include "app_priv.h"

static struct view in_lang(
        const struct app *app, const struct form *form, const struct form_text *text)
{
    return view_of(form_text(form, text, app_lang(app)));
}

static void add_step(struct view label, struct buf *out)
{
    if (out->len)
        buf_adds(out, " › ");
    buf_addv(out, label);
}

static void add_field(
        const struct app *app, const struct form *form, int field, struct buf *out)
{
    const struct form_field *f = &form->fields[field];

    if (f->table)
        add_step(in_lang(app, form, &form->tables[f->table].label), out);
    add_step(in_lang(app, form, &f->label), out);
}

static bool add_own(const struct app *app, const struct form *form, struct view path,
        struct buf *out)
{
    int field = form_field_find(form, path), table = form_table_find(form, path);

    if (field >= 0)
        add_field(app, form, field, out);
    else if (table > 0)
        add_step(in_lang(app, form, &form->tables[table].label), out);
    return field >= 0 || table > 0;
}

/* PATH up to the last '.' before END that a link of FORM is called by; -1. */
static int find_link(const struct form *form, struct view path, size_t *ret_end)
{
    for (size_t end = path.n; end-- > 0;) {
        int field = path.p[end] == '.'
                            ? form_field_find(form, (struct view){path.p, end})
                            : -1;

        if (field >= 0 && form->fields[field].targets) {
            *ret_end = end;
            return field;
        }
    }
    return -1;
}

static void add_steps(
        struct app *app, const char *type, struct view path, struct buf *out)
{
    const struct form *form = NULL;
    size_t end = 0;
    int link = 0;

    while (link >= 0 && forms_get(app->forms, type, &form, NULL, NULL) == 0) {
        if (add_own(app, form, path, out))
            return;
        link = find_link(form, path, &end);
        if (link >= 0) {
            add_field(app, form, link, out);
            path = (struct view){path.p + end + 1, path.n - end - 1};
            type = form->fields[link].targets[0];
        }
    }
    add_step(path, out);
}

void app_path_label(
        struct app *app, const char *type, const char *path, struct buf *out)
{
    struct buf steps;

    buf_init(&steps, 0);
    if (*path)
        add_steps(app, type, view_of(path), &steps);
    buf_adds(out, steps.s);
    buf_release(&steps);
}
