#ifndef ODUS_BASE_LINES_H
#define ODUS_BASE_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "odus/base/json.h"

/**
 * The channel between odus and its workers: one JSON value on each line of a pipe.
 * Reading never blocks longer than it is told to, whatever the descriptor's flags. A
 * line may hold a password: no copy of it stays behind here, and whoever is given its
 * value frees it with json_free_secret.
 */
enum { LINES_MAX = 1024 * 1024 }; /* bytes of a line with its end, unless told */

struct lines {
    int fd;         /* borrowed */
    size_t max;     /* bytes of a line */
    struct buf buf; /* what came and was not handed out */
    size_t seen;    /* bytes of BUF known to hold no line end */
    bool skipping;  /* inside a line that is too long */
    bool ended;     /* nothing more will come */
};

/** MAX in bytes; 0: LINES_MAX. FD is borrowed. */
void lines_init(struct lines *l, int fd, size_t max) ATTR_NONNULL_ALL;
void lines_release(struct lines *l);

/**
 * The next line, waiting WAIT_MS at most (0: only what is there; -1: as long as it
 * takes). Returns 1 with the owned value in *RET, or 0: no whole line yet. ERR_INVALID,
 * ERR_LIMIT: a line that is no JSON, or too long; it is gone and reading can go on.
 * ERR_NOT_FOUND: the end; a last line without its end counts. ERR_IO.
 */
int lines_next(struct lines *l, int wait_ms, struct json **ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3);

/**
 * Writes VALUE in canonical form and a line end to FD, whole, waiting for the reader.
 * ERR_IO, also when nobody reads any more (the process ignores SIGPIPE).
 */
int lines_put(int fd, const struct json *value, struct err *err) ATTR_NONNULL(2);

/* --- errors on the channel -------------------------------------------------------- */

/** Sets `code`, `message` (the id) and `args` of EVENT to what ERR says; its place is
 * not told. */
void lines_set_err(struct json *event, const struct err *err) ATTR_NONNULL_ALL;

/**
 * What lines_set_err put into EVENT: ERR_IO where `code` is missing, "" for what is no
 * text. RET->id is the result, owned by the caller: it must outlive RET.
 */
char *lines_get_err(const struct json *event,
        struct err *ret) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

/** Appends the sentence that `message` and `args` of EVENT make, of an error or a note;
 * TRANSLATE as in err_text. */
void lines_add_sentence(const struct json *event,
        const char *(*translate)(const char *id), struct buf *out) ATTR_NONNULL_ALL;

#endif
