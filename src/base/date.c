#include "odus/base/date.h"

#include <string.h>

#include "odus/base/err.h"

enum { DAYS_400_YEARS = 146097, DAYS_TO_1970 = 719468 };

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int date_month_length(int year, int month)
{
    static const signed char length[] = {
            31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    if (month < 1 || month > 12)
        return 0;
    return length[month - 1] + (month == 2 && is_leap(year));
}

bool date_valid(int year, int month, int day)
{
    return year >= DATE_YEAR_MIN && year <= DATE_YEAR_MAX && day >= 1 &&
           day <= date_month_length(year, month);
}

/*
 * Years are counted from 1 March here, so that the leap day is a year's last day and
 * the days before each month follow one linear formula: (153 * m + 2) / 5.
 */
int32_t date_days(int year, int month, int day)
{
    int y = month > 2 ? year : year - 1;
    int m = (month + 9) % 12;

    return y * 365 + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 -
           DAYS_TO_1970;
}

void date_civil(int32_t days, int *ret_year, int *ret_month, int *ret_day)
{
    int64_t n = (int64_t)days + DAYS_TO_1970;
    int64_t era = (n >= 0 ? n : n - (DAYS_400_YEARS - 1)) / DAYS_400_YEARS;
    int in_era = (int)(n - era * DAYS_400_YEARS);
    int year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int in_year = in_era - (365 * year + year / 4 - year / 100);
    int m = (5 * in_year + 2) / 153;

    *ret_day = in_year - (153 * m + 2) / 5 + 1;
    *ret_month = m < 10 ? m + 3 : m - 9;
    *ret_year = (int)(era * 400) + year + (m >= 10);
}

int date_weekday(int32_t days)
{
    int64_t since_monday = (int64_t)days + 3; /* 1970-01-01 was a Thursday */

    return (int)((since_monday % 7 + 7) % 7);
}

bool date_in_range(int32_t days)
{
    return days >= date_days(DATE_YEAR_MIN, 1, 1) &&
           days <= date_days(DATE_YEAR_MAX, 12, 31);
}

static bool read_digits(const char *p, int n, int *ret)
{
    int value = 0;

    for (int i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9')
            return false;
        value = value * 10 + (p[i] - '0');
    }
    *ret = value;
    return true;
}

int date_iso_parse(struct view text, int32_t *ret_days)
{
    int year, month, day;

    if (text.n != DATE_ISO_SIZE - 1 || text.p[4] != '-' || text.p[7] != '-' ||
            !read_digits(text.p, 4, &year) || !read_digits(text.p + 5, 2, &month) ||
            !read_digits(text.p + 8, 2, &day) || !date_valid(year, month, day))
        return ERR_INVALID;
    *ret_days = date_days(year, month, day);
    return 0;
}

void date_iso(int32_t days, char out[DATE_ISO_SIZE])
{
    int year, month, day;

    memcpy(out, "?", 2);
    if (!date_in_range(days))
        return;
    date_civil(days, &year, &month, &day);
    out[0] = (char)('0' + year / 1000);
    out[1] = (char)('0' + year / 100 % 10);
    out[2] = (char)('0' + year / 10 % 10);
    out[3] = (char)('0' + year % 10);
    out[4] = '-';
    out[5] = (char)('0' + month / 10);
    out[6] = (char)('0' + month % 10);
    out[7] = '-';
    out[8] = (char)('0' + day / 10);
    out[9] = (char)('0' + day % 10);
    out[10] = '\0';
}
