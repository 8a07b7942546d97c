#ifndef ODUS_FORM_BODY_H
#define ODUS_FORM_BODY_H

#include "odus/form/rec.h"

/**
 * The JSON body of a record (docs/design.md, "Body"): groups are objects, multilingual
 * texts objects by language, repeats arrays of objects with `id`, in the order of
 * rec_key_cmp; integers for integer, money, duration; booleans; everything else text;
 * several values arrays; blank is absent. `_id` is the uid.
 */
enum body_kind {
    BODY_SENT,  /* hidden values left out: what a revision holds */
    BODY_DRAFT, /* everything, set-aside values included: what the journal holds */
};

/** Owned JSON object. Serialise with json_canonical. */
struct json *body_write(const struct rec *rec,
        enum body_kind kind) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

/**
 * Fills the empty record REC from BODY. Members the form does not know, or whose type
 * does not fit, go to rec_extra verbatim and come out again with body_write, as long
 * as no value takes their place. Row ids missing, doubled or too long are replaced by
 * ones that depend on the body only. 0, ERR_INVALID (no object), or ERR_LIMIT beyond
 * FORM_ROWS_MAX rows.
 */
int body_read(const struct json *body, struct rec *rec, struct err *err) ATTR_CHECK
        ATTR_NONNULL(2);

/** The same for a record that is only looked at: without rec_extra, so that nothing has
 * to be copied. Not to be written again. */
int body_look(const struct json *body, struct rec *rec, struct err *err) ATTR_CHECK
        ATTR_NONNULL(2);

#endif
