/* Choices, numbered. */
#include "line.h"

#include <stdlib.h>

#include "odus/base/mem.h"

void line_forget_choices(struct line *l)
{
    for (size_t i = 0; i < l->nlisted; i++)
        free(l->listed[i]);
    free(l->listed);
    l->listed = NULL;
    l->nlisted = 0;
}

static void remember(
        struct line *l, struct rec_at at, const struct entry_choice *c, size_t n)
{
    line_forget_choices(l);
    l->listed_at = at;
    l->listed = xcalloc(n ? n : 1, sizeof(*l->listed));
    l->nlisted = n;
    for (size_t i = 0; i < n; i++)
        l->listed[i] = xstrdup(c[i].id);
}

/* Yes, no and not known are message ids; every other label is text already. */
static const char *label_of(
        struct line *l, struct rec_at at, const struct entry_choice *c)
{
    return entry_input(l->en, at) == INPUT_TOGGLE ? _(c->label) : c->label;
}

static void print_choice(
        struct line *l, struct rec_at at, int number, const struct entry_choice *c)
{
    const char *detail = c->detail ? c->detail : "";

    out_line("  %d. %s%s%s%s%s", number, label_of(l, at, c), *detail ? ", " : "",
            detail, c->draft ? _(" (draft)") : "", c->chosen ? _(" (chosen)") : "");
}

void line_choices(struct line *l, struct rec_at at, const char *words)
{
    struct entry_choice found[LINE_CHOICES + 1];
    struct err err = {0};
    int n = entry_choices(l->en, at, words, found, COUNT(found), &err);

    if (n < 0) {
        line_error(&err);
        return;
    }
    for (int i = 0; i < n && i < LINE_CHOICES; i++)
        print_choice(l, at, i + 1, &found[i]);
    if (n == 0)
        out_line("%s", entry_targets(l->en, at)
                               ? _("  no choice; :create-here TITLE makes one")
                               : _("  no choice; ? shows them all"));
    if (n > LINE_CHOICES)
        out_line("%s", _("  there are more; :choose WORDS narrows them down"));
    remember(l, at, found, (size_t)(n > LINE_CHOICES ? LINE_CHOICES : n));
    entry_choices_release(found, (size_t)n);
}

static bool same_place(struct rec_at a, struct rec_at b)
{
    return a.field == b.field && a.row == b.row;
}

/* Numbers of what was not shown: only where the order never changes. */
static char *unlisted(struct line *l, struct rec_at at, size_t number)
{
    struct entry_choice found[LINE_CHOICES];
    int n = entry_targets(l->en, at)
                    ? 0
                    : entry_choices(l->en, at, "", found, COUNT(found), NULL);
    char *id = NULL;

    if (n > 0 && number <= (size_t)n)
        id = xstrdup(found[number - 1].id);
    if (n > 0)
        entry_choices_release(found, (size_t)n);
    return id;
}

char *line_choice(struct line *l, struct rec_at at, long long number)
{
    if (number < 1 || number > LINE_CHOICES)
        return NULL;
    if (!l->nlisted || !same_place(l->listed_at, at))
        return unlisted(l, at, (size_t)number);
    return (size_t)number <= l->nlisted ? xstrdup(l->listed[number - 1]) : NULL;
}
