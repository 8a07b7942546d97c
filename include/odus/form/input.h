#ifndef ODUS_FORM_INPUT_H
#define ODUS_FORM_INPUT_H

#include "odus/base/err.h"
#include "odus/form/form.h"

/** What reading typed text depends on. */
struct input_context {
    const char *lang; /* "fr", "en", "it": names of days and months, decimal habits on output */
    int32_t today;    /* days since 1970-01-01 */
    int32_t anchor;   /* date that bare times and partial dates lean on; = today when none */
    int64_t now_s;    /* Unix time, for `now` */
};

/**
 * Typed or imported text to canonical text for FIELD. Cleans hostile characters first.
 * Accepts comma and point as decimal sign ("12,50 €", "12.5"), refuses ambiguous grouping
 * ("1.234") with a question in the message (P35); typed dates and times (base/datetext.h);
 * canonical text itself always. one/many: a code; labels are the caller's business
 * (input_choice). OUT initialised by the caller, left empty for a blank. ERR_INVALID
 * says what was expected and gives an example. Length limits are not checked here (rules do).
 */
int input_read(const struct form_field *field, struct view typed,
        const struct input_context *ctx, struct buf *out, struct err *err)
        ATTR_CHECK ATTR_NONNULL(1, 3, 4);

/**
 * Code of the choice that TYPED means in LIST: a code, a full label in any language, or a
 * prefix of exactly one label, all folded. ERR_INVALID with up to three candidates.
 */
int input_choice(const struct form_list *list, struct view typed, struct buf *out,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3);

/** Canonical text for people: "sa. 5 déc. 2026 20:30", "12,50 €", "1 h 30". Labels of codes excepted. */
void input_show(const struct form_field *field, const char *value, const char *lang,
        struct buf *out) ATTR_NONNULL_ALL;

/** Canonical text as one would type it; input_read gives the same value back. */
void input_edit(const struct form_field *field, const char *value, const char *lang,
        struct buf *out) ATTR_NONNULL_ALL;

#endif
