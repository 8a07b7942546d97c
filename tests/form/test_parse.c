#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/form/parse.h"

#define HEAD "[form f]\nlabel=F\nlanguages=fr en it\n"
#define SECTION HEAD "[section s]\nlabel=S\n"
#define FIELD SECTION "[field titre]\nlabel=T\ntype=text\nmultilingual=yes\n"

/** Fragments and lists that the forms of these tests may take in. */
static const struct {
    const char *name, *text;
} sources[] = {
        {"bien", "[fragment bien]\n[section b]\nlabel=B\n[field dedans]\nlabel=D\n"
                 "label[de]=Innen\ntype=date\n"},
        {"seul", "[fragment seul]\nuse=bien\n"},
        {"tourne", "[fragment tourne]\nuse=autour\n"},
        {"autour", "[fragment autour]\nuse=tourne\n"},
        {"menteur", "[fragment vrai]\n[field x]\nlabel=X\ntype=txet\n"},
        {"rue", "[fragment rue]\n[field g.voie]\nlabel=V\ntype=text\n"
                "[rule rue.1]\non=g.ville\nseverity=info\ncheck=1\nmessage=M\n"
                "[section fin]\nlabel=Fin\n[use seul]\n"},
        {"faux", "[fragment faux]\n\n[field y]\nlabel=Y\ntype=txet\n"},
        {"communes.csv", "code,label,label[en],code_postal\n05023,Briançon,,05100\n"},
        {"vide.csv", "a,b\n"},
};

static int source(void *ctx, const char *name, struct buf *out, struct err *err)
{
    (void)ctx;
    for (size_t i = 0; i < COUNT(sources); i++) {
        if (strcmp(sources[i].name, name) == 0) {
            buf_adds(out, sources[i].text);
            return 0;
        }
    }
    return err_set(err, ERR_NOT_FOUND, "none");
}

/* The form, which must have no mistake. */
static struct form *good(const char *text)
{
    struct problems problems;
    struct buf out;
    struct form *form;

    problems_init(&problems);
    form = form_parse("f.form", view_of(text), source, NULL, &problems);
    for (size_t i = 0; i < problems.n; i++) {
        buf_init(&out, 0);
        problems_text(&problems, i, NULL, &out);
        print_error("%s\n", out.s);
        buf_release(&out);
    }
    assert_int_equal(problems.n, 0);
    assert_non_null(form);
    problems_release(&problems);
    return form;
}

/* All problems of TEXT, one a line, without the source lines. */
static char *mistakes(struct view text)
{
    struct problems problems;
    struct buf out;
    char *all;

    problems_init(&problems);
    buf_init(&out, 0);
    assert_null(form_parse("f.form", text, source, NULL, &problems));
    assert_true(problems.n > 0);
    for (size_t i = 0; i < problems.n; i++) {
        err_text(&problems.items[i], NULL, &out);
        buf_addc(&out, '\n');
    }
    all = buf_take(&out);
    buf_release(&out);
    problems_release(&problems);
    return all;
}

static void expect_mistakes(const char *text, const char *expected)
{
    char *all = mistakes(view_of(text));

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

static int field(const struct form *form, const char *path)
{
    int i = form_field_find(form, view_of(path));

    assert_true(i >= 0);
    return i;
}

/* --- what forms say ------------------------------------------------------------------
 */

static const char whole[] =
        "# un commentaire\r\n"
        "[form f]\r\n"
        "label=Fiche\n"
        "label[en]=Record\n"
        "plural = Fiches \n"
        "languages=fr en it\n"
        "title=coalesce(titre, 'x')\n"
        "search=titre lieu.adresse.commune\n"
        "  lieu.nom\n"
        "memos=texte\n"
        "dates=seances.debut\n"
        "ends=seances.fin\n"
        "cancelled=etat = 'annule'\n"
        "version=3\n"
        "\n"
        "[list mode]\n"
        "columns=genre apidae\n"
        "presentiel=Sur place : ici ; là # oui | a |\n"
        "presentiel[en]=On site\n"
        "En-ligne.2=En ligne || 2134\n"
        "[list communes]\n"
        "file=communes.csv\n"
        "[section quoi]\n"
        "label=Quoi\n"
        "[field titre]\n"
        "type=text\n"
        "label=Titre\n"
        "multilingual=yes\n"
        "max=140\n"
        "required=yes\n"
        "guidance=Première ligne\n"
        "# pas du texte\n"
        "   deuxième\n"
        "\n"
        "\ttroisième\n"
        "[field texte]\n"
        "type=memo\n"
        "label=Texte\n"
        "[field mode]\n"
        "type=one mode\n"
        "label=Mode\n"
        "filter=genre = 'a'\n"
        "[group adresse]\n"
        "label=Adresse\n"
        "[field adresse.commune]\n"
        "type=many communes\n"
        "label=Commune\n"
        "max=3\n"
        "[field lieu]\n"
        "type=ref lieu structure\n"
        "label=Lieu\n"
        "proposal=yes\n"
        "[section quand]\n"
        "label=Quand\n"
        "relevant=mode is not null\n"
        "collapsed=yes\n"
        "[repeat seances]\n"
        "label=Séances\n"
        "min=1\n"
        "max=800\n"
        "title=format_slot(debut, fin)\n"
        "sort=debut\n"
        "timing=debut fin\n"
        "delete=no\n"
        "[field seances.debut]\n"
        "type=datetime\n"
        "label=Début\n"
        "required=no\n"
        "min=2026-01-01\n"
        "[field seances.fin]\n"
        "type=datetime\n"
        "label=Fin\n"
        "zone=Europe/Rome\n"
        "[field seances.etat]\n"
        "type=text\n"
        "label=État\n"
        "hint=\n"
        "[field adresse.etage]\n"
        "type=integer\n"
        "label=Étage\n"
        "min=-3\n"
        "[field mot]\n"
        "type=note\n"
        "label=Fin\n"
        "[rule R-DAT1.b]\n"
        "on=seances.fin seances.debut\n"
        "severity=warning\n"
        "check=fin > debut\n"
        "    and 1\n"
        "message=La fin {fin} précède.\n"
        "message[en]=The end.\n"
        "why=Parce que\n"
        "fix=end_after(debut, 120)\n"
        "[test en ligne sans lieu]\n"
        "today=2026-11-21\n"
        "linked=cimes structure nom='Les Cimes', adresse.commune='05023'\n"
        "linked=fort lieu\n"
        "answer=venue_clash='Trio'\n"
        "given=titre.en='L''a', seances.1.debut='2026-12-05 20:30'\n"
        "given=mode='En-ligne.2'\n"
        "expect=hidden lieu, required titre, error R-DAT1.b, complete,\n"
        "  value seances.1.debut='x'\n";

static void parse__keeps__form_block(void **state)
{
    struct form *form = good(whole);

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
    assert_int_equal(form->dates, field(form, "seances.debut"));
    assert_int_equal(form->ends, field(form, "seances.fin"));
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
    struct form *form = good(whole);
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
    struct form *form = good(whole);
    const struct form_field *f = &form->fields[field(form, "titre")];

    (void)state;
    assert_true(f->multilingual && f->has_max && !f->has_min);
    assert_int_equal(f->max, 140);
    assert_string_equal(form->exprs[f->required].src, "1");
    assert_string_equal(f->guidance.in[0], "Première ligne\ndeuxième\n\ntroisième");
    assert_int_equal(f->line, 25);
    assert_string_equal(f->file, "f.form");
    f = &form->fields[field(form, "mode")];
    assert_int_equal(form->exprs[f->filter].list, f->list);
    assert_string_equal(form->lists[f->list].name, "mode");
    f = &form->fields[field(form, "lieu")];
    assert_string_equal(f->targets[0], "lieu");
    assert_string_equal(f->targets[1], "structure");
    assert_null(f->targets[2]);
    assert_string_equal(form->exprs[f->required].src, "1");
    f = &form->fields[field(form, "seances.debut")];
    assert_string_equal(f->key, "debut");
    assert_string_equal(f->zone, "Europe/Paris");
    assert_int_equal(f->required, 0);
    assert_int_equal(f->min, 20454);
    assert_string_equal(form->fields[field(form, "seances.fin")].zone, "Europe/Rome");
    assert_int_equal(form->fields[field(form, "adresse.etage")].min, -3);
    assert_true(form_is_list(&form->fields[field(form, "adresse.commune")]));
    assert_false(form_is_list(&form->fields[field(form, "titre")]));
    assert_true(form_is_text(&form->fields[field(form, "titre")]));
    assert_false(form_is_text(&form->fields[field(form, "adresse.etage")]));
    form_free(form);
}

static void parse__keeps__tables_and_slots(void **state)
{
    struct form *form = good(whole);
    int seances = form_table_find(form, VIEW_LIT("seances"));
    const struct form_table *t = &form->tables[seances];

    (void)state;
    assert_int_equal(form_table_find(form, VIEW_LIT("")), 0);
    assert_string_equal(form->tables[0].sql, "f");
    assert_int_equal(t->kind, FORM_REPEAT);
    assert_int_equal(t->min, 1);
    assert_int_equal(t->max, 800);
    assert_true(t->no_delete);
    assert_int_equal(t->sort, field(form, "seances.debut"));
    assert_int_equal(t->timing_end, field(form, "seances.fin"));
    assert_int_equal(form->exprs[t->title].table, seances);
    assert_int_equal(t->nslots, 3);
    /* titre in 3 languages, texte, mode, adresse.commune, lieu, adresse.etage; no note
     */
    assert_int_equal(form->tables[0].nslots, 8);
    assert_int_equal(form->fields[field(form, "texte")].slot, 3);
    assert_int_equal(form->fields[field(form, "seances.fin")].slot, 1);
    assert_int_equal(form_frame(form, field(form, "adresse.etage")), 0);
    assert_int_equal(form_frame(form, field(form, "seances.fin")), seances);
    assert_true(form->sections[1].collapsed);
    form_free(form);
}

/* A field declared late still stands with its group, in the group's section. */
static void parse__orders__items(void **state)
{
    static const char *const expected[] = {"titre", "texte", "mode", "[adresse]",
            "adresse.commune", "adresse.etage", "lieu", "[seances]", "seances.debut",
            "seances.fin", "seances.etat", "mot"};
    struct form *form = good(whole);

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
    assert_int_equal(form->fields[field(form, "adresse.etage")].section, 0);
    form_free(form);
}

static void parse__keeps__rules_and_tests(void **state)
{
    struct form *form = good(whole);
    const struct form_rule *r = &form->rules[0];
    const struct form_test *t = &form->tests[0];

    (void)state;
    assert_string_equal(r->id, "R-DAT1.b");
    assert_int_equal(r->severity, FORM_WARNING);
    assert_int_equal(r->non, 2);
    assert_int_equal(r->on[0], field(form, "seances.fin"));
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

static void parse__marks__private_data(void **state)
{
    struct form *form = good(SECTION "[field a]\nlabel=A\ntype=text\n"
            "[field b]\nlabel=B\ntype=text\nprivate=yes\n"
            "[group g]\nlabel=G\nprivate=yes\n[field g.c]\nlabel=C\ntype=text\n"
            "[repeat g.r]\nlabel=R\n[field g.r.d]\nlabel=D\ntype=text\n"
            "[repeat s]\nlabel=S\nprivate=no\n[field s.e]\nlabel=E\ntype=text\n");

    (void)state;
    assert_false(form_private(form, field(form, "a")));
    assert_true(form_private(form, field(form, "b")));
    assert_true(form_private(form, field(form, "g.c")));
    assert_true(form_private(form, field(form, "g.r.d")));
    assert_false(form_private(form, field(form, "s.e")));
    form_free(form);
}

static void parse__takes_in__fragments(void **state)
{
    struct form *form = good("[form f]\nlabel=F\nuse=seul bien\n"
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
    static const char text[] = SECTION
            "[group g]\nlabel=G\n[field g.ville]\nlabel=V\ntype=text\n"
            "[use rue]\n[field apres]\nlabel=A\ntype=text\n";
    struct form *form = good(text);

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
    struct form *form =
            good("\xEF\xBB\xBF[form f]\nlabel=F\n[field x]\nlabel=X\ntype=text");

    (void)state;
    assert_int_equal(form->nsections, 1);
    assert_string_equal(form->sections[0].label.in[0], "F");
    form_free(form);
}

static void parse__nests__a_repeat_in_a_group(void **state)
{
    struct form *form =
            good(SECTION "[group g]\nlabel=G\n[repeat g.r]\nlabel=R\n[field "
                         "g.r.x]\nlabel=X\ntype=text\n");

    (void)state;
    assert_string_equal(form->tables[2].sql, "g_r");
    assert_int_equal(form->tables[2].parent, 1);
    assert_int_equal(form_frame(form, 0), 2);
    form_free(form);
}

/* --- mistakes ------------------------------------------------------------------------
 */

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
            {FIELD "width=large\n",
                    "f.form:10:7: width= needs a whole number that is not too large\n"},
            {FIELD "width=99999999999999999999\n",
                    "f.form:10:7: width= needs a whole number that is not too large\n"},
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
            {R "max=2000\n" RX,
                    "f.form:8:5: max= needs a whole number that is not too large\n"},
            {F "search=titer x.nom\nmemos=titre\n[field titre]\nlabel=T\ntype=text\n",
                    "f.form:3:8: unknown field \"titer\" (did you mean \"titre\"?)\n"
                    "f.form:3:14: unknown field \"x.nom\"\n"
                    "f.form:4:7: \"titre\" is not a memo\n"},
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

/* --- hostile files -------------------------------------------------------------------
 */

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
            "[section s]\n", " ",
            "\n", "on=titer ", "[field a]\ntype=one llst\n",
            "[test t]\nexpect=hidden titer\n"};

    (void)state;
    for (size_t i = 0; i < COUNT(units); i++) {
        char *text = repeated(FIELD "[list l]\n", units[i]);
        char *all = mistakes(view_of(text));

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
    all = mistakes(buf_view(&out));
    assert_string_equal(all, "f.form:3007:2: too many fields (at most 1,000)\n");
    free(all);
    buf_release(&out);
}

/* Every beginning of a good file must be read without harm. */
static void parse__survives__any_cut(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof(whole) - 1; n += 7) {
        struct problems problems;
        char *cut = xstrndup(whole, n);

        problems_init(&problems);
        form_free(form_parse("f.form", (struct view){cut, n}, source, NULL, &problems));
        problems_release(&problems);
        free(cut);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(parse__keeps__form_block),
            cmocka_unit_test(parse__keeps__lists),
            cmocka_unit_test(parse__keeps__fields),
            cmocka_unit_test(parse__keeps__tables_and_slots),
            cmocka_unit_test(parse__orders__items),
            cmocka_unit_test(parse__keeps__rules_and_tests),
            cmocka_unit_test(parse__marks__private_data),
            cmocka_unit_test(parse__takes_in__fragments),
            cmocka_unit_test(parse__takes_in__a_fragment_where_it_stands),
            cmocka_unit_test(is_fragment__looks_at__the_first_block),
            cmocka_unit_test(parse__makes__a_section_where_there_is_none),
            cmocka_unit_test(parse__nests__a_repeat_in_a_group),
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
