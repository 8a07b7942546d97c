#ifndef ODUS_NET_NET_H
#define ODUS_NET_NET_H

#include <stdint.h>

#include "odus/base/buf.h"
#include "odus/base/err.h"

/**
 * HTTP to one peer, made for weak links: one connection kept alive, gzip both ways, no
 * total time limit but a low-speed one, back-off with jitter, cancelled at any moment.
 * Knows nothing of records. One handle per peer and process; no threads.
 */
struct net;

enum net_auth { NET_ANONYMOUS, NET_BASIC, NET_COOKIE, NET_BEARER };

/** Texts are copied. Proxies are those of the environment (http_proxy, https_proxy,
 * no_proxy), never for this machine itself. */
struct net_options {
    const char *url;     /* http(s)://host[:port][/path], no user, no query */
    const char *ca_file; /* private CA (PEM), added to the system's; NULL */
    enum net_auth auth;
    const char *user;
    const char *secret;  /* password or token; wiped at net_free, never printed */
    bool insecure;       /* send it over http to hosts other than loopback all the same;
                            certificates are always verified */
    bool plain;          /* never gzip bodies of requests */
    int low_speed;       /* bytes per second below which, for low_seconds, the request
                            is given up; 0: 10 */
    int low_seconds;     /* 0: 60 */
    int connect_seconds; /* 0: 30 */
    /** Called at least every 200 ms while waiting; false cancels (ERR_BUSY with the
     * message "cancelled"). May be NULL. */
    bool (*go_on)(void *ctx, const struct net *net);
    void *ctx;
};

/** ERR_USAGE: not an http(s) address, name or secret missing, or a secret that would
 * travel in clear (http to a host other than loopback, without `insecure`). ca_file:
 * ERR_NOT_FOUND, ERR_IO, ERR_INVALID (no certificate). Connects to nothing yet. */
int net_new(const struct net_options *opt, struct net **ret, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);

/** Accepts NULL; ends what is under way. */
void net_free(struct net *net);

/** One part of a form (RFC 7578). Without TYPE and FILE it is a plain value. */
struct net_part {
    const char *name;
    struct view bytes;
    const char *type; /* NULL; "application/json" */
    const char *file; /* its name there, NULL: no file */
};

/** Copied, body included: it may go away once net_start or net_run returns. */
struct net_request {
    const char *method; /* "GET", "POST", "PUT", "DELETE", "HEAD" */
    const char *path;   /* below the url, begins with '/', parts already encoded */
    struct view body;   /* gzipped from 1 KB on; empty: none */
    struct view packed; /* body as net_pack has made it; empty: that is done here */
    const char *type;   /* of the body; NULL: application/json */
    /* Instead of `body`: sent as multipart/form-data, never gzipped. */
    const struct net_part *parts;
    size_t nparts;
    /* One more head, "access-token: …", which may be a secret: wiped after use. NULL */
    const char *head;
    int64_t range_from; /* > 0: Range: bytes=N-, and no gzip. What is given begins there
                           also when the server answers 200 with everything */
    size_t max;         /* bytes of the decoded answer; 0: 64 MB */
    int wait_seconds;   /* long-poll: silence allowed; 0: the options' low speed */
    /** Instead of `body`, for answers 2xx only: the text of a refusal is in `body` (64
     * KB at most). Another result than 0 ends the exchange with that code. */
    int (*sink)(void *ctx, struct view bytes, struct err *err);
    void *sink_ctx;
};

struct net_answer {
    int status; /* HTTP */
    struct buf body;
    char type[80];      /* lower case, without parameters */
    char etag[80];      /* as it came, with its quotes */
    char location[200]; /* of a redirect, which is never followed; without a query */
    bool to_plain;      /* a redirect from https to http */
    bool token;         /* it was asked for with a token (NET_BEARER) */
    int retry_seconds; /* Retry-After in seconds or as a date, a day at most; -1 none */
    int64_t up, down;  /* bytes of this exchange as they travelled, heads, retries and
                          sign-in included; TLS and TCP are not counted */
    bool not_couch;    /* an answer of something else on the way: a captive portal (a
                          web page where none is due, status 511, a redirect to another
                          host) */
};

/** Accepts one that is all zero, and leaves that. */
void net_answer_release(struct net_answer *a);

/**
 * One exchange; any HTTP status is an answer, not an error. A request that the server
 * refuses for its gzip body (400, 415) is sent once more plain; when that helped, so
 * are all later ones. Cookies are renewed (auth NET_COOKIE: POST /_session when there
 * is none or a 401 says so, once; a refusal of that is the answer; a server that knows
 * no _session gets basic instead). A connection that had died meanwhile is replaced in
 * silence, so a request may arrive twice. Errors: ERR_IO (no link, name not found, TLS
 * refused, cut: the message says which and what to do), ERR_LIMIT (larger than max, or
 * more than 64 KB of head), ERR_INVALID (another range than asked for), ERR_BUSY
 * (cancelled, or one is under way), the sink's. net_down tells whether trying again
 * later may help. An answer without length that is cut cannot be told from a whole one.
 */
int net_run(struct net *net, const struct net_request *rq, struct net_answer *ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/**
 * The same in two halves, so that what came can be stored while the next answer is on
 * its way: start, then any number of turns (each moves what can be moved, without
 * waiting), then the answer. One exchange at a time.
 */
int net_start(struct net *net, const struct net_request *rq, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);
void net_turn(struct net *net) ATTR_NONNULL_ALL;

/** Adds to OUT what net_start would make of BODY, so that this is done while another
 * request is under way; nothing where it would be sent as it is. */
void net_pack(const struct net *net, struct view body, struct buf *out)
        ATTR_NONNULL(1, 3);
int net_wait(struct net *net, struct net_answer *ret, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);

/** Of the last failure: no link or server for the moment, rather than a wrong address,
 * certificate or request. */
bool net_down(const struct net *net) ATTR_NONNULL_ALL;

/**
 * What an answer that is no success means for people: sets ERR and returns its code; 0
 * for 2xx that are not not_couch. ERR_INVALID: 400, 401, 403, 415. ERR_NOT_FOUND: 404.
 * ERR_CONFLICT: 409, 412. ERR_LIMIT: 413. ERR_BUSY: 429, 502–504, and 403 where the
 * account is locked after five wrong passwords (CouchDB 3.4). ERR_IO: other 5xx, 407,
 * redirects, captive portals. What the server itself says is cleaned and cut.
 */
int net_refused(const struct net_answer *a, struct err *err) ATTR_NONNULL_ALL;

struct net_totals {
    int64_t up, down; /* bytes on the wire */
    int requests, connections;
    int64_t rate; /* bytes per second of the last seconds of work, 0 unknown */
};
/** Of all exchanges of NET so far. */
struct net_totals net_totals(const struct net *net) ATTR_NONNULL_ALL;

/**
 * Milliseconds to wait before try N (from 1): doubling from 1 s to 5 minutes, between
 * half and the whole of it at random; never less than RETRY_SECONDS (a day at most).
 */
int64_t net_backoff(int n, int retry_seconds);

#endif
