#ifndef ODUS_BASE_MEM_H
#define ODUS_BASE_MEM_H

#include <stddef.h>

#include "odus/base/attr.h"

/**
 * Allocation that cannot fail: where memory is exhausted the panic hook runs
 * (the front end restores the terminal and flushes the journal there), then the
 * process aborts. The only callers of malloc and its kin in this project.
 */

/** Called once before abort(); must not allocate. NULL removes it. */
void mem_on_panic(void (*hook)(void));

/** Restores the terminal through the hook, says why on stderr, aborts. */
void mem_panic(const char *why) ATTR_NORETURN ATTR_NONNULL_ALL;

void *xmalloc(size_t size) ATTR_RETNONNULL ATTR_CHECK;

/** COUNT zeroed elements; panics when the product overflows. */
void *xcalloc(size_t count, size_t size) ATTR_RETNONNULL ATTR_CHECK;

/** Like realloc for an array of COUNT elements; PTR may be NULL. */
void *xrealloc(void *ptr, size_t count, size_t size) ATTR_RETNONNULL ATTR_CHECK;

/** Owned copy of TEXT; NULL gives NULL. */
char *xstrdup(const char *text) ATTR_CHECK;

/** Owned, terminated copy of the first N bytes of TEXT (which has at least N). */
char *xstrndup(const char *text, size_t n) ATTR_RETNONNULL ATTR_CHECK;

/** Formatted owned text. */
char *xasprintf(const char *fmt, ...) ATTR_PRINTF(1, 2) ATTR_RETNONNULL ATTR_CHECK;

/**
 * Makes room for one more element: returns ARRAY grown geometrically when COUNT
 * has reached *CAP. Usage: a = mem_grow(a, n, &cap, sizeof *a); a[n++] = x;
 */
void *mem_grow(void *array, size_t count, size_t *cap,
        size_t size) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL(3);

#endif
