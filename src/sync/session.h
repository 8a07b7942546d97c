#ifndef ODUS_SYNC_SESSION_H
#define ODUS_SYNC_SESSION_H

#include "odus/base/work.h"
#include "odus/repl/wire.h"
#include "odus/sync/sync.h"

/* What the files of this layer share: one session, one container of it at a time. */

#define SESSION_COMMONS "commons"

enum { SESSION_CONTAINERS = 32 /* most beside the commons that are entered */ };

enum session_phase { PHASE_SIGN_IN, PHASE_PUSH, PHASE_PULL, PHASE_MERGE };

struct session {
    struct store *store;
    struct forms *forms;
    const struct sync_job *job;
    const struct sync_host *host;
    struct sync_report *report;

    struct net *net;
    char *url;                /* without user and query, for events */
    char *user, *secret;      /* as they are used: the job's, or what was answered */
    struct net_totals before; /* of handles that are gone */
    int64_t peer;
    bool peer_is_new;

    char remote[REPLICA_NAME_MAX]; /* database at the peer */
    char local[REPLICA_NAME_MAX];  /* container here: "org" for one's own */
    bool takes, gives;             /* directions: pulled from, pushed to */
    bool silent;                   /* nobody is asked for a name or password */
    bool absent;                   /* the database is not there, or not for us */

    char given[SESSION_CONTAINERS + 1][REPLICA_NAME_MAX]; /* that the peer takes */
    size_t ngiven;

    enum session_phase phase;
    int64_t done, total; /* of the phase; total -1 unknown */
    int64_t told_ms, began_ms;

    int64_t removals;      /* records that this session would delete here, or there */
    int64_t removals_here; /* those of the container it is at */
    bool removals_allowed;
    bool metered_allowed;

    struct json *refused; /* ids of revisions the peer did not take; NULL: none yet */
    bool referred; /* a merge was left to a référent: there may be more to send */
    bool left;     /* so was something in this session */

    char **touched; /* uids that a pull has changed */
    size_t ntouched, touched_cap;
    struct json
            *open; /* conflicts to be told at the end: uid, its leaves; NULL: none */
    bool owed;  /* an earlier session was cut off before it brought leaves together */
    bool owing; /* so would this one be */
};

/* --- talk.c: to the host ---------------------------------------------------------- */

void session_tell(struct session *s, struct json *event) ATTR_NONNULL_ALL;

/** PHASE begins, with TOTAL things to do (-1 unknown). */
void session_phase(
        struct session *s, enum session_phase phase, int64_t total) ATTR_NONNULL_ALL;

/** N more are done; told now and then, always when LAST. */
void session_progress(struct session *s, int64_t n, bool last) ATTR_NONNULL_ALL;

/** Asks; true for "yes", also where the job says so. Takes QUESTION. */
bool session_ask(struct session *s, struct json *question) ATTR_NONNULL_ALL;

/** BYTES would travel over a metered link: asks, once. ERR_CONFLICT: better not. */
int session_metered(struct session *s, int64_t bytes, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1);

/** An event about record UID, with its title. */
struct json *session_about(struct session *s, const char *name,
        const char *uid) ATTR_RETNONNULL ATTR_CHECK;

/* --- exchange.c: with the peer ---------------------------------------------------- */

/** Makes the handle (again) with the user and secret of the session. */
int session_connect(struct session *s, struct err *err) ATTR_CHECK;

/**
 * The answer to RQ, tried again while there is no link or the server asks for patience,
 * as often as the job says; signs in where the server wants that. ERR_BUSY: stopped.
 * Whatever its status; 429 and 5xx end as errors when the tries are used up.
 */
int session_call(struct session *s, const struct net_request *rq,
        struct net_answer *ret, struct err *err) ATTR_CHECK ATTR_NONNULL_ALL;

/** The same where the exchange was begun with net_start. */
int session_wait(struct session *s, const struct net_request *rq,
        struct net_answer *ret, struct err *err) ATTR_CHECK ATTR_NONNULL_ALL;

/** As session_call for what is large: few tries also where the job has no limit. */
int session_call_large(struct session *s, const struct net_request *rq,
        struct net_answer *ret, struct err *err) ATTR_CHECK ATTR_NONNULL_ALL;

/** As session_call_large; before each try BEFORE is called, which may change *RQ. What
 * it returns tells whether the last try has got on: then the tries count anew. */
int session_stream(struct session *s, const struct net_request *rq,
        bool (*before)(void *ctx), void *ctx, struct net_answer *ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3, 5, 6);

/** As session_call for JSON: BODY (NULL: none) is taken; a status other than 2xx is an
 * error (*RET_STATUS, may be NULL, has it). RET is owned. */
int session_json(struct session *s, const char *method, const char *path,
        struct json *body, struct json **ret, int *ret_status,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3, 5);

/** "/DATABASE" and REST, which is encoded already. Owned. */
char *session_path(const struct session *s,
        const char *rest) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

/** What a status that is no success means; as net_refused. */
int session_refused(struct session *s, const struct net_answer *a,
        struct err *err) ATTR_NONNULL_ALL;

/** A failure that ends nothing: as if it had not been. ERR may be NULL. */
void session_forgive(struct session *s, struct err *err) ATTR_NONNULL(1);

struct net_totals session_totals(const struct session *s) ATTR_NONNULL_ALL;

/* --- server.c: whose database it is ----------------------------------------------- */

/** Is the database of the peer the one it was? Else all begins anew there. */
int session_server(struct session *s, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/** Looks through ANSWER of _changes of the commons for the list of containers, and
 * keeps it with the store. */
int session_containers(struct session *s, const struct json *answer,
        struct err *err) ATTR_CHECK ATTR_NONNULL_ALL;

/** The list as it was kept: array of {nom, sens}, owned; NULL: none. */
struct json *session_list(struct session *s) ATTR_CHECK ATTR_NONNULL_ALL;

/* --- push.c, pull.c, merge.c: one container --------------------------------------- */

int session_push(struct session *s, struct err *err) ATTR_CHECK ATTR_NONNULL(1);
int session_pull(struct session *s, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/** Revisions the peer has said to have taken: asks whether it has them. */
int session_prove(struct session *s, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/**
 * Brings leaves together, asking the peer for ancestors of records touched. BEGIN, once
 * in a session: looks whether an earlier one was cut off before. END, after the last
 * container, for a record may be in any of them: tells the conflicts that are left,
 * each once; nothing is owed any more.
 */
void session_merge_begin(struct session *s) ATTR_NONNULL_ALL;
int session_merge(struct session *s, struct err *err) ATTR_CHECK ATTR_NONNULL(1);
int session_merge_end(struct session *s, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/** The next session is to ask for the ancestors of all that stands side by side. */
int session_owe(struct store *store, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/** DOC is about to be applied or sent: asks, once, before many records go. */
int session_guard(struct session *s, const struct replica_doc *docs, size_t n,
        bool here, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/* --- files.c, files_fetch.c: what records name ------------------------------------ */

/** Files that wait go to the peer, small ones first, once all text is there; then those
 * that are missing here come, where the job says so. What cannot be sent or had is told
 * and ends nothing. */
int session_files(struct session *s, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/** Files that the records UIDS (array of texts; none: all) name and that are not here.
 */
int session_fetch(struct session *s, const struct json *uids,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/** Turns to the container that is called LOCAL here; false: it has no name there. */
bool session_enter(struct session *s, const char *local) ATTR_NONNULL_ALL;

/** Records that a pull changes: before any of them is stored, and each one after. */
void session_will_touch(struct session *s) ATTR_NONNULL_ALL;
void session_touch(struct session *s, const char *uid) ATTR_NONNULL_ALL;

#endif
