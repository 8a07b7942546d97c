#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "box.h"
#include "box_forms.h"
#include "odus/store/lists.h"

static struct store *store;
static struct forms *forms;
static struct err err;

static int open_box(void **state)
{
    if (box_make(state))
        return -1;
    store = box_open();
    forms = box_forms(store);
    memset(&err, 0, sizeof(err));
    return 0;
}

static int close_box(void **state)
{
    forms_free(forms);
    store_close(store);
    return box_remove(state);
}

static void reopen_forms(void)
{
    struct forms_options opt = {.dir = box_path("forms"), .lang = "fr"};

    forms_free(forms);
    forms = forms_new(store, &opt);
}

static const char NOTE_V1[] = "[form note]\nlabel=Note\ntitle=texte\n"
                              "[field texte]\ntype=text\nlabel=Texte\n";
static const char NOTE_V2[] = "[form note]\nlabel=Note\ntitle=texte\nuse=commun\n"
                              "[field texte]\ntype=text\nmax=20\nlabel=Texte\n";

static void forms_names__lists__record_types_only(void **state)
{
    char *const *names = forms_names(forms);

    (void)state;
    assert_string_equal(names[0], "evenement");
    assert_string_equal(names[1], "lieu");
    assert_string_equal(names[2], "structure");
    assert_null(names[3]);
    assert_true(forms_known(forms, "lieu"));
    assert_false(forms_known(forms, "commun"));
}

static void forms_names__know__labels_and_dates_of_each(void **state)
{
    (void)state;
    box_form_file("note.form", "[form note]\nlabel[fr]=Billet\nlabel=Note\n"
                               "label[en]=Remark\n[field dates]\nlabel=Non\n");
    box_form_file("sans.form", "[form sans]\n[field label]\nlabel=Non\n");
    reopen_forms();
    assert_string_equal(forms_type_label(forms, "note"), "Billet");
    assert_string_equal(forms_type_label(forms, "sans"), "sans");
    assert_string_equal(forms_type_label(forms, "nulle"), "nulle");
    assert_true(forms_dated(forms, "evenement"));
    assert_false(forms_dated(forms, "note"));
    assert_false(forms_dated(forms, "nulle"));
}

static void forms_names__is_empty__without_a_folder(void **state)
{
    struct forms_options opt = {.dir = box_path("nowhere"), .lang = "fr"};
    struct forms *none = forms_new(store, &opt);

    (void)state;
    assert_null(forms_names(none)[0]);
    forms_free(none);
}

static void forms_get__lends__the_same_engine_each_time(void **state)
{
    const struct form *form, *again;
    struct engine *engine, *other;

    (void)state;
    assert_int_equal(forms_get(forms, "lieu", &form, &engine, &err), 0);
    assert_int_equal(forms_get(forms, "lieu", &again, &other, &err), 0);
    assert_ptr_equal(form, again);
    assert_ptr_equal(engine, other);
    other = forms_engine(forms, form, &err);
    assert_non_null(other);
    assert_ptr_not_equal(engine, other);
    engine_free(other);
}

static void forms_get__says__what_is_wrong(void **state)
{
    const struct form *form = NULL;
    struct engine *engine = NULL;

    (void)state;
    assert_int_equal(forms_get(forms, "rien", &form, &engine, &err), ERR_NOT_FOUND);
    assert_int_equal(forms_get(forms, "commun", &form, &engine, &err), ERR_NOT_FOUND);
    box_form_file("note.form", "[form note]\nlabel=Note\ntitle=txte\n"
                               "[field texte]\ntype=text\nlabel=Texte\n");
    reopen_forms();
    assert_int_equal(forms_get(forms, "note", &form, &engine, &err), ERR_INVALID);
    assert_string_equal(err.file, "note.form");
    assert_int_equal(err.line, 3);
    assert_null(engine);
}

/* One that was never found good is refused whole, even where a summary needs little. */
static void forms_summarise__leaves__a_wrong_form_alone(void **state)
{
    struct json *body = box_json("{'_id':'01900000-0000-7000-8000-000000000001',"
                                 "'type':'note','titre':'Bal','texte':'Folk'}");
    const struct form *form;
    struct engine *engine;
    struct summary s;

    (void)state;
    box_form_file("note.form", "[form note]\nlabel=Note\ntitle=texte\n"
                               "[field texte]\ntype=text\nrequired=txte = ''\n"
                               "label=Texte\n");
    reopen_forms();
    assert_int_equal(forms_summarise(forms, body, &s, &err), 0);
    assert_true(s.hidden);
    assert_string_equal(s.title, "Bal");
    summary_release(&s);
    assert_int_equal(forms_get(forms, "note", &form, &engine, &err), ERR_INVALID);
    assert_int_equal(box_int("data.db", "select count(*) from form_version"), 0);
    box_form_file("note.form", NOTE_V1);
    reopen_forms();
    assert_int_equal(forms_summarise(forms, body, &s, &err), 0);
    assert_string_equal(s.title, "Folk");
    assert_int_equal(box_int("data.db", "select count(*) from form_version"), 1);
    summary_release(&s);
    json_free(body);
}

static void forms_get__loads__the_lists_beside_the_form(void **state)
{
    const struct form *form;

    (void)state;
    assert_int_equal(lists_count(store, "communes"), 0);
    assert_int_equal(forms_get(forms, "lieu", &form, NULL, &err), 0);
    assert_int_equal(lists_count(store, "communes"), 4);
    box_form_file("communes.csv", "code,label\n05023,Briançon\n");
    reopen_forms();
    assert_int_equal(forms_get(forms, "lieu", &form, NULL, &err), 0);
    assert_int_equal(lists_count(store, "communes"), 1);
}

/* P20: a record opens with its own form version. */
static void forms_get_version__opens__what_the_folder_no_longer_has(void **state)
{
    const struct form *form;
    struct engine *engine;
    char old[33];

    (void)state;
    box_form_file("note.form", NOTE_V1);
    reopen_forms();
    assert_int_equal(forms_get(forms, "note", &form, &engine, &err), 0);
    snprintf(old, sizeof(old), "%s", form->hash);
    box_form_file("note.form", NOTE_V2);
    reopen_forms();
    assert_int_equal(forms_get(forms, "note", &form, &engine, &err), 0);
    assert_string_not_equal(form->hash, old);
    assert_int_equal(form->fields[form_field_find(form, view_of("texte"))].max, 20);

    assert_int_equal(forms_get_version(forms, "note", old, &form, &engine, &err), 0);
    assert_string_equal(form->hash, old);
    assert_int_equal(form->nfields, 1);
    assert_non_null(engine);
}

static void forms_get_version__works__without_the_folder(void **state)
{
    struct forms_options opt = {.dir = box_path("nowhere"), .lang = "fr"};
    const struct form *form;
    struct engine *engine;
    char hash[33];

    (void)state;
    assert_int_equal(forms_get(forms, "lieu", &form, &engine, &err), 0);
    snprintf(hash, sizeof(hash), "%s", form->hash);
    forms_free(forms);
    forms = forms_new(store, &opt);
    assert_int_equal(forms_get_version(forms, "lieu", hash, &form, &engine, &err), 0);
    assert_string_equal(form->hash, hash);
    assert_true(form_field_find(form, view_of("statut_fiche")) >= 0);
}

static void forms_get_version__refuses__what_was_never_seen(void **state)
{
    const struct form *form;
    struct engine *engine;

    (void)state;
    assert_int_equal(forms_get_version(forms, "lieu", "0123", &form, &engine, &err),
            ERR_NOT_FOUND);
    assert_int_equal(forms_get_version(forms, "x'y", "0123", &form, &engine, &err),
            ERR_NOT_FOUND);
}

static void forms_get__keeps__a_version_once(void **state)
{
    const struct form *form;
    struct engine *engine;

    (void)state;
    assert_int_equal(forms_get(forms, "lieu", &form, NULL, &err), 0);
    assert_int_equal(box_int("data.db", "select count(*) from form_version"), 0);
    assert_int_equal(forms_get(forms, "lieu", &form, &engine, &err), 0);
    reopen_forms();
    assert_int_equal(forms_get(forms, "lieu", &form, &engine, &err), 0);
    assert_int_equal(box_int("data.db", "select count(*) from form_version"), 1);
}

static void forms_proven__keeps__what_is_right(void **state)
{
    const struct form *form, *again;

    (void)state;
    box_form_file("note.form", "[form note]\nlabel=Note\ntitle=txte\n"
                               "[field texte]\ntype=text\nlabel=Texte\n");
    reopen_forms();
    assert_int_equal(forms_proven(forms, "note", NULL, &form, &err), ERR_INVALID);
    assert_int_equal(box_int("data.db", "select count(*) from form_version"), 0);
    box_form_file("note.form", NOTE_V1);
    reopen_forms();
    assert_int_equal(forms_proven(forms, "note", NULL, &form, &err), 0);
    assert_int_equal(box_int("data.db", "select count(*) from form_version"), 1);
    assert_int_equal(forms_proven(forms, "note", form->hash, &again, &err), 0);
    assert_ptr_equal(form, again);
}

static void forms_get__works__on_a_store_for_reading(void **state)
{
    struct store_options so = {.dir = box_path("store"), .read_only = true};
    struct forms_options fo = {.dir = box_path("forms"), .lang = "fr"};
    const struct form *form;
    struct engine *engine;

    (void)state;
    forms_free(forms);
    store_close(store);
    assert_int_equal(store_open(&so, &store, &err), 0);
    forms = forms_new(store, &fo);
    assert_int_equal(forms_get(forms, "lieu", &form, &engine, &err), 0);
    assert_non_null(engine);
}

static void forms_label__falls__back_to_the_code(void **state)
{
    const struct form *form;
    struct buf out;
    int communes;

    (void)state;
    assert_int_equal(forms_get(forms, "evenement", &form, NULL, &err), 0);
    communes = form_list_find(form, view_of("communes"));
    buf_init(&out, 0);
    forms_label(forms, form, communes, "05023", "en", &out);
    buf_addc(&out, '|');
    forms_label(forms, form, communes, "99999", "fr", &out);
    buf_addc(&out, '|');
    forms_label(
            forms, form, form_list_find(form, view_of("genres")), "bal", "fr", &out);
    buf_addc(&out, '|');
    forms_label(forms, form, -1, "x", "fr", &out);
    assert_string_equal(out.s, "Briançon|99999|Bal|x");
    buf_release(&out);
}

static void forms_check__runs__the_tests_with_the_list_beside(void **state)
{
    struct problems problems;

    (void)state;
    box_form_file("note.form",
            "[form note]\nlabel=Note\ntitle=texte\n"
            "[list communes]\nfile=communes.csv\n"
            "[field texte]\ntype=text\nlabel=Texte\n"
            "[field ville]\ntype=one communes\nlabel=Ville\n"
            "[field nom]\ntype=text\nlabel=Nom\n"
            "calculation=(select label from communes where code = ville)\n"
            "[test good]\ngiven=ville='05023'\nexpect=value nom='Briançon'\n"
            "[test bad]\ngiven=texte='a'\nexpect=required texte\n");
    problems_init(&problems);
    assert_int_equal(forms_check(box_path("forms/note.form"), &problems), 2);
    assert_int_equal(problems.n, 1);
    problems_release(&problems);
}

static void forms_check__says__all_that_is_missing(void **state)
{
    struct problems problems;

    (void)state;
    problems_init(&problems);
    assert_int_equal(forms_check(box_path("forms/none.form"), &problems), -1);
    assert_int_equal(problems.n, 1);
    box_form_file("note.form", "[form note]\nlabel=Note\nuse=nothing\ntitle=texte\n"
                               "[field texte]\ntype=text\nlabel=Texte\n");
    assert_int_equal(forms_check(box_path("forms/note.form"), &problems), -1);
    assert_int_equal(problems.n, 2);
    problems_release(&problems);
}

static void forms_check__passes__what_is_shipped(void **state)
{
    const char *dir = getenv("ODUS_FORMS");
    struct problems problems;
    struct buf text;
    char path[300];

    (void)state;
    if (!dir)
        skip();
    problems_init(&problems);
    buf_init(&text, 0);
    snprintf(path, sizeof(path), "%s/evenement.form", dir);
    assert_true(forms_check(path, &problems) > 0);
    for (size_t i = 0; i < problems.n; i++)
        problems_text(&problems, i, NULL, &text);
    assert_string_equal(text.s, "");
    buf_release(&text);
    problems_release(&problems);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_box, close_box)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(forms_names__lists__record_types_only),
            TEST(forms_names__know__labels_and_dates_of_each),
            TEST(forms_names__is_empty__without_a_folder),
            TEST(forms_get__lends__the_same_engine_each_time),
            TEST(forms_get__says__what_is_wrong),
            TEST(forms_summarise__leaves__a_wrong_form_alone),
            TEST(forms_get__loads__the_lists_beside_the_form),
            TEST(forms_get_version__opens__what_the_folder_no_longer_has),
            TEST(forms_get_version__works__without_the_folder),
            TEST(forms_get_version__refuses__what_was_never_seen),
            TEST(forms_get__keeps__a_version_once),
            TEST(forms_proven__keeps__what_is_right),
            TEST(forms_get__works__on_a_store_for_reading),
            TEST(forms_label__falls__back_to_the_code),
            TEST(forms_check__runs__the_tests_with_the_list_beside),
            TEST(forms_check__says__all_that_is_missing),
            TEST(forms_check__passes__what_is_shipped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
