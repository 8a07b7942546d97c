#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/form/parse.h"

static const char base[] =
        "[form f]\nlabel=F\nlanguages=fr en\ntitle=a\nsearch=a\n"
        "[list l]\ncolumns=x\nun=Un | 1\ndeux=Deux | 2\n"
        "[section s]\nlabel=S\nrelevant=a > 1\n"
        "[field a]\nlabel=A\ntype=integer\nmax=9\nhint=Un chiffre\n"
        "[section t]\nlabel=T\n"
        "[field b]\nlabel=B\ntype=one l\nrequired=a\n   > 2\nwidth=8\n"
        "[repeat r]\nlabel=R\nmax=9\n"
        "[field r.c]\nlabel=C\ntype=text\n"
        "[rule R1]\non=a b\nseverity=error\ncheck=a < 5\nmessage=Trop\nwhy=Car\n"
        "[rule R2]\non=b\nseverity=info\ncheck=b is not null\nmessage=Vide\n"
        "[test t]\nexpect=hidden a\n";

static void hash_of(const char *text, char out[33])
{
    struct problems problems;
    struct form *form;

    problems_init(&problems);
    form = form_parse("f.form", view_of(text), NULL, NULL, &problems);
    assert_non_null(form);
    memcpy(out, form->hash, 33);
    form_free(form);
    problems_release(&problems);
}

/* The base form with its first FROM replaced by TO. */
static char *changed(const char *from, const char *to)
{
    const char *at = strstr(base, from);

    assert_non_null(at);
    return xasprintf("%.*s%s%s", (int)(at - base), base, to, at + strlen(from));
}

static bool same_after(const char *from, const char *to)
{
    char before[33];
    char after[33];
    char *text = changed(from, to);

    hash_of(base, before);
    hash_of(text, after);
    free(text);
    assert_int_equal(strlen(after), 32);
    return strcmp(before, after) == 0;
}

static void hash__stays__when_texts_change(void **state)
{
    static const char *const pairs[][2] = {
            {"label=A\n", "label=Un autre\nlabel[en]=Other\n"},
            {"label=F\n", "# commentaire\nlabel=G\nplural=Gs\nversion=2\n"},
            {"label=S\n", "label=Section\nguidance=Longue\n  histoire\n"},
            {"hint=Un chiffre\n", ""},
            {"un=Un | 1\n", "un=Une | 1\nun[en]=One\n"},
            {"message=Trop\n", "message=Beaucoup trop\n"},
            {"why=Car\n", ""},
            {"width=8\n", ""},
            {"expect=hidden a\n", "expect=shown a\n"},
            {"[test t]\n", "[test autre]\nlinked=x y\nanswer=town_clash='a'\n"},
            {"label=R\n", "label=R\nprivate=no\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(pairs); i++)
        assert_true(same_after(pairs[i][0], pairs[i][1]));
}

static void hash__stays__when_order_or_indents_change(void **state)
{
    (void)state;
    assert_true(same_after("un=Un | 1\ndeux=Deux | 2\n", "deux=Deux | 2\nun=Un | 1\n"));
    assert_true(same_after("required=a\n   > 2\n", "required=a\n# rien\n\t> 2\n"));
    assert_true(same_after("type=integer\nmax=9\n", "max=9\ntype=integer\n"));
    assert_true(same_after(
            "[rule R1]\non=a b\nseverity=error\ncheck=a < 5\nmessage=Trop\nwhy=Car\n"
            "[rule R2]\non=b\nseverity=info\ncheck=b is not null\nmessage=Vide\n",
            "[rule R2]\non=b\nseverity=info\ncheck=b is not null\nmessage=Vide\n"
            "[rule R1]\non=a b\nseverity=error\ncheck=a < 5\nmessage=Trop\nwhy=Car\n"));
}

static void hash__changes__with_structure_rules_and_codes(void **state)
{
    static const char *const pairs[][2] = {
            {"check=a < 5\n", "check=a < 6\n"},
            {"severity=info\n", "severity=warning\n"},
            {"on=a b\n", "on=b a\n"},
            {"[rule R2]", "[rule R3]"},
            {"deux=Deux | 2\n", "deux=Deux | 3\n"},
            {"deux=Deux | 2\n", ""},
            {"type=text\n", "type=memo\n"},
            {"max=9\n", "max=8\n"},
            {"max=9\n", "min=9\n"},
            {"[repeat r]\nlabel=R\nmax=9\n", "[repeat r]\nlabel=R\nmax=8\n"},
            {"relevant=a > 1\n", "relevant=a > 0\n"},
            {"relevant=a > 1\n", ""},
            {"> 2\n", "> 3\n"},
            {"languages=fr en\n", "languages=fr it\n"},
            {"title=a\n", "title=b\n"},
            {"search=a\n", "search=b\n"},
            {"hint=Un chiffre\n", "carry=yes\n"},
            {"hint=Un chiffre\n", "private=yes\n"},
            {"label=R\n", "label=R\nprivate=yes\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(pairs); i++)
        assert_false(same_after(pairs[i][0], pairs[i][1]));
}

/* Versions are kept in records: they must be the same in every release. */
static void hash__is__the_same_for_ever(void **state)
{
    char hash[33];

    (void)state;
    hash_of(base, hash);
    assert_string_equal(hash, "e73cecc2efd82d0a1d0e3129f5265063");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(hash__stays__when_texts_change),
            cmocka_unit_test(hash__stays__when_order_or_indents_change),
            cmocka_unit_test(hash__changes__with_structure_rules_and_codes),
            cmocka_unit_test(hash__is__the_same_for_ever),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
