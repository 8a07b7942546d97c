#include "bench/weak.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <math.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/bench.h"

/* What such links hold back before they drop: two seconds' worth, at least 30 kB. */
enum { MTU = 1400, QUEUE_SECONDS = 2, QUEUE_LEAST = 30000, QUEUE_PACKETS = 4096 };

struct packet {
    double due;
    size_t n;
    unsigned char bytes[MTU + 100];
};

/* One direction; a ring of packets on their way. */
struct lane {
    int from, to;
    double free_at; /* when the link has sent all it was given */
    size_t first, count;
    struct packet ring[QUEUE_PACKETS];
};

static struct lane lanes[2];
static uint64_t dice = 0x9e3779b97f4a7c15u;

static double now(void)
{
    return (double)bench_now() / 1e9;
}

static double chance(void)
{
    dice ^= dice << 13;
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return (double)(dice >> 11) / 9007199254740992.0;
}

/* --- devices ---------------------------------------------------------------------- */

static bool set_up(const char *name, const char *here, const char *there)
{
    struct ifreq rq = {.ifr_flags = 0};
    struct sockaddr_in *in = (struct sockaddr_in *)&rq.ifr_addr;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool good;

    snprintf(rq.ifr_name, sizeof(rq.ifr_name), "%s", name);
    good = fd >= 0;
    if (here) {
        in->sin_family = AF_INET;
        good = good && inet_pton(AF_INET, here, &in->sin_addr) == 1 &&
               ioctl(fd, SIOCSIFADDR, &rq) == 0;
        good = good && inet_pton(AF_INET, there, &in->sin_addr) == 1 &&
               ioctl(fd, SIOCSIFDSTADDR, &rq) == 0;
        rq.ifr_mtu = MTU;
        good = good && ioctl(fd, SIOCSIFMTU, &rq) == 0;
    }
    rq.ifr_flags = IFF_UP | IFF_RUNNING;
    good = good && ioctl(fd, SIOCSIFFLAGS, &rq) == 0;
    if (fd >= 0)
        close(fd);
    return good;
}

static int make_tun(const char *name, const char *here, const char *there)
{
    struct ifreq rq = {.ifr_flags = IFF_TUN | IFF_NO_PI};
    int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

    snprintf(rq.ifr_name, sizeof(rq.ifr_name), "%s", name);
    if (fd < 0 || ioctl(fd, TUNSETIFF, &rq) < 0 || !set_up(name, here, there))
        return -1;
    return fd;
}

static bool is_written(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

    if (fd >= 0)
        close(fd);
    return good;
}

bool weak_enter(void)
{
    char map[40];
    unsigned user = (unsigned)getuid();

    if (unshare(CLONE_NEWNET) < 0) {
        if (unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
            return false;
        snprintf(map, sizeof(map), "%u %u 1", user, user);
        if (!is_written("/proc/self/uid_map", map))
            return false;
    }
    return set_up("lo", NULL, NULL);
}

/* --- carrying --------------------------------------------------------------------- */

static void take(struct lane *l, const struct weak_link *link)
{
    double room = link->bits / 8 * QUEUE_SECONDS;
    unsigned char bytes[MTU + 100];
    ssize_t n;

    if (room < QUEUE_LEAST)
        room = QUEUE_LEAST;
    while ((n = read(l->from, bytes, sizeof(bytes))) > 0) {
        struct packet *p = &l->ring[(l->first + l->count) % QUEUE_PACKETS];
        double t = now();

        if (l->free_at < t)
            l->free_at = t;
        if ((l->free_at - t) * link->bits / 8 + (double)n > room ||
                l->count == QUEUE_PACKETS)
            continue;
        l->free_at += (double)n * 8 / link->bits; /* what is lost took its time too */
        if (chance() < link->loss)
            continue;
        p->due = l->free_at + link->delay;
        p->n = (size_t)n;
        memcpy(p->bytes, bytes, p->n);
        l->count++;
    }
}

static void give(struct lane *l)
{
    while (l->count > 0 && l->ring[l->first].due <= now()) {
        struct packet *p = &l->ring[l->first];

        if (write(l->to, p->bytes, p->n) < 0)
            return;
        l->first = (l->first + 1) % QUEUE_PACKETS;
        l->count--;
    }
}

static int wait_ms(void)
{
    double soon = now() + 1;

    for (int i = 0; i < 2; i++)
        if (lanes[i].count > 0 && lanes[i].ring[lanes[i].first].due < soon)
            soon = lanes[i].ring[lanes[i].first].due;
    soon -= now();
    return soon > 0 ? (int)ceil(soon * 1000) : 0;
}

static void carry(const struct weak_link *link)
{
    for (;;) {
        struct pollfd fds[2] = {{lanes[0].from, POLLIN, 0}, {lanes[1].from, POLLIN, 0}};

        poll(fds, 2, wait_ms());
        for (int i = 0; i < 2; i++) {
            take(&lanes[i], link);
            give(&lanes[i]);
        }
    }
}

/* --- outside ---------------------------------------------------------------------- */

static bool make_ends(void)
{
    lanes[0].from = lanes[1].to = make_tun("weak0", WEAK_HERE, WEAK_THERE);
    if (lanes[0].from < 0 || unshare(CLONE_NEWNET) < 0)
        return false;
    lanes[1].from = lanes[0].to = make_tun("weak1", WEAK_THERE, WEAK_HERE);
    return lanes[1].from >= 0 && set_up("lo", NULL, NULL);
}

pid_t weak_start(const struct weak_link *link)
{
    int ready[2];
    char word = 0;
    pid_t pid;

    if (pipe2(ready, O_CLOEXEC) < 0)
        return 0;
    pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (!make_ends() || write(ready[1], "r", 1) != 1)
            _exit(1);
        close(ready[1]);
        carry(link);
    }
    close(ready[1]);
    if (pid > 0 && read(ready[0], &word, 1) != 1) {
        waitpid(pid, NULL, 0);
        pid = 0;
    }
    close(ready[0]);
    return pid > 0 ? pid : 0;
}

void weak_stop(pid_t weak)
{
    kill(weak, SIGTERM);
    waitpid(weak, NULL, 0);
}

bool weak_cross(pid_t weak)
{
    char path[40];
    int fd;
    bool good;

    snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)weak);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    good = fd >= 0 && setns(fd, CLONE_NEWNET) == 0;
    if (fd >= 0)
        close(fd);
    return good;
}
