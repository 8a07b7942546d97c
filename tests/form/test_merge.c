#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "merging.h"

/* Merges without a conflict to EXPECTED, whichever side is which. */
static void check_silent(
        const char *base, const char *ours, const char *theirs, const char *expected)
{
    struct merged m = merge_texts(base, ours, theirs, MERGE_OURS);

    assert_string_equal(m.body, expected);
    assert_int_equal(m.n, 0);
    merged_release(&m);
    m = merge_texts(base, theirs, ours, MERGE_THEIRS);
    assert_string_equal(m.body, expected);
    assert_int_equal(m.n, 0);
    merged_release(&m);
}

/* Merges to EXPECTED with one conflict, at PATH. */
static struct merged check_conflict(const char *base, const char *ours,
        const char *theirs, const char *expected, const char *path)
{
    struct merged m = merge_texts(base, ours, theirs, MERGE_THEIRS);

    assert_string_equal(m.body, expected);
    assert_int_equal(m.n, 1);
    assert_string_equal(m.all[0].path, path);
    return m;
}

static void merge__different_fields__are_all_taken(void **state)
{
    (void)state;
    check_silent("{\"lieu\":\"a\",\"memo\":\"m\",\"prix\":5}",
            "{\"lieu\":\"b\",\"memo\":\"m\",\"prix\":5}",
            "{\"lieu\":\"a\",\"sigle\":\"S\"}", "{\"lieu\":\"b\",\"sigle\":\"S\"}");
}

static void merge__groups__by_member(void **state)
{
    (void)state;
    check_silent("{\"adresse\":{\"rue\":\"r\"}}",
            "{\"adresse\":{\"acces\":{\"fr\":\"a\"},\"rue\":\"r\"}}",
            "{\"adresse\":{\"rue\":\"s\"}}",
            "{\"adresse\":{\"acces\":{\"fr\":\"a\"},\"rue\":\"s\"}}");
    check_silent("{\"adresse\":{\"rue\":\"r\"}}", "{}",
            "{\"adresse\":{\"etage\":3,\"rue\":\"r\"}}", "{\"adresse\":{\"etage\":3}}");
}

static void merge__languages__one_by_one(void **state)
{
    (void)state;
    check_silent("{\"titre\":{\"fr\":\"t\"}}", "{\"titre\":{\"fr\":\"u\"}}",
            "{\"titre\":{\"de\":\"T\",\"en\":\"t\",\"fr\":\"t\"}}",
            "{\"titre\":{\"de\":\"T\",\"en\":\"t\",\"fr\":\"u\"}}");
}

static void merge__rows__by_id(void **state)
{
    (void)state;
    check_silent("{\"tarifs\":[{\"id\":\"a\",\"prix\":1},{\"id\":\"b\",\"prix\":2}]}",
            "{\"tarifs\":[{\"id\":\"b\",\"prix\":3},{\"id\":\"c\",\"prix\":4}]}",
            "{\"tarifs\":[{\"id\":\"a\",\"prix\":1},{\"id\":\"b\",\"prix\":2,\"x\":"
            "true}]}",
            "{\"tarifs\":[{\"id\":\"b\",\"prix\":3,\"x\":true},{\"id\":\"c\",\"prix\":"
            "4}]}");
}

static void merge__rows__stand_in_the_order_of_their_values(void **state)
{
    (void)state;
    check_silent(
            "{\"seances\":[{\"debut\":\"2026-12-05[Europe/Paris]\",\"id\":\"a\"}]}",
            "{\"seances\":[{\"debut\":\"2026-12-05[Europe/Paris]\",\"id\":\"a\"},"
            "{\"debut\":\"2026-12-07[Europe/Paris]\",\"id\":\"b\"}]}",
            "{\"seances\":[{\"debut\":\"2026-12-09[Europe/Paris]\",\"id\":\"a\"}]}",
            "{\"seances\":[{\"debut\":\"2026-12-07[Europe/Paris]\",\"id\":\"b\"},"
            "{\"debut\":\"2026-12-09[Europe/Paris]\",\"id\":\"a\"}]}");
}

static void merge__same_row_made_twice__is_one(void **state)
{
    (void)state;
    check_silent("{}", "{\"tarifs\":[{\"id\":\"a\",\"prix\":1}]}",
            "{\"tarifs\":[{\"id\":\"a\",\"x\":2}]}",
            "{\"tarifs\":[{\"id\":\"a\",\"prix\":1,\"x\":2}]}");
}

static void merge__same_field__is_a_conflict(void **state)
{
    struct merged m =
            check_conflict("{\"titre\":{\"en\":\"a\"}}", "{\"titre\":{\"en\":\"b\"}}",
                    "{}", "{\"titre\":{\"en\":\"b\"}}", "titre.en");

    (void)state;
    check_value(m.all[0].base, "\"a\"");
    check_value(m.all[0].ours, "\"b\"");
    assert_null(m.all[0].theirs);
    check_value(m.all[0].kept, "\"b\"");
    assert_int_equal(m.all[0].field, form_field_find(merging_form, VIEW_LIT("titre")));
    assert_string_equal(m.all[0].lang, "en");
    assert_null(m.all[0].row);
    merged_release(&m);
}

static void merge__field_of_a_row__says_which_row(void **state)
{
    struct merged m = check_conflict("{\"tarifs\":[{\"id\":\"a\",\"prix\":1}]}",
            "{\"tarifs\":[{\"id\":\"a\",\"prix\":2}]}",
            "{\"tarifs\":[{\"id\":\"a\",\"prix\":3}]}",
            "{\"tarifs\":[{\"id\":\"a\",\"prix\":2}]}", "tarifs.#a.prix");

    (void)state;
    assert_string_equal(m.all[0].row, "a");
    assert_int_equal(m.all[0].table, form_table_find(merging_form, VIEW_LIT("tarifs")));
    merged_release(&m);
}

static void merge__changed_row__outlives_its_removal(void **state)
{
    static const char was[] = "{\"tarifs\":[{\"id\":\"a\",\"prix\":1}]}";
    static const char changed[] = "{\"tarifs\":[{\"id\":\"a\",\"prix\":2}]}";
    struct merged m = check_conflict(was, "{}", changed, changed, "tarifs.#a");

    (void)state;
    assert_null(m.all[0].ours);
    check_value(m.all[0].kept, "{\"id\":\"a\",\"prix\":2}");
    assert_int_equal(m.all[0].field, -1);
    merged_release(&m);
    m = check_conflict(was, changed, "{}", changed, "tarifs.#a");
    assert_null(m.all[0].theirs);
    merged_release(&m);
}

static void merge__unknown_members__are_compared_whole(void **state)
{
    struct merged m;

    (void)state;
    check_silent(
            "{}", "{\"a\":{\"x\":1}}", "{\"b\":[2]}", "{\"a\":{\"x\":1},\"b\":[2]}");
    m = check_conflict(
            "{}", "{\"a\":{\"x\":1}}", "{\"a\":{\"y\":1}}", "{\"a\":{\"x\":1}}", "a");
    assert_int_equal(m.all[0].field, -1);
    merged_release(&m);
}

static void merge__misfits__are_values_like_others(void **state)
{
    struct merged m = check_conflict("{\"tarifs\":[{\"id\":\"a\"}]}",
            "{\"tarifs\":[{\"id\":\"a\",\"prix\":1}]}", "{\"tarifs\":3}",
            "{\"tarifs\":[{\"id\":\"a\",\"prix\":1}]}", "tarifs");

    (void)state;
    merged_release(&m);
    check_silent("{\"tarifs\":[{\"id\":\"a\"},7]}", "{\"tarifs\":[{\"id\":\"a\"},8]}",
            "{\"tarifs\":[{\"id\":\"a\"},{\"id\":\"b\"},7]}",
            "{\"tarifs\":[{\"id\":\"a\"},{\"id\":\"b\"},8]}");
    m = check_conflict("{\"tarifs\":[1]}", "{\"tarifs\":[2]}", "{\"tarifs\":[3]}",
            "{\"tarifs\":[2]}", "tarifs");
    merged_release(&m);
}

static void merge__header__is_of_the_later_change(void **state)
{
    static const char base[] =
            "{\"modifie_le\":\"2026-01-01T00:00:00Z\",\"modifie_par\":\"A\"}";
    static const char b[] =
            "{\"modifie_le\":\"2026-01-03T00:00:00Z\",\"modifie_par\":\"B\"}";
    static const char c[] =
            "{\"modifie_le\":\"2026-01-02T00:00:00Z\",\"modifie_par\":\"C\"}";
    static const char d[] =
            "{\"modifie_le\":\"2026-01-03T00:00:00Z\",\"modifie_par\":\"D\"}";

    (void)state;
    check_silent(base, b, c, b);
    check_silent(base, b, d, b); /* the same instant: the higher revision */
    check_silent(base, base, c, c);
    check_silent(NULL, b, c, b);
}

static void merge__sequence__is_the_larger(void **state)
{
    (void)state;
    check_silent("{\"seances\":[{\"id\":\"a\",\"sequence\":1}]}",
            "{\"seances\":[{\"id\":\"a\",\"sequence\":3}]}",
            "{\"seances\":[{\"id\":\"a\",\"sequence\":2}]}",
            "{\"seances\":[{\"id\":\"a\",\"sequence\":3}]}");
}

static void merge__calculated_and_form_version__never_conflict(void **state)
{
    (void)state;
    check_silent("{\"total\":1}", "{\"formulaire\":\"x\",\"total\":2}",
            "{\"formulaire\":\"y\",\"total\":3}", "{\"formulaire\":\"x\",\"total\":2}");
}

static void merge__deleted_record__stays_alive_where_it_was_changed(void **state)
{
    static const char was[] = "{\"memo\":\"a\",\"statut_fiche\":\"publie\"}";
    static const char gone[] = "{\"memo\":\"a\",\"statut_fiche\":\"supprime\"}";
    static const char changed[] = "{\"memo\":\"b\",\"statut_fiche\":\"publie\"}";
    struct merged m = check_conflict(was, gone, changed, changed, "statut_fiche");

    (void)state;
    check_value(m.all[0].kept, "\"publie\"");
    merged_release(&m);
    m = check_conflict(was, changed, gone, changed, "statut_fiche");
    merged_release(&m);
    check_silent(was, was, gone, gone);
    check_silent(gone, "{\"memo\":\"b\",\"statut_fiche\":\"supprime\"}", was, changed);
}

static void merge__no_ancestor__every_difference_is_a_conflict(void **state)
{
    struct merged m = merge_texts(NULL,
            "{\"lieu\":\"x\",\"memo\":\"a\",\"tarifs\":[{\"id\":\"a\"}]}",
            "{\"memo\":\"b\",\"prix\":1,\"lieu\":\"x\",\"tarifs\":[{\"id\":\"b\"}]}",
            MERGE_OURS);

    (void)state;
    assert_string_equal(m.body, "{\"lieu\":\"x\",\"memo\":\"a\",\"tarifs\":[{\"id\":"
                                "\"a\"},{\"id\":\"b\"}]}");
    assert_int_equal(m.n, 4);
    assert_string_equal(m.all[0].path, "memo"); /* in the order of the form */
    assert_string_equal(m.all[1].path, "prix");
    assert_string_equal(m.all[2].path, "tarifs.#a");
    assert_string_equal(m.all[3].path, "tarifs.#b");
    merged_release(&m);
}

static int refused(const char *ours, const char *theirs)
{
    struct json *o = json_of(ours), *t = json_of(theirs), *ret;
    struct merge_conflict *all;
    size_t n;
    int rc = merge_bodies(merging_form, NULL, o, t, MERGE_OURS, &ret, &all, &n);

    json_free(o);
    json_free(t);
    return rc;
}

static void merge__bodies_that_do_not_fit__are_refused(void **state)
{
    struct buf rows[2];

    (void)state;
    assert_int_equal(refused("{}", "[]"), ERR_INVALID);
    assert_int_equal(refused("3", "{}"), ERR_INVALID);
    assert_int_equal(refused("{\"_id\":\"a\"}", "{\"_id\":\"b\"}"), ERR_INVALID);
    for (int side = 0; side < 2; side++) {
        buf_init(&rows[side], 0);
        for (int i = 0; i < 600; i++)
            buf_addf(&rows[side], "%s{\"id\":\"%d-%d\"}", i ? "," : "{\"seances\":[",
                    side, i);
        buf_adds(&rows[side], "]}");
    }
    assert_int_equal(refused(rows[0].s, rows[1].s), ERR_LIMIT);
    buf_release(&rows[0]);
    buf_release(&rows[1]);
}

#define T(f) cmocka_unit_test_setup_teardown(f, merging_open, merging_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
            T(merge__different_fields__are_all_taken),
            T(merge__groups__by_member),
            T(merge__languages__one_by_one),
            T(merge__rows__by_id),
            T(merge__rows__stand_in_the_order_of_their_values),
            T(merge__same_row_made_twice__is_one),
            T(merge__same_field__is_a_conflict),
            T(merge__field_of_a_row__says_which_row),
            T(merge__changed_row__outlives_its_removal),
            T(merge__unknown_members__are_compared_whole),
            T(merge__misfits__are_values_like_others),
            T(merge__header__is_of_the_later_change),
            T(merge__sequence__is_the_larger),
            T(merge__calculated_and_form_version__never_conflict),
            T(merge__deleted_record__stays_alive_where_it_was_changed),
            T(merge__no_ancestor__every_difference_is_a_conflict),
            T(merge__bodies_that_do_not_fit__are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
