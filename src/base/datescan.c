#include "odus/base/datescan.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/date.h"
#include "odus/base/mem.h"
#include "odus/base/utf8.h"

enum { NUMBER_DIGITS_MAX = 6, RELATIVE_MAX = 9999, DURATION_MAX = 99 * 60 + 59 };

/* The sign a character stands for, ' ' for white space, 0 for part of a word. */
static int classify(uint32_t cp)
{
    switch (cp) {
    case '\n':
    case 0xB7: return ';';
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2212: return '-';
    case 0x2192: return '>';
    case '\'':
    case 0x2019: /* aujourd'hui */
    case 0xB0:
    case 0xBA: /* 1° */
    case 0xA0:
    case 0x202F:
    case 0x2009:
    case 0x200B:
    case 0xFEFF: return ' ';
    default: break;
    }
    if (cp >= 0x80 || (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z'))
        return 0;
    return cp <= ' ' || cp == 0x7F ? ' ' : (int)cp;
}

static bool is_digit(int c)
{
    return c >= '0' && c <= '9';
}

static void read_number(struct date_token *t, struct view rest)
{
    size_t n = 0;

    t->kind = TOKEN_NUMBER;
    for (; n < rest.n && is_digit(rest.p[n]); n++)
        if (n < NUMBER_DIGITS_MAX)
            t->value = t->value * 10 + (rest.p[n] - '0');
    if (n > NUMBER_DIGITS_MAX)
        t->value = -1;
    t->digits = n > NUMBER_DIGITS_MAX ? NUMBER_DIGITS_MAX + 1 : (int)n;
    t->text.n = n;
}

static void read_word(struct date_token *t, struct view rest, struct buf *fold)
{
    uint32_t cp;
    int used;

    t->kind = TOKEN_WORD;
    while ((used = utf8_decode(rest, &cp)) > 0 && classify(cp) == 0) {
        t->text.n += (size_t)used;
        rest.p += used;
        rest.n -= (size_t)used;
    }
    buf_clear(fold);
    utf8_fold(t->text, fold);
    if (fold->len < DATE_WORD_SIZE)
        memcpy(t->word, fold->s, fold->len + 1);
}

/* Reads one token at the front of REST. False for white space, left to the caller. */
static bool read_token(struct date_token *t, struct view rest, struct buf *fold)
{
    uint32_t cp = 0;
    int used = utf8_decode(rest, &cp);
    int sign = classify(cp);

    t->text.p = rest.p;
    if (sign == ' ') {
        t->text.n = (size_t)used;
        return false;
    }
    if (sign == 0) {
        read_word(t, rest, fold);
    } else if (is_digit(sign)) {
        read_number(t, rest);
    } else {
        t->kind = TOKEN_SIGN;
        t->value = sign;
        t->text.n = (size_t)used;
    }
    return true;
}

void datescan_init(struct date_scan *s, struct view text, enum date_lang lang)
{
    size_t n = 0, cap = 0;
    bool spaced = true;
    int column = 1;
    struct buf fold;

    *s = (struct date_scan){.lang = lang};
    buf_init(&fold, 0);
    for (;;) {
        struct date_token t = {.column = column, .spaced = spaced};

        spaced = text.n && !read_token(&t, text, &fold);
        if (!spaced) {
            s->tokens = mem_grow(s->tokens, n, &cap, sizeof(*s->tokens));
            s->tokens[n++] = t;
        }
        if (text.n == 0)
            break;
        column += (int)utf8_count(t.text);
        text.p += t.text.n;
        text.n -= t.text.n;
    }
    buf_release(&fold);
}

void datescan_release(struct date_scan *s)
{
    free(s->tokens);
    *s = (struct date_scan){0};
}

const struct date_token *datescan_peek(const struct date_scan *s, size_t ahead)
{
    size_t at = s->at;

    while (ahead-- && s->tokens[at].kind != TOKEN_END)
        at++;
    return &s->tokens[at];
}

int datescan_fail(const struct date_scan *s, const char *id, struct err *e)
{
    const struct date_token *t = datescan_peek(s, 0);
    char *shown = view_dup(t->text);

    if (t->kind == TOKEN_END)
        err_set(e, ERR_INVALID, N_("something is missing at the end"));
    else
        err_set(e, ERR_INVALID, id, shown);
    err_at(e, NULL, 0, t->column);
    free(shown);
    return ERR_INVALID;
}

static bool is_sign(const struct date_token *t, char sign)
{
    return t->kind == TOKEN_SIGN && t->value == sign;
}

/* A sign written against the number before it. */
static bool is_joint(const struct date_token *t, char sign)
{
    return is_sign(t, sign) && !t->spaced;
}

static bool is_number(const struct date_token *t, int max_digits)
{
    return t->kind == TOKEN_NUMBER && t->digits <= max_digits;
}

static int word_value(const struct date_token *t, enum date_word kind)
{
    return t->kind == TOKEN_WORD ? datewords_find(t->word, kind) : DATEWORDS_NONE;
}

bool datescan_sign(struct date_scan *s, char sign)
{
    if (!is_sign(datescan_peek(s, 0), sign))
        return false;
    s->at++;
    return true;
}

bool datescan_word(struct date_scan *s, enum date_word kind)
{
    if (word_value(datescan_peek(s, 0), kind) == DATEWORDS_NONE)
        return false;
    s->at++;
    return true;
}

static int month_value(const struct date_token *t)
{
    return t->kind == TOKEN_WORD ? datewords_month(t->word) : DATEWORDS_NONE;
}

/* "mar 12" is March in English, Tuesday elsewhere. */
bool datescan_weekday(struct date_scan *s, int *ret_weekday)
{
    const struct date_token *t = datescan_peek(s, 0);
    int weekday = t->kind == TOKEN_WORD ? datewords_weekday(t->word) : DATEWORDS_NONE;

    if (weekday == DATEWORDS_NONE)
        return false;
    if (s->lang == DATE_EN && month_value(t) != DATEWORDS_NONE)
        return false;
    *ret_weekday = weekday;
    s->at++;
    datescan_sign(s, '.');
    return true;
}

/* The year 0000 is a year, if none that exists. */
static int full_year(const struct date_token *t)
{
    int year = t->digits <= 2 ? 2000 + t->value : t->value;

    return year ? year : -1;
}

/* 2026-12-05 */
static bool read_iso(struct date_scan *s, struct date_part *part)
{
    const struct date_token *year = datescan_peek(s, 0);
    const struct date_token *month = datescan_peek(s, 2);
    const struct date_token *day = datescan_peek(s, 4);

    if (!is_number(year, 4) || year->digits != 4 ||
            !is_joint(datescan_peek(s, 1), '-') || !is_number(month, 2) ||
            !is_joint(datescan_peek(s, 3), '-') || !is_number(day, 2))
        return false;
    *part = (struct date_part){
            .day = day->value, .month = month->value, .year = full_year(year)};
    s->at += 5;
    return true;
}

/* +3, -2, demain */
static bool read_relative(struct date_scan *s, struct date_part *part)
{
    const struct date_token *t = datescan_peek(s, 0);
    const struct date_token *number = datescan_peek(s, 1);
    int days = word_value(t, WORD_RELATIVE);

    if (days != DATEWORDS_NONE) {
        *part = (struct date_part){.relative = true, .days = days};
        s->at += strcmp(datescan_peek(s, 1)->word, "hui") == 0 ? 2 : 1;
        return true;
    }
    if ((!is_sign(t, '+') && !is_sign(t, '-')) || !is_number(number, 4))
        return false;
    days = t->value == '-' ? -number->value : number->value;
    *part = (struct date_part){.relative = true, .days = days};
    s->at += 2;
    return true;
}

/* 12/7, 12/7/26, 12.7.2026, 12-7-2026, after the day. */
static bool read_numeric(struct date_scan *s, struct date_part *part)
{
    const struct date_token *sign = datescan_peek(s, 1);
    const struct date_token *month = datescan_peek(s, 2);
    const struct date_token *again = datescan_peek(s, 3);
    const struct date_token *year = datescan_peek(s, 4);
    bool has_year;

    if ((!is_sign(sign, '/') && !is_joint(sign, '.') && !is_joint(sign, '-')) ||
            !is_number(month, 2))
        return false;
    has_year = is_joint(again, (char)sign->value) &&
               (is_number(year, 2) || (is_number(year, 4) && year->digits == 4));
    if (sign->value == '-' && (!has_year || year->digits != 4))
        return false;
    if (sign->value == '.' && (month->value < 1 || month->value > 12))
        return false;
    part->month = month->value;
    part->year = has_year ? full_year(year) : 0;
    s->at += has_year ? 5 : 3;
    return true;
}

/* A year after a month's name has four digits, so that "5 déc 20h" is no year. */
static int read_year(struct date_scan *s)
{
    const struct date_token *t = datescan_peek(s, 0);

    if (t->kind != TOKEN_NUMBER || t->digits != 4)
        return 0;
    s->at++;
    return full_year(t);
}

static int read_month(struct date_scan *s)
{
    int month = month_value(datescan_peek(s, 0));

    if (month == DATEWORDS_NONE)
        return 0;
    s->at++;
    datescan_sign(s, '.');
    return month;
}

static void read_ordinal(struct date_scan *s)
{
    if (!datescan_peek(s, 0)->spaced)
        datescan_word(s, WORD_ORDINAL);
}

/* 12, 12/7, 12 juillet 2026 */
static bool read_from_day(struct date_scan *s, struct date_part *part)
{
    struct date_scan probe = *s;
    struct clock clock;

    if (!is_number(datescan_peek(s, 0), 2))
        return false;
    part->day = datescan_peek(s, 0)->value;
    if (read_numeric(s, part))
        return true;
    if (datescan_clock(&probe, CLOCK_MARKED, &clock))
        return false;
    s->at++;
    read_ordinal(s);
    part->month = read_month(s);
    if (part->month)
        part->year = read_year(s);
    return true;
}

/* jul 12, Dec 5, 2026 */
static bool read_from_month(struct date_scan *s, struct date_part *part)
{
    size_t start = s->at;

    part->month = read_month(s);
    if (part->month && is_number(datescan_peek(s, 0), 2)) {
        part->day = datescan_peek(s, 0)->value;
        s->at++;
        read_ordinal(s);
        if (is_sign(datescan_peek(s, 0), ',') && datescan_peek(s, 1)->digits == 4)
            s->at++;
        part->year = read_year(s);
        return true;
    }
    s->at = start;
    return false;
}

bool datescan_date(struct date_scan *s, struct date_part *ret)
{
    struct date_part part = {0};
    int column = datescan_peek(s, 0)->column;

    if (!read_iso(s, &part) && !read_relative(s, &part) && !read_from_day(s, &part) &&
            !read_from_month(s, &part))
        return false;
    *ret = part;
    ret->column = column;
    return true;
}

/* Walks day by day: at most eight years and a bit, to reach any 29 February. */
static int32_t walk(const struct date_part *part, int32_t anchor, int step)
{
    enum { DAYS_MAX = 366 * 8 + 2 };
    int32_t days = anchor;

    for (int i = 0; i < DAYS_MAX && date_in_range(days); i++, days += step) {
        int year, month, day;

        date_civil(days, &year, &month, &day);
        if (day == part->day && (!part->month || month == part->month))
            return days;
    }
    return DATE_NONE;
}

int32_t datescan_resolve(const struct date_part *part, int32_t anchor, int step)
{
    if (!date_in_range(anchor))
        return DATE_NONE;
    if (part->relative)
        return date_in_range(anchor + part->days) ? anchor + part->days : DATE_NONE;
    if (part->day < 1 || part->day > 31 || part->month < 0 || part->month > 12)
        return DATE_NONE;
    if (!part->year)
        return walk(part, anchor, step);
    if (!date_valid(part->year, part->month, part->day))
        return DATE_NONE;
    return date_days(part->year, part->month, part->day);
}

/* Two digits below 60. */
static bool is_minutes(const struct date_token *t)
{
    return t->kind == TOKEN_NUMBER && t->digits == 2 && t->value < 60;
}

/* The number after "20h " belongs to what follows: 20h 12/7, 20h 12 déc, 10h 18h. */
static bool begins_something(const struct date_scan *s, size_t ahead)
{
    const struct date_token *next = datescan_peek(s, ahead + 1);

    return is_sign(next, '/') || is_joint(next, '.') || is_joint(next, ':') ||
           word_value(next, WORD_HOUR) != DATEWORDS_NONE ||
           (next->kind == TOKEN_WORD && datewords_month(next->word) != DATEWORDS_NONE);
}

/* 20h, 20h30, 20 h 30 min after HOUR digits; returns tokens used, or 0. */
static size_t read_hour_word(const struct date_scan *s, int *minutes)
{
    const struct date_token *t = datescan_peek(s, 2);

    *minutes = 0;
    if (word_value(datescan_peek(s, 1), WORD_HOUR) == DATEWORDS_NONE)
        return 0;
    if (!is_minutes(t) || (t->spaced && begins_something(s, 2)))
        return 2;
    *minutes = t->value;
    return word_value(datescan_peek(s, 3), WORD_MINUTE) == DATEWORDS_NONE ? 3 : 4;
}

/* Hours, minutes and the tokens they take; 0 when there is no clock time here. */
static size_t read_hours(
        const struct date_scan *s, enum clock_form form, int *hours, struct clock *c)
{
    const struct date_token *first = datescan_peek(s, 0);
    const struct date_token *sign = datescan_peek(s, 1);
    size_t used;

    if (first->kind != TOKEN_NUMBER)
        return 0;
    *hours = first->value;
    if (first->digits == 4) {
        *hours = first->value / 100;
        c->minutes = first->value % 100;
        return 1;
    }
    if (first->digits > 2)
        return 0;
    if ((is_joint(sign, ':') || is_joint(sign, '.')) &&
            is_minutes(datescan_peek(s, 2))) {
        c->minutes = datescan_peek(s, 2)->value;
        return 3;
    }
    used = read_hour_word(s, &c->minutes);
    if (used)
        return used;
    c->bare = word_value(sign, WORD_MERIDIEM) == DATEWORDS_NONE;
    return !c->bare || form == CLOCK_BARE ? 1 : 0;
}

static bool add_hours(struct clock *c, int hours)
{
    if (c->minutes > 59)
        return false;
    if (c->meridiem != DATEWORDS_NONE) {
        if (hours < 1 || hours > 12)
            return false;
        hours = hours % 12 + c->meridiem / 60;
    }
    c->minutes += hours * 60;
    return hours >= 0 && c->minutes <= 1440;
}

bool datescan_clock(struct date_scan *s, enum clock_form form, struct clock *ret)
{
    struct clock c = {.meridiem = DATEWORDS_NONE};
    const struct date_token *after;
    int hours = 0;
    int named = word_value(datescan_peek(s, 0), WORD_CLOCK);
    size_t used = 1;

    if (named != DATEWORDS_NONE) {
        c.minutes = named;
    } else {
        used = read_hours(s, form, &hours, &c);
        if (used == 0)
            return false;
        after = datescan_peek(s, used);
        c.meridiem = word_value(after, WORD_MERIDIEM);
        used += c.meridiem != DATEWORDS_NONE;
        if (!add_hours(&c, hours))
            return false;
    }
    *ret = c;
    s->at += used;
    return true;
}

bool datescan_duration(struct date_scan *s, int *ret_minutes)
{
    const struct date_token *first = datescan_peek(s, 0);
    int minutes = 0;
    size_t used;

    if (!is_number(first, 4))
        return false;
    used = read_hour_word(s, &minutes);
    if (used == 0 && is_joint(datescan_peek(s, 1), ':') &&
            is_minutes(datescan_peek(s, 2))) {
        minutes = datescan_peek(s, 2)->value;
        used = 3;
    }
    minutes += first->value * (used ? 60 : 1);
    if (used == 0)
        used = word_value(datescan_peek(s, 1), WORD_MINUTE) == DATEWORDS_NONE ? 1 : 2;
    if (minutes > DURATION_MAX)
        return false;
    *ret_minutes = minutes;
    s->at += used;
    return true;
}
