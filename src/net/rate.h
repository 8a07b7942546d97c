#ifndef NET_RATE_H
#define NET_RATE_H

#include <stdint.h>

#include "odus/base/attr.h"

enum { RATE_MARKS = 16, RATE_STEP_MS = 500 };

/** How fast bytes came in the last seconds. All zero is a new one. */
struct rate {
    struct rate_mark {
        int64_t ms, bytes;
    } marks[RATE_MARKS]; /* oldest first */
    int n;
};

/** BYTES are moved in all after MS of work; both only grow. Marks nearer to one another
 * than RATE_STEP_MS are one. */
void rate_mark(struct rate *r, int64_t ms, int64_t bytes) ATTR_NONNULL_ALL;

/** Bytes per second between the first and the last mark; 0 when that is no time. */
int64_t rate_of(const struct rate *r) ATTR_NONNULL_ALL;

#endif
