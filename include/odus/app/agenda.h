#ifndef ODUS_APP_AGENDA_H
#define ODUS_APP_AGENDA_H

#include "odus/app/app.h"

/**
 * The agenda: records in date order under day headings, searched as one types, over any
 * number of records: a window of rows round the selection is loaded, never more. The same model
 * lists other record types (by name) and drafts.
 */
struct agenda;

struct agenda *agenda_new(struct app *app) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;
void agenda_free(struct agenda *a);

/**
 * The query (words and filters `lieu: organisateur: genre: état: après: avant:`, their
 * English names too; quotes group). TYPE: form name, NULL the agenda, "*" all. ERR_INVALID names the filter
 * that is wrong; the list then stays as it was.
 */
int agenda_query(struct agenda *a, const char *type, const char *text, struct err *err)
        ATTR_CHECK ATTR_NONNULL(1, 3);

/** Selects the first record on or after DAY (undated lists: the first). */
void agenda_goto(struct agenda *a, int32_t day) ATTR_NONNULL_ALL;
void agenda_home(struct agenda *a) ATTR_NONNULL_ALL;
void agenda_end(struct agenda *a) ATTR_NONNULL_ALL;

/** Moves the selection by DELTA records. */
void agenda_move(struct agenda *a, int delta) ATTR_NONNULL_ALL;

/** Selects record UID where it is in the window or its day is DAY; for coming back from a form. */
void agenda_select(struct agenda *a, const char *uid, int32_t day) ATTR_NONNULL_ALL;

enum agenda_state { AGENDA_DRAFT, AGENDA_COMPLETE, AGENDA_REVIEW, AGENDA_WAITING, AGENDA_SENT };

struct agenda_row {
    bool heading;    /* a day (or a letter); only `day` is set */
    int32_t day;     /* 0 undated */
    char uid[37];
    const char *type, *title, *subtitle, *place, *town, *organiser; /* "" when unknown */
    int start, end, count; /* minutes or -1; séances that day */
    enum agenda_state state;
    const char *status;
    bool cancelled, sample, conflict, selected;
    int errors, warnings;
};

/** Lays out at most ROWS rows (headings included) with the selection visible. Borrowed rows. */
const struct agenda_row *agenda_rows(struct agenda *a, size_t rows, size_t *ret_n)
        ATTR_NONNULL_ALL;

/** The selected row, or NULL in an empty list. */
const struct agenda_row *agenda_selected(struct agenda *a) ATTR_NONNULL_ALL;

/** Place of the selection and number of rows, counted up to 1000 (then *ret_more). */
void agenda_count(struct agenda *a, int *ret_n, bool *ret_more) ATTR_NONNULL_ALL;

/** Reloads when the store changed; returns true when it did. */
bool agenda_refresh(struct agenda *a) ATTR_NONNULL_ALL;

/** Numbers for the top line. */
struct app_totals {
    int64_t drafts, waiting;
};
struct app_totals app_totals(struct app *app) ATTR_NONNULL_ALL;

/** Drafts to recover after a crash (P02): those whose process is gone. */
struct app_draft {
    char uid[37];
    char *type, *title;
    char *at;        /* label of the last field */
    int64_t saved_ms;
    bool orphan;     /* left by a crash; else simply not completed */
};
void app_drafts_release(struct app_draft *d, size_t n);
int app_drafts(struct app *app, bool orphans, struct app_draft **ret, size_t *ret_n,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3, 4);

/** Sets a recovered draft aside (keeps it, no longer asked about), or discards it. */
int app_draft_set_aside(struct app *app, const char *uid, struct err *err) ATTR_NONNULL(1, 2);
int app_draft_discard(struct app *app, const char *uid, struct err *err) ATTR_NONNULL(1, 2);

#endif
