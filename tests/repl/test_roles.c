#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "odus/repl/roles.h"
#include "vectors.h"

enum { ROLES_AT_ONCE = 8 };

/* What roles_check says of ONE: "" or the reason, static. */
static const char *verdict(const struct json *one)
{
    const char *roles[ROLES_AT_ONCE + 1] = {NULL};
    struct roles_user user = {.name = json_get_text(one, "user"), .roles = roles};
    struct err e = {0};
    int rc;

    for (size_t i = 0; i < ROLES_AT_ONCE; i++)
        roles[i] = json_as_text(json_at(json_get(one, "roles"), i));
    rc = roles_check(&user, json_get(one, "new"), json_get(one, "old"),
            json_get_bool(one, "training", false), &e);
    if (rc == 0)
        return "";
    assert_int_equal(rc, strcmp(e.id, "sign in first") == 0 ? ERR_USAGE : ERR_INVALID);
    return e.id;
}

static void roles_check__vectors__all_answers_are_right(void **state)
{
    struct json *all = vectors_read();

    (void)state;
    assert_true(json_len(all) >= 60);
    for (size_t i = 0; i < json_len(all); i++) {
        const struct json *one = json_at(all, i);

        if (strcmp(verdict(one), json_get_text(one, "reason")) != 0)
            fail_msg("%s: \"%s\"", json_get_text(one, "what"), verdict(one));
    }
    json_free(all);
}

static void roles_check__no_document__is_refused(void **state)
{
    const char *const roles[] = {"administrateur", NULL};
    struct roles_user user = {.name = "anne", .roles = roles};

    (void)state;
    assert_int_equal(roles_check(&user, NULL, NULL, false, NULL), ERR_INVALID);
    user.roles = NULL;
    assert_int_equal(roles_check(&user, NULL, NULL, false, NULL), ERR_INVALID);
    user.name = NULL;
    assert_int_equal(roles_check(&user, NULL, NULL, false, NULL), ERR_USAGE);
}

static void roles_known__names__those_of_the_table(void **state)
{
    (void)state;
    assert_true(roles_known("lecteur"));
    assert_true(roles_known("administrateur"));
    assert_false(roles_known(""));
    assert_false(roles_known("administrateurs"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(roles_check__vectors__all_answers_are_right),
            cmocka_unit_test(roles_check__no_document__is_refused),
            cmocka_unit_test(roles_known__names__those_of_the_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
