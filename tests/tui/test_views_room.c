/* A workshop room joined on the screen; what waits for a référent; a worker gone. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "exchange.h"
#include "odus/base/buf.h"
#include "odus/base/mem.h"

#define BY_HAND "serveur=https://coop.example\ncompte=maud\nsynchro=0\n"
#define START "{\"ev\":\"start\",\"url\":\"http://192.0.2.7:5984\"}\n"
#define DONE "{\"ev\":\"done\",\"pulled\":7,\"pushed\":3}\n"

static int sessions(const struct views *v, const char *part)
{
    char *told = exchange_told(v);
    struct view rest = view_of(told), line;
    int n = 0;

    while (view_next(&rest, '\n', &line)) {
        char *text = view_dup(line);

        n += strstr(text, "\"job\":\"sync\"") && strstr(text, part);
        free(text);
    }
    free(told);
    return n;
}

static struct tt *begin(void **state, const char *config, const char *script)
{
    struct views *v = *state;

    v->config = config;
    exchange_fake(v, script);
    return views_start(v, false);
}

static void await(struct tt *t, const char *text)
{
    tt_wait_text(t, text);
    tt_sync(t);
}

static void room__invitation__is_joined_and_not_kept(void **state)
{
    struct views *v = *state;
    struct tt *t = begin(state, NULL, START DONE);
    char *config;

    tt_keys(t, "s");
    tt_expect(t, "Address of the cooperative's server");
    tt_keys(t, "http://atelier:ABCD-1234@192.0.2.7:5984/{Enter}");
    await(t, "received: 7");
    tt_expect(t, "http://192.0.2.7:5984");
    tt_refuse(t, "ABCD");
    assert_int_equal(sessions(v, "\"secret\":\"ABCD-1234\""), 1);
    assert_int_equal(sessions(v, "\"user\":\"atelier\""), 1);
    assert_int_equal(sessions(v, "\"url\":\"http://192.0.2.7:5984\""), 1);
    assert_int_equal(sessions(v, "\"insecure\":true"), 1);
    assert_int_equal(sessions(v, "\"author\":\"atelier\""), 0);
    tt_keys(t, "s"); /* the next one is with the room, too */
    await(t, "received: 7");
    tt_refuse(t, "Address of");
    assert_int_equal(sessions(v, "\"secret\":\"ABCD-1234\""), 2);
    config = views_config(v);
    assert_null(strstr(config, "192.0.2.7"));
    assert_null(strstr(config, "atelier"));
    free(config);
}

static void room__another_address__leaves_it(void **state)
{
    struct views *v = *state;
    struct tt *t = begin(state, BY_HAND, START DONE);

    tt_keys(t, "s");
    await(t, "received: 7");
    tt_keys(t, "{^O}address{Enter}");
    tt_keys(t, "{^U}http://atelier:ABCD-1234@192.0.2.7:5984{Enter}");
    await(t, "received: 7");
    assert_int_equal(sessions(v, "\"secret\":\"ABCD-1234\""), 1);
    tt_keys(t, "{^O}address{Enter}{Enter}{Enter}");
    await(t, "received: 7");
    assert_int_equal(sessions(v, "\"url\":\"https://coop.example\""), 2);
    assert_int_equal(sessions(v, "\"secret\""), 1);
}

static void session__program_killed__is_said(void **state)
{
    struct tt *t = begin(state, BY_HAND, START);

    tt_keys(t, "s");
    await(t, "ended before its time");
    tt_expect(t, "○ offline");
}

static void queue__merge_of_anothers__waits_for_a_referent(void **state)
{
    struct views *v = *state;
    char uid[37];
    struct tt *t;

    v->config = BY_HAND;
    views_start(v, false);
    exchange_record(v, "Le loup", uid);
    exchange_peer(v);
    exchange_refuse(v, uid, "");
    t = begin(state, BY_HAND, START "{\"ev\":\"done\",\"referent\":1}\n");
    tt_keys(t, "s");
    await(t, "for a référent: 1");
    views_expect_row(t, "Le loup", "… waiting");
    views_expect_row(t, "Le loup", "waits for a référent");
}

#define T(f) cmocka_unit_test_setup_teardown(f, views_setup, views_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
            T(room__invitation__is_joined_and_not_kept),
            T(room__another_address__leaves_it),
            T(session__program_killed__is_said),
            T(queue__merge_of_anothers__waits_for_a_referent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
