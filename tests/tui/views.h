#ifndef TESTS_TUI_VIEWS_H
#define TESTS_TUI_VIEWS_H

#include "harness/tt.h"

/** The real program (ODUS_BIN) on a terminal, with a store and a configuration of its
 *  own, its clock frozen at Saturday 21 November 2026, 11:00 in Paris. */
struct views {
    struct tt *t;
    char dir[200];
    const char *option; /* of the command line, NULL */
    const char *env;    /* one more "NAME=VALUE", NULL */
    const char *config; /* more lines of the configuration file, NULL */
    int rows, cols;
    bool adopts; /* orphans come to this process: all are waited for at the end */
};

/** cmocka set-up: the state is a struct views, not started. Skips where the program was
 *  not built. */
int views_setup(void **state);
int views_teardown(void **state);

/** Starts, or starts again. As someone who gave a name before, unless FIRST. */
struct tt *views_start(struct views *v, bool first);

/** Ends it by a signal it cannot see, as a crash or a power cut would. */
void views_kill(struct views *v);

/** From the agenda: a new record of the NTH type of the menu, from 1. */
void views_new(struct views *v, int nth);

/** Text of the configuration file; owned. */
char *views_config(const struct views *v);

/** Fails unless the row with LABEL holds TEXT too. */
void views_expect_row(struct tt *t, const char *label, const char *text);

#endif
