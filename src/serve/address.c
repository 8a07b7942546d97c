#include "address.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PORT_MAX = 65535 };

/* --- one address --------------------------------------------------------------- */

/* Bytes of the IPv4 address at the end of a mapped one. */
static const void *mapped(const struct in6_addr *in)
{
    return IN6_IS_ADDR_V4MAPPED(in) ? in->s6_addr + 12 : NULL;
}

bool address_socket(const char *host, int port, struct sockaddr_storage *ret)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct sockaddr_in6 v6 = {
            .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};

    *ret = (struct sockaddr_storage){.ss_family = AF_UNSPEC};
    if (inet_pton(AF_INET, host, &v4.sin_addr) == 1)
        memcpy(ret, &v4, sizeof(v4));
    else if (inet_pton(AF_INET6, host, &v6.sin6_addr) == 1)
        memcpy(ret, &v6, sizeof(v6));
    return ret->ss_family != AF_UNSPEC;
}

void address_text(const struct sockaddr *at, char *text, size_t size)
{
    const struct sockaddr_in6 *v6 = (const void *)at;
    int family = at ? at->sa_family : AF_UNSPEC;
    const void *bytes = NULL;

    if (family == AF_INET)
        bytes = &((const struct sockaddr_in *)(const void *)at)->sin_addr;
    if (family == AF_INET6)
        bytes = mapped(&v6->sin6_addr);
    if (family == AF_INET6 && bytes)
        family = AF_INET;
    else if (family == AF_INET6)
        bytes = &v6->sin6_addr;
    if (!bytes || !inet_ntop(family, bytes, text, (socklen_t)size))
        snprintf(text, size, "?");
}

bool address_is_loopback(const char *host)
{
    return strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0;
}

/* --- where to listen ----------------------------------------------------------- */

/* HOST without its brackets, which IPv6 must have and nothing else may. */
static bool unbracket(struct view *host)
{
    bool v6 = memchr(host->p, ':', host->n) != NULL;

    if (!v6)
        return true;
    if (host->n < 2 || host->p[0] != '[' || host->p[host->n - 1] != ']')
        return false;
    *host = (struct view){host->p + 1, host->n - 2};
    return true;
}

int address_parse(const char *listen, char **ret_host, int *ret_port, struct err *err)
{
    const char *colon = strrchr(listen, ':');
    struct view host = VIEW_LIT("127.0.0.1");
    struct view port = view_of(colon ? colon + 1 : listen);
    struct sockaddr_storage at;
    char text[INET6_ADDRSTRLEN], *owned;
    long long n;
    bool good;

    if (colon)
        host = (struct view){listen, (size_t)(colon - listen)};
    if (view_is(host, "localhost"))
        host = VIEW_LIT("127.0.0.1");
    good = view_int(port, &n) && n >= 0 && n <= PORT_MAX && unbracket(&host);
    owned = view_dup(host);
    good = good && address_socket(owned, 0, &at);
    free(owned);
    if (!good)
        return err_set(err, ERR_USAGE,
                N_("%1$s is no address to listen on, such as 0.0.0.0:5984"), listen);
    address_text((const struct sockaddr *)&at, text, sizeof(text));
    *ret_host = view_dup(view_of(text));
    *ret_port = (int)n;
    return 0;
}

/* --- where it is reached ------------------------------------------------------- */

static void push_url(struct json *urls, const char *host, int port, bool tls)
{
    bool v6 = strchr(host, ':') != NULL;
    struct buf url;

    buf_init(&url, 0);
    buf_addf(&url, "%s://%s%s%s:%d/", tls ? "https" : "http", v6 ? "[" : "", host,
            v6 ? "]" : "", port);
    json_push_take(urls, json_text(buf_view(&url)));
    buf_release(&url);
}

static bool is_of_one_link(const struct sockaddr *at)
{
    return at->sa_family == AF_INET6 &&
           IN6_IS_ADDR_LINKLOCAL(
                   &((const struct sockaddr_in6 *)(const void *)at)->sin6_addr);
}

static void push_interfaces(struct json *urls, int family, int port, bool tls)
{
    struct ifaddrs *all = NULL;
    char host[INET6_ADDRSTRLEN];

    if (getifaddrs(&all) < 0)
        return;
    for (const struct ifaddrs *i = all; i; i = i->ifa_next) {
        if (!i->ifa_addr || i->ifa_addr->sa_family != family ||
                !(i->ifa_flags & IFF_UP) || (i->ifa_flags & IFF_LOOPBACK) ||
                is_of_one_link(i->ifa_addr))
            continue;
        address_text(i->ifa_addr, host, sizeof(host));
        push_url(urls, host, port, tls);
    }
    freeifaddrs(all);
}

struct json *address_urls(const char *host, int port, bool tls)
{
    struct json *urls = json_new_array();
    bool any = strcmp(host, "::") == 0;

    if (!any && strcmp(host, "0.0.0.0") != 0) {
        push_url(urls, host, port, tls);
        return urls;
    }
    push_interfaces(urls, AF_INET, port, tls);
    if (any)
        push_interfaces(urls, AF_INET6, port, tls);
    push_url(urls, "127.0.0.1", port, tls);
    return urls;
}
