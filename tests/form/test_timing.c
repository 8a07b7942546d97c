#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/date.h"
#include "odus/form/timing.h"

/* Friday 10 July 2026 */
#define TODAY date_days(2026, 7, 10)

static struct timing_context context(enum date_lang lang)
{
    return (struct timing_context){
            .lang = lang, .today = TODAY, .last = TIMING_NONE, .zone = "Europe/Paris"};
}

/* "2026-07-17T20:30/22:00 …": starts, and ends where there are any; "?" happens twice,
   "~" an estimated end. */
static void describe(const struct timing_slot *slots, size_t n, struct buf *out)
{
    for (size_t i = 0; i < n; i++) {
        char text[MOMENT_TEXT_SIZE];

        moment_text(&slots[i].start, text);
        *strchr(text, '[') = '\0';
        buf_addf(out, "%s%s", i ? " " : "", text);
        if (slots[i].has_end) {
            moment_text(&slots[i].end, text);
            *strchr(text, '[') = '\0';
            buf_addf(out, "%s%s", slots[i].estimated ? "~" : "/",
                    text + (slots[i].end.days == slots[i].start.days ? 11 : 0));
        }
        if (slots[i].twice)
            buf_adds(out, "?");
    }
}

static void check(
        const char *text, const struct timing_context *ctx, const char *expected)
{
    struct timing_slot *slots = NULL;
    size_t n = 0;
    struct err e = {0};
    struct buf out;

    buf_init(&out, 0);
    if (timing_parse(view_of(text), ctx, &slots, &n, &e)) {
        err_text(&e, NULL, &out);
        fail_msg("\"%s\": column %d: %s", text, e.column, out.s);
    }
    describe(slots, n, &out);
    if (strcmp(out.s, expected) != 0)
        fail_msg("\"%s\"\n  gives %s\n  not   %s", text, out.s, expected);
    buf_release(&out);
    free(slots);
}

struct row {
    const char *text;
    const char *expected;
};

static void check_rows(const struct row *rows, size_t n, enum date_lang lang)
{
    struct timing_context ctx = context(lang);

    for (size_t i = 0; i < n; i++)
        check(rows[i].text, &ctx, rows[i].expected);
}

static void timing__parse__weekdays_come_after_today(void **state)
{
    static const struct row rows[] = {
            {"ve", "2026-07-17"},
            {"sa 15h", "2026-07-11T15:00"},
            {"vendredi 20h30 >22h", "2026-07-17T20:30/22:00"},
            {"sa-di 15h", "2026-07-11T15:00 2026-07-12T15:00"},
            {"di-lu", "2026-07-12 2026-07-13"},
            {"ve-di", "2026-07-17 2026-07-18 2026-07-19"},
            {"sa et lu 15h", "2026-07-11T15:00 2026-07-13T15:00"},
            {"ve sa", "2026-07-11 2026-07-17"},
            {"du lundi au mercredi 10h-12h",
                    "2026-07-13T10:00/12:00 2026-07-14T10:00/12:00 "
                    "2026-07-15T10:00/12:00"},
            {"sa 15h, 17h et 20h30",
                    "2026-07-11T15:00 2026-07-11T17:00 2026-07-11T20:30"},
            {"sa 15h, di 17h", "2026-07-11T15:00 2026-07-12T17:00"},
            {"sa 15h di 17h", "2026-07-11T15:00 2026-07-12T17:00"},
            {"sa de 10h \xc3\xa0 18h", "2026-07-11T10:00/18:00"},
            {"sa 10-18", "2026-07-11T10:00/18:00"},
            {"sa, 20h30", "2026-07-11T20:30"},
            {"sa 2030", "2026-07-11T20:30"},
            {"sa 15h;sa 15h", "2026-07-11T15:00"},
            {"demain 18h", "2026-07-11T18:00"},
            {"+3 18h", "2026-07-13T18:00"},
            {"sa midi", "2026-07-11T12:00"},
            {"  ;\n sa 15h\n;", "2026-07-11T15:00"},
    };

    (void)state;
    check_rows(rows, COUNT(rows), DATE_FR);
}

static void timing__parse__weekdays_come_after_the_last_seance(void **state)
{
    struct timing_context ctx = context(DATE_FR);

    (void)state;
    ctx.last = date_days(2026, 12, 5);
    check("ve 20h30 >22h; sa-di 15h sauf 13/12", &ctx,
            "2026-12-11T20:30/22:00 2026-12-12T15:00");
    check("sa", &ctx, "2026-12-12");
    check("4/12 20h30", &ctx, "2026-12-04T20:30");
}

static void timing__parse__dates(void **state)
{
    static const struct row rows[] = {
            {"5/12 20h30", "2026-12-05T20:30"},
            {"sa 5/12 17h", "2026-12-05T17:00"},
            {"le samedi 5 d\xc3\xa9"
             "cembre \xc3\xa0 20h30",
                    "2026-12-05T20:30"},
            {"5, 6 et 12/12 20h30",
                    "2026-12-05T20:30 2026-12-06T20:30 2026-12-12T20:30"},
            {"12/12, 19 et 20 15h",
                    "2026-12-12T15:00 2026-12-19T15:00 2026-12-20T15:00"},
            {"28, 3/12", "2026-11-28 2026-12-03"},
            {"ve 4, sa 5 et di 6/12 17h",
                    "2026-12-04T17:00 2026-12-05T17:00 2026-12-06T17:00"},
            {"ve 4/12 20h30, sa 5/12 17h", "2026-12-04T20:30 2026-12-05T17:00"},
            {"2026-12-05 20:30", "2026-12-05T20:30"},
            {"2026-12-05 20:30-22:00", "2026-12-05T20:30/22:00"},
            {"5/12 \xc3\xa0 20", "2026-12-05T20:00"},
            {"1/2", "2027-02-01"},
            {"1/2/2026", "2026-02-01"},
            {"5.12 20.30", "2026-12-05T20:30"},
            {"5 d\xc3\xa9"
             "c 2026 20h30",
                    "2026-12-05T20:30"},
    };

    (void)state;
    check_rows(rows, COUNT(rows), DATE_FR);
}

static void timing__parse__ranges(void **state)
{
    static const struct row rows[] = {
            {"tlj 1/8-3/8 10h-18h", "2026-08-01T10:00/18:00 2026-08-02T10:00/18:00 "
                                    "2026-08-03T10:00/18:00"},
            {"du 1/8 au 3/8", "2026-08-01 2026-08-02 2026-08-03"},
            {"1-3/8", "2026-08-01 2026-08-02 2026-08-03"},
            {"1/8\xe2\x80\x93"
             "2/8 15h",
                    "2026-08-01T15:00 2026-08-02T15:00"},
            {"9/7-11/7", "2026-07-09 2026-07-10 2026-07-11"},
            {"31/12-1/1", "2026-12-31 2027-01-01"},
            {"ve sa 1/8-9/8 21h", "2026-08-01T21:00 2026-08-07T21:00 2026-08-08T21:00"},
            {"ve et sa 1/8-9/8", "2026-08-01 2026-08-07 2026-08-08"},
            {"lu, me et ve du 3/8 au 7/8", "2026-08-03 2026-08-05 2026-08-07"},
            {"1/8-9/8 ve, sa 21h",
                    "2026-08-01T21:00 2026-08-07T21:00 2026-08-08T21:00"},
            {"du 1/8 au 9/8 tous les samedis 15h", "2026-08-01T15:00 2026-08-08T15:00"},
            {"sa-di 1/8-9/8", "2026-08-01 2026-08-02 2026-08-08 2026-08-09"},
            {"du samedi 1/8 au lundi 3/8", "2026-08-01 2026-08-02 2026-08-03"},
            {"sa 1/8 - di 2/8", "2026-08-01 2026-08-02"},
            {"tous les samedis jusqu'au 25/7 15h",
                    "2026-07-11T15:00 2026-07-18T15:00 2026-07-25T15:00"},
            {"tous les samedis \xc3\xa0 15h jusqu'au 18/7",
                    "2026-07-11T15:00 2026-07-18T15:00"},
            {"sa 15h du 1/8 au 9/8", "2026-08-01T15:00 2026-08-08T15:00"},
            {"tous les jours du 1/8 au 2/8", "2026-08-01 2026-08-02"},
            {"\xc3\xa0 partir du 1/8 jusqu'au 2/8", "2026-08-01 2026-08-02"},
    };

    (void)state;
    check_rows(rows, COUNT(rows), DATE_FR);
}

static void timing__parse__exceptions(void **state)
{
    static const struct row rows[] = {
            {"tlj 1/8-4/8 sauf 2/8, 3/8", "2026-08-01 2026-08-04"},
            {"tlj 1/8-4/8 10h sauf lu",
                    "2026-08-01T10:00 2026-08-02T10:00 2026-08-04T10:00"},
            {"tlj 1/8-4/8 sauf lu 10h-18h",
                    "2026-08-01T10:00/18:00 2026-08-02T10:00/18:00 "
                    "2026-08-04T10:00/18:00"},
            {"tlj 1/8-5/8 sauf lundi et mardi, sauf 5/8", "2026-08-01 2026-08-02"},
            {"tlj 1/8-9/8 sauf du 2/8 au 8/8", "2026-08-01 2026-08-09"},
            {"tlj 1/8-9/8 sauf sa-di",
                    "2026-08-03 2026-08-04 2026-08-05 2026-08-06 2026-08-07"},
            {"sa-di 15h sauf 14/8", "2026-07-11T15:00 2026-07-12T15:00"},
            {"tlj 30/12-2/1 sauf 1/1", "2026-12-30 2026-12-31 2027-01-02"},
    };

    (void)state;
    check_rows(rows, COUNT(rows), DATE_FR);
}

static void timing__parse__ends(void **state)
{
    static const struct row rows[] = {
            {"sa 23h >2h", "2026-07-11T23:00/2026-07-12T02:00"},
            {"sa 22h >minuit", "2026-07-11T22:00/2026-07-12T00:00"},
            {"sa 22h >24h", "2026-07-11T22:00/2026-07-12T00:00"},
            {"sa 20h30 (1h30)", "2026-07-11T20:30/22:00"},
            {"sa 20h30 dur\xc3\xa9"
             "e 1h30",
                    "2026-07-11T20:30/22:00"},
            {"sa 15h, 17h (55 min)", "2026-07-11T15:00/15:55 2026-07-11T17:00/17:55"},
            {"sa 15h >16h, 17h>18h", "2026-07-11T15:00/16:00 2026-07-11T17:00/18:00"},
            {"sa 10h-12h et de 14h \xc3\xa0 18h",
                    "2026-07-11T10:00/12:00 2026-07-11T14:00/18:00"},
            {"sa 20h30 \xe2\x86\x92 22h", "2026-07-11T20:30/22:00"},
            {"sa 20h30 > di 12/7 22h", "2026-07-11T20:30/2026-07-12T22:00"},
            {"sa 20h jusqu'\xc3\xa0 22h", "2026-07-11T20:00/22:00"},
    };

    (void)state;
    check_rows(rows, COUNT(rows), DATE_FR);
}

static void timing__parse__english_and_italian(void **state)
{
    static const struct row en[] = {
            {"fri 8:30pm >10pm; sat-sun 3pm except 12/7",
                    "2026-07-11T15:00 2026-07-17T20:30/22:00"},
            {"daily 1/8-2/8", "2026-08-01 2026-08-02"},
            {"every saturday until 18/7 at 3pm", "2026-07-11T15:00 2026-07-18T15:00"},
            {"sat 3-5pm", "2026-07-11T15:00/17:00"},
            {"sat from 3pm to 5pm", "2026-07-11T15:00/17:00"},
            {"mon to wed noon", "2026-07-13T12:00 2026-07-14T12:00 2026-07-15T12:00"},
            {"Saturday, 5 December 20:30", "2026-12-05T20:30"},
            {"dec 5 and 6, 8pm", "2026-12-05T20:00 2026-12-06T20:00"},
    };
    static const struct row it[] = {
            {"ve 20:30 >22; tutti i giorni 1/8-2/8 10-18 tranne 2/8",
                    "2026-07-17T20:30/22:00 2026-08-01T10:00/18:00"},
            {"sab dalle 10 alle 18", "2026-07-11T10:00/18:00"},
            {"ogni domenica fino al 19/7 ore 21", "2026-07-12T21:00 2026-07-19T21:00"},
            {"ogni domenica fino al 19/7 ore 21:00",
                    "2026-07-12T21:00 2026-07-19T21:00"},
            {"dal luned\xc3\xac al mercoled\xc3\xac",
                    "2026-07-13 2026-07-14 2026-07-15"},
            {"dal 1/8 al 2/8 ore 20.30", "2026-08-01T20:30 2026-08-02T20:30"},
            {"5/12 alle 20.10", "2026-12-05T20:10"},
            {"sabato 12 dicembre ore 20.30", "2026-12-12T20:30"},
            {"tutti i sabati dal 11/7 al 25/7 escluso il 18/7 alle 21",
                    "2026-07-11T21:00 2026-07-25T21:00"},
            {"le domeniche fino al 19/7 ore 17", "2026-07-12T17:00 2026-07-19T17:00"},
            {"dall'8 al 9 dicembre dalle 20.30 alle 22",
                    "2026-12-08T20:30/22:00 2026-12-09T20:30/22:00"},
    };

    (void)state;
    check_rows(en, COUNT(en), DATE_EN);
    check_rows(it, COUNT(it), DATE_IT);
}

static void timing__parse__default_duration_estimates_the_end(void **state)
{
    struct timing_context ctx = context(DATE_FR);

    (void)state;
    ctx.default_minutes = 55;
    check("sa 17h; di 17h >18h; lu", &ctx,
            "2026-07-11T17:00~17:55 2026-07-12T17:00/18:00 2026-07-13");
}

static void timing__parse__clock_changes(void **state)
{
    static const struct row rows[] = {
            {"25/10/2026 2h30", "2026-10-25T02:30?"},
            {"25/10/2026 2h30 UTC+01:00", "2026-10-25T02:30+01:00"},
            {"25/10/2026 3h30 UTC+01:00", "2026-10-25T03:30"},
            {"24/10/2026 23h >2h30", "2026-10-24T23:00/2026-10-25T02:30?"},
            {"25/10/2026 1h30 (2h)", "2026-10-25T01:30/02:30+01:00"},
            {"25/10/2026 02:45 UTC+02:00 > 02:15 UTC+01:00",
                    "2026-10-25T02:45+02:00/02:15+01:00"},
            {"28/3/2026 23h (4h)", "2026-03-28T23:00/2026-03-29T04:00"},
    };

    (void)state;
    check_rows(rows, COUNT(rows), DATE_FR);
}

static void timing__parse__errors_carry_the_column(void **state)
{
    static const struct {
        const char *text;
        int column;
        const char *part; /* of the message */
    } rows[] = {
            {"", 1, "no date yet"},
            {" ; ;", 1, "no date yet"},
            {"xx", 1, "\"xx\" is not a day, a date or a time"},
            {"sa 15h; \xc3\xa9t\xc3\xa9", 9, "\"\xc3\xa9t\xc3\xa9\" is not"},
            {"sa 15h bla", 8, "\"bla\" is not"},
            {"tlj 10h", 1, "until when"},
            {"tous les samedis 15h", 1, "until when"},
            {"15/8-1/8", 6, "end of the range"},
            {"15/8/2026-1/8/2026", 11, "end of the range"},
            {"31/2", 1, "does not exist"},
            {"1/1/0000", 1, "does not exist"},
            {"sa 20h > lu 12/7 22h", 13, "dimanche 12 juillet"},
            {"sa 20h > 10/7/2026 22h", 4, "before the start"},
            {"di 5/12", 4,
                    "samedi 5 d\xc3\xa9"
                    "cembre 2026"},
            {"ve sa 5/12", 1, "one weekday"},
            {"29/3/2027 x", 11, "\"x\""},
            {"28/3/2027 2h30", 11, "dimanche 28 mars 2027 has no 02:30"},
            {"27/3/2027 23h >2h30", 11, "has no 02:30"},
            {"sa 20h >20h", 4, "same as the start"},
            {"sa 24h", 4, "24h is an end"},
            {"sa 20h30 (", 11, "missing at the end"},
            {"sa 20h30 >", 11, "missing at the end"},
            {"sa 15h,", 7, "\",\""},
            {"du 1/8", 7, "missing at the end"},
            {"sa-di sauf sa-di", 12, "leave no date"},
            {"sa sauf", 8, "missing at the end"},
            {"me 1/8-3/8", 1, "no such weekday"},
            {"5/12 20", 6, "\"20\" is not"},
            {"sa 15h >16h; sa 15h >17h", 0, "different ends"},
            {"25/10/2026 2h30 UTC+05:00", 12, "offset"},
            {"sa 15h 17h", 8, "\"17\""},
    };
    struct timing_context ctx = context(DATE_FR);

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct timing_slot *slots = NULL;
        struct err e = {0};
        struct buf out;
        size_t n;

        buf_init(&out, 0);
        if (timing_parse(view_of(rows[i].text), &ctx, &slots, &n, &e) != ERR_INVALID)
            fail_msg("\"%s\" is accepted", rows[i].text);
        assert_null(slots);
        err_text(&e, NULL, &out);
        if (!strstr(out.s, rows[i].part) || e.column != rows[i].column)
            fail_msg("\"%s\": column %d: %s", rows[i].text, e.column, out.s);
        buf_release(&out);
    }
}

static void timing__parse__limits(void **state)
{
    struct timing_context ctx = context(DATE_FR);
    struct timing_slot *slots = NULL;
    struct err e = {0};
    size_t n = 0;
    char *text = calloc(1, TIMING_TEXT_MAX + 2);

    (void)state;
    assert_non_null(text);
    assert_int_equal(
            timing_parse(VIEW_LIT("tlj 1/8/2026-8/10/2028"), &ctx, &slots, &n, &e), 0);
    assert_int_equal(n, TIMING_MAX);
    free(slots);
    slots = NULL;
    assert_int_equal(
            timing_parse(VIEW_LIT("tlj 1/8/2026-9/10/2028"), &ctx, &slots, &n, &e),
            ERR_LIMIT);
    assert_int_equal(
            timing_parse(VIEW_LIT("lu 1/1/2026-1/1/9999"), &ctx, &slots, &n, &e),
            ERR_LIMIT);
    memset(text, ';', TIMING_TEXT_MAX + 1);
    assert_int_equal(timing_parse(view_of(text), &ctx, &slots, &n, &e), ERR_LIMIT);
    ctx.zone = "Europe/Nowhere";
    assert_int_equal(timing_parse(VIEW_LIT("sa"), &ctx, &slots, &n, &e), ERR_NOT_FOUND);
    assert_null(slots);
    free(text);
}

static void timing__echo__writes_the_year_when_it_is_another(void **state)
{
    struct timing_context ctx = context(DATE_FR);
    struct timing_slot *slots = NULL;
    struct buf out;
    size_t n;

    (void)state;
    buf_init(&out, 0);
    ctx.last = date_days(2026, 12, 5);
    assert_int_equal(timing_parse(VIEW_LIT("ve 20h30; sa 15h >16h; 5/3"), &ctx, &slots,
                             &n, NULL),
            0);
    timing_echo(slots, n, DATE_FR, TODAY, &out);
    assert_string_equal(
            out.s, "ve. 11 déc. 20:30 · sa. 12 déc. 15:00 → 16:00 · ve. 5 mars 2027");
    buf_release(&out);
    free(slots);
}

static void check_reads_back(const struct timing_slot *slot, enum date_lang lang)
{
    struct timing_context ctx = context(lang);
    struct timing_slot *back = NULL;
    struct err e = {0};
    size_t n = 0;
    struct buf text;

    buf_init(&text, 0);
    ctx.zone = slot->start.zone;
    timing_slot_text(slot, lang, &text);
    if (timing_parse(buf_view(&text), &ctx, &back, &n, &e) || n != 1)
        fail_msg("\"%s\" is not one slot: %s at %d", text.s, e.id, e.column);
    if (moment_cmp(&back->start, &slot->start) || back->has_end != slot->has_end ||
            (slot->has_end && moment_cmp(&back->end, &slot->end)) ||
            back->twice != slot->twice)
        fail_msg("\"%s\" does not read back", text.s);
    buf_release(&text);
    free(back);
}

static void timing__slot_text__reads_back(void **state)
{
    static const char *const zones[] = {
            "Europe/Paris", "America/New_York", "Asia/Tokyo"};
    static const int lengths[] = {0, 1, 45, 60, 90, 180, 600, 1439, 1440, 1500, 4000};

    (void)state;
    for (size_t z = 0; z < COUNT(zones); z++)
        for (int day = 0; day < 500; day += 1) {
            struct timing_slot slot = {
                    .start = {.days = TODAY + day, .offset = MOMENT_NO_OFFSET}};
            int length = lengths[(size_t)day % COUNT(lengths)];

            memcpy(slot.start.zone, zones[z], strlen(zones[z]) + 1);
            slot.start.minutes = (int16_t)(day * 37 % 1440);
            if (length)
                slot.has_end = moment_add(&slot.start, length, &slot.end) == 0;
            check_reads_back(&slot, (enum date_lang)(day % 3));
            slot.start.minutes = MOMENT_NO_HOUR;
            slot.has_end = false;
            check_reads_back(&slot, (enum date_lang)(day % 3));
        }
}

static void timing__slot_text__reads_back_when_clocks_change(void **state)
{
    int64_t change = 1792890000; /* 2026-10-25T01:00Z */

    (void)state;
    for (int64_t at = change - 4 * 3600; at < change + 4 * 3600; at += 900)
        for (int length = 15; length < 300; length += 15) {
            struct timing_slot slot = {.has_end = true};
            struct moment noon = {.days = date_days(2026, 10, 24),
                    .minutes = 720,
                    .offset = MOMENT_NO_OFFSET,
                    .zone = "Europe/Paris"};
            int64_t base;

            assert_int_equal(moment_utc(&noon, &base), 0);
            assert_int_equal(
                    moment_add(&noon, (int)((at - base) / 60), &slot.start), 0);
            assert_int_equal(moment_add(&slot.start, length, &slot.end), 0);
            for (int lang = DATE_FR; lang <= DATE_IT; lang++)
                check_reads_back(&slot, (enum date_lang)lang);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(timing__parse__weekdays_come_after_today),
            cmocka_unit_test(timing__parse__weekdays_come_after_the_last_seance),
            cmocka_unit_test(timing__parse__dates),
            cmocka_unit_test(timing__parse__ranges),
            cmocka_unit_test(timing__parse__exceptions),
            cmocka_unit_test(timing__parse__ends),
            cmocka_unit_test(timing__parse__english_and_italian),
            cmocka_unit_test(timing__parse__default_duration_estimates_the_end),
            cmocka_unit_test(timing__parse__clock_changes),
            cmocka_unit_test(timing__parse__errors_carry_the_column),
            cmocka_unit_test(timing__parse__limits),
            cmocka_unit_test(timing__echo__writes_the_year_when_it_is_another),
            cmocka_unit_test(timing__slot_text__reads_back),
            cmocka_unit_test(timing__slot_text__reads_back_when_clocks_change),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
