#ifndef ODUS_TUI_SYNC_VIEW_H
#define ODUS_TUI_SYNC_VIEW_H

#include "form_view.h"
#include "odus/tui/list.h"
#include "session.h"

/** The screen of the exchange: view_sync.c has its life and commands, sync_rows.c what
 *  it lists, sync_paint.c draws it. */

struct sync_row {
    char uid[37];                    /* "" none */
    const char *heading;             /* translated; NULL: a record */
    const struct sync_queued *entry; /* of the queue or of what is to be decided */
    const struct json *log;          /* what the session told of a record */
};

struct sync_view {
    struct ui *ui;
    struct sync_queued *queue, *conflicts;
    size_t nqueue, nconflicts;
    struct sync_row *rows;
    size_t nrows, cap;
    int64_t generation;
    bool asked; /* the question that waits has been shown */
    char *url;  /* typed, until the account is too */
    struct list list;
};

/** Rows for the list; its ctx is the view. */
extern const struct list_ops sync_rows;
extern const struct actions sync_actions;

/** Reads it all anew, or only puts together anew what was read with what the session
 *  has told since. The selection stays on its record. */
void sync_load(struct sync_view *v);
void sync_fill(struct sync_view *v);
void sync_release(struct sync_view *v);

/** NULL: nothing is. */
const struct sync_row *sync_selected(struct sync_view *v);

/** TITLE, or that there is none. */
const char *sync_title(const char *title);

/** What is to be said of a row beside its title. */
void sync_add_detail(struct sync_view *v, const struct sync_row *row, struct buf *out);

void sync_draw(void *self, struct rect area);

#endif
