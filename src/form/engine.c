#include "odus/form/engine.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/date.h"
#include "odus/base/mem.h"
#include "engine_priv.h"

static void compile_messages(struct engine *en, struct problems *problems)
{
    en->messages = xcalloc(en->form->nrules, sizeof(*en->messages));
    for (size_t i = 0; i < en->form->nrules; i++)
        for (int lang = 0; lang < en->form->nlangs; lang++)
            template_compile(en, &en->form->rules[i], lang, problems);
}

static int open_sandbox(struct engine *en, struct err *err)
{
    int rc;

    en->sb = sandbox_new();
    en->tables = xcalloc(en->form->ntables, sizeof(*en->tables));
    en->lists = xcalloc(en->form->nlists, sizeof(*en->lists));
    rc = engine_add_tables(en, err);
    if (rc == 0)
        rc = engine_add_functions(en, err);
    return rc == 0 ? sandbox_seal(en->sb, err) : rc;
}

struct engine *engine_open(const struct form *form, const struct engine_hooks *hooks,
        struct problems *problems)
{
    struct engine *en = xcalloc(1, sizeof(*en));
    struct err err = {0};

    en->form = form;
    en->hooks = *hooks;
    en->lookup = hooks->lookup;
    en->lookup_ctx = hooks->ctx;
    en->today = DATE_NONE;
    en->blank = rec_new(form);
    en->stamp = 1;
    en->inherited = xcalloc(form->nfields, sizeof(*en->inherited));
    en->section_hidden = xcalloc(form->nsections, sizeof(bool));
    en->table_hidden = xcalloc(form->ntables, sizeof(bool));
    en->compiled = xcalloc(form->nexprs, sizeof(struct sandbox_expr *));
    if (open_sandbox(en, &err) == 0)
        return en;
    problems_add(problems, &err, (struct view){0});
    engine_free(en);
    return NULL;
}

bool engine_complete(struct engine *en, struct problems *problems)
{
    size_t before = problems->n;

    if (en->complete)
        return true;
    engine_compile(en, problems);
    compile_messages(en, problems);
    if (problems->n == before)
        engine_build_nodes(en, problems);
    en->complete = problems->n == before;
    return en->complete;
}

struct engine *engine_new(const struct form *form, const struct engine_hooks *hooks,
        struct problems *problems)
{
    struct engine *en = engine_open(form, hooks, problems);

    if (en && engine_complete(en, problems))
        return en;
    engine_free(en);
    return NULL;
}

static void free_lists(struct engine *en)
{
    for (size_t i = 0; en->lists && i < en->form->nlists; i++)
        for (size_t j = 0; j < LIST_FOUND; j++)
            free(en->lists[i].found[j]);
    free(en->lists);
}

static void free_messages(struct engine *en)
{
    for (size_t i = 0; en->messages && i < en->form->nrules; i++)
        for (int lang = 0; lang < FORM_LANGS; lang++)
            template_release(&en->messages[i][lang]);
    free(en->messages);
}

static void free_inherited(struct engine *en)
{
    for (size_t i = 0; i < en->form->nfields; i++) {
        for (size_t j = 0; j < en->inherited[i].n; j++)
            free(en->inherited[i].memos[j].text);
        free(en->inherited[i].memos);
    }
    free(en->inherited);
}

void engine_free(struct engine *en)
{
    if (!en)
        return;
    engine_clear_issues(en);
    sandbox_free(en->sb);
    for (size_t i = 0; en->tables && i < en->form->ntables; i++)
        free(en->tables[i].columns);
    free(en->tables);
    free_lists(en);
    free_messages(en);
    engine_free_nodes(en);
    rec_free(en->blank);
    free_inherited(en);
    free(en->lookup_functions);
    free(en->compiled);
    free(en->section_hidden);
    free(en->table_hidden);
    free(en->issues);
    free(en->texts);
    free(en);
}

const struct issue *engine_issues(const struct engine *engine, size_t *ret_n)
{
    struct engine *en = (struct engine *)engine; /* the list is a cache */

    engine_list_issues(en);
    *ret_n = en->nissues;
    return en->issues;
}

struct issue_counts engine_counts(const struct engine *engine)
{
    size_t n;

    engine_issues(engine, &n);
    return engine->counts;
}

static const struct node *check_node(const struct engine *en, int field)
{
    for (size_t i = 0; i < en->nnodes; i++)
        if (en->nodes[i].kind == NODE_CHECK && en->nodes[i].target == field)
            return &en->nodes[i];
    return NULL;
}

bool engine_required(const struct engine *en, struct rec_at at)
{
    const struct node *n = check_node(en, at.field);

    return n && at.lang == 0 && at.row < n->nrows && n->rows[at.row].required;
}

bool engine_table_hidden(const struct engine *en, int table)
{
    return en->table_hidden[table];
}

int engine_progress(const struct engine *en, int section)
{
    int asked = 0, there = 0;

    for (size_t i = 0; i < en->nnodes; i++) {
        const struct node *n = &en->nodes[i];
        int in;

        if (n->kind != NODE_CHECK && n->kind != NODE_ROWS)
            continue;
        in = n->kind == NODE_CHECK ? en->form->fields[n->target].section
                                   : en->form->tables[n->target].section;
        for (int row = 0; (section < 0 || in == section) && row < n->nrows; row++) {
            asked += n->rows[row].required;
            there += n->rows[row].required && !n->rows[row].finding;
        }
    }
    return asked ? there * 100 / asked : 100;
}
