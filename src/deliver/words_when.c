/* When, and what is special about one performance. */
#include <ctype.h>
#include <string.h>

#include "odus/base/datetext.h"
#include "odus/base/datewords.h"
#include "odus/deliver/text.h"
#include "words_priv.h"

enum { NOON = 12 * 60 };

/* --- days and hours --------------------------------------------------------------- */

void words_month(const struct delivery *d, const char *date, struct buf *out)
{
    long long year = 0, month = 0;
    const char *name = NULL;

    if (strlen(date) >= 7 && view_int((struct view){date, 4}, &year) &&
            view_int((struct view){date + 5, 2}, &month))
        name = datewords_month_name(date_lang_of(d->lang), (int)month, false);
    if (name)
        buf_addf(out, "%s %lld", name, year);
}

void words_day(const struct delivery *d, int32_t day, struct buf *out)
{
    size_t at = out->len;

    text_day(day, d->lang, out);
    out->s[at] = (char)toupper((unsigned char)out->s[at]); /* weekdays begin in ASCII */
}

/* "20 h 30", "17 h"; 20:30 where French is not read. */
static void add_hour(const struct delivery *d, int minutes, struct buf *out)
{
    if (words_lang(d) != FR)
        buf_addf(out, "%02d:%02d", minutes / 60, minutes % 60);
    else if (minutes % 60)
        buf_addf(out, "%d\u00A0h\u00A0%02d", minutes / 60, minutes % 60);
    else
        buf_addf(out, "%d\u00A0h", minutes / 60);
}

/* It ends on its own day, or in the night after. */
static bool is_one_evening(const struct performance *o)
{
    int32_t days = o->end.days - o->start.days;

    return days <= 0 ||
           (days == 1 && o->end.minutes != MOMENT_NO_HOUR && o->end.minutes <= NOON);
}

static void add_end(
        const struct delivery *d, const struct performance *o, struct buf *out)
{
    static const char *const until[LANGS] = {"jusqu’au ", "until ", "fino a "};

    if (!is_one_evening(o)) {
        if (o->start.minutes != MOMENT_NO_HOUR)
            buf_adds(out, ", ");
        buf_adds(out, until[words_lang(d)]);
        text_day(o->end.days, d->lang, out);
        if (o->end.minutes != MOMENT_NO_HOUR)
            buf_adds(out, ", ");
    } else if (o->start.minutes != MOMENT_NO_HOUR && o->end.minutes != MOMENT_NO_HOUR) {
        buf_adds(out, " – ");
    } else {
        return;
    }
    if (o->end.minutes != MOMENT_NO_HOUR)
        add_hour(d, o->end.minutes, out);
}

static void add_hours(const struct delivery *d, const struct performance *o,
        bool estimated, struct buf *out)
{
    if (o->start.minutes != MOMENT_NO_HOUR)
        add_hour(d, o->start.minutes, out);
    if (*o->end.zone && (estimated || !o->end_estimated))
        add_end(d, o, out);
}

void words_hours(const struct delivery *d, const struct performance *o, struct buf *out)
{
    add_hours(d, o, false, out);
}

void words_when(const struct delivery *d, const struct performance *o, struct buf *out)
{
    struct buf hours;

    buf_init(&hours, 0);
    add_hours(d, o, true, &hours);
    text_day(o->start.days, d->lang, out);
    words_item(out, 0, ", ", hours.s);
    buf_release(&hours);
}

/* --- what is special -------------------------------------------------------------- */

static bool is_yes(const struct performance *p, const char *field)
{
    const char *value = json_get_text(p->row, field);

    return value && strcmp(value, "oui") == 0;
}

/* TIME is "19:30". */
static void add_doors(const struct delivery *d, const char *time, struct buf *out)
{
    int minutes;

    buf_addf(out, "%s ", words(d, WORD_DOORS));
    if (datetext_parse_time(view_of(time), &minutes, NULL) == 0)
        add_hour(d, minutes, out);
    else
        buf_adds(out, time);
}

void words_marks(const struct delivery *d, const struct performance *p,
        const char *between, struct buf *out)
{
    const char *doors = json_get_text(p->row, "ouverture_portes");
    size_t begin = out->len;
    struct buf text;

    buf_init(&text, 0);
    if (doors)
        add_doors(d, doors, &text);
    words_item(out, begin, between, text.s);
    buf_release(&text);
    if (json_get_bool(p->row, "supplementaire", false))
        words_item(out, begin, between, words(d, WORD_EXTRA));
    if (is_yes(p, "annonce_lsf"))
        words_item(out, begin, between, words(d, WORD_SIGNED));
    if (is_yes(p, "audiodescription"))
        words_item(out, begin, between, words(d, WORD_DESCRIBED));
}

void words_duration(int64_t minutes, struct buf *out)
{
    struct buf text;

    if (minutes < 1 || minutes > INT16_MAX)
        return;
    buf_init(&text, 0);
    datetext_duration((int)minutes, &text);
    for (const char *p = text.s; *p; p++)
        buf_add(out, *p == ' ' ? "\u00A0" : p, *p == ' ' ? 2 : 1);
    buf_release(&text);
}

/* OUT is empty. */
static void add_first_date(
        const struct delivery *d, const struct performance *p, struct buf *out)
{
    if (!words_status(d, p) || !*p->before.zone)
        return;
    buf_addf(out, "%s ", words(d, WORD_PLANNED));
    out->s[0] = (char)toupper((unsigned char)out->s[0]);
    text_day(p->before.days, d->lang, out);
}

void words_extras(const struct delivery *d, const struct performance *p,
        const char *between, struct buf *out)
{
    size_t begin = out->len;
    struct buf text;

    buf_init(&text, 0);
    add_first_date(d, p, &text);
    words_item(out, begin, between, text.s);
    buf_clear(&text);
    words_marks(d, p, between, &text);
    words_item(out, begin, between, text.s);
    buf_release(&text);
    words_item(out, begin, between, words_text(d, p->row, "note_horaire", NULL));
}
