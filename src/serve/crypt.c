#include "crypt.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/hash.h"
#include "odus/base/mem.h"

int crypt_hash(struct view password, char out[CRYPT_HASH], struct err *err)
{
    _Static_assert(CRYPT_HASH >= crypto_pwhash_STRBYTES, "room for the hash");

    if (sodium_init() < 0 || crypto_pwhash_str(out, password.p, password.n,
                                     crypto_pwhash_OPSLIMIT_INTERACTIVE,
                                     crypto_pwhash_MEMLIMIT_INTERACTIVE))
        return err_set(err, ERR_IO, N_("the password cannot be hashed"));
    return 0;
}

bool crypt_verify(const char *hash, struct view password)
{
    return sodium_init() >= 0 &&
           crypto_pwhash_str_verify(hash, password.p, password.n) == 0;
}

void crypt_token(char out[CRYPT_TOKEN])
{
    unsigned char bytes[(CRYPT_TOKEN - 1) / 2];

    if (sodium_init() < 0)
        mem_panic("no random numbers");
    randombytes_buf(bytes, sizeof(bytes));
    sodium_bin2hex(out, CRYPT_TOKEN, bytes, sizeof(bytes));
}

void crypt_code(char out[SERVE_CODE])
{
    static const char letters[] = "ABCDEFGHJKMNPQRTUVWXYZ";

    for (int i = 0; i < SERVE_CODE - 1; i++)
        out[i] = i == 4 ? '-' : letters[hash_random(sizeof(letters) - 1)];
    out[SERVE_CODE - 1] = '\0';
}

bool crypt_same(struct view a, struct view b)
{
    return a.n == b.n && (a.n == 0 || sodium_memcmp(a.p, b.p, a.n) == 0);
}

void crypt_wipe(void *bytes, size_t n)
{
    sodium_memzero(bytes, n);
}
