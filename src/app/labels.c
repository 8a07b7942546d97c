/* Fields by the names that people know them by. */
#include "app_priv.h"
#include "odus/form/rec.h"

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

/* "titre.en": "Titre (en)"; the first language goes without saying. */
static bool add_language(const struct app *app, const struct form *form,
        struct view path, struct buf *out)
{
    size_t dot = path.n;
    int field, lang = 0;

    while (dot > 0 && path.p[dot - 1] != '.')
        dot--;
    field = dot > 0 ? form_field_find(form, (struct view){path.p, dot - 1}) : -1;
    if (field < 0 || !form->fields[field].multilingual)
        return false;
    while (lang < form->nlangs &&
            !view_is((struct view){path.p + dot, path.n - dot}, form->langs[lang]))
        lang++;
    if (lang == form->nlangs)
        return false;
    add_field(app, form, field, out);
    if (lang > 0)
        buf_addf(out, " (%s)", form->langs[lang]);
    return true;
}

static bool add_own(const struct app *app, const struct form *form, struct view path,
        struct buf *out)
{
    int field = form_field_find(form, path), table = form_table_find(form, path);

    if (field >= 0)
        add_field(app, form, field, out);
    else if (table > 0)
        add_step(in_lang(app, form, &form->tables[table].label), out);
    else
        return add_language(app, form, path, out);
    return true;
}

/* The longest beginning of PATH, *RET_END bytes of it, that is a link; -1: none is. */
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
    struct buf bare, steps;

    buf_init(&bare, 0);
    buf_init(&steps, 0);
    rec_path_bare(view_of(path), &bare);
    if (bare.len)
        add_steps(app, type, buf_view(&bare), &steps);
    buf_adds(out, steps.s);
    buf_release(&steps);
    buf_release(&bare);
}
