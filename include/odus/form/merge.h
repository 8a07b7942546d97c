#ifndef ODUS_FORM_MERGE_H
#define ODUS_FORM_MERGE_H

#include "odus/base/json.h"
#include "odus/form/form.h"

/**
 * Three-way merge of the bodies of one record (docs/design.md, "Synchronisation"): what
 * one side changed is taken, what both changed alike too. Fields are merged one by one:
 * members of groups, languages of multilingual texts, rows of repeats by their `id`. A
 * field whose values are several, and a member the form does not know, is one value.
 * Pure and deterministic: every replica that merges the same bodies makes the same one.
 * FORM NULL, for bodies that name none: each member is one value, whatever it is, so
 * that the result is the same whatever forms a replica has.
 */
enum merge_side { MERGE_OURS, MERGE_THEIRS };

/**
 * One place that both sides changed and not alike. Nothing of it is lost: either value
 * is here, NULL where it is blank or the row is not there.
 */
struct merge_conflict {
    char *path; /* as rec_at_text writes it, rows by id: "titre.en", "tarifs.#ID.prix";
                   "tarifs.#ID" for a row as a whole */
    /* where it stands in the body */
    int table;  /* group or repeat; 0: the record itself */
    char *row;  /* id of the row of the repeat, else NULL */
    char *key;  /* member there; NULL: the row as a whole, or, without a row, what is no
                   row in the array at `path` */
    char *lang; /* language of a multilingual text, else NULL */
    int field;  /* index, -1 where the form knows no such field */
    struct json *base, *ours, *theirs;
    struct json *kept; /* what stands in the merged body */
    int place;         /* private: for the order */
};

/** Accepts NULL. */
void merge_conflicts_free(struct merge_conflict *all, size_t n);

/**
 * Merges OURS and THEIRS, two bodies of the same record, which began as BASE. BASE
 * NULL: the common ancestor is not known, and whatever differs is a conflict. LATER is
 * the side whose revision is the higher one.
 *
 * The same field changed on both sides, not alike: a conflict, ours stays. A row
 * removed on one side and changed on the other: a conflict, the row stays. In the same
 * way a record that one side deleted (`statut_fiche` supprime) and the other changed
 * stays alive, with a conflict on `statut_fiche`. So the result is the same when the
 * sides change places, but for conflicts in which ours stays.
 *
 * Never a conflict: `modifie_le` and `modifie_par`, which come together from the side
 * that changed last (at the same instant: from LATER); `sequence`, of which the larger
 * stays; calculated fields and `formulaire`, taken from LATER where both changed.
 *
 * RET is owned, canonical (the rows in their order) and a body that body_read takes;
 * CONFLICTS is owned (merge_conflicts_free), in the order of the form. 0, or
 * ERR_INVALID: a body is no object or they are of different records; ERR_LIMIT: more
 * than FORM_ROWS_MAX rows.
 */
int merge_bodies(const struct form *form, const struct json *base,
        const struct json *ours, const struct json *theirs, enum merge_side later,
        struct json **ret, struct merge_conflict **conflicts, size_t *ret_n) ATTR_CHECK
        ATTR_NONNULL(3, 4, 6, 7, 8);

/** What stands in BODY where C is; borrowed, NULL for nothing. */
struct json *merge_value_at(const struct form *form, const struct merge_conflict *c,
        const struct json *body) ATTR_NONNULL_ALL;

/**
 * Puts VALUE, which BODY owns from then on, where C is; NULL removes. Objects and rows
 * on the way there are made. No effect where the body has something else in the way.
 */
void merge_put_at(const struct form *form, const struct merge_conflict *c,
        struct json *body, struct json *value) ATTR_NONNULL(1, 2, 3);

/** True where A and B, values for C, are alike but for what never conflicts. */
bool merge_same_at(const struct form *form, const struct merge_conflict *c,
        const struct json *a, const struct json *b) ATTR_NONNULL(1, 2);

#endif
