#include "bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int over_budget;

static uint64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

void bench_init(struct bench *b, const char *name)
{
    b->name = name;
    b->count = 0;
    b->begun = 0;
}

void bench_begin(struct bench *b)
{
    b->begun = now_ns();
}

void bench_end(struct bench *b)
{
    uint64_t ns = now_ns() - b->begun;

    if (b->count < BENCH_SAMPLES_MAX)
        b->ns[b->count++] = ns > UINT32_MAX ? UINT32_MAX : (uint32_t)ns;
}

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

void bench_report(struct bench *b, double budget_us)
{
    double p50, p99, longest;

    if (!b->count) {
        printf("%-40s no samples\n", b->name);
        over_budget = 1;
        return;
    }
    qsort(b->ns, b->count, sizeof(b->ns[0]), compare);
    p50 = b->ns[b->count / 2] / 1000.0;
    p99 = b->ns[(uint64_t)b->count * 99 / 100] / 1000.0;
    longest = b->ns[b->count - 1] / 1000.0;
    printf("%-40s p50 %10.1f us  p99 %10.1f us  max %10.1f us", b->name, p50, p99,
            longest);
    if (budget_us > 0) {
        int over = p99 > budget_us;

        printf("  budget %.0f us%s", budget_us, over ? "  OVER" : "");
        over_budget |= over;
    }
    putchar('\n');
}

int bench_status(void)
{
    return over_budget;
}
