#ifndef ODUS_SERVE_CRYPT_H
#define ODUS_SERVE_CRYPT_H

#include "odus/base/buf.h"
#include "odus/serve/serve.h"

/** Passwords, tokens and codes (libsodium). */
enum { CRYPT_HASH = 128, CRYPT_TOKEN = 33 };

/** Argon2id of PASSWORD with a salt of its own (crypto_pwhash_str). */
int crypt_hash(struct view password, char out[CRYPT_HASH], struct err *err) ATTR_CHECK
        ATTR_NONNULL(2);
bool crypt_verify(const char *hash, struct view password) ATTR_NONNULL(1);

/** 128 random bits in hex. */
void crypt_token(char out[CRYPT_TOKEN]) ATTR_NONNULL_ALL;

/** "ABCD-EFGH" of letters that cannot be mistaken for one another or for digits. */
void crypt_code(char out[SERVE_CODE]) ATTR_NONNULL_ALL;

/** Equal bytes, in a time that does not tell where they differ. */
bool crypt_same(struct view a, struct view b);

/** Overwrites for good. */
void crypt_wipe(void *bytes, size_t n) ATTR_NONNULL_ALL;

#endif
