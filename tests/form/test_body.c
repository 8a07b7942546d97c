#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "odus/base/hash.h"

static struct form *form;

static int set_up(void **state)
{
    (void)state;
    form = fixture_form(fixture_text);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    form_free(form);
    return 0;
}

/** BODY read and written again. */
static char *again(const char *body, enum body_kind kind)
{
    struct rec *rec = fixture_rec(form, body);
    char *out = fixture_body(rec, kind);

    rec_free(rec);
    return out;
}

static void assert_kept(const char *body)
{
    char *sent = again(body, BODY_SENT);
    char *draft = again(body, BODY_DRAFT);

    assert_string_equal(sent, body);
    assert_string_equal(draft, body);
    free(sent);
    free(draft);
}

static void body_write__every_type__has_its_json(void **state)
{
    struct rec *rec = rec_new(form);
    char *body;

    (void)state;
    rec_put(rec, "uid", "u");
    fixture_set(rec, "titre.en", "Tales");
    rec_put(rec, "nombre", "-12");
    rec_put(rec, "mesure", "1.5");
    rec_put(rec, "prix", "1250");
    rec_put(rec, "ouvert", "0");
    rec_put(rec, "surtitre", "inconnu");
    rec_put(rec, "duree", "55");
    rec_put(rec, "publics", "tous\njeunes");
    rec_put(rec, "adresse.rue", "rue Haute");
    body = fixture_body(rec, BODY_SENT);
    assert_string_equal(body,
            "{\"_id\":\"u\",\"adresse\":{\"rue\":\"rue Haute\"},\"duree\":55,"
            "\"mesure\":\"1.5\",\"nombre\":-12,\"ouvert\":false,\"prix\":1250,"
            "\"publics\":[\"tous\",\"jeunes\"],\"surtitre\":\"inconnu\","
            "\"titre\":{\"en\":\"Tales\"},\"uid\":\"u\"}");
    free(body);
    rec_free(rec);
}

static void body_write__blank_record__is_empty(void **state)
{
    struct rec *rec = rec_new(form);
    char *body = fixture_body(rec, BODY_SENT);

    (void)state;
    assert_string_equal(body, "{}");
    free(body);
    rec_free(rec);
}

static void body_write__hidden__left_out_when_sent_only(void **state)
{
    struct rec *rec = fixture_rec(form, "{\"lieu\":\"x\",\"memo\":\"m\"}");
    char *body;

    (void)state;
    rec_set_hidden(rec, fixture_at(rec, "lieu"), true);
    body = fixture_body(rec, BODY_SENT);
    assert_string_equal(body, "{\"memo\":\"m\"}");
    free(body);
    body = fixture_body(rec, BODY_DRAFT);
    assert_string_equal(body, "{\"lieu\":\"x\",\"memo\":\"m\"}");
    free(body);
    rec_free(rec);
}

static void body_write__rows_all_hidden__are_not_sent(void **state)
{
    struct rec *rec = fixture_rec(form, "{\"tarifs\":[{\"id\":\"a\",\"prix\":1}]}");
    char *body;

    (void)state;
    rec_set_hidden(rec, fixture_at(rec, "tarifs.1.prix"), true);
    body = fixture_body(rec, BODY_SENT);
    assert_string_equal(body, "{}");
    free(body);
    body = fixture_body(rec, BODY_DRAFT);
    assert_string_equal(body, "{\"tarifs\":[{\"id\":\"a\",\"prix\":1}]}");
    free(body);
    rec_free(rec);
}

static void body_write__rows__stand_by_sort_column_then_id(void **state)
{
    char *body = again("{\"seances\":[{\"id\":\"z\"},"
                       "{\"id\":\"b\",\"debut\":\"2026-12-05T20:30[Europe/Paris]\"},"
                       "{\"id\":\"c\",\"debut\":\"2026-12-05[Europe/Paris]\"},"
                       "{\"id\":\"a\",\"debut\":\"2026-12-05T20:30[Europe/Paris]\"}],"
                       "\"tarifs\":[{\"id\":\"2\"},{\"id\":\"1\"}]}",
            BODY_SENT);

    (void)state;
    assert_string_equal(body,
            "{\"seances\":[{\"debut\":\"2026-12-05[Europe/Paris]\",\"id\":\"c\"},"
            "{\"debut\":\"2026-12-05T20:30[Europe/Paris]\",\"id\":\"a\"},"
            "{\"debut\":\"2026-12-05T20:30[Europe/Paris]\",\"id\":\"b\"},"
            "{\"id\":\"z\"}],\"tarifs\":[{\"id\":\"1\"},{\"id\":\"2\"}]}");
    free(body);
}

static void body_read__own_bodies__change_no_byte(void **state)
{
    (void)state;
    assert_kept("{}");
    assert_kept("{\"titre\":{\"fr\":\"Cafe\xCC\x81\",\"it\":\" x \"}}");
    assert_kept("{\"memo\":\"a\\n\\n b\\u0001\",\"mesure\":\"pas un nombre\"}");
    assert_kept("{\"reservation\":{\"moyens\":[{\"id\":\"a\",\"valeur\":\"v\"}]}}");
    assert_kept("{\"seances\":[{\"debut\":\"2026-10-25T02:30+01:00[Europe/Paris]\","
                "\"id\":\"a\",\"note\":{\"en\":\"n\"}},{\"id\":\"b\"}]}");
    assert_kept("{\"mots_cles\":[\"rock, pop\",\"jazz\"],\"voisins\":[\"a\",\"b\"]}");
}

static void body_read__unknown_members__come_out_verbatim(void **state)
{
    (void)state;
    assert_kept("{\"zzz\":{\"a\":[1,2.5,null,true]}}");
    assert_kept("{\"adresse\":{\"etage\":3,\"rue\":\"r\"}}");
    assert_kept("{\"adresse\":{\"acces\":{\"de\":\"links\",\"fr\":\"à gauche\"}}}");
    assert_kept("{\"titre\":{\"de\":\"Titel\",\"fr\":\"Titre\"}}");
    assert_kept("{\"titre\":{\"de\":\"Titel\"}}");
    assert_kept(
            "{\"seances\":[{\"couleur\":\"bleu\",\"id\":\"a\",\"note\":{\"de\":1}}]}");
    assert_kept(
            "{\"reservation\":{\"mode\":\"x\",\"moyens\":[{\"id\":\"a\",\"x\":1}]}}");
}

static void body_read__misfits_and_written_blanks__come_out_verbatim(void **state)
{
    (void)state;
    assert_kept("{\"nombre\":\"12\",\"prix\":1.5,\"titre\":\"seul\"}");
    assert_kept("{\"memo\":null,\"mode\":\"\",\"ouvert\":\"oui\",\"publics\":[]}");
    assert_kept("{\"publics\":[\"tous\",3],\"voisins\":[\"a\\nb\"]}");
    assert_kept(
            "{\"adresse\":{},\"reservation\":[],\"seances\":\"rien\",\"titre\":{}}");
    assert_kept("{\"seances\":[],\"tarifs\":{}}");
    assert_kept("{\"adresse\":{\"acces\":{}},\"titre\":{\"fr\":7}}");
    assert_kept("{\"conseil\":\"une note ne tient rien\"}");
    assert_kept("{\"seances\":[{\"id\":\"a\"},3,\"x\",null]}");
    assert_kept("{\"seances\":[3]}");
}

static void body_write__value_typed_over_a_misfit__wins(void **state)
{
    struct rec *rec = fixture_rec(form, "{\"nombre\":\"12\",\"titre\":{\"de\":\"T\"}}");
    char *body;

    (void)state;
    rec_put(rec, "nombre", "13");
    rec_put(rec, "titre", "Titre");
    body = fixture_body(rec, BODY_SENT);
    assert_string_equal(
            body, "{\"nombre\":13,\"titre\":{\"de\":\"T\",\"fr\":\"Titre\"}}");
    free(body);
    rec_free(rec);
}

static void body_read__id__is_the_uid(void **state)
{
    char *body = again("{\"_id\":\"u\",\"uid\":\"other\"}", BODY_SENT);

    (void)state;
    assert_string_equal(body, "{\"_id\":\"u\",\"uid\":\"u\"}");
    free(body);
    body = again("{\"_id\":\"u\"}", BODY_SENT);
    assert_string_equal(body, "{\"_id\":\"u\",\"uid\":\"u\"}");
    free(body);
}

static void body_read__row_ids_missing_or_doubled__are_made_the_same_way(void **state)
{
    static const char body[] = "{\"uid\":\"01890a5d-ac96-774b-bcce-b302099a8057\","
                               "\"tarifs\":[{\"prix\":1},{\"id\":\"a\",\"prix\":2},"
                               "{\"id\":\"a\",\"prix\":3},{\"id\":4,\"prix\":4}]}";
    struct rec *rec = fixture_rec(form, body), *other = fixture_rec(form, body);
    int tarifs = form_table_find(form, VIEW_LIT("tarifs"));

    (void)state;
    assert_int_equal(rec_rows(rec, tarifs), 4);
    assert_string_equal(rec_row_id(rec, tarifs, 1), "a");
    assert_string_equal(fixture_get(rec, "tarifs.#a.prix"), "2");
    for (int r = 0; r < 4; r++) {
        const char *id = rec_row_id(rec, tarifs, r);

        assert_string_equal(id, rec_row_id(other, tarifs, r));
        assert_int_equal(rec_row_find(rec, tarifs, view_of(id)), r);
        assert_true(r == 1 || uuid_valid(view_of(id)));
    }
    rec_free(rec);
    rec_free(other);
}

static int read_rows(int n)
{
    struct json *body = json_new_object(), *rows = json_new_array();
    struct rec *rec = rec_new(form);
    int r;

    while (n--)
        json_push_take(rows, json_new_object());
    json_set_take(body, "seances", rows);
    r = body_read(body, rec, NULL);
    json_free(body);
    rec_free(rec);
    return r;
}

static void body_read__rows_without_measure__are_refused(void **state)
{
    (void)state;
    assert_int_equal(read_rows(FORM_ROWS_MAX), 0);
    assert_int_equal(read_rows(FORM_ROWS_MAX + 1), ERR_LIMIT);
}

static void body_read__no_object__is_invalid(void **state)
{
    struct rec *rec = rec_new(form);
    struct json *array = json_new_array();
    struct err err = {0};

    (void)state;
    assert_int_equal(body_read(array, rec, &err), ERR_INVALID);
    assert_int_equal(body_read(NULL, rec, NULL), ERR_INVALID);
    json_free(array);
    rec_free(rec);
}

static void body_look__says__what_reading_says_and_leaves_the_body(void **state)
{
    static const char text[] =
            "{\"_id\":\"01890a5d-ac96-774b-bcce-b302099a8057\",\"inconnu\":[1],"
            "\"seances\":[\"stray\",{\"autre\":2,\"id\":\"1\"}],"
            "\"tarifs\":[{\"prix\":1},{\"id\":\"a\",\"prix\":2}],\"titre\":7}";
    struct json *body = NULL;
    struct rec *read = rec_new(form), *seen = rec_new(form);
    struct buf after;

    (void)state;
    assert_int_equal(json_parse(VIEW_LIT(text), 0, &body, NULL), 0);
    assert_int_equal(body_look(body, seen, NULL), 0);
    buf_init(&after, 0);
    json_canonical(body, &after);
    assert_string_equal(after.s, text);
    assert_int_equal(body_read(body, read, NULL), 0);
    for (size_t f = 0; f < form->nfields; f++) {
        struct rec_at at = {.field = (int)f};
        int rows = rec_rows(read, form_frame(form, at.field));

        assert_int_equal(rec_rows(seen, form_frame(form, at.field)), rows);
        for (; at.row < rows; at.row++) {
            const char *a = rec_get(read, at), *b = rec_get(seen, at);

            assert_string_equal(a ? a : "", b ? b : "");
        }
    }
    assert_non_null(rec_extra(read, 0, 0));
    assert_null(rec_extra(seen, 0, 0));
    buf_release(&after);
    json_free(body);
    rec_free(seen);
    rec_free(read);
}

static void body_look__rows_without_measure__are_refused(void **state)
{
    struct json *body = json_new_object(), *rows = json_new_array();
    struct rec *rec = rec_new(form);

    (void)state;
    for (int i = 0; i <= FORM_ROWS_MAX; i++)
        json_push_take(rows, json_new_object());
    json_set_take(body, "seances", rows);
    assert_int_equal(body_look(body, rec, NULL), ERR_LIMIT);
    assert_int_equal(body_look(rows, rec, NULL), ERR_INVALID);
    json_free(body);
    rec_free(rec);
}

/* --- any record: what is written reads back to the same bytes --- */

static uint32_t seed;

static uint32_t pick(uint32_t below)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % below;
}

static void fill(struct rec *rec, struct rec_at at)
{
    static const char *const texts[] = {"", "é\"\\\n", "12", "-3", "1", "0", "2.5",
            "2026-12-05T20:30[Europe/Paris]", "tous\njeunes", "0x", "007"};

    rec_set(rec, at, view_of(texts[pick(COUNT(texts))]));
    rec_set_hidden(rec, at, pick(5) == 0);
}

static struct rec *random_rec(void)
{
    struct rec *rec = rec_new(form);

    for (size_t t = 1; t < form->ntables; t++)
        for (uint32_t n = pick(4); n; n--) {
            char id[2] = {(char)('a' + n * 3 + pick(3)), '\0'};

            rec_row_insert(rec, (int)t, (int)pick(4), view_of(id));
        }
    for (size_t f = 0; f < form->nfields; f++)
        for (int r = 0; r < rec_rows(rec, form_frame(form, (int)f)); r++)
            for (int l = 0; l < form->fields[f].nslots; l++)
                fill(rec, (struct rec_at){.field = (int)f, .row = r, .lang = l});
    return rec;
}

static void body_write__any_record__reads_back_byte_for_byte(void **state)
{
    (void)state;
    for (seed = 1; seed < 400; seed++) {
        uint32_t start = seed;
        struct rec *rec = random_rec();

        for (int kind = BODY_SENT; kind <= BODY_DRAFT; kind++) {
            char *once = fixture_body(rec, (enum body_kind)kind);
            char *twice = again(once, BODY_DRAFT);

            assert_string_equal(once, twice);
            free(once);
            free(twice);
        }
        rec_free(rec);
        seed = start;
    }
}

#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    static const struct CMUnitTest tests[] = {
            T(body_write__every_type__has_its_json),
            T(body_write__blank_record__is_empty),
            T(body_write__hidden__left_out_when_sent_only),
            T(body_write__rows_all_hidden__are_not_sent),
            T(body_write__rows__stand_by_sort_column_then_id),
            T(body_read__own_bodies__change_no_byte),
            T(body_read__unknown_members__come_out_verbatim),
            T(body_read__misfits_and_written_blanks__come_out_verbatim),
            T(body_write__value_typed_over_a_misfit__wins),
            T(body_read__id__is_the_uid),
            T(body_read__row_ids_missing_or_doubled__are_made_the_same_way),
            T(body_read__rows_without_measure__are_refused),
            T(body_read__no_object__is_invalid),
            T(body_look__says__what_reading_says_and_leaves_the_body),
            T(body_look__rows_without_measure__are_refused),
            T(body_write__any_record__reads_back_byte_for_byte),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
