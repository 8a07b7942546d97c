/*
 * kill -9 of a synchronisation at random instants, many times: what was accepted is
 * nowhere lost and nowhere doubled, and everybody ends with the same leaves.
 * ODUS_TORTURE_ROUNDS and ODUS_TORTURE_SEED as in make torture.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "foreign.h"
#include "odus/base/clock.h"
#include "odus/base/mem.h"

enum { ROUNDS = 30, RECORDS_MAX = 40000, CHECK_EVERY = 10, EDITS_MOST = 12 };

static struct foreign *server;
static struct place places[2];
static const char *const names[2] = {"a", "b"};
static struct run run;

/* What was accepted last: titre at a, note at b. */
static int created, *said[2];
static unsigned long long seed;

static int from_environment(const char *name, int otherwise)
{
    const char *text = getenv(name);
    long long n;

    return text && view_int(view_of(text), &n) && n > 0 ? (int)n : otherwise;
}

/* splitmix64 */
static int roll(int n)
{
    unsigned long long z = seed += 0x9e3779b97f4a7c15ULL;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return (int)((z ^ (z >> 31)) % (unsigned)n);
}

static int make(void **state)
{
    run = (struct run){.answer = "yes"};
    created = 0;
    for (int i = 0; i < 2; i++)
        said[i] = xcalloc(RECORDS_MAX + 1, sizeof(**said));
    return stage_make(state);
}

static int undo(void **state)
{
    if (server)
        foreign_stop(server);
    server = NULL;
    run_release(&run);
    for (int i = 0; i < 2; i++) {
        place_close(&places[i]);
        free(said[i]);
    }
    return stage_remove(state);
}

/* --- edits ------------------------------------------------------------------------ */

static void write_to(int who, int n, int value)
{
    static const char *const members[] = {"titre", "note"};
    char text[30];

    snprintf(text, sizeof(text), "%s %d", members[who], value);
    place_edit(&places[who], n, members[who], text);
    said[who][n] = value;
}

/* New records and changes of old ones, as somebody at WHO's desk makes them. */
static void edit(int who)
{
    static int value;

    for (int i = roll(EDITS_MOST); i > 0; i--) {
        int n = created > 0 && roll(3) ? 1 + roll(created) : 0;

        if (n == 0 && created < RECORDS_MAX) {
            n = ++created;
            place_put(&places[who], n, "");
        }
        /* leaves that a kill has left side by side wait for the next session */
        if (n > 0 && place_standing(&places[who], n).leaves == 1)
            write_to(who, n, ++value);
    }
}

/* --- sessions --------------------------------------------------------------------- */

static void child(int who)
{
    struct place p = place_open(names[who]);

    _exit(stage_run(&run, &p, foreign_url(server)) < 0);
}

/* A session of WHO, killed after US microseconds. True: it had come to its end. */
static bool session_killed(int who, int us)
{
    const struct timespec pause = {.tv_nsec = us * 1000L};
    int status = 0;
    pid_t pid;

    place_close(&places[who]);
    fflush(NULL);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        child(who);
    nanosleep(&pause, NULL);
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
    places[who] = place_open(names[who]);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static int64_t sync_place(int who)
{
    stage_run(&run, &places[who], foreign_url(server));
    run_well(&run);
    return run.report.pulled + run.report.pushed + run.report.merged;
}

/* --- afterwards ------------------------------------------------------------------- */

static void check_record(int who, int n)
{
    char text[30];

    assert_int_equal(place_standing(&places[who], n).leaves, 1);
    if (said[0][n]) {
        snprintf(text, sizeof(text), "titre %d", said[0][n]);
        assert_string_equal(place_text(&places[who], n, "titre"), text);
    }
    if (said[1][n]) {
        snprintf(text, sizeof(text), "note %d", said[1][n]);
        assert_string_equal(place_text(&places[who], n, "note"), text);
    }
}

static void converge(void)
{
    char *there;
    int still = 0;

    for (int i = 0; i < 12 && still < 2; i++)
        still = sync_place(i % 2) ? 0 : still + 1;
    assert_int_equal(still, 2);
    there = foreign_revs(server);
    for (int who = 0; who < 2; who++) {
        char *here = place_revs(&places[who]);

        assert_string_equal(here, there);
        assert_int_equal(place_count(&places[who]), created);
        assert_int_equal(place_waiting(&places[who]), 0);
        for (int n = 1; n <= created; n++)
            check_record(who, n);
        free(here);
    }
    free(there);
}

static void kill__while_synchronising__nothing_lost_or_doubled_p11(void **state)
{
    int rounds = from_environment("ODUS_TORTURE_ROUNDS", ROUNDS), whole = 0;
    int64_t span;

    (void)state;
    seed = (unsigned long long)from_environment("ODUS_TORTURE_SEED", 20261122);
    if (!foreign_there())
        skip();
    server = foreign_start(NULL);
    for (int i = 0; i < 2; i++)
        places[i] = place_open(names[i]);
    for (int i = 0; i < 150; i++)
        place_put(&places[0], ++created, "");
    span = clock_mono_ms();
    converge();
    span = (clock_mono_ms() - span) * 1000 / 6;
    for (int round = 1; round <= rounds; round++) {
        int who = roll(2);

        edit(0);
        edit(1);
        whole += session_killed(who, roll((int)(span > 90000 ? 90000 : span) + 20000));
        if (round % CHECK_EVERY == 0 || round == rounds)
            converge();
    }
    print_message("# %d kills, %d too late; %d records, the same everywhere\n", rounds,
            whole, created);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(
                    kill__while_synchronising__nothing_lost_or_doubled_p11, make, undo),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
