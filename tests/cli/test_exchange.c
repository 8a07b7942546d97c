/* sync and serve: two machines in a room, and links that do not hold. */
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
#include <unistd.h>

#include "exchange.h"
#include "faults.h"
#include "harness/tt.h"
#include "odus/base/file.h"
#include "odus/base/json.h"
#include "odus/base/mem.h"
#include "program.h"

/* --- a room ----------------------------------------------------------------------- */

static void sync__no_server__status_2(void **state)
{
    (void)state;
    assert_int_equal(RUN("sync"), 2);
    expect_text(err, "odus sync URL");
    assert_int_equal(RUN("sync", "gopher://x"), 2);
    expect_text(err, "gopher://x");
    assert_string_equal(out, "");
}

static void sync__address__wants_no_scheme(void **state)
{
    struct served s = SERVE("server", "--listen", "127.0.0.1:0");
    char *config;

    (void)state;
    machine("a");
    assert_int_equal(RUN("sync", "oui"), 2);
    expect_text(err, "\"oui\" is not an address like https://");
    assert_int_equal(RUN("server", "setup", "oui"), 2);
    assert_int_equal(RUN("files", "fetch", "--url", "oui"), 2);
    assert_int_equal(RUN("sync", strstr(s.url, "://") + 3), 0);
    expect_text(err, "understood as http://127.0.0.1:");
    config = machine_config("a", "config");
    expect_text(config, "serveur=http://127.0.0.1:");
    free(config);
    assert_int_equal(serve_end(&s, SIGINT), 0);
}

/* P16: the same words in list and show, before and after. */
static void sync__first_time__remembers_the_server_and_sends(void **state)
{
    struct served s = SERVE("server", "--listen", "127.0.0.1:0");
    char *config, id[37];
    struct json *j;

    (void)state;
    machine("a");
    snprintf(id, sizeof id, "%s", machine_venue("Salle A"));
    assert_int_equal(RUN("list", "lieu"), 0);
    expect_text(out, "complete");
    assert_int_equal(RUN("sync", s.url), 0);
    expect_text(out, "1 sent");
    expect_text(err, "is the server from now on");
    config = machine_config("a", "config");
    expect_text(config, "serveur=http://127.0.0.1");
    free(config);
    assert_int_equal(RUN("list", "lieu"), 0);
    expect_text(out, "sent");
    assert_int_equal(RUN("show", id), 0);
    expect_text(out, "State: sent (2026-11-21 10:00)");
    assert_int_equal(RUN("list", "lieu", "--json"), 0);
    j = output_json();
    assert_string_equal(
            json_get_text(json_get(json_at(j, 0), "sync"), "state"), "sent");
    assert_string_equal(json_get_text(json_get(json_at(j, 0), "sync"), "sent_at"),
            "2026-11-21T09:00:00Z");
    assert_false(json_get_bool(json_get(json_at(j, 0), "sync"), "held", true));
    json_free(j);
    assert_int_equal(RUN("sync"), 0);
    expect_text(out, "0 sent");
    assert_int_equal(serve_end(&s, SIGINT), 0);
}

/* "0 waiting" can be reached, and it is said why the rest stays. */
static void sync__no_place_for_private_records__they_stay_here(void **state)
{
    static const char why[] =
            "this account has no place for private records at the server";
    struct served s = SERVE("server", "--listen", "127.0.0.1:0");
    char id[37];
    struct json *j;

    (void)state;
    machine("a");
    (void)machine_venue("Salle A");
    assert_int_equal(RUN("new", "personne", "nom=Ada Lovelace", "visibilite=prive"), 0);
    snprintf(id, sizeof id, "%s", output_id());
    assert_int_equal(RUN("complete", id), 0);
    assert_int_equal(RUN("sync", s.url), 0);
    expect_text(out, "1 sent, 0 brought together; 0 waiting");
    expect_text(out, "1 stays here: this account has no place for it at the server");
    assert_int_equal(RUN("list", "personne"), 0);
    expect_text(out, "stays here");
    assert_int_equal(RUN("show", id), 0);
    expect_text(out, "State: stays here · ");
    expect_text(out, why);
    assert_int_equal(RUN("list", "personne", "--json"), 0);
    j = output_json();
    assert_string_equal(json_get_text(json_at(j, 0), "state"), "stays here");
    assert_string_equal(json_get_text(json_get(json_at(j, 0), "sync"), "why"), why);
    json_free(j);
    assert_int_equal(RUN("doctor"), 0);
    expect_text(out, "1 stays here");
    assert_int_equal(RUN("doctor", "--json"), 0);
    j = output_json();
    assert_int_equal(json_get_int(json_get(j, "states"), "reste_ici", -1), 1);
    assert_int_equal(json_get_int(json_get(j, "states"), "en_attente", -1), 0);
    assert_int_equal(json_get_int(j, "outbox", -1), 0);
    json_free(j);
    assert_int_equal(RUN("sync", "--json"), 0);
    j = output_json();
    assert_int_equal(json_get_int(j, "waiting", -1), 0);
    assert_int_equal(json_get_int(j, "staying", -1), 1);
    json_free(j);
    assert_int_equal(serve_end(&s, SIGINT), 0);
}

static void sync__json__keys(void **state)
{
    static const char *const keys[] = {"pulled", "pushed", "merged", "conflicts",
            "refused", "waiting", "requests", "up", "down", "ms", "status",
            "merged_records", "conflict_records", "refused_records"};
    struct served s = SERVE("server", "--listen", "127.0.0.1:0");
    struct json *j;

    (void)state;
    machine("a");
    (void)machine_venue("Salle A");
    assert_int_equal(RUN("sync", s.url, "--dry-run"), 0);
    expect_text(out, "1 records would go");
    assert_int_equal(RUN("sync"), 2); /* looking is no use: nothing is remembered */
    assert_int_equal(RUN("sync", s.url, "--json"), 0);
    j = output_json();
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (!json_get(j, keys[i]))
            fail_msg("%s is not in: %s", keys[i], out);
    assert_int_equal(json_get_int(j, "pushed", -1), 1);
    assert_int_equal(json_get_int(j, "status", -1), 0);
    json_free(j);
    assert_int_equal(serve_end(&s, SIGTERM), 0);
    assert_int_equal(RUN("sync", "--json"), 4);
    j = output_json();
    assert_int_equal(json_get_int(j, "status", -1), 4);
    assert_non_null(json_get_text(json_get(j, "error"), "message"));
    assert_true(json_get_bool(json_get(j, "error"), "later", false));
    json_free(j);
}

/* Edits of two machines on different fields meet; a held one stays (P17). */
static void sync__two_machines__meet(void **state)
{
    struct served s = SERVE("server", "--listen", "127.0.0.1:0");
    char id[37], held[37];

    (void)state;
    machine("a");
    snprintf(id, sizeof id, "%s", machine_venue("Salle A"));
    snprintf(held, sizeof held, "%s", machine_venue("Salle gardée"));
    assert_int_equal(RUN("hold", held), 0);
    assert_int_equal(RUN("sync", s.url), 0);
    machine("b");
    assert_int_equal(RUN("sync", s.url), 0);
    assert_int_equal(RUN("list", "lieu"), 0);
    expect_text(out, "Salle A");
    refuse_text(out, "gardée");
    assert_int_equal(RUN("set", id, "adresse.voie=2 rue Pasteur"), 0);
    assert_int_equal(RUN("complete", id), 0);
    assert_int_equal(RUN("list", "lieu"), 0);
    expect_text(out, "waiting");
    assert_int_equal(RUN("sync"), 0);
    machine("a");
    assert_int_equal(RUN("set", id, "nom=Salle B"), 0);
    assert_int_equal(RUN("complete", id), 0);
    assert_int_equal(RUN("sync"), 0);
    expect_text(err, "brought together: Salle B");
    assert_int_equal(RUN("show", id), 0);
    expect_text(out, "2 rue Pasteur");
    assert_int_equal(RUN("release", held), 0);
    assert_int_equal(RUN("sync"), 0);
    expect_text(out, "1 sent");
    assert_int_equal(serve_end(&s, SIGINT), 0);
}

static void news__others__are_told_once(void **state)
{
    struct served s = SERVE("server", "--listen", "127.0.0.1:0");
    struct json *j;

    (void)state;
    machine_user("a", "Anne");
    machine_user("b", "Luc");
    machine("a");
    (void)machine_venue("Salle A");
    assert_int_equal(RUN("sync", s.url), 0);
    assert_int_equal(RUN("news", "--json"), 0);
    assert_string_equal(out, "[]\n"); /* her own */
    machine("b");
    assert_int_equal(RUN("sync", s.url), 0);
    for (int i = 0; i < 2; i++) { /* a machine only looks */
        assert_int_equal(RUN("news", "--json"), 0);
        j = output_json();
        assert_int_equal(json_len(j), 1);
        assert_string_equal(json_get_text(json_at(j, 0), "title"), "Salle A");
        assert_string_equal(json_get_text(json_at(j, 0), "author"), "Anne");
        assert_true(json_get_bool(json_at(j, 0), "new", false));
        json_free(j);
    }
    assert_int_equal(RUN("news"), 0);
    expect_text(out, "Salle A");
    expect_text(out, "(Anne)");
    program_env("ODUS_NOW=2026-11-21T09:00:01Z");
    assert_int_equal(RUN("news"), 0);
    expect_text(err, "nothing has changed");
    assert_int_equal(serve_end(&s, SIGINT), 0);
}

static void sync__invitation__is_not_remembered_nor_kept(void **state)
{
    struct served room = SERVE("room", "--listen", "127.0.0.1:0", "--code"),
                  home = SERVE("home", "--listen", "127.0.0.1:0");
    const char *code = json_get_text(room.event, "code");
    char *config, *secrets, *store = machine_store("a"), *where;

    (void)state;
    machine("a");
    (void)machine_venue("Salle A");
    assert_int_equal(RUN("sync", room.invite), 0);
    expect_text(out, "1 sent");
    assert_int_equal(RUN("sync", home.url, "--dry-run"), 0);
    expect_text(out, "1 records would go");
    assert_int_equal(RUN("sync", home.url), 0);
    expect_text(out, "1 sent");
    (void)machine_venue("Salle B"); /* what the room has is not sent yet (P16) */
    assert_int_equal(RUN("sync", room.invite), 0);
    assert_int_equal(RUN("list", "lieu"), 0);
    expect_text(out, "waiting       Salle B");
    expect_text(out, "sent          Salle A");
    config = machine_config("a", "config");
    secrets = machine_config("a", "secrets");
    home.url[strlen(home.url) - 1] = '\0'; /* the one spelling has no final slash */
    expect_text(config, home.url);
    refuse_text(config, "atelier");
    assert_string_equal(secrets, "");
    where = file_with(store, code);
    assert_null(where);
    assert_int_equal(RUN("sync", room.url), 4); /* without the code */
    expect_text(err, "--account");
    free(config);
    free(secrets);
    free(store);
    assert_int_equal(serve_end(&room, SIGINT), 0);
    assert_int_equal(serve_end(&home, SIGINT), 0);
}

/* A password in the address would stand in the list of processes. */
static void sync__password_in_the_address__refused_unsaid(void **state)
{
    char *config, *store = machine_store("a");

    (void)state;
    machine("a");
    assert_int_equal(RUN("sync", "https://anne:motsecret@127.0.0.1:1/"), 2);
    refuse_text(err, "motsecret");
    refuse_text(out, "motsecret");
    config = machine_config("a", "config");
    refuse_text(config, "motsecret");
    assert_null(file_with(store, "motsecret"));
    free(config);
    free(store);
}

/* --- links that do not hold ------------------------------------------------------- */

static void sync__captive_portal__in_words(void **state)
{
    struct stub portal = stub_start("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
                                    "Content-Length: 15\r\nConnection: close\r\n\r\n"
                                    "<html>wifi</h>\n");
    char *config;

    (void)state;
    machine("a");
    assert_int_equal(RUN("sync", portal.url), 4);
    expect_text(err, "a web page answers");
    config = machine_config("a", "config");
    assert_string_equal(config, ""); /* an address that never worked is not kept */
    free(config);
    stub_end(&portal);
    assert_int_equal(RUN("sync", portal.url), 4);
    expect_text(err, "no connection to 127.0.0.1");
    assert_string_equal(out, "");
}

/* P13: one synchronisation at a time; it can be stopped at any time. */
static void sync__stopped__leaves_no_process(void **state)
{
    struct stub silent = stub_start(NULL);
    char *store = machine_store("a");
    const char *argv[] = {"--store", store, "--lang", "en", "sync", silent.url, NULL};
    struct running r;
    char *text;
    pid_t worker;
    int status;

    (void)state;
    machine("a");
    (void)machine_venue("Salle A");
    r = faults_start(argv);
    stub_wait(&silent);
    worker = worker_of(r.pid);
    assert_int_equal(RUN("sync", silent.url), 3);
    expect_text(err, "being synchronised already");
    kill(r.pid, SIGINT);
    text = faults_wait(&r, &status);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 130);
    expect_text(text, "stopped");
    if (worker)
        assert_false(is_alive(worker));
    assert_int_equal(RUN("list", "lieu"), 0);
    expect_text(out, "Salle A");
    free(text);
    free(store);
    stub_end(&silent);
}

/* --- serve ------------------------------------------------------------------------ */

static void serve__open_to_others__wants_accounts_or_a_code(void **state)
{
    (void)state;
    assert_int_equal(RUN("serve", "--listen", "0.0.0.0:0"), 2);
    expect_text(err, "accounts or a workshop code");
    assert_int_equal(RUN("serve", "--listen", "nowhere"), 2);
    expect_text(err, "0.0.0.0:5984");
    assert_int_equal(RUN("serve", "--tls", "cert.pem"), 2);
    expect_text(err, "CERT,KEY");
}

static void serve__store__is_used_meanwhile(void **state)
{
    struct served s = SERVE("a", "--listen", "127.0.0.1:0");

    (void)state;
    machine("a");
    (void)machine_venue("Salle A");
    assert_int_equal(RUN("serve", "--listen", "127.0.0.1:0"), 3);
    expect_text(err, "already serves this store");
    machine("b");
    assert_int_equal(RUN("sync", s.url), 0);
    expect_text(out, "1 received");
    assert_int_equal(serve_end(&s, SIGINT), 0);
}

/* The modules of a QR code as two half blocks a cell, back to rows of 0 and 1. */
static char *read_blocks(struct tt *t, size_t side)
{
    static const struct {
        const char *text;
        char top, low;
    } blocks[] = {{"\xe2\x96\x88", '1', '1'}, {"\xe2\x96\x84", '0', '1'},
            {"\xe2\x96\x80", '1', '0'}, {" ", '0', '0'}};
    size_t lines = (side + 5) / 2, width = side + 4;
    char *rows = xcalloc(2 * lines, width + 1);
    int first = 0;

    assert_true(tt_find(t, "\xe2\x96\x88\xe2\x96\x80\xe2\x96\x80", &first, NULL));
    for (size_t y = 0; y < lines; y++) {
        const char *p = tt_row(t, first - 1 + (int)y);

        p += strlen(p) > 2 ? 2 : strlen(p);
        for (size_t x = 0; x < width; x++) {
            size_t k = 3;

            for (size_t i = 0; i < 4 && *p; i++)
                if (strncmp(p, blocks[i].text, strlen(blocks[i].text)) == 0)
                    k = i;
            rows[2 * y * (width + 1) + x] = blocks[k].top;
            rows[(2 * y + 1) * (width + 1) + x] = blocks[k].low;
            p += *p ? strlen(blocks[k].text) : 0;
        }
    }
    return rows;
}

/* On a terminal the code is black on white whatever its colours are: a margin, and the
 * finders in three corners. */
static void serve__terminal__shows_the_code_and_ends_by_itself(void **state)
{
    const char *argv[] = {getenv("ODUS_BIN"), "--store", program_store(), "--lang",
            "en", "serve", "--listen", "0.0.0.0:0", "--code", NULL};
    struct tt *t = tt_spawn_plain(argv, NULL, 40, 100);
    enum { SIDE = 29, WIDE = SIDE + 4 }; /* 42 to 61 letters, ISO/IEC 18004 table 7 */
    static const char finder[] = "1111111";
    struct tt_style style;
    char *rows;

    (void)state;
    tt_wait_text(t, "^C ends it");
    tt_expect(t, "odus sync http://atelier:");
    style = tt_style(t, 0, 2);
    assert_int_equal(style.bg, 15);
    assert_int_equal(style.fg, 0);
    rows = read_blocks(t, SIDE);
    assert_memory_equal(rows, "000000000000000000000000000000000", WIDE);
    assert_memory_equal(rows + 2 * (WIDE + 1) + 2, finder, 7);
    assert_memory_equal(rows + 2 * (WIDE + 1) + 2 + SIDE - 7, finder, 7);
    assert_memory_equal(rows + (2 + SIDE - 1) * (WIDE + 1) + 2, finder, 7);
    free(rows);
    tt_send(t, "{^C}");
    assert_int_equal(WEXITSTATUS(tt_wait_exit(t)), 0);
    tt_free(t);
}

/* P40: what is made for practice stays there. */
static void serve__training__says_so(void **state)
{
    const char *argv[] = {getenv("ODUS_BIN"), "--store", program_store(), "--lang",
            "en", "--training", "serve", "--listen", "127.0.0.1:0", NULL};
    struct tt *t = tt_spawn_plain(argv, NULL, 40, 100);

    (void)state;
    tt_wait_text(t, "^C ends it");
    tt_expect(t, "store for exercises");
    tt_send(t, "{^C}");
    assert_int_equal(WEXITSTATUS(tt_wait_exit(t)), 0);
    tt_free(t);
}

/* A program of the shell in the place of odus-sync, until replace_end. */
static void replace_sync(const char *script)
{
    char *folder = program_path("libexec"), *file = program_path("libexec/odus-sync");

    assert_int_equal(mkdir(folder, 0700), 0);
    assert_int_equal(file_write_atomic(file, view_of(script), 0700, NULL), 0);
    setenv("ODUS_LIBEXEC", folder, 1);
    free(file);
    free(folder);
}

static void replace_end(void)
{
    char *folder = program_path("libexec"), *file = program_path("libexec/odus-sync");

    unsetenv("ODUS_LIBEXEC");
    assert_int_equal(unlink(file), 0);
    assert_int_equal(rmdir(folder), 0);
    free(file);
    free(folder);
}

static void sync__program_killed__is_said(void **state)
{
    (void)state;
    machine("a");
    replace_sync("#!/bin/sh\nread job\nkill -9 $$\n");
    assert_int_equal(RUN("sync", "http://127.0.0.1:1"), 3);
    replace_end();
    expect_text(err, "ended before its time");
}

/* Not behind how far it has come. */
static void sync__question__has_a_line_of_its_own(void **state)
{
    const char *argv[] = {getenv("ODUS_BIN"), "--store", program_store(), "--lang",
            "en", "sync", "https://a.example", NULL};
    struct tt *t;
    int row, col;

    (void)state;
    replace_sync("#!/bin/sh\nread job\n"
                 "echo '{\"ev\":\"progress\",\"phase\":\"pull\",\"done\":1}'\n"
                 "echo '{\"ev\":\"ask\",\"what\":\"password\",\"user\":\"anne\"}'\n"
                 "read answer\n"
                 "echo '{\"ev\":\"error\",\"message\":\"it ends\"}'\nexit 4\n");
    t = tt_spawn_plain(argv, NULL, 24, 80);
    tt_wait_text(t, "Password of anne");
    assert_true(tt_find(t, "Password of anne", &row, &col));
    assert_int_equal(col, 0);
    tt_send(t, "x{Enter}");
    assert_int_equal(WEXITSTATUS(tt_wait_exit(t)), 4);
    tt_free(t);
    replace_end();
}

int main(void)
{
#define EXCHANGE(f) cmocka_unit_test_setup_teardown(f, exchange_setup, program_teardown)
    const struct CMUnitTest tests[] = {
            EXCHANGE(sync__program_killed__is_said),
            EXCHANGE(sync__question__has_a_line_of_its_own),
            EXCHANGE(sync__no_server__status_2),
            EXCHANGE(sync__address__wants_no_scheme),
            EXCHANGE(sync__first_time__remembers_the_server_and_sends),
            EXCHANGE(sync__no_place_for_private_records__they_stay_here),
            EXCHANGE(sync__json__keys),
            EXCHANGE(sync__two_machines__meet),
            EXCHANGE(news__others__are_told_once),
            EXCHANGE(sync__invitation__is_not_remembered_nor_kept),
            EXCHANGE(sync__password_in_the_address__refused_unsaid),
            EXCHANGE(sync__captive_portal__in_words),
            EXCHANGE(sync__stopped__leaves_no_process),
            EXCHANGE(serve__open_to_others__wants_accounts_or_a_code),
            EXCHANGE(serve__store__is_used_meanwhile),
            EXCHANGE(serve__terminal__shows_the_code_and_ends_by_itself),
            EXCHANGE(serve__training__says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
