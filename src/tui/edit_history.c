#include <stdlib.h>
#include <string.h>

#include "edit_int.h"
#include "odus/base/mem.h"

static void step_free(struct history *h, struct step *s)
{
    h->bytes -= s->nold + s->nnew;
    free(s->old_text);
    free(s->new_text);
}

void history_clear(struct history *h)
{
    for (size_t i = 0; i < h->n; i++)
        step_free(h, &h->steps[i]);
    free(h->steps);
    *h = (struct history){0};
}

static void forget_redo(struct history *h)
{
    while (h->n > h->done)
        step_free(h, &h->steps[--h->n]);
}

/** A half-open slice may be NULL with length 0: memcpy must not see it. */
static char *joined(struct view a, struct view b)
{
    char *s = xmalloc(a.n + b.n + 1);
    if (a.n)
        memcpy(s, a.p, a.n);
    if (b.n)
        memcpy(s + a.n, b.p, b.n);
    return s;
}

/** Joins typed text that replaces the end of what LAST inserted. A combining mark takes
 *  back the letter before it, hence "replaces". */
static bool join_typed(struct step *last, const struct step *s, struct view new)
{
    if (s->at < last->at || s->at + s->nold != last->at + last->nnew)
        return false;
    struct view kept = {last->new_text, s->at - last->at};
    char *text = joined(kept, new);
    free(last->new_text);
    last->new_text = text;
    last->nnew = kept.n + new.n;
    return true;
}

static bool join_deleted(struct step *last, const struct step *s, struct view old)
{
    struct view had = {last->old_text, last->nold};
    char *text;
    if (last->nnew || s->nnew)
        return false;
    if (s->kind == STEP_BACKSPACE && s->at + s->nold == last->at)
        text = joined(old, had);
    else if (s->kind == STEP_DELETE && s->at == last->at)
        text = joined(had, old);
    else
        return false;
    free(last->old_text);
    last->old_text = text;
    last->nold += old.n;
    last->at = s->at;
    return true;
}

static bool join(
        struct history *h, const struct step *s, struct view old, struct view new)
{
    if (!h->open || h->n == 0 || h->steps[h->n - 1].kind != s->kind)
        return false;
    struct step *last = &h->steps[h->n - 1];
    size_t before = last->nold + last->nnew;
    bool done = s->kind == STEP_TYPE ? join_typed(last, s, new)
                                     : join_deleted(last, s, old);
    if (!done)
        return false;
    last->cursor_after = s->cursor_after;
    h->bytes += last->nold + last->nnew - before;
    return true;
}

static void forget_oldest(struct history *h)
{
    size_t drop = 0;
    size_t bytes = h->bytes;
    while (h->n - drop > EDIT_UNDO_STEPS ||
            (bytes > EDIT_UNDO_BYTES && h->n - drop > 1)) {
        bytes -= h->steps[drop].nold + h->steps[drop].nnew;
        drop++;
    }
    if (!drop)
        return;
    for (size_t i = 0; i < drop; i++)
        step_free(h, &h->steps[i]);
    h->n -= drop;
    h->done -= drop;
    memmove(h->steps, h->steps + drop, h->n * sizeof *h->steps);
}

void history_add(struct history *h, struct step s, struct view old, struct view new)
{
    forget_redo(h);
    s.nold = old.n;
    s.nnew = new.n;
    if (!join(h, &s, old, new)) {
        s.old_text = view_dup(old);
        s.new_text = view_dup(new);
        h->steps = mem_grow(h->steps, h->n, &h->cap, sizeof *h->steps);
        h->steps[h->n++] = s;
        h->done = h->n;
        h->bytes += s.nold + s.nnew;
    }
    h->open = s.kind == STEP_TYPE || s.kind == STEP_BACKSPACE || s.kind == STEP_DELETE;
    forget_oldest(h);
}

const struct step *history_undo(struct history *h)
{
    h->open = false;
    return h->done ? &h->steps[--h->done] : NULL;
}

const struct step *history_redo(struct history *h)
{
    h->open = false;
    return h->done < h->n ? &h->steps[h->done++] : NULL;
}
