/* Drafts when forms change, go, or calculate too late. */
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
#include "odus/db/db.h"
#include "odus/form/rec.h"

#define HEAD                                                                           \
    "[form essai]\nlabel=Essai\nlanguages=fr\ntitle=nom\n[section s]\nlabel=Quoi\n"    \
    "[field uid]\ntype=text\nlabel=Uid\n[field type]\ntype=text\nlabel=Type\n"         \
    "[field formulaire]\ntype=text\nlabel=Formulaire\n"                                \
    "[field statut_fiche]\ntype=text\nlabel=État\n"                                   \
    "[field nom]\ntype=text\nlabel=Nom\n"

static const char first_form[] = HEAD "[field ancien]\ntype=text\nlabel=Ancien\n";
static const char second_form[] = HEAD "[field nouveau]\ntype=text\nlabel=Nouveau\n";
static const char late_form[] =
        HEAD "[field prix]\ntype=integer\nlabel=Prix\n"
             "[field note]\ntype=text\nlabel=Note\nrequired=yes\n"
             "calculation=iif(prix > 10, null, 'bon marché')\n";

static struct app *app;
static char *forms, *store, *file;

static void start(void)
{
    struct app_options opt = {
            .forms_dir = forms, .store_dir = store, .config_file = file, .lang = "fr"};
    struct err err = {0};

    desk_ok(app_open(&opt, &app, &err), &err);
}

/** The program ends, the form becomes TEXT (NULL: goes), the program starts. */
static void start_with(const char *text)
{
    struct err err = {0};
    char *path = file_join(forms, "essai.form");

    app_close(app);
    if (text)
        desk_ok(file_write_atomic(path, view_of(text), 0600, &err), &err);
    else
        assert_int_equal(remove(path), 0);
    free(path);
    start();
}

static int open_own(void **state)
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
    app = NULL;
    return rc;
}

static int close_own(void **state)
{
    app_close(app);
    app = NULL;
    free(forms);
    free(store);
    free(file);
    return desk_close(state);
}

static void type(struct entry *en, const char *path, const char *text)
{
    struct rec_at at;
    struct err err = {0};

    desk_ok(rec_at_parse(entry_rec(en), view_of(path), &at, &err), &err);
    desk_ok(entry_type(en, at, view_of(text), &err), &err);
}

/* With the first form. */
static void make_draft(char uid[37])
{
    struct entry *en;
    struct err err = {0};

    start_with(first_form);
    desk_ok(entry_new(app, "essai", &en, &err), &err);
    type(en, "nom", "Bal");
    type(en, "ancien", "gardé");
    memcpy(uid, entry_uid(en), 37);
    entry_close(en);
}

static void expect_in_json(const char *uid, const char *key, const char *value)
{
    struct json *body;
    struct err err = {0};

    desk_ok(app_json(app, uid, &body, &err), &err);
    assert_string_equal(json_get_text(body, key), value);
    json_free(body);
}

/* P03 P20 */
static void versions__form_changed__the_draft_opens_with_its_own(void **state)
{
    struct entry *en;
    struct err err = {0};
    char uid[37];

    (void)state;
    make_draft(uid);
    start_with(second_form);
    desk_ok(entry_open(app, uid, &en, &err), &err);
    assert_true(entry_state(en).old_form);
    assert_true(form_field_find(entry_form(en), VIEW_LIT("ancien")) >= 0);
    type(en, "nom", "Bal folk");
    entry_close(en);
    expect_in_json(uid, "ancien", "gardé");
}

/* P20 P21 */
static void versions__moved_on__tells_first_and_keeps_what_vanished(void **state)
{
    struct entry *en;
    struct buf told;
    struct err err = {0};
    char uid[37];

    (void)state;
    make_draft(uid);
    start_with(second_form);
    desk_ok(entry_open(app, uid, &en, &err), &err);
    buf_init(&told, 0);
    desk_ok(entry_move_version(en, false, &told, &err), &err);
    assert_non_null(strstr(told.s, "+ nouveau"));
    assert_non_null(strstr(told.s, "- ancien"));
    assert_true(entry_state(en).old_form); /* nothing has been done yet */
    buf_clear(&told);
    desk_ok(entry_move_version(en, true, &told, &err), &err);
    assert_false(entry_state(en).old_form);
    type(en, "nouveau", "x");
    entry_close(en);
    buf_release(&told);
    expect_in_json(uid, "ancien", "gardé");
    expect_in_json(uid, "nouveau", "x");
}

/* P21 */
static void versions__moved_on__can_be_taken_back(void **state)
{
    struct entry *en;
    struct buf told;
    struct rec_at at;
    struct err err = {0};
    char uid[37];

    (void)state;
    make_draft(uid);
    start_with(second_form);
    desk_ok(entry_open(app, uid, &en, &err), &err);
    buf_init(&told, 0);
    desk_ok(entry_move_version(en, true, &told, &err), &err);
    buf_release(&told);
    type(en, "nouveau", "x");
    entry_close(en);
    desk_ok(entry_open(app, uid, &en, &err), &err);
    assert_true(entry_undo(en, &at)); /* "x" */
    assert_false(entry_state(en).old_form);
    assert_true(entry_undo(en, &at));
    assert_true(entry_state(en).old_form);
    assert_string_equal(rec_value(entry_rec(en), "ancien"), "gardé");
    assert_false(entry_undo(en, &at));
    entry_close(en);
    start_with(second_form);
    expect_in_json(uid, "ancien", "gardé");
    desk_ok(entry_open(app, uid, &en, &err), &err);
    assert_true(form_field_find(entry_form(en), VIEW_LIT("ancien")) >= 0);
    entry_close(en);
}

/* P03 */
static void versions__form_gone__the_draft_is_listed_and_exportable(void **state)
{
    struct app_draft *drafts = NULL;
    struct entry *en;
    struct err err = {0};
    char uid[37];
    size_t n = 0;

    (void)state;
    make_draft(uid);
    start_with(NULL);
    desk_ok(app_drafts(app, false, &drafts, &n, &err), &err);
    assert_int_equal(n, 1);
    assert_string_equal(drafts[0].uid, uid);
    app_drafts_release(drafts, n);
    expect_in_json(uid, "ancien", "gardé");
    desk_ok(entry_open(app, uid, &en, &err), &err); /* the store keeps each version */
    assert_string_equal(entry_form(en)->name, "essai");
    entry_close(en);
}

/* A function that this program does not know (any more) stands in the kept version. */
static void versions__of_no_use__the_draft_opens_with_the_current_one(void **state)
{
    char *path = file_join(store, "data.db");
    struct db *db = NULL;
    struct entry *en;
    struct err err = {0};
    char uid[37];

    (void)state;
    make_draft(uid);
    desk_ok(db_open(path, NULL, &db, &err), &err);
    desk_ok(db_exec(db, &err,
                    "update form_version set sources ="
                    " replace(sources, 'title=nom', 'title=gone(nom)')"),
            &err);
    db_close(db);
    free(path);
    start_with(second_form);
    desk_ok(entry_open(app, uid, &en, &err), &err);
    assert_true(form_field_find(entry_form(en), VIEW_LIT("nouveau")) >= 0);
    assert_string_equal(rec_value(entry_rec(en), "nom"), "Bal");
    entry_close(en);
}

/* P25 */
static void complete__calculation_empties_a_required_field__is_blocked(void **state)
{
    struct entry *en;
    struct err err = {0};

    (void)state;
    start_with(late_form);
    desk_ok(entry_new(app, "essai", &en, &err), &err);
    type(en, "nom", "Bal");
    type(en, "prix", "5");
    assert_int_equal(entry_state(en).counts.errors, 0);
    type(en, "prix", "50");
    assert_int_equal(entry_complete(en, 0, NULL, &err), 1);
    assert_false(entry_state(en).has_revision);
    type(en, "prix", "5");
    desk_ok(entry_complete(en, 0, NULL, &err), &err);
    assert_true(entry_state(en).has_revision);
    entry_close(en);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, open_own, close_own)
    const struct CMUnitTest tests[] = {
            TEST(versions__form_changed__the_draft_opens_with_its_own),
            TEST(versions__moved_on__tells_first_and_keeps_what_vanished),
            TEST(versions__moved_on__can_be_taken_back),
            TEST(versions__form_gone__the_draft_is_listed_and_exportable),
            TEST(versions__of_no_use__the_draft_opens_with_the_current_one),
            TEST(complete__calculation_empties_a_required_field__is_blocked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
