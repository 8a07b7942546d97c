#ifndef ODUS_TESTS_APP_FOREIGN_H
#define ODUS_TESTS_APP_FOREIGN_H

#include "odus/app/import.h"

/* Imports of foreign agendas without their worker: proposals are given as text. */

extern struct foreign_state foreign_last; /* of the last import */

/** Tear-down of a test: of desk.h, and of the reports. */
int close_desk(void **st);

enum { LOOK = 0, WRITE = 1, UPDATE = 2 };

/** Imports the proposals, NULL-terminated. */
void import_all(int how, const char *const *proposals);
#define IMPORT(how, ...) import_all((how), (const char *const[]){__VA_ARGS__, NULL})

/** A foreign_fn that keeps the report. */
void told(void *ctx, const struct json *report);

/** TEXT as JSON; owned. */
struct json *parse(const char *text);

/** Of the last import: its report I, borrowed; the record of that, owned. */
const struct json *report(size_t i);
struct json *record(size_t i);

/** Member KEY of J is VALUE; NULL: there is none. */
void expect(const struct json *j, const char *key, const char *value);

bool has_note(const struct json *r, const char *kind, const char *field);
bool has_text(const struct json *array, const char *text);

/** What somebody types into a record. */
void type_into(const char *uid, const char *path, const char *text);

#endif
