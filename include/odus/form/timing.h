#ifndef ODUS_FORM_TIMING_H
#define ODUS_FORM_TIMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "odus/base/attr.h"
#include "odus/base/buf.h"
#include "odus/base/date.h"
#include "odus/base/datetext.h"
#include "odus/base/err.h"
#include "odus/base/moment.h"

/**
 * The timing language: a line of agenda shorthand becomes explicit séances.
 *
 *   ve 20h30 >22h; sa-di 15h sauf 14/7; tlj 1/8-15/8 10h-18h
 *
 * Bare weekdays mean the first such date after the record's last séance, else after
 * today; with a range of dates they choose days of it. A date without a year is the
 * next one from today. The hour is optional. An end earlier than its start is on the
 * next day.
 */

enum { TIMING_MAX = 800, TIMING_TEXT_MAX = 4000 };

#define TIMING_NONE DATE_NONE

struct timing_context {
    enum date_lang lang;
    int32_t today;       /* day number, date.h */
    int32_t last;        /* date of the record's last séance, or TIMING_NONE */
    const char *zone;    /* IANA name, known on this machine */
    int default_minutes; /* duration where no end is typed; 0: no end then */
};

struct timing_slot {
    struct moment start; /* hour may be unknown */
    struct moment end;
    bool has_end;
    bool estimated; /* the end comes from default_minutes */
    bool twice;     /* start or end happens twice and no offset chooses: ask */
};

/**
 * Reads TEXT. *RET_SLOTS is owned by the caller (free), sorted by start, without
 * duplicates, 1 to TIMING_MAX of them. ERR_INVALID with the column (code points, from
 * 1) and what was expected; ERR_LIMIT when there would be too many; ERR_NOT_FOUND when
 * the context's zone is unknown.
 */
int timing_parse(struct view text, const struct timing_context *ctx,
        struct timing_slot **ret_slots, size_t *ret_n, struct err *e) ATTR_CHECK
        ATTR_NONNULL(2, 3, 4);

/**
 * The dates on one line: "ve. 11 déc. 20:30 · sa. 12 déc. 15:00 → 16:00". The year is
 * written where it is not the year of TODAY (DATE_NONE: always written).
 */
void timing_echo(const struct timing_slot *slots, size_t n, enum date_lang lang,
        int32_t today, struct buf *out) ATTR_NONNULL(5);

/**
 * One slot in a form timing_parse reads back to the same slot, given the slot's zone
 * and no default duration: "sa. 5 déc. 2026 23:00 > 02:00". Estimated ends are written
 * as typed ones.
 */
void timing_slot_text(const struct timing_slot *slot, enum date_lang lang,
        struct buf *out) ATTR_NONNULL_ALL;

#endif
