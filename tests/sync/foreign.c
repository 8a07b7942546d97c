#include "foreign.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "odus/base/mem.h"
#include "odus/net/net.h"
#include "quotes.h"

enum { PATIENCE_MS = 60 * 1000 };

struct foreign {
    pid_t pid;
    int to;
    const char *mode;
    char folder[300], url[60];
    int port;
};

static const char *packages(void)
{
    static char folder[300];
    const char *given = getenv("ODUS_PEERS");

    if (given)
        snprintf(folder, sizeof(folder), "%s", given);
    else if (!realpath("build/peers", folder))
        return NULL;
    return folder;
}

/* In one of the folders of PATH. */
static bool has_node(void)
{
    const char *path = getenv("PATH");
    struct view rest = view_of(path ? path : ""), folder;
    char file[500];

    while (view_next(&rest, ':', &folder)) {
        snprintf(file, sizeof(file), "%.*s/node", (int)folder.n, folder.p);
        if (access(file, X_OK) == 0)
            return true;
    }
    return false;
}

bool foreign_there(void)
{
    char path[400];

    if (!packages())
        return false;
    snprintf(path, sizeof(path), "%s/node_modules/pouchdb-server/package.json",
            packages());
    return access(path, R_OK) == 0 && has_node();
}

/* The line that says its port; 0 when none comes. */
static int read_port(int fd)
{
    char text[20];
    size_t n = 0;

    while (n < sizeof(text) - 1) {
        struct pollfd p = {.fd = fd, .events = POLLIN};

        if (poll(&p, 1, PATIENCE_MS) <= 0 || read(fd, text + n, 1) != 1)
            return 0;
        if (text[n] == '\n')
            break;
        n++;
    }
    text[n] = '\0';
    return (int)strtol(text, NULL, 10);
}

static void start(struct foreign *f)
{
    char port[12];
    int to[2], from[2];

    snprintf(port, sizeof(port), "%d", f->port);
    assert_int_equal(pipe(to) | pipe(from), 0);
    setenv("ODUS_PEERS", packages(), 1);
    fflush(NULL);
    f->pid = fork();
    assert_true(f->pid >= 0);
    if (f->pid == 0) {
        dup2(to[0], STDIN_FILENO);
        dup2(from[1], STDOUT_FILENO);
        for (int fd = 3; fd < 256; fd++)
            close(fd);
        execlp("node", "node", "tests/peers/server.js", f->folder, f->mode, port,
                (char *)NULL);
        _exit(127);
    }
    close(to[0]);
    close(from[1]);
    f->to = to[1];
    f->port = read_port(from[0]);
    close(from[0]);
    if (!f->port)
        fail_msg("PouchDB Server does not start");
    snprintf(f->url, sizeof(f->url), "http://127.0.0.1:%d", f->port);
}

struct foreign *foreign_start(const char *name)
{
    struct foreign *f = xcalloc(1, sizeof(*f));

    f->mode = name ? "disk" : "memory";
    snprintf(f->folder, sizeof(f->folder), "%s", stage_path(name ? name : "pouch"));
    mkdir(f->folder, 0700);
    start(f);
    foreign_database(f, "commons");
    return f;
}

const char *foreign_url(const struct foreign *f)
{
    return f->url;
}

static void end(struct foreign *f, int number)
{
    if (number)
        kill(f->pid, number);
    close(f->to);
    waitpid(f->pid, NULL, 0);
}

void foreign_kill(struct foreign *f)
{
    end(f, SIGKILL);
}

void foreign_restart(struct foreign *f)
{
    start(f);
}

void foreign_stop(struct foreign *f)
{
    end(f, 0);
    free(f);
}

struct json *foreign_ask(
        struct foreign *f, const char *method, const char *path, const char *body)
{
    const struct net_options opt = {
            .url = f->url, .auth = NET_BASIC, .user = "admin", .secret = "secret"};
    struct net_request rq = {.method = method, .path = path};
    struct net_answer a = {.status = 0};
    struct net *net = NULL;
    struct json *answer = NULL;
    char *text = quotes(xstrdup(body ? body : ""));
    struct err err = {0};

    rq.body = view_of(text);
    assert_int_equal(net_new(&opt, &net, &err), 0);
    if (net_run(net, &rq, &a, &err) < 0)
        fail_msg("%s %s: %s", method, path, err.id);
    assert_int_equal(json_parse(buf_view(&a.body), 0, &answer, NULL), 0);
    net_answer_release(&a);
    net_free(net);
    free(text);
    return answer;
}

void foreign_database(struct foreign *f, const char *name)
{
    char path[100];

    snprintf(path, sizeof(path), "/%s", name);
    json_free(foreign_ask(f, "PUT", path, NULL));
}

/* --- leaves ----------------------------------------------------------------------- */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The texts in order, SEPARATOR after each; they are freed. Owned. */
static char *join(char **texts, size_t n, const char *separator)
{
    struct buf out;

    buf_init(&out, 0);
    qsort(texts, n, sizeof(*texts), by_text);
    for (size_t i = 0; i < n; i++) {
        buf_addf(&out, "%s%s", texts[i], separator);
        free(texts[i]);
    }
    free(texts);
    return buf_take(&out);
}

static char *line_of(const char *uid, char **revs, size_t n)
{
    char *all = join(revs, n, " "), *line = xasprintf("%s %s", uid, all);

    free(all);
    return line;
}

char *foreign_revs(struct foreign *f)
{
    struct json *answer =
            foreign_ask(f, "GET", "/commons/_changes?style=all_docs", NULL);
    const struct json *rows = json_get(answer, "results");
    char **lines = xcalloc(json_len(rows) + 1, sizeof(*lines)), *all;
    size_t n = 0;

    for (size_t i = 0; i < json_len(rows); i++) {
        const struct json *changes = json_get(json_at(rows, i), "changes");
        const char *id = json_get_text(json_at(rows, i), "id");
        char **revs;

        if (strncmp(id, "01900000-", 9) != 0)
            continue;
        revs = xcalloc(json_len(changes) + 1, sizeof(*revs));
        for (size_t k = 0; k < json_len(changes); k++)
            revs[k] = xstrdup(json_get_text(json_at(changes, k), "rev"));
        lines[n++] = line_of(id, revs, json_len(changes));
    }
    all = join(lines, n, "\n");
    json_free(answer);
    return all;
}

char *place_revs(struct place *p)
{
    struct replica_change *changes = NULL;
    char **lines;
    size_t n = 0;
    int64_t last = 0;

    assert_int_equal(
            replica_changes(p->store, "commons", 0, 1000000, &changes, &n, &last, NULL),
            0);
    lines = xcalloc(n + 1, sizeof(*lines));
    for (size_t i = 0; i < n; i++) {
        size_t nrevs = changes[i].nleaves;
        char **revs = xcalloc(nrevs + 1, sizeof(*revs));

        for (size_t k = 0; k < nrevs; k++)
            revs[k] = xstrdup(changes[i].leaves[k].rev);
        lines[i] = line_of(changes[i].uid, revs, nrevs);
    }
    replica_changes_free(changes, n);
    return join(lines, n, "\n");
}
