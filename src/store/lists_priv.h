#ifndef ODUS_SRC_STORE_LISTS_PRIV_H
#define ODUS_SRC_STORE_LISTS_PRIV_H

#include "odus/store/lists.h"
#include "priv.h"

/* What the files of lists.h share. */

/*
 * The name that the rows of list ?1 bear, in SQL: another one where a publication was
 * written beside the rows it replaces (lists_publish.c).
 */
#define LIST_STORED "coalesce((select value from meta where key = 'liste=' || ?1), ?1)"

/** The same, owned. */
char *list_stored(struct db *db, const char *name) ATTR_RETNONNULL ATTR_NONNULL_ALL;

/* In place of the hash where the list came as a document of the commons. */
#define LIST_PUBLISHED "publie"

/** Entries on their way into the tables. */
struct filling_entry {
    char *code, *label, *fold, *words, *cells;
    size_t n; /* place in the file */
};

struct filling {
    struct filling_entry *items;
    size_t n, cap;
};

void filling_release(struct filling *f) ATTR_NONNULL_ALL;

/** Adds the entries of CSV; blank cells: ERR_INVALID with line and column. */
int filling_read(struct view csv, struct filling *f, struct err *err) ATTR_CHECK
        ATTR_NONNULL(2);

/** Puts them in the order of labels; ERR_INVALID for a code that stands twice. */
int filling_sort(struct filling *f, const char *name, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);

/** Writes one entry of the list that is stored as STORED; in that order, so that the
 * order of ids is that of choices. */
int filling_put(struct db *db, const char *stored, const struct filling_entry *e,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

#endif
