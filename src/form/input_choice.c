#include <string.h>

#include "input_priv.h"
#include "odus/base/utf8.h"

enum { CANDIDATES = 3, CANDIDATE_BYTES = 60 };

/** How well an entry fits. */
enum fit { FIT_NONE, FIT_WORDS, FIT_BEGIN, FIT_FULL };

static enum fit label_fit(const char *label, struct view folded, struct buf *scratch)
{
    buf_clear(scratch);
    utf8_fold(view_of(label), scratch);
    if (view_eq(buf_view(scratch), folded))
        return FIT_FULL;
    if (scratch->len > folded.n && memcmp(scratch->s, folded.p, folded.n) == 0)
        return FIT_BEGIN;
    return utf8_match(buf_view(scratch), folded) ? FIT_WORDS : FIT_NONE;
}

static enum fit entry_fit(
        const struct form_entry *entry, struct view folded, struct buf *scratch)
{
    enum fit best = label_fit(entry->code, folded, scratch);

    for (int l = 0; l < FORM_LANGS; l++) {
        enum fit fit = entry->label.in[l]
                               ? label_fit(entry->label.in[l], folded, scratch)
                               : FIT_NONE;

        if (fit > best)
            best = fit;
    }
    return best;
}

/** The entries that fit best. */
struct matches {
    enum fit fit;
    size_t n;
    const struct form_entry *first[CANDIDATES];
};

static struct matches find_matches(const struct form_list *list, struct view folded)
{
    struct matches m = {FIT_NONE, 0, {NULL}};
    struct buf scratch;

    buf_init(&scratch, 0);
    for (size_t i = 0; i < list->nentries; i++) {
        enum fit fit = entry_fit(&list->entries[i], folded, &scratch);

        if (fit == FIT_NONE || fit < m.fit)
            continue;
        if (fit > m.fit)
            m.n = 0;
        m.fit = fit;
        if (m.n < CANDIDATES)
            m.first[m.n] = &list->entries[i];
        m.n++;
    }
    buf_release(&scratch);
    return m;
}

static int ambiguous(struct view typed, const struct matches *m, struct err *err)
{
    struct buf names;
    int code;

    buf_init(&names, 0);
    for (size_t i = 0; i < m->n && i < CANDIDATES; i++) {
        const char *label = m->first[i]->label.in[0];
        struct view v = view_of(label ? label : m->first[i]->code);

        if (v.n > CANDIDATE_BYTES)
            v.n = utf8_snap(v, CANDIDATE_BYTES);
        buf_adds(&names, i ? ", " : "");
        buf_addv(&names, v);
    }
    buf_adds(&names, m->n > CANDIDATES ? "…" : "");
    code = input_fail(err, N_("\"%1$s\" can be several choices: %2$s"), typed, names.s);
    buf_release(&names);
    return code;
}

int input_choice(const struct form_list *list, struct view typed, struct buf *out,
        struct err *err)
{
    const struct form_entry *entry = form_entry_find(list, view_trim(typed));
    struct matches m = {FIT_NONE, 0, {NULL}};
    struct buf folded;

    if (!entry) {
        buf_init(&folded, 0);
        utf8_fold(typed, &folded);
        if (folded.len)
            m = find_matches(list, buf_view(&folded));
        buf_release(&folded);
        if (m.n > 1)
            return ambiguous(view_trim(typed), &m, err);
        entry = m.first[0];
    }
    if (!entry) {
        input_fail(
                err, N_("\"%1$s\" is not one of the choices"), view_trim(typed), NULL);
        if (err)
            err->code = ERR_NOT_FOUND;
        return ERR_NOT_FOUND;
    }
    buf_adds(out, entry->code);
    return 0;
}
