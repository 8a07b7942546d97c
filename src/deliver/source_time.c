#include "source_time.h"

#include <stdio.h>

#include "odus/base/clock.h"
#include "odus/base/date.h"

/* N digits at the beginning of *REST, which are cut off; -1: they are not there. */
static int take_digits(struct view *rest, size_t n)
{
    int sum = 0;

    if (rest->n < n)
        return -1;
    for (size_t i = 0; i < n; i++) {
        if (rest->p[i] < '0' || rest->p[i] > '9')
            return -1;
        sum = sum * 10 + rest->p[i] - '0';
    }
    rest->p += n;
    rest->n -= n;
    return sum;
}

static bool take_char(struct view *rest, const char *any)
{
    for (; *any; any++)
        if (rest->n && *rest->p == *any) {
            rest->p++;
            rest->n--;
            return true;
        }
    return false;
}

static bool take_date(struct view *rest, int32_t *ret)
{
    int y = take_digits(rest, 4), m, d;

    take_char(rest, "-");
    m = take_digits(rest, 2);
    take_char(rest, "-");
    d = take_digits(rest, 2);
    if (!date_valid(y, m, d))
        return false;
    *ret = date_days(y, m, d);
    return true;
}

/* "20:30", "20:30:00.000"; seconds are cut off. */
static bool take_clock(struct view *rest, int *ret)
{
    int h = take_digits(rest, 2), m;

    take_char(rest, ":");
    m = take_digits(rest, 2);
    if (take_char(rest, ":") && take_digits(rest, 2) < 0)
        return false;
    if (take_char(rest, ".,"))
        while (take_digits(rest, 1) >= 0)
            ;
    if (h < 0 || h > 23 || m < 0 || m > 59)
        return false;
    *ret = h * 60 + m;
    return true;
}

/* "Z", "+01:00", "+0100", "+01": minutes east. False: something else. */
static bool take_offset(struct view *rest, int *ret)
{
    bool minus = rest->n && *rest->p == '-';
    int h, m = 0;

    *ret = 0;
    if (take_char(rest, "Zz"))
        return rest->n == 0;
    if (!take_char(rest, "+-"))
        return false;
    h = take_digits(rest, 2);
    take_char(rest, ":");
    if (rest->n)
        m = take_digits(rest, 2);
    *ret = (h * 60 + m) * (minus ? -1 : 1);
    return h >= 0 && h < 24 && m >= 0 && m < 60 && rest->n == 0;
}

bool source_when(struct view text, struct source_when *ret)
{
    struct source_when w = {.minutes = MOMENT_NO_HOUR};
    struct view rest = view_trim(text);
    int offset;

    if (!take_date(&rest, &w.days))
        return false;
    if (rest.n) {
        if (!take_char(&rest, "Tt ") || !take_clock(&rest, &w.minutes))
            return false;
        rest = view_trim(rest);
    }
    if (rest.n) {
        if (!take_offset(&rest, &offset))
            return false;
        w.fixed = true;
        w.unix_s = (int64_t)w.days * 86400 + (w.minutes - offset) * 60;
    }
    *ret = w;
    return true;
}

bool source_moment_at(int64_t unix_s, const char *zone, struct moment *ret)
{
    struct moment m = {.offset = MOMENT_NO_OFFSET};
    enum zone_fit fit;
    struct local local;
    int offset;

    if (zone_from_utc(zone, unix_s, &local, &offset))
        return false;
    m.days = local.days;
    m.minutes = (int16_t)local.minutes;
    snprintf(m.zone, sizeof(m.zone), "%s", zone);
    if (moment_fit(&m, &fit) == 0 && fit == ZONE_TWICE)
        m.offset = (int16_t)offset;
    *ret = m;
    return true;
}

bool source_moment(const struct source_when *when, const char *zone, struct moment *ret,
        bool *ret_moved)
{
    int64_t unix_s = when->unix_s;
    enum zone_fit fit;

    *ret_moved = false;
    if (when->minutes == MOMENT_NO_HOUR) {
        *ret = (struct moment){when->days, MOMENT_NO_HOUR, MOMENT_NO_OFFSET, ""};
        snprintf(ret->zone, sizeof(ret->zone), "%s", zone);
        return true;
    }
    if (!when->fixed && zone_to_utc(zone, (struct local){when->days, when->minutes},
                                false, &unix_s, &fit))
        return false;
    if (!source_moment_at(unix_s, zone, ret))
        return false;
    *ret_moved = !when->fixed && ret->minutes != when->minutes;
    return true;
}

bool source_stamp(struct view text, struct buf *out)
{
    char stamp[CLOCK_TEXT];
    struct source_when w;

    if (!source_when(text, &w) || !w.fixed)
        return false;
    clock_rfc3339(w.unix_s * 1000, stamp);
    buf_adds(out, stamp);
    return true;
}
