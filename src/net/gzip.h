#ifndef NET_GZIP_H
#define NET_GZIP_H

#include "odus/base/buf.h"

/** Appends PLAIN as one gzip member (RFC 1952). */
void gzip_pack(struct view plain, struct buf *out) ATTR_NONNULL(2);

#endif
