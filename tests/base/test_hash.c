#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "odus/base/hash.h"

/* Known answers from `printf abc | b2sum -l 256`. */
static void hash__blake2b256__gives_known_answers(void **state)
{
    char out[HASH_256_TEXT];

    (void)state;
    hash_blake2b256(view_of("abc"), out);
    assert_string_equal(
            out, "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
    hash_blake2b256(view_of(NULL), out);
    assert_string_equal(
            out, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
}

static void hash__feed__equals_the_whole_at_once(void **state)
{
    struct hash_state h;
    char pieces[HASH_256_TEXT];
    char whole[HASH_256_TEXT];

    (void)state;
    hash_start(&h);
    hash_feed(&h, view_of("a"));
    hash_feed(&h, view_of(""));
    hash_feed(&h, view_of("bc"));
    hash_finish(&h, pieces);
    hash_blake2b256(view_of("abc"), whole);
    assert_string_equal(pieces, whole);
}

/* b2sum -l 128 of 02 00×7 "ab" 00×8 01 00×7 "c". */
static void hash__blake2b128__tells_the_parts_apart(void **state)
{
    struct view parts[] = {VIEW_LIT("ab"), {NULL, 0}, VIEW_LIT("c")};
    struct view moved[] = {VIEW_LIT("a"), {NULL, 0}, VIEW_LIT("bc")};
    char out[HASH_128_TEXT];
    char other[HASH_128_TEXT];

    (void)state;
    hash_blake2b128(parts, 3, out);
    assert_string_equal(out, "444d878c02dd010784878ce3e3686869");
    hash_blake2b128(moved, 3, other);
    assert_string_not_equal(out, other);
    hash_blake2b128(parts, 2, other);
    assert_string_not_equal(out, other);
    hash_blake2b128(NULL, 0, out);
    assert_string_equal(out, "cae66941d9efbd404e4d88758ea67670");
}

/* FIPS 180-4, the examples of NIST: "abc" and the empty message. */
static void sha256__gives_known_answers(void **state)
{
    struct sha256_state h;
    char out[HASH_256_TEXT];

    (void)state;
    sha256_start(&h);
    sha256_feed(&h, VIEW_LIT("a"));
    sha256_feed(&h, (struct view){NULL, 0});
    sha256_feed(&h, VIEW_LIT("bc"));
    sha256_finish(&h, out);
    assert_string_equal(
            out, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    sha256_start(&h);
    sha256_finish(&h, out);
    assert_string_equal(
            out, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void uuid__v7__holds_the_instant_and_only_grows(void **state)
{
    char last[UUID_TEXT];
    char id[UUID_TEXT];

    (void)state;
    uuid_v7(0x017F22E279B0, last); /* the instant of RFC 9562 appendix A.6 */
    assert_memory_equal(last, "017f22e2-79b0-7", 15);
    for (int i = 0; i < 20000; i++) {
        uuid_v7(i % 2 ? 0x017F22E279B0 : 5, id); /* stands or goes back */
        assert_true(uuid_valid(view_of(id)));
        assert_true(strchr("89ab", id[19]));
        assert_true(strcmp(id, last) > 0);
        memcpy(last, id, sizeof(id));
    }
    uuid_v7(0x017F22E279B1, id);
    assert_memory_equal(id, "017f22e2-79b1-7", 15);
}

/* RFC 9562 appendix A.4: "www.example.com" in the DNS namespace. */
static void uuid__v5__gives_the_answer_of_the_rfc(void **state)
{
    char out[UUID_TEXT];

    (void)state;
    uuid_v5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", view_of("www.example.com"), out);
    assert_string_equal(out, "2ed6657d-e927-568b-95e1-2665a8aea6a2");
}

static void uuid__valid__wants_the_one_spelling(void **state)
{
    (void)state;
    assert_true(uuid_valid(view_of("2ed6657d-e927-568b-95e1-2665a8aea6a2")));
    assert_false(uuid_valid(view_of("2ED6657D-e927-568b-95e1-2665a8aea6a2")));
    assert_false(uuid_valid(view_of("2ed6657d-e927-568b-95e1-2665a8aea6a")));
    assert_false(uuid_valid(view_of("2ed6657de-927-568b-95e1-2665a8aea6a2")));
    assert_false(uuid_valid(view_of("")));
}

static void hash__random__reaches_all_below_its_limit(void **state)
{
    unsigned seen = 0;

    (void)state;
    for (int i = 0; i < 1000; i++) {
        uint32_t n = hash_random(3);

        assert_true(n < 3);
        seen |= 1u << n;
    }
    assert_int_equal(seen, 7);
    assert_int_equal(hash_random(1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(hash__blake2b256__gives_known_answers),
            cmocka_unit_test(hash__feed__equals_the_whole_at_once),
            cmocka_unit_test(hash__blake2b128__tells_the_parts_apart),
            cmocka_unit_test(hash__random__reaches_all_below_its_limit),
            cmocka_unit_test(sha256__gives_known_answers),
            cmocka_unit_test(uuid__v7__holds_the_instant_and_only_grows),
            cmocka_unit_test(uuid__v5__gives_the_answer_of_the_rfc),
            cmocka_unit_test(uuid__valid__wants_the_one_spelling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
