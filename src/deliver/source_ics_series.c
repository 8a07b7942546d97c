#include "source_ics_series.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/date.h"
#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "source_ics_dates.h"
#include "source_ics_event.h"
#include "source_text.h"
#include "source_time.h"

enum {
    DAY_MINUTES = 1440,
    DAY_SECONDS = 86400,
    LENGTH_MAX = 366 * DAY_MINUTES,
};

/* --- start and length ------------------------------------------------------------- */

struct ics_clock ics_clock_of(
        struct ics_zones *zones, const struct ics_prop *prop, bool utc)
{
    struct ics_clock clock = {.kind = ICS_UTC, .zone = zones->local};

    return utc ? clock : ics_zones_find(zones, ics_param(prop, "TZID"));
}

bool ics_near(const struct proposal *p, int32_t day)
{
    return day > p->opt->from - 400 && day < p->opt->until + 400;
}

int ics_minutes_between(const struct ics_times *start, const struct ics_clock *clock,
        struct ical_when end)
{
    int64_t from, to;

    if (end.days - start->start.days > 400 || end.days < start->start.days - 1)
        return 0;
    if (start->start.seconds == ICAL_DATE_ONLY)
        return (end.days - start->start.days) * DAY_MINUTES;
    if (!ics_instant(&start->clock, start->start, &from) ||
            !ics_instant(clock, end, &to) || to <= from ||
            to - from > LENGTH_MAX * 60LL)
        return 0;
    return (int)((to - from) / 60);
}

static bool yes(struct view v)
{
    return source_starts(v, "TRUE");
}

/* Outlook writes whole days as hours from midnight to midnight. */
static void whole_days(const struct ics_item *item, struct ics_times *t)
{
    if (t->start.seconds == 0 && t->minutes % DAY_MINUTES == 0 && t->minutes &&
            yes(ics_value(item, "X-MICROSOFT-CDO-ALLDAYEVENT")))
        t->start.seconds = ICAL_DATE_ONLY;
    if (t->start.seconds != ICAL_DATE_ONLY)
        return;
    t->days = t->minutes / DAY_MINUTES;
    t->days = t->days < 1 ? 1 : t->days;
    t->minutes = 0;
}

static void read_length(struct ics_zones *zones, struct proposal *p,
        const struct ics_item *item, struct ics_times *t)
{
    const struct ics_prop *prop = ics_prop(item, "DTEND");
    struct view duration = ics_value(item, "DURATION");
    struct ical_when end;
    bool utc, told = prop || duration.n;

    if (prop && ics_near(p, t->start.days) && ical_when(prop->value, &end, &utc)) {
        struct ics_clock clock = ics_clock_of(zones, prop, utc);

        t->minutes = ics_minutes_between(t, &clock, end);
        /* The same moment is the usual way to say that no end is known. */
        told = ical_when_cmp(end, t->start) != 0;
    } else if (duration.n) {
        if (!ical_duration(duration, &t->minutes) || t->minutes < 0 ||
                t->minutes > LENGTH_MAX)
            t->minutes = 0;
        told = t->minutes || !source_starts(duration, "PT0");
    }
    if (told && t->minutes == 0 && ics_near(p, t->start.days)) {
        proposal_note(p, "lost", "seances.fin", N_("the end cannot be right"));
        proposal_left(p, "DTEND", prop ? prop->value : duration);
    }
}

static int read_times(struct ics_zones *zones, struct proposal *p,
        const struct ics_item *item, struct ics_times *ret, struct err *err)
{
    const struct ics_prop *prop = ics_prop(item, "DTSTART");
    struct ics_times t = {.days = 1};
    bool utc;

    if (!prop)
        return err_set(err, ERR_INVALID, N_("it has no date"));
    if (!ical_when(prop->value, &t.start, &utc)) {
        char *text = view_dup(prop->value);

        err_set(err, ERR_INVALID, N_("this is no date: %1$s"), text);
        free(text);
        return ERR_INVALID;
    }
    t.clock = ics_clock_of(zones, prop, utc);
    if (t.clock.kind == ICS_UNKNOWN) {
        char *tzid = view_dup(ics_param(prop, "TZID"));

        proposal_note(p, "guessed", "seances.debut",
                N_("the time zone “%1$s” is unknown; the hours are taken as those of "
                   "%2$s"),
                tzid, t.clock.zone);
        free(tzid);
    }
    read_length(zones, p, item, &t);
    whole_days(item, &t);
    *ret = t;
    return 0;
}

const char *ics_status(const struct ics_item *item)
{
    static const char *const own[] = {"option", "confirme", "reprogramme",
            "passe_en_ligne", "reporte", "complet", "annule"};
    struct view status = ics_value(item, "X-ODUS-STATUT");

    for (size_t i = 0; i < COUNT(own); i++)
        if (view_is(status, own[i]))
            return own[i];
    status = ics_value(item, "STATUS");
    if (source_starts(status, "CANCELLED") || source_starts(status, "CANCELED"))
        return "annule";
    return source_starts(status, "TENTATIVE") ? "option" : "confirme";
}

/* --- life ------------------------------------------------------------------------- */

int ics_series_init(struct ics_series *s, struct ics_zones *zones, struct proposal *p,
        const struct ics_item *item, struct err *err)
{
    *s = (struct ics_series){.zones = zones, .p = p};
    s->title = ics_value(item, "SUMMARY");
    s->place = ics_value(item, "LOCATION");
    return read_times(zones, p, item, &s->times, err);
}

void ics_series_release(struct ics_series *s)
{
    for (size_t i = 0; i < s->nchanges; i++) {
        free(s->changes[i].key);
        free(s->changes[i].note);
        json_free(s->changes[i].place);
    }
    free(s->changes);
    free(s->excluded);
    free(s->dates);
}

/* --- single performances ---------------------------------------------------------- */

/* What is to be said of its hours: our own note; what a changed performance is called,
 * where that is something else. */
static char *own_note(const struct ics_series *s, const struct ics_item *item)
{
    struct view title = ics_value(item, "SUMMARY");
    struct view note = ics_value(item, "X-ODUS-NOTE-HORAIRE");
    struct buf text;

    if (item->ours)
        title = note;
    if (title.n == 0 || view_eq(title, s->title))
        return NULL;
    buf_init(&text, 0);
    ics_text(title, &text);
    return buf_take(&text);
}

static void read_before(
        struct ics_series *s, const struct ics_item *item, struct moment *ret)
{
    const struct ics_prop *prop = ics_prop(item, "X-ODUS-DEBUT-INITIAL");
    struct ics_clock clock;
    struct ical_when when;
    bool utc, moved;

    if (!prop || !ical_when(prop->value, &when, &utc) || !ics_near(s->p, when.days))
        return;
    clock = ics_clock_of(s->zones, prop, utc);
    if (!ics_moment(&clock, when, ret, &moved))
        ret->zone[0] = '\0';
}

/* THISANDPRIOR is of RFC 2445, which nobody followed. */
static void read_range(
        struct ics_series *s, const struct ics_prop *prop, struct ics_change *change)
{
    struct view range = ics_param(prop, "RANGE");

    change->onward = source_starts(range, "THISANDFUTURE");
    if (range.n && !change->onward)
        proposal_note(s->p, "lost", "seances",
                N_("a change of all earlier performances is taken for one"));
}

void ics_series_change(
        struct ics_series *s, const struct ics_item *item, struct view key)
{
    const struct ics_prop *prop = ics_prop(item, "RECURRENCE-ID");
    struct ics_change change = {.status = ics_status(item)};
    struct ical_when when;
    struct err err = {0};
    bool utc;

    if (s->nchanges >= ICS_CHANGES_MAX) {
        s->p->beyond++;
        return;
    }
    if (read_times(s->zones, s->p, item, &change.times, &err)) {
        proposal_note(s->p, "lost", "seances", N_("a performance has no date"));
        return;
    }
    if (prop && ical_when(prop->value, &when, &utc) && ics_near(s->p, when.days)) {
        struct ics_clock clock = ics_clock_of(s->zones, prop, utc);

        read_range(s, prop, &change);
        change.by_day = when.seconds == ICAL_DATE_ONLY;
        change.day = when.days;
        if (!ics_instant(&clock, when, &change.when))
            return;
        change.first = ics_by_clock(&change.times.clock, &clock, when, change.when);
    } else if (!key.n) {
        change.used = true; /* a change of what lies far outside of what is asked for */
    }
    read_before(s, item, &change.before);
    change.key = view_dup(key);
    if (!key.n || item->ours)
        change.note = own_note(s, item);
    if (!view_eq(ics_value(item, "LOCATION"), s->place))
        change.place = ics_event_place(s->p->opt, item);
    s->changes =
            mem_grow(s->changes, s->nchanges, &s->changes_cap, sizeof(*s->changes));
    s->changes[s->nchanges++] = change;
}

/* --- slots ------------------------------------------------------------------------ */

struct occurrence {
    struct ics_times times;
    const char *key, *status, *note;
    const struct moment *before; /* NULL: none */
    const struct json *place;    /* NULL: the event's */
};

static void give_days(
        struct ics_series *s, const struct occurrence *o, struct slot *slot)
{
    int days = o->times.days;
    char key[64];

    if (days > 1)
        proposal_note(s->p, "changed", "seances",
                N_("an event of several days is one performance a day"));
    for (int i = 0; i < days && i <= SOURCE_OCCURRENCES_MAX; i++) {
        snprintf(key, sizeof(key), "%s+%d", o->key, i);
        slot->key = view_of(i ? key : o->key);
        proposal_slot(s->p, slot);
        slot->start.days++;
    }
}

static void give(struct ics_series *s, const struct occurrence *o)
{
    struct slot slot = {.status = s->cancelled ? "annule" : o->status,
            .note = view_of(o->note),
            .place = o->place};
    struct moment end;
    bool moved;

    if (o->before)
        slot.before = *o->before;
    if (!ics_near(s->p, o->times.start.days) ||
            !ics_moment(&o->times.clock, o->times.start, &slot.start, &moved)) {
        s->p->outside++;
        return;
    }
    if (moved)
        proposal_note(s->p, "changed", "seances.debut",
                N_("the hours are those of %1$s now"), slot.start.zone);
    if (o->times.start.seconds == ICAL_DATE_ONLY) {
        give_days(s, o, &slot);
        return;
    }
    if (o->times.minutes && moment_add(&slot.start, o->times.minutes, &end) == 0)
        slot.end = end;
    slot.key = view_of(o->key);
    proposal_slot(s->p, &slot);
}

/* --- recurrences ------------------------------------------------------------------ */

static struct ics_change *change_of(struct ics_series *s, const struct ics_date *date)
{
    for (size_t i = 0; i < s->nchanges; i++) {
        struct ics_change *c = &s->changes[i];

        if (!c->used &&
                (c->by_day ? c->day == date->when.days : c->when == date->instant))
            return c;
    }
    return NULL;
}

/* The last change of DATE and all after it, NULL: none (§3.8.4.4). */
static const struct ics_change *onward_change(
        const struct ics_series *s, const struct ics_date *date)
{
    const struct ics_change *last = NULL;

    for (size_t i = 0; i < s->nchanges; i++) {
        const struct ics_change *c = &s->changes[i];

        if (c->onward &&
                (c->by_day ? c->day <= date->when.days : c->when <= date->instant) &&
                (!last || c->when > last->when))
            last = c;
    }
    return last;
}

/* WHEN moved as far as the performance of C was, by the clock on the wall. */
static struct ical_when moved_along(const struct ics_change *c, struct ical_when when)
{
    struct ical_when to = c->times.start;

    when.days += to.days - c->first.days;
    if (to.seconds == ICAL_DATE_ONLY || when.seconds == ICAL_DATE_ONLY ||
            c->first.seconds == ICAL_DATE_ONLY) {
        when.seconds = to.seconds;
        return when;
    }
    when.seconds += to.seconds - c->first.seconds;
    when.days += when.seconds < 0 ? -1 : when.seconds >= DAY_SECONDS;
    when.seconds = (when.seconds + DAY_SECONDS) % DAY_SECONDS;
    return when;
}

static int compare_dates(const void *a, const void *b)
{
    const struct ics_date *x = a, *y = b;

    return (x->instant > y->instant) - (x->instant < y->instant);
}

static void give_change(struct ics_series *s, struct ics_change *c, const char *key)
{
    struct occurrence o = {c->times, key, c->status, c->note, &c->before, c->place};

    c->used = true;
    give(s, &o);
}

/* A performance of a series is called by when it was first meant to be. */
static void date_key(const struct ics_date *date, char out[32])
{
    snprintf(out, 32, "%" PRId64, date->instant);
}

static bool recurs(const struct ics_series *s, const struct ics_item *item)
{
    return s->nchanges || ics_prop(item, "RRULE") || ics_prop(item, "RDATE");
}

/* What DATE of the rule is, unless a change is made of it alone. */
static struct occurrence occurrence_of(
        const struct ics_series *s, const struct ics_date *date, const char *status)
{
    const struct ics_change *onward = onward_change(s, date);
    struct occurrence o = {.times = s->times, .status = status};

    o.times.start = date->when;
    if (date->minutes)
        o.times.minutes = date->minutes;
    if (onward) {
        o = (struct occurrence){.times = onward->times,
                .status = onward->status,
                .note = onward->note,
                .place = onward->place};
        o.times.start = moved_along(onward, date->when);
    }
    return o;
}

static void give_series(struct ics_series *s, const struct ics_item *item)
{
    const char *status = ics_status(item);

    ics_dates_read(s, item);
    if (s->ndates)
        qsort(s->dates, s->ndates, sizeof(*s->dates), compare_dates);
    for (size_t i = 0; i < s->ndates; i++) {
        struct ics_date *date = &s->dates[i];
        struct occurrence o;
        struct ics_change *c;
        char key[32];

        if ((i && date->instant == date[-1].instant) || ics_dates_excluded(s, date))
            continue;
        date_key(date, key);
        c = change_of(s, date);
        if (c) {
            give_change(s, c, key);
            continue;
        }
        o = occurrence_of(s, date, status);
        o.key = key;
        give(s, &o);
    }
}

void ics_series_finish(struct ics_series *s, const struct ics_item *item, bool main)
{
    struct occurrence only = {.times = s->times, .key = "", .status = ics_status(item)};

    if (main && recurs(s, item))
        give_series(s, item);
    else if (main)
        give(s, &only);
    for (size_t i = 0; i < s->nchanges; i++) {
        struct ics_change *c = &s->changes[i];
        struct ics_date date = {.instant = c->when};
        char key[32];

        if (c->used)
            continue;
        date_key(&date, key);
        give_change(s, c, *c->key ? c->key : key);
    }
}
