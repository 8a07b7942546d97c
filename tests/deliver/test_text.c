#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "odus/base/date.h"
#include "odus/base/json.h"
#include "odus/base/utf8.h"
#include "odus/deliver/text.h"

static struct buf out;

static int start(void **state)
{
    (void)state;
    buf_init(&out, 0);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    buf_release(&out);
    return 0;
}

#define ASSERT_TEXT(call, text)                                                        \
    do {                                                                               \
        buf_clear(&out);                                                               \
        call;                                                                          \
        assert_string_equal(out.s, text);                                              \
    } while (0)

#define ASSERT_HTML(from, to) ASSERT_TEXT(text_html(VIEW_LIT(from), &out), to)
#define ASSERT_PLAIN(from, to) ASSERT_TEXT(text_plain(VIEW_LIT(from), &out), to)
#define ASSERT_CSV(from, to) ASSERT_TEXT(text_csv(VIEW_LIT(from), false, &out), to)

/* --- escapes ---------------------------------------------------------------------- */

static void text_xml__escapes_and_leaves_out(void **state)
{
    (void)state;
    ASSERT_TEXT(text_xml(VIEW_LIT("a<b>&\"'é😀\n\t"), &out),
            "a&lt;b&gt;&amp;&quot;&#39;é😀\n\t");
    ASSERT_TEXT(
            text_xml(VIEW_LIT("\x01\x1b[0m\xef\xbf\xbe]]>\r"), &out), "[0m]]&gt;\n");
    ASSERT_TEXT(text_xml(VIEW_LIT("a\xff"
                                  "b"),
                        &out),
            "a\xef\xbf\xbd"
            "b");
    ASSERT_TEXT(text_xml((struct view){0}, &out), "");
}

static void text_script__means_the_same(void **state)
{
    struct json *j = json_text(VIEW_LIT("</script>&\xe2\x80\xa8\xe2\x80\xa9\"\\é")), *k;
    struct buf made;

    (void)state;
    buf_init(&made, 0);
    json_canonical(j, &made);
    text_script(buf_view(&made), &out);
    assert_string_equal(
            out.s, "\"\\u003c/script\\u003e\\u0026\\u2028\\u2029\\\"\\\\é\"");
    assert_int_equal(json_parse(buf_view(&out), 0, &k, NULL), 0);
    assert_true(json_same(j, k));
    json_free(j);
    json_free(k);
    buf_release(&made);
}

static void text_csv__quotes_where_needed(void **state)
{
    (void)state;
    ASSERT_CSV("abc", "abc");
    ASSERT_CSV("", "");
    ASSERT_CSV("a,b", "\"a,b\"");
    ASSERT_CSV("a\"b", "\"a\"\"b\"");
    ASSERT_CSV("a\r\nb", "\"a\r\nb\"");
    ASSERT_CSV(" a", "\" a\"");
    ASSERT_CSV("a ", "\"a \"");
}

static void text_csv__disarms_formulas(void **state)
{
    (void)state;
    ASSERT_CSV("=1+1", "'=1+1");
    ASSERT_CSV("+1", "'+1");
    ASSERT_CSV("-1", "'-1");
    ASSERT_CSV("@SUM(A1)", "'@SUM(A1)");
    ASSERT_CSV("\t=1", "\"'\t=1\"");
    ASSERT_CSV("\r=1", "\"'\r=1\"");
    ASSERT_CSV("=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"");
    ASSERT_CSV("a=1", "a=1");
    ASSERT_TEXT(text_csv(VIEW_LIT("-1.5"), true, &out), "-1.5");
}

/* --- cutting ---------------------------------------------------------------------- */

static void text_cut__keeps_what_fits(void **state)
{
    (void)state;
    assert_false(text_cut(VIEW_LIT("été"), 3, &out));
    assert_string_equal(out.s, "été");
}

static void text_cut__ends_with_a_word(void **state)
{
    (void)state;
    ASSERT_TEXT(assert_true(text_cut(VIEW_LIT("un deux trois"), 10, &out)), "un deux…");
    ASSERT_TEXT(assert_true(text_cut(VIEW_LIT("un deux trois"), 8, &out)), "un deux…");
    ASSERT_TEXT(assert_true(text_cut(VIEW_LIT("un deux trois"), 7, &out)), "un…");
    ASSERT_TEXT(
            assert_true(text_cut(VIEW_LIT("un, deux trois"), 9, &out)), "un, deux…");
    ASSERT_TEXT(assert_true(text_cut(VIEW_LIT("un, deux trois"), 6, &out)), "un…");
    ASSERT_TEXT(assert_true(text_cut(VIEW_LIT("abcdefgh"), 4, &out)), "abc…");
    ASSERT_TEXT(assert_true(text_cut(VIEW_LIT("abc"), 1, &out)), "…");
    ASSERT_TEXT(assert_true(text_cut(VIEW_LIT("abc"), 0, &out)), "");
}

/* A family is one sign of seven characters: it is not cut in the middle. */
static void text_cut__keeps_signs_whole(void **state)
{
    struct view text = VIEW_LIT("ab👩‍👩‍👧 cd");

    (void)state;
    ASSERT_TEXT(assert_true(text_cut(text, 5, &out)), "ab…");
    for (size_t max = 0; max < 12; max++) {
        buf_clear(&out);
        (void)text_cut(text, max, &out);
        assert_true(utf8_count(buf_view(&out)) <= max);
        assert_true(utf8_valid(buf_view(&out)));
    }
}

/* --- dates and sums --------------------------------------------------------------- */

static void assert_moment(const char *moment, const char *text)
{
    struct moment m;

    assert_int_equal(moment_parse(view_of(moment), NULL, &m, NULL), 0);
    ASSERT_TEXT(text_moment(&m, &out), text);
}

static void text_moment__has_the_offset_of_the_day(void **state)
{
    (void)state;
    assert_moment("2026-12-05T20:30[Europe/Paris]", "2026-12-05T20:30:00+01:00");
    assert_moment("2026-07-05T20:30[Europe/Paris]", "2026-07-05T20:30:00+02:00");
    assert_moment("2026-07-05T20:30[America/St_Johns]", "2026-07-05T20:30:00-02:30");
    assert_moment("2026-12-05[Europe/Paris]", "2026-12-05");
    assert_moment("2026-12-05T20:30[Europe/Atlantide]", "2026-12-05");
    assert_moment("2026-10-25T02:30+02:00[Europe/Paris]", "2026-10-25T02:30:00+02:00");
    assert_moment("2026-10-25T02:30+01:00[Europe/Paris]", "2026-10-25T02:30:00+01:00");
    assert_moment("2027-03-28T02:30[Europe/Paris]", "2027-03-28T03:30:00+02:00");
}

static void text_day__speaks(void **state)
{
    (void)state;
    ASSERT_TEXT(text_day(date_days(2026, 12, 5), "fr", &out), "samedi 5 décembre 2026");
    ASSERT_TEXT(
            text_day(date_days(2026, 12, 5), "en", &out), "Saturday 5 December 2026");
}

static void text_cents__writes_a_decimal(void **state)
{
    (void)state;
    ASSERT_TEXT(text_cents(1250, &out), "12.50");
    ASSERT_TEXT(text_cents(1205, &out), "12.05");
    ASSERT_TEXT(text_cents(1200, &out), "12");
    ASSERT_TEXT(text_cents(0, &out), "0");
    ASSERT_TEXT(text_cents(-5, &out), "-0.05");
    ASSERT_TEXT(text_cents(INT64_MIN, &out), "-92233720368547758.08");
}

/* --- markup ----------------------------------------------------------------------- */

static void text_html__makes_paragraphs(void **state)
{
    (void)state;
    ASSERT_HTML("", "");
    ASSERT_HTML(" \n\n ", "");
    ASSERT_HTML("a", "<p>a</p>\n");
    ASSERT_HTML("a\nb\r\n\r\nc", "<p>a<br/>\nb</p>\n<p>c</p>\n");
    ASSERT_HTML("# T #\na", "<p><strong>T</strong></p>\n<p>a</p>\n");
    ASSERT_HTML("> cité\n---\na", "<p>cité</p>\n<p>a</p>\n");
    ASSERT_HTML("```\n*a*\n```", "<p>*a*</p>\n");
}

static void text_html__makes_lists(void **state)
{
    (void)state;
    ASSERT_HTML("- a\n- b", "<ul><li>a</li>\n<li>b</li></ul>\n");
    ASSERT_HTML("1. a\n2) b", "<ol><li>a</li>\n<li>b</li></ol>\n");
    ASSERT_HTML("x\n* a\nsuite\n1. b",
            "<p>x</p>\n<ul><li>a<br/>\nsuite</li></ul>\n<ol><li>b</li></ol>\n");
    ASSERT_HTML("-a\n1.5 km\n2026. x", "<p>-a<br/>\n1.5 km<br/>\n2026. x</p>\n");
}

static void text_html__emphasises(void **state)
{
    (void)state;
    ASSERT_HTML("**a** *b* __c__ _d_",
            "<p><strong>a</strong> <em>b</em> <strong>c</strong> <em>d</em></p>\n");
    ASSERT_HTML("**a *b* c**", "<p><strong>a <em>b</em> c</strong></p>\n");
    ASSERT_HTML("*a **b** c*", "<p><em>a <strong>b</strong> c</em></p>\n");
    ASSERT_HTML("2 * 3 * 4, a_b_c, *a", "<p>2 * 3 * 4, a_b_c, *a</p>\n");
    ASSERT_HTML("\\*a\\* `*b*`", "<p>*a* *b*</p>\n");
    ASSERT_HTML("l’_été_… «_a_»\u00A0_b_",
            "<p>l’<em>été</em>… «<em>a</em>»\u00A0<em>b</em></p>\n");
    ASSERT_HTML("é_a_ _a_é", "<p>é_a_ _a_é</p>\n");
    ASSERT_HTML("l'_été_,", "<p>l&#39;<em>été</em>,</p>\n");
}

static void text_html__links_to_safe_addresses(void **state)
{
    (void)state;
    ASSERT_HTML("[ici](https://exemple.fr/?a=1&b=2)",
            "<p><a href=\"https://exemple.fr/?a=1&amp;b=2\">ici</a></p>\n");
    ASSERT_HTML("[nous](mailto:a@exemple.fr)",
            "<p><a href=\"mailto:a@exemple.fr\">nous</a></p>\n");
    ASSERT_HTML("Voir https://exemple.fr/a.", "<p>Voir <a "
                                              "href=\"https://exemple.fr/a\">https://"
                                              "exemple.fr/a</a>.</p>\n");
    ASSERT_HTML("<https://exemple.fr/>", "<p><a href=\"https://exemple.fr/\">https://"
                                         "exemple.fr/</a></p>\n");
    ASSERT_HTML("![image](https://exemple.fr/a.jpg)", "<p>image</p>\n");
}

static void text_html__keeps_the_rest_as_text(void **state)
{
    (void)state;
    ASSERT_HTML("<b onclick='x'>&amp;</b>",
            "<p>&lt;b onclick=&#39;x&#39;&gt;&amp;amp;&lt;/b&gt;</p>\n");
    ASSERT_HTML("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>\n");
    ASSERT_HTML("[a](https://x.fr/\"onclick=\"y)",
            "<p><a href=\"https://x.fr/&quot;onclick=&quot;y\">a</a></p>\n");
    ASSERT_HTML("[a](mailto:b) [c](mailto:)", "<p>[a](mailto:b) [c](mailto:)</p>\n");
    ASSERT_HTML("[a](data:text/html,x) <javascript:x>",
            "<p>[a](data:text/html,x) &lt;javascript:x&gt;</p>\n");
}

static void text_plain__takes_marks_off(void **state)
{
    (void)state;
    ASSERT_PLAIN("# Titre\n\n**Gras** et _italique_\n\n- a\n- b\n\n1. c\n2. d\n",
            "Titre\n\nGras et italique\n\n- a\n- b\n\n1. c\n2. d");
    ASSERT_PLAIN("[ici](https://exemple.fr/), [](https://a.fr) et https://b.fr/",
            "ici (https://exemple.fr/),  et https://b.fr/");
    ASSERT_PLAIN("[a@b.fr](mailto:a@b.fr)", "a@b.fr");
    ASSERT_PLAIN("1 < 2 & 3", "1 < 2 & 3");
    ASSERT_PLAIN("a\nb", "a\nb");
}

/* Marks that open and never close, and brackets: minutes where it is quadratic. */
static void text_html__is_linear(void **state)
{
    static const char *const parts[] = {
            "*a ", "[", "**a", "_a *b ", "<h", "`a", "![", "http://a", "\\", "> "};
    struct buf text;

    (void)state;
    for (size_t i = 0; i < COUNT(parts); i++) {
        buf_init(&text, 0);
        while (text.len < 200000)
            buf_adds(&text, parts[i]);
        buf_clear(&out);
        text_html(buf_view(&text), &out);
        assert_false(out.full);
        buf_release(&text);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(text_xml__escapes_and_leaves_out),
            TEST(text_script__means_the_same),
            TEST(text_csv__quotes_where_needed),
            TEST(text_csv__disarms_formulas),
            TEST(text_cut__keeps_what_fits),
            TEST(text_cut__ends_with_a_word),
            TEST(text_cut__keeps_signs_whole),
            TEST(text_moment__has_the_offset_of_the_day),
            TEST(text_day__speaks),
            TEST(text_cents__writes_a_decimal),
            TEST(text_html__makes_paragraphs),
            TEST(text_html__makes_lists),
            TEST(text_html__emphasises),
            TEST(text_html__links_to_safe_addresses),
            TEST(text_html__keeps_the_rest_as_text),
            TEST(text_plain__takes_marks_off),
            TEST(text_html__is_linear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
