/* A request on its way in, its answer on its way out. */
#include "address.h"
#include "http_priv.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "odus/base/clock.h"
#include "odus/base/mem.h"

enum {
    PIECE = 32 * 1024,
    LEAST = 1024,     /* bytes that are worth a packet */
    LARGE_MOST = 4,   /* bodies of files at a time */
    PACK_FROM = 1024, /* smaller bodies are sent as they are */
};

/* --- streams ------------------------------------------------------------------- */

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

static enum stream_state take_pieces(struct exchange *x)
{
    struct stream *s = &x->answer.stream;
    enum stream_state state;
    struct buf piece;

    buf_init(&piece, 0);
    do {
        buf_clear(&piece);
        state = s->next(s->ctx, &piece, &x->wake_ms);
        if (state != STREAM_FAILED)
            take_piece(x, state, &piece);
    } while (state == STREAM_MORE && x->out.len < LEAST);
    buf_release(&piece);
    return x->out.full ? STREAM_FAILED : state;
}

/* Puts what comes next into OUT, read at one moment, under one lock; STREAM_FAILED: the
 * answer cannot be ended well. */
static enum stream_state fill(struct exchange *x)
{
    struct store *store = x->line->http->opt.store;

    buf_clear(&x->out);
    x->out_at = 0;
    if (store_begin_reading(store, NULL))
        return x->state = STREAM_FAILED;
    x->state = take_pieces(x);
    store_end_reading(store);
    return x->state;
}

static ssize_t read_stream(void *ctx, uint64_t pos, char *to, size_t max)
{
    struct exchange *x = ctx;
    size_t n;

    (void)pos;
    if (x->out_at == x->out.len && x->state != STREAM_END && x->state != STREAM_FAILED)
        fill(x);
    if (x->state == STREAM_FAILED)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    if (x->out_at == x->out.len && x->state == STREAM_END)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (x->out_at == x->out.len) {
        wait_begin(x);
        return 0;
    }
    n = x->out.len - x->out_at < max ? x->out.len - x->out_at : max;
    memcpy(to, x->out.s + x->out_at, n);
    x->out_at += n;
    return (ssize_t)n;
}

void exchange_wake(struct exchange *x)
{
    wait_forget(x);
    MHD_resume_connection(x->con);
}

/* --- answers ------------------------------------------------------------------- */

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

static struct MHD_Response *whole_response(struct buf *body)
{
    size_t n = body->len;

    return MHD_create_response_from_buffer(n, buf_take(body), MHD_RESPMEM_MUST_FREE);
}

/* A stream that ends in its first piece goes out in one packet with its head, not in
 * three with a turn of the loop between them. */
static struct MHD_Response *stream_response(struct exchange *x, bool packed)
{
    int64_t size = x->answer.size;

    x->gz = packed ? gz_new() : NULL;
    if (!size && fill(x) == STREAM_END)
        return whole_response(&x->out);
    return MHD_create_response_from_callback(
            size ? (uint64_t)size : MHD_SIZE_UNKNOWN, PIECE, read_stream, x, NULL);
}

static struct MHD_Response *make_response(struct exchange *x, bool *ret_packed)
{
    struct answer *a = &x->answer;
    bool gzip = accepts_gzip(x->con) && !a->size;

    *ret_packed = gzip && (a->stream.next || a->body.len >= PACK_FROM);
    if (a->stream.next)
        return stream_response(x, *ret_packed);
    if (*ret_packed)
        pack_body(&a->body);
    return whole_response(&a->body);
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
            {"Vary", a->many_origins ? "Accept-Encoding, Origin" : "Accept-Encoding"},
            {"Content-Encoding", packed ? "gzip" : ""},
            {"Set-Cookie", a->cookie},
            {"Allow", a->allow},
            {"ETag", a->etag},
            {"Content-Range", a->range},
            {"Accept-Ranges", a->size ? "bytes" : ""},
            {"WWW-Authenticate", a->basic ? "Basic realm=\"odus\"" : ""},
            {"Access-Control-Allow-Origin", a->origin},
            {"Access-Control-Allow-Credentials", a->credentials ? "true" : ""},
            {"Access-Control-Expose-Headers", *a->origin ? "ETag, Content-Range" : ""},
            {"Access-Control-Allow-Methods",
                    a->preflight ? "GET, HEAD, POST, PUT, DELETE" : ""},
            {"Access-Control-Allow-Headers",
                    !a->preflight    ? ""
                    : a->credentials ? "Accept, Content-Type, Range, If-Match, "
                                       "If-None-Match, Authorization"
                                     : "Accept, Content-Type, Range, If-None-Match"},
            {"Access-Control-Max-Age", a->preflight ? "600" : ""},
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

/* --- requests ------------------------------------------------------------------ */

static void client_of(
        struct MHD_Connection *con, char *text, size_t size, bool *loopback)
{
    const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(con, MHD_CONNECTION_INFO_CLIENT_ADDRESS);

    address_text(info ? info->client_addr : NULL, text, size);
    *loopback = address_is_loopback(text);
}

/* The last of the values that has this name is that of the nearest proxy. */
static enum MHD_Result keep_last(
        void *ctx, enum MHD_ValueKind kind, const char *name, const char *value)
{
    const char **last = ctx;

    (void)kind;
    if (value && strcasecmp(name, "X-Forwarded-For") == 0)
        *last = value;
    return MHD_YES;
}

/* Behind a proxy of this machine all come from it: it says who asked, last in the list.
 * Else one who tries passwords would shut the door to everybody. */
static void forwarded_for(struct MHD_Connection *con, char *text, size_t size)
{
    const char *list = NULL, *comma;
    struct sockaddr_storage at;
    char *last;

    MHD_get_connection_values(con, MHD_HEADER_KIND, keep_last, &list);
    if (!list)
        return;
    comma = strrchr(list, ',');
    last = view_dup(view_trim(view_of(comma ? comma + 1 : list)));
    if (address_socket(last, 0, &at))
        address_text((const struct sockaddr *)&at, text, size);
    free(last);
}

/* All but the body. */
static struct request describe(
        struct exchange *x, const char *method, char address[INET6_ADDRSTRLEN])
{
    struct request rq = {
            .method = method,
            .uri = x->uri,
            .type = header(x->con, "Content-Type"),
            .encoding = header(x->con, "Content-Encoding"),
            .authorization = header(x->con, "Authorization"),
            .cookie = header(x->con, "Cookie"),
            .host = header(x->con, "Host"),
            .origin = header(x->con, "Origin"),
            .if_match = header(x->con, "If-Match"),
            .if_none_match = header(x->con, "If-None-Match"),
            .range = header(x->con, "Range"),
            .asks_method = header(x->con, "Access-Control-Request-Method"),
            .address = address,
            .tls = x->line->http->opt.tls_cert != NULL,
    };

    client_of(x->con, address, INET6_ADDRSTRLEN, &rq.loopback);
    if (rq.loopback)
        forwarded_for(x->con, address, INET6_ADDRSTRLEN);
    return rq;
}

static enum MHD_Result answer_request(struct exchange *x, const char *method)
{
    char address[INET6_ADDRSTRLEN];
    struct http *http = x->line->http;
    struct request rq = describe(x, method, address);

    rq.body = buf_view(&x->body);
    serve_handle(http->opt.serve, &rq, &x->answer);
    x->answering = true;
    http->active++;
    return queue(x);
}

static enum MHD_Result refuse_large(struct exchange *x, bool later)
{
    answer_init(&x->answer);
    x->answering = x->too_large = true;
    x->line->http->active++;
    x->answer.status = later ? 503 : 413;
    buf_addf(&x->answer.body, "{\"error\":\"%s\",\"reason\":\"%s\"}\n",
            later ? "busy" : "too_large",
            later ? "too much at a time" : "the request entity is too large");
    return queue(x);
}

/* A file may be longer; few at a time, because they stand in memory. */
static bool take_large(struct exchange *x)
{
    struct http *http = x->line->http;

    if (http->large >= LARGE_MOST)
        return false;
    x->large = true;
    x->body.max = SERVE_FILE_MAX;
    http->large++;
    return true;
}

/* Whether who sends it has signed in; else the answer is ready. */
static bool is_known(struct exchange *x, const char *method)
{
    char address[INET6_ADDRSTRLEN];
    struct request rq = describe(x, method, address);

    if (serve_knows(x->line->http->opt.serve, &rq, &x->answer)) {
        answer_release(&x->answer);
        return true;
    }
    x->answering = x->too_large = true;
    x->line->http->active++;
    return false;
}

/* Memory is not for strangers, and there is an end to it: whether a body of N bytes may
 * come. */
static enum MHD_Result begin_long(struct exchange *x, const char *method, size_t n)
{
    if (n > SERVE_BODY_MAX && (n > SERVE_FILE_MAX || !serve_takes_files(x->uri)))
        return refuse_large(x, false);
    if (!is_known(x, method))
        return queue(x);
    if (x->line->http->held + n > x->line->http->opt.bodies_max)
        return refuse_large(x, true);
    x->body.max = SERVE_BODY_MAX;
    return n <= SERVE_BODY_MAX || take_large(x) ? MHD_YES : refuse_large(x, true);
}

/* The head is here: whether the body may come. */
static enum MHD_Result begin_request(struct exchange *x, const char *method)
{
    const char *length = header(x->con, "Content-Length");
    long long n = 0;

    x->has_head = true;
    if (length && (!view_int(view_of(length), &n) || n < 0))
        return refuse_large(x, false);
    if (n > SERVE_STRANGER_MAX)
        return begin_long(x, method, (size_t)n);
    return MHD_YES;
}

/* What did not tell its size is longer than a stranger's may be. */
static bool grow(struct exchange *x, const char *method)
{
    if (x->body.max != SERVE_STRANGER_MAX || !is_known(x, method))
        return false;
    x->body.max = SERVE_BODY_MAX;
    return true;
}

/* A connection whose body is too much now is cut: an answer would have to wait for its
 * end. */
static enum MHD_Result take_body(
        struct exchange *x, const char *method, struct view piece)
{
    struct http *http = x->line->http;

    if (http->held + piece.n > http->opt.bodies_max ||
            (x->body.len + piece.n > x->body.max && !grow(x, method)))
        return MHD_NO;
    http->held += piece.n;
    x->held += piece.n;
    buf_addv(&x->body, piece);
    return x->body.full ? MHD_NO : MHD_YES;
}

enum MHD_Result on_request(void *cls, struct MHD_Connection *con, const char *url,
        const char *method, const char *version, const char *data, size_t *size,
        void **ctx)
{
    struct exchange *x = *ctx;

    (void)cls, (void)con, (void)url, (void)version;
    if (!x)
        return MHD_NO;
    if (!x->has_head)
        return begin_request(x, method);
    if (*size) {
        struct view piece = {data, *size};

        *size = 0;
        return take_body(x, method, piece);
    }
    return x->answering ? MHD_YES : answer_request(x, method);
}

/* The first line of a request is here. */
void *on_uri(void *cls, const char *uri, struct MHD_Connection *con)
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
    buf_init(&x->body, SERVE_STRANGER_MAX);
    buf_init(&x->out, 0);
    return x;
}

void on_completed(void *cls, struct MHD_Connection *con, void **ctx,
        enum MHD_RequestTerminationCode why)
{
    struct exchange *x = *ctx;

    (void)cls, (void)con, (void)why;
    if (!x)
        return;
    wait_forget(x);
    x->line->http->large -= x->large;
    x->line->http->held -= x->held;
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
