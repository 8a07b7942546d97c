#ifndef ODUS_DELIVER_SOURCE_ICS_EVENT_H
#define ODUS_DELIVER_SOURCE_ICS_EVENT_H

#include "proposal.h"
#include "source_ics_scan.h"

/** Puts what ITEM says into the fields of P, but for its dates. */
void ics_event_fields(struct proposal *p, const struct ics_item *item) ATTR_NONNULL_ALL;

#endif
