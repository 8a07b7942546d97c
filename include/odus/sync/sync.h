#ifndef ODUS_SYNC_SYNC_H
#define ODUS_SYNC_SYNC_H

#include "odus/net/net.h"
#include "odus/store/replica.h"

/**
 * One session with one peer over the CouchDB replication protocol v3
 * (docs/design.md §8, docs/sync.md): what waits here is sent first, then what is new
 * there is fetched, leaves are brought together, and what came of that is sent. Every
 * step may be cut off at any instant and begun again: nothing is lost or doubled.
 */

/** Whoever started the session: is told, is asked, may stop it. */
struct sync_host {
    /** EVENT ("ev": docs/workers.md) is owned by the callee. */
    void (*tell)(void *ctx, struct json *event);
    /** QUESTION (an event with "what") is owned by the callee. Owned answer; NULL: no
     * answer, the safe one is taken. Wiped by the caller. */
    char *(*ask)(void *ctx, struct json *question);
    bool (*go_on)(void *ctx); /* false: stop as soon as possible */
    void *ctx;
};

/** Everything is borrowed for the time of sync_run. */
struct sync_job {
    const char *url;           /* of the server: containers are databases below it */
    const char *user, *secret; /* NULL: asked for when the server wants them */
    enum net_auth auth;
    const char *ca_file;      /* as in net_options; NULL */
    const char *author;       /* whose changes go first */
    const char *organisation; /* its container: org-… ; "" none */
    bool yes;                 /* questions are answered with yes */
    bool dry_run;             /* looks, changes nothing on either side */
    bool insecure;            /* as in net_options */
    int64_t metered;          /* bytes above which a transfer asks first; 0: never */
    bool all_files;           /* those that are missing here come too, after text */
    const struct json *fetch; /* only files, those these records name (array of uids;
                                 empty: all); NULL: a whole session */
    int tries;                /* of an exchange while there is no link; 0: for ever, but
                                 for files, which are then left for later */
    bool patient;             /* it began by itself: a file that was cut off a short
                                 while ago is not tried yet */
};

struct sync_report {
    int64_t pulled; /* revisions that were new here */
    int64_t pushed; /* revisions the peer took and has shown to have */
    int64_t merged; /* leaves brought together without a person */
    int64_t conflicts, refused, waiting; /* as they stand at the end; the last: leaves
                                            for this peer */
    int64_t staying;                     /* leaves whose containers it does not take */
    int64_t referent; /* records whose merge waits for a référent */
    int64_t files;    /* that have come */
    struct net_totals totals;
    bool network; /* it ended because of the link or the server… */
    bool down;    /* …and trying again later may help */
};

/** 0, or the error that ended it: net.h's, ERR_BUSY (cancelled), ERR_CONFLICT (a
 * question answered with no), and the store's. RET
 * is filled in every case. */
int sync_run(struct store *store, struct forms *forms, const struct sync_job *job,
        const struct sync_host *host, struct sync_report *ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3, 4, 5, 6);

/** Name of the container of an organisation: "org-" and its name in lower case letters,
 * digits and hyphens; "" for a blank one. */
void sync_org_container(
        const char *organisation, char ret[REPLICA_NAME_MAX]) ATTR_NONNULL_ALL;

#endif
