#ifndef ODUS_SRC_STORE_PRIV_H
#define ODUS_SRC_STORE_PRIV_H

#include "odus/base/mem.h"
#include "odus/db/stmt.h"
#include "odus/store/record.h"
#include "odus/store/store.h"
#include "odus/store/summary.h"

/* What the files of this layer share. The tables are described in schema.c. */

struct store {
    char *dir;
    struct db *data, *drafts;
    bool read_only, created;
    struct err
            why; /* it is read-only, when writing was tried; id NULL: by its rights */
    enum db_sync data_sync, drafts_sync; /* as the connections have them now */
    int64_t self_start;                  /* owner_start of this process */
    int64_t generation, data_generation;
    int64_t data_seen, drafts_seen; /* db_data_version when last looked at */
    bool merge_data, merge_drafts;  /* the index may have pieces to merge */
};

/** Opens the two databases of DIR with their schemas; *RET_DB owned. */
int schema_open_data(const char *dir, bool read_only, struct db **ret_db,
        struct err *e) ATTR_CHECK ATTR_NONNULL(1, 3);
int schema_open_drafts(const char *dir, bool read_only, struct db **ret_db,
        struct err *e) ATTR_CHECK ATTR_NONNULL(1, 3);

/** Begins a writing transaction; SYNC holds for it when it is the outermost. */
int store_begin_data(struct store *store, enum db_sync sync, struct err *e) ATTR_CHECK
        ATTR_NONNULL(1);
int store_begin_drafts(struct store *store, enum db_sync sync, struct err *e) ATTR_CHECK
        ATTR_NONNULL(1);

/**
 * Ends a transaction of DB: commits and counts the change when RC is 0, else rolls
 * back. Returns RC or what the commit says.
 */
int store_end(struct store *store, struct db *db, int rc, struct err *e)
        ATTR_NONNULL(1, 2);

/** Ends a reading transaction of DB; returns RC or what that says. */
int store_end_read(struct db *db, int rc, struct err *e) ATTR_NONNULL(1);

/** At most N bytes with the terminator, cut between characters. "" for SQL NULL. */
void store_copy_text(char *dest, size_t n, struct view v) ATTR_NONNULL(1);

/** The texts of ST's first column; owned: record_uids_free. */
int store_read_uids(struct stmt *st, char ***ret, size_t *ret_n,
        struct err *e) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** Drops the drafts whose revision was stored: completions that were cut off. */
int draft_drop_completed(struct store *store, struct err *e) ATTR_CHECK ATTR_NONNULL(1);

/**
 * The mark that a draft as it now stands bears in both databases, owned in *RET; NULL
 * when there is no such draft.
 */
int draft_token(struct store *store, const char *uid, char **ret,
        struct err *e) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** When process PID began, in its system's ticks; 0 where that is not told. */
int64_t owner_start(int pid);

/** Whether the process that OWNER and START were written for still runs. */
bool owner_alive(int owner, int64_t start);

/** UID is due (record_due) where a record or a draft links to it. */
int record_due_if_linked(struct store *store, const char *uid, struct err *e) ATTR_CHECK
        ATTR_NONNULL(1, 2);

/* --- the index, index.c: the same tables in data.db and drafts.db ---------------- */

struct index_words;

enum {
    INDEX_DAY_BITS = 20,      /* of an occurrence's id, below the day */
    INDEX_MINUTE_SLOTS = 512, /* ids that one minute of a day has to itself */
};

/** First id of DAY. */
static inline int64_t index_day_id(int32_t day)
{
    return (int64_t)day * (1 << INDEX_DAY_BITS);
}

/** Day of an occurrence's id. */
static inline int32_t index_id_day(int64_t id)
{
    int64_t ids = 1 << INDEX_DAY_BITS;

    return (int32_t)(id >= 0 ? id / ids : -((ids - 1 - id) / ids));
}

/**
 * Makes the rows of the record or draft SUMMARY describes (entry, occurrences, words,
 * links) what it says; does next to nothing where they already are. *RET_ID (may be
 * NULL) is its entry. Inside a transaction of the caller.
 */
int index_write(struct db *db, const struct summary *summary, int64_t *ret_id,
        struct err *e) ATTR_CHECK ATTR_NONNULL(1, 2);

/** ERR_INVALID when SUMMARY lacks a usable uid or type, as index_write would say. */
int index_check(const struct summary *summary, struct err *e) ATTR_CHECK
        ATTR_NONNULL(1);

/** The same for one of many: what it means for the full-text indexes is added to WORDS,
 * which the caller writes before the transaction ends (index_words.h). */
int index_write_later(struct db *db, const struct summary *summary,
        struct index_words *words, int64_t *ret_id, struct err *e) ATTR_CHECK
        ATTR_NONNULL(1, 2, 3);

/** The entry stays (revisions hang on it) but no list, search or link shows it. */
int index_hide(struct db *db, int64_t id, struct index_words *words,
        struct err *e) ATTR_CHECK ATTR_NONNULL(1, 3);

/** Removes entry UID with all that hangs on it; nothing to do is fine. */
int index_remove(struct db *db, const char *uid, struct err *e) ATTR_CHECK
        ATTR_NONNULL(1, 2);

/** Entry of UID in DB. ERR_NOT_FOUND without details when there is none. */
int index_find(struct db *db, const char *uid, int64_t *ret_id,
        struct err *e) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/**
 * One step of merging the pieces the full-text indexes are written in. Returns true
 * while more may be left; gives way at once when another process is writing.
 */
bool index_merge(struct db *db) ATTR_NONNULL_ALL;

#endif
