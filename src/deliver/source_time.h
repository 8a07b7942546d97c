#ifndef ODUS_DELIVER_SOURCE_TIME_H
#define ODUS_DELIVER_SOURCE_TIME_H

#include "odus/base/moment.h"

/** Times as ISO 8601 has them and as agendas write them. */
struct source_when {
    int32_t days;
    int minutes;    /* after midnight, or MOMENT_NO_HOUR */
    bool fixed;     /* an offset, or Z, stood with it: */
    int64_t unix_s; /* the instant then */
};

/** "2026-12-05", "2026-12-05T20:30", "2026-12-05 20:30:00.000+0100", "…Z". False: no
 * date of the years 1 to 9999. */
bool source_when(struct view text, struct source_when *ret) ATTR_CHECK ATTR_NONNULL(2);

/** The same as a value of a record in ZONE, which is known. *RET_MOVED: the wall time
 * that is written never happens there. False: out of range. */
bool source_moment(const struct source_when *when, const char *zone, struct moment *ret,
        bool *ret_moved) ATTR_CHECK ATTR_NONNULL_ALL;

/** The instant UNIX_S in ZONE, with its offset where that wall time happens twice. */
bool source_moment_at(int64_t unix_s, const char *zone,
        struct moment *ret) ATTR_CHECK ATTR_NONNULL_ALL;

/** TEXT as an instant of `modifie_le`; false: it is none. */
bool source_stamp(struct view text, struct buf *out) ATTR_CHECK ATTR_NONNULL(2);

#endif
