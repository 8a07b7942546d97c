#ifndef ODUS_APP_AGENDA_STANDING_H
#define ODUS_APP_AGENDA_STANDING_H

#include "odus/app/agenda.h"

/**
 * Where the records on the screen stand with the server. Each is asked of the store
 * once, until something in it changes: a list is drawn at every key.
 */
struct standings;

struct standings *standings_new(
        struct app *app) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

/** Accepts NULL. */
void standings_free(struct standings *s);

/** Completes ROW, whose state is what the list itself knows. */
void standings_fill(struct standings *s, struct agenda_row *row) ATTR_NONNULL_ALL;

#endif
