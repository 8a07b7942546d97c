/* odus files: what is here, what is added, what cannot be fetched. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/file.h"
#include "odus/base/json.h"
#include "program.h"

static const char rider[] = "%PDF-1.7\nDeux chaises, une table.";

/* A PDF beside the store; owned. */
static char *make_pdf(void)
{
    char *path = program_path("fiche.pdf");

    assert_int_equal(file_write_atomic(path, view_of(rider), 0600, NULL), 0);
    return path;
}

static void files__add__prints_the_hash(void **state)
{
    char hash[HASH_256_TEXT], *path = make_pdf();

    (void)state;
    hash_blake2b256(view_of(rider), hash);
    assert_int_equal(RUN("files", "add", path), 0);
    expect_text(out, hash);
    assert_int_equal(RUN("files", "add", "/etc/passwd"), 1);
    expect_text(err, "PDF");
    assert_int_equal(RUN("files", "add", "/nowhere.pdf"), 2);
    assert_int_equal(RUN("files", "add"), 2);
    free(path);
}

static void files__path_in_a_record__is_listed_with_it(void **state)
{
    char *path = make_pdf(), value[300], uid[40];
    struct json *list;
    const struct json *one;

    (void)state;
    snprintf(value, sizeof(value), "fiche_technique.1.fichier=%s", path);
    assert_int_equal(
            RUN("new", "spectacle", "titre=Contes", "fiche_technique+=", value), 0);
    snprintf(uid, sizeof(uid), "%s", output_id());
    assert_int_equal(RUN("files", uid, "--json"), 0);
    list = output_json();
    assert_int_equal(json_len(list), 1);
    one = json_at(list, 0);
    assert_string_equal(json_get_text(one, "uid"), uid);
    assert_string_equal(json_get_text(one, "title"), "Contes");
    assert_int_equal(json_get_int(one, "bytes", 0), sizeof(rider) - 1);
    assert_true(json_get_bool(one, "here", false));
    assert_false(json_get_bool(one, "waiting", true));
    json_free(list);
    assert_int_equal(RUN("files"), 0);
    expect_text(out, "Contes");
    free(path);
}

static void files__fetch__without_a_server_says_so(void **state)
{
    (void)state;
    assert_int_equal(RUN("files", "fetch"), 2);
    assert_int_equal(RUN("files", "fetch", "01900000-0000"), 2);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, program_setup, program_teardown)
    const struct CMUnitTest tests[] = {
            T(files__add__prints_the_hash),
            T(files__path_in_a_record__is_listed_with_it),
            T(files__fetch__without_a_server_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
