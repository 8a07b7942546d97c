#ifndef ODUS_DELIVER_SOURCE_OA_PLACE_H
#define ODUS_DELIVER_SOURCE_OA_PLACE_H

#include "proposal.h"

/** `lieu` from LOCATION, a venue of OpenAgenda (docs/lieux/structure.md). */
void source_oa_place(struct proposal *p, const struct json *location) ATTR_NONNULL(1);

#endif
