/* `default … on change of`: what a change of one value does to others. */
#include <stdlib.h>
#include <string.h>

#include "edit_priv.h"
#include "odus/base/mem.h"

/** A changed value; by the id of its row, for rows may move until it is looked at. */
struct place {
    int field;
    char id[REC_ID_MAX + 1];
};

struct edit_echo {
    bool *leads; /* by field: others follow it. NULL: nothing follows anything */
    struct place *noted; /* changes whose followers are not set yet */
    size_t n, cap;
    bool **touched; /* by field, by row: changed in this run. NULL: no row */
    bool muted, runs;
};

struct edit_echo *edit_echo_new(const struct form *form)
{
    struct edit_echo *echo = xcalloc(1, sizeof *echo);

    if (!form->nfollowers)
        return echo;
    echo->leads = xcalloc(form->nfields, sizeof *echo->leads);
    echo->touched = xcalloc(form->nfields, sizeof *echo->touched);
    for (size_t i = 0; i < form->nfollowers; i++) {
        const struct form_field *f = &form->fields[form->followers[i]];

        for (size_t k = 0; k < f->non_change; k++)
            echo->leads[f->on_change[k]] = true;
    }
    return echo;
}

void edit_echo_free(struct edit_echo *echo)
{
    if (!echo)
        return;
    free(echo->leads);
    free(echo->noted);
    free(echo->touched);
    free(echo);
}

bool edit_echo_runs(const struct edit_echo *echo)
{
    return echo->runs;
}

void edit_echo_mute(struct editing *ed, bool mute)
{
    edit_echo(ed)->muted = mute;
}

/* --- what has changed --- */

static void touch(struct edit_echo *echo, int field, int row)
{
    if (!echo->touched[field])
        echo->touched[field] = xcalloc(FORM_ROWS_MAX, sizeof **echo->touched);
    if (row >= 0 && row < FORM_ROWS_MAX)
        echo->touched[field][row] = true;
}

static void touch_noted(struct edit_echo *echo, const struct rec *rec)
{
    for (size_t i = 0; i < echo->n; i++) {
        const struct place *p = &echo->noted[i];
        int frame = form_frame(rec_form(rec), p->field);
        int row = frame ? rec_row_find(rec, frame, view_of(p->id)) : 0;

        if (row >= 0)
            touch(echo, p->field, row);
    }
    echo->n = 0;
}

static void touch_nothing(struct edit_echo *echo, const struct form *form)
{
    for (size_t i = 0; i < form->nfields; i++) {
        free(echo->touched[i]);
        echo->touched[i] = NULL;
    }
}

/** Whether something that field F follows has changed, as its ROW sees it. */
static bool is_due(
        const struct edit_echo *echo, const struct form *form, int f, int row)
{
    int frame = form_frame(form, f);

    for (size_t i = 0; i < form->fields[f].non_change; i++) {
        int leader = form->fields[f].on_change[i];
        const bool *rows = echo->touched[leader];
        int from = form_frame(form, leader);

        /* The record follows any row of a repeat. */
        if (rows && ((from && !frame) || rows[from ? row : 0]))
            return true;
    }
    return false;
}

/* --- what follows --- */

/** A value set aside stays as it is. */
static void set_again(struct editing *ed, struct rec_at at)
{
    int initial = rec_form(edit_rec(ed))->fields[at.field].initial;
    struct buf text;

    if (rec_hidden(edit_rec(ed), at))
        return;
    buf_init(&text, 0);
    if (!engine_value(edit_engine(ed), initial, at.row, &text))
        buf_clear(&text);
    if (!text.full)
        editing_set(ed, at, buf_view(&text));
    buf_release(&text);
}

/** Sets field F again where it is due. Hidden or not: the engine has to know. */
static void set_followers(struct editing *ed, int f)
{
    const struct rec *rec = edit_rec(ed);
    int frame = form_frame(rec_form(rec), f);

    edit_catch_up(ed);
    for (int row = 0; row < rec_rows(rec, frame); row++)
        if (is_due(edit_echo(ed), rec_form(rec), f, row))
            set_again(ed, (struct rec_at){.field = f, .row = row});
}

void edit_echo_run(struct editing *ed)
{
    struct edit_echo *echo = edit_echo(ed);
    const struct form *form = rec_form(edit_rec(ed));

    if (!echo->n || echo->runs)
        return;
    echo->runs = true;
    touch_noted(echo, edit_rec(ed));
    for (size_t i = 0; i < form->nfollowers; i++)
        set_followers(ed, form->followers[i]);
    touch_nothing(echo, form);
    echo->runs = false;
}

void edit_echo_note(struct editing *ed, struct rec_at at)
{
    struct edit_echo *echo = edit_echo(ed);
    const char *id;
    struct place *p;

    if (echo->muted || !echo->leads || !echo->leads[at.field])
        return;
    if (echo->runs) {
        touch(echo, at.field, at.row);
        return;
    }
    echo->noted = mem_grow(echo->noted, echo->n, &echo->cap, sizeof *echo->noted);
    p = &echo->noted[echo->n++];
    *p = (struct place){.field = at.field};
    id = rec_row_id(edit_rec(ed), form_frame(rec_form(edit_rec(ed)), at.field), at.row);
    memcpy(p->id, id, strnlen(id, REC_ID_MAX));
    if (!edit_is_stale(ed))
        edit_echo_run(ed);
}
