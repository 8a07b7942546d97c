/* What depends on what: nodes in the order in which they can be worked out. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "engine_priv.h"

void node_set_add(struct node_set *set, int node)
{
    if (set->n && set->at[set->n - 1] == node)
        return;
    set->at = mem_grow(set->at, set->n, &set->cap, sizeof(*set->at));
    set->at[set->n++] = node;
}

static int add_node(struct engine *en, enum node_kind kind, int target, int table)
{
    en->nodes = mem_grow(en->nodes, en->nnodes, &en->cap_nodes, sizeof(*en->nodes));
    en->nodes[en->nnodes] = (struct node){
            .kind = kind, .target = target, .table = table, .dirty = NODE_ALL};
    return (int)en->nnodes++;
}

static int table_of(const struct engine *en, const char *sql)
{
    for (size_t i = 0; i < en->form->ntables; i++)
        if (strcmp(en->form->tables[i].sql, sql) == 0)
            return (int)i;
    return -1;
}

/* The field behind a column, or -1. */
static int field_of(const struct engine *en, int table, const char *column)
{
    const struct form *form = en->form;

    for (size_t i = 0; i < form->nfields; i++) {
        const struct form_field *f = &form->fields[i];
        size_t n = strlen(f->key);

        if (f->table != table || strncmp(column, f->key, n) != 0)
            continue;
        if (column[n] == '\0' ||
                (f->nslots > 1 && column[n] == '_' && strlen(column) == n + 3))
            return (int)i;
    }
    return -1;
}

static void add_reads(struct engine *en, int node, const struct sandbox_expr *x);

/* Reading a field that inherits is reading what its inheritance reads. */
static void add_field(struct engine *en, int node, int field)
{
    const struct form_field *f = &en->form->fields[field];
    struct node_set *set = &en->field_readers[field];
    bool known = set->n && set->at[set->n - 1] == node;

    node_set_add(set, node);
    if (f->inherit && !known && en->compiled[f->inherit])
        add_reads(en, node, en->compiled[f->inherit]);
}

static void add_reads(struct engine *en, int node, const struct sandbox_expr *x)
{
    const struct sandbox_read *reads;
    size_t n = sandbox_reads(x, &reads);

    for (size_t i = 0; i < n; i++) {
        int table = table_of(en, reads[i].table);
        int field = table < 0 ? -1 : field_of(en, table, reads[i].column);

        if (field >= 0)
            add_field(en, node, field);
        if (table >= 0)
            node_set_add(&en->table_readers[table], node);
    }
}

static void add_expr(struct engine *en, int node, int expr)
{
    struct node *nd = &en->nodes[node];
    struct view src;

    if (!expr || !en->compiled[expr])
        return;
    src = view_of(en->form->exprs[expr].src);
    if (nd->table && (expr_names(src, en->form->tables[nd->table].sql) ||
                             expr_names(src, "_pos")))
        nd->whole = true;
    add_reads(en, node, en->compiled[expr]);
}

static bool has_relevance(const struct form *form, const struct form_field *f)
{
    const struct form_table *t = &form->tables[f->table];

    return f->relevant || t->relevant || form->sections[f->section].relevant ||
           form->tables[t->parent].relevant;
}

/* Nodes that give values come first; their order is settled by sort_nodes. */
static void add_givers(struct engine *en)
{
    const struct form *form = en->form;

    for (size_t i = 0; i < form->nsections; i++)
        if (form->sections[i].relevant)
            add_node(en, NODE_SECTION, (int)i, 0);
    for (size_t i = 1; i < form->ntables; i++)
        if (form->tables[i].relevant || form->tables[form->tables[i].parent].relevant ||
                form->sections[form->tables[i].section].relevant)
            add_node(en, NODE_TABLE, (int)i, 0);
    for (size_t i = 0; i < form->nfields; i++) {
        const struct form_field *f = &form->fields[i];
        int frame = form_frame(form, (int)i);

        if (has_relevance(form, f))
            add_node(en, NODE_FIELD, (int)i, frame);
        if (f->calculation)
            add_node(en, NODE_CALC, (int)i, frame);
    }
}

static void add_takers(struct engine *en)
{
    const struct form *form = en->form;

    for (size_t i = 0; i < form->nfields; i++)
        if (form->fields[i].type != FORM_NOTE)
            add_node(en, NODE_CHECK, (int)i, form_frame(form, (int)i));
    for (size_t i = 1; i < form->ntables; i++)
        if (form->tables[i].kind == FORM_REPEAT)
            add_node(en, NODE_ROWS, (int)i, 0);
    for (size_t i = 0; i < form->nrules; i++)
        add_node(en, NODE_RULE, (int)i, form->rules[i].table);
}

static int relevance_of(const struct form *form, const struct node *n)
{
    if (n->kind == NODE_SECTION)
        return form->sections[n->target].relevant;
    if (n->kind == NODE_TABLE)
        return form->tables[n->target].relevant;
    return form->fields[n->target].relevant;
}

static void read_rule(struct engine *en, int node)
{
    const struct form_rule *rule = &en->form->rules[en->nodes[node].target];

    add_expr(en, node, rule->check);
    for (size_t i = 0; i < rule->non; i++)
        node_set_add(&en->field_readers[rule->on[i]], node);
    if (rule->table)
        node_set_add(&en->table_readers[rule->table], node);
}

static void read_check(struct engine *en, int node)
{
    const struct form_field *f = &en->form->fields[en->nodes[node].target];

    add_expr(en, node, f->required);
    add_expr(en, node, f->inherit);
    add_expr(en, node, f->filter);
    node_set_add(&en->field_readers[en->nodes[node].target], node);
    if (en->nodes[node].table)
        node_set_add(&en->table_readers[en->nodes[node].table], node);
}

static void add_readers(struct engine *en, int node)
{
    const struct node *n = &en->nodes[node];

    switch (n->kind) {
    case NODE_SECTION:
    case NODE_TABLE:
    case NODE_FIELD: add_expr(en, node, relevance_of(en->form, n)); break;
    case NODE_CALC: add_expr(en, node, en->form->fields[n->target].calculation); break;
    case NODE_CHECK: read_check(en, node); break;
    case NODE_ROWS: node_set_add(&en->table_readers[n->target], node); break;
    case NODE_RULE: read_rule(en, node); break;
    }
    if (n->table)
        node_set_add(&en->table_readers[n->table], node);
}

/* Whether node B works from what node A gives. */
static bool feeds(const struct engine *en, const struct node *a, int b)
{
    const struct node *nb = &en->nodes[b];
    const struct form *form = en->form;
    const struct node_set *set;

    if (a->kind == NODE_SECTION && nb->kind == NODE_TABLE)
        return form->tables[nb->target].section == a->target;
    if (a->kind == NODE_SECTION)
        return nb->kind == NODE_FIELD && form->fields[nb->target].section == a->target;
    if (a->kind == NODE_TABLE && nb->kind == NODE_TABLE)
        return form->tables[nb->target].parent == a->target;
    if (a->kind == NODE_TABLE && nb->kind == NODE_FIELD &&
            form->fields[nb->target].table == a->target)
        return true;
    set = a->kind == NODE_TABLE ? &en->table_readers[a->target]
                                : &en->field_readers[a->target];
    for (size_t i = 0; i < set->n; i++)
        if (set->at[i] == b)
            return true;
    return false;
}

static void report_cycle(
        struct engine *en, const struct node *n, struct problems *problems)
{
    const struct form_field *f = &en->form->fields[n->target];
    struct err e = {0};

    if (n->kind != NODE_FIELD && n->kind != NODE_CALC)
        return;
    err_set(&e, ERR_INVALID, N_("\"%1$s\" depends on itself through its conditions"),
            f->path);
    err_at(&e, f->file, f->line, 1);
    problems_add(problems, &e, (struct view){0});
}

/* Orders the first N nodes so that each comes after those that feed it. */
static void sort_nodes(struct engine *en, size_t n, struct problems *problems)
{
    struct node *sorted = xcalloc(n, sizeof(*sorted));
    int *waits = xcalloc(n, sizeof(*waits));
    size_t done = 0;
    bool moved = true;

    for (size_t a = 0; a < n; a++)
        for (size_t b = 0; b < n; b++)
            waits[b] += feeds(en, &en->nodes[a], (int)b);
    while (moved) {
        moved = false;
        for (size_t i = 0; i < n; i++) {
            if (waits[i] != 0)
                continue;
            waits[i] = -1;
            for (size_t b = 0; b < n; b++)
                waits[b] -= waits[b] > 0 && feeds(en, &en->nodes[i], (int)b);
            sorted[done++] = en->nodes[i];
            moved = true;
        }
    }
    for (size_t i = 0; i < n; i++)
        if (waits[i] > 0) {
            report_cycle(en, &en->nodes[i], problems);
            sorted[done++] = en->nodes[i];
        }
    if (n)
        memcpy(en->nodes, sorted, n * sizeof(*sorted));
    free(waits);
    free(sorted);
}

static void clear_readers(struct engine *en)
{
    for (size_t i = 0; i < en->form->nfields; i++)
        en->field_readers[i].n = 0;
    for (size_t i = 0; i < en->form->ntables; i++)
        en->table_readers[i].n = 0;
}

void engine_build_nodes(struct engine *en, struct problems *problems)
{
    size_t givers;

    en->field_readers = xcalloc(en->form->nfields, sizeof(*en->field_readers));
    en->table_readers = xcalloc(en->form->ntables, sizeof(*en->table_readers));
    add_givers(en);
    givers = en->nnodes;
    for (size_t i = 0; i < givers; i++)
        add_readers(en, (int)i);
    sort_nodes(en, givers, problems);
    clear_readers(en);
    add_takers(en);
    for (size_t i = 0; i < en->nnodes; i++)
        add_readers(en, (int)i);
}

void engine_free_nodes(struct engine *en)
{
    for (size_t i = 0; i < en->nnodes; i++)
        free(en->nodes[i].rows);
    free(en->nodes);
    for (size_t i = 0; en->field_readers && i < en->form->nfields; i++)
        free(en->field_readers[i].at);
    for (size_t i = 0; en->table_readers && i < en->form->ntables; i++)
        free(en->table_readers[i].at);
    free(en->field_readers);
    free(en->table_readers);
}
