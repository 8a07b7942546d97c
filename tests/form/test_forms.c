/* The forms that are shipped: free of mistakes, tested rule by rule, and what the
 * domain requires (domain.h). */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain.h"
#include "odus/base/csv.h"
#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "odus/form/engine.h"

enum { FORMS = DOMAIN_FORMS, LIST_ROWS = 100, FILE_MAX = 1 << 22 };

/* --- the forms and the one list they keep in a file ------------------------------- */

struct world {
    struct form *forms[FORMS];
    struct engine *engines[FORMS];
    struct problems problems;
    char *cells[LIST_ROWS][8];
    char *columns[8];
    size_t ncolumns, nrows;
};

static const char *forms_dir(void)
{
    const char *dir = getenv("ODUS_FORMS");

    return dir && *dir ? dir : "forms";
}

static int source(void *ctx, const char *name, struct buf *out, struct err *err)
{
    char *file = strchr(name, '.') ? xstrdup(name) : xasprintf("%s.form", name);
    char *path = file_join(forms_dir(), file);
    struct buf text;
    int rc = file_read(path, FILE_MAX, &text, err);

    (void)ctx;
    if (rc == 0)
        buf_addv(out, buf_view(&text));
    buf_release(&text);
    free(path);
    free(file);
    return rc;
}

static void read_communes(struct world *w)
{
    struct csv *csv;
    struct buf text;

    buf_init(&text, FILE_MAX);
    assert_int_equal(source(NULL, "communes.csv", &text, NULL), 0);
    assert_int_equal(csv_open(buf_view(&text), &csv, NULL), 0);
    w->ncolumns = csv_columns(csv);
    assert_in_range(w->ncolumns, 2, COUNT(w->columns));
    for (size_t i = 0; i < w->ncolumns; i++)
        w->columns[i] = view_dup(csv_name(csv, i));
    while (csv_next(csv, NULL) > 0) {
        assert_in_range(w->nrows, 0, LIST_ROWS - 1);
        for (size_t i = 0; i < w->ncolumns; i++)
            w->cells[w->nrows][i] = view_dup(csv_cell(csv, i));
        w->nrows++;
    }
    csv_free(csv);
    buf_release(&text);
}

static bool cell(void *ctx, const char *list, const char *code, const char *column,
        struct buf *out)
{
    const struct world *w = ctx;

    (void)list;
    for (size_t row = 0; row < w->nrows; row++)
        for (size_t i = 0; strcmp(w->cells[row][0], code) == 0 && i < w->ncolumns; i++)
            if (strcmp(w->columns[i], column) == 0 && *w->cells[row][i]) {
                buf_adds(out, w->cells[row][i]);
                return true;
            }
    return false;
}

static bool code_at(void *ctx, const char *list, size_t n, struct buf *out)
{
    const struct world *w = ctx;

    (void)list;
    if (n >= w->nrows)
        return false;
    buf_adds(out, w->cells[n][0]);
    return true;
}

static void no_problem(struct world *w)
{
    struct buf out;

    buf_init(&out, 0);
    for (size_t i = 0; i < w->problems.n; i++) {
        problems_text(&w->problems, i, NULL, &out);
        buf_addc(&out, '\n');
    }
    if (out.len)
        fail_msg("%s", out.s);
    buf_release(&out);
}

static void read_form(struct world *w, size_t i)
{
    struct engine_hooks hooks = {.ctx = w, .list_cell = cell, .list_code = code_at};
    char *file = xasprintf("%s.form", domain_forms[i].name);
    struct buf text;

    buf_init(&text, FORM_FILE_MAX);
    assert_int_equal(source(NULL, domain_forms[i].name, &text, NULL), 0);
    w->forms[i] = form_parse(file, buf_view(&text), source, NULL, &w->problems);
    no_problem(w);
    w->engines[i] = engine_new(w->forms[i], &hooks, &w->problems);
    no_problem(w);
    buf_release(&text);
    free(file);
}

static int set_up(void **state)
{
    struct world *w = xcalloc(1, sizeof(*w));

    *state = w;
    problems_init(&w->problems);
    read_communes(w);
    for (size_t i = 0; i < FORMS; i++)
        read_form(w, i);
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;

    for (size_t i = 0; i < FORMS; i++) {
        engine_free(w->engines[i]);
        form_free(w->forms[i]);
    }
    for (size_t row = 0; row < w->nrows; row++)
        for (size_t i = 0; i < w->ncolumns; i++)
            free(w->cells[row][i]);
    for (size_t i = 0; i < w->ncolumns; i++)
        free(w->columns[i]);
    problems_release(&w->problems);
    free(w);
    return 0;
}

/* --- saying all that is wrong at once --------------------------------------------- */

static struct buf wrong;

static void say(const struct form *form, const char *what, const char *name)
{
    buf_addf(&wrong, "%s: %s %s\n", form->name, what, name);
}

static void assert_nothing_wrong(void)
{
    bool good = wrong.len == 0;

    if (!good)
        fputs(wrong.s, stderr);
    buf_release(&wrong);
    assert_true(good);
}

static void start(void)
{
    buf_init(&wrong, 0);
}

static bool next_word(struct view *rest, char out[FORM_PATH_MAX])
{
    struct view word;

    while (view_next(rest, ' ', &word)) {
        if (!word.n)
            continue;
        assert_in_range(word.n, 1, FORM_PATH_MAX - 1);
        memcpy(out, word.p, word.n);
        out[word.n] = '\0';
        return true;
    }
    return false;
}

static bool among(const char *words, const char *word)
{
    struct view rest = view_of(words);
    char found[FORM_PATH_MAX];

    while (next_word(&rest, found))
        if (strcmp(found, word) == 0)
            return true;
    return false;
}

static const struct form *form_named(const struct world *w, const char *name)
{
    for (size_t i = 0; i < FORMS; i++)
        if (strcmp(domain_forms[i].name, name) == 0)
            return w->forms[i];
    fail_msg("no form %s", name);
    return NULL;
}

static const struct form_rule *rule_named(const struct form *form, const char *id)
{
    for (size_t i = 0; i < form->nrules; i++)
        if (strcmp(form->rules[i].id, id) == 0)
            return &form->rules[i];
    return NULL;
}

/* --- the tests -------------------------------------------------------------------- */

static void forms__pass__their_own_tests(void **state)
{
    struct world *w = *state;

    for (size_t i = 0; i < FORMS; i++)
        assert_int_equal(
                engine_run_tests(w->engines[i], &w->problems), w->forms[i]->ntests);
    no_problem(w);
}

static bool is_expected(const struct form *form, const char *rule, bool fires)
{
    for (size_t i = 0; i < form->ntests; i++)
        for (size_t k = 0; k < form->tests[i].nexpect; k++) {
            const struct form_test_item *item = &form->tests[i].expect[k];
            bool is_rule = item->what && strcmp(item->what, rule) == 0;

            if (is_rule && fires == (strcmp(item->verb, "no") != 0))
                return true;
        }
    return false;
}

static void rules__fire__and_are_silent(void **state)
{
    const struct world *w = *state;

    start();
    for (size_t i = 0; i < FORMS; i++)
        for (size_t k = 0; k < w->forms[i]->nrules; k++) {
            const char *id = w->forms[i]->rules[k].id;

            if (!is_expected(w->forms[i], id, true))
                say(w->forms[i], "no test makes fire", id);
            if (!is_expected(w->forms[i], id, false))
                say(w->forms[i], "no test keeps silent", id);
        }
    assert_nothing_wrong();
}

static int lang_of(const struct form *form, const char *lang)
{
    for (int i = 0; i < form->nlangs; i++)
        if (strcmp(form->langs[i], lang) == 0)
            return i;
    fail_msg("%s is not in %s", form->name, lang);
    return 0;
}

static void check_text(const struct form *form, const struct form_text *t,
        const char *what, const char *name)
{
    static const char *const langs[] = {"fr", "en", "it"};

    for (size_t i = 0; i < COUNT(langs); i++) {
        const char *text = t->in[lang_of(form, langs[i])];

        if (!text || !*text)
            say(form, what, name);
    }
}

/* Some lists are only looked up by expressions. */
static bool is_offered(const struct form *form, int list)
{
    for (size_t i = 0; i < form->nfields; i++)
        if (form->fields[i].list == list)
            return true;
    return false;
}

static void check_codes(const struct form *form, const struct form_list *list)
{
    for (size_t i = 0; i < list->nentries; i++)
        check_text(form, &list->entries[i].label, "no label of code",
                list->entries[i].code);
}

static void texts__are__in_french_english_and_italian(void **state)
{
    const struct world *w = *state;

    start();
    for (size_t i = 0; i < FORMS; i++) {
        const struct form *f = w->forms[i];

        check_text(f, &f->label, "no label", "");
        check_text(f, &f->plural, "no plural", "");
        for (size_t k = 0; k < f->nsections; k++)
            check_text(f, &f->sections[k].label, "no label of section",
                    f->sections[k].name);
        for (size_t k = 1; k < f->ntables; k++)
            check_text(f, &f->tables[k].label, "no label of", f->tables[k].path);
        for (size_t k = 0; k < f->nrules; k++)
            check_text(f, &f->rules[k].message, "no message of", f->rules[k].id);
        for (size_t k = 0; k < f->nlists; k++)
            if (is_offered(f, (int)k))
                check_codes(f, &f->lists[k]);
        for (size_t k = 0; k < f->nfields; k++) {
            if (f->fields[k].hidden)
                continue;
            check_text(f, &f->fields[k].label, "no label of", f->fields[k].path);
            check_text(f, &f->fields[k].guidance, "no guidance of", f->fields[k].path);
        }
    }
    assert_nothing_wrong();
}

static void fields_and_rules__are__those_of_the_domain(void **state)
{
    const struct world *w = *state;
    char word[FORM_PATH_MAX];

    start();
    for (size_t i = 0; i < FORMS; i++) {
        const struct form *f = w->forms[i];
        struct view fields = view_of(domain_forms[i].fields);
        struct view rules = view_of(domain_forms[i].rules);

        while (next_word(&fields, word))
            if (form_field_find(f, view_of(word)) < 0)
                say(f, "no field", word);
        while (next_word(&rules, word))
            if (!rule_named(f, word))
                say(f, "no rule", word);
        for (size_t k = 0; k < f->nfields; k++)
            if (!among(domain_forms[i].fields, f->fields[k].path))
                say(f, "the domain has no field", f->fields[k].path);
        for (size_t k = 0; k < f->nrules; k++)
            if (!among(domain_forms[i].rules, f->rules[k].id))
                say(f, "the domain has no rule", f->rules[k].id);
    }
    assert_nothing_wrong();
}

static void check_asked(const struct form *form, const struct domain_form *e)
{
    for (size_t k = 0; k < form->nfields; k++) {
        const struct form_field *f = &form->fields[k];
        bool draft =
                among(e->draft, f->path) || among("statut_fiche visibilite", f->path);
        bool always = f->required && strcmp(form->exprs[f->required].src, "1") == 0;

        if (draft != f->proposal)
            say(form, draft ? "not asked to propose" : "asked to propose", f->path);
        if ((draft || among(e->published, f->path)) && !always)
            say(form, "not asked to publish", f->path);
        if (always && !draft && !among(e->published, f->path) &&
                form->tables[f->table].kind != FORM_REPEAT && !f->relevant)
            say(form, "asked to publish", f->path);
    }
}

static void fields__are__asked_as_the_domain_says(void **state)
{
    const struct world *w = *state;

    start();
    for (size_t i = 0; i < FORMS; i++)
        check_asked(w->forms[i], &domain_forms[i]);
    assert_nothing_wrong();
}

static void rules__have__the_severity_of_the_domain(void **state)
{
    static const char letters[] = {
            [FORM_ERROR] = 'e', [FORM_WARNING] = 'w', [FORM_INFO] = 'i'};
    const struct world *w = *state;

    start();
    for (size_t i = 0; i < FORMS; i++)
        for (size_t k = 0; k < w->forms[i]->nrules; k++) {
            const struct form_rule *r = &w->forms[i]->rules[k];
            char is = letters[r->severity];

            for (const struct domain_severity *s = domain_severities; s->letter; s++)
                if (among(s->rules, r->id) && s->letter != is)
                    say(w->forms[i], "wrong severity of", r->id);
            if ((strncmp(r->id, "R-REFa.", 7) == 0 ||
                        strncmp(r->id, "R-REF2.", 7) == 0) &&
                    is != 'e')
                say(w->forms[i], "not an error:", r->id);
            if (strncmp(r->id, "R-REFb.", 7) == 0 && is != 'w')
                say(w->forms[i], "not a warning:", r->id);
        }
    assert_nothing_wrong();
}

static void vocabularies__hold__the_codes_of_the_domain(void **state)
{
    const struct world *w = *state;
    char code[FORM_PATH_MAX];

    start();
    for (const struct domain_list *l = domain_lists; l->form; l++) {
        const struct form *form = form_named(w, l->form);
        int list = form_list_find(form, view_of(l->list));
        struct view rest = view_of(l->codes);

        if (list < 0) {
            say(form, "no list", l->list);
            continue;
        }
        while (next_word(&rest, code))
            if (!form_entry_find(&form->lists[list], view_of(code)))
                say(form, "no code", code);
        for (size_t k = 0; k < form->lists[list].nentries; k++)
            if (!among(l->codes, form->lists[list].entries[k].code))
                say(form, "the domain has no code", form->lists[list].entries[k].code);
    }
    assert_nothing_wrong();
}

static void texts_of_records__are__in_every_language(void **state)
{
    const struct world *w = *state;

    start();
    for (size_t i = 0; i < FORMS; i++)
        for (size_t k = 0; k < w->forms[i]->nfields; k++) {
            const struct form_field *f = &w->forms[i]->fields[k];
            char *name = xasprintf("%s:%s", domain_forms[i].name, f->path);

            if (among(domain_multilingual, name) != f->multilingual)
                say(w->forms[i], f->multilingual ? "in languages:" : "in one language:",
                        f->path);
            free(name);
        }
    assert_nothing_wrong();
}

static void private_data__is__marked(void **state)
{
    const struct form *structure = form_named(*state, "structure");
    const struct form *spectacle = form_named(*state, "spectacle");

    assert_true(form_private(
            structure, form_field_find(structure, VIEW_LIT("contacts.courriel"))));
    assert_false(form_private(structure,
            form_field_find(structure, VIEW_LIT("contact_public.courriel"))));
    assert_true(form_private(spectacle,
            form_field_find(spectacle, VIEW_LIT("fiche_technique.fichier"))));
}

/* A record that has nothing but its type's defaults is asked for what a draft needs. */
static void blank_record__is__quickly_proposed(void **state)
{
    struct world *w = *state;

    for (size_t i = 0; i < FORMS; i++) {
        struct rec *rec = rec_new(w->forms[i]);

        engine_attach(w->engines[i], rec);
        assert_true(engine_counts(w->engines[i]).proposal > 0);
        assert_true(engine_progress(w->engines[i], -1) < 100);
        engine_attach(w->engines[i], NULL);
        rec_free(rec);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(forms__pass__their_own_tests),
            cmocka_unit_test(rules__fire__and_are_silent),
            cmocka_unit_test(texts__are__in_french_english_and_italian),
            cmocka_unit_test(fields_and_rules__are__those_of_the_domain),
            cmocka_unit_test(fields__are__asked_as_the_domain_says),
            cmocka_unit_test(rules__have__the_severity_of_the_domain),
            cmocka_unit_test(vocabularies__hold__the_codes_of_the_domain),
            cmocka_unit_test(texts_of_records__are__in_every_language),
            cmocka_unit_test(private_data__is__marked),
            cmocka_unit_test(blank_record__is__quickly_proposed),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
