#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <string.h>

#include "odus/form/parse.h"

static const char source[] =
        "[form f]\nlabel=Fiche\nlabel[en]=Record\nlanguages=fr en\n"
        "[list mode]\nplace=Sur place\nligne=En ligne\nligne[en]=Online\n"
        "[section tech]\nlabel=Technique\ncollapsed=yes\n"
        "[field uid]\ntype=text\nhidden=yes\n"
        "[field note]\ntype=boolean\nlabel=Noté\n"
        "[section quoi]\nlabel=Quoi\nhint=Ce qu'on vient voir\n"
        "[field "
        "titre]\ntype=text\nlabel=Titre\nmax=140\nrequired=yes\nmultilingual=yes\n"
        "[field mode]\ntype=one mode\nlabel=Mode\n"
        "required=titre is not null and note = 1\n"
        "[repeat seances]\nlabel=Séances\nrelevant=mode in ('place', 'x') or not note "
        "<= 3\n"
        "[field seances.debut]\ntype=date\nlabel=Début\nrelevant=f.mode='ligne'\n"
        "[field fin]\ntype=note\nlabel=Merci de votre patience et à bientôt sur nos "
        "scènes\n";

static void paper_of(const char *lang, int width, struct buf *out)
{
    struct problems problems;
    struct form *form;

    problems_init(&problems);
    form = form_parse("f.form", view_of(source), NULL, NULL, &problems);
    assert_non_null(form);
    buf_init(out, 0);
    form_paper(form, lang, width, out);
    form_free(form);
    problems_release(&problems);
}

static void paper__shows__the_questionnaire(void **state)
{
    struct buf out;

    (void)state;
    paper_of("fr", 40, &out);
    assert_string_equal(out.s,
            "Fiche\n=====\n"
            "\nQuoi\n----\nCe qu'on vient voir\n"
            "\n1. Titre\n"
            "   (au plus 140 caractères, par langue,\n   obligatoire)\n"
            "   _____________________________________\n"
            "\n2. Mode\n"
            "   (une réponse, obligatoire si\n"
            "   «\u00a0Titre\u00a0» n'est pas vide et «\u00a0Noté\u00a0»\n"
            "   est oui)\n"
            "   ( ) Sur place\n   ( ) En ligne\n"
            "\nSéances\n.......\n(autant de fois qu'il faut)\n"
            "→ Seulement si\u00a0: «\u00a0Mode\u00a0» est parmi (Sur\n"
            "place, x) ou non «\u00a0Noté\u00a0» ≤ 3\n"
            "\n3. Début\n"
            "   → Seulement si\u00a0: «\u00a0Mode\u00a0» est En\n   ligne\n"
            "   _____________________________________\n"
            "\nMerci de votre patience et à bientôt sur\nnos scènes\n"
            "\nTechnique\n---------\n"
            "\n4. Noté\n   (oui / non)\n");
    buf_release(&out);
}

static void paper__speaks__another_language(void **state)
{
    struct buf out;

    (void)state;
    paper_of("en_GB", 80, &out);
    assert_non_null(strstr(out.s, "Record\n======\n"));
    assert_non_null(strstr(out.s, "(at most 140 characters, per language, required)"));
    assert_non_null(strstr(out.s, "( ) Online\n"));
    buf_release(&out);
}

/* However narrow: no line is wider, none ends in a space, it comes to an end. */
static void paper__wraps__at_any_width(void **state)
{
    (void)state;
    for (int width = 30; width < 60; width++) {
        struct buf out;
        const char *line;

        paper_of("fr", width, &out);
        line = out.s;
        while (*line) {
            size_t n = strcspn(line, "\n");
            size_t chars = 0;

            for (size_t i = 0; i < n; i++)
                chars += (line[i] & 0xC0) != 0x80;
            assert_true(chars <= (size_t)width);
            assert_true(n == 0 || line[n - 1] != ' ');
            line += n + 1;
        }
        buf_release(&out);
    }
}

static void paper__survives__negative_width(void **state)
{
    struct buf out;

    (void)state;
    paper_of("", -5, &out);
    assert_non_null(strstr(out.s, "Fiche\n"));
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(paper__shows__the_questionnaire),
            cmocka_unit_test(paper__speaks__another_language),
            cmocka_unit_test(paper__wraps__at_any_width),
            cmocka_unit_test(paper__survives__negative_width),
    };

    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
