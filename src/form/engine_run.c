/* Working out what a change touches, each node once (P12). */
#include <stdlib.h>
#include <string.h>

#include "odus/base/date.h"
#include "odus/base/mem.h"
#include "engine_priv.h"

static bool eval(struct engine *en, int expr, int row, struct sandbox_value *ret)
{
    struct sandbox_expr *x = engine_expr(en, expr);
    int64_t pos = row + 1;

    en->row = pos;
    return x && sandbox_eval(x, &pos, ret, NULL) == 0;
}

int engine_truth(struct engine *en, int expr, int row)
{
    struct sandbox_value v;

    if (expr_is_one(en->form, expr))
        return 1;
    if (!eval(en, expr, row, &v))
        return -1;
    return sandbox_true(&v);
}

static void value_text(const struct sandbox_value *v, struct buf *out)
{
    if (v->type == SANDBOX_INT)
        buf_addf(out, "%lld", (long long)v->i);
    else if (v->type == SANDBOX_REAL)
        buf_addf(out, "%.12g", v->real);
    else
        buf_addv(out, v->text);
}

bool engine_value(struct engine *en, int expr, int row, struct buf *out)
{
    struct sandbox_value v;

    if (!expr)
        return false;
    if (expr_is_one(en->form, expr)) {
        buf_addc(out, '1');
        return true;
    }
    if (!eval(en, expr, row, &v) || v.type == SANDBOX_NULL)
        return false;
    value_text(&v, out);
    return true;
}

static struct inherited *memo_at(struct engine *en, struct rec_at at)
{
    struct inheritance *field = &en->inherited[at.field];
    size_t slots = (size_t)en->form->fields[at.field].nslots;
    size_t i = (size_t)at.row * slots + (size_t)at.lang;

    while (field->n <= i) {
        field->memos =
                mem_grow(field->memos, field->n, &field->cap, sizeof(*field->memos));
        field->memos[field->n++] = (struct inherited){0};
    }
    return &field->memos[i];
}

const char *engine_inherited(struct engine *en, struct rec_at at)
{
    struct inherited *memo;
    int inherit = en->form->fields[at.field].inherit;
    int64_t outer = en->row;
    struct buf text;

    if (!inherit || en->inheriting)
        return NULL; /* one step only: no chains, no circles */
    memo = memo_at(en, at);
    if (memo->stamp == en->stamp)
        return memo->text;
    buf_init(&text, SANDBOX_TEXT_MAX);
    en->inheriting = true;
    en->inherit_lang = at.lang;
    engine_value(en, inherit, at.row, &text);
    en->inheriting = false;
    en->inherit_lang = 0;
    en->row = outer;
    free(memo->text);
    *memo = (struct inherited){en->stamp, text.len ? buf_take(&text) : NULL};
    buf_release(&text);
    return memo->text;
}

bool engine_normalise(
        struct engine *en, struct rec_at at, const char *text, struct buf *out)
{
    bool ok;

    en->input = text;
    ok = engine_value(en, en->form->fields[at.field].normalise, at.row, out);
    en->input = NULL;
    return ok;
}

bool engine_allows(struct engine *en, struct rec_at at, const char *code)
{
    const struct form_field *f = &en->form->fields[at.field];
    struct sandbox_expr *filter = engine_expr(en, f->filter);
    struct sandbox_value v;
    int64_t pos = at.row + 1;
    bool ok;

    if (!filter)
        return true;
    en->row = at.row + 1;
    en->choice = code;
    if (f->list >= 0)
        pos = engine_list_pos(&en->lists[f->list], code);
    ok = pos > 0 && sandbox_eval(filter, &pos, &v, NULL) == 0 && sandbox_true(&v) == 1;
    en->choice = NULL;
    return ok;
}

static void make_dirty(struct node *n, int row)
{
    if (n->dirty == NODE_CLEAN && row >= 0 && n->table && !n->whole)
        n->dirty = row;
    else if (n->dirty != row || !n->table || n->whole)
        n->dirty = NODE_ALL;
}

/* ROW counts only for nodes over the same repeat. */
static void touch(struct engine *en, const struct node_set *set, int table, int row)
{
    for (size_t i = 0; i < set->n; i++) {
        struct node *n = &en->nodes[set->at[i]];
        make_dirty(n, n->table == table && table ? row : NODE_ALL);
    }
    en->stale = true;
}

void engine_touch_field(struct engine *en, int field, int row)
{
    en->stamp++;
    touch(en, &en->field_readers[field], form_frame(en->form, field), row);
}

static void run_section(struct engine *en, const struct node *n)
{
    const struct form *form = en->form;
    bool hidden = engine_truth(en, form->sections[n->target].relevant, 0) != 1;

    if (en->section_hidden[n->target] == hidden)
        return;
    en->section_hidden[n->target] = hidden;
    for (size_t i = 0; i < en->nnodes; i++) {
        struct node *m = &en->nodes[i];
        if ((m->kind == NODE_TABLE && form->tables[m->target].section == n->target) ||
                (m->kind == NODE_FIELD && form->fields[m->target].section == n->target))
            m->dirty = NODE_ALL;
    }
}

static void run_table(struct engine *en, const struct node *n)
{
    const struct form *form = en->form;
    const struct form_table *t = &form->tables[n->target];
    bool hidden = en->section_hidden[t->section] ||
                  (t->parent && en->table_hidden[t->parent]) ||
                  (t->relevant && engine_truth(en, t->relevant, 0) != 1);

    if (en->table_hidden[n->target] == hidden)
        return;
    en->table_hidden[n->target] = hidden;
    en->stamp++;
    for (size_t i = 0; i < en->nnodes; i++) {
        struct node *m = &en->nodes[i];
        if ((m->kind == NODE_TABLE && form->tables[m->target].parent == n->target) ||
                (m->kind == NODE_FIELD && form->fields[m->target].table == n->target))
            m->dirty = NODE_ALL;
    }
    touch(en, &en->table_readers[n->target], 0, NODE_ALL);
}

static bool field_hidden(struct engine *en, int field, int row)
{
    const struct form_field *f = &en->form->fields[field];

    return en->section_hidden[f->section] || en->table_hidden[f->table] ||
           (f->relevant && engine_truth(en, f->relevant, row) != 1);
}

static void run_field(struct engine *en, const struct node *n, int row)
{
    const struct form_field *f = &en->form->fields[n->target];
    struct rec_at at = {n->target, row, 0};
    bool hidden = field_hidden(en, n->target, row);

    if (rec_hidden(en->rec, at) == hidden)
        return;
    for (at.lang = 0; at.lang < f->nslots; at.lang++)
        rec_set_hidden(en->rec, at, hidden);
    engine_touch_field(en, n->target, row);
}

static void run_calc(struct engine *en, const struct node *n, int row)
{
    struct rec_at at = {n->target, row, 0};
    const char *old = rec_get(en->rec, at);
    struct buf text;

    buf_init(&text, 0);
    engine_value(en, en->form->fields[n->target].calculation, row, &text);
    if (!view_eq(view_of(old), buf_view(&text))) {
        rec_set(en->rec, at, buf_view(&text));
        engine_touch_field(en, n->target, row);
    }
    buf_release(&text);
}

static struct outcome run_rows(struct engine *en, const struct node *n)
{
    const struct form_table *t = &en->form->tables[n->target];
    int rows = en->table_hidden[n->target] ? 0 : rec_rows(en->rec, n->target);
    bool asked = t->min > 0 && !en->table_hidden[n->target];
    struct outcome out = {0, asked};

    if (asked && rows < t->min)
        out.finding = FOUND_ROWS_FEW;
    else if (t->max && rows > t->max)
        out.finding = FOUND_ROWS_MANY;
    return out;
}

static struct outcome run_rule(struct engine *en, const struct node *n, int row)
{
    const struct form_rule *rule = &en->form->rules[n->target];
    struct outcome out = {0};
    bool shown = false;

    for (size_t i = 0; i < rule->non && !shown; i++) {
        int frame = form_frame(en->form, rule->on[i]);
        struct rec_at at = {rule->on[i], frame == n->table ? row : 0, 0};
        shown = frame && frame != n->table ? !en->table_hidden[frame]
                                           : !rec_hidden(en->rec, at);
    }
    out.finding = shown && engine_truth(en, rule->check, row) == 0;
    return out;
}

static void keep_outcome(struct node *n, int row, struct outcome out)
{
    n->bad += (out.finding != 0) - (n->rows[row].finding != 0);
    n->rows[row] = out;
}

static void run_row(struct engine *en, struct node *n, int row)
{
    switch (n->kind) {
    case NODE_SECTION: run_section(en, n); break;
    case NODE_TABLE: run_table(en, n); break;
    case NODE_FIELD: run_field(en, n, row); break;
    case NODE_CALC: run_calc(en, n, row); break;
    case NODE_CHECK:
        keep_outcome(n, row, engine_check_field(en, n->target, row));
        break;
    case NODE_ROWS: keep_outcome(n, row, run_rows(en, n)); break;
    case NODE_RULE: keep_outcome(n, row, run_rule(en, n, row)); break;
    }
}

static void resize(struct node *n, int rows)
{
    if (n->kind < NODE_CHECK || n->nrows == rows)
        return;
    if (rows > n->cap) {
        n->cap = rows < 4 ? 4 : rows * 2;
        n->rows = xrealloc(n->rows, (size_t)n->cap, sizeof(*n->rows));
    }
    for (int i = rows; i < n->nrows; i++)
        n->bad -= n->rows[i].finding != 0;
    for (int i = n->nrows; i < rows; i++)
        n->rows[i] = (struct outcome){0};
    n->nrows = rows;
}

static void run_node(struct engine *en, struct node *n)
{
    int rows = n->table ? rec_rows(en->rec, n->table) : 1;
    int dirty = n->dirty;

    resize(n, rows);
    n->dirty = NODE_CLEAN;
    if (dirty >= 0 && dirty < rows)
        run_row(en, n, dirty);
    for (int row = 0; dirty == NODE_ALL && row < rows; row++)
        run_row(en, n, row);
    en->stale = true;
}

void engine_run(struct engine *en)
{
    if (en->hooks.hold)
        en->hooks.hold(en->hooks.ctx, true);
    for (size_t i = 0; i < en->nnodes; i++)
        if (en->nodes[i].dirty != NODE_CLEAN)
            run_node(en, &en->nodes[i]);
    if (en->hooks.hold)
        en->hooks.hold(en->hooks.ctx, false);
}

void engine_changed(struct engine *en, struct rec_at at)
{
    if (!en->rec)
        return;
    engine_touch_field(en, at.field, at.row);
    engine_run(en);
}

/* Nodes over TABLE that look at one row each know their rows still; the new one is ROW,
 * or -1 when there is none. All others that read the table start again. */
static void touch_rows(struct engine *en, int table, int row)
{
    const struct node_set *set = &en->table_readers[table];

    en->stamp++;
    en->stale = true;
    for (size_t i = 0; i < set->n; i++) {
        struct node *n = &en->nodes[set->at[i]];

        if (n->table != table || n->whole)
            n->dirty = NODE_ALL;
        else if (row >= 0)
            make_dirty(n, row);
    }
    engine_run(en);
}

static bool has_outcome(const struct node *n, int table, int row)
{
    return n->table == table && n->kind >= NODE_CHECK && row < n->nrows;
}

/* Takes the outcome at FROM out and puts it in at TO. */
static void move_outcome(struct node *n, int from, int to)
{
    struct outcome kept = n->rows[from];
    int step = from < to ? 1 : -1;

    for (int i = from; i != to; i += step)
        n->rows[i] = n->rows[i + step];
    n->rows[to] = kept;
}

void engine_row_added(struct engine *en, int table, int row)
{
    if (!en->rec)
        return;
    for (size_t i = 0; i < en->nnodes; i++) {
        struct node *n = &en->nodes[i];

        if (n->table != table || n->kind < NODE_CHECK || row > n->nrows)
            continue;
        resize(n, n->nrows + 1);
        move_outcome(n, n->nrows - 1, row);
    }
    touch_rows(en, table, row);
}

void engine_row_removed(struct engine *en, int table, int row)
{
    if (!en->rec)
        return;
    for (size_t i = 0; i < en->nnodes; i++) {
        struct node *n = &en->nodes[i];

        if (!has_outcome(n, table, row))
            continue;
        move_outcome(n, row, n->nrows - 1);
        resize(n, n->nrows - 1);
    }
    touch_rows(en, table, -1);
}

void engine_row_moved(struct engine *en, int table, int from, int to)
{
    if (!en->rec)
        return;
    for (size_t i = 0; i < en->nnodes; i++)
        if (has_outcome(&en->nodes[i], table, from > to ? from : to))
            move_outcome(&en->nodes[i], from, to);
    touch_rows(en, table, -1);
}

void engine_refresh(struct engine *en)
{
    if (!en->rec)
        return;
    en->stamp++;
    for (size_t i = 0; i < en->nnodes; i++)
        en->nodes[i].dirty = NODE_ALL;
    engine_run(en);
}

void engine_read(struct engine *en, struct rec *rec)
{
    en->rec = rec;
    en->stamp++;
    engine_clear_issues(en);
    memset(en->section_hidden, 0, en->form->nsections * sizeof(bool));
    memset(en->table_hidden, 0, en->form->ntables * sizeof(bool));
    for (size_t i = 0; i < en->nnodes; i++)
        resize(&en->nodes[i], 0);
}

void engine_attach(struct engine *en, struct rec *rec)
{
    engine_read(en, rec);
    engine_refresh(en);
}
