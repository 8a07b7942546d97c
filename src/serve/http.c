/* libmicrohttpd: bytes in, requests to serve_handle, answers out. */
#include "odus/serve/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gzip.h"
#include "odus/base/clock.h"
#include "odus/base/file.h"
#include "odus/base/mem.h"

enum {
    CONNECTIONS = 200,
    CONNECTIONS_OF_ADDRESS = 40,
    HEAD_BYTES = 32 * 1024, /* of memory for heads and for what is on its way */
    IDLE_SECONDS = 90,      /* without a byte moving, in either direction */
    PIECE = 32 * 1024,
    PACK_FROM = 1024, /* smaller bodies are sent as they are */
    CHECK_MS = 1000,  /* who is too slow? */
    CHANGE_MS = 200,  /* has anyone written to the store? */
    PEM_MAX = 256 * 1024,
};

/* One connection. Since when has its next request been awaited? */
struct line {
    struct http *http;
    struct line *next, **back;
    int fd;
    int64_t since_ms;
    struct exchange *exchange; /* the request on it, NULL none */
    bool cut;
};

/* One request and its answer. */
struct exchange {
    struct line *line;
    struct MHD_Connection *con;
    char *uri;
    struct buf body;
    bool has_head, too_large, answering;
    struct answer answer;
    struct gz *gz; /* of a stream, NULL plain */
    struct buf out;
    size_t out_at;
    bool ended;
    int64_t wake_ms; /* while it waits */
    struct exchange *next_waiting, **back_waiting;
};

struct http {
    struct http_options opt;
    struct MHD_Daemon *daemon;
    struct buf cert, key;
    struct line *lines;
    struct exchange *waiting;
    int64_t generation; /* of the store when those who wait were last looked at */
    int64_t checked_ms;
    int active; /* requests that are being answered */
    bool quiet;
};

/* --- streams -----------------------------------------------------------------------
 */

static void wait_begin(struct exchange *x)
{
    struct http *http = x->line->http;

    x->next_waiting = http->waiting;
    if (http->waiting)
        http->waiting->back_waiting = &x->next_waiting;
    http->waiting = x;
    x->back_waiting = &http->waiting;
    MHD_suspend_connection(x->con);
}

static void wait_forget(struct exchange *x)
{
    if (!x->back_waiting)
        return;
    *x->back_waiting = x->next_waiting;
    if (x->next_waiting)
        x->next_waiting->back_waiting = x->back_waiting;
    x->back_waiting = NULL;
}

/* Packs PIECE as it must be in this state, or takes it as it is. */
static void take_piece(struct exchange *x, enum stream_state state, struct buf *piece)
{
    enum gz_flush flush = state == STREAM_END    ? GZ_END
                          : state == STREAM_WAIT ? GZ_SEND
                                                 : GZ_HOLD;

    if (!x->gz)
        buf_addv(&x->out, buf_view(piece));
    else if (piece->len || state == STREAM_END)
        gz_pack(x->gz, buf_view(piece), flush, &x->out);
}

/* Puts what comes next into OUT; false when the answer cannot be ended well. */
static bool fill(struct exchange *x, enum stream_state *ret)
{
    struct stream *s = &x->answer.stream;
    struct buf piece;

    buf_clear(&x->out);
    x->out_at = 0;
    buf_init(&piece, 0);
    do {
        buf_clear(&piece);
        *ret = s->next(s->ctx, &piece, &x->wake_ms);
        if (*ret != STREAM_FAILED)
            take_piece(x, *ret, &piece);
    } while (*ret == STREAM_MORE && !x->out.len);
    x->ended = *ret == STREAM_END;
    buf_release(&piece);
    return *ret != STREAM_FAILED && !x->out.full;
}

static ssize_t read_stream(void *ctx, uint64_t pos, char *to, size_t max)
{
    struct exchange *x = ctx;
    enum stream_state state;
    size_t n;

    (void)pos;
    if (x->out_at == x->out.len) {
        if (x->ended)
            return MHD_CONTENT_READER_END_OF_STREAM;
        if (!fill(x, &state))
            return MHD_CONTENT_READER_END_WITH_ERROR;
        if (!x->out.len && state == STREAM_END)
            return MHD_CONTENT_READER_END_OF_STREAM;
        if (!x->out.len) {
            wait_begin(x);
            return 0;
        }
    }
    n = x->out.len - x->out_at < max ? x->out.len - x->out_at : max;
    memcpy(to, x->out.s + x->out_at, n);
    x->out_at += n;
    return (ssize_t)n;
}

/* --- answers -------------------------------------------------------------------------
 */

static const char *header(struct MHD_Connection *con, const char *name)
{
    return MHD_lookup_connection_value(con, MHD_HEADER_KIND, name);
}

/* gzip among what is accepted; `q=0` is not worth a parser, and nobody says it. */
static bool accepts_gzip(struct MHD_Connection *con)
{
    const char *accepted = header(con, MHD_HTTP_HEADER_ACCEPT_ENCODING);

    return accepted && strstr(accepted, "gzip") && !strstr(accepted, "gzip;q=0");
}

static void pack_body(struct buf *body)
{
    struct gz *gz = gz_new();
    struct buf packed;

    buf_init(&packed, 0);
    gz_pack(gz, buf_view(body), GZ_END, &packed);
    gz_free(gz);
    buf_release(body);
    *body = packed;
}

static struct MHD_Response *make_response(struct exchange *x, bool *ret_packed)
{
    struct answer *a = &x->answer;
    bool gzip = accepts_gzip(x->con);
    size_t n;

    *ret_packed = gzip && (a->stream.next || a->body.len >= PACK_FROM);
    if (a->stream.next) {
        x->gz = *ret_packed ? gz_new() : NULL;
        return MHD_create_response_from_callback(
                MHD_SIZE_UNKNOWN, PIECE, read_stream, x, NULL);
    }
    if (*ret_packed)
        pack_body(&a->body);
    n = a->body.len;
    return MHD_create_response_from_buffer(
            n, buf_take(&a->body), MHD_RESPMEM_MUST_FREE);
}

static void add_headers(struct MHD_Response *r, const struct answer *a, bool packed)
{
    const struct {
        const char *name, *value;
    } all[] = {
            {"Content-Type", a->type},
            {"Cache-Control", "must-revalidate"},
            {"Server", "odus/" ODUS_VERSION},
            {"X-Content-Type-Options", "nosniff"},
            {"Vary", "Accept-Encoding"},
            {"Content-Encoding", packed ? "gzip" : ""},
            {"Set-Cookie", a->cookie},
            {"Allow", a->allow},
            {"WWW-Authenticate", a->basic ? "Basic realm=\"odus\"" : ""},
    };

    for (size_t i = 0; i < COUNT(all); i++)
        if (*all[i].value)
            MHD_add_response_header(r, all[i].name, all[i].value);
}

static enum MHD_Result queue(struct exchange *x)
{
    bool packed;
    struct MHD_Response *r = make_response(x, &packed);
    enum MHD_Result rc;

    add_headers(r, &x->answer, packed);
    if (x->too_large || x->line->http->quiet)
        MHD_add_response_header(r, "Connection", "close");
    rc = MHD_queue_response(x->con, (unsigned)x->answer.status, r);
    MHD_destroy_response(r);
    return rc;
}

/* --- requests
 * -------------------------------------------------------------------------- */

static void client_of(
        struct MHD_Connection *con, char *text, size_t size, bool *loopback)
{
    const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(con, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr_in *in = info ? (const void *)info->client_addr : NULL;

    *loopback = in && in->sin_family == AF_INET &&
                ntohl(in->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    if (!in || !inet_ntop(AF_INET, &in->sin_addr, text, (socklen_t)size))
        snprintf(text, size, "?");
}

static enum MHD_Result answer_request(struct exchange *x, const char *method)
{
    char address[INET_ADDRSTRLEN];
    struct http *http = x->line->http;
    struct request rq = {
            .method = method,
            .uri = x->uri,
            .body = buf_view(&x->body),
            .type = header(x->con, "Content-Type"),
            .encoding = header(x->con, "Content-Encoding"),
            .authorization = header(x->con, "Authorization"),
            .cookie = header(x->con, "Cookie"),
            .host = header(x->con, "Host"),
            .origin = header(x->con, "Origin"),
            .if_match = header(x->con, "If-Match"),
            .address = address,
            .tls = http->opt.tls_cert != NULL,
    };

    client_of(x->con, address, sizeof(address), &rq.loopback);
    serve_handle(http->opt.serve, &rq, &x->answer);
    x->answering = true;
    http->active++;
    return queue(x);
}

static enum MHD_Result refuse_large(struct exchange *x)
{
    static const char text[] = "{\"error\":\"too_large\",\"reason\":\"the request "
                               "entity is too large\"}\n";

    answer_init(&x->answer);
    x->answering = x->too_large = true;
    x->line->http->active++;
    x->answer.status = 413;
    buf_adds(&x->answer.body, text);
    return queue(x);
}

/* The head is here: whether the body may come. */
static enum MHD_Result begin_request(struct exchange *x)
{
    const char *length = header(x->con, "Content-Length");
    long long n = 0;

    x->has_head = true;
    if (length && (!view_int(view_of(length), &n) || n > SERVE_BODY_MAX))
        return refuse_large(x);
    return MHD_YES;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *con,
        const char *url, const char *method, const char *version, const char *data,
        size_t *size, void **ctx)
{
    struct exchange *x = *ctx;

    (void)cls, (void)con, (void)url, (void)version;
    if (!x)
        return MHD_NO;
    if (!x->has_head)
        return begin_request(x);
    if (*size) {
        buf_add(&x->body, data, *size);
        *size = 0;
        return x->body.full ? MHD_NO : MHD_YES; /* a body that did not tell its size */
    }
    return x->answering ? MHD_YES : answer_request(x, method);
}

/* The first line of a request is here. */
static void *on_uri(void *cls, const char *uri, struct MHD_Connection *con)
{
    const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(con, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct exchange *x;

    (void)cls;
    if (!info || !info->socket_context)
        return NULL;
    x = xcalloc(1, sizeof(*x));
    x->line = info->socket_context;
    x->line->exchange = x;
    x->line->since_ms = clock_mono_ms();
    x->con = con;
    x->uri = xstrdup(uri);
    buf_init(&x->body, SERVE_BODY_MAX);
    buf_init(&x->out, 0);
    return x;
}

static void on_completed(void *cls, struct MHD_Connection *con, void **ctx,
        enum MHD_RequestTerminationCode why)
{
    struct exchange *x = *ctx;

    (void)cls, (void)con, (void)why;
    if (!x)
        return;
    wait_forget(x);
    if (x->answering) {
        x->line->http->active--;
        answer_release(&x->answer);
    }
    x->line->exchange = NULL;
    x->line->since_ms = clock_mono_ms();
    gz_free(x->gz);
    buf_release(&x->out);
    buf_release(&x->body);
    free(x->uri);
    free(x);
    *ctx = NULL;
}

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

/* --- those who are too slow, and those who wait
 * ---------------------------------------- */

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
            wait_forget(x);
            MHD_resume_connection(x->con);
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

/* --- opening and closing
 * ------------------------------------------------------------------ */

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
    struct sockaddr_in in = {
            .sin_family = AF_INET, .sin_port = htons((uint16_t)http->opt.port)};
    struct MHD_OptionItem with_tls[] = {
            {MHD_OPTION_HTTPS_MEM_CERT, 0, http->cert.s},
            {MHD_OPTION_HTTPS_MEM_KEY, 0, http->key.s},
            {MHD_OPTION_END, 0, NULL},
    };

    if (inet_pton(AF_INET, http->opt.host, &in.sin_addr) != 1)
        return err_set(err, ERR_USAGE, N_("%1$s is no address of this machine"),
                http->opt.host);
    errno = 0;
    http->daemon = MHD_start_daemon(flags, 0, NULL, NULL, on_request, http,
            MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&in, MHD_OPTION_URI_LOG_CALLBACK,
            on_uri, http, MHD_OPTION_NOTIFY_COMPLETED, on_completed, http,
            MHD_OPTION_NOTIFY_CONNECTION, on_connection, http,
            MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
            MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)CONNECTIONS_OF_ADDRESS,
            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEAD_BYTES,
            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS, MHD_OPTION_ARRAY,
            tls ? with_tls : with_tls + 2, MHD_OPTION_END);
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
    while (http->waiting) {
        struct exchange *x = http->waiting;

        wait_forget(x);
        MHD_resume_connection(x->con);
    }
    if (http->daemon)
        MHD_stop_daemon(http->daemon);
    buf_release(&http->cert);
    if (http->key.s)
        memset(http->key.s, 0, http->key.len);
    buf_release(&http->key);
    free(http);
}
