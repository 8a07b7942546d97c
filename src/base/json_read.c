/* JSON text read in one pass, by descent: the depth is limited. */
#include "json_priv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/base/utf8.h"

struct reader {
    const char *begin, *p, *end;
    int depth;
    int rc; /* of the first error */
    struct err *err;
};

/* --- what is wrong ---------------------------------------------------------------- */

static bool stop_at(struct reader *r, const char *at, int code, const char *id)
{
    int line = 1, column = 1;

    for (const char *p = r->begin; p < at; p++) {
        column = *p == '\n' ? 1 : column + 1;
        line += *p == '\n';
    }
    r->rc = code;
    err_set(r->err, code, id);
    err_at(r->err, NULL, line, column);
    return false;
}

static bool stop_short(struct reader *r)
{
    return stop_at(r, r->end, ERR_INVALID, N_("JSON text ends too early"));
}

/* Something else than what was to come. */
static bool stop(struct reader *r)
{
    if (r->p == r->end)
        return stop_short(r);
    return stop_at(r, r->p, ERR_INVALID, N_("JSON syntax error"));
}

/* --- tokens ----------------------------------------------------------------------- */

static bool is_digit(const struct reader *r)
{
    return r->p < r->end && *r->p >= '0' && *r->p <= '9';
}

static void skip_space(struct reader *r)
{
    while (r->p < r->end &&
            (*r->p == ' ' || *r->p == '\n' || *r->p == '\t' || *r->p == '\r'))
        r->p++;
}

/* Whether C comes next, which is passed. */
static bool pass(struct reader *r, char c)
{
    if (r->p == r->end || *r->p != c)
        return false;
    r->p++;
    return true;
}

static bool read_word(
        struct reader *r, const char *word, struct json *val, struct json **ret)
{
    size_t n = strlen(word);

    if ((size_t)(r->end - r->p) < n || memcmp(r->p, word, n) != 0)
        return stop(r);
    r->p += n;
    *ret = val;
    return true;
}

/* --- numbers ---------------------------------------------------------------------- */

static bool pass_digits(struct reader *r)
{
    if (!is_digit(r))
        return stop(r);
    while (is_digit(r))
        r->p++;
    return true;
}

/* Passes the number; *RET_WHOLE: it has neither fraction nor exponent. */
static bool pass_number(struct reader *r, bool *ret_whole)
{
    *ret_whole = true;
    (void)pass(r, '-');
    if (!pass(r, '0') && !pass_digits(r))
        return false;
    if (pass(r, '.')) {
        *ret_whole = false;
        if (!pass_digits(r))
            return false;
    }
    if (pass(r, 'e') || pass(r, 'E')) {
        *ret_whole = false;
        if (!pass(r, '+'))
            (void)pass(r, '-');
        if (!pass_digits(r))
            return false;
    }
    return true;
}

static double to_real(struct view text)
{
    char *copy = view_dup(text);
    double d = strtod(copy, NULL); /* the program keeps LC_NUMERIC at C */

    free(copy);
    return d;
}

static bool read_number(struct reader *r, struct json **ret)
{
    struct view text = {r->p, 0};
    long long n;
    double d;
    bool whole;

    if (!pass_number(r, &whole))
        return false;
    text.n = (size_t)(r->p - text.p);
    if (whole && view_int(text, &n)) {
        *ret = json_int(n);
        return true;
    }
    d = whole ? (double)INFINITY : to_real(text);
    if (isinf(d))
        return stop_at(r, text.p, ERR_INVALID, N_("number too large in JSON"));
    *ret = json_new_real(d);
    return true;
}

/* --- texts ------------------------------------------------------------------------ */

/*
 * R stands behind the opening quote and is moved behind the closing one. RAW is what
 * stands between; *RET_PLAIN: without escapes.
 */
static bool pass_text(struct reader *r, struct view *raw, bool *ret_plain)
{
    const char *begin = r->p, *p = begin;
    unsigned char high = 0;

    *ret_plain = true;
    for (; p < r->end && *p != '"'; p++) {
        unsigned char c = (unsigned char)*p;

        high |= c;
        if (c < 0x20) {
            r->p = p;
            return stop(r);
        }
        if (c == '\\') {
            *ret_plain = false;
            if (++p == r->end)
                break;
            high |= (unsigned char)*p;
        }
    }
    if (p >= r->end)
        return stop_short(r);
    *raw = (struct view){begin, (size_t)(p - begin)};
    r->p = p + 1;
    if (high >= 0x80 && !utf8_valid(*raw))
        return stop_at(r, begin, ERR_INVALID, N_("JSON text is not UTF-8"));
    return true;
}

/* Four digits at P; -1 where they are none. */
static int hex4(const char *p, const char *end)
{
    int n = 0;

    if (end - p < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        char c = p[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;

        if (digit < 0)
            return -1;
        n = n * 16 + digit;
    }
    return n;
}

/* The character of the escape \u at P, perhaps a pair; *P is moved behind it. */
static bool read_unicode(struct reader *r, const char **p, const char *end, char **out)
{
    int low, cp = hex4(*p + 2, end);
    const char *at = *p;

    if (cp < 0)
        return stop_at(r, at, ERR_INVALID, N_("JSON syntax error"));
    *p += 6;
    if (cp >= 0xD800 && cp < 0xDC00 && end - *p >= 6 && (*p)[0] == '\\' &&
            (*p)[1] == 'u' && (low = hex4(*p + 2, end)) >= 0xDC00 && low < 0xE000) {
        cp = 0x10000 + ((cp - 0xD800) << 10) + (low - 0xDC00);
        *p += 6;
    }
    if (cp == 0)
        return stop_at(r, at, ERR_INVALID, N_("character U+0000 in JSON"));
    if (cp >= 0xD800 && cp < 0xE000)
        return stop_at(r, at, ERR_INVALID, N_("JSON syntax error"));
    *out += utf8_encode((uint32_t)cp, *out);
    return true;
}

/* RAW into OUT, which has room for as many bytes: no escape is shorter than what it
 * means. */
static bool unescape(struct reader *r, struct view raw, char **out)
{
    static const char letters[] = "\"\\/bfnrt";
    static const char meant[] = "\"\\/\b\f\n\r\t";
    const char *p = raw.p, *end = raw.p + raw.n;

    while (p < end) {
        const char *known;

        if (*p != '\\') {
            *(*out)++ = *p++;
        } else if (p[1] == 'u') {
            if (!read_unicode(r, &p, end, out))
                return false;
        } else if (p[1] && (known = strchr(letters, p[1])) != NULL) {
            *(*out)++ = meant[known - letters];
            p += 2;
        } else {
            return stop_at(r, p, ERR_INVALID, N_("JSON syntax error"));
        }
    }
    return true;
}

static bool read_text(struct reader *r, struct json **ret)
{
    struct json_string *j;
    struct view raw;
    bool plain, ok = true;
    char *out;

    r->p++;
    if (!pass_text(r, &raw, &plain))
        return false;
    j = json_string_new(raw.n);
    out = j->s;
    if (plain) {
        memcpy(out, raw.p, raw.n);
        out += raw.n;
    } else {
        ok = unescape(r, raw, &out);
    }
    j->n = (size_t)(out - j->s);
    *out = '\0';
    *ret = &j->head;
    if (!ok)
        json_free(&j->head);
    return ok;
}

/* --- arrays and objects ----------------------------------------------------------- */

static bool read_value(struct reader *r, struct json **ret);

/* After an element or member: *RET_MORE, or END was there. */
static bool pass_comma(struct reader *r, char end, bool *ret_more)
{
    skip_space(r);
    *ret_more = pass(r, ',');
    return *ret_more || pass(r, end) || stop(r);
}

static bool read_elements(struct reader *r, struct json *list)
{
    bool more = true;

    r->p++;
    skip_space(r);
    if (pass(r, ']'))
        return true;
    while (more) {
        struct json *val;

        if (!read_value(r, &val))
            return false;
        json_push_take(list, val);
        if (!pass_comma(r, ']', &more))
            return false;
    }
    return true;
}

static bool read_member(struct reader *r, struct json *object)
{
    struct json *escaped = NULL, *val;
    struct view key;
    const char *begin;
    bool plain, ok;

    skip_space(r);
    begin = r->p;
    if (!pass(r, '"'))
        return stop(r);
    if (!pass_text(r, &key, &plain))
        return false;
    if (!plain) {
        r->p = begin;
        if (!read_text(r, &escaped))
            return false;
        key = json_as_view(escaped);
    }
    skip_space(r);
    ok = (pass(r, ':') || stop(r)) && read_value(r, &val);
    if (ok)
        json_put(object, key, val);
    json_free(escaped);
    return ok;
}

static bool read_members(struct reader *r, struct json *object)
{
    bool more = true;

    r->p++;
    skip_space(r);
    if (pass(r, '}'))
        return true;
    while (more)
        if (!read_member(r, object) || !pass_comma(r, '}', &more))
            return false;
    return true;
}

static bool read_inside(struct reader *r, struct json **ret)
{
    struct json *j;
    bool ok;

    if (r->depth == JSON_DEPTH_MAX)
        return stop_at(r, r->p, ERR_LIMIT, N_("JSON is nested too deeply"));
    r->depth++;
    if (*r->p == '[') {
        j = json_new_array();
        ok = read_elements(r, j);
    } else {
        j = json_new_object();
        ok = read_members(r, j);
    }
    r->depth--;
    if (ok)
        *ret = j;
    else
        json_free(j);
    return ok;
}

static bool read_value(struct reader *r, struct json **ret)
{
    skip_space(r);
    if (r->p == r->end)
        return stop_short(r);
    switch (*r->p) {
    case '{':
    case '[': return read_inside(r, ret);
    case '"': return read_text(r, ret);
    case 't': return read_word(r, "true", json_bool(true), ret);
    case 'f': return read_word(r, "false", json_bool(false), ret);
    case 'n': return read_word(r, "null", json_new_null(), ret);
    default: return read_number(r, ret);
    }
}

int json_parse(struct view text, size_t max, struct json **ret, struct err *e)
{
    const char *begin = text.n ? text.p : "";
    struct reader r = {.begin = begin, .p = begin, .end = begin + text.n, .err = e};
    struct json *j;

    if (text.n > (max ? max : BUF_MAX))
        return err_set(e, ERR_LIMIT, N_("JSON text is too long"));
    if (!read_value(&r, &j))
        return r.rc;
    skip_space(&r);
    if (r.p == r.end) {
        *ret = j;
        return 0;
    }
    json_free(j);
    stop_at(&r, r.p, ERR_INVALID, N_("something follows the JSON value"));
    return r.rc;
}
