/* Passwords cannot be guessed by trying: after a few the door stays closed. */
#include "priv.h"

#include <arpa/inet.h>
#include <string.h>

#include "odus/base/hash.h"

/* Whoever has one IPv6 address has all of its network of 64 bits (RFC 4291 §2.5.4). */
static void key_of(const char *name, const char *address, char out[HASH_128_TEXT])
{
    struct view parts[] = {view_of(name), view_of(address)};
    char binary[sizeof(struct in6_addr)];

    if (inet_pton(AF_INET6, address, binary) == 1)
        parts[1] = (struct view){binary, sizeof(binary) / 2};
    hash_blake2b128(parts, COUNT(parts), out);
}

/* The place of KEY, or -1. */
static int find(const struct door *d, const char *key)
{
    for (int i = 0; i < DOOR_PLACES; i++)
        if (strcmp(d->counts[i].key, key) == 0)
            return i;
    return -1;
}

static bool too_many(const struct door *d, const char *name, const char *address,
        int tries, int64_t now_ms)
{
    char key[HASH_128_TEXT];
    int i;

    key_of(name, address, key);
    i = find(d, key);
    return i >= 0 && d->counts[i].wrong >= tries &&
           now_ms - d->counts[i].last_ms < DOOR_CLOSED_MS;
}

bool door_closed(
        const struct door *d, const char *name, const char *address, int64_t now_ms)
{
    return too_many(d, name, address, DOOR_TRIES, now_ms) ||
           too_many(d, "", address, DOOR_TRIES_OF_ADDRESS, now_ms) ||
           too_many(d, name, "", DOOR_TRIES_OF_NAME, now_ms);
}

/* The place of KEY, else a free one, else that of the oldest. */
static struct door_count *place(struct door *d, const char *key)
{
    int i = find(d, key);

    if (i < 0)
        i = find(d, "");
    if (i < 0) {
        i = 0;
        for (int k = 1; k < DOOR_PLACES; k++)
            if (d->counts[k].last_ms < d->counts[i].last_ms)
                i = k;
    }
    return &d->counts[i];
}

static void count(struct door *d, const char *name, const char *address, int64_t now_ms)
{
    struct door_count *c;
    char key[HASH_128_TEXT];

    key_of(name, address, key);
    c = place(d, key);
    if (strcmp(c->key, key) != 0 || now_ms - c->last_ms >= DOOR_CLOSED_MS)
        *c = (struct door_count){.wrong = 0};
    memcpy(c->key, key, sizeof(c->key));
    c->wrong++;
    c->last_ms = now_ms;
}

void door_wrong(struct door *d, const char *name, const char *address, int64_t now_ms)
{
    count(d, name, address, now_ms);
    count(d, "", address, now_ms);
    count(d, name, "", now_ms);
}

void door_right(struct door *d, const char *name, const char *address)
{
    char key[HASH_128_TEXT];
    int i;

    key_of(name, address, key);
    i = find(d, key);
    if (i >= 0)
        d->counts[i] = (struct door_count){.wrong = 0};
}
