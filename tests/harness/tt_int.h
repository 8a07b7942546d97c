#ifndef TESTS_HARNESS_TT_INT_H
#define TESTS_HARNESS_TT_INT_H

#include <sys/types.h>
#include <vterm.h>

#include "tt.h"

enum { TT_ROWS_MAX = 300, TT_ROW_BYTES = 4096 };

struct tt {
    VTerm *vt;
    VTermScreen *screen;
    int fd;    /* the terminal's side; -1 after tt_hang_up */
    int pidfd; /* readable once the program has ended */
    pid_t pid;
    int rows, cols;
    long pings, pongs, jobs; /* pongs: -1 before the first screen */
    int drawn_rows, drawn_cols;
    bool ended;
    int status;
    long cpu_ms;
    bool alternate, cursor_shown;
    int bells;
    char title[256];
    void (*watch)(void *ctx, const char *bytes, size_t n);
    void *watch_ctx;
    char row_text[TT_ROWS_MAX][TT_ROW_BYTES];
};

/** Reads what is there, waiting for it until DEADLINE (ms of now_ms). Fails the test
 * when time is up, or the program ended and not MAY_END. False once it has ended. */
bool tt_pump(struct tt *t, long long deadline, bool may_end);
long long tt_now_ms(void);

#endif
