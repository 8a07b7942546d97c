#include "odus/form/edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edit_priv.h"
#include "odus/base/clock.h"
#include "odus/base/hash.h"
#include "odus/base/mem.h"

/**
 * In a group the engine follows each change up to here; beyond, it looks at everything
 * once at the end. So 800 rows made by one line of timing stay cheap.
 */
enum { FOLLOWED_MAX = 40 };

enum change_kind { CHANGE_VALUE, CHANGE_INSERT, CHANGE_REMOVE, CHANGE_MOVE };

struct change {
    enum change_kind kind;
    bool echo; /* of another change: the cursor stays with that one */
    unsigned step;
    struct rec_at at; /* CHANGE_VALUE */
    char *before, *after;
    int table, row, to;    /* rows; TO is where CHANGE_MOVE put it */
    struct rec_row *apart; /* the row, while it is not in the record */
};

struct editing {
    struct rec *rec;
    struct engine *engine;
    editing_fn changed;
    void *ctx;
    struct change *log; /* the first DONE are applied, the rest can be redone */
    size_t n, cap, done;
    unsigned step;
    int depth;
    int followed;         /* engine calls in this group */
    bool stale, dirty;    /* the engine, the observer have to hear of something */
    struct rec_at cursor; /* where, for the observer */
    struct edit_echo *echo;
};

struct editing *editing_new(
        struct rec *rec, struct engine *engine, editing_fn changed, void *ctx)
{
    struct editing *ed = xcalloc(1, sizeof *ed);

    *ed = (struct editing){
            .rec = rec, .engine = engine, .changed = changed, .ctx = ctx};
    ed->echo = edit_echo_new(rec_form(rec));
    engine_attach(engine, rec);
    return ed;
}

struct rec *edit_rec(struct editing *ed)
{
    return ed->rec;
}

struct engine *edit_engine(struct editing *ed)
{
    return ed->engine;
}

struct edit_echo *edit_echo(struct editing *ed)
{
    return ed->echo;
}

/** Forgets the changes from the KEEPth on. */
static void log_cut(struct editing *ed, size_t keep)
{
    while (ed->n > keep) {
        struct change *c = &ed->log[--ed->n];

        free(c->before);
        free(c->after);
        rec_row_free(c->apart);
    }
    if (ed->done > keep)
        ed->done = keep;
}

void editing_free(struct editing *ed)
{
    if (!ed)
        return;
    log_cut(ed, 0);
    free(ed->log);
    edit_echo_free(ed->echo);
    free(ed);
}

void edit_forget(struct editing *ed)
{
    log_cut(ed, 0);
}

/* --- telling the engine and the observer --- */

void editing_begin(struct editing *ed)
{
    if (ed->depth++ == 0) {
        ed->step++;
        ed->followed = 0;
    }
}

bool edit_is_stale(const struct editing *ed)
{
    return ed->stale;
}

void edit_catch_up(struct editing *ed)
{
    if (ed->stale)
        engine_refresh(ed->engine);
    ed->stale = false;
}

void editing_end(struct editing *ed)
{
    if (ed->depth == 1)
        edit_echo_run(ed);
    if (ed->depth == 0 || --ed->depth)
        return;
    edit_catch_up(ed);
    if (ed->dirty && ed->changed)
        ed->changed(ed->ctx, ed->cursor);
    ed->dirty = false;
}

/** True when the engine should follow the change at AT by itself. */
static bool follow(struct editing *ed, struct rec_at at)
{
    ed->cursor = at;
    ed->dirty = true;
    if (ed->followed++ < FOLLOWED_MAX)
        return true;
    ed->stale = true;
    return false;
}

static int first_field(const struct form *form, int table)
{
    for (size_t f = 0; f < form->nfields; f++)
        if (form->fields[f].table == table)
            return (int)f;
    return 0;
}

/** Whether the engine should follow a change of rows of TABLE at ROW by itself. */
static bool follow_rows(struct editing *ed, int table, int row)
{
    int last = rec_rows(ed->rec, table) - 1;
    struct rec_at at = {.field = first_field(rec_form(ed->rec), table)};

    at.row = row < last ? row : last;
    at.row = at.row < 0 ? 0 : at.row;
    return follow(ed, at);
}

static void value_changed(struct editing *ed, struct rec_at at)
{
    if (follow(ed, at))
        engine_changed(ed->engine, at);
}

/* --- the log --- */

static struct change *log_add(struct editing *ed, enum change_kind kind)
{
    log_cut(ed, ed->done);
    ed->log = mem_grow(ed->log, ed->n, &ed->cap, sizeof *ed->log);
    ed->log[ed->n] = (struct change){
            .kind = kind, .step = ed->step, .echo = edit_echo_runs(ed->echo)};
    ed->done = ++ed->n;
    return &ed->log[ed->n - 1];
}

/** Brings C's change about, or takes it BACK. */
static void apply(struct editing *ed, struct change *c, bool back)
{
    bool insert = c->kind == CHANGE_INSERT ? !back : back;
    struct rec_at cursor = ed->cursor;

    if (c->kind == CHANGE_VALUE) {
        rec_set(ed->rec, c->at, view_of(back ? c->before : c->after));
        value_changed(ed, c->at);
    } else if (c->kind == CHANGE_MOVE) {
        int from = back ? c->to : c->row;
        int to = back ? c->row : c->to;

        rec_row_move(ed->rec, c->table, from, to);
        if (follow_rows(ed, c->table, to))
            engine_row_moved(ed->engine, c->table, from, to);
    } else if (insert) {
        rec_row_put(ed->rec, c->table, c->row, c->apart);
        c->apart = NULL;
        if (follow_rows(ed, c->table, c->row))
            engine_row_added(ed->engine, c->table, c->row);
    } else {
        c->apart = rec_row_take(ed->rec, c->table, c->row);
        if (follow_rows(ed, c->table, c->row))
            engine_row_removed(ed->engine, c->table, c->row);
    }
    if (c->echo)
        ed->cursor = cursor;
}

bool editing_undo(struct editing *ed, struct rec_at *ret_at)
{
    unsigned step;

    if (!ed->done || ed->depth)
        return false;
    editing_begin(ed);
    step = ed->log[ed->done - 1].step;
    while (ed->done && ed->log[ed->done - 1].step == step)
        apply(ed, &ed->log[--ed->done], true);
    if (ret_at)
        *ret_at = ed->cursor;
    editing_end(ed);
    return true;
}

bool editing_redo(struct editing *ed, struct rec_at *ret_at)
{
    unsigned step;

    if (ed->done == ed->n || ed->depth)
        return false;
    editing_begin(ed);
    step = ed->log[ed->done].step;
    while (ed->done < ed->n && ed->log[ed->done].step == step)
        apply(ed, &ed->log[ed->done++], false);
    if (ret_at)
        *ret_at = ed->cursor;
    editing_end(ed);
    return true;
}

/* --- values --- */

static bool same(const char *value, struct view text)
{
    return value ? view_is(text, value) : text.n == 0;
}

/** Where ROW belongs by its key: its own place when its neighbours agree. */
static int sorted_place(const struct rec *rec, int table, int row)
{
    int sort = rec_form(rec)->tables[table].sort;
    const struct form_field *field = &rec_form(rec)->fields[sort];
    struct rec_key key = rec_row_key(rec, table, row, true);
    int place = 0;

    for (int r = 0; r < rec_rows(rec, table); r++)
        if (r != row)
            place += rec_key_cmp(field, rec_row_key(rec, table, r, true), key) < 0;
    return place;
}

/** Moves ROW to its place after the sort column was set; returns the place. */
static int sort_row(struct editing *ed, int table, int row)
{
    int place = sorted_place(ed->rec, table, row);
    struct change *c;

    if (place == row)
        return row;
    c = log_add(ed, CHANGE_MOVE);
    c->table = table;
    c->row = row;
    c->to = place;
    apply(ed, c, false);
    return place;
}

/** True where AT can hold a value. */
static bool holds_value(const struct rec *rec, struct rec_at at)
{
    const struct form *form = rec_form(rec);

    return at.field >= 0 && (size_t)at.field < form->nfields && at.lang >= 0 &&
           at.lang < form->fields[at.field].nslots && at.row >= 0 &&
           at.row < rec_rows(rec, form_frame(form, at.field));
}

int editing_set(struct editing *ed, struct rec_at at, struct view text)
{
    const char *before = rec_get(ed->rec, at);
    struct change *c;
    int table;

    if (!holds_value(ed->rec, at) || same(before, text))
        return at.row;
    editing_begin(ed);
    c = log_add(ed, CHANGE_VALUE);
    c->at = at;
    c->before = xstrdup(before);
    c->after = text.n ? view_dup(text) : NULL;
    apply(ed, c, false);
    table = form_frame(rec_form(ed->rec), at.field);
    if (table && rec_form(ed->rec)->tables[table].sort == at.field) {
        at.row = sort_row(ed, table, at.row);
        ed->cursor = at;
    }
    edit_echo_note(ed, at);
    editing_end(ed);
    return at.row;
}

/* --- rows --- */

static int check_id(const struct editing *ed, int table, const char *id, int *ret_row,
        struct err *e)
{
    int there = rec_row_find(ed->rec, table, view_of(id));

    if (!*id || strlen(id) > REC_ID_MAX)
        return err_set(e, ERR_INVALID, N_("\"%1$s\" cannot be the id of a row"), id);
    if (there < 0)
        return 0;
    *ret_row = there;
    return err_set(e, ERR_CONFLICT, N_("this row is there already"));
}

static int check_room(const struct editing *ed, int table, struct err *e)
{
    int max = rec_form(ed->rec)->tables[table].max;
    char text[16];

    if (max <= 0 || max > FORM_ROWS_MAX)
        max = FORM_ROWS_MAX;
    if (rec_rows(ed->rec, table) < max)
        return 0;
    snprintf(text, sizeof text, "%d", max);
    return err_set(e, ERR_LIMIT, N_("no more than %1$s rows are allowed here"), text);
}

static bool is_repeat(const struct rec *rec, int table)
{
    return table > 0 && (size_t)table < rec_form(rec)->ntables &&
           rec_form(rec)->tables[table].kind == FORM_REPEAT;
}

int editing_row_add(
        struct editing *ed, int table, const char *id, int *ret_row, struct err *err)
{
    char fresh[UUID_TEXT];
    struct change *c;
    int r;

    if (!is_repeat(ed->rec, table))
        return err_set(err, ERR_INVALID, N_("rows can only be added to a repeat"));
    if (!id)
        uuid_v7(clock_now_ms(), fresh);
    r = id ? check_id(ed, table, id, ret_row, err) : 0;
    if (r == 0)
        r = check_room(ed, table, err);
    if (r < 0)
        return r;
    editing_begin(ed);
    c = log_add(ed, CHANGE_INSERT);
    c->table = table;
    c->row = rec_rows(ed->rec, table);
    *ret_row = c->row;
    rec_row_insert(ed->rec, table, -1, view_of(id ? id : fresh));
    if (follow_rows(ed, table, c->row))
        engine_row_added(ed->engine, table, c->row);
    edit_row_defaults(ed, table, ret_row);
    editing_end(ed);
    return 0;
}

int editing_row_remove(struct editing *ed, int table, int row, struct err *err)
{
    struct change *c;

    if (!is_repeat(ed->rec, table) || row < 0 || row >= rec_rows(ed->rec, table))
        return err_set(err, ERR_NOT_FOUND, N_("there is no such row"));
    if (rec_form(ed->rec)->tables[table].no_delete)
        return err_set(
                err, ERR_INVALID, N_("the form does not allow removing rows here"));
    editing_begin(ed);
    c = log_add(ed, CHANGE_REMOVE);
    c->table = table;
    c->row = row;
    apply(ed, c, false);
    editing_end(ed);
    return 0;
}
