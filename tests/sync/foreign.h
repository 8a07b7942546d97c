#ifndef ODUS_TESTS_SYNC_FOREIGN_H
#define ODUS_TESTS_SYNC_FOREIGN_H

#include "stage.h"

/* PouchDB Server in a process of its own: a peer that others wrote. */

/** False where node or its packages are missing: the test is skipped then. */
bool foreign_there(void);

struct foreign;

/** Starts one with its data in the folder NAME of the test, or in memory (NULL), and
 * the database commons. */
struct foreign *foreign_start(const char *name);

/** "http://127.0.0.1:PORT", also after a restart. */
const char *foreign_url(const struct foreign *f);

/** kill -9; and again on the same port. */
void foreign_kill(struct foreign *f);
void foreign_restart(struct foreign *f);

void foreign_stop(struct foreign *f);

/** Makes the database NAME. */
void foreign_database(struct foreign *f, const char *name);

/** One request as its administrator, BODY (NULL: none) as JSON with ' for "; the answer
 * is owned. */
struct json *foreign_ask(
        struct foreign *f, const char *method, const char *path, const char *body);

/** Every record of the commons there and its leaves, as place_revs has them. Owned. */
char *foreign_revs(struct foreign *f);

/** Every record of the commons of P and its leaves, tombstones too, in order. Owned. */
char *place_revs(struct place *p);

#endif
