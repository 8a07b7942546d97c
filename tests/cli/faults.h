#ifndef TESTS_CLI_FAULTS_H
#define TESTS_CLI_FAULTS_H

#include <stddef.h>
#include <sys/types.h>

/** Helpers of test_faults*.c. */

/** As tests/tui/faults.h has them. */
int faults_rounds(int usual);
unsigned chance(unsigned n);
void chance_delay(unsigned ms);

/** The program running with pipes on both sides. */
struct running {
    pid_t pid;
    int in, out; /* to it, from it (standard error too) */
};

/** Starts `odus WORDS…` (NULL-terminated) on the test's store. */
struct running faults_start(const char *const *words);

/** Runs in the child before the program takes its place; NULL: nothing. */
extern void (*faults_before_exec)(void);

/** Waits for its end, its input closed, and takes what it printed; owned. */
char *faults_wait(struct running *r, int *ret_status);

/** Kills it and takes what it had still printed; owned. RET_STATUS is the wait status.
 */
char *faults_kill(struct running *r, int *ret_status);

/** Fails unless doctor opens the store and finds it whole; *RET_DRAFTS, *RET_COMPLETE.
 */
void faults_doctor(int *ret_drafts, int *ret_complete);

#endif
