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
#include "odus/base/mem.h"

/* Two interfaces on one store: Anne at the desk, Bruno beside her. */

#define HIVER "0199f3a0-0601-771a-a6db-9084446a27bd" /* an event with three prices */
#define PLEIN "tarifs.#0199f3a0-0601-7300-bed2-3efd6b8bb463"

static struct app *bruno;

static int open_both(void **state)
{
    struct app_options opt = {.forms_dir = "forms", .lang = "fr"};
    struct err err = {0};
    char *config;
    int rc = desk_open_samples(state);

    if (rc != 0)
        return rc;
    config = xasprintf("%s.bruno", app_store_dir(desk));
    if (getenv("ODUS_FORMS"))
        opt.forms_dir = getenv("ODUS_FORMS");
    opt.store_dir = app_store_dir(desk);
    opt.config_file = config;
    desk_ok(app_open(&opt, &bruno, &err), &err);
    desk_ok(app_set_user(bruno, "Bruno", "Mairie", &err), &err);
    free(config);
    return 0;
}

static int close_both(void **state)
{
    app_close(bruno);
    return desk_close(state);
}

static struct entry *open_at(struct app *app, const char *uid)
{
    struct entry *en;
    struct err err = {0};

    desk_ok(entry_open(app, uid, &en, &err), &err);
    return en;
}

static struct rec_at at(struct entry *en, const char *path)
{
    struct rec_at ret = {0};
    struct err err = {0};

    desk_ok(rec_at_parse(entry_rec(en), view_of(path), &ret, &err), &err);
    return ret;
}

static void type(struct entry *en, const char *path, const char *text)
{
    struct err err = {0};

    desk_ok(entry_type(en, at(en, path), view_of(text), &err), &err);
}

static const char *value(struct entry *en, const char *path)
{
    const char *text = rec_get(entry_rec(en), at(en, path));

    return text ? text : "";
}

static void complete(struct entry *en)
{
    struct err err = {0};
    int rc = entry_complete(en, 0, NULL, &err);

    desk_ok(rc, &err);
    assert_int_equal(rc, 0);
}

/* Bruno sets PATH of UID and completes the record. */
static void bruno_sets(const char *uid, const char *path, const char *text)
{
    struct entry *en = open_at(bruno, uid);

    type(en, path, text);
    complete(en);
    entry_close(en);
}

/* Completing is refused, with N conflicts. */
static const struct entry_conflict *blocked(struct entry *en, size_t n)
{
    const struct entry_conflict *all;
    struct err err = {0};
    size_t found;

    assert_int_equal(entry_complete(en, 0, NULL, &err), 1);
    assert_int_equal(err.code, ERR_CONFLICT);
    all = entry_conflicts(en, &found);
    assert_int_equal(found, n);
    return all;
}

static int revisions(const char *uid)
{
    struct app_change *changes;
    struct err err = {0};
    size_t n;

    desk_ok(app_history(desk, uid, &changes, &n, &err), &err);
    app_changes_release(changes, n);
    return (int)n;
}

static bool undo(struct entry *en)
{
    struct rec_at where;

    return entry_undo(en, &where);
}

static bool redo(struct entry *en)
{
    struct rec_at where;

    return entry_redo(en, &where);
}

static enum entry_stand stand(struct entry *en, size_t i)
{
    size_t n;

    return entry_conflicts(en, &n)[i].stand;
}

static void merge__nothing_new__nothing_happens(void **state)
{
    struct entry *en = open_at(desk, DESK_THEATRE);
    struct err err = {0};

    (void)state;
    type(en, "nom", "Théâtre neuf");
    assert_false(entry_state(en).moved_on);
    desk_ok(entry_catch_up(en, &err), &err);
    assert_string_equal(value(en, "nom"), "Théâtre neuf");
    assert_true(undo(en));
    entry_close(en);
}

static void merge__different_fields__are_both_completed(void **state)
{
    struct entry *en = open_at(desk, DESK_THEATRE);

    (void)state;
    bruno_sets(DESK_THEATRE, "adresse.voie", "2 place neuve");
    type(en, "nom", "Théâtre neuf");
    assert_true(entry_state(en).moved_on);
    complete(en);
    assert_false(entry_state(en).moved_on);
    entry_close(en);
    en = open_at(bruno, DESK_THEATRE);
    assert_string_equal(value(en, "nom"), "Théâtre neuf");
    assert_string_equal(value(en, "adresse.voie"), "2 place neuve");
    assert_string_equal(value(en, "modifie_par"), "Anne Essai");
    assert_false(entry_state(en).draft);
    entry_close(en);
    assert_int_equal(revisions(DESK_THEATRE), 3);
}

static void merge__rows__by_id(void **state)
{
    struct entry *en = open_at(desk, HIVER);
    struct err err = {0};
    int table = form_table_find(entry_form(en), VIEW_LIT("tarifs")), row;

    (void)state;
    bruno_sets(HIVER, PLEIN ".prix_min_cts", "18 €");
    desk_ok(entry_row_add(en, table, &row, &err), &err);
    type(en, "tarifs.4.categorie", "famille");
    type(en, "tarifs.4.prix_min_cts", "30 €");
    complete(en);
    assert_int_equal(rec_rows(entry_rec(en), table), 4);
    assert_string_equal(value(en, PLEIN ".prix_min_cts"), "1800");
    entry_close(en);
}

static void merge__same_field__nothing_is_stored_and_both_are_shown(void **state)
{
    struct entry *en = open_at(desk, HIVER);
    const struct entry_conflict *c;

    (void)state;
    bruno_sets(HIVER, PLEIN ".prix_min_cts", "18 €");
    type(en, PLEIN ".prix_min_cts", "20 €");
    c = blocked(en, 1);
    assert_string_equal(c->path, PLEIN ".prix_min_cts");
    assert_string_equal(c->label, entry_label(en, c->at));
    assert_non_null(strstr(c->ours, "20"));
    assert_non_null(strstr(c->theirs, "18"));
    assert_string_equal(c->author, "Bruno");
    assert_true(c->at_ms > 0);
    assert_false(c->row);
    assert_int_equal(c->stand, ENTRY_OPEN);
    assert_string_equal(value(en, PLEIN ".prix_min_cts"), "2000");
    assert_int_equal(revisions(HIVER), 2);
    assert_int_equal(entry_state(en).conflicts, 1);
    assert_false(entry_state(en).moved_on); /* on top of theirs already */
    (void)blocked(en, 1);
    entry_close(en);
}

static void merge__conflict__waits_across_closing(void **state)
{
    struct entry *en = open_at(desk, DESK_THEATRE);
    const struct entry_conflict *c;
    struct err err = {0};

    (void)state;
    bruno_sets(DESK_THEATRE, "nom", "Théâtre de Bruno");
    type(en, "nom", "Théâtre d'Anne");
    (void)blocked(en, 1);
    entry_close(en);
    en = open_at(desk, DESK_THEATRE);
    assert_int_equal(entry_state(en).conflicts, 1);
    c = blocked(en, 1);
    assert_string_equal(c->theirs, "Théâtre de Bruno");
    assert_string_equal(c->author, "Bruno");
    desk_ok(entry_keep_ours(en, 0, &err), &err);
    assert_int_equal(stand(en, 0), ENTRY_OURS);
    entry_close(en);
    en = open_at(desk, DESK_THEATRE);
    assert_int_equal(entry_state(en).conflicts, 0);
    complete(en);
    assert_string_equal(value(en, "nom"), "Théâtre d'Anne");
    entry_close(en);
    assert_int_equal(revisions(DESK_THEATRE), 3);
}

static void merge__theirs_taken__undo_makes_it_wait_again(void **state)
{
    struct entry *en = open_at(desk, DESK_THEATRE);
    struct err err = {0};

    (void)state;
    bruno_sets(DESK_THEATRE, "nom", "Théâtre de Bruno");
    type(en, "nom", "Théâtre d'Anne");
    (void)blocked(en, 1);
    desk_ok(entry_take_theirs(en, 0, &err), &err);
    assert_string_equal(value(en, "nom"), "Théâtre de Bruno");
    assert_int_equal(stand(en, 0), ENTRY_THEIRS);
    assert_true(undo(en));
    assert_string_equal(value(en, "nom"), "Théâtre d'Anne");
    assert_int_equal(stand(en, 0), ENTRY_OPEN);
    assert_true(redo(en));
    assert_int_equal(stand(en, 0), ENTRY_THEIRS);
    desk_ok(entry_keep_ours(en, 0, &err), &err);
    assert_int_equal(stand(en, 0), ENTRY_OURS);
    assert_string_equal(value(en, "nom"), "Théâtre d'Anne");
    type(en, "nom", "Théâtre des deux");
    assert_int_equal(stand(en, 0), ENTRY_OTHER);
    complete(en);
    assert_int_equal(entry_take_theirs(en, 0, &err), ERR_NOT_FOUND);
    entry_close(en);
}

static void merge__all_theirs_taken__leaves_no_draft(void **state)
{
    struct entry *en = open_at(desk, DESK_THEATRE);
    struct err err = {0};

    (void)state;
    bruno_sets(DESK_THEATRE, "nom", "Théâtre de Bruno");
    type(en, "nom", "Théâtre d'Anne");
    (void)blocked(en, 1);
    assert_int_equal(app_totals(desk).drafts, 1);
    desk_ok(entry_take_theirs(en, 0, &err), &err);
    entry_close(en);
    assert_int_equal(app_totals(desk).drafts, 0);
}

static void remove_row(struct entry *en, const char *path)
{
    struct rec_at place = at(en, path);
    struct err err = {0};
    int table = entry_form(en)->fields[place.field].table;

    desk_ok(entry_row_remove(en, table, place.row, &err), &err);
}

static void merge__row_removed_here__theirs_stays_until_decided(void **state)
{
    struct entry *en = open_at(desk, HIVER);
    const struct entry_conflict *c;
    struct err err = {0};
    int table = form_table_find(entry_form(en), VIEW_LIT("tarifs"));

    (void)state;
    bruno_sets(HIVER, PLEIN ".prix_min_cts", "18 €");
    remove_row(en, PLEIN ".prix_min_cts");
    c = blocked(en, 1);
    assert_true(c->row);
    assert_string_equal(c->ours, "");
    assert_non_null(strstr(c->theirs, "18"));
    assert_string_equal(c->label, entry_table_label(en, table));
    assert_int_equal(rec_rows(entry_rec(en), table), 3);
    entry_close(en); /* equal to theirs, but a decision is due */
    en = open_at(desk, HIVER);
    assert_int_equal(entry_state(en).conflicts, 1);
    desk_ok(entry_keep_ours(en, 0, &err), &err);
    assert_int_equal(rec_rows(entry_rec(en), table), 2);
    assert_int_equal(stand(en, 0), ENTRY_OURS);
    desk_ok(entry_take_theirs(en, 0, &err), &err);
    assert_int_equal(rec_rows(entry_rec(en), table), 3);
    assert_string_equal(value(en, PLEIN ".prix_min_cts"), "1800");
    assert_int_equal(stand(en, 0), ENTRY_THEIRS);
    entry_close(en);
}

static void merge__row_removed_there__ours_stays_until_decided(void **state)
{
    struct entry *en = open_at(desk, HIVER), *other = open_at(bruno, HIVER);
    struct err err = {0};
    int table = form_table_find(entry_form(en), VIEW_LIT("tarifs"));

    (void)state;
    remove_row(other, PLEIN ".prix_min_cts");
    complete(other);
    entry_close(other);
    type(en, PLEIN ".prix_min_cts", "20 €");
    assert_string_equal(blocked(en, 1)->theirs, "");
    assert_int_equal(rec_rows(entry_rec(en), table), 3);
    desk_ok(entry_take_theirs(en, 0, &err), &err);
    assert_int_equal(rec_rows(entry_rec(en), table), 2);
    assert_int_equal(entry_state(en).conflicts, 0);
    assert_true(undo(en));
    assert_int_equal(entry_state(en).conflicts, 1);
    desk_ok(entry_keep_ours(en, 0, &err), &err);
    complete(en);
    assert_string_equal(value(en, PLEIN ".prix_min_cts"), "2000");
    entry_close(en);
}

static void merge__deleted_meanwhile__is_a_question(void **state)
{
    struct entry *en = open_at(desk, DESK_THEATRE);
    struct err err = {0};

    (void)state;
    desk_ok(app_delete(bruno, DESK_THEATRE, NULL, &err), &err);
    type(en, "nom", "Théâtre neuf");
    assert_string_equal(blocked(en, 1)->path, "statut_fiche");
    desk_ok(entry_keep_ours(en, 0, &err), &err);
    complete(en);
    assert_string_equal(value(en, "statut_fiche"), "publie");
    entry_close(en);
}

static void merge__values_set_aside__stay(void **state)
{
    struct entry *en = open_at(desk, HIVER);
    struct err err = {0};
    int aside;

    (void)state;
    bruno_sets(HIVER, "mots_cles", "montagne");
    type(en, "indication_tarif", "non_communique"); /* then no prices are asked */
    aside = entry_state(en).aside;
    assert_true(aside > 0);
    desk_ok(entry_catch_up(en, &err), &err);
    assert_string_equal(value(en, "mots_cles"), "montagne");
    assert_int_equal(entry_state(en).aside, aside);
    assert_int_equal(entry_state(en).conflicts, 0);
    type(en, "indication_tarif", "payant");
    assert_int_equal(entry_state(en).aside, 0);
    assert_string_equal(value(en, PLEIN ".prix_min_cts"), "1600");
    entry_close(en);
}

static void merge__value_hidden_here_and_changed_there__is_a_question(void **state)
{
    struct entry *en = open_at(desk, HIVER);

    (void)state;
    bruno_sets(HIVER, PLEIN ".prix_min_cts", "18 €");
    type(en, "indication_tarif", "non_communique");
    assert_string_equal(blocked(en, 1)->path, PLEIN);
    entry_close(en);
}

static void open__stale_draft__says_so(void **state)
{
    struct entry *en = open_at(desk, DESK_THEATRE),
                 *other = open_at(bruno, DESK_THEATRE);

    (void)state;
    type(other, "adresse.voie", "2 place neuve");
    complete(other);
    entry_close(other);
    assert_true(entry_state(en).moved_on); /* read only so far */
    type(en, "nom", "Théâtre neuf");
    entry_close(en);
    en = open_at(desk, DESK_THEATRE);
    assert_true(entry_state(en).draft);
    assert_true(entry_state(en).moved_on);
    assert_string_equal(value(en, "nom"), "Théâtre neuf");
    complete(en);
    entry_close(en);
    en = open_at(desk, DESK_THEATRE);
    assert_false(entry_state(en).moved_on);
    assert_string_equal(value(en, "adresse.voie"), "2 place neuve");
    entry_close(en);
}

static void merge__blocked_by_a_problem__stays_a_merged_draft(void **state)
{
    struct entry *en = open_at(desk, DESK_THEATRE);
    struct err err = {0};

    (void)state;
    bruno_sets(DESK_THEATRE, "adresse.voie", "2 place neuve");
    type(en, "nom", "");
    assert_int_equal(entry_complete(en, 0, NULL, &err), 1);
    assert_null(err.id);
    assert_string_equal(value(en, "adresse.voie"), "2 place neuve");
    assert_int_equal(revisions(DESK_THEATRE), 2);
    entry_close(en);
    en = open_at(desk, DESK_THEATRE);
    assert_false(entry_state(en).moved_on);
    assert_string_equal(value(en, "nom"), "");
    assert_string_equal(value(en, "adresse.voie"), "2 place neuve");
    entry_close(en);
}

static void merge__no_revision__bears_the_conflicts(void **state)
{
    struct entry *en = open_at(desk, DESK_THEATRE);
    struct json *body;
    struct err err = {0};

    (void)state;
    bruno_sets(DESK_THEATRE, "nom", "Théâtre de Bruno");
    type(en, "nom", "Théâtre d'Anne");
    (void)blocked(en, 1);
    desk_ok(app_json(desk, DESK_THEATRE, &body, &err), &err);
    assert_null(json_get(body, "_conflits"));
    json_free(body);
    desk_ok(entry_keep_ours(en, 0, &err), &err);
    complete(en);
    entry_close(en);
    desk_ok(app_json(desk, DESK_THEATRE, &body, &err), &err);
    assert_null(json_get(body, "_conflits"));
    json_free(body);
}

#define T(f) cmocka_unit_test_setup_teardown(f, open_both, close_both)

/* Somebody else worked in the draft: nothing of before can be undone in it. */
static void undo__draft_changed_elsewhere__begins_anew(void **state)
{
    struct entry *en = open_at(desk, HIVER);
    struct rec_at where;

    (void)state;
    type(en, "titre", "Neige");
    entry_close(en);
    en = open_at(bruno, HIVER);
    type(en, "titre", "Neige de Bruno");
    entry_close(en);
    en = open_at(desk, HIVER);
    assert_string_equal(value(en, "titre"), "Neige de Bruno");
    assert_false(entry_undo(en, &where));
    entry_close(en);
}

/* Looked for again only when a revision was written, and then at once. */
static void moved_on__as_others_complete__is_seen_and_goes(void **state)
{
    struct entry *en = open_at(desk, HIVER), *other = open_at(bruno, HIVER);
    struct err err = {0};

    (void)state;
    type(other, "titre", "Neige de Bruno");
    assert_false(entry_state(en).moved_on);
    complete(other);
    entry_close(other);
    assert_true(entry_state(en).moved_on);
    assert_true(entry_state(en).moved_on);
    desk_ok(entry_catch_up(en, &err), &err);
    assert_false(entry_state(en).moved_on);
    assert_false(entry_state(en).moved_on);
    entry_close(en);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            T(merge__nothing_new__nothing_happens),
            T(merge__different_fields__are_both_completed),
            T(merge__rows__by_id),
            T(merge__same_field__nothing_is_stored_and_both_are_shown),
            T(merge__conflict__waits_across_closing),
            T(merge__theirs_taken__undo_makes_it_wait_again),
            T(merge__all_theirs_taken__leaves_no_draft),
            T(merge__row_removed_here__theirs_stays_until_decided),
            T(merge__row_removed_there__ours_stays_until_decided),
            T(merge__deleted_meanwhile__is_a_question),
            T(merge__values_set_aside__stay),
            T(merge__value_hidden_here_and_changed_there__is_a_question),
            T(open__stale_draft__says_so),
            T(merge__blocked_by_a_problem__stays_a_merged_draft),
            T(merge__no_revision__bears_the_conflicts),
            T(undo__draft_changed_elsewhere__begins_anew),
            T(moved_on__as_others_complete__is_seen_and_goes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
