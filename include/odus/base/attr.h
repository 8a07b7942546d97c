#ifndef ODUS_BASE_ATTR_H
#define ODUS_BASE_ATTR_H

/** Contracts the compiler checks, and the marker xgettext looks for. */

#define ATTR_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#define ATTR_NONNULL(...) __attribute__((nonnull(__VA_ARGS__)))
#define ATTR_NONNULL_ALL __attribute__((nonnull))
#define ATTR_CHECK __attribute__((warn_unused_result))
#define ATTR_RETNONNULL __attribute__((returns_nonnull))
#define ATTR_NORETURN __attribute__((noreturn))
#define ATTR_PURE __attribute__((pure))

/** Marks a message id for the catalogue; only front ends translate. */
#define N_(text) (text)

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
