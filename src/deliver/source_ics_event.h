#ifndef ODUS_DELIVER_SOURCE_ICS_EVENT_H
#define ODUS_DELIVER_SOURCE_ICS_EVENT_H

#include "proposal.h"
#include "source_ics_scan.h"

/** Puts what ITEM says into the fields of P, but for its dates. */
void ics_event_fields(struct proposal *p, const struct ics_item *item) ATTR_NONNULL_ALL;

/** Where ITEM is, as `lieu` of a proposal; NULL: it says no place. Owned. */
struct json *ics_event_place(const struct source_options *opt,
        const struct ics_item *item) ATTR_CHECK ATTR_NONNULL_ALL;

#endif
