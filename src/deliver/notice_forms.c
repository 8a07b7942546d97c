/* The gate: its forms, their lists, its life. */
#include <stdlib.h>
#include <string.h>

#include "notice_priv.h"
#include "odus/base/mem.h"
#include "odus/store/lists.h"

/* --- hooks of the engines --------------------------------------------------------- */

static const struct engine_hooks *usual(void *gate)
{
    return forms_hooks(((struct gate *)gate)->forms);
}

static int32_t hook_today(void *ctx)
{
    return usual(ctx)->today(usual(ctx)->ctx);
}

static int64_t hook_now(void *ctx)
{
    return usual(ctx)->now_s(usual(ctx)->ctx);
}

static const char *hook_lang(void *ctx)
{
    return usual(ctx)->lang(usual(ctx)->ctx);
}

static bool hook_list_cell(void *ctx, const char *list, const char *code,
        const char *column, struct buf *out)
{
    return lists_cell(((struct gate *)ctx)->store, list, code, column, out);
}

static bool hook_list_code(void *ctx, const char *list, size_t n, struct buf *out)
{
    return lists_code(((struct gate *)ctx)->store, list, n, out);
}

static void memo_clear(struct memo *memo)
{
    free(memo->key);
    free(memo->text);
    *memo = (struct memo){0};
}

static void forget_cells(struct gate *gate)
{
    for (size_t i = 0; i < COUNT(gate->memos); i++)
        memo_clear(&gate->memos[i]);
}

/* --- life ------------------------------------------------------------------------- */

struct gate *gate_new(
        struct store *store, struct forms *forms, const struct gate_options *opt)
{
    struct gate *gate = xcalloc(1, sizeof(*gate));

    gate->store = store;
    gate->forms = forms;
    gate->opt = *opt;
    gate->generation = store_data_generation(store);
    gate->hooks = (struct engine_hooks){
            .ctx = gate,
            .today = hook_today,
            .now_s = hook_now,
            .lang = hook_lang,
            .lookup = inherit_lookup,
            .list_cell = hook_list_cell,
            .list_code = hook_list_code,
    };
    buf_init(&gate->key, 0);
    return gate;
}

void gate_free(struct gate *gate)
{
    if (!gate)
        return;
    gate_forget(gate);
    forget_cells(gate);
    for (size_t i = 0; i < gate->nplans; i++)
        plan_free(gate->plans[i]);
    free(gate->plans);
    for (size_t i = 0; i < COUNT(gate->tables); i++) {
        free(gate->tables[i].name);
        free(gate->tables[i].text);
    }
    buf_release(&gate->key);
    free(gate);
}

const char *gate_table(struct gate *gate, const char *name)
{
    size_t i = 0;
    struct buf text;

    while (i < COUNT(gate->tables) && gate->tables[i].name &&
            strcmp(gate->tables[i].name, name) != 0)
        i++;
    if (i == COUNT(gate->tables))
        return "";
    if (!gate->tables[i].name) {
        gate->tables[i].name = xstrdup(name);
        if (forms_table(gate->forms, name, &text, NULL) < 0)
            buf_clear(&text);
        gate->tables[i].text = buf_take(&text);
    }
    return gate->tables[i].text;
}

void gate_refresh(struct gate *gate)
{
    int64_t now = store_data_generation(gate->store);

    if (now == gate->generation)
        return;
    gate->generation = now;
    gate_forget(gate);
    forget_cells(gate);
    for (size_t i = 0; i < gate->nplans; i++)
        gate->plans[i]->stale = true;
}

/* --- forms ------------------------------------------------------------------------ */

static struct plan **find_plan(struct gate *gate, const char *type)
{
    for (size_t i = 0; i < gate->nplans; i++)
        if (strcmp(gate->plans[i]->form->name, type) == 0)
            return &gate->plans[i];
    return NULL;
}

struct plan *gate_plan(struct gate *gate, const char *type)
{
    struct plan **at = find_plan(gate, type);
    const struct form *form;

    if (at && !(*at)->stale)
        return *at;
    if (strlen(type) > FORM_NAME_MAX || !forms_known(gate->forms, type) ||
            forms_get(gate->forms, type, &form, NULL, NULL) < 0)
        return NULL;
    if (!at) {
        gate->plans =
                mem_grow(gate->plans, gate->nplans, &gate->cap, sizeof(*gate->plans));
        at = &gate->plans[gate->nplans++];
        *at = plan_new(form);
    } else if ((*at)->form != form) {
        plan_free(*at);
        *at = plan_new(form);
    }
    (*at)->stale = false;
    return *at;
}

/* --- lists ------------------------------------------------------------------------ */

static const char *shown(const char *cell)
{
    return cell && *cell && strcmp(cell, "-") != 0 ? cell : NULL;
}

/* The language of a column "label" or "label[en]"; -1 for another column, nlangs for
 * a language that the form lacks. */
static int lang_of(const struct form *form, const char *column)
{
    struct view lang = {column + 6, strlen(column) > 7 ? strlen(column) - 7 : 0};

    if (strcmp(column, "label") == 0)
        return 0;
    if (strncmp(column, "label[", 6) != 0)
        return -1;
    for (int i = 0; i < form->nlangs; i++)
        if (view_is(lang, form->langs[i]))
            return i;
    return form->nlangs;
}

static const char *own_cell(const struct form *form, const struct form_list *list,
        const char *code, const char *column)
{
    const struct form_entry *entry = form_entry_find(list, view_of(code));
    int lang = lang_of(form, column);

    if (!entry || lang == form->nlangs)
        return NULL;
    if (lang >= 0)
        return shown(entry->label.in[lang]);
    for (size_t i = 0; i < list->ncolumns; i++)
        if (strcmp(list->columns[i], column) == 0)
            return shown(entry->cells[i]);
    return NULL;
}

/*
 * A cell of a long list: every event asks for the name of some commune. The key is
 * "list/code/column"; the text is NULL for a blank one.
 */
static const char *file_cell(
        struct gate *gate, const char *list, const char *code, const char *column)
{
    struct memo *memo;
    struct buf text;

    buf_clear(&gate->key);
    buf_addf(&gate->key, "%s/%s/%s", list, code, column);
    memo = &gate->memos[gate_hash(gate->key.s) % COUNT(gate->memos)];
    if (memo->key && strcmp(memo->key, gate->key.s) == 0)
        return memo->text;
    memo_clear(memo);
    memo->key = xstrdup(gate->key.s);
    buf_init(&text, 0);
    if (lists_cell(gate->store, list, code, column, &text))
        memo->text = xstrdup(shown(text.s));
    buf_release(&text);
    return memo->text;
}

const char *gate_cell(struct gate *gate, const char *type, const char *list,
        const char *code, const char *column)
{
    const struct plan *plan = gate_plan(gate, type);
    int i = plan ? form_list_find(plan->form, view_of(list)) : -1;

    if (i < 0 || !code)
        return NULL;
    if (!plan->form->lists[i].file)
        return own_cell(plan->form, &plan->form->lists[i], code, column);
    return file_cell(gate, list, code, column);
}
