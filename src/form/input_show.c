#include <string.h>

#include "input_priv.h"
#include "odus/base/date.h"
#include "odus/base/datetext.h"
#include "odus/base/moment.h"

enum { WORDS_MAX = 99 * 60 + 59 }; /* minutes datetext_parse_duration goes to */

/** What a language writes in numbers and for yes and no. */
struct habits {
    char decimal;
    const char *group; /* between thousands of an amount */
    const char *yes, *no, *unknown;
};

static const struct habits habits[] = {
        [DATE_FR] = {',', "\u202F", "oui", "non", "inconnu"},
        [DATE_EN] = {'.', ",", "yes", "no", "unknown"},
        [DATE_IT] = {',', ".", "sì", "no", "sconosciuto"},
};

static const struct habits *habits_of(const char *lang)
{
    return &habits[date_lang_of(lang)];
}

char input_decimal_sign(const char *lang)
{
    return habits_of(lang)->decimal;
}

/** Cents as euros: "1 200,00"; GROUP between thousands, "" for none. */
static bool add_amount(
        const char *value, char decimal, const char *group, struct buf *out)
{
    size_t n = strlen(value);
    long long cents;

    if (!view_int(view_of(value), &cents) || n > 18)
        return false;
    if (cents < 0)
        buf_addc(out, '-');
    value += *value == '-';
    n = strlen(value);
    for (size_t i = 0; i + 2 < n; i++) {
        if (i && (n - 2 - i) % 3 == 0)
            buf_adds(out, group);
        buf_addc(out, value[i]);
    }
    buf_addf(out, "%s%c%s%s", n < 3 ? "0" : "", decimal, n < 2 ? "0" : "",
            n < 2 ? value : value + n - 2);
    return true;
}

static void add_decimal(const char *value, char sign, struct buf *out)
{
    for (; *value; value++)
        buf_addc(out, *value == '.' ? sign : *value);
}

/** Offset and foreign zone of a datetime, as input_read takes them. */
static void add_where(const struct form_field *field, const struct moment *m,
        const char *before, const char *after, struct buf *out)
{
    if (m->offset != MOMENT_NO_OFFSET) {
        int minutes = m->offset < 0 ? -m->offset : m->offset;

        buf_addf(out, " %c%02d:%02d", m->offset < 0 ? '-' : '+', minutes / 60,
                minutes % 60);
    }
    if (!field->zone || strcmp(field->zone, m->zone) != 0)
        buf_addf(out, " %s%s%s", before, m->zone, after);
}

static bool show_datetime(const struct form_field *field, const char *value,
        const char *lang, struct buf *out)
{
    struct moment m;

    if (moment_parse(view_of(value), field->zone, &m, NULL) != 0)
        return false;
    datetext_short(m.days, date_lang_of(lang), true, out);
    if (m.minutes != MOMENT_NO_HOUR) {
        buf_addc(out, ' ');
        datetext_time(m.minutes, out);
    }
    add_where(field, &m, "(", ")", out);
    return true;
}

static bool show_date(const char *value, const char *lang, struct buf *out)
{
    int32_t days;

    if (date_iso_parse(view_of(value), &days) != 0)
        return false;
    datetext_short(days, date_lang_of(lang), true, out);
    return true;
}

/** Durations too long for people to read back stay plain minutes. */
static bool show_minutes(const char *value, struct buf *out)
{
    long long n;

    if (!view_int(view_of(value), &n) || n < 0 || n > WORDS_MAX)
        return false;
    datetext_duration((int)n, out);
    return true;
}

static bool show_word(const char *value, const struct habits *h, struct buf *out)
{
    if (strcmp(value, "1") == 0 || strcmp(value, "oui") == 0)
        buf_adds(out, h->yes);
    else if (strcmp(value, "0") == 0 || strcmp(value, "non") == 0)
        buf_adds(out, h->no);
    else if (strcmp(value, "inconnu") == 0)
        buf_adds(out, h->unknown);
    else
        return false;
    return true;
}

/** The parts of '\n'-joined VALUE with SEP between. */
static void add_joined(const char *value, const char *sep, struct buf *out)
{
    for (; *value; value++) {
        if (*value == '\n')
            buf_adds(out, sep);
        else
            buf_addc(out, *value);
    }
}

static bool show_money(const char *value, const struct habits *h, struct buf *out)
{
    if (!add_amount(value, h->decimal, h->group, out))
        return false;
    buf_adds(out, " €");
    return true;
}

void input_show(const struct form_field *field, const char *value, const char *lang,
        struct buf *out)
{
    bool shown = false;

    switch (field->type) {
    case FORM_MONEY: shown = show_money(value, habits_of(lang), out); break;
    case FORM_BOOLEAN:
    case FORM_THREE: shown = show_word(value, habits_of(lang), out); break;
    case FORM_DATE: shown = show_date(value, lang, out); break;
    case FORM_DATETIME: shown = show_datetime(field, value, lang, out); break;
    case FORM_DURATION: shown = show_minutes(value, out); break;
    case FORM_DECIMAL: add_decimal(value, input_decimal_sign(lang), out); return;
    default: break;
    }
    if (!shown && form_is_list(field))
        add_joined(value, ", ", out);
    else if (!shown)
        buf_adds(out, value);
}

/* --- as one would type it --- */

/** 05/12/2026: no name that a language could read otherwise. */
static void edit_day(int32_t days, struct buf *out)
{
    int year, month, day;

    date_civil(days, &year, &month, &day);
    buf_addf(out, "%02d/%02d/%04d", day, month, year);
}

static bool edit_date(const char *value, struct buf *out)
{
    int32_t days;

    if (date_iso_parse(view_of(value), &days) != 0)
        return false;
    edit_day(days, out);
    return true;
}

static bool edit_datetime(
        const struct form_field *field, const char *value, struct buf *out)
{
    struct moment m;

    if (moment_parse(view_of(value), field->zone, &m, NULL) != 0)
        return false;
    edit_day(m.days, out);
    if (m.minutes != MOMENT_NO_HOUR) {
        buf_addc(out, ' ');
        datetext_time(m.minutes, out);
    }
    add_where(field, &m, "[", "]", out);
    return true;
}

/** Three decimals after up to three digits could be thousands: one zero more tells. */
static void edit_decimal(const char *value, char sign, struct buf *out)
{
    const char *point = strchr(value, '.');

    add_decimal(value, sign, out);
    if (point && strlen(point + 1) == 3)
        buf_addc(out, '0');
}

/** A comma inside a part: a line end at the end says that commas do not separate. */
static void edit_parts(
        const struct form_field *field, const char *value, struct buf *out)
{
    if (field->type != FORM_TEXT || !strpbrk(value, ",;")) {
        add_joined(value, ", ", out);
        return;
    }
    buf_adds(out, value);
    buf_addc(out, '\n');
}

void input_edit(const struct form_field *field, const char *value, const char *lang,
        struct buf *out)
{
    char sign = input_decimal_sign(lang);
    bool done = false;

    switch (field->type) {
    case FORM_MONEY: done = add_amount(value, sign, "", out); break;
    case FORM_BOOLEAN:
    case FORM_THREE: done = show_word(value, habits_of(lang), out); break;
    case FORM_DATE: done = edit_date(value, out); break;
    case FORM_DATETIME: done = edit_datetime(field, value, out); break;
    case FORM_DURATION: done = show_minutes(value, out); break;
    case FORM_DECIMAL: edit_decimal(value, sign, out); return;
    default: break;
    }
    if (!done && form_is_list(field))
        edit_parts(field, value, out);
    else if (!done)
        buf_adds(out, value);
}
