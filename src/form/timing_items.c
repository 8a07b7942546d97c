#include "timing_parse.h"

#include "odus/base/date.h"
#include "odus/base/mem.h"

enum { ALL_WEEK = 0x7f };

static const struct timing_date NO_DATE = {.weekday = -1, .days = DATE_NONE};

int32_t timing_base(const struct timing_context *ctx)
{
    return ctx->last == TIMING_NONE ? ctx->today : ctx->last;
}

int timing_fail(struct timing_reader *r, const char *id, int column)
{
    err_set(r->e, ERR_INVALID, id);
    err_at(r->e, NULL, 0, column);
    return ERR_INVALID;
}

static void skip_fill(struct date_scan *s)
{
    while (datescan_word(s, WORD_FILL))
        ;
}

/* Between two days: a dash, "to", or "à" when no hour follows. */
static bool take_to(struct date_scan *s)
{
    struct date_scan probe = *s;
    struct clock clock;

    if (datescan_sign(s, '-') || datescan_word(s, WORD_TO))
        return true;
    if (!datescan_word(&probe, WORD_TILL_HOUR) ||
            datescan_clock(&probe, CLOCK_MARKED, &clock))
        return false;
    s->at = probe.at;
    return true;
}

/* From, or "à partir du". */
static bool take_from(struct date_scan *s)
{
    struct date_scan probe = *s;

    datescan_word(&probe, WORD_AT);
    if (!datescan_word(&probe, WORD_FROM))
        return false;
    while (datescan_word(&probe, WORD_FROM))
        ;
    s->at = probe.at;
    return true;
}

/* [weekday] date */
static bool read_dated(struct date_scan *s, struct timing_date *ret)
{
    size_t start = s->at;

    *ret = NO_DATE;
    skip_fill(s);
    datescan_weekday(s, &ret->weekday);
    skip_fill(s);
    if (datescan_date(s, &ret->part))
        return true;
    ret->weekday = -1;
    s->at = start;
    return false;
}

static bool next_is_weekday(const struct date_scan *from)
{
    struct date_scan s = *from;
    int weekday;

    skip_fill(&s);
    return datescan_weekday(&s, &weekday);
}

static bool next_is_dated_weekday(const struct date_scan *from)
{
    struct date_scan s = *from;
    struct timing_date dated;
    int weekday;

    skip_fill(&s);
    return datescan_weekday(&s, &weekday) && !timing_is_bare_hours(&s) &&
           read_dated(&s, &dated) && dated.weekday < 0;
}

/* One weekday, or several of one week by "sa-di". */
static void read_weekday_run(struct timing_reader *r, struct timing_item *item)
{
    struct date_scan probe;
    int32_t base = timing_base(r->ctx);
    int first, last, coming;

    skip_fill(&r->scan);
    if (!datescan_weekday(&r->scan, &first))
        return;
    last = first;
    probe = r->scan;
    if (take_to(&probe) && next_is_weekday(&probe)) {
        skip_fill(&probe);
        datescan_weekday(&probe, &last);
        r->scan.at = probe.at;
    }
    coming = (first - date_weekday(base + 1) + 7) % 7;
    for (int i = 0; i <= (last - first + 7) % 7; i++) {
        item->mask |= 1u << (first + i) % 7;
        item->coming |= 1u << (coming + i);
    }
}

/*
 * Weekdays side by side, over commas too when LIST. Those after a range (TRAILING) may
 * be followed by one that has a date of its own and begins the next item.
 */
static void read_weekdays(
        struct timing_reader *r, struct timing_item *item, bool list, bool trailing)
{
    for (;;) {
        struct date_scan probe = r->scan;

        if (list)
            timing_separator(&probe);
        if (!next_is_weekday(&probe) || (trailing && next_is_dated_weekday(&probe)))
            return;
        r->scan.at = probe.at;
        read_weekday_run(r, item);
    }
}

static bool is_single(unsigned mask)
{
    return mask && (mask & (mask - 1)) == 0;
}

static int weekday_of(unsigned mask)
{
    int weekday = 0;

    while (!(mask >> weekday & 1u))
        weekday++;
    return weekday;
}

/* "until DATE" */
static int read_until(struct timing_reader *r, struct timing_item *item)
{
    item->kind = ITEM_RANGE;
    item->open = true;
    datescan_word(&r->scan, WORD_TO);
    if (!read_dated(&r->scan, &item->to))
        return datescan_fail(&r->scan, N_("\"%1$s\" is not a date"), r->e);
    return 0;
}

/* "5/12 à 20" tells an hour; only a month makes a date of it. */
static bool is_hour_after_all(
        const struct date_scan *from, const struct timing_date *to)
{
    struct date_scan s = *from;

    return !datescan_word(&s, WORD_TO) && datescan_word(&s, WORD_TILL_HOUR) &&
           !to->part.month;
}

/* What follows a date that has been read: the end of a range, or nothing. */
static int read_range_end(
        struct timing_reader *r, struct timing_item *item, bool wanted)
{
    struct date_scan probe = r->scan;
    bool joined = take_to(&probe) || (wanted && datescan_word(&probe, WORD_UNTIL));
    struct timing_date to;

    if (joined && read_dated(&probe, &to) && !is_hour_after_all(&r->scan, &to)) {
        r->scan.at = probe.at;
        item->kind = ITEM_RANGE;
        item->to = to;
        return 0;
    }
    if (wanted)
        return datescan_fail(&r->scan,
                N_("\"%1$s\" is not the end of the range: write it as \"au 15/8\""),
                r->e);
    item->kind = ITEM_DATE;
    return 0;
}

/* A weekday before "1/8-15/8" picks days of it; before both ends it is checked. */
static int sort_weekdays_out(struct timing_reader *r, struct timing_item *item)
{
    bool checks = item->kind == ITEM_DATE || item->to.weekday >= 0;

    if (!checks || !item->mask)
        return 0;
    if (!is_single(item->mask))
        return timing_fail(r,
                N_("one weekday fits one date: write a range, or one by one"),
                item->column);
    item->from.weekday = weekday_of(item->mask);
    item->mask = 0;
    return 0;
}

/* "Saturday, 5 December" */
static void skip_comma_before_date(struct date_scan *s)
{
    struct date_scan probe = *s;
    struct timing_date dated;

    if (datescan_sign(&probe, ',') && !timing_is_hour(&probe) &&
            !next_is_weekday(&probe) && read_dated(&probe, &dated))
        s->at++;
}

/* The dates after the weekdays, if any. Leaves ITEM_WEEKDAYS where there are none. */
static int read_dates(struct timing_reader *r, struct timing_item *item)
{
    struct date_scan *s = &r->scan;
    bool from;
    int rc;

    if (item->mask && timing_is_hour(s))
        return 0;
    if (datescan_word(s, WORD_UNTIL))
        return read_until(r, item);
    from = take_from(s);
    if (is_single(item->mask) && !from)
        skip_comma_before_date(s);
    if (!read_dated(s, &item->from)) {
        if (from || !item->mask)
            return datescan_fail(
                    s, N_("\"%1$s\" is not a day, a date or a time"), r->e);
        return 0;
    }
    rc = read_range_end(r, item, from);
    return rc ? rc : sort_weekdays_out(r, item);
}

/* "du lundi au vendredi": weekdays, unless dates belong to them. */
static void skip_from_before_weekdays(struct date_scan *s)
{
    struct date_scan probe = *s;

    if (datescan_word(&probe, WORD_FROM) && next_is_weekday(&probe) &&
            !next_is_dated_weekday(&probe))
        s->at = probe.at;
}

static void read_every(struct timing_reader *r, struct timing_item *item)
{
    struct date_scan *s = &r->scan;

    item->every = datescan_word(s, WORD_DAILY);
    if (item->every)
        item->mask = ALL_WEEK;
    else
        item->every = datescan_word(s, WORD_EVERY);
    skip_fill(s);
    if (item->every && datescan_word(s, WORD_DAYS))
        item->mask = ALL_WEEK;
}

/* Weekdays listed before, with commas, belong to the range that follows the last. */
static void absorb_weekdays(struct timing_items *items, struct timing_item *item)
{
    while (items->n && items->list[items->n - 1].kind == ITEM_WEEKDAYS)
        item->mask |= items->list[--items->n].mask;
}

static int read_item(struct timing_reader *r, struct timing_items *items)
{
    struct timing_item item = {.from = NO_DATE, .to = NO_DATE};
    int rc;

    skip_fill(&r->scan);
    item.column = datescan_peek(&r->scan, 0)->column;
    read_every(r, &item);
    skip_from_before_weekdays(&r->scan);
    read_weekdays(r, &item, item.every, false);
    if (item.every && !item.mask)
        return datescan_fail(&r->scan, N_("\"%1$s\" is not a weekday"), r->e);
    rc = read_dates(r, &item);
    if (rc)
        return rc;
    if (item.kind == ITEM_RANGE && item.mask) {
        absorb_weekdays(items, &item);
    } else if (item.kind == ITEM_RANGE) {
        read_every(r, &item);
        read_weekdays(r, &item, true, true);
    }
    items->list = mem_grow(items->list, items->n, &items->cap, sizeof(item));
    items->list[items->n++] = item;
    return 0;
}

bool timing_starts_item(const struct timing_reader *r)
{
    struct date_scan s = r->scan;
    struct timing_date dated;

    skip_fill(&s);
    if (datescan_word(&s, WORD_EVERY) || datescan_word(&s, WORD_DAILY))
        return true;
    datescan_word(&s, WORD_UNTIL);
    take_from(&s);
    return next_is_weekday(&s) || read_dated(&s, &dated);
}

/* Without a comma only a weekday begins the next item: "ve 4 sa 5". */
static bool next_item(struct timing_reader *r)
{
    size_t before = r->scan.at;

    if (timing_separator(&r->scan)) {
        if (timing_starts_item(r))
            return true;
        r->scan.at = before;
        return false;
    }
    return next_is_weekday(&r->scan);
}

int timing_read_items(struct timing_reader *r, struct timing_items *items)
{
    int rc;

    do
        rc = read_item(r, items);
    while (rc == 0 && next_item(r));
    return rc;
}

int timing_read_late_range(struct timing_reader *r, struct timing_items *items)
{
    struct timing_item *last = &items->list[items->n - 1];
    struct timing_item item = {.from = NO_DATE, .to = NO_DATE};
    int rc;

    if (last->kind != ITEM_WEEKDAYS || !timing_starts_item(r) ||
            next_is_weekday(&r->scan))
        return 0;
    item.column = datescan_peek(&r->scan, 0)->column;
    rc = read_dates(r, &item);
    if (rc)
        return rc;
    if (item.kind != ITEM_RANGE)
        return timing_fail(
                r, N_("a comma or a range of dates is missing here"), item.column);
    absorb_weekdays(items, &item);
    items->list[items->n++] = item;
    return 0;
}
