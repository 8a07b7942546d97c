#ifndef ODUS_SRC_SYNC_WORKER_H
#define ODUS_SRC_SYNC_WORKER_H

#include "odus/base/work.h"
#include "odus/net/secret.h"
#include "odus/sync/sync.h"

/* What the jobs of odus-sync share. */

struct worker {
    struct work *work;
    struct store *store;
    struct forms *forms;
    struct secret_place place;
    char *kept;  /* secret that was kept before; what the server says first is about it
                  */
    char *given; /* answered now, not yet known to be right */
    bool unkept; /* the place for secrets is no good: that was said */
    char *user;
};

/** The options of an exchange with the job's server. */
struct sync_job worker_job(struct worker *w) ATTR_NONNULL_ALL;

/** The host of a session, which asks odus and keeps what was right. */
struct sync_host worker_host(struct worker *w) ATTR_NONNULL_ALL;

/** work_fail; DOWN: the link or the server, later may do. */
int worker_fail(struct worker *w, const struct err *err, bool down, int status)
        ATTR_NONNULL(1, 2);

/* The jobs, each in a file of its own */
int work_bundle_write(struct worker *w) ATTR_NONNULL_ALL;
int work_bundle_read(struct worker *w) ATTR_NONNULL_ALL;
int work_server_setup(struct worker *w) ATTR_NONNULL_ALL;
int work_server_user(struct worker *w) ATTR_NONNULL_ALL;

#endif
