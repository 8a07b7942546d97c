#include "heads.h"

#include <string.h>
#include <strings.h>

#include "odus/base/date.h"

enum { DAY_SECONDS = 24 * 60 * 60, DATE_LENGTH = 29 };

bool heads_value(struct view line, const char *name, struct view *ret)
{
    size_t n = strlen(name);

    if (line.n <= n || line.p[n] != ':' || strncasecmp(line.p, name, n) != 0)
        return false;
    *ret = view_trim((struct view){line.p + n + 1, line.n - n - 1});
    return true;
}

/* All digits: a sign is none of HTTP's numbers. */
static bool digits(struct view v, int64_t *ret)
{
    long long n;

    for (size_t i = 0; i < v.n; i++)
        if (v.p[i] < '0' || v.p[i] > '9')
            return false;
    if (!v.n || v.n > 18 || !view_int(v, &n))
        return false;
    *ret = n;
    return true;
}

static bool field(struct view v, size_t at, size_t n, int *ret)
{
    int64_t number;

    if (!digits((struct view){v.p + at, n}, &number))
        return false;
    *ret = (int)number;
    return true;
}

static int month_of(struct view v)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

    for (int i = 0; i < 12; i++)
        if (memcmp(v.p, names + 3 * i, 3) == 0)
            return i + 1;
    return 0;
}

bool heads_date(struct view v, int64_t *ret_unix_s)
{
    int year, month, day, hour, minute, second;

    if (v.n != DATE_LENGTH || memcmp(v.p + 3, ", ", 2) != 0 ||
            memcmp(v.p + 25, " GMT", 4) != 0 || v.p[19] != ':' || v.p[22] != ':')
        return false;
    month = month_of((struct view){v.p + 8, 3});
    if (!field(v, 5, 2, &day) || !field(v, 12, 4, &year) || !field(v, 17, 2, &hour) ||
            !field(v, 20, 2, &minute) || !field(v, 23, 2, &second))
        return false;
    if (!date_valid(year, month, day) || hour > 23 || minute > 59 || second > 60)
        return false;
    *ret_unix_s = date_days(year, month, day) * (int64_t)DAY_SECONDS + hour * 3600 +
                  minute * 60 + second;
    return true;
}

int heads_retry(struct view value, int64_t now_ms)
{
    int64_t seconds;

    if (value.n > 18 && digits((struct view){value.p, 18}, &seconds))
        return digits((struct view){value.p + value.n - 18, 18}, &seconds)
                       ? RETRY_SECONDS_MAX
                       : -1;
    if (!digits(value, &seconds)) {
        if (!heads_date(value, &seconds))
            return -1;
        seconds -= now_ms / 1000;
    }
    if (seconds < 0)
        return 0;
    return seconds > RETRY_SECONDS_MAX ? RETRY_SECONDS_MAX : (int)seconds;
}

void heads_copy(struct view value, char *out, size_t size)
{
    size_t n = value.n < size ? value.n : 0;

    if (n)
        memcpy(out, value.p, n);
    out[n] = '\0';
}

void heads_type(struct view value, char *out, size_t size)
{
    const char *semicolon = value.n ? memchr(value.p, ';', value.n) : NULL;

    if (semicolon)
        value.n = (size_t)(semicolon - value.p);
    heads_copy(view_trim(value), out, size);
    for (char *c = out; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c + 'a' - 'A');
}

int64_t heads_range_start(struct view value)
{
    static const char unit[] = "bytes ";
    const char *dash;
    int64_t n;

    if (value.n < sizeof(unit) || strncasecmp(value.p, unit, sizeof(unit) - 1) != 0)
        return -1;
    value = (struct view){value.p + sizeof(unit) - 1, value.n - sizeof(unit) + 1};
    dash = memchr(value.p, '-', value.n);
    if (!dash || !digits((struct view){value.p, (size_t)(dash - value.p)}, &n))
        return -1;
    return n;
}
