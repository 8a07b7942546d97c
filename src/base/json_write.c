#include "odus/base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"

enum { REAL_DIGITS = 17, REAL_TEXT = 32, PLAIN_MAX = 18 };

struct writer {
    struct buf *out;
    bool pretty;
    int depth;
};

static void write_text(struct buf *out, struct view v)
{
    static const char letters[] = "\b\t\n\f\r\"\\";
    static const char escapes[] = "btnfr\"\\";
    size_t done = 0;

    buf_addc(out, '"');
    for (size_t i = 0; i < v.n; i++) {
        unsigned char c = (unsigned char)v.p[i];
        const char *known;

        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        known = c ? strchr(letters, c) : NULL;
        buf_add(out, v.p + done, i - done);
        done = i + 1;
        if (known)
            buf_addf(out, "\\%c", escapes[known - letters]);
        else
            buf_addf(out, "\\u%04x", c);
    }
    buf_add(out, v.p + done, v.n - done);
    buf_addc(out, '"');
}

/*
 * The fewest digits that read back as D (> 0), and the place of the decimal point
 * before them. Looks at digits only, so the locale's decimal sign does not matter.
 */
static int shortest_digits(double d, char digits[REAL_TEXT], long long *ret_point)
{
    char text[REAL_TEXT];
    const char *p;
    int n = 0;

    for (int more = 0; more < REAL_DIGITS; more++) {
        snprintf(text, sizeof(text), "%.*e", more, d);
        if (strtod(text, NULL) == d)
            break;
    }
    for (p = text; *p != 'e'; p++)
        if (*p >= '0' && *p <= '9')
            digits[n++] = *p;
    if (!view_int(view_of(p + 1), ret_point))
        *ret_point = 0;
    *ret_point += 1;
    while (n > 1 && digits[n - 1] == '0')
        n--;
    return n;
}

static void add_zeros(struct buf *out, long long n)
{
    for (; n > 0; n--)
        buf_addc(out, '0');
}

/*
 * Number::toString of ECMAScript, which RFC 8785 §3.2.2.3 asks for, except that
 * exponents begin at 1e18 rather than 1e21: as plain digits such a number would be
 * read back as an integer, perhaps one beyond 64 bits.
 */
static void write_real(struct buf *out, double d)
{
    char digits[REAL_TEXT];
    long long point;
    int n;

    if (d == 0) {
        buf_addc(out, '0');
        return;
    }
    if (d < 0)
        buf_addc(out, '-');
    n = shortest_digits(d < 0 ? -d : d, digits, &point);
    if (point > PLAIN_MAX || point <= -6) {
        buf_addc(out, digits[0]);
        buf_addf(out, n > 1 ? ".%.*s" : "%.*s", n - 1, digits + 1);
        buf_addf(out, "e%+lld", point - 1);
    } else if (point <= 0) {
        buf_adds(out, "0.");
        add_zeros(out, -point);
        buf_add(out, digits, (size_t)n);
    } else if (point >= n) {
        buf_add(out, digits, (size_t)n);
        add_zeros(out, point - n);
    } else {
        buf_addf(out, "%.*s.%.*s", (int)point, digits, n - (int)point, digits + point);
    }
}

/* In UTF-16 the characters above U+FFFF, led by F0 to F4 here, come before U+E000. */
static int utf16_weight(unsigned char c)
{
    return c == 0xEE || c == 0xEF ? c + 0x20 : c;
}

static int by_utf16(const void *a, const void *b)
{
    const unsigned char *x = *(const unsigned char *const *)a;
    const unsigned char *y = *(const unsigned char *const *)b;

    while (*x && *x == *y) {
        x++;
        y++;
    }
    return utf16_weight(*x) - utf16_weight(*y);
}

/* The keys of OBJ in canonical order; the array is owned, the keys are borrowed. */
static const char **sorted_keys(const struct json *obj)
{
    const char **keys = xcalloc(json_len(obj), sizeof(*keys));
    size_t n = 0;

    for (struct json_iter it = {0}; json_iter(obj, &it);)
        keys[n++] = it.key;
    qsort(keys, n, sizeof(*keys), by_utf16);
    return keys;
}

static void new_line(struct writer *w)
{
    if (w->pretty)
        buf_addf(w->out, "\n%*s", 2 * w->depth, "");
}

static void write_value(struct writer *w, const struct json *j);

static void write_array(struct writer *w, const struct json *j)
{
    size_t n = json_len(j);

    buf_addc(w->out, '[');
    w->depth++;
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_addc(w->out, ',');
        new_line(w);
        write_value(w, json_at(j, i));
    }
    w->depth--;
    if (n)
        new_line(w);
    buf_addc(w->out, ']');
}

static void write_object(struct writer *w, const struct json *j)
{
    size_t n = json_len(j);
    const char **keys = sorted_keys(j);

    buf_addc(w->out, '{');
    w->depth++;
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_addc(w->out, ',');
        new_line(w);
        write_text(w->out, view_of(keys[i]));
        buf_adds(w->out, w->pretty ? ": " : ":");
        write_value(w, json_get(j, keys[i]));
    }
    w->depth--;
    if (n)
        new_line(w);
    buf_addc(w->out, '}');
    free(keys);
}

static void write_value(struct writer *w, const struct json *j)
{
    switch (json_kind(j)) {
    case JSON_KIND_OBJECT: write_object(w, j); break;
    case JSON_KIND_ARRAY: write_array(w, j); break;
    case JSON_KIND_TEXT: write_text(w->out, json_as_view(j)); break;
    case JSON_KIND_INT: buf_addf(w->out, "%lld", (long long)json_as_int(j, 0)); break;
    case JSON_KIND_REAL: write_real(w->out, json_as_real(j, 0)); break;
    case JSON_KIND_BOOL:
        buf_adds(w->out, json_as_bool(j, false) ? "true" : "false");
        break;
    case JSON_KIND_NULL:
    case JSON_KIND_NONE: buf_adds(w->out, "null"); break;
    }
}

void json_canonical(const struct json *j, struct buf *out)
{
    write_value(&(struct writer){.out = out}, j);
}

void json_pretty(const struct json *j, struct buf *out)
{
    write_value(&(struct writer){.out = out, .pretty = true}, j);
}
