#ifndef TESTS_NET_HTTPD_H
#define TESTS_NET_HTTPD_H

#include <stdbool.h>
#include <stddef.h>

/**
 * A server that plays a transcript: a process of its own on a port of 127.0.0.1 that
 * the system chooses, ended by httpd_stop or with the process that started it. One
 * request is answered after the other; connections stay open unless a step says
 * otherwise.
 */
struct httpd;

struct httpd_step {
    const char *expect; /* the request begins so ("GET /db/_changes"); NULL: anything */
    const char *send;   /* raw bytes, head included; NULL: nothing, for ever, until the
                           client hangs up */
    size_t n;           /* of them; 0: up to the terminator */
    size_t cut;         /* > 0: only so many bytes, then the connection is closed */
    bool close;   /* after the last byte; an answer with "Connection: close" does too */
    size_t piece; /* > 0: bytes at a time, with pause_ms between */
    int pause_ms;
};

/** STEPS may be released afterwards. Never NULL: aborts where no port can be had. */
struct httpd *httpd_start(const struct httpd_step *steps, size_t n);

/** "http://127.0.0.1:PORT", valid until httpd_stop. */
const char *httpd_url(const struct httpd *h);

/**
 * Request I (from 0) as it came, head and body; RET_N may be NULL. NULL: there was
 * none, or no room for it (4 MB in all). Complete once the answer began to arrive.
 */
const char *httpd_request(const struct httpd *h, size_t i, size_t *ret_n);

/** Requests and connections so far. */
size_t httpd_requests(const struct httpd *h);
size_t httpd_connections(const struct httpd *h);

/** Stops the process as it stands (SIGSTOP): a link that is dead and says nothing,
 * until httpd_again or httpd_stop. */
void httpd_freeze(struct httpd *h);

/** Another transcript on the same port, counted anew; returns what httpd_stop would. */
int httpd_again(struct httpd *h, const struct httpd_step *steps, size_t n);

/** Ends it, waits for its end and frees. 0: every step was played, nothing else came.
 */
int httpd_stop(struct httpd *h);

#endif
