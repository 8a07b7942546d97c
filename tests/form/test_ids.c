#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "odus/form/ids.h"

static void siret__accepts__luhn_and_the_post_office(void **state)
{
    (void)state;
    assert_true(ids_siret_ok(VIEW_LIT("73282932000074")));
    assert_true(ids_siret_ok(VIEW_LIT("732 829 320 00074")));
    assert_true(ids_siret_ok(VIEW_LIT("35600000049837")));
    assert_false(ids_siret_ok(VIEW_LIT("13002526564591")));
    assert_false(ids_siret_ok(VIEW_LIT("7328293200007")));
    assert_false(ids_siret_ok(VIEW_LIT("7328293200007A")));
    assert_false(ids_siret_ok(VIEW_LIT("")));
    assert_true(ids_siren_ok(VIEW_LIT("732829320")));
}

static void isni__checks__mod_11_2_with_x(void **state)
{
    (void)state;
    assert_true(ids_isni_ok(VIEW_LIT("0000000121032683")));
    assert_true(ids_isni_ok(VIEW_LIT("0000 0001 2281 955X")));
    assert_false(ids_isni_ok(VIEW_LIT("0000000121032684")));
    assert_false(ids_isni_ok(VIEW_LIT("000000012103268")));
}

static void iswc__checks__its_digit(void **state)
{
    (void)state;
    assert_true(ids_iswc_ok(VIEW_LIT("T-034.524.680-1")));
    assert_true(ids_iswc_ok(VIEW_LIT("T0345246801")));
    assert_false(ids_iswc_ok(VIEW_LIT("T0345246802")));
}

static void licence__knows__three_forms(void **state)
{
    struct buf out;

    (void)state;
    assert_true(ids_licence_ok(VIEW_LIT("PLATESV-D-2019-001172")));
    assert_true(ids_licence_ok(VIEW_LIT("L-R-20-839")));
    assert_true(ids_licence_ok(VIEW_LIT("2-1012345")));
    assert_false(ids_licence_ok(VIEW_LIT("PLATESV-X-2019-001172")));
    assert_false(ids_licence_ok(VIEW_LIT("PLATESV-D-19-001172")));
    assert_int_equal(ids_licence_category(VIEW_LIT("3-PLATESV-R-2021-000839")), 3);
    assert_int_equal(ids_licence_until(VIEW_LIT("PLATESV-R-2021-000839")), 2026);
    buf_init(&out, 0);
    assert_true(ids_licence_number(VIEW_LIT("3-PLATESV-R-2021-000839"), &out));
    assert_string_equal(out.s, "PLATESV-R-2021-000839");
    buf_clear(&out);
    assert_true(ids_licence_short(VIEW_LIT("PLATESV-D-2019-001172"), &out));
    assert_string_equal(out.s, "L-D-19-1172");
    buf_release(&out);
}

static void expect_phone(const char *typed, const char *e164)
{
    struct buf out;

    buf_init(&out, 0);
    assert_int_equal(ids_phone_e164(view_of(typed), &out), e164 != NULL);
    assert_string_equal(out.s, e164 ? e164 : "");
    buf_release(&out);
}

static void phone__becomes__e164(void **state)
{
    (void)state;
    expect_phone("04 92 25 52 52", "+33492255252");
    expect_phone("04.92.25.52.52", "+33492255252");
    expect_phone("+33 (0)4 92 25 52 52", "+33492255252");
    expect_phone("0033492255252", "+33492255252");
    expect_phone("+39 0122 622640", "+390122622640");
    expect_phone("04\xc2\xa0"
                 "92 25 52 52",
            "+33492255252");
    expect_phone("04 92 25 52", NULL);
    expect_phone("+44 20 7946 0000", NULL);
    expect_phone("00", NULL);
    expect_phone("appelez-nous", NULL);
}

static void email_and_url__refuse__what_is_neither(void **state)
{
    (void)state;
    assert_true(ids_email_ok(VIEW_LIT("billetterie@theatre.example.org")));
    assert_false(ids_email_ok(VIEW_LIT("a@b")));
    assert_false(ids_email_ok(VIEW_LIT("a@@b.fr")));
    assert_false(ids_email_ok(VIEW_LIT("a b@c.fr")));
    assert_true(ids_url_ok(VIEW_LIT("https://www.example.org/agenda?id=3")));
    assert_false(ids_url_ok(VIEW_LIT("www.example.org")));
    assert_false(ids_url_ok(VIEW_LIT("https://user:secret@example.org/")));
    assert_false(ids_url_ok(VIEW_LIT("https://localhost/")));
    assert_false(ids_url_ok(VIEW_LIT("javascript:alert(1)")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(siret__accepts__luhn_and_the_post_office),
            cmocka_unit_test(isni__checks__mod_11_2_with_x),
            cmocka_unit_test(iswc__checks__its_digit),
            cmocka_unit_test(licence__knows__three_forms),
            cmocka_unit_test(phone__becomes__e164),
            cmocka_unit_test(email_and_url__refuse__what_is_neither),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
