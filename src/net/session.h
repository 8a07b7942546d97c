#ifndef NET_SESSION_H
#define NET_SESSION_H

#include "odus/base/attr.h"

/**
 * {"name":…,"password":…} for POST /_session, owned; to be wiped. Written by hand into
 * memory of its final size, so that no copy of the password is left behind.
 */
char *session_body(const char *user,
        const char *secret) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

#endif
