#include "odus/base/utf8.h"

#include <string.h>
#include <utf8proc.h>

/* Search keys: how people look for text, not how it is written. */

enum { FOLDED_MAX = 32, DISTANCE_MAX = 200 };

struct folder {
    struct buf *out;
    bool started;
    bool gap; /* a separator is due before the next letter */
};

static void put(struct folder *f, uint32_t cp)
{
    char bytes[4];

    if (f->gap && f->started)
        buf_addc(f->out, ' ');
    f->gap = false;
    f->started = true;
    buf_add(f->out, bytes, utf8_encode(cp, bytes));
}

static bool is_word_char(uint32_t cp)
{
    if (cp == 0x2BC) /* the letter apostrophe */
        return false;
    switch (utf8proc_category((int)cp)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO: return true;
    default: return false;
    }
}

static void put_folded(struct folder *f, uint32_t cp)
{
    if (cp == 0x153) { /* œ */
        put(f, 'o');
        put(f, 'e');
    } else if (cp == 0xE6) { /* æ */
        put(f, 'a');
        put(f, 'e');
    } else if (is_word_char(cp)) {
        put(f, cp);
    } else {
        f->gap = true;
    }
}

static void fold_char(struct folder *f, uint32_t cp)
{
    utf8proc_int32_t parts[FOLDED_MAX];
    utf8proc_ssize_t n;

    if (cp < 0x80) {
        put_folded(f, cp >= 'A' && cp <= 'Z' ? cp + ('a' - 'A') : cp);
        return;
    }
    /* IGNORE drops what nobody sees, such as the soft hyphen. */
    n = utf8proc_decompose_char((int)cp, parts, FOLDED_MAX,
            UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
                    UTF8PROC_STRIPMARK | UTF8PROC_IGNORE,
            NULL);
    for (utf8proc_ssize_t i = 0; i < n && i < FOLDED_MAX; i++)
        put_folded(f, (uint32_t)parts[i]);
}

void utf8_fold(struct view v, struct buf *out)
{
    struct folder f = {.out = out};
    uint32_t cp;

    while (v.n) {
        int n = utf8_decode(v, &cp);

        fold_char(&f, cp);
        v.p += n;
        v.n -= (size_t)n;
    }
}

/* Cuts the first word off V, which has single spaces. */
static struct view next_word(struct view *v)
{
    const char *space = v->n ? memchr(v->p, ' ', v->n) : NULL;
    struct view word = {v->p, space ? (size_t)(space - v->p) : v->n};
    size_t used = word.n + (space ? 1 : 0);

    *v = (struct view){v->n ? v->p + used : NULL, v->n - used};
    return word;
}

static bool some_word_begins(struct view text, struct view prefix)
{
    while (text.n) {
        struct view word = next_word(&text);

        if (word.n >= prefix.n && memcmp(word.p, prefix.p, prefix.n) == 0)
            return true;
    }
    return false;
}

bool utf8_match(struct view folded_text, struct view folded_query)
{
    while (folded_query.n) {
        struct view word = next_word(&folded_query);

        if (word.n && !some_word_begins(folded_text, word))
            return false;
    }
    return true;
}

/* The first DISTANCE_MAX code points of TEXT's search key. */
static size_t folded_chars(const char *text, uint32_t out[DISTANCE_MAX])
{
    struct buf key;
    struct view v;
    size_t n = 0;

    buf_init(&key, 0);
    utf8_fold(view_of(text), &key);
    for (v = buf_view(&key); v.n && n < DISTANCE_MAX; n++) {
        int used = utf8_decode(v, &out[n]);

        v.p += used;
        v.n -= (size_t)used;
    }
    buf_release(&key);
    return n;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Optimal string alignment: Levenshtein and swaps of neighbours, three rows. */
static int edits(const uint32_t *a, size_t na, const uint32_t *b, size_t nb)
{
    int rows[3][DISTANCE_MAX + 1];
    int *before = rows[0];
    int *above = rows[1];
    int *row = rows[2];

    for (size_t j = 0; j <= nb; j++)
        row[j] = (int)j;
    for (size_t i = 1; i <= na; i++) {
        int *free_row = before;

        before = above;
        above = row;
        row = free_row;
        row[0] = (int)i;
        for (size_t j = 1; j <= nb; j++) {
            row[j] = above[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = least(row[j], least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
    }
    return row[nb];
}

double utf8_distance(const char *a, const char *b)
{
    uint32_t ca[DISTANCE_MAX];
    uint32_t cb[DISTANCE_MAX];
    size_t na = folded_chars(a, ca);
    size_t nb = folded_chars(b, cb);
    size_t longer = na > nb ? na : nb;

    return longer ? (double)edits(ca, na, cb, nb) / (double)longer : 0;
}

static void add_cp(uint32_t cp, struct buf *out)
{
    char bytes[4];

    buf_add(out, bytes, utf8_encode(cp, bytes));
}

void utf8_sentence(struct view v, struct buf *out)
{
    bool first = true;
    uint32_t cp;

    for (size_t i = 0; i < v.n;) {
        i += (size_t)utf8_decode((struct view){v.p + i, v.n - i}, &cp);
        add_cp((uint32_t)(first ? utf8proc_toupper((utf8proc_int32_t)cp)
                                : utf8proc_tolower((utf8proc_int32_t)cp)),
                out);
        first = first && utf8proc_toupper((utf8proc_int32_t)cp) ==
                                 utf8proc_tolower((utf8proc_int32_t)cp);
    }
}

static void map_case(
        struct view v, utf8proc_int32_t (*map)(utf8proc_int32_t), struct buf *out)
{
    uint32_t cp;

    for (size_t i = 0; i < v.n;) {
        i += (size_t)utf8_decode((struct view){v.p + i, v.n - i}, &cp);
        add_cp((uint32_t)map((utf8proc_int32_t)cp), out);
    }
}

void utf8_upper(struct view v, struct buf *out)
{
    map_case(v, utf8proc_toupper, out);
}

void utf8_lower(struct view v, struct buf *out)
{
    map_case(v, utf8proc_tolower, out);
}
