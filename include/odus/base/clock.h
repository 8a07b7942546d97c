#ifndef ODUS_BASE_CLOCK_H
#define ODUS_BASE_CLOCK_H

#include <stdint.h>

#include "odus/base/attr.h"
#include "odus/base/buf.h"
#include "odus/base/err.h"

/** The one clock of the process; tests freeze it. Instants are Unix ms, UTC. */

enum { CLOCK_TEXT = 32 };

/**
 * Freezes the clock at ODUS_NOW (RFC 3339), or lets it run when that is NULL or empty.
 * Returns 0 or ERR_USAGE; the clock is unchanged then.
 */
int clock_init(const char *odus_now, struct err *e) ATTR_CHECK;

/** Now, in Unix ms. */
int64_t clock_now_ms(void);

/** Milliseconds that only go forward, for timers; never frozen. */
int64_t clock_mono_ms(void);

/**
 * Writes MS as 2026-12-05T19:30:00Z, the fraction cut off. Instants outside the years
 * 0001 to 9999 are written as the nearest end.
 */
void clock_rfc3339(int64_t ms, char out[CLOCK_TEXT]) ATTR_NONNULL_ALL;

/**
 * Reads an instant of RFC 3339 §5.6 with Z or a numeric offset; of a fraction the
 * first three digits count. A leap second is the first instant after it. Returns 0 or
 * ERR_INVALID.
 */
int clock_parse(struct view v, int64_t *ret_ms) ATTR_CHECK ATTR_NONNULL(2);

#endif
