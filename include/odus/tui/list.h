#ifndef ODUS_TUI_LIST_H
#define ODUS_TUI_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "odus/tui/event.h"
#include "odus/tui/screen.h"

/**
 * A list of rows fed by callbacks; only rows on screen are ever asked for, so a list of
 * 100,000 costs what a list of 20 does. Headings are rows that cannot be selected.
 */
struct list_ops {
    size_t (*count)(void *ctx);
    /** Rows FIRST to FIRST + N - 1 are about to be drawn. May be NULL. */
    void (*fetch)(void *ctx, size_t first, size_t n);
    void (*draw)(void *ctx, size_t i, struct rect row, bool selected);
    bool (*heading)(void *ctx, size_t i); /* NULL: there are none */
};

struct list {
    const struct list_ops *ops;
    void *ctx;
    size_t sel;       /* meaningless when list_empty */
    size_t top;       /* first row drawn */
    struct rect area; /* of the last draw */
    bool focused;     /* the hardware cursor stands on the selection */
};

void list_init(struct list *l, const struct list_ops *ops, void *ctx)
        ATTR_NONNULL(1, 2);

/** True when no row can be selected. */
bool list_empty(const struct list *l) ATTR_NONNULL_ALL;

/** Selects row I or the nearest that is not a heading. Also after the count changed. */
void list_select(struct list *l, size_t i) ATTR_NONNULL_ALL;

/** Arrows, page keys, Home and End. False: not a key of lists. */
bool list_key(struct list *l, struct key k) ATTR_NONNULL_ALL;

/** Wheel scrolls, a press selects: true when M pressed a row that can be selected. */
bool list_mouse(struct list *l, struct mouse m) ATTR_NONNULL_ALL;

/** Draws into AREA with the selection visible, and the heading above it where there is
 *  room. Rows left over stay empty. */
void list_draw(struct list *l, struct rect area) ATTR_NONNULL_ALL;

#endif
