#ifndef TESTS_BENCH_H
#define TESTS_BENCH_H

#include <stdint.h>

/**
 * Timings against a budget. A program of tests/bench takes samples, reports each
 * figure, and returns bench_status() from main.
 */

enum { BENCH_SAMPLES_MAX = 100000 };

struct bench {
    const char *name;
    uint64_t begun;
    uint32_t count;
    uint32_t ns[BENCH_SAMPLES_MAX]; /* capped at 4 s; samples beyond the room are
                                       dropped */
};

/** Empties B (large: keep it static) for a figure called NAME (borrowed). */
void bench_init(struct bench *b, const char *name);

/** One sample lies between the two calls. */
void bench_begin(struct bench *b);
void bench_end(struct bench *b);

/** Prints p50, p99 and the longest; over BUDGET_US at p99 is a failure. 0: no budget.
 */
void bench_report(struct bench *b, double budget_us);

/** 1 when any report was over its budget, else 0. */
int bench_status(void);

#endif
