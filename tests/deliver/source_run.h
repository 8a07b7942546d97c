#ifndef TESTS_DELIVER_SOURCE_RUN_H
#define TESTS_DELIVER_SOURCE_RUN_H

#include "odus/deliver/source.h"

/** What the reader of a foreign agenda gave, kept. */
struct source_run {
    struct source_options opt;
    struct json *proposals; /* array */
    struct json *refused;   /* array of {place, message} */
    int64_t bytes, total;   /* of the last progress */
    int stop_after;         /* proposals; 0: never */
    int rc;
    struct err err;
};

/** Reads FILE: days of 2026 and 2027, Europe/Paris. */
void source_run_file(struct source_run *run, const char *file, enum source_kind kind);

/** The same of CONTENT, in a file that is gone afterwards. */
void source_run_text(
        struct source_run *run, struct view content, enum source_kind kind);
void source_run_release(struct source_run *run);

/** Proposal I, which must be there. */
const struct json *source_run_at(const struct source_run *run, size_t i);

/** Text at PATH ("body.titre.fr", "body.seances.0.debut"), "" where there is none. */
const char *source_text_at(const struct json *value, const char *path);

/** Kinds and fields of the notes: "changed:description guessed:lieu". Owned. */
char *source_notes(const struct json *proposal);

/** CONTENT in a file of its own; the owned path. */
char *source_temp(struct view content);

#endif
