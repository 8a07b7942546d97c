/* A record of a row: all of it or nothing. */
#include <stdlib.h>
#include <string.h>

#include "import_priv.h"
#include "odus/base/clock.h"
#include "odus/base/hash.h"
#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "odus/form/edit.h"

/* Namespace of the identifiers of imported rows, drawn once for this program. */
#define ROW_NAMESPACE "5a1d3c0e-6f0b-4c0e-9d5e-7b1f2a40c6d1"

enum { ROW_TEXT_MAX = 4 * 1024 * 1024 };

/* --- defaults --- */

/* A row in each repeat that a column fills, with what the form puts there. */
static void make_models(struct import *im)
{
    struct editing *ed = editing_new(im->models, im->engine, NULL, NULL);
    int when = import_timing_table(im->form);
    int row;

    if (when >= 0 && editing_row_add(ed, when, NULL, &row, NULL) < 0)
        when = -1;
    for (size_t i = 0; i < im->map.ncolumns; i++) {
        const struct import_column *c = &im->map.columns[i];
        int table = c->kind == IMPORT_FIELD ? form_frame(im->form, c->field) : 0;

        if (table && rec_rows(im->models, table) == 0 &&
                editing_row_add(ed, table, NULL, &row, NULL) < 0)
            continue;
    }
    editing_free(ed);
}

void import_prepare(struct import *im)
{
    struct editing *ed;
    char now[CLOCK_TEXT];

    im->blank = rec_new(im->form);
    ed = editing_new(im->blank, im->engine, NULL, NULL);
    editing_defaults(ed, NULL);
    editing_free(ed);
    clock_rfc3339(clock_now_ms(), now);
    rec_put(im->blank, "type", im->form->name);
    rec_put(im->blank, "formulaire", im->form->hash);
    rec_put(im->blank, "cree_le", now);
    rec_put(im->blank, "cree_par", app_author(im->app));
    rec_put(im->blank, "modifie_le", now);
    rec_put(im->blank, "modifie_par", app_author(im->app));
    rec_put(im->blank, "statut_fiche", "brouillon");
    if (app_training(im->app))
        rec_put(im->blank, "exercice", "1");
    im->models = rec_copy(im->blank);
    make_models(im);
    engine_attach(im->engine, NULL);
}

void import_finish(struct import *im)
{
    engine_attach(im->engine, NULL);
    rec_free(im->blank);
    rec_free(im->models);
    im->blank = im->models = NULL;
}

int import_add_row(const struct import *im, struct rec *rec, int table, const char *id)
{
    int row = rec_rows(rec, table);

    rec_row_insert(rec, table, -1, view_of(id));
    for (size_t i = 0; i < im->form->nfields; i++) {
        const char *value;

        if (im->form->fields[i].table != table || rec_rows(im->models, table) == 0)
            continue;
        value = rec_get(im->models, (struct rec_at){(int)i, 0, 0});
        if (value)
            rec_set(rec, (struct rec_at){(int)i, row, 0}, view_of(value));
    }
    return row;
}

/* --- identity --- */

void import_uid(const struct import *im, char uid[37])
{
    struct buf text;

    buf_init(&text, ROW_TEXT_MAX);
    buf_addf(&text, "%s\n", im->form->name);
    for (size_t i = 0; i < im->map.ncolumns; i++) {
        struct view cell = view_trim(csv_cell(im->csv, i));

        if (!cell.n)
            continue;
        utf8_fold(csv_name(im->csv, i), &text);
        buf_addc(&text, '=');
        buf_addv(&text, cell);
        buf_addc(&text, '\n');
    }
    uuid_v5(ROW_NAMESPACE, buf_view(&text), uid);
    buf_release(&text);
}

/* --- problems --- */

void import_problem(const struct import *im, size_t col, const struct err *cause,
        struct problems *problems)
{
    struct err e = *cause;

    err_at(&e, im->file, csv_line(im->csv), (int)col + 1);
    problems_add(problems, &e, (struct view){0});
}

/* --- values --- */

/* The id of the row of the column's repeat that its fixed value names; the one row
 * there is where nothing is fixed. */
static void row_id(const struct import *im, const char *uid,
        const struct import_column *c, char id[UUID_TEXT])
{
    char *name =
            xasprintf("%s/%s", im->form->tables[form_frame(im->form, c->field)].path,
                    c->value ? c->value : "");

    uuid_v5(uid, view_of(name), id);
    free(name);
}

/* The place of that row; 0 for a field of the record, -1 when it is not there. */
static int row_find(const struct import *im, const struct rec *rec, const char *uid,
        const struct import_column *c)
{
    int table = form_frame(im->form, c->field);
    char id[UUID_TEXT];

    if (table == 0)
        return 0;
    row_id(im, uid, c, id);
    return rec_row_find(rec, table, view_of(id));
}

/* As row_find, but made when missing. */
static int row_for(const struct import *im, struct rec *rec, const char *uid,
        const struct import_column *c)
{
    int row = row_find(im, rec, uid, c);
    char id[UUID_TEXT];

    if (row >= 0)
        return row;
    row_id(im, uid, c, id);
    row = import_add_row(im, rec, form_frame(im->form, c->field), id);
    if (c->preset >= 0)
        rec_set(rec, (struct rec_at){c->preset, row, 0}, view_of(c->value));
    return row;
}

struct row {
    struct import *im;
    struct rec *rec;
    const char *uid;
    size_t col; /* the column in hand */
    struct problems *problems;
};

static bool put(struct row *r, const struct import_column *c, struct view cell)
{
    struct err err = {0};
    struct buf text;
    int rc;

    buf_init(&text, 0);
    rc = import_cell(r->im, c, cell, &text, &err);
    if (rc < 0)
        import_problem(r->im, r->col, &err, r->problems);
    else if (text.len)
        rec_set(r->rec,
                (struct rec_at){c->field, row_for(r->im, r->rec, r->uid, c), c->lang},
                buf_view(&text));
    buf_release(&text);
    return rc >= 0;
}

/* One value of a phrase that stands in column C. Numbers are read as if typed there. */
static bool put_set(struct row *r, const struct import_column *c,
        const struct import_set *set, const struct view *numbers)
{
    struct import_column to = *c;
    struct rec_at at = {.field = set->field};

    if (form_frame(r->im->form, set->field))
        at.row = row_for(r->im, r->rec, r->uid, c);
    if (set->if_blank && rec_get(r->rec, at))
        return true;
    to.field = set->field;
    to.lang = 0;
    if (set->number)
        return put(r, &to, numbers[set->number - 1]);
    rec_set(r->rec, at, view_of(set->value));
    return true;
}

static bool put_phrase(struct row *r, const struct import_column *c,
        const struct import_phrase *p, const struct view *numbers)
{
    bool ok = true;

    for (size_t i = 0; i < p->nsets; i++)
        ok = put_set(r, c, &p->sets[i], numbers) && ok;
    return ok;
}

/* The first phrase of import.map that CELL is; NULL for none. WORDS is initialised by
 * the caller and keeps the NUMBERS. */
static const struct import_phrase *find_phrase(const struct import *im, int field,
        struct view cell, struct buf *words, struct view numbers[IMPORT_NUMBERS])
{
    for (size_t i = 0; i < im->map.nphrases; i++) {
        const struct import_phrase *p = &im->map.phrases[i];

        if (p->field != field)
            continue;
        if (!words->len)
            import_words(cell, words);
        if (import_phrase_fits(p->phrase, words->s, numbers))
            return p;
    }
    return NULL;
}

/* The phrases that go with any value, where the column has got one. */
static void put_any(struct row *r, const struct import_column *c)
{
    const struct import_map *map = &r->im->map;
    struct rec_at at = {.field = c->field, .lang = c->lang};

    for (size_t i = 0; i < map->nphrases; i++) {
        const struct import_phrase *p = &map->phrases[i];

        if (p->field != c->field || strcmp(p->phrase, "*") != 0)
            continue;
        at.row = row_find(r->im, r->rec, r->uid, c);
        if (rec_get(r->rec, at))
            put_phrase(r, c, p, NULL);
    }
}

static bool set_cell(struct row *r)
{
    const struct import_column *c = &r->im->map.columns[r->col];
    struct view cell = view_trim(csv_cell(r->im->csv, r->col));
    struct view numbers[IMPORT_NUMBERS];
    const struct import_phrase *p;
    struct buf words;
    bool ok;

    if (c->kind != IMPORT_FIELD || !cell.n)
        return true;
    buf_init(&words, 0);
    p = find_phrase(r->im, c->field, cell, &words, numbers);
    ok = p ? put_phrase(r, c, p, numbers) : put(r, c, cell);
    buf_release(&words);
    if (ok)
        put_any(r, c);
    return ok;
}

void import_normalise(const struct import *im, struct rec *rec, struct rec_at at)
{
    const char *value = rec_get(rec, at);
    struct buf text;

    buf_init(&text, 0);
    if (value && engine_normalise(im->engine, at, value, &text) &&
            strcmp(text.s, value) != 0) {
        rec_set(rec, at, buf_view(&text));
        engine_changed(im->engine, at);
    }
    buf_release(&text);
}

static void normalise(struct import *im, struct rec *rec, const char *uid)
{
    for (size_t i = 0; i < im->map.ncolumns; i++) {
        const struct import_column *c = &im->map.columns[i];
        struct rec_at at = {c->field, 0, c->lang};

        if (c->kind != IMPORT_FIELD || !im->form->fields[c->field].normalise ||
                !view_trim(csv_cell(im->csv, i)).n)
            continue;
        at.row = row_find(im, rec, uid, c);
        import_normalise(im, rec, at);
    }
}

struct rec *import_row(struct import *im, const char *uid, struct problems *problems)
{
    struct rec *rec = rec_copy(im->blank);
    struct row r = {.im = im, .rec = rec, .uid = uid, .problems = problems};
    bool ok = import_when(im, rec, uid, problems);
    char *source;

    for (; r.col < im->map.ncolumns; r.col++)
        ok = set_cell(&r) && ok;
    if (!ok) {
        rec_free(rec);
        return NULL;
    }
    source = xasprintf("%s:%d", im->file, csv_line(im->csv));
    rec_put(rec, "uid", uid);
    rec_put(rec, "source", source);
    free(source);
    engine_attach(im->engine, rec);
    normalise(im, rec, uid);
    return rec;
}
