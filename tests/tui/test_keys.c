#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "odus/tui/keys.h"

static void key_parse__every_name__is_what_key_spell_writes(void **state)
{
    static const char *const names[] = {"F1", "F10", "F12", "Enter", "Tab", "S-Tab",
            "Esc", "Backspace", "Delete", "Up", "^Left", "^Home", "S-Up", "^Z", "^\\",
            "n", "/", ":", "Space", "^Space", "PgUp", "^"};
    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        struct key k;
        struct buf out;
        buf_init(&out, 100);
        assert_true(key_parse(view_of(names[i]), &k));
        key_spell(k, &out);
        assert_string_equal(out.s, names[i]);
        buf_release(&out);
    }
}

static void key_parse__letters_with_control__have_no_case(void **state)
{
    struct key a, b;
    (void)state;
    assert_true(key_parse(VIEW_LIT("^z"), &a));
    assert_true(key_parse(VIEW_LIT("^Z"), &b));
    assert_true(key_eq(a, b));
    assert_true(key_parse(VIEW_LIT("z"), &b));
    assert_false(key_eq(a, b));
}

static void key_parse__nonsense__is_refused(void **state)
{
    static const char *const names[] = {
            "", "F13", "Foo", "ab", "^^Z^", "S-", "\x01", "é"};
    struct key k;
    (void)state;
    for (size_t i = 0; i < COUNT(names); i++)
        assert_false(key_parse(view_of(names[i]), &k));
}

static void key_is_text__only_plain_characters(void **state)
{
    (void)state;
    assert_true(key_is_text((struct key){K_CHAR, 0xe9, 0}));
    assert_false(key_is_text((struct key){K_CHAR, 'z', KEY_MOD_CTRL}));
    assert_false(key_is_text((struct key){K_CHAR, 0x7f, 0}));
    assert_false(key_is_text((struct key){K_ENTER, 0, 0}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(key_parse__every_name__is_what_key_spell_writes),
            cmocka_unit_test(key_parse__letters_with_control__have_no_case),
            cmocka_unit_test(key_parse__nonsense__is_refused),
            cmocka_unit_test(key_is_text__only_plain_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
