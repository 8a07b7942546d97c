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

struct net_options {
    const char *url;     /* http(s)://host[:port][/path], no user, no query */
    const char *ca_file; /* private CA, added to the system's; NULL */
    enum net_auth auth;
    const char *user;
    const char
            *secret; /* password or token; copied, wiped at net_free, never printed */
    bool insecure;   /* secret over http to hosts other than loopback all the same */
    bool plain;      /* never gzip bodies of requests */
    int low_speed;   /* bytes per second below which, for low_seconds, the request is
                        given up; 0: 10 */
    int low_seconds; /* 0: 60 */
    int connect_seconds; /* 0: 30 */
    /** Called at least every 200 ms while waiting; false cancels (ERR_BUSY with the
     * message "cancelled"). May be NULL. */
    bool (*go_on)(void *ctx, const struct net *net);
    void *ctx;
};

/** ERR_USAGE: not an http(s) address. A password over http to a host other than
 * loopback is refused (ERR_USAGE) unless the caller of odus said so: `insecure`. */
int net_new(const struct net_options *opt, struct net **ret, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);
void net_free(struct net *net);

/** "https://host/path" without user, query, final slash, default port; host in lower
 * case. Owned; NULL: not an address. */
char *net_url(const char *url) ATTR_CHECK ATTR_NONNULL_ALL;

struct net_request {
    const char *method; /* "GET", "POST", "PUT", "DELETE", "HEAD" */
    const char *path;   /* below the url, begins with '/', parts already encoded */
    struct view body;   /* gzipped from 1 KB on; empty: none */
    const char *type;   /* of the body; NULL: application/json */
    int64_t range_from; /* > 0: Range: bytes=N- */
    size_t max;         /* bytes of the decoded answer; 0: 64 MB */
    int wait_seconds;   /* long-poll: silence allowed; 0: the options' low speed */
    int (*sink)(void *ctx, struct view bytes, struct err *err); /* instead of `body` */
    void *sink_ctx;
};

struct net_answer {
    int status; /* HTTP */
    struct buf body;
    char type[80];
    char etag[80];
    char location[200]; /* of a redirect, which is never followed; as the server gave it
                         */
    int retry_seconds;  /* Retry-After in seconds or as a date; -1 none */
    int64_t up, down;   /* bytes on the wire, heads included, of this exchange */
    bool not_couch; /* an answer of something else on the way: captive portal, proxy's
                       login page (HTML or a redirect to another host) */
};
void net_answer_release(struct net_answer *a);

/**
 * One exchange; any HTTP status is an answer, not an error. A request that the server
 * refuses for its gzip body (400, 415) is sent once more plain, and so are all later
 * ones. Cookies are renewed (auth NET_COOKIE: POST /_session when there is none or a
 * 401 says so, once). Errors: ERR_IO (no link, name not found, TLS refused, cut: the
 * message says which and what to do), ERR_LIMIT (larger than max), ERR_BUSY
 * (cancelled). net_down tells whether trying again later may help.
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
int net_wait(struct net *net, struct net_answer *ret, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);

/** Of the last failure: no link or server for the moment, rather than a wrong address,
 * certificate or request. */
bool net_down(const struct net *net) ATTR_NONNULL_ALL;

/** What an answer that is no success means for people: sets ERR and returns its code.
 * 401, 403 (locked after five wrong passwords), 404, 409, 413, 415, 429, 5xx, captive
 * portals, proxies (407). */
int net_refused(const struct net_answer *a, struct err *err) ATTR_NONNULL_ALL;

struct net_totals {
    int64_t up, down; /* bytes on the wire */
    int requests, connections;
    int64_t rate; /* bytes per second of the last seconds of transfer, 0 unknown */
};
struct net_totals net_totals(const struct net *net) ATTR_NONNULL_ALL;

/** Appends TEXT percent-encoded as one part of a path or value of a query. */
void net_encode(struct view text, struct buf *out) ATTR_NONNULL(2);

/**
 * Milliseconds to wait before try N (from 1): doubling from 1 s to 5 minutes, between
 * half and the whole of it at random; never less than RETRY_SECONDS (a day at most).
 */
int64_t net_backoff(int n, int retry_seconds);

#endif
