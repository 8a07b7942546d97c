#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dial.h"
#include "odus/base/clock.h"
#include "room.h"

struct http *http;

int http_make(void **state)
{
    struct http_options opt = {.host = "127.0.0.1", .head_seconds = 1};

    if (room_make(state))
        return -1;
    opt.serve = room_serve;
    opt.store = room_store;
    return http_open(&opt, &http, NULL);
}

int http_remove(void **state)
{
    http_close(http);
    http = NULL;
    return room_remove(state);
}

/* --- a client ------------------------------------------------------------------ */

int dial(void)
{
    struct sockaddr_in in = {.sin_family = AF_INET,
            .sin_port = htons((uint16_t)http_port(http)),
            .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_int_equal(connect(fd, (struct sockaddr *)&in, sizeof(in)), 0);
    assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    return fd;
}

bool turn(int fd, struct buf *in)
{
    struct pollfd fds[] = {
            {.fd = http_fd(http), .events = POLLIN}, {.fd = fd, .events = POLLIN}};
    int wait_ms = http_wait_ms(http);
    char bytes[4096];
    ssize_t n;

    poll(fds, 2, wait_ms < 0 || wait_ms > 100 ? 100 : wait_ms);
    http_run(http);
    n = recv(fd, bytes, sizeof(bytes), 0);
    if (n > 0)
        buf_add(in, bytes, (size_t)n);
    return n > 0 || (n < 0 && errno == EAGAIN);
}

void send_all(int fd, struct view v, struct buf *in)
{
    while (v.n) {
        ssize_t n = send(fd, v.p, v.n, MSG_NOSIGNAL);

        if (n < 0 && errno != EAGAIN)
            return;
        if (n > 0) {
            v.p += n;
            v.n -= (size_t)n;
        }
        if (!turn(fd, in))
            return;
    }
}

bool wait_for(int fd, struct buf *in, const char *what)
{
    int64_t end_ms = clock_mono_ms() + DIAL_PATIENCE_MS;

    while (clock_mono_ms() < end_ms) {
        bool on = turn(fd, in);

        if (what && strstr(in->s, what))
            return true;
        if (!on)
            return !what;
    }
    return false;
}

bool exchange(const char *text, const char *what)
{
    struct buf in;
    int fd = dial();
    bool seen;

    buf_init(&in, 0);
    send_all(fd, view_of(text), &in);
    seen = wait_for(fd, &in, what);
    if (!seen)
        print_message("got: %.300s\n", in.s);
    close(fd);
    buf_release(&in);
    return seen;
}
