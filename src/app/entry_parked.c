/* What can be undone in a draft outlives its closing, not the program. */
#include "entry_parked.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"

enum { PARKED_MAX = 4 };

struct parked {
    struct entry *entries[PARKED_MAX]; /* the oldest first */
    size_t n;
};

static struct entry *take_out(struct parked *p, size_t i)
{
    struct entry *en = p->entries[i];

    p->n--;
    memmove(&p->entries[i], &p->entries[i + 1], (p->n - i) * sizeof en);
    return en;
}

void parked_put(struct app *app, struct entry *take_en)
{
    struct parked *p = app->parked;

    if (!p)
        p = app->parked = xcalloc(1, sizeof *p);
    if (p->n == PARKED_MAX)
        entry_free(take_out(p, 0));
    p->entries[p->n++] = take_en;
}

/* Somebody else may have had it open meanwhile. */
static bool is_as_left(const struct entry *en, const struct draft *d)
{
    char *text = entry_draft_text(en);
    bool same = strcmp(text, d->body) == 0 && strcmp(en->base, d->base) == 0 &&
                strcmp(en->form->hash, d->form_hash) == 0;

    free(text);
    return same;
}

struct entry *parked_take(struct app *app, const struct draft *d)
{
    struct parked *p = app->parked;
    struct entry *en = NULL;

    for (size_t i = 0; p && i < p->n && !en; i++)
        if (strcmp(p->entries[i]->uid, d->uid) == 0)
            en = take_out(p, i);
    if (en && !is_as_left(en, d)) {
        entry_free(en);
        return NULL;
    }
    return en;
}

void parked_free(struct parked *p)
{
    for (size_t i = 0; p && i < p->n; i++)
        entry_free(p->entries[i]);
    free(p);
}
