#include "odus/net/net.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "odus/base/url.h"
#include "odus/net/secret.h"

#include "net_priv.h"

enum {
    CA_FILE_MAX = 1024 * 1024,
    CONNECT_SECONDS = 30,
    LOW_SPEED = 10,
    LOW_SECONDS = 60,
};

static int check_options(
        const struct net_options *opt, const char *url, struct err *err)
{
    if (!url)
        return err_set(err, ERR_USAGE,
                N_("the server's address is not one like https://example.org"));
    if (url_has_more(opt->url))
        return err_set(err, ERR_USAGE,
                N_("the server's address holds more than host and path: use %1$s"),
                url);
    if (opt->auth == NET_ANONYMOUS)
        return 0;
    if (!url_parts(url).tls && !url_loopback(url) && !opt->insecure)
        return err_set(err, ERR_USAGE,
                N_("the password would travel in clear to %1$s: use an address that "
                   "begins with https"),
                url);
    if (!opt->secret || (opt->auth != NET_BEARER && (!opt->user || !opt->user[0])))
        return err_set(err, ERR_USAGE, N_("name or password for %1$s is missing"), url);
    if (opt->auth == NET_BASIC && strchr(opt->user, ':'))
        return err_set(err, ERR_USAGE, N_("the account's name holds a colon: %1$s"),
                opt->user);
    return 0;
}

static int open_link(const struct net_options *opt, const char *url, struct link **ret,
        struct err *err)
{
    struct link_setup setup = {
            .connect_seconds =
                    opt->connect_seconds ? opt->connect_seconds : CONNECT_SECONDS,
            .no_proxy = url_loopback(url),
    };
    struct buf ca = {0};
    int code = 0;

    if (opt->ca_file) {
        code = file_read(opt->ca_file, CA_FILE_MAX, &ca, err);
        setup.ca = ca.s;
    }
    /* beside good authorities the library passes over what is none */
    if (!code && setup.ca && !strstr(setup.ca, "-----BEGIN "))
        code = err_set(err, ERR_INVALID,
                N_("the file of authorities (autorite) holds no certificate: %1$s"),
                opt->ca_file);
    if (!code)
        *ret = link_new(&setup);
    buf_release(&ca);
    return code;
}

void net_sign(struct net *net)
{
    if (net->auth == NET_BASIC)
        link_sign(net->link, net->user, net->secret);
    else if (net->auth == NET_BEARER)
        link_sign(net->link, NULL, net->secret);
}

int net_new(const struct net_options *opt, struct net **ret, struct err *err)
{
    char *url = opt->url ? url_normal(opt->url) : NULL;
    struct link *link = NULL;
    struct net *net;
    int code = check_options(opt, url, err);

    if (!code)
        code = open_link(opt, url, &link, err);
    if (code) {
        free(url);
        return code;
    }
    net = xcalloc(1, sizeof(*net));
    *net = (struct net){
            .link = link,
            .url = url,
            .auth = opt->auth,
            .user = xstrdup(opt->user),
            .secret = xstrdup(opt->secret),
            .plain = opt->plain,
            .low_speed = opt->low_speed ? opt->low_speed : LOW_SPEED,
            .low_seconds = opt->low_seconds ? opt->low_seconds : LOW_SECONDS,
            .go_on = opt->go_on,
            .ctx = opt->ctx,
    };
    net_sign(net);
    *ret = net;
    return 0;
}

void net_free(struct net *net)
{
    if (!net)
        return;
    exchange_release(net);
    link_free(net->link);
    free(net->url);
    free(net->user);
    secret_free(net->secret);
    free(net);
}

void net_answer_release(struct net_answer *a)
{
    buf_release(&a->body);
    *a = (struct net_answer){0};
}

bool net_down(const struct net *net)
{
    return net->down;
}

struct net_totals net_totals(const struct net *net)
{
    struct net_totals t = net->totals;
    struct link_result now;

    if (net->x.leg == LEG_SESSION || net->x.leg == LEG_REQUEST) {
        link_result(net->link, &now);
        t.up += now.up;
        t.down += now.down;
    }
    t.rate = rate_of(&net->rate);
    return t;
}
