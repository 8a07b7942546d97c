#include "address.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

enum { PORT_MAX = 65535 };

int address_parse(const char *listen, char **ret_host, int *ret_port, struct err *err)
{
    const char *colon = strrchr(listen, ':');
    struct view host = VIEW_LIT("127.0.0.1");
    struct view port = view_of(colon ? colon + 1 : listen);
    struct in_addr in;
    char *owned;
    long long n;

    if (colon)
        host = (struct view){listen, (size_t)(colon - listen)};
    if (view_is(host, "localhost"))
        host = VIEW_LIT("127.0.0.1");
    owned = view_dup(host);
    if (!view_int(port, &n) || n < 0 || n > PORT_MAX ||
            inet_pton(AF_INET, owned, &in) != 1) {
        free(owned);
        return err_set(err, ERR_USAGE,
                N_("%1$s is no address to listen on, such as 0.0.0.0:5984"), listen);
    }
    *ret_host = owned;
    *ret_port = (int)n;
    return 0;
}

bool address_is_loopback(const char *host)
{
    return strncmp(host, "127.", 4) == 0;
}

static void push_url(struct json *urls, const char *host, int port, bool tls)
{
    struct buf url;

    buf_init(&url, 0);
    buf_addf(&url, "%s://%s:%d/", tls ? "https" : "http", host, port);
    json_push_take(urls, json_text(buf_view(&url)));
    buf_release(&url);
}

static void push_interfaces(struct json *urls, int port, bool tls)
{
    struct ifaddrs *all = NULL;
    char host[INET_ADDRSTRLEN];

    if (getifaddrs(&all) < 0)
        return;
    for (const struct ifaddrs *i = all; i; i = i->ifa_next) {
        const struct sockaddr_in *in = (const void *)i->ifa_addr;

        if (!in || in->sin_family != AF_INET || !(i->ifa_flags & IFF_UP) ||
                (i->ifa_flags & IFF_LOOPBACK))
            continue;
        if (inet_ntop(AF_INET, &in->sin_addr, host, sizeof(host)))
            push_url(urls, host, port, tls);
    }
    freeifaddrs(all);
}

struct json *address_urls(const char *host, int port, bool tls)
{
    struct json *urls = json_new_array();

    if (strcmp(host, "0.0.0.0") != 0) {
        push_url(urls, host, port, tls);
        return urls;
    }
    push_interfaces(urls, port, tls);
    push_url(urls, "127.0.0.1", port, tls);
    return urls;
}
