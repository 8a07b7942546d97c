#ifndef ODUS_TESTS_SERVE_DESK_H
#define ODUS_TESTS_SERVE_DESK_H

#include "odus/base/json.h"

/* odus-serve in a process of its own, and the other end of its pipes. */

int desk_make(void **state);
int desk_remove(void **state);

/** Path of NAME in the test's folder; good for the next fifteen calls. */
const char *desk_path(const char *name);

struct desk;

/** Starts one with JOB, JSON with ' for " and without the braces; `store` and `forms`
 * are added. */
struct desk *desk_start(const char *job);

/** The next event, owned; NULL at the end. */
struct json *desk_next(struct desk *d);

/** Sends a line; NULL closes the pipe. */
void desk_say(struct desk *d, const char *line);

void desk_signal(struct desk *d, int signal);

/** Reads the rest; the exit status. Frees D. */
int desk_end(struct desk *d);

#endif
