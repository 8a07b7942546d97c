/* Fields as people know them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "desk.h"

static void expect_label(const char *type, const char *path, const char *label)
{
    struct buf out;

    buf_init(&out, 0);
    buf_adds(&out, "- ");
    app_path_label(desk, type, path, &out);
    assert_string_equal(out.s + 2, label);
    buf_release(&out);
}

static void path_label__fields_groups_rows__are_as_in_the_form(void **state)
{
    (void)state;
    expect_label("evenement", "titre", "Titre");
    expect_label("evenement", "titre.en", "Titre (en)");
    expect_label("evenement", "titre.fr", "Titre");
    expect_label("evenement", "tarifs", "Tarifs");
    expect_label("evenement", "tarifs.categorie", "Tarifs › Catégorie");
    expect_label("evenement", "tarifs.2.categorie", "Tarifs › Catégorie");
    expect_label("evenement", "tarifs.#ab12.categorie", "Tarifs › Catégorie");
    expect_label("lieu", "adresse.commune", "Adresse › Commune");
}

static void path_label__through_links__names_each_step(void **state)
{
    (void)state;
    expect_label("evenement", "lieu", "Lieu habituel");
    expect_label(
            "evenement", "lieu.adresse.commune", "Lieu habituel › Adresse › Commune");
    expect_label(
            "evenement", "lieu.exploitant.nom", "Lieu habituel › Exploitant › Nom");
}

static void path_label__unknown__stays_as_it_is(void **state)
{
    (void)state;
    expect_label("evenement", "", "");
    expect_label("evenement", "xyzzy", "xyzzy");
    expect_label("evenement", "titre.xx", "titre.xx");
    expect_label("evenement", "lieu.xyzzy.b", "Lieu habituel › xyzzy.b");
    expect_label("nothing", "titre", "titre");
    expect_label("evenement", "...", "..");
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, desk_open, desk_close)
    const struct CMUnitTest tests[] = {
            T(path_label__fields_groups_rows__are_as_in_the_form),
            T(path_label__through_links__names_each_step),
            T(path_label__unknown__stays_as_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
