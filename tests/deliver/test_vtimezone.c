/* Time zones as iCalendar writes them (RFC 5545 §3.6.5), held against the system's. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "../../src/deliver/vtimezone.h"
#include "look.h"

static struct buf out;

static int start(void **state)
{
    (void)state;
    buf_init(&out, 0);
    return 0;
}

static int end(void **state)
{
    (void)state;
    buf_release(&out);
    return 0;
}

static const char *text_of(const char *zone)
{
    buf_clear(&out);
    assert_true(vtimezone(zone, &out));
    return out.s;
}

static void vtimezone__europe__has_a_rule(void **state)
{
    (void)state;
    assert_string_equal(text_of("Europe/Paris"),
            "BEGIN:VTIMEZONE\r\nTZID:Europe/Paris\r\n"
            "BEGIN:DAYLIGHT\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n"
            "DTSTART:19960331T020000\r\n"
            "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\n"
            "BEGIN:STANDARD\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n"
            "DTSTART:19961027T030000\r\n"
            "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\n"
            "END:VTIMEZONE\r\n");
    look_has(text_of("Europe/London"), "DTSTART:19960331T010000\r\nRRULE:");
}

static void vtimezone__no_changes__one_observance(void **state)
{
    (void)state;
    assert_string_equal(text_of("Asia/Kolkata"),
            "BEGIN:VTIMEZONE\r\nTZID:Asia/Kolkata\r\n"
            "BEGIN:STANDARD\r\nTZOFFSETFROM:+0530\r\nTZOFFSETTO:+0530\r\n"
            "DTSTART:19700101T000000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n");
}

/* The rule changed in 2007: each date is written. */
static void vtimezone__rule_changed__dates(void **state)
{
    const char *text = text_of("America/New_York");

    (void)state;
    look_lacks(text, "RRULE");
    look_has(text, "BEGIN:DAYLIGHT\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400\r\n"
                   "DTSTART:20270314T020000\r\nEND:DAYLIGHT\r\n");
    look_has(text, "BEGIN:STANDARD\r\nTZOFFSETFROM:-0400\r\nTZOFFSETTO:-0500\r\n"
                   "DTSTART:20271107T020000\r\nEND:STANDARD\r\n");
    assert_int_equal(look_count(text, "BEGIN:DAYLIGHT"), 42);
    assert_int_equal(look_count(text, "BEGIN:STANDARD"), 42);
}

static void vtimezone__half_hours__are_written(void **state)
{
    (void)state;
    look_has(text_of("Australia/Lord_Howe"), "TZOFFSETFROM:+1030\r\n");
    look_has(text_of("America/St_Johns"), "TZOFFSETTO:-0330\r\n");
}

static void vtimezone__unknown__is_none(void **state)
{
    (void)state;
    assert_false(vtimezone("Europe/Briancon", &out));
    assert_false(vtimezone("../../etc/passwd", &out));
    assert_false(vtimezone("", &out));
    assert_int_equal(out.len, 0);
}

static void vtimezone__many__the_same_again(void **state)
{
    static const char *const zones[] = {"Europe/Paris", "Europe/Rome", "Europe/London",
            "Europe/Zurich", "Asia/Tokyo", "Asia/Kolkata", "America/New_York",
            "Africa/Tunis", "Europe/Madrid", "Pacific/Auckland", "Europe/Berlin"};
    size_t sizes[COUNT(zones)];

    (void)state;
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < COUNT(zones); i++) {
            size_t n = strlen(text_of(zones[i]));

            look_has(out.s, zones[i]);
            assert_true(round == 0 || n == sizes[i]);
            sizes[i] = n;
        }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(vtimezone__europe__has_a_rule),
            TEST(vtimezone__no_changes__one_observance),
            TEST(vtimezone__rule_changed__dates),
            TEST(vtimezone__half_hours__are_written),
            TEST(vtimezone__unknown__is_none),
            TEST(vtimezone__many__the_same_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
