#ifndef ODUS_TESTS_STORE_BOX_H
#define ODUS_TESTS_STORE_BOX_H

#include "odus/db/stmt.h"
#include "odus/store/draft.h"
#include "odus/store/record.h"

/* A folder for one test, gone after it, with the store in box_path("store"). */

/** Set-up and tear-down of each test. */
int box_make(void **state);
int box_remove(void **state);

/** NAME in the folder; good for the next seven calls. */
const char *box_path(const char *name);

/** Opens the store; the test closes it. */
struct store *box_open(void);

/** Opens and closes once: a store that is there. */
void box_create(void);

/** The n-th identifier: 01900000-0000-7000-8000-00000000000n. */
const char *box_uid(int n);

/** The uid of B starts in the same way up to byte 8 only. */
const char *box_other_uid(void);

/**
 * A summary of record UID. Everything is borrowed, also by the copy that is returned.
 * DAY 0: undated, a venue; else an event at 20:30.
 */
struct summary box_summary(const char *uid, const char *title, int32_t day);

/** The record {"_id": UID, "modifie_par": "anne", "titre": TITLE}. */
struct json *box_body(const char *uid, const char *title);

/** Puts that record with that summary; returns record_put's code. REV: from and to. */
int box_put(struct store *store, const char *uid, const char *title, int32_t day,
        char rev[REV_MAX]);

/** A draft of UID with BODY (borrowed) for draft_put. */
struct draft box_draft(const char *uid, const char *body);

/** Puts a draft named TITLE on no day. */
void box_put_draft(struct store *store, const char *uid, const char *title);

/** The first column of SQL run on FILE of the store through a connection of its own. */
int64_t box_int(const char *file, const char *sql);

/** Ids of the occurrences of FILE whose words match, in order: "1,2". Borrowed. */
const char *box_matches(const char *file, const char *match);

/** Runs FN in a child process and returns its exit status; 128 + N for signal N. */
int box_child(int (*fn)(void));

#endif
