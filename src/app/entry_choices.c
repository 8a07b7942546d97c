/* Choices of a field: lists in the form, long lists, records of other types. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "odus/store/lists.h"
#include "odus/store/search.h"
#include "entry_priv.h"

struct gather {
    struct entry *en;
    struct rec_at at;
    struct buf words; /* folded */
    struct entry_choice *ret;
    size_t n, limit;
};

void entry_choices_release(struct entry_choice *c, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(c[i].id);
        free(c[i].label);
        free(c[i].detail);
    }
}

static bool is_chosen(const struct gather *g, const char *id)
{
    struct view rest = view_of(rec_get(g->en->rec, g->at));
    struct view part;

    while (view_next(&rest, '\n', &part))
        if (view_is(part, id))
            return true;
    return false;
}

static bool matches(const struct gather *g, const char *label, const char *code)
{
    struct buf folded;
    bool found;

    buf_init(&folded, 0);
    utf8_fold(view_of(label), &folded);
    buf_addc(&folded, ' ');
    utf8_fold(view_of(code), &folded);
    found = utf8_match(buf_view(&folded), buf_view(&g->words));
    buf_release(&folded);
    return found;
}

static void take(struct gather *g, const char *id, const char *label,
        const char *detail, bool draft)
{
    g->ret[g->n++] = (struct entry_choice){.id = xstrdup(id),
            .label = xstrdup(label),
            .detail = xstrdup(detail),
            .chosen = is_chosen(g, id),
            .draft = draft};
}

static void gather_list(struct gather *g, const struct form_list *list)
{
    for (size_t i = 0; i < list->nentries && g->n < g->limit; i++) {
        const struct form_entry *e = &list->entries[i];
        const char *label = form_text(g->en->form, &e->label, app_lang(g->en->app));

        if (matches(g, label, e->code) && engine_allows(g->en->engine, g->at, e->code))
            take(g, e->code, label, NULL, false);
    }
}

static bool allows(void *ctx, const char *code)
{
    struct gather *g = ctx;

    return engine_allows(g->en->engine, g->at, code);
}

enum { FAR_MAX = 200 };

static void take_far(struct gather *g, struct choice *found, int n)
{
    for (int i = 0; i < n && g->n < g->limit; i++)
        if (allows(g, found[i].id))
            take(g, found[i].id, found[i].label, found[i].detail, found[i].draft);
    if (n > 0)
        choices_release(found, (size_t)n);
}

static int gather_far(struct gather *g, const char *words, struct err *err)
{
    const struct form_field *f = &g->en->form->fields[g->at.field];
    struct store *store = g->en->app->store;
    size_t limit = g->limit < FAR_MAX ? g->limit : FAR_MAX;
    struct choice *found = xcalloc(limit, sizeof(*found));
    int n;

    if (f->type == FORM_REF)
        n = search_choices(store, f->targets, words, found, limit, err);
    else
        n = lists_choices(store, g->en->form->lists[f->list].name, words, allows, g,
                found, limit, err);
    take_far(g, found, n);
    free(found);
    return n < 0 ? n : 0;
}

static void gather_toggle(struct gather *g)
{
    static const char *const bools[][2] = {{"1", N_("yes")}, {"0", N_("no")}};
    static const char *const threes[][2] = {
            {"oui", N_("yes")}, {"non", N_("no")}, {"inconnu", N_("not known")}};
    bool three = g->en->form->fields[g->at.field].type == FORM_THREE;
    size_t count = three ? COUNT(threes) : COUNT(bools);

    for (size_t i = 0; i < count && g->n < g->limit; i++) {
        const char *const *c = three ? threes[i] : bools[i];
        take(g, c[0], c[1], NULL, false);
    }
}

int entry_choices(struct entry *en, struct rec_at at, const char *words,
        struct entry_choice *ret, size_t limit, struct err *err)
{
    const struct form_field *f = &en->form->fields[at.field];
    struct gather g = {.en = en, .at = at, .ret = ret, .limit = limit};
    int rc = 0;

    buf_init(&g.words, 0);
    utf8_fold(view_of(words), &g.words);
    if (f->type == FORM_BOOLEAN || f->type == FORM_THREE)
        gather_toggle(&g);
    else if (f->list >= 0 && !en->form->lists[f->list].file)
        gather_list(&g, &en->form->lists[f->list]);
    else if (f->list >= 0 || f->type == FORM_REF)
        rc = gather_far(&g, words, err);
    buf_release(&g.words);
    return rc < 0 ? rc : (int)g.n;
}

/* The value with ID added, or taken away where it was. */
static void toggle_part(const char *value, const char *id, struct buf *out)
{
    struct view rest = view_of(value);
    struct view part;
    bool was = false;

    while (view_next(&rest, '\n', &part)) {
        if (view_is(part, id)) {
            was = true;
        } else {
            if (out->len)
                buf_addc(out, '\n');
            buf_addv(out, part);
        }
    }
    if (!was && out->len)
        buf_addc(out, '\n');
    if (!was)
        buf_adds(out, id);
}

int entry_choose(struct entry *en, struct rec_at at, const char *id, struct err *err)
{
    const struct form_field *f = &en->form->fields[at.field];
    struct buf value;
    int rc;

    rc = entry_writable(en, err);
    if (rc < 0)
        return rc;
    if (f->readonly || f->calculation)
        return err_set(err, ERR_INVALID, N_("this field cannot be changed"));
    buf_init(&value, 0);
    if (form_is_list(f) && *id)
        toggle_part(rec_get(en->rec, at), id, &value);
    else
        buf_adds(&value, id);
    rc = editing_set(en->ed, at, buf_view(&value));
    buf_release(&value);
    if (rc >= 0 && f->type == FORM_REF && *id)
        search_used(en->app->store, id, NULL);
    return rc < 0 ? rc : 0;
}

char *const *entry_targets(const struct entry *en, struct rec_at at)
{
    return en->form->fields[at.field].targets;
}

/* The text field that names records of FORM: the one its title is made of. */
static int name_field(const struct form *form)
{
    static const char *const names[] = {"titre", "nom"};

    for (size_t i = 0; i < COUNT(names); i++)
        if (form_field_find(form, view_of(names[i])) >= 0)
            return form_field_find(form, view_of(names[i]));
    for (size_t i = 0; i < form->nfields; i++)
        if (form->fields[i].type == FORM_TEXT && form->fields[i].proposal)
            return (int)i;
    return -1;
}

int entry_create(struct entry *en, struct rec_at at, const char *type,
        const char *title, struct entry **ret, struct err *err)
{
    struct entry *child;
    struct rec_at name;
    int rc = entry_writable(en, err);

    if (rc == 0)
        rc = entry_new(en->app, type, &child, err);
    if (rc < 0)
        return rc;
    name = (struct rec_at){.field = name_field(child->form)};
    if (name.field >= 0 && *title)
        rc = entry_type(child, name, view_of(title), err);
    if (rc == 0) {
        entry_journal(child); /* even untitled: the link must lead somewhere */
        child->has_cursor = false;
        free(child->origin);
        child->origin = NULL;
        rc = entry_unsaved(child, err);
    }
    if (rc == 0)
        rc = entry_choose(en, at, child->uid, err);
    if (rc < 0) {
        entry_close(child);
        return rc;
    }
    *ret = child;
    return 0;
}
