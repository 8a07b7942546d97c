#ifndef TESTS_PUSH_PUSHER_H
#define TESTS_PUSH_PUSHER_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "deliver/desk.h"
#include "odus/base/json.h"
#include "stand.h"

/** The desk's store sent to a stand-in by the worker itself, in a process of its own.
 */
extern struct stand *pusher_stand;

/** For test set-up: the desk, a stand-in, and the key kept for it. Tear-down. */
int pusher_open_openagenda(void **state);
int pusher_open_apidae(void **state);
int pusher_close(void **state);

/** A worker with the job "push" and MORE members (JSON with ' for ", NULL none); its
 * exit status. What it told is in pusher_events. A question is answered ANSWER. */
int pusher_run(const char *more);
extern const char *pusher_answer;
/** The same, until the stand-in holds an answer back (mood k); others may run
 * meanwhile. Then told to stop: its exit status. */
void pusher_hold(void);
int pusher_stop(void);
/** The same, killed (SIGKILL) when the stand-in holds an answer back (mood k). */
void pusher_kill(void);

/** All events of the last run, an array. The last event of kind EV, NULL: none. */
extern struct json *pusher_events;
const struct json *pusher_event(const char *ev);
int64_t pusher_count(const char *ev);
/** Number KEY of the event `done`; fails where there is none. */
int64_t pusher_done(const char *key);

/** The text NUMBER of SYSTEM stands in record N, by another revision. */
void pusher_adopt(const char *type, int n, const char *system, const char *number);
/** What was sent is known to nobody here any more. */
void pusher_forget(void);

/** Venue N of the desk; an event there. */
void pusher_venue(int n, const char *name);
void pusher_event_at(int n, const char *title, int place);

#endif
