#include "odus/base/clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "odus/base/date.h"

#define DAY_MS INT64_C(86400000)

static bool frozen;
static int64_t frozen_ms;

int clock_init(const char *odus_now, struct err *e)
{
    int64_t ms;

    if (!odus_now || !*odus_now) {
        frozen = false;
        return 0;
    }
    if (clock_parse(view_of(odus_now), &ms))
        return err_set(e, ERR_USAGE,
                N_("not an instant like 2026-12-05T19:30:00Z: \"%1$s\""), odus_now);
    frozen = true;
    frozen_ms = ms;
    return 0;
}

static int64_t read_ms(clockid_t id)
{
    struct timespec t = {0};

    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t clock_now_ms(void)
{
    return frozen ? frozen_ms : read_ms(CLOCK_REALTIME);
}

int64_t clock_mono_ms(void)
{
    return read_ms(CLOCK_MONOTONIC);
}

static int64_t clamp(int64_t n, int64_t low, int64_t high)
{
    return n < low ? low : n > high ? high : n;
}

void clock_rfc3339(int64_t ms, char out[CLOCK_TEXT])
{
    int64_t first = date_days(DATE_YEAR_MIN, 1, 1) * DAY_MS;
    int64_t last = (date_days(DATE_YEAR_MAX, 12, 31) + 1) * DAY_MS - 1;
    int64_t days;
    int year, month, day, second;

    ms = clamp(ms, first, last);
    days = ms / DAY_MS - (ms % DAY_MS < 0);
    second = (int)((ms - days * DAY_MS) / 1000);
    date_civil((int32_t)days, &year, &month, &day);
    snprintf(out, CLOCK_TEXT, "%04u-%02u-%02uT%02u:%02u:%02uZ", (unsigned)year % 10000,
            (unsigned)month % 100, (unsigned)day % 100, (unsigned)second / 3600 % 100,
            (unsigned)second / 60 % 60, (unsigned)second % 60);
}

/* Takes DIGITS digits off V as a number; -1 when they are not there. */
static int take_number(struct view *v, size_t digits)
{
    int n = 0;

    if (v->n < digits)
        return -1;
    for (size_t i = 0; i < digits; i++) {
        if (v->p[i] < '0' || v->p[i] > '9')
            return -1;
        n = n * 10 + (v->p[i] - '0');
    }
    v->p += digits;
    v->n -= digits;
    return n;
}

/* Takes one character of CHOICES off V; 0 when another stands there. */
static char take_char(struct view *v, const char *choices)
{
    for (; v->n && *choices; choices++)
        if (v->p[0] == *choices) {
            v->p++;
            v->n--;
            return *choices;
        }
    return '\0';
}

/* YYYY-MM-DD as a day number. */
static bool take_date(struct view *v, int32_t *ret_days)
{
    int year = take_number(v, 4);
    bool ok = take_char(v, "-");
    int month = take_number(v, 2);
    int day;

    ok = take_char(v, "-") && ok;
    day = take_number(v, 2);
    if (!ok || !date_valid(year, month, day))
        return false;
    *ret_days = date_days(year, month, day);
    return true;
}

/* hh:mm:ss with an optional fraction, in ms. */
static bool take_time(struct view *v, int64_t *ret_ms)
{
    int hour = take_number(v, 2);
    bool ok = take_char(v, ":");
    int minute = take_number(v, 2);
    int second;
    int fraction = 0;

    ok = take_char(v, ":") && ok;
    second = take_number(v, 2);
    if (take_char(v, ".")) {
        int scale = 100;

        ok = ok && v->n && v->p[0] >= '0' && v->p[0] <= '9';
        for (int digit; (digit = take_number(v, 1)) >= 0; scale /= 10)
            fraction += digit * scale;
    }
    *ret_ms = ((hour * 60 + minute) * 60 + second) * INT64_C(1000) + fraction;
    return ok && hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 &&
           second <= 60;
}

/* Z or ±hh:mm, in minutes east. */
static bool take_offset(struct view *v, int *ret_minutes)
{
    char sign = take_char(v, "Zz+-");
    int hour;
    int minute;
    bool ok;

    *ret_minutes = 0;
    if (sign == 'Z' || sign == 'z')
        return true;
    hour = take_number(v, 2);
    ok = sign && take_char(v, ":");
    minute = take_number(v, 2);
    *ret_minutes = (sign == '-' ? -1 : 1) * (hour * 60 + minute);
    return ok && hour >= 0 && hour < 24 && minute >= 0 && minute < 60;
}

int clock_parse(struct view v, int64_t *ret_ms)
{
    int32_t days;
    int64_t ms;
    int offset;

    if (!take_date(&v, &days) || !take_char(&v, "Tt ") || !take_time(&v, &ms) ||
            !take_offset(&v, &offset) || v.n)
        return ERR_INVALID;
    *ret_ms = days * DAY_MS + ms - offset * INT64_C(60000);
    return 0;
}
