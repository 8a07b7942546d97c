#ifndef ODUS_SRC_REPL_WIRE_PRIV_H
#define ODUS_SRC_REPL_WIRE_PRIV_H

#include "odus/repl/wire.h"

/* What the files of the wire format share. */

enum {
    WIRE_GEN_MAX = 999999999, /* as record_rev counts */
    WIRE_HASH_MAX = 36,       /* letters and digits behind the hyphen */
    WIRE_HEX = 32,            /* of a hash that servers keep as 16 bytes */
    WIRE_ROWS_MAX = 20000,    /* of one answer; nobody asks for as many */
    WIRE_LEAVES_MAX = 1000,   /* of one row */
    WIRE_SEQ_MAX = 16 * 1024, /* bytes of last_seq; a large cluster's has hundreds */
    WIRE_WORDS_MAX = 300,     /* bytes of a reason that a peer gives */
};

/** Puts TEXT, a revision, into RET as stores keep it. False when it is none. */
bool wire_copy_rev(struct view text, char ret[REV_MAX]) ATTR_NONNULL_ALL;

/** Puts "GEN-HASH" into RET. False when that is no revision. */
bool wire_join_rev(int gen, struct view hash, char ret[REV_MAX]) ATTR_NONNULL_ALL;

/** Words of a peer made harmless for a terminal, cut short; borrowed from RET. */
const char *wire_words(const struct json *text, char ret[WIRE_WORDS_MAX])
        ATTR_NONNULL(2);

#endif
