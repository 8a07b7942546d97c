#ifndef ODUS_APP_AGENDA_H
#define ODUS_APP_AGENDA_H

#include "odus/app/app.h"

/**
 * The agenda: records in date order under day headings, searched as one types, over any
 * number of records: a window of rows round the selection is loaded, never more. What
 * takes place but has no date yet stands under a heading of its own before today. The
 * same model lists other record types (by name) and drafts.
 */
struct agenda;

struct agenda *agenda_new(struct app *app) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;
void agenda_free(struct agenda *a);

/**
 * The query: words and filters `lieu: organisateur: genre: état: après: avant:`, their
 * English and Italian names too; quotes group. TYPE: form name, NULL the agenda, "*"
 * all. Selects the first record from the day that was selected on, else from today.
 * ERR_INVALID (with the column) or ERR_LIMIT names the filter that is wrong; the list
 * then stays as it was.
 */
int agenda_query(struct agenda *a, const char *type, const char *text,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3);

/** Whether the query asks where records stand (`état:attente`): records of all kinds
 * are meant then. */
bool agenda_asks_standing(const struct agenda *a) ATTR_NONNULL_ALL;

/**
 * Selects the first record on or after DAY (undated lists: the first). With today the
 * last AGENDA_UNDATED without a date stand above it, with 0 the first of these is
 * selected.
 */
enum { AGENDA_UNDATED = 5 };
void agenda_goto(struct agenda *a, int32_t day) ATTR_NONNULL_ALL;
void agenda_home(struct agenda *a) ATTR_NONNULL_ALL;
void agenda_end(struct agenda *a) ATTR_NONNULL_ALL;

/** Moves the selection by DELTA records, at most 1000. */
void agenda_move(struct agenda *a, int delta) ATTR_NONNULL_ALL;

/**
 * Selects the occurrence of UID on DAY, for coming back from a form; where there is
 * none the first record of that day or after.
 */
void agenda_select(struct agenda *a, const char *uid, int32_t day) ATTR_NONNULL_ALL;

enum agenda_state {
    AGENDA_DRAFT,
    AGENDA_COMPLETE,
    AGENDA_REVIEW,
    AGENDA_WAITING,
    AGENDA_STAYS, /* here: WORD_STAYS */
    AGENDA_SENT
};

struct agenda_row {
    bool heading; /* of a day; only `day` is set, for day 0 also `count` where the
                     records were counted, else 0. Lists of undated types have no
                     headings */
    int32_t day;  /* 0 undated */
    char uid[37];
    const char *type, *title, *subtitle, *place, *town,
            *organiser;    /* "" when unknown */
    int start, end, count; /* minutes or -1; séances that day */
    enum agenda_state state;
    const char *status;
    bool cancelled, sample, selected;
    bool held, refused, conflict; /* sync.h */
    int errors, warnings;
};

/**
 * Lays out at most ROWS rows (headings included) with the selection visible. The rows
 * and their texts are borrowed until the agenda is used again.
 */
const struct agenda_row *agenda_rows(
        struct agenda *a, size_t rows, size_t *ret_n) ATTR_NONNULL_ALL;

/** The selected row, or NULL in an empty list. Borrowed likewise. */
const struct agenda_row *agenda_selected(struct agenda *a) ATTR_NONNULL_ALL;

/** Number of rows, counted up to 1000; *ret_more: there are more. Unless it is known
 * that is a search of its own: nothing to do at each key. */
void agenda_count(struct agenda *a, int *ret_n, bool *ret_more) ATTR_NONNULL_ALL;
bool agenda_count_known(const struct agenda *a) ATTR_NONNULL_ALL;

/** Reloads when the store changed, the selection kept; returns whether it did. */
bool agenda_refresh(struct agenda *a) ATTR_NONNULL_ALL;

/** Numbers for the top line; those of the exchange: app_sync_counts. */
struct app_totals {
    int64_t drafts;
};
struct app_totals app_totals(struct app *app) ATTR_NONNULL_ALL;

/** Drafts to recover after a crash (P02): those whose process is gone. */
struct app_draft {
    char uid[37];
    char *type, *title;
    char *at; /* label of the last field; NULL when it is not known */
    int64_t saved_ms;
    bool orphan; /* left by a crash; else simply not completed */
};
void app_drafts_release(struct app_draft *d, size_t n);
int app_drafts(struct app *app, bool orphans, struct app_draft **ret, size_t *ret_n,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3, 4);

/** Sets a recovered draft aside (keeps it, no longer asked about), or discards it. */
int app_draft_set_aside(struct app *app, const char *uid, struct err *err)
        ATTR_NONNULL(1, 2);
int app_draft_discard(struct app *app, const char *uid, struct err *err)
        ATTR_NONNULL(1, 2);

#endif
