#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "odus/base/buf.h"

enum { LONG = 200 };

/* Whatever room is left: what does not fit is written where there is more. */
static void buf_addf__of_any_length__is_whole(void **state)
{
    char text[LONG + 1] = "";

    (void)state;
    memset(text, 'x', LONG);
    for (int before = 0; before < LONG; before += 7)
        for (int n = 0; n < LONG; n++) {
            struct buf b;

            buf_init(&b, 0);
            buf_addf(&b, "%.*s", before, text);
            buf_addf(&b, "%.*s", n, text);
            assert_int_equal(b.len, before + n);
            assert_int_equal(strlen(b.s), before + n);
            assert_int_equal(strspn(b.s, "x"), before + n);
            buf_release(&b);
        }
}

static void buf_add__over_the_limit__leaves_the_text(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 4);
    buf_addf(&b, "%d", 123);
    buf_addf(&b, "%d", 45);
    assert_true(b.full);
    assert_string_equal(b.s, "123");
    buf_clear(&b);
    for (int i = 0; i < 5; i++)
        buf_addc(&b, (char)('a' + i));
    assert_true(b.full);
    assert_string_equal(b.s, "abcd");
    buf_release(&b);
}

static void view_is__compares__the_whole_word(void **state)
{
    (void)state;
    assert_true(view_is((struct view){"", 0}, ""));
    assert_true(view_is((struct view){NULL, 0}, ""));
    assert_false(view_is((struct view){"", 0}, "a"));
    assert_false(view_is(VIEW_LIT("a"), ""));
    assert_false(view_is(VIEW_LIT("titre"), "tit"));
    assert_false(view_is(VIEW_LIT("tit"), "titre"));
    assert_true(view_is(VIEW_LIT("titre"), "titre"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(buf_addf__of_any_length__is_whole),
            cmocka_unit_test(buf_add__over_the_limit__leaves_the_text),
            cmocka_unit_test(view_is__compares__the_whole_word),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
