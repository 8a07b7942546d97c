#include "odus/form/parse.h"

#include <stdlib.h>

#include "odus/base/mem.h"
#include "odus/base/utf8.h"

/* Source lines are shown in a window of this many characters round the caret. */
enum { LINE_SHOWN = 100, LINE_BEFORE = 60 };

void problems_init(struct problems *p)
{
    *p = (struct problems){0};
}

void problems_release(struct problems *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->n; i++)
        free(p->lines[i]);
    free(p->items);
    free(p->lines);
    *p = (struct problems){0};
}

void problems_add(struct problems *p, const struct err *e, struct view line)
{
    if (p->n >= PROBLEMS_MAX)
        return;
    if (p->n == p->cap) {
        p->cap = p->cap ? p->cap * 2 : 8;
        p->items = xrealloc(p->items, p->cap, sizeof(*p->items));
        p->lines = xrealloc(p->lines, p->cap, sizeof(*p->lines));
    }
    p->items[p->n] = *e;
    p->lines[p->n] = line.p ? view_dup(line) : NULL;
    p->n++;
}

/*
 * Appends the characters FROM to TO of LINE, harmless for a terminal and one for one,
 * so that the caret stands right. Returns the columns up to the character CARET.
 */
static int add_window(const char *line, int from, int to, int caret, struct buf *out)
{
    struct view rest = view_of(line);
    uint32_t cp;
    int columns = 0;

    for (int i = 0, n; i < to && (n = utf8_decode(rest, &cp)) > 0; i++) {
        struct buf safe;

        if (i >= from) {
            buf_init(&safe, 0);
            utf8_clean((struct view){rest.p, (size_t)n}, 0, &safe);
            if (!safe.len)
                buf_addc(&safe, '?');
            buf_addv(out, buf_view(&safe));
            columns += i < caret ? utf8_width(buf_view(&safe)) : 0;
            buf_release(&safe);
        }
        rest.p += n;
        rest.n -= (size_t)n;
    }
    return columns;
}

void problems_text(const struct problems *p, size_t i,
        const char *(*translate)(const char *id), struct buf *out)
{
    const struct err *e = &p->items[i];
    int caret = e->column - 1;
    int from = caret > LINE_BEFORE ? caret - LINE_BEFORE : 0;

    err_text(e, translate, out);
    if (!p->lines[i] || !p->lines[i][0])
        return;
    buf_adds(out, "\n  ");
    caret = add_window(p->lines[i], from, from + LINE_SHOWN, caret, out);
    if (e->column > 0)
        buf_addf(out, "\n  %*s^", caret, "");
}
