/* Addresses of servers (RFC 3986 §3), as far as they are host, port and path. */
#include "odus/base/url.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "odus/base/mem.h"

enum { URL_MAX = 2000, PORT_MAX = 65535 };

static bool starts(struct view v, const char *with)
{
    size_t n = strlen(with);

    return v.n >= n && strncasecmp(v.p, with, n) == 0;
}

static bool alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

static struct view skip(struct view v, size_t n)
{
    return (struct view){v.p + n, v.n - n};
}

/* What stands before the first of STOPS, or all. */
static struct view until(struct view v, const char *stops)
{
    size_t n = 0;

    while (n < v.n && !strchr(stops, v.p[n]))
        n++;
    return (struct view){v.p, n};
}

static struct view without_user(struct view authority)
{
    for (size_t i = authority.n; i > 0; i--)
        if (authority.p[i - 1] == '@')
            return skip(authority, i);
    return authority;
}

/* Names (also beyond ASCII), IPv4, IPv6 in brackets. */
static bool host_ok(struct view host)
{
    bool v6 = host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']';

    if (v6)
        host = (struct view){host.p + 1, host.n - 2};
    for (size_t i = 0; i < host.n; i++) {
        char c = host.p[i];

        if (!alnum(c) && !strchr(v6 ? ":." : "-._", c) && (v6 || !(c & 0x80)))
            return false;
    }
    return host.n > 0 && host.n < 254;
}

/* The port behind the host, 0: none said, -1: nonsense. */
static long long port_of(struct view *authority)
{
    size_t end = authority->n;
    struct view port;
    long long n;

    while (end > 0 && authority->p[end - 1] >= '0' && authority->p[end - 1] <= '9')
        end--;
    if (end == 0 || authority->p[end - 1] != ':')
        return 0;
    port = skip(*authority, end);
    authority->n = end - 1;
    if (!port.n)
        return 0;
    return view_int(port, &n) && n > 0 && n <= PORT_MAX ? n : -1;
}

static bool path_ok(struct view path)
{
    for (size_t i = 0; i < path.n; i++)
        if ((unsigned char)path.p[i] <= ' ' || path.p[i] == 0x7f ||
                strchr("\"<>\\^`{|}", path.p[i]))
            return false;
    return true;
}

static bool write_url(
        bool tls, struct view authority, struct view path, struct buf *out)
{
    long long port = port_of(&authority);

    while (path.n && path.p[path.n - 1] == '/')
        path.n--;
    if (port < 0 || !host_ok(authority) || !path_ok(path))
        return false;
    buf_adds(out, tls ? "https://" : "http://");
    for (size_t i = 0; i < authority.n; i++)
        buf_addc(out, lower(authority.p[i]));
    if (port && port != (tls ? 443 : 80))
        buf_addf(out, ":%lld", port);
    buf_addv(out, path);
    return !out->full;
}

char *url_normal(const char *url)
{
    struct view v = view_trim(view_of(url));
    bool tls = starts(v, "https://");
    struct view authority;
    struct buf out;

    if (!tls && !starts(v, "http://"))
        return NULL;
    v = skip(v, strlen(tls ? "https://" : "http://"));
    authority = until(v, "/?#");
    v = until(skip(v, authority.n), "?#");
    buf_init(&out, URL_MAX);
    if (write_url(tls, without_user(authority), v, &out))
        return buf_take(&out);
    buf_release(&out);
    return NULL;
}

/* A mere word is no address: somebody has answered another question. */
static bool names_host(struct view authority)
{
    struct view host = authority;

    return port_of(&host) > 0 || view_is(host, "localhost") ||
           memchr(host.p, '.', host.n) || starts(host, "[");
}

static char *with_scheme(const char *scheme, struct view v)
{
    char *full = xasprintf("%s%.*s", scheme, (int)v.n, v.p);
    char *url = url_has_more(full) ? NULL : url_normal(full);

    free(full);
    return url;
}

char *url_meant(const char *text)
{
    struct view v = view_trim(view_of(text));
    char *url;

    if (v.n > URL_MAX || memmem(v.p, v.n, "://", 3))
        return v.n > URL_MAX ? NULL : with_scheme("", v);
    if (!names_host(until(v, "/?#")))
        return NULL;
    url = with_scheme("https://", v);
    if (!url || !url_loopback(url))
        return url;
    free(url);
    return with_scheme("http://", v);
}

struct url url_parts(const char *url)
{
    bool tls = starts(view_of(url), "https://");
    struct view authority =
            until(skip(view_of(url), strlen(tls ? "https://" : "http://")), "/");

    port_of(&authority);
    return (struct url){tls, authority};
}

/* Digits and points only: "127.example.org" is a name like any other. */
static bool is_ipv4(struct view host)
{
    for (size_t i = 0; i < host.n; i++)
        if (!strchr("0123456789.", host.p[i]))
            return false;
    return true;
}

bool url_loopback(const char *url)
{
    struct view host = url_parts(url).host;

    return view_is(host, "localhost") || view_is(host, "[::1]") ||
           (starts(host, "127.") && is_ipv4(host));
}

bool url_has_more(const char *url)
{
    const char *authority = strstr(url, "://");
    struct view rest = view_of(authority ? authority + 3 : url);
    struct view host = until(rest, "/?#");

    return memchr(host.p, '@', host.n) || strpbrk(rest.p, "?#");
}

void url_encode(struct view text, struct buf *out)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (alnum(c) || (c && strchr("-._~", c)))
            buf_addc(out, c);
        else
            buf_addf(out, "%%%02X", (unsigned)(unsigned char)c);
    }
}
