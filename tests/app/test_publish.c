/* Forms that come as documents while somebody works. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "desk.h"
#include "odus/app/agenda.h"
#include "odus/app/entry.h"
#include "odus/app/records.h"
#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "odus/form/rec.h"

#define HEAD                                                                           \
    "[form essai]\nlabel=Essai\nlanguages=fr\ntitle=nom\n[section s]\nlabel=Quoi\n"    \
    "[field uid]\ntype=text\nlabel=Uid\n[field type]\ntype=text\nlabel=Type\n"         \
    "[field formulaire]\ntype=text\nlabel=Formulaire\n"                                \
    "[field statut_fiche]\ntype=text\nlabel=État\n"                                   \
    "[field nom]\ntype=text\nlabel=Nom\n"

static const char first_form[] = HEAD "[field ancien]\ntype=text\nlabel=Ancien\n";
static const char second_form[] = HEAD "[field nouveau]\ntype=text\nlabel=Nouveau\n";

/* `app` works; `admin` is another program on the same store. */
static struct app *app, *admin;
static char *forms, *store, *file;

static struct app *start(void)
{
    struct app_options opt = {
            .forms_dir = forms, .store_dir = store, .config_file = file, .lang = "fr"};
    struct app *ret;
    struct err err = {0};

    desk_ok(app_open(&opt, &ret, &err), &err);
    return ret;
}

static int open_both(void **state)
{
    int rc = desk_open(state);
    const char *here = desk_file("config2", "nom=Anne\n");
    char *dir = xstrndup(here, (size_t)(strrchr(here, '/') - here));

    file = xstrdup(here);
    forms = file_join(dir, "forms");
    store = file_join(dir, "store2");
    free(dir);
    if (rc == 0)
        rc = file_mkdirs(forms, 0700, NULL);
    app = start();
    admin = start();
    return rc;
}

static int close_both(void **state)
{
    app_close(app);
    app_close(admin);
    free(forms);
    free(store);
    free(file);
    return desk_close(state);
}

static void publish(const char *text)
{
    struct app_publication pub;
    struct problems problems;
    struct err err = {0};

    problems_init(&problems);
    desk_ok(app_form_publish(
                    admin, desk_file("essai.form", text), false, &pub, &problems, &err),
            &err);
    assert_int_equal(pub.change, APP_FORM_VERSION);
    problems_release(&problems);
}

static void type(struct entry *en, const char *path, const char *text)
{
    struct rec_at at;
    struct err err = {0};

    desk_ok(rec_at_parse(entry_rec(en), view_of(path), &at, &err), &err);
    desk_ok(entry_type(en, at, view_of(text), &err), &err);
}

static bool has_field(struct entry *en, const char *path)
{
    return form_field_find(entry_form(en), view_of(path)) >= 0;
}

static void publish__new_records__use_the_new_version(void **state)
{
    struct entry *en;
    struct err err = {0};

    (void)state;
    assert_null(app_types(app)[0]);
    publish(first_form);
    assert_string_equal(app_types(app)[0], "essai");
    assert_string_equal(app_type_label(app, "essai"), "Essai");
    publish(second_form);
    desk_ok(entry_new(app, "essai", &en, &err), &err);
    assert_true(has_field(en, "nouveau"));
    assert_false(entry_state(en).old_form);
    entry_close(en);
}

/* P20 P21 */
static void publish__an_open_draft__keeps_its_version_until_moved(void **state)
{
    struct entry *en;
    struct buf told;
    struct err err = {0};

    (void)state;
    publish(first_form);
    desk_ok(entry_new(app, "essai", &en, &err), &err);
    type(en, "nom", "Bal");
    type(en, "ancien", "gardé");
    assert_false(entry_state(en).old_form);
    publish(second_form);
    assert_true(entry_state(en).old_form);
    type(en, "ancien", "toujours");
    assert_true(has_field(en, "ancien"));

    buf_init(&told, 0);
    desk_ok(entry_move_version(en, true, &told, &err), &err);
    assert_non_null(strstr(told.s, "+ nouveau"));
    assert_non_null(strstr(told.s, "- ancien"));
    buf_release(&told);
    assert_false(entry_state(en).old_form);
    assert_true(has_field(en, "nouveau"));
    type(en, "nouveau", "oui");
    entry_close(en);
}

static void publish__doctor__counts_documents(void **state)
{
    struct json *report;
    struct err err = {0};

    (void)state;
    publish(first_form);
    desk_ok(app_doctor(app, &report, &err), &err);
    assert_true(json_get_bool(report, "ok", false));
    assert_int_equal(json_get_int(json_get(report, "types"), "formulaire", 0), 1);
    assert_int_equal(json_len(json_get(report, "unused_forms")), 0);
    json_free(report);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_both, close_both)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(publish__new_records__use_the_new_version),
            TEST(publish__an_open_draft__keeps_its_version_until_moved),
            TEST(publish__doctor__counts_documents),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
