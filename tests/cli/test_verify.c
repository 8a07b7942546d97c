/* verify: typed again, blind. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/json.h"
#include "odus/base/mem.h"
#include "program.h"

/* A structure with one licence, whose date is all that is verified. */
#define STRUCTURE "0199f3a0-0102-7702-a119-5df8ec50ed5e"

static char *licence_date(void)
{
    struct json *j;
    char *date;

    assert_int_equal(RUN("show", STRUCTURE, "--json"), 0);
    j = output_json();
    date = xstrdup(json_get_text(json_at(json_get(j, "licences"), 0), "valide_du"));
    json_free(j);
    assert_non_null(date);
    return date;
}

static void verify__same__is_all_equal(void **state)
{
    char *date = licence_date();
    char *input = xasprintf("%s\n", date);

    (void)state;
    assert_int_equal(RUN_INPUT(input, "verify", STRUCTURE), 0);
    refuse_text(out, date);
    free(input);
    free(date);
}

static void verify__different__is_asked_once_more(void **state)
{
    char *date = licence_date();
    char *input = xasprintf("2020-01-02\n%s\n", date);

    (void)state;
    assert_int_equal(RUN_INPUT(input, "verify", STRUCTURE), 0);
    refuse_text(out, "2020");
    free(input);
    free(date);
}

static void verify__different_twice__is_told_and_changes_nothing(void **state)
{
    char *before = licence_date(), *after;

    (void)state;
    assert_int_equal(RUN_INPUT("2020-01-02\n\n", "verify", STRUCTURE), 1);
    expect_text(out, "2020");
    expect_text(out, "licences.1.valide_du");
    expect_text(err, "--take");
    after = licence_date();
    assert_string_equal(before, after);
    free(before);
    free(after);
}

static void verify__take__changes_the_draft(void **state)
{
    char *after;

    (void)state;
    assert_int_equal(RUN_INPUT("2020-01-02\n\n", "verify", STRUCTURE, "--take"), 1);
    after = licence_date();
    assert_string_equal(after, "2020-01-02");
    free(after);
    assert_int_equal(RUN_INPUT("2/1/2020\n", "verify", STRUCTURE), 0);
}

static void verify__unreadable__is_asked_again(void **state)
{
    char *date = licence_date();
    char *input = xasprintf("hier soir tard\n%s\n", date);

    (void)state;
    assert_int_equal(RUN_INPUT(input, "verify", STRUCTURE), 0);
    free(input);
    free(date);
}

static void verify__input_that_ends__is_not_verified(void **state)
{
    (void)state;
    assert_int_equal(RUN("verify", STRUCTURE), 1);
}

static void verify__json__is_the_report_alone(void **state)
{
    struct json *j, *d;

    (void)state;
    assert_int_equal(RUN_INPUT("2020-01-02\n\n", "verify", STRUCTURE, "--json"), 1);
    j = output_json();
    assert_string_equal(json_get_text(j, "uid"), STRUCTURE);
    assert_int_equal(json_get_int(j, "different", 0), 1);
    d = json_at(json_get(j, "differences"), 0);
    assert_string_equal(json_get_text(d, "path"), "licences.1.valide_du");
    assert_non_null(strstr(json_get_text(d, "second"), "2020"));
    json_free(j);
}

#define T(f) cmocka_unit_test_setup_teardown(f, program_setup_samples, program_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
            T(verify__same__is_all_equal),
            T(verify__different__is_asked_once_more),
            T(verify__different_twice__is_told_and_changes_nothing),
            T(verify__take__changes_the_draft),
            T(verify__unreadable__is_asked_again),
            T(verify__input_that_ends__is_not_verified),
            T(verify__json__is_the_report_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
