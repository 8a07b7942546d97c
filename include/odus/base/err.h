#ifndef ODUS_BASE_ERR_H
#define ODUS_BASE_ERR_H

#include <stdbool.h>

#include "odus/base/attr.h"
#include "odus/base/buf.h"

/**
 * Errors as values. A fallible function returns 0 or one of the negative codes
 * below and, where the caller gave a `struct err`, sets the details at the place
 * where the failure is found. The message is an English sentence used as gettext
 * id, problem first, with numbered arguments that are always text: "%1$s".
 * Only front ends translate and print.
 */
enum err_code {
    ERR_INVALID = -1, /* the data or the input is wrong */
    ERR_NOT_FOUND = -2,
    ERR_USAGE = -3,    /* the call's words are wrong */
    ERR_IO = -4,       /* a file, a disk, a device */
    ERR_BUSY = -5,     /* someone else holds it; may go through later */
    ERR_NEWER = -6,    /* written by a newer version of this program */
    ERR_DAMAGED = -7,  /* stored data that cannot be read back */
    ERR_LIMIT = -8,    /* larger or deeper than allowed */
    ERR_CONFLICT = -9, /* the thing moved on meanwhile */
    ERR_STOPPED = -10, /* the caller's own callback said so */
};

enum { ERR_ARGS = 4, ERR_ARG_MAX = 200 };

struct err {
    int code;       /* 0 when nothing happened */
    const char *id; /* message id, static; NULL when nothing happened */
    char args[ERR_ARGS][ERR_ARG_MAX]; /* cut at a character boundary when longer */
    char file[ERR_ARG_MAX];           /* empty when no file is concerned */
    int line, column;                 /* from 1; 0 when unknown */
};

/**
 * Fills E (which may be NULL) and returns CODE, so that `return err_set(...)` works.
 * The arguments after ID are at most ERR_ARGS texts, none NULL.
 */
#define err_set(e, code, ...)                                                          \
    err_set_((e), (code), (const char *const[]){__VA_ARGS__, 0})

/** As err_set with the message id and arguments in one NULL-terminated array. */
int err_set_(struct err *e, int code, const char *const *id_and_args) ATTR_NONNULL(3);

/** Adds the place to an error already set. FILE may be NULL (keep). Returns the code.
 */
int err_at(struct err *e, const char *file, int line, int column);

void err_clear(struct err *e);

/**
 * Puts the message into OUT: TRANSLATE(id) (NULL: the id itself) with %1$s…%4$s
 * replaced, preceded by "file:line:column: " where known. Arguments are made safe
 * for a terminal (control characters become U+FFFD).
 */
void err_text(const struct err *e, const char *(*translate)(const char *id),
        struct buf *out) ATTR_NONNULL(1, 3);

/** Replaces %1$s…%N$s and %% in TEMPLATE by ARGS; other bytes are copied. */
void err_expand(const char *text, const char *const *args, int nargs, struct buf *out)
        ATTR_NONNULL(1, 4);

#endif
