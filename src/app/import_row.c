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

/* The row of the column's repeat that its fixed value names, made when missing; the
 * one row there is where nothing is fixed. */
static int row_for(const struct import *im, struct rec *rec, const char *uid,
        const struct import_column *c)
{
    int table = form_frame(im->form, c->field);
    char id[UUID_TEXT];
    char *name;
    int row;

    if (table == 0)
        return 0;
    name = xasprintf("%s/%s", im->form->tables[table].path, c->value ? c->value : "");
    uuid_v5(uid, view_of(name), id);
    free(name);
    row = rec_row_find(rec, table, view_of(id));
    if (row >= 0)
        return row;
    row = import_add_row(im, rec, table, id);
    if (c->preset >= 0)
        rec_set(rec, (struct rec_at){c->preset, row, 0}, view_of(c->value));
    return row;
}

/* A phrase against the folded cell, word by word; "#" takes a number, put into NUMBER.
 */
static bool phrase_fits(const char *phrase, const char *cell, struct view *number)
{
    while (*phrase && *cell) {
        size_t p = strcspn(phrase, " "), c = strcspn(cell, " ");

        if (p == 1 && *phrase == '#' && strspn(cell, "0123456789") == c)
            *number = (struct view){cell, c};
        else if (p != c || memcmp(phrase, cell, p) != 0)
            return false;
        phrase += p + (phrase[p] == ' ');
        cell += c + (cell[c] == ' ');
    }
    return !*phrase && !*cell;
}

/* What CELL means by a phrase of import.map: sets it, and says so. ANY: only the
 * phrases that go with any value, for fields that are still blank. */
static bool set_phrase(const struct import *im, struct rec *rec,
        const struct import_column *c, struct view cell, bool any)
{
    struct buf folded;
    bool found = false;

    buf_init(&folded, 0);
    utf8_fold(cell, &folded);
    for (size_t i = 0; i < im->map.nphrases && !found; i++) {
        const struct import_phrase *p = &im->map.phrases[i];
        struct rec_at to = {.field = p->to};
        struct view value = view_of(p->value);

        if (p->field != c->field || any != (strcmp(p->phrase, "*") == 0))
            continue;
        if (any ? rec_get(rec, to) != NULL : !phrase_fits(p->phrase, folded.s, &value))
            continue;
        rec_set(rec, to, value);
        found = true;
    }
    buf_release(&folded);
    return found;
}

static bool set_cell(struct import *im, struct rec *rec, const char *uid, size_t col,
        struct problems *problems)
{
    const struct import_column *c = &im->map.columns[col];
    struct view cell = view_trim(csv_cell(im->csv, col));
    struct err err = {0};
    struct buf text;
    int rc;

    if (c->kind != IMPORT_FIELD || !cell.n || set_phrase(im, rec, c, cell, false))
        return true;
    buf_init(&text, 0);
    rc = import_cell(im, c, cell, &text, &err);
    if (rc < 0)
        import_problem(im, col, &err, problems);
    else if (text.len) {
        struct rec_at at = {c->field, row_for(im, rec, uid, c), c->lang};

        rec_set(rec, at, buf_view(&text));
        set_phrase(im, rec, c, cell, true);
    }
    buf_release(&text);
    return rc >= 0;
}

/* The formats that the form gives to committed values. */
static void normalise(struct import *im, struct rec *rec, const char *uid)
{
    for (size_t i = 0; i < im->map.ncolumns; i++) {
        const struct import_column *c = &im->map.columns[i];
        struct rec_at at = {c->field, 0, c->lang};
        const char *value;
        struct buf text;

        if (c->kind != IMPORT_FIELD || !im->form->fields[c->field].normalise ||
                !view_trim(csv_cell(im->csv, i)).n)
            continue;
        at.row = row_for(im, rec, uid, c);
        value = rec_get(rec, at);
        buf_init(&text, 0);
        if (value && engine_normalise(im->engine, at, value, &text) &&
                strcmp(text.s, value) != 0) {
            rec_set(rec, at, buf_view(&text));
            engine_changed(im->engine, at);
        }
        buf_release(&text);
    }
}

struct rec *import_row(struct import *im, const char *uid, struct problems *problems)
{
    struct rec *rec = rec_copy(im->blank);
    bool ok = import_when(im, rec, uid, problems);
    char *source;

    for (size_t i = 0; i < im->map.ncolumns; i++)
        ok = set_cell(im, rec, uid, i, problems) && ok;
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
