#ifndef ODUS_BASE_DATETEXT_H
#define ODUS_BASE_DATETEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "odus/base/attr.h"
#include "odus/base/buf.h"
#include "odus/base/err.h"

/**
 * Dates, times and durations as people type and read them, in French, English and
 * Italian. Words of all three languages are always understood; the language decides
 * where one word has two meanings ("mar") and what is printed. Order is day, month.
 * What is printed reads back.
 */

enum date_lang { DATE_FR, DATE_EN, DATE_IT };

/** From "en", "en_GB.UTF-8"…; French for anything unknown and NULL. */
enum date_lang date_lang_of(const char *code);

/** Which year a date without one gets. */
enum date_year {
    DATE_YEAR_NEXT,    /* the first such date from the anchor on */
    DATE_YEAR_NEAREST, /* the one nearest to the anchor, past or future */
};

/**
 * Reads TEXT as a date: 12 · 12/7 · 12/7/26 · 12.7.2026 · 12 juil · jul 12 · +3 · -2 ·
 * sa · demain · 2026-07-12, a weekday before a date being checked against it.
 * ANCHOR is the day number relative dates start from; a bare weekday is the first such
 * date after it. 0, or ERR_INVALID with the column of what was not understood.
 */
int datetext_parse(struct view text, enum date_lang lang, int32_t anchor,
        enum date_year year, int32_t *ret_days, struct err *e) ATTR_CHECK
        ATTR_NONNULL(5);

/** Minutes after midnight from 20h30 · 20h · 20:30 · 20.30 · 8:30 pm · 2030 · midi. */
int datetext_parse_time(struct view text, int *ret_minutes, struct err *e) ATTR_CHECK
        ATTR_NONNULL(2);

/** Minutes from 55 · 55 min · 1h · 1h30 · 1:30 · 2 h 05. At most 99 h 59. */
int datetext_parse_duration(
        struct view text, int *ret_minutes, struct err *e) ATTR_CHECK ATTR_NONNULL(2);

/** samedi 5 décembre 2026 · Saturday 5 December 2026 · sabato 5 dicembre 2026 */
void datetext_full(int32_t days, enum date_lang lang, struct buf *out) ATTR_NONNULL_ALL;

/** sa. 5 déc. 2026 · Sat 5 Dec 2026 · sab 5 dic 2026; without year on demand. */
void datetext_short(int32_t days, enum date_lang lang, bool with_year,
        struct buf *out) ATTR_NONNULL_ALL;

/** 20:30 */
void datetext_time(int minutes, struct buf *out) ATTR_NONNULL_ALL;

/** 55 min · 1 h · 1 h 30 */
void datetext_duration(int minutes, struct buf *out) ATTR_NONNULL_ALL;

#endif
