#ifndef ODUS_SYNC_FILES_PRIV_H
#define ODUS_SYNC_FILES_PRIV_H

#include "odus/store/files.h"
#include "session.h"

/* What files.c and files_fetch.c share. */

/** Tells that ITEM was `sent`, `fetched`; that it could not be, and WHY. The latter two
 * return 0: nothing ends by that. */
void file_tell(struct session *s, const struct files_item *item,
        const char *what) ATTR_NONNULL_ALL;
int file_refuse(struct session *s, const struct files_item *item,
        const char *why) ATTR_NONNULL_ALL;
int file_refuse_err(struct session *s, const struct files_item *item,
        const struct err *why) ATTR_NONNULL_ALL;

/** The peer has shown to have ITEM: that is kept and told. */
int file_sent(struct session *s, const struct files_item *item,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);

/** An upload begins anew after a cut: where a link cuts each of them off, it is tried
 * ever more seldom, by sessions that begin by themselves at least. files_later.c */

/** ITEM was cut off: the next try is later, and that is told. */
void files_put_off(struct session *s, const struct files_item *item) ATTR_NONNULL_ALL;

/** Whether it is too early for ITEM, which is told then. */
bool files_wait(struct session *s, const struct files_item *item) ATTR_NONNULL_ALL;

/** One has got through. */
void files_get_through(struct session *s) ATTR_NONNULL_ALL;

/** Path of the document of HASH in the container, and REST. Owned. */
char *file_path(const struct session *s, const char *hash,
        const char *rest) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

#endif
