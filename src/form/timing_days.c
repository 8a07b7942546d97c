#include "timing_parse.h"

#include "odus/base/date.h"
#include "odus/base/mem.h"

enum {
    DAYS_MAX = 4000, /* in one sentence, before exceptions */
    WRAP_MAX = 334,  /* days from a date to the same range's end in the next year */
    WHOLE_WEEK = 0x7f,
};

int timing_check_date(struct timing_reader *r, const struct timing_date *dated)
{
    struct buf date;

    if (dated->days == DATE_NONE)
        return timing_fail(r, N_("this date does not exist"), dated->part.column);
    if (dated->weekday < 0 || dated->weekday == date_weekday(dated->days))
        return 0;
    buf_init(&date, 0);
    datetext_full(dated->days, r->ctx->lang, &date);
    err_set(r->e, ERR_INVALID, N_("the weekday does not match: that is %1$s"), date.s);
    err_at(r->e, NULL, 0, dated->part.column);
    buf_release(&date);
    return ERR_INVALID;
}

/* A range's yearless start is the last such date before its end: 20/12-5/1. */
static int resolve_range(
        struct timing_reader *r, struct timing_item *item, int32_t anchor)
{
    struct timing_date *from = &item->from;
    struct timing_date *to = &item->to;
    bool yearless = !item->open && !from->part.relative && !from->part.year;
    int rc;

    if (item->open)
        from->days = timing_base(r->ctx) + 1;
    else if (!yearless)
        from->days = datescan_resolve(&from->part, r->ctx->today, 1);
    if (from->days != DATE_NONE && !item->open && !to->part.relative)
        anchor = from->days;
    to->days =
            datescan_resolve(&to->part, to->part.relative ? r->ctx->today : anchor, 1);
    if (yearless && to->days != DATE_NONE)
        from->days = datescan_resolve(&from->part, to->days, -1);
    rc = item->open ? 0 : timing_check_date(r, from);
    if (rc == 0)
        rc = timing_check_date(r, to);
    if (rc == 0 &&
            (from->days > to->days || (yearless && to->days - from->days > WRAP_MAX)))
        rc = timing_fail(
                r, N_("the end of the range is before its start"), to->part.column);
    return rc;
}

static bool is_bare_day(const struct timing_item *item)
{
    const struct date_part *part = &item->from.part;

    return item->kind == ITEM_DATE && !part->relative && !part->month;
}

/* "5, 6 et 12/12": days alone lie before the date that follows them… */
static void resolve_backward(struct timing_items *items)
{
    for (size_t i = items->n; i-- > 1;) {
        struct timing_item *item = &items->list[i - 1];
        const struct timing_item *next = &items->list[i];

        if (is_bare_day(item) && next->from.days != DATE_NONE &&
                next->kind != ITEM_WEEKDAYS)
            item->from.days = datescan_resolve(&item->from.part, next->from.days, -1);
    }
}

/* …or, in "12/12, 19 et 20", after the one before them. */
static int resolve_forward(
        struct timing_reader *r, struct timing_items *items, int32_t anchor)
{
    for (size_t i = 0; i < items->n; i++) {
        struct timing_item *item = &items->list[i];
        const struct timing_item *before = i ? item - 1 : NULL;
        int32_t from = anchor;
        int rc;

        if (item->kind != ITEM_DATE)
            continue;
        if (before && before->kind != ITEM_WEEKDAYS)
            from = before->kind == ITEM_DATE ? before->from.days : before->to.days;
        if (item->from.days == DATE_NONE)
            item->from.days = datescan_resolve(&item->from.part, from, 1);
        rc = timing_check_date(r, &item->from);
        if (rc)
            return rc;
    }
    return 0;
}

static int resolve(struct timing_reader *r, struct timing_items *items, int32_t anchor)
{
    int rc = 0;

    for (size_t i = 0; i < items->n && rc == 0; i++) {
        struct timing_item *item = &items->list[i];
        int32_t start = item->from.part.relative ? r->ctx->today : anchor;

        if (item->kind == ITEM_RANGE)
            rc = resolve_range(r, item, anchor);
        else if (item->kind == ITEM_DATE && !is_bare_day(item))
            item->from.days = datescan_resolve(&item->from.part, start, 1);
    }
    if (rc)
        return rc;
    resolve_backward(items);
    return resolve_forward(r, items, anchor);
}

static int push_day(struct timing_reader *r, struct timing_days *days, int32_t day)
{
    if (!date_in_range(day))
        return err_set(r->e, ERR_INVALID, N_("this date does not exist"));
    if (days->n >= DAYS_MAX)
        return err_set(r->e, ERR_LIMIT, N_("these are too many dates: at most 800"));
    days->days = mem_grow(days->days, days->n, &days->cap, sizeof(*days->days));
    days->days[days->n++] = day;
    return 0;
}

static int expand_range(struct timing_reader *r, const struct timing_item *item,
        struct timing_days *days)
{
    unsigned mask = item->mask ? item->mask : WHOLE_WEEK;
    size_t before = days->n;

    for (int32_t day = item->from.days; day <= item->to.days; day++) {
        int rc = mask >> date_weekday(day) & 1u ? push_day(r, days, day) : 0;

        if (rc)
            return rc;
    }
    if (days->n == before)
        return timing_fail(r, N_("no such weekday lies in the range"), item->column);
    return 0;
}

static int expand(struct timing_reader *r, const struct timing_item *item,
        struct timing_days *days)
{
    int rc = 0;

    if (item->kind == ITEM_RANGE)
        return expand_range(r, item, days);
    if (item->every)
        return timing_fail(
                r, N_("until when? Add a range such as 1/8-15/8"), item->column);
    if (item->kind == ITEM_DATE)
        return push_day(r, days, item->from.days);
    for (int i = 0; i < 14 && rc == 0; i++)
        if (item->coming >> i & 1u)
            rc = push_day(r, days, timing_base(r->ctx) + 1 + i);
    return rc;
}

int timing_expand(
        struct timing_reader *r, struct timing_items *items, struct timing_days *days)
{
    int rc = resolve(r, items, r->ctx->today);

    for (size_t i = 0; i < items->n && rc == 0; i++)
        rc = expand(r, &items->list[i], days);
    return rc;
}

static bool is_excepted(const struct timing_items *items, int32_t day)
{
    for (size_t i = 0; i < items->n; i++) {
        const struct timing_item *item = &items->list[i];
        bool in_mask = !item->mask || (item->mask >> date_weekday(day) & 1u);

        if (item->kind == ITEM_WEEKDAYS && in_mask)
            return true;
        if (item->kind == ITEM_DATE && day == item->from.days)
            return true;
        if (item->kind == ITEM_RANGE && in_mask && day >= item->from.days &&
                day <= item->to.days)
            return true;
    }
    return false;
}

static int32_t earliest(const struct timing_days *days)
{
    int32_t first = days->days[0];

    for (size_t i = 1; i < days->n; i++)
        if (days->days[i] < first)
            first = days->days[i];
    return first;
}

int timing_except(struct timing_reader *r, struct timing_items *exceptions, int column,
        struct timing_days *days)
{
    size_t kept = 0;
    int rc = resolve(r, exceptions, earliest(days));

    for (size_t i = 0; i < days->n && rc == 0; i++)
        if (!is_excepted(exceptions, days->days[i]))
            days->days[kept++] = days->days[i];
    if (rc == 0 && kept == 0)
        rc = timing_fail(r, N_("the exceptions leave no date"), column);
    if (rc == 0)
        days->n = kept;
    return rc;
}
