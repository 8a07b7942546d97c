#ifndef ODUS_FORM_MERGE_PRIV_H
#define ODUS_FORM_MERGE_PRIV_H

#include "odus/form/merge.h"

/** Shared by merge.c and merge_rows.c. */

struct merge {
    const struct form *form;
    struct json *base, *ours, *theirs; /* the whole bodies */
    enum merge_side later;
    struct buf path; /* of what is being merged */
    struct merge_conflict *all;
    size_t n, cap;
};

/** The same member on the three sides; NULL where a side lacks it. */
struct three {
    struct json *base, *ours, *theirs;
};

/** Whose member is being merged. */
struct owner {
    int table;       /* group or repeat; 0: the record */
    const char *row; /* id of the row in a repeat, else NULL */
};

/** A value: see the members of struct merge_conflict. */
struct spot {
    struct owner owner;
    const char *key, *lang;
    int field;
};

/** Members KEY of the objects of T. */
struct three three_get(struct three t, const char *key) ATTR_NONNULL_ALL;

/** True where all sides that are there are of KIND. */
bool three_are(struct three t, enum json_kind kind);

/**
 * Where one side alone changed, or both alike: true, and RET is the outcome (borrowed;
 * NULL: gone). Never for different values whose ancestor is not known.
 */
bool merge_simple(const struct merge *m, struct three t, struct json **ret)
        ATTR_NONNULL(1, 3);

/** Remembers the conflict at m->path; KEPT stands in the result. */
void merge_clash(struct merge *m, struct spot at, struct three t, struct json *kept)
        ATTR_NONNULL(1);

/** The members of the objects of T, merged; owned, NULL when none is left. */
struct json *merge_members(struct merge *m, struct owner o, struct three t) ATTR_CHECK
        ATTR_NONNULL(1);

/** Arrays of rows of repeat TABLE; owned, NULL when none is left. */
struct json *merge_rows(struct merge *m, int table, struct three t) ATTR_CHECK
        ATTR_NONNULL(1);

/** True where A and B, objects of TABLE, differ in more than what merges by itself. */
bool merge_differs(const struct form *form, int table, const struct json *a,
        const struct json *b) ATTR_NONNULL(1);

#endif
