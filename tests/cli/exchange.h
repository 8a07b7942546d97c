#ifndef TESTS_CLI_EXCHANGE_H
#define TESTS_CLI_EXCHANGE_H

#include <stdbool.h>
#include <sys/types.h>

/**
 * Several machines and the servers they meet, on loopback, for tests of the commands of
 * exchange. Words are English. cmocka.h must be included before.
 */

/** As program_setup, without the desktop's keyring. */
int exchange_setup(void **state);

/** The runs to come are those of this machine: a store and a configuration of its own.
 */
void machine(const char *name);

/** Its store; what its configuration folder holds in FILE ("" where there is none);
 * both owned. */
char *machine_store(const char *name);
char *machine_config(const char *name, const char *file);

/** Who types there, before its first run. */
void machine_user(const char *name, const char *user);

/** A venue of NAME, complete; its identifier, good until the next call of output_id. */
const char *machine_venue(const char *name);

/** `odus serve --json WORDS…` on the store of a machine. */
struct served {
    pid_t pid, worker;
    int in, out;
    char *url, *invite; /* of the event `listening` */
    struct json *event; /* the same, whole */
};
struct served serve_start(const char *name, const char *const *words);
#define SERVE(name, ...) serve_start(name, (const char *const[]){__VA_ARGS__, NULL})

/** Ends it by SIG; its exit status. Fails when its worker is still there. */
int serve_end(struct served *s, int sig);

/** A process that answers every connection to a free port with ANSWER and closes; NULL:
 * lets it wait. */
struct stub {
    pid_t pid;
    int listener, port;
    char url[60];
};
struct stub stub_start(const char *answer);
void stub_wait(const struct stub *s); /* until somebody has connected */
void stub_end(struct stub *s);

/** PouchDB Server, admin/secret its administrator; false without node and packages. */
struct pouch {
    pid_t pid;
    int in;
    char url[60];
};
bool pouch_start(struct pouch *p);
void pouch_end(struct pouch *p);

/** The worker of the process PID; 0: none. */
pid_t worker_of(pid_t pid);
bool is_alive(pid_t pid);

/** The file below FOLDER that holds TEXT, owned; NULL: none does. */
char *file_with(const char *folder, const char *text);

#endif
