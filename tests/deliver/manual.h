#ifndef ODUS_TESTS_DELIVER_MANUAL_H
#define ODUS_TESTS_DELIVER_MANUAL_H

#include "odus/base/buf.h"

/* Tables of a manual that the program's own behaviour writes, between two marks. */
struct manual {
    const char *file, *begin, *end; /* each mark with its line end */
    const char *how;                /* what writes it */
};

/** Fails the test unless the table in the manual is TABLE. */
void manual_expect(const struct manual *m, struct view table);

/** Puts TABLE there. */
void manual_write(const struct manual *m, struct view table);

#endif
