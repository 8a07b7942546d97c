/* The record, its groups and repeats, and the lists, as tables that expressions read.
 */
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "engine_priv.h"

static const char *sql_type(enum form_type type)
{
    switch (type) {
    case FORM_INTEGER:
    case FORM_MONEY:
    case FORM_BOOLEAN:
    case FORM_DURATION: return "integer";
    case FORM_DECIMAL: return "real";
    default: return "text";
    }
}

/* TEXT is the record's, or kept until a value changes: no evaluation outlives it. */
static void result_value(
        struct db_call *call, const struct form_field *field, const char *text)
{
    long long n;
    double real;

    if (strcmp(sql_type(field->type), "integer") == 0 && view_int(view_of(text), &n))
        db_result_int(call, n);
    else if (field->type == FORM_DECIMAL && view_real(view_of(text), &real))
        db_result_real(call, real);
    else
        db_result_static(call, text);
}

static const struct rec *current(const struct engine *en)
{
    return en->rec ? en->rec : en->blank;
}

static size_t table_rows(void *ctx)
{
    struct engine_table *t = ctx;
    const struct form_table *def = &t->engine->form->tables[t->table];

    if (def->kind != FORM_REPEAT)
        return 1;
    return t->engine->table_hidden[t->table]
                   ? 0
                   : (size_t)rec_rows(current(t->engine), t->table);
}

/* A blank that inherits is for expressions what it inherits. */
static void inherited_cell(struct engine *en, struct rec_at at, struct db_call *call)
{
    const char *text = engine_inherited(en, at);

    if (text)
        result_value(call, &en->form->fields[at.field], text);
}

/* Under `inherit` a multilingual text is meant in the language that is blank. */
static int cell_lang(const struct engine *en, const struct column *c)
{
    if (c->field < 0 || c->lang > 0 || en->form->fields[c->field].nslots < 2)
        return c->lang;
    return en->inherit_lang;
}

static void table_cell(void *ctx, size_t row, int col, struct db_call *call)
{
    struct engine_table *t = ctx;
    const struct rec *rec = current(t->engine);
    const struct column *c = &t->columns[col];
    struct rec_at at = {c->field, (int)row, cell_lang(t->engine, c)};
    const char *text;

    if (c->field == COLUMN_POS) {
        db_result_int(call, (int64_t)row + 1);
    } else if (c->field == COLUMN_ID) {
        db_result_static(call, rec_row_id(rec, t->table, (int)row));
    } else if (!rec_hidden(rec, at)) {
        text = rec_get(rec, at);
        if (text)
            result_value(call, &t->engine->form->fields[c->field], text);
        else
            inherited_cell(t->engine, at, call);
    }
}

static void add_column(struct engine_table *t, size_t *cap, int field, int lang)
{
    t->columns = mem_grow(t->columns, t->ncolumns, cap, sizeof(*t->columns));
    t->columns[t->ncolumns++] = (struct column){field, lang};
}

static void declare_field(
        struct engine_table *t, size_t *cap, int index, struct buf *decl)
{
    const struct form *form = t->engine->form;
    const struct form_field *f = &form->fields[index];

    if (f->type == FORM_NOTE)
        return;
    buf_addf(decl, "%s\"%s\" %s", t->ncolumns ? ", " : "", f->key, sql_type(f->type));
    add_column(t, cap, index, 0);
    for (int lang = 1; lang < f->nslots; lang++) {
        buf_addf(decl, ", \"%s_%s\" text", f->key, form->langs[lang]);
        add_column(t, cap, index, lang);
    }
}

static int add_table(struct engine *en, int index, struct err *err)
{
    const struct form_table *def = &en->form->tables[index];
    struct engine_table *t = &en->tables[index];
    struct buf decl;
    struct db_vtable vt = {.name = def->sql,
            .rows = table_rows,
            .cell = table_cell,
            .key_col = -1,
            .pos_col = -1,
            .ctx = t};
    size_t cap = 0;
    int rc;

    *t = (struct engine_table){.engine = en, .table = index};
    buf_init(&decl, 0);
    for (size_t i = 0; i < en->form->nfields; i++)
        if (en->form->fields[i].table == index)
            declare_field(t, &cap, (int)i, &decl);
    if (def->kind == FORM_REPEAT) {
        vt.pos_col = (int)t->ncolumns;
        buf_addf(&decl, "%s\"_pos\" integer, \"_id\" text", t->ncolumns ? ", " : "");
        add_column(t, &cap, COLUMN_POS, 0);
        add_column(t, &cap, COLUMN_ID, 0);
    } else if (t->ncolumns == 0) {
        buf_adds(&decl, "\"_pos\" integer");
        add_column(t, &cap, COLUMN_POS, 0);
    }
    vt.columns = decl.s;
    rc = sandbox_table(en->sb, &vt, err);
    buf_release(&decl);
    return rc;
}

/* Lists: rows below nentries are the form's own; of a list with a file, rows are asked
 * by number, and the codes found by key stand at FOUND_BASE on. */
#define FOUND_BASE ((size_t)1 << 40)

static size_t list_rows(void *ctx)
{
    struct engine_list *l = ctx;
    struct buf code;
    size_t low = 0, high = 64;

    if (!l->list->file)
        return l->list->nentries;
    if (!l->engine->hooks.list_code)
        return 0;
    buf_init(&code, 0);
    while (l->engine->hooks.list_code(
            l->engine->hooks.ctx, l->list->name, high, &code)) {
        low = high;
        high *= 2;
    }
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        buf_clear(&code);
        if (l->engine->hooks.list_code(l->engine->hooks.ctx, l->list->name, mid, &code))
            low = mid + 1;
        else
            high = mid;
    }
    buf_release(&code);
    return low;
}

static bool row_code(struct engine_list *l, size_t row, struct buf *code)
{
    if (row >= FOUND_BASE) {
        buf_adds(code, l->found[(row - FOUND_BASE) % LIST_FOUND]);
        return true;
    }
    return l->engine->hooks.list_code &&
           l->engine->hooks.list_code(l->engine->hooks.ctx, l->list->name, row, code);
}

static bool list_exists(void *ctx, size_t row)
{
    struct engine_list *l = ctx;
    struct buf code;
    bool found;

    if (!l->list->file)
        return row < l->list->nentries;
    buf_init(&code, 0);
    found = row >= FOUND_BASE ? l->found[(row - FOUND_BASE) % LIST_FOUND] != NULL
                              : row_code(l, row, &code);
    buf_release(&code);
    return found;
}

static const char *own_cell(const struct engine_list *l, size_t row, int col)
{
    const struct form_entry *e = &l->list->entries[row];

    if (col == 0)
        return e->code;
    if (col == 1)
        return e->label.in[0];
    return e->cells[col - 2];
}

static void file_cell(struct engine_list *l, size_t row, int col, struct db_call *call)
{
    const char *column = col == 1  ? "label"
                         : col > 1 ? l->list->columns[col - 2]
                                   : NULL;
    struct buf code, text;

    buf_init(&code, 0);
    buf_init(&text, SANDBOX_TEXT_MAX);
    if (row_code(l, row, &code)) {
        if (!column)
            db_result_text(call, buf_view(&code));
        else if (l->engine->hooks.list_cell(
                         l->engine->hooks.ctx, l->list->name, code.s, column, &text))
            db_result_text(call, buf_view(&text));
    }
    buf_release(&text);
    buf_release(&code);
}

static void list_cell(void *ctx, size_t row, int col, struct db_call *call)
{
    struct engine_list *l = ctx;

    if (col == (int)l->list->ncolumns + 2)
        db_result_int(call, (int64_t)row + 1);
    else if (l->list->file)
        file_cell(l, row, col, call);
    else
        db_result_static(call, own_cell(l, row, col));
}

static size_t list_find(void *ctx, struct view key, size_t nth)
{
    struct engine_list *l = ctx;
    const struct form_entry *e;
    char *code;
    int64_t pos;

    if (nth > 0)
        return DB_NO_ROW;
    if (!l->list->file) {
        e = form_entry_find(l->list, key);
        return e ? (size_t)(e - l->list->entries) : DB_NO_ROW;
    }
    code = view_dup(key);
    pos = engine_list_pos(l, code);
    free(code);
    return pos ? (size_t)pos - 1 : DB_NO_ROW;
}

int64_t engine_list_pos(struct engine_list *l, const char *code)
{
    const struct form_entry *e;
    struct buf label;
    bool known;
    size_t slot;

    if (!l->list->file) {
        e = form_entry_find(l->list, view_of(code));
        return e ? e - l->list->entries + 1 : 0;
    }
    if (!l->engine->hooks.list_cell)
        return 0;
    buf_init(&label, 0);
    known = l->engine->hooks.list_cell(
            l->engine->hooks.ctx, l->list->name, code, "label", &label);
    buf_release(&label);
    if (!known)
        return 0;
    slot = l->next++ % LIST_FOUND;
    free(l->found[slot]);
    l->found[slot] = xstrdup(code);
    return (int64_t)(FOUND_BASE + slot + 1);
}

static int add_list(struct engine *en, size_t index, struct err *err)
{
    struct engine_list *l = &en->lists[index];
    struct buf decl;
    struct db_vtable vt = {.name = en->form->lists[index].name,
            .rows = list_rows,
            .exists = list_exists,
            .cell = list_cell,
            .find = list_find,
            .key_col = 0,
            .ctx = l};
    int rc;

    *l = (struct engine_list){.engine = en, .list = &en->form->lists[index]};
    buf_init(&decl, 0);
    buf_adds(&decl, "\"code\" text, \"label\" text");
    for (size_t i = 0; i < l->list->ncolumns; i++)
        buf_addf(&decl, ", \"%s\" text", l->list->columns[i]);
    buf_adds(&decl, ", \"_pos\" integer");
    vt.pos_col = (int)l->list->ncolumns + 2;
    vt.columns = decl.s;
    rc = sandbox_table(en->sb, &vt, err);
    buf_release(&decl);
    return rc;
}

/* One-row tables: the text under `normalise`, the record under a ref's `filter`. */
static size_t one_row(void *ctx)
{
    (void)ctx;
    return 1;
}

static void input_cell(void *ctx, size_t row, int col, struct db_call *call)
{
    struct engine *en = ctx;

    (void)row;
    (void)col;
    db_result_text(call, view_of(en->input));
}

static void choice_cell(void *ctx, size_t row, int col, struct db_call *call)
{
    static const char *const paths[] = {NULL, "type", "title"};
    struct engine *en = ctx;
    struct buf out;
    const char *args[] = {en->choice, paths[col]};

    (void)row;
    if (col == 0)
        db_result_text(call, view_of(en->choice));
    if (col == 0 || !en->lookup || !en->choice)
        return;
    buf_init(&out, SANDBOX_TEXT_MAX);
    if (en->lookup(en->lookup_ctx, "ref_value", args, 2, &out))
        db_result_text(call, buf_view(&out));
    buf_release(&out);
}

int engine_add_tables(struct engine *en, struct err *err)
{
    const struct db_vtable input = {.name = "typed_input",
            .columns = "value text",
            .rows = one_row,
            .cell = input_cell,
            .key_col = -1,
            .pos_col = -1,
            .ctx = en};
    const struct db_vtable choice = {.name = "choice",
            .columns = "uid text, type text, title text",
            .rows = one_row,
            .cell = choice_cell,
            .key_col = -1,
            .pos_col = -1,
            .ctx = en};
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < en->form->ntables; i++)
        rc = add_table(en, (int)i, err);
    for (size_t i = 0; rc == 0 && i < en->form->nlists; i++)
        rc = add_list(en, i, err);
    if (rc == 0)
        rc = sandbox_table(en->sb, &input, err);
    if (rc == 0)
        rc = sandbox_table(en->sb, &choice, err);
    return rc;
}
