#ifndef ODUS_FORM_PATTERN_H
#define ODUS_FORM_PATTERN_H

#include "odus/base/buf.h"

/**
 * Regular expressions of form authors: PCRE2, Unicode, with a bounded number of steps.
 * The last patterns used stay compiled. 1: TEXT holds a match, 0: none, -1: PATTERN is
 * wrong, or matching took too many steps.
 */
int pattern_matches(struct view pattern, struct view text);

#endif
