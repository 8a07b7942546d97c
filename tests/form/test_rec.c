#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "fixture.h"

static struct form *form;
static struct rec *rec;

static int set_up(void **state)
{
    (void)state;
    form = fixture_form(fixture_text);
    rec = rec_new(form);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rec_free(rec);
    form_free(form);
    return 0;
}

static int table(const char *path)
{
    return form_table_find(form, view_of(path));
}

static void add_rows(const char *path, const char *ids)
{
    for (; *ids; ids++)
        rec_row_insert(rec, table(path), -1, (struct view){ids, 1});
}

/** Ids of the rows, which have one character each. */
static const char *row_ids(const char *path)
{
    static char ids[20];
    int n = rec_rows(rec, table(path));

    for (int r = 0; r < n; r++)
        ids[r] = rec_row_id(rec, table(path), r)[0];
    ids[n] = '\0';
    return ids;
}

static void rec_set__any_value__is_kept_until_blanked(void **state)
{
    struct rec_at at = fixture_at(rec, "titre.en");

    (void)state;
    assert_null(rec_get(rec, at));
    rec_set(rec, at, VIEW_LIT("Winter tales"));
    assert_string_equal(rec_get(rec, at), "Winter tales");
    assert_null(rec_value(rec, "titre"));
    rec_set(rec, at, view_of(rec_get(rec, at)));
    assert_string_equal(rec_get(rec, at), "Winter tales");
    rec_set(rec, at, view_of(""));
    assert_null(rec_get(rec, at));
}

static void rec_put__unknown_or_row_path__does_nothing(void **state)
{
    (void)state;
    rec_put(rec, "nulle_part", "x");
    rec_put(rec, "seances.debut", "x");
    assert_null(rec_value(rec, "nulle_part"));
    assert_null(rec_value(rec, "seances.debut"));
    rec_put(rec, "adresse.rue", "rue Haute");
    assert_string_equal(rec_value(rec, "adresse.rue"), "rue Haute");
    rec_put(rec, "adresse.rue", NULL);
    assert_null(rec_value(rec, "adresse.rue"));
}

static void rec_get__places_outside__are_blank(void **state)
{
    struct rec_at at = fixture_at(rec, "titre");

    (void)state;
    assert_null(rec_get(rec, (struct rec_at){.field = -1}));
    assert_null(rec_get(rec, (struct rec_at){.field = 100000}));
    assert_null(rec_get(rec, (struct rec_at){.field = at.field, .row = 1}));
    assert_null(rec_get(rec, (struct rec_at){.field = at.field, .row = -1}));
    assert_null(rec_get(rec, (struct rec_at){.field = at.field, .lang = 3}));
    rec_set(rec, (struct rec_at){.field = at.field, .lang = 3}, VIEW_LIT("x"));
    assert_int_equal(rec_rows(rec, -1), 0);
    assert_int_equal(rec_rows(rec, 99), 0);
    assert_int_equal(rec_rows(rec, table("adresse")), 0);
    assert_string_equal(rec_row_id(rec, 99, 0), "");
}

static void rec_rows__insert_move_remove__keep_ids_and_values(void **state)
{
    int seances = table("seances");

    (void)state;
    add_rows("seances", "abc");
    fixture_set(rec, "seances.2.statut", "deux");
    rec_row_insert(rec, seances, 0, VIEW_LIT("d"));
    assert_string_equal(row_ids("seances"), "dabc");
    assert_string_equal(fixture_get(rec, "seances.#b.statut"), "deux");
    rec_row_move(rec, seances, 2, 0);
    assert_string_equal(row_ids("seances"), "bdac");
    rec_row_move(rec, seances, 0, 3);
    assert_string_equal(row_ids("seances"), "dacb");
    rec_row_remove(rec, seances, 1);
    assert_string_equal(row_ids("seances"), "dcb");
    rec_row_remove(rec, seances, 7);
    assert_int_equal(rec_rows(rec, seances), 3);
    assert_int_equal(rec_row_find(rec, seances, VIEW_LIT("b")), 2);
    assert_int_equal(rec_row_find(rec, seances, VIEW_LIT("a")), -1);
    assert_int_equal(rec_row_find(rec, seances, view_of("")), -1);
}

static void rec_row_take__then_put__brings_everything_back(void **state)
{
    int seances = table("seances");
    struct rec_row *apart;

    (void)state;
    add_rows("seances", "ab");
    fixture_set(rec, "seances.1.note.it", "doppio");
    rec_set_hidden(rec, fixture_at(rec, "seances.1.note"), true);
    apart = rec_row_take(rec, seances, 0);
    assert_string_equal(row_ids("seances"), "b");
    rec_row_put(rec, seances, 0, apart);
    assert_string_equal(row_ids("seances"), "ab");
    assert_string_equal(fixture_get(rec, "seances.1.note.it"), "doppio");
    assert_int_equal(rec_aside(rec), 1);
}

static void rec_aside__hidden_values__are_counted_and_stay(void **state)
{
    (void)state;
    rec_put(rec, "lieu", "x");
    fixture_set(rec, "titre.fr", "a");
    fixture_set(rec, "titre.it", "b");
    assert_int_equal(rec_aside(rec), 0);
    rec_set_hidden(rec, fixture_at(rec, "lieu"), true);
    rec_set_hidden(rec, fixture_at(rec, "titre"), true);
    rec_set_hidden(rec, fixture_at(rec, "memo"), true);
    assert_int_equal(rec_aside(rec), 3);
    assert_true(rec_hidden(rec, fixture_at(rec, "titre.en")));
    assert_string_equal(rec_value(rec, "lieu"), "x");
    rec_set_hidden(rec, fixture_at(rec, "titre"), false);
    assert_int_equal(rec_aside(rec), 1);
}

static void rec_hidden__a_note__is_marked_too(void **state)
{
    struct rec_at at = fixture_at(rec, "conseil");

    (void)state;
    rec_set_hidden(rec, at, true);
    assert_true(rec_hidden(rec, at));
    assert_false(rec_hidden(rec, fixture_at(rec, "total")));
    rec_set(rec, at, VIEW_LIT("x"));
    assert_null(rec_get(rec, at));
}

static void rec_copy__changed__leaves_the_original(void **state)
{
    struct rec *copy;

    (void)state;
    add_rows("seances", "ab");
    rec_put(rec, "memo", "un");
    rec_set_hidden(rec, fixture_at(rec, "memo"), true);
    copy = rec_copy(rec);
    assert_true(rec_hidden(copy, fixture_at(copy, "memo")));
    assert_int_equal(rec_rows(copy, table("seances")), 2);
    rec_put(copy, "memo", "deux");
    rec_row_remove(copy, table("seances"), 0);
    assert_string_equal(rec_value(rec, "memo"), "un");
    assert_string_equal(row_ids("seances"), "ab");
    rec_free(copy);
}

static int order(const char *path, const char *a, const char *b)
{
    const struct form_field *f = &form->fields[form_field_find(form, view_of(path))];

    return rec_key_cmp(f, (struct rec_key){a, "1"}, (struct rec_key){b, "1"});
}

static void rec_key_cmp__values__go_by_their_type(void **state)
{
    (void)state;
    assert_true(order("nombre", "9", "10") < 0);
    assert_true(order("nombre", "-9", "-10") > 0);
    assert_true(order("nombre", "-1", "1") < 0);
    assert_true(order("mesure", "1.25", "1.3") < 0);
    assert_true(order("mesure", "-1.25", "-1.3") > 0);
    assert_true(order("mesure", "2", "2.5") < 0);
    assert_true(order("titre", "9", "10") > 0);
    assert_true(order("seances.debut", "2026-12-05[Europe/Paris]",
                        "2026-12-05T00:00[Europe/Paris]") < 0);
    assert_true(order("seances.debut", "2026-12-05T20:30[Europe/Paris]",
                        "2026-12-05T09:30[Europe/Paris]") > 0);
    assert_true(order("seances.debut", "2026-10-25T02:30+02:00[Europe/Paris]",
                        "2026-10-25T02:30+01:00[Europe/Paris]") < 0);
    assert_true(order("seances.debut", "pas une date", "pas une datf") < 0);
}

static void rec_key_cmp__blanks_and_ties__last_and_by_id(void **state)
{
    const struct form_field *f = &form->fields[0];

    (void)state;
    assert_true(rec_key_cmp(f, (struct rec_key){NULL, "a"},
                        (struct rec_key){"z", "b"}) > 0);
    assert_true(
            rec_key_cmp(f, (struct rec_key){"z", "a"}, (struct rec_key){"z", "b"}) < 0);
    assert_true(rec_key_cmp(NULL, (struct rec_key){"z", "a"},
                        (struct rec_key){"a", "b"}) < 0);
}

static int parse_fails(const char *path)
{
    struct rec_at at;
    struct err err = {0};
    int r = rec_at_parse(rec, view_of(path), &at, &err);

    assert_int_equal(r, err.code);
    return r;
}

static void rec_at_text__every_place__parses_back(void **state)
{
    static const char *const paths[] = {"titre", "titre.en", "adresse.rue",
            "adresse.acces.it", "seances.2.note.en", "seances.#b.note.en",
            "seances.1.debut", "reservation.moyens.1.valeur",
            "reservation.moyens.#x.y.valeur"};
    struct buf out;

    (void)state;
    add_rows("seances", "ab");
    rec_row_insert(rec, table("reservation.moyens"), 0, VIEW_LIT("x.y"));
    buf_init(&out, 0);
    for (size_t i = 0; i < COUNT(paths); i++) {
        buf_clear(&out);
        rec_at_text(
                rec, fixture_at(rec, paths[i]), strchr(paths[i], '#') != NULL, &out);
        assert_string_equal(out.s, paths[i]);
    }
    buf_release(&out);
    assert_int_equal(fixture_at(rec, "titre.fr").lang, 0);
}

static void rec_at_parse__wrong_paths__say_why(void **state)
{
    (void)state;
    add_rows("seances", "a");
    assert_int_equal(parse_fails(""), ERR_NOT_FOUND);
    assert_int_equal(parse_fails("."), ERR_NOT_FOUND);
    assert_int_equal(parse_fails("titr"), ERR_NOT_FOUND);
    assert_int_equal(parse_fails("titre.de"), ERR_NOT_FOUND);
    assert_int_equal(parse_fails("memo.fr"), ERR_NOT_FOUND);
    assert_int_equal(parse_fails("seances.debut"), ERR_INVALID);
    assert_int_equal(parse_fails("seances.note.en"), ERR_INVALID);
    assert_int_equal(parse_fails("seances.0.debut"), ERR_NOT_FOUND);
    assert_int_equal(parse_fails("seances.2.debut"), ERR_NOT_FOUND);
    assert_int_equal(parse_fails("seances.1"), ERR_NOT_FOUND);
    assert_int_equal(parse_fails("seances.1."), ERR_NOT_FOUND);
    assert_int_equal(parse_fails("seances.1.rien"), ERR_NOT_FOUND);
    assert_int_equal(parse_fails("seances.#"), ERR_NOT_FOUND);
    assert_int_equal(parse_fails("seances.#z.debut"), ERR_NOT_FOUND);
    assert_int_equal(parse_fails("seances.99999999999999999999.debut"), ERR_NOT_FOUND);
    assert_int_equal(parse_fails("adresse"), ERR_NOT_FOUND);
}

#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

static void rec_path_bare__rows__are_left_out(void **state)
{
    struct buf out;

    (void)state;
    buf_init(&out, 0);
    rec_path_bare(view_of("tarifs.#ab.prix.2.en"), &out);
    assert_string_equal(out.s, "tarifs.prix.en");
    buf_clear(&out);
    rec_path_bare(view_of("titre"), &out);
    assert_string_equal(out.s, "titre");
    buf_release(&out);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
            T(rec_set__any_value__is_kept_until_blanked),
            T(rec_put__unknown_or_row_path__does_nothing),
            T(rec_get__places_outside__are_blank),
            T(rec_rows__insert_move_remove__keep_ids_and_values),
            T(rec_row_take__then_put__brings_everything_back),
            T(rec_aside__hidden_values__are_counted_and_stay),
            T(rec_hidden__a_note__is_marked_too),
            T(rec_copy__changed__leaves_the_original),
            T(rec_key_cmp__values__go_by_their_type),
            T(rec_key_cmp__blanks_and_ties__last_and_by_id),
            T(rec_at_text__every_place__parses_back),
            T(rec_at_parse__wrong_paths__say_why),
            T(rec_path_bare__rows__are_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
