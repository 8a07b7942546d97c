#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/base/utf8.h"

#define FAMILY "\U0001F469\u200D\U0001F467" /* woman, joiner, girl */
#define FLAG "\U0001F1EB\U0001F1F7"

static void assert_clean(const char *in, unsigned flags, const char *want)
{
    struct buf out;

    buf_init(&out, 0);
    utf8_clean(view_of(in), flags, &out);
    assert_string_equal(out.s, want);
    buf_release(&out);
}

static void assert_fold(const char *in, const char *want)
{
    struct buf out;

    buf_init(&out, 0);
    utf8_fold(view_of(in), &out);
    assert_string_equal(out.s, want);
    buf_release(&out);
}

static bool matches(const char *text, const char *query)
{
    struct buf t;
    struct buf q;
    bool yes;

    buf_init(&t, 0);
    buf_init(&q, 0);
    utf8_fold(view_of(text), &t);
    utf8_fold(view_of(query), &q);
    yes = utf8_match(buf_view(&t), buf_view(&q));
    buf_release(&t);
    buf_release(&q);
    return yes;
}

static void utf8__decode__takes_one_byte_of_what_is_not_utf8(void **state)
{
    static const char *const bad[] = {"\x80", "\xC3", "\xC0\xAF", "\xED\xA0\x80",
            "\xF4\x90\x80\x80", "\xFF", "\xE2\x82"};
    uint32_t cp;

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(utf8_decode(view_of(bad[i]), &cp), 1);
        assert_int_equal(cp, UTF8_BAD);
        assert_false(utf8_valid(view_of(bad[i])));
    }
    assert_int_equal(utf8_decode((struct view){NULL, 0}, &cp), 0);
}

static void utf8__encode__is_the_inverse_of_decode(void **state)
{
    static const uint32_t all[] = {
            0, 'a', 0x7F, 0x80, 0x7FF, 0x800, 0xFFFF, 0x10000, 0x10FFFF};
    char bytes[4];
    uint32_t cp;

    (void)state;
    for (size_t i = 0; i < COUNT(all); i++) {
        size_t n = utf8_encode(all[i], bytes);

        assert_int_equal(utf8_decode((struct view){bytes, n}, &cp), n);
        assert_int_equal(cp, all[i]);
    }
    assert_int_equal(utf8_encode(0xD800, bytes), 3);
    assert_memory_equal(bytes, "\xEF\xBF\xBD", 3);
    assert_int_equal(utf8_count(view_of("été\xFF")), 4);
}

static void utf8__clean__composes_and_drops_what_hurts_a_terminal(void **state)
{
    (void)state;
    assert_clean("e\u0301te\u0301", 0, "été");
    assert_clean("a\x1B[31mb\x07\x7F\xC2\x9B", 0, "a[31mb");
    assert_clean("\u202Ea\u2066b\u200E\uFEFF\u061C", 0, "ab");
    assert_clean("a\tb\u00A0c\u200Dd\u200Ce", 0, "a b\u00A0c\u200Dd\u200Ce");
    assert_clean("a\xC3(\xED\xA0\x80", 0, "a\uFFFD(\uFFFD\uFFFD\uFFFD");
    assert_clean(FAMILY FLAG, 0, FAMILY FLAG);
}

/* Every byte at every place: cleaning keeps what is plain. */
static void utf8__is_plain__agrees_with_clean(void **state)
{
    static const char *const plain[] = {"", "é", "\u00A0", "\u02FF", "–", "…", "€"};
    static const char *const other[] = {
            "\xC2\x85", "\u0300", "\u200E", "\u2028", "日", "\xE9", "\xC3"};
    struct buf out;

    (void)state;
    buf_init(&out, 0);
    for (int byte = 0; byte < 256; byte++)
        for (size_t at = 0; at < 20; at++) {
            char text[] = "un bal folk, un bal.";
            struct view v = {text, 20};

            text[at] = (char)byte;
            buf_clear(&out);
            utf8_clean(v, 0, &out);
            assert_int_equal(utf8_is_plain(v), byte >= ' ' && byte < 0x7F);
            assert_int_equal(utf8_is_plain(v), view_eq(v, buf_view(&out)));
        }
    for (size_t i = 0; i < COUNT(plain); i++)
        assert_true(utf8_is_plain(view_of(plain[i])));
    for (size_t i = 0; i < COUNT(other); i++)
        assert_false(utf8_is_plain(view_of(other[i])));
    assert_clean("Été – « a…b » 5 €", 0, "Été – « a…b » 5 €");
    assert_clean("e\u0301 – …", 0, "é – …");
    buf_release(&out);
}

/* As above, bytes that are not UTF-8 behind any number of ASCII. */
static void utf8__valid__sees_the_last_byte(void **state)
{
    char text[] = "aaaaaaaaaaaaaaaaaaaaaaa";

    (void)state;
    for (size_t n = 1; n < sizeof(text); n++) {
        assert_true(utf8_valid((struct view){text, n}));
        text[n - 1] = '\xE9';
        assert_false(utf8_valid((struct view){text, n}));
        text[n - 1] = 'a';
    }
}

static void utf8__clean__unites_line_ends_or_makes_them_spaces(void **state)
{
    (void)state;
    assert_clean("a\r\nb\rc\nd\u2028e", UTF8_KEEP_NEWLINE, "a\nb\nc\nd\ne");
    assert_clean("a\r\nb\n\nc", 0, "a b  c");
}

static void utf8__clean__caps_marks_and_stays_linear(void **state)
{
    enum { MARKS = 200000 };
    struct buf in;
    struct buf out;

    (void)state;
    buf_init(&in, 0);
    buf_init(&out, 0);
    buf_addc(&in, 'x');
    for (int i = 0; i < MARKS; i++) /* out of canonical order, the worst case */
        buf_adds(&in, i % 2 ? "\u0316" : "\u0301");
    utf8_clean(buf_view(&in), 0, &out);
    assert_int_equal(utf8_count(buf_view(&out)), 1 + UTF8_MARKS_MAX);
    buf_release(&in);
    buf_release(&out);
}

static void utf8__next_prev__step_over_whole_clusters(void **state)
{
    struct view v = view_of("ae\u0301" FAMILY FLAG FLAG "z");
    static const size_t ends[] = {0, 1, 4, 15, 23, 31, 32};
    size_t inside = 0;

    (void)state;
    for (size_t i = 0; i + 1 < COUNT(ends); i++) {
        assert_int_equal(utf8_next(v, ends[i]), ends[i + 1]);
        assert_int_equal(utf8_prev(v, ends[i + 1]), ends[i]);
        for (size_t at = ends[i]; at < ends[i + 1]; at++, inside++) {
            assert_int_equal(utf8_snap(v, at), ends[i]);
            if (at > ends[i])
                assert_int_equal(utf8_prev(v, at), ends[i]);
        }
    }
    assert_int_equal(inside, v.n);
    assert_int_equal(utf8_next(v, v.n), v.n);
    assert_int_equal(utf8_prev(v, 0), 0);
    assert_int_equal(utf8_snap(v, 99), v.n);
}

static void utf8__clusters__agree_forwards_and_backwards_on_any_bytes(void **state)
{
    static const char *const pieces[] = {"a", "\r", "\n", "\u0301", "\u200D",
            "\U0001F469", "\U0001F1EB", "\uAC00", "\u1100", "\u11A8", "\u0600", "\xC3",
            "\x80", "\U0001F3FD", "\u0903"};
    uint32_t seed = 1;

    (void)state;
    for (int round = 0; round < 3000; round++) {
        struct buf text;
        struct view v;

        buf_init(&text, 0);
        for (int i = 0; i < 12; i++) {
            seed = seed * 1664525 + 1013904223;
            buf_adds(&text, pieces[(seed >> 16) % COUNT(pieces)]);
        }
        v = buf_view(&text);
        for (size_t at = 0; at < v.n; at = utf8_next(v, at)) {
            assert_int_equal(utf8_prev(v, utf8_next(v, at)), at);
            assert_int_equal(utf8_snap(v, at), at);
        }
        buf_release(&text);
    }
}

static void utf8__width__counts_as_curses_does(void **state)
{
    (void)state;
    assert_int_equal(utf8_width(view_of("été")), 3);
    assert_int_equal(utf8_width(view_of("e\u0301")), 1);
    assert_int_equal(utf8_width(view_of("漢字")), 4);
    assert_int_equal(utf8_width(view_of(FAMILY)), 4);
    assert_int_equal(utf8_width(view_of("\n\x1B\u200B")), 0);
    assert_int_equal(utf8_width(view_of("\xFF")), 1);
}

static void utf8__fit__cuts_between_clusters(void **state)
{
    struct view v = view_of("a漢e\u0301b");
    int width = -1;

    (void)state;
    assert_int_equal(utf8_fit(v, 2, &width), 1);
    assert_int_equal(width, 1);
    assert_int_equal(utf8_fit(v, 4, &width), 7);
    assert_int_equal(width, 4);
    assert_int_equal(utf8_fit(v, 80, NULL), v.n);
    assert_int_equal(utf8_fit(view_of("漢"), 1, &width), 0);
    assert_int_equal(width, 0);
}

static void utf8__fold__gives_words_without_case_accents_or_signs(void **state)
{
    (void)state;
    assert_fold("  L’Œuvre d'ÉTÉ\u00A0: Ça-va ?! ", "l oeuvre d ete ca va");
    assert_fold("Straße Æsop ﬁn Ǆ", "strasse aesop fin dz");
    assert_fold("co\u00ADopérative e\u0301", "cooperative e");
    assert_fold("aujourd\u02BChui 20h30", "aujourd hui 20h30");
    assert_fold("…", "");
    assert_fold("\xFF"
                "a\xFF",
            "a");
}

static void utf8__upper_sentence__change_case_beyond_ascii(void **state)
{
    struct buf out;

    (void)state;
    buf_init(&out, 0);
    utf8_upper(view_of("été 12 œ"), &out);
    assert_string_equal(out.s, "ÉTÉ 12 Œ");
    buf_clear(&out);
    utf8_sentence(view_of("« ÉTÉ À GAP »"), &out);
    assert_string_equal(out.s, "« Été à gap »");
    buf_release(&out);
}

static void utf8__match__finds_words_by_their_beginning_in_any_order(void **state)
{
    (void)state;
    assert_true(matches("Ciudad de México", "Me"));
    assert_true(matches("Théâtre du Briançonnais", "brianc THEA"));
    assert_true(matches("Hors-d'œuvre", "oeuvre hors"));
    assert_true(matches("x", ""));
    assert_false(matches("Théâtre", "atre"));
    assert_false(matches("", "a"));
    assert_false(matches("ab", "abc"));
}

static void utf8__distance__counts_edits_of_the_folded_texts(void **state)
{
    (void)state;
    assert_true(utf8_distance("Été", "ete") == 0);
    assert_true(utf8_distance(NULL, "") == 0);
    assert_true(utf8_distance("abc", "xyz") == 1);
    assert_true(utf8_distance("abcd", "abdc") == 0.25); /* one swap */
    assert_true(utf8_distance("abcd", "abc") == 0.25);
    assert_true(utf8_distance("", "abc") == 1);
    assert_true(utf8_distance("prix", "pirx") == utf8_distance("pirx", "prix"));
}

static void utf8__from_1252__makes_a_character_of_every_byte(void **state)
{
    char all[256];
    struct buf out;

    (void)state;
    buf_init(&out, 0);
    utf8_from_1252(view_of("\xE9t\xE9 5 \x80, \x9Cuvre, d\x92ici"), &out);
    assert_string_equal(out.s, "été 5 €, œuvre, d’ici");
    buf_clear(&out);
    utf8_from_1252(view_of("\x80\x82\x83\x84\x85\x86\x87\x88\x89\x8A\x8B\x8C\x8E"
                           "\x91\x92\x93\x94\x95\x96\x97\x98\x99\x9A\x9B\x9C\x9E\x9F"),
            &out);
    assert_string_equal(out.s, "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ");
    for (size_t i = 0; i < sizeof(all); i++)
        all[i] = (char)i;
    buf_clear(&out);
    utf8_from_1252((struct view){all, sizeof(all)}, &out);
    assert_true(utf8_valid(buf_view(&out)));
    assert_int_equal(utf8_count(buf_view(&out)), sizeof(all));
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(utf8__decode__takes_one_byte_of_what_is_not_utf8),
            cmocka_unit_test(utf8__encode__is_the_inverse_of_decode),
            cmocka_unit_test(utf8__from_1252__makes_a_character_of_every_byte),
            cmocka_unit_test(utf8__clean__composes_and_drops_what_hurts_a_terminal),
            cmocka_unit_test(utf8__is_plain__agrees_with_clean),
            cmocka_unit_test(utf8__valid__sees_the_last_byte),
            cmocka_unit_test(utf8__clean__unites_line_ends_or_makes_them_spaces),
            cmocka_unit_test(utf8__clean__caps_marks_and_stays_linear),
            cmocka_unit_test(utf8__next_prev__step_over_whole_clusters),
            cmocka_unit_test(utf8__clusters__agree_forwards_and_backwards_on_any_bytes),
            cmocka_unit_test(utf8__width__counts_as_curses_does),
            cmocka_unit_test(utf8__fit__cuts_between_clusters),
            cmocka_unit_test(utf8__fold__gives_words_without_case_accents_or_signs),
            cmocka_unit_test(utf8__upper_sentence__change_case_beyond_ascii),
            cmocka_unit_test(utf8__match__finds_words_by_their_beginning_in_any_order),
            cmocka_unit_test(utf8__distance__counts_edits_of_the_folded_texts),
    };

    if (!setlocale(LC_ALL, "C.UTF-8"))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
