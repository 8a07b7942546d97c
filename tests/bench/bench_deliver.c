/*
 * `odus deliver` of a store of events to every format: whole, again with nothing new,
 * and after ten changes; beside a plain dump of the same rows by the sqlite3 command.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/bench.h"
#include "bench/corpus.h"
#include "odus/base/buf.h"
#include "odus/base/mem.h"
#include "odus/store/record.h"

enum { EVENTS = 100000, CHANGES = 10 };

static struct bench bench;
static char *store, *out;

static void fail(const char *what)
{
    fprintf(stderr, "bench_deliver: %s failed\n", what);
    exit(1);
}

/* Runs ARGV with its output in OUTPUT; memory needed by the largest process, in KiB. */
static long run(const char *const *argv, const char *output)
{
    struct rusage use;
    int status;
    pid_t pid;

    bench_begin(&bench);
    pid = fork();
    if (pid == 0) {
        int fd = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0600);

        dup2(fd, STDOUT_FILENO);
        dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
        execvp(argv[0], (char *const *)argv);
        _exit(127);
    }
    if (pid < 0 || wait4(pid, &status, 0, &use) < 0 || status != 0)
        fail(argv[0]);
    bench_end(&bench);
    return use.ru_maxrss;
}

static void row(const char *label, long peak, int units, const char *unit)
{
    static char section[60];

    snprintf(section, sizeof(section), "delivering %d events to every format", EVENTS);
    bench_row(&bench, &(struct bench_row){.section = section,
                              .label = label,
                              .reference = units == 0,
                              .peak_kib = peak,
                              .unit = units ? unit : NULL,
                              .units = units});
}

/* Megabytes that the manifest counts. */
static int delivered_mb(void)
{
    char *path = xasprintf("%s/manifest.json", out), line[512];
    FILE *f = fopen(path, "r");
    long long sum = 0, bytes;

    free(path);
    while (f && fgets(line, sizeof(line), f)) {
        const char *at = strstr(line, "\"bytes\":");
        const char *digits = at ? at + strcspn(at, "0123456789") : "";
        struct view number = {digits, strspn(digits, "0123456789")};

        if (view_int(number, &bytes))
            sum += bytes;
    }
    if (f)
        fclose(f);
    return (int)(sum / 1000000);
}

static void deliver(const char *label)
{
    const char *odus = getenv("ODUS_BIN");
    const char *const argv[] = {odus, "--store", store, "deliver", "--out", out, NULL};
    long peak;

    bench_clear(&bench);
    peak = run(argv, "/dev/null");
    row(label, peak, delivered_mb(), "MB");
}

static void dump(void)
{
    char *data = xasprintf("%s/data.db", store), *to = xasprintf("%s.json", out);
    const char *const argv[] = {"sqlite3", "-json", data,
            "select body from rev where leaf = 1 and deleted = 0", NULL};

    bench_clear(&bench);
    row("sqlite3 -json, the same rows", run(argv, to), 0, NULL);
    free(to);
    free(data);
}

/* A word more in the short text of ten events. */
static void change(struct store *s, int n)
{
    struct record r;
    struct json *body = NULL, *texts;
    char rev[REV_MAX];
    struct err err = {0};
    struct summary summary = {.uid = (char *)corpus_uid('a', n),
            .type = (char *)"evenement",
            .status = (char *)"publie"};

    if (record_get(s, summary.uid, &r, &err) < 0 ||
            json_parse(view_of(r.body), 0, &body, &err) < 0)
        fail("reading an event");
    texts = json_new_object();
    json_set_text(texts, "fr", "Une autre accroche");
    json_set_take(body, "accroche", texts);
    if (record_put(s, r.rev, body, &summary, NULL, rev, &err) < 0)
        fail("changing an event");
    json_free(body);
    record_release(&r);
}

static void change_ten(void)
{
    struct store *s;
    struct err err = {0};

    if (store_open(&(struct store_options){.dir = store}, &s, &err) < 0)
        fail("opening the store");
    for (int i = 0; i < CHANGES; i++)
        change(s, i * (EVENTS / CHANGES));
    store_close(s);
}

static void copy_store(void)
{
    char *name = xasprintf("store-%d", EVENTS);
    struct store *s;
    struct err err = {0};

    if (store_open(&(struct store_options){.dir = bench_path(name)}, &s, &err) < 0 ||
            store_backup(s, store, &err) < 0)
        fail("copying the store");
    store_close(s);
    free(name);
}

int main(void)
{
    if (!getenv("ODUS_BIN") || !getenv("TMPDIR")) {
        fputs("to be run by tests/run-bench.sh\n", stderr);
        return 2;
    }
    store = xasprintf("%s/deliver-store", getenv("TMPDIR"));
    out = xasprintf("%s/delivered", getenv("TMPDIR"));
    copy_store();
    dump();
    deliver("odus deliver, the first time");
    deliver("nothing new");
    change_ten();
    deliver("after 10 changes");
    free(out);
    free(store);
    return 0;
}
