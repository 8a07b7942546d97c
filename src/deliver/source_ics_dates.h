#ifndef ODUS_DELIVER_SOURCE_ICS_DATES_H
#define ODUS_DELIVER_SOURCE_ICS_DATES_H

#include "source_ics_series.h"

/** The dates of a recurrence: its rules and single dates, less what it leaves out. */

/** Reads those of ITEM within the days asked for into S->dates and S->excluded. */
void ics_dates_read(struct ics_series *s, const struct ics_item *item) ATTR_NONNULL_ALL;

bool ics_dates_excluded(const struct ics_series *s,
        const struct ics_date *date) ATTR_PURE ATTR_NONNULL_ALL;

/** WHEN by the clock FROM, which is the instant UNIX_S, by the clock TO. */
struct ical_when ics_by_clock(const struct ics_clock *to, const struct ics_clock *from,
        struct ical_when when, int64_t unix_s) ATTR_NONNULL_ALL;

/* What single performances need too, source_ics_series.c. */

/** The clock of the times in PROP. UTC: they end in Z. */
struct ics_clock ics_clock_of(struct ics_zones *zones, const struct ics_prop *prop,
        bool utc) ATTR_NONNULL_ALL;

/** False: DAY is so far from those wanted that it is not worked out, for there are no
 * zone files for it. */
bool ics_near(const struct proposal *p, int32_t day) ATTR_PURE ATTR_NONNULL_ALL;

/** Minutes from START to END, each by its own clock; 0: not after it, or too long. */
int ics_minutes_between(const struct ics_times *start, const struct ics_clock *clock,
        struct ical_when end) ATTR_NONNULL_ALL;

#endif
