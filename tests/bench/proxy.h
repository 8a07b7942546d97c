#ifndef TESTS_BENCH_PROXY_H
#define TESTS_BENCH_PROXY_H

#include <stdint.h>
#include <sys/types.h>

/**
 * A proxy in a process of its own that passes on every byte of TCP connections as it is
 * and counts: what programs really send, whatever they say themselves.
 */

struct proxy_counts {
    uint64_t connections, requests; /* of HTTP/1.1 with a Content-Length or no body */
    uint64_t up, down; /* bytes to and from the server, without TCP's own */
};

struct proxy {
    pid_t pid;
    int port; /* listens there, on all addresses */
    struct proxy_counts *now;
};

/** To PORT of 127.0.0.1; ends the program when that cannot be. */
void proxy_start(struct proxy *p, int port);

/** What was counted since the last call, or the start. */
struct proxy_counts proxy_take(struct proxy *p);

void proxy_stop(struct proxy *p);

#endif
