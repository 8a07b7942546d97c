#ifndef ODUS_TESTS_APP_DESK_H
#define ODUS_TESTS_APP_DESK_H

#include "odus/app/app.h"

/* A session of its own for each test: an empty store in a folder that is gone after it,
 * the forms of the program, Saturday 21 November 2026, ten o'clock in Briançon. */

extern struct app *desk;

/** Set-up and tear-down of each test; the second also puts the sample season there. */
int desk_open(void **state);
int desk_open_samples(void **state);
int desk_close(void **state);

/** Writes the file NAME into the folder; its path, good until the next call. */
const char *desk_file(const char *name, const char *text);

/** Opens the desk anew with LINES as its configuration file. */
void desk_configure(const char *lines);

/** The path of a file of forms/; good until the next call. */
const char *desk_form_file(const char *name);

/** Days since 1970 of the desk's today. */
int32_t desk_today(void);

/** Fails the test with the message of ERR unless RC is 0 or more. */
void desk_ok(int rc, const struct err *err);

/** The sample records that the tests know by name. */
#define DESK_THEATRE "0199f3a0-0201-74db-a67d-c075fc4f6f78"
#define DESK_CIMES "0199f3a0-0101-74ff-a6a1-08a2b8d456f4"

#endif
