/* complete, where others have changed the record meanwhile. */
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
#include "odus/base/mem.h"
#include "program.h"

#define THEATRE "0199f3a0-0201-74db-a67d-c075fc4f6f78"

static char *drafts_path(void)
{
    return xasprintf("%s/drafts.db", program_store());
}

static void copy(const char *from, const char *to)
{
    struct buf bytes;

    assert_int_equal(file_read(from, 64 << 20, &bytes, NULL), 0);
    assert_int_equal(file_write_atomic(to, buf_view(&bytes), 0600, NULL), 0);
    buf_release(&bytes);
}

/*
 * A draft of the theatre with another name, whose record got the name "Chez Bruno" and
 * another street meanwhile: the journal of then comes back after the others are done.
 */
static void diverge(const char *mine)
{
    char *drafts = drafts_path(), *kept = program_path("kept.db");

    assert_int_equal(RUN("set", THEATRE, mine), 0);
    copy(drafts, kept);
    assert_int_equal(
            RUN("set", THEATRE, "nom=Chez Bruno", "adresse.voie=2 place neuve"), 0);
    assert_int_equal(RUN("complete", THEATRE), 0);
    assert_int_equal(RUN("list"), 0);
    copy(kept, drafts);
    assert_int_equal(remove(kept), 0);
    free(drafts);
    free(kept);
}

static void expect_field(const char *key, const char *value)
{
    struct json *j;

    assert_int_equal(RUN("show", THEATRE, "--json"), 0);
    j = output_json();
    assert_string_equal(json_get_text(j, key), value);
    json_free(j);
}

static void complete__others_changed_another_field__merges(void **state)
{
    (void)state;
    diverge("acces=Par la cour du musée");
    assert_int_equal(RUN("complete", THEATRE), 0);
    expect_field("nom", "Chez Bruno");
    assert_int_equal(RUN("show", THEATRE), 0);
    expect_text(out, "Par la cour du musée");
    expect_text(out, "2 place neuve");
}

static void complete__others_changed_the_same__shows_both(void **state)
{
    struct json *j, *c;

    (void)state;
    diverge("nom=Chez Anne");
    assert_int_equal(RUN("complete", THEATRE), 1);
    expect_text(out, "nom");
    expect_text(out, "Chez Anne");
    expect_text(out, "Chez Bruno");
    expect_text(err, "--theirs");
    assert_int_equal(RUN("complete", THEATRE, "--json"), 1);
    j = output_json();
    assert_int_equal(json_len(json_get(j, "conflicts")), 1);
    c = json_at(json_get(j, "conflicts"), 0);
    assert_string_equal(json_get_text(c, "path"), "nom");
    assert_string_equal(json_get_text(c, "mine"), "Chez Anne");
    assert_string_equal(json_get_text(c, "theirs"), "Chez Bruno");
    assert_string_equal(json_get_text(c, "stands"), "open");
    json_free(j);
    expect_field("nom", "Chez Anne");
}

static void complete__mine__keeps_and_completes(void **state)
{
    (void)state;
    diverge("nom=Chez Anne");
    assert_int_equal(RUN("complete", THEATRE, "--mine"), 0);
    expect_field("nom", "Chez Anne");
    expect_field("statut_fiche", "publie");
}

static void complete__theirs__takes_and_completes(void **state)
{
    (void)state;
    diverge("nom=Chez Anne");
    assert_int_equal(RUN("complete", THEATRE, "--theirs"), 0);
    expect_field("nom", "Chez Bruno");
}

static void set__of_the_field__decides_too(void **state)
{
    (void)state;
    diverge("nom=Chez Anne");
    assert_int_equal(RUN("complete", THEATRE), 1);
    assert_int_equal(RUN("set", THEATRE, "nom=Chez tous"), 0);
    assert_int_equal(RUN("complete", THEATRE), 0);
    expect_field("nom", "Chez tous");
}

static void line__decides_one_by_one(void **state)
{
    (void)state;
    diverge("nom=Chez Anne");
    assert_int_equal(RUN_INPUT(":complete\n:take-theirs 2\n:take-theirs 1\n:complete\n",
                             "line", THEATRE),
            0);
    expect_text(out, "1. ");
    expect_text(out, "Chez Bruno");
    expect_field("nom", "Chez Bruno");
    expect_field("statut_fiche", "publie");
}

#define T(f) cmocka_unit_test_setup_teardown(f, program_setup_samples, program_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
            T(complete__others_changed_another_field__merges),
            T(complete__others_changed_the_same__shows_both),
            T(complete__mine__keeps_and_completes),
            T(complete__theirs__takes_and_completes),
            T(set__of_the_field__decides_too),
            T(line__decides_one_by_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
