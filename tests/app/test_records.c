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

/* Types TEXT into PATH of the theatre; completes it when COMPLETE. */
static void edit(const char *path, const char *text, bool complete)
{
    struct entry *en;
    struct rec_at at = {0};
    struct err err = {0};

    desk_ok(entry_open(desk, DESK_THEATRE, &en, &err), &err);
    desk_ok(rec_at_parse(entry_rec(en), view_of(path), &at, &err), &err);
    desk_ok(entry_type(en, at, view_of(text), &err), &err);
    if (complete)
        assert_int_equal(entry_complete(en, 0, NULL, &err), 0);
    entry_close(en);
}

static char *value(const char *key)
{
    struct json *body = NULL;
    struct err err = {0};
    char *text;

    desk_ok(app_json(desk, DESK_THEATRE, &body, &err), &err);
    text = view_dup(json_as_view(json_get(body, key)));
    json_free(body);
    return text;
}

static void check_value(const char *key, const char *expected)
{
    char *text = value(key);

    assert_string_equal(text, expected);
    free(text);
}

static void records__find__by_a_beginning(void **state)
{
    char uid[37];

    (void)state;
    assert_int_equal(app_find(desk, "0199f3a0-0201", uid, NULL), 0);
    assert_string_equal(uid, DESK_THEATRE);
    assert_int_equal(app_find(desk, "0199f3a0-02", uid, NULL), ERR_INVALID);
    assert_int_equal(app_find(desk, "ffffffff", uid, NULL), ERR_NOT_FOUND);
}

static void records__json__shows_the_draft_first(void **state)
{
    (void)state;
    check_value("nom", "Théâtre du Briançonnais");
    edit("nom", "Théâtre neuf", false);
    check_value("nom", "Théâtre neuf");
    assert_int_equal(
            app_json(desk, "nobody", &(struct json *){NULL}, NULL), ERR_NOT_FOUND);
}

static const char *shout(const char *id)
{
    return strcmp(id, "error") == 0 ? "erreur" : id;
}

static void records__text__has_sections_labels_and_words(void **state)
{
    struct buf out;
    struct err err = {0};

    (void)state;
    buf_init(&out, 0);
    desk_ok(app_text(desk, DESK_THEATRE, shout, &out, &err), &err);
    assert_non_null(strstr(out.s, "Lieu · Théâtre du Briançonnais\n"));
    assert_non_null(strstr(out.s, "Publiée · " DESK_THEATRE "\n"));
    assert_non_null(strstr(out.s, "  Nom: Théâtre du Briançonnais\n"));
    assert_non_null(strstr(out.s, "Commune: Briançon\n"));
    assert_null(strstr(out.s, "erreur"));
    buf_clear(&out);
    edit("nom", "", false);
    desk_ok(app_text(desk, DESK_THEATRE, shout, &out, &err), &err);
    assert_non_null(strstr(out.s, "erreur, Nom: "));
    buf_release(&out);
}

static void records__delete__is_a_revision(void **state)
{
    struct err err = {0};
    struct app_change *changes;
    size_t n;

    (void)state;
    desk_ok(app_delete(desk, DESK_THEATRE, NULL, &err), &err);
    assert_null(err.id);
    check_value("statut_fiche", "supprime");
    check_value("modifie_par", "Anne Essai");
    desk_ok(app_history(desk, DESK_THEATRE, &changes, &n, &err), &err);
    assert_int_equal(n, 2);
    assert_string_equal(changes[0].fields, "statut_fiche");
    assert_true(changes[0].current);
    desk_ok(app_revert(desk, DESK_THEATRE, changes[1].rev, &err), &err);
    check_value("statut_fiche", "publie");
    app_changes_release(changes, n);
}

static void records__delete__of_a_draft_asks_for_its_title(void **state)
{
    struct err err = {0};

    (void)state;
    edit("nom", "Théâtre neuf", false);
    assert_int_equal(app_delete(desk, DESK_THEATRE, NULL, &err), ERR_USAGE);
    assert_int_equal(app_delete(desk, DESK_THEATRE, "Autre", &err), ERR_USAGE);
    check_value("nom", "Théâtre neuf");
    desk_ok(app_delete(desk, DESK_THEATRE, "Théâtre neuf", &err), &err);
    check_value("nom", "Théâtre du Briançonnais");
    check_value("statut_fiche", "supprime");
    assert_int_equal(app_totals(desk).drafts, 0);
    assert_int_equal(app_delete(desk, "nobody", NULL, &err), ERR_NOT_FOUND);
}

static void records__delete__of_a_draft_alone_leaves_nothing(void **state)
{
    struct entry *en;
    struct err err = {0};
    struct rec_at at = {0};
    char uid[37];

    (void)state;
    desk_ok(entry_new(desk, "lieu", &en, &err), &err);
    desk_ok(rec_at_parse(entry_rec(en), VIEW_LIT("nom"), &at, &err), &err);
    desk_ok(entry_type(en, at, VIEW_LIT("Grange"), &err), &err);
    snprintf(uid, sizeof(uid), "%s", entry_uid(en));
    entry_close(en);
    assert_int_equal(app_totals(desk).drafts, 1);
    desk_ok(app_delete(desk, uid, "Grange", &err), &err);
    assert_int_equal(app_totals(desk).drafts, 0);
    assert_int_equal(app_json(desk, uid, &(struct json *){NULL}, NULL), ERR_NOT_FOUND);
}

static void records__history__names_the_fields(void **state)
{
    struct app_change *changes;
    struct err err = {0};
    size_t n;

    (void)state;
    edit("nom", "Théâtre neuf", true);
    edit("adresse.voie", "2 place neuve", true);
    desk_ok(app_history(desk, DESK_THEATRE, &changes, &n, &err), &err);
    assert_int_equal(n, 3);
    assert_string_equal(changes[0].fields, "adresse.voie");
    assert_string_equal(changes[0].labels, "Adresse › Voie");
    assert_string_equal(changes[1].fields, "nom");
    assert_string_equal(changes[2].fields, "");
    assert_string_equal(changes[0].author, "Anne Essai");
    assert_true(changes[0].current && !changes[1].current);
    app_changes_release(changes, n);
}

static void records__revert__is_a_new_revision(void **state)
{
    struct app_change *changes;
    struct err err = {0};
    size_t n;

    (void)state;
    edit("nom", "Théâtre neuf", true);
    assert_int_equal(app_revert(desk, DESK_THEATRE, "9-", &err), ERR_NOT_FOUND);
    desk_ok(app_revert(desk, DESK_THEATRE, "1-", &err), &err);
    check_value("nom", "Théâtre du Briançonnais");
    desk_ok(app_history(desk, DESK_THEATRE, &changes, &n, &err), &err);
    assert_int_equal(n, 3);
    assert_true(strncmp(changes[0].rev, "3-", 2) == 0);
    app_changes_release(changes, n);
    desk_ok(app_revert(desk, DESK_THEATRE, "3-", &err), &err); /* where we are */
    edit("nom", "Encore", false);
    assert_int_equal(app_revert(desk, DESK_THEATRE, "1-", &err), ERR_CONFLICT);
}

static void records__forms__are_checked_and_printed(void **state)
{
    struct problems problems;
    struct buf out;

    (void)state;
    problems_init(&problems);
    buf_init(&out, 0);
    assert_true(app_form_check(desk_form_file("lieu.form"), &problems) > 0);
    assert_int_equal(problems.n, 0);
    assert_int_equal(
            app_form_show(desk_form_file("lieu.form"), "fr", 80, &out, &problems), 0);
    assert_int_equal(app_form_check(desk_file("faux.form", "[form faux]\nlabel=Faux\n"
                                                           "title=pirx\n[field titre]\n"
                                                           "type=text\nlabel=Titre\n"),
                             &problems),
            -1);
    assert_true(problems.n > 0);
    buf_release(&out);
    problems_release(&problems);
}

/* --- what the next new record begins with --- */

#define SAMPLE_SHOW "0199f3a0-0502-7de7-a88e-70f9683ff9fd" /* of another company */

static void put(struct entry *en, const char *path, const char *text)
{
    struct rec_at at = {0};
    struct err err = {0};

    desk_ok(rec_at_parse(entry_rec(en), view_of(path), &at, &err), &err);
    entry_set_machine(en, true);
    desk_ok(entry_type(en, at, view_of(text), &err), &err);
}

static void expect_company_of_new(const char *uid)
{
    struct entry *en;
    struct rec_at at = {0};
    struct err err = {0};
    const char *there;

    desk_ok(entry_new(desk, "spectacle", &en, &err), &err);
    desk_ok(rec_at_parse(entry_rec(en), VIEW_LIT("compagnie"), &at, &err), &err);
    there = rec_get(entry_rec(en), at);
    assert_string_equal(there ? there : "", uid);
    entry_close(en);
}

static void records__carry__is_of_the_last_new_record(void **state)
{
    struct entry *en;
    struct err err = {0};

    (void)state;
    expect_company_of_new("");
    desk_ok(entry_new(desk, "spectacle", &en, &err), &err);
    put(en, "titre", "Un spectacle");
    put(en, "compagnie", DESK_CIMES);
    put(en, "genre", "conte");
    put(en, "accroche", "Une veillée de contes au coin du feu.");
    put(en, "publics", "famille");
    assert_int_equal(entry_complete(en, 0, NULL, &err), 0);
    expect_company_of_new(DESK_CIMES);
    put(en, "accroche", "Une veillée de contes, sans feu.");
    assert_int_equal(entry_complete(en, 0, NULL, &err), 0);
    entry_close(en);
    expect_company_of_new(DESK_CIMES);
    desk_ok(entry_open(desk, SAMPLE_SHOW, &en, &err), &err);
    put(en, "age_min", "5");
    assert_int_equal(entry_complete(en, 0, NULL, &err), 0);
    entry_close(en);
    expect_company_of_new(DESK_CIMES);
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, desk_open_samples, desk_close)
    static const struct CMUnitTest tests[] = {
            TEST(records__find__by_a_beginning),
            TEST(records__json__shows_the_draft_first),
            TEST(records__text__has_sections_labels_and_words),
            TEST(records__delete__is_a_revision),
            TEST(records__delete__of_a_draft_asks_for_its_title),
            TEST(records__delete__of_a_draft_alone_leaves_nothing),
            TEST(records__history__names_the_fields),
            TEST(records__revert__is_a_new_revision),
            TEST(records__forms__are_checked_and_printed),
            TEST(records__carry__is_of_the_last_new_record),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
