#include "source_ics_dates.h"

#include <string.h>

#include "odus/base/date.h"
#include "odus/base/mem.h"
#include "source_time.h"

enum {
    RULES_MAX = 4,
    EXCLUDED_MAX = 2000,
    BARREN_MAX = 20,
    YEAR_1900 = -25567, /* days since 1970 */
};

bool ics_dates_excluded(const struct ics_series *s, const struct ics_date *date)
{
    for (size_t i = 0; i < s->nexcluded; i++)
        if (s->excluded[i].by_day ? s->excluded[i].day == date->when.days
                                  : s->excluded[i].when == date->instant)
            return true;
    return false;
}

static void add_date(struct ics_series *s, struct ical_when when, int minutes)
{
    struct ics_date date = {.when = when, .minutes = minutes};

    if (when.days < s->p->opt->from || when.days > s->p->opt->until) {
        s->p->outside++;
        return;
    }
    if (!ics_instant(&s->times.clock, when, &date.instant))
        return;
    s->dates = mem_grow(s->dates, s->ndates, &s->dates_cap, sizeof(*s->dates));
    s->dates[s->ndates++] = date;
}

struct until {
    bool given;
    struct ical_when when;
    int64_t instant;
    bool utc;
};

static struct until read_until(const struct ical_rule *rule)
{
    struct ics_clock utc_clock = {.kind = ICS_UTC};
    struct until u = {0};

    u.given = ical_when(ical_rule_until(rule), &u.when, &u.utc);
    if (u.given && u.utc)
        u.given = ics_instant(&utc_clock, u.when, &u.instant);
    return u;
}

static bool is_over(
        const struct ics_series *s, const struct until *u, struct ical_when when)
{
    int64_t instant;

    if (!u->given)
        return false;
    if (u->when.seconds == ICAL_DATE_ONLY || when.seconds == ICAL_DATE_ONLY)
        return when.days > u->when.days;
    if (u->utc && ics_instant(&s->times.clock, when, &instant))
        return instant > u->instant;
    return ical_when_cmp(when, u->when) > 0;
}

static void note_end(struct ics_series *s, const struct ical_rule *rule)
{
    char until[DATE_ISO_SIZE];

    date_iso(s->p->opt->until, until);
    if (ical_rule_endless(rule))
        proposal_note(s->p, "cut", "seances",
                N_("it recurs without end; it is taken up to %1$s"), until);
    else if (ical_rule_vast(rule))
        proposal_note(s->p, "cut", "seances",
                N_("it recurs too many times; it is taken up to %1$s"), until);
    else
        proposal_note(s->p, "lost", "seances",
                N_("its performances after %1$s are left out"), until);
}

static void expand(struct ics_series *s, struct ical_rule *rule)
{
    struct until until = read_until(rule);
    struct ical_when when;

    while (ical_rule_next(rule, &when)) {
        if (is_over(s, &until, when))
            return;
        if (when.days > s->p->opt->until) {
            note_end(s, rule);
            return;
        }
        if (s->looked++ >= SOURCE_RECURRENCE_MAX) {
            proposal_note(s->p, "cut", "seances",
                    N_("it recurs too often to be followed to its end"));
            return;
        }
        add_date(s, when, 0);
    }
    *s->barren += ical_rule_barren(rule);
}

static void read_rule(struct ics_series *s, struct view text)
{
    struct ical_rule *rule = NULL;
    enum ical_rule_fault fault;

    /* Nothing of it can lie within the days, or it would take for ever to get there. */
    if (s->times.start.days > s->p->opt->until || s->times.start.days < YEAR_1900)
        return;
    fault = *s->barren < BARREN_MAX ? ical_rule_new(text, s->times.start, &rule)
                                    : ICAL_RULE_BAD;
    if (fault == ICAL_RULE_OK) {
        expand(s, rule);
        ical_rule_free(rule);
        return;
    }
    proposal_note(s->p, "lost", "seances",
            fault == ICAL_RULE_FINE ? N_("it recurs every hour or more often, as no "
                                         "performance does; only the first is taken")
                                    : N_("how it recurs cannot be understood; only the "
                                         "first is taken"));
    proposal_left(s->p, "RRULE", text);
}

struct ical_when ics_by_clock(const struct ics_clock *to, const struct ics_clock *from,
        struct ical_when when, int64_t unix_s)
{
    const char *zone = to->kind == ICS_UTC ? "UTC" : to->zone;
    struct moment m;

    if (to->kind == ICS_CUSTOM || when.seconds == ICAL_DATE_ONLY ||
            (to->kind == from->kind && to->zone == from->zone) ||
            !source_moment_at(unix_s, zone, &m))
        return when;
    return (struct ical_when){m.days, m.minutes * 60};
}

/* "20261205T203000", or a period "…/PT2H" or "…/20261205T223000". */
static void read_rdate(struct ics_series *s, const struct ics_prop *prop, struct view v)
{
    struct ics_times at = s->times;
    struct ical_when when, end;
    struct view start;
    bool utc;
    int64_t instant;

    at.minutes = 0;
    if (!view_next(&v, '/', &start) || !ical_when(start, &when, &utc) ||
            !ics_near(s->p, when.days))
        return;
    at.clock = ics_clock_of(s->zones, prop, utc);
    at.start = when;
    if (v.n && !ical_duration(v, &at.minutes) && ical_when(v, &end, &utc))
        at.minutes = ics_minutes_between(&at, &at.clock, end);
    if (when.seconds != ICAL_DATE_ONLY && ics_instant(&at.clock, when, &instant))
        when = ics_by_clock(&s->times.clock, &at.clock, when, instant);
    add_date(s, when, at.minutes > 0 ? at.minutes : 0);
}

static bool add_excluded(struct ics_series *s, struct ics_day day)
{
    if (s->nexcluded >= EXCLUDED_MAX)
        return false;
    s->excluded =
            mem_grow(s->excluded, s->nexcluded, &s->excluded_cap, sizeof(*s->excluded));
    s->excluded[s->nexcluded++] = day;
    return true;
}

static void exclude(struct ics_series *s, const struct ics_prop *prop, struct view v)
{
    struct ics_day day = {0};
    struct ical_when when;
    struct ics_clock clock;
    bool utc;

    if (!ical_when(v, &when, &utc) || !ics_near(s->p, when.days))
        return;
    clock = ics_clock_of(s->zones, prop, utc);
    day.by_day = when.seconds == ICAL_DATE_ONLY;
    day.day = when.days;
    if (ics_instant(&clock, when, &day.when))
        (void)add_excluded(s, day);
}

/* The times of RULE from the first day asked for on. False: not all of them. */
static bool exclude_times(struct ics_series *s, struct ical_rule *rule)
{
    struct until until = read_until(rule);
    struct ical_when when;

    while (ical_rule_next(rule, &when)) {
        struct ics_day day = {.day = when.days};

        if (is_over(s, &until, when) || when.days > s->p->opt->until)
            return true;
        if (s->looked++ >= SOURCE_RECURRENCE_MAX)
            return false;
        if (when.days >= s->p->opt->from &&
                ics_instant(&s->times.clock, when, &day.when) && !add_excluded(s, day))
            return false;
    }
    *s->barren += ical_rule_barren(rule);
    return true;
}

/* EXRULE, which RFC 5545 no longer has (RFC 2445 §4.8.5.2). False: not followed. */
static bool exclude_rule(struct ics_series *s, struct view text)
{
    struct ical_rule *rule = NULL;
    bool whole;

    if (s->times.start.days > s->p->opt->until || s->times.start.days < YEAR_1900)
        return true;
    if (*s->barren >= BARREN_MAX ||
            ical_rule_new(text, s->times.start, &rule) != ICAL_RULE_OK)
        return false;
    whole = exclude_times(s, rule);
    ical_rule_free(rule);
    return whole;
}

void ics_dates_read(struct ics_series *s, const struct ics_item *item)
{
    int rules = 0, dates = 0;

    add_date(s, s->times.start, 0);
    for (size_t i = 0; i < item->n; i++) {
        const struct ics_prop *prop = &item->props[i];
        bool out = strcmp(prop->name, "EXDATE") == 0;
        struct view rest = prop->value, one;

        if (strcmp(prop->name, "RRULE") == 0 && rules++ < RULES_MAX)
            read_rule(s, view_trim(prop->value));
        if (strcmp(prop->name, "EXRULE") == 0 &&
                !(rules++ < RULES_MAX && exclude_rule(s, view_trim(prop->value)))) {
            proposal_note(s->p, "lost", "seances",
                    N_("dates it leaves out by a rule are still in it"));
            proposal_left(s->p, "EXRULE", prop->value);
        }
        if (!out && strcmp(prop->name, "RDATE") != 0)
            continue;
        while (view_next(&rest, ',', &one) && dates++ < SOURCE_RECURRENCE_MAX)
            (out ? exclude : read_rdate)(s, prop, view_trim(one));
    }
}
