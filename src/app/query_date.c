#include <string.h>

#include "odus/base/date.h"
#include "odus/base/datewords.h"
#include "odus/base/utf8.h"
#include "query.h"

enum { PERIOD_MAX = 100, YEAR_MIN = 1900, YEAR_MAX = 2999 };

/* A month without year is the one nearest to ANCHOR. */
static int year_of_month(int month, int32_t anchor)
{
    int y, m, d;

    date_civil(anchor, &y, &m, &d);
    if (month - m > 6)
        return y - 1;
    return m - month > 6 ? y + 1 : y;
}

/* Reads "juillet", "2027" or "juillet 2027"; the month is 0 for a whole year. */
static bool read_period(char *folded, int32_t anchor, int *ret_month, int *ret_year)
{
    char *space = strchr(folded, ' ');
    long long year;
    int month;

    if (space)
        *space++ = '\0';
    month = datewords_month(folded);
    *ret_month = month > 0 ? month : 0;
    if (month > 0 && !space) {
        *ret_year = year_of_month(month, anchor);
        return true;
    }
    if ((month <= 0 && space) || !view_int(view_of(space ? space : folded), &year))
        return false;
    *ret_year = (int)year;
    return year >= YEAR_MIN && year <= YEAR_MAX;
}

static bool period_day(struct view text, int32_t anchor, bool last, int32_t *ret)
{
    struct buf folded;
    int month, year;
    bool ok;

    buf_init(&folded, PERIOD_MAX);
    utf8_fold(text, &folded);
    ok = read_period(folded.s, anchor, &month, &year);
    buf_release(&folded);
    if (!ok)
        return false;
    if (!month)
        month = last ? 12 : 1;
    *ret = date_days(year, month, last ? date_month_length(year, month) : 1);
    return true;
}

int query_day(struct view text, enum date_lang lang, int32_t anchor,
        enum date_year year, bool last, int32_t *ret, struct err *err)
{
    int rc = datetext_parse(text, lang, anchor, year, ret, err);

    return rc < 0 && period_day(text, anchor, last, ret) ? 0 : rc;
}
