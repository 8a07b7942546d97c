/* The exchange on the screen, with a program in the place of odus-sync. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange.h"
#include "faults.h"
#include "odus/base/mem.h"

#define BY_HAND "serveur=https://coop.example\ncompte=maud\nsynchro=0\n"
#define BY_ITSELF "serveur=https://coop.example\ncompte=maud\nsynchro=5\n"

#define START "{\"ev\":\"start\",\"url\":\"https://coop.example\"}\n"
#define SENDING                                                                        \
    "{\"ev\":\"phase\",\"phase\":\"push\",\"container\":\"commons\"}\n"                \
    "{\"ev\":\"progress\",\"phase\":\"push\",\"done\":12,\"total\":340,"               \
    "\"up\":120000,\"down\":1250000,\"rate\":34000,\"eta\":130}\n"
#define DONE                                                                           \
    "{\"ev\":\"done\",\"pulled\":7,\"pushed\":3,\"merged\":1,\"conflicts\":0,"         \
    "\"refused\":0,\"waiting\":0,\"requests\":5,\"up\":10,\"down\":20,\"ms\":5}\n"
#define NO_LINK                                                                        \
    "{\"ev\":\"wait\",\"seconds\":30,\"message\":\"no network\",\"args\":[]}\n"
#define PASSWORD                                                                       \
    "{\"ev\":\"ask\",\"what\":\"password\",\"user\":\"maud\","                         \
    "\"url\":\"https://coop.example\",\"again\":false}\n"

/* A person's program with SCRIPT behind it. */
static struct tt *begin(void **state, const char *config, const char *script)
{
    struct views *v = *state;

    v->config = config;
    exchange_fake(v, script);
    return views_start(v, false);
}

/* Comes without a key; then the picture is whole. */
static void await(struct tt *t, const char *text)
{
    tt_wait_text(t, text);
    tt_sync(t);
}

static void expect_told(const struct views *v, const char *text, bool there)
{
    char *told = exchange_told(v);

    if (!strstr(told, text) == there)
        fail_msg("\"%s\" %s told: %s", text, there ? "was not" : "was", told);
    free(told);
}

static void sync__first_use__asks_for_address_and_account(void **state)
{
    struct views *v = *state;
    struct tt *t = begin(state, NULL, START DONE);
    char *config;

    tt_keys(t, "s");
    tt_expect(t, "Address of the cooperative's server");
    tt_keys(t, "https://coop.example{Enter}");
    tt_expect(t, "Your account there");
    tt_keys(t, "maud{Enter}");
    await(t, "received: 7");
    expect_told(v, "\"url\":\"https://coop.example\"", true);
    expect_told(v, "\"user\":\"maud\"", true);
    config = views_config(v);
    assert_non_null(strstr(config, "serveur=https://coop.example\n"));
    assert_non_null(strstr(config, "compte=maud\n"));
    free(config);
}

static void sync__address__is_understood_or_asked_for_again(void **state)
{
    struct views *v = *state;
    struct tt *t = begin(state, NULL, START DONE);
    char *config;

    tt_keys(t, "s");
    tt_expect(t, "Address of the cooperative's server");
    tt_keys(t, "oui{Enter}");
    tt_expect(t, "\"oui\" is not an address");
    tt_expect(t, "Address of the cooperative's server");
    config = views_config(v);
    assert_null(strstr(config, "serveur="));
    free(config);
    tt_keys(t, "{Backspace}{Backspace}{Backspace}127.0.0.1:5984{Enter}");
    tt_expect(t, "understood as http://127.0.0.1:5984");
    tt_expect(t, "Your account there");
    tt_keys(t, "{Enter}");
    await(t, "received: 7");
    expect_told(v, "\"url\":\"http://127.0.0.1:5984\"", true);
    config = views_config(v);
    assert_non_null(strstr(config, "serveur=http://127.0.0.1:5984\n"));
    free(config);
}

static void sync__going__shows_how_and_leaves_one_free(void **state)
{
    struct tt *t = begin(state, BY_HAND, START SENDING "!\n");

    tt_keys(t, "s");
    await(t, "sending 12/340");
    tt_expect(t, "2 min");
    tt_expect(t, "34 kB/s");
    tt_expect(t, "↑ 120 kB ↓ 1.2 MB");
    tt_expect(t, "█░");
    tt_expect(t, "Esc leaves this screen, not the session");
    tt_keys(t, "{Esc}");
    tt_expect(t, "⇅ sending 12/340 · 2 min");
    views_new(*state, 2);
    tt_expect(t, "⇅ 12/340");
}

static void sync__stopped__by_a_key(void **state)
{
    struct tt *t = begin(state, BY_HAND, START SENDING "!\n");

    tt_keys(t, "s");
    await(t, "sending");
    tt_keys(t, "x");
    await(t, "never synchronised");
    expect_told(*state, "\"stop\":true", true);
}

static void sync__no_link__says_so_and_goes_on_by_itself(void **state)
{
    struct tt *t = begin(state, BY_HAND, START NO_LINK "!\n");

    tt_keys(t, "s");
    await(t, "tried again in 30 s");
    tt_expect(t, "○ offline");
    tt_expect(t, "nothing is lost");
    tt_keys(t, "{Esc}");
    tt_expect(t, "○ offline");
}

static void sync__what_came_of_records__is_listed(void **state)
{
    struct tt *t = begin(state, BY_HAND,
            START "{\"ev\":\"merged\",\"uid\":\"x\",\"title\":\"Bal folk\","
                  "\"fields\":\"Titre, Lieu\"}\n"
                  "{\"ev\":\"refused\",\"uid\":\"y\",\"title\":\"Trio\","
                  "\"why\":\"not yours\"}\n" DONE);

    tt_keys(t, "s");
    await(t, "merged: 1");
    views_expect_row(t, "Bal folk", "⇄ merged");
    views_expect_row(t, "Bal folk", "Titre, Lieu");
    views_expect_row(t, "Trio", "not yours");
}

static void sync__password__is_asked_in_dots_and_kept_nowhere(void **state)
{
    struct views *v = *state;
    struct tt *t = begin(state, BY_HAND, START PASSWORD "?\n" DONE);
    char *command;

    tt_keys(t, "s");
    await(t, "Password of maud");
    tt_keys(t, "xyzzy1");
    tt_expect(t, "••••••");
    tt_refuse(t, "xyzzy1");
    tt_keys(t, "{Enter}");
    await(t, "received: 7");
    expect_told(v, "{\"answer\":\"xyzzy1\"}", true);
    command = xasprintf("! grep -rq xyzzy1 '%s/store' '%s/odus'", v->dir, v->dir);
    assert_int_equal(pclose(popen(command, "r")), 0);
    free(command);
}

static void sync__question__no_holds_the_automatic_ones_off(void **state)
{
    struct tt *t = begin(state, BY_HAND,
            START "{\"ev\":\"ask\",\"what\":\"first-upload\",\"count\":340,"
                  "\"bytes\":2000000}\n?\n" DONE);

    tt_keys(t, "s");
    await(t, "Send 340 records to this server for the first time");
    tt_expect(t, "2.0 MB");
    tt_keys(t, "1");
    await(t, "received: 7");
    expect_told(*state, "{\"answer\":\"no\"}", true);
}

static void sync__deletions__are_confirmed(void **state)
{
    struct tt *t = begin(state, BY_HAND,
            START "{\"ev\":\"ask\",\"what\":\"deletions\",\"count\":40,\"of\":100}\n"
                  "?\n" DONE);

    tt_keys(t, "s");
    await(t, "40 records of 100 would be deleted");
    tt_keys(t, "2");
    await(t, "received: 7");
    expect_told(*state, "{\"answer\":\"yes\"}", true);
}

static void sync__by_itself__asks_only_where_one_looks(void **state)
{
    struct tt *t = begin(state, BY_ITSELF, START PASSWORD "?\n" DONE);

    await(t, "? a question: s");
    tt_refuse(t, "Password");
    tt_keys(t, "n");
    tt_refuse(t, "Password");
    tt_keys(t, "{Esc}s");
    tt_expect(t, "Password of maud");
    tt_keys(t, "{Esc}");
    tt_expect(t, "a question waits");
    tt_keys(t, "s");
    tt_keys(t, "secret{Enter}");
    await(t, "received: 7");
}

static void sync__refused_account__is_said_and_not_tried_again(void **state)
{
    struct tt *t = begin(state, BY_ITSELF,
            START "{\"ev\":\"error\",\"code\":-1,\"message\":\"no entry\",\"args\":[],"
                  "\"down\":false}\n");

    await(t, "✗ not synchronised: s");
    tt_keys(t, "{^O}address{Enter}");
    tt_expect(t, "Address of the cooperative's server");
    tt_keys(t, "{Esc}");
    tt_expect(t, "no entry");
    tt_expect(t, "s tries again");
}

static void sync__program_missing__is_said(void **state)
{
    struct views *v = *state;
    struct tt *t = begin(state, BY_HAND, "");
    char *program = xasprintf("%s/libexec/odus-sync", v->dir);

    assert_int_equal(remove(program), 0);
    free(program);
    tt_keys(t, "s");
    tt_expect(t, "odus-sync is not installed");
}

/* --- records --- */

static void filter__standing__finds_records_of_all_kinds(void **state)
{
    struct views *v = *state;
    char uid[37];
    struct tt *t;

    v->config = BY_HAND;
    views_start(v, false);
    exchange_record(v, "Le loup", uid);
    exchange_peer(v);
    t = begin(state, BY_HAND, START DONE);
    tt_keys(t, "/état:attente");
    views_expect_row(t, "Le loup", "… waiting");
    tt_keys(t, "{^U}état:conflit");
    tt_refuse(t, "Le loup");
    tt_keys(t, "{^U}state:sent loup");
    tt_refuse(t, "Le loup");
    exchange_sent(v);
    tt_keys(t, "{^U}state:sent lo");
    views_expect_row(t, "Le loup", "✓ sent");
}

/* "0 waiting" can be reached: the server is not waited for by what it cannot take. */
static void sync__no_place_at_the_server__stays_here_and_says_why(void **state)
{
    struct views *v = *state;
    char uid[37];
    struct tt *t;

    v->config = BY_HAND;
    views_start(v, false);
    exchange_record(v, "Le loup", uid);
    exchange_takes(v, "pro");
    t = begin(state, BY_HAND, START "{\"ev\":\"done\",\"staying\":1}\n");
    tt_keys(t, "/loup");
    views_expect_row(t, "Le loup", "⌂ stays here");
    tt_refuse(t, "waiting");
    tt_keys(t, "{Esc}s");
    await(t, "staying here: 1");
    views_expect_row(t, "Le loup", "⌂ stays here");
    tt_expect(t, "this account has no place for private records at the server");
}

static void sync__completed__waits_then_is_sent(void **state)
{
    struct views *v = *state;
    char uid[37];
    struct tt *t;

    v->config = BY_HAND;
    views_start(v, false);
    exchange_record(v, "Le loup", uid);
    exchange_peer(v);
    t = begin(state, BY_HAND, START DONE);
    tt_keys(t, "/loup");
    views_expect_row(t, "Le loup", "… waiting");
    await(t, "1 waiting");
    exchange_sent(v);
    tt_keys(t, "{Esc}{Esc}/loup");
    views_expect_row(t, "Le loup", "✓ sent");
    await(t, "● 11:00 sent");
    tt_refuse(t, "1 waiting");
    tt_keys(t, "{Enter}");
    tt_expect(t, "✓ sent at 11:00");
}

/* Who synchronises by herself, with the drafts "Le chien" and "Le chat" and with N more
 * records that wait for the server; their uids to UIDS. */
static struct tt *begin_waiting(
        void **state, const char *script, size_t n, char (*uids)[37])
{
    static const char *const titles[] = {"Le loup", "Le renard"};
    struct views *v = *state;
    int status;

    v->config = BY_HAND;
    views_start(v, false);
    for (size_t i = 0; i < n; i++)
        exchange_record(v, titles[i], uids[i]);
    free(faults_run(
            v, "new oeuvre titre='Le chien' type_oeuvre=theatre anonyme=oui", &status));
    free(faults_run(
            v, "new oeuvre titre='Le chat' type_oeuvre=theatre anonyme=oui", &status));
    exchange_peer(v);
    return begin(state, BY_ITSELF, script);
}

static void complete_draft(struct tt *t, const char *keys)
{
    tt_keys(t, "{Esc}{Esc}");
    tt_keys(t, keys);
    tt_keys(t, "{F10}{Esc}{Esc}{Esc}");
}

/* A look at what has changed comes well after the session that the one before would
 * have begun; while one is there nothing is looked at. */
static void look_twice(struct views *v, struct tt *t, char (*uids)[37])
{
    exchange_pull(v, uids[0], "Le loup de Bruno");
    await(t, "others have changed 1 record:");
    exchange_pull(v, uids[1], "Le renard de Bruno");
    await(t, "others have changed 2 records:");
}

static void sync__completed__begins_one_by_itself(void **state)
{
    struct tt *t = begin_waiting(state, START PASSWORD "?\n" DONE, 0, NULL);

    await(t, "? a question: s");
    tt_keys(t, "ssecret{Enter}");
    await(t, "received: 7");
    tt_refuse(t, "a question");
    complete_draft(t, "/chien{Enter}");
    await(t, "1 waiting");
    await(t, "? a question: s");
}

static void sync__answered_no__begins_none_until_one_by_hand(void **state)
{
    struct views *v = *state;
    char uids[2][37];
    struct tt *t = begin_waiting(state,
            START "{\"ev\":\"ask\",\"what\":\"first-upload\",\"count\":340,"
                  "\"bytes\":2000000}\n?\n" DONE,
            2, uids);

    await(t, "? a question: s");
    tt_keys(t, "s1");
    await(t, "received: 7");
    complete_draft(t, "/chien{Enter}");
    await(t, "3 waiting");
    look_twice(v, t, uids);
    tt_refuse(t, "a question");
    tt_keys(t, "s");
    await(t, "Send 340 records");
    tt_keys(t, "2");
    await(t, "received: 7");
    complete_draft(t, "/chat{Enter}");
    await(t, "? a question: s");
}

static void sync__refused_account__begins_none_after_a_completion(void **state)
{
    struct views *v = *state;
    char uids[2][37], *told;
    struct tt *t = begin_waiting(state,
            START "{\"ev\":\"error\",\"code\":-1,\"message\":\"no entry\",\"args\":[],"
                  "\"down\":false}\n",
            2, uids);

    await(t, "✗ not synchronised: s");
    complete_draft(t, "/chien{Enter}");
    await(t, "3 waiting");
    look_twice(v, t, uids);
    told = exchange_told(v);
    assert_non_null(strstr(told, "\"job\":"));
    assert_null(strstr(strstr(told, "\"job\":") + 1, "\"job\":"));
    free(told);
}

static void queue__held__is_released(void **state)
{
    struct views *v = *state;
    char uid[37];
    struct tt *t;

    views_start(v, false);
    exchange_record(v, "Le loup", uid);
    exchange_peer(v);
    exchange_refuse(v, uid, "not yours");
    t = begin(state, BY_HAND, START DONE);
    await(t, "1 refused");
    tt_keys(t, "s");
    await(t, "received: 7");
    tt_expect(t, "refused by the server");
    views_expect_row(t, "Le loup", "not yours");
    tt_keys(t, "h");
    tt_expect(t, "held, it is not sent: Le loup");
    tt_keys(t, "h");
    tt_expect(t, "released");
    tt_keys(t, "{Enter}");
    tt_expect(t, "the server does not take it: not yours");
}

/* Maud's change, completed with OPTION, stands beside Bruno's, and his is taken. */
static struct tt *decide_from_the_list(void **state, const char *option)
{
    struct views *v = *state;
    char uid[37];
    struct tt *t;

    views_start(v, false);
    exchange_record(v, "Le loup", uid);
    for (int i = 0; i < 2; i++) {
        char *words = i ? xasprintf("complete %s %s", uid, option)
                        : xasprintf("set %s titre='Le loup de Maud'", uid);
        int status;

        free(faults_run(v, words, &status));
        free(words);
    }
    exchange_pull(v, uid, "Le loup de Bruno");
    t = begin(state, BY_HAND, START DONE);
    await(t, "1 record waits for a decision: s shows it");
    await(t, "1 to decide");
    tt_keys(t, "/loup");
    views_expect_row(t, "Le loup de", "≠ to decide");
    tt_keys(t, "{Esc}{Esc}s");
    await(t, "received: 7");
    tt_keys(t, "{Enter}");
    tt_expect(t, "changed twice, far from each other");
    tt_expect(t, "Le loup de Maud");
    tt_expect(t, "Le loup de Bruno");
    tt_expect(t, "mine (Maud, 11:00)");
    tt_expect(t, "Bruno, 11:00");
    tt_keys(t, "{Right}");
    tt_expect(t, "right taken");
    return t;
}

static void conflict__from_the_list__is_decided(void **state)
{
    struct tt *t = decide_from_the_list(state, "--yes");

    tt_expect(t, "all decided: F10 completes");
    tt_keys(t, "{F10}");
    tt_expect(t, "Synchronisation");
    tt_refuse(t, "≠ to decide");
}

static void conflict__of_a_proposal__stays_one(void **state)
{
    struct tt *t = decide_from_the_list(state, "--review");

    tt_expect(t, "all decided: F11 proposes");
    tt_keys(t, "{F11}");
    tt_expect(t, "Synchronisation");
    tt_refuse(t, "≠ to decide");
}

static void news__seen__are_gone(void **state)
{
    struct views *v = *state;
    char uid[37];
    struct tt *t;

    views_start(v, false);
    exchange_record(v, "Le loup", uid);
    exchange_pull(v, uid, "Le loup de Bruno");
    t = begin(state, BY_HAND, START DONE);
    await(t, "others have changed 1 record: w shows it");
    tt_keys(t, "w");
    views_expect_row(t, "Le loup de Bruno", "+ new");
    views_expect_row(t, "Le loup de Bruno", "Bruno, 11:00");
    tt_keys(t, "{Enter}");
    tt_expect(t, "Le loup de Bruno");
    tt_keys(t, "{Esc}{Esc}");
    tt_refuse(t, "others have changed");
    tt_keys(t, "w");
    tt_expect(t, "nobody else has changed anything");
}

static void form__pulled_meanwhile__the_newest_is_brought_in(void **state)
{
    struct views *v = *state;
    char uid[37];
    struct tt *t;

    views_start(v, false);
    exchange_record(v, "Le loup", uid);
    t = begin(state, BY_HAND, START DONE);
    tt_keys(t, "/loup{Enter}");
    exchange_pull(v, uid, "Le loup de Bruno");
    await(t, "^R brings in what others");
    tt_keys(t, "{^R}");
    tt_expect(t, "brought in: what others changed");
    views_expect_row(t, "Title", "Le loup de Bruno");
}

static void delete__not_sent_yet__asks_for_the_title(void **state)
{
    struct views *v = *state;
    char uid[37];
    struct tt *t;

    views_start(v, false);
    exchange_record(v, "Le loup", uid);
    exchange_peer(v);
    t = begin(state, BY_HAND, START DONE);
    tt_keys(t, "f2{Delete}");
    tt_expect(t, "Nobody else has it yet");
    tt_keys(t, "Le chien{Enter}");
    tt_expect(t, "kept: its title is");
    tt_keys(t, "{Delete}Le loup{Enter}");
    tt_expect(t, "deleted; its history");
}

static void sync__narrow__signs_where_words_do_not_fit(void **state)
{
    struct views *v = *state;
    char uid[37];
    struct tt *t;

    v->rows = 12;
    v->cols = 40;
    views_start(v, false);
    exchange_record(v, "Le loup", uid);
    exchange_peer(v);
    t = begin(state, BY_HAND, START SENDING "!\n");
    await(t, "1 waiting");
    tt_keys(t, "s");
    await(t, "sending 12/340");
    views_expect_row(t, "Le loup", "… waiting");
    tt_keys(t, "{Esc}");
    tt_expect(t, "⇅ 12/340");
}

#define T(f) cmocka_unit_test_setup_teardown(f, views_setup, views_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
            T(sync__first_use__asks_for_address_and_account),
            T(sync__address__is_understood_or_asked_for_again),
            T(sync__going__shows_how_and_leaves_one_free),
            T(sync__stopped__by_a_key),
            T(sync__no_link__says_so_and_goes_on_by_itself),
            T(sync__what_came_of_records__is_listed),
            T(sync__password__is_asked_in_dots_and_kept_nowhere),
            T(sync__question__no_holds_the_automatic_ones_off),
            T(sync__deletions__are_confirmed),
            T(sync__by_itself__asks_only_where_one_looks),
            T(sync__refused_account__is_said_and_not_tried_again),
            T(sync__program_missing__is_said),
            T(filter__standing__finds_records_of_all_kinds),
            T(sync__no_place_at_the_server__stays_here_and_says_why),
            T(sync__completed__waits_then_is_sent),
            T(sync__completed__begins_one_by_itself),
            T(sync__answered_no__begins_none_until_one_by_hand),
            T(sync__refused_account__begins_none_after_a_completion),
            T(queue__held__is_released),
            T(conflict__from_the_list__is_decided),
            T(conflict__of_a_proposal__stays_one),
            T(news__seen__are_gone),
            T(form__pulled_meanwhile__the_newest_is_brought_in),
            T(delete__not_sent_yet__asks_for_the_title),
            T(sync__narrow__signs_where_words_do_not_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
