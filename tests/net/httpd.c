#include "httpd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOG_MAX = 4 * 1024 * 1024, REQUESTS_MAX = 512, FOREVER = -1 };

/* What the server tells its maker, in memory of both. */
struct shared {
    size_t requests, connections, played, surprises;
    size_t start[REQUESTS_MAX + 1]; /* of each request in log; one more is the end */
    char log[LOG_MAX];
};

struct httpd {
    pid_t pid;
    int listener, conn; /* the child's */
    int alive[2];       /* the parent never writes: its end is what closes it */
    char url[40];
    const struct httpd_step *steps;
    size_t n;
    struct shared *shared;
};

static void must(bool good, const char *what)
{
    if (good)
        return;
    perror(what);
    abort();
}

/* --- the server's side ---------------------------------------------------------- */

/* Waits MS at most; ends the process when its maker is gone. True: FD can be read. */
static bool readable(struct httpd *h, int fd, int ms)
{
    struct pollfd p[2] = {
            {.fd = h->alive[0], .events = POLLIN}, {.fd = fd, .events = POLLIN}};

    if (poll(p, 2, ms) < 0)
        return false;
    if (p[0].revents)
        _exit(0);
    return p[1].revents != 0;
}

static void hang_up(struct httpd *h)
{
    if (h->conn >= 0)
        close(h->conn);
    h->conn = -1;
}

static void pick_up(struct httpd *h)
{
    hang_up(h);
    h->conn = accept(h->listener, NULL, NULL);
    if (h->conn >= 0)
        h->shared->connections++;
}

/* A request begins on the connection there is, or on a new one, which replaces it. */
static void await_request(struct httpd *h)
{
    struct pollfd p[3] = {{.fd = h->alive[0], .events = POLLIN},
            {.fd = h->listener, .events = POLLIN}, {.fd = h->conn, .events = POLLIN}};

    if (poll(p, 3, FOREVER) < 0)
        return;
    if (p[0].revents)
        _exit(0);
    if (p[2].revents)
        return;
    pick_up(h);
    readable(h, h->conn, FOREVER);
}

static size_t content_length(const char *head, const char *end)
{
    static const char name[] = "\r\nContent-Length:";

    for (; head < end; head++)
        if (strncasecmp(head, name, sizeof(name) - 1) == 0)
            return (size_t)strtoul(head + sizeof(name) - 1, NULL, 10);
    return 0;
}

/* Bytes the request at TEXT still lacks; 1 while its head is not whole. */
static size_t lacking(const char *text, size_t have)
{
    const char *end = memmem(text, have, "\r\n\r\n", 4);
    size_t whole;

    if (!end)
        return 1;
    whole = (size_t)(end + 4 - text) + content_length(text, end);
    return whole > have ? whole - have : 0;
}

/* Into the log; false when the client hung up. */
static bool read_request(struct httpd *h)
{
    struct shared *s = h->shared;
    size_t start = s->start[s->requests];
    size_t have = 0;

    while (lacking(s->log + start, have)) {
        ssize_t n;

        must(start + have < LOG_MAX - 1 && s->requests < REQUESTS_MAX,
                "httpd: log full");
        readable(h, h->conn, FOREVER);
        n = read(h->conn, s->log + start + have, LOG_MAX - 1 - start - have);
        if (n <= 0)
            return false;
        have += (size_t)n;
    }
    s->log[start + have] = '\0';
    s->start[++s->requests] = start + have + 1;
    return true;
}

static bool send_all(struct httpd *h, const char *bytes, size_t n)
{
    while (n) {
        ssize_t sent = send(h->conn, bytes, n, MSG_NOSIGNAL);

        if (sent <= 0)
            return false;
        bytes += sent;
        n -= (size_t)sent;
    }
    return true;
}

static void play(struct httpd *h, const struct httpd_step *s)
{
    size_t n = s->n ? s->n : strlen(s->send ? s->send : "");
    char c;

    if (!s->send) {
        while (!readable(h, h->conn, FOREVER) || read(h->conn, &c, 1) > 0)
            ;
        hang_up(h);
        return;
    }
    n = s->cut && s->cut < n ? s->cut : n;
    for (size_t at = 0; at < n;) {
        size_t piece = s->piece && s->piece < n - at ? s->piece : n - at;

        if (!send_all(h, s->send + at, piece))
            break;
        at += piece;
        if (s->piece && at < n)
            readable(h, -1, s->pause_ms);
    }
    if (s->cut || s->close || memmem(s->send, n, "Connection: close", 17))
        hang_up(h);
}

static void answer(struct httpd *h)
{
    static const struct httpd_step nothing = {
            .send = "HTTP/1.1 418 Not In The Transcript\r\nContent-Length: 0\r\n\r\n"};
    struct shared *s = h->shared;
    const char *request = s->log + s->start[s->requests - 1];
    const struct httpd_step *step = s->played < h->n ? h->steps + s->played : &nothing;

    if (step == &nothing || (step->expect && strncmp(request, step->expect,
                                                     strlen(step->expect)) != 0)) {
        fprintf(stderr, "httpd: not expected: %.*s\n", (int)strcspn(request, "\r\n"),
                request);
        s->surprises++;
        step = &nothing;
    } else {
        s->played++;
    }
    play(h, step);
}

static void serve(struct httpd *h)
{
    close(h->alive[1]);
    signal(SIGPIPE, SIG_IGN);
    for (;;) {
        await_request(h);
        if (h->conn < 0)
            continue;
        if (read_request(h))
            answer(h);
        else
            hang_up(h);
    }
}

/* --- its maker's side ------------------------------------------------------------ */

static void listen_somewhere(struct httpd *h)
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    socklen_t n = sizeof(a);

    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    h->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(h->listener >= 0 && bind(h->listener, (struct sockaddr *)&a, n) == 0 &&
                    listen(h->listener, 8) == 0 &&
                    getsockname(h->listener, (struct sockaddr *)&a, &n) == 0,
            "httpd: no port");
    snprintf(h->url, sizeof(h->url), "http://127.0.0.1:%d", ntohs(a.sin_port));
}

/* Nobody who came for an earlier transcript gets an answer from this one. */
static void drop_waiting(struct httpd *h)
{
    struct pollfd p = {.fd = h->listener, .events = POLLIN};

    while (poll(&p, 1, 0) > 0)
        close(accept(h->listener, NULL, NULL));
}

/* A process that plays the steps on the socket there is. */
static void begin(struct httpd *h, const struct httpd_step *steps, size_t n)
{
    memset(h->shared, 0, offsetof(struct shared, log));
    h->steps = steps;
    h->n = n;
    h->conn = -1;
    drop_waiting(h);
    must(pipe2(h->alive, O_CLOEXEC) == 0, "httpd: pipe");
    h->pid = fork();
    must(h->pid >= 0, "httpd: fork");
    if (h->pid == 0)
        serve(h);
    close(h->alive[0]);
    h->steps = NULL;
}

static int finish(struct httpd *h)
{
    close(h->alive[1]);
    kill(h->pid, SIGCONT); /* a frozen one wakes to this end, before it reads on */
    while (waitpid(h->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    return h->shared->surprises != 0 || h->shared->played != h->n;
}

struct httpd *httpd_start(const struct httpd_step *steps, size_t n)
{
    struct httpd *h = calloc(1, sizeof(*h));

    must(h != NULL, "httpd");
    h->shared = mmap(NULL, sizeof(*h->shared), PROT_READ | PROT_WRITE,
            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    must(h->shared != MAP_FAILED, "httpd: memory");
    listen_somewhere(h);
    begin(h, steps, n);
    return h;
}

int httpd_again(struct httpd *h, const struct httpd_step *steps, size_t n)
{
    int wrong = finish(h);

    begin(h, steps, n);
    return wrong;
}

void httpd_freeze(struct httpd *h)
{
    int status = 0;

    kill(h->pid, SIGSTOP);
    must(waitpid(h->pid, &status, WUNTRACED) == h->pid && WIFSTOPPED(status),
            "httpd: freeze");
}

const char *httpd_url(const struct httpd *h)
{
    return h->url;
}

size_t httpd_requests(const struct httpd *h)
{
    return *(volatile size_t *)&h->shared->requests;
}

size_t httpd_connections(const struct httpd *h)
{
    return *(volatile size_t *)&h->shared->connections;
}

const char *httpd_request(const struct httpd *h, size_t i, size_t *ret_n)
{
    const struct shared *s = h->shared;

    if (i >= httpd_requests(h))
        return NULL;
    if (ret_n)
        *ret_n = s->start[i + 1] - s->start[i] - 1;
    return s->log + s->start[i];
}

int httpd_stop(struct httpd *h)
{
    int wrong = finish(h);

    close(h->listener);
    munmap(h->shared, sizeof(*h->shared));
    free(h);
    return wrong;
}
