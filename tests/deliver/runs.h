#ifndef ODUS_TESTS_DELIVER_RUNS_H
#define ODUS_TESTS_DELIVER_RUNS_H

#include "desk.h"
#include "odus/deliver/run.h"

/*
 * Deliveries of the desk's store into folders beside it, through four small formats:
 *   each/UID.txt       a file for each record, with the name of what it links to
 *   list/all.txt, list/place-UID.txt   collections with head, shared pieces and foot
 *   last/five.txt      the five events with the lowest titles
 *   list/fixed.txt     depends on no record
 */
extern const struct format *const runs_formats[];

/** Delivers into FOLDER; the result of deliver_run. */
int runs_try(const char *folder, bool full, struct run_report *ret, struct err *err);
/** The same, which must succeed. */
struct run_report runs_deliver(const char *folder, bool full);

/** Fails unless the folders hold the same files, byte for byte, besides `.odus`. */
void runs_assert_same(const char *a, const char *b);
/** Text of FILE in FOLDER, NULL: there is none. Borrowed until the next call but two.
 */
const char *runs_text(const char *folder, const char *file);
/** Writes it. */
void runs_write(const char *folder, const char *file, const char *text);
/** Fails unless a delivery into FOLDER gives what a whole one into a new folder does.
 */
void runs_assert_whole(const char *folder);

/** Puts a venue, or an event at venue PLACE (0: none). */
void runs_venue(int n, const char *name);
void runs_event(int n, const char *title, int place);

#endif
