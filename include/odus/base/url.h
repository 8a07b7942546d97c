#ifndef ODUS_BASE_URL_H
#define ODUS_BASE_URL_H

#include <stdbool.h>

#include "odus/base/buf.h"

/** "https://host/path" without user, query, final slash, default port; host in lower
 * case. Owned; NULL: not an address of http or https. */
char *url_normal(const char *url) ATTR_CHECK ATTR_NONNULL_ALL;

/**
 * The address that people mean by TEXT, as url_normal writes it. Without a scheme
 * ("agenda.example.org", "[::1]:5984") it is https, or http where it is this machine;
 * then the host needs a point or a port, or is "localhost", so that a mere word is not
 * taken for one. Owned; NULL: none, or one with a user, a query or a fragment.
 */
char *url_meant(const char *text) ATTR_CHECK ATTR_NONNULL_ALL;

/** Parts of an address as url_normal writes them; all views point into it. */
struct url {
    bool tls;
    struct view host; /* without port; IPv6 in brackets */
};

/** URL comes from url_normal. */
struct url url_parts(const char *url) ATTR_NONNULL_ALL;

/** "localhost", 127.0.0.0/8, [::1]: what is sent there does not leave this machine. URL
 * comes from url_normal. */
bool url_loopback(const char *url) ATTR_NONNULL_ALL;

/** Has a user ("me@host"), a query or a fragment, which url_normal would drop. */
bool url_has_more(const char *url) ATTR_NONNULL_ALL;

/** Appends TEXT percent-encoded as one part of a path or value of a query. */
void url_encode(struct view text, struct buf *out) ATTR_NONNULL(2);

#endif
