#include "parse_priv.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"

#define SECTION(member) offsetof(struct form_section, member)

static const struct parse_spec section_specs[] = {
        {"label", KEY_TEXT, SECTION(label), 0},
        {"hint", KEY_TEXT, SECTION(hint), 0},
        {"guidance", KEY_TEXT, SECTION(guidance), 0},
        {"relevant", KEY_EXPR, SECTION(relevant), 0},
        {"collapsed", KEY_YES, SECTION(collapsed), 0},
};

/* A repeat's own expression is over its row, its relevance over the record. */
struct table_block {
    struct form_table t;
    const struct ini_key *title, *sort, *timing;
};

#define TABLE(member) offsetof(struct table_block, member)

static const struct parse_spec table_specs[] = {
        {"label", KEY_TEXT, TABLE(t.label), 0},
        {"hint", KEY_TEXT, TABLE(t.hint), 0},
        {"guidance", KEY_TEXT, TABLE(t.guidance), 0},
        {"relevant", KEY_EXPR, TABLE(t.relevant), 0},
        {"private", KEY_YES, TABLE(t.private), 0},
        /* from here on repeats only */
        {"min", KEY_COUNT, TABLE(t.min), FORM_ROWS_MAX},
        {"max", KEY_COUNT, TABLE(t.max), FORM_ROWS_MAX},
        {"title", KEY_LATER, TABLE(title), 0},
        {"sort", KEY_LATER, TABLE(sort), 0},
        {"timing", KEY_LATER, TABLE(timing), 0},
        {"delete", KEY_NO, TABLE(t.no_delete), 0},
};

enum { GROUP_SPECS = 5 };

static int add_section(struct parse *p, const struct form_section *s)
{
    struct form *form = p->form;

    form->sections = mem_grow(
            form->sections, form->nsections, &p->cap.sections, sizeof(*form->sections));
    form->sections[form->nsections] = *s;
    return (int)form->nsections++;
}

int parse_here(struct parse *p)
{
    if (p->section < 0) {
        struct form_section s = {.name = xstrdup(p->form->name)};

        for (int i = 0; i < FORM_LANGS; i++)
            s.label.in[i] = xstrdup(p->form->label.in[i]);
        p->section = add_section(p, &s);
    }
    return p->section;
}

static bool section_free(const struct form *form, struct view name)
{
    for (size_t i = 0; i < form->nsections; i++)
        if (view_is(name, form->sections[i].name))
            return false;
    return true;
}

void parse_section(struct parse *p, const struct ini_block *block)
{
    struct form_section s = {0};

    if (!parse_room(p, block->kind.p, LIMIT_SECTIONS, p->form->nsections))
        return;
    if (parse_name_ok(p, block->name) && !section_free(p->form, block->name))
        parse_bad1(p, block->name.p, N_("section \"%1$s\" stands twice"), block->name);
    s.name = view_dup(block->name);
    parse_keys(p, block, section_specs, COUNT(section_specs), &s, 0);
    parse_need(p, block, s.label.in[0], "label");
    p->section = add_section(p, &s);
}

/* The part of PATH before the last point, empty when there is none. */
static struct view path_parent(struct view path)
{
    size_t n = path.n;

    while (n && path.p[n - 1] != '.')
        n--;
    return (struct view){path.p, n ? n - 1 : 0};
}

int parse_path(struct parse *p, struct view path, struct view *ret_key)
{
    struct view parent = path_parent(path);
    size_t skip = parent.n ? parent.n + 1 : 0;
    int table = form_table_find(p->form, parent);

    *ret_key = (struct view){path.p + skip, path.n - skip};
    if (path.n > FORM_PATH_MAX) {
        parse_bad(p, path.p, N_("this path is longer than 128 bytes"));
        return -1;
    }
    if (!parse_name_ok(p, *ret_key))
        return -1;
    if (table < 0) {
        parse_bad1(p, path.p, N_("no group or repeat \"%1$s\" stands above"), parent);
        return -1;
    }
    if (form_field_find(p->form, path) >= 0 || form_table_find(p->form, path) >= 0) {
        parse_bad1(p, path.p, N_("\"%1$s\" stands twice"), path);
        return -1;
    }
    return table;
}

void parse_table_free(struct parse *p, const char *where, const char *name)
{
    bool taken = form_list_find(p->form, view_of(name)) >= 0;

    for (size_t i = 0; i < p->form->ntables; i++)
        taken = taken || strcmp(p->form->tables[i].sql, name) == 0;
    if (taken)
        parse_bad1(p, where,
                N_("\"%1$s\" is already a list, a group, a repeat or the form itself"),
                view_of(name));
}

void parse_item(struct parse *p, bool is_table, int index)
{
    struct form *form = p->form;

    form->items =
            mem_grow(form->items, form->nitems, &p->cap.items, sizeof(*form->items));
    form->items[form->nitems++] = (struct form_item){is_table, index};
}

/* "reservation.moyens" is the table reservation_moyens of expressions. */
static char *sql_name(struct view path)
{
    char *sql = view_dup(path);

    for (char *c = sql; *c; c++)
        if (*c == '.')
            *c = '_';
    return sql;
}

static int add_table(struct parse *p, const struct form_table *t)
{
    struct form *form = p->form;

    form->tables = mem_grow(
            form->tables, form->ntables, &p->cap.tables, sizeof(*form->tables));
    form->tables[form->ntables] = *t;
    parse_item(p, true, (int)form->ntables);
    return (int)form->ntables++;
}

/* False when the table cannot stand here; reported. */
static bool table_place_ok(
        struct parse *p, const struct ini_block *block, struct table_block *b)
{
    struct view key;
    int parent = parse_path(p, block->name, &key);

    if (parent < 0)
        return false;
    if (p->form->tables[parent].kind == FORM_REPEAT) {
        parse_bad(p, block->name.p, N_("repeats do not nest"));
        return false;
    }
    if (parent && b->t.kind == FORM_GROUP) {
        parse_bad(p, block->name.p, N_("groups do not nest"));
        return false;
    }
    b->t.parent = parent;
    b->t.section = parent ? p->form->tables[parent].section : parse_here(p);
    return true;
}

/* Reads the block's keys. Returns the new table, or -1 after a report. */
static int read_table(struct parse *p, const struct ini_block *block,
        struct table_block *b, size_t nspecs)
{
    if (!parse_room(p, block->kind.p, LIMIT_TABLES, p->form->ntables))
        return -1;
    if (!table_place_ok(p, block, b))
        return -1;
    b->t.path = view_dup(block->name);
    b->t.sql = sql_name(block->name);
    parse_table_free(p, block->name.p, b->t.sql);
    b->t.sort = b->t.timing_start = b->t.timing_end = -1;
    parse_keys(p, block, table_specs, nspecs, b, 0);
    parse_need(p, block, b->t.label.in[0], "label");
    return add_table(p, &b->t);
}

void parse_group(struct parse *p, const struct ini_block *block)
{
    struct table_block b = {.t.kind = FORM_GROUP};

    read_table(p, block, &b, GROUP_SPECS);
}

static void late_sort(struct parse *p, const struct ini_key *key, int table)
{
    p->form->tables[table].sort = parse_field_named(p, key->value, table);
}

static int timing_column(struct parse *p, struct view word, int table)
{
    int field = parse_field_named(p, word, table);

    if (field >= 0 && p->form->fields[field].type != FORM_DATETIME)
        parse_bad1(p, word.p, N_("\"%1$s\" is not a datetime"), word);
    return field;
}

static void late_timing(struct parse *p, const struct ini_key *key, int table)
{
    struct view rest = key->value;
    struct view start;
    struct view end;
    struct view more;

    if (!ini_word(&rest, &start) || !ini_word(&rest, &end) || ini_word(&rest, &more)) {
        parse_bad(p, key->value.p, N_("timing= names two columns, start and end"));
        return;
    }
    p->form->tables[table].timing_start = timing_column(p, start, table);
    p->form->tables[table].timing_end = timing_column(p, end, table);
}

void parse_repeat(struct parse *p, const struct ini_block *block)
{
    struct table_block b = {.t = {.kind = FORM_REPEAT, .max = FORM_ROWS_MAX}};
    int table = read_table(p, block, &b, COUNT(table_specs));

    if (table < 0)
        return;
    if (b.title)
        p->form->tables[table].title =
                parse_expr(p, b.title->value.p, b.title->value, table);
    if (b.t.min > b.t.max)
        parse_bad(p, parse_key_find(p, block, "min")->value.p,
                N_("min= is greater than max="));
    parse_later(p, late_sort, b.sort, table);
    parse_later(p, late_timing, b.timing, table);
}

int parse_field_named(struct parse *p, struct view word, int under)
{
    const struct form *form = p->form;
    struct parse_guess guess = parse_guess(p, word);
    int found = -1;

    for (size_t i = 0; i < form->nfields && found < 0; i++) {
        const struct form_field *f = &form->fields[i];

        if (!under ? view_is(word, f->path)
                   : f->table == under && view_is(word, f->key))
            found = (int)i;
    }
    if (found >= 0)
        return found;
    for (size_t i = 0; i < form->nfields; i++)
        if (!under || form->fields[i].table == under)
            parse_guess_try(&guess, under ? form->fields[i].key : form->fields[i].path);
    parse_unknown(p, &guess, N_("unknown field \"%1$s\""),
            N_("unknown field \"%1$s\" (did you mean \"%2$s\"?)"));
    return -1;
}
