#ifndef ODUS_TESTS_DELIVER_LOOK_H
#define ODUS_TESTS_DELIVER_LOOK_H

#include "desk.h"

/** How often WHAT stands in TEXT (NULL: never). */
size_t look_count(const char *text, const char *what);

/** Fails unless WHAT stands in TEXT, and shows both. */
void look_has(const char *text, const char *what);
void look_lacks(const char *text, const char *what);

/** Text of the only piece of PATH whose key ends in END; fails when there is none. */
const char *look_piece(const char *path, const char *end);

/** Performance I of record N. */
const struct performance *look_performance(int n, size_t i);

/** Fails unless FORMAT makes of each record of the season, alone in another order, the
 * pieces that it makes of all. */
void look_same_alone(const struct format *format);

#endif
