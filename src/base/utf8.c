#include "odus/base/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>
#include <wchar.h>

#include "odus/base/mem.h"

enum {
    LAST_ASCII = 0x7E,      /* the last one that prints */
    FIRST_UNSTABLE = 0x300, /* text below is NFC whatever its order */
};

int utf8_decode(struct view v, uint32_t *ret_cp)
{
    utf8proc_int32_t cp;
    utf8proc_ssize_t n;

    if (v.n == 0) {
        *ret_cp = UTF8_BAD;
        return 0;
    }
    if ((unsigned char)v.p[0] < 0x80) {
        *ret_cp = (unsigned char)v.p[0];
        return 1;
    }
    n = utf8proc_iterate((const utf8proc_uint8_t *)v.p, v.n < 4 ? (int)v.n : 4, &cp);
    *ret_cp = n < 1 ? UTF8_BAD : (uint32_t)cp;
    return n < 1 ? 1 : (int)n;
}

size_t utf8_encode(uint32_t cp, char out[4])
{
    if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
        cp = UTF8_BAD;
    return (size_t)utf8proc_encode_char((int)cp, (utf8proc_uint8_t *)out);
}

static struct view from(struct view v, size_t at)
{
    return (struct view){v.p + at, v.n - at};
}

#define EACH_BYTE(c) ((c)*0x0101010101010101u)

/* The first byte from AT on that is not ASCII, or V.n; looks at eight at once. */
static size_t skip_ascii(struct view v, size_t at)
{
    uint64_t eight;

    while (v.n - at >= sizeof(eight)) {
        memcpy(&eight, v.p + at, sizeof(eight));
        if (eight & EACH_BYTE(0x80u))
            break;
        at += sizeof(eight);
    }
    while (at < v.n && (unsigned char)v.p[at] < 0x80)
        at++;
    return at;
}

/* The same for ASCII that prints: a byte below ' ' or of LAST_ASCII + 1 shows in its
 * high bit. */
static size_t skip_printed(struct view v, size_t at)
{
    uint64_t eight;

    while (v.n - at >= sizeof(eight)) {
        memcpy(&eight, v.p + at, sizeof(eight));
        if ((eight | (eight - EACH_BYTE(' ')) | (eight + EACH_BYTE(1))) &
                EACH_BYTE(0x80u))
            break;
        at += sizeof(eight);
    }
    while (at < v.n && v.p[at] >= ' ' && v.p[at] <= LAST_ASCII)
        at++;
    return at;
}

bool utf8_valid(struct view v)
{
    utf8proc_int32_t cp;

    for (size_t at = skip_ascii(v, 0); at < v.n; at = skip_ascii(v, at)) {
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)v.p + at,
                v.n - at < 4 ? (int)(v.n - at) : 4, &cp);

        if (n < 1)
            return false;
        at += (size_t)n;
    }
    return true;
}

void utf8_from_1252(struct view v, struct buf *out)
{
    /* 0x80 to 0x9F; the rest is Latin-1. */
    static const uint16_t upper[32] = {
            0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, //
            0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D, 0x017D, 0x008F, //
            0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, //
            0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178, //
    };

    for (size_t i = 0; i < v.n; i++) {
        unsigned char c = (unsigned char)v.p[i];
        char bytes[4];
        uint32_t cp = c >= 0x80 && c < 0xA0 ? upper[c - 0x80] : c;

        buf_add(out, bytes, utf8_encode(cp, bytes));
    }
}

size_t utf8_count(struct view v)
{
    uint32_t cp;
    size_t count = 0;

    for (size_t at = 0; at < v.n; count++)
        at += (size_t)utf8_decode(from(v, at), &cp);
    return count;
}

/* Cleaning */

static bool is_line_end(uint32_t cp)
{
    return cp == '\n' || cp == '\r' || cp == 0x85 || cp == 0x2028 || cp == 0x2029;
}

/* Controls of C0, C1 and bidi (UAX 9), and the byte order mark. */
static bool is_hostile(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || cp == 0x61C || cp == 0x200E ||
           cp == 0x200F || (cp >= 0x202A && cp <= 0x202E) ||
           (cp >= 0x2066 && cp <= 0x2069) || cp == 0xFEFF;
}

static bool is_mark(uint32_t cp)
{
    utf8proc_category_t c;

    if (cp < FIRST_UNSTABLE)
        return false;
    c = utf8proc_category((int)cp);
    return c == UTF8PROC_CATEGORY_MN || c == UTF8PROC_CATEGORY_MC ||
           c == UTF8PROC_CATEGORY_ME;
}

static void add_cp(struct buf *out, uint32_t cp)
{
    char bytes[4];

    buf_add(out, bytes, utf8_encode(cp, bytes));
}

/* Bytes of a character that is the first of V, is not ASCII and stays as it is: letters
 * from U+00A0 to U+02FF, dashes and other punctuation to U+2027, signs of money. */
static size_t plain_char(struct view v)
{
    uint32_t cp;
    int n = utf8_decode(v, &cp);
    bool plain = (cp >= 0xA0 && cp < FIRST_UNSTABLE) ||
                 (cp >= 0x2010 && cp <= 0x2027) || (cp >= 0x20A0 && cp <= 0x20BF);

    return plain ? (size_t)n : 0;
}

/* Bytes from AT on that stay as they are, whatever stands beside them. */
static size_t plain_run(struct view v, size_t at)
{
    size_t end = skip_printed(v, at), n;

    while (end < v.n && (n = plain_char(from(v, end))))
        end = skip_printed(v, end + n);
    return end - at;
}

bool utf8_is_plain(struct view v)
{
    return plain_run(v, 0) == v.n;
}

/* Everything utf8_clean does but NFC. Returns the highest code point kept
 * that is not plain ASCII. */
static uint32_t filter(struct view v, unsigned flags, struct buf *out)
{
    uint32_t cp;
    uint32_t before = 0;
    uint32_t highest = 0;
    int marks = 0;

    for (size_t at = 0; at < v.n; before = cp) {
        size_t plain = plain_run(v, at);

        if (plain) {
            buf_add(out, v.p + at, plain);
            at += plain;
            cp = ' '; /* or another one like it */
            marks = 0;
            continue;
        }
        at += (size_t)utf8_decode(from(v, at), &cp);
        if (is_line_end(cp)) {
            if (cp != '\n' || before != '\r')
                buf_addc(out, flags & UTF8_KEEP_NEWLINE ? '\n' : ' ');
            marks = 0;
            continue;
        }
        if (cp == '\t') {
            buf_addc(out, ' ');
            marks = 0;
            continue;
        }
        if (is_hostile(cp))
            continue;
        marks = is_mark(cp) ? marks + 1 : 0;
        if (marks > UTF8_MARKS_MAX)
            continue;
        highest = cp > highest ? cp : highest;
        add_cp(out, cp);
    }
    return highest;
}

/*
 * The cap on marks comes first: the library orders the marks of one base by
 * exchanging neighbours, in quadratic time.
 */
void utf8_clean(struct view v, unsigned flags, struct buf *out)
{
    struct buf kept;
    utf8proc_uint8_t *nfc;
    utf8proc_ssize_t n;

    if (utf8_is_plain(v)) { /* most of what is read */
        buf_addv(out, v);
        return;
    }
    buf_init(&kept, 3 * v.n + 1); /* a bad byte becomes three */
    if (filter(v, flags, &kept) < FIRST_UNSTABLE) {
        buf_addv(out, buf_view(&kept));
        buf_release(&kept);
        return;
    }
    n = utf8proc_map((const utf8proc_uint8_t *)kept.s, (utf8proc_ssize_t)kept.len, &nfc,
            UTF8PROC_COMPOSE | UTF8PROC_STABLE);
    buf_release(&kept);
    if (n < 0)
        mem_panic("odus: cannot normalise text");
    buf_add(out, nfc, (size_t)n);
    free(nfc);
}

/* Clusters */

/* Start of the character that ends at AT, which is > 0. */
static size_t char_before(struct view v, size_t at)
{
    uint32_t cp;

    for (size_t k = 1; k <= 4 && k <= at; k++)
        if (((unsigned char)v.p[at - k] & 0xC0) != 0x80) {
            if (utf8_decode(from(v, at - k), &cp) == (int)k)
                return at - k;
            break;
        }
    return at - 1;
}

/* AT, or the start of the character that AT is inside of. */
static size_t char_start(struct view v, size_t at)
{
    uint32_t cp;

    for (size_t k = 1; k <= 3 && k <= at; k++)
        if (((unsigned char)v.p[at - k] & 0xC0) != 0x80)
            return utf8_decode(from(v, at - k), &cp) > (int)k ? at - k : at;
    return at;
}

static bool is_ascii(struct view v, size_t at)
{
    return v.p[at] >= ' ' && v.p[at] <= LAST_ASCII;
}

size_t utf8_next(struct view v, size_t at)
{
    utf8proc_int32_t state = 0;
    uint32_t cp;
    uint32_t next;

    if (at >= v.n)
        return v.n;
    if (is_ascii(v, at) && (at + 1 == v.n || is_ascii(v, at + 1)))
        return at + 1;
    at += (size_t)utf8_decode(from(v, at), &cp);
    while (at < v.n) {
        int n = utf8_decode(from(v, at), &next);

        if (utf8proc_grapheme_break_stateful((int)cp, (int)next, &state))
            break;
        at += (size_t)n;
        cp = next;
    }
    return at;
}

/* A break between these two holds whatever stands before A. */
static bool breaks_anyhow(uint32_t a, uint32_t b)
{
    int class = utf8proc_get_property((int)a)->boundclass;

    return class != UTF8PROC_BOUNDCLASS_REGIONAL_INDICATOR &&
           class != UTF8PROC_BOUNDCLASS_ZWJ && utf8proc_grapheme_break((int)a, (int)b);
}

/* A cluster boundary before AT, found going backwards; 0 at the latest. */
static size_t sure_boundary(struct view v, size_t at)
{
    uint32_t a;
    uint32_t b;
    size_t end = char_before(v, at);

    utf8_decode(from(v, end), &b);
    while (end > 0) {
        size_t start = char_before(v, end);

        utf8_decode(from(v, start), &a);
        if (breaks_anyhow(a, b))
            break;
        end = start;
        b = a;
    }
    return end;
}

/* Start of the last cluster that starts before AT, a character boundary > 0. */
static size_t cluster_before(struct view v, size_t at)
{
    size_t start = sure_boundary(v, at);
    size_t next;

    while ((next = utf8_next(v, start)) < at)
        start = next;
    return start;
}

size_t utf8_prev(struct view v, size_t at)
{
    size_t cut;

    if (at >= v.n)
        return v.n ? cluster_before(v, v.n) : 0;
    cut = char_start(v, at);
    if (cut < at) /* inside a character: that one counts too */
        return utf8_snap(v, at);
    return at ? cluster_before(v, at) : 0;
}

size_t utf8_snap(struct view v, size_t at)
{
    uint32_t cp;

    if (at >= v.n)
        return v.n;
    at = char_start(v, at);
    return cluster_before(v, at + (size_t)utf8_decode(from(v, at), &cp));
}

/* Columns */

static int char_width(uint32_t cp)
{
    int w;

    if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0))
        return 0;
    w = wcwidth((wchar_t)cp);
    return w < 0 ? 1 : w;
}

int utf8_width(struct view v)
{
    uint32_t cp;
    int columns = 0;

    for (size_t at = 0; at < v.n;) {
        at += (size_t)utf8_decode(from(v, at), &cp);
        columns += char_width(cp);
    }
    return columns;
}

size_t utf8_fit(struct view v, int columns, int *ret_width)
{
    size_t at = 0;
    int width = 0;

    while (at < v.n) {
        size_t next = utf8_next(v, at);
        int w = utf8_width((struct view){v.p + at, next - at});

        if (w > columns - width)
            break;
        width += w;
        at = next;
    }
    if (ret_width)
        *ret_width = width;
    return at;
}
