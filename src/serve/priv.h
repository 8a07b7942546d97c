#ifndef ODUS_SERVE_PRIV_H
#define ODUS_SERVE_PRIV_H

#include "crypt.h"
#include "odus/serve/accounts.h"
#include "odus/serve/serve.h"
#include "uri.h"

/* --- who asks (auth.c, door.c) ------------------------------------------------- */

enum {
    DOOR_TRIES = 5,              /* wrong passwords of one name from one address */
    DOOR_TRIES_OF_ADDRESS = 25,  /* of all names */
    DOOR_TRIES_OF_NAME = 100,    /* from all addresses */
    DOOR_CLOSED_MS = 300 * 1000, /* then nothing is tried for this long */
    DOOR_PLACES = 256,
    SESSION_MS = 600 * 1000, /* after the last request */
    SESSION_PLACES = 256,
    KNOWN_PLACES = 64,
    PLACE_LISTS = 64,
};

/** Wrong passwords are counted by name and address, and by either alone. */
struct door {
    struct door_count {
        char key[33]; /* hash of name and address; "" free */
        int wrong;
        int64_t last_ms;
    } counts[DOOR_PLACES];
};
bool door_closed(const struct door *d, const char *name, const char *address,
        int64_t now_ms) ATTR_NONNULL_ALL;
void door_wrong(struct door *d, const char *name, const char *address,
        int64_t now_ms) ATTR_NONNULL_ALL;
void door_right(struct door *d, const char *name, const char *address) ATTR_NONNULL_ALL;

/** Tokens of cookies, and passwords that were right a moment ago (hashing each time
 * would take longer than the request): both forget. */
struct session {
    char token[CRYPT_TOKEN]; /* of a password: its keyed hash; "" free */
    char name[64];
    int64_t until_ms;
};

struct serve {
    struct serve_options opt;
    char code[SERVE_CODE]; /* "" none */
    struct json *origins;  /* as browsers spell them; NULL */
    struct json *accounts;
    int64_t accounts_stamp; /* of the file when it was read */
    bool open;              /* no one signs in */
    bool stopping;
    char uuid[37];
    char key[CRYPT_TOKEN]; /* of this run, for the hashes above */
    struct door door;
    struct session sessions[SESSION_PLACES];
    struct session known[KNOWN_PLACES];
    struct place_list { /* what stands in a container, as far as it was asked */
        char container[REPLICA_NAME_MAX];
        struct json *uids;
        int64_t since;
    } lists[PLACE_LISTS];
    size_t nlists;
};

struct who {
    char name[64]; /* "" nobody */
    const char *roles[ACCOUNTS_ROLES_MAX + 1];
    bool guest;         /* by the workshop's code, which many share */
    const char *method; /* "cookie", "default" or NULL */
};

/* Whose page sends the request, by its head Origin. */
enum origin {
    ORIGIN_OWN,   /* no page, or one of this server */
    ORIGIN_NAMED, /* of a site that the options name */
    ORIGIN_ANY,   /* of any other, where that may read */
    ORIGIN_OTHER, /* is refused */
};

struct call {
    struct serve *serve;
    const struct request *rq;
    struct answer *answer;
    struct uri uri;
    enum origin origin;
    struct who who;
    const char *container, *id; /* parts of the path; NULL */
    struct view text;           /* the body, unpacked */
    struct json *body;          /* the same parsed, where the route wants JSON */
};

/** Fills WHO from the request. False: answered already (wrong password…). */
bool auth_identify(struct call *c) ATTR_CHECK ATTR_NONNULL_ALL;

/** False, and answered, where nobody has signed in and the server is not open. */
bool auth_required(struct call *c) ATTR_CHECK ATTR_NONNULL_ALL;

/** True of a page of another site for which nobody has signed in: it reads what is
 * public in `commons`, and nothing else. */
bool auth_is_visitor(const struct call *c) ATTR_NONNULL_ALL;

bool auth_has_role(const struct who *who, const char *role) ATTR_NONNULL_ALL;

/** NAME and PASSWORD of a request; WHO is filled. False: answered. */
bool auth_password(struct call *c, const char *name,
        struct view password) ATTR_CHECK ATTR_NONNULL_ALL;

/** A new session of WHO in a cookie; ends the one of the request. */
void auth_open_session(struct call *c) ATTR_NONNULL_ALL;
void auth_close_session(struct call *c) ATTR_NONNULL_ALL;

/** Reads the accounts again when their file has changed; all sessions end then. */
int auth_refresh(struct serve *serve, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/* --- pages of other sites (origin.c) -------------------------------------------- */

/** The options' list as browsers spell origins (RFC 6454 §6.2); owned. GIVEN may be
 * NULL: *RET is. ERR_USAGE. */
int origin_list(const struct json *given, struct json **ret, struct err *err) ATTR_CHECK
        ATTR_NONNULL(2);

/** Looks whose page asks; the answer will tell its browser what it may do. */
void origin_look(struct call *c) ATTR_NONNULL_ALL;

/** True, and answered: the browser asked whether the page may ask. */
bool origin_preflight(struct call *c) ATTR_CHECK ATTR_NONNULL_ALL;

/* --- answers (answer.c) -------------------------------------------------------- */

/** BODY is taken. */
void answer_json(struct answer *a, int status, struct json *body) ATTR_NONNULL_ALL;
void answer_ok(struct answer *a, int status) ATTR_NONNULL_ALL;

/** CouchDB's {"error","reason"}. */
void answer_error(struct answer *a, int status, const char *error,
        const char *reason) ATTR_NONNULL_ALL;
struct json *answer_error_json(const char *error,
        const char *reason) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

/** What went wrong below, with the status that tells clients what to do. */
void answer_err(struct answer *a, const struct err *err) ATTR_NONNULL_ALL;

/** Message of ERR in English; owned. */
char *answer_reason(const struct err *err) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

/* --- endpoints: each answers C ------------------------------------------------- */

void info_welcome(struct call *c);
void info_container(struct call *c);
void info_security(struct call *c);
void info_committed(struct call *c);
void info_compacting(struct call *c);
void info_exists(struct call *c);

void signin_show(struct call *c);
void signin_begin(struct call *c);
void signin_end(struct call *c);

void changes_feed(struct call *c);
void docs_all(struct call *c);
void bulk_get(struct call *c);
void revs_diff(struct call *c);

void local_get(struct call *c);
void local_put(struct call *c);
void local_delete(struct call *c);

void doc_get(struct call *c);
void doc_put(struct call *c);
void doc_post(struct call *c);
void doc_delete(struct call *c);
void bulk_docs(struct call *c);

void file_get(struct call *c);
void file_put(struct call *c);

/* --- shared -------------------------------------------------------------------- */

/** Files that records name, files.c. FILE_DOC: answers the document c->id; false when
 * it is none of a file. FILE_TAKE: keeps what DOC brings, the document of HASH; the
 * status, with the reason where it is not 201. FILE_ERROR: CouchDB's word for it. */
bool file_doc(struct call *c) ATTR_CHECK ATTR_NONNULL_ALL;
bool file_is_here(
        struct store *store, const char *hash, const char *rev) ATTR_NONNULL_ALL;
int file_take(struct call *c, const char *hash, const struct json *doc,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3, 4);
const char *file_error(int status) ATTR_RETNONNULL;

/** Tells those who watch. */
void serve_tell(
        const struct serve *serve, const struct serve_activity *what) ATTR_NONNULL_ALL;

/** Forgets what place_may_read has kept. */
void place_forget(struct serve *serve) ATTR_NONNULL_ALL;

/** A container as one reads in it. */
struct place {
    struct serve *serve;
    const char *container;
    bool visitor; /* by somebody of whom nothing is known */
};

/** May BODY of record UID be read there? Who may enter a container may read what is
 * public or for professionals, and of the rest what stands in this one; a visitor, what
 * is public. */
bool place_may_read(const struct place *p, const char *uid,
        const struct json *body) ATTR_NONNULL_ALL;

/** The same of a revision by what the store notes of it. False where its body has to be
 * read for that. */
bool place_may_tell(
        const struct place *p, const struct replica_notes *n) ATTR_NONNULL_ALL;

/** May whoever asks change record UID, of which BODY is the winner, in this container?
 * What stands in another is for those who may enter that one. */
bool place_may_change(
        struct call *c, const char *uid, const struct json *body) ATTR_NONNULL_ALL;

/** The document as read; `_conflicts` where CONFLICTS and there are some. Owned; NULL
 * when it cannot be had. REV NULL: the winner. WITH_REVS: with `_revisions`. */
struct json *doc_read(const struct place *p, const char *uid, const char *rev,
        bool with_revs, bool conflicts, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);

/** Appends {"ok":doc} of revision REV to INTO, with LATEST those of the leaves that
 * descend from it; false when there is none. LEAVES: of all leaves. */
bool docs_push_rev(const struct place *p, const char *uid, const char *rev, bool revs,
        bool latest, struct json *into) ATTR_NONNULL_ALL;
bool docs_push_leaves(const struct place *p, const char *uid, bool revs,
        struct json *into) ATTR_NONNULL_ALL;

#endif
