#include "odus/base/base64.h"

#include <sodium.h>

enum { PIECE = 3 * 1024 /* bytes */, PIECE_TEXT = PIECE / 3 * 4 };

void base64_add(struct view bytes, struct buf *out)
{
    char text[PIECE_TEXT + 1];

    for (size_t at = 0; at < bytes.n; at += PIECE) {
        size_t n = bytes.n - at < PIECE ? bytes.n - at : PIECE;

        sodium_bin2base64(text, sizeof(text), (const unsigned char *)bytes.p + at, n,
                sodium_base64_VARIANT_ORIGINAL);
        buf_adds(out, text);
    }
}

bool base64_read(struct view text, struct buf *out)
{
    unsigned char bytes[PIECE];
    bool ok = true;

    for (int pad = 0; pad < 2 && text.n && text.p[text.n - 1] == '='; pad++)
        text.n--;
    for (size_t at = 0; ok && at < text.n; at += PIECE_TEXT) {
        size_t left = text.n - at < PIECE_TEXT ? text.n - at : PIECE_TEXT, n = 0;

        ok = sodium_base642bin(bytes, sizeof(bytes), text.p + at, left, NULL, &n, NULL,
                     sodium_base64_VARIANT_ORIGINAL_NO_PADDING) == 0;
        buf_add(out, bytes, n);
    }
    sodium_memzero(bytes, sizeof(bytes)); /* a password, perhaps */
    return ok && !out->full;
}
