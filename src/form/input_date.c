#include <string.h>
#include <strings.h>

#include "input_priv.h"
#include "odus/base/date.h"
#include "odus/base/datetext.h"
#include "odus/base/moment.h"
#include "odus/base/utf8.h"

enum { OFFSET_SIZE = 6, DURATION_MAX = 1000000 };

static int read_date(struct view typed, const struct input_context *ctx, int32_t *ret,
        struct err *err)
{
    if (date_iso_parse(typed, ret) == 0)
        return 0;
    return datetext_parse(
            typed, date_lang_of(ctx->lang), ctx->anchor, DATE_YEAR_NEXT, ret, err);
}

/** Takes a trailing "[Zone/Name]" off V into M. */
static struct view take_zone(struct view v, struct moment *m)
{
    const char *open = v.n && v.p[v.n - 1] == ']' ? memrchr(v.p, '[', v.n) : NULL;
    char zone[ZONE_NAME_MAX];
    size_t n = open ? (size_t)(v.p + v.n - open) - 2 : 0;

    if (n == 0 || n >= sizeof zone)
        return v;
    memcpy(zone, open + 1, n);
    zone[n] = '\0';
    if (!zone_name_ok(zone))
        return v;
    memcpy(m->zone, zone, n + 1);
    return view_trim((struct view){v.p, (size_t)(open - v.p)});
}

/** Takes a trailing "+01:00" off V into M: which one of an hour that happens twice. */
static struct view take_offset(struct view v, struct moment *m)
{
    const char *p = v.p + v.n - OFFSET_SIZE;
    int minutes;

    if (v.n <= OFFSET_SIZE || (*p != '+' && *p != '-') || p[3] != ':' ||
            datetext_parse_time((struct view){p + 1, OFFSET_SIZE - 1}, &minutes, NULL))
        return v;
    m->offset = (int16_t)(*p == '-' ? -minutes : minutes);
    return view_trim((struct view){v.p, v.n - OFFSET_SIZE});
}

static struct view without_comma(struct view v)
{
    v = view_trim(v);
    while (v.n && (v.p[v.n - 1] == ',' || v.p[v.n - 1] == ';'))
        v = view_trim((struct view){v.p, v.n - 1});
    return v;
}

/** V is a date, a space and a time: tries each space, the last one first. */
static bool read_both(struct view v, const struct input_context *ctx, struct moment *m)
{
    for (size_t i = v.n; i-- > 0;) {
        struct view tail = {v.p + i + 1, v.n - i - 1};
        int32_t days;
        int minutes;

        if ((v.p[i] != ' ' && v.p[i] != 'T') ||
                datetext_parse_time(tail, &minutes, NULL) != 0 ||
                read_date(without_comma((struct view){v.p, i}), ctx, &days, NULL) != 0)
            continue;
        m->days = days;
        m->minutes = (int16_t)minutes;
        return true;
    }
    return false;
}

static bool is_now(struct view v)
{
    static const char *const words[] = {"now", "maintenant", "adesso"};

    for (size_t i = 0; i < COUNT(words); i++)
        if (v.n == strlen(words[i]) && strncasecmp(v.p, words[i], v.n) == 0)
            return true;
    return false;
}

/** The instant of the context as wall time of M's zone. */
static int read_now(const struct input_context *ctx, struct moment *m, struct err *err)
{
    struct local local;

    if (zone_from_utc(m->zone, ctx->now_s, &local, NULL) != 0)
        return err_set(err, ERR_INVALID,
                N_("zone %1$s is not known on this machine: type date and time"),
                m->zone);
    m->days = local.days;
    m->minutes = (int16_t)local.minutes;
    return 0;
}

/** Date and time, date alone (hour unknown), time alone (on the anchor's date). */
static int read_words(struct view v, const struct input_context *ctx, struct moment *m,
        struct err *err)
{
    int minutes;

    if (is_now(v))
        return read_now(ctx, m, err);
    if (m->offset == MOMENT_NO_OFFSET && read_date(v, ctx, &m->days, NULL) == 0)
        return 0;
    if (read_both(v, ctx, m))
        return 0;
    m->days = ctx->anchor;
    if (datetext_parse_time(v, &minutes, NULL) == 0) {
        m->minutes = (int16_t)minutes;
        return 0;
    }
    return input_fail(
            err, N_("\"%1$s\" is not a date and time like %2$s"), v, "4/12 20h30");
}

static int read_datetime(const struct form_field *field, struct view typed,
        const struct input_context *ctx, struct buf *out, struct err *err)
{
    struct moment m;
    char text[MOMENT_TEXT_SIZE];
    int r;

    if (moment_parse(typed, field->zone, &m, NULL) != 0) {
        m = (struct moment){.minutes = MOMENT_NO_HOUR, .offset = MOMENT_NO_OFFSET};
        memcpy(m.zone, field->zone, strnlen(field->zone, sizeof m.zone - 1));
        typed = take_offset(take_zone(typed, &m), &m);
        r = read_words(typed, ctx, &m, err);
        if (r < 0)
            return r;
    }
    moment_text(&m, text);
    buf_adds(out, text);
    return 0;
}

static int read_duration(struct view typed, struct buf *out, struct err *err)
{
    long long n;
    int minutes;

    if (view_int(typed, &n) && n >= 0 && n <= DURATION_MAX) {
        buf_addf(out, "%lld", n);
        return 0;
    }
    if (datetext_parse_duration(typed, &minutes, NULL) != 0)
        return input_fail(
                err, N_("\"%1$s\" is not a duration like %2$s"), typed, "1h30, 55 min");
    buf_addf(out, "%d", minutes);
    return 0;
}

int input_date(const struct form_field *field, struct view typed,
        const struct input_context *ctx, struct buf *out, struct err *err)
{
    char iso[DATE_ISO_SIZE];
    int32_t days;
    int minutes, r;

    switch (field->type) {
    case FORM_DATETIME: return read_datetime(field, typed, ctx, out, err);
    case FORM_DURATION: return read_duration(typed, out, err);
    case FORM_TIME:
        r = datetext_parse_time(typed, &minutes, err);
        if (r == 0)
            datetext_time(minutes, out);
        return r;
    default:
        r = read_date(typed, ctx, &days, err);
        if (r == 0) {
            date_iso(days, iso);
            buf_adds(out, iso);
        }
        return r;
    }
}
