#ifndef ODUS_TESTS_REPL_LEDGER_H
#define ODUS_TESTS_REPL_LEDGER_H

#include <stdbool.h>

#include "odus/base/json.h"

/**
 * What became of every value that was ever accepted for one record. A value is a place
 * and what stood there; the tests write no value twice, but for generated rows.
 */
struct ledger {
    struct json *values; /* "place=value" to bits */
};

void ledger_init(struct ledger *l);
void ledger_release(struct ledger *l);

/** Somebody who saw BEFORE (NULL: nothing) made AFTER of it. */
void ledger_edit(struct ledger *l, const struct json *before, const struct json *after);

/** Somebody who saw both SIDES decided for CHOSEN. */
void ledger_decide(
        struct ledger *l, const struct json *const sides[2], const struct json *chosen);

/** Fails where a value is not in LAST, and nobody who saw it changed it or decided
 * against it; or where one that was changed is back although nobody decided so. */
void ledger_check(const struct ledger *l, const struct json *last);

#endif
