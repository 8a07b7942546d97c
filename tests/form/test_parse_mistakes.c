#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "parsing.h"

static void expect_mistakes(const char *text, const char *expected)
{
    char *all = parsing_mistakes(view_of(text));

    assert_string_equal(all, expected);
    free(all);
}

struct wrong {
    const char *text, *problems;
};

static void expect_all(const struct wrong *table, size_t n)
{
    for (size_t i = 0; i < n; i++)
        expect_mistakes(table[i].text, table[i].problems);
}

static void parse__reports__shape(void **state)
{
    static const struct wrong table[] = {
            {"", "f.form:1:1: the first block must be [form f]\n"},
            {"x=1\n", "f.form:1:1: a key before the first block\n"
                      "f.form:1:1: the first block must be [form f]\n"},
            {"[list l]\na=A\n", "f.form:1:2: the first block must be [form f]\n"},
            {"[form g]\nlabel=G\n[field x]\nlabel=X\ntype=text\n",
                    "f.form:1:7: the name \"g\" is not the file's name \"f\"\n"},
            {FIELD "rien\n",
                    "f.form:10:1: neither key=value, nor [kind name], nor a comment\n"},
            {FIELD "[rule x\n  y\n",
                    "f.form:10:1: a block begins with [kind name] alone on its line\n"},
            {FIELD "[test x]\n a\nexpect=complete\n",
                    "f.form:11:1: an indented line goes on with the value above; "
                    "there is none\n"},
            {FIELD "label[en=X\n", "f.form:10:1: a key is written name=value or "
                                   "name[language]=value\n"},
            {FIELD "hint=\xC3\xA9\xFF\n", "f.form:10:7: not UTF-8\n"},
            {FIELD "hint=a\x1b[2J\n", "f.form:10:7: control character\n"},
            {FIELD "[form f]\nlabel=F\n",
                    "f.form:10:2: [form] and [fragment] stand once, at the top\n"},
            {FIELD "[feild x]\n", "f.form:10:2: unknown kind of block \"feild\" "
                                  "(did you mean \"field\"?)\n"},
            {FIELD "[zzz]\n", "f.form:10:2: unknown kind of block \"zzz\"\n"},
            {HEAD, "f.form:1:1: this form has no field\n"},
    };

    (void)state;
    expect_all(table, COUNT(table));
}

static void parse__reports__keys(void **state)
{
    static const struct wrong table[] = {
            {FIELD "reqired=yes\n", "f.form:10:1: unknown key \"reqired\" "
                                    "(did you mean \"required\"?)\n"},
            {FIELD "qqq=yes\n", "f.form:10:1: unknown key \"qqq\"\n"},
            {FIELD "type=memo\n", "f.form:10:1: type= is given twice\n"},
            {FIELD "label=U\n", "f.form:10:1: label= is given twice\n"},
            {FIELD "label[fr]=U\n", "f.form:10:1: label= is given twice\n"},
            {FIELD "label[de]=U\n",
                    "f.form:10:7: \"de\" is not one of the form's languages\n"},
            {FIELD "max[en]=3\n", "f.form:10:5: max= has no language\n"},
            {FIELD "relevant=\n", "f.form:10:1: relevant= needs a value\n"},
            {FIELD "carry=oui\n", "f.form:10:7: carry= is yes or no\n"},
            {FIELD "width=large\n", "f.form:10:7: width= needs a whole number "
                                    "that is not too large\n"},
            {FIELD "width=99999999999999999999\n",
                    "f.form:10:7: width= needs a whole number that is not too "
                    "large\n"},
            {FIELD "max=x\n", "f.form:10:5: max= needs a whole number\n"},
            {FIELD "max=-1\n", "f.form:10:5: max= needs a whole number\n"},
            {FIELD "min=3\nmax=2\n", "f.form:10:5: min= is greater than max=\n"},
            {SECTION "[field x]\nhint=H\n", "f.form:6:2: [field] has no label=\n"
                                            "f.form:6:2: [field] has no type=\n"},
            {"[form f]\nlabel=F\nlanguages=fr FR fr en\n[field "
             "x]\nlabel=X\ntype=text\n",
                    "f.form:3:14: \"FR\" is not a language code (fr, en, it…)\n"
                    "f.form:3:17: language \"fr\" is given twice\n"},
    };

    (void)state;
    expect_all(table, COUNT(table));
}

static void parse__reports__names(void **state)
{
    static const struct wrong table[] = {
            {FIELD "[field Titre]\nlabel=X\ntype=text\n",
                    "f.form:10:8: \"Titre\" is not a name: a-z 0-9 _, a letter "
                    "first\n"},
            {FIELD "[field prix€]\nlabel=X\ntype=text\n",
                    "f.form:10:12: \"prix€\" is not a name: a-z 0-9 _, a letter "
                    "first\n"},
            {FIELD "[field]\nlabel=X\ntype=text\n",
                    "f.form:10:7: \"\" is not a name: a-z 0-9 _, a letter first\n"},
            {FIELD "[field order]\nlabel=X\ntype=text\n",
                    "f.form:10:8: \"order\" is a key word of SQL; choose another "
                    "name\n"},
            {FIELD "[field "
                   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]\nlabel=X\ntype=text\n",
                    "f.form:10:8: \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\" is "
                    "longer "
                    "than 40 characters\n"},
            {FIELD "[field titre]\nlabel=X\ntype=text\n",
                    "f.form:10:8: \"titre\" stands twice\n"},
            {FIELD "[group titre]\nlabel=X\n", "f.form:10:8: \"titre\" stands twice\n"},
            {FIELD "[section s]\nlabel=X\n",
                    "f.form:10:10: section \"s\" stands twice\n"},
            {FIELD "[field a.b]\nlabel=X\ntype=text\n[group a]\nlabel=A\n",
                    "f.form:10:8: no group or repeat \"a\" stands above\n"},
            {FIELD "[field .b]\nlabel=X\ntype=text\n",
                    "f.form:10:8: \".b\" is not a name: a-z 0-9 _, a letter first\n"},
            {FIELD "[repeat r]\nlabel=R\n[repeat r.s]\nlabel=S\n",
                    "f.form:12:9: repeats do not nest\n"},
            {FIELD "[group g]\nlabel=G\n[group g.h]\nlabel=H\n",
                    "f.form:12:8: groups do not nest\n"},
            {FIELD "[list g]\na=A\n[group g]\nlabel=G\n",
                    "f.form:12:8: \"g\" is already a list, a group, a repeat or the "
                    "form "
                    "itself\n"},
            {FIELD "[field titre_en]\nlabel=X\ntype=text\n",
                    "f.form:10:1: \"titre_en\" is what expressions call a translation "
                    "of "
                    "\"titre\"\n"},
    };

    (void)state;
    expect_all(table, COUNT(table));
}

static void parse__reports__types(void **state)
{
#define X "[field x]\nlabel=X\n"
    static const struct wrong table[] = {
            {SECTION X "type=txet\nzone=UTC\n",
                    "f.form:8:6: unknown type \"txet\" (did you mean \"text\"?)\n"},
            {SECTION X "type=text mode\n",
                    "f.form:8:11: \"mode\" has no place behind this type\n"},
            {SECTION X "type=one\n", "f.form:8:6: one needs the name of a list\n"},
            {SECTION X "type=one mdoe\n[list mode]\na=A\n",
                    "f.form:8:10: unknown list \"mdoe\" (did you mean \"mode\"?)\n"},
            {SECTION X "type=many m n\n[list m]\na=A\n",
                    "f.form:8:13: \"n\" has no place behind this type\n"},
            {SECTION X "type=ref\n",
                    "f.form:8:6: ref needs the type of the linked record\n"},
            {SECTION X "type=date\nmax=3\n",
                    "f.form:9:5: max= needs a date such as 2026-12-05\n"},
            {SECTION X "type=boolean\nmax=3\nupper=yes\nzone=UTC\n",
                    "f.form:9:1: max= does not go with the type boolean\n"
                    "f.form:10:1: upper= does not go with the type boolean\n"
                    "f.form:11:1: zone= does not go with the type boolean\n"},
            {SECTION X "type=datetime\nzone=Ici et là\n",
                    "f.form:9:6: \"Ici et là\" is not the name of a time zone\n"},
            {SECTION X "type=text\nfilter=1\n",
                    "f.form:9:1: filter= does not go with the type text\n"},
            {SECTION X "type=text\nmultiple=yes\nmultilingual=yes\n",
                    "f.form:9:1: multilingual= and multiple= exclude one another\n"},
    };

    (void)state;
    expect_all(table, COUNT(table));
}

static void parse__reports__lists(void **state)
{
    static const struct wrong table[] = {
            {FIELD "[list m]\na=A\nb=B\na=C\n",
                    "f.form:13:1: code \"a\" stands twice\n"},
            {FIELD "[list m]\na=\n", "f.form:11:1: code \"a\" has no label\n"},
            {FIELD "[list m]\n", "f.form:10:2: this list is empty\n"},
            {FIELD "[list m]\nc d=A\nb=B\n",
                    "f.form:11:2: \"c d\" may hold a-z A-Z 0-9 _ - and . only\n"},
            {FIELD "[list m]\na=A\nb[en]=B\n",
                    "f.form:12:1: \"b\" is translated but not a code here\n"},
            {FIELD "[list m]\na=A\na[de]=B\n",
                    "f.form:12:3: \"de\" is not one of the form's languages\n"},
            {FIELD "[list m]\ncolumns=x y\na=A | 1\n",
                    "f.form:12:3: \"a\" needs its label and one cell per column, with "
                    "| "
                    "between\n"},
            {FIELD "[list m]\ncolumns=x x label\na=A | 1\n",
                    "f.form:11:11: column \"x\" stands twice\n"
                    "f.form:11:13: column \"label\" stands twice\n"},
            {FIELD "[list m]\nfile=rien.csv\n",
                    "f.form:11:6: no file \"rien.csv\" beside this form\n"},
            {FIELD "[list m]\nfile=vide.csv\n",
                    "f.form:11:6: \"vide.csv\" needs the columns code and label\n"},
            {FIELD "[list m]\nfile=../secret.csv\na=A\n",
                    "f.form:11:6: \"../secret.csv\" is not the name of a file beside "
                    "this "
                    "form\n"},
            {FIELD "[list m]\nfile=communes.csv\na=A | 1\n",
                    "f.form:10:2: a list has codes or file=, not both\n"},
            {FIELD "[list m]\na=A\n[list m]\nb=B\n",
                    "f.form:12:7: \"m\" is already a list, a group, a repeat or the "
                    "form "
                    "itself\n"},
    };

    (void)state;
    expect_all(table, COUNT(table));
}

static void parse__reports__references(void **state)
{
#define R SECTION "[repeat r]\nlabel=R\n"
#define RX "[field r.x]\nlabel=X\ntype=text\n"
#define F "[form f]\nlabel=F\n"
    static const struct wrong table[] = {
            {R "sort=y\ntiming=x x\n" RX, "f.form:8:6: unknown field \"y\"\n"
                                          "f.form:9:8: \"x\" is not a datetime\n"
                                          "f.form:9:10: \"x\" is not a datetime\n"},
            {R "timing=x\nmin=4\nmax=3\n" RX,
                    "f.form:8:8: timing= names two columns, start and end\n"
                    "f.form:9:5: min= is greater than max=\n"},
            {R "max=2000\n" RX, "f.form:8:5: max= needs a whole number that is "
                                "not too large\n"},
            {F "search=titer x.nom\nmemos=titre\n[field titre]\nlabel=T\ntype=text\n",
                    "f.form:3:8: unknown field \"titer\" (did you mean \"titre\"?)\n"
                    "f.form:3:14: unknown field \"x.nom\"\n"
                    "f.form:4:7: \"titre\" is not a memo\n"},
            {F "search=titre x\naliases=titre x sigle nom\n"
               "[field titre]\nlabel=T\ntype=text\n"
               "[field x]\nlabel=T\ntype=memo\n[field sigle]\nlabel=T\ntype=text\n",
                    "f.form:4:15: \"x\" is not a text of the record\n"
                    "f.form:4:17: \"sigle\" must stand in search= too, to be found\n"
                    "f.form:4:23: unknown field \"nom\"\n"},
            {F "dates=titre\nends=titre\n[field titre]\nlabel=T\ntype=text\n",
                    "f.form:3:7: \"titre\" is neither a date nor a datetime\n"
                    "f.form:4:6: \"titre\" is neither a date nor a datetime\n"},
            {F "ends=jour\n[field jour]\nlabel=T\ntype=date\n",
                    "f.form:3:6: ends= goes with dates= in the same repeat\n"},
            {F "use=rien\n[field a]\nlabel=A\ntype=text\n",
                    "f.form:3:5: no fragment \"rien\" beside this form\n"},
            {F "use=tourne\n[field a]\nlabel=A\ntype=text\n",
                    "autour.form:2:5: \"tourne\" leads back to itself through use=\n"},
            {F "use=f\n[field a]\nlabel=A\ntype=text\n",
                    "f.form:3:5: \"f\" leads back to itself through use=\n"},
            {SECTION "[use rien]\n[field a]\nlabel=A\ntype=text\n",
                    "f.form:6:6: no fragment \"rien\" beside this form\n"},
            {SECTION "[use faux]\na=b\n[field a]\nlabel=A\ntype=texte\n",
                    "f.form:7:1: [use] has no keys\n"
                    "f.form:10:6: unknown type \"texte\" (did you mean \"text\"?)\n"
                    "faux.form:5:6: unknown type \"txet\" (did you mean \"text\"?)\n"},
            {HEAD "use=bien\n[use seul]\n[use seul]\n[use bien]\n[use Bien]\n",
                    "f.form:6:6: fragment \"seul\" was taken in already\n"
                    "f.form:7:6: fragment \"bien\" was taken in already\n"
                    "f.form:8:6: \"Bien\" is not a name: a-z 0-9 _, a letter first\n"},
            {SECTION "[use tourne]\n[use f]\n[use]\n[field a]\nlabel=A\ntype=text\n",
                    "f.form:7:6: \"f\" leads back to itself through use=\n"
                    "f.form:8:5: \"\" is not a name: a-z 0-9 _, a letter first\n"
                    "autour.form:2:5: \"tourne\" leads back to itself through use=\n"},
            {F "use=menteur\n[field a]\nlabel=A\ntype=texte\n",
                    "f.form:6:6: unknown type \"texte\" (did you mean \"text\"?)\n"
                    "menteur.form:1:11: the name \"vrai\" is not the file's name "
                    "\"menteur\"\n"
                    "menteur.form:4:6: unknown type \"txet\" (did you mean "
                    "\"text\"?)\n"},
    };

    (void)state;
    expect_all(table, COUNT(table));
}

static void parse__reports__rules_and_tests(void **state)
{
    static const struct wrong table[] = {
            {FIELD "[rule R 1]\n",
                    "f.form:10:2: [rule] has no on=\n"
                    "f.form:10:2: [rule] has no severity=\n"
                    "f.form:10:2: [rule] has no check=\n"
                    "f.form:10:2: [rule] has no message=\n"
                    "f.form:10:8: \"R 1\" may hold a-z A-Z 0-9 _ - and . "
                    "only\n"},
            {FIELD "[rule R]\non=tirte\nseverity=eror\ncheck=1\nmessage=M\n",
                    "f.form:11:4: unknown field \"tirte\" (did you mean \"titre\"?)\n"
                    "f.form:12:10: unknown severity \"eror\" (did you mean "
                    "\"error\"?)\n"},
            {FIELD "[test]\nexpect=complete\n", "f.form:10:2: [test] needs a title\n"},
            {FIELD "[test t]\ngiven=titre='a\n",
                    "f.form:10:2: [test] has no expect=\n"
                    "f.form:11:7: expected: path='value', a quote inside doubled\n"},
            {FIELD "[test t]\nlinked=cimes spectacle x.y='a', z\nlinked=cimes lieu\n"
                   "linked=self lieu\nlinked=Pic\nlinked=mont lieu, nom='a'\n"
                   "answer=venue_clah='a', ref_value='b', town_clash='c'\n"
                   "expect=complete\n",
                    "f.form:11:33: expected: path='value', a quote inside doubled\n"
                    "f.form:12:8: \"cimes\" is linked already\n"
                    "f.form:13:8: \"self\" is linked already\n"
                    "f.form:14:8: \"Pic\" is not a name: a-z 0-9 _, a letter first\n"
                    "f.form:14:11: \"\" is not a name: a-z 0-9 _, a letter first\n"
                    "f.form:15:17: expected: path='value', a quote inside doubled\n"
                    "f.form:16:8: \"venue_clah\" finds nothing (did you mean "
                    "\"venue_clash\"?)\n"
                    "f.form:16:24: \"ref_value\" is not near_duplicate, venue_clash or "
                    "town_clash\n"},
            {FIELD "[test t]\ntoday=hier\ngiven=titer='a'\nexpect=hiden titre\n"
                   "expect=no R-9, hidden\nexpect=complete x\n",
                    "f.form:11:7: today= needs a date such as 2026-12-05\n"
                    "f.form:12:7: unknown field \"titer\" (did you mean \"titre\"?)\n"
                    "f.form:13:8: unknown expectation \"hiden\" (did you mean "
                    "\"hidden\"?)\n"
                    "f.form:14:11: unknown rule \"R-9\"\n"
                    "f.form:14:16: \"hidden\" needs a field or rule behind it\n"
                    "f.form:15:17: expected a comma\n"},
    };

    (void)state;
    expect_all(table, COUNT(table));
}

static void problems_text__points_at__column(void **state)
{
    struct problems p;
    struct buf out;

    (void)state;
    problems_init(&p);
    assert_null(
            form_parse("f.form", VIEW_LIT(FIELD "hint=é\t日\x1b\n"), NULL, NULL, &p));
    assert_int_equal(p.n, 1);
    buf_init(&out, 0);
    problems_text(&p, 0, NULL, &out);
    assert_true(
            strncmp(out.s, "f.form:10:9: control character\n  hint=é 日?\n  ",
                    strlen("f.form:10:9: control character\n  hint=é 日?\n  ")) == 0);
    assert_int_equal(out.s[out.len - 1], '^');
    buf_release(&out);
    problems_release(&p);
}

/* --- hostile files ---------------------------------------------------------------- */

/* A file of FORM_FILE_MAX bytes: HEAD and then UNIT again and again. */
static char *repeated(const char *head, const char *unit)
{
    struct buf out;
    char *text;

    buf_init(&out, FORM_FILE_MAX);
    buf_adds(&out, head);
    while (!out.full)
        buf_adds(&out, unit);
    text = buf_take(&out);
    buf_release(&out);
    return text;
}

static void parse__survives__a_full_file_of_anything(void **state)
{
    static const char *const units[] = {"a\n", "[x]\n", "[field a]\n", "[list l]\n",
            "a=b\n", "[rule r]\non=a a a a a a\n", "use=a\n", "[use a]\n",
            "[section s]\n", " ", "\n", "on=titer ", "[field a]\ntype=one llst\n",
            "[test t]\nexpect=hidden titer\n"};

    (void)state;
    for (size_t i = 0; i < COUNT(units); i++) {
        char *text = repeated(FIELD "[list l]\n", units[i]);
        char *all = parsing_mistakes(view_of(text));

        assert_true(strlen(all) < PROBLEMS_MAX * 300);
        free(all);
        free(text);
    }
}

static void parse__stops_at__limits(void **state)
{
    char *text = repeated(FIELD, "x");
    char *longer = xasprintf("%sxx", text);

    (void)state;
    expect_mistakes(longer, "f.form:1:1: this file is larger than 1 MiB\n"
                            "f.form:1:1: the first block must be [form f]\n");
    expect_mistakes(text,
            "f.form:10:1: this line is longer than 8,000 bytes\n"
            "f.form:10:1: neither key=value, nor [kind name], nor a comment\n");
    free(longer);
    free(text);
}

static void parse__reports__too_many_fields_once(void **state)
{
    struct buf out;
    char *all;

    (void)state;
    buf_init(&out, 0);
    buf_adds(&out, FIELD);
    for (int i = 0; i < FORM_FIELDS_MAX + 5; i++)
        buf_addf(&out, "[field x%d]\nlabel=X\ntype=text\n", i);
    all = parsing_mistakes(buf_view(&out));
    assert_string_equal(all, "f.form:3007:2: too many fields (at most 1,000)\n");
    free(all);
    buf_release(&out);
}

/* Every beginning of a good file must be read without harm. */
static void parse__survives__any_cut(void **state)
{
    (void)state;
    for (size_t n = 0; n < strlen(parsing_whole); n += 7) {
        struct problems problems;
        char *cut = xstrndup(parsing_whole, n);

        problems_init(&problems);
        form_free(form_parse(
                "f.form", (struct view){cut, n}, parsing_source, NULL, &problems));
        problems_release(&problems);
        free(cut);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(parse__reports__shape),
            cmocka_unit_test(parse__reports__keys),
            cmocka_unit_test(parse__reports__names),
            cmocka_unit_test(parse__reports__types),
            cmocka_unit_test(parse__reports__lists),
            cmocka_unit_test(parse__reports__references),
            cmocka_unit_test(parse__reports__rules_and_tests),
            cmocka_unit_test(problems_text__points_at__column),
            cmocka_unit_test(parse__survives__a_full_file_of_anything),
            cmocka_unit_test(parse__stops_at__limits),
            cmocka_unit_test(parse__reports__too_many_fields_once),
            cmocka_unit_test(parse__survives__any_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
