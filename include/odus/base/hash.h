#ifndef ODUS_BASE_HASH_H
#define ODUS_BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "odus/base/attr.h"
#include "odus/base/buf.h"

/** Content hashes (BLAKE2b, RFC 7693) and identifiers (UUID, RFC 9562). */

enum { HASH_128_TEXT = 33, HASH_256_TEXT = 65, UUID_TEXT = 37 }; /* with the NUL */

/**
 * BLAKE2b-128 over the N parts, each preceded by its length as 8 bytes, little-endian,
 * so that moving text from one part to the next changes the hash. Lower-case hex.
 */
void hash_blake2b128(const struct view *parts, size_t n, char out[HASH_128_TEXT])
        ATTR_NONNULL(3);

/** BLAKE2b-256 of CONTENT alone, as `b2sum -l 256` prints it. */
void hash_blake2b256(struct view content, char out[HASH_256_TEXT]) ATTR_NONNULL(2);

/** The same hash piece by piece; nothing to release. */
struct hash_state {
    _Alignas(64) unsigned char bytes[384];
};
void hash_start(struct hash_state *h) ATTR_NONNULL_ALL;
void hash_feed(struct hash_state *h, struct view piece) ATTR_NONNULL(1);
void hash_finish(struct hash_state *h, char out[HASH_256_TEXT]) ATTR_NONNULL_ALL;

/** SHA-256 (FIPS 180-4) piece by piece, as `sha256sum` prints it: what others check
 * what we publish with. Nothing to release. */
struct sha256_state {
    _Alignas(64) unsigned char bytes[128];
};
void sha256_start(struct sha256_state *h) ATTR_NONNULL_ALL;
void sha256_feed(struct sha256_state *h, struct view piece) ATTR_NONNULL(1);
void sha256_finish(struct sha256_state *h, char out[HASH_256_TEXT]) ATTR_NONNULL_ALL;

/**
 * A new version 7 identifier for the instant UNIX_MS (milliseconds UTC). Within one
 * process each is greater than the one before, also when the clock stands or goes
 * back. Random bits come from the system.
 */
void uuid_v7(int64_t unix_ms, char out[UUID_TEXT]) ATTR_NONNULL_ALL;

/** The version 5 identifier of NAME in the namespace NS_UUID, which must be valid. */
void uuid_v5(const char *ns_uuid, struct view name, char out[UUID_TEXT])
        ATTR_NONNULL(1, 3);

/** True for a UUID of any version in the one spelling we write: lower case, hyphens. */
bool uuid_valid(struct view v) ATTR_PURE;

/** A random number below LIMIT (at least 1), from the system's generator. */
uint32_t hash_random(uint32_t limit);

#endif
