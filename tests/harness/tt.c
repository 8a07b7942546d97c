#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "odus/base/mem.h"
#include "tt_int.h"

static const char ping[] = "\033[9999~";

long long tt_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* What libvterm tells */

static int on_prop(VTermProp prop, VTermValue *val, void *user)
{
    struct tt *t = user;
    switch (prop) {
    case VTERM_PROP_ALTSCREEN: t->alternate = val->boolean; break;
    case VTERM_PROP_CURSORVISIBLE: t->cursor_shown = val->boolean; break;
    case VTERM_PROP_TITLE:
        snprintf(t->title, sizeof t->title, "%s", val->string);
        break;
    default: break;
    }
    return 1;
}

static int on_bell(void *user)
{
    ((struct tt *)user)->bells++;
    return 1;
}

/** The pong: "7777;pings;rows;cols;jobs". */
static int on_osc(const char *command, size_t n, void *user)
{
    struct tt *t = user;
    char text[80];
    if (n < 5 || n >= sizeof text || memcmp(command, "7777;", 5) != 0)
        return 0;
    memcpy(text, command, n);
    text[n] = '\0';
    char *p = text + 5;
    t->pongs = strtol(p, &p, 10);
    t->drawn_rows = (int)strtol(p + (*p == ';'), &p, 10);
    t->drawn_cols = (int)strtol(p + (*p == ';'), &p, 10);
    t->jobs = strtol(p + (*p == ';'), &p, 10);
    return 1;
}

static const VTermScreenCallbacks callbacks = {.settermprop = on_prop, .bell = on_bell};
static const VTermParserCallbacks fallbacks = {.osc = on_osc};

/* Start and end */

static void open_emulator(struct tt *t)
{
    t->vt = vterm_new(t->rows, t->cols);
    vterm_set_utf8(t->vt, 1);
    t->screen = vterm_obtain_screen(t->vt);
    vterm_screen_set_callbacks(t->screen, &callbacks, t);
    vterm_screen_set_unrecognised_fallbacks(t->screen, &fallbacks, t);
    vterm_screen_enable_altscreen(t->screen, 1);
    vterm_screen_reset(t->screen, 1);
}

static void run_child(const char *const *argv, const char *const *env)
{
    setenv("TERM", "xterm-256color", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("TUI_TEST", "1", 1);
    unsetenv("NO_COLOR");
    unsetenv("COLUMNS");
    unsetenv("LINES");
    for (; env && *env; env++)
        putenv((char *)(uintptr_t)*env);
    execv(argv[0], (char **)(uintptr_t)argv);
    fprintf(stderr, "cannot run %s: %s\n", argv[0], strerror(errno));
    _exit(127);
}

struct tt *tt_spawn_plain(
        const char *const *argv, const char *const *env, int rows, int cols)
{
    struct tt *t = xcalloc(1, sizeof *t);
    struct winsize size = {
            .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    t->rows = rows;
    t->cols = cols;
    t->pongs = -1;
    t->cursor_shown = true;
    open_emulator(t);
    t->pid = forkpty(&t->fd, NULL, NULL, &size);
    if (t->pid == 0)
        run_child(argv, env);
    if (t->pid < 0)
        fail_msg("forkpty: %s", strerror(errno));
    t->pidfd = (int)syscall(SYS_pidfd_open, t->pid, 0);
    fcntl(t->fd, F_SETFL, O_NONBLOCK);
    fcntl(t->fd, F_SETFD, FD_CLOEXEC);
    return t;
}

struct tt *tt_spawn(const char *const *argv, const char *const *env, int rows, int cols)
{
    struct tt *t = tt_spawn_plain(argv, env, rows, cols);
    long long deadline = tt_now_ms() + TT_LIMIT_MS;
    while (t->pongs < 0)
        tt_pump(t, deadline, false);
    return t;
}

/** Takes the status of the ended program. */
static void reap(struct tt *t)
{
    struct rusage use;
    if (t->ended || wait4(t->pid, &t->status, 0, &use) != t->pid)
        return;
    t->ended = true;
    t->cpu_ms = (use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1000 +
                (use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1000;
}

void tt_free(struct tt *t)
{
    if (!t)
        return;
    if (!t->ended)
        kill(t->pid, SIGKILL);
    reap(t);
    if (t->fd >= 0)
        close(t->fd);
    if (t->pidfd >= 0)
        close(t->pidfd);
    vterm_free(t->vt);
    free(t);
}

/* Output */

/** What the terminal has for us now; false at its end. */
static bool drain(struct tt *t)
{
    char bytes[4096];
    ssize_t n;
    while ((n = read(t->fd, bytes, sizeof bytes)) > 0) {
        if (t->watch)
            t->watch(t->watch_ctx, bytes, (size_t)n);
        vterm_input_write(t->vt, bytes, (size_t)n);
    }
    return n < 0 && (errno == EAGAIN || errno == EINTR);
}

static void fail_ended(struct tt *t)
{
    if (WIFSIGNALED(t->status))
        tt_fail(t, "program died, signal %d (%s)", WTERMSIG(t->status),
                strsignal(WTERMSIG(t->status)));
    tt_fail(t, "program ended, status %d", WEXITSTATUS(t->status));
}

bool tt_pump(struct tt *t, long long deadline, bool may_end)
{
    struct pollfd p[2] = {{t->fd, POLLIN, 0}, {t->pidfd, POLLIN, 0}};
    long long left = deadline - tt_now_ms();
    if (left <= 0 || poll(p, 2, (int)left) == 0)
        tt_fail(t, "no answer for %d ms", TT_LIMIT_MS);
    bool open = t->fd >= 0 && drain(t);
    if (!(p[1].revents & POLLIN)) {
        if (t->fd < 0 || open)
            return true;
        p[0].fd = -1; /* the terminal is closed, the program about to end */
        if (poll(p, 2, TT_LIMIT_MS) == 0)
            tt_fail(t, "terminal closed but the program lives on");
    }
    if (t->fd >= 0)
        drain(t);
    reap(t);
    if (!may_end)
        fail_ended(t);
    return false;
}

void tt_bytes(struct tt *t, const char *bytes, size_t n)
{
    long long deadline = tt_now_ms() + TT_LIMIT_MS;
    while (n > 0) {
        ssize_t done = write(t->fd, bytes, n);
        if (done > 0) {
            bytes += done;
            n -= (size_t)done;
            continue;
        }
        if (done < 0 && errno != EAGAIN && errno != EINTR)
            return; /* it has ended: the next wait will say how */
        struct pollfd p = {t->fd, POLLIN | POLLOUT, 0};
        if (poll(&p, 1, (int)(deadline - tt_now_ms())) <= 0)
            tt_fail(t, "input not taken for %d ms", TT_LIMIT_MS);
        drain(t);
    }
}

static void ping_once(struct tt *t, long long deadline)
{
    t->pings++;
    tt_bytes(t, ping, sizeof ping - 1);
    while (t->pongs < t->pings)
        tt_pump(t, deadline, false);
}

void tt_sync(struct tt *t)
{
    long long deadline = tt_now_ms() + TT_LIMIT_MS;
    do {
        ping_once(t, deadline);
        if (t->jobs && tt_now_ms() >= deadline)
            tt_fail(t, "background jobs did not end: %ld", t->jobs);
    } while (t->jobs);
}

void tt_wait_text(struct tt *t, const char *text)
{
    long long deadline = tt_now_ms() + TT_LIMIT_MS;
    while (!tt_find(t, text, NULL, NULL))
        if (!tt_pump(t, deadline, true) && !tt_find(t, text, NULL, NULL))
            tt_fail(t, "program ended without showing \"%s\"", text);
    if (t->alternate && t->pongs > 0 && !t->ended)
        ping_once(t, deadline); /* the rest of that frame may be on its way still */
}

void tt_resize(struct tt *t, int rows, int cols)
{
    struct winsize size = {
            .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    long long deadline = tt_now_ms() + TT_LIMIT_MS;
    t->rows = rows;
    t->cols = cols;
    vterm_set_size(t->vt, rows, cols);
    ioctl(t->fd, TIOCSWINSZ, &size);
    do {
        ping_once(t, deadline);
        if (tt_now_ms() >= deadline)
            tt_fail(t, "still drawn as %dx%d", t->drawn_rows, t->drawn_cols);
    } while (t->drawn_rows != rows || t->drawn_cols != cols);
}

void tt_signal(struct tt *t, int sig)
{
    kill(t->pid, sig);
}

static void too_late(int sig)
{
    static const char text[] = "a program did not stop in time\n";
    (void)sig;
    if (write(STDERR_FILENO, text, sizeof text - 1) < 0)
        _exit(3);
    _exit(2);
}

void tt_wait_stop(struct tt *t)
{
    signal(SIGALRM, too_late);
    alarm(TT_LIMIT_MS / 1000);
    if (waitpid(t->pid, &t->status, WUNTRACED) != t->pid)
        tt_fail(t, "waitpid: %s", strerror(errno));
    alarm(0);
    t->ended = !WIFSTOPPED(t->status);
    drain(t);
    if (t->ended)
        fail_ended(t);
}

void tt_hang_up(struct tt *t)
{
    close(t->fd);
    t->fd = -1;
}

int tt_wait_exit(struct tt *t)
{
    long long deadline = tt_now_ms() + TT_LIMIT_MS;
    while (!t->ended)
        tt_pump(t, deadline, true);
    return t->status;
}

void tt_watch(
        struct tt *t, void (*fn)(void *ctx, const char *bytes, size_t n), void *ctx)
{
    t->watch = fn;
    t->watch_ctx = ctx;
}

long tt_cpu_ms(const struct tt *t)
{
    return t->cpu_ms;
}

pid_t tt_pid(const struct tt *t)
{
    return t->pid;
}

unsigned tt_local_modes(const struct tt *t)
{
    struct termios modes = {0};
    tcgetattr(t->fd, &modes);
    return modes.c_lflag;
}
