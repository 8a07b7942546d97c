#include "odus/base/hash.h"

#include <sodium.h>
#include <string.h>
#include <uuid/uuid.h>

#include "odus/base/mem.h"

enum { BYTES_128 = 16, BYTES_256 = 32, LOW_BITS = 62 };

_Static_assert(sizeof(struct hash_state) >= sizeof(crypto_generichash_state),
        "struct hash_state is too small");
_Static_assert(sizeof(struct sha256_state) >= sizeof(crypto_hash_sha256_state),
        "struct sha256_state is too small");

static void need_sodium(void)
{
    if (sodium_init() < 0)
        mem_panic("odus: the cryptographic library does not start");
}

static crypto_generichash_state *state_of(struct hash_state *h)
{
    return (crypto_generichash_state *)h->bytes;
}

static void start(struct hash_state *h, size_t size)
{
    need_sodium();
    crypto_generichash_init(state_of(h), NULL, 0, size);
}

static void finish(struct hash_state *h, size_t size, char *out)
{
    unsigned char sum[BYTES_256];

    crypto_generichash_final(state_of(h), sum, size);
    sodium_bin2hex(out, 2 * size + 1, sum, size);
}

void hash_blake2b128(const struct view *parts, size_t n, char out[HASH_128_TEXT])
{
    struct hash_state h;

    start(&h, BYTES_128);
    for (size_t i = 0; i < n; i++) {
        unsigned char length[8];

        for (int k = 0; k < 8; k++)
            length[k] = (unsigned char)((uint64_t)parts[i].n >> (8 * k));
        hash_feed(&h, (struct view){(const char *)length, sizeof(length)});
        hash_feed(&h, parts[i]);
    }
    finish(&h, BYTES_128, out);
}

void hash_blake2b256(struct view content, char out[HASH_256_TEXT])
{
    struct hash_state h;

    hash_start(&h);
    hash_feed(&h, content);
    hash_finish(&h, out);
}

void hash_start(struct hash_state *h)
{
    start(h, BYTES_256);
}

void hash_feed(struct hash_state *h, struct view piece)
{
    if (piece.n)
        crypto_generichash_update(state_of(h), (const unsigned char *)piece.p, piece.n);
}

void hash_finish(struct hash_state *h, char out[HASH_256_TEXT])
{
    finish(h, BYTES_256, out);
}

static crypto_hash_sha256_state *sha256_of(struct sha256_state *h)
{
    return (crypto_hash_sha256_state *)h->bytes;
}

void sha256_start(struct sha256_state *h)
{
    need_sodium();
    crypto_hash_sha256_init(sha256_of(h));
}

void sha256_feed(struct sha256_state *h, struct view piece)
{
    if (piece.n)
        crypto_hash_sha256_update(
                sha256_of(h), (const unsigned char *)piece.p, piece.n);
}

void sha256_finish(struct sha256_state *h, char out[HASH_256_TEXT])
{
    unsigned char sum[crypto_hash_sha256_BYTES];

    crypto_hash_sha256_final(sha256_of(h), sum);
    sodium_bin2hex(out, HASH_256_TEXT, sum, sizeof(sum));
}

/* The fields of a version 7 UUID that vary: time, 12 and 62 random bits. */
struct v7 {
    uint64_t ms, high, low;
};

static uint64_t random_bits(int bits)
{
    uint64_t r;

    randombytes_buf(&r, sizeof(r));
    return r >> (64 - bits);
}

/*
 * Within one millisecond the random bits count up by a random step (RFC 9562 §6.2,
 * method 2); HIGH begins in the lower half of its range, so a carry has room.
 */
static void v7_advance(struct v7 *last, uint64_t ms)
{
    if (ms > last->ms || (last->ms | last->high | last->low) == 0) {
        *last = (struct v7){ms, random_bits(11), random_bits(LOW_BITS)};
        return;
    }
    last->low += 1 + random_bits(32);
    if (last->low >> LOW_BITS) {
        last->low &= (UINT64_C(1) << LOW_BITS) - 1;
        last->high++;
    }
    if (last->high >> 12) {
        last->high = 0;
        last->ms++;
    }
}

void uuid_v7(int64_t unix_ms, char out[UUID_TEXT])
{
    static struct v7 last;
    uuid_t id;
    uint64_t top;
    uint64_t bottom;

    need_sodium();
    v7_advance(&last, unix_ms < 0 ? 0 : (uint64_t)unix_ms & 0xFFFFFFFFFFFF);
    top = last.ms << 16 | UINT64_C(7) << 12 | last.high;
    bottom = UINT64_C(2) << LOW_BITS | last.low;
    for (int i = 0; i < 8; i++) {
        id[i] = (unsigned char)(top >> (56 - 8 * i));
        id[8 + i] = (unsigned char)(bottom >> (56 - 8 * i));
    }
    uuid_unparse_lower(id, out);
}

void uuid_v5(const char *ns_uuid, struct view name, char out[UUID_TEXT])
{
    uuid_t ns;
    uuid_t id;

    if (uuid_parse(ns_uuid, ns))
        mem_panic("odus: namespace is not a UUID");
    uuid_generate_sha1(id, ns, name.n ? name.p : "", name.n);
    uuid_unparse_lower(id, out);
}

bool uuid_valid(struct view v)
{
    if (v.n != UUID_TEXT - 1)
        return false;
    for (size_t i = 0; i < v.n; i++) {
        bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;

        if (hyphen ? v.p[i] != '-'
                   : !(v.p[i] >= '0' && v.p[i] <= '9') &&
                                !(v.p[i] >= 'a' && v.p[i] <= 'f'))
            return false;
    }
    return true;
}

uint32_t hash_random(uint32_t limit)
{
    return randombytes_uniform(limit);
}
