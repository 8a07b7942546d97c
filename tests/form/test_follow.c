#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "odus/base/clock.h"
#include "parsing.h"

/* `default … on change of`: what a change does to other values. */

#define FICHE "[form fiche]\nlabel=F\nlanguages=fr en\n[section s]\nlabel=S\n"

static const char text[] =
        FICHE "[list l]\na=A\nb=B\n"
              "[field genre]\nlabel=G\ntype=one l\ncarry=yes\n"
              "[field titre]\nlabel=T\ntype=text\nmultilingual=yes\n"
              "[field nom]\nlabel=N\ntype=text\n"
              "default=coalesce(upper(titre), 'SANS TITRE, on change of rien')\n"
              "# l'espace\n  on change of titre, genre\n"
              "[field sigle]\nlabel=Si\ntype=text\n"
              "default=substr(nom, 1, 3) on change of nom\n"
              "[field cache]\nlabel=C\ntype=text\nrelevant=genre = 'b'\n"
              "default=titre on change of titre\n"
              "[field somme]\nlabel=So\ntype=integer\n"
              "default=(select sum(n) from rangs) on change of rangs.n\n"
              "[repeat rangs]\nlabel=R\nmax=200\nsort=n\n"
              "[field rangs.n]\nlabel=N\ntype=integer\n"
              "[field rangs.double]\nlabel=D\ntype=integer\ndefault=2 * n on change of "
              "rangs.n\n"
              "[field rangs.mot]\nlabel=M\ntype=text\n"
              "default=fiche.titre || n on change of titre\n";

static struct form *form;
static struct engine *engine;
static struct rec *rec;
static struct editing *ed;
static int told;
static struct rec_at told_at;

static void changed(void *ctx, struct rec_at at)
{
    (void)ctx;
    told++;
    told_at = at;
}

static int set_up(void **state)
{
    (void)state;
    form = fixture_form(text);
    engine = fixture_engine(form);
    rec = rec_new(form);
    ed = editing_new(rec, engine, changed, NULL);
    told = 0;
    return clock_init("2026-11-21T09:00:00Z", NULL);
}

static int tear_down(void **state)
{
    (void)state;
    editing_free(ed);
    engine_attach(engine, NULL);
    engine_free(engine);
    rec_free(rec);
    form_free(form);
    return 0;
}

static void set(const char *path, const char *value)
{
    editing_set(ed, fixture_at(rec, path), view_of(value));
}

static void assert_value(const char *path, const char *expected)
{
    assert_string_equal(fixture_get(rec, path), expected);
}

static void add_rows(int n)
{
    int row;

    for (int i = 0; i < n; i++)
        assert_int_equal(editing_row_add(ed, form_table_find(form, view_of("rangs")),
                                 NULL, &row, NULL),
                0);
}

static void editing_set__leader__sets_followers_in_one_step(void **state)
{
    struct rec_at at;

    (void)state;
    set("titre", "bal");
    assert_value("nom", "BAL");
    assert_value("sigle", "BAL");
    assert_int_equal(told, 1);
    assert_int_equal(told_at.field, fixture_at(rec, "titre").field);
    assert_true(editing_undo(ed, &at));
    assert_int_equal(at.field, fixture_at(rec, "titre").field);
    assert_value("titre", "");
    assert_value("nom", "");
    assert_value("sigle", "");
    assert_false(editing_undo(ed, NULL));
    assert_true(editing_redo(ed, &at));
    assert_int_equal(at.field, fixture_at(rec, "titre").field);
    assert_value("sigle", "BAL");
}

static void editing_set__leader__overwrites_what_was_typed(void **state)
{
    (void)state;
    set("titre", "bal");
    set("nom", "autre");
    assert_value("sigle", "aut");
    set("titre", "fête");
    assert_value("nom", "FÊTE");
    set("titre", "");
    assert_value("nom", "SANS TITRE, on change of rien");
    set("nom", "");
    assert_value("sigle", "");
    set("genre", "a");
    assert_value("sigle", "SAN");
}

static void editing_set__translation__is_a_change_too(void **state)
{
    (void)state;
    set("titre", "bal");
    set("nom", "autre");
    set("titre.en", "ball");
    assert_value("nom", "BAL");
}

static void editing_set__hidden_follower__stays_aside(void **state)
{
    (void)state;
    set("genre", "b");
    set("titre", "bal");
    assert_value("cache", "bal");
    set("genre", "a");
    set("titre", "fête");
    assert_value("cache", "bal");
}

static void editing_set__same_value__changes_nothing(void **state)
{
    (void)state;
    set("titre", "bal");
    set("nom", "autre");
    set("titre", "bal");
    assert_value("nom", "autre");
}

static void editing_set__column__leads_its_row_and_the_record(void **state)
{
    (void)state;
    add_rows(2);
    set("rangs.1.n", "5");
    set("rangs.2.n", "3"); /* becomes the first row */
    assert_value("rangs.1.double", "6");
    assert_value("rangs.2.double", "10");
    assert_value("somme", "8");
    set("rangs.1.double", "1");
    set("rangs.2.n", "6");
    assert_value("rangs.1.double", "1");
    assert_value("rangs.2.double", "12");
    set("titre", "bal");
    assert_value("rangs.1.mot", "bal3");
    assert_value("rangs.2.mot", "bal6");
}

/* Beyond what the engine follows change by change. */
static void editing_group__long__sets_each_row_once_it_is_known(void **state)
{
    char path[32];

    (void)state;
    add_rows(100);
    editing_begin(ed);
    for (int i = 100; i > 0; i--) {
        snprintf(path, sizeof path, "rangs.100.n");
        set(path, (char[]){(char)('0' + i % 10), '\0'});
    }
    editing_end(ed);
    for (int i = 1; i <= 100; i++) {
        const char *n, *d;

        snprintf(path, sizeof path, "rangs.%d.n", i);
        n = fixture_get(rec, path);
        snprintf(path, sizeof path, "rangs.%d.double", i);
        d = fixture_get(rec, path);
        assert_int_equal(d[strlen(d) - 1] - '0', (n[0] - '0') * 2 % 10);
    }
    assert_value("somme", "450");
    assert_true(editing_undo(ed, NULL));
    assert_value("somme", "");
    assert_value("rangs.7.double", "");
}

static void editing_group__later_value__holds(void **state)
{
    (void)state;
    editing_begin(ed);
    set("titre", "bal");
    set("nom", "autre");
    editing_end(ed);
    assert_value("nom", "autre");
}

static void editing_defaults__follower__once_and_blank_only(void **state)
{
    struct json *last = NULL;

    (void)state;
    assert_int_equal(json_parse(VIEW_LIT("{\"genre\":\"a\"}"), 100, &last, NULL), 0);
    set("nom", "déjà");
    editing_defaults(ed, last);
    assert_value("genre", "a");
    assert_value("nom", "déjà");
    assert_value("sigle", "déj");
    assert_false(editing_undo(ed, NULL));
    json_free(last);
}

static void hash__on_change__is_structure(void **state)
{
    static const char plain[] = HEAD "[section s]\nlabel=S\n[field a]\nlabel=A\n"
                                     "type=text\n[field b]\nlabel=B\ntype=text\n"
                                     "default=a";
    char *more = NULL;
    struct form *one = parsing_good(plain), *two;

    (void)state;
    assert_true(asprintf(&more, "%s on change of a\n", plain) > 0);
    two = parsing_good(more);
    assert_string_not_equal(one->hash, two->hash);
    form_free(one);
    form_free(two);
    free(more);
}

static void parse__on_change__reports(void **state)
{
#define TWO FIELD "[field b]\nlabel=B\ntype=text\ndefault="
    static const struct {
        const char *text, *problems;
    } table[] = {
            {TWO "1 on change of\n", "f.form:13:23: expected the name of a field\n"},
            {TWO "1 on change of titre,\n",
                    "f.form:13:30: expected the name of a field\n"},
            {TWO "1 on change of titre b\n", "f.form:13:30: expected a comma\n"},
            {TWO "on change of titre\n",
                    "f.form:13:9: default= needs an expression before \"on change "
                    "of\"\n"},
            {TWO "1\n  on change of titres\n",
                    "f.form:14:16: unknown field \"titres\" (did you mean "
                    "\"titre\"?)\n"},
            {TWO "1 on change of b\n", "f.form:13:9: \"b\" follows its own change\n"},
            {TWO "1 on change of c\n[field c]\nlabel=C\ntype=text\n"
                 "default=2 on change of titre, b\n"
                 "[field d]\nlabel=D\ntype=text\ndefault=2 on change of c\n",
                    "f.form:13:9: \"b\" follows its own change\n"
                    "f.form:17:9: \"c\" follows its own change\n"},
            {TWO "1 on change of c\n[field c]\nlabel=C\ntype=text\ncalculation=1\n",
                    "f.form:13:24: \"c\" is calculated: name the fields that it is "
                    "made of\n"},
            {TWO "1 on change of titre\ncalculation=1\n",
                    "f.form:13:9: \"b\" is calculated and cannot follow a change\n"},
            {FIELD "[repeat r]\nlabel=R\nsort=a\n[field r.a]\nlabel=A\ntype=text\n"
                   "default=1 on change of titre\n",
                    "f.form:16:9: \"r.a\" puts the rows in order and cannot follow a "
                    "change\n"},
            {FIELD "[repeat r]\nlabel=R\n[field r.a]\nlabel=A\ntype=text\n"
                   "[repeat q]\nlabel=Q\n[field q.a]\nlabel=A\ntype=text\n"
                   "default=1 on change of r.a\n",
                    "f.form:20:24: a row of \"q\" has no row of \"r\" to follow\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char *all = parsing_mistakes(view_of(table[i].text));

        assert_string_equal(all, table[i].problems);
        free(all);
    }
}

static void test_block__on_change__is_followed(void **state)
{
    struct form *f = fixture_form(
            FICHE "[field a]\nlabel=A\ntype=text\n"
                  "[field b]\nlabel=B\ntype=text\ndefault=upper(a) on change of a\n"
                  "[test t]\ngiven=b='x', a='y'\nexpect=value b='Y'\n"
                  "[test u]\ngiven=a='y', b='x'\nexpect=value b='Y'\n");
    struct engine *en = fixture_engine(f);
    struct problems found;

    (void)state;
    problems_init(&found);
    assert_int_equal(engine_run_tests(en, &found), 2);
    assert_int_equal(found.n, 1);
    assert_string_equal(found.items[0].args[0], "u");
    problems_release(&found);
    engine_free(en);
    form_free(f);
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
            TEST(editing_set__leader__sets_followers_in_one_step),
            TEST(editing_set__leader__overwrites_what_was_typed),
            TEST(editing_set__translation__is_a_change_too),
            TEST(editing_set__hidden_follower__stays_aside),
            TEST(editing_set__same_value__changes_nothing),
            TEST(editing_set__column__leads_its_row_and_the_record),
            TEST(editing_group__long__sets_each_row_once_it_is_known),
            TEST(editing_group__later_value__holds),
            TEST(editing_defaults__follower__once_and_blank_only),
            cmocka_unit_test(hash__on_change__is_structure),
            cmocka_unit_test(parse__on_change__reports),
            cmocka_unit_test(test_block__on_change__is_followed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
