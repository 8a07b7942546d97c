#ifndef ODUS_TUI_SCREEN_H
#define ODUS_TUI_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "odus/base/buf.h"
#include "odus/base/err.h"
#include "odus/tui/keys.h"

/**
 * The terminal: the only place that knows curses. One screen per process.
 * LC_CTYPE must be a UTF-8 locale before screen_init (widths come from it).
 */

/** What a text is, not how it looks. Every style differs from NORMAL, or is told by its
 *  words, without colour too. */
enum style {
    STYLE_NORMAL,
    STYLE_TITLE,
    STYLE_LABEL,
    STYLE_DIM,
    STYLE_FIELD, /* where text can be entered */
    STYLE_FOCUS, /* the same, with the cursor in it */
    STYLE_SELECTED,
    STYLE_HEADING,
    STYLE_ERROR,
    STYLE_WARNING,
    STYLE_INFO,
    STYLE_OK,
    STYLE_HINT,
    STYLE_KEY, /* a key name in the bar of keys */
    STYLE_STATUS,
    STYLE_TRAINING,
    STYLE_COUNT
};

struct rect {
    int row, col, rows, cols;
};

/** Takes the terminal of stdin and stdout: alternate screen, keypad, bracketed paste,
 *  the mouse when MOUSE. ERR_IO when there is no terminal that can do it. The process
 *  exits through screen_leave; a crash restores the terminal by itself. */
int screen_init(bool mouse, struct err *err) ATTR_CHECK;
void screen_leave(void);

/** Takes the mouse or leaves it to the terminal (for selecting text). */
void screen_mouse(bool on);

/** Gives the terminal back at once. Does not allocate and is safe in a signal handler:
 *  meant for mem_on_panic. Nothing may be drawn afterwards. */
void screen_restore(void);

/** Around SIGTSTP: gives the terminal to the shell, and takes it back. */
void screen_suspend(void);
void screen_resume(void);

/** Asks the terminal for its size after SIGWINCH. */
void screen_resize(void);
int screen_rows(void);
int screen_cols(void);

/** Begins an empty picture / sends what differs from the one shown. */
void screen_begin(void);
void screen_flush(void);

/** The terminal lost our picture: everything is sent at the next flush. */
void screen_redraw(void);

/** Writes BYTES past curses, after a flush. Only for answers to the test harness. */
void screen_write_raw(const char *bytes, size_t n) ATTR_NONNULL_ALL;

/**
 * Draws TEXT at ROW, COL in at most WIDTH cells and never past the edge of the screen.
 * A cluster that does not fit whole is left out. Control characters, format characters
 * and broken UTF-8 are never sent, whatever TEXT holds. Returns the cells used.
 */
int ui_put(int row, int col, int width, enum style style, struct view text);

/** As ui_put, then fills with spaces to WIDTH. */
void ui_put_fill(int row, int col, int width, enum style style, struct view text);

/** As ui_put, but a text that is too long ends in "…". Returns the cells used. */
int ui_put_cut(int row, int col, int width, enum style style, struct view text);

/** Right-aligned in WIDTH cells. */
void ui_put_right(int row, int col, int width, enum style style, struct view text);

/** A horizontal line with LABEL (may be empty) let into it: "── label ─────". */
void ui_rule(int row, int col, int width, enum style style, struct view label);

/** The hardware cursor stands there after the flush; hidden when never called since
 *  screen_begin. */
void ui_cursor(int row, int col);

/** Title of the terminal's window; control characters are left out. */
void ui_title(struct view title);

#endif
