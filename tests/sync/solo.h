#ifndef ODUS_TESTS_SYNC_SOLO_H
#define ODUS_TESTS_SYNC_SOLO_H

#include "script.h"

/* One store and the transcripts it meets. */

extern struct place here;
extern struct run run;

/** Set-up and tear-down of each test. */
int solo_make(void **state);
int solo_undo(void **state);

/** Plays the transcript to its end and forgets it. */
void play(void);

/** Row of record N as somebody else, lise, made it; rows of N records from FROM on,
 * NULL-terminated, good until the next call. */
const char *fresh_row(int n);
const char *const *rows_of(int from, int n);

/** The server has records 1 to N, and `here` has pulled them up to SEQ (JSON). */
void pulled(int n, const char *seq);

/** Request I of the last play (borrowed), which holds PART. */
const char *sent(size_t i, const char *part);

#endif
