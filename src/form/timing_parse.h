#ifndef ODUS_FORM_TIMING_PARSE_H
#define ODUS_FORM_TIMING_PARSE_H

#include "odus/base/datescan.h"
#include "odus/form/timing.h"

/*
 * The grammar, for the timing*.c files only:
 *
 *   text     = sentence { (";" | newline) sentence }
 *   sentence = items [hours] [range] [except items] [hours]
 *   items    = item { ["," | and] item }
 *   item     = weekdays | [weekdays] range [weekdays] | [weekday] date
 *   range    = date "-" date | from date to date | until date
 *   hours    = hour { ("," | and) hour }
 *   hour     = clock [(">" | "-" | to) [date] clock] ["(" duration ")"]
 */

struct timing_reader {
    struct date_scan scan;
    const struct timing_context *ctx;
    struct err *e;
};

enum timing_item_kind { ITEM_WEEKDAYS, ITEM_DATE, ITEM_RANGE };

struct timing_date {
    struct date_part part;
    int weekday;  /* typed before it, to be checked; or -1 */
    int32_t days; /* once resolved, else DATE_NONE */
};

struct timing_item {
    enum timing_item_kind kind;
    unsigned mask;           /* weekdays named, bit 0 Monday */
    unsigned coming;         /* bit n: n + 1 days after the base date, where bare */
    bool every;              /* wants a range */
    bool open;               /* a range from the day after the base date */
    struct timing_date from; /* ITEM_DATE: the date */
    struct timing_date to;
    int column;
};

struct timing_items {
    struct timing_item *list; /* owned */
    size_t n, cap;
};

struct timing_days {
    int32_t *days; /* owned; may hold duplicates */
    size_t n, cap;
};

/** A clock time, with the offset typed after it or MOMENT_NO_OFFSET. */
struct timing_clock {
    int minutes;
    int offset;
};

struct timing_hour {
    struct timing_clock start;
    struct timing_clock end;
    bool has_end;
    struct timing_date end_date; /* day 0: none was typed */
    int duration;                /* minutes; 0: none was typed */
    int column;
};

struct timing_hours {
    struct timing_hour *list; /* owned */
    size_t n, cap;
};

/** Sets the reader's error to ID at COLUMN; returns ERR_INVALID. */
int timing_fail(struct timing_reader *r, const char *id, int column);

/** The record's last séance, else today. */
int32_t timing_base(const struct timing_context *ctx);

/** A resolved date exists and has the weekday typed before it. 0 or ERR_INVALID. */
int timing_check_date(struct timing_reader *r, const struct timing_date *date);

/** One or more items. 0 or an error code, set in R; so below. */
int timing_read_items(struct timing_reader *r, struct timing_items *items);

/** "tous les samedis 15h jusqu'au 15/3": the range after the hours. */
int timing_read_late_range(struct timing_reader *r, struct timing_items *items);

/** Whether an item begins here. */
bool timing_starts_item(const struct timing_reader *r);

/** The days ITEMS stand for. */
int timing_expand(
        struct timing_reader *r, struct timing_items *items, struct timing_days *days);

/** Takes EXCEPTIONS, read at COLUMN, out of DAYS. */
int timing_except(struct timing_reader *r, struct timing_items *exceptions, int column,
        struct timing_days *days);

/** The hours of a sentence, none being fine. */
int timing_read_hours(struct timing_reader *r, struct timing_hours *hours);

/** A bare "10-18" or "dalle 10 alle 18". */
bool timing_is_bare_hours(const struct date_scan *s);

/** A time of day, at, from and articles before it included. */
bool timing_is_hour(const struct date_scan *s);

/** A comma, "&" or "and", or both. */
bool timing_separator(struct date_scan *s);

#endif
