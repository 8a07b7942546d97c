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
#include "odus/base/i18n.h"
#include "odus/base/mem.h"

struct pair {
    const char *id, *text;
    uint32_t nid, ntext;
};

#define PAIR(id, text)                                                                 \
    {                                                                                  \
        id, text, sizeof(id) - 1, sizeof(text) - 1                                     \
    }

/* In the order of strcmp, as msgfmt writes them. */
static const struct pair pairs[] = {
        PAIR("", "Content-Type: text/plain; charset=UTF-8\n"
                 "Plural-Forms: nplurals=2; plural=(n > 1);\n"),
        PAIR("%1$s: ", "%1$s : "),
        PAIR("%d.%d", "%d,%d"),
        PAIR("%d.%d MB", "%d,%d Mo"),
        PAIR("%lu record\0%lu records", "%lu fiche\0%lu fiches"),
        PAIR("empty", ""),
        PAIR("undo", "annuler"),
};

static void put(struct buf *b, uint32_t w, bool swap)
{
    w = swap ? __builtin_bswap32(w) : w;
    buf_add(b, &w, sizeof(w));
}

static void build(struct buf *b, bool swap)
{
    uint32_t n = COUNT(pairs), at = 28 + 16 * n;

    put(b, 0x950412de, swap);
    put(b, 0, swap);
    put(b, n, swap);
    put(b, 28, swap);
    put(b, 28 + 8 * n, swap);
    put(b, 0, swap);
    put(b, at, swap);
    for (uint32_t i = 0; i < n; at += pairs[i].nid + 1, i++) {
        put(b, pairs[i].nid, swap);
        put(b, at, swap);
    }
    for (uint32_t i = 0; i < n; at += pairs[i].ntext + 1, i++) {
        put(b, pairs[i].ntext, swap);
        put(b, at, swap);
    }
    for (uint32_t i = 0; i < n; i++)
        buf_add(b, pairs[i].id, pairs[i].nid + 1);
    for (uint32_t i = 0; i < n; i++)
        buf_add(b, pairs[i].text, pairs[i].ntext + 1);
}

/* Loads BYTES from a file of its own. */
static int load(struct view bytes, struct err *err)
{
    const char *tmp = getenv("TMPDIR");
    char *path = file_join(tmp ? tmp : "/tmp", "test_i18n.mo");
    int rc = file_write_atomic(path, bytes, 0600, err);

    assert_int_equal(rc, 0);
    rc = i18n_load(path, err);
    unlink(path);
    free(path);
    return rc;
}

static int unload(void **state)
{
    (void)state;
    return i18n_load(NULL, NULL);
}

static void i18n__text__of_both_byte_orders(void **state)
{
    struct buf mo;
    struct err err = {0};

    (void)state;
    for (int swap = 0; swap < 2; swap++) {
        buf_init(&mo, 0);
        build(&mo, swap);
        assert_int_equal(load(buf_view(&mo), &err), 0);
        assert_string_equal(i18n_text("undo"), "annuler");
        assert_string_equal(i18n_text("unknown"), "unknown");
        assert_string_equal(i18n_text("empty"), "empty");
        assert_string_equal(i18n_text(""), "");
        buf_release(&mo);
    }
}

static void i18n__count__follows_the_header(void **state)
{
    struct buf mo;
    struct err err = {0};

    (void)state;
    buf_init(&mo, 0);
    build(&mo, false);
    assert_int_equal(load(buf_view(&mo), &err), 0);
    assert_string_equal(i18n_count("%lu record", "%lu records", 0), "%lu fiche");
    assert_string_equal(i18n_count("%lu record", "%lu records", 1), "%lu fiche");
    assert_string_equal(i18n_count("%lu record", "%lu records", 2), "%lu fiches");
    assert_string_equal(i18n_count("a cat", "cats", 0), "cats");
    assert_string_equal(i18n_count("a cat", "cats", 1), "a cat");
    buf_release(&mo);
}

static void i18n__text__is_the_id_without_catalogue(void **state)
{
    (void)state;
    assert_string_equal(i18n_text("undo"), "undo");
    assert_string_equal(i18n_count("a cat", "cats", 2), "cats");
}

static void i18n__load__refuses_every_cut_file(void **state)
{
    struct buf mo;
    struct err err = {0};

    (void)state;
    buf_init(&mo, 0);
    build(&mo, false);
    for (size_t n = 0; n < mo.len; n++) {
        assert_int_equal(load((struct view){mo.s, n}, &err), ERR_DAMAGED);
        assert_string_equal(i18n_text("undo"), "undo");
    }
    buf_release(&mo);
}

static void i18n__load__refuses_offsets_that_wrap(void **state)
{
    struct buf mo;
    uint32_t huge = 0xfffffff8;
    struct err err = {0};

    (void)state;
    for (size_t at = 8; at < 28 + 16 * COUNT(pairs); at += 4) {
        if (at == 20 || at == 24) /* the hash table is not read */
            continue;
        buf_init(&mo, 0);
        build(&mo, false);
        memcpy(mo.s + at, &huge, sizeof(huge));
        assert_int_equal(load(buf_view(&mo), &err), ERR_DAMAGED);
        buf_release(&mo);
    }
}

static void i18n__load__missing_file_keeps_the_catalogue(void **state)
{
    struct buf mo;
    struct err err = {0};

    (void)state;
    buf_init(&mo, 0);
    build(&mo, false);
    assert_int_equal(load(buf_view(&mo), &err), 0);
    assert_int_equal(i18n_load("/nowhere/odus.mo", &err), ERR_NOT_FOUND);
    assert_string_equal(i18n_text("undo"), "annuler");
    buf_release(&mo);
}

static void expect_words(const char *label, const char *number, const char *sizes)
{
    struct buf text;

    buf_init(&text, 0);
    i18n_add_label("Lieu", &text);
    assert_string_equal(text.s, label);
    buf_clear(&text);
    i18n_add_tenths(125, &text);
    assert_string_equal(text.s, number);
    buf_clear(&text);
    i18n_add_bytes(999, &text);
    assert_string_equal(text.s, "999 B");
    buf_clear(&text);
    i18n_add_bytes(1000, &text);
    i18n_add_bytes(999999, &text);
    assert_string_equal(text.s, "1 kB999 kB");
    buf_clear(&text);
    i18n_add_bytes(1000000, &text);
    i18n_add_bytes(1299999, &text);
    assert_string_equal(text.s, sizes);
    buf_release(&text);
}

static void i18n__colon_and_numbers__are_as_the_language_has_them(void **state)
{
    struct buf mo;
    struct err err = {0};

    (void)state;
    expect_words("Lieu: ", "12.5", "1.0 MB1.2 MB");
    buf_init(&mo, 0);
    build(&mo, false);
    assert_int_equal(load(buf_view(&mo), &err), 0);
    expect_words("Lieu : ", "12,5", "1,0 Mo1,2 Mo");
    buf_release(&mo);
}

static void i18n__plural__knows_the_operators_of_c(void **state)
{
    const char *polish =
            "n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2;";

    (void)state;
    assert_int_equal(i18n_plural("(n > 1)", 2), 1);
    assert_int_equal(i18n_plural("n != 1", 1), 0);
    assert_int_equal(i18n_plural("!n", 0), 1);
    assert_int_equal(i18n_plural("1 + 2 * n - 4 / 2", 5), 9);
    assert_int_equal(i18n_plural("8 - 4 - 2", 0), 2);
    assert_int_equal(i18n_plural(polish, 1), 0);
    assert_int_equal(i18n_plural(polish, 22), 1);
    assert_int_equal(i18n_plural(polish, 12), 2);
    assert_int_equal(i18n_plural("0;\n", 7), 0);
}

static void i18n__plural__is_0_for_nonsense(void **state)
{
    static const char *const bad[] = {
            "", "n >", "n % 0", "(n", "n)", "n ? 1", "system()", "1 2"};
    char deep[4000];

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(i18n_plural(bad[i], 5), 0);
    memset(deep, '(', sizeof(deep) - 1);
    deep[sizeof(deep) - 1] = '\0';
    assert_int_equal(i18n_plural(deep, 5), 0);
    memset(deep, '!', sizeof(deep) - 1);
    assert_int_equal(i18n_plural(deep, 5), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_teardown(i18n__text__of_both_byte_orders, unload),
            cmocka_unit_test_teardown(i18n__count__follows_the_header, unload),
            cmocka_unit_test(i18n__text__is_the_id_without_catalogue),
            cmocka_unit_test(i18n__load__refuses_every_cut_file),
            cmocka_unit_test(i18n__load__refuses_offsets_that_wrap),
            cmocka_unit_test_teardown(
                    i18n__load__missing_file_keeps_the_catalogue, unload),
            cmocka_unit_test(i18n__plural__knows_the_operators_of_c),
            cmocka_unit_test_teardown(
                    i18n__colon_and_numbers__are_as_the_language_has_them, unload),
            cmocka_unit_test(i18n__plural__is_0_for_nonsense),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
