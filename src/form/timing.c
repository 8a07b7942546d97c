#include "odus/form/timing.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/date.h"
#include "odus/base/mem.h"
#include "timing_parse.h"

struct slots {
    struct timing_slot *list; /* owned */
    size_t n, cap;
};

struct sentence {
    struct timing_items items;
    struct timing_items exceptions;
    struct timing_hours hours;
    struct timing_days days;
    int exceptions_column;
};

static void sentence_release(struct sentence *s)
{
    free(s->items.list);
    free(s->exceptions.list);
    free(s->hours.list);
    free(s->days.days);
}

static int fail_with_time(
        struct timing_reader *r, const char *id, const struct moment *m, int column)
{
    struct buf date, clock;

    buf_init(&date, 0);
    buf_init(&clock, 0);
    datetext_full(m->days, r->ctx->lang, &date);
    datetext_time(m->minutes, &clock);
    err_set(r->e, ERR_INVALID, id, date.s, clock.s);
    err_at(r->e, NULL, 0, column);
    buf_release(&date);
    buf_release(&clock);
    return ERR_INVALID;
}

static bool has_typed_offset(const struct moment *m)
{
    struct local local;
    int64_t at;
    int offset;

    return moment_utc(m, &at) == 0 &&
           zone_from_utc(m->zone, at, &local, &offset) == 0 && offset == m->offset;
}

/* Refuses hours the clocks skip and wrong offsets; drops an offset that says nothing.
 */
static int settle(struct timing_reader *r, struct moment *m, int column, bool *twice)
{
    enum zone_fit fit;

    if (!date_in_range(m->days))
        return timing_fail(r, N_("this date does not exist"), column);
    if (moment_fit(m, &fit))
        return timing_fail(r, N_("the time zone is not known on this machine"), column);
    if (fit == ZONE_GAP)
        return fail_with_time(r,
                N_("%1$s has no %2$s: clocks go forward then, choose another time"), m,
                column);
    if (m->offset != MOMENT_NO_OFFSET && !has_typed_offset(m))
        return fail_with_time(
                r, N_("%1$s %2$s never has this offset from UTC"), m, column);
    if (fit != ZONE_TWICE)
        m->offset = MOMENT_NO_OFFSET;
    else if (m->offset == MOMENT_NO_OFFSET)
        *twice = true;
    return 0;
}

static struct moment at_clock(
        const struct timing_reader *r, int32_t days, const struct timing_clock *clock)
{
    struct moment m = {.offset = (int16_t)clock->offset};

    m.days = days + clock->minutes / 1440;
    m.minutes = (int16_t)(clock->minutes % 1440);
    memcpy(m.zone, r->ctx->zone, strlen(r->ctx->zone) + 1);
    return m;
}

/* With both offsets typed, 02:15 may be after 02:30 of the same night. */
static bool is_later(const struct moment *end, const struct moment *start)
{
    int64_t a, b;

    if (end->days != start->days || end->offset == MOMENT_NO_OFFSET)
        return moment_cmp(end, start) > 0;
    return moment_utc(end, &a) == 0 && moment_utc(start, &b) == 0 && a > b;
}

/* "> 6/12 2h": the date counts from the slot's own. */
static int set_dated_end(struct timing_reader *r, const struct timing_hour *hour,
        struct timing_slot *slot)
{
    struct timing_date date = hour->end_date;
    int rc;

    date.days = datescan_resolve(&date.part, slot->start.days, 1);
    rc = timing_check_date(r, &date);
    if (rc)
        return rc;
    slot->end = at_clock(r, date.days, &hour->end);
    if (!is_later(&slot->end, &slot->start))
        return timing_fail(r, N_("the end is before the start"), hour->column);
    return 0;
}

static int set_typed_end(struct timing_reader *r, const struct timing_hour *hour,
        struct timing_slot *slot)
{
    slot->has_end = true;
    if (hour->end_date.part.day)
        return set_dated_end(r, hour, slot);
    if (hour->end.minutes == hour->start.minutes &&
            hour->end.offset == hour->start.offset)
        return timing_fail(r, N_("the end is the same as the start"), hour->column);
    slot->end = at_clock(r, slot->start.days, &hour->end);
    if (!is_later(&slot->end, &slot->start))
        slot->end.days++;
    return 0;
}

static int set_end(struct timing_reader *r, const struct timing_hour *hour,
        struct timing_slot *slot)
{
    int minutes = hour->duration ? hour->duration : r->ctx->default_minutes;
    int rc;

    if (hour->has_end) {
        rc = set_typed_end(r, hour, slot);
        return rc ? rc : settle(r, &slot->end, hour->column, &slot->twice);
    }
    if (minutes <= 0)
        return 0;
    slot->has_end = true;
    slot->estimated = !hour->duration;
    if (moment_add(&slot->start, minutes, &slot->end))
        return timing_fail(r, N_("this date does not exist"), hour->column);
    return 0;
}

static int make_slot(struct timing_reader *r, int32_t days,
        const struct timing_hour *hour, struct timing_slot *slot)
{
    int rc;

    *slot = (struct timing_slot){.start = at_clock(r, days, &hour->start)};
    rc = settle(r, &slot->start, hour->column, &slot->twice);
    return rc ? rc : set_end(r, hour, slot);
}

static int push_slot(
        struct timing_reader *r, struct slots *slots, struct timing_slot slot)
{
    if (slots->n >= TIMING_MAX)
        return err_set(r->e, ERR_LIMIT, N_("these are too many dates: at most 800"));
    slots->list = mem_grow(slots->list, slots->n, &slots->cap, sizeof(slot));
    slots->list[slots->n++] = slot;
    return 0;
}

static int push_day(struct timing_reader *r, const struct timing_hours *hours,
        int32_t days, struct slots *slots)
{
    static const struct timing_clock midnight = {0, MOMENT_NO_OFFSET};
    struct timing_slot slot = {.start = at_clock(r, days, &midnight)};
    int rc = 0;

    if (hours->n == 0) {
        slot.start.minutes = MOMENT_NO_HOUR;
        return push_slot(r, slots, slot);
    }
    for (size_t i = 0; i < hours->n && rc == 0; i++) {
        rc = make_slot(r, days, &hours->list[i], &slot);
        if (rc == 0)
            rc = push_slot(r, slots, slot);
    }
    return rc;
}

static int read_exceptions(struct timing_reader *r, struct sentence *s)
{
    struct date_scan probe = r->scan;
    int rc = 0;

    timing_separator(&probe);
    while (rc == 0 && datescan_word(&probe, WORD_EXCEPT)) {
        r->scan.at = probe.at;
        s->exceptions_column = datescan_peek(&r->scan, 0)->column;
        rc = timing_read_items(r, &s->exceptions);
        probe = r->scan;
        timing_separator(&probe);
    }
    return rc;
}

static int read_parts(struct timing_reader *r, struct sentence *s)
{
    int rc = timing_read_items(r, &s->items);

    if (rc == 0)
        rc = timing_read_hours(r, &s->hours);
    if (rc == 0 && s->hours.n)
        rc = timing_read_late_range(r, &s->items);
    if (rc == 0)
        rc = read_exceptions(r, s);
    if (rc == 0 && s->hours.n == 0)
        rc = timing_read_hours(r, &s->hours);
    return rc;
}

/* What was read and separated well may be followed by the next sentence. */
static int read_end_of_sentence(struct timing_reader *r, const struct sentence *s)
{
    struct timing_reader probe = *r;
    bool ended = datescan_sign(&r->scan, ';');

    if (ended || datescan_peek(&r->scan, 0)->kind == TOKEN_END)
        return 0;
    timing_separator(&probe.scan);
    if (s->hours.n && timing_starts_item(&probe)) {
        r->scan.at = probe.scan.at;
        return 0;
    }
    return datescan_fail(&r->scan, N_("\"%1$s\" is not a day, a date or a time"), r->e);
}

static int read_sentence(struct timing_reader *r, struct slots *slots)
{
    struct sentence s = {0};
    int rc = read_parts(r, &s);

    if (rc == 0)
        rc = read_end_of_sentence(r, &s);
    if (rc == 0)
        rc = timing_expand(r, &s.items, &s.days);
    if (rc == 0 && s.exceptions.n)
        rc = timing_except(r, &s.exceptions, s.exceptions_column, &s.days);
    for (size_t i = 0; i < s.days.n && rc == 0; i++)
        rc = push_day(r, &s.hours, s.days.days[i], slots);
    sentence_release(&s);
    return rc;
}

static int compare_slots(const void *left, const void *right)
{
    const struct timing_slot *a = left;
    const struct timing_slot *b = right;
    int order = moment_cmp(&a->start, &b->start);

    if (!order)
        order = a->has_end - b->has_end;
    return order || !a->has_end ? order : moment_cmp(&a->end, &b->end);
}

/* A séance is known by its start: two ends for one start cannot both be meant. */
static int sort_and_unite(struct timing_reader *r, struct slots *slots)
{
    size_t kept = 0;

    qsort(slots->list, slots->n, sizeof(*slots->list), compare_slots);
    for (size_t i = 0; i < slots->n; i++) {
        const struct timing_slot *last = kept ? &slots->list[kept - 1] : NULL;

        if (last && moment_cmp(&last->start, &slots->list[i].start) == 0) {
            if (compare_slots(last, &slots->list[i]))
                return fail_with_time(r,
                        N_("%1$s %2$s is there twice, with different ends"),
                        &slots->list[i].start, 0);
            continue;
        }
        slots->list[kept++] = slots->list[i];
    }
    slots->n = kept;
    return 0;
}

static int read_text(struct timing_reader *r, struct slots *slots)
{
    int rc = 0;

    while (rc == 0 && datescan_peek(&r->scan, 0)->kind != TOKEN_END)
        if (!datescan_sign(&r->scan, ';'))
            rc = read_sentence(r, slots);
    if (rc == 0 && slots->n == 0)
        rc = timing_fail(
                r, N_("no date yet: write a day or a date, such as ve 20h30"), 1);
    return rc ? rc : sort_and_unite(r, slots);
}

int timing_parse(struct view text, const struct timing_context *ctx,
        struct timing_slot **ret_slots, size_t *ret_n, struct err *e)
{
    struct timing_reader r = {.ctx = ctx, .e = e};
    struct slots slots = {0};
    int rc;

    if (!zone_known(ctx->zone))
        return err_set(
                e, ERR_NOT_FOUND, N_("the time zone is not known on this machine"));
    if (text.n > TIMING_TEXT_MAX)
        return err_set(
                e, ERR_LIMIT, N_("this text is too long: write it in two parts"));
    if (!date_in_range(timing_base(ctx)) || !date_in_range(ctx->today))
        return err_set(e, ERR_INVALID, N_("this date does not exist"));
    datescan_init(&r.scan, text, ctx->lang);
    rc = read_text(&r, &slots);
    datescan_release(&r.scan);
    if (rc) {
        free(slots.list);
        return rc;
    }
    *ret_slots = slots.list;
    *ret_n = slots.n;
    return 0;
}
