#include "bench/peers.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/bench.h"
#include "bench/weak.h"

enum {
    SERVER_TURNS = 600, /* half a minute to start in */
    TURN_MS = 50,
    CLIENT_NICE = 5, /* src/main_sync.c */
};

#define CODE "\"code\":\""
#define URL "\"url\":\"http://"

const char *peers_program(const char *name)
{
    static char paths[2][500];
    static unsigned turn;
    const char *odus = getenv("ODUS_BIN");
    char *path = paths[turn++ % 2];

    snprintf(path, sizeof(paths[0]), "%.*s/%s", (int)(strrchr(odus, '/') - odus), odus,
            name);
    return path;
}

const char *peers_folder(void)
{
    const char *folder = getenv("ODUS_PEERS");
    char path[500];

    if (!folder)
        return NULL;
    snprintf(path, sizeof(path), "%s/node_modules/pouchdb-server/package.json", folder);
    return access(path, R_OK) == 0 ? folder : NULL;
}

/* --- processes -------------------------------------------------------------------- */

static void child(const struct peer_run *run, int in, int out)
{
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    if (run->weak && !weak_cross(run->weak))
        _exit(126);
    execvp(run->argv[0], (char *const *)run->argv);
    perror(run->argv[0]);
    _exit(127);
}

/* OUT is closed here, the pipe to the program's input is *RET_IN. */
static pid_t start(const struct peer_run *run, int out, int *ret_in)
{
    int in[2];
    pid_t pid;

    if (pipe2(in, O_CLOEXEC) < 0 || (pid = fork()) < 0) {
        perror("starting a program");
        exit(1);
    }
    if (pid == 0)
        child(run, in[0], out);
    close(in[0]);
    close(out);
    if (run->job)
        dprintf(in[1], "%s\n", run->job);
    *ret_in = in[1];
    return pid;
}

/* A file, because a pipe that nobody reads would stop the server some day. */
static FILE *open_log(int *ret_end)
{
    char path[500];
    FILE *log;

    snprintf(path, sizeof(path), "%s/server.XXXXXX", getenv("TMPDIR"));
    *ret_end = mkstemp(path);
    log = fopen(path, "r");
    if (*ret_end < 0 || !log) {
        perror(path);
        exit(1);
    }
    unlink(path);
    return log;
}

/* The first line, once it is whole. */
static void await_line(FILE *log, char *line, int size)
{
    for (int i = 0; i < SERVER_TURNS; i++) {
        rewind(log);
        if (fgets(line, size, log) && strchr(line, '\n'))
            return;
        (void)poll(NULL, 0, TURN_MS);
    }
    line[0] = 0;
}

/* Where the port stands in the event "listening". */
static const char *read_event(const char *line, char *code, size_t size)
{
    const char *url = strstr(line, URL), *given = strstr(line, CODE);
    const char *colon = url ? strchr(url + strlen(URL), ':') : NULL;

    if (given)
        snprintf(code, size, "%.*s", (int)strcspn(given + strlen(CODE), "\""),
                given + strlen(CODE));
    return colon ? colon + 1 : "";
}

void peers_serve(struct peer_server *s, const char *const *argv, const char *job)
{
    const struct peer_run run = {.argv = argv, .job = job};
    char line[20000];
    const char *number = line;
    int end;
    FILE *log = open_log(&end);

    s->pid = start(&run, end, &s->in);
    await_line(log, line, sizeof(line));
    fclose(log);
    s->code[0] = 0;
    if (line[0] == '{')
        number = read_event(line, s->code, sizeof(s->code));
    s->port = (int)strtol(number, NULL, 10);
    if (s->port == 0) {
        fprintf(stderr, "%s does not serve: %s\n", argv[0], line);
        exit(1);
    }
}

void peers_end(struct peer_server *s)
{
    close(s->in);
    waitpid(s->pid, NULL, 0);
}

static void read_last(FILE *out, struct peer_result *ret)
{
    char *line = NULL;
    size_t size = 0;

    while (getline(&line, &size, out) > 0) {
        const char *ms = strstr(line, "\"ms\":");

        if (ms)
            ret->ms = strtod(ms + 5, NULL);
        if (strstr(line, "\"ev\":\"error\"") || strstr(line, "\"ev\":\"refused\""))
            fprintf(stderr, "%s", line);
    }
    free(line);
}

struct peer_result peers_run(const struct peer_run *run)
{
    struct peer_result r = {.ms = 0};
    struct rusage use;
    int pipes[2], in;
    uint64_t began;
    FILE *out;
    pid_t pid;

    if (pipe2(pipes, O_CLOEXEC) < 0) {
        perror("pipe");
        exit(1);
    }
    began = bench_now();
    pid = start(run, pipes[1], &in);
    setpriority(PRIO_PROCESS, (id_t)pid, CLIENT_NICE);
    out = fdopen(pipes[0], "r");
    read_last(out, &r);
    fclose(out);
    close(in);
    if (wait4(pid, &r.status, 0, &use) == pid)
        r.kib = use.ru_maxrss;
    r.whole_ms = (double)(bench_now() - began) / 1e6;
    return r;
}
