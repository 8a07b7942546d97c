#ifndef NET_HEADS_H
#define NET_HEADS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "odus/base/buf.h"

/** Values of an answer's head; all of it is foreign. */

enum { RETRY_SECONDS_MAX = 24 * 60 * 60 };

/** LINE is NAME's (in lower case, without ":"): its trimmed value goes to RET. */
bool heads_value(struct view line, const char *name, struct view *ret)
        ATTR_NONNULL(2, 3);

/**
 * Retry-After (RFC 9110 §10.2.3): seconds, or an HTTP date seen from NOW_MS. At most a
 * day, 0 for what is past, -1 for what is neither.
 */
int heads_retry(struct view value, int64_t now_ms);

/** A date in the form every server writes, "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110
 * §5.6.7), in Unix seconds; false for anything else. */
bool heads_date(struct view value, int64_t *ret_unix_s) ATTR_NONNULL(2);

/** Media type in lower case without parameters into OUT; empty when it has no room. */
void heads_type(struct view value, char *out, size_t size) ATTR_NONNULL(2);

/** VALUE as it is; empty when it has no room: half of it would be another one. */
void heads_copy(struct view value, char *out, size_t size) ATTR_NONNULL(2);

/** First byte of "bytes 100-199/200" (RFC 9110 §14.4), -1 when it is nothing such. */
int64_t heads_range_start(struct view value);

#endif
