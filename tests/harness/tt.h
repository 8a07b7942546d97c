#ifndef TESTS_HARNESS_TT_H
#define TESTS_HARNESS_TT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/**
 * Screen tests: runs a program on a pseudo-terminal of its own, keeps the screen it
 * draws with libvterm, types keys, and looks. Never sleeps: after every step a private
 * key (the ping) follows the others, and the program's main loop answers it after the
 * next complete draw. What cannot be done fails the cmocka test and prints the screen,
 * with a line of attributes under each row that has any: b bold, u underline, r
 * reverse, c coloured, * several. cmocka.h must be included before.
 */
struct tt;

enum { TT_LIMIT_MS = 10000 }; /* of every wait: only ever a failure */

/**
 * Starts ARGV (NULL-terminated, argv[0] a path) on ROWS x COLS with
 * TERM=xterm-256color, LC_ALL=C.UTF-8, TUI_TEST=1 and no NO_COLOR; ENV (NULL, or
 * NULL-terminated "NAME=VALUE") comes last. Waits for the first screen. The caller
 * frees with tt_free.
 */
struct tt *tt_spawn(
        const char *const *argv, const char *const *env, int rows, int cols);

/** The same for a program that takes no screen: waits for nothing. */
struct tt *tt_spawn_plain(
        const char *const *argv, const char *const *env, int rows, int cols);

/** Kills what still runs. NULL is fine. */
void tt_free(struct tt *t);

/** Types KEYS: text, and in braces a key: {Enter} {Tab} {S-Tab} {Esc} {Up} {PgDn}
 * {Home} {Backspace} {Delete} {F1}…{F12} {^Z} {^Left} {Paste:text} {{} for a brace.
 * Then waits until all is handled and drawn. */
void tt_keys(struct tt *t, const char *keys);

/** As tt_keys, but does not wait: for keys that end the program. */
void tt_send(struct tt *t, const char *keys);

/** N raw bytes, no waiting. */
void tt_bytes(struct tt *t, const char *bytes, size_t n);

/** Waits until everything sent is handled and drawn, and no background job runs. */
void tt_sync(struct tt *t);

/** For plain programs: waits until TEXT is on the screen. */
void tt_wait_text(struct tt *t, const char *text);

/** Waits until the screen drawn has the new size. */
void tt_resize(struct tt *t, int rows, int cols);

void tt_click(struct tt *t, int row, int col);
void tt_wheel(struct tt *t, int row, int col, bool down);
void tt_signal(struct tt *t, int sig);

/** Waits until a signal has stopped the program. */
void tt_wait_stop(struct tt *t);

/** The terminal goes away, as when its window is closed. */
void tt_hang_up(struct tt *t);

/** Reads all output to its end; returns the wait status (WIFEXITED…). */
int tt_wait_exit(struct tt *t);

/** Processor time of the program in ms, known after tt_wait_exit. */
long tt_cpu_ms(const struct tt *t);

/** Row ROW as text without the spaces at its end; valid until the next call for ROW. */
const char *tt_row(struct tt *t, int row);

/** The screen as owned text, one line a row, empty rows at the end left out. */
char *tt_screen(struct tt *t);

/** The first place of TEXT; RET_ROW and RET_COL (cells) may be NULL. */
bool tt_find(struct tt *t, const char *text, int *ret_row, int *ret_col);

/** Fail unless TEXT is, or is not, on the screen. */
void tt_expect(struct tt *t, const char *text);
void tt_refuse(struct tt *t, const char *text);

/** Colours are palette indexes, -1 the terminal's own, -2 a direct colour. */
struct tt_style {
    bool bold, underline, reverse;
    int fg, bg;
};

struct tt_style tt_style(struct tt *t, int row, int col);
bool tt_any_colour(struct tt *t);

/** False when the hardware cursor is hidden. */
bool tt_cursor(struct tt *t, int *ret_row, int *ret_col);
bool tt_alternate(const struct tt *t);
const char *tt_title(const struct tt *t);
int tt_bells(const struct tt *t);
pid_t tt_pid(const struct tt *t);

/** Local modes of the terminal (termios.c_lflag): ICANON, ECHO… */
unsigned tt_local_modes(const struct tt *t);

/** FN(CTX, BYTES, N) sees all that the program sends from now on, as it comes. */
void tt_watch(
        struct tt *t, void (*fn)(void *ctx, const char *bytes, size_t n), void *ctx);

/** Prints WHAT and the screen to stderr and fails the test. */
void tt_fail(struct tt *t, const char *what, ...) __attribute__((format(printf, 2, 3)));

#endif
