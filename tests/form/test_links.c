/* Linked records: what a form reads from them, and how its tests bring them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "fixture.h"

static const char fiche[] =
        "[form fiche]\nlabel=Fiche\nlanguages=fr en it\n"
        "[section s]\nlabel=S\n"
        "[field uid]\ntype=text\nlabel=U\n"
        "[field spectacle]\ntype=ref spectacle\nlabel=Spectacle\n"
        "[field parents]\ntype=ref fiche\nmultiple=yes\nlabel=P\nfilter=uid <> "
        "fiche.uid\n"
        "[field usuel]\ntype=text\nlabel=Usuel\nmultilingual=yes\n"
        "[field accroche]\ntype=text\nlabel=Accroche\nmultilingual=yes\nrequired=yes\n"
        "inherit=coalesce(ref_value(spectacle, 'accroche'), usuel)\n"
        "[rule R-EN]\non=accroche\nseverity=info\ncheck=accroche_en is null\n"
        "message={accroche_en}\n"
        "[rule R-IT]\non=accroche\nseverity=info\ncheck=accroche_it is null\n"
        "message={accroche_it}\n"
        "[rule R-STATE]\non=spectacle\nseverity=error\n"
        "check=ref_state(spectacle) = 'publie' and ref_visibility(spectacle) = "
        "'public'\n"
        "message={ref_value(spectacle, 'title')} {ref_value(spectacle, 'type')}\n"
        "[rule R-ANY]\non=parents\nseverity=error\n"
        "check=not any_state(parents, 'draft') and not any_visibility(parents, "
        "'prive')\n"
        "message=A\n"
        "[rule R-CYCLE]\non=parents\nseverity=error\n"
        "check=not ref_cycle(uid, item(parents, 1), 'parents')\nmessage=C\n"
        "[rule R-DEEP]\non=spectacle\nseverity=error\n"
        "check=ref_value(ref_value(spectacle, 'lieu'), 'nom') <> 'Fort'\nmessage=D\n"
        "[rule R-CLASH]\non=usuel\nseverity=warning\n"
        "check=venue_clash(uid, null, null, null, null) is null\n"
        "message={venue_clash(uid, null, null, null, null)}\n";

/* Runs TESTS; the messages of what does not hold, one a line, are in OUT. */
static int run(const char *tests, struct buf *out)
{
    struct problems problems;
    struct form *form;
    struct engine *engine;
    struct buf text;
    int n;

    buf_init(&text, 0);
    buf_adds(&text, fiche);
    buf_adds(&text, tests);
    form = fixture_form(text.s);
    engine = fixture_engine(form);
    problems_init(&problems);
    n = engine_run_tests(engine, &problems);
    for (size_t i = 0; i < problems.n; i++) {
        err_text(&problems.items[i], NULL, out);
        buf_addc(out, '\n');
    }
    problems_release(&problems);
    engine_free(engine);
    form_free(form);
    buf_release(&text);
    return n;
}

static void expect_all_hold(const char *tests)
{
    struct buf out;

    buf_init(&out, 0);
    assert_true(run(tests, &out) > 0);
    assert_string_equal(out.s, "");
    buf_release(&out);
}

static void test_block__brings__linked_records(void **state)
{
    (void)state;
    expect_all_hold("[test published]\nlinked=cimes spectacle titre='Les Cimes'\n"
                    "given=spectacle='cimes'\n"
                    "expect=no R-STATE, value spectacle='cimes', no ref\n"
                    "[test draft]\nlinked=cimes spectacle statut_fiche='draft'\n"
                    "given=spectacle='cimes'\nexpect=error R-STATE\n"
                    "[test private]\nlinked=autre spectacle\n"
                    "linked=cimes spectacle visibilite='prive', lieu='fort'\n"
                    "linked=fort lieu nom='Fort'\n"
                    "given=spectacle='cimes'\nexpect=error R-STATE, error R-DEEP\n"
                    "[test unknown here]\n"
                    "given=spectacle='00000000-0000-7000-8000-000000000001'\nexpect="
                    "error ref\n");
}

static void test_block__follows__circles(void **state)
{
    (void)state;
    expect_all_hold("[test circle]\nlinked=haut fiche parents='bas'\n"
                    "linked=bas fiche parents='self'\n"
                    "given=parents='haut, bas'\nexpect=error R-CYCLE, no filter\n"
                    "[test chain]\nlinked=haut fiche parents='bas'\n"
                    "linked=bas fiche\ngiven=parents='haut'\nexpect=no R-CYCLE\n"
                    "[test itself]\ngiven=parents='self'\nexpect=error R-CYCLE\n");
}

static void any__looks_at__every_link(void **state)
{
    (void)state;
    expect_all_hold(
            "[test none]\nlinked=a fiche\nlinked=b fiche\n"
            "given=parents='a, b'\nexpect=no R-ANY\n"
            "[test last]\nlinked=a fiche\nlinked=b fiche\nlinked=c fiche\n"
            "linked=d fiche statut_fiche='draft'\n"
            "given=parents='a, b, c, d'\nexpect=error R-ANY\n"
            "[test visibility]\nlinked=a fiche\nlinked=b fiche visibilite='prive'\n"
            "given=parents='a, b'\nexpect=error R-ANY\n"
            "[test blank]\nexpect=no R-ANY\n");
}

static void test_block__answers__for_the_finders(void **state)
{
    (void)state;
    expect_all_hold(
            "[test clash]\nanswer=venue_clash='Trio (L''Ut)', near_duplicate='x'\n"
            "given=usuel='a'\nexpect=warning R-CLASH\n"
            "[test no clash]\nanswer=town_clash='Trio'\n"
            "given=usuel='a'\nexpect=no R-CLASH\n");
}

static void test_block__says__what_does_not_hold(void **state)
{
    struct buf out;

    (void)state;
    buf_init(&out, 0);
    assert_int_equal(run("[test t]\nlinked=cimes spectacle\ngiven=spectacle='pics'\n"
                         "expect=complete, value spectacle='cimes'\n",
                             &out),
            1);
    assert_non_null(strstr(out.s, "test \"t\": spectacle: "));
    assert_non_null(strstr(out.s, "expectation complete does not hold (accroche)\n"));
    assert_non_null(strstr(out.s, "not as expected: spectacle is \"\"\n"));
    buf_release(&out);
}

static void inherit__speaks__each_language(void **state)
{
    (void)state;
    expect_all_hold(
            "[test all]\n"
            "linked=cimes spectacle accroche='Neige', accroche.en='Snow'\n"
            "given=spectacle='cimes'\nexpect=info R-EN, no R-IT, no required\n"
            "[test of the record itself]\ngiven=usuel='Neige', usuel.it='Neve'\n"
            "expect=no R-EN, info R-IT, no required\n"
            "[test the same in every language]\nlinked=cimes spectacle accroche='Brr'\n"
            "given=spectacle='cimes'\nexpect=info R-EN, info R-IT\n"
            "[test own words]\nlinked=cimes spectacle accroche='Neige', "
            "accroche.it='N'\n"
            "given=spectacle='cimes', accroche.en='White'\n"
            "expect=info R-EN, info R-IT, value accroche.en='White'\n");
}

/* Number of links, amounts and days: the limit is said as the value is shown. */
static void limits__are_said__like_values(void **state)
{
    static const char text[] =
            "[form fiche]\nlabel=F\n"
            "[field liens]\nlabel=L\ntype=ref fiche\nmultiple=yes\nmax=1\n"
            "[field prix]\nlabel=P\ntype=money\nmin=500\n"
            "[field jour]\nlabel=J\ntype=date\nmax=2026-12-05\n";
    struct form *form = fixture_form(text);
    struct engine *engine = fixture_engine(form);
    struct rec *rec = rec_new(form);
    const struct issue *issues;
    size_t n;

    (void)state;
    fixture_set(rec, "liens",
            "00000000-0000-7000-8000-000000000001\n00000000-0000-7000-8000-"
            "000000000002");
    fixture_set(rec, "prix", "100");
    fixture_set(rec, "jour", "2026-12-06");
    engine_attach(engine, rec);
    issues = engine_issues(engine, &n);
    assert_int_equal(n, 3);
    assert_string_equal(issues[0].message, "at most %1$s choices");
    assert_string_equal(issues[0].args[0], "1");
    assert_string_equal(issues[1].args[0], "5,00 €");
    assert_string_equal(issues[2].args[0], "sa. 5 déc. 2026");
    engine_free(engine);
    rec_free(rec);
    form_free(form);
}

static bool two_languages(void *ctx, const char *name, const char *const *args,
        int nargs, struct buf *out)
{
    (void)ctx;
    if (strcmp(name, "ref_value") != 0)
        return false;
    buf_adds(out, nargs > 2 ? args[2] : "first");
    return true;
}

static void engine_inherited__is_in__the_language_of_the_place(void **state)
{
    struct engine_hooks hooks = {.lookup = two_languages};
    struct form *form = fixture_form(fiche);
    struct rec *rec = rec_new(form);
    struct problems problems;
    struct engine *engine;

    (void)state;
    problems_init(&problems);
    engine = engine_new(form, &hooks, &problems);
    assert_non_null(engine);
    engine_attach(engine, rec);
    for (int i = 0; i < 2; i++) {
        assert_string_equal(
                engine_inherited(engine, fixture_at(rec, "accroche")), "first");
        assert_string_equal(
                engine_inherited(engine, fixture_at(rec, "accroche.en")), "en");
        assert_string_equal(
                engine_inherited(engine, fixture_at(rec, "accroche.it")), "it");
    }
    assert_null(engine_inherited(engine, fixture_at(rec, "usuel")));
    engine_free(engine);
    rec_free(rec);
    form_free(form);
    problems_release(&problems);
}

/* Gives the link back, once for each time it was asked. */
static bool count_links(void *ctx, const char *name, const char *const *args, int nargs,
        struct buf *out)
{
    ++*(int *)ctx;
    (void)nargs;
    if (strcmp(name, "ref_value") == 0 && args[0])
        buf_adds(out, args[0]);
    return out->len > 0;
}

static const char rows[] =
        "[form fiche]\nlabel=F\n"
        "[field usuel]\ntype=text\nlabel=U\n"
        "[repeat r]\nlabel=R\n"
        "[field r.lien]\ntype=text\nlabel=L\n"
        "[field r.nom]\ntype=text\nlabel=N\n"
        "inherit=ref_value(coalesce(lien, usuel), 'nom')\n"
        "[rule R-A]\non=r.nom\nseverity=info\ncheck=nom <> 'a'\nmessage={nom}\n"
        "[rule R-B]\non=r.nom\nseverity=info\ncheck=nom <> 'b'\nmessage={nom}\n";

#define INHERITED(path) engine_inherited(engine, fixture_at(rec, path))

/* Both rules want it of every row: it is asked once a row. */
static void engine_inherited__is__worked_out_once_a_row(void **state)
{
    int asked = 0;
    struct engine_hooks hooks = {.lookup = count_links, .ctx = &asked};
    struct form *form = fixture_form(rows);
    struct rec *rec = fixture_rec(form,
            "{\"_id\":\"x\",\"usuel\":\"a\",\"r\":[{\"id\":\"1\"},"
            "{\"id\":\"2\",\"lien\":\"b\"},{\"id\":\"3\",\"lien\":\"c\"}]}");
    struct problems problems;
    struct engine *engine;

    (void)state;
    problems_init(&problems);
    engine = engine_new(form, &hooks, &problems);
    assert_non_null(engine);
    engine_attach(engine, rec);
    assert_int_equal(engine_counts(engine).infos, 2);
    assert_string_equal(INHERITED("r.1.nom"), "a");
    assert_string_equal(INHERITED("r.2.nom"), "b");
    assert_string_equal(INHERITED("r.3.nom"), "c");
    assert_int_equal(asked, 3);
    fixture_set(rec, "usuel", "b");
    engine_changed(engine, fixture_at(rec, "usuel"));
    assert_string_equal(INHERITED("r.1.nom"), "b");
    rec_row_remove(rec, form_table_find(form, VIEW_LIT("r")), 0);
    engine_row_removed(engine, form_table_find(form, VIEW_LIT("r")), 0);
    assert_string_equal(INHERITED("r.1.nom"), "b");
    assert_string_equal(INHERITED("r.2.nom"), "c");
    engine_attach(engine, NULL);
    engine_free(engine);
    rec_free(rec);
    form_free(form);
    problems_release(&problems);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_block__brings__linked_records),
            cmocka_unit_test(test_block__follows__circles),
            cmocka_unit_test(any__looks_at__every_link),
            cmocka_unit_test(test_block__answers__for_the_finders),
            cmocka_unit_test(test_block__says__what_does_not_hold),
            cmocka_unit_test(inherit__speaks__each_language),
            cmocka_unit_test(limits__are_said__like_values),
            cmocka_unit_test(engine_inherited__is_in__the_language_of_the_place),
            cmocka_unit_test(engine_inherited__is__worked_out_once_a_row),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
