#ifndef ODUS_DELIVER_IDENT_H
#define ODUS_DELIVER_IDENT_H

#include "odus/deliver/format.h"

/**
 * Names of things in linked data. With an address: BASE + "id/" + TYPE + "/" + UID,
 * never that of a page; without: `urn:uuid:` + UID. For life, whatever formats come.
 */
void ident(const struct delivery *d, const char *type, const char *uid,
        struct buf *out) ATTR_NONNULL_ALL;

/** Address of the page about an event: its own (`url_fiche`), else the one of format
 * html; nothing without BASE. */
void ident_page(const struct delivery *d, const struct json *event,
        struct buf *out) ATTR_NONNULL_ALL;

/** Address of a picture: FILE is one, or the hash of a file, which format images puts
 * under BASE; nothing without that. */
void ident_image(
        const struct delivery *d, const char *file, struct buf *out) ATTR_NONNULL_ALL;

#endif
