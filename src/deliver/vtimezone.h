#ifndef ODUS_DELIVER_VTIMEZONE_H
#define ODUS_DELIVER_VTIMEZONE_H

#include "odus/base/buf.h"

/**
 * Appends the VTIMEZONE of ZONE (RFC 5545 §3.6.5), made of the system's zone file: a
 * yearly rule where the clock follows one since 1996, else the dates up to 2037. False,
 * and nothing, where the zone is unknown here. The text is kept for the next time.
 */
bool vtimezone(const char *zone, struct buf *out) ATTR_NONNULL_ALL;

#endif
