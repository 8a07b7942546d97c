#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "odus/base/date.h"
#include "odus/base/err.h"

static void date__days__known_dates(void **state)
{
    (void)state;
    assert_int_equal(date_days(1970, 1, 1), 0);
    assert_int_equal(date_days(1969, 12, 31), -1);
    assert_int_equal(date_days(2000, 2, 29), 11016);
    assert_int_equal(date_days(2026, 12, 5), 20792);
    assert_int_equal(date_days(1, 1, 1), -719162);
}

static void date__civil__inverse_over_all_years(void **state)
{
    int32_t last = date_days(9999, 12, 31);
    int32_t days = date_days(1, 1, 1);

    (void)state;
    for (int y = 1; y <= 9999; y++)
        for (int m = 1; m <= 12; m++, days += date_month_length(y, m - 1)) {
            int year, month, day;

            assert_int_equal(date_days(y, m, 1), days);
            date_civil(days + 27, &year, &month, &day);
            assert_int_equal(year, y);
            assert_int_equal(month, m);
            assert_int_equal(day, 28);
        }
    assert_int_equal(days, last + 1);
}

static void date__civil__extremes_are_defined(void **state)
{
    int year, month, day;

    (void)state;
    date_civil(INT32_MAX, &year, &month, &day);
    assert_true(year > 5000000 && month >= 1 && month <= 12);
    date_civil(INT32_MIN, &year, &month, &day);
    assert_true(year < -5000000 && day >= 1 && day <= 31);
    assert_false(date_in_range(DATE_NONE));
}

static void date__valid__leap_years(void **state)
{
    (void)state;
    assert_true(date_valid(2024, 2, 29));
    assert_true(date_valid(2000, 2, 29));
    assert_false(date_valid(2026, 2, 29));
    assert_false(date_valid(1900, 2, 29));
    assert_false(date_valid(2026, 4, 31));
    assert_false(date_valid(2026, 13, 1));
    assert_false(date_valid(2026, 0, 1));
    assert_false(date_valid(0, 1, 1));
    assert_false(date_valid(10000, 1, 1));
    assert_false(date_valid(2026, 1, 0));
}

static void date__weekday__monday_is_zero(void **state)
{
    (void)state;
    assert_int_equal(date_weekday(date_days(2026, 12, 5)), 5);
    assert_int_equal(date_weekday(date_days(2026, 12, 7)), 0);
    assert_int_equal(date_weekday(date_days(1969, 12, 28)), 6);
    assert_in_range(date_weekday(INT32_MIN), 0, 6);
}

static void date__iso__round_trip(void **state)
{
    static const char *const texts[] = {
            "0001-01-01", "1969-12-31", "2026-07-12", "2024-02-29", "9999-12-31"};

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        char out[DATE_ISO_SIZE];
        int32_t days;

        assert_int_equal(date_iso_parse(view_of(texts[i]), &days), 0);
        date_iso(days, out);
        assert_string_equal(out, texts[i]);
    }
}

static void date__iso__rejects_anything_else(void **state)
{
    static const char *const texts[] = {"", "2026-7-12", "2026-07-12 ", "2026-02-29",
            "2026/07/12", "20260712", "+026-07-12", "2026-07-1x", "0000-01-01"};
    int32_t days = 7;

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++)
        assert_int_equal(date_iso_parse(view_of(texts[i]), &days), ERR_INVALID);
    assert_int_equal(days, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(date__days__known_dates),
            cmocka_unit_test(date__civil__inverse_over_all_years),
            cmocka_unit_test(date__civil__extremes_are_defined),
            cmocka_unit_test(date__valid__leap_years),
            cmocka_unit_test(date__weekday__monday_is_zero),
            cmocka_unit_test(date__iso__round_trip),
            cmocka_unit_test(date__iso__rejects_anything_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
