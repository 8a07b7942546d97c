#include "why.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"

/* An expired certificate is as often a machine whose clock is wrong. */
static int wrong_date(const char *host, struct err *err)
{
    char now[CLOCK_TEXT];

    clock_rfc3339(clock_now_ms(), now);
    return err_set(err, ERR_IO,
            N_("the certificate of %1$s has expired or is not valid yet: check the "
               "clock "
               "of this machine (%2$s), then tell whoever runs the server"),
            host, now);
}

static int no_tls(const struct link_result *r, const char *host, struct err *err)
{
    if (r->end == LINK_TLS_DATE)
        return wrong_date(host, err);
    if (r->end == LINK_TLS_CA)
        return err_set(err, ERR_IO,
                N_("the certificate of %1$s comes from an authority unknown here: if "
                   "it "
                   "is your own, name its file in the settings (autorite)"),
                host);
    if (r->end == LINK_TLS_NAME)
        return err_set(err, ERR_IO,
                N_("the certificate shown is not that of %1$s: check the address; a "
                   "network that wants a sign-in first may be answering instead"),
                host);
    if (r->end == LINK_CA_FILE)
        return err_set(err, ERR_IO,
                N_("the file of authorities (autorite) holds no certificate: %1$s"),
                r->detail);
    return err_set(err, ERR_IO,
            N_("no secure connection to %1$s: check the address and its port (%2$s)"),
            host, r->detail);
}

static int proxy_is_shut(const struct link_result *r, const char *host, struct err *err)
{
    char status[16];

    snprintf(status, sizeof(status), "%d", r->status);
    return err_set(err, ERR_IO,
            N_("the proxy lets nobody through to %1$s (HTTP %2$s): if the network "
               "wants "
               "a sign-in, do it in a browser; else ask whoever runs the proxy"),
            host, status);
}

static int no_connection(const struct link_result *r, const char *host, struct err *err)
{
    switch (r->end) {
    case LINK_NAME:
        return err_set(err, ERR_IO,
                N_("the server %1$s is not found: check the network, then the address"),
                host);
    case LINK_PROXY_NAME:
        return err_set(err, ERR_IO,
                N_("the proxy is not found: check the network, then the proxy's name "
                   "(%1$s)"),
                r->detail);
    case LINK_PROXY:
        return err_set(err, ERR_IO,
                N_("the proxy wants a sign-in: put name and password into its address "
                   "(https_proxy)"));
    case LINK_PROXY_SHUT: return proxy_is_shut(r, host, err);
    case LINK_SILENT:
        return err_set(err, ERR_IO,
                N_("%1$s does not answer: check the network, or try again later"),
                host);
    default:
        return err_set(err, ERR_IO,
                N_("no connection to %1$s: check the network; the server may be "
                   "stopped "
                   "(%2$s)"),
                host, r->os_error ? strerror(r->os_error) : r->detail);
    }
}

static int no_whole_answer(
        const struct link_result *r, const char *host, struct err *err)
{
    switch (r->end) {
    case LINK_CUT:
        return err_set(err, ERR_IO,
                N_("the connection to %1$s broke off in the middle: try again"), host);
    case LINK_NOTHING:
        return err_set(err, ERR_IO,
                N_("%1$s hung up without an answer: try again; if it wants https, "
                   "begin the address with that"),
                host);
    case LINK_SLOW:
        return err_set(err, ERR_IO,
                N_("the link to %1$s is too slow, almost nothing came through: try "
                   "again "
                   "where it is better"),
                host);
    case LINK_HEAD:
        return err_set(
                err, ERR_LIMIT, N_("the answer of %1$s is larger than allowed"), host);
    default:
        return err_set(err, ERR_IO,
                N_("what %1$s answered cannot be read: check the address (%2$s)"), host,
                r->detail);
    }
}

static int in_words(const struct link_result *r, const char *host, struct err *err)
{
    switch (r->end) {
    case LINK_TLS_DATE:
    case LINK_TLS_CA:
    case LINK_TLS_NAME:
    case LINK_TLS_OTHER:
    case LINK_CA_FILE: return no_tls(r, host, err);
    case LINK_CUT:
    case LINK_NOTHING:
    case LINK_SLOW:
    case LINK_HEAD:
    case LINK_STOPPED:
    case LINK_GARBLED: return no_whole_answer(r, host, err);
    default: return no_connection(r, host, err);
    }
}

int why_no_answer(const struct link_result *r, struct view host, struct err *err)
{
    char *name = view_dup(host);
    int code = in_words(r, name, err);

    free(name);
    return code;
}

bool why_passing(const struct link_result *r)
{
    switch (r->end) {
    case LINK_NAME:
    case LINK_PROXY_NAME:
    case LINK_CONNECT:
    case LINK_SILENT:
    case LINK_CUT:
    case LINK_NOTHING:
    case LINK_SLOW: return true;
    case LINK_PROXY_SHUT: return r->status >= 500; /* it does not reach the server */
    case LINK_TLS_OTHER: return r->os_error != 0;  /* cut during the handshake */
    default: return false;
    }
}
