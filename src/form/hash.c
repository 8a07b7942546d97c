#include <stdlib.h>
#include <string.h>

#include "odus/base/hash.h"
#include "odus/base/mem.h"
#include "parse_priv.h"

/*
 * The form version is a hash over lines, one per thing declared, sorted: neither
 * the order of blocks nor what only people read (labels, hints, guidance, messages,
 * tests, widths) is part of it. Parts of a line are parted by a character no form file
 * may hold. Whoever changes a line here makes new versions of every form.
 */
static const char PART = '\x1f';

struct lines {
    struct buf text; /* of all, each with a NUL at its end */
    size_t *starts;  /* in it */
    size_t n, cap;
    size_t start; /* of the one being written */
};

static void part(struct lines *l, const char *text)
{
    buf_adds(&l->text, text ? text : "");
    buf_addc(&l->text, PART);
}

static void part_number(struct lines *l, bool given, int64_t n)
{
    if (given)
        buf_addf(&l->text, "%lld", (long long)n);
    buf_addc(&l->text, PART);
}

/* Indents mean nothing to an expression; its line ends may stand in a text. */
static void part_expr(struct lines *l, const struct form *form, int expr)
{
    const char *src = expr ? form->exprs[expr].src : "";

    while (*src) {
        size_t n = strcspn(src, "\n");
        struct view line = view_trim((struct view){src, n});

        buf_addv(&l->text, line);
        if (line.n)
            buf_addc(&l->text, '\n');
        src += n + (src[n] == '\n');
    }
    buf_addc(&l->text, PART);
}

static void part_field(struct lines *l, const struct form *form, int field)
{
    part(l, field >= 0 ? form->fields[field].path : "");
}

static void part_words(struct lines *l, char *const *words)
{
    for (size_t i = 0; words && words[i]; i++) {
        buf_adds(&l->text, words[i]);
        buf_addc(&l->text, ' ');
    }
    buf_addc(&l->text, PART);
}

static void end_line(struct lines *l)
{
    l->starts = mem_grow(l->starts, l->n, &l->cap, sizeof(*l->starts));
    l->starts[l->n++] = l->start;
    buf_addc(&l->text, '\0');
    l->start = l->text.len;
}

static void add_form(struct lines *l, const struct form *form)
{
    part(l, "form");
    part(l, form->name);
    for (int i = 0; i < form->nlangs; i++)
        part(l, form->langs[i]);
    end_line(l);
    part(l, "form title");
    part_expr(l, form, form->title);
    part_expr(l, form, form->subtitle);
    part_expr(l, form, form->cancelled);
    end_line(l);
    part(l, "form fields");
    part_words(l, form->search);
    part_words(l, form->memos);
    part_field(l, form, form->dates);
    part_field(l, form, form->ends);
    part_field(l, form, form->place);
    part_field(l, form, form->organiser);
    part_field(l, form, form->genre);
    end_line(l);
}

/* Where a section has no condition, it does not matter what stands in it. */
static void part_section(struct lines *l, const struct form *form, int section)
{
    part_expr(l, form, form->sections[section].relevant);
}

static void add_table(
        struct lines *l, const struct form *form, const struct form_table *t)
{
    part(l, "table");
    part(l, t->path);
    part(l, t->kind == FORM_REPEAT ? "repeat" : "group");
    part_section(l, form, t->section);
    part_expr(l, form, t->relevant);
    part_number(l, true, t->min);
    part_number(l, true, t->max);
    part_expr(l, form, t->title);
    part_field(l, form, t->sort);
    part_field(l, form, t->timing_start);
    part_field(l, form, t->timing_end);
    part_number(l, true, t->no_delete);
    end_line(l);
}

static void part_flags(struct lines *l, const struct form_field *f)
{
    const bool flags[] = {f->proposal, f->multilingual, f->multiple, f->carry,
            f->verify, f->readonly, f->hidden, f->upper};

    for (size_t i = 0; i < COUNT(flags); i++)
        buf_addc(&l->text, flags[i] ? '1' : '0');
    buf_addc(&l->text, PART);
}

static void add_field(
        struct lines *l, const struct form *form, const struct form_field *f)
{
    const int exprs[] = {f->required, f->relevant, f->calculation, f->initial,
            f->inherit, f->filter, f->normalise};

    part(l, "field");
    part(l, f->path);
    part(l, parse_type_name(f->type));
    part(l, f->list >= 0 ? form->lists[f->list].name : "");
    part_words(l, f->targets);
    part_section(l, form, f->section);
    for (size_t i = 0; i < COUNT(exprs); i++)
        part_expr(l, form, exprs[i]);
    part_flags(l, f);
    part_number(l, f->has_min, f->min);
    part_number(l, f->has_max, f->max);
    part(l, f->zone);
    end_line(l);
}

static void add_list(struct lines *l, const struct form_list *list)
{
    part(l, "list");
    part(l, list->name);
    part(l, list->file);
    for (size_t i = 0; i < list->ncolumns; i++)
        part(l, list->columns[i]);
    end_line(l);
    for (size_t i = 0; i < list->nentries; i++) {
        part(l, "code");
        part(l, list->name);
        part(l, list->entries[i].code);
        for (size_t k = 0; k < list->ncolumns; k++)
            part(l, list->entries[i].cells[k]);
        end_line(l);
    }
}

static void add_rule(
        struct lines *l, const struct form *form, const struct form_rule *r)
{
    part(l, "rule");
    part(l, r->id);
    part_number(l, true, r->severity);
    part_expr(l, form, r->check);
    part_expr(l, form, r->fix);
    for (size_t i = 0; i < r->non; i++)
        part_field(l, form, r->on[i]);
    end_line(l);
}

static int compare_lines(const void *a, const void *b)
{
    const struct view *x = a, *y = b;

    return strcmp(x->p, y->p);
}

/* A line of its own, so that forms without private data keep their version. */
static void add_private(struct lines *l, const char *path)
{
    part(l, "private");
    part(l, path);
    end_line(l);
}

static void add_aliases(struct lines *l, const struct form *form)
{
    part(l, "aliases");
    part_words(l, form->aliases);
    end_line(l);
}

/* The same for fields that follow others. */
static void add_on_change(
        struct lines *l, const struct form *form, const struct form_field *f)
{
    part(l, "on change");
    part(l, f->path);
    for (size_t i = 0; i < f->non_change; i++)
        part_field(l, form, f->on_change[i]);
    end_line(l);
}

static void hash_lines(const struct lines *l, char out[HASH_128_TEXT])
{
    struct view *parts = xcalloc(l->n, sizeof(*parts));

    for (size_t i = 0; i < l->n; i++)
        parts[i] = view_of(l->text.s + l->starts[i]);
    qsort(parts, l->n, sizeof(*parts), compare_lines);
    hash_blake2b128(parts, l->n, out);
    free(parts);
}

void form_hash(struct form *form)
{
    struct lines l = {0};

    buf_init(&l.text, 0);
    add_form(&l, form);
    if (*form->aliases)
        add_aliases(&l, form);
    for (size_t i = 1; i < form->ntables; i++) {
        add_table(&l, form, &form->tables[i]);
        if (form->tables[i].private)
            add_private(&l, form->tables[i].path);
    }
    for (size_t i = 0; i < form->nfields; i++) {
        add_field(&l, form, &form->fields[i]);
        if (form->fields[i].private)
            add_private(&l, form->fields[i].path);
        if (form->fields[i].non_change)
            add_on_change(&l, form, &form->fields[i]);
    }
    for (size_t i = 0; i < form->nlists; i++)
        add_list(&l, &form->lists[i]);
    for (size_t i = 0; i < form->nrules; i++)
        add_rule(&l, form, &form->rules[i]);
    hash_lines(&l, form->hash);
    free(l.starts);
    buf_release(&l.text);
}
