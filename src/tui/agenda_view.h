#ifndef ODUS_TUI_AGENDA_VIEW_H
#define ODUS_TUI_AGENDA_VIEW_H

#include "odus/app/agenda.h"
#include "odus/tui/line.h"
#include "form_view.h"

/** The agenda's screen: view_agenda.c has its life, agenda_acts.c its commands,
 *  agenda_paint.c draws it. */

enum { AGENDA_TYPES = 30, AGENDA_WORDS = 300 };

struct agenda_view {
    struct ui *ui;
    struct agenda *agenda;
    const char *type; /* as agenda_query has it */
    struct edit *edit;
    struct line line;
    bool searching;   /* keys go to the words */
    bool widened;     /* found nowhere in the agenda: shown from all records */
    struct buf wrong; /* what is wrong with them */
    struct rect area; /* of the rows, last drawn */
    const char *types[AGENDA_TYPES]; /* behind the open menu */
    char opened[37];                 /* the record last opened */
    int32_t opened_day;
    struct buf preview;
    char previewed[37];
    int64_t preview_generation;
    int preview_timer; /* 0: none is running */
    int64_t refreshed_ms;
    int count_timer;
};

extern const struct actions agenda_actions;
extern const struct actions agenda_search_actions; /* for the bar of keys */

struct agenda_view *agenda_view_push(struct ui *ui);
void agenda_view_open(struct agenda_view *v, const char *uid, int32_t day);
void agenda_view_open_selected(void *self);
void agenda_view_new(struct agenda_view *v, const char *type);

/** Asks for what the search line says. */
void agenda_view_query(struct agenda_view *v);

void agenda_draw(void *self, struct rect area);

#endif
