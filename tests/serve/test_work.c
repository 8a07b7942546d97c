#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "desk.h"
#include "odus/base/err.h"
#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "quotes.h"
#include "room.h"

static const char SERVE[] = "'job':'serve','listen':'127.0.0.1:0'";

enum { IDLE_MS = 50, PATIENCE_MS = 20 * 1000 };

static int tidied[2] = {-1, -1}; /* gets a byte when the server has tidied, and waits */

/* In front of the C library's: nothing comes while the server would wait before it
 * tidies. */
int poll(struct pollfd *fds, nfds_t n, int ms)
{
    static bool tidying;
    bool loop = n == 3 && tidied[1] >= 0; /* of the server, not of this process */
    bool idle = loop && ms == IDLE_MS;
    struct timespec wait = {idle ? 0 : ms / 1000, idle ? 0 : ms % 1000 * 1000 * 1000};

    if (loop && tidying && !idle)
        assert_int_equal(write(tidied[1], "x", 1), 1);
    tidying = idle;
    return ppoll(fds, n, ms < 0 ? NULL : &wait, NULL);
}

/* The next event must be an EV; owned. */
static struct json *expect(struct desk *d, const char *ev)
{
    struct json *event = desk_next(d);

    assert_non_null(event);
    assert_string_equal(json_get_text(event, "ev"), ev);
    return event;
}

static void expect_error(const char *job, int code, int status)
{
    struct desk *d = desk_start(job);
    struct json *event = expect(d, "error");

    assert_int_equal(json_get_int(event, "code", 0), code);
    assert_non_null(json_get_text(event, "message"));
    assert_int_equal(json_kind(json_get(event, "args")), JSON_KIND_ARRAY);
    json_free(event);
    assert_int_equal(desk_end(d), status);
}

static void work__serve__tells_its_address_and_stops_when_told(void **state)
{
    struct desk *d = desk_start(SERVE);
    struct json *event = expect(d, "listening");

    (void)state;
    assert_memory_equal(json_get_text(event, "url"), "http://127.0.0.1:", 17);
    assert_int_equal(json_len(json_get(event, "urls")), 1);
    assert_null(json_get(event, "code"));
    json_free(event);
    desk_say(d, "{'stop':true}");
    json_free(expect(d, "stopped"));
    assert_int_equal(desk_end(d), 0);
}

static void work__serve__stops_with_its_input_and_by_signal(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        struct desk *d = desk_start(SERVE);

        json_free(expect(d, "listening"));
        if (i == 0)
            desk_say(d, NULL);
        else
            desk_signal(d, i == 1 ? SIGTERM : SIGINT);
        json_free(expect(d, "stopped"));
        assert_int_equal(desk_end(d), 0);
    }
}

static void work__serve__makes_a_code_and_a_picture_of_it(void **state)
{
    struct desk *d = desk_start("'job':'serve','listen':'0.0.0.0:0','code':true");
    struct json *event = expect(d, "listening");
    const char *code = json_get_text(event, "code"), *invite;
    size_t rows = json_len(json_get(event, "qr"));

    (void)state;
    assert_int_equal(strlen(code), 9);
    assert_int_equal(code[4], '-');
    assert_null(strpbrk(code, "IOLS015abc"));
    invite = json_get_text(event, "invite");
    assert_memory_equal(invite, "http://atelier:", 15);
    assert_memory_equal(invite + 15, code, 9);
    assert_true(rows >= 21);
    for (size_t i = 0; i < rows; i++)
        assert_int_equal(strlen(json_as_text(json_at(json_get(event, "qr"), i))), rows);
    assert_true(json_len(json_get(event, "urls")) >= 1);
    json_free(event);
    desk_say(d, NULL);
    assert_int_equal(desk_end(d), 0);
}

/* One request to the server at URL; its answer is waited for and thrown away. */
static void post(const char *url, const char *body)
{
    struct sockaddr_in in = {
            .sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    long long port;
    char text[2000];

    assert_true(view_int(
            (struct view){strrchr(url, ':') + 1, strlen(strrchr(url, ':')) - 2},
            &port));
    in.sin_port = htons((uint16_t)port);
    snprintf(text, sizeof(text),
            "POST /commons/_bulk_docs HTTP/1.1\r\nHost: localhost\r\n"
            "Connection: close\r\nContent-Type: application/json\r\n"
            "Content-Length: %zu\r\n\r\n%s",
            strlen(body), body);
    assert_int_equal(connect(fd, (struct sockaddr *)&in, sizeof(in)), 0);
    assert_int_equal(send(fd, text, strlen(text), 0), strlen(text));
    while (recv(fd, text, sizeof(text), 0) > 0)
        ;
    close(fd);
}

static void work__serve__tells_who_sends_what(void **state)
{
    struct desk *d = desk_start(SERVE);
    struct json *event = expect(d, "listening");
    struct json *client;

    (void)state;
    post(json_get_text(event, "url"),
            "{\"new_edits\":false,\"docs\":[{\"_id\":\"a\",\"_rev\":\"1-a\"}]}");
    client = expect(d, "client");
    assert_string_equal(json_get_text(client, "what"), "push");
    assert_string_equal(json_get_text(client, "address"), "127.0.0.1");
    assert_int_equal(json_get_int(client, "docs", 0), 1);
    assert_int_equal(json_get_int(client, "total", 0), 1);
    json_free(client);
    json_free(event);
    desk_say(d, NULL);
    assert_int_equal(desk_end(d), 0);
}

/* The log of the database goes into its file when nobody asks for anything. */
static void work__serve__tidies_when_nobody_waits(void **state)
{
    char *body = quotes(
            xasprintf("{'new_edits':false,'docs':[%s]}", room_record(1, "1-a", "")));
    struct pollfd ready = {.events = POLLIN};
    struct json *event;
    struct buf file;
    struct desk *d;

    (void)state;
    assert_int_equal(pipe(tidied), 0);
    ready.fd = tidied[0];
    d = desk_start(SERVE);
    event = expect(d, "listening");
    post(json_get_text(event, "url"), body);
    free(body);
    json_free(expect(d, "client"));
    assert_int_equal(poll(&ready, 1, PATIENCE_MS), 1);
    assert_int_equal(file_read(desk_path("store/data.db"), 1 << 24, &file, NULL), 0);
    assert_non_null(memmem(file.s, file.len, room_uid(1), strlen(room_uid(1))));
    buf_release(&file);
    json_free(event);
    desk_say(d, NULL);
    assert_int_equal(desk_end(d), 0);
    close(tidied[0]);
    close(tidied[1]);
    tidied[0] = tidied[1] = -1;
}

static void work__serve__is_alone_with_its_store(void **state)
{
    struct desk *d = desk_start(SERVE);

    (void)state;
    json_free(expect(d, "listening"));
    expect_error(SERVE, ERR_BUSY, 3);
    desk_say(d, NULL);
    assert_int_equal(desk_end(d), 0);
}

static void work__serve__says_why_it_cannot(void **state)
{
    struct desk *d = desk_start(SERVE);
    struct json *event = expect(d, "listening");
    char job[1500];

    (void)state;
    expect_error("'job':'serve','listen':'nulle part'", ERR_USAGE, 2);
    expect_error("'job':'serve','listen':'127.0.0.1:70000'", ERR_USAGE, 2);
    expect_error("'job':'autre'", ERR_USAGE, 2);
    snprintf(job, sizeof(job), "'job':'serve','store':'%s','listen':'%s'",
            desk_path("other"), json_get_text(event, "url") + strlen("http://"));
    *strrchr(job, '/') = '\''; /* the address without its final slash */
    job[strlen(job) - 1] = '\0';
    expect_error(job, ERR_BUSY, 4);
    snprintf(job, sizeof(job), "'job':'serve','store':'%s','listen':'0.0.0.0:0'",
            desk_path("other"));
    expect_error(job, ERR_USAGE, 2); /* open to everyone */
    snprintf(job, sizeof(job),
            "'job':'serve','store':'%s','listen':'127.0.0.1:0','tls_cert':'%s','tls_"
            "key':'x'",
            desk_path("other"), desk_path("none.pem"));
    expect_error(job, ERR_NOT_FOUND, 4);
    json_free(event);
    desk_say(d, NULL);
    assert_int_equal(desk_end(d), 0);
}

static void work__job__that_is_none_is_refused(void **state)
{
    struct desk *d = desk_start("'job':'serve',,");

    (void)state;
    json_free(expect(d, "error"));
    assert_int_equal(desk_end(d), 2);
}

static void work__users__are_added_listed_and_removed(void **state)
{
    struct desk *d;
    struct json *event, *users;

    (void)state;
    d = desk_start("'job':'user_add','name':'anne','password':'motdepasse',"
                   "'roles':['referent']");
    json_free(expect(d, "done"));
    assert_int_equal(desk_end(d), 0);
    expect_error("'job':'user_add','name':'paul','password':'court',"
                 "'roles':['referent']",
            ERR_USAGE, 2);
    d = desk_start("'job':'user_list'");
    event = expect(d, "done");
    users = json_get(event, "users");
    assert_int_equal(json_len(users), 1);
    assert_string_equal(json_get_text(json_at(users, 0), "name"), "anne");
    assert_null(json_get(json_at(users, 0), "password"));
    json_free(event);
    assert_int_equal(desk_end(d), 0);
    d = desk_start("'job':'user_remove','name':'anne'");
    json_free(expect(d, "done"));
    assert_int_equal(desk_end(d), 0);
    expect_error("'job':'user_remove','name':'anne'", ERR_NOT_FOUND, 2);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, desk_make, desk_remove)
    const struct CMUnitTest tests[] = {
            T(work__serve__tells_its_address_and_stops_when_told),
            T(work__serve__stops_with_its_input_and_by_signal),
            T(work__serve__makes_a_code_and_a_picture_of_it),
            T(work__serve__tells_who_sends_what),
            T(work__serve__tidies_when_nobody_waits),
            T(work__serve__is_alone_with_its_store),
            T(work__serve__says_why_it_cannot),
            T(work__job__that_is_none_is_refused),
            T(work__users__are_added_listed_and_removed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
