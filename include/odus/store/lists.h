#ifndef ODUS_STORE_LISTS_H
#define ODUS_STORE_LISTS_H

#include "odus/form/form.h"
#include "odus/store/search.h"

/** Long lists of forms (communes): kept in data.db with an index, filled from CSV. */

/** Whether lists_load of CSV without FORCE has nothing to write. */
bool lists_settled(struct store *store, const char *name, struct view csv) ATTR_CHECK
        ATTR_NONNULL(1, 2);

/**
 * Fills list NAME from CSV text (header code,label,…) when its hash differs from what
 * is stored. What people brought (lists_replace, FORCE) and what was published stays,
 * unless FORCE. Blank codes and labels and codes that stand twice: ERR_INVALID with
 * line and column where known, nothing changed.
 */
int lists_load(struct store *store, const char *name, struct view csv, bool force,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);

/** Fills list NAME as lists_load does, from a document of the commons (publish.h): no
 * file beside a form replaces it from then on. */
int lists_publish(struct store *store, const char *name, struct view csv,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);

/** A file may replace list NAME again, if that came from a document. */
int lists_unpublish(struct store *store, const char *name, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);

/** What lists_load would say of CSV as list NAME, without a store. */
int lists_check(const char *name, struct view csv, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1);

/** An entry for lists_replace; everything is borrowed until NEXT is called again. */
struct list_row {
    const char *code, *label;
    struct json *cells; /* object: column -> text; may be NULL */
};

/**
 * Replaces list NAME by the entries NEXT gives (a whole country's communes), in one
 * transaction. *RET_N (may be NULL): their number. ERR_INVALID for blank or doubled
 * codes and for blank labels.
 */
int lists_replace(struct store *store, const char *name,
        bool (*next)(void *ctx, struct list_row *ret), void *ctx, size_t *ret_n,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

int64_t lists_count(struct store *store, const char *name) ATTR_NONNULL_ALL;

/** One cell ("label", "label[en]", "code_postal"); false when there is none. */
bool lists_cell(struct store *store, const char *name, const char *code,
        const char *column, struct buf *out) ATTR_NONNULL_ALL;

/** The label in LANG, else the one without language, read once; false without an entry.
 */
bool lists_label(struct store *store, const char *name, const char *code,
        const char *lang, struct buf *out) ATTR_NONNULL_ALL;

/** Code of the N-th entry; false past the end. */
bool lists_code(struct store *store, const char *name, size_t n,
        struct buf *out) ATTR_NONNULL_ALL;

/**
 * At most LIMIT entries in which each of WORDS ("": all) begins a word of label, code
 * or any other cell: first those whose label begins so, then the others, both in the
 * order of labels. `detail`: the other cells that a word was found in, else the first.
 * ALLOW (may be NULL) is the filter. Returns their number or a negative code.
 */
int lists_choices(struct store *store, const char *name, const char *words,
        bool (*allow)(void *ctx, const char *code), void *ctx, struct choice *ret,
        size_t limit, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3, 6);

#endif
