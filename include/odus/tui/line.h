#ifndef ODUS_TUI_LINE_H
#define ODUS_TUI_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "odus/tui/edit.h"
#include "odus/tui/screen.h"

/** Draws a struct edit: one line scrolled sideways by cluster, or by rows where it
 *  wraps. */
struct line {
    struct edit *edit; /* borrowed */
    size_t first;      /* byte of the first cluster shown; the first row */
};

/** Starts at the beginning of EDIT, which must outlive L. */
void line_init(struct line *l, struct edit *edit) ATTR_NONNULL_ALL;

/**
 * One row of AREA, or all of them for what wraps. In one line, marks "<" and ">" take
 * the outer cells where text is hidden. FOCUSED: hardware cursor on the insertion
 * point, and "used/max" at the right edge when less than a tenth (at most 20) of the
 * characters remain. Scrolls as little as shows the cursor.
 */
void line_draw(struct line *l, struct rect area, bool focused) ATTR_NONNULL_ALL;

/**
 * Gives K to the edit: characters, arrows, ^Left, Home, ^K, ^W, ^U, ^Z, ^Y … Enter
 * breaks the line in a memo only. False when K is not one of the editor's, or an Up or
 * Down that leads out of the text; else *RET_WHAT says what it did.
 */
bool line_key(struct line *l, struct key k, enum edit_result *ret_what)
        ATTR_NONNULL(1, 3);

/** A press at ROW, COL of the screen inside AREA: moves the cursor there. */
void line_mouse(struct line *l, struct rect area, int row, int col) ATTR_NONNULL_ALL;

#endif
