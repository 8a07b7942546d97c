#ifndef NET_URL_H
#define NET_URL_H

#include <stdbool.h>

#include "odus/base/buf.h"

/** Parts of an address as net_url writes them; all views point into it. */
struct url {
    bool tls;
    struct view host; /* without port; IPv6 in brackets */
};

/** URL comes from net_url. */
struct url url_parts(const char *url) ATTR_NONNULL_ALL;

/** "localhost", 127.0.0.0/8, [::1]: what is sent there does not leave this machine. */
bool url_loopback(const char *url) ATTR_NONNULL_ALL;

/** Has a user ("me@host"), a query or a fragment, which net_url would drop. */
bool url_has_more(const char *url) ATTR_NONNULL_ALL;

#endif
