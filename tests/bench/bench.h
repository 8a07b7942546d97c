#ifndef TESTS_BENCH_H
#define TESTS_BENCH_H

#include <stdbool.h>
#include <stdint.h>

/**
 * Timings. A program of tests/bench takes samples and hands each figure over as a row
 * of the one report that tests/run-bench.sh prints. Targets stand beside the figures;
 * how loaded the machine was is not known, so none fails.
 */

enum { BENCH_SAMPLES_MAX = 100000 };

struct bench {
    uint64_t begun;
    uint32_t count;
    uint64_t ns[BENCH_SAMPLES_MAX]; /* samples beyond the room are dropped */
};

/** Empties B (large: keep it static). */
void bench_clear(struct bench *b);

/** Nanoseconds that only go forward. */
uint64_t bench_now(void);

/** One sample lies between the two calls. */
void bench_begin(struct bench *b);
void bench_end(struct bench *b);

/** A sample measured otherwise. */
void bench_add(struct bench *b, uint64_t ns);

/** What a figure is shown with; 0 and NULL stand for none. */
struct bench_row {
    const char *section, *label;
    bool reference; /* the row of its section that the others are compared with */
    int percentile; /* that the target is for: 50, 95 or 99 */
    double target_ms;
    long peak_kib, target_kib; /* memory */
    const char *unit;          /* a rate: UNITS of these in each sample */
    int units;
    const char *note; /* more figures, in words */
};

/** Writes the samples of B as a row to the file BENCH_FIGURES names, else to stdout. */
void bench_row(struct bench *b, const struct bench_row *row);

/** The most memory this process ever had, in KiB (VmHWM); PID 0: this one. */
long bench_peak_kib(int pid);

/** Bench folder: what `fill` made there. Valid until the fourth call after this one. */
const char *bench_path(const char *name);

/** Whether the store of a million events is asked for (BENCH_FULL). */
bool bench_full(void);

#endif
