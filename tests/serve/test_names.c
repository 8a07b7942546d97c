/* The names of accounts are not told by how long a refusal takes: what takes long is
 * counted. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "room.h"

static int tried;

int crypto_pwhash_str_verify(
        const char *hash, const char *password, unsigned long long n);

/* libsodium's, which no password opens here. */
int crypto_pwhash_str_verify(
        const char *hash, const char *password, unsigned long long n)
{
    (void)hash, (void)password, (void)n;
    tried++;
    return -1;
}

/* How many hashes are tried at one sign-in. */
static int tries_of(const char *name, const char *password)
{
    tried = 0;
    room_sign(name, password);
    assert_int_equal(room_ask("GET", "/commons", NULL), 401);
    return tried;
}

static void names__unknown__take_as_long_as_known_ones(void **state)
{
    (void)state;
    room_account("anne", "motdepasse", "lecteur");
    room_account("bea", "motdepasse", "lecteur");
    assert_int_equal(room_open((struct serve_options){.loopback = true}, NULL), 0);
    assert_int_equal(tries_of("anne", "faux"), 1);
    assert_int_equal(tries_of("bea", "faux"), 1);
    assert_int_equal(tries_of("personne", "faux"), 1);
    assert_int_equal(tries_of("", "faux"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(
                    names__unknown__take_as_long_as_known_ones, room_make, room_remove),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
