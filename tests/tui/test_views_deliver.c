/* Deliveries from the palette. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odus/base/file.h"
#include "views.h"

static void open_deliveries(struct tt *t)
{
    tt_keys(t, ":deliver{Enter}");
    tt_expect(t, "another folder…");
}

static void deliver__another_folder__is_asked_for_and_filled(void **state)
{
    struct views *v = *state;
    struct tt *t = views_start(v, false);
    char keys[300], path[300];

    open_deliveries(t);
    snprintf(keys, sizeof(keys), "{Enter}%s/out{Enter}files{Enter}", v->dir);
    tt_keys(t, keys);
    tt_expect(t, "0 records in 0 files");
    snprintf(path, sizeof(path), "%s/out/manifest.json", v->dir);
    assert_int_equal(access(path, R_OK), 0);
    tt_keys(t, "{Esc}");
    tt_refuse(t, "another folder");
}

static void deliver__wrong_format__is_said(void **state)
{
    struct views *v = *state;
    struct tt *t = views_start(v, false);
    char keys[300];

    open_deliveries(t);
    snprintf(keys, sizeof(keys), "{Enter}%s/out{Enter}telex{Enter}", v->dir);
    tt_keys(t, keys);
    tt_expect(t, "no format \"telex\"");
}

static void deliver__with_a_name__stands_in_the_list(void **state)
{
    struct views *v = *state;
    struct tt *t = views_start(v, false);
    char path[300], text[400];

    snprintf(path, sizeof(path), "%s/odus", v->dir);
    snprintf(text, sizeof(text), "[office]\nformats=files\ndossier=%s/o\n", v->dir);
    assert_int_equal(file_mkdirs(path, 0700, NULL), 0);
    snprintf(path, sizeof(path), "%s/odus/livraisons", v->dir);
    assert_int_equal(file_write_atomic(path, view_of(text), 0600, NULL), 0);
    open_deliveries(t);
    tt_expect(t, "office → ");
    tt_keys(t, "{Enter}");
    tt_expect(t, "0 records in 0 files");
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, views_setup, views_teardown)
    const struct CMUnitTest tests[] = {
            T(deliver__another_folder__is_asked_for_and_filled),
            T(deliver__wrong_format__is_said),
            T(deliver__with_a_name__stands_in_the_list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
