#ifndef TESTS_TUI_EXCHANGE_H
#define TESTS_TUI_EXCHANGE_H

#include "views.h"

/** The other side of an exchange: a program in the place of odus-sync that says what a
 *  test wants (docs/workers.md), and what a session would have left in the store. */

/**
 * Puts the program in V's folder, in V->env. SCRIPT: lines of JSON that are said; "?"
 * reads an answer; "!" waits for its end or a stop. Every run plays it again.
 */
void exchange_fake(struct views *v, const char *script);

/** What it was told: jobs and answers, a line each. Owned. */
char *exchange_told(const struct views *v);

/** A record of TYPE "oeuvre" titled TITLE, completed; its uid to UID. */
void exchange_record(const struct views *v, const char *title, char uid[37]);

/** The store has a server: what is complete waits for it. */
void exchange_peer(const struct views *v);

/** The server takes the records of no container but CONTAINER. */
void exchange_takes(const struct views *v, const char *container);

/** BRUNO's change of the title of UID to TITLE comes; from its first revision, so that
 *  it may stand beside ours. */
void exchange_pull(const struct views *v, const char *uid, const char *title);

/** All that waits has been acknowledged. */
void exchange_sent(const struct views *v);

/** The server refuses UID for the reason WHY; "": its merge waits for a référent. */
void exchange_refuse(const struct views *v, const char *uid, const char *why);

#endif
