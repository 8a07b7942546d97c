#ifndef ODUS_TESTS_FORM_MERGING_H
#define ODUS_TESTS_FORM_MERGING_H

#include "fixture.h"
#include "odus/form/merge.h"

/* The fixture's form with what every record bears; set-up and tear-down. */
extern struct form *merging_form;
int merging_open(void **state);
int merging_close(void **state);

/* The outcome of a merge that must succeed. */
struct merged {
    char *body;
    struct merge_conflict *all;
    size_t n;
};

/* Of bodies, and of their texts (NULL: no ancestor). Release it. */
struct merged merge_json(const struct json *base, const struct json *ours,
        const struct json *theirs, enum merge_side later);
struct merged merge_texts(
        const char *base, const char *ours, const char *theirs, enum merge_side later);
void merged_release(struct merged *m);

/* TEXT read, NULL for NULL; JSON written canonically. Owned. */
struct json *json_of(const char *text);
char *text_of(const struct json *json);

/* Fails the test unless JSON is written so. */
void check_value(const struct json *json, const char *expected);

#endif
