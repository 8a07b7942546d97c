/* When and where: the séances of a record, one occurrence per day and place. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/date.h"
#include "odus/base/moment.h"
#include "summary_priv.h"

enum { DAY_MIN = 24 * 60 };

int summary_own_place(const struct form *form)
{
    int frame = form->dates < 0 ? 0 : form_frame(form, form->dates);

    if (frame == 0 || form->place < 0)
        return -1;
    for (size_t i = 0; i < form->nfields; i++)
        if (form->fields[i].table == frame && form->fields[i].type == FORM_REF &&
                strcmp(form->fields[i].key, form->fields[form->place].key) == 0)
            return (int)i;
    return -1;
}

/* The day and minute of a date or datetime; the minute is -1 where there is none. */
static bool read_when(const struct rec *rec, int field, int row, struct moment *ret)
{
    const char *text = summary_value(rec, field, row, 0);

    if (!text)
        return false;
    if (rec_form(rec)->fields[field].type == FORM_DATETIME)
        return moment_parse(view_of(text), FORMS_ZONE, ret, NULL) == 0;
    ret->minutes = MOMENT_NO_HOUR;
    return date_iso_parse(view_of(text), &ret->days) == 0;
}

static int16_t end_minute(int32_t day, const struct moment *end)
{
    int64_t minutes = ((int64_t)end->days - day) * DAY_MIN + end->minutes;

    if (end->minutes == MOMENT_NO_HOUR || minutes < 0)
        return -1;
    return (int16_t)(minutes < INT16_MAX ? minutes : INT16_MAX);
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* The occurrence of S on that day in that place, new where there was none. */
static struct occurrence *occurrence_at(
        struct summary *s, size_t *cap, int32_t day, const char *place)
{
    for (size_t i = s->ndays; i-- > 0;)
        if (s->days[i].day == day && same_text(s->days[i].place, place))
            return &s->days[i];
    s->days = mem_grow(s->days, s->ndays, cap, sizeof(*s->days));
    s->days[s->ndays] = (struct occurrence){.day = day,
            .start = -1,
            .end = -1,
            .place = xstrdup(place),
            .cancelled = true};
    return &s->days[s->ndays++];
}

static bool is_cancelled(struct engine *engine, const struct form *form, int row)
{
    struct buf out;
    bool yes;

    if (!form->cancelled)
        return false;
    buf_init(&out, 0);
    yes = engine_value(engine, form->cancelled, row, &out) && strcmp(out.s, "0") != 0;
    buf_release(&out);
    return yes;
}

/* A cancelled séance says nothing about the hours of the others. */
static void merge_row(struct occurrence *o, int16_t start, int16_t end, bool cancelled)
{
    bool first = o->count == 0 || (o->cancelled && !cancelled);

    o->count++;
    if (!first && cancelled && !o->cancelled)
        return;
    if (first || (start >= 0 && (o->start < 0 || start < o->start)))
        o->start = start;
    if (first || end > o->end)
        o->end = end;
    o->cancelled = o->cancelled && cancelled;
}

static int by_day(const void *x, const void *y)
{
    const struct occurrence *a = x, *b = y;

    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    return a->start - b->start;
}

void summary_days(struct engine *engine, const struct rec *rec, struct summary *s)
{
    const struct form *form = rec_form(rec);
    int own = summary_own_place(form);
    int rows = form->dates < 0 ? 0 : rec_rows(rec, form_frame(form, form->dates));
    size_t cap = 0;

    for (int row = 0; row < rows; row++) {
        const char *place = summary_value(rec, own, row, 0);
        struct moment start, end;
        struct occurrence *o;
        int16_t until = -1;

        if (!read_when(rec, form->dates, row, &start))
            continue;
        if (read_when(rec, form->ends, row, &end))
            until = end_minute(start.days, &end);
        o = occurrence_at(s, &cap, start.days, place ? place : s->place);
        merge_row(o, start.minutes, until, is_cancelled(engine, form, row));
    }
    if (s->ndays)
        qsort(s->days, s->ndays, sizeof(*s->days), by_day);
}
