#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "stand.h"

#include <arpa/inet.h>
#include <errno.h>
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

enum { REQUEST_MAX = 1024 * 1024 };

struct stand {
    pid_t pid;
    int listener, alive[2], held[2];
    char url[40];
    stand_handler *handler;
    struct stand_memory *memory;
};

static void must(bool good, const char *what)
{
    if (good)
        return;
    perror(what);
    abort();
}

/* --- what handlers use ------------------------------------------------------------ */

void stand_wrong(struct stand_memory *m, const char *what, const char *value)
{
    if (!*m->wrong)
        snprintf(m->wrong, sizeof(m->wrong), "%s: %.400s", what, value ? value : "");
}

struct stand_thing *stand_thing(struct stand_memory *m, const char *name, bool make)
{
    struct stand_thing *t;

    for (size_t i = 0; i < m->n; i++)
        if (strcmp(m->things[i].name, name) == 0)
            return &m->things[i];
    if (!make || m->n == STAND_THINGS)
        return NULL;
    t = &m->things[m->n++];
    snprintf(t->name, sizeof(t->name), "%s", name);
    t->number = 1000 + (long long)m->n;
    m->created++;
    return t;
}

const char *stand_head(const struct stand_request *rq, const char *name)
{
    static char value[400];
    size_t n = strlen(name);

    for (const char *line = rq->head; line && *line; line = strstr(line, "\r\n")) {
        line += *line == '\r' ? 2 : 0;
        if (strncasecmp(line, name, n) == 0 && line[n] == ':') {
            const char *from = line + n + 1 + strspn(line + n + 1, " ");

            snprintf(value, sizeof(value), "%.*s", (int)strcspn(from, "\r\n"), from);
            return value;
        }
    }
    return NULL;
}

static const char *find(struct view v, const char *what)
{
    return v.n ? memmem(v.p, v.n, what, strlen(what)) : NULL;
}

static bool one_part(struct view part,
        void (*fn)(void *ctx, const char *name, const char *head, struct view bytes),
        void *ctx)
{
    const char *end = find(part, "\r\n\r\n");
    char head[600], name[100], *at;

    if (!end || (size_t)(end - part.p) >= sizeof(head))
        return false;
    snprintf(head, sizeof(head), "%.*s", (int)(end - part.p), part.p);
    at = strstr(head, "Content-Disposition: form-data; name=\"");
    if (!at)
        return false;
    at = strchr(at, '"') + 1;
    snprintf(name, sizeof(name), "%.*s", (int)strcspn(at, "\""), at);
    end += 4;
    fn(ctx, name, head, (struct view){end, part.n - (size_t)(end - part.p)});
    return true;
}

bool stand_parts(const struct stand_request *rq,
        void (*fn)(void *ctx, const char *name, const char *head, struct view bytes),
        void *ctx)
{
    static const char type[] = "multipart/form-data; boundary=";
    const char *value = stand_head(rq, "Content-Type");
    struct view rest = rq->body;
    char mark[200];
    bool good = true;

    if (!value || strncmp(value, type, sizeof(type) - 1) != 0)
        return false;
    snprintf(mark, sizeof(mark), "--%.150s", value + sizeof(type) - 1);
    if (rest.n < strlen(mark) || memcmp(rest.p, mark, strlen(mark)) != 0)
        return false;
    rest.p += strlen(mark);
    rest.n -= strlen(mark);
    snprintf(mark, sizeof(mark), "\r\n--%.150s", value + sizeof(type) - 1);
    while (good && rest.n > 2 && memcmp(rest.p, "\r\n", 2) == 0) {
        const char *end = find(rest, mark);

        if (!end)
            return false;
        good = one_part((struct view){rest.p + 2, (size_t)(end - rest.p) - 2}, fn, ctx);
        rest.n -= (size_t)(end - rest.p) + strlen(mark);
        rest.p = end + strlen(mark);
    }
    return good && rest.n >= 2 && memcmp(rest.p, "--", 2) == 0;
}

/* --- the server ------------------------------------------------------------------- */

static bool readable(struct stand *s, int fd)
{
    struct pollfd p[2] = {
            {.fd = s->alive[0], .events = POLLIN}, {.fd = fd, .events = POLLIN}};

    if (poll(p, 2, -1) < 0)
        return false;
    if (p[0].revents)
        _exit(0);
    return true;
}

static size_t length_of(const char *head)
{
    const char *at = strcasestr(head, "\r\nContent-Length:");

    return at ? (size_t)strtoul(at + 17, NULL, 10) : 0;
}

static bool read_request(struct stand *s, int fd, char *text, struct stand_request *rq)
{
    size_t have = 0;
    char *end = NULL;

    while (!end || have < (size_t)(end + 4 - text) + length_of(text)) {
        ssize_t n;

        must(have < REQUEST_MAX - 1, "stand: too long");
        readable(s, fd);
        n = read(fd, text + have, REQUEST_MAX - 1 - have);
        if (n <= 0)
            return false;
        have += (size_t)n;
        text[have] = '\0';
        end = end ? end : strstr(text, "\r\n\r\n");
    }
    rq->body = (struct view){end + 4, have - (size_t)(end + 4 - text)};
    end[2] = '\0';
    rq->head = text;
    snprintf(rq->method, sizeof(rq->method), "%.*s", (int)strcspn(text, " "), text);
    text += strcspn(text, " ") + 1;
    snprintf(rq->path, sizeof(rq->path), "%.*s", (int)strcspn(text, " \r"), text);
    return true;
}

static void put(int fd, const char *bytes, size_t n)
{
    while (n) {
        ssize_t sent = send(fd, bytes, n, MSG_NOSIGNAL);

        if (sent <= 0)
            return;
        bytes += sent;
        n -= (size_t)sent;
    }
}

static void say(
        int fd, int status, const char *more, const char *type, const char *body)
{
    char head[400];

    snprintf(head, sizeof(head),
            "HTTP/1.1 %d X\r\nContent-Type: %s\r\nContent-Length: %zu\r\n%s"
            "Connection: close\r\n\r\n",
            status, type, strlen(body), more);
    put(fd, head, strlen(head));
    put(fd, body, strlen(body));
}

#define JSON "application/json"

static void answer_without_end(int fd)
{
    static const char head[] = "HTTP/1.1 200 X\r\nContent-Type: application/json\r\n"
                               "Connection: close\r\n\r\n{\"event\":{\"uid\":\"";
    char block[4096];

    memset(block, 'x', sizeof(block));
    put(fd, head, sizeof(head) - 1);
    while (send(fd, block, sizeof(block), MSG_NOSIGNAL) > 0)
        ;
}

static void wait_for_ever(struct stand *s, int fd)
{
    char c = 'k';

    must(write(s->held[1], &c, 1) == 1, "stand: held");
    while (readable(s, fd) && read(fd, &c, 1) > 0)
        ;
}

/* Refusals of the mood; false: the request is to be done. */
static bool refuse(struct stand *s, char mood, int fd)
{
    switch (mood) {
    case 'u':
        s->memory->token++; /* the one that is out is worth nothing */
        say(fd, 401, "", JSON, "{\"error\":\"token expired\"}");
        return true;
    case 'm': say(fd, 429, "Retry-After: 0\r\n", JSON, "{}"); return true;
    case 'a': say(fd, 503, "", JSON, "{}"); return true;
    case 'f': say(fd, 500, "", JSON, "{\"message\":\"fault\"}"); return true;
    case 'h': say(fd, 200, "", "text/html", "<html>Sign in</html>"); return true;
    case 'r':
        say(fd, 400, "", JSON,
                "{\"message\":\"bad\",\"errors\":[{\"field\":\"title\",\"message\":"
                "\"too \\u001b[31m long\"}]}");
        return true;
    default: return false;
    }
}

static void answer(struct stand *s, int fd, const struct stand_request *rq)
{
    struct stand_memory *m = s->memory;
    bool aside = strstr(rq->path, "oken") || strstr(rq->path, "detailed=1");
    char mood = !aside && m->moods[m->mood] ? m->moods[m->mood++] : '.';
    struct buf body;
    int status;

    m->requests++;
    if (refuse(s, mood, fd))
        return;
    buf_init(&body, 0);
    status = s->handler(m, rq, &body);
    if (mood == 'c')
        put(fd,
                "HTTP/1.1 200 X\r\nContent-Type: application/json\r\n"
                "Content-Length: 500\r\n\r\n{\"ev",
                75);
    else if (mood == 'w')
        say(fd, 200, "", JSON,
                "{\"event\":[1],\"location\":{\"uid\":\"x\"},\"id\":{}}");
    else if (mood == 'e')
        answer_without_end(fd);
    else if (mood == 'k')
        wait_for_ever(s, fd);
    else if (mood != 'l')
        say(fd, status, "", JSON, body.s);
    buf_release(&body);
}

static void serve(struct stand *s)
{
    char *text = malloc(REQUEST_MAX);

    must(text != NULL, "stand");
    close(s->alive[1]);
    signal(SIGPIPE, SIG_IGN);
    for (;;) {
        struct stand_request rq;
        int fd;

        readable(s, s->listener);
        fd = accept(s->listener, NULL, NULL);
        if (fd < 0)
            continue;
        if (read_request(s, fd, text, &rq))
            answer(s, fd, &rq);
        close(fd);
    }
}

/* --- its maker's side ------------------------------------------------------------- */

struct stand *stand_start(stand_handler *handler)
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    struct stand *s = calloc(1, sizeof(*s));
    socklen_t n = sizeof(a);

    must(s != NULL, "stand");
    s->handler = handler;
    s->memory = mmap(NULL, sizeof(*s->memory), PROT_READ | PROT_WRITE,
            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    must(s->memory != MAP_FAILED, "stand: memory");
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(s->listener >= 0 && bind(s->listener, (struct sockaddr *)&a, n) == 0 &&
                    listen(s->listener, 8) == 0 &&
                    getsockname(s->listener, (struct sockaddr *)&a, &n) == 0,
            "stand: no port");
    snprintf(s->url, sizeof(s->url), "http://127.0.0.1:%d", ntohs(a.sin_port));
    must(pipe(s->alive) == 0 && pipe(s->held) == 0, "stand: pipe");
    fflush(NULL);
    s->pid = fork();
    must(s->pid >= 0, "stand: fork");
    if (s->pid == 0)
        serve(s);
    close(s->alive[0]);
    return s;
}

const char *stand_url(const struct stand *s)
{
    return s->url;
}

struct stand_memory *stand_memory(struct stand *s)
{
    return s->memory;
}

void stand_moods(struct stand *s, const char *moods)
{
    memset(s->memory->moods, 0, sizeof(s->memory->moods));
    snprintf(s->memory->moods, sizeof(s->memory->moods), "%s", moods);
    s->memory->mood = 0;
}

void stand_wait(struct stand *s)
{
    char c;

    must(read(s->held[0], &c, 1) == 1, "stand: held");
}

void stand_stop(struct stand *s)
{
    char wrong[sizeof(s->memory->wrong)];

    close(s->alive[1]);
    while (waitpid(s->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    close(s->listener);
    close(s->held[0]);
    close(s->held[1]);
    memcpy(wrong, s->memory->wrong, sizeof(wrong));
    munmap(s->memory, sizeof(*s->memory));
    free(s);
    assert_string_equal(wrong, "");
}
