#ifndef TESTS_BENCH_WEAK_H
#define TESTS_BENCH_WEAK_H

#include <stdbool.h>
#include <sys/types.h>

/**
 * A slow, distant, lossy link, made of two TUN devices between which a process carries
 * packets: at a rate, after a delay, some of them never. Here is one end, in a network
 * of its own the other. No kernel module and no program of others is needed; the right
 * to make networks is, as root or in a user namespace.
 */

#define WEAK_HERE "10.99.0.1"
#define WEAK_THERE "10.99.0.2"

struct weak_link {
    const char *name;
    double bits;  /* a second, each way */
    double delay; /* seconds each way */
    double loss;  /* of packets, 0 to 1, each way */
};

/** This process and those it starts from now on get an empty network with a loopback.
 * False: not permitted. */
bool weak_enter(void);

/** Starts LINK; 0: that cannot be. One at a time. */
pid_t weak_start(const struct weak_link *link);
void weak_stop(pid_t weak);

/** This process goes over to the other end of it. */
bool weak_cross(pid_t weak);

#endif
