/* What a merge has brought, in the words of the form. */
#include "settle_priv.h"

#include <string.h>

/* What stands at PATH ("adresse.rue") of BODY, whose parts are keys of objects. */
static const struct json *value_at(const struct json *body, const char *path)
{
    struct view rest = view_of(path), part;

    while (view_next(&rest, '.', &part)) {
        char key[FORM_PATH_MAX + 1];

        if (part.n >= sizeof(key))
            return NULL;
        memcpy(key, part.p, part.n);
        key[part.n] = '\0';
        body = json_get(body, key);
    }
    return body;
}

static bool differs(
        const char *path, const struct json *before, const struct json *after)
{
    const struct json *a = value_at(before, path), *b = value_at(after, path);

    return a && b ? !json_same(a, b) : a != b;
}

static void add_label(struct json *labels, const char *label)
{
    for (size_t i = 0; i < json_len(labels); i++)
        if (strcmp(json_as_text(json_at(labels, i)), label) == 0)
            return;
    json_push_take(labels, json_text(view_of(label)));
}

static void add_table(const struct form *form, const struct form_table *t,
        const struct json *before, const struct json *after, struct json *labels)
{
    if (t->kind == FORM_REPEAT && differs(t->path, before, after))
        add_label(labels, form_text(form, &t->label, form->langs[0]));
}

static void add_field(const struct form *form, const struct form_field *f,
        const struct json *before, const struct json *after, struct json *labels)
{
    if (!f->readonly && form->tables[f->table].kind != FORM_REPEAT &&
            differs(f->path, before, after))
        add_label(labels, form_text(form, &f->label, form->langs[0]));
}

void settle_add_labels(const struct form *form, const struct json *before,
        const struct json *after, struct json *labels)
{
    for (size_t i = 0; i < form->nitems; i++) {
        int index = form->items[i].index;

        if (form->items[i].is_table)
            add_table(form, &form->tables[index], before, after, labels);
        else
            add_field(form, &form->fields[index], before, after, labels);
    }
}

char *settle_join_labels(const struct json *labels)
{
    struct buf out;

    if (json_len(labels) == 0)
        return NULL;
    buf_init(&out, 0);
    for (size_t i = 0; i < json_len(labels); i++) {
        buf_adds(&out, i > 0 ? ", " : "");
        buf_addv(&out, json_as_view(json_at(labels, i)));
    }
    return buf_take(&out);
}
