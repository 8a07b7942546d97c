#ifndef ODUS_SRC_DELIVER_WORDS_PRIV_H
#define ODUS_SRC_DELIVER_WORDS_PRIV_H

#include "words.h"

/** Columns of tables of words; a language unknown here is French. */
enum words_lang { FR, EN, IT, LANGS };
enum words_lang words_lang(const struct delivery *d) ATTR_NONNULL_ALL;

/** TEXT as a further item of the list that begins at BEGIN of OUT; nothing for a blank
 * one. */
void words_item(struct buf *out, size_t begin, const char *between, const char *text)
        ATTR_NONNULL(1, 3);

#endif
