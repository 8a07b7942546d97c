/*
 * Start-up: from fork to the last byte of the first screen, and the most memory needed
 * for it. The programs take turns, so that what else the machine does meets all alike.
 */
#include "bench/screen.h"

#include <stdio.h>
#include <unistd.h>

#include "bench/bench.h"
#include "odus/base/attr.h"

enum { ROUNDS = 40, TARGET_MS = 10, TARGET_KIB = 12 * 1024 };

static const struct screen_program *odus(int events)
{
    return screen_odus(events, NULL, events ? "complete" : "Nothing here yet");
}

static const struct screen_program *dialog(int n)
{
    (void)n;
    return screen_dialog();
}

enum { REFERENCE = 1, OURS = 2, FULL = 4 };

static const struct contender {
    const char *label, *path; /* path: skipped where this is not installed */
    const struct screen_program *(*program)(int n);
    int n;
    unsigned flags;
} contenders[] = {
        {"odus, empty store", NULL, odus, 0, OURS},
        {"odus, 10,000 events", NULL, odus, 10000, OURS | REFERENCE},
        {"odus, 100,000 events", NULL, odus, 100000, OURS},
        {"odus, 1,000,000 events", NULL, odus, 1000000, OURS | FULL},
        {"calcurse, no appointment", "/usr/bin/calcurse", screen_calcurse, 0, 0},
        {"calcurse, 1,000", "/usr/bin/calcurse", screen_calcurse, 1000, 0},
        {"calcurse, 10,000", "/usr/bin/calcurse", screen_calcurse, 10000, 0},
        {"dialog --form, 3 fields", "/usr/bin/dialog", dialog, 0, 0},
        {"floor: bare ncurses and SQLite, 10,000", NULL, screen_floor, 10000, 0},
        {"floor, 1,000,000", NULL, screen_floor, 1000000, FULL},
};

static struct bench benches[COUNT(contenders)];
static long peaks[COUNT(contenders)];

static bool takes_part(const struct contender *c)
{
    return (!(c->flags & FULL) || bench_full()) &&
           (!c->path || access(c->path, X_OK) == 0);
}

static void start_once(size_t i)
{
    uint64_t ns;
    struct tt *t = screen_start(contenders[i].program(contenders[i].n), &ns);
    long peak = screen_peak_kib(t);

    bench_add(&benches[i], ns);
    if (peak > peaks[i])
        peaks[i] = peak;
    tt_free(t);
}

int main(void)
{
    for (int round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < COUNT(contenders); i++)
            if (takes_part(&contenders[i]))
                start_once(i);
    for (size_t i = 0; i < COUNT(contenders); i++) {
        const struct contender *c = &contenders[i];

        if (!takes_part(c))
            printf("not installed or not asked for: %s\n", c->label);
        else
            bench_row(&benches[i],
                    &(struct bench_row){
                            .section = "start-up, from exec to the first screen",
                            .label = c->label,
                            .reference = c->flags & REFERENCE,
                            .percentile = c->flags & OURS ? 50 : 0,
                            .target_ms = c->flags & OURS ? TARGET_MS : 0,
                            .peak_kib = peaks[i],
                            .target_kib = c->flags & OURS ? TARGET_KIB : 0});
    }
    return 0;
}
