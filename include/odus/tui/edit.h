#ifndef ODUS_TUI_EDIT_H
#define ODUS_TUI_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "odus/base/buf.h"

/**
 * Text being edited: UTF-8 text in NFC, a cursor that always stands on a grapheme
 * cluster boundary (UAX #29), undo and redo. Pure: knows neither keys nor screen.
 * Offsets are bytes into edit_text().
 */
struct edit;

/** What a command did. EDIT_CUT: text beyond the limit was refused. */
enum edit_result { EDIT_NONE, EDIT_MOVED, EDIT_CHANGED, EDIT_CUT };

enum edit_cmd {
    EDIT_LEFT,
    EDIT_RIGHT,
    EDIT_WORD_LEFT,
    EDIT_WORD_RIGHT,
    EDIT_HOME, /* of the row on screen, see edit_layout */
    EDIT_END,
    EDIT_UP,
    EDIT_DOWN,
    EDIT_TOP,
    EDIT_BOTTOM,
    EDIT_BACKSPACE, /* the whole cluster before the cursor */
    EDIT_DELETE,
    EDIT_KILL_WORD, /* back to the beginning of the word */
    EDIT_KILL_END,  /* to the end of the line; at its end, the newline */
    EDIT_KILL_START,
    EDIT_NEWLINE, /* only in a memo */
    EDIT_UNDO,
    EDIT_REDO,
    EDIT_CMDS
};

enum {
    EDIT_CHARS_MAX = 1000000, /* code points, whatever the caller asks */
    EDIT_UNDO_STEPS = 1000,   /* older steps are forgotten */
    EDIT_UNDO_BYTES = 16 * 1024 * 1024,
};

/** MAX in code points, 0 for the greatest. MEMO: newlines are text, else they become
 *  spaces. The caller owns the result. */
struct edit *edit_new(size_t max, bool memo) ATTR_RETNONNULL ATTR_CHECK;

/** A text without newlines is laid out over several rows too, as a memo is. */
void edit_wrap(struct edit *e) ATTR_NONNULL_ALL;
bool edit_wraps(const struct edit *e) ATTR_PURE ATTR_NONNULL_ALL;

void edit_free(struct edit *e);

/** Replaces everything, forgets the history, cursor at the end. TEXT is cleaned and cut
 *  like typed text; the change callback is not called. EDIT_CUT: it was too long. */
enum edit_result edit_set(struct edit *e, struct view text) ATTR_NONNULL(1);

/** Borrowed; valid until the next change. */
struct view edit_text(const struct edit *e) ATTR_NONNULL_ALL;
size_t edit_cursor(const struct edit *e) ATTR_PURE ATTR_NONNULL_ALL;
bool edit_is_memo(const struct edit *e) ATTR_PURE ATTR_NONNULL_ALL;

/** Code points of the text, and the limit. */
size_t edit_count(const struct edit *e) ATTR_PURE ATTR_NONNULL_ALL;
size_t edit_max(const struct edit *e) ATTR_PURE ATTR_NONNULL_ALL;

/** Inserts what was typed, made safe and NFC; consecutive calls are one undo step. */
enum edit_result edit_type(struct edit *e, struct view text) ATTR_NONNULL(1);

/** As edit_type, but an undo step of its own. */
enum edit_result edit_paste(struct edit *e, struct view text) ATTR_NONNULL(1);

enum edit_result edit_do(struct edit *e, enum edit_cmd cmd) ATTR_NONNULL_ALL;

/** Puts the cursor on the cluster that holds the byte OFFSET (any value). */
void edit_seek(struct edit *e, size_t offset) ATTR_NONNULL_ALL;

/** One row of the laid out text: bytes START to END, the newline not included. */
struct edit_row {
    size_t start, end;
    bool soft; /* goes on in the next row without a newline in the text */
};

/**
 * Breaks the text into rows of at most WIDTH - 1 cells (the last one is for the cursor)
 * after spaces where possible. Spaces before a break hang over the edge and are to be
 * clipped. Only a view of the text: nothing is stored. WIDTH < 2, or neither memo nor
 * edit_wrap: one row for each line. Returns the number of rows, at least 1. UP, DOWN,
 * HOME and END go by the last WIDTH given.
 */
size_t edit_layout(struct edit *e, int width) ATTR_NONNULL_ALL;

/** Row I (< the number of rows) of the last layout, kept up to date by changes. */
struct edit_row edit_row(struct edit *e, size_t i) ATTR_NONNULL_ALL;

/** Row and column in cells of the cursor in the layout. */
void edit_place(struct edit *e, size_t *ret_row, int *ret_col) ATTR_NONNULL_ALL;

/** Moves the cursor to the cluster drawn at ROW, COL (any values: the nearest). */
void edit_seek_cell(struct edit *e, size_t row, int col) ATTR_NONNULL_ALL;

#endif
