#ifndef ODUS_SERVE_CLIENTS_H
#define ODUS_SERVE_CLIENTS_H

#include "odus/serve/serve.h"

/** Who exchanged what, told at most once a second for each. */
enum { CLIENTS_MAX = 64, CLIENTS_TELL_MS = 1000, CLIENTS_GONE_MS = 60 * 1000 };

struct client {
    char name[64], address[64];
    struct {
        int64_t docs, total; /* not told yet; since it came */
    } pulled, pushed;
    int64_t seen_ms, told_ms; /* seen 0: free */
};

struct clients {
    struct client all[CLIENTS_MAX];
    void (*tell)(void *ctx, struct json *event); /* takes EVENT */
    void *ctx;
};

void clients_note(struct clients *c, const struct serve_activity *what,
        int64_t now_ms) ATTR_NONNULL_ALL;

/** Tells what is due, and who has not been heard of for a while. Returns the
 * milliseconds to the next time, -1: nothing waits. */
int clients_tick(struct clients *c, int64_t now_ms) ATTR_NONNULL_ALL;

#endif
