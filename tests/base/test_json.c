#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "odus/base/json.h"

static struct json *parsed(const char *text)
{
    struct json *j = NULL;
    struct err e = {0};

    assert_int_equal(json_parse(view_of(text), 0, &j, &e), 0);
    return j;
}

static void assert_canonical(const char *in, const char *want)
{
    struct json *j = parsed(in);
    struct buf out;

    buf_init(&out, 0);
    json_canonical(j, &out);
    assert_string_equal(out.s, want);
    buf_release(&out);
    json_free(j);
}

static void assert_refused(const char *text, int code, int line, int column)
{
    struct json *j = NULL;
    struct err e = {0};

    assert_int_equal(json_parse(view_of(text), 0, &j, &e), code);
    assert_null(j);
    assert_int_equal(e.code, code);
    assert_int_equal(e.line, line);
    if (column)
        assert_int_equal(e.column, column);
}

static void json__parse__says_where_it_stops(void **state)
{
    (void)state;
    assert_refused("", ERR_INVALID, 1, 1);
    assert_refused("{\n  \"a\": x}", ERR_INVALID, 2, 0);
    assert_refused("[1,2", ERR_INVALID, 1, 0);
    assert_refused("[1] 2", ERR_INVALID, 1, 0);
    assert_refused("[\"\xFF\"]", ERR_INVALID, 1, 0);
    assert_refused("[\"\\ud800\"]", ERR_INVALID, 1, 0);
    assert_refused("[\"\\u0000\"]", ERR_INVALID, 1, 0);
    assert_refused("9223372036854775808", ERR_INVALID, 1, 0);
    assert_refused("1e999", ERR_INVALID, 1, 0);
}

static void json__parse__limits_size_and_depth(void **state)
{
    char deep[2 * JSON_DEPTH_MAX + 3];
    struct json *j = NULL;
    struct err e = {0};

    (void)state;
    memset(deep, '[', JSON_DEPTH_MAX + 1);
    memset(deep + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
    deep[sizeof(deep) - 1] = '\0';
    assert_refused(deep, ERR_LIMIT, 1, JSON_DEPTH_MAX + 1);
    assert_int_equal(
            json_parse((struct view){deep + 1, 2 * JSON_DEPTH_MAX}, 0, &j, &e), 0);
    json_free(j);
    assert_int_equal(json_parse(view_of("[10]"), 3, &j, &e), ERR_LIMIT);
}

/* Around as many brackets as are too many where they count. */
static void json__parse__brackets_in_texts__are_no_depth(void **state)
{
    static const struct {
        const char *before, *after;
        int rc;
    } cases[] = {
            {"[\"", "\"]", 0},
            {"[\"\\\"", "\"]", 0},
            {"[\"\\\\\\\"", "\"]", 0},
            {"[\"\\\\\",", "", ERR_LIMIT},
            {"[\"\\\"\",", "", ERR_LIMIT},
            {"[\"\\\"", "", ERR_INVALID},
            {"[\"\\\\\\\"", "\\", ERR_INVALID},
    };
    char brackets[JSON_DEPTH_MAX + 1] = "";

    (void)state;
    memset(brackets, '[', JSON_DEPTH_MAX);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct json *j = NULL;
        struct err e = {0};
        struct buf text;

        buf_init(&text, 0);
        buf_addf(&text, "%s%s%s", cases[i].before, brackets, cases[i].after);
        assert_int_equal(json_parse(buf_view(&text), 0, &j, &e), cases[i].rc);
        json_free(j);
        buf_release(&text);
    }
}

static void json__parse__keeps_the_last_of_equal_keys(void **state)
{
    (void)state;
    assert_canonical("{\"a\":1,\"a\":2}", "{\"a\":2}");
}

static void json__read__answers_for_missing_and_wrong_kinds(void **state)
{
    struct json *j = parsed("{\"a\":[1,2.0,\"x\",true,2.5,1e300],\"n\":null}");
    struct json *a = json_get(j, "a");

    (void)state;
    assert_int_equal(json_len(a), 6);
    assert_int_equal(json_as_int(json_at(a, 0), 9), 1);
    assert_int_equal(json_as_int(json_at(a, 1), 9), 2);
    assert_int_equal(json_as_int(json_at(a, 4), 9), 9);
    assert_int_equal(json_as_int(json_at(a, 5), 9), 9);
    assert_true(json_as_real(json_at(a, 4), 0) == 2.5);
    assert_string_equal(json_as_text(json_at(a, 2)), "x");
    assert_null(json_as_text(json_at(a, 0)));
    assert_true(json_as_bool(json_at(a, 3), false));
    assert_true(json_as_bool(json_at(a, 0), true));
    assert_null(json_at(a, 6));
    assert_null(json_get(a, "a"));
    assert_null(json_get(NULL, "a"));
    assert_null(json_get_text(NULL, "a"));
    assert_int_equal(json_len(NULL), 0);
    assert_int_equal(json_kind(NULL), JSON_KIND_NONE);
    assert_int_equal(json_kind(json_get(j, "n")), JSON_KIND_NULL);
    assert_int_equal(json_get_int(j, "missing", -1), -1);
    assert_int_equal(json_as_view(json_get(j, "n")).n, 0);
    json_free(j);
}

static void json__build__mends_text_and_replaces_members(void **state)
{
    struct json *j = json_new_object();
    struct json *list = json_new_array();
    struct buf out;

    (void)state;
    json_push_take(list, json_text((struct view){"a\0b\xFF", 4}));
    json_push_take(list, json_bool(false));
    json_push_take(list, json_new_null());
    json_push_take(list, json_new_real(0.1));
    json_push_take(list, NULL);
    json_set_take(j, "list", list);
    json_set_take(j, "n", json_int(1));
    json_set_take(j, "n", json_int(INT64_MIN));
    json_set_take(j, "gone", json_int(1));
    json_set_take(j, "gone", NULL);
    json_set_text(j, "gone", "x");
    json_set_text(j, "gone", NULL);
    json_set_text(j, "t", "\xFF");
    json_set_take(j, "\xFF", json_int(2));
    buf_init(&out, 0);
    json_canonical(j, &out);
    assert_string_equal(out.s, "{\"list\":[\"a\uFFFDb\uFFFD\",false,null,0.1],"
                               "\"n\":-9223372036854775808,\"t\":\"\uFFFD\","
                               "\"\uFFFD\":2}");
    buf_release(&out);
    json_free(j);
}

static void json__dup__shares_nothing(void **state)
{
    struct json *a = parsed("{\"x\":{\"y\":[1]}}");
    struct json *b = json_dup(a);

    (void)state;
    assert_true(json_same(a, b));
    json_push_take(json_get(json_get(b, "x"), "y"), json_int(2));
    assert_false(json_same(a, b));
    assert_int_equal(json_len(json_get(json_get(a, "x"), "y")), 1);
    assert_ptr_equal(json_retain(a), a);
    json_free(a);
    json_free(a);
    json_free(b);
    json_free(NULL);
    assert_null(json_dup(NULL));
}

static void json__iter__visits_members_in_order(void **state)
{
    struct json *j = parsed("{\"z\":1,\"a\":2}");
    char seen[8] = "";
    size_t n = 0;

    (void)state;
    for (struct json_iter it = {0}; json_iter(j, &it);) {
        seen[n++] = it.key[0];
        seen[n++] = (char)('0' + json_as_int(it.val, 0));
    }
    assert_string_equal(seen, "z1a2");
    for (struct json_iter it = {0}; json_iter(NULL, &it);)
        fail();
    json_free(j);
}

/* The example of RFC 8785 §3.2.3 and the escapes of §3.2.2.2. */
static void json__canonical__sorts_by_utf16_and_escapes_little(void **state)
{
    (void)state;
    assert_canonical(
            "{\"\\u20ac\":1,\"\\r\":2,\"\\ufb33\":3,\"1\":4,\"\\ud83d\\ude00\":5,"
            "\"\\u0080\":6,\"\\u00f6\":7}",
            "{\"\\r\":2,\"1\":4,\"\xC2\x80\":6,\"ö\":7,\"€\":1,\"\U0001F600\":5,"
            "\"\uFB33\":3}");
    assert_canonical("[\"\\u000F\\n\\/\\\"\\\\\\u20ac\\u007f\\b\"]",
            "[\"\\u000f\\n/\\\"\\\\€\x7F\\b\"]");
    assert_canonical(" { } ", "{}");
}

/* Values of RFC 8785 appendix B. */
static void json__canonical__prints_numbers_as_ecmascript(void **state)
{
    (void)state;
    assert_canonical("[333333333.33333329, 1E30, 4.50, 2e-3, 1e-27]",
            "[333333333.3333333,1e+30,4.5,0.002,1e-27]");
    assert_canonical("[-0.0, 5e-324, 1.7976931348623157e308, 1e21, 1e20, 1e17, 1.0]",
            "[0,5e-324,1.7976931348623157e+308,1e+21,1e+20,100000000000000000,1]");
    assert_canonical("[9.999999999999997e22, 0.000001, 1e-7, -1.5, 44.896389]",
            "[9.999999999999997e+22,0.000001,1e-7,-1.5,44.896389]");
}

static void json__pretty__indents_by_two(void **state)
{
    struct json *j = parsed("{\"b\":[1,{}],\"a\":[]}");
    struct buf out;

    (void)state;
    buf_init(&out, 0);
    json_pretty(j, &out);
    assert_string_equal(out.s, "{\n  \"a\": [],\n  \"b\": [\n    1,\n    {}\n  ]\n}");
    buf_release(&out);
    json_free(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(json__parse__says_where_it_stops),
            cmocka_unit_test(json__parse__limits_size_and_depth),
            cmocka_unit_test(json__parse__brackets_in_texts__are_no_depth),
            cmocka_unit_test(json__parse__keeps_the_last_of_equal_keys),
            cmocka_unit_test(json__read__answers_for_missing_and_wrong_kinds),
            cmocka_unit_test(json__build__mends_text_and_replaces_members),
            cmocka_unit_test(json__dup__shares_nothing),
            cmocka_unit_test(json__iter__visits_members_in_order),
            cmocka_unit_test(json__canonical__sorts_by_utf16_and_escapes_little),
            cmocka_unit_test(json__canonical__prints_numbers_as_ecmascript),
            cmocka_unit_test(json__pretty__indents_by_two),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
