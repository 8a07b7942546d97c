#include "odus/form/ids.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "odus/base/mem.h"

enum { IDS_MAX = 64 };

/* TEXT without white space, upper case; false when longer than any identifier. */
static bool squeeze(struct view text, char out[IDS_MAX])
{
    size_t n = 0;

    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == ' ' || text.p[i] == '\t')
            continue;
        if (n == IDS_MAX - 1)
            return false;
        out[n++] = (char)toupper((unsigned char)text.p[i]);
    }
    out[n] = '\0';
    return true;
}

static bool all_digits(const char *text, size_t n)
{
    return strlen(text) >= n && strspn(text, "0123456789") >= n;
}

static bool luhn(const char *digits, size_t n)
{
    int sum = 0;

    for (size_t i = 0; i < n; i++) {
        int d = digits[n - 1 - i] - '0';
        if (i % 2)
            d = d > 4 ? 2 * d - 9 : 2 * d;
        sum += d;
    }
    return sum % 10 == 0;
}

bool ids_siren_ok(struct view text)
{
    char t[IDS_MAX];

    return squeeze(text, t) && strlen(t) == 9 && all_digits(t, 9) && luhn(t, 9);
}

bool ids_siret_ok(struct view text)
{
    char t[IDS_MAX];
    int sum = 0;

    if (!squeeze(text, t) || strlen(t) != 14 || !all_digits(t, 14) || !luhn(t, 9))
        return false;
    for (int i = 0; i < 14; i++)
        sum += t[i] - '0';
    return luhn(t, 14) || (strncmp(t, "356000000", 9) == 0 && sum % 5 == 0);
}

bool ids_isni_ok(struct view text)
{
    char t[IDS_MAX];
    int sum = 0, check;

    if (!squeeze(text, t) || strlen(t) != 16 || !all_digits(t, 15))
        return false;
    for (int i = 0; i < 15; i++)
        sum = (sum + t[i] - '0') * 2;
    check = (12 - sum % 11) % 11;
    return t[15] == (check == 10 ? 'X' : (char)('0' + check));
}

bool ids_rna_ok(struct view text)
{
    char t[IDS_MAX];

    if (!squeeze(text, t) || strlen(t) != 10 || t[0] != 'W')
        return false;
    for (int i = 1; i < 10; i++)
        if (!isalnum((unsigned char)t[i]))
            return false;
    return true;
}

bool ids_iswc_ok(struct view text)
{
    char t[IDS_MAX], digits[IDS_MAX];
    size_t n = 0;
    int sum = 1;

    if (!squeeze(text, t) || t[0] != 'T')
        return false;
    for (const char *p = t + 1; *p; p++) {
        if (isdigit((unsigned char)*p))
            digits[n++] = *p;
        else if (*p != '-' && *p != '.')
            return false;
    }
    if (n != 10)
        return false;
    for (int i = 0; i < 9; i++)
        sum += (i + 1) * (digits[i] - '0');
    return digits[9] == (char)('0' + (10 - sum % 10) % 10);
}

struct licence {
    int category;       /* 0 not named */
    int year;           /* 0 not told */
    char kind;          /* D or R, 0 for the old regime */
    bool full;          /* PLATESV form */
    const char *number; /* after the category, inside the squeezed text */
    const char *serial;
};

static bool digits_between(const char *p, size_t least, size_t most)
{
    size_t n = strspn(p, "0123456789");

    return p[n] == '\0' && n >= least && n <= most;
}

static int two_digits(const char *p)
{
    return (p[0] - '0') * 10 + p[1] - '0';
}

static bool is_kind(const char *p)
{
    return (p[0] == 'D' || p[0] == 'R') && p[1] == '-';
}

static bool read_full(const char *t, struct licence *ret)
{
    if (strncmp(t, "PLATESV-", 8) != 0 || !is_kind(t + 8) ||
            strncmp(t + 10, "20", 2) != 0 || !all_digits(t + 12, 2) || t[14] != '-' ||
            !digits_between(t + 15, 6, 8))
        return false;
    *ret = (struct licence){.category = ret->category,
            .year = 2000 + two_digits(t + 12),
            .kind = t[8],
            .full = true,
            .number = t,
            .serial = t + 15};
    return true;
}

static bool read_licence(const char *t, struct licence *ret)
{
    *ret = (struct licence){0};
    if (t[0] >= '1' && t[0] <= '3' && t[1] == '-') {
        ret->category = t[0] - '0';
        ret->number = t;
        return read_full(t + 2, ret) || digits_between(t + 2, 6, 8);
    }
    if (strncmp(t, "L-", 2) == 0 && is_kind(t + 2) && all_digits(t + 4, 2) &&
            t[6] == '-' && digits_between(t + 7, 1, 6)) {
        *ret = (struct licence){.year = 2000 + two_digits(t + 4),
                .kind = t[2],
                .number = t,
                .serial = t + 7};
        return true;
    }
    return read_full(t, ret);
}

bool ids_licence_ok(struct view text)
{
    char t[IDS_MAX];
    struct licence l;

    return squeeze(text, t) && read_licence(t, &l);
}

bool ids_licence_number(struct view text, struct buf *out)
{
    char t[IDS_MAX];
    struct licence l;

    if (!squeeze(text, t) || !read_licence(t, &l))
        return false;
    buf_adds(out, l.number);
    return true;
}

int ids_licence_category(struct view text)
{
    char t[IDS_MAX];
    struct licence l;

    return squeeze(text, t) && read_licence(t, &l) ? l.category : 0;
}

bool ids_licence_short(struct view text, struct buf *out)
{
    char t[IDS_MAX];
    struct licence l;

    if (!squeeze(text, t) || !read_licence(t, &l) || !l.full)
        return false;
    while (l.serial[0] == '0' && l.serial[1])
        l.serial++;
    buf_addf(out, "L-%c-%02d-%s", l.kind, l.year % 100, l.serial);
    return true;
}

int ids_licence_until(struct view text)
{
    char t[IDS_MAX];
    struct licence l;

    return squeeze(text, t) && read_licence(t, &l) && l.year ? l.year + 5 : 0;
}

static bool is_phone_filler(char c)
{
    return c == ' ' || c == '.' || c == '-' || c == '(' || c == ')' || c == '/';
}

/* Digits of TEXT after a leading + or 00; INTERNATIONAL tells whether there was one. */
static bool phone_digits(struct view text, char digits[IDS_MAX], bool *international)
{
    size_t n = 0;

    text = view_trim(text);
    *international = text.n && text.p[0] == '+';
    for (size_t i = *international; i < text.n; i++) {
        if ((unsigned char)text.p[i] == 0xC2 && i + 1 < text.n &&
                (unsigned char)text.p[i + 1] == 0xA0)
            i++; /* no-break space */
        else if (isdigit((unsigned char)text.p[i]) && n < IDS_MAX - 1)
            digits[n++] = text.p[i];
        else if (!is_phone_filler(text.p[i]))
            return false;
    }
    digits[n] = '\0';
    if (!*international && digits[0] == '0' && digits[1] == '0') {
        memmove(digits, digits + 2, n - 1);
        *international = true;
    }
    return true;
}

bool ids_phone_e164(struct view text, struct buf *out)
{
    char d[IDS_MAX];
    bool international;
    const char *rest = d;
    size_t n;

    if (!phone_digits(text, d, &international))
        return false;
    n = strlen(d);
    if (international && strncmp(d, "39", 2) == 0 && n >= 8 && n <= 13) {
        buf_addf(out, "+%s", d);
        return true;
    }
    if (international && strncmp(d, "33", 2) == 0)
        rest += 2;
    else if (international || d[0] != '0')
        return false;
    rest += *rest == '0'; /* "+33 (0)4 …" is often written */
    if (strlen(rest) != 9 || *rest == '0')
        return false;
    buf_addf(out, "+33%s", rest);
    return true;
}

static bool has_space_or_control(struct view v)
{
    for (size_t i = 0; i < v.n; i++)
        if ((unsigned char)v.p[i] <= ' ' || v.p[i] == 0x7f)
            return true;
    return false;
}

bool ids_email_ok(struct view v)
{
    const char *at = v.n ? memchr(v.p, '@', v.n) : NULL;
    struct view domain;
    const char *dot;

    if (!at || at == v.p || v.n > 254 || has_space_or_control(v))
        return false;
    domain = (struct view){at + 1, v.n - (size_t)(at + 1 - v.p)};
    if (domain.n < 3 || memchr(domain.p, '@', domain.n))
        return false;
    dot = memchr(domain.p, '.', domain.n);
    return dot && dot != domain.p && domain.p[domain.n - 1] != '.';
}

bool ids_url_ok(struct view v)
{
    size_t scheme = v.n > 8 && strncasecmp(v.p, "https://", 8) == 0  ? 8
                    : v.n > 7 && strncasecmp(v.p, "http://", 7) == 0 ? 7
                                                                     : 0;
    struct view host;
    const char *dot;

    if (!scheme || v.n > 2048 || has_space_or_control(v))
        return false;
    host = (struct view){v.p + scheme, 0};
    while (scheme + host.n < v.n && !strchr("/?#", host.p[host.n]))
        host.n++;
    dot = host.n ? memchr(host.p, '.', host.n) : NULL;
    return dot && dot != host.p && host.p[host.n - 1] != '.' &&
           !memchr(host.p, '@', host.n);
}
