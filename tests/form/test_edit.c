#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "odus/base/clock.h"
#include "odus/base/hash.h"

static struct form *form;
static struct engine *engine;
static struct rec *rec;
static struct editing *ed;
static int told;
static struct rec_at told_at;

static void changed(void *ctx, struct rec_at at)
{
    (void)ctx;
    told++;
    told_at = at;
}

static int set_up(void **state)
{
    (void)state;
    form = fixture_form(fixture_text);
    engine = fixture_engine(form);
    rec = rec_new(form);
    ed = editing_new(rec, engine, changed, NULL);
    told = 0;
    return clock_init("2026-11-21T09:00:00Z", NULL);
}

static int tear_down(void **state)
{
    (void)state;
    editing_free(ed);
    engine_attach(engine, NULL);
    engine_free(engine);
    rec_free(rec);
    form_free(form);
    return 0;
}

static int table(const char *path)
{
    return form_table_find(form, view_of(path));
}

static void set(const char *path, const char *text)
{
    editing_set(ed, fixture_at(rec, path), view_of(text));
}

static int type(const char *path, const char *typed)
{
    return editing_type(
            ed, fixture_at(rec, path), view_of(typed), &fixture_typed, NULL);
}

static void add(const char *path, const char *id)
{
    int row;

    assert_int_equal(editing_row_add(ed, table(path), id, &row, NULL), 0);
    assert_string_equal(rec_row_id(rec, table(path), row), id);
}

static void assert_value(const char *path, const char *expected)
{
    assert_string_equal(fixture_get(rec, path), expected);
}

/** Ids of the séances, which have one character each. */
static void assert_rows(const char *expected)
{
    char ids[20] = "";

    for (int r = 0; r < rec_rows(rec, table("seances")); r++)
        ids[r] = rec_row_id(rec, table("seances"), r)[0];
    assert_string_equal(ids, expected);
}

static bool undo(void)
{
    return editing_undo(ed, NULL);
}

static bool redo(void)
{
    return editing_redo(ed, NULL);
}

static void editing_set__then_undo_and_redo__goes_back_and_forth(void **state)
{
    struct rec_at at;

    (void)state;
    assert_false(undo());
    set("memo", "un");
    set("memo", "deux");
    set("memo", "deux");
    assert_int_equal(told, 2);
    assert_true(editing_undo(ed, &at));
    assert_int_equal(at.field, fixture_at(rec, "memo").field);
    assert_value("memo", "un");
    assert_true(undo());
    assert_value("memo", "");
    assert_false(undo());
    assert_true(redo());
    assert_true(redo());
    assert_false(redo());
    assert_value("memo", "deux");
    assert_int_equal(told, 6);
}

static void editing_set__after_undo__drops_what_could_be_redone(void **state)
{
    (void)state;
    set("memo", "un");
    add("seances", "a");
    undo();
    set("memo", "trois");
    assert_false(redo());
    undo();
    assert_value("memo", "un");
}

static void editing_set__nowhere__changes_nothing(void **state)
{
    (void)state;
    editing_set(ed, (struct rec_at){.field = -1}, VIEW_LIT("x"));
    editing_set(ed, (struct rec_at){.field = 9999}, VIEW_LIT("x"));
    editing_set(ed, (struct rec_at){.field = 0, .row = 3}, VIEW_LIT("x"));
    editing_set(ed, (struct rec_at){.field = 0, .lang = 7}, VIEW_LIT("x"));
    editing_set(ed, fixture_at(rec, "conseil"), VIEW_LIT("x"));
    assert_int_equal(told, 0);
    assert_false(undo());
}

static void editing_begin__nested__is_one_step_told_once(void **state)
{
    (void)state;
    editing_begin(ed);
    set("memo", "un");
    editing_begin(ed);
    add("seances", "a");
    editing_end(ed);
    assert_false(undo());
    set("siret", "2");
    editing_end(ed);
    assert_int_equal(told, 1);
    assert_true(undo());
    assert_value("memo", "");
    assert_value("siret", "");
    assert_rows("");
    assert_true(redo());
    assert_value("seances.#a.statut", "confirme");
    assert_value("siret", "2");
    editing_begin(ed);
    editing_end(ed);
    editing_end(ed);
    assert_int_equal(told, 3);
}

static void editing_set__hiding_a_value__keeps_it_for_the_way_back(void **state)
{
    (void)state;
    set("mode", "presentiel");
    set("lieu", "x");
    assert_false(rec_hidden(rec, fixture_at(rec, "lieu")));
    set("mode", "en_ligne");
    assert_true(rec_hidden(rec, fixture_at(rec, "lieu")));
    assert_int_equal(rec_aside(rec), 1);
    assert_value("lieu", "x");
    undo();
    assert_false(rec_hidden(rec, fixture_at(rec, "lieu")));
    assert_int_equal(rec_aside(rec), 0);
}

static void editing_set__what_is_calculated__follows_undo_too(void **state)
{
    (void)state;
    add("tarifs", "a");
    add("tarifs", "b");
    set("tarifs.1.prix", "1200");
    set("tarifs.2.prix", "300");
    assert_value("total", "1500");
    undo();
    assert_value("total", "1200");
    undo();
    undo();
    undo();
    assert_value("total", "");
    redo();
    redo();
    redo();
    redo();
    assert_value("total", "1500");
}

static int set_start(const char *id, const char *day)
{
    char path[40] = "seances.#?.debut", value[40] = "2026-12-0?T20:30[Europe/Paris]";

    path[9] = id[0];
    value[9] = day[0];
    return editing_set(ed, fixture_at(rec, path), view_of(value));
}

static void editing_set__sort_column__moves_the_row_and_undo_moves_it_back(void **state)
{
    struct rec_at at;

    (void)state;
    add("seances", "a");
    add("seances", "b");
    add("seances", "c");
    assert_int_equal(set_start("c", "3"), 0);
    assert_rows("cab");
    assert_int_equal(told_at.row, 0);
    assert_int_equal(set_start("b", "1"), 0);
    assert_int_equal(set_start("a", "2"), 1);
    assert_rows("bac");
    set("seances.#b.note", "première");
    assert_int_equal(set_start("b", "5"), 2);
    assert_rows("acb");
    assert_value("seances.3.note", "première");
    assert_true(editing_undo(ed, &at));
    assert_rows("bac");
    assert_int_equal(at.row, 0);
    assert_value("seances.1.debut", "2026-12-01T20:30[Europe/Paris]");
    assert_true(editing_redo(ed, &at));
    assert_int_equal(at.row, 2);
    set("seances.#a.debut", "");
    assert_rows("cba");
    while (undo())
        ;
    assert_rows("");
}

static void editing_set__equal_starts__stand_by_id_as_in_the_body(void **state)
{
    char *before, *after;
    struct rec *other;

    (void)state;
    add("seances", "c");
    add("seances", "a");
    add("seances", "b");
    set_start("a", "1");
    set_start("c", "1");
    set_start("b", "1");
    assert_rows("abc");
    before = fixture_body(rec, BODY_DRAFT);
    other = fixture_rec(form, before);
    after = fixture_body(other, BODY_DRAFT);
    assert_string_equal(before, after);
    assert_string_equal(rec_row_id(other, table("seances"), 1), "b");
    rec_free(other);
    free(before);
    free(after);
}

static void editing_row_add__without_id__gets_a_uuid_and_defaults(void **state)
{
    int row;

    (void)state;
    assert_int_equal(editing_row_add(ed, table("seances"), NULL, &row, NULL), 0);
    assert_int_equal(row, 0);
    assert_true(uuid_valid(view_of(rec_row_id(rec, table("seances"), 0))));
    assert_value("seances.1.statut", "confirme");
    assert_int_equal(told, 1);
    undo();
    assert_rows("");
}

static void editing_row_add__full_doubled_or_no_repeat__is_refused(void **state)
{
    struct err err = {0};
    char id[REC_ID_MAX + 2];
    int row = -1;

    (void)state;
    add("tarifs", "a");
    add("tarifs", "b");
    assert_int_equal(
            editing_row_add(ed, table("tarifs"), "b", &row, &err), ERR_CONFLICT);
    assert_int_equal(row, 1);
    add("tarifs", "c");
    assert_int_equal(editing_row_add(ed, table("tarifs"), NULL, &row, &err), ERR_LIMIT);
    assert_string_equal(err.args[0], "3");
    assert_int_equal(rec_rows(rec, table("tarifs")), 3);
    assert_int_equal(editing_row_add(ed, 0, NULL, &row, NULL), ERR_INVALID);
    assert_int_equal(
            editing_row_add(ed, table("adresse"), NULL, &row, NULL), ERR_INVALID);
    assert_int_equal(
            editing_row_add(ed, table("seances"), "", &row, NULL), ERR_INVALID);
    memset(id, 'x', sizeof id - 1);
    id[sizeof id - 1] = '\0';
    assert_int_equal(
            editing_row_add(ed, table("seances"), id, &row, NULL), ERR_INVALID);
}

static void editing_row_remove__then_undo__brings_the_same_row_back(void **state)
{
    (void)state;
    add("seances", "a");
    add("seances", "b");
    set("seances.1.note", "fr");
    set("seances.1.note.it", "it");
    assert_int_equal(editing_row_remove(ed, table("seances"), 0, NULL), 0);
    assert_rows("b");
    undo();
    assert_rows("ab");
    assert_value("seances.1.note.it", "it");
    redo();
    assert_rows("b");
    undo();
    assert_value("seances.#a.note", "fr");
}

static void editing_row_remove__forbidden_or_absent__is_refused(void **state)
{
    (void)state;
    add("tarifs", "a");
    assert_int_equal(editing_row_remove(ed, table("tarifs"), 0, NULL), ERR_INVALID);
    assert_int_equal(editing_row_remove(ed, table("seances"), 0, NULL), ERR_NOT_FOUND);
    assert_int_equal(editing_row_remove(ed, 0, 0, NULL), ERR_NOT_FOUND);
    assert_int_equal(rec_rows(rec, table("tarifs")), 1);
}

static void editing_type__typed_text__is_read_and_normalised(void **state)
{
    (void)state;
    assert_int_equal(type("prix", "12,50 €"), 0);
    assert_value("prix", "1250");
    assert_int_equal(type("siret", "732 829 320 00074"), 0);
    assert_value("siret", "73282932000074");
    assert_int_equal(type("siret", " "), 0);
    assert_value("siret", "");
    assert_int_equal(type("prix", "1.234"), ERR_INVALID);
    assert_value("prix", "1250");
    assert_int_equal(told, 3);
}

static void editing_type__choices__by_code_or_label(void **state)
{
    (void)state;
    assert_int_equal(type("mode", "sur place"), 0);
    assert_value("mode", "presentiel");
    assert_int_equal(type("publics", "Tout public, majeurs"), 0);
    assert_value("publics", "tous\nmajeurs");
    assert_int_equal(type("publics", "jeunes majeurs"), 0);
    assert_value("publics", "jeunes\nmajeurs");
    assert_int_equal(type("publics", "tous, public"), ERR_INVALID);
    assert_int_equal(type("publics", "tous, rien"), ERR_NOT_FOUND);
    assert_value("publics", "jeunes\nmajeurs");
    assert_int_equal(type("publics", ""), 0);
    assert_value("publics", "");
    assert_int_equal(type("mode", " "), 0);
    assert_value("mode", "");
}

static void editing_type__readonly_or_calculated__is_refused(void **state)
{
    (void)state;
    assert_int_equal(type("uid", "x"), ERR_INVALID);
    assert_int_equal(type("total", "12"), ERR_INVALID);
    assert_int_equal(editing_type(ed, (struct rec_at){.field = -1}, VIEW_LIT("x"),
                             &fixture_typed, NULL),
            ERR_NOT_FOUND);
    set("uid", "x");
    assert_value("uid", "x");
}

static void editing_defaults__carried_and_default__are_where_it_begins(void **state)
{
    struct json *last = NULL;

    (void)state;
    assert_int_equal(json_parse(VIEW_LIT("{\"titre\":{\"fr\":\"A\",\"en\":\"B\"},"
                                         "\"mode\":\"mixte\",\"memo\":\"m\"}"),
                             0, &last, NULL),
            0);
    set("mode", "en_ligne");
    editing_defaults(ed, last);
    json_free(last);
    assert_value("titre", "A");
    assert_value("titre.en", "B");
    assert_value("mode", "en_ligne");
    assert_value("memo", "");
    assert_value("duree", "90");
    assert_false(undo());
    assert_int_equal(told, 2);
}

static void editing_accept__a_warning__is_a_row_with_who_and_when(void **state)
{
    (void)state;
    add("seances", "a");
    told = 0;
    editing_accept(ed, fixture_at(rec, "seances.1.debut"), "R-DAT4",
            VIEW_LIT("report\x1B de 1925"), "lea");
    assert_int_equal(told, 1);
    assert_value("derogations.1.regle", "R-DAT4");
    assert_value("derogations.1.champ", "seances.#a.debut");
    assert_value("derogations.1.motif", "report de 1925");
    assert_value("derogations.1.par", "lea");
    assert_value("derogations.1.le", "2026-11-21T09:00:00Z");
    editing_accept(
            ed, fixture_at(rec, "seances.1.debut"), "R-DAT4", VIEW_LIT(""), "ana");
    editing_accept(ed, fixture_at(rec, "titre"), "R-TIT1", view_of(NULL), "ana");
    assert_int_equal(rec_rows(rec, table("derogations")), 2);
    assert_value("derogations.1.motif", "");
    assert_value("derogations.1.par", "ana");
    undo();
    undo();
    undo();
    assert_int_equal(rec_rows(rec, table("derogations")), 0);
    assert_rows("a");
}

static void editing_row_add__a_thousand_in_one_step__is_quick(void **state)
{
    int64_t start = clock_mono_ms();
    char before[80];

    (void)state;
    editing_begin(ed);
    for (int i = 0; i < FORM_ROWS_MAX; i++) {
        int row, debut = form_field_find(form, VIEW_LIT("seances.debut"));

        assert_int_equal(editing_row_add(ed, table("seances"), NULL, &row, NULL), 0);
        /* each one goes to the front */
        snprintf(before, sizeof before, "2026-12-%02dT%02d:%02d[Europe/Paris]",
                31 - i / 60, 23 - i / 60, 59 - i % 60);
        assert_int_equal(editing_set(ed, (struct rec_at){.field = debut, .row = row},
                                 view_of(before)),
                0);
    }
    editing_end(ed);
    assert_int_equal(told, 1);
    undo();
    assert_rows("");
    redo();
    assert_int_equal(rec_rows(rec, table("seances")), FORM_ROWS_MAX);
    /* far above what it takes, far below what squares would */
    assert_true(clock_mono_ms() - start < 5000);
}

static void editing__any_changes__undo_to_the_first_byte(void **state)
{
    static const char *const paths[] = {"memo", "titre.it", "prix", "adresse.rue"};
    uint32_t seed = 3;
    char *first = fixture_body(rec, BODY_DRAFT), *last, *back;

    (void)state;
    for (int i = 0; i < 300; i++) {
        uint32_t n = (seed = seed * 1664525 + 1013904223) >> 8;
        int rows = rec_rows(rec, table("seances")), row;
        char day[2] = {(char)('1' + n % 9), '\0'};

        if (n % 5 == 0)
            assert_int_equal(
                    editing_row_add(ed, table("seances"), NULL, &row, NULL), 0);
        else if (n % 5 == 1 && rows)
            assert_int_equal(
                    editing_row_remove(ed, table("seances"), (int)(n % 7) % rows, NULL),
                    0);
        else if (n % 5 == 2 && rows)
            editing_set(ed,
                    (struct rec_at){
                            .field = form_field_find(form, VIEW_LIT("seances.debut")),
                            .row = (int)(n % 11) % rows},
                    view_of(day));
        else if (n % 5 == 3)
            undo();
        else
            set(paths[n % COUNT(paths)], n % 3 ? day : "");
    }
    set("memo", "la fin"); /* nothing is left to redo */
    last = fixture_body(rec, BODY_DRAFT);
    while (undo())
        ;
    back = fixture_body(rec, BODY_DRAFT);
    assert_string_equal(back, first);
    free(back);
    while (redo())
        ;
    back = fixture_body(rec, BODY_DRAFT);
    assert_string_equal(back, last);
    free(back);
    free(first);
    free(last);
}

#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    static const struct CMUnitTest tests[] = {
            T(editing_set__then_undo_and_redo__goes_back_and_forth),
            T(editing_set__after_undo__drops_what_could_be_redone),
            T(editing_set__nowhere__changes_nothing),
            T(editing_begin__nested__is_one_step_told_once),
            T(editing_set__hiding_a_value__keeps_it_for_the_way_back),
            T(editing_set__what_is_calculated__follows_undo_too),
            T(editing_set__sort_column__moves_the_row_and_undo_moves_it_back),
            T(editing_set__equal_starts__stand_by_id_as_in_the_body),
            T(editing_row_add__without_id__gets_a_uuid_and_defaults),
            T(editing_row_add__full_doubled_or_no_repeat__is_refused),
            T(editing_row_remove__then_undo__brings_the_same_row_back),
            T(editing_row_remove__forbidden_or_absent__is_refused),
            T(editing_type__typed_text__is_read_and_normalised),
            T(editing_type__choices__by_code_or_label),
            T(editing_type__readonly_or_calculated__is_refused),
            T(editing_defaults__carried_and_default__are_where_it_begins),
            T(editing_accept__a_warning__is_a_row_with_who_and_when),
            T(editing_row_add__a_thousand_in_one_step__is_quick),
            T(editing__any_changes__undo_to_the_first_byte),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
