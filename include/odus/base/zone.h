#ifndef ODUS_BASE_ZONE_H
#define ODUS_BASE_ZONE_H

#include <stdbool.h>
#include <stdint.h>

#include "odus/base/attr.h"

/**
 * Zone arithmetic, all of it. Zones are IANA names of the system's zone files;
 * the process's TZ is the same before and after every call. Not thread-safe.
 */

/** Of those who type, and of records that name none. */
#define ZONE_HOME "Europe/Paris"

enum { ZONE_NAME_MAX = 40 }; /* bytes with the terminator */

/** Wall time: a day number (date.h) and minutes after midnight, 0 to 1439. */
struct local {
    int32_t days;
    int minutes;
};

enum zone_fit {
    ZONE_EXACT, /* this wall time happens once */
    ZONE_GAP,   /* never: clocks go forward over it */
    ZONE_TWICE, /* twice: clocks go back over it */
};

/** NAME is a zone this machine has a file for. Safe for foreign names; NULL: false. */
bool zone_known(const char *name);

/** NAME may be a zone name by its characters and length; no file is looked at. */
bool zone_name_ok(const char *name);

/**
 * Seconds since 1970 (UTC) of wall time LOCAL in ZONE. TWICE: the first one, or the
 * second when PREFER_SECOND. GAP: the instant by the offset in force before the gap,
 * as RFC 5545 §3.3.5 has it. 0; ERR_NOT_FOUND: unknown zone; ERR_INVALID: out of the
 * years 1 to 9999 or minutes out of range.
 */
int zone_to_utc(const char *zone, struct local local, bool prefer_second,
        int64_t *ret_unix_s, enum zone_fit *ret_fit) ATTR_CHECK ATTR_NONNULL(1, 4, 5);

/**
 * Wall time in ZONE at UNIX_S (seconds are cut off) and its offset from UTC in minutes,
 * east positive. Either ret may be NULL. Errors as zone_to_utc.
 */
int zone_from_utc(const char *zone, int64_t unix_s, struct local *ret_local,
        int *ret_offset_min) ATTR_CHECK ATTR_NONNULL(1);

#endif
