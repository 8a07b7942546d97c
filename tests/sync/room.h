#ifndef ODUS_TESTS_SYNC_ROOM_H
#define ODUS_TESTS_SYNC_ROOM_H

#include "stage.h"

/* odus-serve over a store of the stage, one at a time. */

/** False where the program is not built: the test is skipped then. */
bool room_there(void);

/** Starts it over the store NAME, which nobody else has open; on the same port each
 * time. */
void room_open(const char *name);

/** Ends it, where it runs. */
void room_close(void);

/** "http://127.0.0.1:PORT" of the last start. */
const char *room_url(void);

/** Account USER with ROLE for the store NAME; its password is ROOM_PASSWORD. */
void room_account(const char *name, const char *user, const char *role);
#define ROOM_PASSWORD "motdepasse"

#endif
