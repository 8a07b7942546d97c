#ifndef ODUS_SERVE_GZIP_H
#define ODUS_SERVE_GZIP_H

#include "odus/base/buf.h"
#include "odus/base/err.h"

/** gzip (RFC 1952) of bodies, through zlib. */

/** Appends the unpacked SRC to OUT. ERR_INVALID: no gzip, or broken off; ERR_LIMIT:
 * more than OUT takes, found before it is unpacked whole. */
int gz_unpack(struct view src, struct buf *out, struct err *err) ATTR_CHECK
        ATTR_NONNULL(2);

/** Packing piece by piece. */
struct gz;
struct gz *gz_new(void) ATTR_RETNONNULL ATTR_CHECK;
void gz_free(struct gz *gzip);

enum gz_flush {
    GZ_HOLD, /* as much as is ready */
    GZ_SEND, /* all of it, because the reader waits */
    GZ_END,
};
void gz_pack(struct gz *gzip, struct view piece, enum gz_flush flush, struct buf *out)
        ATTR_NONNULL(1, 4);

#endif
