#include "odus/base/base64.h"

#include <string.h>

static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_add(struct view bytes, struct buf *out)
{
    const unsigned char *p = (const unsigned char *)bytes.p;

    for (size_t i = 0; i < bytes.n; i += 3) {
        size_t left = bytes.n - i;
        unsigned three = (unsigned)p[i] << 16;
        char four[4];

        three |= left > 1 ? (unsigned)p[i + 1] << 8 : 0;
        three |= left > 2 ? (unsigned)p[i + 2] : 0;
        for (int k = 0; k < 4; k++)
            four[k] = letters[three >> (18 - 6 * k) & 63];
        if (left < 3)
            four[3] = '=';
        if (left < 2)
            four[2] = '=';
        buf_add(out, four, sizeof(four));
    }
}

/* -1: no letter. */
static int value_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool base64_read(struct view text, struct buf *out)
{
    unsigned bits = 0;
    int n = 0; /* of them that wait for a whole byte */

    for (int pad = 0; pad < 2 && text.n && text.p[text.n - 1] == '='; pad++)
        text.n--;
    for (size_t i = 0; i < text.n; i++) {
        int value = value_of(text.p[i]);

        if (value < 0)
            return false;
        bits = bits << 6 | (unsigned)value;
        n += 6;
        if (n >= 8) {
            n -= 8;
            buf_addc(out, (char)(bits >> n & 0xff));
        }
    }
    /* a letter that stands for no byte, or bits that nobody has written */
    return n < 6 && (bits & ((1U << n) - 1)) == 0 && !out->full;
}
