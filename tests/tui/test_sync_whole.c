/* The screens, odus-sync and a CouchDB-like server, all of them real. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exchange.h"
#include "odus/base/mem.h"

enum { PATIENCE_MS = 60 * 1000 };

struct server {
    pid_t pid;
    int to, port;
};

static bool is_there(void)
{
    const char *peers = getenv("ODUS_PEERS");
    char path[400];

    snprintf(path, sizeof path, "%s/node_modules/pouchdb-server/package.json",
            peers ? peers : "build/peers");
    return access(path, R_OK) == 0 &&
           pclose(popen("node --version >/dev/null 2>&1", "r")) == 0;
}

static int read_port(int fd)
{
    char text[20] = "";

    for (size_t n = 0; n < sizeof text - 1; n++) {
        struct pollfd p = {.fd = fd, .events = POLLIN};

        if (poll(&p, 1, PATIENCE_MS) <= 0 || read(fd, text + n, 1) != 1)
            return 0;
        if (text[n] == '\n')
            break;
    }
    return (int)strtol(text, NULL, 10);
}

static struct server start_server(const struct views *v)
{
    char folder[300];
    struct server s;
    int to[2], from[2];

    snprintf(folder, sizeof folder, "%s/pouch", v->dir);
    mkdir(folder, 0700);
    assert_int_equal(pipe(to) | pipe(from), 0);
    fflush(NULL);
    s.pid = fork();
    assert_true(s.pid >= 0);
    if (s.pid == 0) {
        dup2(to[0], STDIN_FILENO);
        dup2(from[1], STDOUT_FILENO);
        for (int fd = 3; fd < 256; fd++)
            close(fd);
        execlp("node", "node", "tests/peers/server.js", folder, "memory", (char *)NULL);
        _exit(127);
    }
    close(to[0]);
    close(from[1]);
    s.to = to[1];
    s.port = read_port(from[0]);
    close(from[0]);
    if (!s.port)
        fail_msg("PouchDB Server does not start");
    return s;
}

static void stop_server(struct server *s)
{
    close(s->to);
    waitpid(s->pid, NULL, 0);
}

/* METHOD and PATH as its administrator (admin:secret); the answer, owned. */
static char *ask(const struct server *s, const char *method, const char *path)
{
    struct sockaddr_in a = {
            .sin_family = AF_INET, .sin_port = htons((uint16_t)s->port)};
    char *request = xasprintf("%s %s HTTP/1.0\r\nHost: localhost\r\n"
                              "Authorization: Basic YWRtaW46c2VjcmV0\r\n"
                              "Content-Length: 0\r\n\r\n",
            method, path);
    char *answer = xcalloc(1, 1 << 16);
    size_t n = 0;
    ssize_t got;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(write(fd, request, strlen(request)), (ssize_t)strlen(request));
    while (n < (1 << 16) - 1 && (got = read(fd, answer + n, (1 << 16) - 1 - n)) > 0)
        n += (size_t)got;
    close(fd);
    free(request);
    return answer;
}

static void await(struct tt *t, const char *text)
{
    tt_wait_text(t, text);
    tt_sync(t);
}

static void whole__record__goes_to_the_server_and_is_acknowledged(void **state)
{
    struct views *v = *state;
    char uid[37], keys[80], path[80], *answer;
    struct server s;
    struct tt *t;

    if (!is_there())
        skip();
    v->config = "synchro=0\n";
    t = views_start(v, false);
    exchange_record(v, "Le loup", uid);
    s = start_server(v);
    free(ask(&s, "PUT", "/commons"));
    snprintf(keys, sizeof keys, "http://127.0.0.1:%d{Enter}", s.port);
    tt_keys(t, "s");
    tt_keys(t, keys);
    tt_keys(t, "{Enter}"); /* this one is open to all */
    await(t, "Send 1 record to this server");
    tt_keys(t, "2");
    await(t, "● 11:00 sent");
    tt_expect(t, "sent: 1");
    tt_keys(t, "{Esc}/loup");
    views_expect_row(t, "Le loup", "✓ sent");
    snprintf(path, sizeof path, "/commons/%s", uid);
    answer = ask(&s, "GET", path);
    if (!strstr(answer, "Le loup"))
        fail_msg("%s", answer);
    free(answer);
    stop_server(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(
                    whole__record__goes_to_the_server_and_is_acknowledged, views_setup,
                    views_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
