#ifndef ODUS_FORM_INI_H
#define ODUS_FORM_INI_H

#include "odus/form/parse.h"

/**
 * The INI shape of a form file, before any meaning: blocks of keys. Everything is a
 * view into the text, so that whoever finds a mistake can point to its first byte and
 * the line and column follow from that.
 */

enum { INI_LINE_MAX = 8000 }; /* bytes */

/** NAME[LANG]=VALUE. VALUE still holds line breaks, indents and comment lines. */
struct ini_key {
    struct view name, lang, value;
};

/** [KIND NAME] and the keys that follow it. */
struct ini_block {
    struct view kind, name;
    size_t first, nkeys; /* in ini->keys */
};

struct ini {
    const char *name; /* of the file, borrowed */
    struct view text; /* borrowed */
    size_t *lines;    /* offsets at which lines begin */
    size_t nlines, lines_cap;
    struct ini_block *blocks;
    size_t nblocks, blocks_cap;
    struct ini_key *keys;
    size_t nkeys, keys_cap;
    int bad; /* problems reported */
};

/** Splits TEXT (borrowed, as NAME) and reports what has no shape. Takes linear time. */
void ini_read(struct ini *ini, const char *name, struct view text,
        struct problems *problems) ATTR_NONNULL(1, 2, 4);
void ini_release(struct ini *ini);

/** True when WHERE points into the text (or just behind it). */
bool ini_holds(const struct ini *ini, const char *where) ATTR_PURE ATTR_NONNULL_ALL;

/** Line and column (code points), from 1, of a byte of the text. */
void ini_place(const struct ini *ini, const char *where, int *ret_line,
        int *ret_column) ATTR_NONNULL_ALL;

/** Reports the message ID (with ARGS, NULL-terminated, after it) at WHERE. */
void ini_problem(struct ini *ini, struct problems *problems, const char *where,
        const char *const *id_and_args) ATTR_NONNULL_ALL;

/** A value for people: lines trimmed, joined by '\n', made harmless. Owned. */
char *ini_text(struct view value) ATTR_RETNONNULL ATTR_CHECK;

/**
 * A value for the expression compiler: later lines keep their indent (comments become
 * empty lines), so that a place in it is a place in the file. Owned.
 */
char *ini_source(struct view value) ATTR_RETNONNULL ATTR_CHECK;

/** Takes the next word off REST, comment lines left out. False at the end. */
bool ini_word(struct view *rest, struct view *ret_word) ATTR_NONNULL_ALL;

/** Drops white space and comment lines from the front of REST. */
void ini_skip(struct view *rest) ATTR_NONNULL_ALL;

#endif
