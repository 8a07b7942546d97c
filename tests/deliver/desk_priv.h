#ifndef ODUS_TESTS_DELIVER_DESK_PRIV_H
#define ODUS_TESTS_DELIVER_DESK_PRIV_H

#include "desk.h"

/** Fails the test with the message of ERR unless RC is 0. */
void desk_ok(int rc, const struct err *err);

#endif
