#ifndef ODUS_FORM_INPUT_PRIV_H
#define ODUS_FORM_INPUT_PRIV_H

#include "odus/form/input.h"

/** Shared by the input_*.c files. Readers get clean, trimmed, not empty text. */

/** integer, decimal, money: canonical text into OUT. */
int input_number(const struct form_field *field, struct view typed,
        const struct input_context *ctx, struct buf *out, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 3, 4);

/** date, time, datetime, duration: canonical text into OUT. */
int input_date(const struct form_field *field, struct view typed,
        const struct input_context *ctx, struct buf *out, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 3, 4);

/** err_set with ARG, which need not be terminated, and a second argument or NULL. */
int input_fail(struct err *err, const char *id, struct view arg, const char *example)
        ATTR_NONNULL(2);

/** Decimal sign people of this language write. */
char input_decimal_sign(const char *lang) ATTR_NONNULL_ALL;

#endif
