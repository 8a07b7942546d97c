#include "odus/base/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "odus/base/date.h"
#include "odus/base/err.h"
#include "odus/base/mem.h"

/*
 * Switching TZ makes the C library read a zone file (tens of microseconds), so each
 * switch reads a whole year's offsets into a small cache. All conversions work on it.
 */
enum { DAY = 86400, CHANGES_MAX = 16, CACHE_MAX = 16 };

struct change {
    int64_t at; /* first second of the new offset */
    int offset; /* seconds east of UTC */
};

struct zone_year {
    char zone[ZONE_NAME_MAX];
    int year;
    int count;
    struct change changes[CHANGES_MAX]; /* [0] is the state at the year's beginning */
};

static struct zone_year cache[CACHE_MAX];
static unsigned cache_next;

bool zone_name_ok(const char *name)
{
    size_t n = name ? strnlen(name, ZONE_NAME_MAX) : 0;

    if (n == 0 || n == ZONE_NAME_MAX || name[0] == '/' || name[n - 1] == '/')
        return false;
    for (const char *p = name; *p; p++) {
        bool letter = (*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z');
        bool digit = *p >= '0' && *p <= '9';

        if (!letter && !digit && !strchr("_+/-", *p))
            return false;
    }
    return true;
}

static bool has_zone_file(const char *name)
{
    char *path = xasprintf("/usr/share/zoneinfo/%s", name);
    FILE *file = fopen(path, "rbe");
    char magic[4];
    bool found;

    free(path);
    if (!file)
        return false;
    found = fread(magic, 1, sizeof(magic), file) == sizeof(magic) &&
            memcmp(magic, "TZif", sizeof(magic)) == 0;
    fclose(file);
    return found;
}

/* The "right/" files count leap seconds, which no instant of ours does. */
bool zone_known(const char *name)
{
    static char last[ZONE_NAME_MAX];

    if (!zone_name_ok(name) || strncmp(name, "right/", 6) == 0)
        return false;
    if (strcmp(name, last) == 0)
        return true;
    if (!has_zone_file(name))
        return false;
    memcpy(last, name, strlen(name) + 1);
    return true;
}

/* Only meaningful between enter_zone and leave_zone. */
static int offset_now(int64_t at)
{
    time_t t = (time_t)at;
    struct tm tm;

    return localtime_r(&t, &tm) ? (int)tm.tm_gmtoff : 0;
}

/* Owned copy of the TZ that was set, or NULL. */
static char *enter_zone(const char *zone)
{
    char *before = xstrdup(getenv("TZ"));

    if (setenv("TZ", zone, 1) != 0)
        mem_panic("odus: cannot set the time zone");
    tzset();
    return before;
}

static void leave_zone(char *before)
{
    if (before ? setenv("TZ", before, 1) : unsetenv("TZ"))
        mem_panic("odus: cannot restore the time zone");
    tzset();
    free(before);
}

/* The offset differs at LOW and HIGH: the first second of the new one. */
static int64_t find_change(int64_t low, int64_t high)
{
    int before = offset_now(low);

    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;

        if (offset_now(middle) == before)
            low = middle;
        else
            high = middle;
    }
    return high;
}

static int64_t year_start(int year)
{
    return (int64_t)date_days(year, 1, 1) * DAY;
}

static void fill_year(struct zone_year *entry, const char *zone, int year)
{
    int64_t end = year_start(year + 1);
    int64_t at = year_start(year);
    char *before = enter_zone(zone);

    memcpy(entry->zone, zone, strlen(zone) + 1);
    entry->year = year;
    entry->changes[0] = (struct change){at, offset_now(at)};
    entry->count = 1;
    for (; at < end && entry->count < CHANGES_MAX; at += DAY) {
        if (offset_now(at) == offset_now(at + DAY))
            continue;
        int64_t change = find_change(at, at + DAY);
        entry->changes[entry->count++] = (struct change){change, offset_now(change)};
    }
    leave_zone(before);
}

static const struct zone_year *get_year(const char *zone, int year)
{
    struct zone_year *entry;

    for (int i = 0; i < CACHE_MAX; i++)
        if (cache[i].year == year && strcmp(cache[i].zone, zone) == 0)
            return &cache[i];
    entry = &cache[cache_next++ % CACHE_MAX];
    fill_year(entry, zone, year);
    return entry;
}

/* Seconds east of UTC in a known zone. */
static int offset_at(const char *zone, int64_t unix_s)
{
    const struct zone_year *entry;
    int64_t days = unix_s / DAY - (unix_s % DAY < 0);
    int year, month, day;
    int i;

    date_civil((int32_t)days, &year, &month, &day);
    if (year < DATE_YEAR_MIN || year > DATE_YEAR_MAX)
        year = year < DATE_YEAR_MIN ? DATE_YEAR_MIN : DATE_YEAR_MAX;
    entry = get_year(zone, year);
    for (i = entry->count - 1; i > 0 && entry->changes[i].at > unix_s; i--)
        ;
    return entry->changes[i].offset;
}

/*
 * A wall time can only be read with the offset in force a day before or a day after;
 * it is real when the instant so found has that very offset.
 */
int zone_to_utc(const char *zone, struct local local, bool prefer_second,
        int64_t *ret_unix_s, enum zone_fit *ret_fit)
{
    int64_t wall = (int64_t)local.days * DAY + local.minutes * 60;
    int before, after;
    bool first, second;

    if (!date_in_range(local.days) || local.minutes < 0 || local.minutes >= 1440)
        return ERR_INVALID;
    if (!zone_known(zone))
        return ERR_NOT_FOUND;
    before = offset_at(zone, wall - DAY);
    after = offset_at(zone, wall + DAY);
    first = offset_at(zone, wall - before) == before;
    second = offset_at(zone, wall - after) == after;
    *ret_unix_s = wall - before;
    *ret_fit = first ? ZONE_EXACT : ZONE_GAP;
    if (second && (!first || prefer_second)) {
        *ret_unix_s = wall - after;
        *ret_fit = ZONE_EXACT;
    }
    if (first && second && before != after)
        *ret_fit = ZONE_TWICE;
    return 0;
}

int zone_from_utc(
        const char *zone, int64_t unix_s, struct local *ret_local, int *ret_offset_min)
{
    int64_t wall;
    int offset;

    if (unix_s < year_start(DATE_YEAR_MIN) || unix_s >= year_start(DATE_YEAR_MAX + 1))
        return ERR_INVALID;
    if (!zone_known(zone))
        return ERR_NOT_FOUND;
    offset = offset_at(zone, unix_s);
    wall = unix_s + offset;
    if (ret_local) {
        int64_t days = wall / DAY - (wall % DAY < 0);

        ret_local->days = (int32_t)days;
        ret_local->minutes = (int)((wall - days * DAY) / 60);
    }
    if (ret_offset_min)
        *ret_offset_min = offset / 60;
    return 0;
}
