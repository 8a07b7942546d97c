/* Names in a cell: the record that bears one, the code of a long list. */
#include <stdlib.h>
#include <string.h>

#include "import_priv.h"
#include "odus/base/hash.h"
#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "odus/store/lists.h"
#include "odus/store/search.h"

enum { SLOTS = 512, CHOICES_MAX = 40, ALIASED_MAX = 400, NEAR_LETTERS = 3 };

/* Names come again on every row: what they were resolved to is kept, a newer name
 * taking the slot of an older one. */
struct import_cache {
    struct {
        int field;
        char *name, *id;
    } slots[SLOTS];
};

struct import_cache *import_cache_new(void)
{
    return xcalloc(1, sizeof(struct import_cache));
}

void import_cache_free(struct import_cache *c)
{
    for (size_t i = 0; c && i < SLOTS; i++) {
        free(c->slots[i].name);
        free(c->slots[i].id);
    }
    free(c);
}

/* FNV-1a, 32 bits */
static size_t slot_of(const char *name, int field)
{
    uint32_t h = 2166136261u ^ (uint32_t)field;

    for (; *name; name++)
        h = (h ^ (unsigned char)*name) * 16777619u;
    return h % SLOTS;
}

static const char *recall(const struct import_cache *c, int field, const char *name)
{
    size_t i = slot_of(name, field);

    return c->slots[i].name && c->slots[i].field == field &&
                           strcmp(c->slots[i].name, name) == 0
                   ? c->slots[i].id
                   : NULL;
}

static void remember(
        struct import_cache *c, int field, const char *name, const char *id)
{
    size_t i = slot_of(name, field);

    free(c->slots[i].name);
    free(c->slots[i].id);
    c->slots[i].field = field;
    c->slots[i].name = xstrdup(name);
    c->slots[i].id = xstrdup(id);
}

/* --- records and long lists, by name --- */

static int find_choices(struct import *im, const struct form_field *f,
        const char *words, struct choice *found, struct err *err)
{
    if (f->type == FORM_REF)
        return search_choices(
                im->app->store, f->targets, words, found, CHOICES_MAX, err);
    return lists_choices(im->app->store, im->form->lists[f->list].name, words, NULL,
            NULL, found, CHOICES_MAX, err);
}

/* Message for a name that nothing bears; FOUND are those that begin alike. */
static int not_found(const char *label, const char *name, const struct choice *found,
        int n, struct err *err)
{
    const char *best = NULL;
    double least = 2;

    for (int i = 0; i < n; i++) {
        double d = utf8_distance(found[i].label, name);

        if (d < least) {
            least = d;
            best = found[i].label;
        }
    }
    if (best)
        return err_set(err, ERR_INVALID,
                N_("%1$s: nothing is called \"%2$s\"; the nearest is \"%3$s\""), label,
                name, best);
    return err_set(
            err, ERR_INVALID, N_("%1$s: nothing is called \"%2$s\""), label, name);
}

/* What begins like the first word of NAME, for a "nearest" in the message. */
static int suggest(struct import *im, const struct form_field *f, const char *label,
        const char *name, struct err *err)
{
    struct choice found[CHOICES_MAX];
    struct buf start;
    int n, rc;

    buf_init(&start, 0);
    utf8_fold(view_of(name), &start);
    buf_cut(&start, NEAR_LETTERS);
    n = find_choices(im, f, start.s, found, NULL);
    rc = not_found(label, name, found, n, err);
    choices_release(found, n > 0 ? (size_t)n : 0);
    buf_release(&start);
    return rc;
}

/* The one choice among FOUND that is called NAME: 1 (its place in RET), 0 none, 2
 * several. */
static int pick(const struct choice *found, int n, const char *name, int *ret)
{
    int hits = 0;

    for (int i = 0; i < n && hits < 2; i++)
        if (utf8_distance(found[i].label, name) == 0) {
            *ret = i;
            hits++;
        }
    return hits;
}

/* --- records by another of their names -------------------------------------------- */

/* A text with several parts has one a line. */
static bool has_line(struct view text, const char *name)
{
    struct view line;
    bool found = false;

    while (!found && view_next(&text, '\n', &line)) {
        char *own = view_dup(line);

        found = utf8_distance(own, name) == 0;
        free(own);
    }
    return found;
}

/* Whether one of the texts that the form TYPE declares to be names is NAME. */
static bool has_alias(
        struct import *im, const char *type, const char *uid, const char *name)
{
    const struct engine_hooks *hooks = forms_hooks(im->app->forms);
    const struct form *form;
    bool found = false;

    if (forms_get(im->app->forms, type, &form, NULL, NULL) < 0)
        return false;
    for (char *const *path = form->aliases; *path && !found; path++) {
        const char *const args[] = {uid, *path};
        struct buf text;

        buf_init(&text, 0);
        found = hooks->lookup(hooks->ctx, "ref_value", args, COUNT(args), &text) &&
                has_line(buf_view(&text), name);
        buf_release(&text);
    }
    return found;
}

static bool is_also_called(struct import *im, const struct form_field *f,
        const char *uid, const char *name)
{
    for (char *const *type = f->targets; *type; type++)
        if (has_alias(im, *type, uid, name))
            return true;
    return false;
}

/* As pick, by the other names of records: 1 (its id appended to OUT), 0 or 2. */
static int pick_alias(struct import *im, const struct form_field *f, const char *name,
        struct buf *out)
{
    struct choice *found = xcalloc(ALIASED_MAX, sizeof(*found));
    int n = search_choices(im->app->store, f->targets, name, found, ALIASED_MAX, NULL);
    int hits = 0;

    for (int i = 0; i < n && hits < 2; i++)
        if (is_also_called(im, f, found[i].id, name) && ++hits == 1)
            buf_adds(out, found[i].id);
    choices_release(found, n > 0 ? (size_t)n : 0);
    free(found);
    return hits;
}

/* --- the one that is meant -------------------------------------------------------- */

/* The one that is called NAME, or else the one that is also called so: 1 (its id
 * appended to OUT), 0 none, 2 several. */
static int identify(struct import *im, const struct form_field *f,
        const struct choice *found, int n, const char *name, struct buf *out)
{
    int at = 0;
    int hits = pick(found, n, name, &at);

    if (hits == 1)
        buf_adds(out, found[at].id);
    return hits || f->type != FORM_REF ? hits : pick_alias(im, f, name, out);
}

static int look_up(struct import *im, const struct form_field *f, const char *label,
        const char *name, struct buf *out, struct err *err)
{
    struct choice found[CHOICES_MAX];
    size_t before = out->len;
    int rc = find_choices(im, f, name, found, err);
    int n = rc, hits;

    if (rc < 0)
        return rc;
    hits = n ? identify(im, f, found, n, name, out) : 0;
    rc = 0;
    if (hits > 1)
        rc = err_set(
                err, ERR_INVALID, N_("%1$s: several are called \"%2$s\""), label, name);
    else if (!hits && n)
        rc = not_found(label, name, found, n, err);
    else if (!hits)
        rc = suggest(im, f, label, name, err);
    if (rc < 0)
        buf_cut(out, before);
    choices_release(found, (size_t)n);
    return rc;
}

/* A code of a long list stands for itself. */
static bool is_code(struct import *im, const struct form_field *f, const char *name)
{
    struct buf label;
    bool known;

    if (f->type == FORM_REF)
        return uuid_valid(view_of(name));
    buf_init(&label, 0);
    known = lists_cell(
            im->app->store, im->form->lists[f->list].name, name, "label", &label);
    buf_release(&label);
    return known;
}

int import_resolve(struct import *im, int field, struct view part, struct buf *out,
        struct err *err)
{
    const struct form_field *f = &im->form->fields[field];
    const char *label = form_text(im->form, &f->label, app_lang(im->app));
    char *name = view_dup(part);
    const char *known = recall(im->cache, field, name);
    size_t before = out->len;
    int rc = 0;

    if (known)
        buf_adds(out, known);
    else if (is_code(im, f, name))
        buf_adds(out, name);
    else
        rc = look_up(im, f, label, name, out, err);
    if (rc == 0 && !known)
        remember(im->cache, field, name, out->s + before);
    free(name);
    return rc;
}
