#ifndef ODUS_DELIVER_SOURCE_ICS_INDEX_H
#define ODUS_DELIVER_SOURCE_ICS_INDEX_H

#include "source_ics_scan.h"

/**
 * Which components of a file are one event, found in a first reading: a recurring event
 * and its changed performances have one UID and may stand far apart; our own deliveries
 * have one component for each performance.
 */

enum ics_role {
    ICS_MAIN,   /* an event, or the rule of a recurring one */
    ICS_CHANGE, /* has a RECURRENCE-ID */
    ICS_PART,   /* has X-ODUS-EVENEMENT */
};

struct ics_entry {
    uint64_t group; /* hash of what the components of one event have in common */
    uint32_t at;    /* byte of its BEGIN */
    uint32_t mark;  /* the role in two bits, a hash of its DTSTART in the others */
};

enum { ICS_EVENTS_MAX = 1 << 20, ICS_GROUP_MAX = 5000 };

struct ics_index {
    struct ics_entry *all;
    size_t n, cap;
};

void ics_index_release(struct ics_index *ix) ATTR_NONNULL_ALL;

/** One more event. ERR_LIMIT: beyond ICS_EVENTS_MAX. */
int ics_index_add(struct ics_index *ix, const struct ics_item *item,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);

/** Before the first ics_index_find. */
void ics_index_sort(struct ics_index *ix) ATTR_NONNULL_ALL;

/** The components of ITEM's event, in the order of the file; none when it has no UID,
 * ICS_GROUP_MAX at most. Borrowed. */
const struct ics_entry *ics_index_find(const struct ics_index *ix,
        const struct ics_item *item, size_t *ret_n) ATTR_NONNULL_ALL;

enum ics_role ics_role(const struct ics_entry *e) ATTR_PURE ATTR_NONNULL_ALL;

/** What the components of ITEM's event have in common, empty: nothing. */
struct view ics_group(const struct ics_item *item) ATTR_NONNULL_ALL;

#endif
