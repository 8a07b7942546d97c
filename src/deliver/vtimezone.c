#include "vtimezone.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/date.h"
#include "odus/base/mem.h"
#include "odus/base/zone.h"

enum {
    FROM_YEAR = 1996,   /* since then Europe changes its clocks on the same Sundays */
    TO_YEAR = 2037,     /* a zone file of 32 bits ends there */
    STEP_S = 7 * 86400, /* no zone has two changes within a week */
    CHANGES_MAX = 4 * (TO_YEAR - FROM_YEAR + 1),
    KEPT = 8, /* zones of one delivery */
};

/* A change of the clock, in the wall time before it, as RFC 5545 has it. */
struct change {
    struct local at;
    int from, to; /* minutes east of UTC */
};

static int offset_at(const char *zone, int64_t unix_s)
{
    int offset = 0;

    return zone_from_utc(zone, unix_s, NULL, &offset) == 0 ? offset : 0;
}

/* The second between BEFORE and AFTER, whose offsets differ, where the other begins. */
static int64_t bisect(const char *zone, int64_t before, int64_t after)
{
    int from = offset_at(zone, before);

    while (after - before > 1) {
        int64_t middle = before + (after - before) / 2;

        if (offset_at(zone, middle) == from)
            before = middle;
        else
            after = middle;
    }
    return after;
}

static size_t find_changes(const char *zone, struct change *changes)
{
    int64_t s = (int64_t)date_days(FROM_YEAR, 1, 1) * 86400;
    int64_t end = (int64_t)date_days(TO_YEAR + 1, 1, 1) * 86400;
    size_t n = 0;

    for (; s < end && n < CHANGES_MAX; s += STEP_S) {
        struct change *c = &changes[n];
        int64_t when, wall;

        c->from = offset_at(zone, s);
        c->to = offset_at(zone, s + STEP_S);
        if (c->from == c->to)
            continue;
        when = bisect(zone, s, s + STEP_S);
        wall = when + (int64_t)c->from * 60;
        c->at.days = (int32_t)(wall / 86400);
        c->at.minutes = (int)(wall % 86400 / 60);
        n++;
    }
    return n;
}

/* --- one rule for all years ------------------------------------------------------ */

static int month_of(int32_t days)
{
    int year, month, day;

    date_civil(days, &year, &month, &day);
    return month;
}

static bool is_last_of_month(int32_t days)
{
    return month_of(days) != month_of(days + 7);
}

/* Both lie on the last such weekday of the same month at the same time. */
static bool same_rule(const struct change *a, const struct change *b)
{
    return month_of(a->at.days) == month_of(b->at.days) &&
           a->at.minutes == b->at.minutes &&
           date_weekday(a->at.days) == date_weekday(b->at.days) &&
           is_last_of_month(b->at.days) && a->from == b->from && a->to == b->to;
}

/* Two changes a year, each by one rule. */
static bool is_regular(const struct change *changes, size_t n)
{
    if (n != 2 * (TO_YEAR - FROM_YEAR + 1) || !is_last_of_month(changes[0].at.days) ||
            !is_last_of_month(changes[1].at.days))
        return false;
    for (size_t i = 2; i < n; i++)
        if (!same_rule(&changes[i - 2], &changes[i]))
            return false;
    return true;
}

/* --- text ------------------------------------------------------------------------ */

static void add_offset(const char *name, int minutes, struct buf *out)
{
    int m = abs(minutes);

    buf_addf(out, "%s:%c%02d%02d\r\n", name, minutes < 0 ? '-' : '+', m / 60, m % 60);
}

static void add_wall(struct local at, struct buf *out)
{
    int year, month, day;

    date_civil(at.days, &year, &month, &day);
    buf_addf(out, "%04d%02d%02dT%02d%02d00", year, month, day, at.minutes / 60,
            at.minutes % 60);
}

static void add_observance(const struct change *c, bool rule, struct buf *out)
{
    static const char weekdays[7][3] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
    const char *name = c->to > c->from ? "DAYLIGHT" : "STANDARD";

    buf_addf(out, "BEGIN:%s\r\n", name);
    add_offset("TZOFFSETFROM", c->from, out);
    add_offset("TZOFFSETTO", c->to, out);
    buf_adds(out, "DTSTART:");
    add_wall(c->at, out);
    if (rule)
        buf_addf(out, "\r\nRRULE:FREQ=YEARLY;BYMONTH=%d;BYDAY=-1%s",
                month_of(c->at.days), weekdays[date_weekday(c->at.days)]);
    buf_addf(out, "\r\nEND:%s\r\n", name);
}

static void write_zone(const char *zone, struct buf *out)
{
    struct change *changes = xcalloc(CHANGES_MAX, sizeof(*changes));
    size_t n = find_changes(zone, changes);
    bool regular = is_regular(changes, n);

    buf_addf(out, "BEGIN:VTIMEZONE\r\nTZID:%s\r\n", zone);
    if (n == 0) {
        int offset = offset_at(zone, 0);

        add_observance(&(struct change){.from = offset, .to = offset}, false, out);
    }
    for (size_t i = 0; i < (regular ? 2 : n); i++)
        add_observance(&changes[i], regular, out);
    buf_adds(out, "END:VTIMEZONE\r\n");
    free(changes);
}

bool vtimezone(const char *zone, struct buf *out)
{
    static struct {
        char name[ZONE_NAME_MAX];
        char *text;
    } kept[KEPT];
    static size_t next;
    struct buf text;

    for (size_t i = 0; i < KEPT; i++)
        if (kept[i].text && strcmp(kept[i].name, zone) == 0) {
            buf_adds(out, kept[i].text);
            return true;
        }
    if (!zone_known(zone) || strlen(zone) >= ZONE_NAME_MAX)
        return false;
    buf_init(&text, 0);
    write_zone(zone, &text);
    buf_addv(out, buf_view(&text));
    free(kept[next].text);
    memcpy(kept[next].name, zone, strlen(zone) + 1);
    kept[next].text = buf_take(&text);
    next = (next + 1) % KEPT;
    return true;
}
