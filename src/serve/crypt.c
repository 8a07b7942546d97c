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

bool crypt_base64(struct view base64, struct buf *out)
{
    size_t max = base64.n / 4 * 3 + 3, n;
    unsigned char *bytes = xmalloc(max);
    const char *end = NULL;
    bool ok;

    while (base64.n && base64.p[base64.n - 1] == '=')
        base64.n--;
    ok = sodium_base642bin(bytes, max, base64.p, base64.n, NULL, &n, &end,
                 sodium_base64_VARIANT_ORIGINAL_NO_PADDING) == 0 &&
         end == base64.p + base64.n;
    if (ok)
        buf_add(out, bytes, n);
    sodium_memzero(bytes, max);
    free(bytes);
    return ok;
}

void crypt_wipe(void *bytes, size_t n)
{
    sodium_memzero(bytes, n);
}
