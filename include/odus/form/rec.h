#ifndef ODUS_FORM_REC_H
#define ODUS_FORM_REC_H

#include "odus/base/err.h"
#include "odus/base/json.h"
#include "odus/form/form.h"

/**
 * A record in memory: the values of one form. Every value is canonical text
 * (docs/forms.md §5, "value in the record"; booleans "1"/"0"; several values joined by
 * '\n') or NULL when blank, so that comparing, undoing and journalling are text. Hidden
 * values stay in place, marked (set aside); body_write leaves them out of what is sent.
 */
struct rec;

enum { REC_ID_MAX = 64 }; /* bytes of a row id */

/** Where a value stands. */
struct rec_at {
    int field;
    int row;  /* place in the repeat, from 0; 0 for the record and its groups */
    int lang; /* index into form->langs */
};

/** An empty record of FORM, which is borrowed and must outlive it. */
struct rec *rec_new(
        const struct form *form) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

/** Accepts NULL. */
void rec_free(struct rec *rec);

/** Deep copy. */
struct rec *rec_copy(const struct rec *rec) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

const struct form *rec_form(const struct rec *rec) ATTR_RETNONNULL ATTR_NONNULL_ALL;

/**
 * The canonical text, borrowed until the value changes; NULL when blank, and where AT
 * is no place of the record. The functions that set do nothing at such a place.
 */
const char *rec_get(const struct rec *rec, struct rec_at at) ATTR_NONNULL_ALL;

/** First-language value of the record-level field PATH; NULL when blank or unknown. */
const char *rec_value(const struct rec *rec, const char *path) ATTR_NONNULL_ALL;

/** Sets without undo or checks; an empty view blanks. TEXT may be the value itself. */
void rec_set(struct rec *rec, struct rec_at at, struct view text) ATTR_NONNULL_ALL;

/** As rec_set for a record-level path; no effect where the form lacks it. NULL blanks.
 */
void rec_put(struct rec *rec, const char *path, const char *text) ATTR_NONNULL(1, 2);

/** Rows of repeat TABLE; 1 for the record, 0 for a group and an unknown table. */
int rec_rows(const struct rec *rec, int table) ATTR_NONNULL_ALL;

/** Stable id of a row, borrowed; "" for the record and where there is no such row. */
const char *rec_row_id(
        const struct rec *rec, int table, int row) ATTR_RETNONNULL ATTR_NONNULL_ALL;

/** Place of the row with this id, or -1. */
int rec_row_find(const struct rec *rec, int table, struct view id) ATTR_NONNULL_ALL;

/**
 * Inserts a blank row before place ROW (negative or beyond the rows: at the end). ID
 * has at most REC_ID_MAX bytes and is not yet in the repeat.
 */
void rec_row_insert(
        struct rec *rec, int table, int row, struct view id) ATTR_NONNULL_ALL;

void rec_row_remove(struct rec *rec, int table, int row) ATTR_NONNULL_ALL;

/** Moves a row to another place: the place it has afterwards. */
void rec_row_move(struct rec *rec, int table, int from, int to) ATTR_NONNULL_ALL;

/**
 * A row apart from its record, with everything in it; undo keeps removed rows so. Take
 * gives an existing row to the caller; put gives it back to a table of the same number
 * and form, before place ROW (negative: at the end).
 */
struct rec_row;
struct rec_row *rec_row_take(struct rec *rec, int table,
        int row) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;
void rec_row_put(
        struct rec *rec, int table, int row, struct rec_row *taken) ATTR_NONNULL_ALL;

/** Accepts NULL. */
void rec_row_free(struct rec_row *taken);

/** What the order of rows looks at: value of the sort column (NULL: blank) and id. */
struct rec_key {
    const char *value, *id;
};

/**
 * Order of the rows of a repeat: by the sort column as its type has it, blanks last,
 * then by id. SORT is that column, NULL where there is none. <0, 0, >0.
 */
int rec_key_cmp(
        const struct form_field *sort, struct rec_key a, struct rec_key b) ATTR_PURE;

/** The key of a row. The value is NULL where hidden, unless ASIDE counts those too. */
struct rec_key rec_row_key(
        const struct rec *rec, int table, int row, bool aside) ATTR_NONNULL_ALL;

/** Hidden: the field, its table or section is not relevant (set by the engine). */
bool rec_hidden(const struct rec *rec, struct rec_at at) ATTR_NONNULL_ALL;
void rec_set_hidden(struct rec *rec, struct rec_at at, bool hidden) ATTR_NONNULL_ALL;

/** Values that are hidden and not blank: the count shown as "set aside". */
int rec_aside(const struct rec *rec) ATTR_NONNULL_ALL;

/**
 * Members of the body that the form does not know, kept verbatim under the names and
 * in the objects they came in. Borrowed; NULL when there are none. TABLE 0, ROW 0: the
 * record's own.
 */
const struct json *rec_extra(
        const struct rec *rec, int table, int row) ATTR_NONNULL_ALL;

/** Replaces them by the object EXTRA (NULL: none), which REC owns from then on. */
void rec_extra_take(struct rec *rec, int table, int row, struct json *extra)
        ATTR_NONNULL(1);

/**
 * Paths as people and the command line write them: "titre", "titre.en",
 * "adresse.commune", "tarifs.1.prix_min_cts" (row from 1), "tarifs.#ID.prix_min_cts"
 * (row by id). 0; ERR_INVALID when the row is missing in a repeat's path;
 * ERR_NOT_FOUND where the form has no such field or the record no such row.
 */
int rec_at_parse(const struct rec *rec, struct view path, struct rec_at *ret_at,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3);

/** Appends PATH without numbers and ids of rows, as the form has its fields. */
void rec_path_bare(struct view path, struct buf *out) ATTR_NONNULL_ALL;

/** Appends the path of AT, rows by id when BY_ID. */
void rec_at_text(const struct rec *rec, struct rec_at at, bool by_id,
        struct buf *out) ATTR_NONNULL_ALL;

#endif
