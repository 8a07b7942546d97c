#ifndef ODUS_STORE_LISTS_H
#define ODUS_STORE_LISTS_H

#include "odus/form/form.h"
#include "odus/store/search.h"

/** Long lists of forms (communes): kept in data.db with an index, filled from CSV. */

/**
 * Fills list NAME from CSV text (header code,label,…) when its hash differs from what is
 * stored, or always when FORCE. Bad cells: ERR_INVALID with line and column, nothing changed.
 */
int lists_load(struct store *store, const char *name, struct view csv, bool force,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);

/** Entries in one go from a caller's iterator (JSON import). Replaces the list. */
struct list_row {
    const char *code, *label;
    struct json *cells; /* object: column -> text; may be NULL */
};
int lists_replace(struct store *store, const char *name,
        bool (*next)(void *ctx, struct list_row *ret), void *ctx, size_t *ret_n,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

int64_t lists_count(struct store *store, const char *name) ATTR_NONNULL_ALL;

/** One cell ("label", "label[en]", "code_postal"); false when there is none. */
bool lists_cell(struct store *store, const char *name, const char *code, const char *column,
        struct buf *out) ATTR_NONNULL_ALL;

/** Code of the N-th entry; false past the end. */
bool lists_code(struct store *store, const char *name, size_t n, struct buf *out)
        ATTR_NONNULL_ALL;

/**
 * Entries whose label, code or synonyms match WORDS (folded prefixes; "" all), label
 * order with exact starts first; detail = other matching cells. ALLOW filters (NULL: all).
 */
int lists_choices(struct store *store, const char *name, const char *words,
        bool (*allow)(void *ctx, const char *code), void *ctx, struct choice *ret,
        size_t limit, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3, 6);

#endif
