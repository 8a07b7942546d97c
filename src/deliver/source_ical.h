#ifndef ODUS_DELIVER_SOURCE_ICAL_H
#define ODUS_DELIVER_SOURCE_ICAL_H

#include "odus/base/attr.h"
#include "odus/base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/**
 * What libical does for us: it works out recurrences and foreign time zones. Only text
 * that was checked here goes in: libical 3.0 has assertions that bad text can reach,
 * and rules by the second over which it would sit for hours.
 */

enum { ICAL_DATE_ONLY = -1, ICAL_RULE_MAX = 512, ICAL_ZONE_LINES_MAX = 2000 };

/** A wall time of no particular zone. */
struct ical_when {
    int32_t days;
    int seconds; /* after midnight, or ICAL_DATE_ONLY */
};

/** "20261205" or "20261205T203000", an hour without seconds, a Z at its end (*RET_UTC).
 * Leap seconds are the second before. False: no date of the years 1 to 9999. */
bool ical_when(struct view text, struct ical_when *ret, bool *ret_utc) ATTR_CHECK
        ATTR_NONNULL(2, 3);

int ical_when_cmp(struct ical_when a, struct ical_when b);

/** A duration of RFC 5545 §3.3.6 in minutes; false: none, or beyond ten years. */
bool ical_duration(struct view text, int *ret_minutes) ATTR_CHECK ATTR_NONNULL(2);

/* --- recurrences ------------------------------------------------------------------ */

struct ical_rule;

enum ical_rule_fault {
    ICAL_RULE_OK,
    ICAL_RULE_BAD,  /* no rule of RFC 5545 §3.3.10, or of none that ever comes true */
    ICAL_RULE_FINE, /* by the minute, or many a day: no performances */
};

/**
 * The rule TEXT from START on. UNTIL is not looked at but by ical_rule_until: it may be
 * in another zone than START. *RET is owned: ical_rule_free.
 */
enum ical_rule_fault ical_rule_new(struct view text, struct ical_when start,
        struct ical_rule **ret) ATTR_CHECK ATTR_NONNULL(3);
void ical_rule_free(struct ical_rule *rule);

/** The next time, the first included; false: there are no more. */
bool ical_rule_next(struct ical_rule *rule, struct ical_when *ret) ATTR_NONNULL_ALL;

/** The text of UNTIL, empty: none. */
struct view ical_rule_until(const struct ical_rule *rule) ATTR_NONNULL_ALL;

/** It has neither UNTIL nor COUNT. */
bool ical_rule_endless(const struct ical_rule *rule) ATTR_NONNULL_ALL;

/** Its COUNT is more than is followed, and is not counted. */
bool ical_rule_vast(const struct ical_rule *rule) ATTR_NONNULL_ALL;

/** After ical_rule_next was false: no time came, though the rule is not over. That may
 * have taken a third of a second. */
bool ical_rule_barren(const struct ical_rule *rule) ATTR_NONNULL_ALL;

/* --- time zones ------------------------------------------------------------------- */

struct ical_zone;

/**
 * The zone whose VTIMEZONE has the lines TEXT (unfolded, each ended by LF, without the
 * outermost BEGIN and END). NULL: it has no observance that can be understood. Owned.
 */
struct ical_zone *ical_zone_new(struct view text) ATTR_CHECK;
void ical_zone_free(struct ical_zone *zone);

/** Minutes east of UTC at the wall time WHEN. */
int ical_zone_offset(struct ical_zone *zone, struct ical_when when) ATTR_NONNULL_ALL;

#endif
