#include "secret_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "odus/base/clock.h"
#include "odus/base/mem.h"

enum { TICK_MS = 10, CHUNK = 512 };

extern char **environ;

struct command {
    pid_t pid;
    int out; /* -1 when it has closed it */
    int status;
    char line[SECRET_MAX + 1]; /* the first, and no more */
    size_t len;
    bool whole; /* its end was seen */
    bool long_line;
};

/* Nothing to read from, errors to nowhere: what it says to people may hold secrets. A
 * group of its own, so that all of it can be ended. */
static int spawn(const char *command, int out, pid_t *ret)
{
    char *argv[] = {(char *)"sh", (char *)"-c", (char *)command, NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    sigset_t none, pipe_signal;
    int r;

    sigemptyset(&none);
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, out, 1);
    posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setflags(&attr,
            POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setsigdefault(&attr, &pipe_signal);
    r = posix_spawn(ret, "/bin/sh", &files, &attr, argv, environ);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&files);
    return r;
}

static int start(const char *command, struct command *c, struct err *err)
{
    int fds[2];
    int r;

    if (pipe2(fds, O_CLOEXEC | O_NONBLOCK))
        return err_set(err, ERR_IO, N_("cannot run commande_mot_de_passe: %1$s"),
                strerror(errno));
    fcntl(fds[1], F_SETFL, 0); /* the command's end waits as every program expects */
    r = spawn(command, fds[1], &c->pid);
    close(fds[1]);
    if (r) {
        close(fds[0]);
        return err_set(
                err, ERR_IO, N_("cannot run commande_mot_de_passe: %1$s"), strerror(r));
    }
    c->out = fds[0];
    return 0;
}

static void take(struct command *c, const char *bytes, size_t n)
{
    const char *end = memchr(bytes, '\n', n);
    size_t part = end ? (size_t)(end - bytes) : n;

    if (c->whole)
        return;
    if (part > SECRET_MAX - c->len) {
        c->long_line = true;
        part = SECRET_MAX - c->len;
    }
    memcpy(c->line + c->len, bytes, part);
    c->len += part;
    c->whole = end != NULL;
}

/* What it has printed so far. Lines after the first are read too: a program whose
 * output nobody takes would fail. */
static void drain(struct command *c)
{
    char chunk[CHUNK];
    ssize_t n;

    while (c->out >= 0 && (n = read(c->out, chunk, sizeof(chunk))) != -1) {
        if (n == 0) {
            close(c->out);
            c->out = -1;
        } else {
            take(c, chunk, (size_t)n);
        }
    }
    explicit_bzero(chunk, sizeof(chunk));
}

/* True: it has ended. Its children may hold its output open for ever. */
static bool run(struct command *c, int64_t until_ms)
{
    struct pollfd p = {.events = POLLIN};
    pid_t ended;

    do {
        p.fd = c->out;
        poll(&p, 1, TICK_MS);
        ended = waitpid(c->pid, &c->status, WNOHANG);
        drain(c);
        if (ended == c->pid || (ended < 0 && errno != EINTR))
            return true;
    } while (clock_mono_ms() < until_ms);
    kill(-c->pid, SIGKILL);
    waitpid(c->pid, &c->status, 0);
    return false;
}

static int failed(int status, struct err *err)
{
    char number[16];

    snprintf(number, sizeof(number), "%d",
            WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return err_set(err, ERR_IO,
            N_("commande_mot_de_passe failed (exit status %1$s): try it by hand"),
            number);
}

static int result(struct command *c, bool ended, char **ret, struct err *err)
{
    if (!ended)
        return err_set(err, ERR_IO,
                N_("commande_mot_de_passe took too long and was ended: try it by "
                   "hand"));
    if (c->status)
        return failed(c->status, err);
    if (c->len && c->line[c->len - 1] == '\r')
        c->len--;
    if (c->long_line || !c->len || memchr(c->line, '\0', c->len))
        return err_set(err, ERR_IO,
                N_("the first line that commande_mot_de_passe prints is no password: "
                   "try it "
                   "by hand"));
    *ret = xstrndup(c->line, c->len);
    return 0;
}

int secret_by_command(const char *command, int limit_ms, char **ret, struct err *err)
{
    struct command c = {.out = -1};
    int code = start(command, &c, err);

    if (code)
        return code;
    code = result(&c, run(&c, clock_mono_ms() + limit_ms), ret, err);
    if (c.out >= 0)
        close(c.out);
    explicit_bzero(&c, sizeof(c));
    return code;
}
