#ifndef ODUS_DELIVER_SOURCE_ICS_ZONE_H
#define ODUS_DELIVER_SOURCE_ICS_ZONE_H

#include "odus/base/moment.h"
#include "source_ical.h"
#include "source_ics_scan.h"

/** The time zones of one file, and times in them. */

enum ics_clock_kind {
    ICS_LOCAL,   /* of no zone: the calendar's, else the options' */
    ICS_UTC,     /* shown in that zone */
    ICS_NAMED,   /* a zone this machine knows */
    ICS_CUSTOM,  /* known by the file's VTIMEZONE only, shown in the calendar's zone */
    ICS_UNKNOWN, /* neither: taken for the calendar's */
};

/** What the hours of a written time are hours of. */
struct ics_clock {
    enum ics_clock_kind kind;
    const char *zone; /* in which its times are shown; borrowed from the zones */
    struct ical_zone *custom;
};

struct ics_zones {
    char local[ZONE_NAME_MAX]; /* of the calendar */
    struct ics_zone {
        char *tzid;
        struct ics_clock clock;
        char name[ZONE_NAME_MAX];
    } * *all; /* owned, each by itself: clocks point into them */
    size_t n, cap;
    int32_t day; /* about when the dates are that matter */
};

/** ZONE: of times that have none; DAY: about when the dates are that matter. */
void ics_zones_init(
        struct ics_zones *z, const char *zone, int32_t day) ATTR_NONNULL_ALL;
void ics_zones_release(struct ics_zones *z) ATTR_NONNULL_ALL;

/** Takes in a VTIMEZONE, or a property of the calendar. */
void ics_zones_add(struct ics_zones *z, const struct ics_item *item) ATTR_NONNULL_ALL;

/** The clock of TZID, empty: local; good as long as Z. */
struct ics_clock ics_zones_find(struct ics_zones *z, struct view tzid) ATTR_NONNULL(1);

/** The zone of this machine that NAME means: an IANA name, also within a longer one, or
 * a name of Microsoft's. False: none. */
bool ics_zone_named(struct view name, char ret[ZONE_NAME_MAX]) ATTR_NONNULL(2);

/* --- times in them ---------------------------------------------------------------- */

/** WHEN as seconds since 1970; dates: midnight. False: no such year. */
bool ics_instant(const struct ics_clock *clock, struct ical_when when,
        int64_t *ret) ATTR_NONNULL_ALL;

/** WHEN as a value of a record, in clock->zone. *RET_MOVED: it is another wall time
 * than the one that is written, which never happens there or is not of that zone. */
bool ics_moment(const struct ics_clock *clock, struct ical_when when,
        struct moment *ret, bool *ret_moved) ATTR_NONNULL_ALL;

#endif
