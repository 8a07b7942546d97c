#ifndef ODUS_BASE_BUF_H
#define ODUS_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "odus/base/attr.h"

/** Borrowed text: pointer and length in bytes, not terminated. {NULL, 0} is empty. */
struct view {
    const char *p;
    size_t n;
};

#define VIEW_LIT(lit) ((struct view){(lit), sizeof(lit) - 1})

/** The whole of a terminated TEXT; NULL gives the empty view. */
struct view view_of(const char *text) ATTR_PURE;

bool view_eq(struct view a, struct view b) ATTR_PURE;

/** True when V holds exactly the terminated TEXT. */
bool view_is(struct view v, const char *text) ATTR_PURE ATTR_NONNULL_ALL;

/** V without ASCII white space at either end. */
struct view view_trim(struct view v) ATTR_PURE;

/**
 * Cuts *REST at the first SEP: what stands before it goes to *RET_PART, *REST moves
 * behind it. False when nothing is left; parts may be empty, the one after a SEP at the
 * very end is not given.
 */
bool view_next(struct view *rest, char sep, struct view *ret_part) ATTR_NONNULL_ALL;

/** Owned, terminated copy. */
char *view_dup(struct view v) ATTR_RETNONNULL ATTR_CHECK;

/** V as an integer of base ten; false when it is not one that fits, whole. */
bool view_int(struct view v, long long *ret_n) ATTR_CHECK ATTR_NONNULL_ALL;

/** V as a decimal number with a point ("12", "-0.5"); false when it is anything else.
 */
bool view_real(struct view v, double *ret_n) ATTR_CHECK ATTR_NONNULL_ALL;

/**
 * A growing text with a ceiling. What would pass MAX bytes is dropped whole and
 * `full` is set: callers that build from foreign input look at it once at the end.
 * `s` is always terminated and never NULL after init.
 */
struct buf {
    char *s;
    size_t len; /* bytes, without the terminator */
    size_t cap;
    size_t max; /* bytes */
    bool full;
    bool secret; /* set after init: what it leaves behind is overwritten */
};

enum { BUF_MAX = 64 * 1024 * 1024 };

/** MAX in bytes; 0 means BUF_MAX. */
void buf_init(struct buf *b, size_t max) ATTR_NONNULL_ALL;
void buf_release(struct buf *b);
void buf_clear(struct buf *b) ATTR_NONNULL_ALL;

void buf_add(struct buf *b, const void *bytes, size_t n) ATTR_NONNULL(1);
void buf_adds(struct buf *b, const char *text) ATTR_NONNULL_ALL;
void buf_addv(struct buf *b, struct view v) ATTR_NONNULL_ALL;
void buf_addc(struct buf *b, char c) ATTR_NONNULL_ALL;
void buf_addf(struct buf *b, const char *fmt, ...) ATTR_PRINTF(2, 3) ATTR_NONNULL(1, 2);

/** Shortens to LEN bytes; no effect when already shorter. */
void buf_cut(struct buf *b, size_t len) ATTR_NONNULL_ALL;

/** Hands the owned text over and leaves B initialised and empty: nothing to release. */
char *buf_take(struct buf *b) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

struct view buf_view(const struct buf *b) ATTR_PURE ATTR_NONNULL_ALL;

#endif
