#ifndef ODUS_SRC_REPL_BUNDLE_PRIV_H
#define ODUS_SRC_REPL_BUNDLE_PRIV_H

#include "odus/repl/bundle.h"
#include "odus/repl/wire.h"

enum {
    BUNDLE_VERSION = 1,
    BUNDLE_LINE_MAX = WIRE_DOC_MAX + 128 * 1024, /* a document and its ancestry */
    BUNDLE_PART = 384 * 1024,                    /* bytes of a file on one line */
    BUNDLE_BLOCK_MIN = 256 * 1024,       /* bytes after which a block is closed */
    BUNDLE_BLOCK_MAX = 16 * 1024 * 1024, /* bytes of one that is read */
};

/** Whether STORE is for training: only exercises go out of it, and none elsewhere. */
bool bundle_training(struct store *store) ATTR_NONNULL_ALL;

/** `exercice` of a body. */
bool bundle_is_exercise(const struct json *body);

#endif
