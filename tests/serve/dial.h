#ifndef ODUS_TESTS_SERVE_DIAL_H
#define ODUS_TESTS_SERVE_DIAL_H

#include "odus/serve/http.h"

/* The room behind a socket, and a client of it in the same process. */

extern struct http *http;

enum { DIAL_PATIENCE_MS = 20 * 1000 };

/** Set-up and tear-down of each test. */
int http_make(void **state);
int http_remove(void **state);

/** A connection, which does not block. */
int dial(void);

/** One turn of the server, and what the client got meanwhile. False: it is cut off. */
bool turn(int fd, struct buf *in);

/** Sends V, and reads what comes meanwhile into IN. */
void send_all(int fd, struct view v, struct buf *in);

/** Turns until IN has WHAT (NULL: the connection is closed); true: it came to that. */
bool wait_for(int fd, struct buf *in, const char *what);

/** Sends TEXT and reads until WHAT has come, or the end. */
bool exchange(const char *text, const char *what);

#endif
