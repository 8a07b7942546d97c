#ifndef ODUS_TESTS_SYNC_STAGE_H
#define ODUS_TESTS_SYNC_STAGE_H

#include "odus/sync/sync.h"

/* Stores in a folder for one test, gone after it, and sessions of theirs. */

/** Set-up and tear-down of each test. */
int stage_make(void **state);
int stage_remove(void **state);

/** NAME in the folder; good for the next seven calls. */
const char *stage_path(const char *name);

struct place {
    struct store *store;
    struct forms *forms;
};

/** The store NAME with the form `fiche`: titre, note, and what all records have. */
struct place place_open(const char *name);
void place_close(struct place *p);

/** The n-th identifier; good for the next seven calls. */
const char *stage_uid(int n);

/** The record N with the members MORE (JSON, ' for "), canonical. Owned. */
char *stage_body(int n, const char *more);

/** Writes it over the winner and closes CLOSES (NULL: none); returns its revision, good
 * for the next seven calls. */
const char *place_put_closing(
        struct place *p, int n, const char *more, const char *const *closes);
const char *place_put(struct place *p, int n, const char *more);

/** Sets MEMBER of the winner of record N, which is there. */
void place_edit(struct place *p, int n, const char *member, const char *value);

/** Text MEMBER of the winner of record N, "" where there is none; good for seven. */
const char *place_text(struct place *p, int n, const char *member);

/** Leaves of record N, the winner first, tombstones with "!": "2-b !2-c". The same for
 * all records, with their numbers, sorted: two stores agree when these are the same
 * texts. Owned. */
char *place_leaves(struct place *p, int n);
char *place_all(struct place *p);

/** Records that are no tombstones; leaves that wait for the peer that counts. */
int place_count(struct place *p);
int place_waiting(struct place *p);

/** State of record N: replica_standing. */
struct replica_standing place_standing(struct place *p, int n);

/* --- one session ------------------------------------------------------------------ */

struct run {
    struct sync_job job;     /* url and tries (1) are put in where they are none */
    bool endless;            /* no tries: as long as there is no link */
    const char *answer;      /* to every question; NULL: none */
    const char *user_answer; /* to "user" */
    int stop_after;          /* > 0: go_on says no from that call on */
    int calls;
    bool (*enough)(void); /* go_on says no from then on; NULL */

    int rc;
    struct err err;
    struct sync_report report;
    struct json *events, *questions; /* arrays */
};

/** Runs the session; events and questions of an earlier one are dropped. */
int stage_run(struct run *r, struct place *p, const char *url);
void run_release(struct run *r);

/** Everything that was told, asked, and the error, as one text: for what must not be in
 * it. Owned. */
char *run_text(const struct run *r);

/** Events of kind EV; the last of them (borrowed, NULL). */
int run_count(const struct run *r, const char *ev);
const struct json *run_event(const struct run *r, const char *ev);

/** Number of questions of kind WHAT. */
int run_asked(const struct run *r, const char *what);

/** Fails with the error of R where it did not end well; fails where the words of its
 * error do not hold PART. */
void run_well(const struct run *r);
void run_said(const struct run *r, const char *part);

#endif
