#include "source_ics_zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/date.h"
#include "odus/base/mem.h"
#include "source_text.h"
#include "source_time.h"

enum { ZONES_MAX = 500 };

/* --- names ------------------------------------------------------------------------ */

/* Names that Microsoft's programs write, with a zone of the same hours (Unicode CLDR,
 * windowsZones); those of Europe whole, elsewhere the most used. */
static const char *const microsoft[][2] = {
        {"Romance Standard Time", "Europe/Paris"},
        {"W. Europe Standard Time", "Europe/Berlin"},
        {"Central Europe Standard Time", "Europe/Budapest"},
        {"Central European Standard Time", "Europe/Warsaw"},
        {"GMT Standard Time", "Europe/London"},
        {"Greenwich Standard Time", "Atlantic/Reykjavik"},
        {"GTB Standard Time", "Europe/Bucharest"},
        {"FLE Standard Time", "Europe/Kiev"},
        {"E. Europe Standard Time", "Europe/Chisinau"},
        {"Turkey Standard Time", "Europe/Istanbul"},
        {"Russian Standard Time", "Europe/Moscow"},
        {"Belarus Standard Time", "Europe/Minsk"},
        {"Kaliningrad Standard Time", "Europe/Kaliningrad"},
        {"Azores Standard Time", "Atlantic/Azores"},
        {"Morocco Standard Time", "Africa/Casablanca"},
        {"W. Central Africa Standard Time", "Africa/Lagos"},
        {"South Africa Standard Time", "Africa/Johannesburg"},
        {"Egypt Standard Time", "Africa/Cairo"},
        {"E. Africa Standard Time", "Africa/Nairobi"},
        {"Israel Standard Time", "Asia/Jerusalem"},
        {"Arabian Standard Time", "Asia/Dubai"},
        {"Arab Standard Time", "Asia/Riyadh"},
        {"Mauritius Standard Time", "Indian/Mauritius"},
        {"India Standard Time", "Asia/Calcutta"},
        {"SE Asia Standard Time", "Asia/Bangkok"},
        {"China Standard Time", "Asia/Shanghai"},
        {"Singapore Standard Time", "Asia/Singapore"},
        {"Tokyo Standard Time", "Asia/Tokyo"},
        {"Korea Standard Time", "Asia/Seoul"},
        {"AUS Eastern Standard Time", "Australia/Sydney"},
        {"Central Pacific Standard Time", "Pacific/Guadalcanal"},
        {"New Zealand Standard Time", "Pacific/Auckland"},
        {"Hawaiian Standard Time", "Pacific/Honolulu"},
        {"Pacific Standard Time", "America/Los_Angeles"},
        {"Mountain Standard Time", "America/Denver"},
        {"US Mountain Standard Time", "America/Phoenix"},
        {"Central Standard Time", "America/Chicago"},
        {"Eastern Standard Time", "America/New_York"},
        {"Atlantic Standard Time", "America/Halifax"},
        {"SA Western Standard Time", "America/Guyana"},
        {"SA Eastern Standard Time", "America/Cayenne"},
        {"Saint Pierre Standard Time", "America/Miquelon"},
        {"Argentina Standard Time", "America/Buenos_Aires"},
        {"E. South America Standard Time", "America/Sao_Paulo"},
        /* Of Outlook's own lists, in the language of its user. */
        {"(UTC+01:00) Bruxelles, Copenhague, Madrid, Paris", "Europe/Paris"},
        {"(UTC+01:00) Brussels, Copenhagen, Madrid, Paris", "Europe/Paris"},
        {"Paris, Madrid", "Europe/Paris"},
        {"Heure de Paris", "Europe/Paris"},
        {"Europe de l'Ouest", "Europe/Paris"},
        {"Europe centrale", "Europe/Paris"},
        {"(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna",
                "Europe/Berlin"},
        {"(UTC+01:00) Amsterdam, Berlin, Berne, Rome, Stockholm, Vienne",
                "Europe/Berlin"},
};

static bool known(struct view name, char ret[ZONE_NAME_MAX])
{
    char text[ZONE_NAME_MAX];

    if (name.n == 0 || name.n >= sizeof(text))
        return false;
    memcpy(text, name.p, name.n);
    text[name.n] = '\0';
    if (!zone_known(text))
        return false;
    memcpy(ret, text, name.n + 1);
    return true;
}

bool ics_zone_named(struct view name, char ret[ZONE_NAME_MAX])
{
    name = view_trim(name);
    if (name.n > 200)
        return false;
    if (known(name, ret))
        return true;
    for (size_t i = 0; i < COUNT(microsoft); i++)
        if (source_same_words(name, view_of(microsoft[i][0])))
            return known(view_of(microsoft[i][1]), ret);
    /* "/mozilla.org/20070129_1/Europe/Paris" */
    for (size_t i = 0; i < name.n; i++) {
        struct view rest = {name.p + i + 1, name.n - i - 1};

        if (name.p[i] == '/' && rest.n && memchr(rest.p, '/', rest.n) &&
                known(rest, ret))
            return true;
    }
    return false;
}

/* --- the file's zones ------------------------------------------------------------- */

void ics_zones_init(struct ics_zones *z, const char *zone, int32_t day)
{
    *z = (struct ics_zones){.day = day};
    snprintf(z->local, sizeof(z->local), "%s", zone);
}

void ics_zones_release(struct ics_zones *z)
{
    for (size_t i = 0; i < z->n; i++) {
        free(z->all[i]->tzid);
        ical_zone_free(z->all[i]->clock.custom);
        free(z->all[i]);
    }
    free(z->all);
    *z = (struct ics_zones){0};
}

static bool is_utc(const char *name)
{
    return strcmp(name, "UTC") == 0 || strncmp(name, "Etc/", 4) == 0 ||
           strcmp(name, "GMT") == 0 || strcmp(name, "Zulu") == 0;
}

/* CUSTOM's clock goes as that of ZONE in the years that matter. */
static bool same_hours(struct ical_zone *custom, const char *zone, int32_t day)
{
    for (int32_t d = day - 400; d < day + 400; d += 40) {
        struct local noon = {d, 720};
        enum zone_fit fit;
        int64_t utc;
        int offset;

        if (zone_to_utc(zone, noon, false, &utc, &fit) ||
                zone_from_utc(zone, utc, NULL, &offset) ||
                ical_zone_offset(custom, (struct ical_when){d, 43200}) != offset)
            return false;
    }
    return true;
}

static struct ics_zone *add(struct ics_zones *z, struct view tzid)
{
    struct ics_zone *zone;

    z->all = mem_grow(z->all, z->n, &z->cap, sizeof(*z->all));
    zone = xcalloc(1, sizeof(*zone));
    zone->tzid = view_dup(tzid);
    z->all[z->n++] = zone;
    return zone;
}

static struct ics_zone *find(const struct ics_zones *z, struct view tzid)
{
    for (size_t i = 0; i < z->n; i++)
        if (view_is(tzid, z->all[i]->tzid))
            return z->all[i];
    return NULL;
}

static void settle_custom(struct ics_zones *z, struct ics_zone *zone, struct view text)
{
    zone->clock.custom = ical_zone_new(text);
    if (!zone->clock.custom) {
        zone->clock.kind = ICS_UNKNOWN;
    } else if (same_hours(zone->clock.custom, z->local, z->day)) {
        memcpy(zone->name, z->local, sizeof(zone->name));
        zone->clock.kind = ICS_NAMED;
    } else {
        zone->clock.kind = ICS_CUSTOM;
    }
}

static void add_timezone(struct ics_zones *z, const struct ics_item *item)
{
    struct view tzid = ics_value(item, "TZID");
    struct ics_zone *zone;

    if (tzid.n == 0 || find(z, tzid) || z->n >= ZONES_MAX)
        return;
    zone = add(z, tzid);
    zone->clock.kind = ICS_NAMED;
    if (!ics_zone_named(tzid, zone->name) &&
            !ics_zone_named(ics_value(item, "X-LIC-LOCATION"), zone->name))
        settle_custom(z, zone, buf_view(&item->text));
}

void ics_zones_add(struct ics_zones *z, const struct ics_item *item)
{
    struct view value = ics_value(item, "X-WR-TIMEZONE");
    char name[ZONE_NAME_MAX];

    if (item->kind == ICS_ZONE) {
        add_timezone(z, item);
        return;
    }
    if (value.n == 0)
        value = ics_value(item, "TIMEZONE-ID");
    if (ics_zone_named(value, name) && !is_utc(name))
        memcpy(z->local, name, sizeof(z->local));
}

struct ics_clock ics_zones_find(struct ics_zones *z, struct view tzid)
{
    struct ics_clock clock = {.kind = ICS_LOCAL, .zone = z->local};
    struct ics_zone *zone;

    if (tzid.n == 0)
        return clock;
    zone = find(z, tzid);
    if (!zone) {
        if (z->n >= 2 * ZONES_MAX) {
            clock.kind = ICS_UNKNOWN;
            return clock;
        }
        zone = add(z, tzid);
        zone->clock.kind = ics_zone_named(tzid, zone->name) ? ICS_NAMED : ICS_UNKNOWN;
    }
    clock = zone->clock;
    clock.zone = clock.kind == ICS_NAMED ? zone->name : z->local;
    if (clock.kind == ICS_NAMED && is_utc(zone->name)) {
        clock.kind = ICS_UTC;
        clock.zone = z->local;
    }
    return clock;
}

/* --- times ------------------------------------------------------------------------ */

static int minutes_of(struct ical_when when)
{
    return when.seconds == ICAL_DATE_ONLY ? 0 : when.seconds / 60;
}

bool ics_instant(const struct ics_clock *clock, struct ical_when when, int64_t *ret)
{
    int64_t wall = (int64_t)when.days * 86400 + minutes_of(when) * 60;
    enum zone_fit fit;

    switch (clock->kind) {
    case ICS_UTC: *ret = wall; return true;
    case ICS_CUSTOM:
        *ret = wall - ical_zone_offset(clock->custom, when) * 60;
        return true;
    default:
        return zone_to_utc(clock->zone, (struct local){when.days, minutes_of(when)},
                       false, ret, &fit) == 0;
    }
}

bool ics_moment(const struct ics_clock *clock, struct ical_when when,
        struct moment *ret, bool *ret_moved)
{
    int64_t unix_s;

    *ret_moved = false;
    if (when.seconds == ICAL_DATE_ONLY) {
        *ret = (struct moment){when.days, MOMENT_NO_HOUR, MOMENT_NO_OFFSET, ""};
        snprintf(ret->zone, sizeof(ret->zone), "%s", clock->zone);
        return date_in_range(when.days);
    }
    if (!ics_instant(clock, when, &unix_s) ||
            !source_moment_at(unix_s, clock->zone, ret))
        return false;
    *ret_moved = clock->kind != ICS_UTC &&
                 (ret->days != when.days || ret->minutes != when.seconds / 60);
    return true;
}
