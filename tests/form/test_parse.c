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

static void parse__keeps__form_block(void **state)
{
    struct form *form = parsing_good(parsing_whole);

    (void)state;
    assert_string_equal(form->name, "f");
    assert_string_equal(form->version, "3");
    assert_string_equal(form_text(form, &form->label, "en_GB.UTF-8"), "Record");
    assert_string_equal(form_text(form, &form->label, "de"), "Fiche");
    assert_string_equal(form_text(form, &form->plural, "it"), "Fiches");
    assert_int_equal(form->nlangs, 3);
    assert_string_equal(form->search[1], "lieu.adresse.commune");
    assert_string_equal(form->search[2], "lieu.nom");
    assert_null(form->search[3]);
    assert_string_equal(form->memos[0], "texte");
    assert_int_equal(form->dates, parsing_field(form, "seances.debut"));
    assert_int_equal(form->ends, parsing_field(form, "seances.fin"));
    assert_int_equal(form->genre, -1);
    assert_string_equal(form->exprs[form->title].src, "coalesce(titre, 'x')");
    assert_int_equal(form->exprs[form->title].line, 7);
    assert_int_equal(form->exprs[form->title].column, 7);
    assert_int_equal(form->exprs[form->cancelled].table,
            form_table_find(form, VIEW_LIT("seances")));
    assert_int_equal(form->nfiles, 1);
    form_free(form);
}

static void parse__keeps__lists(void **state)
{
    struct form *form = parsing_good(parsing_whole);
    const struct form_list *mode = &form->lists[form_list_find(form, VIEW_LIT("mode"))];
    const struct form_list *towns =
            &form->lists[form_list_find(form, VIEW_LIT("communes"))];
    const struct form_entry *e = form_entry_find(mode, VIEW_LIT("presentiel"));

    (void)state;
    assert_int_equal(mode->nentries, 2);
    assert_int_equal(mode->ncolumns, 2);
    assert_string_equal(e->label.in[0], "Sur place : ici ; là # oui");
    assert_string_equal(e->label.in[1], "On site");
    assert_string_equal(e->cells[0], "a");
    assert_null(e->cells[1]);
    e = form_entry_find(mode, VIEW_LIT("En-ligne.2"));
    assert_null(e->cells[0]);
    assert_string_equal(e->cells[1], "2134");
    assert_null(form_entry_find(mode, VIEW_LIT("en-ligne.2")));
    assert_string_equal(towns->file, "communes.csv");
    assert_int_equal(towns->ncolumns, 1);
    assert_string_equal(towns->columns[0], "code_postal");
    form_free(form);
}

static void parse__keeps__fields(void **state)
{
    struct form *form = parsing_good(parsing_whole);
    const struct form_field *f = &form->fields[parsing_field(form, "titre")];

    (void)state;
    assert_true(f->multilingual && f->has_max && !f->has_min);
    assert_int_equal(f->max, 140);
    assert_string_equal(form->exprs[f->required].src, "1");
    assert_string_equal(f->guidance.in[0], "Première ligne\ndeuxième\n\ntroisième");
    assert_int_equal(f->line, 25);
    assert_string_equal(f->file, "f.form");
    f = &form->fields[parsing_field(form, "mode")];
    assert_int_equal(form->exprs[f->filter].list, f->list);
    assert_string_equal(form->lists[f->list].name, "mode");
    f = &form->fields[parsing_field(form, "lieu")];
    assert_string_equal(f->targets[0], "lieu");
    assert_string_equal(f->targets[1], "structure");
    assert_null(f->targets[2]);
    assert_string_equal(form->exprs[f->required].src, "1");
    f = &form->fields[parsing_field(form, "seances.debut")];
    assert_string_equal(f->key, "debut");
    assert_string_equal(f->zone, "Europe/Paris");
    assert_int_equal(f->required, 0);
    assert_int_equal(f->min, 20454);
    assert_string_equal(
            form->fields[parsing_field(form, "seances.fin")].zone, "Europe/Rome");
    assert_int_equal(form->fields[parsing_field(form, "adresse.etage")].min, -3);
    assert_true(form_is_list(&form->fields[parsing_field(form, "adresse.commune")]));
    assert_false(form_is_list(&form->fields[parsing_field(form, "titre")]));
    form_free(form);
}

static void parse__keeps__tables_and_slots(void **state)
{
    struct form *form = parsing_good(parsing_whole);
    int seances = form_table_find(form, VIEW_LIT("seances"));
    const struct form_table *t = &form->tables[seances];

    (void)state;
    assert_int_equal(form_table_find(form, VIEW_LIT("")), 0);
    assert_string_equal(form->tables[0].sql, "f");
    assert_int_equal(t->kind, FORM_REPEAT);
    assert_int_equal(t->min, 1);
    assert_int_equal(t->max, 800);
    assert_true(t->no_delete);
    assert_int_equal(t->sort, parsing_field(form, "seances.debut"));
    assert_int_equal(t->timing_end, parsing_field(form, "seances.fin"));
    assert_int_equal(form->exprs[t->title].table, seances);
    assert_int_equal(t->nslots, 3);
    /* titre in 3 languages, texte, mode, adresse.commune, lieu, adresse.etage; no note
     */
    assert_int_equal(form->tables[0].nslots, 8);
    assert_int_equal(form->fields[parsing_field(form, "texte")].slot, 3);
    assert_int_equal(form->fields[parsing_field(form, "seances.fin")].slot, 1);
    assert_int_equal(form_frame(form, parsing_field(form, "adresse.etage")), 0);
    assert_int_equal(form_frame(form, parsing_field(form, "seances.fin")), seances);
    assert_true(form->sections[1].collapsed);
    form_free(form);
}

/* A field declared late still stands with its group, in the group's section. */
static void parse__orders__items(void **state)
{
    static const char *const expected[] = {"titre", "texte", "mode", "[adresse]",
            "adresse.commune", "adresse.etage", "lieu", "[seances]", "seances.debut",
            "seances.fin", "seances.etat", "mot"};
    struct form *form = parsing_good(parsing_whole);

    (void)state;
    assert_int_equal(form->nitems, COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++) {
        struct form_item it = form->items[i];
        char *name = it.is_table ? xasprintf("[%s]", form->tables[it.index].path)
                                 : xstrdup(form->fields[it.index].path);

        assert_string_equal(name, expected[i]);
        if (it.is_table)
            assert_int_equal(form->tables[it.index].first, i);
        free(name);
    }
    assert_int_equal(form->fields[parsing_field(form, "adresse.etage")].section, 0);
    form_free(form);
}

static void parse__keeps__rules_and_tests(void **state)
{
    struct form *form = parsing_good(parsing_whole);
    const struct form_rule *r = &form->rules[0];
    const struct form_test *t = &form->tests[0];

    (void)state;
    assert_string_equal(r->id, "R-DAT1.b");
    assert_int_equal(r->severity, FORM_WARNING);
    assert_int_equal(r->non, 2);
    assert_int_equal(r->on[0], parsing_field(form, "seances.fin"));
    assert_int_equal(r->table, form_table_find(form, VIEW_LIT("seances")));
    assert_int_equal(form->exprs[r->check].table, r->table);
    assert_int_equal(form->exprs[r->fix].table, r->table);
    assert_string_equal(form->exprs[r->check].src, "fin > debut\n    and 1");
    assert_string_equal(r->message.in[0], "La fin {fin} précède.");
    assert_string_equal(t->title, "en ligne sans lieu");
    assert_string_equal(t->today, "2026-11-21");
    assert_int_equal(t->nlinked, 2);
    assert_string_equal(t->linked[0].name, "cimes");
    assert_string_equal(t->linked[0].type, "structure");
    assert_string_equal(t->linked[0].values[1].what, "adresse.commune");
    assert_string_equal(t->linked[0].values[1].value, "05023");
    assert_int_equal(t->linked[1].nvalues, 0);
    assert_string_equal(t->answers[0].what, "venue_clash");
    assert_int_equal(t->ngiven, 3);
    assert_string_equal(t->given[0].what, "titre.en");
    assert_string_equal(t->given[0].value, "L'a");
    assert_string_equal(t->given[2].value, "En-ligne.2");
    assert_int_equal(t->nexpect, 5);
    assert_string_equal(t->expect[3].verb, "complete");
    assert_string_equal(t->expect[4].what, "seances.1.debut");
    assert_int_equal(t->expect[4].line, t->expect[0].line + 1);
    form_free(form);
}

static void parse_untested__passes_over__tests(void **state)
{
    static const char wrong[] = "[test t]\nexpect=hiden titre\n";
    struct form *tested = parsing_good(parsing_whole);
    struct problems problems;
    struct form *form;
    char *text = xasprintf("%s%s", parsing_whole, wrong);

    (void)state;
    problems_init(&problems);
    form = form_parse_untested(
            "f.form", view_of(text), parsing_source, NULL, &problems);
    assert_non_null(form);
    assert_int_equal(problems.n, 0);
    assert_true(tested->ntests > 0);
    assert_int_equal(form->ntests, 0);
    assert_int_equal(form->nrules, tested->nrules);
    assert_string_equal(form->hash, tested->hash);
    problems_release(&problems);
    form_free(tested);
    form_free(form);
    free(text);
}

static void parse__marks__private_data(void **state)
{
    struct form *form = parsing_good(SECTION
            "[field a]\nlabel=A\ntype=text\n"
            "[field b]\nlabel=B\ntype=text\nprivate=yes\n"
            "[group g]\nlabel=G\nprivate=yes\n[field g.c]\nlabel=C\ntype=text\n"
            "[repeat g.r]\nlabel=R\n[field g.r.d]\nlabel=D\ntype=text\n"
            "[repeat s]\nlabel=S\nprivate=no\n[field s.e]\nlabel=E\ntype=text\n");

    (void)state;
    assert_false(form_private(form, parsing_field(form, "a")));
    assert_true(form_private(form, parsing_field(form, "b")));
    assert_true(form_private(form, parsing_field(form, "g.c")));
    assert_true(form_private(form, parsing_field(form, "g.r.d")));
    assert_false(form_private(form, parsing_field(form, "s.e")));
    form_free(form);
}

static void parse__takes_in__fragments(void **state)
{
    struct form *form =
            parsing_good("[form f]\nlabel=F\nuse=seul bien\n"
                         "[section s]\nlabel=S\n[field x]\nlabel=X\ntype=text\n");

    (void)state;
    assert_int_equal(form->nfields, 2);
    assert_string_equal(form->fields[0].path, "dedans");
    assert_string_equal(form->fields[0].file, "bien.form");
    assert_int_equal(form->nfiles, 3);
    assert_string_equal(form->langs[0], "fr");
    form_free(form);
}

static void parse__takes_in__a_fragment_where_it_stands(void **state)
{
    static const char text[] =
            SECTION "[group g]\nlabel=G\n[field g.ville]\nlabel=V\ntype=text\n"
                    "[use rue]\n[field apres]\nlabel=A\ntype=text\n";
    struct form *form = parsing_good(text);

    (void)state;
    assert_int_equal(form->nfields, 4);
    assert_string_equal(form->fields[0].path, "g.ville");
    assert_string_equal(form->fields[1].path, "g.voie");
    assert_string_equal(form->fields[1].file, "rue.form");
    assert_int_equal(form->fields[1].line, 2);
    assert_int_equal(form->fields[1].section, 0);
    assert_string_equal(form->fields[2].path, "dedans");
    assert_string_equal(form->fields[3].path, "apres");
    assert_string_equal(form->fields[3].file, "f.form");
    assert_int_equal(form->fields[3].section, 2);
    assert_int_equal(form->rules[0].on[0], 0);
    assert_int_equal(form->nfiles, 4);
    form_free(form);
}

static void is_fragment__looks_at__the_first_block(void **state)
{
    (void)state;
    assert_true(form_is_fragment(VIEW_LIT("# a\n\n[fragment a]\n[form f]\n")));
    assert_false(form_is_fragment(VIEW_LIT("[form f]\n[fragment a]\n")));
    assert_false(form_is_fragment(VIEW_LIT("")));
}

static void parse__makes__a_section_where_there_is_none(void **state)
{
    struct form *form = parsing_good(
            "\xEF\xBB\xBF[form f]\nlabel=F\n[field x]\nlabel=X\ntype=text");

    (void)state;
    assert_int_equal(form->nsections, 1);
    assert_string_equal(form->sections[0].label.in[0], "F");
    form_free(form);
}

static void parse__nests__a_repeat_in_a_group(void **state)
{
    struct form *form =
            parsing_good(SECTION "[group g]\nlabel=G\n[repeat g.r]\nlabel=R\n[field "
                                 "g.r.x]\nlabel=X\ntype=text\n");

    (void)state;
    assert_string_equal(form->tables[2].sql, "g_r");
    assert_int_equal(form->tables[2].parent, 1);
    assert_int_equal(form_frame(form, 0), 2);
    form_free(form);
}

/* --- mistakes --------------------------------------------------------------------- */

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(parse__keeps__form_block),
            cmocka_unit_test(parse__keeps__lists),
            cmocka_unit_test(parse__keeps__fields),
            cmocka_unit_test(parse__keeps__tables_and_slots),
            cmocka_unit_test(parse__orders__items),
            cmocka_unit_test(parse__keeps__rules_and_tests),
            cmocka_unit_test(parse_untested__passes_over__tests),
            cmocka_unit_test(parse__marks__private_data),
            cmocka_unit_test(parse__takes_in__fragments),
            cmocka_unit_test(parse__takes_in__a_fragment_where_it_stands),
            cmocka_unit_test(is_fragment__looks_at__the_first_block),
            cmocka_unit_test(parse__makes__a_section_where_there_is_none),
            cmocka_unit_test(parse__nests__a_repeat_in_a_group),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
