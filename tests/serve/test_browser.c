/* Pages of other sites over the wire: the heads that browsers look for, and PouchDB in
 * a page of Chromium (tests/peers/browser.js), where that is there. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "desk.h"
#include "odus/base/lines.h"
#include "odus/base/mem.h"
#include "quotes.h"
#include "room.h"

enum { PATIENCE_MS = 60 * 1000, ANSWER_MAX = 4000 };

#define ANNE "Authorization: Basic YW5uZTptb3RkZXBhc3Nl\r\n" /* anne:motdepasse */

/* --- a server with one public record --------------------------------------------- */

/* The whole answer at PORT of 127.0.0.1; good until the next call. */
static const char *exchange(int port, const char *request)
{
    static char answer[ANSWER_MAX];
    struct sockaddr_in at = {.sin_family = AF_INET,
            .sin_port = htons((uint16_t)port),
            .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    size_t n = 0;
    ssize_t got;

    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
    assert_int_equal(send(fd, request, strlen(request), MSG_NOSIGNAL), strlen(request));
    while (n + 1 < sizeof(answer) &&
            (got = recv(fd, answer + n, sizeof(answer) - 1 - n, 0)) > 0)
        n += (size_t)got;
    answer[n] = '\0';
    close(fd);
    return answer;
}

static void push_record(int port)
{
    char *body =
            xasprintf("{'new_edits':false,'docs':[%s]}", room_record(1, "1-a", ""));
    char *request;

    quotes(body);
    request = xasprintf("POST /commons/_bulk_docs HTTP/1.1\r\nHost: x\r\n" ANNE
                        "Content-Type: application/json\r\nConnection: close\r\n"
                        "Content-Length: %zu\r\n\r\n%s",
            strlen(body), body);
    assert_non_null(strstr(exchange(port, request), " 201 "));
    free(request);
    free(body);
}

/* Serves to pages of ORIGIN (NULL: none); anne may write. */
static struct desk *serve_to(const char *origin, int *ret_port)
{
    char job[300];
    struct json *event;
    struct desk *d = desk_start("'job':'user_add','name':'anne',"
                                "'password':'motdepasse','roles':['organisateur']");
    const char *url;
    long long port = 0;

    assert_int_equal(desk_end(d), 0);
    snprintf(job, sizeof(job),
            "'job':'serve','listen':'127.0.0.1:0','origins':[%s%s%s]",
            origin ? "'" : "", origin ? origin : "", origin ? "'" : "");
    d = desk_start(job);
    event = desk_next(d);
    url = json_get_text(event, "url");
    assert_non_null(url);
    url = strrchr(url, ':') + 1;
    assert_true(view_int((struct view){url, strcspn(url, "/")}, &port));
    json_free(event);
    *ret_port = (int)port;
    push_record(*ret_port);
    return d;
}

static void finish(struct desk *d)
{
    desk_say(d, NULL);
    assert_int_equal(desk_end(d), 0);
}

/* --- heads ------------------------------------------------------------------------ */

#define PREFLIGHT                                                                      \
    "OPTIONS /commons/_bulk_get?revs=true HTTP/1.1\r\nHost: x\r\n"                     \
    "Origin: https://site.example\r\nConnection: close\r\n"                            \
    "Access-Control-Request-Method: POST\r\n"                                          \
    "Access-Control-Request-Headers: content-type\r\n\r\n"
#define READ                                                                           \
    "GET /commons HTTP/1.1\r\nHost: x\r\nOrigin: https://site.example\r\n"             \
    "Connection: close\r\n\r\n"

static void heads__named__allow_credentials(void **state)
{
    int port;
    struct desk *d = serve_to("https://site.example", &port);
    const char *answer = exchange(port, PREFLIGHT);

    (void)state;
    assert_non_null(strstr(answer, "HTTP/1.1 204 "));
    assert_non_null(
            strstr(answer, "Access-Control-Allow-Origin: https://site.example\r\n"));
    assert_non_null(strstr(answer, "Access-Control-Allow-Credentials: true\r\n"));
    assert_non_null(strstr(answer, "Access-Control-Allow-Methods: GET, HEAD, POST"));
    assert_non_null(strstr(answer, "Authorization"));
    assert_non_null(strstr(answer, "Vary: Accept-Encoding, Origin\r\n"));
    answer = exchange(port, READ);
    assert_non_null(strstr(answer, "HTTP/1.1 200 "));
    assert_non_null(
            strstr(answer, "Access-Control-Allow-Origin: https://site.example\r\n"));
    assert_null(strstr(answer, "Access-Control-Allow-Methods"));
    finish(d);
}

static void heads__any__allow_no_credentials(void **state)
{
    int port;
    struct desk *d = serve_to("*", &port);
    const char *answer = exchange(port, PREFLIGHT);

    (void)state;
    assert_non_null(strstr(answer, "Access-Control-Allow-Origin: *\r\n"));
    assert_null(strstr(answer, "Allow-Credentials"));
    assert_null(strstr(answer, "Authorization"));
    finish(d);
}

static void heads__usual__allow_nothing(void **state)
{
    int port;
    struct desk *d = serve_to(NULL, &port);

    (void)state;
    assert_null(strstr(exchange(port, PREFLIGHT), "Access-Control"));
    assert_non_null(strstr(exchange(port, READ), " 403 "));
    finish(d);
}

/* --- a browser -------------------------------------------------------------------- */

struct browser {
    pid_t pid;
    int to;
    struct lines in;
    char origin[80];
};

/* The folder whose node_modules have PouchDB, for the child. */
static void find_peers(void)
{
    char folder[300];

    if (!getenv("ODUS_PEERS") && realpath("build/peers", folder))
        setenv("ODUS_PEERS", folder, 1);
}

static void read_origin(struct browser *b)
{
    size_t n = 0;

    while (n + 1 < sizeof(b->origin) && read(b->in.fd, b->origin + n, 1) == 1 &&
            b->origin[n] != '\n')
        n++;
    b->origin[n] = '\0';
}

/* False: there is none. */
static bool browser_start(struct browser *b)
{
    int to[2], from[2];

    find_peers();
    assert_int_equal(pipe2(to, O_CLOEXEC) | pipe2(from, O_CLOEXEC), 0);
    fflush(NULL);
    b->pid = fork();
    if (b->pid == 0) {
        dup2(to[0], STDIN_FILENO);
        dup2(from[1], STDOUT_FILENO);
        execlp("node", "node", "tests/peers/browser.js", (char *)NULL);
        _exit(77);
    }
    close(to[0]);
    close(from[1]);
    b->to = to[1];
    lines_init(&b->in, from[0], 0);
    read_origin(b);
    return b->origin[0] != '\0';
}

static void browser_end(struct browser *b)
{
    close(b->to);
    waitpid(b->pid, NULL, 0);
    close(b->in.fd);
    lines_release(&b->in);
}

/* What became of replicating with PORT as MORE (JSON with ' for ") says; owned. */
static struct json *replicate(struct browser *b, int port, const char *more)
{
    char *job = xasprintf("{'url':'http://127.0.0.1:%d/commons'%s}\n", port, more);
    struct json *result = NULL;

    quotes(job);
    assert_int_equal(write(b->to, job, strlen(job)), strlen(job));
    free(job);
    assert_int_equal(lines_next(&b->in, PATIENCE_MS, &result, NULL), 1);
    return result;
}

static void expect(struct json *result, size_t read, bool written, const char *error)
{
    const char *said = json_get_text(result, "error");

    if (json_len(json_get(result, "read")) != read || strcmp(said, error) != 0)
        fail_msg("read %zu, error %s", json_len(json_get(result, "read")), said);
    assert_int_equal(json_get_bool(result, "written", !written), written);
    json_free(result);
}

static void browser__named_site__reads_and_writes_signed_in(void **state)
{
    struct browser b;
    struct desk *d;
    char *write;
    int port;

    (void)state;
    if (!browser_start(&b)) {
        browser_end(&b);
        skip();
    }
    d = serve_to(b.origin, &port);
    write = xasprintf(",'write':%s", room_record(2, "1-b", ""));
    expect(replicate(&b, port, ""), 1, false, "");
    expect(replicate(&b, port, write), 1, false, "401");
    free(write);
    write = xasprintf(",'user':'anne','password':'motdepasse','write':%s",
            room_record(3, "1-c", ""));
    expect(replicate(&b, port, write), 1, true, "");
    free(write);
    expect(replicate(&b, port, ""), 2, false, "");
    finish(d); /* it has the other end of the browser's pipe too */
    browser_end(&b);
}

static void browser__any_site__reads_without_credentials(void **state)
{
    struct browser b;
    struct desk *d;
    int port;

    (void)state;
    if (!browser_start(&b)) {
        browser_end(&b);
        skip();
    }
    d = serve_to("*", &port);
    expect(replicate(&b, port, ",'omit':true"), 1, false, "");
    expect(replicate(&b, port, ""), 0, false, "Error");
    finish(d); /* it has the other end of the browser's pipe too */
    browser_end(&b);
}

static void browser__other_site__reads_nothing(void **state)
{
    struct browser b;
    struct desk *d;
    int port;

    (void)state;
    if (!browser_start(&b)) {
        browser_end(&b);
        skip();
    }
    d = serve_to("https://site.example", &port);
    expect(replicate(&b, port, ""), 0, false, "Error");
    finish(d); /* it has the other end of the browser's pipe too */
    browser_end(&b);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, desk_make, desk_remove)
    const struct CMUnitTest tests[] = {
            T(heads__named__allow_credentials),
            T(heads__any__allow_no_credentials),
            T(heads__usual__allow_nothing),
            T(browser__named_site__reads_and_writes_signed_in),
            T(browser__any_site__reads_without_credentials),
            T(browser__other_site__reads_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
