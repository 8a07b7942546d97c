#ifndef ODUS_BASE_UTF8_H
#define ODUS_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "odus/base/attr.h"
#include "odus/base/buf.h"

/**
 * Text as people see it: characters, clusters ("one press of the arrow key"),
 * columns on screen and search keys. Every function accepts any bytes; those that
 * are not UTF-8 (RFC 3629) count one by one as U+FFFD.
 */

enum {
    UTF8_BAD = 0xFFFD,
    UTF8_KEEP_NEWLINE = 1, /* utf8_clean: line ends become \n, else one space */
    UTF8_MARKS_MAX = 30,   /* utf8_clean: combining marks kept on one base */
};

/**
 * Reads the first character of V. Returns the bytes consumed: 1 to 4, or 0 when V
 * is empty. An invalid byte gives UTF8_BAD and 1.
 */
int utf8_decode(struct view v, uint32_t *ret_cp) ATTR_NONNULL(2);

/**
 * Writes CP in 1 to 4 bytes, not terminated; returns their number. Surrogates and
 * numbers above U+10FFFF are written as UTF8_BAD.
 */
size_t utf8_encode(uint32_t cp, char out[4]) ATTR_NONNULL_ALL;

bool utf8_valid(struct view v) ATTR_PURE;

/** Appends V, which is Windows-1252, to OUT: each byte is a character (WHATWG
 * Encoding).
 */
void utf8_from_1252(struct view v, struct buf *out) ATTR_NONNULL(2);

/** Number of code points. */
size_t utf8_count(struct view v) ATTR_PURE;

/**
 * Appends V to OUT in NFC, made harmless for a terminal: tabs become spaces, bytes
 * that are not UTF-8 become U+FFFD, other control characters, bidi controls (UAX 9)
 * and U+FEFF are dropped, and so are marks beyond UTF8_MARKS_MAX on one base. NBSP,
 * ZWJ, ZWNJ and emoji stay. Line ends (CR, LF, CRLF, NEL, U+2028, U+2029): see
 * UTF8_KEEP_NEWLINE. FLAGS is 0 or UTF8_KEEP_NEWLINE. Takes time linear in V.
 */
void utf8_clean(struct view v, unsigned flags, struct buf *out) ATTR_NONNULL(3);

/** Whether V is what texts are mostly made of: ASCII that prints, accented letters, a
 * few signs. utf8_clean keeps it as it is. */
bool utf8_is_plain(struct view v) ATTR_PURE;

/**
 * Extended grapheme clusters (UAX 29); offsets are bytes.
 * utf8_next: end of the cluster that starts at AT, V.n when there is none.
 * utf8_prev: start of the last cluster that starts before AT, 0 when there is none.
 * utf8_snap: AT itself when it is a boundary, else the nearest one before it.
 * AT beyond the end counts as the end. The edges of V are boundaries.
 */
size_t utf8_next(struct view v, size_t at) ATTR_PURE;
size_t utf8_prev(struct view v, size_t at) ATTR_PURE;
size_t utf8_snap(struct view v, size_t at) ATTR_PURE;

/**
 * Columns that curses moves the cursor by when V is added to a window: the sum of
 * glibc's wcwidth(), with control characters 0 and unassigned ones 1. Emoji joined
 * by ZWJ therefore count each part. Needs a UTF-8 LC_CTYPE.
 */
int utf8_width(struct view v);

/**
 * Bytes of the longest prefix of whole clusters that fits in COLUMNS; its width goes
 * to RET_WIDTH (which may be NULL). 0 when not even the first cluster fits.
 */
size_t utf8_fit(struct view v, int columns, int *ret_width);

/**
 * Appends the search key of V to OUT: case and accents folded, œ as oe, æ as ae,
 * ß as ss, compatibility forms resolved, everything that is neither letter nor digit
 * as one space between words, none at the ends.
 */
void utf8_fold(struct view v, struct buf *out) ATTR_NONNULL(2);

/** Appends V in sentence case to OUT: the first letter upper case, the others lower. */
void utf8_sentence(struct view v, struct buf *out) ATTR_NONNULL(2);

/** Appends V in upper, or lower, case to OUT. */
void utf8_upper(struct view v, struct buf *out) ATTR_NONNULL(2);
void utf8_lower(struct view v, struct buf *out) ATTR_NONNULL(2);

/**
 * True when each word of QUERY begins some word of TEXT, in any order; both come
 * from utf8_fold. The empty query matches everything.
 */
bool utf8_match(struct view folded_text, struct view folded_query) ATTR_PURE;

/**
 * Edits (insertion, deletion, replacement, swap of neighbours) between the search
 * keys of A and B, over the length of the longer: 0 equal to 1 nothing in common.
 * Looks at the first 200 code points. NULL is the empty text.
 */
double utf8_distance(const char *a, const char *b);

#endif
