#include "odus/form/form.h"

#include <stdlib.h>
#include <string.h>

#include "parse_priv.h"

void form_text_release(struct form_text *t)
{
    for (int i = 0; i < FORM_LANGS; i++)
        free(t->in[i]);
}

void form_words_free(char **words)
{
    for (char **w = words; w && *w; w++)
        free(*w);
    free(words);
}

void form_field_release(struct form_field *f)
{
    free(f->key);
    free(f->path);
    free(f->zone);
    free(f->on_change);
    form_words_free(f->targets);
    form_text_release(&f->label);
    form_text_release(&f->hint);
    form_text_release(&f->guidance);
}

static void section_release(struct form_section *s)
{
    free(s->name);
    form_text_release(&s->label);
    form_text_release(&s->hint);
    form_text_release(&s->guidance);
}

static void table_release(struct form_table *t)
{
    free(t->path);
    free(t->sql);
    form_text_release(&t->label);
    form_text_release(&t->hint);
    form_text_release(&t->guidance);
}

static void entry_release(struct form_entry *e, size_t ncolumns)
{
    free(e->code);
    form_text_release(&e->label);
    for (size_t i = 0; e->cells && i < ncolumns; i++)
        free(e->cells[i]);
    free(e->cells);
}

static void list_release(struct form_list *l)
{
    for (size_t i = 0; i < l->nentries; i++)
        entry_release(&l->entries[i], l->ncolumns);
    for (size_t i = 0; i < l->ncolumns; i++)
        free(l->columns[i]);
    free(l->entries);
    free(l->columns);
    free(l->name);
    free(l->file);
}

static void rule_release(struct form_rule *r)
{
    free(r->id);
    free(r->on);
    form_text_release(&r->message);
    form_text_release(&r->why);
}

static void test_items_free(struct form_test_item *items, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(items[i].verb);
        free(items[i].what);
        free(items[i].value);
    }
    free(items);
}

static void test_release(struct form_test *t)
{
    free(t->title);
    free(t->today);
    for (size_t i = 0; i < t->nlinked; i++) {
        free(t->linked[i].name);
        free(t->linked[i].type);
        test_items_free(t->linked[i].values, t->linked[i].nvalues);
    }
    free(t->linked);
    test_items_free(t->answers, t->nanswers);
    test_items_free(t->given, t->ngiven);
    test_items_free(t->expect, t->nexpect);
}

#define RELEASE_ALL(form, what, release)                                               \
    do {                                                                               \
        for (size_t i = 0; i < (form)->n##what; i++)                                   \
            release(&(form)->what[i]);                                                 \
        free((form)->what);                                                            \
    } while (0)

static void expr_release(struct form_expr *e)
{
    free(e->src);
}

static void name_release(char **name)
{
    free(*name);
}

void form_free(struct form *form)
{
    if (!form)
        return;
    RELEASE_ALL(form, sections, section_release);
    RELEASE_ALL(form, tables, table_release);
    RELEASE_ALL(form, fields, form_field_release);
    RELEASE_ALL(form, lists, list_release);
    RELEASE_ALL(form, rules, rule_release);
    RELEASE_ALL(form, tests, test_release);
    RELEASE_ALL(form, exprs, expr_release);
    RELEASE_ALL(form, files, name_release);
    for (int i = 0; i < form->nlangs; i++)
        free(form->langs[i]);
    form_words_free(form->search);
    form_words_free(form->memos);
    form_words_free(form->aliases);
    form_text_release(&form->label);
    form_text_release(&form->plural);
    free(form->followers);
    free(form->items);
    free(form->name);
    free(form->version);
    free(form);
}

/* "en" of "en_GB.UTF-8". */
static struct view language_of(const char *locale)
{
    return (struct view){locale, strcspn(locale, "_.@-")};
}

const char *form_text(
        const struct form *form, const struct form_text *text, const char *lang)
{
    struct view wanted = language_of(lang);

    for (int i = 0; i < form->nlangs; i++)
        if (text->in[i] && view_is(wanted, form->langs[i]))
            return text->in[i];
    return text->in[0] ? text->in[0] : "";
}

int form_field_find(const struct form *form, struct view path)
{
    for (size_t i = 0; i < form->nfields; i++) {
        const char *there = form->fields[i].path;

        if (path.n && *there == *path.p && view_is(path, there))
            return (int)i;
    }
    return -1;
}

int form_table_find(const struct form *form, struct view path)
{
    for (size_t i = 0; i < form->ntables; i++)
        if (view_is(path, form->tables[i].path))
            return (int)i;
    return -1;
}

int form_list_find(const struct form *form, struct view name)
{
    for (size_t i = 0; i < form->nlists; i++)
        if (view_is(name, form->lists[i].name))
            return (int)i;
    return -1;
}

const struct form_entry *form_entry_find(const struct form_list *list, struct view code)
{
    for (size_t i = 0; i < list->nentries; i++)
        if (view_is(code, list->entries[i].code))
            return &list->entries[i];
    return NULL;
}

int form_frame(const struct form *form, int field)
{
    int table = form->fields[field].table;

    return form->tables[table].kind == FORM_REPEAT ? table : 0;
}

bool form_private(const struct form *form, int field)
{
    const struct form_field *f = &form->fields[field];
    const struct form_table *t = &form->tables[f->table];

    return f->private || t->private || form->tables[t->parent].private;
}

bool form_is_list(const struct form_field *field)
{
    return field->type == FORM_MANY || field->multiple;
}
