#ifndef NET_LINK_H
#define NET_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "odus/base/buf.h"
#include "odus/net/net.h"

/**
 * The only door to libcurl: one easy handle and its connection, moved by hand. Knows
 * no retries, no sign-in, no words; see net.c for those.
 */
struct link;

/** How an exchange ended when it brought no whole answer. */
enum link_end {
    LINK_OK,
    LINK_NAME,       /* the server's name is not found */
    LINK_PROXY_NAME, /* the proxy's */
    LINK_CONNECT,    /* refused, no route */
    LINK_SILENT,     /* nobody answered the connection in time */
    LINK_CUT,
    LINK_NOTHING, /* plain http, and not even one line came: maybe it wants TLS */
    LINK_SLOW,
    LINK_TLS_DATE,   /* expired, or not valid yet */
    LINK_TLS_CA,     /* an authority unknown here */
    LINK_TLS_NAME,   /* a certificate for somebody else */
    LINK_TLS_OTHER,  /* no agreement on how to talk */
    LINK_CA_FILE,    /* the private CA cannot be read as such */
    LINK_PROXY,      /* the proxy asks for a sign-in */
    LINK_PROXY_SHUT, /* it makes no tunnel to the server; its answer is the status */
    LINK_STOPPED,    /* a callback said so */
    LINK_HEAD,       /* its lines are too long */
    LINK_GARBLED,    /* not HTTP, or not what its head says */
};

struct link_setup {
    const char *ca; /* PEM, added to the system's authorities; NULL */
    int connect_seconds;
    bool no_proxy; /* whatever the environment says */
};

struct link_want {
    const char *method, *url;
    const char *const *heads;     /* "Name: value", NULL at the end */
    struct view body;             /* stays where it is until the end */
    const struct net_part *parts; /* a form instead of it, copied; NPARTS 0: none */
    size_t nparts;
    bool gzip; /* of the answer */
    /* What is idle longer than IDLE_SECONDS (0: any time) or moves fewer than
     * LOW_SPEED bytes per second during LOW_SECONDS ends as LINK_SLOW. */
    int idle_seconds, low_speed, low_seconds;
    /** Each line of the answer's head, and each piece of its decoded body. False ends
     * the exchange as LINK_STOPPED. */
    bool (*on_head)(void *ctx, struct view line);
    bool (*on_body)(void *ctx, struct view bytes);
    void *ctx;
};

struct link_result {
    enum link_end end;
    int status;
    int os_error;     /* errno of a failed connection, 0 unknown */
    int connections;  /* opened for it */
    int64_t up, down; /* bytes on the wire: heads and bodies as they travel, before
                         decoding; TLS and TCP are not counted */
    char detail[120]; /* the library's own words */
};

struct link *link_new(const struct link_setup *setup) ATTR_CHECK ATTR_NONNULL_ALL;
void link_free(struct link *k);

/** Sent with every request from now on. NULL, NULL: nobody; USER NULL: a token. */
void link_sign(struct link *k, const char *user, const char *secret) ATTR_NONNULL(1);
void link_forget_cookies(struct link *k) ATTR_NONNULL_ALL;

void link_begin(struct link *k, const struct link_want *want) ATTR_NONNULL_ALL;

/** Moves what can be moved, waits WAIT_MS at most for more. True: not ended yet. */
bool link_turn(struct link *k, int wait_ms) ATTR_NONNULL_ALL;

/** Ends what is under way; harmless when nothing is. */
void link_stop(struct link *k) ATTR_NONNULL_ALL;

/** Of the exchange that ended, or so far. */
void link_result(struct link *k, struct link_result *ret) ATTR_NONNULL_ALL;

/** The milliseconds that low speed is measured by; tests put their own. */
extern int64_t (*link_clock)(void);

#endif
