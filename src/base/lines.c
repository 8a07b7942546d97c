#include "odus/base/lines.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "odus/base/clock.h"
#include "odus/base/mem.h"

enum { CHUNK = 4096 };

void lines_init(struct lines *l, int fd, size_t max)
{
    *l = (struct lines){.fd = fd, .max = max ? max : LINES_MAX};
    buf_init(&l->buf, l->max + CHUNK);
    l->buf.secret = true;
}

void lines_release(struct lines *l)
{
    if (l)
        buf_release(&l->buf);
}

static int io_error(struct err *err)
{
    return err_set(err, ERR_IO, N_("the other program cannot be reached: %1$s"),
            strerror(errno));
}

/* --- reading ------------------------------------------------------------------- */

static void drop_front(struct lines *l, size_t n)
{
    memmove(l->buf.s, l->buf.s + n, l->buf.len - n);
    buf_cut(&l->buf, l->buf.len - n);
    l->seen = 0;
}

static int too_long(struct err *err)
{
    return err_set(err, ERR_LIMIT, N_("a line of the other program is too long"));
}

/* Bytes of the first line without its end, or -1 when it is not there whole. */
static long line_length(struct lines *l)
{
    const char *end = memchr(l->buf.s + l->seen, '\n', l->buf.len - l->seen);

    if (end)
        return end - l->buf.s;
    l->seen = l->buf.len;
    return l->ended && l->buf.len ? (long)l->buf.len : -1;
}

static int read_value(struct lines *l, size_t n, struct json **ret, struct err *err)
{
    struct view line = view_trim((struct view){l->buf.s, n});
    size_t whole = n < l->buf.len ? n + 1 : n;
    int rc = 0;

    if (l->skipping)
        l->skipping = false;
    else if (whole > l->max)
        rc = too_long(err);
    else if (line.n)
        rc = json_parse_secret(line, l->max, ret, err) ? ERR_INVALID : 1;
    drop_front(l, whole);
    return rc;
}

/* The first line of what came: 1, an error, or 0 when none is whole. */
static int take_line(struct lines *l, struct json **ret, struct err *err)
{
    long n;

    while ((n = line_length(l)) >= 0) {
        int rc = read_value(l, (size_t)n, ret, err);

        if (rc)
            return rc;
    }
    if (l->buf.len < l->max)
        return 0;
    drop_front(l, l->buf.len);
    if (l->skipping)
        return 0;
    l->skipping = true;
    return too_long(err);
}

/* 1: something came, or the end; 0: nothing within the time. */
static int fill(struct lines *l, int wait_ms, struct err *err)
{
    struct pollfd p = {.fd = l->fd, .events = POLLIN};
    char chunk[CHUNK];
    int ready = poll(&p, 1, wait_ms);
    ssize_t n;

    if (ready == 0 || (ready < 0 && errno == EINTR))
        return 0;
    n = ready < 0 ? -1 : read(l->fd, chunk, sizeof(chunk));
    if (n < 0)
        return errno == EINTR || errno == EAGAIN ? 0 : io_error(err);
    l->ended = n == 0;
    buf_add(&l->buf, chunk, (size_t)n);
    explicit_bzero(chunk, (size_t)n);
    return 1;
}

static int time_left(int64_t until_ms)
{
    int64_t left = until_ms - clock_mono_ms();

    return left > 0 ? (int)left : 0;
}

int lines_next(struct lines *l, int wait_ms, struct json **ret, struct err *err)
{
    int64_t until_ms = clock_mono_ms() + wait_ms;

    for (;;) {
        int rc = take_line(l, ret, err);
        int left = wait_ms < 0 ? -1 : time_left(until_ms);

        if (rc)
            return rc;
        if (l->ended)
            return err_set(err, ERR_NOT_FOUND, N_("the other program has ended"));
        rc = fill(l, left, err);
        if (rc < 0 || (rc == 0 && left == 0))
            return rc;
    }
}

/* --- writing ------------------------------------------------------------------- */

static int write_some(int fd, struct view *rest, struct err *err)
{
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    ssize_t n = write(fd, rest->p, rest->n);

    if (n < 0 && errno == EAGAIN) {
        poll(&p, 1, -1);
        return 0;
    }
    if (n < 0)
        return errno == EINTR ? 0 : io_error(err);
    rest->p += n;
    rest->n -= (size_t)n;
    return 0;
}

int lines_put(int fd, const struct json *value, struct err *err)
{
    struct buf text;
    struct view rest;
    int rc = 0;

    buf_init(&text, 0);
    text.secret = true;
    json_canonical(value, &text);
    buf_addc(&text, '\n');
    rest = buf_view(&text);
    while (rc == 0 && rest.n)
        rc = write_some(fd, &rest, err);
    buf_release(&text);
    return rc;
}

/* --- errors on the channel -------------------------------------------------------- */

void lines_set_err(struct json *event, const struct err *err)
{
    struct json *args = json_new_array();

    for (size_t i = 0; i < ERR_ARGS && err->args[i][0]; i++)
        json_push_take(args, json_text(view_of(err->args[i])));
    json_set_take(event, "code", json_int(err->code));
    json_set_text(event, "message", err->id ? err->id : "");
    json_set_take(event, "args", args);
}

char *lines_get_err(const struct json *event, struct err *ret)
{
    const struct json *args = json_get(event, "args");
    const char *message = json_get_text(event, "message");
    char *owned = xstrdup(message ? message : "");
    const char *text[ERR_ARGS + 2] = {owned};
    int n = 1;

    for (size_t i = 0; i < json_len(args) && n <= ERR_ARGS; i++) {
        const char *arg = json_as_text(json_at(args, i));

        text[n++] = arg ? arg : "";
    }
    err_set_(ret, (int)json_get_int(event, "code", ERR_IO), text);
    return owned;
}

void lines_add_sentence(const struct json *event,
        const char *(*translate)(const char *id), struct buf *out)
{
    const struct json *args = json_get(event, "args");
    const char *message = json_get_text(event, "message"), *texts[ERR_ARGS];
    int n = 0;

    for (; n < ERR_ARGS && n < (int)json_len(args); n++) {
        const char *text = json_as_text(json_at(args, (size_t)n));

        texts[n] = text ? text : "";
    }
    err_expand(translate(message ? message : ""), texts, n, out);
}
