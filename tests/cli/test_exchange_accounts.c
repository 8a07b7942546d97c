/* Accounts and their passwords: of odus serve, and of a server like CouchDB. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>

#include "exchange.h"
#include "harness/tt.h"
#include "odus/base/json.h"
#include "odus/base/mem.h"
#include "program.h"

#define PASSWORD "mot-de-passe-7"

static void expect_account(const char *name, const char *role)
{
    struct json *j = output_json();
    const struct json *one = NULL;

    for (size_t i = 0; i < json_len(j); i++)
        if (strcmp(json_get_text(json_at(j, i), "name"), name) == 0)
            one = json_at(j, i);
    if (!one)
        fail_msg("no account %s in: %s", name, out);
    assert_string_equal(json_as_text(json_at(json_get(one, "roles"), 0)), role);
    json_free(j);
}

/* The password is in the one file that is for it, and only its owner reads that. */
static void expect_kept(const char *name)
{
    char *relative = xasprintf("%s.config/odus/secrets", name);
    char *path = program_path(relative), *store = machine_store(name);
    char *kept = machine_config(name, "secrets");
    char *config = machine_config(name, "config");
    struct stat st;

    expect_text(kept, PASSWORD);
    refuse_text(config, PASSWORD);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_null(file_with(store, PASSWORD));
    free(relative);
    free(path);
    free(store);
    free(kept);
    free(config);
}

static void add_here(const char *name, const char *role)
{
    assert_int_equal(RUN_INPUT(PASSWORD "\n", "server", "user", "add", name, "--role",
                             role, "--password-stdin"),
            0);
    refuse_text(out, PASSWORD);
    refuse_text(err, PASSWORD);
}

static void user__here__add_list_remove(void **state)
{
    char *store = machine_store("server");

    (void)state;
    machine("server");
    assert_int_equal(RUN("server", "user", "list"), 0);
    assert_string_equal(out, "");
    add_here("anne", "organisateur,org-decables");
    assert_null(file_with(store, PASSWORD)); /* only its hash */
    assert_int_equal(RUN("server", "user", "list"), 0);
    expect_text(out, "organisateur, org-decables");
    assert_int_equal(RUN("server", "user", "list", "--json"), 0);
    expect_account("anne", "organisateur");
    assert_int_equal(RUN_INPUT(PASSWORD "\n", "server", "user", "add", "luc", "--role",
                             "chef", "--password-stdin"),
            2);
    expect_text(err, "no such role: chef");
    assert_int_equal(
            RUN_INPUT("court\n", "server", "user", "add", "luc", "--password-stdin"),
            2);
    assert_int_equal(
            RUN_INPUT("", "server", "user", "add", "luc", "--password-stdin"), 2);
    expect_text(err, "needs a password");
    assert_int_equal(RUN("server", "user", "remove", "anne"), 0);
    assert_int_equal(RUN("server", "user", "remove", "anne"), 2);
    assert_int_equal(RUN("server", "user", "list", "--json"), 0);
    assert_string_equal(out, "[]\n");
    free(store);
}

/* Types FIRST, then SECOND at the two questions. */
static struct tt *add_at_terminal(
        const char *store, const char *first, const char *second)
{
    const char *argv[] = {getenv("ODUS_BIN"), "--store", store, "--lang", "en",
            "server", "user", "add", "anne", NULL};
    struct tt *t = tt_spawn_plain(argv, NULL, 24, 80);

    tt_wait_text(t, "Password for the new account anne:");
    assert_false(tt_local_modes(t) & ECHO);
    tt_send(t, first);
    tt_wait_text(t, "The same once more:");
    tt_send(t, second);
    return t;
}

static void user__at_the_terminal__typed_twice_without_echo(void **state)
{
    char *store = machine_store("server");
    struct tt *t;

    (void)state;
    machine("server");
    t = add_at_terminal(store, PASSWORD "{Enter}", "autre-chose{Enter}");
    tt_wait_text(t, "two different passwords");
    tt_send(t, "{Enter}");
    assert_int_equal(WEXITSTATUS(tt_wait_exit(t)), 2);
    tt_free(t);
    assert_int_equal(RUN("server", "user", "list"), 0);
    assert_string_equal(out, "");
    t = add_at_terminal(store, PASSWORD "{Enter}", PASSWORD "{Enter}");
    assert_int_equal(WEXITSTATUS(tt_wait_exit(t)), 0);
    tt_refuse(t, PASSWORD);
    tt_free(t);
    assert_int_equal(RUN("server", "user", "list"), 0);
    expect_text(out, "anne");
    free(store);
}

/* Its rules and accounts are its own: what to do instead is said. */
static void server__odus_serve__wants_no_setting_up(void **state)
{
    struct served s;

    (void)state;
    machine("server");
    add_here("anne", "administrateur");
    s = SERVE("server", "--listen", "127.0.0.1:0");
    machine("a");
    assert_int_not_equal(RUN_INPUT(PASSWORD "\n", "server", "setup", s.url, "--account",
                                 "anne", "--password-stdin"),
            0);
    expect_text(err, "this is odus serve");
    assert_int_not_equal(RUN_INPUT(PASSWORD "\n", "server", "user", "list", "--url",
                                 s.url, "--account", "anne", "--password-stdin"),
            0);
    expect_text(err, "without --url");
    assert_int_equal(serve_end(&s, SIGINT), 0);
}

static void sync__account__wrong_password_is_asked_again_then_kept(void **state)
{
    struct served s;

    (void)state;
    machine("server");
    add_here("anne", "organisateur");
    s = SERVE("server", "--listen", "127.0.0.1:0");
    machine("a");
    assert_int_equal(RUN("sync", s.url), 4);
    expect_text(err, "--account NAME");
    assert_int_equal(RUN("sync", s.url, "--account", "anne"), 4);
    expect_text(err, "--password-stdin");
    assert_int_equal(RUN_INPUT("faux-faux\n" PASSWORD "\n", "sync", s.url, "--account",
                             "anne", "--password-stdin"),
            0);
    expect_text(err, "The password is wrong");
    refuse_text(err, PASSWORD);
    refuse_text(out, PASSWORD);
    expect_kept("a");
    (void)machine_venue("Salle A");
    assert_int_equal(RUN("sync"), 0);
    expect_text(out, "1 sent");
    assert_int_equal(serve_end(&s, SIGINT), 0);
}

/* At a terminal both are asked for, and neither a second time. */
static void sync__at_the_terminal__asks_name_and_password_once(void **state)
{
    char *store = machine_store("a"), *config, *text;
    const char *argv[] = {
            getenv("ODUS_BIN"), "--store", store, "--lang", "en", "sync", NULL, NULL};
    const char *env[] = {NULL, "DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere", NULL};
    struct served s;
    struct tt *t;

    (void)state;
    machine("server");
    add_here("anne", "organisateur");
    s = SERVE("server", "--listen", "127.0.0.1:0");
    argv[6] = s.url;
    env[0] = config = xasprintf("XDG_CONFIG_HOME=%s.config", store);
    t = tt_spawn_plain(argv, env, 24, 80);
    tt_wait_text(t, "Your account at");
    tt_send(t, "anne{Enter}");
    tt_wait_text(t, "Password of anne");
    tt_send(t, PASSWORD "{Enter}");
    assert_int_equal(WEXITSTATUS(tt_wait_exit(t)), 0);
    tt_refuse(t, PASSWORD);
    tt_expect(t, "0 received, 0 sent");
    tt_free(t);
    expect_kept("a");
    text = machine_config("a", "config");
    expect_text(text, "compte=anne");
    machine("a");
    assert_int_equal(RUN("sync"), 0);
    assert_int_equal(serve_end(&s, SIGINT), 0);
    free(text);
    free(config);
    free(store);
}

/* What she made before she had an account is hers all the same. */
static void sync__first_account__earlier_records_bear_its_name(void **state)
{
    struct served s;
    char proposed[37];
    struct json *j;

    (void)state;
    machine("server");
    add_here("anne", "organisateur");
    s = SERVE("server", "--listen", "127.0.0.1:0");
    machine("a");
    (void)machine_venue("Salle d'avant");
    assert_int_equal(RUN("new", "lieu", "nom=Salle en projet"), 0);
    snprintf(proposed, sizeof proposed, "%s", output_id());
    assert_int_equal(RUN("complete", proposed, "--review"), 0);
    assert_int_equal(RUN_INPUT(PASSWORD "\n", "sync", s.url, "--account", "anne",
                             "--password-stdin", "--json"),
            0);
    expect_text(err, "2 records of yours bear the account's name now");
    j = output_json();
    assert_int_equal(json_get_int(j, "pushed", -1), 2);
    assert_int_equal(json_get_int(j, "refused", -1), 0);
    json_free(j);
    assert_int_equal(RUN("show", proposed, "--json"), 0);
    j = output_json();
    assert_string_equal(json_get_text(j, "statut_fiche"), "a_relire");
    assert_string_equal(json_get_text(j, "modifie_par"), "anne");
    json_free(j);
    assert_int_equal(RUN("list", "lieu"), 0);
    expect_text(out, "sent");
    assert_int_equal(serve_end(&s, SIGINT), 0);
}

/* P18: one that the server does not take is told with its reason, holds up no other,
 * and can be put aside by itself. What somebody else has signed waits in silence. */
static void sync__one_refused__the_others_go(void **state)
{
    struct served room, home;
    char id[37], luc[37];

    (void)state;
    machine("home");
    add_here("anne", "organisateur");
    room = SERVE("room", "--listen", "127.0.0.1:0", "--code");
    home = SERVE("home", "--listen", "127.0.0.1:0");
    machine_user("luc", "Luc");
    machine("luc");
    snprintf(luc, sizeof luc, "%s", machine_venue("Salle de Luc"));
    assert_int_equal(RUN("sync", room.invite), 0);
    machine("a");
    assert_int_equal(RUN("sync", room.invite), 0);
    (void)machine_venue("Salle A");
    snprintf(id, sizeof id, "%s", machine_venue("Salle V"));
    assert_int_equal(RUN("set", id, "statut_fiche=valide"), 0);
    assert_int_equal(RUN("complete", id), 0);
    assert_int_equal(RUN_INPUT(PASSWORD "\n", "sync", home.url, "--account", "anne",
                             "--password-stdin"),
            1);
    expect_text(err, "not taken: Salle V: only a référent");
    refuse_text(err, "Salle de Luc");
    expect_text(out, "waiting for a référent or their author: 1");
    assert_int_equal(RUN("show", luc), 0);
    expect_text(out, "waits for a référent");
    assert_int_equal(RUN("list", "lieu"), 0);
    expect_text(out, "Salle V · Briançon · refused by the server");
    assert_int_equal(RUN("show", id), 0);
    expect_text(out, "refused by the server: ");
    assert_int_equal(RUN("--lang", "fr", "show", id), 0);
    expect_text(out, "seul un référent peut valider");
    assert_int_equal(RUN("--lang", "fr", "sync", home.url), 1);
    expect_text(err, "seul un référent peut valider");
    assert_int_equal(RUN("hold", id), 0);
    assert_int_equal(RUN("sync", home.url), 0);
    refuse_text(err, "not taken");
    machine("luc");
    assert_int_equal(RUN("sync", home.url), 4); /* without an account */
    assert_int_equal(serve_end(&room, SIGINT), 0);
    assert_int_equal(serve_end(&home, SIGINT), 0);
}

/* ^C at the question leaves the terminal as it was, and no process. */
static void sync__stopped_at_the_password__echo_comes_back(void **state)
{
    char *store = machine_store("a");
    const char *argv[] = {getenv("ODUS_BIN"), "--store", store, "--lang", "en", "sync",
            NULL, "--account", "anne", NULL};
    struct served s;
    struct tt *t;
    pid_t worker;

    (void)state;
    machine("server");
    add_here("anne", "organisateur");
    s = SERVE("server", "--listen", "127.0.0.1:0");
    argv[6] = s.url;
    t = tt_spawn_plain(argv, NULL, 24, 80);
    tt_wait_text(t, "Password of anne");
    assert_false(tt_local_modes(t) & ECHO);
    worker = worker_of(tt_pid(t));
    tt_send(t, "{^C}");
    assert_int_equal(WEXITSTATUS(tt_wait_exit(t)), 130);
    assert_true(tt_local_modes(t) & ECHO);
    if (worker)
        assert_false(is_alive(worker));
    tt_free(t);
    assert_int_equal(serve_end(&s, SIGINT), 0);
    free(store);
}

/* --- a server like CouchDB -------------------------------------------------------- */

static void server__couchdb__set_up_twice_then_used(void **state)
{
    struct pouch p;

    (void)state;
    if (!pouch_start(&p))
        skip();
    machine("admin");
    assert_int_equal(
            RUN_INPUT("secret\n", "server", "setup", p.url, "--account", "admin",
                    "--container", "Les Décâblés", "--password-stdin"),
            0);
    expect_text(out, "done: commons");
    expect_text(out, "done: org-les-decables/_security");
    assert_int_equal(RUN("server", "setup", p.url, "--account", "admin", "--container",
                             "Les Décâblés"),
            0); /* the password was kept */
    expect_text(out, "nothing was to be done");
    assert_int_equal(/* "secret": a script does not know that it was */
            RUN_INPUT("secret\n" PASSWORD "\n", "server", "user", "add", "anne",
                    "--url", p.url, "--account", "admin", "--role", "organisateur",
                    "--password-stdin"),
            0);
    assert_int_equal(RUN_INPUT(PASSWORD "\n", "server", "user", "add", "luc", "--url",
                             p.url, "--account", "admin", "--password-stdin"),
            0);
    assert_int_equal(RUN("server", "user", "list", "--url", p.url, "--account", "admin",
                             "--json"),
            0);
    expect_account("anne", "organisateur");
    machine("a");
    assert_int_equal(RUN_INPUT("faux\n" PASSWORD "\n", "sync", p.url, "--account",
                             "anne", "--password-stdin"),
            0);
    expect_kept("a");
    (void)machine_venue("Salle A");
    assert_int_equal(RUN("sync"), 0);
    expect_text(out, "1 sent");
    assert_int_equal(RUN("sync"), 0);
    expect_text(out, "0 sent");
    machine("admin");
    assert_int_equal(RUN("server", "user", "remove", "anne", "--url", p.url,
                             "--account", "admin"),
            0);
    assert_int_equal(RUN("server", "user", "remove", "anne", "--url", p.url,
                             "--account", "admin"),
            1);
    expect_text(err, "there is no account anne");
    pouch_end(&p);
}

/* One request by the server's administrator; the answer is to hold TEXT. */
static void by_hand(
        const struct pouch *p, const char *method, const char *path, const char *text)
{
    static const char code[] =
            "const [url, method, text] = process.argv.slice(1);"
            "require('http').request(url, {method, auth: 'admin:secret'}, r => {"
            " let all = ''; r.on('data', d => all += d);"
            " r.on('end', () => process.exit(all.includes(text) ? 0 : 1)); }).end()";
    char *url = xasprintf("%s%s", p->url, path);
    const char *argv[] = {"node", "-e", code, url, method, text, NULL};
    int status = 0;
    pid_t pid;

    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        execvp(argv[0], (char *const *)argv);
        _exit(127);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (status != 0)
        fail_msg("%s %s: no %s", method, path, text);
    free(url);
}

/* The list of a commons made anew names what was set up before, and nobody else's. */
static void server__commons_made_anew__organisations_stay_listed(void **state)
{
    static const char list[] = "/commons/odus:conteneurs";
    struct pouch p;

    (void)state;
    if (!pouch_start(&p))
        skip();
    machine("admin");
    assert_int_equal(
            RUN_INPUT("secret\n", "server", "setup", p.url, "--account", "admin",
                    "--container", "Les Décâblés,org-du-parc", "--password-stdin"),
            0);
    by_hand(&p, "PUT", "/org-ailleurs", "ok");
    by_hand(&p, "DELETE", "/commons", "ok");
    assert_int_equal(RUN("server", "setup", p.url, "--account", "admin"), 0);
    expect_text(out, "done: commons/odus:conteneurs");
    refuse_text(out, "org-");
    by_hand(&p, "GET", list, "\"nom\":\"org-du-parc\"");
    by_hand(&p, "GET", list, "\"nom\":\"org-les-decables\"");
    by_hand(&p, "GET", "/org-ailleurs", "\"doc_count\":0");
    assert_int_equal(RUN("server", "setup", p.url, "--account", "admin"), 0);
    expect_text(out, "nothing was to be done");
    pouch_end(&p);
}

int main(void)
{
#define EXCHANGE(f) cmocka_unit_test_setup_teardown(f, exchange_setup, program_teardown)
    const struct CMUnitTest tests[] = {
            EXCHANGE(user__here__add_list_remove),
            EXCHANGE(user__at_the_terminal__typed_twice_without_echo),
            EXCHANGE(sync__account__wrong_password_is_asked_again_then_kept),
            EXCHANGE(sync__at_the_terminal__asks_name_and_password_once),
            EXCHANGE(sync__first_account__earlier_records_bear_its_name),
            EXCHANGE(sync__one_refused__the_others_go),
            EXCHANGE(sync__stopped_at_the_password__echo_comes_back),
            EXCHANGE(server__odus_serve__wants_no_setting_up),
            EXCHANGE(server__couchdb__set_up_twice_then_used),
            EXCHANGE(server__commons_made_anew__organisations_stay_listed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
