#include "source_ical.h"

#include <libical/ical.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/date.h"
#include "odus/base/mem.h"

enum {
    TIMES_A_DAY_MAX = 24,
    OBSERVANCES_MAX = 300,
    DURATION_MAX = 10 * 366 * 1440,
    NUMBER_MAX = 10000
};

static void settle_libical(void)
{
    icalerror_set_errors_are_fatal(0);
}

/* --- times ------------------------------------------------------------------------ */

/* N digits at P as a number; -1 when they are not digits. */
static int digits(const char *p, int n)
{
    int sum = 0;

    for (int i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9')
            return -1;
        sum = sum * 10 + p[i] - '0';
    }
    return sum;
}

static bool read_clock(struct view text, int *ret_seconds)
{
    int h, m, s = 0;

    if (text.n != 4 && text.n != 6)
        return false;
    h = digits(text.p, 2);
    m = digits(text.p + 2, 2);
    if (text.n == 6)
        s = digits(text.p + 4, 2);
    if (h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 60)
        return false;
    *ret_seconds = h * 3600 + m * 60 + (s > 59 ? 59 : s);
    return true;
}

bool ical_when(struct view text, struct ical_when *ret, bool *ret_utc)
{
    struct ical_when when = {.seconds = ICAL_DATE_ONLY};
    int y, m, d;
    bool utc;

    text = view_trim(text);
    if (text.n < 8)
        return false;
    y = digits(text.p, 4);
    m = digits(text.p + 4, 2);
    d = digits(text.p + 6, 2);
    if (!date_valid(y, m, d))
        return false;
    when.days = date_days(y, m, d);
    utc = text.n > 8 && text.p[text.n - 1] == 'Z';
    text.n -= utc;
    if (text.n > 8 &&
            (text.p[8] != 'T' ||
                    !read_clock((struct view){text.p + 9, text.n - 9}, &when.seconds)))
        return false;
    *ret = when;
    *ret_utc = utc;
    return true;
}

int ical_when_cmp(struct ical_when a, struct ical_when b)
{
    if (a.days != b.days)
        return a.days < b.days ? -1 : 1;
    return (a.seconds > b.seconds) - (a.seconds < b.seconds);
}

static int unit_minutes(char unit, bool in_time)
{
    switch (unit) {
    case 'W': return 7 * 1440;
    case 'D': return 1440;
    case 'H': return 60;
    case 'M': return in_time ? 1 : 0;
    default: return 0;
    }
}

bool ical_duration(struct view text, int *ret_minutes)
{
    int64_t sum = 0, number = -1;
    bool minus, in_time = false;

    text = view_trim(text);
    minus = text.n && *text.p == '-';
    if (text.n && (*text.p == '-' || *text.p == '+'))
        text = (struct view){text.p + 1, text.n - 1};
    if (text.n < 3 || *text.p != 'P')
        return false;
    for (size_t i = 1; i < text.n; i++) {
        char c = text.p[i];

        if (c >= '0' && c <= '9') {
            number = (number < 0 ? 0 : number) * 10 + c - '0';
        } else if (c == 'T') {
            in_time = true;
        } else {
            if (number < 0 || (c != 'S' && unit_minutes(c, in_time) == 0))
                return false;
            sum += c == 'S' ? number / 60 : number * unit_minutes(c, in_time);
            number = -1;
        }
        if (number > DURATION_MAX || sum > DURATION_MAX)
            return false;
    }
    *ret_minutes = minus ? -(int)sum : (int)sum;
    return true;
}

static struct icaltimetype to_ical(struct ical_when when)
{
    struct icaltimetype t = icaltime_null_time();

    date_civil(when.days, &t.year, &t.month, &t.day);
    t.is_date = when.seconds == ICAL_DATE_ONLY;
    if (!t.is_date) {
        t.hour = when.seconds / 3600;
        t.minute = when.seconds / 60 % 60;
        t.second = when.seconds % 60;
    }
    return t;
}

/* --- rules checked ---------------------------------------------------------------- */

struct ical_rule {
    icalrecur_iterator *it;
    char until[32];
    bool endless, vast;
    long long count, given; /* COUNT, 0: none; times given */
};

/* A number of LEAST to MOST, of both signs where SIGNED, not 0 then. */
static bool number_ok(struct view v, int least, int most, bool is_signed)
{
    long long n;

    if (v.n && *v.p == '+')
        v = (struct view){v.p + 1, v.n - 1};
    if (!view_int(v, &n))
        return false;
    if (is_signed && n < 0)
        n = -n;
    return n >= least && n <= most;
}

static bool weekday_ok(struct view v)
{
    static const char names[] = "MOTUWETHFRSASU";

    if (v.n < 2)
        return false;
    for (size_t i = 0; i + 1 < sizeof(names); i += 2)
        if (memcmp(v.p + v.n - 2, names + i, 2) == 0)
            return v.n == 2 || number_ok((struct view){v.p, v.n - 2}, 1, 53, true);
    return false;
}

enum frequency {
    NO_FREQUENCY,
    YEARLY,
    MONTHLY,
    WEEKLY,
    DAILY,
    HOURLY,
    MINUTELY,
    SECONDLY,
};

enum by {
    BY_HOUR,
    BY_MINUTE,
    BY_MONTHDAY,
    BY_YEARDAY,
    BY_WEEKNO,
    BY_MONTH,
    BY_SETPOS,
    BY_N,
};

static const struct rule_part {
    const char *name;
    int least, most;
    bool is_signed;
    int room; /* values that libical has place for */
} rule_parts[BY_N] = {
        [BY_HOUR] = {"BYHOUR", 0, 23, false, 24},
        [BY_MINUTE] = {"BYMINUTE", 0, 59, false, 60},
        [BY_MONTHDAY] = {"BYMONTHDAY", 1, 31, true, 62},
        [BY_YEARDAY] = {"BYYEARDAY", 1, 366, true, 366},
        [BY_WEEKNO] = {"BYWEEKNO", 1, 53, true, 53},
        [BY_MONTH] = {"BYMONTH", 1, 12, false, 12},
        [BY_SETPOS] = {"BYSETPOS", 1, 366, true, 366},
};

/* Adds NAME=LIST to OUT with what is understood of LIST; the number of its values, 0
 * when there is none, -1 when one is wrong. */
static int add_list(struct view name, struct view list, const struct rule_part *part,
        struct buf *out)
{
    struct view value;
    int n = 0;

    while (view_next(&list, ',', &value)) {
        value = view_trim(value);
        if (value.n == 0)
            continue;
        if (part ? !number_ok(value, part->least, part->most, part->is_signed)
                 : !weekday_ok(value))
            return -1;
        if (++n > (part ? part->room : 100))
            return -1;
        if (n == 1)
            buf_addf(out, ";%.*s=", (int)name.n, name.p);
        else
            buf_addc(out, ',');
        buf_addv(out, value);
    }
    return n;
}

static bool add_frequency(struct view value, struct buf *out, enum frequency *ret)
{
    static const char *const names[] = {[YEARLY] = "YEARLY",
            [MONTHLY] = "MONTHLY",
            [WEEKLY] = "WEEKLY",
            [DAILY] = "DAILY",
            [HOURLY] = "HOURLY",
            [MINUTELY] = "MINUTELY",
            [SECONDLY] = "SECONDLY"};

    for (size_t i = YEARLY; i < COUNT(names); i++)
        if (view_is(value, names[i])) {
            *ret = (enum frequency)i;
            buf_addf(out, ";FREQ=%s", names[i]);
            return true;
        }
    return false;
}

/* One part of a rule as libical may have it. */
struct rule_reader {
    struct buf clean;
    struct ical_rule *rule;
    enum frequency frequency;
    int times_a_day;
    bool by_day, by[BY_N];
    unsigned months;  /* bits 1 to 12 */
    int earliest_day; /* the least of BYMONTHDAY, from either end of the month */
};

/* What the lists say that matters for rule_ends. */
static void look_at_list(struct rule_reader *r, enum by by, struct view list, int n)
{
    struct view value;
    long long number;

    r->by[by] = n > 0;
    if ((by == BY_HOUR || by == BY_MINUTE) && n > 1)
        r->times_a_day *= n;
    while (view_next(&list, ',', &value))
        if (view_int(view_trim(value), &number)) {
            number = number < 0 ? -number : number;
            if (by == BY_MONTH)
                r->months |= 1U << number;
            if (by == BY_MONTHDAY && number < r->earliest_day)
                r->earliest_day = (int)number;
        }
}

/* Whether libical comes to the rule's next time, or its end, soon. It looks at every
 * step up to the year 2582 for one that never comes, which may take a minute. */
static bool rule_ends(const struct rule_reader *r)
{
    bool filtered = r->by[BY_MONTH] || r->by[BY_MONTHDAY] || r->by[BY_YEARDAY] ||
                    r->by[BY_WEEKNO] || r->by[BY_SETPOS];

    if (r->times_a_day > 1 && filtered)
        return false;
    if (r->by[BY_YEARDAY] && (r->frequency != YEARLY || r->by_day || r->by[BY_MONTH] ||
                                     r->by[BY_MONTHDAY] || r->by[BY_WEEKNO]))
        return false;
    if (r->by[BY_WEEKNO] &&
            (r->frequency != YEARLY || r->by[BY_MONTH] || r->by[BY_MONTHDAY]))
        return false;
    if (r->by[BY_SETPOS] &&
            (r->frequency > MONTHLY || !(r->by_day || r->by[BY_MONTHDAY])))
        return false;
    if (r->by[BY_MONTHDAY] && r->frequency == WEEKLY)
        return false;
    for (int m = 1; r->by[BY_MONTHDAY] && m <= 12; m++)
        if ((!r->by[BY_MONTH] || r->months & 1U << m) &&
                r->earliest_day <= date_month_length(2024, m))
            return true;
    return !r->by[BY_MONTHDAY];
}

/* More times than anybody goes through: as many as there are days asked for. */
static bool read_count(struct rule_reader *r, struct view value)
{
    bool digits = true;

    for (size_t i = 0; i < value.n; i++)
        digits = digits && value.p[i] >= '0' && value.p[i] <= '9';
    r->rule->endless = false;
    r->rule->vast = digits && value.n > 4 && *value.p != '0' &&
                    !number_ok(value, 1, NUMBER_MAX, false);
    if (r->rule->vast)
        return true;
    buf_addf(&r->clean, ";COUNT=%.*s", (int)value.n, value.p);
    return number_ok(value, 1, NUMBER_MAX, false) && view_int(value, &r->rule->count);
}

static bool read_part(struct rule_reader *r, struct view name, struct view value)
{
    if (view_is(name, "FREQ"))
        return !r->frequency && add_frequency(value, &r->clean, &r->frequency);
    if (view_is(name, "UNTIL")) {
        if (value.n >= sizeof(r->rule->until))
            return false;
        memcpy(r->rule->until, value.p, value.n);
        r->rule->endless = false;
        return true;
    }
    if (view_is(name, "COUNT"))
        return read_count(r, value);
    if (view_is(name, "INTERVAL")) {
        buf_addf(&r->clean, ";INTERVAL=%.*s", (int)value.n, value.p);
        return number_ok(value, 1, NUMBER_MAX, false);
    }
    if (view_is(name, "WKST")) {
        buf_addf(&r->clean, ";WKST=%.*s", (int)value.n, value.p);
        return value.n == 2 && weekday_ok(value);
    }
    if (view_is(name, "BYDAY")) {
        r->by_day = true;
        return add_list(name, value, NULL, &r->clean) >= 0;
    }
    for (size_t i = 0; i < COUNT(rule_parts); i++)
        if (view_is(name, rule_parts[i].name)) {
            int n = add_list(name, value, &rule_parts[i], &r->clean);

            look_at_list(r, (enum by)i, value, n);
            return n >= 0;
        }
    /* Seconds, and what other calendars than ours would need. */
    return view_is(name, "BYSECOND");
}

static bool read_rule(struct rule_reader *r, struct view text)
{
    struct view part, name;

    while (view_next(&text, ';', &part)) {
        part = view_trim(part);
        if (part.n == 0)
            continue;
        if (!view_next(&part, '=', &name) || !read_part(r, name, view_trim(part)))
            return false;
    }
    return r->frequency != NO_FREQUENCY;
}

static enum ical_rule_fault judge(const struct rule_reader *r)
{
    if (r->frequency > DAILY || r->times_a_day > TIMES_A_DAY_MAX)
        return ICAL_RULE_FINE;
    return rule_ends(r) ? ICAL_RULE_OK : ICAL_RULE_BAD;
}

static enum ical_rule_fault begin_rule(struct rule_reader *r, struct ical_when start)
{
    struct icalrecurrencetype parsed = icalrecurrencetype_from_string(r->clean.s + 1);

    if (parsed.freq != ICAL_NO_RECURRENCE)
        r->rule->it = icalrecur_iterator_new(parsed, to_ical(start));
    return r->rule->it ? ICAL_RULE_OK : ICAL_RULE_BAD;
}

enum ical_rule_fault ical_rule_new(
        struct view text, struct ical_when start, struct ical_rule **ret)
{
    struct rule_reader r = {.times_a_day = 1, .earliest_day = 99};
    enum ical_rule_fault fault = ICAL_RULE_BAD;

    settle_libical();
    r.rule = xcalloc(1, sizeof(*r.rule));
    r.rule->endless = true;
    buf_init(&r.clean, 2048);
    if (text.n <= ICAL_RULE_MAX && read_rule(&r, text))
        fault = judge(&r);
    if (fault == ICAL_RULE_OK)
        fault = begin_rule(&r, start);
    buf_release(&r.clean);
    if (fault == ICAL_RULE_OK)
        *ret = r.rule;
    else
        ical_rule_free(r.rule);
    return fault;
}

void ical_rule_free(struct ical_rule *rule)
{
    if (rule && rule->it)
        icalrecur_iterator_free(rule->it);
    free(rule);
}

bool ical_rule_next(struct ical_rule *rule, struct ical_when *ret)
{
    struct icaltimetype t = icalrecur_iterator_next(rule->it);

    if (icaltime_is_null_time(t) || !date_valid(t.year, t.month, t.day))
        return false;
    ret->days = date_days(t.year, t.month, t.day);
    ret->seconds =
            t.is_date ? ICAL_DATE_ONLY : t.hour * 3600 + t.minute * 60 + t.second;
    return true;
}

struct view ical_rule_until(const struct ical_rule *rule)
{
    return view_of(rule->until);
}

bool ical_rule_barren(const struct ical_rule *rule)
{
    return rule->count == 0 || rule->given < rule->count;
}

bool ical_rule_endless(const struct ical_rule *rule)
{
    return rule->endless;
}

bool ical_rule_vast(const struct ical_rule *rule)
{
    return rule->vast;
}

/* --- time zones ------------------------------------------------------------------- */

struct ical_zone {
    icaltimezone *zone;
};

static bool starts(struct view v, const char *word)
{
    size_t n = strlen(word);

    return v.n >= n && memcmp(v.p, word, n) == 0;
}

/* "+0100", "-023000". */
static bool offset_ok(struct view v)
{
    return (v.n == 5 || v.n == 7) && (*v.p == '+' || *v.p == '-') &&
           digits(v.p + 1, (int)v.n - 1) >= 0 && digits(v.p + 1, 2) < 24 &&
           digits(v.p + 3, 2) < 60;
}

/* Clocks change once a year or at given dates; a rule that says otherwise would have
 * libical list every change of it for centuries. */
static bool zone_rule_ok(struct view rule)
{
    struct ical_rule *r = NULL;
    enum ical_rule_fault fault;

    for (size_t i = 0; i + 4 <= rule.n; i++)
        if (memcmp(rule.p + i, "BYHO", 4) == 0 || memcmp(rule.p + i, "BYMI", 4) == 0 ||
                memcmp(rule.p + i, "BYSE", 4) == 0)
            return false;
    if (!starts(rule, "FREQ=YEARLY"))
        return false;
    fault = ical_rule_new(rule, (struct ical_when){0, 0}, &r);
    ical_rule_free(r);
    return fault == ICAL_RULE_OK;
}

static bool zone_value_ok(struct view name, struct view value)
{
    struct ical_when when;
    bool utc;

    if (view_is(name, "TZOFFSETFROM") || view_is(name, "TZOFFSETTO"))
        return offset_ok(value);
    if (view_is(name, "DTSTART") || view_is(name, "RDATE"))
        return ical_when(value, &when, &utc);
    return view_is(name, "RRULE") && zone_rule_ok(value);
}

static void put_line(icalparser *parser, struct view line)
{
    char *copy = view_dup(line);
    icalcomponent *whole = icalparser_add_line(parser, copy);

    if (whole)
        icalcomponent_free(whole);
    free(copy);
}

/* The lines that matter and hold, the rest dropped. Returns the observances. */
static int put_lines(icalparser *parser, struct view text)
{
    int observances = 0, lines = 0;
    struct view line;

    while (view_next(&text, '\n', &line) && ++lines < ICAL_ZONE_LINES_MAX) {
        struct view rest = line, name, value;
        const char *colon = memchr(line.p, ':', line.n);

        if (starts(line, "BEGIN:STANDARD") || starts(line, "BEGIN:DAYLIGHT")) {
            if (++observances > OBSERVANCES_MAX)
                return 0;
            put_line(parser, line);
        } else if (starts(line, "END:STANDARD") || starts(line, "END:DAYLIGHT")) {
            put_line(parser, line);
        } else if (colon && view_next(&rest, ':', &name) && observances) {
            value = (struct view){colon + 1, (size_t)(line.p + line.n - colon - 1)};
            if (memchr(name.p, ';', name.n))
                continue;
            if (zone_value_ok(name, value))
                put_line(parser, line);
        }
    }
    return observances;
}

struct ical_zone *ical_zone_new(struct view text)
{
    icalparser *parser = icalparser_new();
    struct ical_zone *zone = NULL;
    icalcomponent *component = NULL;
    icaltimezone *built;

    settle_libical();
    put_line(parser, VIEW_LIT("BEGIN:VTIMEZONE"));
    put_line(parser, VIEW_LIT("TZID:x"));
    if (put_lines(parser, text) > 0) {
        char end[] = "END:VTIMEZONE";

        component = icalparser_add_line(parser, end);
    }
    icalparser_free(parser);
    if (!component)
        return NULL;
    built = icaltimezone_new();
    if (!icaltimezone_set_component(built, component)) {
        icaltimezone_free(built, 1);
        icalcomponent_free(component);
        return NULL;
    }
    zone = xmalloc(sizeof(*zone));
    zone->zone = built;
    return zone;
}

void ical_zone_free(struct ical_zone *zone)
{
    if (zone)
        icaltimezone_free(zone->zone, 1);
    free(zone);
}

int ical_zone_offset(struct ical_zone *zone, struct ical_when when)
{
    struct icaltimetype t = to_ical(when);
    int summer;

    return icaltimezone_get_utc_offset(zone->zone, &t, &summer) / 60;
}
