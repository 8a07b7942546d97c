#ifndef TESTS_TUI_FAULTS_H
#define TESTS_TUI_FAULTS_H

#include "odus/base/json.h"
#include "views.h"

/** Helpers of test_faults*.c: chance, the program without a screen, what is on the
 * disk. */

/** Rounds to run: ODUS_TORTURE_ROUNDS, else USUAL. */
int faults_rounds(int usual);

/** A number from 0 to N - 1; the same numbers in every run unless ODUS_TORTURE_SEED. */
unsigned chance(unsigned n);

/** A name of 1 to 30 characters, accents among them; valid until the fourth call after.
 */
const char *chance_text(void);

/** Up to MS milliseconds pass: the only way to a random instant. */
void chance_delay(unsigned ms);

/** Runs `odus WORDS` (as a shell reads them) on the store of V. What it printed, owned.
 */
char *faults_run(const struct views *v, const char *words, int *ret_status);

/** The same for --json; fails on another STATUS (-1: 0 or 1) or where it is no JSON. */
struct json *faults_json(const struct views *v, const char *words, int status);

/** Fails unless `odus doctor` opens the store, finds it whole, and DRAFTS orphans in
 * it. */
void faults_doctor(const struct views *v, int orphans);

/** The draft with the highest id, read from the file; uid "" when there is none. */
struct on_disk {
    char uid[37];
    char *at, *typed; /* NULL: nothing */
    struct json *body;
};
struct on_disk faults_draft(const struct views *v);
void on_disk_release(struct on_disk *d);

/** Empties the store's folder. */
void faults_new_store(const struct views *v);

#endif
