#ifndef ODUS_BASE_BASE64_H
#define ODUS_BASE_BASE64_H

#include <stdbool.h>

#include "odus/base/attr.h"
#include "odus/base/buf.h"

/** Bytes as text, RFC 4648 §4. */

/** Appends what stands for BYTES, padded. */
void base64_add(struct view bytes, struct buf *out) ATTR_NONNULL(2);

/** Appends what TEXT (padded or not) stands for, at once or in pieces of whole fours.
 * False: it is none, or there was no room in OUT. */
bool base64_read(struct view text, struct buf *out) ATTR_CHECK ATTR_NONNULL(2);

#endif
