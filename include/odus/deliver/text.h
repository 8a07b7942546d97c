#ifndef ODUS_DELIVER_TEXT_H
#define ODUS_DELIVER_TEXT_H

#include "odus/base/buf.h"
#include "odus/base/moment.h"

/** Texts as the formats want them. All append to OUT. */

/** Escaped for XML 1.0 and HTML, in elements and attributes with double quotes;
 * characters that XML cannot have are left out. */
void text_xml(struct view text, struct buf *out) ATTR_NONNULL(2);

/** JSON, safe inside <script>: `<`, `>`, `&`, U+2028, U+2029 and what is no
 * character, which only texts have, as \u escapes. */
void text_script(struct view json, struct buf *out) ATTR_NONNULL(2);

/**
 * One cell of CSV (RFC 4180), quoted where needed. A text that a spreadsheet would take
 * for a formula (it begins with = + - @, tab or return) gets an apostrophe before it,
 * unless VERBATIM: numbers, and codes of a known shape.
 */
void text_csv(struct view text, bool verbatim, struct buf *out) ATTR_NONNULL(3);

/** Markdown without its marks, links as "text (address)". */
void text_plain(struct view markdown, struct buf *out) ATTR_NONNULL(2);

/**
 * A safe part of Markdown as HTML: paragraphs, line breaks, lists, emphasis, links to
 * http(s) and mailto. Any HTML in it is text.
 */
void text_html(struct view markdown, struct buf *out) ATTR_NONNULL(2);

/**
 * TEXT when it has at most MAX Unicode characters, else its beginning up to the end of
 * a word with "…", MAX characters in all. True when it was cut.
 */
bool text_cut(struct view text, size_t max, struct buf *out) ATTR_NONNULL(3);

/** RFC 3339 with the offset of that day: "2026-12-05T20:30:00+01:00"; a moment without
 * hour, or in a zone unknown here: "2026-12-05". */
void text_moment(const struct moment *m, struct buf *out) ATTR_NONNULL_ALL;

/** A day for people in LANG: "samedi 5 décembre 2026". */
void text_day(int32_t day, const char *lang, struct buf *out) ATTR_NONNULL(2, 3);

/** Cents as a decimal number with a point: "12.50", "0". */
void text_cents(int64_t cents, struct buf *out) ATTR_NONNULL(2);

#endif
