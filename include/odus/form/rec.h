#ifndef ODUS_FORM_REC_H
#define ODUS_FORM_REC_H

#include "odus/base/err.h"
#include "odus/base/json.h"
#include "odus/form/form.h"

/**
 * A record in memory: the values of one form. Every value is canonical text (docs/forms.md
 * §5, "value in the record"; booleans "1"/"0"; several values joined by '\n') or NULL when
 * blank, so that comparing, undoing and journalling are text. Hidden values stay
 * in place, marked (set aside); body_* leaves them out of what is sent.
 */
struct rec;

/** Where a value stands. ROW is 0 for the record and its groups. LANG 0 is the first. */
struct rec_at {
    int field;
    int row;  /* place in the repeat, from 0 */
    int lang; /* index into form->langs */
};

/** An empty record of FORM, which is borrowed and must outlive it. */
struct rec *rec_new(const struct form *form) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;
void rec_free(struct rec *rec);
const struct form *rec_form(const struct rec *rec) ATTR_RETNONNULL ATTR_NONNULL_ALL;

/** The canonical text, borrowed until the value changes; NULL when blank. */
const char *rec_get(const struct rec *rec, struct rec_at at) ATTR_NONNULL_ALL;

/** First-language value of the record-level field PATH ("uid"); NULL when blank or unknown. */
const char *rec_value(const struct rec *rec, const char *path) ATTR_NONNULL_ALL;

/** Sets without undo or checks; an empty view blanks. */
void rec_set(struct rec *rec, struct rec_at at, struct view text) ATTR_NONNULL_ALL;

/** As rec_set for a record-level path; no effect where the form lacks it. */
void rec_put(struct rec *rec, const char *path, const char *text) ATTR_NONNULL(1, 2);

/** Rows of repeat TABLE. */
int rec_rows(const struct rec *rec, int table) ATTR_NONNULL_ALL;

/** Stable id of a row, borrowed. */
const char *rec_row_id(const struct rec *rec, int table, int row) ATTR_RETNONNULL ATTR_NONNULL_ALL;

/** Place of the row with this id, or -1. */
int rec_row_find(const struct rec *rec, int table, struct view id) ATTR_NONNULL_ALL;

/** Inserts a blank row before place ROW (or at the end) with the given id (at most 64 bytes). */
void rec_row_insert(struct rec *rec, int table, int row, struct view id) ATTR_NONNULL_ALL;

void rec_row_remove(struct rec *rec, int table, int row) ATTR_NONNULL_ALL;

/** Moves a row to another place. */
void rec_row_move(struct rec *rec, int table, int from, int to) ATTR_NONNULL_ALL;

/** Hidden: the field itself, its table or section is not relevant (set by the engine). */
bool rec_hidden(const struct rec *rec, struct rec_at at) ATTR_NONNULL_ALL;
void rec_set_hidden(struct rec *rec, struct rec_at at, bool hidden) ATTR_NONNULL_ALL;

/** Values that are hidden and not blank: the count shown as "set aside". */
int rec_aside(const struct rec *rec) ATTR_NONNULL_ALL;

/** Members of the body that the form does not know, kept verbatim; a JSON object. Borrowed. */
struct json *rec_extra(struct rec *rec) ATTR_NONNULL_ALL;

/**
 * Paths as people and the command line write them: "titre", "titre.en",
 * "adresse.commune", "tarifs.1.prix_min_cts" (row from 1) or "tarifs.#ID.prix_min_cts"
 * (row by id). rec_path writes the second kind of row when BY_ID.
 */
int rec_at_parse(const struct rec *rec, struct view path, struct rec_at *ret_at,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3);
void rec_at_text(const struct rec *rec, struct rec_at at, bool by_id, struct buf *out)
        ATTR_NONNULL_ALL;

/** Deep copy. */
struct rec *rec_copy(const struct rec *rec) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

#endif
