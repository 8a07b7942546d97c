#ifndef NET_NET_PRIV_H
#define NET_NET_PRIV_H

#include "odus/net/net.h"

#include "link.h"
#include "rate.h"

/** One exchange has one to four legs: a sign-in, the request, the same again after a
 * new sign-in, or without gzip. */
enum leg { LEG_NONE, LEG_SESSION, LEG_REQUEST, LEG_ENDED };

struct exchange {
    enum leg leg;
    struct net_request rq; /* its texts and parts are owned, its body is `body` */
    struct buf body;
    struct buf packed; /* body in gzip, when this leg sends that; else empty */
    char *session;     /* body of the sign-in: holds the password */
    bool signed_now, plain_again;
    size_t heads;   /* bytes of the answers' heads so far */
    size_t taken;   /* of the decoded body */
    int64_t skip;   /* bytes to drop: a whole answer where its end was asked for */
    bool elsewhere; /* the redirect leads to another host */
    struct net_answer a;
    int code; /* of a callback, then of the whole */
    struct err err;
};

struct net {
    struct link *link;
    char *url;
    enum net_auth auth;
    char *user, *secret;
    bool plain;
    bool signed_in;
    int low_speed, low_seconds;
    bool (*go_on)(void *ctx, const struct net *net);
    void *ctx;
    struct exchange x;
    bool down;
    struct net_totals totals; /* of the legs that have ended; rate unused */
    struct rate rate;
    int64_t work_ms; /* spent in exchanges, long polls left out */
    int64_t seen_ms;
};

/** Tells the link who asks, by NET's kind of sign-in. */
void net_sign(struct net *net) ATTR_NONNULL_ALL;

/** Ends and forgets the exchange, if any. */
void exchange_release(struct net *net) ATTR_NONNULL_ALL;

/** The link's callbacks; CTX is the struct net. */
bool receive_head(void *ctx, struct view line);
bool receive_body(void *ctx, struct view bytes);

/** The answer is there: says whether it is one of the server's. */
void receive_end(struct net *net) ATTR_NONNULL_ALL;

#endif
