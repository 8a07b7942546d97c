#include "parse_priv.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/csv.h"
#include "odus/base/mem.h"

enum { COLUMNS_MAX = 20 };

struct list_block {
    const struct ini_key *columns, *file;
};

static const struct parse_spec specs[] = {
        {"columns", KEY_LATER, offsetof(struct list_block, columns), 0},
        {"file", KEY_LATER, offsetof(struct list_block, file), 0},
        {NULL, KEY_ANY, 0, 0},
};

/* A code with its place, to find doubled codes and the entry of a translation. */
struct code {
    struct view code;
    size_t entry;
};

struct codes {
    struct code *items;
    size_t n;
};

static int compare_views(struct view a, struct view b)
{
    int c = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);

    return c ? c : (a.n > b.n) - (a.n < b.n);
}

static int compare_codes(const void *a, const void *b)
{
    const struct code *x = a;
    const struct code *y = b;
    int c = compare_views(x->code, y->code);

    return c ? c : (x->entry > y->entry) - (x->entry < y->entry);
}

static int compare_code(const void *a, const void *b)
{
    return compare_views(
            ((const struct code *)a)->code, ((const struct code *)b)->code);
}

static bool is_column(const struct form_list *list, struct view name)
{
    for (size_t i = 0; i < list->ncolumns; i++)
        if (view_is(name, list->columns[i]))
            return true;
    return view_is(name, "code") || view_is(name, "label");
}

static void add_column(struct form_list *list, struct view name)
{
    if (!list->columns)
        list->columns = xcalloc(COLUMNS_MAX, sizeof(*list->columns));
    list->columns[list->ncolumns++] = view_dup(name);
}

static void read_columns(
        struct parse *p, const struct ini_key *key, struct form_list *list)
{
    struct view rest = key->value;
    struct view word;

    while (ini_word(&rest, &word)) {
        if (!parse_name_ok(p, word))
            continue;
        if (is_column(list, word))
            parse_bad1(p, word.p, N_("column \"%1$s\" stands twice"), word);
        else if (list->ncolumns == COLUMNS_MAX)
            parse_bad(p, word.p, N_("too many columns (at most 20)"));
        else
            add_column(list, word);
    }
}

/* Columns of a list in a file: its header, where the form does not say them itself. */
static void read_header(
        struct parse *p, const struct ini_key *key, struct form_list *list)
{
    struct csv *csv = NULL;
    struct err e = {0};
    struct buf text;

    buf_init(&text, 0);
    if (p->source(p->source_ctx, list->file, &text, &e) < 0)
        parse_bad1(
                p, key->value.p, N_("no file \"%1$s\" beside this form"), key->value);
    else if (csv_open(buf_view(&text), &csv, &e) < 0)
        parse_bad1(p, key->value.p, N_("\"%1$s\" is not a table in CSV"), key->value);
    else if (csv_find(csv, "code") < 0 || csv_find(csv, "label") < 0)
        parse_bad1(p, key->value.p, N_("\"%1$s\" needs the columns code and label"),
                key->value);
    for (size_t i = 0; csv && i < csv_columns(csv); i++) {
        struct view name = csv_name(csv, i);

        if (!is_column(list, name) && !memchr(name.p, '[', name.n) &&
                list->ncolumns < COLUMNS_MAX)
            add_column(list, name);
    }
    csv_free(csv);
    buf_release(&text);
}

static bool file_name_ok(struct view name)
{
    return name.n && name.n <= FORM_PATH_MAX && name.p[0] != '.' &&
           !memchr(name.p, '/', name.n) && !memchr(name.p, '\n', name.n);
}

static void read_file(
        struct parse *p, const struct list_block *b, struct form_list *list)
{
    if (!file_name_ok(b->file->value)) {
        parse_bad1(p, b->file->value.p,
                N_("\"%1$s\" is not the name of a file beside this form"),
                b->file->value);
        return;
    }
    list->file = view_dup(b->file->value);
    if (!b->columns && p->source)
        read_header(p, b->file, list);
}

/* Takes the part before the next " | " off REST. */
static struct view next_cell(struct view *rest)
{
    const char *bar = rest->n ? memchr(rest->p, '|', rest->n) : NULL;
    size_t n = bar ? (size_t)(bar - rest->p) : rest->n;
    struct view cell = {rest->p, n};

    rest->p += bar ? n + 1 : n;
    rest->n -= bar ? n + 1 : n;
    return view_trim(cell);
}

static size_t count_cells(struct view value)
{
    size_t n = 1;

    for (size_t i = 0; i < value.n; i++)
        n += value.p[i] == '|';
    return n;
}

static void read_cells(struct parse *p, const struct ini_key *key,
        const struct form_list *list, struct form_entry *entry)
{
    struct view rest = key->value;
    struct view label = rest;

    if (list->ncolumns)
        label = next_cell(&rest);
    if (!label.n)
        parse_bad1(p, key->name.p, N_("code \"%1$s\" has no label"), key->name);
    entry->label.in[0] = ini_text(label);
    if (!list->ncolumns)
        return;
    if (count_cells(key->value) != list->ncolumns + 1)
        parse_bad1(p, key->value.p,
                N_("\"%1$s\" needs its label and one cell per column, with | between"),
                key->name);
    entry->cells = xcalloc(list->ncolumns, sizeof(*entry->cells));
    for (size_t i = 0; i < list->ncolumns; i++) {
        struct view cell = next_cell(&rest);

        entry->cells[i] = cell.n ? ini_text(cell) : NULL;
    }
}

static bool is_code_key(const struct ini_key *key)
{
    return !view_is(key->name, "columns") && !view_is(key->name, "file");
}

static void read_entries(struct parse *p, const struct ini_block *block,
        struct form_list *list, struct codes *codes)
{
    size_t cap = 0;

    for (size_t i = 0; i < block->nkeys; i++) {
        const struct ini_key *key = parse_block_key(p, block, i);
        struct form_entry *entry;

        if (!is_code_key(key) || key->lang.n || !parse_id_ok(p, key->name))
            continue;
        if (!parse_room(p, key->name.p, LIMIT_ENTRIES, list->nentries))
            break;
        list->entries =
                mem_grow(list->entries, list->nentries, &cap, sizeof(*list->entries));
        entry = &list->entries[list->nentries];
        *entry = (struct form_entry){.code = view_dup(key->name)};
        read_cells(p, key, list, entry);
        codes->items[codes->n++] = (struct code){key->name, list->nentries++};
    }
}

/* Sorted neighbours that are equal: the later one in the file is the mistake. */
static void report_doubles(struct parse *p, const struct codes *codes)
{
    for (size_t i = 1; i < codes->n; i++)
        if (view_eq(codes->items[i - 1].code, codes->items[i].code))
            parse_bad1(p, codes->items[i].code.p, N_("code \"%1$s\" stands twice"),
                    codes->items[i].code);
}

static void read_translation(struct parse *p, const struct ini_key *key,
        struct form_list *list, const struct codes *codes)
{
    struct code wanted = {.code = key->name};
    const struct code *found = codes->n ? bsearch(&wanted, codes->items, codes->n,
                                                  sizeof(wanted), compare_code)
                                        : NULL;
    struct ini_key label = *key;

    if (!found) {
        parse_bad1(p, key->name.p, N_("\"%1$s\" is translated but not a code here"),
                key->name);
        return;
    }
    if (list->ncolumns)
        label.value = next_cell(&label.value);
    parse_text(p, &label, &list->entries[found->entry].label);
}

static void read_translations(struct parse *p, const struct ini_block *block,
        struct form_list *list, const struct codes *codes)
{
    for (size_t i = 0; i < block->nkeys; i++) {
        const struct ini_key *key = parse_block_key(p, block, i);

        if (is_code_key(key) && key->lang.n)
            read_translation(p, key, list, codes);
    }
}

static void read_codes(
        struct parse *p, const struct ini_block *block, struct form_list *list)
{
    struct codes codes = {.items = xcalloc(block->nkeys, sizeof(*codes.items))};

    read_entries(p, block, list, &codes);
    qsort(codes.items, codes.n, sizeof(*codes.items), compare_codes);
    report_doubles(p, &codes);
    if (!(p->full & 1u << LIMIT_ENTRIES))
        read_translations(p, block, list, &codes);
    if (list->file && list->nentries)
        parse_bad(p, block->kind.p, N_("a list has codes or file=, not both"));
    else if (!list->file && !list->nentries)
        parse_bad(p, block->kind.p, N_("this list is empty"));
    free(codes.items);
}

void parse_list(struct parse *p, const struct ini_block *block)
{
    struct form *form = p->form;
    struct form_list list = {0};
    struct list_block b = {0};

    if (!parse_room(p, block->kind.p, LIMIT_LISTS, form->nlists))
        return;
    parse_name_ok(p, block->name);
    list.name = view_dup(block->name);
    parse_table_free(p, block->name.p, list.name);
    parse_keys(p, block, specs, COUNT(specs), &b, 0);
    if (b.columns)
        read_columns(p, b.columns, &list);
    if (b.file)
        read_file(p, &b, &list);
    read_codes(p, block, &list);
    form->lists =
            mem_grow(form->lists, form->nlists, &p->cap.lists, sizeof(*form->lists));
    form->lists[form->nlists++] = list;
}
