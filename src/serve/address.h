#ifndef ODUS_SERVE_ADDRESS_H
#define ODUS_SERVE_ADDRESS_H

#include "odus/base/json.h"

/** Addresses of this machine (IPv4: what a workshop's room has). */

/** "HOST:PORT" or "PORT" (on loopback) taken apart; HOST is owned. ERR_USAGE. */
int address_parse(const char *listen, char **ret_host, int *ret_port,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

bool address_is_loopback(const char *host) ATTR_NONNULL_ALL;

/** URLs under which a server on HOST can be reached, the likeliest first: HOST itself,
 * or each address of this machine where HOST is 0.0.0.0. Owned. */
struct json *address_urls(const char *host, int port,
        bool tls) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

#endif
