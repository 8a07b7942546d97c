/* The codes that sources use are those of our forms. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/deliver/source_price.h"
#include "../../src/deliver/source_words.h"
#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "odus/base/utf8.h"

/* LIST of the form in FILE has CODE. */
static bool has_code(const char *file, const char *list, const char *code)
{
    char *head = xasprintf("[list %s]\n", list), *row = xasprintf("\n%s=", code);
    const char *at, *end, *found;
    struct buf text;
    bool ok;

    assert_int_equal(file_read(file, 0, &text, NULL), 0);
    at = strstr(text.s, head);
    assert_non_null(at);
    end = strstr(at + 1, "\n[list ");
    found = strstr(at, row);
    ok = found && (!end || found < end);
    buf_release(&text);
    free(head);
    free(row);
    return ok;
}

static void words__codes__are_those_of_the_forms(void **state)
{
    (void)state;
    for (size_t i = 0; i < source_words_n; i++) {
        const struct source_word *w = &source_words[i];

        if (w->genre && !has_code("forms/listes.form", "genres", w->genre))
            fail_msg("%s: no genre %s", w->word, w->genre);
        if (w->nature && !has_code("forms/evenement.form", "natures", w->nature))
            fail_msg("%s: no nature %s", w->word, w->nature);
    }
}

static void words__rows__are_folded(void **state)
{
    (void)state;
    for (size_t i = 0; i < source_words_n; i++) {
        struct buf folded;

        buf_init(&folded, 0);
        utf8_fold(view_of(source_words[i].word), &folded);
        assert_string_equal(folded.s, source_words[i].word);
        buf_release(&folded);
    }
}

static void words__find__spellings(void **state)
{
    (void)state;
    assert_string_equal(source_word(view_of("THÉÂTRE"))->genre, "theatre");
    assert_string_equal(source_word(view_of("Concerts"))->nature, "concert");
    assert_string_equal(source_word(view_of("Marionnettes"))->genre, "marionnette");
    assert_null(source_word(view_of("Sorties")));
    assert_null(source_word(view_of("")));
    assert_string_equal(source_schema_type(view_of("DanceEvent"))->genre, "danse");
    assert_null(source_schema_type(view_of("Event")));
}

/* What our own deliveries write is read again. */
static void words__find__labels_of_our_genres(void **state)
{
    struct view rest, line, code, label;
    struct buf text;
    int n = 0;

    (void)state;
    assert_int_equal(file_read("forms/listes.form", 0, &text, NULL), 0);
    rest = view_of(strstr(text.s, "[list genres]\n"));
    while (view_next(&rest, '\n', &line) && (n == 0 || line.n)) {
        const struct source_word *w;

        if (!view_next(&line, '=', &code) || memchr(code.p, '[', code.n) ||
                view_is(code, "columns") || !view_next(&line, '|', &label))
            continue;
        n++;
        w = source_word(view_trim(label));
        if (!w || !w->genre || !view_is(code, w->genre))
            fail_msg("%.*s", (int)label.n, label.p);
    }
    assert_true(n > 20);
    buf_release(&text);
}

static void words__rates__codes_are_those_of_the_forms(void **state)
{
    static const char *const labels[] = {"Plein tarif", "Réduit", "Jeunes", "Enfants",
            "Étudiants", "Demandeur d'emploi", "Seniors", "Adhérents", "Abonné",
            "Groupes", "Scolaires", "Famille", "Personne handicapée", "pass Culture",
            "Solidaire", "Participation libre, chapeau", "Invitation", "Exonéré",
            "Gratuit"};

    (void)state;
    for (size_t i = 0; i < COUNT(labels); i++) {
        const char *code = source_rate(view_of(labels[i]));

        assert_non_null(code);
        assert_true(has_code("forms/evenement.form", "categories_tarif", code));
    }
    assert_true(has_code("forms/evenement.form", "indications_tarif",
            source_free_word(view_of("Entrée libre"))));
}

static void price__cents__as_people_write_them(void **state)
{
    static const struct {
        const char *text;
        int64_t cents;
    } all[] = {{"12", 1200}, {"12,50 €", 1250}, {"12.5", 1250}, {"EUR 8", 800},
            {"0", 0}, {"12\xC2\xA0€", 1200}, {"12,500", -1}, {"gratuit", -1}, {"", -1},
            {"99999999999999999999", -1}, {"5 $", -1}, {"-5", -1}};

    (void)state;
    for (size_t i = 0; i < COUNT(all); i++) {
        int64_t cents = -1;

        if (!source_cents(view_of(all[i].text), &cents))
            cents = -1;
        if (cents != all[i].cents)
            fail_msg("%s", all[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(words__codes__are_those_of_the_forms),
            cmocka_unit_test(words__rows__are_folded),
            cmocka_unit_test(words__find__spellings),
            cmocka_unit_test(words__find__labels_of_our_genres),
            cmocka_unit_test(words__rates__codes_are_those_of_the_forms),
            cmocka_unit_test(price__cents__as_people_write_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
