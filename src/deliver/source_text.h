#ifndef ODUS_DELIVER_SOURCE_TEXT_H
#define ODUS_DELIVER_SOURCE_TEXT_H

#include <stdbool.h>

#include "odus/base/attr.h"
#include "odus/base/buf.h"

/** What people and programs have made of texts, undone. All append to OUT. */

/** TEXT has tags of HTML in it. */
bool source_is_html(struct view text) ATTR_PURE;

/** HTML as text: paragraphs and list items on lines of their own, the addresses of
 * links behind them, character references resolved once; scripts and styles dropped. */
void source_html_text(struct view html, struct buf *out) ATTR_NONNULL(2);

/** TEXT with its character references ("&amp;", "&#8217;") resolved once. */
void source_unescape(struct view text, struct buf *out) ATTR_NONNULL(2);

/** True when A and B are the same words (utf8_fold). */
bool source_same_words(struct view a, struct view b);

/** TEXT begins with PREFIX, whatever the case of its ASCII letters. */
bool source_starts(struct view text, const char *prefix) ATTR_PURE ATTR_NONNULL(2);

#endif
