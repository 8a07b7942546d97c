#ifndef ODUS_SRC_PUSH_PUSH_H
#define ODUS_SRC_PUSH_PUSH_H

#include "odus/base/work.h"
#include "odus/deliver/each.h"
#include "odus/net/net.h"
#include "odus/net/secret.h"
#include "receipts.h"

/* What the parts of a push share. */

struct push;

/** Something that is to stand in the other agenda. */
struct item {
    char name[NAME_SIZE];
    char uid[UUID_TEXT];   /* record that it is made from */
    char venue[UUID_TEXT]; /* sent before, its number belongs into the body; "" none */
    long long noted;       /* their number as the record says it; 0 none */
    long long known;       /* the one that it goes by; 0 none */
    struct json *body;     /* owned */
};
/** Accepts a zeroed ITEM. */
void item_release(struct item *item) ATTR_NONNULL_ALL;

enum outcome {
    SENT = 0,
    REFUSED = 1,
    LOST = 2 /* nobody knows */
};           /* < 0: nothing can be sent any more */

/**
 * How to talk to one kind of agenda. Functions that send return an outcome: what was
 * refused says why in ERR and the others go on.
 */
struct target {
    const char *name;
    const char *type;     /* of the records that it is about */
    const char *url;      /* where they are, unless the settings say otherwise */
    const char *owner;    /* key of the job that says under which account */
    const char *reader;   /* key of the job: account that states are read with; NULL */
    const char *no_owner; /* msgid: what to do where that is missing */
    const char *gives;    /* field whose lack sending mends: no word of it; NULL */

    /** What PIECE of the notice N is: false, it is not sent. ITEM is zeroed. */
    bool (*take)(const struct notice *n, const struct piece *piece, struct item *item);
    /** PLAN_REMOVE or PLAN_HIDE: the item asks for that; PLAN_NONE. NULL: none does. */
    enum plan_what (*wants)(const struct item *item);
    /** Puts the numbers that are known into the body; false: one is missing yet. */
    bool (*complete)(struct push *p, struct item *item);
    /** Tells what they ask for and the body has not, before it is sent; NULL: nothing.
     */
    int (*check)(struct push *p, const struct item *item, struct err *err);
    /** An outcome; SENT: *RET, whether what has the item's number there is ours. */
    int (*ours)(struct push *p, const struct item *item, bool *ret, struct err *err);
    /** Of the body as it is now: what was sent and has the same hash stays. */
    void (*hash)(const struct item *item, char ret[HASH_256_TEXT]);
    int (*send)(struct push *p, struct item *item, struct receipt *r, struct err *err);
    int (*remove)(struct push *p, bool gone, struct receipt *r, struct err *err);
    /** What became of what was asked for; NULL: there is nobody who decides. */
    int (*look)(struct push *p, struct receipt *r, struct err *err);
    /** Gets an access token with the key. */
    int (*sign)(struct push *p, struct err *err);
    /** The head "NAME: TOKEN" that carries it, owned. */
    char *(*head)(const char *token);
};
extern const struct target target_openagenda, target_apidae;

struct push_counts {
    int64_t created, changed, removed, unchanged, refused, left_out, doubtful;
    int64_t asked, validated;
    int64_t unnoted; /* have a number there that the record does not say */
};

struct push {
    struct work *w;
    const struct target *target;
    struct store *store;
    struct forms *forms;
    struct each *each;
    struct receipts *receipts;
    struct run_options opt;
    struct search_query query;
    char *url;         /* as url_normal writes it */
    const char *owner; /* agenda, or client */
    struct secret_place place;
    char *key;      /* secret */
    char *read_key; /* secret, of `reader`; NULL: none */
    struct net *net;
    char *token; /* secret; NULL: none */
    int64_t token_until_ms;
    int64_t interval_ms, next_ms; /* between two requests; when the next may go */
    int tries;
    int faults;               /* answers of 500 in a row */
    struct json *demands;     /* what they ask for, NULL: not read yet (demands.c) */
    char demanded[UUID_TEXT]; /* record that was held against them last */
    bool dry_run, yes, again;
    bool network;             /* the error is the link's or the server's */
    struct net_totals before; /* of connections that were closed */
    struct push_counts counts;
    int64_t done, total, told_ms;
};

/* --- make.c ---------------------------------------------------------------------- */

/** Tells NOTE of record UID. */
void tell_note(
        struct push *p, const char *uid, const struct note *note) ATTR_NONNULL_ALL;

/** An event EV about what R is of; owned. */
struct json *tell_about(struct push *p, const char *ev,
        const struct receipt *r) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;
/** Tells that it is not taken, or that nobody knows, and WHY. */
void tell_refused(struct push *p, const struct receipt *r,
        const struct err *why) ATTR_NONNULL_ALL;

/** Calls FN with each item that record UID gives, until it returns other than 0. *RET
 * (may be NULL): how many there are. ERR_NOT_FOUND: it may not leave. FN may take the
 * body. */
int make_items(struct push *p, const char *uid,
        int (*fn)(void *ctx, struct item *item, struct err *err), void *ctx,
        size_t *ret, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** The one called NAME into RET, to be released. ERR_NOT_FOUND. */
int make_item(struct push *p, const char *uid, const char *name, struct item *ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3, 4);

/** msgid: what is so of something that may be there or not. */
#define PUSH_DOUBT N_("no answer came when it was created: it may be there or not")

/* --- plan.c, send.c -------------------------------------------------------------- */

/** Fills the plan; tells what is left out where that is asked for. */
int plan_make(struct push *p, struct err *err) ATTR_CHECK ATTR_NONNULL(1);
/** Tells the plan. */
int plan_tell(struct push *p, struct err *err) ATTR_CHECK ATTR_NONNULL(1);
/** Whether the record is still to be told the number that R has. */
bool is_unnoted(const struct item *item, const struct receipt *r) ATTR_NONNULL_ALL;
/** Tells how far it is; MUST: however short a time ago that was said. */
void tell_progress(struct push *p, bool must) ATTR_NONNULL_ALL;
/** Does what the plan says. */
int send_all(struct push *p, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/* --- demands.c, numbers.c --------------------------------------------------------- */

/** `check` of OpenAgenda. */
int demands_check(struct push *p, const struct item *item, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);
/** Tells the number of each thing that is there. */
int numbers_tell(struct push *p, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/* --- exchange.c ------------------------------------------------------------------ */

/** A connection of its own from now on. */
int exchange_connect(struct push *p, struct err *err) ATTR_CHECK ATTR_NONNULL(1);
void exchange_close(struct push *p) ATTR_NONNULL_ALL;

/**
 * One request, signed in, as seldom as the target wants it, tried again while there is
 * no link or the server asks to come later. 0: RET has its answer, which may be a
 * refusal. ONCE: it is not made a second time where the first may have arrived:
 * ERR_CONFLICT then. ERR_STOPPED. Other errors: nothing else will go through either.
 */
int exchange(struct push *p, const struct net_request *rq, bool once,
        struct net_answer *ret, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 4);

/** The same without a token, for whoever gets one, signed by USER and the key; USER
 * NULL: by nothing. */
int exchange_sign(struct push *p, const struct net_request *rq, const char *user,
        struct net_answer *ret, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 4);

/** Takes the token of the answer A, which is wiped and released. ERR_INVALID: there is
 * none. */
int exchange_take_token(struct push *p, struct net_answer *a,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);

/** SENT with the answer's JSON (owned) in RET, or REFUSED with the server's words in
 * ERR. A is released. */
int exchange_result(struct net_answer *a, struct json **ret, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);

struct net_totals exchange_totals(const struct push *p) ATTR_NONNULL_ALL;

#endif
