/**
 * Any request at all to a small store that is served, three times over one input: open,
 * with the workshop's code, and as somebody who is signed in. The first line is method,
 * address and flags, then headers as "name: value" up to an empty line, then the body.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odus/serve/serve.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PIECES = 2000, LINE_MAX_HERE = 20000 };

static struct store *store;
static struct forms *forms;
static char dir[200];

static void clean(void)
{
    static const char *const names[] = {"store/data.db", "store/data.db-wal",
            "store/data.db-shm", "store/drafts.db", "store/drafts.db-wal",
            "store/drafts.db-shm", "store/files", "store", ""};

    forms_free(forms);
    store_close(store);
    for (size_t i = 0; i < COUNT(names); i++) {
        char path[300];

        snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
        if (unlink(path) < 0)
            rmdir(path);
    }
}

static void open_store(void)
{
    const char *tmp = getenv("TMPDIR");
    char path[300];

    snprintf(dir, sizeof(dir), "%s/odus-fuzz-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(dir))
        abort();
    snprintf(path, sizeof(path), "%s/store", dir);
    if (store_open(&(struct store_options){.dir = path}, &store, NULL) < 0)
        abort();
    forms = forms_new(store, &(struct forms_options){.dir = dir, .lang = "fr"});
    atexit(clean);
}

/* The next line of REST as owned text; bytes that no library would hand on are none. */
static char *take_line(struct view *rest)
{
    struct view line = {NULL, 0};
    char *text;

    if (!view_next(rest, '\n', &line) || line.n > LINE_MAX_HERE)
        line.n = 0;
    text = calloc(1, line.n + 1);
    if (!text)
        abort();
    for (size_t i = 0; i < line.n; i++)
        text[i] = line.p[i] ? line.p[i] : ' ';
    return text;
}

static void take_header(struct request *rq, const char *line)
{
    const struct {
        const char *name, **to;
    } known[] = {
            {"content-type: ", &rq->type},
            {"content-encoding: ", &rq->encoding},
            {"authorization: ", &rq->authorization},
            {"cookie: ", &rq->cookie},
            {"host: ", &rq->host},
            {"origin: ", &rq->origin},
            {"if-match: ", &rq->if_match},
    };

    for (size_t i = 0; i < COUNT(known); i++)
        if (strncmp(line, known[i].name, strlen(known[i].name)) == 0)
            *known[i].to = line + strlen(known[i].name);
}

static void check(struct answer *a)
{
    struct json *json = NULL;
    struct buf text;
    enum stream_state state = STREAM_END;
    int64_t wake_ms = 0;

    if (a->status < 200 || a->status > 599)
        abort();
    buf_init(&text, 0);
    buf_addv(&text, buf_view(&a->body));
    for (int i = 0; a->stream.next && i < PIECES; i++) {
        state = a->stream.next(a->stream.ctx, &text, &wake_ms);
        if (state != STREAM_MORE)
            break;
    }
    if (state == STREAM_FAILED)
        abort();
    if (state == STREAM_END && json_parse(buf_view(&text), 0, &json, NULL))
        abort(); /* what is answered is JSON */
    json_free(json);
    buf_release(&text);
}

static void ask(const struct request *rq, bool loopback, const char *code)
{
    const struct serve_options opt = {
            .store = store, .forms = forms, .loopback = loopback, .code = code};
    struct serve *serve;
    struct answer a;

    if (serve_new(&opt, &serve, NULL) < 0)
        abort();
    serve_handle(serve, rq, &a);
    check(&a);
    answer_release(&a);
    serve_free(serve);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view rest = {(const char *)data, size};
    struct request rq = {.type = "application/json", .address = "192.0.2.1"};
    char *lines[12] = {NULL}, *method, *uri;
    size_t n = 0;

    if (!store)
        open_store();
    method = take_line(&rest);
    uri = strchr(method, ' ');
    if (uri)
        *uri++ = '\0';
    rq.method = method;
    rq.uri = uri ? uri : "/";
    while (n < COUNT(lines)) {
        lines[n] = take_line(&rest);
        if (!*lines[n++])
            break;
        take_header(&rq, lines[n - 1]);
    }
    rq.body = rest;
    rq.loopback = true;
    ask(&rq, true, NULL);
    ask(&rq, false, "ABCD-EFGH");
    rq.authorization = "Basic YXRlbGllcjpBQkNELUVGR0g=";
    ask(&rq, false, "ABCD-EFGH");
    while (n)
        free(lines[--n]);
    free(method);
    return 0;
}
