/*
 * `odus import` of 10,000 events from CSV: every cell read as in the form, all rules
 * run, one draft a row.
 */
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/bench.h"
#include "bench/corpus.h"
#include "odus/base/mem.h"

enum { ROWS = 10000, TIMES = 3 };

static struct bench bench;

static void run_import(const char *store, const char *file, bool dry)
{
    const char *odus = getenv("ODUS_BIN");
    int quiet = open("/dev/null", O_WRONLY);

    dup2(quiet, STDOUT_FILENO);
    dup2(quiet, STDERR_FILENO);
    putenv((char[]){CORPUS_NOW});
    setenv("ODUS_STORE", store, 1);
    execl(odus, odus, "import", file, "--form", "evenement", dry ? "--dry-run" : NULL,
            (char *)NULL);
    _exit(127);
}

/* Memory needed, in KiB. */
static long import(const char *store, const char *file, bool dry)
{
    struct rusage use;
    int status;
    pid_t pid;

    bench_begin(&bench);
    pid = fork();
    if (pid == 0)
        run_import(store, file, dry);
    if (pid < 0 || wait4(pid, &status, 0, &use) < 0 || status != 0) {
        fputs("bench_import: odus import failed\n", stderr);
        exit(1);
    }
    bench_end(&bench);
    return use.ru_maxrss;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st, (void)type, (void)at;
    return remove(path);
}

static void measure(const char *label, bool dry)
{
    char *store = xasprintf("%s/import-store", getenv("TMPDIR"));
    long peak = 0;

    bench_clear(&bench);
    for (int i = 0; i < TIMES; i++) {
        long kib = import(store, bench_path("events.csv"), dry);

        peak = kib > peak ? kib : peak;
        nftw(store, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    }
    bench_row(&bench, &(struct bench_row){.section = "importing 10,000 rows of CSV",
                              .label = label,
                              .reference = !dry,
                              .peak_kib = peak,
                              .unit = "rows",
                              .units = ROWS});
    free(store);
}

int main(void)
{
    if (!getenv("ODUS_BIN") || !getenv("TMPDIR")) {
        fputs("to be run by tests/run-bench.sh\n", stderr);
        return 2;
    }
    measure("odus import", false);
    measure("odus import --dry-run", true);
    return 0;
}
