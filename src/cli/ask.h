#ifndef ODUS_CLI_ASK_H
#define ODUS_CLI_ASK_H

#include <stdbool.h>

#include "odus/base/buf.h"

/** Answers from standard input, a line each. */

enum { ASK_LINE_MAX = 1 << 20 }; /* bytes of an answer; what is longer is cut */

/** The next line without its end, into OUT (cleared first). False at the end of the
 * input. */
bool ask_line(struct buf *out) ATTR_NONNULL_ALL;

/** Puts QUESTION on a line of its own; true for y, yes, o, oui, s, si. */
bool ask_yes(const char *question) ATTR_NONNULL_ALL;

/** True when ANSWER says yes in one of the languages. */
bool is_yes(struct view answer);

#endif
