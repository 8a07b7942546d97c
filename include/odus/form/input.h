#ifndef ODUS_FORM_INPUT_H
#define ODUS_FORM_INPUT_H

#include "odus/base/err.h"
#include "odus/form/form.h"

/** What reading typed text depends on. */
struct input_context {
    const char *lang; /* "fr", "en", "it": names of days and months */
    int32_t today;    /* days since 1970-01-01 */
    int32_t anchor;   /* date that bare times and partial dates lean on; else today */
    int64_t now_s;    /* Unix time, for `now` */
    bool machine;     /* command line, import: "1250" is cents, "1.234" a decimal */
};

/**
 * Typed or imported text to canonical text for FIELD, hostile characters cleaned away.
 * Comma and point are decimal signs ("12,50 €", "12.5"); ambiguous grouping ("1.234")
 * is refused with a question in the message; dates and times as base/datetext.h has
 * them. Canonical text is taken as it is, except those numbers that people mean
 * otherwise: see `machine`. one/many: codes; labels are the caller's business
 * (input_choice). Several values: separated by line ends, else commas or semicolons,
 * codes and uids by spaces too. OUT is initialised by the caller and left empty for a
 * blank and on error. ERR_INVALID says what was expected and gives an example.
 * Lengths and limits of values are not checked here (the engine does).
 */
int input_read(const struct form_field *field, struct view typed,
        const struct input_context *ctx, struct buf *out, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 3, 4);

/**
 * Appends the code of the choice that TYPED means in LIST: a code, a full label in any
 * language, or the beginning of exactly one label's words, all folded. ERR_INVALID
 * with up to three candidates, ERR_NOT_FOUND when there is none.
 */
int input_choice(const struct form_list *list, struct view typed, struct buf *out,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3);

/**
 * The next part of a typed text with several parts, trimmed, not empty; false at the
 * end. *REST starts as the whole text. SPACES: they separate too.
 */
bool input_part(struct view *rest, bool spaces, struct view *ret_part) ATTR_NONNULL_ALL;

/**
 * Appends canonical VALUE for people: "sa. 5 déc. 2026 20:30", "12,50 €", "1 h 30".
 * Labels of codes excepted. Text that is not canonical is shown as it is.
 */
void input_show(const struct form_field *field, const char *value, const char *lang,
        struct buf *out) ATTR_NONNULL_ALL;

/** Appends VALUE as one would type it; input_read gives the same value back. */
void input_edit(const struct form_field *field, const char *value, const char *lang,
        struct buf *out) ATTR_NONNULL_ALL;

#endif
