#ifndef ODUS_NET_GZFILE_H
#define ODUS_NET_GZFILE_H

#include <stdbool.h>

#include "odus/base/buf.h"
#include "odus/base/err.h"

/** Files compressed by gzip (RFC 1952), as a stream. */
struct gzfile;

/**
 * A new file, which appears under PATH only when it was closed with KEEP: until then it
 * is PATH.part, which is overwritten. ERR_IO; ERR_INVALID: a folder or device is there.
 */
int gzfile_create(const char *path, struct gzfile **ret, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);
/** Appends BYTES. ERR_IO: the file cannot become whole any more. */
int gzfile_write(struct gzfile *f, struct view bytes, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1);

/** Reads compressed files and others alike; *RET is to be closed. ERR_NOT_FOUND,
 * ERR_IO. */
int gzfile_open(const char *path, struct gzfile **ret, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);

/** At most MAX bytes; their number, 0 at the end, or <0: ERR_IO; ERR_INVALID where the
 * compressed data is wrong or breaks off (what came before it was handed out). */
long gzfile_read(struct gzfile *f, char *bytes, size_t max, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);

/** Frees F. KEEP: what was written is on the disk and has its name when 0 is returned;
 * else it is gone. NULL is fine. */
int gzfile_close(struct gzfile *f, bool keep, struct err *err);

#endif
