/* While a synchronisation stores page after page, somebody else completes records. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "odus/base/clock.h"
#include "odus/base/mem.h"
#include "script.h"

enum { EVERY_MS = 10, WRITES_MOST = 5000, PATIENCE_MS = 1500 };

static struct place here;
static struct run run;

static int make(void **state)
{
    int rc = stage_make(state);

    if (rc == 0)
        here = place_open("here");
    return rc;
}

static int undo(void **state)
{
    script_stop();
    run_release(&run);
    place_close(&here);
    return stage_remove(state);
}

static void page(int from, int n, int left)
{
    const char **rows = xcalloc((size_t)n + 1, sizeof(*rows));
    char *seq = xasprintf("'%d-a'", from + n);

    for (int i = 0; i < n; i++) {
        char *body = stage_body(from + i, "'modifie_par':'lise','note':'Une note qui "
                                          "dit quelque chose et encore un peu plus'");
        const char *rev = rev_of(NULL, body);

        rows[i] = row_of(from + i, rev, body, "");
    }
    script_page(seq, left, rows);
    free(rows);
    free(seq);
}

static int by_time(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

/* Completes a record every EVERY_MS until a byte comes from TOLD; says how long each
 * took to STATS. They are private, so that none of them is sent meanwhile. */
static void write_on(int told, int stats)
{
    static int took[WRITES_MOST];
    struct place p = place_open("here");
    int result[3] = {0};
    int n = 0;

    for (struct pollfd end = {.fd = told, .events = POLLIN};
            n < WRITES_MOST && !end.revents; n++) {
        int64_t began = clock_mono_ms();

        place_put(&p, 900000 + n, "'visibilite':'prive'");
        took[n] = (int)(clock_mono_ms() - began);
        (void)poll(&end, 1, EVERY_MS);
    }
    qsort(took, (size_t)n, sizeof(*took), by_time);
    result[0] = n;
    result[1] = took[n * 99 / 100];
    result[2] = took[n - 1];
    (void)!write(stats, result, sizeof(result));
    place_close(&p);
    _exit(0);
}

static void completing__while_a_pull_stores__waits_for_a_slice_at_most(void **state)
{
    int told[2], stats[2], result[3] = {0};
    int64_t began;
    pid_t pid;

    (void)state;
    script_epoch("e1");
    page(1, 100, 2700);
    page(101, 200, 2500);
    page(301, 400, 2100);
    page(701, 800, 1300);
    page(1501, 1000, 300);
    page(2501, 300, 0);
    run.answer = "yes";
    assert_int_equal(pipe(told) | pipe(stats), 0);
    fflush(NULL);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        write_on(told[0], stats[1]);
    began = clock_mono_ms();
    script_try(&run, &here);
    began = clock_mono_ms() - began;
    assert_int_equal(write(told[1], "", 1), 1);
    assert_int_equal(read(stats[0], result, sizeof(result)), sizeof(result));
    waitpid(pid, NULL, 0);
    for (int i = 0; i < 2; i++) {
        close(told[i]);
        close(stats[i]);
    }
    assert_int_equal(run.report.pulled, 2800);
    print_message("# pull of 2800 in %lld ms beside %d completions: p99 %d ms, at most "
                  "%d ms\n",
            (long long)began, result[0], result[1], result[2]);
    assert_true(result[0] > 0);
    assert_true(result[2] < PATIENCE_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(
                    completing__while_a_pull_stores__waits_for_a_slice_at_most, make,
                    undo),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
