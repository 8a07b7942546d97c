#ifndef ODUS_APP_AGENDA_STANDING_H
#define ODUS_APP_AGENDA_STANDING_H

#include "odus/app/agenda.h"

/**
 * Where the records on the screen stand with the server. Each is asked of the store
 * once for each reading of the list, which is drawn at every key.
 */
struct standings;

struct standings *standings_new(
        struct app *app) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

/** Accepts NULL. */
void standings_free(struct standings *s);

/** The list was read anew: so are they. */
void standings_forget(struct standings *s) ATTR_NONNULL_ALL;

/** Completes ROW, whose state is what the list itself knows. */
void standings_fill(struct standings *s, struct agenda_row *row) ATTR_NONNULL_ALL;

#endif
