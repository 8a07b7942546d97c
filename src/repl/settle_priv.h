#ifndef ODUS_SRC_REPL_SETTLE_PRIV_H
#define ODUS_SRC_REPL_SETTLE_PRIV_H

#include "odus/base/json.h"
#include "odus/form/form.h"

/**
 * Appends to the array LABELS what people call the fields in which AFTER differs from
 * BEFORE, in the first language of FORM and in its order, each once; a repeat by its
 * own name. What the program keeps up to date by itself is left out.
 */
void settle_add_labels(const struct form *form, const struct json *before,
        const struct json *after, struct json *labels) ATTR_NONNULL_ALL;

/** The texts of LABELS, comma separated; NULL when there are none. Owned. */
char *settle_join_labels(const struct json *labels) ATTR_CHECK;

#endif
