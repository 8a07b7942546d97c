#include <stdlib.h>

#include "odus/base/date.h"
#include "odus/form/timing.h"

static int year_of(int32_t days)
{
    int year, month, day;

    date_civil(days, &year, &month, &day);
    return year;
}

static void add_clock(const struct moment *m, struct buf *out)
{
    datetext_time(m->minutes, out);
    if (m->offset != MOMENT_NO_OFFSET)
        buf_addf(out, " UTC%c%02d:%02d", m->offset < 0 ? '-' : '+', abs(m->offset) / 60,
                abs(m->offset) % 60);
}

static void echo_slot(
        const struct timing_slot *slot, enum date_lang lang, int year, struct buf *out)
{
    datetext_short(slot->start.days, lang, year_of(slot->start.days) != year, out);
    if (slot->start.minutes == MOMENT_NO_HOUR)
        return;
    buf_addc(out, ' ');
    add_clock(&slot->start, out);
    if (!slot->has_end)
        return;
    buf_adds(out, " → ");
    add_clock(&slot->end, out);
}

void timing_echo(const struct timing_slot *slots, size_t n, enum date_lang lang,
        int32_t today, struct buf *out)
{
    int year = today == DATE_NONE ? 0 : year_of(today);

    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_adds(out, " · ");
        echo_slot(&slots[i], lang, year, out);
    }
}

/* What timing_parse gives an end without a date is the first such hour after the start.
 */
static bool needs_end_date(const struct timing_slot *slot)
{
    int32_t later = slot->end.days - slot->start.days;

    if (later == 0)
        return false;
    return later != 1 || slot->end.minutes >= slot->start.minutes;
}

void timing_slot_text(
        const struct timing_slot *slot, enum date_lang lang, struct buf *out)
{
    datetext_short(slot->start.days, lang, true, out);
    if (slot->start.minutes == MOMENT_NO_HOUR)
        return;
    buf_addc(out, ' ');
    add_clock(&slot->start, out);
    if (!slot->has_end)
        return;
    buf_adds(out, " > ");
    if (needs_end_date(slot)) {
        datetext_short(slot->end.days, lang, true, out);
        buf_addc(out, ' ');
    }
    add_clock(&slot->end, out);
}
