/* The functions over dates, times and amounts that expressions may call (docs/forms.md
 * §7). */
#include <stdlib.h>

#include "odus/base/date.h"
#include "odus/base/datetext.h"
#include "odus/base/mem.h"
#include "odus/base/moment.h"
#include "odus/form/input.h"
#include "engine_priv.h"

int32_t engine_today(const struct engine *en)
{
    if (en->today != DATE_NONE)
        return en->today;
    return en->hooks.today ? en->hooks.today(en->hooks.ctx) : 0;
}

static enum date_lang lang_of(const struct engine *en)
{
    return date_lang_of(en->hooks.lang ? en->hooks.lang(en->hooks.ctx) : NULL);
}

static void result_day(struct db_call *call, int32_t day)
{
    char text[DATE_ISO_SIZE];

    if (!date_in_range(day))
        return;
    date_iso(day, text);
    db_result_text(call, view_of(text));
}

static bool arg_moment(const struct db_call *call, int i, struct moment *ret)
{
    return !db_arg_null(call, i) &&
           moment_parse(db_arg_text(call, i), "Europe/Paris", ret, NULL) == 0;
}

static bool arg_day(const struct db_call *call, int i, int32_t *ret)
{
    struct moment m;

    if (!arg_moment(call, i, &m))
        return false;
    *ret = m.days;
    return true;
}

static void result_moment(struct db_call *call, const struct moment *m)
{
    char text[MOMENT_TEXT_SIZE];

    moment_text(m, text);
    db_result_text(call, view_of(text));
}

static void fn_today(struct db_call *call, void *ctx)
{
    result_day(call, engine_today(ctx));
}

static void fn_now_local(struct db_call *call, void *ctx)
{
    struct engine *en = ctx;
    struct moment m = {.offset = MOMENT_NO_OFFSET, .zone = "Europe/Paris"};
    struct local local;

    if (!en->hooks.now_s ||
            zone_from_utc(m.zone, en->hooks.now_s(en->hooks.ctx), &local, NULL) < 0)
        return;
    m.days = local.days;
    m.minutes = (int16_t)local.minutes;
    result_moment(call, &m);
}

static void fn_day(struct db_call *call, void *ctx)
{
    int32_t day;

    (void)ctx;
    if (arg_day(call, 0, &day))
        result_day(call, day);
}

static void fn_clock_of(struct db_call *call, void *ctx)
{
    struct moment m;
    struct buf text;

    (void)ctx;
    if (!arg_moment(call, 0, &m) || m.minutes < 0)
        return;
    buf_init(&text, 0);
    datetext_time(m.minutes, &text);
    db_result_text(call, buf_view(&text));
    buf_release(&text);
}

static void fn_days_between(struct db_call *call, void *ctx)
{
    int32_t a, b;

    (void)ctx;
    if (arg_day(call, 0, &a) && arg_day(call, 1, &b))
        db_result_int(call, b - a);
}

static void fn_minutes_between(struct db_call *call, void *ctx)
{
    struct moment a, b;
    int64_t from, to;

    (void)ctx;
    if (arg_moment(call, 0, &a) && arg_moment(call, 1, &b) &&
            moment_utc(&a, &from) == 0 && moment_utc(&b, &to) == 0)
        db_result_int(call, (to - from) / 60);
}

static void fn_add_days(struct db_call *call, void *ctx)
{
    int32_t day;
    int64_t n = db_arg_int(call, 1);

    (void)ctx;
    if (arg_day(call, 0, &day) && n > -4000000 && n < 4000000)
        result_day(call, day + (int32_t)n);
}

static void fn_add_months(struct db_call *call, void *ctx)
{
    int32_t day;
    int y, m, d, last;
    int64_t n = db_arg_int(call, 1);

    (void)ctx;
    if (!arg_day(call, 0, &day) || n < -12000 || n > 12000)
        return;
    date_civil(day, &y, &m, &d);
    n += (int64_t)y * 12 + m - 1;
    if (n < 12 || n >= 12 * 10000)
        return;
    y = (int)(n / 12);
    m = (int)(n % 12) + 1;
    last = date_month_length(y, m);
    result_day(call, date_days(y, m, d > last ? last : d));
}

static void fn_end_after(struct db_call *call, void *ctx)
{
    struct moment m, end;
    int64_t minutes = db_arg_int(call, 1);

    (void)ctx;
    if (!db_arg_null(call, 1) && minutes >= 0 && minutes < 100000 &&
            arg_moment(call, 0, &m) && m.minutes >= 0 &&
            moment_add(&m, (int)minutes, &end) == 0)
        result_moment(call, &end);
}

static void fn_slot_state(struct db_call *call, void *ctx)
{
    static const char *const names[] = {
            [ZONE_EXACT] = "exact", [ZONE_GAP] = "gap", [ZONE_TWICE] = "twice"};
    struct moment m;
    enum zone_fit fit;

    (void)ctx;
    if (!arg_moment(call, 0, &m) || moment_fit(&m, &fit) < 0)
        return;
    if (fit == ZONE_TWICE && m.offset != MOMENT_NO_OFFSET)
        fit = ZONE_EXACT;
    db_result_text(call, view_of(names[fit]));
}

static void add_clock(const struct moment *m, const char *before, struct buf *out)
{
    if (m->minutes >= 0) {
        buf_adds(out, before);
        datetext_time(m->minutes, out);
    }
}

static void fn_format_slot(struct db_call *call, void *ctx)
{
    struct moment a, b;
    struct buf out;

    if (!arg_moment(call, 0, &a))
        return;
    buf_init(&out, 0);
    datetext_short(a.days, lang_of(ctx), true, &out);
    add_clock(&a, " ", &out);
    if (arg_moment(call, 1, &b))
        add_clock(&b, " → ", &out);
    db_result_text(call, buf_view(&out));
    buf_release(&out);
}

static void fn_format_date(struct db_call *call, void *ctx)
{
    int32_t day;
    struct buf out;

    if (!arg_day(call, 0, &day))
        return;
    buf_init(&out, 0);
    datetext_short(day, lang_of(ctx), true, &out);
    db_result_text(call, buf_view(&out));
    buf_release(&out);
}

static void fn_format_money(struct db_call *call, void *ctx)
{
    static const struct form_field money = {.type = FORM_MONEY};
    const struct engine *en = ctx;
    char *cents;
    struct buf out;

    if (db_arg_null(call, 0))
        return;
    cents = xasprintf("%lld", (long long)db_arg_int(call, 0));
    buf_init(&out, 0);
    input_show(
            &money, cents, en->hooks.lang ? en->hooks.lang(en->hooks.ctx) : "fr", &out);
    db_result_text(call, buf_view(&out));
    buf_release(&out);
    free(cents);
}

const struct engine_function engine_date_functions[] = {
        {"today", 0, fn_today},
        {"now_local", 0, fn_now_local},
        {"day", 1, fn_day},
        {"clock_of", 1, fn_clock_of},
        {"days_between", 2, fn_days_between},
        {"minutes_between", 2, fn_minutes_between},
        {"add_days", 2, fn_add_days},
        {"add_months", 2, fn_add_months},
        {"end_after", 2, fn_end_after},
        {"slot_state", 1, fn_slot_state},
        {"format_slot", 2, fn_format_slot},
        {"format_date", 1, fn_format_date},
        {"format_money", 1, fn_format_money},
        {NULL, 0, NULL},
};
