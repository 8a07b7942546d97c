/* libmicrohttpd: sockets, and how long they may take. */
#include "address.h"
#include "http_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "odus/base/clock.h"
#include "odus/base/file.h"
#include "odus/base/mem.h"

enum {
    BODIES_MAX = 192 * 1000 * 1000,
    CONNECTIONS = 200,
    CONNECTIONS_OF_ADDRESS = 40, /* where others reach it; a proxy brings all in one */
    HEAD_BYTES = 32 * 1024,      /* of memory for heads and for what is on its way */
    IDLE_SECONDS = 90,           /* without a byte moving, in either direction */
    CHECK_MS = 1000,             /* who is too slow? */
    CHANGE_MS = 200,             /* has anyone written to the store? */
    PEM_MAX = 256 * 1024,
};

/* --- connections --------------------------------------------------------------- */

static void on_connection(void *cls, struct MHD_Connection *con, void **socket_ctx,
        enum MHD_ConnectionNotificationCode code)
{
    struct http *http = cls;
    struct line *line = *socket_ctx;

    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info =
                MHD_get_connection_info(con, MHD_CONNECTION_INFO_CONNECTION_FD);

        line = xcalloc(1, sizeof(*line));
        *line = (struct line){.http = http,
                .fd = info ? info->connect_fd : -1,
                .since_ms = clock_mono_ms(),
                .next = http->lines,
                .back = &http->lines};
        if (http->lines)
            http->lines->back = &line->next;
        http->lines = line;
        *socket_ctx = line;
    } else if (line) {
        *line->back = line->next;
        if (line->next)
            line->next->back = line->back;
        free(line);
        *socket_ctx = NULL;
    }
}

/* --- those who are too slow, and those who wait -------------------------------- */

/* A head that does not come, or a body that trickles in: the connection is cut. The
 * library's own limit begins anew with every byte. */
static bool is_late(const struct http *http, const struct line *line, int64_t now_ms)
{
    const struct exchange *x = line->exchange;
    int64_t allowed_ms = (int64_t)http->opt.head_seconds * 1000;

    if (line->cut || (x && x->answering))
        return false;
    if (x && x->has_head)
        allowed_ms += (int64_t)x->body.len * 1000 / http->opt.body_rate;
    return now_ms - line->since_ms > allowed_ms;
}

static void cut_late(struct http *http, int64_t now_ms)
{
    http->checked_ms = now_ms;
    for (struct line *l = http->lines; l; l = l->next) {
        if (!is_late(http, l, now_ms))
            continue;
        l->cut = true;
        shutdown(l->fd, SHUT_RDWR);
    }
}

static void wake_waiting(struct http *http, int64_t now_ms)
{
    int64_t generation = store_data_generation(http->opt.store);
    bool changed = generation != http->generation || http->quiet;
    struct exchange *x = http->waiting;

    http->generation = generation;
    while (x) {
        struct exchange *next = x->next_waiting;

        if (changed || now_ms >= x->wake_ms) {
            exchange_wake(x);
        }
        x = next;
    }
}

int http_wait_ms(struct http *http)
{
    MHD_UNSIGNED_LONG_LONG ms;
    int64_t wait = http->waiting ? CHANGE_MS : http->lines ? CHECK_MS : -1;

    if (MHD_get_timeout(http->daemon, &ms) == MHD_YES &&
            (wait < 0 || (int64_t)ms < wait))
        wait = (int64_t)ms;
    return (int)wait;
}

void http_run(struct http *http)
{
    int64_t now_ms = clock_mono_ms();

    if (now_ms - http->checked_ms >= CHECK_MS)
        cut_late(http, now_ms);
    if (http->waiting)
        wake_waiting(http, now_ms);
    MHD_run(http->daemon);
}

/* --- opening and closing ------------------------------------------------------- */

static int read_pem(const char *path, struct buf *out, struct err *err)
{
    int rc = file_read(path, PEM_MAX, out, err);

    return rc == ERR_LIMIT ? err_set(err, ERR_USAGE, N_("%1$s is no certificate"), path)
                           : rc;
}

static int start(struct http *http, struct err *err)
{
    bool tls = http->opt.tls_cert != NULL;
    unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | (tls ? MHD_USE_TLS : 0);
    struct sockaddr_storage at;
    static char priorities[] = "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1";
    struct MHD_OptionItem with_tls[] = {
            {MHD_OPTION_HTTPS_MEM_CERT, 0, http->cert.s},
            {MHD_OPTION_HTTPS_MEM_KEY, 0, http->key.s},
            {MHD_OPTION_HTTPS_PRIORITIES, 0, priorities},
            {MHD_OPTION_END, 0, NULL},
    };

    if (!address_socket(http->opt.host, http->opt.port, &at))
        return err_set(err, ERR_USAGE, N_("%1$s is no address of this machine"),
                http->opt.host);
    if (at.ss_family == AF_INET6) /* :: is for IPv4 too */
        flags |= strcmp(http->opt.host, "::") == 0 ? MHD_USE_DUAL_STACK : MHD_USE_IPv6;
    errno = 0;
    http->daemon = MHD_start_daemon(flags, 0, NULL, NULL, on_request, http,
            MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&at, MHD_OPTION_URI_LOG_CALLBACK,
            on_uri, http, MHD_OPTION_NOTIFY_COMPLETED, on_completed, http,
            MHD_OPTION_NOTIFY_CONNECTION, on_connection, http,
            MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
            MHD_OPTION_PER_IP_CONNECTION_LIMIT,
            address_is_loopback(http->opt.host) ? (unsigned)CONNECTIONS
                                                : (unsigned)CONNECTIONS_OF_ADDRESS,
            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEAD_BYTES,
            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS, MHD_OPTION_ARRAY,
            tls ? with_tls : &with_tls[COUNT(with_tls) - 1], MHD_OPTION_END);
    if (http->daemon)
        return 0;
    if (tls && !errno)
        return err_set(err, ERR_USAGE,
                N_("%1$s and %2$s are no certificate with its key"), http->opt.tls_cert,
                http->opt.tls_key);
    return err_set(err, errno == EADDRINUSE ? ERR_BUSY : ERR_IO,
            N_("nothing can listen on %1$s: %2$s"), http->opt.host, strerror(errno));
}

int http_open(const struct http_options *opt, struct http **ret, struct err *err)
{
    struct http *http = xcalloc(1, sizeof(*http));
    int rc = 0;

    http->opt = *opt;
    if (http->opt.head_seconds <= 0)
        http->opt.head_seconds = 30;
    if (http->opt.body_rate <= 0)
        http->opt.body_rate = 500;
    if (!http->opt.bodies_max)
        http->opt.bodies_max = BODIES_MAX;
    if (opt->tls_cert) {
        rc = read_pem(opt->tls_cert, &http->cert, err);
        if (rc == 0)
            rc = read_pem(opt->tls_key ? opt->tls_key : "", &http->key, err);
    }
    if (rc == 0)
        rc = start(http, err);
    if (rc == 0)
        *ret = http;
    else
        http_close(http);
    return rc;
}

int http_port(const struct http *http)
{
    const union MHD_DaemonInfo *info =
            MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_BIND_PORT);

    return info ? info->port : 0;
}

int http_fd(const struct http *http)
{
    const union MHD_DaemonInfo *info =
            MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD);

    return info ? info->epoll_fd : -1;
}

void http_quiesce(struct http *http)
{
    int fd;

    if (http->quiet)
        return;
    http->quiet = true;
    fd = MHD_quiesce_daemon(http->daemon);
    if (fd >= 0)
        close(fd);
    wake_waiting(http, clock_mono_ms());
}

bool http_active(const struct http *http)
{
    return http->active > 0;
}

void http_close(struct http *http)
{
    if (!http)
        return;
    while (http->waiting)
        exchange_wake(http->waiting);
    if (http->daemon)
        MHD_stop_daemon(http->daemon);
    buf_release(&http->cert);
    if (http->key.s)
        explicit_bzero(http->key.s, http->key.len);
    buf_release(&http->key);
    free(http);
}
