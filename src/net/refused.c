#include "odus/net/net.h"

#include <stdio.h>
#include <string.h>

#include "odus/base/json.h"
#include "odus/base/utf8.h"

enum { WORDS_MAX = 120, BODY_LOOKED_AT = 64 * 1024 };

/* What the server itself says, fit for a line of text; cut where a character ends. */
static void server_words(const struct net_answer *a, struct buf *out)
{
    struct json *j = NULL;
    struct view said = {NULL, 0};

    buf_init(out, 0);
    if (a->body.s && json_parse(buf_view(&a->body), BODY_LOOKED_AT, &j, NULL) == 0) {
        said = json_as_view(json_get(j, "reason"));
        if (!said.n)
            said = json_as_view(json_get(j, "error"));
    }
    if (said.n > WORDS_MAX)
        said.n = utf8_snap(said, WORDS_MAX);
    utf8_clean(said, 0, out);
    if (!out->len)
        buf_addf(out, "HTTP %d", a->status);
    json_free(j);
}

static int sign_in(const struct net_answer *a, const char *words, struct err *err)
{
    if (a->status == 401 && a->token)
        return err_set(err, ERR_INVALID,
                N_("the server does not take the token: get a new one where this one "
                   "came from (%1$s)"),
                words);
    if (a->status == 401)
        return err_set(err, ERR_INVALID,
                N_("the server does not accept the account: check name and password "
                   "(%1$s)"),
                words);
    if (strstr(words, "locked"))
        return err_set(err, ERR_BUSY,
                N_("the account is locked after too many wrong passwords: wait five "
                   "minutes, then give the right one"));
    return err_set(err, ERR_INVALID,
            N_("the account may not do this: ask whoever runs the server (%1$s)"),
            words);
}

static int wrong_request(const struct net_answer *a, const char *words, struct err *err)
{
    switch (a->status) {
    case 401:
    case 403: return sign_in(a, words, err);
    case 404:
        return err_set(err, ERR_NOT_FOUND,
                N_("there is nothing at this address of the server: check it (%1$s)"),
                words);
    case 409:
    case 412:
        return err_set(err, ERR_CONFLICT,
                N_("somebody else was faster: fetch what changed, then try again "
                   "(%1$s)"),
                words);
    case 413:
        return err_set(err, ERR_LIMIT,
                N_("the server takes no request of this size: send less at once "
                   "(%1$s)"),
                words);
    case 415:
        return err_set(err, ERR_INVALID,
                N_("the server cannot read this kind of content: check the address and "
                   "the server's version (%1$s)"),
                words);
    default:
        return err_set(
                err, ERR_INVALID, N_("the server refuses the request: %1$s"), words);
    }
}

static int too_many(const struct net_answer *a, struct err *err)
{
    char seconds[16];

    if (a->retry_seconds <= 0)
        return err_set(
                err, ERR_BUSY, N_("the server has too many requests: try again later"));
    snprintf(seconds, sizeof(seconds), "%d", a->retry_seconds);
    return err_set(err, ERR_BUSY,
            N_("the server has too many requests: try again in %1$s s"), seconds);
}

static int server_trouble(
        const struct net_answer *a, const char *words, struct err *err)
{
    if (a->status == 502 || a->status == 503 || a->status == 504)
        return err_set(err, ERR_BUSY,
                N_("the server is not available for the moment: try again later "
                   "(%1$s)"),
                words);
    return err_set(err, ERR_IO,
            N_("the server has a fault: try again later, then tell whoever runs it "
               "(%1$s)"),
            words);
}

/* Somebody on the way answers, or the address is that of something else. */
static int somebody_else(const struct net_answer *a, struct err *err)
{
    char status[16];

    if (a->location[0])
        return err_set(err, ERR_IO,
                N_("the answer leads to another place, %1$s: if the network wants a "
                   "sign-in, do it in a browser; if the server has moved, change its "
                   "address"),
                a->location);
    snprintf(status, sizeof(status), "%d", a->status);
    return err_set(err, ERR_IO,
            N_("a web page answers instead of the server (HTTP %1$s): if the network "
               "wants a sign-in, do it in a browser; else check the address"),
            status);
}

int net_refused(const struct net_answer *a, struct err *err)
{
    struct buf words;
    int code;

    if (a->to_plain)
        return err_set(err, ERR_IO,
                N_("the answer leads from https to %1$s, where anybody may listen: "
                   "keep the address, and tell whoever runs the server"),
                a->location);
    if (a->not_couch)
        return somebody_else(a, err);
    if (a->status >= 200 && a->status < 300)
        return 0;
    if (a->status >= 300 && a->status < 400)
        return err_set(err, ERR_IO,
                N_("the server has moved: change its address to %1$s"),
                a->location[0] ? a->location : "?");
    if (a->status == 407)
        return err_set(err, ERR_IO,
                N_("the proxy wants a sign-in: put name and password into its address "
                   "(https_proxy)"));
    if (a->status == 429)
        return too_many(a, err);
    server_words(a, &words);
    code = a->status >= 500 ? server_trouble(a, words.s, err)
                            : wrong_request(a, words.s, err);
    buf_release(&words);
    return code;
}
