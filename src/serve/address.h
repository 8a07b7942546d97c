#ifndef ODUS_SERVE_ADDRESS_H
#define ODUS_SERVE_ADDRESS_H

#include <sys/socket.h>

#include "odus/base/json.h"

/**
 * Addresses of this machine, IPv4 and IPv6. A host is a literal without brackets in its
 * shortest spelling (RFC 5952); an IPv4 address mapped into IPv6 (RFC 4291 §2.5.5.2) is
 * the IPv4 address.
 */

/** "HOST:PORT", "[IPV6]:PORT" or "PORT" (on loopback) taken apart; HOST is owned.
 * ERR_USAGE. */
int address_parse(const char *listen, char **ret_host, int *ret_port,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** HOST is no name. */
bool address_is_loopback(const char *host) ATTR_NONNULL_ALL;

/** For bind(2); false: HOST is no address. */
bool address_socket(
        const char *host, int port, struct sockaddr_storage *ret) ATTR_NONNULL_ALL;

/** The host of AT as text ("?" where it is none) into SIZE bytes. AT may be NULL. */
void address_text(const struct sockaddr *at, char *text, size_t size) ATTR_NONNULL(2);

/** URLs under which a server on HOST can be reached, the likeliest first: HOST itself,
 * or each address of this machine where HOST is 0.0.0.0 or :: (IPv4 first; none of one
 * link, RFC 4291 §2.5.6: it means nothing without the name of an interface). Owned. */
struct json *address_urls(const char *host, int port,
        bool tls) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

#endif
