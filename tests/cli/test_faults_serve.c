/* kill -9 of `odus serve` and of `odus sync`, or of the worker of either, at random
 * instants: what was completed is nowhere lost and nowhere doubled, and three machines
 * end alike (P11). ODUS_TORTURE_ROUNDS and ODUS_TORTURE_SEED as in make torture. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exchange.h"
#include "faults.h"
#include "odus/base/file.h"
#include "odus/base/json.h"
#include "odus/base/mem.h"
#include "program.h"

enum { RECORDS_MAX = 4000, CHECK_EVERY = 10, LATEST_MS = 250, NAME = 40 };

static const char *const names[] = {"a", "b"};

/* What was completed last, each record by the machine that made it. */
static struct venue {
    char id[37], name[NAME];
    int owner;
} venues[RECORDS_MAX];
static int nvenues, edits;

static struct served server;
static int port, kills[4], whole;

/* --- the server ------------------------------------------------------------------- */

static void server_up(void)
{
    char listen[40];
    long long n = 0;
    const char *at;

    snprintf(listen, sizeof listen, "127.0.0.1:%d", port);
    server = SERVE("server", "--listen", listen);
    at = strrchr(server.url, ':') + 1;
    assert_true(view_int((struct view){at, strcspn(at, "/")}, &n));
    port = (int)n;
}

/* Its worker, orphaned, answers what it has begun to: the lock is its life. */
static void await_worker(void)
{
    char *store = machine_store("server"), *path = file_join(store, "serve.lock");
    int fd = open(path, O_RDWR | O_CLOEXEC);

    assert_true(fd >= 0);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    close(fd);
    free(path);
    free(store);
}

static void server_killed(pid_t victim)
{
    int status;

    kill(victim, SIGKILL);
    assert_int_equal(waitpid(server.pid, &status, 0), server.pid);
    close(server.in);
    close(server.out);
    await_worker();
    free(server.url);
    free(server.invite);
    json_free(server.event);
}

/* --- edits ------------------------------------------------------------------------ */

static void edit(int who)
{
    char name[NAME], *field;
    struct venue *v;
    int n = nvenues ? (int)chance((unsigned)nvenues) : 0;

    machine(names[who]);
    snprintf(name, sizeof name, "Salle %d", ++edits);
    if ((!nvenues || chance(2)) && nvenues < RECORDS_MAX) {
        v = &venues[nvenues++];
        snprintf(v->id, sizeof v->id, "%s", machine_venue(name));
        v->owner = who;
    } else if (venues[n].owner == who) {
        v = &venues[n];
        field = xasprintf("nom=%s", name);
        assert_int_equal(RUN("set", v->id, field), 0);
        free(field);
        assert_int_equal(RUN("complete", v->id), 0);
    } else {
        return;
    }
    snprintf(v->name, sizeof v->name, "%s", name);
}

/* --- one round -------------------------------------------------------------------- */

static void kill_some(struct running *client)
{
    pid_t worker = worker_of(client->pid);
    int what = (int)chance(4), status;

    kills[what]++;
    if (what == 0 && worker)
        kill(worker, SIGKILL);
    else if (what == 1)
        kill(client->pid, SIGKILL);
    else if (what >= 2)
        server_killed(what == 2 && server.worker ? server.worker : server.pid);
    if (what >= 2 && chance(2))
        kill(client->pid, SIGKILL);
    else if (what >= 2)
        kill(client->pid, SIGINT); /* else it would wait for the server */
    free(faults_wait(client, &status));
    whole += WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (what >= 2)
        server_up();
}

static void round_of(int who)
{
    char *store = machine_store(names[who]);
    const char *const words[] = {
            "--store", store, "--lang", "en", "sync", server.url, NULL};
    struct running client;

    edit(who);
    client = faults_start(words);
    chance_delay(LATEST_MS);
    kill_some(&client);
    free(store);
}

/* --- afterwards ------------------------------------------------------------------- */

static const char *name_of(const char *id)
{
    for (int i = 0; i < nvenues; i++)
        if (strcmp(venues[i].id, id) == 0)
            return venues[i].name;
    fail_msg("nobody made %s", id);
    return NULL;
}

static void check_machine(const char *name)
{
    struct json *all;
    int drafts, complete;

    machine(name);
    faults_doctor(&drafts, &complete);
    assert_int_equal(drafts, 0);
    assert_int_equal(RUN("list", "lieu", "--json", "--limit", "100000"), 0);
    all = output_json();
    assert_int_equal(json_len(all), nvenues);
    for (size_t i = 0; i < json_len(all); i++) {
        const struct json *one = json_at(all, i);

        assert_string_equal(
                json_get_text(one, "title"), name_of(json_get_text(one, "uid")));
    }
    json_free(all);
}

static void sync_machine(const char *name)
{
    machine(name);
    if (RUN("sync", server.url) != 0)
        fail_msg("sync of %s: %s%s", name, out, err);
    expect_text(out, " 0 waiting");
}

static void converge(void)
{
    sync_machine("a");
    sync_machine("b");
    sync_machine("a");
    check_machine("a");
    check_machine("b");
    check_machine("server");
}

static void kill__client_and_server__nothing_lost_or_doubled_p11(void **state)
{
    int rounds = faults_rounds(12);

    (void)state;
    server_up();
    for (int i = 1; i <= rounds; i++) {
        round_of((int)chance(2));
        if (i % CHECK_EVERY == 0 || i == rounds)
            converge();
    }
    print_message(
            "# %d kills: %d, %d of the client or its worker, %d, %d of the server's"
            " or it; %d syncs had ended; %d records, the same everywhere\n",
            rounds, kills[1], kills[0], kills[2], kills[3], whole, nvenues);
    assert_int_equal(serve_end(&server, SIGINT), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(
                    kill__client_and_server__nothing_lost_or_doubled_p11,
                    exchange_setup, program_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
