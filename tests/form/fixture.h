#ifndef ODUS_TESTS_FORM_FIXTURE_H
#define ODUS_TESTS_FORM_FIXTURE_H

#include "odus/form/body.h"
#include "odus/form/edit.h"

/** A form that has every type of field, two groups and four repeats. */
extern const char fixture_text[];

/** Reads TEXT as a form; fails the test with the first problem. */
struct form *fixture_form(const char *text);

/** An engine without hooks but a clock: 2026-11-21, 09:00 UTC. */
struct engine *fixture_engine(const struct form *form);

/** Typed in French on 2026-11-21. */
extern const struct input_context fixture_typed;

/** PATH as a place; fails the test where there is none. */
struct rec_at fixture_at(const struct rec *rec, const char *path);

/** The value at PATH, "" when blank; sets it. */
const char *fixture_get(const struct rec *rec, const char *path);
void fixture_set(struct rec *rec, const char *path, const char *text);

/** Canonical body; owned. */
char *fixture_body(const struct rec *rec, enum body_kind kind);

/** A record of FORM with BODY, JSON text; owned. */
struct rec *fixture_rec(const struct form *form, const char *body);

#endif
