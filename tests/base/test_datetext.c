#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "odus/base/date.h"
#include "odus/base/datetext.h"
#include "odus/base/datewords.h"

/* Friday 10 July 2026 */
#define TODAY date_days(2026, 7, 10)

struct row {
    enum date_lang lang;
    const char *text;
    const char *iso;
};

static void check_dates(const struct row *rows, size_t n, enum date_year year)
{
    for (size_t i = 0; i < n; i++) {
        char out[DATE_ISO_SIZE];
        int32_t days;
        struct err e = {0};
        int rc = datetext_parse(
                view_of(rows[i].text), rows[i].lang, TODAY, year, &days, &e);

        if (rc)
            fail_msg("\"%s\": %s", rows[i].text, e.id);
        date_iso(days, out);
        if (!view_is(view_of(out), rows[i].iso))
            fail_msg("\"%s\" gives %s, not %s", rows[i].text, out, rows[i].iso);
    }
}

static void datetext__parse__next_date_from_the_anchor(void **state)
{
    static const struct row rows[] = {
            {DATE_FR, "12", "2026-07-12"},
            {DATE_FR, "10", "2026-07-10"},
            {DATE_FR, "9", "2026-08-09"},
            {DATE_FR, "31", "2026-07-31"},
            {DATE_FR, "12/7", "2026-07-12"},
            {DATE_FR, "9/7", "2027-07-09"},
            {DATE_FR, "12/7/26", "2026-07-12"},
            {DATE_FR, "12/7/2024", "2024-07-12"},
            {DATE_FR, "12.7.2026", "2026-07-12"},
            {DATE_FR, "12.7", "2026-07-12"},
            {DATE_FR, "12-7-2026", "2026-07-12"},
            {DATE_FR, "12 juil", "2026-07-12"},
            {DATE_FR, "12 JUIL. 2026", "2026-07-12"},
            {DATE_FR, "12 juillet 2026", "2026-07-12"},
            {DATE_FR, "1er août", "2026-08-01"},
            {DATE_FR, "1er aou\xcc\x82t", "2026-08-01"},
            {DATE_FR, "+3", "2026-07-13"},
            {DATE_FR, "-2", "2026-07-08"},
            {DATE_FR,
                    "\xe2\x88\x92"
                    "2",
                    "2026-07-08"},
            {DATE_FR, "sa", "2026-07-11"},
            {DATE_FR, "ve", "2026-07-17"},
            {DATE_FR, "Samedi", "2026-07-11"},
            {DATE_FR, "sam. 11 juil.", "2026-07-11"},
            {DATE_FR, "le samedi 11\xc2\xa0juillet", "2026-07-11"},
            {DATE_FR, "demain", "2026-07-11"},
            {DATE_FR, "hier", "2026-07-09"},
            {DATE_FR, "aujourd'hui", "2026-07-10"},
            {DATE_FR, "aujourd\xe2\x80\x99hui", "2026-07-10"},
            {DATE_FR, "2026-07-12", "2026-07-12"},
            {DATE_FR, "29/2", "2028-02-29"},
            {DATE_FR, "mar", "2026-07-14"},
            {DATE_FR, "12 mar", "2027-03-12"},
            {DATE_EN, "12 jul", "2026-07-12"},
            {DATE_EN, "jul 12", "2026-07-12"},
            {DATE_EN, "July 12th, 2026", "2026-07-12"},
            {DATE_EN, "mar 12", "2027-03-12"},
            {DATE_EN, "sat", "2026-07-11"},
            {DATE_EN, "tomorrow", "2026-07-11"},
            {DATE_EN, "today", "2026-07-10"},
            {DATE_EN, "12/7", "2026-07-12"},
            {DATE_IT, "sab", "2026-07-11"},
            {DATE_IT, "sabato 12 dicembre", "2026-12-12"},
            {DATE_IT, "12/12/2026", "2026-12-12"},
            {DATE_IT, "domani", "2026-07-11"},
            {DATE_IT, "luned\xc3\xac 13 lug", "2026-07-13"},
            {DATE_IT, "12 gen", "2027-01-12"},
    };

    (void)state;
    check_dates(rows, COUNT(rows), DATE_YEAR_NEXT);
}

static void datetext__parse__nearest_date_may_be_past(void **state)
{
    static const struct row rows[] = {
            {DATE_FR, "9/7", "2026-07-09"},
            {DATE_FR, "9", "2026-07-09"},
            {DATE_FR, "12", "2026-07-12"},
            {DATE_FR, "2/1", "2027-01-02"},
            {DATE_FR, "1/2", "2026-02-01"},
    };

    (void)state;
    check_dates(rows, COUNT(rows), DATE_YEAR_NEAREST);
}

static void datetext__parse__says_where_it_stopped(void **state)
{
    static const struct {
        const char *text;
        int column;
    } rows[] = {{"", 1}, {"xx", 1}, {"31/2", 1}, {"12/13", 1}, {"31/2/2026", 1},
            {"di 11/7", 1}, {"12 juil bla", 9}, {"l\xe2\x80\x99\xc3\xa9t\xc3\xa9", 3},
            {"12/7/2026 20h", 11}, {"20h30", 1}, {"samedi 99999999999", 8},
            {"12 jui", 4}, {"0", 1}, {"le", 3}, {"2026-13-01", 1}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct err e = {0};
        int32_t days = 7;

        assert_int_equal(datetext_parse(view_of(rows[i].text), DATE_FR, TODAY,
                                 DATE_YEAR_NEXT, &days, &e),
                ERR_INVALID);
        assert_non_null(e.id);
        if (e.column != rows[i].column)
            fail_msg("\"%s\": column %d", rows[i].text, e.column);
        assert_int_equal(days, 7);
    }
}

static void datetext__parse_time__all_forms(void **state)
{
    static const struct {
        const char *text;
        int minutes;
    } rows[] = {{"20h30", 1230}, {"20h", 1200}, {"20:30", 1230}, {"20.30", 1230},
            {"8pm", 1200}, {"8:30 pm", 1230}, {"8.30PM", 1230}, {"2030", 1230},
            {"0005", 5}, {"minuit", 0}, {"midi", 720}, {"20 h 30", 1230}, {"20", 1200},
            {"12am", 0}, {"12pm", 720}, {"12:15 am", 15}, {"\xc3\xa0 20h", 1200},
            {"ore 20:30", 1230}, {"mezzanotte", 0}, {"noon", 720}, {"9:05", 545}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        int minutes = -1;

        if (datetext_parse_time(view_of(rows[i].text), &minutes, NULL) ||
                minutes != rows[i].minutes)
            fail_msg("\"%s\" gives %d", rows[i].text, minutes);
    }
}

static void datetext__parse_time__rejects_what_is_no_time(void **state)
{
    static const char *const rows[] = {"", "25h", "24h", "20h60", "2060", "13pm", "0am",
            "20h30 x", "-1", "20:3", "99999999999", "20::30", "2500"};
    int minutes = -1;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        if (datetext_parse_time(view_of(rows[i]), &minutes, NULL) != ERR_INVALID)
            fail_msg("\"%s\" gives %d", rows[i], minutes);
}

static void datetext__parse_duration__all_forms(void **state)
{
    static const struct {
        const char *text;
        int minutes;
    } rows[] = {{"55", 55}, {"55 min", 55}, {"1h", 60}, {"1h30", 90}, {"1:30", 90},
            {"2 h 05", 125}, {"1 h 30 min", 90}, {"90mn", 90}, {"99h59", 5999},
            {"0", 0}};
    static const char *const bad[] = {
            "", "h", "1h60", "100h", "55 x", "-5", "1h5", "9999"};
    int minutes = -1;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (datetext_parse_duration(view_of(rows[i].text), &minutes, NULL) ||
                minutes != rows[i].minutes)
            fail_msg("\"%s\" gives %d", rows[i].text, minutes);
    }
    for (size_t i = 0; i < COUNT(bad); i++)
        if (datetext_parse_duration(view_of(bad[i]), &minutes, NULL) != ERR_INVALID)
            fail_msg("\"%s\" gives %d", bad[i], minutes);
}

static void expect(struct buf *out, const char *text)
{
    assert_string_equal(out->s, text);
    buf_clear(out);
}

static void datetext__print__three_languages(void **state)
{
    int32_t days = date_days(2026, 12, 5);
    struct buf out;

    (void)state;
    buf_init(&out, 0);
    datetext_full(days, DATE_FR, &out);
    expect(&out, "samedi 5 décembre 2026");
    datetext_full(days, DATE_EN, &out);
    expect(&out, "Saturday 5 December 2026");
    datetext_short(days, DATE_FR, true, &out);
    expect(&out, "sa. 5 déc. 2026");
    datetext_short(days, DATE_FR, false, &out);
    expect(&out, "sa. 5 déc.");
    datetext_short(days, DATE_EN, true, &out);
    expect(&out, "Sat 5 Dec 2026");
    datetext_short(days, DATE_IT, true, &out);
    expect(&out, "sab 5 dic 2026");
    datetext_full(date_days(2027, 1, 1), DATE_FR, &out);
    expect(&out, "vendredi 1er janvier 2027");
    datetext_time(1230, &out);
    expect(&out, "20:30");
    datetext_duration(90, &out);
    expect(&out, "1 h 30");
    datetext_duration(55, &out);
    expect(&out, "55 min");
    datetext_duration(120, &out);
    expect(&out, "2 h");
    buf_release(&out);
}

static void check_date_back(int32_t days, enum date_lang lang, struct buf *out)
{
    int32_t back = DATE_NONE;

    if (datetext_parse(buf_view(out), lang, TODAY, DATE_YEAR_NEXT, &back, NULL) ||
            back != days)
        fail_msg("\"%s\" does not read back", out->s);
    buf_clear(out);
}

static void datetext__print__reads_back(void **state)
{
    struct buf out;
    int minutes;

    (void)state;
    buf_init(&out, 0);
    for (int lang = DATE_FR; lang <= DATE_IT; lang++)
        for (int32_t days = TODAY - 800; days < TODAY + 800; days++) {
            datetext_full(days, (enum date_lang)lang, &out);
            check_date_back(days, (enum date_lang)lang, &out);
            datetext_short(days, (enum date_lang)lang, true, &out);
            check_date_back(days, (enum date_lang)lang, &out);
        }
    for (int i = 0; i < 1440; i++, buf_clear(&out)) {
        datetext_time(i, &out);
        assert_int_equal(datetext_parse_time(buf_view(&out), &minutes, NULL), 0);
        assert_int_equal(minutes, i);
    }
    for (int i = 0; i < 6000; i++, buf_clear(&out)) {
        datetext_duration(i, &out);
        assert_int_equal(datetext_parse_duration(buf_view(&out), &minutes, NULL), 0);
        assert_int_equal(minutes, i);
    }
    buf_release(&out);
}

static void datewords__find__beginnings_must_fit_one_name(void **state)
{
    (void)state;
    assert_int_equal(datewords_weekday("samedis"), 5);
    assert_int_equal(datewords_weekday("sabato"), 5);
    assert_int_equal(datewords_weekday("sabati"), 5);
    assert_int_equal(datewords_weekday("domeniche"), 6);
    assert_int_equal(datewords_weekday("do"), 6);
    assert_int_equal(datewords_weekday("x"), DATEWORDS_NONE);
    assert_int_equal(datewords_weekday(""), DATEWORDS_NONE);
    assert_int_equal(datewords_month("jui"), DATEWORDS_NONE);
    assert_int_equal(datewords_month("juin"), 6);
    assert_int_equal(datewords_month("sept"), 9);
    assert_int_equal(datewords_find("tlj", WORD_DAILY), 0);
    assert_int_equal(datewords_find("", WORD_DAILY), DATEWORDS_NONE);
    assert_int_equal(date_lang_of("it_IT.UTF-8"), DATE_IT);
    assert_int_equal(date_lang_of(NULL), DATE_FR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(datetext__parse__next_date_from_the_anchor),
            cmocka_unit_test(datetext__parse__nearest_date_may_be_past),
            cmocka_unit_test(datetext__parse__says_where_it_stopped),
            cmocka_unit_test(datetext__parse_time__all_forms),
            cmocka_unit_test(datetext__parse_time__rejects_what_is_no_time),
            cmocka_unit_test(datetext__parse_duration__all_forms),
            cmocka_unit_test(datetext__print__three_languages),
            cmocka_unit_test(datetext__print__reads_back),
            cmocka_unit_test(datewords__find__beginnings_must_fit_one_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
