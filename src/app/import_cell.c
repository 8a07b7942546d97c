/* What a cell means: typed values, labels of choices, names of records. */
#include <stdlib.h>
#include <string.h>

#include "import_priv.h"
#include "odus/base/hash.h"
#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "odus/store/lists.h"
#include "odus/store/search.h"

enum { SLOTS = 512, CHOICES_MAX = 40, NEAR_LETTERS = 3 };

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

static int look_up(struct import *im, const struct form_field *f, const char *label,
        const char *name, struct buf *out, struct err *err)
{
    struct choice found[CHOICES_MAX];
    int at = 0, hits;
    int rc = find_choices(im, f, name, found, err);
    int n = rc > 0 ? rc : 0;

    if (rc < 0)
        return rc;
    hits = pick(found, n, name, &at);
    if (hits == 1)
        buf_adds(out, found[at].id);
    else if (hits > 1)
        rc = err_set(
                err, ERR_INVALID, N_("%1$s: several are called \"%2$s\""), label, name);
    else if (n)
        rc = not_found(label, name, found, n, err);
    else
        rc = suggest(im, f, label, name, err);
    choices_release(found, (size_t)n);
    return hits == 1 ? 0 : rc;
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

static int resolve(struct import *im, int field, struct view part, struct buf *out,
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

/* --- cells --- */

static int read_part(struct import *im, int field, struct view part, struct buf *out,
        struct err *err)
{
    const struct form_field *f = &im->form->fields[field];

    if (f->type == FORM_REF || im->form->lists[f->list].file)
        return resolve(im, field, part, out, err);
    return input_choice(&im->form->lists[f->list], part, out, err);
}

/* One choice, or several with separators; a whole cell that is one label stays whole.
 */
static int read_choices(struct import *im, int field, struct view cell, struct buf *out,
        struct err *err)
{
    const struct form_field *f = &im->form->fields[field];
    struct view part;
    int rc = read_part(im, field, cell, out, err);

    if (rc == 0 || !form_is_list(f))
        return rc;
    for (rc = 0; rc == 0 && input_part(&cell, false, &part);) {
        if (out->len)
            buf_addc(out, '\n');
        rc = read_part(im, field, part, out, err);
    }
    return rc;
}

int import_cell(struct import *im, const struct import_column *column, struct view cell,
        struct buf *out, struct err *err)
{
    const struct form_field *f = &im->form->fields[column->field];
    struct input_context typed = im->typed;
    struct buf clean;
    int rc;

    typed.machine = column->own_name;
    if (f->type != FORM_REF && f->list < 0)
        return input_read(f, cell, &typed, out, err);
    buf_init(&clean, 0);
    utf8_clean(view_trim(cell), 0, &clean);
    rc = clean.len ? read_choices(im, column->field, buf_view(&clean), out, err) : 0;
    buf_release(&clean);
    return rc;
}
