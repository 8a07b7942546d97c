#include "desk.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "odus/base/lines.h"
#include "odus/base/mem.h"
#include "odus/serve/work.h"
#include "quotes.h"

enum { PATIENCE_MS = 20 * 1000 };

struct desk {
    pid_t pid;
    int to, from;
    struct lines in;
};

static char dir[200];

int desk_make(void **state)
{
    const char *tmp = getenv("TMPDIR");

    (void)state;
    signal(SIGPIPE, SIG_IGN);
    snprintf(dir, sizeof(dir), "%s/odus-desk-XXXXXX", tmp ? tmp : "/tmp");
    return mkdtemp(dir) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st, (void)type, (void)at;
    return remove(path);
}

int desk_remove(void **state)
{
    (void)state;
    return nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *desk_path(const char *name)
{
    static char texts[16][300];
    static unsigned turn;
    char *text = texts[turn++ % 16];

    snprintf(text, sizeof(texts[0]), "%s/%s", dir, name);
    return text;
}

struct desk *desk_start(const char *job)
{
    struct desk *d = calloc(1, sizeof(*d));
    char line[2000];
    int to[2], from[2];

    assert_non_null(d);
    assert_int_equal(pipe(to), 0);
    assert_int_equal(pipe(from), 0);
    fflush(NULL);
    d->pid = fork();
    assert_true(d->pid >= 0);
    if (d->pid == 0) {
        close(to[1]);
        close(from[0]);
        _exit(serve_work(to[0], from[1]));
    }
    close(to[0]);
    close(from[1]);
    d->to = to[1];
    d->from = from[0];
    lines_init(&d->in, d->from, 0);
    snprintf(line, sizeof(line), "{'store':'%s','forms':'%s','lang':'fr'%s%s}",
            desk_path("store"), desk_path("forms"), *job ? "," : "", job);
    desk_say(d, line);
    return d;
}

struct json *desk_next(struct desk *d)
{
    struct json *event = NULL;

    return lines_next(&d->in, PATIENCE_MS, &event, NULL) == 1 ? event : NULL;
}

void desk_say(struct desk *d, const char *line)
{
    char *text;

    if (!line) {
        close(d->to);
        d->to = -1;
        return;
    }
    text = quotes(xasprintf("%s\n", line));
    assert_int_equal(write(d->to, text, strlen(text)), strlen(text));
    free(text);
}

void desk_signal(struct desk *d, int number)
{
    kill(d->pid, number);
}

int desk_end(struct desk *d)
{
    int status = 0;

    for (struct json *event; (event = desk_next(d)) != NULL;)
        json_free(event);
    if (d->to >= 0)
        close(d->to);
    close(d->from);
    lines_release(&d->in);
    waitpid(d->pid, &status, 0);
    free(d);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
