#ifndef ODUS_TESTS_SERVE_ROOM_H
#define ODUS_TESTS_SERVE_ROOM_H

#include "odus/serve/serve.h"

/* A folder with a store that is served, gone after the test. No sockets. */

int room_make(void **state);
int room_remove(void **state);

/** NAME in the folder; good for the next seven calls. */
const char *room_path(const char *name);

extern struct store *room_store;
extern struct forms *room_forms;
extern struct serve *room_serve;

/** Serves anew with these options (store and forms are filled in); on failure nothing
 * is served. */
int room_open(struct serve_options opt, struct err *err);

/** What the next requests carry besides; reset by room_open. */
extern struct request room_request;

/** Base64 of "NAME:PASSWORD" after "Basic "; good until the next call. */
const char *room_basic(const char *name, const char *password);

/** An account; its ROLES with a blank between them. */
void room_account(const char *name, const char *password, const char *roles);

/** Serves anew, beyond loopback, with the workshop's CODE (NULL: none); whoever asks is
 * on another machine. */
void room_open_to_others(const char *code);

/** The next requests come from NAME. */
void room_sign(const char *name, const char *password);

/** The n-th identifier: 01900000-0000-7000-8000-00000000000n. */
const char *room_uid(int n);

/**
 * One request with BODY as JSON, in it ' for " (NULL: none). The whole answer goes to
 * room_text and, where it is JSON, to room_json (both until the next request); returns
 * its status. A stream that waits is read up to there.
 */
int room_ask(const char *method, const char *uri, const char *body);
extern struct buf room_text;
extern struct json *room_json;
extern struct answer room_answer; /* head of the last one */
extern bool room_waits;           /* its stream waits */

/** The record {_id, uid, type, nom, modifie_par, visibilite…} with _rev in room's
 * manner of writing JSON, EXTRA (",'a':1") before the end; good for four calls. */
const char *room_record(int n, const char *rev, const char *extra);

/** Posts DOC (from room_record) with new_edits false to CONTAINER; true: stored. */
bool room_push(const char *container, const char *doc);

/** Text at the end of a path like "a.b.0.c" in room_json; "" when it is no text. */
const char *room_at(const char *path);

#endif
