#include "odus/base/datetext.h"

#include "odus/base/date.h"
#include "odus/base/datescan.h"

enum date_lang date_lang_of(const char *code)
{
    if (code && code[0] == 'e' && code[1] == 'n')
        return DATE_EN;
    return code && code[0] == 'i' && code[1] == 't' ? DATE_IT : DATE_FR;
}

static bool at_end(const struct date_scan *s)
{
    return datescan_peek(s, 0)->kind == TOKEN_END;
}

static int32_t resolve(
        const struct date_part *part, int32_t anchor, enum date_year year)
{
    int32_t after = datescan_resolve(part, anchor, 1);
    int32_t before;

    if (year == DATE_YEAR_NEXT || after == DATE_NONE)
        return after;
    before = datescan_resolve(part, anchor, -1);
    return before == DATE_NONE || after - anchor <= anchor - before ? after : before;
}

static int fail_date(const struct date_part *part, struct err *e)
{
    err_set(e, ERR_INVALID, N_("this date does not exist"));
    err_at(e, NULL, 0, part->column);
    return ERR_INVALID;
}

static int fail_weekday(
        const struct date_scan *s, int32_t days, struct err *e, int column)
{
    struct buf date;

    buf_init(&date, 0);
    datetext_full(days, s->lang, &date);
    err_set(e, ERR_INVALID, N_("the weekday does not match: that is %1$s"), date.s);
    err_at(e, NULL, 0, column);
    buf_release(&date);
    return ERR_INVALID;
}

static int read_date(struct date_scan *s, int32_t anchor, enum date_year year,
        int32_t *ret, struct err *e)
{
    struct date_part part;
    int weekday = -1;
    int column;
    int32_t days;

    while (datescan_word(s, WORD_FILL))
        ;
    column = datescan_peek(s, 0)->column;
    if (datescan_weekday(s, &weekday) && at_end(s)) {
        *ret = anchor + 1 + (weekday - date_weekday(anchor + 1) + 7) % 7;
        return 0;
    }
    datescan_sign(s, ',');
    while (datescan_word(s, WORD_FILL))
        ;
    if (!datescan_date(s, &part))
        return datescan_fail(s, N_("\"%1$s\" is not a date"), e);
    if (!at_end(s))
        return datescan_fail(s, N_("\"%1$s\" is not part of a date"), e);
    days = resolve(&part, anchor, year);
    if (days == DATE_NONE)
        return fail_date(&part, e);
    if (weekday >= 0 && date_weekday(days) != weekday)
        return fail_weekday(s, days, e, column);
    *ret = days;
    return 0;
}

int datetext_parse(struct view text, enum date_lang lang, int32_t anchor,
        enum date_year year, int32_t *ret_days, struct err *e)
{
    struct date_scan s;
    int rc;

    if (!date_in_range(anchor) || !date_in_range(anchor + 7))
        return err_set(e, ERR_INVALID, N_("this date does not exist"));
    datescan_init(&s, text, lang);
    rc = read_date(&s, anchor, year, ret_days, e);
    datescan_release(&s);
    return rc;
}

int datetext_parse_time(struct view text, int *ret_minutes, struct err *e)
{
    struct date_scan s;
    struct clock clock;
    int rc = 0;

    datescan_init(&s, text, DATE_FR);
    datescan_word(&s, WORD_AT);
    if (!datescan_clock(&s, CLOCK_BARE, &clock) || clock.minutes == 1440)
        rc = datescan_fail(
                &s, N_("\"%1$s\" is not a time: write it as 20h30 or 20:30"), e);
    else if (!at_end(&s))
        rc = datescan_fail(&s, N_("\"%1$s\" is not part of a time"), e);
    else
        *ret_minutes = clock.minutes;
    datescan_release(&s);
    return rc;
}

int datetext_parse_duration(struct view text, int *ret_minutes, struct err *e)
{
    struct date_scan s;
    int minutes;
    int rc = 0;

    datescan_init(&s, text, DATE_FR);
    if (!datescan_duration(&s, &minutes))
        rc = datescan_fail(
                &s, N_("\"%1$s\" is not a duration: write it as 1h30 or 55"), e);
    else if (!at_end(&s))
        rc = datescan_fail(&s, N_("\"%1$s\" is not part of a duration"), e);
    else
        *ret_minutes = minutes;
    datescan_release(&s);
    return rc;
}

static void print(int32_t days, enum date_lang lang, bool abridged, bool with_year,
        struct buf *out)
{
    int year, month, day;

    date_civil(days, &year, &month, &day);
    buf_addf(out, "%s %d%s %s",
            datewords_weekday_name(lang, date_weekday(days), abridged), day,
            lang == DATE_FR && day == 1 ? "er" : "",
            datewords_month_name(lang, month, abridged));
    if (with_year)
        buf_addf(out, " %04d", year);
}

void datetext_full(int32_t days, enum date_lang lang, struct buf *out)
{
    print(days, lang, false, true, out);
}

void datetext_short(int32_t days, enum date_lang lang, bool with_year, struct buf *out)
{
    print(days, lang, true, with_year, out);
}

void datetext_time(int minutes, struct buf *out)
{
    buf_addf(out, "%02d:%02d", minutes / 60, minutes % 60);
}

void datetext_duration(int minutes, struct buf *out)
{
    if (minutes < 60)
        buf_addf(out, "%d min", minutes);
    else if (minutes % 60)
        buf_addf(out, "%d h %02d", minutes / 60, minutes % 60);
    else
        buf_addf(out, "%d h", minutes / 60);
}
