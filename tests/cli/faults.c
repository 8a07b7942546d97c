#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "odus/base/buf.h"
#include "odus/base/json.h"
#include "odus/base/mem.h"
#include "faults.h"
#include "program.h"

static uint64_t seed;

void (*faults_before_exec)(void);

int faults_rounds(int usual)
{
    const char *rounds = getenv("ODUS_TORTURE_ROUNDS");
    const char *text = getenv("ODUS_TORTURE_SEED");

    seed = text && *text ? strtoull(text, NULL, 10) : 20261121;
    return rounds && *rounds ? (int)strtol(rounds, NULL, 10) : usual;
}

unsigned chance(unsigned n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return n ? (unsigned)(seed >> 33) % n : 0;
}

void chance_delay(unsigned ms)
{
    struct timespec t = {0, (long)chance(ms * 1000 + 1) * 1000};

    ppoll(NULL, 0, &t, NULL);
}

static void become(const char *const *words, int in, int out_fd)
{
    char *argv[40] = {getenv("ODUS_BIN")};
    char *config = program_path(".");

    for (size_t i = 0; words[i] && i < 38; i++)
        argv[i + 1] = xstrdup(words[i]);
    setenv("ODUS_STORE", program_store(), 1);
    setenv("XDG_CONFIG_HOME", config, 1);
    setenv("ODUS_NOW", "2026-11-21T09:00:00Z", 1);
    if (dup2(in, STDIN_FILENO) < 0 || dup2(out_fd, STDOUT_FILENO) < 0 ||
            dup2(out_fd, STDERR_FILENO) < 0)
        _exit(126);
    if (faults_before_exec)
        faults_before_exec();
    execv(argv[0], argv);
    _exit(127);
}

struct running faults_start(const char *const *words)
{
    int to[2], from[2];
    struct running r;

    assert_int_equal(pipe2(to, O_CLOEXEC) | pipe2(from, O_CLOEXEC), 0);
    r.pid = fork();
    if (r.pid == 0)
        become(words, to[0], from[1]);
    assert_true(r.pid > 0);
    close(to[0]);
    close(from[1]);
    r.in = to[1];
    r.out = from[0];
    return r;
}

static char *read_all(struct running *r)
{
    struct buf text;
    char bytes[4096];
    ssize_t n;

    buf_init(&text, 0);
    while ((n = read(r->out, bytes, sizeof bytes)) > 0)
        buf_add(&text, bytes, (size_t)n);
    close(r->out);
    return buf_take(&text);
}

char *faults_wait(struct running *r, int *ret_status)
{
    char *text;

    close(r->in);
    text = read_all(r);
    assert_int_equal(waitpid(r->pid, ret_status, 0), r->pid);
    return text;
}

char *faults_kill(struct running *r, int *ret_status)
{
    kill(r->pid, SIGKILL);
    assert_int_equal(waitpid(r->pid, ret_status, 0), r->pid);
    close(r->in);
    return read_all(r);
}

void faults_doctor(int *ret_drafts, int *ret_complete)
{
    int status = RUN("doctor", "--json");
    struct json *state;

    if (status > 1)
        fail_msg("doctor: status %d: %s", status, err);
    state = output_json();
    assert_int_equal(json_len(json_get(state, "integrity")), 0);
    assert_int_equal(json_len(json_get(state, "damaged")), 0);
    assert_int_equal(json_len(json_get(state, "conflicts")), 0);
    assert_int_equal(json_len(json_get(state, "missing")), 0);
    *ret_drafts = (int)json_get_int(json_get(state, "states"), "brouillon", -1);
    *ret_complete = (int)json_get_int(json_get(state, "states"), "complet", -1);
    json_free(state);
}
