#include "odus/form/rec.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"

struct rec_row {
    struct json *extra;
    bool *hidden; /* by the field's place in its frame; notes have one too */
    char id[REC_ID_MAX + 1];
    size_t nvalues;
    char *values[]; /* by slot; the hidden flags follow in the same block */
};

/** Rows of one table; the record has exactly one, groups have none of their own. */
struct frame {
    struct rec_row **rows;
    size_t n, cap;
    size_t nslots, nfields;
};

struct rec {
    const struct form *form;
    struct frame *frames;    /* by table */
    struct frame **frame_of; /* by field */
    size_t *place_of;        /* by field: its place among the fields of its frame */
};

static struct rec_row *row_new(const struct frame *frame, struct view id)
{
    size_t values = frame->nslots * sizeof(char *);
    struct rec_row *row = xcalloc(1, sizeof *row + values + frame->nfields);
    size_t n = id.n < REC_ID_MAX ? id.n : REC_ID_MAX;

    row->nvalues = frame->nslots;
    row->hidden = (bool *)(row->values + frame->nslots);
    if (n)
        memcpy(row->id, id.p, n);
    return row;
}

void rec_row_free(struct rec_row *row)
{
    if (!row)
        return;
    for (size_t i = 0; i < row->nvalues; i++)
        free(row->values[i]);
    json_free(row->extra);
    free(row);
}

static void frame_insert(struct frame *frame, int at, struct rec_row *row)
{
    size_t place = at >= 0 && (size_t)at < frame->n ? (size_t)at : frame->n;

    frame->rows = mem_grow(frame->rows, frame->n, &frame->cap, sizeof(*frame->rows));
    memmove(frame->rows + place + 1, frame->rows + place,
            (frame->n - place) * sizeof(*frame->rows));
    frame->rows[place] = row;
    frame->n++;
}

struct rec *rec_new(const struct form *form)
{
    struct rec *rec = xcalloc(1, sizeof *rec);

    rec->form = form;
    rec->frames = xcalloc(form->ntables, sizeof *rec->frames);
    rec->frame_of = xcalloc(form->nfields, sizeof(*rec->frame_of));
    rec->place_of = xcalloc(form->nfields, sizeof *rec->place_of);
    for (size_t t = 0; t < form->ntables; t++)
        if (form->tables[t].kind != FORM_GROUP)
            rec->frames[t].nslots = (size_t)form->tables[t].nslots;
    for (size_t f = 0; f < form->nfields; f++) {
        rec->frame_of[f] = &rec->frames[form_frame(form, (int)f)];
        rec->place_of[f] = rec->frame_of[f]->nfields++;
    }
    frame_insert(&rec->frames[0], -1, row_new(&rec->frames[0], (struct view){0}));
    return rec;
}

void rec_free(struct rec *rec)
{
    if (!rec)
        return;
    for (size_t t = 0; t < rec->form->ntables; t++) {
        for (size_t r = 0; r < rec->frames[t].n; r++)
            rec_row_free(rec->frames[t].rows[r]);
        free(rec->frames[t].rows);
    }
    free(rec->frames);
    free(rec->frame_of);
    free(rec->place_of);
    free(rec);
}

static struct rec_row *row_copy(const struct frame *frame, const struct rec_row *from)
{
    struct rec_row *row = row_new(frame, view_of(from->id));

    for (size_t i = 0; i < frame->nslots; i++)
        row->values[i] = xstrdup(from->values[i]);
    memcpy(row->hidden, from->hidden, frame->nfields);
    row->extra = json_dup(from->extra);
    return row;
}

struct rec *rec_copy(const struct rec *rec)
{
    struct rec *copy = rec_new(rec->form);

    for (size_t t = 0; t < rec->form->ntables; t++) {
        const struct frame *from = &rec->frames[t];
        struct frame *to = &copy->frames[t];

        while (to->n)
            rec_row_free(to->rows[--to->n]);
        for (size_t r = 0; r < from->n; r++)
            frame_insert(to, -1, row_copy(from, from->rows[r]));
    }
    return copy;
}

const struct form *rec_form(const struct rec *rec)
{
    return rec->form;
}

/* --- values --- */

static struct rec_row *row_at(const struct rec *rec, struct rec_at at)
{
    const struct frame *frame;

    if (at.field < 0 || (size_t)at.field >= rec->form->nfields)
        return NULL;
    frame = rec->frame_of[at.field];
    return at.row >= 0 && (size_t)at.row < frame->n ? frame->rows[at.row] : NULL;
}

static char **slot_at(const struct rec *rec, struct rec_at at)
{
    struct rec_row *row = row_at(rec, at);
    const struct form_field *field;

    if (!row)
        return NULL;
    field = &rec->form->fields[at.field];
    if (at.lang < 0 || at.lang >= field->nslots)
        return NULL;
    return &row->values[field->slot + at.lang];
}

const char *rec_get(const struct rec *rec, struct rec_at at)
{
    char **slot = slot_at(rec, at);

    return slot ? *slot : NULL;
}

void rec_set(struct rec *rec, struct rec_at at, struct view text)
{
    char **slot = slot_at(rec, at);
    char *old;

    if (!slot)
        return;
    old = *slot;
    *slot = text.n ? view_dup(text) : NULL;
    free(old);
}

/** The record-level field PATH, or -1. */
static int record_field(const struct rec *rec, const char *path)
{
    int field = form_field_find(rec->form, view_of(path));

    return field >= 0 && rec->frame_of[field] == rec->frames ? field : -1;
}

const char *rec_value(const struct rec *rec, const char *path)
{
    return rec_get(rec, (struct rec_at){.field = record_field(rec, path)});
}

void rec_put(struct rec *rec, const char *path, const char *text)
{
    rec_set(rec, (struct rec_at){.field = record_field(rec, path)}, view_of(text));
}

bool rec_hidden(const struct rec *rec, struct rec_at at)
{
    const struct rec_row *row = row_at(rec, at);

    return row && row->hidden[rec->place_of[at.field]];
}

void rec_set_hidden(struct rec *rec, struct rec_at at, bool hidden)
{
    struct rec_row *row = row_at(rec, at);

    if (row)
        row->hidden[rec->place_of[at.field]] = hidden;
}

int rec_aside(const struct rec *rec)
{
    int n = 0;

    for (size_t f = 0; f < rec->form->nfields; f++) {
        const struct form_field *field = &rec->form->fields[f];
        const struct frame *frame = rec->frame_of[f];

        for (size_t r = 0; r < frame->n; r++)
            for (int s = 0;
                    frame->rows[r]->hidden[rec->place_of[f]] && s < field->nslots; s++)
                n += frame->rows[r]->values[field->slot + s] != NULL;
    }
    return n;
}

/* --- rows --- */

/** The rows of TABLE, NULL where it has none of its own. */
static struct frame *frame_get(const struct rec *rec, int table)
{
    bool known = table >= 0 && (size_t)table < rec->form->ntables;

    return known ? &rec->frames[table] : NULL;
}

static struct rec_row *row_get(const struct rec *rec, int table, int row)
{
    const struct frame *frame = frame_get(rec, table);

    return frame && row >= 0 && (size_t)row < frame->n ? frame->rows[row] : NULL;
}

static struct frame *repeat_get(const struct rec *rec, int table)
{
    struct frame *frame = frame_get(rec, table);

    return frame && rec->form->tables[table].kind == FORM_REPEAT ? frame : NULL;
}

int rec_rows(const struct rec *rec, int table)
{
    const struct frame *frame = frame_get(rec, table);

    return frame ? (int)frame->n : 0;
}

const char *rec_row_id(const struct rec *rec, int table, int row)
{
    const struct rec_row *r = row_get(rec, table, row);

    return r ? r->id : "";
}

int rec_row_find(const struct rec *rec, int table, struct view id)
{
    const struct frame *frame = repeat_get(rec, table);

    if (!frame || id.n > REC_ID_MAX || !id.n)
        return -1;
    for (size_t r = 0; r < frame->n; r++) {
        const char *other = frame->rows[r]->id;

        if (memcmp(other, id.p, id.n) == 0 && !other[id.n])
            return (int)r;
    }
    return -1;
}

void rec_row_insert(struct rec *rec, int table, int row, struct view id)
{
    struct frame *frame = repeat_get(rec, table);

    if (frame)
        frame_insert(frame, row, row_new(frame, id));
}

void rec_row_put(struct rec *rec, int table, int row, struct rec_row *taken)
{
    frame_insert(&rec->frames[table], row, taken);
}

struct rec_row *rec_row_take(struct rec *rec, int table, int row)
{
    struct frame *frame = &rec->frames[table];
    struct rec_row *taken = frame->rows[row];

    frame->n--;
    memmove(frame->rows + row, frame->rows + row + 1,
            (frame->n - (size_t)row) * sizeof(*frame->rows));
    return taken;
}

void rec_row_remove(struct rec *rec, int table, int row)
{
    if (repeat_get(rec, table) && row_get(rec, table, row))
        rec_row_free(rec_row_take(rec, table, row));
}

void rec_row_move(struct rec *rec, int table, int from, int to)
{
    if (repeat_get(rec, table) && row_get(rec, table, from))
        rec_row_put(rec, table, to, rec_row_take(rec, table, from));
}

const struct json *rec_extra(const struct rec *rec, int table, int row)
{
    const struct rec_row *r = row_get(rec, table, row);

    return r ? r->extra : NULL;
}

void rec_extra_take(struct rec *rec, int table, int row, struct json *extra)
{
    struct rec_row *r = row_get(rec, table, row);

    if (!r) {
        json_free(extra);
        return;
    }
    json_free(r->extra);
    r->extra = extra;
}
