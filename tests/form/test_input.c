#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "fixture.h"

static struct form *form;

static int set_up(void **state)
{
    (void)state;
    form = fixture_form(fixture_text);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    form_free(form);
    return 0;
}

static const struct form_field *field(const char *path)
{
    int f = form_field_find(form, view_of(path));

    assert_true(f >= 0);
    return &form->fields[f];
}

static void reads_in(const struct input_context *ctx, const char *path,
        const char *typed, const char *expected)
{
    struct buf out;
    struct err err = {0};

    buf_init(&out, 0);
    if (input_read(field(path), view_of(typed), ctx, &out, &err) != 0)
        fail_msg("%s: \"%s\": %s", path, typed, err.id);
    assert_string_equal(out.s, expected);
    buf_release(&out);
}

static void reads(const char *path, const char *typed, const char *expected)
{
    reads_in(&fixture_typed, path, typed, expected);
}

/** TYPED is refused, and PART stands in what is said about it. */
static void refuses(const char *path, const char *typed, const char *part)
{
    struct buf out, text;
    struct err err = {0};

    buf_init(&out, 0);
    buf_init(&text, 0);
    buf_adds(&out, "old");
    if (input_read(field(path), view_of(typed), &fixture_typed, &out, &err) == 0)
        fail_msg("%s: \"%s\" gives \"%s\"", path, typed, out.s);
    assert_int_equal(err.code, ERR_INVALID);
    assert_int_equal(out.len, 0);
    err_text(&err, NULL, &text);
    if (!strstr(text.s, part))
        fail_msg("\"%s\" is not in: %s", part, text.s);
    buf_release(&out);
    buf_release(&text);
}

static void input_read__money__comma_or_point_to_cents(void **state)
{
    (void)state;
    reads("prix", "12,50", "1250");
    reads("prix", "12.5", "1250");
    reads("prix", "12", "1200");
    reads("prix", "12,50 €", "1250");
    reads("prix", "12.50€", "1250");
    reads("prix", "€ 12", "1200");
    reads("prix", "12€50", "1250");
    reads("prix", "12 EUR", "1200");
    reads("prix", "3 euros", "300");
    reads("prix", "1 200,00", "120000");
    reads("prix",
            "1\xC2\xA0"
            "200,5",
            "120050");
    reads("prix",
            "1\xE2\x80\xAF"
            "200 €",
            "120000");
    reads("prix", "1.200,00", "120000");
    reads("prix", "1,200.00", "120000");
    reads("prix", "1.234.567", "123456700");
    reads("prix", "0", "0");
    reads("prix", "0,05", "5");
    reads("prix", ",5", "50");
    reads("prix", "007,00", "700");
    reads("prix", "-3", "-300");
    reads("prix",
            "\xE2\x88\x92"
            "3",
            "-300");
    reads("prix", "-0", "0");
    reads("prix", "   ", "");
}

static void input_read__money__refused_with_example(void **state)
{
    (void)state;
    refuses("prix", "douze", "12,50");
    refuses("prix", "12,555", "12,555");
    refuses("prix", "1,2345", "12,50");
    refuses("prix", "12 50", "12,50");
    refuses("prix", "1.20.30", "12,50");
    refuses("prix", "1,200.0,1", "12,50");
    refuses("prix", "1 2345", "12,50");
    refuses("prix", "1e3", "12,50");
    refuses("prix", "€", "12,50");
    refuses("prix", "-", "12,50");
    refuses("prix", ".", "12,50");
    refuses("prix", "--2", "12,50");
    refuses("prix", "99999999999999999999", "12,50");
    refuses("prix", "99999999999999", "12,50");
}

static void input_read__one_sign_before_three_digits__asks(void **state)
{
    (void)state;
    refuses("prix", "1.234", "1234 or 1,23");
    refuses("prix", "1,200", "1200 or 1,20");
    refuses("mesure", "1.234", "1234 or 1,2340");
    refuses("mesure", "-12,500", "-12500 or -12,5000");
    refuses("nombre", "1.234", "1234");
    reads("mesure", "1,2340", "1.234");
    reads("mesure", "0.234", "0.234");
    reads("mesure", "1234.567", "1234.567");
    reads("mesure", "1 234.567", "1234.567");
}

static void input_read__machine__takes_canonical_numbers(void **state)
{
    struct input_context machine = fixture_typed;

    (void)state;
    machine.machine = true;
    reads_in(&machine, "prix", "1250", "1250");
    reads_in(&machine, "prix", "-5", "-5");
    reads_in(&machine, "prix", "12,50", "1250");
    reads_in(&machine, "prix", "12 €", "1200");
    reads_in(&machine, "mesure", "1.234", "1.234");
    reads_in(&machine, "duree", "90", "90");
}

static void input_read__integer_and_decimal__canonical(void **state)
{
    (void)state;
    reads("nombre", "120", "120");
    reads("nombre", "+120", "120");
    reads("nombre", "12,0", "12");
    reads("nombre", "1 200", "1200");
    reads("nombre", "-0007", "-7");
    reads("mesure", "12,50", "12.5");
    reads("mesure", "0012.500", "12.5");
    reads("mesure", "-0,0", "0");
    reads("mesure", "5.", "5");
    refuses("nombre", "12,5", "whole number");
    refuses("nombre", "x", "120");
    refuses("mesure", "12,5 m", "12,5");
}

static void input_read__yes_and_no__in_three_languages(void **state)
{
    (void)state;
    reads("ouvert", "Oui", "1");
    reads("ouvert", "sì", "1");
    reads("ouvert", "x", "1");
    reads("ouvert", "1", "1");
    reads("ouvert", "YES", "1");
    reads("ouvert", "vrai", "1");
    reads("ouvert", "no", "0");
    reads("ouvert", "n", "0");
    reads("ouvert", "0", "0");
    refuses("ouvert", "?", "oui");
    refuses("ouvert", "peut-être", "oui");
    reads("surtitre", "O", "oui");
    reads("surtitre", "?", "inconnu");
    reads("surtitre", "unknown", "inconnu");
    reads("surtitre", "non", "non");
    refuses("surtitre", "2", "inconnu");
}

static void input_read__date_and_time__typed_or_canonical(void **state)
{
    (void)state;
    reads("premiere", "2026-12-05", "2026-12-05");
    reads("premiere", "5/12", "2026-12-05");
    reads("premiere", "12 juil", "2027-07-12");
    reads("premiere", "+3", "2026-11-24");
    reads("premiere", "demain", "2026-11-22");
    refuses("premiere", "31/2", "");
    refuses("premiere", "bientôt", "bient");
    reads("heure", "20h30", "20:30");
    reads("heure", "8:30 pm", "20:30");
    refuses("heure", "25h", "");
    reads("duree", "1h30", "90");
    reads("duree", "55 min", "55");
    reads("duree", "90", "90");
    reads("duree", "7000", "7000");
    refuses("duree", "longtemps", "1h30");
    refuses("duree", "-5", "1h30");
}

static void input_read__datetime__wall_time_and_zone(void **state)
{
    (void)state;
    reads("seances.debut", "ve 4/12 20h30", "2026-12-04T20:30[Europe/Paris]");
    reads("seances.debut", "2026-12-04 20:30", "2026-12-04T20:30[Europe/Paris]");
    reads("seances.debut", "2026-12-04T20:30", "2026-12-04T20:30[Europe/Paris]");
    reads("seances.debut", "4/12 à 20 h 30", "2026-12-04T20:30[Europe/Paris]");
    reads("seances.debut", "4 décembre, 8:30 pm", "2026-12-04T20:30[Europe/Paris]");
    reads("seances.debut", "4/12", "2026-12-04[Europe/Paris]");
    reads("seances.debut", "20h30", "2026-11-21T20:30[Europe/Paris]");
    reads("seances.debut", "maintenant", "2026-11-21T10:00[Europe/Paris]");
    reads("seances.debut", "28/3/2027 2h30", "2027-03-28T02:30[Europe/Paris]");
    reads("seances.debut", "31/10/2027 2h30", "2027-10-31T02:30[Europe/Paris]");
    reads("seances.debut", "31/10/2027 2h30 +01:00",
            "2027-10-31T02:30+01:00[Europe/Paris]");
    reads("seances.debut", "4/12 20h30 [Europe/Rome]", "2026-12-04T20:30[Europe/Rome]");
    refuses("seances.debut", "demain matin", "4/12 20h30");
    refuses("seances.debut", "ve 5/12 20h30", "4/12 20h30");
    refuses("seances.debut", "[Europe/Paris]", "4/12 20h30");
    refuses("seances.debut", "+01:00", "4/12 20h30");
    refuses("seances.debut", "4/12 +01:00", "4/12 20h30");
}

static void input_read__datetime__leans_on_the_anchor(void **state)
{
    struct input_context ctx = fixture_typed;

    (void)state;
    ctx.anchor = ctx.today + 20;
    reads_in(&ctx, "seances.fin", "22h", "2026-12-11T22:00[Europe/Paris]");
    reads_in(&ctx, "seances.fin", "12 0h30", "2026-12-12T00:30[Europe/Paris]");
}

static void input_read__text__is_cleaned_and_composed(void **state)
{
    (void)state;
    reads("titre", "  Cafe\xCC\x81\tnoir\n", "Café noir");
    reads("titre", "a\x1B[31mb\xE2\x80\xAE", "a[31mb");
    reads("titre", "a\nb", "a b");
    reads("memo", " a\r\n\r\nb ", " a\n\nb ");
    reads("memo", " \n ", "");
    reads("sigle", "théâtre de l'œuvre ÿ", "THÉÂTRE DE L'ŒUVRE Ÿ");
    reads("affiche", " /tmp/a b.png ", "/tmp/a b.png");
    refuses("conseil", "x", "no value");
}

static void input_read__several_values__one_each(void **state)
{
    static const char uid[] = "01890a5d-ac96-774b-bcce-b302099a8057";

    (void)state;
    reads("mots_cles", "rock, pop; jazz", "rock\npop\njazz");
    reads("mots_cles", "musique d'ici,, rock ,rock,", "musique d'ici\nrock");
    reads("mots_cles", "rock, pop\njazz\n", "rock, pop\njazz");
    reads("mots_cles", " , ", "");
    reads("publics", "tous, jeunes", "tous\njeunes");
    reads("publics", "tous jeunes\nmajeurs tous", "tous\njeunes\nmajeurs");
    refuses("publics", "tous, tout-public!", "tout-public!");
    reads("mode", " mixte ", "mixte");
    refuses("mode", "Sur place", "Sur place");
    reads("lieu", "01890A5D-AC96-774B-BCCE-B302099A8057", uid);
    refuses("lieu", "Théâtre", "Théâtre");
    reads("voisins",
            "01890a5d-ac96-774b-bcce-b302099a8057 "
            "01890a5d-ac96-774b-bcce-b302099a8058",
            "01890a5d-ac96-774b-bcce-b302099a8057\n"
            "01890a5d-ac96-774b-bcce-b302099a8058");
}

static void chooses(const char *list, const char *typed, const char *code)
{
    struct buf out;

    buf_init(&out, 0);
    assert_int_equal(input_choice(&form->lists[form_list_find(form, view_of(list))],
                             view_of(typed), &out, NULL),
            0);
    assert_string_equal(out.s, code);
    buf_release(&out);
}

static void input_choice__code_label_or_beginning__finds_the_code(void **state)
{
    (void)state;
    chooses("mode", "mixte", "mixte");
    chooses("mode", " SUR PLACE ", "presentiel");
    chooses("mode", "on site", "presentiel");
    chooses("mode", "en l", "en_ligne");
    chooses("mode", "sur place et", "mixte");
    chooses("publics", "jeun", "jeunes");
    chooses("publics", "public jeune", "jeunes");
}

static void input_choice__none_or_several__says_which(void **state)
{
    const struct form_list *list =
            &form->lists[form_list_find(form, VIEW_LIT("publics"))];
    struct err err = {0};
    struct buf out;

    (void)state;
    buf_init(&out, 0);
    assert_int_equal(input_choice(list, VIEW_LIT("public"), &out, &err), ERR_INVALID);
    assert_string_equal(err.args[1], "Tout public, Jeune public");
    assert_int_equal(
            input_choice(list, VIEW_LIT("retraités"), &out, &err), ERR_NOT_FOUND);
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_int_equal(input_choice(list, VIEW_LIT(" !"), &out, NULL), ERR_NOT_FOUND);
    assert_int_equal(input_choice(list, VIEW_LIT(""), &out, NULL), ERR_NOT_FOUND);
    assert_int_equal(out.len, 0);
    buf_release(&out);
}

static void shows(
        const char *path, const char *value, const char *lang, const char *expected)
{
    struct buf out;

    buf_init(&out, 0);
    input_show(field(path), value, lang, &out);
    assert_string_equal(out.s, expected);
    buf_release(&out);
}

static void input_show__values__as_people_write_them(void **state)
{
    (void)state;
    shows("prix", "1250", "fr", "12,50 €");
    shows("prix", "5", "fr", "0,05 €");
    shows("prix", "-50", "en", "-0.50 €");
    shows("prix", "123456789", "fr",
            "1\xE2\x80\xAF"
            "234\xE2\x80\xAF"
            "567,89 €");
    shows("prix", "123456", "it", "1.234,56 €");
    shows("prix", "douze", "fr", "douze");
    shows("mesure", "1.5", "fr", "1,5");
    shows("nombre", "2026", "fr", "2026");
    shows("ouvert", "1", "en", "yes");
    shows("surtitre", "inconnu", "it", "sconosciuto");
    shows("premiere", "2026-12-05", "fr", "sa. 5 déc. 2026");
    shows("seances.debut", "2026-12-05T20:30[Europe/Paris]", "fr",
            "sa. 5 déc. 2026 20:30");
    shows("seances.debut", "2026-12-05[Europe/Rome]", "fr",
            "sa. 5 déc. 2026 (Europe/Rome)");
    shows("seances.debut", "2027-10-31T02:30+01:00[Europe/Paris]", "en",
            "Sun 31 Oct 2027 02:30 +01:00");
    shows("duree", "90", "fr", "1 h 30");
    shows("mots_cles", "rock\npop", "fr", "rock, pop");
    shows("premiere", "un jour", "fr", "un jour");
}

static void input_edit__every_value__reads_back_the_same(void **state)
{
    static const char *const pairs[][2] = {{"prix", "123456"}, {"prix", "-5"},
            {"prix", "0"}, {"mesure", "1.234"}, {"mesure", "-12.5"},
            {"mesure", "123456.789"}, {"nombre", "-1234"}, {"ouvert", "0"},
            {"surtitre", "inconnu"}, {"premiere", "1926-02-03"},
            {"premiere", "0987-12-05"}, {"heure", "08:05"}, {"duree", "55"},
            {"duree", "90"}, {"duree", "60"}, {"duree", "6000"}, {"duree", "0"},
            {"publics", "tous\nmajeurs"}, {"mots_cles", "rock\npop"},
            {"mots_cles", "rock, pop"}, {"mots_cles", "a, b\nc; d"},
            {"memo", " a\n b "}, {"titre", "Café"},
            {"seances.debut", "2026-12-05T20:30[Europe/Paris]"},
            {"seances.debut", "2026-12-05[Europe/Paris]"},
            {"seances.debut", "2026-12-05[Europe/Rome]"},
            {"seances.debut", "2027-10-31T02:30+01:00[Europe/Paris]"},
            {"seances.debut", "2027-03-28T02:30[America/Argentina/Ushuaia]"},
            {"seances.debut", "2026-12-05T20:30-03:30[America/St_Johns]"}};
    static const char *const langs[] = {"fr", "en", "it"};

    (void)state;
    for (size_t i = 0; i < COUNT(pairs); i++)
        for (size_t l = 0; l < COUNT(langs); l++) {
            struct input_context ctx = fixture_typed;
            struct buf out;

            ctx.lang = langs[l];
            buf_init(&out, 0);
            input_edit(field(pairs[i][0]), pairs[i][1], langs[l], &out);
            reads_in(&ctx, pairs[i][0], out.s, pairs[i][1]);
            buf_release(&out);
        }
}

static void input_read__canonical_text__is_taken_as_it_is(void **state)
{
    static const char *const pairs[][2] = {{"nombre", "-1234"}, {"mesure", "12.5"},
            {"surtitre", "inconnu"}, {"premiere", "2026-12-05"}, {"heure", "20:30"},
            {"ouvert", "1"}, {"duree", "90"}, {"publics", "tous\nmajeurs"},
            {"seances.debut", "2027-10-31T02:30+01:00[Europe/Paris]"},
            {"seances.debut", "2026-12-05[Europe/Rome]"}};

    (void)state;
    for (size_t i = 0; i < COUNT(pairs); i++)
        reads(pairs[i][0], pairs[i][1], pairs[i][1]);
}

static void input_read__any_bytes__never_crash(void **state)
{
    static const char bytes[] = "0123.,- h:/T[]+€é\n\t \"x?\xFF\x80\x1B"
                                "ve";
    uint32_t seed = 7;
    char typed[24];
    struct buf out;

    (void)state;
    buf_init(&out, 0);
    for (int round = 0; round < 3000; round++) {
        size_t n = round % sizeof typed;

        for (size_t i = 0; i < n; i++) {
            seed = seed * 1664525 + 1013904223;
            typed[i] = bytes[(seed >> 8) % sizeof bytes];
        }
        for (size_t f = 0; f < form->nfields; f++) {
            struct err err = {0};
            int r = input_read(&form->fields[f], (struct view){typed, n},
                    &fixture_typed, &out, &err);

            assert_int_equal(r, err.code);
        }
    }
    buf_release(&out);
}

#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    static const struct CMUnitTest tests[] = {
            T(input_read__money__comma_or_point_to_cents),
            T(input_read__money__refused_with_example),
            T(input_read__one_sign_before_three_digits__asks),
            T(input_read__machine__takes_canonical_numbers),
            T(input_read__integer_and_decimal__canonical),
            T(input_read__yes_and_no__in_three_languages),
            T(input_read__date_and_time__typed_or_canonical),
            T(input_read__datetime__wall_time_and_zone),
            T(input_read__datetime__leans_on_the_anchor),
            T(input_read__text__is_cleaned_and_composed),
            T(input_read__several_values__one_each),
            T(input_choice__code_label_or_beginning__finds_the_code),
            T(input_choice__none_or_several__says_which),
            T(input_show__values__as_people_write_them),
            T(input_edit__every_value__reads_back_the_same),
            T(input_read__canonical_text__is_taken_as_it_is),
            T(input_read__any_bytes__never_crash),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
