#ifndef ODUS_TESTS_SYNC_SCRIPT_H
#define ODUS_TESTS_SYNC_SCRIPT_H

#include "stage.h"

/* The transcript of a session, and one that plays it. In all JSON ' stands for ". */

/** Ends the server: with each test. */
void script_stop(void);

/** Forgets the transcript. */
void script_clear(void);

/** The next request begins with EXPECT and is answered with STATUS and JSON. */
void script_say(const char *expect, const char *status, const char *json);

/** The same with these bytes, head included (NULL: nothing, until it hangs up). */
void script_raw(const char *expect, const char *bytes);

/** The connection ends after N bytes of the last answer (n < 0: so many before its
 * end). Returns the bytes of the whole answer. */
size_t script_cut(long n);

/** The session's first request: the server bears EPOCH. */
void script_epoch(const char *epoch);

/** The next page of the commons: ROWS (from row_…; NULL-terminated), up to LAST_SEQ
 * (JSON). */
void script_page(const char *last_seq, int pending, const char *const *rows);

/** TEXT, which is taken: freed 4,000 calls later. */
const char *kept(char *text);

/** A row of the feed: record N at REV with its document BODY (canonical; taken; NULL:
 * without); more leaves in MORE ("{'rev':…}"). Good for the next 4,000 calls. */
const char *row_of(int n, const char *rev, char *body, const char *more);

/** The document of BODY (taken) at REV with the ancestry IDS ("'b','a'", START), as
 * _bulk_get answers it; DELETED. Good for the next 4,000 calls. */
const char *doc_of(
        const char *rev, int start, const char *ids, char *body, bool deleted);

/** An answer to _bulk_get with one document (from doc_of) of record N. */
const char *got_of(int n, const char *doc);

/** Plays the transcript to a session of P; fails when it was not played to its end. */
int script_play(struct run *r, struct place *p);

/** The same where it need not be played to its end. */
int script_try(struct run *r, struct place *p);

/** The same to a session with the url BEFORE + host + AFTER. */
int script_play_at(
        struct run *r, struct place *p, const char *before, const char *after);

/** The I-th request of the last play (borrowed); "" where there was none. */
const char *script_request(size_t i);
size_t script_requests(void);

/** The revision of BODY as a first one, or as child of PARENT; good for seven calls. */
const char *rev_of(const char *parent, const char *body);

#endif
