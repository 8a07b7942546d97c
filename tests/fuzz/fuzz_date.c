/* Reads any bytes as a date, a time, a duration and a moment; what is read reads back.
 */
#include <stdint.h>
#include <stdlib.h>

#include "odus/base/date.h"
#include "odus/base/datetext.h"
#include "odus/base/moment.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_date(struct view text, enum date_lang lang, enum date_year year)
{
    int32_t anchor = date_days(2026, 7, 10);
    int32_t days, back;
    struct err e = {0};
    struct buf out;

    if (datetext_parse(text, lang, anchor, year, &days, &e)) {
        if (!e.id)
            abort();
        return;
    }
    buf_init(&out, 0);
    datetext_full(days, lang, &out);
    if (datetext_parse(buf_view(&out), lang, anchor, year, &back, NULL) || back != days)
        abort();
    buf_release(&out);
}

static void check_moment(struct view text)
{
    char out[MOMENT_TEXT_SIZE];
    struct moment m;
    int64_t at;

    if (moment_parse(text, NULL, &m, NULL))
        return;
    moment_text(&m, out);
    if (!view_is(text, out))
        abort();
    if (moment_utc(&m, &at) == 0 && (at < -62135683200 || at > 253402387200))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view text = {(const char *)data, size};
    int minutes = 0;

    for (int lang = DATE_FR; lang <= DATE_IT; lang++) {
        check_date(text, (enum date_lang)lang, DATE_YEAR_NEXT);
        check_date(text, (enum date_lang)lang, DATE_YEAR_NEAREST);
    }
    if (datetext_parse_time(text, &minutes, NULL) == 0 &&
            (minutes < 0 || minutes > 1439))
        abort();
    if (datetext_parse_duration(text, &minutes, NULL) == 0 &&
            (minutes < 0 || minutes > 5999))
        abort();
    check_moment(text);
    return 0;
}
