#include "fixture.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/net/heads.h"
#include "../../src/net/rate.h"

/* What is read from foreign text, and said in words: no connection needed. */

static int retry(const char *value)
{
    return heads_retry(view_of(value), INT64_C(784111777000)); /* 08:49:37 below */
}

static void heads__retry__reads_both_forms_within_bounds(void **state)
{
    (void)state;
    assert_int_equal(retry("0"), 0);
    assert_int_equal(retry("120"), 120);
    assert_int_equal(retry("86400"), 86400);
    assert_int_equal(retry("86401"), 86400);
    assert_int_equal(retry("999999999999999999"), 86400);
    assert_int_equal(retry("99999999999999999999999999999999999999"), 86400);
    assert_int_equal(retry("-1"), -1);
    assert_int_equal(retry("+1"), -1);
    assert_int_equal(retry("1.5"), -1);
    assert_int_equal(retry(""), -1);
    assert_int_equal(retry("999999999999999999x99999999999999999"), -1);
    assert_int_equal(retry("Sun, 06 Nov 1994 08:50:37 GMT"), 60);
    assert_int_equal(retry("Sun, 06 Nov 1994 08:49:37 GMT"), 0);
    assert_int_equal(retry("Sat, 05 Nov 1994 08:49:37 GMT"), 0);
    assert_int_equal(retry("Wed, 31 Dec 9999 23:59:60 GMT"), 86400);
    assert_int_equal(retry("Sun, 32 Nov 1994 08:49:37 GMT"), -1);
    assert_int_equal(retry("Sun, 06 Nov 1994 24:00:00 GMT"), -1);
    assert_int_equal(retry("Sun, 06 nov 1994 08:49:37 GMT"), -1);
    assert_int_equal(retry("Sun, 06 Nov 1994 08:49:37 CET"), -1);
    assert_int_equal(retry("Sunday, 06-Nov-94 08:49:37 GMT"), -1);
    assert_int_equal(retry("Sun, 06 Nov 1994 08:49:37 GMT "), -1);
}

static void heads__type__is_cut_at_its_parameters(void **state)
{
    char out[20];

    (void)state;
    heads_type(VIEW_LIT("Application/JSON ; charset=utf-8"), out, sizeof(out));
    assert_string_equal(out, "application/json");
    heads_type(VIEW_LIT("text/html"), out, sizeof(out));
    assert_string_equal(out, "text/html");
    heads_type(VIEW_LIT("application/vnd.something"), out, sizeof(out));
    assert_string_equal(out, "");
    heads_type(VIEW_LIT(""), out, sizeof(out));
    assert_string_equal(out, "");
    heads_copy(VIEW_LIT("1234567890123456789"), out, sizeof(out));
    assert_string_equal(out, "1234567890123456789");
    heads_copy(VIEW_LIT("12345678901234567890"), out, sizeof(out));
    assert_string_equal(out, "");
}

static void heads__value__wants_the_whole_name(void **state)
{
    struct view v = {0};

    (void)state;
    assert_true(heads_value(VIEW_LIT("ETag:\t\"x\" \r\n"), "etag", &v));
    assert_true(view_is(v, "\"x\""));
    assert_true(heads_value(VIEW_LIT("etag:"), "etag", &v));
    assert_int_equal(v.n, 0);
    assert_false(heads_value(VIEW_LIT("ETags: x"), "etag", &v));
    assert_false(heads_value(VIEW_LIT("ETag"), "etag", &v));
    assert_false(heads_value(VIEW_LIT(""), "etag", &v));
}

static void heads__range__gives_the_first_byte(void **state)
{
    (void)state;
    assert_int_equal(heads_range_start(VIEW_LIT("bytes 4-9/10")), 4);
    assert_int_equal(heads_range_start(VIEW_LIT("Bytes 0-0/*")), 0);
    assert_int_equal(heads_range_start(VIEW_LIT("bytes */10")), -1);
    assert_int_equal(heads_range_start(VIEW_LIT("bytes -4-9/10")), -1);
    assert_int_equal(heads_range_start(VIEW_LIT("items 4-9/10")), -1);
    assert_int_equal(heads_range_start(VIEW_LIT("bytes ")), -1);
    assert_int_equal(heads_range_start(VIEW_LIT("")), -1);
}

static struct net_answer answer(int status, const char *body)
{
    struct net_answer a = {.status = status, .retry_seconds = -1};

    buf_init(&a.body, 0);
    buf_adds(&a.body, body);
    return a;
}

static void net__refused__tells_what_to_do(void **state)
{
    static const struct {
        int status;
        const char *body;
        int code;
        const char *words;
    } cases[] = {
            {401, "{\"error\":\"unauthorized\"}", ERR_INVALID,
                    "check name and password (unauthorized)"},
            {403, "{\"reason\":\"Only members.\"}", ERR_INVALID,
                    "may not do this: ask whoever runs the server (Only members.)"},
            {403,
                    "{\"error\":\"forbidden\",\"reason\":\"Account is temporarily "
                    "locked "
                    "due to multiple authentication failures\"}",
                    ERR_BUSY, "wait five minutes"},
            {404, "{\"reason\":\"Database does not exist.\"}", ERR_NOT_FOUND,
                    "(Database does not exist.)"},
            {404, "no JSON", ERR_NOT_FOUND, "(HTTP 404)"},
            {404, "[1]", ERR_NOT_FOUND, "(HTTP 404)"},
            {404, "{\"reason\":7}", ERR_NOT_FOUND, "(HTTP 404)"},
            {400, "{\"reason\":\"bad seq\"}", ERR_INVALID,
                    "refuses the request: bad seq"},
            {407, "", ERR_IO, "proxy wants a sign-in"},
            {409, "{}", ERR_CONFLICT, "somebody else was faster"},
            {412, "{}", ERR_CONFLICT, "somebody else was faster"},
            {413, "{}", ERR_LIMIT, "send less at once"},
            {415, "{}", ERR_INVALID, "cannot read this kind"},
            {429, "{}", ERR_BUSY, "too many requests: try again later"},
            {500, "{\"reason\":\"no_majority\"}", ERR_IO, "has a fault"},
            {503, "", ERR_BUSY, "try again later (HTTP 503)"},
            {200, "", 0, ""},
            {202, "", 0, ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct net_answer a = answer(cases[i].status, cases[i].body);
        struct fixture f = {0};

        assert_int_equal(net_refused(&a, &f.err), cases[i].code);
        fixture_said(&f, cases[i].words);
        net_answer_release(&a);
    }
}

static void net__refused__says_when_to_come_back(void **state)
{
    struct net_answer a = answer(429, "{}");
    struct fixture f = {0};

    (void)state;
    a.retry_seconds = 40;
    assert_int_equal(net_refused(&a, &f.err), ERR_BUSY);
    fixture_said(&f, "try again in 40 s");
    net_answer_release(&a);
}

static void net__refused__trusts_no_words_of_the_server(void **state)
{
    struct net_answer a = answer(400, "{\"reason\":\"\\u001b[2J\\u202eevil");
    struct fixture f = {0};
    struct buf words;

    (void)state;
    for (int i = 0; i < 500; i++)
        buf_adds(&a.body, "é");
    buf_adds(&a.body, "\"}");
    assert_int_equal(net_refused(&a, &f.err), ERR_INVALID);
    buf_init(&words, 0);
    err_text(&f.err, NULL, &words);
    assert_non_null(strstr(words.s, "[2Jevilé"));
    assert_null(strchr(words.s, 0x1b));
    assert_null(strstr(words.s, "\xE2\x80\xAE"));
    assert_true(words.len < 200);
    assert_string_equal(words.s + words.len - 2, "é");
    buf_release(&words);
    net_answer_release(&a);
}

static void net__backoff__doubles_with_jitter_up_to_five_minutes(void **state)
{
    static const int64_t longest[] = {
            1000, 1000, 2000, 4000, 8000, 16000, 32000, 64000, 128000, 256000, 300000};
    int64_t least = INT64_MAX, most = 0;

    (void)state;
    for (int n = 0; n < (int)COUNT(longest); n++)
        for (int i = 0; i < 50; i++) {
            int64_t ms = net_backoff(n, -1);

            assert_in_range(ms, longest[n] / 2, longest[n]);
        }
    for (int i = 0; i < 200; i++) {
        int64_t ms = net_backoff(INT_MAX, -1);

        least = ms < least ? ms : least;
        most = ms > most ? ms : most;
    }
    assert_in_range(least, 150000, 200000); /* it is spread, not a number */
    assert_in_range(most, 250000, 300000);
    assert_in_range(net_backoff(INT_MIN, 0), 500, 1000);
    assert_int_equal(net_backoff(1, 60), 60000);
    assert_int_equal(net_backoff(1, INT_MAX), 86400000);
}

static void rate__of__is_that_of_the_last_seconds(void **state)
{
    struct rate r = {0};

    (void)state;
    assert_int_equal(rate_of(&r), 0);
    rate_mark(&r, 0, 0);
    assert_int_equal(rate_of(&r), 0);
    rate_mark(&r, 100, 500);
    rate_mark(&r, 200, 1000);
    assert_int_equal(r.n, 2);
    assert_int_equal(rate_of(&r), 5000);
    for (int i = 1; i <= 100; i++)
        rate_mark(&r, i * INT64_C(1000), 1000 + i * INT64_C(100));
    assert_int_equal(r.n, RATE_MARKS);
    assert_int_equal(rate_of(&r), 100);
    rate_mark(&r, 100000, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(heads__retry__reads_both_forms_within_bounds),
            cmocka_unit_test(heads__type__is_cut_at_its_parameters),
            cmocka_unit_test(heads__value__wants_the_whole_name),
            cmocka_unit_test(heads__range__gives_the_first_byte),
            cmocka_unit_test(net__refused__tells_what_to_do),
            cmocka_unit_test(net__refused__says_when_to_come_back),
            cmocka_unit_test(net__refused__trusts_no_words_of_the_server),
            cmocka_unit_test(net__backoff__doubles_with_jitter_up_to_five_minutes),
            cmocka_unit_test(rate__of__is_that_of_the_last_seconds),
    };

    return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
