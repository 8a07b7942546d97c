#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "odus/base/clock.h"

static int64_t parsed(const char *text)
{
    int64_t ms = -1;

    assert_int_equal(clock_parse(view_of(text), &ms), 0);
    return ms;
}

static void clock__parse__reads_instants_with_offsets_and_fractions(void **state)
{
    (void)state;
    assert_int_equal(parsed("1970-01-01T00:00:00Z"), 0);
    assert_int_equal(parsed("2026-12-05T19:30:00Z"), INT64_C(1796499000000));
    assert_int_equal(parsed("2026-12-05t20:30:00.0079+01:00"), INT64_C(1796499000007));
    assert_int_equal(parsed("2026-12-05T14:00:00.5-05:30"), INT64_C(1796499000500));
    assert_int_equal(parsed("1969-12-31T23:59:59.999z"), -1);
    assert_int_equal(parsed("1998-12-31T23:59:60Z"), parsed("1999-01-01T00:00:00Z"));
}

static void clock__parse__refuses_everything_else(void **state)
{
    static const char *const bad[] = {"", "2026-12-05", "2026-12-05T19:30Z",
            "2026-12-05T19:30:00", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
            "2026-12-05T24:00:00Z", "2026-12-05T19:60:00Z", "2026-12-05T19:30:61Z",
            "2026-12-05T19:30:00.Z", "2026-12-05T19:30:00+01",
            "2026-12-05T19:30:00+24:00", "2026-12-05T19:30:00Zx", "26-12-05T19:30:00Z",
            "+026-12-05T19:30:00Z"};
    int64_t ms = 42;

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(clock_parse(view_of(bad[i]), &ms), ERR_INVALID);
    assert_int_equal(ms, 42);
}

static void clock__rfc3339__is_the_inverse_of_parse(void **state)
{
    char out[CLOCK_TEXT];

    (void)state;
    clock_rfc3339(INT64_C(1796499000999), out);
    assert_string_equal(out, "2026-12-05T19:30:00Z");
    clock_rfc3339(-1, out);
    assert_string_equal(out, "1969-12-31T23:59:59Z");
    clock_rfc3339(INT64_MIN, out);
    assert_string_equal(out, "0001-01-01T00:00:00Z");
    clock_rfc3339(INT64_MAX, out);
    assert_string_equal(out, "9999-12-31T23:59:59Z");
    for (int64_t ms = -INT64_C(62135596800000); ms < INT64_C(253402300799999);
            ms += INT64_C(86399999000) * 97) {
        clock_rfc3339(ms, out);
        assert_int_equal(parsed(out), ms);
    }
}

static void clock__init__freezes_or_lets_run(void **state)
{
    struct err e = {0};

    (void)state;
    assert_int_equal(clock_init("2026-12-05T19:30:00Z", &e), 0);
    assert_int_equal(clock_now_ms(), INT64_C(1796499000000));
    assert_int_equal(clock_init("tomorrow", &e), ERR_USAGE);
    assert_string_equal(e.args[0], "tomorrow");
    assert_int_equal(clock_now_ms(), INT64_C(1796499000000));
    assert_int_equal(clock_init(NULL, &e), 0);
    assert_int_not_equal(clock_now_ms(), INT64_C(1796499000000));
    assert_true(clock_mono_ms() <= clock_mono_ms());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(clock__parse__reads_instants_with_offsets_and_fractions),
            cmocka_unit_test(clock__parse__refuses_everything_else),
            cmocka_unit_test(clock__rfc3339__is_the_inverse_of_parse),
            cmocka_unit_test(clock__init__freezes_or_lets_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
