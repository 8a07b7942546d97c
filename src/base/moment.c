#include "odus/base/moment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/date.h"

enum { OFFSET_MAX = 18 * 60 };

/* Two digits at the front of V, which is moved on. -1 when there are none. */
static int take_two(struct view *v)
{
    int n;

    if (v->n < 2 || v->p[0] < '0' || v->p[0] > '9' || v->p[1] < '0' || v->p[1] > '9')
        return -1;
    n = (v->p[0] - '0') * 10 + (v->p[1] - '0');
    v->p += 2;
    v->n -= 2;
    return n;
}

static bool take_char(struct view *v, char c)
{
    if (v->n == 0 || v->p[0] != c)
        return false;
    v->p++;
    v->n--;
    return true;
}

/* hh:mm below LIMIT minutes; -1 otherwise. */
static int take_clock(struct view *v, int limit)
{
    int hours = take_two(v);
    int minutes = hours >= 0 && take_char(v, ':') ? take_two(v) : -1;

    if (minutes < 0 || minutes > 59 || hours * 60 + minutes >= limit)
        return -1;
    return hours * 60 + minutes;
}

static bool take_offset(struct view *v, int16_t *offset)
{
    bool west = v->n > 0 && v->p[0] == '-';
    int minutes;

    if (!take_char(v, '+') && !take_char(v, '-'))
        return true;
    minutes = take_clock(v, OFFSET_MAX);
    *offset = (int16_t)(west ? -minutes : minutes);
    return minutes > (west ? 0 : -1); /* -00:00 has no meaning here */
}

static bool take_zone(struct view *v, const char *default_zone, char *zone)
{
    struct view name = *v;

    if (v->n == 0) {
        name = view_of(default_zone);
    } else {
        if (!take_char(&name, '[') || name.n == 0 || name.p[name.n - 1] != ']')
            return false;
        name.n--;
    }
    if (name.n >= ZONE_NAME_MAX || (name.n && memchr(name.p, '\0', name.n)))
        return false;
    memcpy(zone, name.n ? name.p : "", name.n);
    zone[name.n] = '\0';
    return zone_name_ok(zone);
}

static bool read_moment(struct view v, const char *default_zone, struct moment *m)
{
    enum { DATE_BYTES = DATE_ISO_SIZE - 1 };

    *m = (struct moment){.minutes = MOMENT_NO_HOUR, .offset = MOMENT_NO_OFFSET};
    if (v.n < DATE_BYTES || date_iso_parse((struct view){v.p, DATE_BYTES}, &m->days))
        return false;
    v.p += DATE_BYTES;
    v.n -= DATE_BYTES;
    if (take_char(&v, 'T')) {
        m->minutes = (int16_t)take_clock(&v, 1440);
        if (m->minutes < 0 || !take_offset(&v, &m->offset))
            return false;
    }
    return take_zone(&v, default_zone, m->zone);
}

int moment_parse(
        struct view text, const char *default_zone, struct moment *ret, struct err *e)
{
    struct moment m;
    char *shown;
    int rc;

    if (read_moment(text, default_zone, &m)) {
        *ret = m;
        return 0;
    }
    shown = view_dup(
            (struct view){text.p, text.n < ERR_ARG_MAX ? text.n : ERR_ARG_MAX});
    rc = err_set(e, ERR_INVALID,
            N_("\"%1$s\" is not a date and time with its zone: write it as "
               "2026-12-05T20:30[Europe/Paris]"),
            shown);
    free(shown);
    return rc;
}

void moment_text(const struct moment *m, char out[MOMENT_TEXT_SIZE])
{
    char date[DATE_ISO_SIZE];
    char clock[24] = "";
    int n = 0;

    date_iso(m->days, date);
    if (m->minutes != MOMENT_NO_HOUR)
        n = snprintf(
                clock, sizeof(clock), "T%02d:%02d", m->minutes / 60, m->minutes % 60);
    if (m->minutes != MOMENT_NO_HOUR && m->offset != MOMENT_NO_OFFSET)
        snprintf(clock + n, sizeof(clock) - (size_t)n, "%c%02d:%02d",
                m->offset < 0 ? '-' : '+', abs(m->offset) / 60, abs(m->offset) % 60);
    snprintf(out, MOMENT_TEXT_SIZE, "%s%s[%s]", date, clock, m->zone);
}

/* The instant and fit; a written offset picks the second of two instants. */
static int find_utc(const struct moment *m, int64_t *ret, enum zone_fit *fit)
{
    struct local local = {m->days, m->minutes};
    int64_t second;
    int offset;
    int rc = zone_to_utc(m->zone, local, false, ret, fit);

    if (rc || *fit != ZONE_TWICE || m->offset == MOMENT_NO_OFFSET)
        return rc;
    rc = zone_to_utc(m->zone, local, true, &second, fit);
    if (rc == 0 && zone_from_utc(m->zone, second, NULL, &offset) == 0 &&
            offset == m->offset)
        *ret = second;
    return rc;
}

int moment_utc(const struct moment *m, int64_t *ret_unix_s)
{
    enum zone_fit fit;
    int64_t at;
    int rc = find_utc(m, &at, &fit);

    if (rc == 0 && fit == ZONE_GAP)
        rc = ERR_INVALID;
    if (rc == 0)
        *ret_unix_s = at;
    return rc;
}

int moment_fit(const struct moment *m, enum zone_fit *ret_fit)
{
    int64_t at;

    if (m->minutes == MOMENT_NO_HOUR) {
        *ret_fit = ZONE_EXACT;
        return 0;
    }
    return find_utc(m, &at, ret_fit);
}

int moment_add(const struct moment *m, int minutes, struct moment *ret)
{
    struct moment result = *m;
    struct local local;
    enum zone_fit fit;
    int64_t at;
    int offset;
    int rc = moment_utc(m, &at);

    if (rc == 0)
        rc = zone_from_utc(m->zone, at + (int64_t)minutes * 60, &local, &offset);
    if (rc)
        return rc;
    result.days = local.days;
    result.minutes = (int16_t)local.minutes;
    result.offset = MOMENT_NO_OFFSET;
    rc = moment_fit(&result, &fit);
    if (rc)
        return rc;
    if (fit == ZONE_TWICE)
        result.offset = (int16_t)offset;
    *ret = result;
    return 0;
}

static int compare(int a, int b)
{
    return (a > b) - (a < b);
}

int moment_cmp(const struct moment *a, const struct moment *b)
{
    int order = compare(a->days, b->days);

    if (!order)
        order = compare(a->minutes, b->minutes);
    if (!order) /* the larger offset is the earlier instant */
        order = compare(b->offset, a->offset);
    return order ? order : strcmp(a->zone, b->zone);
}
