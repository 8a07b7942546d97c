#ifndef ODUS_SRC_SERVE_HTTP_PRIV_H
#define ODUS_SRC_SERVE_HTTP_PRIV_H

#include <microhttpd.h>

#include "gzip.h"
#include "odus/serve/http.h"

/* What http.c (sockets, times) and exchange.c (requests, answers) share. */

/* One connection. Since when has its next request been awaited? */
struct line {
    struct http *http;
    struct line *next, **back;
    int fd;
    int64_t since_ms;
    struct exchange *exchange; /* the request on it, NULL none */
    bool cut;
};

/* One request and its answer. */
struct exchange {
    struct line *line;
    struct MHD_Connection *con;
    char *uri;
    struct buf body; /* its bytes count in http.held */
    bool has_head, too_large, answering;
    bool large;  /* its body may be a file's */
    size_t held; /* bytes of the body that came */
    struct answer answer;
    struct gz *gz; /* of a stream, NULL plain */
    struct buf out;
    size_t out_at;
    enum stream_state state; /* of the answer's stream, after what OUT holds */
    int64_t wake_ms;         /* while it waits */
    struct exchange *next_waiting, **back_waiting;
};

struct http {
    struct http_options opt;
    struct MHD_Daemon *daemon;
    struct buf cert, key;
    struct line *lines;
    struct exchange *waiting;
    int64_t generation; /* of the store when those who wait were last looked at */
    int64_t checked_ms;
    size_t held; /* bytes of all bodies that are coming or being answered */
    int large;   /* bodies of files on their way */
    int active;  /* requests that are being answered */
    bool quiet;
};

/* Callbacks of the daemon; CLS is the struct http. */
enum MHD_Result on_request(void *cls, struct MHD_Connection *con, const char *url,
        const char *method, const char *version, const char *data, size_t *size,
        void **ctx);
void *on_uri(void *cls, const char *uri, struct MHD_Connection *con);
void on_completed(void *cls, struct MHD_Connection *con, void **ctx,
        enum MHD_RequestTerminationCode why);

/** Its stream has more, or is to look: it no longer waits. */
void exchange_wake(struct exchange *x);

#endif
