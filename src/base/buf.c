#include "odus/base/buf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"

struct view view_of(const char *text)
{
    return (struct view){text, text ? strlen(text) : 0};
}

bool view_eq(struct view a, struct view b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool view_is(struct view v, const char *text)
{
    if (v.n && v.p[0] != text[0]) /* words are compared with many, in vain */
        return false;
    return view_eq(v, view_of(text));
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct view view_trim(struct view v)
{
    while (v.n && is_space(v.p[0])) {
        v.p++;
        v.n--;
    }
    while (v.n && is_space(v.p[v.n - 1]))
        v.n--;
    return v;
}

bool view_next(struct view *rest, char sep, struct view *ret_part)
{
    const char *end;

    if (!rest->n)
        return false;
    end = memchr(rest->p, sep, rest->n);
    *ret_part = (struct view){rest->p, end ? (size_t)(end - rest->p) : rest->n};
    rest->p += ret_part->n + (end != NULL);
    rest->n -= ret_part->n + (end != NULL);
    return true;
}

char *view_dup(struct view v)
{
    return xstrndup(v.n ? v.p : "", v.n);
}

bool view_int(struct view v, long long *ret_n)
{
    char text[24];
    char *end;
    long long n;

    if (v.n == 0 || v.n >= sizeof(text) || is_space(v.p[0]))
        return false;
    memcpy(text, v.p, v.n);
    text[v.n] = '\0';
    errno = 0;
    n = strtoll(text, &end, 10);
    if (errno || end != text + v.n)
        return false;
    *ret_n = n;
    return true;
}

bool view_real(struct view v, double *ret_n)
{
    char text[64];
    char *end;
    double n;

    if (v.n == 0 || v.n >= sizeof(text))
        return false;
    memcpy(text, v.p, v.n);
    text[v.n] = '\0';
    if (strspn(text, "-0123456789.") != v.n)
        return false;
    n = strtod(text, &end); /* the program keeps LC_NUMERIC at C */
    if (end != text + v.n)
        return false;
    *ret_n = n;
    return true;
}

static char nothing[1]; /* what an empty buffer shows before its first byte */

void buf_init(struct buf *b, size_t max)
{
    *b = (struct buf){.s = nothing, .max = max ? max : BUF_MAX};
}

/* Nothing of a secret stays behind LEN. */
static void wipe(struct buf *b, size_t len)
{
    if (b->secret && b->cap)
        explicit_bzero(b->s + len, b->cap - len);
}

void buf_release(struct buf *b)
{
    if (!b)
        return;
    wipe(b, 0);
    if (b->cap)
        free(b->s);
    *b = (struct buf){0};
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    b->full = false;
    b->s[0] = '\0';
    wipe(b, 0);
}

/* As realloc, which would leave a copy. */
static void move_secret(struct buf *b, size_t cap)
{
    char *s = xmalloc(cap);

    memcpy(s, b->s, b->len + 1);
    wipe(b, 0);
    if (b->cap)
        free(b->s);
    b->s = s;
    b->cap = cap;
}

static bool reserve(struct buf *b, size_t more)
{
    size_t need, cap = b->cap ? b->cap : 32;

    if (more > b->max - b->len) {
        b->full = true;
        return false;
    }
    need = b->len + more + 1;
    if (need <= b->cap)
        return true;
    while (cap < need)
        cap *= 2;
    if (b->secret) {
        move_secret(b, cap);
        return true;
    }
    b->s = xrealloc(b->cap ? b->s : NULL, cap, 1);
    b->cap = cap;
    return true;
}

void buf_add(struct buf *b, const void *bytes, size_t n)
{
    if (n == 0 || !reserve(b, n))
        return;
    memcpy(b->s + b->len, bytes, n);
    b->len += n;
    b->s[b->len] = '\0';
}

void buf_adds(struct buf *b, const char *text)
{
    buf_add(b, text, strlen(text));
}

void buf_addv(struct buf *b, struct view v)
{
    buf_add(b, v.p, v.n);
}

void buf_addc(struct buf *b, char c)
{
    if (!reserve(b, 1))
        return;
    b->s[b->len++] = c;
    b->s[b->len] = '\0';
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
    size_t room = b->cap ? b->cap - b->len : 0;
    va_list ap;
    va_list again;
    int n;

    va_start(ap, fmt);
    va_copy(again, ap);
    n = vsnprintf(room ? b->s + b->len : NULL, room, fmt, ap);
    va_end(ap);
    if (n > 0 && reserve(b, (size_t)n)) {
        if ((size_t)n >= room) /* what was there did not do */
            vsnprintf(b->s + b->len, (size_t)n + 1, fmt, again);
        b->len += (size_t)n;
    } else if (room) {
        b->s[b->len] = '\0';
    }
    va_end(again);
}

void buf_cut(struct buf *b, size_t len)
{
    if (len < b->len) {
        b->len = len;
        b->s[len] = '\0';
        wipe(b, len);
    }
}

char *buf_take(struct buf *b)
{
    char *text = b->cap ? b->s : xstrndup("", 0);

    buf_init(b, b->max);
    return text;
}

struct view buf_view(const struct buf *b)
{
    return (struct view){b->s, b->len};
}
