#include "timing_parse.h"

#include "odus/base/date.h"
#include "odus/base/mem.h"

static const char NOT_A_TIME[] =
        N_("\"%1$s\" is not a time: write it as 20h30 or 20:30");

bool timing_separator(struct date_scan *s)
{
    bool comma = datescan_sign(s, ',') || datescan_sign(s, '&');

    return datescan_word(s, WORD_AND) || comma;
}

/* At, from and articles before an hour. True when there was an "at". */
static bool skip_before_hour(struct date_scan *s)
{
    bool at = false;

    for (;;) {
        if (datescan_word(s, WORD_AT))
            at = true;
        else if (!datescan_word(s, WORD_FROM) && !datescan_word(s, WORD_FILL))
            return at;
    }
}

/* An hour without a mark, where no date with its month stands. */
static bool read_bare(struct date_scan *s)
{
    struct date_scan hour = *s;
    struct date_scan date = *s;
    struct date_part part;
    struct clock clock;

    if (!datescan_clock(&hour, CLOCK_BARE, &clock) || !clock.bare ||
            (datescan_date(&date, &part) && part.month))
        return false;
    s->at = hour.at;
    return true;
}

bool timing_is_bare_hours(const struct date_scan *from)
{
    struct date_scan s = *from;
    struct clock clock;

    skip_before_hour(&s);
    if (!read_bare(&s))
        return false;
    if (!datescan_sign(&s, '-') && !datescan_word(&s, WORD_TILL_HOUR))
        return false;
    if (datescan_word(&s, WORD_TO))
        return false;
    return (datescan_clock(&s, CLOCK_MARKED, &clock) || read_bare(&s)) &&
           !datescan_sign(&s, '-');
}

bool timing_is_hour(const struct date_scan *from)
{
    struct date_scan s = *from;
    struct clock clock;

    if (timing_is_bare_hours(&s))
        return true;
    if (skip_before_hour(&s) && read_bare(&s))
        return true;
    return datescan_clock(&s, CLOCK_MARKED, &clock);
}

/* "UTC+01:00" after a time that happens twice. False when it is begun and wrong. */
static bool read_offset(struct date_scan *s, int *offset)
{
    bool west;
    struct clock clock;

    *offset = MOMENT_NO_OFFSET;
    if (!datescan_word(s, WORD_UTC))
        return true;
    west = datescan_sign(s, '-');
    if ((!west && !datescan_sign(s, '+')) || !datescan_clock(s, CLOCK_BARE, &clock))
        return false;
    *offset = west ? -clock.minutes : clock.minutes;
    return true;
}

static int read_clock(struct timing_reader *r, enum clock_form form,
        struct clock *clock, struct timing_clock *ret)
{
    if (!datescan_clock(&r->scan, form, clock))
        return datescan_fail(&r->scan, NOT_A_TIME, r->e);
    ret->minutes = clock->minutes;
    if (!read_offset(&r->scan, &ret->offset))
        return datescan_fail(
                &r->scan, N_("\"%1$s\" is not an offset: write it as UTC+01:00"), r->e);
    return 0;
}

/* ">" opens an end for sure; a dash, "to" and "until" only before an hour. */
static bool opens_end(struct date_scan *s, bool *sure)
{
    struct date_scan probe = *s;

    *sure = datescan_sign(s, '>');
    if (*sure)
        return true;
    if (!datescan_sign(&probe, '-') && !datescan_word(&probe, WORD_TILL_HOUR) &&
            !datescan_word(&probe, WORD_TO) && !datescan_word(&probe, WORD_UNTIL))
        return false;
    skip_before_hour(&probe);
    if (!timing_is_hour(&probe) && !read_bare(&probe))
        return false;
    s->at++;
    return true;
}

/* After ">", a date with its month: "> di. 6 déc. 2026 02:00". */
static void read_end_date(struct date_scan *s, struct timing_date *ret)
{
    struct timing_date date = {.weekday = -1, .days = DATE_NONE};
    struct date_scan probe = *s;
    struct clock clock;
    size_t after;

    datescan_weekday(&probe, &date.weekday);
    if (!datescan_date(&probe, &date.part) || date.part.relative || !date.part.month)
        return;
    after = probe.at;
    if (!datescan_clock(&probe, CLOCK_BARE, &clock))
        return;
    *ret = date;
    s->at = after;
}

/* "3-5pm": the end's half of the day is the start's too. */
static void share_meridiem(struct timing_hour *hour, bool bare, const struct clock *end)
{
    if (bare && end->meridiem == 720 && hour->start.minutes < 720 &&
            hour->start.minutes + 720 < end->minutes)
        hour->start.minutes += 720;
}

static int read_end(struct timing_reader *r, struct timing_hour *hour, bool bare)
{
    struct clock clock;
    bool sure;
    int rc;

    if (!opens_end(&r->scan, &sure))
        return 0;
    skip_before_hour(&r->scan);
    if (sure)
        read_end_date(&r->scan, &hour->end_date);
    rc = read_clock(r, CLOCK_BARE, &clock, &hour->end);
    if (rc == 0) {
        hour->has_end = true;
        share_meridiem(hour, bare, &clock);
    }
    return rc;
}

/* "(1h30)" or "durée 1h30" */
static int read_duration(struct timing_reader *r, int *ret)
{
    bool open = datescan_sign(&r->scan, '(');

    *ret = 0;
    if (!datescan_word(&r->scan, WORD_LASTING) && !open)
        return 0;
    if (!datescan_duration(&r->scan, ret) || *ret == 0)
        return datescan_fail(&r->scan,
                N_("\"%1$s\" is not a duration: write it as 1h30 or 55 min"), r->e);
    if (open && !datescan_sign(&r->scan, ')'))
        return datescan_fail(
                &r->scan, N_("\"%1$s\" is not expected here: close the bracket"), r->e);
    return 0;
}

static int read_hour(struct timing_reader *r, struct timing_hour *hour)
{
    bool bare = timing_is_bare_hours(&r->scan);
    struct clock clock;
    int rc;

    bare = skip_before_hour(&r->scan) || bare;
    *hour = (struct timing_hour){.column = datescan_peek(&r->scan, 0)->column};
    rc = read_clock(r, bare ? CLOCK_BARE : CLOCK_MARKED, &clock, &hour->start);
    if (rc == 0 && hour->start.minutes == 1440) {
        rc = err_set(r->e, ERR_INVALID,
                N_("24h is an end, not a start: write 0h and the next day"));
        err_at(r->e, NULL, 0, hour->column);
    }
    return rc ? rc : read_end(r, hour, clock.bare);
}

/* A duration holds for all the hours before it that have no end yet. */
static int read_hour_and_duration(struct timing_reader *r, struct timing_hours *hours)
{
    struct timing_hour hour;
    int duration;
    int rc = read_hour(r, &hour);

    if (rc)
        return rc;
    hours->list = mem_grow(hours->list, hours->n, &hours->cap, sizeof(hour));
    hours->list[hours->n++] = hour;
    rc = read_duration(r, &duration);
    for (size_t i = hours->n; rc == 0 && duration && i-- > 0;)
        if (!hours->list[i].has_end && !hours->list[i].duration)
            hours->list[i].duration = duration;
    return rc;
}

int timing_read_hours(struct timing_reader *r, struct timing_hours *hours)
{
    struct date_scan *s = &r->scan;
    size_t before = s->at;
    int rc = 0;

    timing_separator(s);
    while (rc == 0 && timing_is_hour(s)) {
        rc = read_hour_and_duration(r, hours);
        before = s->at;
        if (rc || !timing_separator(s))
            return rc;
    }
    if (rc == 0)
        s->at = before;
    return rc;
}
