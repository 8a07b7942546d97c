#ifndef ODUS_DELIVER_OPENAGENDA_H
#define ODUS_DELIVER_OPENAGENDA_H

#include "odus/deliver/format.h"

/** The body of the venue N. */
void oa_place(const struct delivery *d, const struct notice *n,
        struct outlet *out) ATTR_NONNULL_ALL;

/** Our identifier VALUE as OpenAgenda has those of others; owned. */
struct json *oa_ext_ids(const char *value) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

/* --- events ----------------------------------------------------------------------- */

/* What becomes one event there: the performances of N at one venue. */
struct oa_run {
    const struct delivery *d;
    const struct notice *n;
    struct outlet *out;
    const char *place; /* uid, "" none */
};

/** The one status of all of them, as our code: cancelled only when all are. */
const char *oa_status(const struct oa_run *r) ATTR_RETNONNULL ATTR_NONNULL_ALL;

/**
 * Their begins and ends, owned. What does not take place is left out, unless nothing
 * does: then the old dates stay beside the status. So are dates without an hour.
 */
struct json *oa_timings(
        const struct oa_run *r) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

#endif
