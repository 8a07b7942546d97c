#include "bench/proxy.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAIRS = 64, HEAD_MOST = 16 * 1024, CHUNK = 64 * 1024, SETTLE_MS = 150 };

/* One way of a connection: what was read and is still to be written. */
struct way {
    int from, to;
    size_t at, n;
    bool ended; /* FROM has said everything */
    char bytes[CHUNK];
};

/* Finds the heads of requests among the bytes that go up. */
struct heads {
    size_t n;
    uint64_t body; /* bytes still to be passed over */
    char text[HEAD_MOST + 1];
};

struct pair {
    bool used;
    struct way up, down;
    struct heads heads;
};

static struct pair pairs[PAIRS];
static struct proxy_counts *counts;

static void die(const char *what)
{
    perror(what);
    exit(1);
}

/* --- counting --------------------------------------------------------------------- */

static void end_head(struct heads *h)
{
    const char *length;

    h->text[h->n] = 0;
    length = strcasestr(h->text, "\r\ncontent-length:");
    h->body = length ? strtoull(length + strlen("\r\ncontent-length:"), NULL, 10) : 0;
    h->n = 0;
    counts->requests++;
}

static void count_heads(struct heads *h, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (h->body > 0) {
            size_t pass = n - i < h->body ? n - i : (size_t)h->body;

            h->body -= pass;
            i += pass - 1;
            continue;
        }
        if (h->n < HEAD_MOST)
            h->text[h->n++] = bytes[i];
        if (h->n >= 4 && memcmp(h->text + h->n - 4, "\r\n\r\n", 4) == 0)
            end_head(h);
    }
}

/* --- connections ------------------------------------------------------------------ */

static struct sockaddr_in address(uint32_t host, int port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
            .sin_port = htons((uint16_t)port),
            .sin_addr.s_addr = htonl(host)};
}

/* An answer in two pieces is passed on as it came: the second does not wait until the
 * first is acknowledged, which may take 40 ms. */
static void set_up(int fd)
{
    fcntl(fd, F_SETFL, O_NONBLOCK);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
}

static void open_pair(int client, int port)
{
    struct sockaddr_in to = address(INADDR_LOOPBACK, port);
    int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    for (size_t i = 0; i < PAIRS; i++) {
        struct pair *p = &pairs[i];

        if (p->used || connect(server, (struct sockaddr *)&to, sizeof(to)) < 0)
            continue;
        set_up(client);
        set_up(server);
        memset(p, 0, sizeof(*p));
        p->used = true;
        p->up.from = p->down.to = client;
        p->up.to = p->down.from = server;
        counts->connections++;
        return;
    }
    close(server);
    close(client);
}

static void close_pair(struct pair *p)
{
    close(p->up.from);
    close(p->up.to);
    p->used = false;
}

/* False: the connection is of no more use. */
static bool move(struct way *w, short from, short to, uint64_t *sum, struct heads *h)
{
    if (w->n == 0 && (from & (POLLIN | POLLHUP | POLLERR))) {
        ssize_t n = read(w->from, w->bytes, sizeof(w->bytes));

        if (n < 0)
            return false;
        if (n == 0) {
            w->ended = true;
            shutdown(w->to, SHUT_WR);
        }
        w->at = 0;
        w->n = (size_t)n;
        *sum += (uint64_t)n;
        if (h)
            count_heads(h, w->bytes, w->n);
    }
    if (w->n > 0 && ((to & POLLOUT) || (from & POLLIN))) {
        ssize_t n = send(w->to, w->bytes + w->at, w->n, MSG_NOSIGNAL | MSG_DONTWAIT);

        w->at += n > 0 ? (size_t)n : 0;
        w->n -= n > 0 ? (size_t)n : 0;
        return n >= 0 || !(to & (POLLERR | POLLHUP));
    }
    return true;
}

static short wanted(const struct way *in, const struct way *out)
{
    return (short)((in->n == 0 && !in->ended ? POLLIN : 0) |
                   (out->n > 0 ? POLLOUT : 0));
}

static void turn(struct pair *p, short client, short server)
{
    bool alive = move(&p->up, client, server, &counts->up, &p->heads) &&
                 move(&p->down, server, client, &counts->down, NULL);

    if (!alive || (p->up.ended && p->down.ended && p->down.n == 0))
        close_pair(p);
}

static void serve(int listener, int port)
{
    for (;;) {
        struct pollfd fds[1 + 2 * PAIRS] = {{.fd = listener, .events = POLLIN}};

        for (size_t i = 0; i < PAIRS; i++) {
            struct pair *p = &pairs[i];
            short client = p->used ? wanted(&p->up, &p->down) : 0;
            short server = p->used ? wanted(&p->down, &p->up) : 0;

            /* what is waited for on neither side would only say that it is gone */
            fds[1 + 2 * i] = (struct pollfd){client ? p->up.from : -1, client, 0};
            fds[2 + 2 * i] = (struct pollfd){server ? p->up.to : -1, server, 0};
        }
        if (poll(fds, 1 + 2 * PAIRS, -1) < 0)
            continue;
        for (size_t i = 0; i < PAIRS; i++)
            if (pairs[i].used && (fds[1 + 2 * i].revents || fds[2 + 2 * i].revents))
                turn(&pairs[i], fds[1 + 2 * i].revents, fds[2 + 2 * i].revents);
        if (fds[0].revents & POLLIN)
            open_pair(accept4(listener, NULL, NULL, SOCK_CLOEXEC), port);
    }
}

/* --- outside ---------------------------------------------------------------------- */

void proxy_start(struct proxy *p, int port)
{
    struct sockaddr_in here = address(INADDR_ANY, 0);
    socklen_t size = sizeof(here);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (bind(listener, (struct sockaddr *)&here, sizeof(here)) < 0 ||
            listen(listener, PAIRS) < 0 ||
            getsockname(listener, (struct sockaddr *)&here, &size) < 0)
        die("proxy");
    p->port = ntohs(here.sin_port);
    p->now = mmap(NULL, sizeof(*p->now), PROT_READ | PROT_WRITE,
            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (p->now == MAP_FAILED)
        die("mmap");
    p->pid = fork();
    if (p->pid < 0)
        die("fork");
    if (p->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        counts = p->now;
        serve(listener, port);
    }
    close(listener);
}

struct proxy_counts proxy_take(struct proxy *p)
{
    struct proxy_counts then;

    (void)poll(NULL, 0, SETTLE_MS); /* what is still in the sockets */
    then = *p->now;
    memset(p->now, 0, sizeof(*p->now));
    return then;
}

void proxy_stop(struct proxy *p)
{
    kill(p->pid, SIGTERM);
    waitpid(p->pid, NULL, 0);
    munmap(p->now, sizeof(*p->now));
}
