#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/date.h"
#include "odus/form/edit.h"

/* A form small enough to read, with one of everything the engine works out. */
static const char fiche[] =
        "[form fiche]\n"
        "label=Fiche\n"
        "label[en]=Sheet\n"
        "languages=fr en\n"
        "title=titre\n"
        "[list mode]\n"
        "sur_place=Sur place\n"
        "en_ligne=En ligne\n"
        "[list genre]\n"
        "musique=Musique\n"
        "danse=Danse\n"
        "[list sous_genre]\n"
        "columns=genre\n"
        "jazz=Jazz | musique\n"
        "ballet=Ballet | danse\n"
        "[section quoi]\n"
        "label=Quoi\n"
        "[field titre]\n"
        "type=text\n"
        "label=Titre\n"
        "max=20\n"
        "proposal=yes\n"
        "[field mode]\n"
        "type=one mode\n"
        "label=Mode\n"
        "default='sur_place'\n"
        "[field lieu]\n"
        "type=text\n"
        "label=Lieu\n"
        "relevant=mode = 'sur_place'\n"
        "required=yes\n"
        "[field lien]\n"
        "type=text\n"
        "label=Lien\n"
        "required=mode = 'en_ligne'\n"
        "[field genre]\n"
        "type=one genre\n"
        "label=Genre\n"
        "[field sous_genre]\n"
        "type=one sous_genre\n"
        "label=Sous-genre\n"
        "filter=genre = fiche.genre\n"
        "[group prix]\n"
        "label=Prix\n"
        "[field prix.base]\n"
        "type=integer\n"
        "label=Base\n"
        "[field total]\n"
        "type=integer\n"
        "label=Total\n"
        "calculation=prix.base + (select sum(nombre) from lignes)\n"
        "[repeat lignes]\n"
        "label=Lignes\n"
        "max=1000\n"
        "[field lignes.nom]\n"
        "type=text\n"
        "label=Nom\n"
        "[field lignes.nombre]\n"
        "type=integer\n"
        "label=Nombre\n"
        "[rule R-CAP]\n"
        "on=titre\n"
        "severity=warning\n"
        "check=titre <> upper(titre)\n"
        "message=Tout en capitales : {titre}\n"
        "message[en]=All capitals: {titre}\n"
        "fix=sentence_case(titre)\n"
        "[rule R-LIEU]\n"
        "on=lieu\n"
        "severity=error\n"
        "check=length(lieu) > 2\n"
        "message=Trop court.\n"
        "[rule R-UNIQUE]\n"
        "on=lignes.nom\n"
        "severity=error\n"
        "check=(select count(*) from lignes as l where l.nom = row.nom) < 2\n"
        "message=« {nom} » est là deux fois ({row._pos}).\n"
        "[rule R-POS]\n"
        "on=lignes.nombre\n"
        "severity=info\n"
        "check=nombre > 0\n"
        "message=Nul.\n";

static const char *language = "fr";

static int32_t today(void *ctx)
{
    (void)ctx;
    return date_days(2026, 11, 21);
}

static const char *lang(void *ctx)
{
    (void)ctx;
    return language;
}

static const struct engine_hooks hooks = {.today = today, .lang = lang};

struct fixture {
    struct form *form;
    struct engine *engine;
    struct rec *rec;
    struct editing *ed;
};

static int set_up(void **state)
{
    struct fixture *x = calloc(1, sizeof(*x));
    struct problems problems;

    problems_init(&problems);
    x->form = form_parse("fiche.form", view_of(fiche), NULL, NULL, &problems);
    assert_non_null(x->form);
    x->engine = engine_new(x->form, &hooks, &problems);
    assert_non_null(x->engine);
    assert_int_equal(problems.n, 0);
    problems_release(&problems);
    x->rec = rec_new(x->form);
    x->ed = editing_new(x->rec, x->engine, NULL, NULL);
    editing_defaults(x->ed, NULL);
    language = "fr";
    *state = x;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *x = *state;

    editing_free(x->ed);
    engine_free(x->engine);
    rec_free(x->rec);
    form_free(x->form);
    free(x);
    return 0;
}

static struct rec_at at(const struct fixture *x, const char *path)
{
    struct rec_at a;

    assert_int_equal(rec_at_parse(x->rec, view_of(path), &a, NULL), 0);
    return a;
}

static void set(struct fixture *x, const char *path, const char *text)
{
    editing_set(x->ed, at(x, path), view_of(text));
}

static const struct issue *find_issue(
        const struct fixture *x, const char *rule, const char *path)
{
    size_t n;
    const struct issue *all = engine_issues(x->engine, &n);

    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i].rule, rule) == 0 &&
                strcmp(x->form->fields[all[i].at.field].path, path) == 0)
            return &all[i];
    return NULL;
}

static int count_issues(const struct fixture *x, const char *rule)
{
    size_t n;
    const struct issue *all = engine_issues(x->engine, &n);
    int found = 0;

    for (size_t i = 0; i < n; i++)
        found += strcmp(all[i].rule, rule) == 0;
    return found;
}

static int add_row(struct fixture *x, const char *name, const char *number)
{
    int table = form_table_find(x->form, VIEW_LIT("lignes"));
    int row;

    assert_int_equal(editing_row_add(x->ed, table, NULL, &row, NULL), 0);
    editing_set(x->ed,
            (struct rec_at){form_field_find(x->form, VIEW_LIT("lignes.nom")), row, 0},
            view_of(name));
    editing_set(x->ed,
            (struct rec_at){
                    form_field_find(x->form, VIEW_LIT("lignes.nombre")), row, 0},
            view_of(number));
    return row;
}

/* P23: hidden is NULL for every expression at once; the value comes back. */
static void engine__hides__and_gives_back(void **state)
{
    struct fixture *x = *state;

    set(x, "lieu", "ab");
    assert_non_null(find_issue(x, "R-LIEU", "lieu"));
    set(x, "mode", "en_ligne");
    assert_true(rec_hidden(x->rec, at(x, "lieu")));
    assert_int_equal(rec_aside(x->rec), 1);
    assert_null(find_issue(x, "R-LIEU", "lieu"));
    assert_true(engine_required(x->engine, at(x, "lien")));
    assert_false(engine_required(x->engine, at(x, "lieu")));
    set(x, "mode", "sur_place");
    assert_false(rec_hidden(x->rec, at(x, "lieu")));
    assert_string_equal(rec_get(x->rec, at(x, "lieu")), "ab");
    assert_non_null(find_issue(x, "R-LIEU", "lieu"));
}

/* P24: sums ignore blanks, a sum with a blank is blank, never NaN. */
static void engine__calculates__blank_from_blank(void **state)
{
    struct fixture *x = *state;

    add_row(x, "a", "3");
    add_row(x, "b", "");
    assert_null(rec_get(x->rec, at(x, "total")));
    set(x, "prix.base", "4");
    assert_string_equal(rec_get(x->rec, at(x, "total")), "7");
    set(x, "prix.base", "");
    assert_null(rec_get(x->rec, at(x, "total")));
}

/* P32: a child value that the parent no longer allows is an error, never silent. */
static void engine__reports__child_of_wrong_parent(void **state)
{
    struct fixture *x = *state;

    set(x, "genre", "musique");
    set(x, "sous_genre", "jazz");
    assert_null(find_issue(x, "filter", "sous_genre"));
    assert_true(engine_allows(x->engine, at(x, "sous_genre"), "jazz"));
    assert_false(engine_allows(x->engine, at(x, "sous_genre"), "ballet"));
    set(x, "genre", "danse");
    assert_non_null(find_issue(x, "filter", "sous_genre"));
    set(x, "sous_genre", "valse");
    assert_non_null(find_issue(x, "list", "sous_genre"));
}

static void engine__asks__for_what_is_required(void **state)
{
    struct fixture *x = *state;

    assert_non_null(find_issue(x, "required", "titre"));
    assert_int_equal(engine_counts(x->engine).proposal, 1);
    set(x, "titre", "Bal");
    assert_null(find_issue(x, "required", "titre"));
    assert_int_equal(engine_counts(x->engine).proposal, 0);
    assert_int_equal(engine_counts(x->engine).errors, 1);
    assert_int_equal(engine_progress(x->engine, -1), 50);
}

static void engine__checks__length(void **state)
{
    struct fixture *x = *state;

    set(x, "titre", "Un titre qui est bien trop long");
    assert_string_equal(find_issue(x, "max", "titre")->args[0], "20");
}

static void rule__speaks__the_language_and_puts_values_in(void **state)
{
    struct fixture *x = *state;
    struct buf fix;

    set(x, "titre", "ÉTÉ INDIEN");
    assert_string_equal(
            find_issue(x, "R-CAP", "titre")->message, "Tout en capitales : ÉTÉ INDIEN");
    language = "en_GB";
    engine_refresh(x->engine);
    assert_string_equal(
            find_issue(x, "R-CAP", "titre")->message, "All capitals: ÉTÉ INDIEN");
    buf_init(&fix, 0);
    assert_true(engine_value(x->engine, x->form->rules[0].fix, 0, &fix));
    assert_string_equal(fix.s, "Été indien");
    buf_release(&fix);
}

static void row_rule__sees__its_row_and_the_others(void **state)
{
    struct fixture *x = *state;
    int row;

    add_row(x, "a", "1");
    add_row(x, "b", "0");
    assert_int_equal(count_issues(x, "R-POS"), 1);
    assert_int_equal(count_issues(x, "R-UNIQUE"), 0);
    row = add_row(x, "a", "1");
    assert_int_equal(count_issues(x, "R-UNIQUE"), 2);
    assert_string_equal(find_issue(x, "R-UNIQUE", "lignes.nom")->message,
            "« a » est là deux fois (1).");
    assert_int_equal(editing_row_remove(x->ed,
                             form_table_find(x->form, VIEW_LIT("lignes")), row, NULL),
            0);
    assert_int_equal(count_issues(x, "R-UNIQUE"), 0);
    assert_int_equal(count_issues(x, "R-POS"), 1);
}

static void engine__follows__undo_and_redo(void **state)
{
    struct fixture *x = *state;

    set(x, "titre", "BAL");
    assert_int_equal(count_issues(x, "R-CAP"), 1);
    assert_true(editing_undo(x->ed, NULL));
    assert_int_equal(count_issues(x, "R-CAP"), 0);
    assert_true(editing_redo(x->ed, NULL));
    assert_int_equal(count_issues(x, "R-CAP"), 1);
}

static void explain__puts__values_into_the_expression(void **state)
{
    struct fixture *x = *state;
    struct buf out;

    set(x, "mode", "en_ligne");
    buf_init(&out, 0);
    engine_explain(x->engine, at(x, "lieu"), 'h', NULL, &out);
    assert_string_equal(out.s, "mode = 'sur_place'\nmode = 'en_ligne'");
    buf_release(&out);
}

/* The form FICHE with its LAST bytes replaced by the mistake must fail to compile. */
static void expect_mistake(const char *mistake, const char *message)
{
    struct problems problems;
    struct form *form;
    struct engine *engine = NULL;
    struct buf text, all;

    buf_init(&text, 0);
    buf_adds(&text, fiche);
    buf_adds(&text, mistake);
    problems_init(&problems);
    form = form_parse("fiche.form", buf_view(&text), NULL, NULL, &problems);
    if (form)
        engine = engine_new(form, &hooks, &problems);
    assert_null(engine);
    buf_init(&all, 0);
    for (size_t i = 0; i < problems.n; i++)
        problems_text(&problems, i, NULL, &all);
    if (!strstr(all.s, message))
        fail_msg("\"%s\" is not in: %s", message, all.s);
    buf_release(&all);
    buf_release(&text);
    problems_release(&problems);
    form_free(form);
}

static void mistakes__are_said__with_place_and_suggestion(void **state)
{
    (void)state;
    expect_mistake("[field x]\ntype=text\nlabel=X\nrelevant=totl > 3\n",
            "no such field: totl (did you mean \"total\"?)");
    expect_mistake("[field x]\ntype=text\nlabel=X\nrelevant=uper(titre) = 'A'\n",
            "no such function: uper (did you mean \"upper\"?)");
    expect_mistake(
            "[field x]\ntype=text\nlabel=X\nrelevant=exists (select 1 from lignez)\n",
            "(did you mean \"lignes\"?)");
    expect_mistake("[field x]\ntype=text\nlabel=X\nrelevant=titre = uuid()\n",
            "\"default\" only");
    expect_mistake("[field x]\ntype=text\nlabel=X\nrelevant=y = 1\n"
                   "[field y]\ntype=integer\nlabel=Y\nrelevant=x = 1\n",
            "depends on itself");
    expect_mistake("[field x]\ntype=integer\nlabel=X\ncalculation=x + 1\n",
            "depends on itself");
    expect_mistake("[field x]\ntype=text\nlabel=X\nrelevant=mode = \"sur_place\"\n",
            "sur_place");
}

/* P12, P06: dependents outside the repeat run once per edit, rows one by one. */
static void many_rows__stay__one_step_each(void **state)
{
    struct fixture *x = *state;
    char name[16];

    for (int i = 0; i < 150; i++) {
        snprintf(name, sizeof(name), "n%d", i);
        add_row(x, name, "1");
    }
    set(x, "prix.base", "0");
    assert_string_equal(rec_get(x->rec, at(x, "total")), "150");
    assert_int_equal(count_issues(x, "R-UNIQUE"), 0);
}

/* The findings as text: what is known step by step must be what all at once says. */
static void list_findings(const struct fixture *x, struct buf *out)
{
    size_t n;
    const struct issue *all = engine_issues(x->engine, &n);

    buf_clear(out);
    for (size_t i = 0; i < n; i++)
        buf_addf(out, "%s %d %d %s\n", all[i].rule, all[i].at.field, all[i].at.row,
                all[i].message);
}

static void random_row_change(struct fixture *x, unsigned *seed, int table)
{
    int rows = rec_rows(x->rec, table);
    int name = form_field_find(x->form, VIEW_LIT("lignes.nom"));
    int row = rows ? (int)(rand_r(seed) % (unsigned)rows) : 0;
    char letter[2] = {(char)('a' + rand_r(seed) % 5), '\0'};

    switch (rand_r(seed) % 5) {
    case 0: add_row(x, letter, rand_r(seed) % 2 ? "0" : "1"); break;
    case 1: editing_row_remove(x->ed, table, row, NULL); break;
    case 2:
        if (rows)
            editing_set(x->ed, (struct rec_at){name, row, 0}, view_of(letter));
        break;
    case 3: editing_undo(x->ed, NULL); break;
    default: editing_redo(x->ed, NULL); break;
    }
}

static void step_by_step__knows__what_all_at_once_says(void **state)
{
    struct fixture *x = *state;
    int table = form_table_find(x->form, VIEW_LIT("lignes"));
    unsigned seed = 20261121;
    struct buf steps, once;

    buf_init(&steps, 0);
    buf_init(&once, 0);
    for (int i = 0; i < 2000; i++) {
        random_row_change(x, &seed, table);
        list_findings(x, &steps);
        engine_refresh(x->engine);
        list_findings(x, &once);
        assert_string_equal(steps.s, once.s);
    }
    buf_release(&once);
    buf_release(&steps);
}

static void form_tests__find__what_does_not_hold(void **state)
{
    static const char good[] =
            "[test bon]\ngiven=titre='BAL', mode='en_ligne'\n"
            "expect=warning R-CAP, hidden lieu, required lien, no R-LIEU\n";
    static const char bad[] =
            "[test mauvais]\ngiven=titre='Bal'\nexpect=warning R-CAP\n";
    struct problems problems;
    struct form *form;
    struct engine *engine;
    struct buf text;

    (void)state;
    buf_init(&text, 0);
    buf_adds(&text, fiche);
    buf_adds(&text, good);
    buf_adds(&text, bad);
    problems_init(&problems);
    form = form_parse("fiche.form", buf_view(&text), NULL, NULL, &problems);
    assert_non_null(form);
    engine = engine_new(form, &hooks, &problems);
    assert_non_null(engine);
    assert_int_equal(engine_run_tests(engine, &problems), 2);
    assert_int_equal(problems.n, 1);
    assert_string_equal(problems.items[0].args[0], "mauvais");
    engine_free(engine);
    form_free(form);
    problems_release(&problems);
    buf_release(&text);
}

/* A wrong expression is told when all are compiled; the others work until then. */
static void engine_open__gives__what_can_be_worked_out(void **state)
{
    static const char more[] = "[field faux]\ntype=text\nlabel=Faux\nrequired=1\n"
                               "default=titer\n";
    struct problems problems;
    struct engine *engine;
    struct form *form;
    struct rec *rec;
    struct buf text;

    (void)state;
    buf_init(&text, 0);
    buf_adds(&text, fiche);
    buf_adds(&text, more);
    problems_init(&problems);
    form = form_parse("fiche.form", buf_view(&text), NULL, NULL, &problems);
    assert_non_null(form);
    engine = engine_open(form, &hooks, &problems);
    assert_non_null(engine);
    rec = rec_new(form);
    rec_put(rec, "titre", "Bal");
    engine_read(engine, rec);
    buf_clear(&text);
    assert_false(engine_value(engine,
            form->fields[form_field_find(form, VIEW_LIT("faux"))].initial, 0, &text));
    assert_true(engine_value(engine, form->title, 0, &text));
    assert_string_equal(text.s, "Bal");
    assert_int_equal(engine_counts(engine).errors, 0);
    assert_int_equal(problems.n, 0);
    assert_false(engine_complete(engine, &problems));
    assert_int_equal(problems.n, 1);
    assert_string_equal(problems.items[0].args[0], "titer");
    engine_free(engine);
    rec_free(rec);
    form_free(form);
    problems_release(&problems);
    buf_release(&text);
}

static void engine_complete__makes__of_a_reader_an_engine(void **state)
{
    struct fixture *x = *state;
    struct problems problems;
    struct engine *engine;

    problems_init(&problems);
    engine = engine_open(x->form, &hooks, &problems);
    assert_non_null(engine);
    rec_put(x->rec, "titre", "BAL");
    engine_read(engine, x->rec);
    assert_true(engine_complete(engine, &problems));
    assert_true(engine_complete(engine, &problems));
    engine_attach(engine, x->rec);
    assert_int_equal(engine_counts(engine).warnings, 1);
    engine_attach(engine, NULL);
    engine_free(engine);
    problems_release(&problems);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(
                    engine__hides__and_gives_back, set_up, tear_down),
            cmocka_unit_test_setup_teardown(
                    engine__calculates__blank_from_blank, set_up, tear_down),
            cmocka_unit_test(engine_open__gives__what_can_be_worked_out),
            cmocka_unit_test_setup_teardown(
                    engine_complete__makes__of_a_reader_an_engine, set_up, tear_down),
            cmocka_unit_test_setup_teardown(
                    engine__reports__child_of_wrong_parent, set_up, tear_down),
            cmocka_unit_test_setup_teardown(
                    engine__asks__for_what_is_required, set_up, tear_down),
            cmocka_unit_test_setup_teardown(engine__checks__length, set_up, tear_down),
            cmocka_unit_test_setup_teardown(
                    rule__speaks__the_language_and_puts_values_in, set_up, tear_down),
            cmocka_unit_test_setup_teardown(
                    row_rule__sees__its_row_and_the_others, set_up, tear_down),
            cmocka_unit_test_setup_teardown(
                    engine__follows__undo_and_redo, set_up, tear_down),
            cmocka_unit_test_setup_teardown(
                    explain__puts__values_into_the_expression, set_up, tear_down),
            cmocka_unit_test(mistakes__are_said__with_place_and_suggestion),
            cmocka_unit_test_setup_teardown(
                    many_rows__stay__one_step_each, set_up, tear_down),
            cmocka_unit_test_setup_teardown(
                    step_by_step__knows__what_all_at_once_says, set_up, tear_down),
            cmocka_unit_test(form_tests__find__what_does_not_hold),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
