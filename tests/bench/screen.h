#ifndef TESTS_BENCH_SCREEN_H
#define TESTS_BENCH_SCREEN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "harness/tt.h"

/**
 * Any program on a terminal of its own, timed from outside: a screen is there when its
 * last byte has been drawn by the emulator and nothing has followed for a while. What
 * cannot be done ends the program with a message.
 */
struct screen_program {
    const char *const *argv, *const *env; /* as tt_spawn_plain */
    const char *ready;                    /* text of the first screen */
};

/** Starts P; *RET_NS (may be NULL) is the time to its first screen. tt_free. */
struct tt *screen_start(const struct screen_program *p, uint64_t *ret_ns);

/** Sends BYTES and waits for what is drawn; the time to its last byte. */
uint64_t screen_key(struct tt *t, const char *bytes);

/** KEYS as tt_keys has them, one after the other, each drawn before the next. */
void screen_keys(struct tt *t, const char *const *keys);

/** Fails with WHAT and the screen unless TEXT is on it. */
void screen_expect(struct tt *t, const char *text);

long screen_peak_kib(struct tt *t);

/**
 * Program ODUS_BIN over store-EVENTS of the bench folder, with FORMS (NULL: those of
 * ODUS_FORMS). In a static place: valid until the next call.
 */
const struct screen_program *screen_odus(
        int events, const char *forms, const char *ready);

/** calcurse over N appointments; in a static place. */
const struct screen_program *screen_calcurse(int n);

/** One form of dialog; in a static place. */
const struct screen_program *screen_dialog(void);

/** floor.c over the database of store-EVENTS; in a static place. */
const struct screen_program *screen_floor(int events);

#endif
