/* Settings that are no good, as the screens tell of them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange.h"
#include "odus/base/file.h"
#include "odus/base/mem.h"

#define SERVER "serveur=https://coop.example\ncompte=maud\n"
#define DONE                                                                           \
    "{\"ev\":\"done\",\"pulled\":7,\"pushed\":3,\"merged\":1,\"conflicts\":0,"         \
    "\"refused\":0,\"waiting\":0,\"requests\":5,\"up\":10,\"down\":20,\"ms\":5}\n"

static struct tt *begin(void **state, const char *config)
{
    struct views *v = *state;

    v->config = config;
    exchange_fake(v, DONE);
    return views_start(v, false);
}

/* With an editor, while the program runs. */
static void write_config(const struct views *v, const char *text)
{
    char *path = xasprintf("%s/odus/config", v->dir);
    struct err err = {0};

    assert_int_equal(file_write_atomic(path, view_of(text), 0600, &err), 0);
    free(path);
}

static void settings__bad_one__is_told_at_the_start_until_a_key(void **state)
{
    struct tt *t = begin(state, "synchro=abc\n");

    tt_expect(t, "synchro=abc is no number of minutes, 0 or more: 5 is used");
    tt_keys(t, "{Down}");
    tt_refuse(t, "synchro=abc");
}

static void settings__several__are_counted(void **state)
{
    struct tt *t = begin(state, "synchro=abc\nfichiers=oui\n");

    tt_expect(t, "2 settings want mending (odus doctor): config:");
}

static void settings__metered_no_number__holds_sessions_and_says_why(void **state)
{
    struct views *v = *state;
    struct tt *t = begin(state, SERVER "forfait_mo=abc\n");

    tt_wait_text(t, "✗ not synchronised: s");
    tt_keys(t, "s");
    tt_expect(t, "forfait_mo=abc is no number of megabytes, like 20 or 0.5");
    tt_expect(t, "s tries again");
    write_config(v, "nom=Anne\n" SERVER "forfait_mo=2\nsynchro=0\n");
    tt_keys(t, "s");
    tt_wait_text(t, "received: 7");
}

/* The file of passwords, or the command for them: said before the session begins. */
static void settings__warning_of_the_worker__is_seen(void **state)
{
    struct views *v = *state;
    struct tt *t;

    v->config = SERVER "synchro=0\n";
    exchange_fake(v,
            "{\"ev\":\"warning\",\"message\":\"beware of the dog\",\"args\":[]}\n"
            "{\"ev\":\"start\",\"url\":\"https://coop.example\"}\n" DONE);
    t = views_start(v, false);
    tt_keys(t, "s");
    tt_wait_text(t, "received: 7");
    tt_sync(t);
    tt_expect(t, "! warning");
    tt_expect(t, "beware of the dog");
    tt_refuse(t, "untitled");
}

/* Tokens are much longer than what else is asked for. */
static void settings__bearer__a_token_is_taken_whole(void **state)
{
    struct views *v = *state;
    char token[1201], *told;
    struct tt *t;

    memset(token, 'k', sizeof token - 1);
    token[sizeof token - 2] = 'Z';
    token[sizeof token - 1] = '\0';
    v->config = SERVER "synchro=0\nconnexion=bearer\n";
    exchange_fake(v, "{\"ev\":\"ask\",\"what\":\"password\",\"user\":\"maud\","
                     "\"again\":true,\"token\":true}\n?\n" DONE);
    t = views_start(v, false);
    tt_keys(t, "s");
    tt_wait_text(t, "A new token of maud");
    tt_keys(t, token);
    tt_keys(t, "{Enter}");
    tt_wait_text(t, "received: 7");
    told = exchange_told(v);
    assert_non_null(strstr(told, token));
    free(told);
}

#define T(f) cmocka_unit_test_setup_teardown(f, views_setup, views_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
            T(settings__bad_one__is_told_at_the_start_until_a_key),
            T(settings__several__are_counted),
            T(settings__metered_no_number__holds_sessions_and_says_why),
            T(settings__warning_of_the_worker__is_seen),
            T(settings__bearer__a_token_is_taken_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
