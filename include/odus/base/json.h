#ifndef ODUS_BASE_JSON_H
#define ODUS_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "odus/base/attr.h"
#include "odus/base/buf.h"
#include "odus/base/err.h"

/**
 * JSON values (RFC 8259), counted by reference. Reading never fails for want of the
 * right shape: every accessor takes NULL and values of another kind and answers with
 * NULL, 0 or the given alternative, so that code over foreign JSON stays short.
 * (json_object, json_array, json_null, json_real, json_copy and json_equal are symbols
 * of the library below; hence the names of the constructors.)
 */
struct json;

enum json_kind {
    JSON_KIND_NONE, /* a NULL pointer */
    JSON_KIND_NULL,
    JSON_KIND_BOOL,
    JSON_KIND_INT,
    JSON_KIND_REAL,
    JSON_KIND_TEXT,
    JSON_KIND_ARRAY,
    JSON_KIND_OBJECT,
};

enum { JSON_DEPTH_MAX = 64 };

/**
 * Reads one value of at most MAX bytes (0: BUF_MAX) and JSON_DEPTH_MAX levels. The
 * last of equal keys wins; U+0000, lone surrogates, invalid UTF-8 and numbers out of
 * range (integers: 64 bits) are refused. Returns 0, ERR_INVALID or ERR_LIMIT with line
 * and column; RET is owned by the caller.
 */
int json_parse(struct view text, size_t max, struct json **ret,
        struct err *e) ATTR_CHECK ATTR_NONNULL(3);

/** New values, owned by the caller. */
struct json *json_new_object(void) ATTR_RETNONNULL ATTR_CHECK;
struct json *json_new_array(void) ATTR_RETNONNULL ATTR_CHECK;
struct json *json_new_null(void) ATTR_RETNONNULL ATTR_CHECK;
struct json *json_int(int64_t n) ATTR_RETNONNULL ATTR_CHECK;
struct json *json_bool(bool yes) ATTR_RETNONNULL ATTR_CHECK;

/** For coordinates in exports. A number that is not finite becomes null. */
struct json *json_new_real(double d) ATTR_RETNONNULL ATTR_CHECK;

/** Bytes that are not UTF-8, and NUL, are stored as U+FFFD. */
struct json *json_text(struct view text) ATTR_RETNONNULL ATTR_CHECK;

/** Deep copy, owned by the caller. NULL gives NULL. */
struct json *json_dup(const struct json *j) ATTR_CHECK;

/** One more owner; returns J. Accepts NULL. */
struct json *json_retain(struct json *j);

/** One owner less; the last one frees. Accepts NULL. */
void json_free(struct json *j);

/** json_parse and json_free for what holds passwords: no copy of a text stays in memory
 * that was given back. What somebody else has a hand on stays as it is. */
int json_parse_secret(struct view text, size_t max, struct json **ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(3);
void json_free_secret(struct json *j);

/** Same kinds and contents; the order of members does not matter. */
bool json_same(const struct json *a, const struct json *b);

/**
 * Sets member KEY of OBJ to VAL, which is owned by OBJ from then on; VAL NULL removes
 * the member. OBJ must be an object and not inside VAL.
 */
void json_set_take(struct json *obj, const char *key, struct json *val)
        ATTR_NONNULL(1, 2);

/** Sets member KEY of OBJ to TEXT, as json_text; TEXT NULL removes the member. */
void json_set_text(struct json *obj, const char *key, const char *text)
        ATTR_NONNULL(1, 2);

/** Appends VAL to ARR, which owns it from then on; VAL NULL does nothing. */
void json_push_take(struct json *arr, struct json *val) ATTR_NONNULL(1);

enum json_kind json_kind(const struct json *j) ATTR_PURE;

/** Borrowed member or NULL. */
struct json *json_get(const struct json *obj, const char *key) ATTR_NONNULL(2);

/** Borrowed element or NULL. */
struct json *json_at(const struct json *arr, size_t i) ATTR_PURE;

/** Elements of an array, members of an object, 0 for anything else. */
size_t json_len(const struct json *j) ATTR_PURE;

/** Borrowed text without NUL inside, or NULL when J is not a text. */
const char *json_as_text(const struct json *j) ATTR_PURE;

/** The same with its length; empty when J is not a text. */
struct view json_as_view(const struct json *j) ATTR_PURE;

/** Integers, and reals that are exactly one below 2^53; else OTHERWISE. */
int64_t json_as_int(const struct json *j, int64_t otherwise) ATTR_PURE;

/** Any number. */
double json_as_real(const struct json *j, double otherwise) ATTR_PURE;

bool json_as_bool(const struct json *j, bool otherwise) ATTR_PURE;

/** Short for json_as_…(json_get(obj, key)). */
const char *json_get_text(const struct json *obj, const char *key) ATTR_NONNULL(2);
/** The same, "" where there is none. */
const char *json_get_or_blank(const struct json *obj, const char *key) ATTR_RETNONNULL
        ATTR_NONNULL(2);
int64_t json_get_int(const struct json *obj, const char *key, int64_t otherwise)
        ATTR_NONNULL(2);
bool json_get_bool(const struct json *obj, const char *key, bool otherwise)
        ATTR_NONNULL(2);

/**
 * Walks the members in the order they were added. Start with a zeroed iterator:
 *     for (struct json_iter it = {0}; json_iter(obj, &it);) use(it.key, it.val);
 * KEY and VAL are borrowed. Values may be replaced on the way, members neither added
 * nor removed.
 */
struct json_iter {
    const char *key;
    struct json *val;
    void *pos; /* private */
};
bool json_iter(const struct json *obj, struct json_iter *it) ATTR_NONNULL(2);

/**
 * Appends J in the canonical form of RFC 8785: no spaces, keys in the order of their
 * UTF-16 code units, least escapes, numbers as ECMAScript prints them. Two exceptions,
 * so that 64-bit integers and what we wrote ourselves read back: integers are always
 * plain, also beyond 2^53; reals from 1e18 on have an exponent. NULL is written null.
 */
void json_canonical(const struct json *j, struct buf *out) ATTR_NONNULL(2);

/** The same values for people: two spaces of indentation, one member per line. */
void json_pretty(const struct json *j, struct buf *out) ATTR_NONNULL(2);

#endif
