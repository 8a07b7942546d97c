/* Files that are named in a record. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "desk.h"
#include "odus/app/entry.h"
#include "odus/app/files.h"
#include "odus/base/mem.h"

static const char rider[] = "%PDF-1.7\nUn micro, deux chaises.";

static struct rec_at place_of(struct entry *en, const char *path)
{
    struct rec_at at = {.field = -1};
    struct err err = {0};

    desk_ok(rec_at_parse(entry_rec(en), view_of(path), &at, &err), &err);
    return at;
}

static struct entry *new_show(void)
{
    struct entry *en = NULL;
    struct err err = {0};
    int table, row;

    desk_ok(entry_new(desk, "spectacle", &en, &err), &err);
    table = form_table_find(rec_form(entry_rec(en)), VIEW_LIT("fiche_technique"));
    desk_ok(entry_row_add(en, table, &row, &err), &err);
    return en;
}

static void entry__path_of_a_pdf__becomes_its_hash(void **state)
{
    struct entry *en = new_show();
    struct rec_at at = place_of(en, "fiche_technique.1.fichier");
    struct app_file *files = NULL;
    char hash[HASH_256_TEXT];
    struct err err = {0};
    size_t n = 0;

    (void)state;
    hash_blake2b256(view_of(rider), hash);
    desk_ok(entry_type(en, at, view_of(desk_file("fiche.pdf", rider)), &err), &err);
    assert_string_equal(rec_get(entry_rec(en), at), hash);
    desk_ok(app_files(desk, entry_uid(en), &files, &n, &err), &err);
    assert_int_equal(n, 1);
    assert_string_equal(files[0].hash, hash);
    assert_int_equal(files[0].bytes, sizeof(rider) - 1);
    assert_false(files[0].waits);
    app_files_free(files, n);
    entry_close(en);
}

static void entry__other_files__are_refused_and_addresses_kept(void **state)
{
    struct entry *en = new_show();
    struct rec_at at = place_of(en, "fiche_technique.1.fichier");
    struct app_file *files = NULL;
    struct err err = {0};
    size_t n = 1;

    (void)state;
    assert_int_equal(entry_type(en, at, view_of(desk_file("notes.txt", "mémo")), &err),
            ERR_INVALID);
    assert_int_equal(
            entry_type(en, at, VIEW_LIT("/nulle/part.pdf"), &err), ERR_INVALID);
    desk_ok(entry_type(en, at, VIEW_LIT("https://exemple.fr/a.pdf"), &err), &err);
    assert_string_equal(rec_get(entry_rec(en), at), "https://exemple.fr/a.pdf");
    desk_ok(app_files(desk, entry_uid(en), &files, &n, &err), &err);
    assert_int_equal(n, 0);
    app_files_free(files, n);
    entry_close(en);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, desk_open, desk_close)
    const struct CMUnitTest tests[] = {
            T(entry__path_of_a_pdf__becomes_its_hash),
            T(entry__other_files__are_refused_and_addresses_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
