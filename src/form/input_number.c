#include <string.h>
#include <strings.h>

#include "input_priv.h"
#include "odus/base/utf8.h"

#define NOT_WHOLE N_("\"%1$s\" is not a whole number like %2$s")
#define NOT_MONEY N_("\"%1$s\" is not an amount in euros and cents: write it as %2$s")

enum { DIGITS_MAX = 15, GROUP = 3, CENTS_DIGITS = 2 };

/** A number as written, before the type has its say. */
struct number {
    bool negative;
    char whole[DIGITS_MAX + 1]; /* no leading zeros; "0" at least */
    char part[DIGITS_MAX + 1];  /* decimals, no zeros at the end */
};

/** Where a number's decimals may begin. */
enum reading { READ_CLEAR, READ_AMBIGUOUS, READ_WRONG };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/** TEXT with every kind of space as ' ', every minus as '-'; currency signs dropped. */
static void plain(struct view text, struct buf *out)
{
    uint32_t cp;

    for (int n; (n = utf8_decode(text, &cp)) > 0; text.p += n, text.n -= (size_t)n) {
        bool within = out->len && is_digit(out->s[out->len - 1]) &&
                      text.n > (size_t)n && is_digit(text.p[n]);

        if (cp == 0xA0 || cp == 0x202F || cp == 0x2009)
            buf_addc(out, ' ');
        else if (cp == 0x2212)
            buf_addc(out, '-');
        else if (cp == 0x20AC)
            buf_addc(out, within ? ',' : ' '); /* 12€50 */
        else
            buf_add(out, text.p, (size_t)n);
    }
}

/** Drops a currency word at the end. */
static struct view drop_euro(struct view v)
{
    static const char *const words[] = {"euros", "euro", "eur"};

    for (size_t i = 0; i < COUNT(words); i++) {
        size_t n = strlen(words[i]);

        if (v.n > n && strncasecmp(v.p + v.n - n, words[i], n) == 0) {
            v.n -= n;
            break;
        }
    }
    return view_trim(v);
}

/** V is digits in groups of three with SEP between, the first of one to three. */
static bool groups_ok(struct view v, char sep)
{
    size_t run = 0, groups = 0;

    for (size_t i = 0; i <= v.n; i++) {
        if (i < v.n && is_digit(v.p[i])) {
            run++;
            continue;
        }
        if ((i < v.n && v.p[i] != sep) || run == 0 || run > GROUP ||
                (groups && run != GROUP))
            return false;
        groups++;
        run = 0;
    }
    return true;
}

static bool all_digits(struct view v)
{
    for (size_t i = 0; i < v.n; i++)
        if (!is_digit(v.p[i]))
            return false;
    return true;
}

/** The last '.' or ',' of V, or V.n. */
static size_t last_sign(struct view v)
{
    for (size_t i = v.n; i-- > 0;)
        if (v.p[i] == '.' || v.p[i] == ',')
            return i;
    return v.n;
}

/**
 * Finds where the decimals of V (digits, spaces, signs) begin: *RET_POINT is the place
 * of the decimal sign, or V.n. One sign before three digits may be either (P35).
 */
static enum reading find_point(struct view v, size_t *ret_point)
{
    size_t last = last_sign(v), first = strcspn(v.p, ".,");
    struct view head = {v.p, last};
    char sep = ' ';

    *ret_point = last;
    if (last < v.n && first < last) {
        /* two signs: the same twice separates groups, two kinds end in the decimals */
        sep = v.p[first];
        if (sep == v.p[last]) {
            *ret_point = v.n;
            head.n = v.n;
        }
        return groups_ok(head, sep) ? READ_CLEAR : READ_WRONG;
    }
    if (memchr(head.p, ' ', head.n))
        return groups_ok(head, ' ') ? READ_CLEAR : READ_WRONG;
    if (last < v.n && v.n - last - 1 == GROUP && head.n >= 1 && head.n <= GROUP &&
            head.p[0] != '0')
        return READ_AMBIGUOUS;
    return READ_CLEAR;
}

/** Copies the digits of V; false when there are more than fit. */
static bool copy_digits(struct view v, char out[DIGITS_MAX + 1])
{
    size_t n = 0;

    for (size_t i = 0; i < v.n; i++) {
        if (!is_digit(v.p[i]))
            continue;
        if (n == DIGITS_MAX)
            return false;
        out[n++] = v.p[i];
    }
    out[n] = '\0';
    return true;
}

static void strip_zeros(struct number *n)
{
    size_t lead = strspn(n->whole, "0"), len = strlen(n->whole), part = strlen(n->part);

    if (lead == len && len)
        lead--;
    memmove(n->whole, n->whole + lead, len - lead + 1);
    if (!len)
        memcpy(n->whole, "0", 2);
    while (part && n->part[part - 1] == '0')
        n->part[--part] = '\0';
    if (!part && strcmp(n->whole, "0") == 0)
        n->negative = false;
}

/** Reads V, a terminated text. MACHINE: a point is the decimal sign, no questions. */
static enum reading read_number(struct view v, bool machine, struct number *n)
{
    enum reading how;
    struct view part;
    size_t point;

    *n = (struct number){.negative = v.n && v.p[0] == '-'};
    if (v.n && (v.p[0] == '-' || v.p[0] == '+'))
        v = view_trim((struct view){v.p + 1, v.n - 1});
    if (!v.n || strspn(v.p, "0123456789., ") < v.n)
        return READ_WRONG;
    how = find_point(v, &point);
    if (how == READ_AMBIGUOUS && machine && v.p[point] == '.')
        how = READ_CLEAR;
    part = (struct view){v.p + point, v.n - point};
    if (part.n)
        part = (struct view){part.p + 1, part.n - 1};
    if (how == READ_WRONG || !all_digits(part) || (!point && !part.n) ||
            !copy_digits((struct view){v.p, point}, n->whole) ||
            !copy_digits(part, n->part))
        return READ_WRONG;
    strip_zeros(n);
    return how;
}

/** "1.234" could be two numbers: shows how to write each. */
static int ask(const struct form_field *field, struct view typed,
        const struct number *n, const char *lang, struct err *err)
{
    struct buf big, small;
    int code;

    buf_init(&big, 0);
    buf_init(&small, 0);
    buf_addf(&big, "%s%s%s", n->negative ? "-" : "", n->whole, n->part);
    for (size_t i = strlen(n->part); i < GROUP; i++)
        buf_addc(&big, '0');
    buf_addf(&small, "%s%s%c%s", n->negative ? "-" : "", n->whole,
            input_decimal_sign(lang), n->part);
    for (size_t i = strlen(n->part); i <= GROUP; i++)
        buf_addc(&small, '0');
    if (field->type == FORM_MONEY)
        buf_cut(&small, small.len - CENTS_DIGITS);
    code = field->type == FORM_INTEGER
                   ? input_fail(err,
                             N_("\"%1$s\" is not clear: type %2$s for that whole "
                                "number"),
                             typed, big.s)
                   : err_set(err, ERR_INVALID,
                             N_("\"%1$s\" can be two numbers: type %2$s or %3$s"),
                             typed.p, big.s, small.s);
    buf_release(&big);
    buf_release(&small);
    return code;
}

/** BARE: an integer and nothing else, which from a machine means cents. */
static int write_money(const struct number *n, bool bare, struct view typed,
        struct buf *out, struct err *err)
{
    size_t decimals = bare ? CENTS_DIGITS : strlen(n->part);
    struct buf digits;
    long long cents = 0;
    bool fits;

    buf_init(&digits, DIGITS_MAX);
    buf_addf(&digits, "%s%s", n->whole, n->part);
    for (; decimals < CENTS_DIGITS; decimals++)
        buf_addc(&digits, '0');
    fits = strlen(n->part) <= CENTS_DIGITS && !digits.full &&
           view_int(buf_view(&digits), &cents);
    buf_release(&digits);
    if (!fits)
        return input_fail(err, NOT_MONEY, typed, "12,50");
    buf_addf(out, "%s%lld", n->negative ? "-" : "", cents);
    return 0;
}

static int write_number(const struct form_field *field, const struct number *n,
        struct view typed, struct buf *out, struct err *err)
{
    if (field->type == FORM_INTEGER && n->part[0])
        return input_fail(err, NOT_WHOLE, typed, "120");
    buf_addf(out, "%s%s", n->negative ? "-" : "", n->whole);
    if (n->part[0])
        buf_addf(out, ".%s", n->part);
    return 0;
}

static int no_number(const struct form_field *field, struct view typed, struct err *err)
{
    switch (field->type) {
    case FORM_INTEGER: return input_fail(err, NOT_WHOLE, typed, "120");
    case FORM_MONEY: return input_fail(err, NOT_MONEY, typed, "12,50");
    default:
        return input_fail(err, N_("\"%1$s\" is not a number like %2$s"), typed, "12,5");
    }
}

/** V is an integer as the record has it. */
static bool is_bare(struct view v)
{
    size_t sign = v.n && v.p[0] == '-';

    return v.n > sign && all_digits((struct view){v.p + sign, v.n - sign});
}

/** V is clean and terminated; TYPED is for messages. */
static int convert(const struct form_field *field, struct view v, struct view typed,
        const struct input_context *ctx, struct buf *out, struct err *err)
{
    struct number n;

    switch (read_number(v, ctx->machine && field->type == FORM_DECIMAL, &n)) {
    case READ_WRONG: return no_number(field, typed, err);
    case READ_AMBIGUOUS: return ask(field, v, &n, ctx->lang, err);
    default: break;
    }
    if (field->type == FORM_MONEY)
        return write_money(&n, ctx->machine && is_bare(typed), typed, out, err);
    return write_number(field, &n, typed, out, err);
}

int input_number(const struct form_field *field, struct view typed,
        const struct input_context *ctx, struct buf *out, struct err *err)
{
    struct buf text;
    struct view v;
    int code;

    buf_init(&text, ERR_ARG_MAX);
    plain(typed, &text);
    v = view_trim(buf_view(&text));
    if (field->type == FORM_MONEY)
        v = drop_euro(v);
    buf_cut(&text, (size_t)(v.p - text.s) + v.n);
    code = text.full ? no_number(field, typed, err)
                     : convert(field, v, typed, ctx, out, err);
    buf_release(&text);
    return code;
}
