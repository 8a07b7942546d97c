#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "odus/base/base64.h"

/* RFC 4648 §10 */
static void base64__examples__both_ways(void **state)
{
    static const char *const all[][2] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="},
            {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="},
            {"foobar", "Zm9vYmFy"}, {"\xff\xfe\xfd", "//79"}, {"\xfb\xef", "++8="}};
    struct buf out;

    (void)state;
    buf_init(&out, 0);
    for (size_t i = 0; i < COUNT(all); i++) {
        buf_clear(&out);
        base64_add(view_of(all[i][0]), &out);
        assert_string_equal(out.s, all[i][1]);
        for (int padded = 0; padded < 2; padded++) {
            struct view text = view_of(all[i][1]);

            while (!padded && text.n && text.p[text.n - 1] == '=')
                text.n--;
            buf_clear(&out);
            assert_true(base64_read(text, &out));
            assert_string_equal(out.s, all[i][0]);
        }
    }
    buf_release(&out);
}

static void base64_read__no_base64__is_refused(void **state)
{
    static const char *const all[] = {"Z", "A", "Zm9vY", "Zh==", "Zm9=", "Zm 9v",
            "Zm9v\n", "Z=g=", "Zg===", "Zm9v-_", "\xc3\xa9"};

    (void)state;
    for (size_t i = 0; i < COUNT(all); i++) {
        struct buf out;

        buf_init(&out, 0);
        if (base64_read(view_of(all[i]), &out))
            fail_msg("%s is taken", all[i]);
        buf_release(&out);
    }
}

/* Longer than what is read and written at once. */
static void base64__long_bytes__come_back(void **state)
{
    struct buf bytes, text, back;

    (void)state;
    buf_init(&bytes, 0);
    buf_init(&text, 0);
    buf_init(&back, 0);
    for (int i = 0; i < 10000; i++)
        buf_addc(&bytes, (char)(i * 7 + i / 256));
    base64_add(buf_view(&bytes), &text);
    assert_int_equal(text.len, 13336);
    assert_true(base64_read(buf_view(&text), &back));
    assert_true(view_eq(buf_view(&back), buf_view(&bytes)));
    text.s[5000] = '*';
    assert_false(base64_read(buf_view(&text), &back));
    buf_release(&back);
    buf_release(&text);
    buf_release(&bytes);
}

static void base64_read__no_room__is_refused(void **state)
{
    struct buf out;

    (void)state;
    buf_init(&out, 3);
    assert_false(base64_read(view_of("Zm9vYmFy"), &out));
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(base64__examples__both_ways),
            cmocka_unit_test(base64__long_bytes__come_back),
            cmocka_unit_test(base64_read__no_base64__is_refused),
            cmocka_unit_test(base64_read__no_room__is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
