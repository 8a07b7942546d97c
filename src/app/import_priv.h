#ifndef ODUS_APP_IMPORT_PRIV_H
#define ODUS_APP_IMPORT_PRIV_H

#include "app_priv.h"
#include "odus/app/records.h"
#include "odus/base/csv.h"
#include "odus/form/input.h"
#include "odus/form/rec.h"

/* CSV to drafts: which column is which field, what a cell means, a record of a row. */

/* --- columns, import_map.c --- */

enum import_kind {
    IMPORT_NONE, /* the column is left out */
    IMPORT_FIELD,
    IMPORT_DAY, /* with hour and end: rows made by the timing language */
    IMPORT_HOUR,
    IMPORT_END,
    IMPORT_WHEN, /* the timing language itself */
};

struct import_column {
    enum import_kind kind;
    int field, lang;
    int preset;    /* repeat: column of the row with a fixed value, else -1 */
    char *value;   /* that value */
    char *name;    /* target as import.map has it, for people */
    bool own_name; /* headed by the program's own name, so values are the program's too
                    */
};

/** A value that a phrase gives. */
struct import_set {
    int field;     /* of the record, or of the row that the phrase's field is in */
    bool if_blank; /* only where there is none */
    int number;    /* place of the number in the phrase that it is, from 1; 0: VALUE */
    char *value;   /* canonical text */
};

enum { IMPORT_SETS = 4, IMPORT_NUMBERS = 4 };

/** A phrase of import.map and what it means. */
struct import_phrase {
    int field;    /* of the column it stands in */
    char *phrase; /* as import_words; "#" is a number, "*" anything (then it is added)
                   */
    struct import_set sets[IMPORT_SETS];
    size_t nsets;
};

struct import_map {
    struct import_column *columns; /* as many as the CSV has */
    size_t ncolumns;
    struct import_phrase *phrases;
    size_t nphrases, cap;
};

/** Reads TEXT (of import.map, may be empty) for FORM and matches the header of CSV. */
int import_map_init(struct import_map *m, const struct form *form, struct view text,
        const struct csv *csv, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 4);
void import_map_release(struct import_map *m) ATTR_NONNULL_ALL;

/** The table whose rows the timing language makes, or -1. */
int import_timing_table(const struct form *form) ATTR_PURE ATTR_NONNULL_ALL;

/* --- phrases, import_phrase.c --- */

/**
 * "FIELD phrase" with "value", "OTHER:value", "OTHER?:value", several with bars
 * between. False where a field is unknown or elsewhere, or there are too many.
 */
bool import_phrase_read(const struct form *form, struct view key, struct view value,
        struct import_phrase *ret) ATTR_NONNULL_ALL;
void import_phrase_release(struct import_phrase *p) ATTR_NONNULL_ALL;

/**
 * Appends TEXT as phrases are compared: folded words with a space between, numbers as
 * written but for the spaces in them ("1200", "12,50"), "-" for a dash between two
 * numbers, "#" and "*" alone as they are.
 */
void import_words(struct view text, struct buf *out) ATTR_NONNULL(2);

/** True when PHRASE fits WORDS; NUMBERS gets what its "#" stand for, borrowed. */
bool import_phrase_fits(const char *phrase, const char *words,
        struct view numbers[IMPORT_NUMBERS]) ATTR_NONNULL_ALL;

/* --- cells, import_cell.c --- */

struct import_cache;
struct import_queue;

struct import {
    struct app *app;
    const struct form *form;
    struct engine *engine;
    struct import_map map;
    struct input_context typed;
    struct import_cache *cache;
    struct import_queue *queue; /* rows that are not written yet */
    const char *file;           /* its name without folder, for `source` */
    struct rec *blank;          /* defaults of the record */
    struct rec *models;    /* and one row with defaults in each repeat of the map */
    const struct csv *csv; /* at the current row */
};

struct import_cache *import_cache_new(void) ATTR_RETNONNULL ATTR_CHECK;
void import_cache_free(struct import_cache *c);

/**
 * Canonical text for FIELD of what stands in a cell: typed text, labels of choices,
 * names of records (the one that is called so). OUT is initialised by the caller.
 */
int import_cell(struct import *im, const struct import_column *column, struct view cell,
        struct buf *out, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 4);

/* --- names, import_name.c --- */

/**
 * Appends the uid of the record that PART names, or the code of the long list's entry:
 * the only one that is called so, else the only one that a text of its form's
 * `aliases` calls so. ERR_INVALID with the nearest name.
 */
int import_resolve(struct import *im, int field, struct view part, struct buf *out,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 4);

/* --- rows, import_row.c --- */

/** Makes `blank` and `models`. */
void import_prepare(struct import *im) ATTR_NONNULL_ALL;
void import_finish(struct import *im) ATTR_NONNULL_ALL;

/** Identifier of the current row: the same content in the same type has the same. */
void import_uid(const struct import *im, char uid[37]) ATTR_NONNULL_ALL;

/** The record UID of the current row, attached to the engine; NULL with problems.
 * Owned. */
struct rec *import_row(struct import *im, const char *uid,
        struct problems *problems) ATTR_CHECK ATTR_NONNULL_ALL;

/** Gives the value at AT of REC, which is attached to the engine, the format of its
 * field. */
void import_normalise(const struct import *im, struct rec *rec, struct rec_at at)
        ATTR_NONNULL(1, 2);

/** A problem with column COL of the current row. */
void import_problem(const struct import *im, size_t col, const struct err *cause,
        struct problems *problems) ATTR_NONNULL_ALL;

/* --- writing, import_write.c --- */

struct import_queue *import_queue_new(void) ATTR_RETNONNULL ATTR_CHECK;
void import_queue_free(struct import_queue *q);

/** True for a record of the store, a draft here and a row that waits. */
bool import_is_there(struct import *im, const char *uid) ATTR_NONNULL_ALL;

/** Takes the record of a row, which is attached to the engine; writes when there are
 * enough. BASE: what imported_put keeps of it; NULL: nothing. */
int import_write(struct import *im, const struct rec *rec, const char *uid,
        const char *base, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** Writes the rows that wait: all of them or none. */
int import_flush(struct import *im, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/* --- performances, import_when.c --- */

/** Adds the rows of the date, hour and end columns; false with problems. */
bool import_when(struct import *im, struct rec *rec, const char *uid,
        struct problems *problems) ATTR_CHECK ATTR_NONNULL_ALL;

/** Inserts a row with defaults at the end of TABLE; returns its place. */
int import_add_row(const struct import *im, struct rec *rec, int table,
        const char *id) ATTR_NONNULL_ALL;

#endif
