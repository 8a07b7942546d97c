#ifndef ODUS_DELIVER_SOURCE_FILE_H
#define ODUS_DELIVER_SOURCE_FILE_H

#include "odus/deliver/source.h"

/** A foreign file read piece by piece; what is in memory does not depend on its size.
 */
struct source_file {
    int fd;
    int64_t size; /* bytes, when it was opened */
    int64_t at;   /* of the next piece */
    char *piece;  /* SOURCE_PIECE bytes */
};

enum { SOURCE_PIECE = 64 * 1024 };

/** ERR_NOT_FOUND; ERR_IO, also for what is no regular file; ERR_LIMIT. */
int source_file_open(struct source_file *f, const char *path,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);

/** Also after a failed open. */
void source_file_close(struct source_file *f) ATTR_NONNULL_ALL;

/** The next piece, borrowed until the next call; empty at the end. 0 or ERR_IO. */
int source_file_next(struct source_file *f, struct view *ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);

/** The next piece begins at byte AT. */
void source_file_seek(struct source_file *f, int64_t at) ATTR_NONNULL_ALL;

#endif
