#include "fixture.h"

#include <stdlib.h>
#include <string.h>

void fixture_start(struct fixture *f, const struct httpd_step *steps, size_t n,
        struct net_options opt)
{
    unsetenv("http_proxy");
    unsetenv("all_proxy");
    unsetenv("ALL_PROXY");
    *f = (struct fixture){.server = httpd_start(steps, n)};
    opt.url = httpd_url(f->server);
    assert_int_equal(net_new(&opt, &f->net, &f->err), 0);
}

void fixture_finish(struct fixture *f)
{
    net_answer_release(&f->a);
    net_free(f->net);
    assert_int_equal(httpd_stop(f->server), 0);
}

int fixture_run(struct fixture *f, const struct net_request *rq)
{
    net_answer_release(&f->a);
    err_clear(&f->err);
    return net_run(f->net, rq, &f->a, &f->err);
}

int fixture_get(struct fixture *f, const char *path)
{
    return fixture_run(f, &(struct net_request){.method = "GET", .path = path});
}

int fixture_post(struct fixture *f, const char *path, struct view body)
{
    return fixture_run(
            f, &(struct net_request){.method = "POST", .path = path, .body = body});
}

void fixture_said(const struct fixture *f, const char *part)
{
    struct buf words;

    buf_init(&words, 0);
    err_text(&f->err, NULL, &words);
    if (!strstr(words.s, part))
        fail_msg("\"%s\" is not in \"%s\"", part, words.s);
    buf_release(&words);
}

void fixture_sent(const struct fixture *f, size_t i, const char *part)
{
    const char *request = httpd_request(f->server, i, NULL);

    assert_non_null(request);
    if (!strstr(request, part))
        fail_msg("\"%s\" is not in \"%s\"", part, request);
}

void fixture_sent_not(const struct fixture *f, size_t i, const char *part)
{
    const char *request = httpd_request(f->server, i, NULL);

    assert_non_null(request);
    if (strstr(request, part))
        fail_msg("\"%s\" is in \"%s\"", part, request);
}
