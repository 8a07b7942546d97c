#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "odus/net/net.h"

#include "httpd.h"

#define OK_HEAD "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

struct fixture {
    struct httpd *server;
    struct net *net;
    struct err err;
    struct net_answer a;
};

static void start(struct fixture *f, const struct httpd_step *steps, size_t n,
        struct net_options opt)
{
    *f = (struct fixture){.server = httpd_start(steps, n)};
    opt.url = httpd_url(f->server);
    assert_int_equal(net_new(&opt, &f->net, &f->err), 0);
}

static void finish(struct fixture *f)
{
    net_answer_release(&f->a);
    net_free(f->net);
    assert_int_equal(httpd_stop(f->server), 0);
}

static int get(struct fixture *f, const char *path)
{
    net_answer_release(&f->a);
    return net_run(f->net, &(struct net_request){.method = "GET", .path = path}, &f->a,
            &f->err);
}

static void net__run__gets_an_answer_over_one_connection(void **state)
{
    static const struct httpd_step steps[] = {
            {.expect = "GET /a HTTP/1.1\r\n",
                    .send = OK_HEAD "ETag: \"1-x\"\r\nContent-Length: 2\r\n\r\n{}"},
            {.expect = "GET /b",
                    .send = OK_HEAD "Transfer-Encoding: chunked\r\n\r\n"
                                    "1\r\n[\r\n1\r\n]\r\n0\r\n\r\n"},
    };
    struct fixture f;

    (void)state;
    start(&f, steps, COUNT(steps), (struct net_options){0});
    assert_int_equal(get(&f, "/a"), 0);
    assert_int_equal(f.a.status, 200);
    assert_string_equal(f.a.body.s, "{}");
    assert_string_equal(f.a.type, "application/json");
    assert_string_equal(f.a.etag, "\"1-x\"");
    assert_int_equal(get(&f, "/b"), 0);
    assert_string_equal(f.a.body.s, "[]");
    assert_int_equal(httpd_connections(f.server), 1);
    finish(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(net__run__gets_an_answer_over_one_connection),
    };

    return cmocka_run_group_tests_name("net", tests, NULL, NULL);
}
