#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/date.h"
#include "odus/base/err.h"
#include "odus/base/moment.h"
#include "odus/base/zone.h"

static const char PARIS[] = "Europe/Paris";

static int64_t to_utc(
        const char *zone, struct local local, bool second, enum zone_fit fit)
{
    enum zone_fit got;
    int64_t at;

    assert_int_equal(zone_to_utc(zone, local, second, &at, &got), 0);
    assert_int_equal(got, fit);
    return at;
}

static void zone__known__only_real_names(void **state)
{
    static const char *const bad[] = {"", "Europe", "Europe/Nowhere", "../etc/passwd",
            "Europe/../UTC", "/usr/share/zoneinfo/UTC", "zone.tab", "leapseconds",
            "tzdata.zi", "UTC ", "CET-1CEST", "right/Europe/Paris",
            "A/very/long/name/that/does/not/fit/into/a/moment"};

    (void)state;
    assert_true(zone_known(PARIS));
    assert_true(zone_known("UTC"));
    assert_true(zone_known("America/Argentina/Buenos_Aires"));
    assert_true(zone_known("Etc/GMT+5"));
    assert_false(zone_known(NULL));
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(zone_known(bad[i]));
}

static void zone__to_utc__summer_and_winter(void **state)
{
    (void)state;
    assert_int_equal(to_utc(PARIS, (struct local){date_days(2026, 12, 5), 20 * 60 + 30},
                             false, ZONE_EXACT),
            1796499000);
    assert_int_equal(
            to_utc(PARIS, (struct local){date_days(2026, 7, 14), 0}, false, ZONE_EXACT),
            1783980000);
}

static void zone__to_utc__spring_has_a_gap(void **state)
{
    struct local missing = {date_days(2026, 3, 29), 150};
    struct local found;
    int64_t at = to_utc(PARIS, missing, false, ZONE_GAP);

    (void)state;
    assert_int_equal(zone_from_utc(PARIS, at, &found, NULL), 0);
    assert_int_equal(found.minutes, 210);
    missing.minutes = 119;
    to_utc(PARIS, missing, false, ZONE_EXACT);
    missing.minutes = 120;
    to_utc(PARIS, missing, false, ZONE_GAP);
    missing.minutes = 180;
    to_utc(PARIS, missing, false, ZONE_EXACT);
}

static void zone__to_utc__autumn_happens_twice(void **state)
{
    struct local twice = {date_days(2026, 10, 25), 150};
    int64_t first = to_utc(PARIS, twice, false, ZONE_TWICE);
    int64_t second = to_utc(PARIS, twice, true, ZONE_TWICE);
    int offset;

    (void)state;
    assert_int_equal(second - first, 3600);
    assert_int_equal(zone_from_utc(PARIS, first, NULL, &offset), 0);
    assert_int_equal(offset, 120);
    assert_int_equal(zone_from_utc(PARIS, second, NULL, &offset), 0);
    assert_int_equal(offset, 60);
}

static void zone__to_utc__samoa_skipped_a_day(void **state)
{
    (void)state;
    to_utc("Pacific/Apia", (struct local){date_days(2011, 12, 30), 720}, false,
            ZONE_GAP);
    to_utc("Pacific/Apia", (struct local){date_days(2011, 12, 31), 720}, false,
            ZONE_EXACT);
}

static void zone__to_utc__refuses_what_it_cannot_know(void **state)
{
    enum zone_fit fit;
    int64_t at;

    (void)state;
    assert_int_equal(zone_to_utc("Mars/Phobos", (struct local){0, 0}, false, &at, &fit),
            ERR_NOT_FOUND);
    assert_int_equal(
            zone_to_utc(PARIS, (struct local){0, 1440}, false, &at, &fit), ERR_INVALID);
    assert_int_equal(zone_to_utc(PARIS, (struct local){INT32_MAX, 0}, false, &at, &fit),
            ERR_INVALID);
    assert_int_equal(zone_from_utc(PARIS, INT64_MAX, NULL, NULL), ERR_INVALID);
    assert_int_equal(zone_from_utc(PARIS, INT64_MIN, NULL, NULL), ERR_INVALID);
}

static void zone__to_utc__leaves_tz_alone(void **state)
{
    (void)state;
    assert_int_equal(setenv("TZ", "America/Lima", 1), 0);
    to_utc("Asia/Kathmandu", (struct local){1000, 0}, false, ZONE_EXACT);
    assert_string_equal(getenv("TZ"), "America/Lima");
    assert_int_equal(unsetenv("TZ"), 0);
    to_utc("Asia/Kathmandu", (struct local){9000, 0}, false, ZONE_EXACT);
    assert_null(getenv("TZ"));
}

/* Every instant must come back from its wall time, as the first or second reading. */
static void check_instant(const char *zone, int64_t at)
{
    struct local local;
    enum zone_fit fit;
    int64_t first, second;

    assert_int_equal(zone_from_utc(zone, at, &local, NULL), 0);
    assert_int_equal(zone_to_utc(zone, local, false, &first, &fit), 0);
    assert_int_not_equal(fit, ZONE_GAP);
    assert_int_equal(zone_to_utc(zone, local, true, &second, &fit), 0);
    assert_int_equal(fit == ZONE_TWICE, first != second);
    if (at != first && at != second)
        fail_msg("%s: %lld does not come back", zone, (long long)at);
}

static void check_zone(const char *zone)
{
    enum { STEP = 6 * 3600 };
    int64_t end = (int64_t)date_days(2029, 1, 1) * 86400;
    int before = 0;

    for (int64_t at = (int64_t)date_days(2026, 1, 1) * 86400; at < end; at += STEP) {
        int offset;

        assert_int_equal(zone_from_utc(zone, at, NULL, &offset), 0);
        if (offset != before)
            for (int64_t t = at - STEP - 7200; t <= at + 7200; t += 600)
                check_instant(zone, t);
        before = offset;
    }
}

static void zone__round_trip__every_zone_at_every_change(void **state)
{
    FILE *file = fopen("/usr/share/zoneinfo/zone1970.tab", "r");
    char line[512];
    int zones = 0;

    (void)state;
    if (!file) {
        skip();
        return;
    }
    while (fgets(line, sizeof(line), file)) {
        char *name = line[0] == '#' ? NULL : strchr(line, '\t');

        name = name ? strchr(name + 1, '\t') : NULL;
        if (!name)
            continue;
        name++;
        name[strcspn(name, "\t\n")] = '\0';
        check_zone(name);
        zones++;
    }
    fclose(file);
    assert_true(zones > 200);
}

static void moment__text__round_trip(void **state)
{
    static const char *const texts[] = {"2026-12-05T20:30[Europe/Paris]",
            "2026-12-05[Europe/Paris]", "2026-10-25T02:30+01:00[Europe/Paris]",
            "2026-10-25T02:30+02:00[Europe/Paris]",
            "2026-11-01T01:30-05:00[America/New_York]", "2026-11-01T00:00+00:00[UTC]",
            "2026-03-29T02:30[Europe/Paris]", "2030-01-01T23:59[Not/Here_Yet]"};

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct moment m;
        char out[MOMENT_TEXT_SIZE];

        assert_int_equal(moment_parse(view_of(texts[i]), NULL, &m, NULL), 0);
        moment_text(&m, out);
        assert_string_equal(out, texts[i]);
    }
}

static void moment__parse__takes_the_default_zone(void **state)
{
    struct moment m;
    char out[MOMENT_TEXT_SIZE];

    (void)state;
    assert_int_equal(moment_parse(view_of("2026-12-05T20:30"), PARIS, &m, NULL), 0);
    moment_text(&m, out);
    assert_string_equal(out, "2026-12-05T20:30[Europe/Paris]");
    assert_int_equal(moment_parse(view_of("2026-12-05"), NULL, &m, NULL), ERR_INVALID);
}

static void moment__parse__rejects_everything_else(void **state)
{
    static const char *const texts[] = {"", "2026-12-05T", "2026-12-05T24:00[UTC]",
            "2026-12-05T20:60[UTC]", "2026-12-05 20:30[UTC]", "2026-12-05T20:30Z[UTC]",
            "2026-12-05T20:30-00:00[UTC]", "2026-12-05T20:30+1:00[UTC]",
            "2026-12-05T20:30+01:00:00[UTC]", "2026-12-05T20:30+19:00[UTC]",
            "2026-12-05+01:00[UTC]", "2026-12-05[]", "2026-12-05[UTC",
            "2026-12-05[U T]", "2026-12-05[UTC]x", "2026-02-30[UTC]",
            "2026-12-05T-1:30[UTC]",
            "2026-12-05[0123456789012345678901234567890123456789]"};

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct err e;
        struct moment m;

        assert_int_equal(moment_parse(view_of(texts[i]), PARIS, &m, &e), ERR_INVALID);
        assert_string_equal(e.args[0], texts[i]);
    }
}

static int64_t utc_of(const char *text)
{
    struct moment m;
    int64_t at;

    assert_int_equal(moment_parse(view_of(text), NULL, &m, NULL), 0);
    assert_int_equal(moment_utc(&m, &at), 0);
    return at;
}

static void moment__utc__offset_chooses_the_instant(void **state)
{
    struct moment m;
    int64_t at;

    (void)state;
    assert_int_equal(utc_of("2026-10-25T02:30+01:00[Europe/Paris]") -
                             utc_of("2026-10-25T02:30+02:00[Europe/Paris]"),
            3600);
    assert_int_equal(utc_of("2026-10-25T02:30[Europe/Paris]"),
            utc_of("2026-10-25T02:30+02:00[Europe/Paris]"));
    assert_int_equal(utc_of("2026-12-05T20:30+09:00[Europe/Paris]"), 1796499000);
    assert_int_equal(moment_parse(view_of("2026-12-05"), PARIS, &m, NULL), 0);
    assert_int_equal(moment_utc(&m, &at), ERR_INVALID);
    assert_int_equal(moment_parse(view_of("2026-03-29T02:30"), PARIS, &m, NULL), 0);
    assert_int_equal(moment_utc(&m, &at), ERR_INVALID);
}

static void moment__add__counts_elapsed_minutes(void **state)
{
    static const struct {
        const char *from;
        int minutes;
        const char *to;
    } rows[] = {
            {"2026-12-05T23:30[UTC]", 45, "2026-12-06T00:15[UTC]"},
            {"2026-03-29T01:30[Europe/Paris]", 60, "2026-03-29T03:30[Europe/Paris]"},
            {"2026-10-25T01:30[Europe/Paris]", 60,
                    "2026-10-25T02:30+02:00[Europe/Paris]"},
            {"2026-10-25T01:30[Europe/Paris]", 120,
                    "2026-10-25T02:30+01:00[Europe/Paris]"},
            {"2026-10-25T01:30[Europe/Paris]", 180, "2026-10-25T03:30[Europe/Paris]"},
            {"2026-03-01T00:15[UTC]", -30, "2026-02-28T23:45[UTC]"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct moment m;
        char out[MOMENT_TEXT_SIZE];

        assert_int_equal(moment_parse(view_of(rows[i].from), NULL, &m, NULL), 0);
        assert_int_equal(moment_add(&m, rows[i].minutes, &m), 0);
        moment_text(&m, out);
        assert_string_equal(out, rows[i].to);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(zone__known__only_real_names),
            cmocka_unit_test(zone__to_utc__summer_and_winter),
            cmocka_unit_test(zone__to_utc__spring_has_a_gap),
            cmocka_unit_test(zone__to_utc__autumn_happens_twice),
            cmocka_unit_test(zone__to_utc__samoa_skipped_a_day),
            cmocka_unit_test(zone__to_utc__refuses_what_it_cannot_know),
            cmocka_unit_test(zone__to_utc__leaves_tz_alone),
            cmocka_unit_test(zone__round_trip__every_zone_at_every_change),
            cmocka_unit_test(moment__text__round_trip),
            cmocka_unit_test(moment__parse__takes_the_default_zone),
            cmocka_unit_test(moment__parse__rejects_everything_else),
            cmocka_unit_test(moment__utc__offset_chooses_the_instant),
            cmocka_unit_test(moment__add__counts_elapsed_minutes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
