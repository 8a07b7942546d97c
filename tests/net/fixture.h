#ifndef TESTS_NET_FIXTURE_H
#define TESTS_NET_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "odus/net/net.h"

#include "httpd.h"

/** A server with its transcript, and a net that talks to it. */
struct fixture {
    struct httpd *server;
    struct net *net;
    struct err err;
    struct net_answer a;
};

#define OK_HEAD "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
#define OK_EMPTY OK_HEAD "Content-Length: 2\r\n\r\n{}"
#define REFUSED(status, json)                                                          \
    "HTTP/1.1 " status                                                                 \
    "\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n" json

/** OPT's url is the server's. No proxy of the surroundings counts. */
void fixture_start(struct fixture *f, const struct httpd_step *steps, size_t n,
        struct net_options opt);

/** Fails when the transcript was not played to its end. */
void fixture_finish(struct fixture *f);

/** The answer goes to f->a, what was in it is released; the error to f->err. */
int fixture_run(struct fixture *f, const struct net_request *rq);
int fixture_get(struct fixture *f, const char *path);
int fixture_post(struct fixture *f, const char *path, struct view body);

/** The words of f->err hold PART. */
void fixture_said(const struct fixture *f, const char *part);

/** Request I as the server got it holds PART; or does not. */
void fixture_sent(const struct fixture *f, size_t i, const char *part);
void fixture_sent_not(const struct fixture *f, size_t i, const char *part);

#endif
