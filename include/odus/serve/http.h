#ifndef ODUS_SERVE_HTTP_H
#define ODUS_SERVE_HTTP_H

#include <poll.h>

#include "odus/serve/serve.h"

/**
 * serve_handle behind a socket (libmicrohttpd). No threads: the caller polls http_fd
 * and calls http_run. Limits: connections in all and of one address, sizes of heads and
 * bodies, and the time a request may take to arrive.
 */
struct http;

struct http_options {
    struct serve *serve;  /* borrowed */
    struct store *store;  /* borrowed: its changes wake those who wait for them */
    const char *host;     /* address to listen on, as src/serve/address.h has it; on ::
                             it takes IPv4 too */
    int port;             /* 0: any that is free */
    const char *tls_cert; /* PEM files; both NULL: plain http */
    const char *tls_key;
    int head_seconds;  /* a request's head, and an idle connection; 0: 30 */
    int body_rate;     /* bytes a second below which a body is given up; 0: 500 */
    size_t bodies_max; /* bytes of all bodies at a time; 0: 192 MB */
};

/** ERR_BUSY: the port is taken. ERR_IO, ERR_USAGE (certificate). */
int http_open(const struct http_options *opt, struct http **ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);

/** The TCP port it listens on. */
int http_port(const struct http *http) ATTR_NONNULL_ALL;

/** Readable when there is something to do. */
int http_fd(const struct http *http) ATTR_NONNULL_ALL;

/** Milliseconds after which http_run is to be called although nothing is readable; -1:
 * no such moment. */
int http_wait_ms(struct http *http) ATTR_NONNULL_ALL;

/** Does what can be done without waiting. */
void http_run(struct http *http) ATTR_NONNULL_ALL;

/** No new connections. */
void http_quiesce(struct http *http) ATTR_NONNULL_ALL;

/** True while answers are on their way. */
bool http_active(const struct http *http) ATTR_NONNULL_ALL;

/** Cuts what is left. Accepts NULL. */
void http_close(struct http *http);

#endif
