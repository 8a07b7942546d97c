#ifndef ODUS_SERVE_SERVE_H
#define ODUS_SERVE_SERVE_H

#include "odus/store/replica.h"

/**
 * A store served by the CouchDB replication protocol: requests in, answers out, no
 * sockets (those are http.h). Sources: docs.couchdb.org, "HTTP API reference"; statuses
 * and error names are CouchDB's, so that clients meet nothing new.
 */
enum {
    SERVE_BODY_MAX = 8 * 1000 * 1000,  /* bytes of a request's body, unpacked */
    SERVE_FILE_MAX = 28 * 1000 * 1000, /* the same where a file may come: 20 MB in
                                          base64 */
    SERVE_STRANGER_MAX = 64 * 1024,    /* the same of who has not signed in */
    SERVE_URI_MAX = 8 * 1024,          /* bytes of path and query */
    SERVE_BATCH_MAX = 10 * 1000,       /* documents, ids or keys of one request */
    SERVE_CODE = 10,                   /* "ABCD-EFGH" with its terminator */
};

/** The user whose password is the workshop's code. */
#define SERVE_GUEST "atelier"

/** Everything is borrowed; texts are NULL where the request has none. */
struct request {
    const char *method;
    const char *uri; /* path and query as sent, not decoded */
    struct view body;
    const char *type, *encoding; /* Content-Type, Content-Encoding */
    const char *authorization, *cookie, *host, *origin, *if_match, *if_none_match,
            *range, *asks_method; /* Access-Control-Request-Method */
    const char *address;          /* of the client, as text */
    bool loopback, tls;           /* how it came */
};

enum stream_state {
    STREAM_MORE, /* call again */
    STREAM_WAIT, /* call again when the store has changed, or at the time given */
    STREAM_END,
    STREAM_FAILED, /* what was sent is not whole: cut the connection */
};

/** An answer that is not built in one piece. */
struct stream {
    /** Appends the next piece to OUT; *RET_WAKE_MS (clock_mono_ms) with STREAM_WAIT.
     * Whoever asks holds the store still (store_begin_reading): it writes nothing. */
    enum stream_state (*next)(void *ctx, struct buf *out, int64_t *ret_wake_ms);
    void (*free)(void *ctx);
    void *ctx;
};

struct answer {
    int status;
    char type[40];
    char cookie[120]; /* Set-Cookie; "" none */
    char allow[40];   /* with 405; "" none */
    char etag[80];    /* with its quotes; "" none, as the next */
    char range[80];   /* Content-Range */
    int64_t size;     /* of the stream, which is sent as it is; 0: not known */
    bool basic;       /* asks for WWW-Authenticate: Basic */
    /* What a page of another site may do with it (fetch.spec.whatwg.org, "CORS
     * protocol"). "" nothing. */
    char origin[260];  /* Access-Control-Allow-Origin */
    bool credentials;  /* passwords and cookies may come from there */
    bool preflight;    /* says which methods and heads may */
    bool many_origins; /* another origin would get another answer */
    struct buf body;   /* where stream.next is NULL */
    struct stream stream;
};
/** Whether a request to URI may be as long as SERVE_FILE_MAX. */
bool serve_takes_files(const char *uri) ATTR_NONNULL_ALL;

void answer_init(struct answer *a) ATTR_NONNULL_ALL;
void answer_release(struct answer *a);

/** One exchange of documents, for those who watch. */
struct serve_activity {
    const char *name, *address; /* borrowed; NAME "" where nobody signs in */
    bool push;                  /* the client sent documents */
    int64_t docs;
};

struct serve_options {
    struct store *store; /* borrowed, like FORMS */
    struct forms *forms;
    bool training;    /* takes exercises only */
    bool loopback;    /* listens on loopback alone: open where there are no accounts */
    const char *code; /* of the workshop; NULL none */
    /* Array of texts, borrowed: the sites ("https://site.example") whose pages may use
     * this server, with a password or, without, to read what is public in `commons`;
     * "*": pages of all sites, without. NULL: of none. */
    const struct json *origins;
    void (*activity)(void *ctx, const struct serve_activity *what); /* may be NULL */
    void *ctx;
};

struct serve;

/** *RET is owned: serve_free. OPT is copied. ERR_USAGE: neither loopback, nor accounts,
 * nor a code: open to everyone; or an origin that is none. */
int serve_new(const struct serve_options *opt, struct serve **ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);
void serve_free(struct serve *serve);

/** Answers any request whatever; ANSWER is initialised here, released by the caller
 * before serve_free. A stream borrows nothing of REQUEST. */
void serve_handle(struct serve *serve, const struct request *request,
        struct answer *answer) ATTR_NONNULL_ALL;

/** Whether who sends REQUEST, of which there is no body yet, has signed in. False:
 * ANSWER, initialised here, says why not. */
bool serve_knows(struct serve *serve, const struct request *request,
        struct answer *answer) ATTR_CHECK ATTR_NONNULL_ALL;

/** From now on streams that wait come to their end. */
void serve_stop(struct serve *serve) ATTR_NONNULL_ALL;

#endif
