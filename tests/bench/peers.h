#ifndef TESTS_BENCH_PEERS_H
#define TESTS_BENCH_PEERS_H

#include <stdbool.h>
#include <sys/types.h>

/** Servers and clients of the replication protocol, each a process of its own. */

/** Path of a program: "odus-sync", "floor_sync"… Valid until the second call after. */
const char *peers_program(const char *name);

/** The folder whose node_modules have PouchDB and PouchDB Server; NULL: none has. */
const char *peers_folder(void);

#define PEER_GUEST "atelier"

struct peer_server {
    pid_t pid;
    int in;        /* closing it ends the server */
    int port;      /* of 127.0.0.1 */
    char code[40]; /* for PEER_GUEST; "": it asks nobody for a name */
};

/** Starts ARGV, gives it the line JOB (may be NULL) and reads its port from the first
 * line it prints, a number or the event "listening", there also its code. Ends the
 * program on failure. */
void peers_serve(struct peer_server *s, const char *const *argv, const char *job);
void peers_end(struct peer_server *s);

struct peer_run {
    const char *const *argv;
    const char *job; /* line for its standard input, which stays open; NULL none */
    pid_t weak;      /* behind this link; 0: here */
};

struct peer_result {
    int status;
    double ms;       /* "ms" of its last line; 0 without one */
    double whole_ms; /* from its start to its end */
    long kib;        /* most memory it had */
};

/** Runs a client to its end, all with the priority that odus-sync gives itself: else
 * whatever runs beside would weigh on that alone. */
struct peer_result peers_run(const struct peer_run *run);

#endif
