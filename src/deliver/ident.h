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

/** FILE is an address of the web, and not the hash of a file. */
bool ident_is_address(const char *file) ATTR_NONNULL_ALL;

/** Address of a picture: FILE itself, or where format images puts it under BASE;
 * nothing without that, and where it is not on this machine. */
void ident_image(
        const struct delivery *d, const char *file, struct buf *out) ATTR_NONNULL_ALL;

#endif
