/* Starting a program that works for odus, and talking with it. */
#include "odus/app/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "app_priv.h"

extern char **environ;

enum { KILLED = 3 }; /* status of a worker that did not end by itself: the store's */

struct worker {
    pid_t pid;
    int to, from;
    struct lines in;
};

/* --- finding and starting --------------------------------------------------------- */

/* Owned; NULL when it is nowhere. ODUS_LIBEXEC names a folder that comes first. */
static char *find_program(const char *name)
{
    const char *given = getenv("ODUS_LIBEXEC");
    char *dir = given && *given ? xstrdup(given) : file_exe_dir();
    char *path = xasprintf("%s/odus-%s", dir ? dir : ".", name);

    if (access(path, X_OK) != 0) {
        free(path);
        path = xasprintf("%s/../libexec/odus/odus-%s", dir ? dir : ".", name);
    }
    free(dir);
    if (access(path, X_OK) == 0)
        return path;
    free(path);
    return NULL;
}

/* The pipes become its 0 and 1; what it says on 2 would stand amid the screen. */
static void plan_files(posix_spawn_file_actions_t *files, int in, int out)
{
    posix_spawn_file_actions_init(files);
    posix_spawn_file_actions_adddup2(files, in, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(files, out, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
}

/* The screens block signals for their signalfd; a worker has none of that. It is in a
 * group of its own: ^C at the terminal is for odus, which then stops it. */
static void plan_signals(posix_spawnattr_t *attr)
{
    sigset_t none;

    sigemptyset(&none);
    posix_spawnattr_init(attr);
    posix_spawnattr_setsigmask(attr, &none);
    posix_spawnattr_setpgroup(attr, 0);
    posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
}

static int spawn(const char *path, int in, int out, pid_t *ret)
{
    char *argv[] = {(char *)path, NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    int rc;

    plan_files(&files, in, out);
    plan_signals(&attr);
    rc = posix_spawn(ret, path, &files, &attr, argv, environ);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&files);
    return rc;
}

static void close_both(int pair[2])
{
    close(pair[0]);
    close(pair[1]);
}

static int start(const char *path, struct worker *w)
{
    int to[2], from[2];
    int rc;

    if (pipe2(to, O_CLOEXEC) < 0)
        return errno;
    if (pipe2(from, O_CLOEXEC) < 0) {
        rc = errno;
        close_both(to);
        return rc;
    }
    rc = spawn(path, to[0], from[1], &w->pid);
    close(to[0]);
    close(from[1]);
    w->to = to[1];
    w->from = from[0];
    if (rc) {
        close(w->to);
        close(w->from);
    }
    return rc;
}

void job_put(struct json *job, const char *key, const char *text)
{
    if (text && *text)
        json_set_text(job, key, text);
}

static void complete_job(const struct app *app, struct json *job)
{
    char *config = xstrdup(app->config), *slash = strrchr(config, '/');

    if (slash)
        *slash = 0;
    json_set_text(job, "store", store_dir(app->store));
    json_set_text(job, "forms", app->forms_dir);
    json_set_text(job, "config", config);
    json_set_text(job, "lang", app->lang);
    free(config);
}

int worker_start(struct app *app, const char *program, struct json *job,
        struct worker **ret, struct err *err)
{
    char *path = find_program(program);
    struct worker *w;
    int rc = 0;

    signal(SIGPIPE, SIG_IGN); /* a worker that is gone is told by the write */
    complete_job(app, job);
    if (!path) {
        json_free_secret(job);
        return err_set(err, ERR_NOT_FOUND, N_("odus-%1$s is not installed beside odus"),
                program);
    }
    w = xcalloc(1, sizeof(*w));
    rc = start(path, w);
    if (rc) {
        err_set(err, ERR_IO, N_("cannot start %1$s: %2$s"), path, strerror(rc));
        free(w);
    } else {
        lines_init(&w->in, w->from, 0);
        lines_put(w->to, job, NULL); /* one that is gone shows at the first read */
        *ret = w;
    }
    json_free_secret(job);
    free(path);
    return rc ? ERR_IO : 0;
}

/* --- talking ---------------------------------------------------------------------- */

int worker_fd(const struct worker *w)
{
    return w->from;
}

int worker_next(struct worker *w, int wait_ms, struct json **ret, struct err *err)
{
    for (;;) {
        int rc = lines_next(&w->in, wait_ms, ret, err);

        if (rc == 1 && !json_get_text(*ret, "ev"))
            json_free(*ret);
        else if (rc != ERR_INVALID && rc != ERR_LIMIT)
            return rc;
    }
}

void worker_answer(struct worker *w, const char *text)
{
    struct json *line = json_new_object();

    json_set_take(line, "answer", text ? json_text(view_of(text)) : json_new_null());
    lines_put(w->to, line, NULL);
    json_free_secret(line);
}

void worker_stop(struct worker *w)
{
    struct json *line = json_new_object();

    json_set_take(line, "stop", json_bool(true));
    lines_put(w->to, line, NULL);
    json_free(line);
}

int worker_end(struct worker *w)
{
    int status = 0;
    pid_t pid;

    if (!w)
        return 0;
    close(w->to); /* the end of its input ends it */
    close(w->from);
    do
        pid = waitpid(w->pid, &status, 0);
    while (pid < 0 && errno == EINTR);
    lines_release(&w->in);
    free(w);
    return pid > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : KILLED;
}
