#ifndef ODUS_TUI_EDIT_INT_H
#define ODUS_TUI_EDIT_INT_H

#include "odus/tui/edit.h"

/** Private to edit*.c: the parts of a struct edit. */

enum step_kind { STEP_TYPE, STEP_PASTE, STEP_BACKSPACE, STEP_DELETE, STEP_KILL };

/** One replacement of bytes, both ways. */
struct step {
    size_t at;
    char *old_text, *new_text; /* owned */
    size_t nold, nnew;         /* bytes */
    size_t cursor_before, cursor_after;
    enum step_kind kind;
};

struct history {
    struct step *steps;
    size_t n, cap;
    size_t done;  /* steps[0..done) are in the text, the rest can be redone */
    size_t bytes; /* held by all steps */
    bool open;    /* the last step may still grow */
};

struct edit {
    struct buf text;
    size_t cursor;
    size_t count, max; /* code points */
    bool memo, wrap;   /* wrap: rows are broken; every memo's are */
    struct history history;

    struct edit_row *rows;
    size_t nrows, rows_cap;
    int width;      /* of the last edit_layout */
    bool rows_good; /* the rows fit the text */
    int goal;       /* column that UP and DOWN hold on to; -1: none */
};

/** Records a step; TYPE and deletions that continue the last one are joined to it. */
void history_add(struct history *h, struct step s, struct view old, struct view new);
void history_clear(struct history *h);

/** The step to revert or apply now; NULL when there is none. Moves the mark. */
const struct step *history_undo(struct history *h);
const struct step *history_redo(struct history *h);

#endif
