#include "bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

uint64_t bench_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

void bench_clear(struct bench *b)
{
    b->count = 0;
}

void bench_begin(struct bench *b)
{
    b->begun = bench_now();
}

void bench_end(struct bench *b)
{
    bench_add(b, bench_now() - b->begun);
}

void bench_add(struct bench *b, uint64_t ns)
{
    if (b->count < BENCH_SAMPLES_MAX)
        b->ns[b->count++] = ns;
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static double percentile(const struct bench *b, unsigned percent)
{
    return b->count ? (double)b->ns[(uint64_t)b->count * percent / 100] / 1e6 : 0;
}

/* Tab-separated, for tests/bench/report.awk. */
static void print_row(FILE *f, const struct bench *b, const struct bench_row *row)
{
    static const unsigned percents[] = {0, 50, 95, 99};

    fprintf(f, "%s\t%s\t%d\t%u", row->section, row->label, row->reference, b->count);
    for (size_t i = 0; i < sizeof(percents) / sizeof(percents[0]); i++)
        fprintf(f, "\t%.6f", percentile(b, percents[i]));
    fprintf(f, "\t%ld\t%d\t%g\t%ld", row->peak_kib, row->percentile, row->target_ms,
            row->target_kib);
    fprintf(f, "\t%s\t%d\t%s\n", row->unit ? row->unit : "", row->units,
            row->note ? row->note : "");
}

void bench_row(struct bench *b, const struct bench_row *row)
{
    const char *path = getenv("BENCH_FIGURES");
    FILE *f = path ? fopen(path, "a") : stdout;

    qsort(b->ns, b->count, sizeof(b->ns[0]), compare);
    if (!f) {
        perror(path);
        exit(1);
    }
    print_row(f, b, row);
    if (f != stdout)
        fclose(f);
}

long bench_peak_kib(int pid)
{
    char path[40], line[200];
    long kib = 0;
    FILE *f;

    if (pid)
        snprintf(path, sizeof(path), "/proc/%d/status", pid);
    else
        snprintf(path, sizeof(path), "/proc/self/status");
    f = fopen(path, "r");
    while (f && fgets(line, sizeof(line), f))
        if (strncmp(line, "VmHWM:", 6) == 0)
            kib = strtol(line + 6, NULL, 10);
    if (f)
        fclose(f);
    return kib;
}

const char *bench_path(const char *name)
{
    static char paths[4][500];
    static unsigned turn;
    const char *dir = getenv("BENCH_DIR");
    char *path = paths[turn++ % 4];

    snprintf(path, sizeof(paths[0]), "%s/%s", dir ? dir : "build/bench", name);
    return path;
}

bool bench_full(void)
{
    const char *full = getenv("BENCH_FULL");

    return full && *full && strcmp(full, "0") != 0;
}
