#ifndef ODUS_APP_ENTRY_SEQUENCE_H
#define ODUS_APP_ENTRY_SEQUENCE_H

#include "entry_priv.h"

/**
 * Raises `sequence` of each row that is not as it was in the revision the entry began
 * with: called before that gets a child. A row that is new begins with its default.
 */
void sequence_count(struct entry *en) ATTR_NONNULL_ALL;

#endif
