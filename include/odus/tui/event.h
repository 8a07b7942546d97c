#ifndef ODUS_TUI_EVENT_H
#define ODUS_TUI_EVENT_H

#include <stdbool.h>
#include <stddef.h>

#include "odus/tui/keys.h"

/** Keys, pastes and mouse of the terminal that screen_init took. */

enum event_type { EVENT_NONE, EVENT_KEY, EVENT_PASTE, EVENT_MOUSE, EVENT_PING };

enum mouse_action { MOUSE_PRESS, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

struct mouse {
    int row, col;
    enum mouse_action action;
};

struct event {
    enum event_type type;
    struct key key;
    struct mouse mouse;
    struct view paste; /* borrowed until the next call; as utf8_clean with newlines */
    bool cut;          /* of a paste: longer than EVENT_PASTE_MAX, the rest is lost */
};

enum { EVENT_PASTE_MAX = 1024 * 1024, EVENT_PASTE_WAIT_MS = 1000 };

/** Called by screen_init and screen_leave. TEST: also listen for the harness's ping. */
void event_init(bool test);
void event_release(void);
bool event_testing(void);

/** The next event waiting; EVENT_NONE when there is none. Never blocks for longer than
 *  the time in which an escape sequence must be complete (25 ms). */
struct event event_next(void);

/** True while a paste has begun and not ended: not the time to draw. */
bool event_in_paste(void);

/** Ends a paste whose end never came; delivers what there is as the next event. */
void event_end_paste(void);

/** True when FD is readable and has nothing to read: the terminal is gone. */
bool event_at_end(int fd);

#endif
