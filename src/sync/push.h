#ifndef ODUS_SYNC_PUSH_H
#define ODUS_SYNC_PUSH_H

#include "session.h"

/* What the files of a push share. */

/** Those of the N documents that are WANTED, moved to the front; their number. */
size_t push_keep(struct replica_doc *docs, size_t n, const bool *wanted)
        ATTR_NONNULL(3);

/** The peer does not take DOC: WHY is kept and told, and it is not offered again in
 * this session. */
int push_refuse(struct session *s, const struct replica_doc *doc, const char *why,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** A, with a good status, is the answer to _bulk_docs of DOCS, which change their
 * order: what it refuses is told, the rest acknowledged. */
int push_take_answer(struct session *s, const struct net_answer *a,
        struct replica_doc *docs, size_t n, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2, 3);

#endif
