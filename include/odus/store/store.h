#ifndef ODUS_STORE_STORE_H
#define ODUS_STORE_STORE_H

#include <stdbool.h>

#include "odus/base/err.h"
#include "odus/base/json.h"
#include "odus/db/db.h"

/**
 * A store: a folder (0700) with `data.db` (revisions, search, lists; written by workers
 * and, at completion, by the interface), `drafts.db` (the journal; written by the
 * interface and the light commands only) and `files/` (posters under their content
 * hash). Design §6.
 */
struct store;

struct store_options {
    const char *dir; /* made (0700) when missing, unless read_only */
    bool read_only;  /* also taken, and said, when the folder cannot be written */
};

/**
 * Opens or creates. ERR_NEWER: written by a newer version, nothing touched.
 * ERR_DAMAGED: a file is not readable as a database; the message names it and says what
 * `odus doctor` and a backup can do. ERR_IO: no room, no right. Drops drafts whose
 * revision exists (a completion that was cut off).
 */
int store_open(const struct store_options *opt, struct store **ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);
void store_close(struct store *store);

const char *store_dir(const struct store *store) ATTR_RETNONNULL ATTR_NONNULL_ALL;
bool store_read_only(const struct store *store) ATTR_NONNULL_ALL;

/** 0, or the error why nothing can be written: its rights, or the disk was full. */
int store_writable(const struct store *store, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1);

/** True when this call of store_open made the folder. */
bool store_created(const struct store *store) ATTR_NONNULL_ALL;

/**
 * All that is read of the revisions until store_end_reading is of one moment, and needs
 * no lock of its own each time. Nothing can be written meanwhile: keep it short.
 */
int store_begin_reading(struct store *store, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1);
void store_end_reading(struct store *store) ATTR_NONNULL_ALL;

/**
 * Small facts kept with the store ("training", "samples"…). GET gives owned text or
 * NULL; setting to NULL removes.
 */
char *store_meta_get(struct store *store, const char *key) ATTR_CHECK ATTR_NONNULL_ALL;
int store_meta_set(struct store *store, const char *key, const char *value,
        struct err *err) ATTR_NONNULL(1, 2);

/** Setting without waiting for the disk: a power cut may undo it, but only together
 * with all that was written after it. */
int store_meta_mark(struct store *store, const char *key, const char *value,
        struct err *err) ATTR_NONNULL(1, 2);

/**
 * Both databases and the files, consistently, into the new folder DEST (or an empty
 * one), which can be opened as a store. ERR_CONFLICT when something is there; a backup
 * that fails leaves nothing.
 */
int store_backup(struct store *store, const char *dest, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);

/**
 * Calls LINE (may be NULL) with an English text for each finding of the integrity
 * checks; returns the number of problems or <0. Reads everything.
 */
int store_check(struct store *store, void (*line)(void *ctx, const char *text),
        void *ctx, struct err *err) ATTR_NONNULL(1);

/**
 * For a store that store_open refuses: reads what is left of each database, changing
 * nothing. LINE gets what is found, file by file, in English; returns the number of
 * problems.
 */
int store_examine(const char *dir, void (*line)(void *ctx, const char *text), void *ctx)
        ATTR_NONNULL(1, 2);

/** Grows with each change of data.db or drafts.db by anyone: views compare, reload. */
int64_t store_generation(struct store *store) ATTR_NONNULL_ALL;

/** The same for the revisions alone: typing, which writes drafts, does not move it. */
int64_t store_data_generation(struct store *store) ATTR_NONNULL_ALL;

/**
 * One step of merging the search index, or checkpoints that wait for nobody; call when
 * idle. Returns true while work is left. A store that was opened for reading because
 * there was no room is tried for writing: store_read_only may be false afterwards.
 */
bool store_idle(struct store *store) ATTR_NONNULL_ALL;

#endif
