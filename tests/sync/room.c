#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "odus/base/lines.h"
#include "odus/base/mem.h"
#include "room.h"

enum { PATIENCE_MS = 60 * 1000 };

static struct {
    pid_t pid;
    int to, from, port;
    char url[100];
} room;

static const char *program(void)
{
    static char path[300];
    const char *build = getenv("ODUS_BUILD");

    snprintf(path, sizeof(path), "%s/odus-serve", build ? build : "build");
    return access(path, X_OK) == 0 ? path : NULL;
}

bool room_there(void)
{
    return program() != NULL;
}

static void run_program(int to, int from)
{
    dup2(to, STDIN_FILENO);
    dup2(from, STDOUT_FILENO);
    for (int fd = 3; fd < 256; fd++)
        close(fd);
    execl(program(), "odus-serve", (char *)NULL);
    _exit(127);
}

/* Gives it JOB, which is freed; its first event is EV, owned by the caller. */
static struct json *begin(char *job, const char *ev)
{
    struct json *event = NULL;
    struct lines in;
    int to[2], from[2];

    assert_int_equal(pipe(to) | pipe(from), 0);
    fflush(NULL);
    room.pid = fork();
    assert_true(room.pid >= 0);
    if (room.pid == 0)
        run_program(to[0], from[1]);
    close(to[0]);
    close(from[1]);
    room.to = to[1];
    room.from = from[0];
    assert_int_equal(write(room.to, job, strlen(job)), strlen(job));
    free(job);
    lines_init(&in, room.from, 0);
    assert_int_equal(lines_next(&in, PATIENCE_MS, &event, NULL), 1);
    lines_release(&in);
    assert_string_equal(json_get_text(event, "ev"), ev);
    return event;
}

void room_open(const char *name)
{
    struct json *event =
            begin(xasprintf("{\"job\":\"serve\",\"store\":\"%s\",\"forms\":\"%s\","
                            "\"listen\":\"127.0.0.1:%d\",\"lang\":\"fr\"}\n",
                          stage_path(name), stage_path("forms"), room.port),
                    "listening");

    snprintf(room.url, sizeof(room.url), "%s", json_get_text(event, "url"));
    room.port = (int)strtol(strrchr(room.url, ':') + 1, NULL, 10);
    json_free(event);
}

void room_close(void)
{
    if (!room.pid)
        return;
    close(room.to);
    waitpid(room.pid, NULL, 0);
    close(room.from);
    room.pid = 0;
}

const char *room_url(void)
{
    return room.url;
}

void room_account(const char *name, const char *user, const char *role)
{
    json_free(
            begin(xasprintf("{\"job\":\"user_add\",\"store\":\"%s\",\"name\":\"%s\","
                            "\"roles\":[\"%s\"],\"password\":\"" ROOM_PASSWORD "\"}\n",
                          stage_path(name), user, role),
                    "done"));
    room_close();
}
