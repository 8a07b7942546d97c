#ifndef ODUS_BASE_MOMENT_H
#define ODUS_BASE_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "odus/base/attr.h"
#include "odus/base/buf.h"
#include "odus/base/err.h"
#include "odus/base/zone.h"

/**
 * A value of type datetime: local wall time plus zone name, never UTC. Canonical text
 * in the manner of RFC 9557:
 *   2026-12-05T20:30[Europe/Paris]
 *   2026-12-05[Europe/Paris]                 date known, hour not
 *   2026-10-25T02:30+01:00[Europe/Paris]     happens twice: the chosen one
 * Reading and writing change no byte.
 */

enum { MOMENT_TEXT_SIZE = 80, MOMENT_NO_HOUR = -1 };

#define MOMENT_NO_OFFSET INT16_MIN

struct moment {
    int32_t days;    /* day number, date.h */
    int16_t minutes; /* 0 to 1439, or MOMENT_NO_HOUR */
    int16_t offset;  /* minutes east of UTC, or MOMENT_NO_OFFSET */
    char zone[ZONE_NAME_MAX];
};

/**
 * Reads the canonical text. Without [zone] the DEFAULT_ZONE holds (NULL: an error).
 * The zone's name is checked by its characters only, so that a record from a machine
 * with newer zone files can be read. 0 or ERR_INVALID.
 */
int moment_parse(struct view text, const char *default_zone, struct moment *ret,
        struct err *e) ATTR_CHECK ATTR_NONNULL(3);

/** Writes the canonical text. */
void moment_text(const struct moment *m, char out[MOMENT_TEXT_SIZE]) ATTR_NONNULL_ALL;

/**
 * Seconds since 1970 (UTC). The written offset only chooses between two instants: the
 * wall time is what was announced. Hour unknown, or a wall time that never happens:
 * ERR_INVALID. Unknown zone: ERR_NOT_FOUND.
 */
int moment_utc(const struct moment *m, int64_t *ret_unix_s) ATTR_CHECK ATTR_NONNULL_ALL;

/** How M's wall time fits its zone. Hour unknown: ZONE_EXACT. ERR_NOT_FOUND: no zone.
 */
int moment_fit(
        const struct moment *m, enum zone_fit *ret_fit) ATTR_CHECK ATTR_NONNULL_ALL;

/**
 * The wall time MINUTES (elapsed, may be negative) after M in M's zone, with its offset
 * written where that time happens twice. Errors as moment_utc.
 */
int moment_add(const struct moment *m, int minutes,
        struct moment *ret) ATTR_CHECK ATTR_NONNULL_ALL;

/**
 * Order by wall time, then by offset (the earlier instant first, none
 * written last), then zone. A moment
 * without hour comes first on its day. <0, 0, >0.
 */
int moment_cmp(
        const struct moment *a, const struct moment *b) ATTR_PURE ATTR_NONNULL_ALL;

#endif
